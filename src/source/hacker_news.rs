//! Hacker News through Algolia's `search_by_date`, one lane per term. The index answers a query with its newest thousand
//! hits at most, so a walk goes back in time by `created_at_i`, not by page. Points and
//! comments of known stories are asked for by the tags that their numbers make (`story_1`); not verified: how many of them
//! one query takes. What is deleted or dead vanishes from the
//! index, so no answer tells of it.

use chrono::DateTime;
use serde_json::Value;

use super::cursor::{self, Walk};
use super::{Adapter, api, link, recount};
use crate::model::exchange::complaint;
use crate::model::{
    Answer, Counted, Counts, Entry, EntryKey, EntryKind, Instant, Loss, LossReason, Page, PollFault, Recount, Request,
    Source, Stale,
};
use crate::parse::{json, text};

/// Hits asked for at once.
const HITS: u32 = 100;
/// Stories whose counts are asked for at once; their numbers stand in the address.
const AT_ONCE: usize = 50;
/// Pages of one query that Algolia gives out.
const PAGES: u32 = 10;
/// Seconds that each walk reads again, since the index lags behind.
const OVERLAP: i64 = 600;
const SITE: &str = "https://news.ycombinator.com";

pub(super) struct HackerNews;

/// What becomes of a walk on its way down.
enum Descent {
    /// It goes on.
    Below,
    /// It leaves out the rest of a second.
    OutOfReach,
    /// It ends, since the index does not keep to this time.
    Contradicted(i64),
}

impl Adapter for HackerNews {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.terms.clone()
    }

    fn request(&self, source: &Source, lane: &str, cursor: Option<&str>, now: Instant) -> Request {
        ask(source, lane, &walk(source, cursor, now))
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
        let hits: Vec<&Value> = json::list(&body, "hits").collect();
        let refused = hits.is_empty() && complaint(&body).is_some();
        if refused || json::at(&body, "hits").is_none() {
            return Err(api::missing(answer, &body, "list of hits"));
        }
        let mut walk = walk(source, cursor, now);
        let (mut problems, mut lost, mut back_to) = (Vec::new(), Vec::new(), None);
        let times = || hits.iter().filter_map(|hit| seconds(hit));
        let newest = times().max().map(|newest| newest.min(now.timestamp()));
        walk.newest = walk.newest.or(newest);
        match times().min() {
            Some(oldest) if has_more(&body, hits.len(), walk.page) => match descend(&mut walk, oldest) {
                Descent::OutOfReach => lost.extend(second(oldest).filter(|_| walk.later)),
                Descent::Contradicted(before) => {
                    problems.push(format!("the index shows hits that are not before {}", shown(before)));
                    lost.extend(between(walk.since, before, LossReason::Ends).filter(|_| walk.later));
                    back_to = Some(before);
                }
                Descent::Below => {}
            },
            _ => walk.finish(),
        }
        let entries = hits.iter().filter_map(|hit| entry(source, hit)).collect();
        let next = walk.is_open().then(|| ask(source, lane, &walk));
        let back_to = back_to.or(walk.below).and_then(|at| DateTime::from_timestamp(at, 0));
        Ok(Page { entries, cursor: cursor::write(&walk), next, back_to, problems, lost, ..Page::default() })
    }

    /// Comments have no counts. What belongs to a story, and the story itself, has a tag with its number.
    fn recounts(&self, source: &Source, stale: &[Stale]) -> Vec<Recount> {
        let story = |stale: &Stale| stale.kind != Some(EntryKind::Comment);
        let stories: Vec<Stale> = stale.iter().filter(|stale| story(stale)).cloned().collect();
        let ask = |ids: &[&str]| {
            let tags: Vec<String> = ids.iter().map(|id| format!("story_{id}")).collect();
            let (tags, hits) = (format!("story,({})", tags.join(",")), ids.len().to_string());
            api::request(source, &["api", "v1", "search_by_date"], &[("tags", &tags), ("hitsPerPage", &hits)])
        };
        let id = |stale| recount::id_of("hn", stale);
        stories.chunks(AT_ONCE).filter_map(|part| recount::one(part, |stale| id(&stale.key), ask)).collect()
    }

    fn counts(&self, _source: &Source, _stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        let body = api::body(answer)?;
        if json::at(&body, "hits").is_none() {
            return Err(api::missing(answer, &body, "list of hits"));
        }
        let counts = json::list(&body, "hits").filter_map(|hit| {
            let counts = Counts { engagement: engagement(hit), followers: None };
            Some((key(&json::text(hit, "objectID")?), counts))
        });
        Ok(Counted { counts: counts.collect(), ..Counted::default() })
    }
}

fn seconds(hit: &Value) -> Option<i64> {
    json::number(hit, "created_at_i").or_else(|| json::instant(hit, "created_at").map(|time| time.timestamp()))
}

/// The walk to go on with, or a new one.
fn walk(source: &Source, cursor: Option<&str>, now: Instant) -> Walk<i64> {
    match cursor::read::<Walk<i64>>(cursor) {
        Some(walk) if walk.is_open() => walk,
        Some(walk) => {
            let since = walk.newest.map_or(walk.since, |newest| newest.saturating_sub(OVERLAP).max(walk.since));
            Walk { later: true, ..Walk::start(since) }
        }
        None => Walk::first(source, now),
    }
}

fn ask(source: &Source, term: &str, walk: &Walk<i64>) -> Request {
    let phrase = api::phrase(term);
    let filters = match walk.below {
        Some(below) => format!("created_at_i>{},created_at_i<{below}", walk.since),
        None => format!("created_at_i>{}", walk.since),
    };
    let (hits, page) = (HITS.to_string(), walk.page.to_string());
    let parameters = [
        ("query", phrase.as_str()),
        ("tags", "(story,comment)"),
        ("numericFilters", &filters),
        ("hitsPerPage", &hits),
        ("page", &page),
        ("typoTolerance", "false"),
    ];
    api::request(source, &["api", "v1", "search_by_date"], &parameters)
}

/// A page that is not full is the last, unless the answer counts more of them.
fn has_more(body: &Value, hits: usize, page: u32) -> bool {
    let asked = json::count(body, "hitsPerPage").unwrap_or(u64::from(HITS));
    let counted = json::count(body, "nbPages").unwrap_or(0);
    u64::try_from(hits).is_ok_and(|hits| hits >= asked) || u64::from(page) + 1 < counted
}

/// Goes on with the second of the oldest hit, of which there may be more. Where a whole page lies in that second, only
/// the page number leads on, and where the index gives out no more pages, the rest of the second is out of reach.
fn descend(walk: &mut Walk<i64>, oldest: i64) -> Descent {
    let below = oldest.saturating_add(1);
    match walk.below {
        Some(before) if oldest >= before => {
            walk.finish();
            return Descent::Contradicted(before);
        }
        Some(before) if below == before && walk.page + 1 < PAGES => walk.page += 1,
        Some(before) if below == before => {
            walk.descend(oldest);
            return Descent::OutOfReach;
        }
        _ => walk.descend(below),
    }
    Descent::Below
}

/// All hits of a second: more than the index gives out.
fn second(at: i64) -> Option<Loss> {
    between(at, at.saturating_add(1), LossReason::Newest(PAGES * HITS))
}

fn between(from: i64, to: i64, why: LossReason) -> Option<Loss> {
    Loss::between(DateTime::from_timestamp(from, 0)?, DateTime::from_timestamp(to, 0)?, why)
}

fn shown(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).map_or_else(|| seconds.to_string(), |time| time.to_rfc3339())
}

fn key(id: &str) -> EntryKey {
    EntryKey::of("hn", id)
}

fn engagement(hit: &Value) -> Option<u64> {
    json::sum(hit, &["points", "num_comments"])
}

/// How many answer to a comment, which has no points.
fn answers(hit: &Value) -> Option<u64> {
    u64::try_from(json::at(hit, "children")?.as_array()?.len()).ok()
}

fn entry(source: &Source, hit: &Value) -> Option<Entry> {
    let id = json::text(hit, "objectID")?;
    let html = |path| json::text(hit, path).map(|html| text::html(&html));
    let title = json::text(hit, "title").or_else(|| json::text(hit, "story_title")).unwrap_or_default();
    let author = json::text(hit, "author").map(|name| api::user(&name, &format!("{SITE}/user?id={name}")));
    let url = link(&format!("{SITE}/item?id={id}"));
    let parent = json::text(hit, "parent_id").map(|parent| key(&parent));
    Some(Entry {
        url,
        title: text::html_line(&title),
        text: json::paragraphs([
            html("comment_text"),
            html("story_text"),
            json::text(hit, "url").map(|url| text::line(&url)),
        ]),
        author,
        published_at: json::instant(hit, "created_at"),
        language: source.language.clone(),
        engagement: engagement(hit).or_else(|| answers(hit)),
        kind: Some(if parent.is_some() { EntryKind::Comment } else { EntryKind::Forum }),
        parent,
        thread: json::text(hit, "story_id").filter(|story| *story != id).map(|story| key(&story)),
        ..Entry::new(key(&id))
    })
}
