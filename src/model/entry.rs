//! One normalised item of a source.

use url::Url;

use super::text::without_controls;
use super::{Instant, Language, host_of};

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

    /// Whom the address asks that the network has for an id, where it is one.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let (_, id) = self.0.split_once(':')?;
        Url::parse(id).ok().as_ref().filter(|url| url.has_host()).map(host_of)
    }
}

/// What sort of thing an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A post of a blog or a magazine.
    Blog,
    /// An article of the press.
    News,
    /// A short post of a social network.
    Microblog,
    /// A post of a forum or group.
    Forum,
    /// What somebody says below something else.
    Comment,
    /// A review, mostly with stars.
    Review,
    /// A video.
    Video,
    /// A question or an issue that wants an answer.
    Question,
    /// A picture with a caption.
    Image,
    /// A mail.
    Mail,
    /// An episode of a podcast.
    Podcast,
}

impl EntryKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Blog,
        Self::News,
        Self::Microblog,
        Self::Forum,
        Self::Comment,
        Self::Review,
        Self::Video,
        Self::Question,
        Self::Image,
        Self::Mail,
        Self::Podcast,
    ];

    /// The word for the store and for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blog => "blog",
            Self::News => "news",
            Self::Microblog => "microblog",
            Self::Forum => "forum",
            Self::Comment => "comment",
            Self::Review => "review",
            Self::Video => "video",
            Self::Question => "question",
            Self::Image => "image",
            Self::Mail => "mail",
            Self::Podcast => "podcast",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who wrote an entry. Unknown authors are `None` on the entry, never "anonymous".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// The name people see; empty where only the account is known.
    pub name: String,
    /// The account's handle within its network, without a leading `@`.
    pub handle: Option<String>,
    /// The profile page.
    pub url: Option<String>,
    /// Followers or subscribers, where the network tells.
    pub followers: Option<u64>,
    /// What the network calls the account for good, where it has such a thing beside names that may change. Of what was
    /// stored, the identity.
    pub id: Option<String>,
}

/// Characters of an identity that are shown of an account without a name.
const SHOWN: usize = 16;

impl Author {
    /// What tells this author from others in metrics: what the account is called for good, else the handle, else the name;
    /// lower case.
    #[must_use]
    pub fn identity(&self) -> String {
        self.id.as_deref().or(self.handle.as_deref()).unwrap_or(&self.name).to_lowercase()
    }

    /// The name, if one is known.
    #[must_use]
    pub fn shown(&self) -> Option<&str> {
        Some(self.name.as_str()).filter(|name| !name.trim().is_empty())
    }

    /// What stands for a name in a list of authors: the beginning of the identity.
    #[must_use]
    pub fn unnamed(identity: &str) -> String {
        let mut characters = identity.chars();
        let first: String = characters.by_ref().take(SHOWN).collect();
        if characters.next().is_some() { first + "…" } else { first }
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
    /// What sort of thing it is, where the network tells.
    pub kind: Option<EntryKind>,
    /// Where within its network it was said: a subreddit, a channel, an app, a page.
    pub place: Option<String>,
    /// What it answers to: an entry key of the network, whether or not that entry is stored.
    pub parent: Option<EntryKey>,
    /// What began the thread that it belongs to: an entry key as well.
    pub thread: Option<EntryKey>,
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
            kind: None,
            place: None,
            parent: None,
            thread: None,
        }
    }
}
