//! A configured place to poll, and what is particular about each kind of it.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::{Interval, Language};

/// What is particular about a kind of source, apart from how it is asked and how its answers are read.
#[derive(Debug)]
pub struct Profile {
    /// The word of the configuration.
    pub word: &'static str,
    /// Time between two polls, unless the source says otherwise.
    pub interval: Duration,
    /// Where it is.
    pub address: Address,
    /// Settings that have no effect, each with what to do instead.
    pub refused: &'static [(Setting, &'static str)],
}

/// Where a kind of source is.
#[derive(Debug, Clone, Copy)]
pub enum Address {
    /// There, unless the source says otherwise.
    Known(&'static str),
    /// Every source has to say it; this is an example.
    Own(&'static str),
}

/// A setting of a source that does not mean something for every kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// `terms`
    Terms,
    /// `tags`
    Tags,
    /// `token_file`
    TokenFile,
    /// `first_poll_depth`
    FirstPollDepth,
}

const MINUTE: Duration = Duration::from_secs(60);
const WHOLE: &str = "a feed is read whole, and the queries of the brands find the mentions in it";

/// Each block is a kind: its documentation, its name, its [`Profile`].
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident { $($profile:tt)* })*) => {
        /// The networks and formats mentiond can read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum SourceKind {
            $($(#[$doc])* $kind,)*
        }

        impl SourceKind {
            /// All kinds, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// What is particular about it.
            #[must_use]
            pub fn profile(self) -> &'static Profile {
                match self {
                    $(Self::$kind => &const { Profile { $($profile)* } },)*
                }
            }
        }
    };
}

kinds! {
    /// RSS, Atom or JSON Feed.
    Feed {
        word: "feed",
        interval: MINUTE.saturating_mul(15),
        address: Address::Own("https://www.example.org/feed.xml"),
        refused: &[
            (Setting::Terms, WHOLE),
            (Setting::Tags, WHOLE),
            (Setting::FirstPollDepth, "a feed has no further pages; remove the key"),
        ],
    }

    /// Hacker News through Algolia's `search_by_date`.
    HackerNews {
        word: "hacker_news",
        interval: MINUTE.saturating_mul(5),
        address: Address::Known("https://hn.algolia.com"),
        refused: &[
            (Setting::Tags, "Hacker News is asked for `terms`"),
            (Setting::TokenFile, "Hacker News is open to everybody; remove the key"),
        ],
    }

    /// Tag timelines of a Mastodon server.
    Mastodon {
        word: "mastodon",
        interval: MINUTE.saturating_mul(5),
        address: Address::Own("https://mastodon.social"),
        refused: &[(Setting::Terms, "Mastodon is asked for `tags`")],
    }
}

impl SourceKind {
    /// The word of the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.profile().word
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// The interval of a source for which none is configured: that of its kind, and for a feed its own pace as soon as it
    /// has one.
    #[must_use]
    pub fn interval(self) -> Interval {
        let usual = self.profile().interval;
        if self == Self::Feed { Interval::Adaptive { usual } } else { Interval::Fixed(usual) }
    }
}

/// A source as configured.
#[derive(Debug, Clone)]
pub struct Source {
    /// The unique name; it identifies the source in the store and stands in coverage.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// The feed's address, or the base address of the API.
    pub url: Url,
    /// What to ask the network for (phrases, or tags for Mastodon). Unused by feeds.
    pub terms: Vec<String>,
    /// Time between two polls when all is well.
    pub interval: Interval,
    /// How much its mentions count when a digest ranks stories; 1 is usual, 0 or more.
    pub weight: f64,
    /// The language of its entries where they do not say it themselves.
    pub language: Option<Language>,
    /// Whether loopback and private addresses may be reached.
    pub allow_private: bool,
    /// A bearer token, where the network wants one.
    pub token: Option<SecretString>,
    /// How far back the first poll of an API reaches.
    pub first_poll_depth: Duration,
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
            interval: kind.interval(),
            weight: 1.0,
            language: None,
            allow_private: false,
            token: None,
            first_poll_depth: Duration::ZERO,
        }
    }

    /// The source at another address. Its token stays where it was meant to go.
    #[must_use]
    pub fn at(&self, url: &Url) -> Self {
        let token = self.token.clone().filter(|_| url.origin() == self.url.origin());
        Self { url: url.clone(), token, ..self.clone() }
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

    #[test]
    fn profiles_are_sound() {
        for (number, kind) in SourceKind::ALL.iter().enumerate() {
            let Profile { word, interval, address, refused } = kind.profile();
            assert!(SourceKind::ALL[..number].iter().all(|other| other.as_str() != *word), "{word} stands twice");
            assert!(*interval >= MINUTE, "{word} is polled too often");
            assert_eq!(SourceKind::parse(word), Some(*kind));
            let (Address::Known(url) | Address::Own(url)) = address;
            assert_eq!(Url::parse(url).unwrap().scheme(), "https", "{word}");
            for (place, (setting, hint)) in refused.iter().enumerate() {
                assert!(!hint.is_empty() && refused[..place].iter().all(|(other, _)| other != setting), "{word}");
            }
        }
    }
}
