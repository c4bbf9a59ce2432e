//! What a message of the stream tells, in either version of the protocol.

use serde_json::Value;

use crate::model::exchange::LONGEST_WORDS;
use crate::model::text::one_line;
use crate::parse::json;

/// The collection of posts.
pub(super) const POSTS: &str = "app.bsky.feed.post";
/// What accounts are that are no more.
const CLOSED: [&str; 2] = ["deleted", "takendown"];

/// What happened, as both versions tell it.
pub(super) struct Event {
    /// When, in microseconds since 1970.
    pub(super) at: i64,
    /// Which, where events are counted (second version).
    pub(super) number: Option<u64>,
    /// What became of a post, if it is about one.
    pub(super) change: Option<Change>,
    /// Whose account is no more, if it is about that.
    pub(super) closed: Option<String>,
}

/// What became of a post.
pub(super) struct Change {
    /// `create`, `update` or `delete`.
    pub(super) operation: String,
    /// Whose it is.
    pub(super) did: String,
    rkey: String,
    /// The post; nothing where it was deleted.
    pub(super) record: Value,
}

/// Reads a message; `None` where it tells of nothing that happened.
pub(super) fn event(message: &Value) -> Option<Event> {
    let second = json::at(message, "payload");
    let (event, at, commit) = match second {
        Some(payload) => (payload, json::instant(payload, "time")?.timestamp_micros(), Some(payload)),
        None => (message, json::number(message, "time_us")?, json::at(message, "commit")),
    };
    let number = second.and_then(|payload| json::count(payload, "seq"));
    let change = commit.filter(|commit| json::text(commit, "collection").as_deref() == Some(POSTS));
    let change = change.and_then(|commit| {
        Some(Change {
            operation: json::text(commit, "operation")?,
            did: json::text(event, "did")?,
            rkey: json::text(commit, "rkey")?,
            record: json::at(commit, "record").cloned().unwrap_or_default(),
        })
    });
    Some(Event { at, number, change, closed: closed(event) })
}

/// The account that was deleted or taken down for good. One that is suspended, or that its owner has put to rest, may come
/// back, and its posts with it.
fn closed(event: &Value) -> Option<String> {
    let account = json::at(event, "account").unwrap_or(event);
    let is_active = json::at(account, "active").and_then(Value::as_bool).unwrap_or(true);
    let is_gone = json::text(account, "status").is_some_and(|status| CLOSED.contains(&status.as_str()));
    json::text(event, "did").filter(|did| !is_active && is_gone && did.starts_with("did:"))
}

/// What the server says is wrong, before it closes the stream.
pub(super) fn complaint(message: &Value) -> Option<String> {
    let error = json::text(message, "error")?;
    let said = json::text(message, "message").map(|said| format!(": {said}")).unwrap_or_default();
    Some(one_line(&format!("the server ends the stream: {error}{said}"), LONGEST_WORDS))
}

impl Change {
    /// Its address, by which it is known everywhere.
    pub(super) fn uri(&self) -> String {
        format!("at://{}/{POSTS}/{}", self.did, self.rkey)
    }
}
