//! How far the tags of a stream have been read, and what has to be known to listen to them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry::Vacant;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::super::super::{api, cursor};
use super::super::{Reach, by_age, post, reach_of, read_timeline};
use crate::model::exchange::{JUST_OPENED, LONGEST_WORDS};
use crate::model::text::one_line;
use crate::model::{Answer, Entry, EntryKey, Instant, Page, PollFault, Request, Source};
use crate::parse::json;

/// Posts whose numbers are known.
const KNOWN: usize = 500;
/// Of what the server says is wrong, so much is told: the last words matter most.
const MOST_COMPLAINTS: usize = 10;
/// How long a server is believed about where it streams, in seconds.
const BELIEVED: i64 = 86_400;
/// How long it is believed that nothing happens where it tells nothing: it does not say whether it tells of a tag.
const SILENT: i64 = 3_600;

/// What is known of a source between two answers.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Tuned {
    /// How far the timeline of each tag has been read.
    tags: BTreeMap<String, Reach>,
    /// Tags whose timelines have not been read to their ends since the stream was opened; the first one is asked for next.
    owed: Vec<String>,
    /// Where the server streams.
    at: Option<Url>,
    /// When it said so, in Unix seconds.
    since: i64,
    /// When all timelines were last put down to be read, in Unix seconds.
    looked: i64,
    /// The numbers and addresses of the newest posts.
    known: Vec<(String, String)>,
}

impl Tuned {
    /// As it was, with the tags that are configured now.
    pub(super) fn of(source: &Source, cursor: Option<&str>, now: Instant) -> Self {
        let mut tuned: Self = cursor::read(cursor).unwrap_or_default();
        let tags = api::tags(source);
        tuned.tags.retain(|tag, _| tags.contains(tag));
        tuned.owed.retain(|tag| tags.contains(tag));
        for tag in tags {
            if let Vacant(new) = tuned.tags.entry(tag) {
                tuned.owed.push(new.key().clone());
                new.insert(reach_of(source, None, now));
            }
        }
        tuned
    }

    /// Where the server streams, as far as it is believed.
    pub(super) fn address(&self, now: Instant) -> Option<&Url> {
        self.at.as_ref().filter(|_| now.timestamp().saturating_sub(self.since) < BELIEVED)
    }

    /// The server says where it streams.
    pub(super) fn believe(&mut self, at: Url, now: Instant) {
        (self.at, self.since) = (Some(at), now.timestamp());
    }

    /// Something could not be had: the server may stream somewhere else now, or the timeline of one tag keeps the others
    /// waiting.
    pub(super) fn doubt(&mut self) {
        self.at = None;
        let first = self.owed.len().min(1);
        self.owed.rotate_left(first);
    }

    /// Asks for the next page of a timeline, if one has to be read.
    pub(super) fn ask(&self, source: &Source) -> Option<Request> {
        let tag = self.owed.first()?;
        Some(super::super::ask(source, tag, self.tags.get(tag)?))
    }

    /// Reads a page of the timeline that was asked for; the tags take turns.
    pub(super) fn look(&mut self, source: &Source, answer: &Answer) -> Result<Page, PollFault> {
        let Some(tag) = self.owed.first().cloned() else { return Ok(Page::default()) };
        let Some(reach) = self.tags.get_mut(&tag) else { return Ok(Page::default()) };
        let (posts, page) = read_timeline(source, &tag, reach, answer)?;
        posts.iter().for_each(|post| self.know(post));
        self.owed.remove(0);
        self.owed.extend(page.next.is_some().then_some(tag));
        Ok(Page { next: None, ..page })
    }

    /// Reads what the stream has said. Only where the timeline of a tag has been read up to it does it count as read: then
    /// the next look at the timeline begins there.
    pub(super) fn hear(&mut self, source: &Source, answer: &Answer, now: Instant) -> Result<Page, PollFault> {
        if answer.status == JUST_OPENED || now.timestamp().saturating_sub(self.looked) >= SILENT {
            self.looked = now.timestamp();
            let others: Vec<String> = self.tags.keys().filter(|tag| !self.owed.contains(*tag)).cloned().collect();
            self.owed.extend(others);
        }
        let (mut page, mut illegible) = (Page::default(), 0_usize);
        for line in answer.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let Ok(message) = serde_json::from_slice::<Value>(line) else {
                illegible += 1;
                continue;
            };
            if let Some(said) = json::text(&message, "error") {
                refused(&said, &message)?;
                page.problems.truncate(MOST_COMPLAINTS - 1);
                page.problems.push(one_line(&format!("the stream says: {said}"), LONGEST_WORDS));
            }
            let Some(payload) = json::text(&message, "payload") else { continue };
            match json::text(&message, "event").as_deref() {
                Some("update" | "status.update") => {
                    let Ok(post) = serde_json::from_str::<Value>(&payload) else { continue };
                    self.know(&post);
                    self.raise(&message, &post);
                    let Some(entry) = post::entry(source, &post) else { continue };
                    take_back(&mut page, &entry.key);
                    page.entries.push(entry);
                }
                Some("delete") => {
                    let Some((_, uri)) = self.known.iter().find(|(id, _)| *id == payload) else { continue };
                    let key = post::key(uri);
                    take_back(&mut page, &key);
                    page.deleted.push(key);
                }
                _ => {}
            }
        }
        if illegible > 0 {
            page.problems.push(format!("{illegible} messages of the stream cannot be read"));
        }
        Ok(page)
    }

    /// Remembers the number of a post.
    fn know(&mut self, post: &Value) {
        let address = json::text(post, "uri").or_else(|| json::text(post, "url"));
        if let (Some(id), Some(uri)) = (json::text(post, "id"), address) {
            self.known.retain(|(known, _)| *known != id);
            self.known.push((id, uri));
            self.known.sort_by(|(one, _), (other, _)| by_age(one, other));
            let old = self.known.len().saturating_sub(KNOWN);
            self.known.drain(..old);
        }
    }

    /// The timeline of the message's tag has been read up to the post, unless there is a gap before it.
    fn raise(&mut self, message: &Value, post: &Value) {
        let Some(tag) = json::list(message, "stream").nth(1).and_then(json::written) else { return };
        if self.owed.contains(&tag) {
            return;
        }
        let Some(reach) = self.tags.get_mut(&tag) else { return };
        let newest = &mut reach.walk.newest;
        if let Some(id) =
            json::text(post, "id").filter(|id| newest.as_ref().is_none_or(|known| by_age(id, known).is_gt()))
        {
            *newest = Some(id);
        }
    }
}

/// The server has refused to tell of a tag and does not say of which: it is asked again later, for all of them.
fn refused(said: &str, message: &Value) -> Result<(), PollFault> {
    let Some(status) = json::count(message, "status").and_then(|status| u16::try_from(status).ok()) else {
        return Ok(());
    };
    let message = one_line(said, LONGEST_WORDS);
    Err(match status {
        401 | 403 => PollFault::Revoked { status, message: format!("{message}; renew the access token") },
        _ => PollFault::Status { status, message },
    })
}

/// What is said of a post replaces what was said of it before.
fn take_back(page: &mut Page, key: &EntryKey) {
    page.entries.retain(|entry: &Entry| entry.key != *key);
    page.deleted.retain(|deleted| deleted != key);
}
