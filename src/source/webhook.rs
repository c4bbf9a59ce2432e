//! Networks that tell of what is new by webhook: how to read what they send, and how to ask for what they only tell of.
//! As pure as adapters are.

use serde_json::Value;

use super::facebook::Facebook;
use super::instagram::Instagram;
use crate::model::{Answer, Entry, EntryKey, PollFault, Request, Source, SourceKind};
use crate::parse::json;

/// How what one kind of source is sent by webhook is read.
pub trait Webhook: Send + Sync {
    /// Reads what was sent. It may tell of the same again, and of places that are not configured.
    ///
    /// # Errors
    /// When it is not what the network promises; nothing of it is used then.
    fn hear(&self, source: &Source, body: &[u8]) -> Result<Heard, PollFault>;

    /// How to ask for one of [`Heard::asks`].
    fn ask(&self, source: &Source, about: &str) -> Request;

    /// Reads the answer.
    ///
    /// # Errors
    /// When it is not what the network promises.
    fn learn(&self, source: &Source, about: &str, answer: &Answer) -> Result<Vec<Entry>, PollFault>;
}

/// What a network sent.
#[derive(Debug, Default)]
pub struct Heard {
    /// What it shows.
    pub entries: Vec<Entry>,
    /// What it says that was deleted.
    pub deleted: Vec<EntryKey>,
    /// What it tells of without showing it, in the adapter's own words; nothing twice.
    pub asks: Vec<String>,
    /// Faults that did not keep the rest from being read, in plain words.
    pub problems: Vec<String>,
}

/// Who reads what a kind of source is sent, if it is sent anything.
#[must_use]
pub fn webhook(kind: SourceKind) -> Option<&'static dyn Webhook> {
    match kind {
        SourceKind::Facebook => Some(&Facebook),
        SourceKind::Instagram => Some(&Instagram),
        _ => None,
    }
}

/// The changes of one field that Meta tells of, each with the id of the page or account; at most a thousand come together.
pub(super) fn changes(body: &[u8], object: &str, field: &str) -> Result<Vec<(String, Value)>, PollFault> {
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| PollFault::Unreadable(format!("what was sent is not JSON ({error})")))?;
    let said = json::text(&body, "object");
    if said.as_deref() != Some(object) {
        return Err(PollFault::Unreadable(format!("what was sent is not about the object `{object}`")));
    }
    let mut changes = Vec::new();
    for entry in json::list(&body, "entry") {
        let Some(id) = json::text(entry, "id") else { continue };
        let of_field =
            json::list(entry, "changes").filter(|change| json::text(change, "field").as_deref() == Some(field));
        changes.extend(of_field.filter_map(|change| Some((id.clone(), change.get("value")?.clone()))));
    }
    Ok(changes)
}

/// Whether a text is an id of Meta, so that it may stand in what is asked.
pub(super) fn is_id(text: &str) -> bool {
    (1..=80).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_sent_something_can_read_it() {
        for kind in SourceKind::ALL {
            assert_eq!(kind.profile().webhook.is_some(), webhook(*kind).is_some(), "{}", kind.as_str());
        }
    }
}
