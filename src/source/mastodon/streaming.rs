//! Tags of a Mastodon server as they are posted, in the name of an account: one connection carries all of them. A stream has
//! no memory: whenever one is opened, the timelines of its tags are read as well, page by page in turn, each from where it
//! was read before, so that nothing is lost in between; and once an hour, since a server does not say whether it tells of a
//! tag. What cannot be had of one tag is a problem of that tag: its timeline is asked for again after a while, and the
//! others are read meanwhile. An edited post is told again, and a deleted one is known as such where it is among the newest:
//! the server names it by a number that only it knows. Which address that stands for is remembered of as many posts as fit
//! into 12 kB, more than a hundred.

use serde_json::json;
use url::Url;

use super::super::{Adapter, api, cursor};
use super::{TIMELINES, throttled};
use crate::model::{Answer, Instant, Page, PollFault, Request, Source};
use crate::parse::json;
use tuned::Tuned;

mod tuned;

/// Where a server says what it is like.
const INSTANCE: [&str; 3] = ["api", "v2", "instance"];

pub(in super::super) struct Streaming;

impl Adapter for Streaming {
    /// One for all tags, since one connection carries them.
    fn lanes(&self, source: &Source) -> Vec<String> {
        if api::tags(source).is_empty() { Vec::new() } else { vec![String::new()] }
    }

    fn request(&self, source: &Source, _lane: &str, cursor: Option<&str>, now: Instant) -> Request {
        match Tuned::of(source, cursor, now).address(now) {
            Some(at) => stream(source, at),
            None => api::request(source, &INSTANCE, &[]),
        }
    }

    fn read(
        &self,
        source: &Source,
        _lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let mut tuned = Tuned::of(source, cursor, now);
        let mut page = if matches!(answer.url.scheme(), "ws" | "wss") {
            tuned.hear(source, answer, now)
        } else if answer.url.path().ends_with(&INSTANCE.join("/")) {
            let at = streaming_address(source, answer)?;
            let next = Some(stream(source, &at));
            tuned.believe(at, now);
            Page { next, ..Page::default() }
        } else {
            tuned.look(source, answer, now)
        };
        page.next = page.next.or_else(|| tuned.ask(source));
        page.cursor = cursor::write(&tuned);
        Ok(page)
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        match answer.status {
            401 => Some(api::revoked(answer, "the access token")),
            _ => throttled(answer),
        }
    }

    /// What is wrong with one tag is no matter of the others; the token and how much we ask are.
    fn reads(&self, answer: &Answer) -> bool {
        let is_throttled = answer.status == 429 || answer.status == 503 && answer.header("retry-after").is_some();
        answer.url.path().contains(&TIMELINES.join("/")) && !is_throttled && !matches!(answer.status, 401 | 403)
    }

    /// It may stream somewhere else now.
    fn after_refusal(&self, cursor: &str) -> Option<String> {
        let mut tuned: Tuned = cursor::read(Some(cursor))?;
        tuned.doubt();
        cursor::write(&tuned)
    }

    fn after_failure(&self, cursor: &str) -> Option<String> {
        self.after_refusal(cursor)
    }

    fn after_silence(&self, cursor: &str) -> Option<String> {
        self.after_refusal(cursor)
    }
}

/// The stream, and the tags that are to be told of on it.
fn stream(source: &Source, at: &Url) -> Request {
    let at = Source { url: at.clone(), ..source.clone() };
    let says = api::tags(source).into_iter();
    let says = says.map(|tag| json!({ "type": "subscribe", "stream": "hashtag", "tag": tag }).to_string()).collect();
    Request { says, ..api::request(&at, &["api", "v1", "streaming"], &[]) }
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
