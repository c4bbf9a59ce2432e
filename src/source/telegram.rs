//! The updates of a Telegram bot: messages of its groups and posts of its channels, and what becomes of them when they are
//! edited. A bot sees nothing from before it came, and what it does not fetch within a day is lost. To ask for the updates
//! behind one deletes that one on the server, so the offset is what is stored, and a poll asks once: only a later poll
//! tells the server what to forget. Messages to the bot itself are nobody else's and are left out, and so is what says
//! nothing: who joined, who left. There are no counts, and nothing tells of deleted messages.

use chrono::DateTime;
use serde_json::Value;

use super::{Adapter, api, link, reset};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, Page, PollFault, Request, Slot, Source};
use crate::parse::{json, text};

const UPDATES: [&str; 4] = ["message", "edited_message", "channel_post", "edited_channel_post"];
const SITE: &str = "https://t.me";

pub(super) struct Telegram;

impl Adapter for Telegram {
    fn lanes(&self, _source: &Source) -> Vec<String> {
        vec![String::new()]
    }

    fn request(&self, source: &Source, _lane: &str, cursor: Option<&str>, _now: Instant) -> Request {
        let allowed = format!("[\"{}\"]", UPDATES.join("\",\""));
        let parameters = [("limit", "100"), ("timeout", "0"), ("allowed_updates", allowed.as_str())];
        let parameters: Vec<(&str, &str)> =
            cursor.map(|offset| ("offset", offset)).into_iter().chain(parameters).collect();
        api::keyed(source, Slot::Segment("bot"), &["getUpdates"], &parameters)
    }

    fn read(
        &self,
        source: &Source,
        _lane: &str,
        _cursor: Option<&str>,
        answer: &Answer,
        _now: Instant,
    ) -> Result<Page, PollFault> {
        let body = api::body(answer)?;
        let Some(updates) = json::at(&body, "result").and_then(Value::as_array) else {
            return Err(api::missing(answer, &body, "list of updates"));
        };
        let mut entries: Vec<Entry> = Vec::new();
        for entry in updates.iter().filter_map(|update| entry(source, update)) {
            match entries.iter_mut().find(|before| before.key == entry.key) {
                Some(before) => {
                    let parent = entry.parent.clone().or_else(|| before.parent.take());
                    *before = Entry { parent, ..entry };
                }
                None => entries.push(entry),
            }
        }
        let newest = updates.iter().filter_map(|update| json::number(update, "update_id")).max();
        let cursor = newest.map(|newest| newest.saturating_add(1).to_string());
        Ok(Page { entries, cursor, ..Page::default() })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        let body = api::body(answer).ok()?;
        let message = text::line(&json::text(&body, "description")?);
        let status = answer.status;
        Some(match json::number(&body, "error_code")? {
            401 | 404 => PollFault::Revoked { status, message: format!("{message}; renew the token of the bot") },
            429 => {
                let wait = json::text(&body, "parameters.retry_after");
                PollFault::Throttled { status, until: wait.and_then(|wait| reset::in_seconds(&wait, now)) }
            }
            _ => PollFault::Status { status, message },
        })
    }
}

fn entry(source: &Source, update: &Value) -> Option<Entry> {
    let (kind, message) = UPDATES.iter().find_map(|kind| Some((*kind, json::at(update, kind)?)))?;
    let said = json::text(message, "text").or_else(|| json::text(message, "caption"))?;
    let (chat, id) = (json::text(message, "chat.id")?, json::text(message, "message_id")?);
    if json::text(message, "chat.type").is_some_and(|kind| kind == "private") {
        return None;
    }
    let key = |id: String| EntryKey::of("telegram", &format!("{chat}/{id}"));
    let name = json::text(message, "chat.username");
    let closed = || chat.strip_prefix("-100").map(|number| format!("c/{number}"));
    let place = name.or_else(closed);
    Some(Entry {
        url: place.and_then(|place| link(&format!("{SITE}/{place}/{id}"))),
        text: text::plain(&said),
        author: author(message),
        published_at: json::number(message, "date").and_then(|date| DateTime::from_timestamp(date, 0)),
        language: source.language.clone(),
        kind: Some(if kind.ends_with("channel_post") { EntryKind::Microblog } else { EntryKind::Forum }),
        place: json::text(message, "chat.title").map(|title| text::line(&title)),
        parent: json::text(message, "reply_to_message.message_id").map(key),
        thread: json::text(message, "message_thread_id").map(key),
        ..Entry::new(key(id))
    })
}

/// A channel or a group speaks for itself, whoever wrote it.
fn author(message: &Value) -> Option<Author> {
    let field = |name: &str| json::text(message, name).map(|text| text::line(&text));
    let (name, handle) = match field("sender_chat.title") {
        Some(title) => (title, field("sender_chat.username")),
        None => {
            let names = [field("from.first_name"), field("from.last_name")];
            (names.into_iter().flatten().collect::<Vec<_>>().join(" "), field("from.username"))
        }
    };
    let url = handle.as_ref().and_then(|handle| link(&format!("{SITE}/{handle}")));
    Some(Author { name, handle, url, followers: None }).filter(|author| !author.name.is_empty())
}
