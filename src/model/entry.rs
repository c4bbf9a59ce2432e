//! One normalised item of a source.

use super::text::without_controls;
use super::{Instant, Language};

/// The stable identity of an entry, unique over the whole store.
///
/// An adapter of a network whose ids are network-wide writes `NETWORK:ID` (`hn:50872260`, `mastodon:https://…`), so
/// that two sources seeing the same post store it once; a feed writes `feed:SOURCE:GUID`, since guids are only
/// unique within their feed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryKey(pub String);

impl EntryKey {
    /// The key of what `network` calls `id`, without the id's control characters: no database takes all of them, and a
    /// terminal obeys some.
    #[must_use]
    pub fn of(network: &str, id: &str) -> Self {
        Self(format!("{network}:{}", without_controls(id)))
    }
}

/// Who wrote an entry. Unknown authors are `None` on the entry, never "anonymous".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// The name people see.
    pub name: String,
    /// The account's handle within its network, without a leading `@`.
    pub handle: Option<String>,
    /// The profile page.
    pub url: Option<String>,
    /// Followers or subscribers, where the network tells.
    pub followers: Option<u64>,
}

impl Author {
    /// What tells this author from others in metrics: the handle where there is one, else the name, lower case.
    #[must_use]
    pub fn identity(&self) -> String {
        self.handle.as_deref().unwrap_or(&self.name).to_lowercase()
    }
}

/// One normalised item of a source, as read from one poll.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Stable identity.
    pub key: EntryKey,
    /// Where a person can read it.
    pub url: Option<String>,
    /// Title as plain text, may be empty.
    pub title: String,
    /// Body as plain text, may be empty.
    pub text: String,
    /// Who wrote it.
    pub author: Option<Author>,
    /// When it was published, as the source says; `None` if it does not say so legibly.
    pub published_at: Option<Instant>,
    /// The language the source claims.
    pub language: Option<Language>,
    /// Tags and categories, without `#`.
    pub tags: Vec<String>,
    /// The stars from 0 to 5 that the author gives, where it is a review; never an average of what others gave.
    pub rating: Option<f64>,
    /// Likes, points, shares and replies added up, where the network tells.
    pub engagement: Option<u64>,
}

impl Entry {
    /// An entry with a key and nothing else.
    #[must_use]
    pub fn new(key: EntryKey) -> Self {
        Self {
            key,
            url: None,
            title: String::new(),
            text: String::new(),
            author: None,
            published_at: None,
            language: None,
            tags: Vec::new(),
            rating: None,
            engagement: None,
        }
    }
}
