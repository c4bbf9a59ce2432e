//! `YouTube` (Data API v3). Without places it searches for videos: a search names them, and a second call gives their
//! whole texts and counts. With places it reads the comments below all videos of these channels, and with each the first
//! few replies; later ones are found as long as the comment is read again. It sees no captions or views; subscribers are
//! told of known entries only (`counts`).
//!
//! Not verified: that a phrase in quotes is searched as one, and how long a query may be.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, google, link, reset};
use crate::model::exchange::complaint;
use crate::model::{
    Answer, Author, Counted, Entry, EntryKey, EntryKind, Instant, PollFault, Recount, Request, Slot, Source, Stale,
};
use crate::parse::{json, text};

mod comments;
mod counts;

/// Characters of a query that joins terms.
const LONGEST_QUERY: usize = 500;
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
        if !source.places.is_empty() {
            let mut parameters = vec![
                ("part", "snippet,replies"),
                ("allThreadsRelatedToChannelId", visit.lane),
                ("order", "time"),
                ("textFormat", "plainText"),
                ("maxResults", "100"),
            ];
            parameters.extend(visit.page.map(|token| ("pageToken", token)));
            return ask(source, "commentThreads", &parameters);
        }
        let (videos, token) = step(visit);
        if !videos.is_empty() {
            return ask(source, "videos", &[("part", "snippet,statistics"), ("id", videos)]);
        }
        let since = visit.since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let mut parameters = vec![
            ("part", "snippet"),
            ("type", "video"),
            ("order", "date"),
            ("q", visit.lane),
            ("publishedAfter", since.as_str()),
            ("maxResults", "50"),
        ];
        parameters.extend(source.country.as_deref().map(|country| ("regionCode", country)));
        parameters.extend(Some(("pageToken", token)).filter(|_| !token.is_empty()));
        ask(source, "search", &parameters)
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        if let (true, Some(why)) = (self.reads(answer), complaint(&body)) {
            return Ok(List {
                problems: vec![format!("`{}`: {}", visit.lane, text::html_line(&why))],
                ..List::default()
            });
        }
        if json::at(&body, "items").is_none() {
            return Err(api::missing(answer, &body, "list of items"));
        }
        let items = || json::list(&body, "items");
        let token = json::text(&body, "nextPageToken");
        if !source.places.is_empty() {
            let entries = items().flat_map(|thread| comments::read(source, visit.lane, thread)).collect();
            return Ok(List { entries, next: token, ..List::default() });
        }
        let (videos, token_behind) = step(visit);
        if !videos.is_empty() {
            let next = Some(format!(" {token_behind}")).filter(|_| !token_behind.is_empty());
            return Ok(List {
                entries: items().filter_map(|item| video(source, item)).collect(),
                next,
                ..List::default()
            });
        }
        let ids = items().filter_map(|item| json::text(item, "id.videoId")).filter(|id| !id.contains([' ', ',']));
        let ids = ids.collect::<Vec<_>>().join(",");
        let next = Some(format!("{ids} {}", token.unwrap_or_default())).filter(|_| !ids.is_empty());
        Ok(List { next, ..List::default() })
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

    /// Below what must not be commented there is nothing to read, and nothing is wrong.
    fn reads(&self, answer: &Answer) -> bool {
        answer.status == 403 && google::reasons(answer).iter().any(|reason| reason == "commentsDisabled")
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

fn ask(source: &Source, what: &str, parameters: &[(&str, &str)]) -> Request {
    api::keyed(source, Slot::Header("x-goog-api-key".into(), "".into()), &["youtube", "v3", what], parameters)
}

/// The videos to be read now, and the page of the search behind them.
fn step<'v>(visit: &Visit<'v>) -> (&'v str, &'v str) {
    visit.page.and_then(|page| page.split_once(' ')).unwrap_or_default()
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
