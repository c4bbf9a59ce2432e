//! A configured place to poll.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::json_api::JsonApi;
use super::kinds::Refresh;
use super::{Interval, Language, Search, SourceKind};

/// How old what is there before mentiond may be and still raise an alert, unless a source says otherwise.
pub const DAY: Duration = Duration::from_secs(86_400);

/// A source as configured.
#[derive(Debug, Clone)]
pub struct Source {
    /// The unique name; it identifies the source in the store and stands in coverage.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// The feed's address, or the base address of the API.
    pub url: Url,
    /// What to ask the network for: phrases, or tags.
    pub terms: Vec<String>,
    /// The same for networks that can be searched for several words at once, where the terms follow from queries.
    pub searches: Vec<Search>,
    /// Where in the network to look: subreddits, channels, apps, pages.
    pub places: Vec<String>,
    /// Time between two polls when all is well.
    pub interval: Interval,
    /// How much its mentions count when a digest ranks stories; 1 is usual, 0 or more.
    pub weight: f64,
    /// The language of its entries where they do not say it themselves.
    pub language: Option<Language>,
    /// Whether loopback and private addresses may be reached.
    pub allow_private: bool,
    /// The secret to ask with, where the network wants one.
    pub token: Option<SecretString>,
    /// The name that goes with the secret, where it has one: a client id, a handle, a user name.
    pub account: Option<String>,
    /// The country whose edition is read, two small letters (ISO 3166-1).
    pub country: Option<String>,
    /// How far back the first poll of an API reaches.
    pub first_poll_depth: Duration,
    /// What is older than this when the source is first read raises no alert.
    pub first_alert_age: Duration,
    /// What its network needs to send it things by webhook, if it may.
    pub webhook: Option<WebhookKeys>,
    /// What it may use up, as configured; [`Source::budget`] knows what its network allows as well.
    pub budget: Budget,
    /// Whether its mentions are counted again for a while, where its network can be asked for that.
    pub refresh: bool,
    /// The API, where the configuration describes one.
    pub json: Option<Arc<JsonApi>>,
}

/// What a source may use up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Budget {
    /// Most calls in a day of UTC.
    pub calls_per_day: Option<u32>,
    /// Most US dollars in a month of UTC.
    pub dollars_per_month: Option<f64>,
}

/// How what a network sends by webhook is known to be its own.
#[derive(Debug, Clone)]
pub struct WebhookKeys {
    /// What it signs with.
    pub secret: SecretString,
    /// What it shows before it sends anything.
    pub verify_token: SecretString,
}

impl Source {
    /// A source of which only this is configured.
    #[must_use]
    pub fn new(name: String, kind: SourceKind, url: Url) -> Self {
        Self {
            name,
            kind,
            url,
            terms: Vec::new(),
            searches: Vec::new(),
            places: Vec::new(),
            interval: kind.interval(),
            weight: 1.0,
            language: None,
            allow_private: false,
            token: None,
            account: None,
            country: None,
            first_poll_depth: Duration::ZERO,
            first_alert_age: DAY,
            webhook: None,
            budget: Budget::default(),
            refresh: kind.profile().refresh == Refresh::Free,
            json: None,
        }
    }

    /// What to search a network for that can be asked for several words at once; terms of its own are searched for alone.
    #[must_use]
    pub fn searches(&self) -> Vec<Search> {
        if self.searches.is_empty() {
            return self.terms.iter().map(|term| Search::of(term)).collect();
        }
        self.searches.clone()
    }

    /// All of its secrets that are sent when it is asked.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        let beside = self.json.iter().flat_map(|api| api.secrets.iter().map(|credential| &credential.secret));
        self.token.iter().chain(beside)
    }

    /// The source at another address. Its secrets stay where they were meant to go.
    #[must_use]
    pub fn at(&self, url: &Url) -> Self {
        // Addresses of mailboxes have no origin that could be compared.
        let is_home = url == &self.url || url.origin() == self.url.origin();
        let token = self.token.clone().filter(|_| is_home);
        let open = |api: &Arc<JsonApi>| Arc::new(JsonApi { secrets: Vec::new(), ..JsonApi::clone(api) });
        let json = if is_home { self.json.clone() } else { self.json.as_ref().map(open) };
        Self { url: url.clone(), token, json, ..self.clone() }
    }
}

/// Whom an address asks: its host, with the port where that is an unusual one. What is asked in the clear and what is
/// asked over TLS is one host.
#[must_use]
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_one_server_have_one_host() {
        for (url, host) in [
            ("https://News.Example/feed?a=1", "news.example"),
            ("http://news.example:80/", "news.example"),
            ("https://user@news.example:443/x", "news.example"),
            ("http://news.example:8080/", "news.example:8080"),
            ("http://[::1]:81/", "[::1]:81"),
            ("https://bücher.example/", "xn--bcher-kva.example"),
        ] {
            assert_eq!(host_of(&Url::parse(url).unwrap()), host, "{url}");
        }
    }
}
