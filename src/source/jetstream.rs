//! Everything that is posted on Bluesky, as it is posted: the stream of a Jetstream server, which anybody may listen to. It
//! cannot be searched, so that posts are kept here in which one of the terms stands; whether they are mentions is decided
//! later, as with every other source. A lane goes on where it stopped, a few seconds before, as far back as the server keeps
//! posts; what it does not keep any more is said to be lost. Deleted posts are known as such, and so are all posts of an
//! account that was deleted or taken down while the stream was heard; one that is suspended or put to rest keeps its posts.
//!
//! The stream names accounts by numbers only (DIDs), which tell one from another; their names are asked for later
//! (`known`). Whether they want to be seen by signed-in people only is not told. Both versions of the protocol are read; the second one is spoken where the address ends with
//! `network.bsky.jetstream.subscribeEvents`, and was not tried against a live server.

use std::collections::{BTreeSet, HashMap};

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Adapter, api, bluesky, cursor};
use crate::model::source::host_of;
use crate::model::{
    Answer, Counted, Entry, EntryKey, Instant, Loss, LossReason, Page, PollFault, Recount, Request, Source, Stale,
};
use event::{Change, POSTS};
use wanted::Wanted;

mod event;
mod known;
mod wanted;

/// How the address of the second version ends.
const SECOND: &str = "network.bsky.jetstream.subscribeEvents";
/// The path of the first version.
const FIRST: &str = "/subscribe";
/// Larger messages the server keeps for itself; the network takes no larger records.
const LONGEST_MESSAGE: &str = "1000000";
/// How far a new connection goes back, in microseconds; and in numbers of the second version, which counts all that happens.
const OVERLAP: i64 = 5_000_000;
const OVERLAP_IN_NUMBERS: u64 = 2_000;
/// The network is never silent for so long, in microseconds: what happened meanwhile was not told.
const SILENCE: i64 = 300_000_000;
/// Of what the server says is wrong, so much is told: the last words matter most.
const MOST_COMPLAINTS: usize = 10;
/// Who is so far behind, in microseconds, listens on at once.
const BEHIND: i64 = 60_000_000;

pub(super) struct Jetstream;

/// How far the stream has been heard.
#[derive(Serialize, Deserialize)]
struct Reach {
    /// The time of the last event, or of the first poll, in microseconds since 1970.
    at: i64,
    /// The number of the last event, and the server that counts so (second version).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<(String, u64)>,
}

impl Adapter for Jetstream {
    /// One for all terms, since all of them are in one stream.
    fn lanes(&self, source: &Source) -> Vec<String> {
        if source.terms.is_empty() { Vec::new() } else { vec![String::new()] }
    }

    fn request(&self, source: &Source, _lane: &str, cursor: Option<&str>, _now: Instant) -> Request {
        ask(source, cursor::read(cursor).as_ref())
    }

    fn read(
        &self,
        source: &Source,
        _lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let before: Option<Reach> = cursor::read(cursor);
        let before_at = before.as_ref().map(|reach| reach.at);
        let goes_on = before.as_ref().is_some_and(|before| goes_on(before, answer));
        let (mut at, mut number) = (before_at, before.and_then(|before| before.number));
        let mut page = Page::default();
        let (mut entries, mut deleted) = (HashMap::<EntryKey, (usize, Entry)>::new(), BTreeSet::new());
        let (mut heard, mut illegible) = (None, 0_usize);
        let wanted = Wanted::of(source);
        for (place, line) in answer.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
            let Ok(message) = serde_json::from_slice::<Value>(line) else {
                illegible += 1;
                continue;
            };
            if let Some(complaint) = event::complaint(&message) {
                page.problems.truncate(MOST_COMPLAINTS - 1);
                page.problems.push(complaint);
            }
            let Some(event) = event::event(&message) else { continue };
            // A clock that is ahead must not make what follows look as if it had been heard.
            let happened = event.at.min(now.timestamp_micros());
            if let (None, Some(at)) = (heard, before_at) {
                page.lost.extend(lost(at, happened, if goes_on { SILENCE } else { OVERLAP }));
            }
            heard = Some(happened);
            at = at.max(heard);
            number = event.number.map(|number| (host_of(&answer.url), number)).or(number);
            if let Some(did) = event.closed {
                let account = bluesky::key(&format!("at://{did}/")).0;
                entries.retain(|key, _| !key.0.starts_with(&account));
                page.closed.push(account);
            }
            let Some(change) = event.change else { continue };
            let key = bluesky::key(&change.uri());
            entries.remove(&key);
            if change.operation == "delete" {
                deleted.insert(key);
            } else if let Some(entry) = entry(source, &change, happened).filter(|entry| wanted.is_in(entry, &change)) {
                deleted.remove(&key);
                entries.insert(key, (place, entry));
            }
        }
        if illegible > 0 {
            page.problems.push(format!("{illegible} messages of the stream cannot be read"));
        }
        let reach = Reach { at: at.unwrap_or(now.timestamp_micros()), number };
        page.cursor = cursor::write(&reach);
        let is_behind = heard.is_some_and(|at| now.timestamp_micros().saturating_sub(at) > BEHIND);
        let moves_on = before_at.is_none_or(|before| reach.at > before);
        page.next = (is_behind && moves_on).then(|| ask(source, Some(&reach)));
        let mut entries: Vec<(usize, Entry)> = entries.into_values().collect();
        entries.sort_by_key(|(place, _)| *place);
        page.entries = entries.into_iter().map(|(_, entry)| entry).collect();
        page.deleted = deleted.into_iter().collect();
        Ok(page)
    }

    fn recounts(&self, source: &Source, stale: &[Stale]) -> Vec<Recount> {
        known::recounts(source, stale)
    }

    fn counts(&self, _source: &Source, stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        bluesky::counts::counts(stale, answer)
    }

    /// The server does not know the number any more, or never did: it goes on with what happens now.
    fn after_refusal(&self, cursor: &str) -> Option<String> {
        let reach: Reach = cursor::read(Some(cursor))?;
        cursor::write(&Reach { number: None, ..reach })
    }
}

/// The stream from where it was heard, or from now on.
fn ask(source: &Source, reach: Option<&Reach>) -> Request {
    let mut url = source.url.clone();
    let is_second = url.path().ends_with(SECOND);
    if !is_second && url.path() == "/" {
        url.set_path(FIRST);
    }
    let mut url = api::stream(url);
    let parameters = if is_second {
        vec![("kinds", "commit"), ("kinds", "account"), ("collections", POSTS)]
    } else {
        vec![("wantedCollections", POSTS), ("maxMessageSizeBytes", LONGEST_MESSAGE)]
    };
    let from = if is_second {
        let known = reach.and_then(|reach| reach.number.as_ref()).filter(|(host, _)| *host == host_of(&url));
        known.map(|(_, number)| number.saturating_sub(OVERLAP_IN_NUMBERS).to_string())
    } else {
        reach.map(|reach| reach.at.saturating_sub(OVERLAP).to_string())
    };
    url.query_pairs_mut().extend_pairs(parameters).extend_pairs(from.map(|from| ("cursor", from)));
    Request::get(url)
}

/// Whether the answer began where this reach ends. Another server of the second version counts otherwise, so that it only
/// tells what happens from then on.
fn goes_on(before: &Reach, answer: &Answer) -> bool {
    !answer.url.path().ends_with(SECOND)
        || before.number.as_ref().is_some_and(|(host, _)| *host == host_of(&answer.url))
}

/// What was not told between two events, if there is more between them than `usual`.
fn lost(from: i64, to: i64, usual: i64) -> Option<Loss> {
    let (from, to) = (to.saturating_sub(from) > usual).then_some((from, to))?;
    let [from, to] = [from, to].map(DateTime::from_timestamp_micros);
    Loss::between(from?, to?, LossReason::Ends)
}

/// The post as Bluesky's search would show it, apart from the name of who wrote it and what became of it.
fn entry(source: &Source, change: &Change, at: i64) -> Option<Entry> {
    let seen = DateTime::from_timestamp_micros(at)?.to_rfc3339();
    let post = json!({
        "uri": change.uri(),
        "author": { "did": change.did },
        "embed": change.record.get("embed"),
        "record": change.record,
        "indexedAt": seen,
    });
    bluesky::entry(source, &post)
}
