//! `YouTube` (Data API v3). Without places it searches for videos: a search names them, and a second call gives their
//! whole texts and counts; then the newest hundred comments below those of the newest that have some, as long as the search
//! shows them, two days after they came. With places it reads the comments below all videos of these channels. With a
//! comment come the first few replies, and the others are asked for; later ones are found as long as the comment is read
//! again. It sees no captions or views; subscribers are told of known entries only (`counts`). Searches alone count in the
//! budget of who searches, as the network counts them: nothing else uses it up, counts neither.
//!
//! Not verified: that a phrase in quotes is searched as one, and how long a query may be.

use chrono::{DateTime, SecondsFormat, TimeDelta};
use serde_json::Value;
use url::Url;

use super::listing::{List, Listing, Visit};
use super::{api, google, link, reset};
use crate::model::exchange::complaint;
use crate::model::{
    Answer, Author, Counted, Entry, EntryKey, EntryKind, Instant, Loss, LossReason, PollFault, Recount, Request, Slot,
    Source, Stale,
};
use crate::parse::{json, text};
use step::{Step, What};

mod comments;
mod counts;
mod step;

/// Characters of a query that joins terms.
const LONGEST_QUERY: usize = 500;
/// Of the videos of a page, the comments below so many are read, of the newest that have some.
const MOST_VIDEOS: usize = 10;
/// Replies are asked for to so many comments below a video, or of a page of those of a channel. With a hundred searches a
/// day, all this is 6,100 calls at most of the ten thousand a day that a key is allowed beside them; sources of channels with
/// the same key have the rest.
const MOST_THREADS: usize = 5;
const MOST_THREADS_OF_CHANNEL: usize = 20;
/// The newest comments and with each the first few replies.
const THREADS: [(&str, &str); 4] =
    [("part", "snippet,replies"), ("order", "time"), ("textFormat", "plainText"), ("maxResults", "100")];
const SITE: &str = "https://www.youtube.com";

pub(super) struct YouTube;

impl Listing for YouTube {
    fn lanes(&self, source: &Source) -> Vec<String> {
        if !source.places.is_empty() {
            return source.places.clone();
        }
        api::any_of(source.terms.iter().map(|term| api::phrase(term)), "|", LONGEST_QUERY)
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let step = Step::of(visit);
        let id = || step.ids.first().copied().unwrap_or_default();
        let ids = step.ids.join(",");
        let token = Some(("pageToken", step.token)).filter(|(_, token)| !token.is_empty());
        let below = |of, id, token| ask(source, "commentThreads", [(of, id)].into_iter().chain(THREADS).chain(token));
        match step.what {
            Some(What::Videos) => ask(source, "videos", [("part", "snippet,statistics"), ("id", &ids)]),
            Some(What::Comments) => below("videoId", id(), None),
            Some(What::Replies) => {
                let comment = ("parentId", comments::parts(id()).0);
                let plain = ("textFormat", "plainText");
                ask(source, "comments", [("part", "snippet"), comment, plain, ("maxResults", "100")])
            }
            None if source.places.is_empty() => search(source, visit, token),
            None => below("allThreadsRelatedToChannelId", visit.lane, token),
        }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let (body, step) = (api::body(answer)?, Step::of(visit));
        // Threads stand in the order in which they were begun.
        let is_reached = json::list(&body, "items").last().and_then(comments::begun).is_some_and(|at| at < visit.since);
        let go_on = |to, ids| step.next(to, ids, json::text(&body, "nextPageToken").filter(|_| !is_reached));
        if let (true, Some(why)) = (self.reads(answer), complaint(&body)) {
            let why = text::html_line(&why);
            let problem = match step.ids.first().map(|name| comments::about(name)) {
                None => Some(format!("`{}`: {why}", visit.lane)),
                Some(_) if is_barred(answer) => None,
                Some(video) => Some(format!("comments below the video `{video}` cannot be read: {why}")),
            };
            let (problems, next) = (problem.into_iter().collect(), go_on(What::Replies, Vec::new()));
            return Ok(List { problems, next, ..List::default() });
        }
        if json::at(&body, "items").is_none() {
            return Err(api::missing(answer, &body, "list of items"));
        }
        let items = || json::list(&body, "items");
        let is_search = source.places.is_empty();
        let channel = Some(visit.lane).filter(|_| !is_search);
        let list = match step.what {
            None if is_search => {
                let ids: Vec<String> = items().filter_map(|item| json::text(item, "id.videoId")).collect();
                let next = if ids.is_empty() { None } else { go_on(What::Videos, ids) };
                List { next, ..List::default() }
            }
            Some(What::Videos) => {
                let commented = items().filter(|item| json::count(item, "statistics.commentCount") > Some(0));
                let commented = commented.filter_map(|item| json::text(item, "id")).take(MOST_VIDEOS).collect();
                let entries = items().filter_map(|item| video(source, item)).collect();
                List { entries, next: go_on(What::Comments, commented), ..List::default() }
            }
            Some(What::Replies) => {
                let video = step.ids.first().map(|name| comments::parts(name).1);
                let entries = items().filter_map(|item| comments::comment(source, channel, video, item));
                let has_more = json::at(&body, "nextPageToken").is_some();
                let lost = unshown(visit, has_more && !is_search, LossReason::Newest(100));
                let (entries, next) = (entries.collect(), go_on(What::Replies, Vec::new()));
                List { entries, next, lost, is_aside: true, ..List::default() }
            }
            Some(What::Comments) | None => {
                let most = if is_search { MOST_THREADS } else { MOST_THREADS_OF_CHANNEL };
                let is_wanted = |thread: &&Value| comments::begun(thread).is_none_or(|at| at >= visit.since);
                let mut open: Vec<String> = items().filter(is_wanted).filter_map(comments::unread).collect();
                let bound = LossReason::Posts(u32::try_from(most).unwrap_or(u32::MAX));
                let lost = unshown(visit, open.len() > most && !is_search, bound);
                open.truncate(most);
                let entries = items().flat_map(|thread| comments::read(source, channel, thread)).collect();
                let next = go_on(What::Replies, open);
                List { entries, is_aside: next.is_some(), next, lost, ..List::default() }
            }
        };
        Ok(list)
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        let reasons = google::reasons(answer);
        let is = |known: &[&str]| reasons.iter().any(|reason| known.contains(&reason.as_str()));
        let until = reset::next_midnight(chrono_tz::America::Los_Angeles, now);
        let is_of_day = api::word(answer, "error.message").is_some_and(|message| message.contains("per day"));
        if is(&["quotaExceeded", "dailyLimitExceeded"]) {
            Some(PollFault::Spent { what: "the quota of calls a day".to_owned(), until })
        } else if is_of_day && is(&["rateLimitExceeded", "RATE_LIMIT_EXCEEDED"]) {
            Some(PollFault::Spent { what: "the quota of searches a day".to_owned(), until })
        } else if is(&["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]) {
            Some(PollFault::Throttled { status: answer.status, until: Some(now + TimeDelta::minutes(1)) })
        } else if is(&["accessNotConfigured", "keyInvalid", "keyExpired", "ipRefererBlocked", "SERVICE_DISABLED"])
            || reasons.iter().any(|reason| reason.starts_with("API_KEY_"))
        {
            Some(api::revoked(answer, "the API key, or what it may be used for"))
        } else {
            None
        }
    }

    /// Below what must not be commented, or is not there any more, there is nothing to read, and nothing is wrong. Whatever
    /// else is refused of one video, as where only members may see it, is no matter of the others: it is a problem.
    fn reads(&self, answer: &Answer) -> bool {
        let is_refusal = matches!(answer.status, 400..=499) && !matches!(answer.status, 401 | 408 | 429);
        let is_said = || api::word(answer, "error.message").is_some();
        let is_of_one = || is_said() && self.fault(answer, DateTime::UNIX_EPOCH).is_none();
        is_barred(answer) || is_refusal && is_below(&answer.url) && is_of_one()
    }

    fn recounts(&self, source: &Source, stale: &[Stale]) -> Vec<Recount> {
        counts::recounts(source, stale)
    }

    fn counts(&self, _source: &Source, stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        counts::counts(stale, answer)
    }

    /// Counts rise and replies come for a while, and the search finds some videos hours after they came.
    fn overlap(&self) -> TimeDelta {
        TimeDelta::days(2)
    }
}

/// Whether there is nothing to read, and there need not be.
fn is_barred(answer: &Answer) -> bool {
    let is_one_of = |known: &[&str]| google::reasons(answer).iter().any(|reason| known.contains(&reason.as_str()));
    match answer.status {
        403 => is_one_of(&["commentsDisabled"]),
        404 => is_one_of(&["videoNotFound", "commentNotFound", "parentCommentNotFound"]),
        _ => false,
    }
}

/// Whether comments below one video, or replies to one comment, were asked for.
fn is_below(url: &Url) -> bool {
    url.query_pairs().any(|(name, _)| matches!(&*name, "videoId" | "parentId"))
}

/// What is no search counts in the budget of who does not search.
fn ask<'p>(source: &Source, what: &str, parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> Request {
    let parameters: Vec<(&str, &str)> = parameters.into_iter().collect();
    let key = Slot::Header("x-goog-api-key".into(), "".into());
    let request = api::keyed(source, key, &["youtube", "v3", what], &parameters);
    Request { is_counted: !source.places.is_empty(), ..request }
}

fn search(source: &Source, visit: &Visit<'_>, token: Option<(&str, &str)>) -> Request {
    let since = visit.since.to_rfc3339_opts(SecondsFormat::Secs, true);
    let search = [
        ("part", "snippet"),
        ("type", "video"),
        ("order", "date"),
        ("q", visit.lane),
        ("publishedAfter", since.as_str()),
        ("maxResults", "50"),
    ];
    let country = source.country.as_deref().map(|country| ("regionCode", country));
    Request { is_counted: true, ..ask(source, "search", search.into_iter().chain(country).chain(token)) }
}

/// What may be missing of a channel where not all was asked for: a comment may be as new as now. Below the videos of a
/// search nobody expects all.
fn unshown(visit: &Visit<'_>, is_so: bool, why: LossReason) -> Option<Loss> {
    Loss::between(visit.since, visit.now, why).filter(|_| is_so)
}

fn video(source: &Source, item: &Value) -> Option<Entry> {
    let id = json::text(item, "id")?;
    let language = json::text(item, "snippet.defaultAudioLanguage");
    let author = json::text(item, "snippet.channelTitle").map(|name| Author {
        name: text::line(&name),
        url: json::text(item, "snippet.channelId").and_then(|id| link(&format!("{SITE}/channel/{id}"))),
        ..Author::default()
    });
    Some(Entry {
        url: link(&format!("{SITE}/watch?v={id}")),
        title: json::text(item, "snippet.title").map(|title| text::line(&title)).unwrap_or_default(),
        text: json::text(item, "snippet.description").map(|said| text::plain(&said)).unwrap_or_default(),
        author,
        published_at: json::instant(item, "snippet.publishedAt"),
        language: api::language(source, language.or_else(|| json::text(item, "snippet.defaultLanguage"))),
        tags: json::list(item, "snippet.tags").filter_map(json::written).map(|tag| text::line(&tag)).collect(),
        engagement: counts::engagement(item),
        kind: Some(EntryKind::Video),
        ..Entry::new(EntryKey::of("youtube", &id))
    })
}
