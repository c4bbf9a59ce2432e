//! One hop of a request: where it goes and which secret it carries. Follows redirects on paper; never connects.

use http::header::{LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use url::Url;

use super::fault::Permission;
use super::words;
use crate::model::{Credential, PollFault};

/// Most redirects that are followed; feeds that moved twice and then to https need three.
const MOST: u32 = 5;
/// Longest address that is followed, in bytes; servers refuse longer ones.
const LONGEST: usize = 8 << 10;

/// Where a request goes next.
#[derive(Debug)]
pub(super) struct Hop<'a> {
    pub(super) url: Url,
    /// The secret, as long as the request stays where it was meant to go.
    pub(super) credential: Option<&'a Credential>,
    /// Whether it never left the scheme, host and port that were asked.
    pub(super) is_home: bool,
    /// How many redirects led here.
    pub(super) redirects: u32,
    /// Whether all of them were permanent.
    permanent: bool,
    /// When they want us back (`Retry-After`).
    pub(super) retry_after: Vec<HeaderValue>,
    /// What would let an address be reached that is not public.
    pub(super) permission: Permission,
}

impl<'a> Hop<'a> {
    /// The address that was asked for.
    pub(super) fn first(url: &Url, credential: Option<&'a Credential>) -> Self {
        let permission = Permission::OfSource;
        Self {
            url: url.clone(),
            credential,
            is_home: true,
            redirects: 0,
            permanent: true,
            retry_after: Vec::new(),
            permission,
        }
    }

    /// The address that something is said to, once.
    pub(super) fn only(url: &Url) -> Self {
        Self { permission: Permission::OfChannel, ..Self::first(url, None) }
    }

    /// Where the address that was asked for has moved to for good, if it has.
    pub(super) fn moved(&self) -> Option<Url> {
        (self.redirects > 0 && self.permanent).then(|| self.url.clone())
    }

    /// The next hop, if the answer is a redirect. A request that is no GET follows only those that keep its method.
    ///
    /// # Errors
    /// When the redirect may not be followed. Whether its address may be reached is the guard's to say.
    pub(super) fn next(
        &self,
        method: &Method,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<Option<Self>, PollFault> {
        let follows = match status.as_u16() {
            307 | 308 => true,
            301..=303 => method == Method::GET,
            _ => false,
        };
        let Some(location) = headers.get(LOCATION).filter(|_| follows) else { return Ok(None) };
        let next = self.follow(location.as_bytes()).and_then(|next| next.keeps_form(method, self));
        let mut next = next.map_err(|why| {
            PollFault::Refused(format!("`{}` redirects {why}, which is not followed", words::host(&self.url)))
        })?;
        next.permanent = self.permanent && matches!(status.as_u16(), 301 | 308);
        next.retry_after.extend(headers.get(RETRY_AFTER).cloned());
        Ok(Some(next))
    }

    /// Itself, unless a form, which may hold a secret, would be readable on the way there and was not before.
    fn keeps_form(self, method: &Method, from: &Self) -> Result<Self, String> {
        if method != Method::GET && from.url.scheme() == "https" && self.url.scheme() == "http" {
            return Err("a form from https to http".to_owned());
        }
        Ok(self)
    }

    fn follow(&self, location: &[u8]) -> Result<Self, String> {
        if self.redirects == MOST {
            return Err(format!("again after {MOST} redirects"));
        }
        let text = std::str::from_utf8(location).ok().filter(|text| text.len() <= LONGEST);
        let mut url = text.and_then(|text| self.url.join(text).ok()).ok_or("to an address that cannot be read")?;
        url.set_fragment(None);
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("to an address of the scheme `{}`", words::plain(url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("to an address with a name or a password in it".to_owned());
        }
        if self.credential.is_some() && self.url.scheme() == "https" && url.scheme() == "http" {
            return Err("a request with a token from https to http".to_owned());
        }
        // It would be sent to whoever that is, and shown wherever the address is.
        if self.credential.is_some_and(|credential| credential.is_in(url.as_str())) {
            return Err("to an address with the token in it".to_owned());
        }
        let is_home = self.is_home && url.origin() == self.url.origin();
        let credential = self.credential.filter(|_| is_home);
        let retry_after = self.retry_after.clone();
        let (redirects, permission) = (self.redirects + 1, self.permission);
        Ok(Self { url, credential, is_home, redirects, permanent: self.permanent, retry_after, permission })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop<'a>(url: &str, credential: Option<&'a Credential>) -> Hop<'a> {
        Hop::first(&Url::parse(url).unwrap(), credential)
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
        let token = Credential::bearer("token".into());
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
            let next = from.follow(location.as_bytes()).unwrap();
            assert_eq!((next.credential.is_some(), next.is_home), (kept, kept), "{location}");
        }
        let away = from.follow(b"http://b.example/").unwrap();
        let back = away.follow(b"http://a.example/x").unwrap();
        assert!(back.credential.is_none() && !back.is_home, "it does not come back");
    }

    #[test]
    fn what_is_not_followed() {
        let token = Credential::bearer("token".into());
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
            let refused = from.next(&Method::GET, StatusCode::FOUND, &headers).unwrap_err();
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
            assert!(
                from.next(&Method::GET, StatusCode::from_u16(status).unwrap(), &located).unwrap().is_none(),
                "{status}"
            );
        }
        assert!(from.next(&Method::GET, StatusCode::FOUND, &HeaderMap::new()).unwrap().is_none());
        for (status, posts_again) in [(301, false), (302, false), (303, false), (307, true), (308, true)] {
            let next = from.next(&Method::POST, StatusCode::from_u16(status).unwrap(), &located).unwrap();
            assert_eq!(next.is_some(), posts_again, "{status}");
        }
    }

    #[test]
    fn a_form_is_never_sent_on_where_it_can_be_read_on_the_way() {
        let located = |location: &str| HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]);
        for (from, to, follows) in [
            ("https://a.example/", "http://a.example/", false),
            ("https://a.example/", "http://b.example/", false),
            ("https://a.example/", "//b.example/", true),
            ("https://a.example/", "https://b.example/", true),
            ("http://a.example/", "https://a.example/", true),
            ("http://a.example/", "/hub", true),
        ] {
            for status in [StatusCode::TEMPORARY_REDIRECT, StatusCode::PERMANENT_REDIRECT] {
                let next = hop(from, None).next(&Method::POST, status, &located(to));
                let refused = "`a.example` redirects a form from https to http, which is not followed".to_owned();
                match next {
                    Ok(next) => assert!(follows && next.is_some(), "{from} {to}"),
                    Err(why) => assert_eq!((follows, why), (false, PollFault::Refused(refused)), "{from} {to}"),
                }
            }
        }
        let get = hop("https://a.example/", None).next(&Method::GET, StatusCode::FOUND, &located("http://a.example/"));
        assert!(get.unwrap().is_some(), "who only asks has no secret");
    }

    #[test]
    fn a_chain_of_permanent_redirects_is_a_move() {
        for (chain, moved) in [
            (vec![], None),
            (vec![301], Some("https://a.example/1")),
            (vec![308, 301], Some("https://a.example/2")),
            (vec![302], None),
            (vec![301, 302], None),
            (vec![307, 308], None),
            (vec![301, 303, 301], None),
        ] {
            let mut at = hop("https://a.example/0", None);
            for (index, status) in chain.iter().enumerate() {
                let location = format!("/{}#top", index + 1).parse().unwrap();
                let headers = HeaderMap::from_iter([(LOCATION, location)]);
                at = at.next(&Method::GET, StatusCode::from_u16(*status).unwrap(), &headers).unwrap().unwrap();
            }
            assert_eq!(at.moved().as_ref().map(Url::as_str), moved, "{chain:?}");
        }
    }

    #[test]
    fn a_redirect_that_wants_us_to_wait_is_heard() {
        let mut at = hop("https://a.example/", None);
        for wait in ["60", "30"] {
            let headers =
                HeaderMap::from_iter([(LOCATION, "/".parse().unwrap()), (RETRY_AFTER, wait.parse().unwrap())]);
            at = at.next(&Method::GET, StatusCode::FOUND, &headers).unwrap().unwrap();
        }
        assert_eq!(at.retry_after, ["60", "30"]);
    }
}
