//! Instagram (Graph API with Facebook login; its version stands in the address). A place is an account, for the posts that
//! tag it, or `ACCOUNT/HASHTAG`, for what was posted with the hashtag within the last 24 hours, asked for in the name of
//! the account: the number of the hashtag once, then its posts, which have no authors. Mentions in captions and comments
//! come by webhook only (`mention`); stories and private accounts are not read.
//!
//! Not verified: that posts with a hashtag come newest first, and the error of the thirty-first hashtag in a week.

mod mention;

use chrono::TimeDelta;
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, graph, link};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Source};
use crate::parse::{json, text};

const HASHTAG_POST: &str = "id,caption,media_type,permalink,timestamp,like_count,comments_count";
const TAGGED_POST: &str = "id,caption,media_type,permalink,timestamp,username,like_count,comments_count";
/// The error of too many hashtags in a week.
const TOO_MANY_HASHTAGS: i64 = 18;
const SITE: &str = "https://www.instagram.com";

pub(super) struct Instagram;

impl Listing for Instagram {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.places.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let Some((account, hashtag)) = hashtag_of(visit) else {
            let mut parameters = vec![("fields", TAGGED_POST), ("limit", "50")];
            parameters.extend(visit.page.map(|after| ("after", after)));
            return api::request(source, &[visit.lane, "tags"], &parameters);
        };
        let Some(page) = visit.page.or(visit.name) else {
            return api::request(source, &["ig_hashtag_search"], &[("user_id", account), ("q", hashtag)]);
        };
        let (number, after) = page.split_once(' ').map_or((page, None), |(number, after)| (number, Some(after)));
        let mut parameters = vec![("user_id", account), ("fields", HASHTAG_POST), ("limit", "50")];
        parameters.extend(after.map(|after| ("after", after)));
        api::request(source, &[number, "recent_media"], &parameters)
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = graph::body(answer, "list of posts")?;
        let (after, rest) = (graph::page_after(&body), graph::rest(answer));
        let hashtag = hashtag_of(visit).map(|(_, hashtag)| hashtag);
        let next = match (hashtag, visit.page.or(visit.name)) {
            (Some(_), None) => {
                let number = json::list(&body, "data").find_map(|found| json::text(found, "id"));
                return Ok(List { next: number.clone(), name: number, rest, ..List::default() });
            }
            (Some(_), Some(page)) => {
                let number = page.split(' ').next().unwrap_or(page);
                after.map(|after| format!("{number} {after}"))
            }
            (None, _) => after,
        };
        let place = hashtag.is_none().then(|| visit.lane.to_owned());
        let entries = json::list(&body, "data").filter_map(|post| entry(source, hashtag, post));
        let entries = entries.map(|entry| Entry { place: place.clone(), ..entry }).collect();
        Ok(List { entries, next, rest, ..List::default() })
    }

    /// A hashtag too many is not read; those that were asked for before go on.
    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        let message = "it is one hashtag too many: an account may read 30 in seven days".to_owned();
        let refused = PollFault::Status { status: answer.status, message };
        graph::fault(answer, now).or_else(|| (graph::error(answer) == Some(TOO_MANY_HASHTAGS)).then_some(refused))
    }

    /// A day of a hashtag, and of an account everything.
    fn reach(&self, lane: &str) -> Option<TimeDelta> {
        lane.contains('/').then_some(TimeDelta::days(1))
    }

    /// Likes and comments are counted again for a while; there is nothing older to be had of a hashtag.
    fn overlap(&self) -> TimeDelta {
        TimeDelta::days(1)
    }
}

/// The account and the hashtag of a lane that has one.
fn hashtag_of<'v>(visit: &Visit<'v>) -> Option<(&'v str, &'v str)> {
    visit.lane.split_once('/').map(|(account, hashtag)| (account, hashtag.trim_start_matches('#')))
}

fn entry(source: &Source, hashtag: Option<&str>, post: &Value) -> Option<Entry> {
    let id = json::text(post, "id")?;
    let author = json::text(post, "username").map(|name| text::line(&name)).map(|name| Author {
        url: link(&format!("{SITE}/{name}/")),
        handle: Some(name.clone()),
        name,
        ..Author::default()
    });
    let is_video = json::text(post, "media_type").is_some_and(|kind| kind == "VIDEO");
    Some(Entry {
        url: json::text(post, "permalink").and_then(|url| link(&url)),
        text: json::text(post, "caption").map(|caption| text::plain(&caption)).unwrap_or_default(),
        author,
        published_at: json::instant(post, "timestamp"),
        language: source.language.clone(),
        tags: hashtag.map(str::to_owned).into_iter().collect(),
        engagement: json::sum(post, &["like_count", "comments_count"]),
        kind: Some(if is_video { EntryKind::Video } else { EntryKind::Image }),
        ..Entry::new(EntryKey::of("instagram", &id))
    })
}
