//! What adapters ask for and get back: the words between `source` and `fetch`, which do not know each other.

use std::collections::BTreeMap;

use http::HeaderMap;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::health::USED_UP;
use super::text::one_line;
use super::{Entry, EntryKey, Hub, Instant, Loss, Request, Rhythm};

/// One answer, body read whole within the limits; of a stream, what it has said since it was last asked, a message in a
/// line.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The address that answered, after redirects.
    pub url: Url,
    /// HTTP status.
    pub status: u16,
    /// Where an unbroken chain of permanent redirects (301, 308) from the address that was asked for leads, if there is
    /// one.
    pub moved: Option<Url>,
    /// Headers of the final answer.
    pub headers: HeaderMap,
    /// The decoded body.
    pub body: Vec<u8>,
}

/// The status of what a stream says first, so that adapters know: what happened before is not in it. Whatever it says
/// later has status 200.
pub const JUST_OPENED: u16 = 201;

impl Answer {
    /// A header's value if it is there and readable text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What a login gives: what to ask with until it ends.
#[derive(Debug, Clone)]
pub struct Session {
    /// Sent as `Authorization: Bearer`.
    pub token: SecretString,
    /// When it ends, if the server says so.
    pub until: Option<Instant>,
    /// The server that the account lives on, if that is another one.
    pub base: Option<Url>,
}

/// Most characters of a server's own words that a fault repeats.
pub const LONGEST_WORDS: usize = 200;

/// What a JSON document says is wrong, fit to be shown: `{"error_description": "…"}` (RFC 6749), `{"error": "…"}`,
/// `{"error": {"message": "…"}}`, `{"message": "…"}`, `{"detail": "…"}` (RFC 9457) or `{"errors": ["…"]}`.
#[must_use]
pub fn complaint(document: &Value) -> Option<String> {
    let at = |name| document.get(name);
    let error = at("error");
    let inside = error.and_then(|error| error.get("message"));
    let first = at("errors").and_then(|errors| errors.get(0));
    let places = [at("error_description"), inside, error, at("message"), at("detail"), first];
    let texts = places.into_iter().flatten().filter_map(Value::as_str);
    texts.map(|text| one_line(text, LONGEST_WORDS)).find(|text| !text.is_empty())
}

/// How far a source has been read: per lane (a term or tag; `""` for a feed) whatever text the adapter needs to go on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub BTreeMap<String, String>);

/// What an adapter read from one answer.
#[derive(Debug, Default)]
pub struct Page {
    /// The entries, in the order of the answer.
    pub entries: Vec<Entry>,
    /// Entries that were read as well but are not wanted; a network that sells them counts them.
    pub left_out: usize,
    /// The lane's cursor once these entries are stored; `None` leaves it as it was.
    pub cursor: Option<String>,
    /// The request for the next page, if there is more to read now.
    pub next: Option<Request>,
    /// Back to when the lane has been read with it, where that is known and there is more before it that is wanted.
    pub back_to: Option<Instant>,
    /// Faults that did not keep the rest from being read, in plain words.
    pub problems: Vec<String>,
    /// Entries of which the source says that it deleted them.
    pub deleted: Vec<EntryKey>,
    /// The beginnings of the keys of all entries of accounts that it says are no more.
    pub closed: Vec<String>,
    /// What the document says about when it changes.
    pub rhythm: Rhythm,
    /// The hub it names, if it names one.
    pub hub: Option<Hub>,
    /// Times of which the lane can show no more, though not all of it was read.
    pub lost: Vec<Loss>,
    /// Why the lane cannot be read on, where that is said beside what was read.
    pub fault: Option<PollFault>,
}

/// Why a poll, or one lane of it, did not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PollFault {
    /// The address may not be reached (address guard, scheme, redirects).
    #[error("{0}")]
    Refused(String),
    /// No usable answer: name resolution, connection, TLS, time-out, body too large.
    #[error("{0}")]
    Unreachable(String),
    /// The server asks us to come back later.
    #[error("the server asks us to wait (status {status})")]
    Throttled {
        /// HTTP status.
        status: u16,
        /// When it wants us back, if it says so.
        until: Option<Instant>,
    },
    /// The server wants credentials or refuses ours.
    #[error("the server refuses access (status {status}): {message}")]
    Denied {
        /// HTTP status.
        status: u16,
        /// Its words, shortened and free of control characters.
        message: String,
    },
    /// The server no longer takes our credentials: they are wrong, expired or revoked, and only a person can renew them.
    #[error("the server does not take the credentials (status {status}): {message}")]
    Revoked {
        /// HTTP status.
        status: u16,
        /// What to renew, or the server's words.
        message: String,
    },
    /// Our secret is not what the network wants; nobody was asked with it.
    #[error("the secret cannot be used: {0}")]
    Unusable(String),
    /// What may be asked in a time is used up: a quota of the network, or a budget of the configuration.
    #[error("{what}{USED_UP}")]
    Spent {
        /// Of what, such as "the quota of searches a day".
        what: String,
        /// When there is more.
        until: Instant,
    },
    /// The document is gone for good (410).
    #[error("the address is gone for good (status 410)")]
    Gone,
    /// Any other status that is not a success.
    #[error("the server answered with status {status}: {message}")]
    Status {
        /// HTTP status.
        status: u16,
        /// Its words, shortened and free of control characters.
        message: String,
    },
    /// A web page stands where the feed should be.
    #[error("the answer cannot be read: it is a web page, not a feed{}", hint(.alternate.as_ref()))]
    WebPage {
        /// The feed that the page names.
        alternate: Option<Url>,
    },
    /// The body is not what the kind of source promises.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

fn hint(alternate: Option<&Url>) -> String {
    alternate.map(|url| format!("\n  hint: configure `{url}`, which the page names as its feed")).unwrap_or_default()
}

impl PollFault {
    /// Whether the server as a whole does not answer us, so that asking it for something else is of no use now. What it
    /// denies may be one place only.
    #[must_use]
    pub fn is_of_server(&self) -> bool {
        matches!(
            self,
            Self::Refused(_)
                | Self::Unreachable(_)
                | Self::Throttled { .. }
                | Self::Revoked { .. }
                | Self::Unusable(_)
                | Self::Spent { .. }
        )
    }

    /// The same with other words.
    #[must_use]
    pub fn with_words(self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Refused(why) => Self::Refused(change(&why)),
            Self::Unreachable(why) => Self::Unreachable(change(&why)),
            Self::Denied { status, message } => Self::Denied { status, message: change(&message) },
            Self::Revoked { status, message } => Self::Revoked { status, message: change(&message) },
            Self::Unusable(why) => Self::Unusable(change(&why)),
            Self::Status { status, message } => Self::Status { status, message: change(&message) },
            Self::WebPage { alternate } => {
                Self::WebPage { alternate: alternate.filter(|url| change(url.as_str()) == url.as_str()) }
            }
            Self::Unreadable(why) => Self::Unreadable(change(&why)),
            Self::Throttled { .. } | Self::Spent { .. } | Self::Gone => self,
        }
    }

    /// The label for the store and for metrics.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Unreachable(_) => "unreachable",
            Self::Throttled { .. } => "throttled",
            Self::Denied { .. } => "denied",
            Self::Revoked { .. } => "revoked",
            Self::Unusable(_) => "unusable",
            Self::Spent { .. } => "spent",
            Self::Gone => "gone",
            Self::Status { .. } => "status",
            Self::WebPage { .. } => "web_page",
            Self::Unreadable(_) => "unreadable",
        }
    }
}
