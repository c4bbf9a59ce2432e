//! How far the tags of a stream have been read, and what has to be known to listen to them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry::Vacant;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::super::super::{api, cursor};
use super::super::{Reach, by_age, post, reach_of, read_timeline};
use crate::model::exchange::{JUST_OPENED, LONGEST_WORDS, complaint};
use crate::model::text::one_line;
use crate::model::{Answer, Entry, EntryKey, Instant, Loss, LossReason, Page, PollFault, Request, Source};
use crate::parse::json;

/// Most bytes that numbers and addresses of posts have; they are stored anew with each poll.
const KNOWN: usize = 12_000;
/// Bytes that are stored with each of them.
const AROUND: usize = 12;
/// Of what the server says is wrong, so much is told: the last words matter most.
const MOST_COMPLAINTS: usize = 10;
/// How long a server is believed about where it streams, in seconds.
const BELIEVED: i64 = 86_400;
/// How long it is believed that nothing happens where it tells nothing: it does not say whether it tells of a tag.
const SILENT: i64 = 3_600;
/// How long a tag rests whose timeline cannot be had, in seconds.
const REST: i64 = 600;

/// What is known of a source between two answers.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Tuned {
    /// How far the timeline of each tag has been read.
    tags: BTreeMap<String, Reach>,
    /// Tags whose timelines have not been read to their ends since the stream was opened; the first one is asked for next.
    owed: Vec<String>,
    /// Those of them whose timelines could not be had, and until when they are not asked for again, in Unix seconds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    resting: BTreeMap<String, i64>,
    /// Since when timelines could not be had, in Unix seconds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    missed: BTreeMap<String, i64>,
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
        tuned.resting.retain(|tag, _| tags.contains(tag));
        tuned.missed.retain(|tag, _| tags.contains(tag));
        let is_over = |_: &String, until: &mut i64| *until <= now.timestamp();
        tuned.owed.extend(tuned.resting.extract_if(.., is_over).map(|(tag, _)| tag));
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

    /// Reads a page of the timeline that was asked for; the tags take turns. One whose timeline cannot be had rests; once
    /// that lasts for longer than a tag may be silent, what was said there in a break of the stream may be missing.
    pub(super) fn look(&mut self, source: &Source, answer: &Answer, now: Instant) -> Page {
        let Some(tag) = self.owed.first().cloned() else { return Page::default() };
        let Some(reach) = self.tags.get_mut(&tag) else { return Page::default() };
        self.owed.remove(0);
        match shown(answer).and_then(|()| read_timeline(source, &tag, reach, answer)) {
            Ok((posts, page)) => {
                posts.iter().for_each(|post| self.know(post));
                self.missed.remove(&tag);
                self.owed.extend(page.next.is_some().then_some(tag));
                Page { next: None, ..page }
            }
            Err(fault) => {
                let part = format!("#{}", one_line(&tag, LONGEST_WORDS));
                let problem = format!("`{part}` cannot be read: {fault}");
                let since = *self.missed.entry(tag.clone()).or_insert(now.timestamp());
                let begun = DateTime::from_timestamp(since, 0).filter(|_| now.timestamp() - since >= SILENT);
                // Stored, and so without the words of the server.
                let why = LossReason::Unread { part, why: "its timeline cannot be read".to_owned() };
                let lost = begun.and_then(|begun| Loss::between(begun, now, why));
                self.resting.insert(tag, now.timestamp().saturating_add(REST));
                Page { problems: vec![problem], lost: lost.into_iter().collect(), ..Page::default() }
            }
        }
    }

    /// Reads what the stream has said. Only where the timeline of a tag has been read up to it does it count as read: then
    /// the next look at the timeline begins there.
    pub(super) fn hear(&mut self, source: &Source, answer: &Answer, now: Instant) -> Page {
        if answer.status == JUST_OPENED || now.timestamp().saturating_sub(self.looked) >= SILENT {
            self.looked = now.timestamp();
            let others: Vec<String> = self.tags.keys().filter(|tag| !self.has_gap(tag)).cloned().collect();
            self.owed.extend(others);
        }
        let (mut page, mut illegible) = (Page::default(), 0_usize);
        for line in answer.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let Ok(message) = serde_json::from_slice::<Value>(line) else {
                illegible += 1;
                continue;
            };
            if let Some(said) = json::text(&message, "error") {
                let fault = refused(&said, &message);
                if fault.is_none() {
                    page.problems.truncate(MOST_COMPLAINTS - 1);
                    page.problems.push(one_line(&format!("the stream says: {said}"), LONGEST_WORDS));
                }
                page.fault = page.fault.or(fault);
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
        page
    }

    /// Whether the timeline of a tag has not been read to its end since the stream was opened.
    fn has_gap(&self, tag: &String) -> bool {
        self.owed.contains(tag) || self.resting.contains_key(tag)
    }

    /// Remembers the number of a post.
    fn know(&mut self, post: &Value) {
        let address = json::text(post, "uri").or_else(|| json::text(post, "url"));
        if let (Some(id), Some(uri)) = (json::text(post, "id"), address) {
            self.known.retain(|(known, _)| *known != id);
            self.known.push((id, uri));
            self.known.sort_by(|(one, _), (other, _)| by_age(one, other));
            while self.known.iter().map(|(id, uri)| id.len() + uri.len() + AROUND).sum::<usize>() > KNOWN {
                self.known.remove(0);
            }
        }
    }

    /// The timeline of the message's tag has been read up to the post, unless there is a gap before it.
    fn raise(&mut self, message: &Value, post: &Value) {
        let Some(tag) = json::list(message, "stream").nth(1).and_then(json::written) else { return };
        if self.has_gap(&tag) {
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

/// What the server says of the token, or of how much we ask, holds for all tags. Where it refuses to tell of one, it does
/// not say of which: that one is seen by its timeline.
fn refused(said: &str, message: &Value) -> Option<PollFault> {
    let status = u16::try_from(json::count(message, "status")?).ok()?;
    let message = one_line(said, LONGEST_WORDS);
    match status {
        401 | 403 => Some(PollFault::Revoked { status, message: format!("{message}; renew the access token") }),
        429 => Some(PollFault::Throttled { status, until: None }),
        _ => None,
    }
}

/// Whether it shows anything.
fn shown(answer: &Answer) -> Result<(), PollFault> {
    let status = answer.status;
    if (200..300).contains(&status) {
        return Ok(());
    }
    let said = api::body(answer).ok().as_ref().and_then(complaint);
    Err(PollFault::Status { status, message: said.unwrap_or_else(|| "it does not say why".to_owned()) })
}

/// What is said of a post replaces what was said of it before.
fn take_back(page: &mut Page, key: &EntryKey) {
    page.entries.retain(|entry: &Entry| entry.key != *key);
    page.deleted.retain(|deleted| deleted != key);
}
