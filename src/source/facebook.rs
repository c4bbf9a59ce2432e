//! Pages of Facebook that are the user's own (Graph API; its version stands in the address). Each has three lanes: what is
//! on the page, what tags it, and the comments below its newest posts, which are asked for post by post; ratings are a
//! fourth up to version 21, the last that has them. There is no search of what others say, and mostly no author. What was
//! edited or deleted after it was read stays, unless a webhook tells of it. Some posts are tagged long after they were written, and only the tag tells
//! how far the list has been read.
//!
//! Not verified: the shape of ratings. Who recommends gives no stars, and is not said to.

mod hook;

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, cursor, graph, link};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, Loss, LossReason, PollFault, Request, Source};
use crate::parse::{json, text};

const TAGGED: &str = "tagged";
const FEED: &str = "feed";
const COMMENTS: &str = "comments";
const RATINGS: &str = "ratings";
/// The last version with ratings.
const LAST_RATED: u32 = 21;

const TAGGED_POST: &str = "id,message,story,created_time,tagged_time,permalink_url,from,shares,\
                           reactions.limit(0).summary(true),comments.limit(0).summary(true)";
const POST: &str = "id,message,story,created_time,permalink_url,from,shares,reactions.limit(0).summary(true),\
                    comments.limit(0).summary(true)";
const COMMENTED_POST: &str = "id,created_time,comments.limit(0).summary(true)";
const RATING: &str = "created_time,review_text,rating,reviewer,open_graph_story";
const COMMENT: &str = "id,message,from,created_time,like_count,comment_count,parent,permalink_url";
/// Fields of posts and comments that every version knows,
const PLAIN: &str = "id,message,created_time,permalink_url";
/// with the one that tells how far what is tagged has been read,
const PLAIN_TAGGED: &str = "id,message,created_time,tagged_time,permalink_url";
/// and those of ratings, which are known by the last two.
const PLAIN_RATING: &str = "created_time,review_text,reviewer,open_graph_story";
/// The error of a field, or of an object, that does not exist.
const BAD_PARAMETER: i64 = 100;

pub(super) struct Facebook;

/// Where a walk stands.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Step {
    /// Posts whose comments are still to be read.
    posts: Vec<String>,
    /// The page behind which it goes on.
    after: Option<String>,
    /// Whether only those fields are asked for that every version knows.
    plain: bool,
    /// Whether not even when a post was tagged is asked for.
    undated: bool,
}

impl Listing for Facebook {
    fn lanes(&self, source: &Source) -> Vec<String> {
        let edges: &[&str] =
            if has_ratings(source) { &[TAGGED, FEED, COMMENTS, RATINGS] } else { &[TAGGED, FEED, COMMENTS] };
        source.places.iter().flat_map(|page| edges.iter().map(move |edge| format!("{page}/{edge}"))).collect()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let ((page, edge), step) = (parts(visit), step(visit));
        let since = visit.since.timestamp().to_string();
        let (path, all, plain, limit) = match (edge, step.posts.first()) {
            (COMMENTS, Some(post)) => ([post, COMMENTS], COMMENT, PLAIN, "100"),
            (COMMENTS, None) => ([page, FEED], COMMENTED_POST, PLAIN, "25"),
            (RATINGS, _) => ([page, edge], RATING, PLAIN_RATING, "50"),
            (TAGGED, _) if !step.undated => ([page, edge], TAGGED_POST, PLAIN_TAGGED, "50"),
            _ => ([page, edge], POST, PLAIN, "50"),
        };
        let mut parameters = vec![("fields", if step.plain { plain } else { all }), ("limit", limit)];
        match path {
            [_, COMMENTS] => parameters.extend([("filter", "stream"), ("order", "reverse_chronological")]),
            [_, FEED] if edge == FEED => parameters.push(("since", &since)),
            _ => {}
        }
        parameters.extend(step.after.as_deref().map(|after| ("after", after)));
        api::request(source, &path, &parameters)
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let ((page, edge), mut step) = (parts(visit), step(visit));
        if self.reads(answer) {
            let undated = step.undated || refused_field(answer).is_some_and(|words| words.contains("tagged_time"));
            if !step.plain || undated != step.undated {
                return Ok(List { next: cursor::write(&Step { plain: true, undated, ..step }), ..List::default() });
            }
        }
        let body = graph::body(answer, "list of posts or comments")?;
        let (after, rest) = (graph::page_after(&body), graph::rest(answer));
        let items = || json::list(&body, "data");
        let time = |item: &Value| json::instant(item, "tagged_time").or_else(|| json::instant(item, "created_time"));
        let oldest = items().filter_map(time).last();
        if edge != COMMENTS {
            let read = if edge == RATINGS { rating } else { post };
            let read: Vec<(Entry, Option<Instant>)> =
                items().filter_map(|item| Some((read(source, page, item)?, time(item)))).collect();
            let moments = read.iter().filter_map(|(entry, at)| Some((entry.key.clone(), (*at)?))).collect();
            let entries = read.into_iter().map(|(entry, _)| entry).collect();
            let next = after.and_then(|after| cursor::write(&Step { after: Some(after), ..step }));
            return Ok(List { entries, next, oldest, moments, rest, ..List::default() });
        }
        let (mut entries, mut lost) = (Vec::new(), None);
        if let Some(post) = step.posts.first() {
            entries.extend(items().filter_map(|item| comment(source, page, post, item)));
            step.after = after.filter(|_| oldest.is_none_or(|oldest| oldest >= visit.since));
            let read = usize::from(step.after.is_none());
            step.posts.drain(..read);
        } else {
            let is_commented = |item: &&Value| json::count(item, "comments.summary.total_count") != Some(0);
            step.posts = items().filter(is_commented).filter_map(|item| json::text(item, "id")).collect();
            // Below the posts before these, comments are not read any more.
            let first = oldest.filter(|_| after.is_some());
            lost = first.and_then(|first| Loss::between(DateTime::UNIX_EPOCH, first, LossReason::Posts(25)));
        }
        let next = if step.posts.is_empty() { None } else { cursor::write(&step) };
        // The comments of one post do not tell how far those of the others have been read.
        Ok(List { entries, next, oldest: Some(visit.now), rest, lost, ..List::default() })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        graph::fault(answer, now)
    }

    /// Fields are checked only where there is something to show, and not all versions have all of them.
    fn reads(&self, answer: &Answer) -> bool {
        refused_field(answer).is_some()
    }

    /// As long as it may take to read the comments of all posts, one after the other, while new ones are written.
    fn overlap(&self) -> TimeDelta {
        TimeDelta::hours(6)
    }
}

/// Whether the version in the address has ratings.
fn has_ratings(source: &Source) -> bool {
    let version = source.url.path().trim_matches('/').strip_prefix('v').and_then(|version| version.split('.').next());
    version.and_then(|version| version.parse::<u32>().ok()).is_some_and(|version| version <= LAST_RATED)
}

/// What is said of a field that the version does not know.
fn refused_field(answer: &Answer) -> Option<String> {
    let words = api::word(answer, "error.message").filter(|words| words.contains("nonexisting field"))?;
    (graph::error(answer) == Some(BAD_PARAMETER)).then_some(words)
}

/// The page of a lane, and what is read of it.
fn parts<'v>(visit: &Visit<'v>) -> (&'v str, &'v str) {
    visit.lane.rsplit_once('/').unwrap_or((visit.lane, FEED))
}

fn step(visit: &Visit<'_>) -> Step {
    cursor::read(visit.page).unwrap_or_default()
}

fn post(source: &Source, page: &str, item: &Value) -> Option<Entry> {
    let said = json::text(item, "message").or_else(|| json::text(item, "story"));
    let counts = ["reactions.summary.total_count", "comments.summary.total_count", "shares.count"];
    Some(Entry {
        text: said.map(|said| text::plain(&said)).unwrap_or_default(),
        engagement: json::sum(item, &counts),
        kind: Some(EntryKind::Microblog),
        ..entry(source, page, item, "from.name", &json::text(item, "id")?)
    })
}

fn comment(source: &Source, page: &str, post: &str, item: &Value) -> Option<Entry> {
    let thread = EntryKey::of("facebook", post);
    let parent = json::text(item, "parent.id").map(|id| EntryKey::of("facebook", &id));
    Some(Entry {
        text: json::text(item, "message").map(|said| text::plain(&said)).unwrap_or_default(),
        engagement: json::sum(item, &["like_count", "comment_count"]),
        kind: Some(EntryKind::Comment),
        parent: parent.or_else(|| Some(thread.clone())),
        thread: Some(thread),
        ..entry(source, page, item, "from.name", &json::text(item, "id")?)
    })
}

/// A rating has no id of its own: it is known by its story, or by who gave it and when.
fn rating(source: &Source, page: &str, item: &Value) -> Option<Entry> {
    let story = json::text(item, "open_graph_story.id");
    let given = || Some(format!("{}@{}", json::text(item, "reviewer.id")?, json::text(item, "created_time")?));
    let stars = json::count(item, "rating").and_then(|stars| u8::try_from(stars).ok()).filter(|stars| *stars <= 5);
    Some(Entry {
        url: story.as_ref().and_then(|story| link(&format!("https://www.facebook.com/{story}"))),
        text: json::text(item, "review_text").map(|said| text::plain(&said)).unwrap_or_default(),
        rating: stars.map(f64::from),
        kind: Some(EntryKind::Review),
        ..entry(source, page, item, "reviewer.name", &story.or_else(given)?)
    })
}

/// What posts, comments and ratings have in common.
fn entry(source: &Source, page: &str, item: &Value, name: &str, id: &str) -> Entry {
    let author = json::text(item, name).map(|name| Author { name: text::line(&name), ..Author::default() });
    Entry {
        url: json::text(item, "permalink_url").and_then(|url| link(&url)),
        author,
        published_at: json::instant(item, "created_time"),
        language: source.language.clone(),
        place: Some(page.to_owned()),
        ..Entry::new(EntryKey::of("facebook", id))
    }
}
