//! A configured place to poll.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::Language;

/// The networks and formats mentiond can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// Hacker News through Algolia's `search_by_date`.
    HackerNews,
    /// Tag timelines of a Mastodon server.
    Mastodon,
}

impl SourceKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Feed, Self::HackerNews, Self::Mastodon];

    /// The word of the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::HackerNews => "hacker_news",
            Self::Mastodon => "mastodon",
        }
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
    pub interval: Duration,
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
