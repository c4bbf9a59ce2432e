//! One hop of a request: where it goes and which secret it carries. Follows redirects on paper; never connects.

use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use secrecy::SecretString;
use url::Url;

use super::words;
use crate::model::{PollFault, Request};

/// Most redirects that are followed; feeds that moved twice and then to https need three.
const MOST: u32 = 5;
/// Longest address that is followed, in bytes; servers refuse longer ones.
const LONGEST: usize = 8 << 10;

/// Where a request goes next.
#[derive(Debug)]
pub(super) struct Hop<'a> {
    pub(super) url: Url,
    /// The secret, as long as the request stays where it was meant to go.
    pub(super) bearer: Option<&'a SecretString>,
    /// How many redirects led here.
    pub(super) redirects: u32,
}

impl<'a> Hop<'a> {
    /// The address that was asked for.
    pub(super) fn first(request: &'a Request) -> Self {
        Self { url: request.url.clone(), bearer: request.bearer.as_ref(), redirects: 0 }
    }

    /// The next hop, if the answer is a redirect.
    ///
    /// # Errors
    /// When the redirect may not be followed. Whether its address may be reached is the guard's to say.
    pub(super) fn next(&self, status: StatusCode, headers: &HeaderMap) -> Result<Option<Self>, PollFault> {
        match headers.get(LOCATION) {
            Some(location) if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) => {
                self.follow(location.as_bytes()).map(Some).map_err(|why| {
                    PollFault::Refused(format!("`{}` redirects {why}, which is not followed", words::host(&self.url)))
                })
            }
            _ => Ok(None),
        }
    }

    fn follow(&self, location: &[u8]) -> Result<Self, String> {
        if self.redirects == MOST {
            return Err(format!("again after {MOST} redirects"));
        }
        let text = std::str::from_utf8(location).ok().filter(|text| text.len() <= LONGEST);
        let url = text.and_then(|text| self.url.join(text).ok()).ok_or("to an address that cannot be read")?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("to an address of the scheme `{}`", words::plain(url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("to an address with a name or a password in it".to_owned());
        }
        if self.bearer.is_some() && self.url.scheme() == "https" && url.scheme() == "http" {
            return Err("a request with a token from https to http".to_owned());
        }
        let bearer = self.bearer.filter(|_| url.origin() == self.url.origin());
        Ok(Self { url, bearer, redirects: self.redirects + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop<'a>(url: &str, bearer: Option<&'a SecretString>) -> Hop<'a> {
        Hop { url: Url::parse(url).unwrap(), bearer, redirects: 0 }
    }

    #[test]
    fn a_location_is_read_against_the_address_it_came_from() {
        let from = hop("https://a.example/blog/feed?old=1", None);
        for (location, expected) in [
            ("/rss", "https://a.example/rss"),
            ("atom.xml", "https://a.example/blog/atom.xml"),
            ("?page=2", "https://a.example/blog/feed?page=2"),
            ("//b.example/x", "https://b.example/x"),
            ("http://b.example", "http://b.example/"),
            ("/bl\u{e5}b\u{e6}r", "https://a.example/bl%C3%A5b%C3%A6r"),
        ] {
            let next = from.follow(location.as_bytes()).unwrap();
            assert_eq!((next.url.as_str(), next.redirects), (expected, 1), "{location}");
        }
    }

    #[test]
    fn the_token_stays_with_scheme_host_and_port() {
        let token = SecretString::from("token");
        let from = hop("http://a.example/x", Some(&token));
        for (location, kept) in [
            ("/y", true),
            ("http://a.example:80/y", true),
            ("http://A.example/y", true),
            ("https://a.example/y", false),
            ("http://a.example:8080/y", false),
            ("http://b.example/y", false),
            ("http://sub.a.example/y", false),
        ] {
            assert_eq!(from.follow(location.as_bytes()).unwrap().bearer.is_some(), kept, "{location}");
        }
        let away = from.follow(b"http://b.example/").unwrap();
        assert!(away.follow(b"http://a.example/x").unwrap().bearer.is_none(), "it does not come back");
    }

    #[test]
    fn what_is_not_followed() {
        let token = SecretString::from("token");
        let long = "x".repeat(LONGEST + 1);
        for (location, why) in [
            ("file:///etc/passwd", "to an address of the scheme `file`"),
            ("gopher://a.example/", "to an address of the scheme `gopher`"),
            ("http://user:pass@a.example/?key=secret", "to an address with a name or a password in it"),
            ("http://user@a.example/", "to an address with a name or a password in it"),
            ("http://", "to an address that cannot be read"),
            ("http://a.example:99999/", "to an address that cannot be read"),
            (&long, "to an address that cannot be read"),
            ("http://a.example/", "a request with a token from https to http"),
        ] {
            let from = hop("https://a.example/x?key=secret", Some(&token));
            let headers = HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]);
            let refused = from.next(StatusCode::FOUND, &headers).unwrap_err();
            let expected = format!("`a.example` redirects {why}, which is not followed");
            assert_eq!(refused, PollFault::Refused(expected), "{location}");
        }
        assert!(hop("https://a.example/", None).follow(b"http://a.example/\xff").is_err());
        assert!(
            hop("https://a.example/", None).follow(b"http://a.example/").is_ok(),
            "without a token there is no secret"
        );
    }

    #[test]
    fn only_a_redirect_with_an_address_is_one() {
        let from = hop("https://a.example/", None);
        let located = HeaderMap::from_iter([(LOCATION, "/x".parse().unwrap())]);
        for status in [200, 201, 300, 304, 404] {
            assert!(from.next(StatusCode::from_u16(status).unwrap(), &located).unwrap().is_none(), "{status}");
        }
        assert!(from.next(StatusCode::FOUND, &HeaderMap::new()).unwrap().is_none());
    }
}
