//! The updates of a Telegram bot: messages of its groups and posts of its channels, and what becomes of them when they are
//! edited. A bot sees nothing from before it came, and what it does not fetch within a day is lost. To ask for the updates
//! behind one deletes that one on the server, so the offset is what is stored, and a poll asks once: only a later poll
//! tells the server what to forget. Of more than a hundred in an interval, the rest waits there. Messages to the bot itself are nobody else's and are left out, and so is what says
//! nothing: who joined, who left. There are no counts, and nothing tells of deleted messages.

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Adapter, api, cursor, link, reset};
use crate::model::{
    Answer, Author, Entry, EntryKey, EntryKind, Instant, Loss, LossReason, Page, PollFault, Request, Slot, Source,
};
use crate::parse::{json, text};

const UPDATES: [&str; 4] = ["message", "edited_message", "channel_post", "edited_channel_post"];
const SITE: &str = "https://t.me";

/// Updates that are asked for at once; Telegram gives out no more.
const LIMIT: usize = 100;
/// Hours that Telegram keeps updates for.
const KEPT: i64 = 24;

pub(super) struct Telegram;

/// How far the updates were fetched.
#[derive(Serialize, Deserialize)]
struct Fetched {
    /// The first that was not.
    offset: Option<i64>,
    /// Up to when, in Unix seconds.
    at: i64,
}

impl Adapter for Telegram {
    fn lanes(&self, _source: &Source) -> Vec<String> {
        vec![String::new()]
    }

    fn request(&self, source: &Source, _lane: &str, cursor: Option<&str>, _now: Instant) -> Request {
        let allowed = format!("[\"{}\"]", UPDATES.join("\",\""));
        let limit = LIMIT.to_string();
        let parameters = [("limit", limit.as_str()), ("timeout", "0"), ("allowed_updates", allowed.as_str())];
        let offset =
            cursor::read::<Fetched>(cursor).and_then(|fetched| fetched.offset).map(|offset| offset.to_string());
        let offset = offset.as_deref().map(|offset| ("offset", offset));
        let parameters: Vec<(&str, &str)> = offset.into_iter().chain(parameters).collect();
        api::keyed(source, Slot::Segment("bot"), &["getUpdates"], &parameters)
    }

    fn read(
        &self,
        source: &Source,
        _lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
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
        let before: Option<Fetched> = cursor::read(cursor);
        let offset = newest.map(|newest| newest.saturating_add(1));
        let offset = offset.or_else(|| before.as_ref().and_then(|before| before.offset));
        let fetched = before.and_then(|before| DateTime::from_timestamp(before.at, 0));
        let lost = fetched.and_then(|at| Loss::between(at, now - TimeDelta::hours(KEPT), LossReason::Hours(24)));
        // Behind a full answer there is more, which waits for as long as it is kept and no longer.
        let is_full = updates.len() >= LIMIT;
        let newest = updates.iter().filter_map(happened).max().filter(|newest| is_full && *newest < now.timestamp());
        let cursor = cursor::write(&Fetched { offset, at: newest.unwrap_or_else(|| now.timestamp()) });
        Ok(Page { entries, cursor, lost: lost.into_iter().collect(), ..Page::default() })
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

/// When something was written or changed, in Unix seconds.
fn happened(update: &Value) -> Option<i64> {
    let message = UPDATES.iter().find_map(|kind| json::at(update, kind))?;
    json::number(message, "edit_date").or_else(|| json::number(message, "date"))
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
    Some(Author { name, handle, url, ..Author::default() }).filter(|author| !author.name.is_empty())
}
