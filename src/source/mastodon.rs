//! Tag timelines of a Mastodon server, one lane per tag. The first poll walks back from the newest post; later ones page
//! forward, oldest first, so that no gap can open. They begin a little before the newest post read, since a post from
//! another server gets the id of the time at which it was written, not of that at which it arrived. A timeline shows no
//! trace of posts that were deleted.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cursor::{self, Walk};
use super::{Adapter, api};
use crate::model::{Answer, Instant, Page, PollFault, Request, Source};
use crate::parse::{date, json};

mod post;
mod search;
mod streaming;

pub(super) use search::Search;
pub(super) use streaming::Streaming;

/// Posts asked for at once; servers give out no more.
const POSTS: &str = "40";
/// Where the timelines of tags are.
const TIMELINES: [&str; 4] = ["api", "v1", "timelines", "tag"];

/// How late a post may arrive from another server, in milliseconds: an hour, in which servers have tried again often.
const LATE_MS: u64 = 3_600_000;
/// Ids of Mastodon are milliseconds since 1970 in front of this many bits.
/// <https://github.com/mastodon/mastodon/blob/main/lib/mastodon/snowflake.rs>
const SEQUENCE_BITS: u32 = 16;

pub(super) struct Mastodon;

/// How far a tag has been read.
#[derive(Serialize, Deserialize)]
struct Reach {
    /// The first poll's way back.
    walk: Walk<String>,
    /// The newest post of the last page, while there are newer ones to read.
    #[serde(default)]
    above: Option<String>,
}

impl Adapter for Mastodon {
    fn lanes(&self, source: &Source) -> Vec<String> {
        api::tags(source)
    }

    fn request(&self, source: &Source, lane: &str, cursor: Option<&str>, now: Instant) -> Request {
        ask(source, lane, &reach_of(source, cursor, now))
    }

    fn read(
        &self,
        source: &Source,
        lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let mut reach = reach_of(source, cursor, now);
        let (_, page) = read_timeline(source, lane, &mut reach, answer)?;
        Ok(Page { cursor: cursor::write(&reach), ..page })
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        throttled(answer)
    }
}

/// When there is more is an instant in a header.
fn throttled(answer: &Answer) -> Option<PollFault> {
    let reset = answer.header("x-ratelimit-reset").filter(|_| answer.status == 429)?;
    Some(PollFault::Throttled { status: answer.status, until: date::parse(reset) })
}

/// Reads a page of a timeline; answers its posts as well. How far it has been read is in `reach`.
fn read_timeline(
    source: &Source,
    tag: &str,
    reach: &mut Reach,
    answer: &Answer,
) -> Result<(Vec<Value>, Page), PollFault> {
    let body = api::body(answer)?;
    let Value::Array(posts) = body else {
        return Err(api::missing(answer, &body, "list of posts"));
    };
    let forward = is_forward(&reach.walk);
    let more = if forward { ascend(reach, &posts) } else { descend(&mut reach.walk, &posts) };
    let in_reach = |post: &&Value| forward || !is_before(post, reach.walk.since);
    let entries = posts.iter().filter(in_reach).filter_map(|post| post::entry(source, post)).collect();
    let next = more.then(|| ask(source, tag, reach));
    let lowest = oldest(&posts).filter(|_| more && !forward);
    let back_to = lowest.and_then(|(_, post)| json::instant(post, "created_at"));
    Ok((posts, Page { entries, next, back_to, ..Page::default() }))
}

fn reach_of(source: &Source, cursor: Option<&str>, now: Instant) -> Reach {
    cursor::read(cursor).unwrap_or_else(|| Reach { walk: Walk::first(source, now), above: None })
}

/// Once a walk is finished, its newest post is where the next poll starts from.
fn is_forward(walk: &Walk<String>) -> bool {
    walk.newest.is_some() && !walk.is_open()
}

fn ask(source: &Source, tag: &str, reach: &Reach) -> Request {
    let from = match (&reach.walk.below, &reach.above, &reach.walk.newest) {
        (Some(below), _, _) => Some(("max_id", below.clone())),
        (None, Some(above), _) => Some(("min_id", above.clone())),
        (None, None, Some(newest)) => Some(("min_id", a_little_before(newest))),
        (None, None, None) => None,
    };
    let from = from.as_ref().map(|(name, id)| (*name, id.as_str()));
    let parameters: Vec<(&str, &str)> = [("limit", POSTS)].into_iter().chain(from).collect();
    api::request(source, &[TIMELINES.as_slice(), &[tag]].concat(), &parameters)
}

/// Moves up over a page of newer posts; an empty page is the last. A server that answers with older ones gets no further
/// request.
fn ascend(reach: &mut Reach, posts: &[Value]) -> bool {
    let Reach { walk, above } = reach;
    let top = newest(posts).filter(|id| above.as_ref().is_none_or(|known| by_age(id, known).is_gt()));
    walk.newest = [walk.newest.take(), top.clone()].into_iter().flatten().max_by(|one, other| by_age(one, other));
    *above = top;
    above.is_some()
}

/// The id of a time before that of `id`; other servers have ids of other kinds, which are left as they are.
fn a_little_before(id: &str) -> String {
    let milliseconds = id.parse::<u64>().map_or(0, |id| id >> SEQUENCE_BITS);
    let earlier = milliseconds.checked_sub(LATE_MS).filter(|earlier| *earlier > 0);
    earlier.map_or_else(|| id.to_owned(), |earlier| (earlier << SEQUENCE_BITS).to_string())
}

/// Walks down over a page of older posts, until the oldest of them lies before the walk's end.
fn descend(walk: &mut Walk<String>, posts: &[Value]) -> bool {
    walk.newest = walk.newest.take().or_else(|| newest(posts));
    let lower = oldest(posts).filter(|(id, _)| walk.below.as_ref().is_none_or(|known| by_age(id, known).is_lt()));
    match lower {
        Some((id, post)) if !is_before(post, walk.since) => walk.descend(id),
        _ => walk.finish(),
    }
    walk.is_open()
}

fn oldest(posts: &[Value]) -> Option<(String, &Value)> {
    with_ids(posts).min_by(|(one, _), (other, _)| by_age(one, other))
}

fn newest(posts: &[Value]) -> Option<String> {
    with_ids(posts).map(|(id, _)| id).max_by(|one, other| by_age(one, other))
}

fn with_ids(posts: &[Value]) -> impl Iterator<Item = (String, &Value)> {
    posts.iter().filter_map(|post| Some((json::text(post, "id")?, post)))
}

/// Ids are texts; the longer one is the newer one, and of equally long ones the one behind in the alphabet.
fn by_age(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

fn is_before(post: &Value, since: i64) -> bool {
    json::instant(post, "created_at").is_some_and(|time| time.timestamp() < since)
}
