//! Tags of a Mastodon server as they are posted, in the name of an account, one connection per tag. A stream has no memory:
//! whenever one is opened, the tag's timeline is read as well, from where it was read before, so that nothing is lost in
//! between. An edited post is told again, and a deleted one is known as such where it is among the newest of its tag: the
//! server names it by a number that only it knows.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::super::{Adapter, api, cursor};
use super::{Reach, ask, by_age, is_forward, post, reach_of, read_timeline, throttled};
use crate::model::exchange::{JUST_OPENED, LONGEST_WORDS};
use crate::model::text::one_line;
use crate::model::{Answer, Entry, EntryKey, Instant, Page, PollFault, Request, Source};
use crate::parse::json;

/// Posts of a tag whose numbers are known.
const KNOWN: usize = 100;
/// Of what the server says is wrong, so much is told: the last words matter most.
const MOST_COMPLAINTS: usize = 10;
/// How long a server is believed about where it streams, in seconds.
const BELIEVED: i64 = 86_400;
/// Where a server says what it is like.
const INSTANCE: [&str; 3] = ["api", "v2", "instance"];

pub(in super::super) struct Streaming;

/// How far a tag has been read, and what has to be known to listen to it.
#[derive(Serialize, Deserialize)]
struct Tuned {
    timeline: Reach,
    /// Where the server streams.
    at: Option<Url>,
    /// When it said so, in Unix seconds.
    since: i64,
    /// The timeline has not been read to its end since the stream was opened.
    #[serde(default)]
    owed: bool,
    /// The numbers and addresses of the newest posts.
    known: Vec<(String, String)>,
}

impl Adapter for Streaming {
    fn lanes(&self, source: &Source) -> Vec<String> {
        api::tags(source)
    }

    fn request(&self, source: &Source, lane: &str, cursor: Option<&str>, now: Instant) -> Request {
        let tuned = Tuned::of(source, cursor, now);
        let known = tuned.at.as_ref().filter(|_| now.timestamp().saturating_sub(tuned.since) < BELIEVED);
        match known {
            Some(at) => stream(source, lane, at),
            None => api::request(source, &INSTANCE, &[]),
        }
    }

    fn read(
        &self,
        source: &Source,
        lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let mut tuned = Tuned::of(source, cursor, now);
        let mut page = if matches!(answer.url.scheme(), "ws" | "wss") {
            tuned.hear(source, lane, answer)
        } else if answer.url.path().ends_with(&INSTANCE.join("/")) {
            let at = streaming_address(source, answer)?;
            let next = Some(stream(source, lane, &at));
            (tuned.at, tuned.since) = (Some(at), now.timestamp());
            Page { next, ..Page::default() }
        } else {
            let (posts, page) = read_timeline(source, lane, &mut tuned.timeline, answer)?;
            posts.iter().for_each(|post| tuned.know(post));
            tuned.owed = page.next.is_some();
            page
        };
        page.cursor = cursor::write(&tuned);
        Ok(page)
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        match answer.status {
            401 => Some(api::revoked(answer, "the access token")),
            _ => throttled(answer),
        }
    }

    /// It may stream somewhere else now.
    fn after_refusal(&self, cursor: &str) -> Option<String> {
        let tuned: Tuned = cursor::read(Some(cursor))?;
        cursor::write(&Tuned { at: None, ..tuned })
    }

    fn after_failure(&self, cursor: &str) -> Option<String> {
        self.after_refusal(cursor)
    }
}

impl Tuned {
    fn of(source: &Source, cursor: Option<&str>, now: Instant) -> Self {
        cursor::read(cursor).unwrap_or_else(|| Self {
            timeline: reach_of(source, None, now),
            at: None,
            since: 0,
            owed: true,
            known: Vec::new(),
        })
    }

    /// Reads what the stream has said. Only where the timeline has been read up to it does it count as read: then the next
    /// look at the timeline begins there.
    fn hear(&mut self, source: &Source, lane: &str, answer: &Answer) -> Page {
        self.owed |= answer.status == JUST_OPENED;
        let is_gapless = !self.owed && is_forward(&self.timeline.walk) && self.timeline.above.is_none();
        let (mut page, mut illegible) = (Page::default(), 0_usize);
        for line in answer.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let Ok(message) = serde_json::from_slice::<Value>(line) else {
                illegible += 1;
                continue;
            };
            if let Some(said) = json::text(&message, "error") {
                page.problems.truncate(MOST_COMPLAINTS - 1);
                page.problems.push(one_line(&format!("the stream says: {said}"), LONGEST_WORDS));
            }
            let Some(payload) = json::text(&message, "payload") else { continue };
            match json::text(&message, "event").as_deref() {
                Some("update" | "status.update") => {
                    let Ok(post) = serde_json::from_str::<Value>(&payload) else { continue };
                    self.know(&post);
                    if is_gapless {
                        self.raise(&post);
                    }
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
        page.next = (!is_gapless).then(|| ask(source, lane, &self.timeline));
        page
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

    fn raise(&mut self, post: &Value) {
        let newest = &mut self.timeline.walk.newest;
        if let Some(id) =
            json::text(post, "id").filter(|id| newest.as_ref().is_none_or(|known| by_age(id, known).is_gt()))
        {
            *newest = Some(id);
        }
    }
}

/// What is said of a post replaces what was said of it before.
fn take_back(page: &mut Page, key: &EntryKey) {
    page.entries.retain(|entry: &Entry| entry.key != *key);
    page.deleted.retain(|deleted| deleted != key);
}

fn stream(source: &Source, tag: &str, at: &Url) -> Request {
    let at = Source { url: at.clone(), ..source.clone() };
    api::request(&at, &["api", "v1", "streaming"], &[("stream", "hashtag"), ("tag", tag)])
}

/// Where the server streams. The token follows it there, but never to where it could be read on the way.
fn streaming_address(source: &Source, answer: &Answer) -> Result<Url, PollFault> {
    let body = api::body(answer)?;
    let written = json::text(&body, "configuration.urls.streaming").or_else(|| json::text(&body, "urls.streaming_api"));
    let Some(written) = written else {
        return Err(api::missing(answer, &body, "address of the stream"));
    };
    let url = Url::parse(&written).ok().map(api::stream);
    let is_open = source.url.scheme() == "http";
    url.filter(|url| url.scheme() == "wss" || is_open && url.scheme() == "ws").ok_or_else(|| {
        PollFault::Unreadable("the server streams at an address that is not safe for the access token".to_owned())
    })
}
