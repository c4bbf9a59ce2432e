//! Channels of Discord servers that have invited the bot, one lane each. Ids are times, so a channel is read upwards from
//! the newest message that was read, without a gap, and from a computed id at first. What is edited, deleted or gets
//! reactions after it was read stays as it was. Without the right to read the history a channel looks empty; without the
//! message content intent messages that do not name the bot have no text, and everything from the first of them on is left
//! for later. Discord bans addresses that go on asking for what they may not see, so a channel that is refused is asked
//! again a few times a day at most. Threads are channels of their own. Only what people write is read, not what Discord
//! writes for them.

use chrono::TimeDelta;
use http::HeaderValue;
use http::header::USER_AGENT;
use serde_json::Value;

use super::{Adapter, api, link, reset};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, Page, PollFault, Request, Slot, Source};
use crate::parse::{json, text};

/// Messages that are asked for at once.
const LIMIT: usize = 100;
/// Ids are milliseconds since the beginning of 2015 in front of this many bits.
const SEQUENCE_BITS: u32 = 22;
const EPOCH_MS: i64 = 1_420_070_400_000;
/// Discord refuses programs that do not call themselves so.
const NAME: &str = concat!("DiscordBot (", env!("CARGO_PKG_REPOSITORY"), ", ", env!("CARGO_PKG_VERSION"), ")");
/// Where a message says something, if not in its content.
const ELSEWHERE: [&str; 6] = ["embeds", "attachments", "sticker_items", "components", "message_snapshots", "poll"];
const SITE: &str = "https://discord.com";

pub(super) struct Discord;

impl Adapter for Discord {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.places.clone()
    }

    fn request(&self, source: &Source, lane: &str, cursor: Option<&str>, now: Instant) -> Request {
        ask(source, lane, cursor.unwrap_or(&id_at(source, now)))
    }

    fn read(
        &self,
        source: &Source,
        lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let body = api::body(answer)?;
        let Some(messages) = body.as_array() else {
            return Err(api::missing(answer, &body, "list of messages"));
        };
        let written = || messages.iter().filter(|message| is_written(message));
        let id = |message: &Value| json::text(message, "id")?.parse::<u64>().ok();
        let withheld = written().filter(|message| is_blank(message)).filter_map(id).min();
        let withheld = withheld.filter(|_| !written().any(shows_intent));
        let read = messages.iter().filter_map(id).filter(|id| withheld.is_none_or(|first| *id < first)).max();
        let known = cursor.and_then(|cursor| cursor.parse::<u64>().ok());
        let read = read.filter(|read| known.is_none_or(|known| known < *read)).map(|read| read.to_string());
        let shown = written().filter(|message| withheld.is_none() || !is_blank(message));
        let entries = shown.filter_map(|message| entry(source, lane, message)).collect();
        if withheld.is_some() {
            let hint = "switch the message content intent of the bot on, in the developer portal";
            let problem = format!("the messages of `{lane}` have no text and are left for later; {hint}");
            let from = || cursor.map_or_else(|| id_at(source, now), str::to_owned);
            return Ok(Page {
                entries,
                cursor: read.or_else(|| Some(from())),
                problems: vec![problem],
                ..Page::default()
            });
        }
        let next = read.as_ref().filter(|_| messages.len() >= LIMIT).map(|read| ask(source, lane, read));
        Ok(Page { entries, cursor: read, next, ..Page::default() })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        let status = answer.status;
        match status {
            401 => Some(api::revoked(answer, "the token of the bot")),
            // What stands before Discord refuses in words of its own, and for a while only.
            403 => {
                let said = text::line(&api::word(answer, "message")?);
                let message = format!("{said}; let the bot read the channel, or take it out of `places`");
                Some(PollFault::Denied { status, message })
            }
            429 => {
                let wait = api::word(answer, "retry_after");
                Some(PollFault::Throttled { status, until: wait.and_then(|wait| reset::in_seconds(&wait, now)) })
            }
            _ => None,
        }
    }
}

fn ask(source: &Source, lane: &str, after: &str) -> Request {
    let (_, channel) = parts(lane);
    let limit = LIMIT.to_string();
    let path = ["api", "v10", "channels", channel, "messages"];
    let bot = Slot::Header("authorization".into(), "Bot ".into());
    let mut request = api::keyed(source, bot, &path, &[("after", after), ("limit", &limit)]);
    request.headers.insert(USER_AGENT, HeaderValue::from_static(NAME));
    request
}

/// The server, if it is known, and the channel.
fn parts(lane: &str) -> (Option<&str>, &str) {
    lane.split_once('/').map_or((None, lane), |(server, channel)| (Some(server), channel))
}

/// The id that a message would have had when the first poll begins to look.
fn id_at(source: &Source, now: Instant) -> String {
    let depth = TimeDelta::from_std(source.first_poll_depth).unwrap_or(TimeDelta::MAX);
    let since = now.checked_sub_signed(depth).map_or(0, |since| since.timestamp_millis());
    (since.saturating_sub(EPOCH_MS).max(0) << SEQUENCE_BITS).to_string()
}

/// Whether a person or a program wrote it: a message, or a reply.
fn is_written(message: &Value) -> bool {
    matches!(json::number(message, "type"), None | Some(0 | 19))
}

fn is_blank(message: &Value) -> bool {
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    json::text(message, "content").is_none()
        && ELSEWHERE.iter().all(|name| json::at(message, name).is_none_or(is_empty))
}

/// Whether a message has a text that the bot sees with the message content intent only: a person wrote it, and to nobody
/// in particular. Without the intent the bot sees what names it, and what it says itself.
fn shows_intent(message: &Value) -> bool {
    let is_bot = json::at(message, "author.bot").and_then(Value::as_bool).unwrap_or(false);
    let names = ["mentions", "mention_roles"].iter().any(|list| json::list(message, list).next().is_some());
    json::text(message, "content").is_some() && !is_bot && !names
}

fn entry(source: &Source, lane: &str, message: &Value) -> Option<Entry> {
    let id = json::text(message, "id")?;
    let (server, channel) = parts(lane);
    let shown = |value: &Value, name: &str| json::text(value, name).map(|said| text::plain(&said));
    let embeds =
        json::list(message, "embeds").flat_map(|embed| ["title", "description"].map(|name| shown(embed, name)));
    let files = json::list(message, "attachments").map(|file| shown(file, "description"));
    let reactions = json::list(message, "reactions").filter_map(|reaction| json::count(reaction, "count"));
    let answers = json::count(message, "thread.message_count");
    let is_reply = json::number(message, "type") == Some(19);
    let parent = json::text(message, "message_reference.message_id").filter(|_| is_reply);
    Some(Entry {
        url: server.and_then(|server| link(&format!("{SITE}/channels/{server}/{channel}/{id}"))),
        text: json::paragraphs([shown(message, "content")].into_iter().chain(embeds).chain(files)),
        author: author(message),
        published_at: json::instant(message, "timestamp"),
        language: source.language.clone(),
        engagement: reactions.chain(answers).reduce(u64::saturating_add),
        kind: Some(EntryKind::Forum),
        place: Some(channel.to_owned()),
        parent: parent.map(|id| EntryKey::of("discord", &id)),
        ..Entry::new(EntryKey::of("discord", &id))
    })
}

fn author(message: &Value) -> Option<Author> {
    let handle = text::line(&json::text(message, "author.username")?);
    let name = json::text(message, "author.global_name").map(|name| text::line(&name));
    let url = json::text(message, "author.id").and_then(|id| link(&format!("{SITE}/users/{id}")));
    Some(Author { name: name.unwrap_or_else(|| handle.clone()), handle: Some(handle), url, ..Author::default() })
}
