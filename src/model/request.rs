//! What adapters ask for: one request, and where its secret belongs. The address of a request never holds the secret, so
//! whatever shows an address shows none.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::Validators;
use super::hiding::TELLING;

/// One request: a GET, or a POST where it has a body.
#[derive(Debug, Clone)]
pub struct Request {
    /// Whole address with its parameters, without the secret.
    pub url: Url,
    /// The `Accept` header.
    pub accept: &'static str,
    /// Further headers; none is secret.
    pub headers: HeaderMap,
    /// Dropped when a redirect leaves the host.
    pub credential: Option<Credential>,
    /// What is posted.
    pub body: Option<Body>,
    /// What is said on a stream once it is open, a message each; none holds secrets.
    pub says: Vec<String>,
    /// Whether it counts in the budget of calls; not where the network counts it apart, and allows many more of its kind.
    pub is_counted: bool,
    /// Validators to send back (`If-None-Match`, `If-Modified-Since`).
    pub validators: Validators,
}

impl Request {
    /// A GET of JSON that needs no secret.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self {
            url,
            accept: "application/json",
            headers: HeaderMap::new(),
            credential: None,
            body: None,
            says: Vec::new(),
            is_counted: true,
            validators: Validators::default(),
        }
    }
}

/// What is posted, mostly to log in. It may hold secrets.
#[derive(Debug, Clone)]
pub enum Body {
    /// `application/x-www-form-urlencoded`
    Form(SecretString),
    /// `application/json`
    Json(SecretString),
}

/// A secret and where it belongs.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Where the network wants it.
    pub place: Slot,
    /// The secret.
    pub secret: SecretString,
    /// Further ones that go wherever it goes, where a network wants several.
    pub beside: Vec<Self>,
}

/// Where in a request a network wants its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// In this header, behind these words (`Authorization` and `Bearer `, for one).
    Header(Cow<'static, str>, Cow<'static, str>),
    /// In this parameter of the address.
    Parameter(Cow<'static, str>),
    /// In the first segment of the path, behind these words.
    Segment(&'static str),
    /// It is the password of the user that the address names, and sent in a login.
    Login,
}

impl Credential {
    /// One secret.
    #[must_use]
    pub fn at(place: Slot, secret: SecretString) -> Self {
        Self { place, secret, beside: Vec::new() }
    }

    /// All of these, if there are any.
    #[must_use]
    pub fn all_of(several: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut several = several.into_iter();
        let first = several.next()?;
        Some(Self { beside: several.collect(), ..first })
    }

    /// Itself and those beside it.
    pub fn each(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.beside)
    }

    /// `Authorization: Bearer SECRET` (RFC 6750).
    #[must_use]
    pub fn bearer(secret: SecretString) -> Self {
        Self::at(Slot::Header("authorization".into(), "Bearer ".into()), secret)
    }

    /// `Authorization: Basic BASE64` (RFC 7617).
    #[must_use]
    pub fn basic(user: &str, secret: &SecretString) -> Self {
        let both = STANDARD.encode(format!("{user}:{}", secret.expose_secret()));
        Self::at(Slot::Header("authorization".into(), "Basic ".into()), SecretString::from(both))
    }

    /// The address as it is sent: with the secrets, where they belong into it.
    #[must_use]
    pub fn on(&self, url: &Url) -> Url {
        self.each().fold(url.clone(), |url, one| one.put_on(url))
    }

    fn put_on(&self, mut sent: Url) -> Url {
        match &self.place {
            Slot::Header(..) | Slot::Login => {}
            Slot::Parameter(name) => {
                sent.query_pairs_mut().append_pair(name, self.secret.expose_secret());
            }
            Slot::Segment(words) => {
                let first = format!("{words}{}", self.secret.expose_secret());
                let rest: Vec<String> = sent.path_segments().into_iter().flatten().map(str::to_owned).collect();
                if let Ok(mut segments) = sent.path_segments_mut() {
                    segments.clear().push(&first).extend(rest);
                }
            }
        }
        sent
    }

    /// Whether this text, which a server wrote, holds one of the secrets. A short one may stand anywhere by chance, such as
    /// in the number of a page, and counts only as the whole value of a parameter.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let query = text.split_once('?').map_or("", |(_, query)| query);
        let is_value = |secret: &str| url::form_urlencoded::parse(query.as_bytes()).any(|(_, value)| value == secret);
        self.each().map(|one| one.secret.expose_secret()).any(|secret| {
            let coded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let is_there = secret.len() >= TELLING && (text.contains(secret) || text.contains(&coded));
            is_there || !secret.is_empty() && is_value(secret)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(place: Slot, url: &str) -> String {
        Credential::at(place, SecretString::from("a/b c")).on(&Url::parse(url).unwrap()).to_string()
    }

    #[test]
    fn the_secret_goes_where_the_network_wants_it() {
        let bearer = Credential::bearer(SecretString::from("a/b c/d e"));
        let url = Url::parse("https://x.example/a?b=c").unwrap();
        assert_eq!(bearer.on(&url), url);
        let basic = Credential::basic("app", &SecretString::from("SECRET"));
        assert_eq!(basic.secret.expose_secret(), "YXBwOlNFQ1JFVA==");
        assert_eq!(sent(Slot::Parameter("key".into()), url.as_str()), "https://x.example/a?b=c&key=a%2Fb+c");
        assert_eq!(sent(Slot::Parameter("key".into()), "https://x.example/a"), "https://x.example/a?key=a%2Fb+c");
        assert_eq!(sent(Slot::Segment("bot"), "https://x.example/get?b=c"), "https://x.example/bota%2Fb%20c/get?b=c");
        assert!(bearer.is_in("/x?key=a%2Fb+c%2Fd+e") && bearer.is_in("a/b c/d e") && !bearer.is_in("/x?key=a"));
    }

    #[test]
    fn a_short_secret_is_one_only_where_it_is_a_whole_value() {
        let short = Credential::bearer(SecretString::from("12"));
        assert!(
            !short.is_in("12") && !short.is_in("/posts/12?page=123&after=a12") && short.is_in("/posts?key=12&page=2")
        );
        assert!(!Credential::bearer(SecretString::from("")).is_in("/posts?page="));
        let long = Credential::bearer(SecretString::from("a1b2c3d4"));
        assert!(long.is_in("/a1b2c3d4/posts") && long.is_in("cursor-a1b2c3d4"));
    }

    #[test]
    fn several_secrets_go_together() {
        let places = [("id", "one"), ("key", "two")].map(|(name, secret)| (Slot::Parameter(name.into()), secret));
        let several = places.map(|(place, secret)| Credential::at(place, SecretString::from(secret)));
        let both = Credential::all_of([Credential::bearer(SecretString::from("three"))].into_iter().chain(several));
        let both = both.unwrap();
        let url = Url::parse("https://x.example/a").unwrap();
        assert_eq!(both.on(&url).as_str(), "https://x.example/a?id=one&key=two");
        assert!(["one", "two", "three"].iter().all(|secret| both.is_in(&format!("/next?key={secret}&page=4"))));
        assert!(!both.is_in("/next?page=4"));
        assert!(Credential::all_of([]).is_none());
    }
}
