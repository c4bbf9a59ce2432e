//! Reviews of businesses on Yelp (Places API), one lane per business. Yelp shows the beginnings of the newest three
//! reviews, or of seven under its largest plan, and nothing behind them; that it counts more than it shows is how we
//! know that some were missed. How many the plan shows is left to Yelp. Times have no zone and are those of
//! California. What a plan without excerpts answers was not verified.

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::America::Los_Angeles;
use chrono_tz::Tz;
use serde_json::Value;
use url::Url;

use super::tally::{self, Seen};
use super::{Adapter, api, cursor, link, reset};
use crate::model::{
    Answer, Author, Entry, EntryKey, EntryKind, Instant, Loss, LossReason, Page, PollFault, Request, Source,
};
use crate::parse::{date, json, text};

/// Codes of a key that is not taken.
const REVOKED: [&str; 5] =
    ["TOKEN_INVALID", "TOKEN_MISSING", "TOKEN_REVOKED", "UNAUTHORIZED_API_KEY", "UNAUTHORIZED_ACCESS_TOKEN"];
/// The one parameter of a review's address that is not there to track.
const REVIEW: &str = "hrid";

pub(super) struct Yelp;

impl Adapter for Yelp {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.places.clone()
    }

    fn request(&self, source: &Source, lane: &str, _cursor: Option<&str>, _now: Instant) -> Request {
        let locale = locale(source).map(|locale| ("locale", locale));
        let locale = locale.as_ref().map(|(name, locale)| (*name, locale.as_str()));
        let parameters: Vec<_> = [("sort_by", "newest")].into_iter().chain(locale).collect();
        api::request(source, &["v3", "businesses", lane, "reviews"], &parameters)
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
        if json::at(&body, "reviews").and_then(Value::as_array).is_none() {
            return Err(api::missing(answer, &body, "list of reviews"));
        }
        let reviews = || json::list(&body, "reviews");
        let ids = reviews().filter_map(|review| json::text(review, "id"));
        let seen = json::count(&body, "total").map(|total| tally::seen(total, ids, now));
        let before: Option<Seen> = cursor::read(cursor);
        Ok(Page {
            entries: reviews().filter_map(|review| entry(source, lane, review)).collect(),
            problems: seen.iter().filter_map(|seen| problem(lane, seen)).collect(),
            lost: before.zip(seen.as_ref()).and_then(|(before, seen)| missed(&before, seen)).into_iter().collect(),
            cursor: seen.as_ref().and_then(cursor::write),
            ..Page::default()
        })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        let status = answer.status;
        let code = api::word(answer, "error.code")?;
        match code.as_str() {
            code if REVOKED.contains(&code) => Some(api::revoked(answer, "the API key")),
            "ACCESS_LIMIT_REACHED" => {
                Some(PollFault::Spent { what: "the quota of calls a day".to_owned(), until: more_at(answer, now) })
            }
            "TOO_MANY_REQUESTS_PER_SECOND" => Some(PollFault::Throttled { status, until: None }),
            // It is about this business; others may be read all the same.
            "BUSINESS_UNAVAILABLE" | "BUSINESS_NOT_FOUND" | "VALIDATION_ERROR" => {
                let message = api::word(answer, "error.description").map(|said| text::line(&said));
                Some(PollFault::Status { status, message: message.unwrap_or(code) })
            }
            _ => None,
        }
    }
}

/// That Yelp has reviews and shows none.
fn problem(business: &str, seen: &Seen) -> Option<String> {
    let total = seen.total;
    (seen.shown.is_empty() && total > 0).then(|| {
        format!(
            "Yelp counts {total} reviews of `{business}` and shows none; its plan or its `language` may leave them out"
        )
    })
}

/// Reviews that came since it was asked before, and were not shown.
fn missed(before: &Seen, seen: &Seen) -> Option<Loss> {
    let shown = u32::try_from(seen.shown.len()).ok().filter(|shown| *shown > 0);
    before.missed(seen, shown.map_or(LossReason::Ends, LossReason::Newest))
}

/// When there are calls again: as Yelp says, else at midnight UTC.
fn more_at(answer: &Answer, now: Instant) -> Instant {
    let said = answer.header("ratelimit-resettime").and_then(|text| DateTime::parse_from_rfc3339(text.trim()).ok());
    let said = said.map(|at| at.with_timezone(&Utc)).filter(|at| *at > now);
    said.unwrap_or_else(|| reset::next_midnight(Tz::UTC, now))
}

/// The language and country that is asked for; Yelp takes English of the United States where it is told nothing.
fn locale(source: &Source) -> Option<String> {
    let language = source.language.as_ref()?.as_str();
    let (language, usual) = match language {
        "en" => ("en", "US"),
        "nb" | "nn" => ("nb", "NO"),
        "da" => ("da", "DK"),
        "sv" => ("sv", "SE"),
        "cs" => ("cs", "CZ"),
        "ja" => ("ja", "JP"),
        other => (other, other),
    };
    let country = source.country.as_deref().unwrap_or(usual).to_ascii_uppercase();
    Some(format!("{language}_{country}"))
}

fn entry(source: &Source, business: &str, review: &Value) -> Option<Entry> {
    let id = json::text(review, "id")?;
    Some(Entry {
        url: json::text(review, "url").and_then(|url| address(&url)),
        text: json::text(review, "text").map(|text| text::plain(&text)).unwrap_or_default(),
        author: author(review),
        published_at: json::text(review, "time_created").and_then(|time| written(&time)),
        language: source.language.clone(),
        rating: api::stars(review, "rating"),
        kind: Some(EntryKind::Review),
        place: Some(business.to_owned()),
        ..Entry::new(EntryKey::of("yelp", &id))
    })
}

fn author(review: &Value) -> Option<Author> {
    let name = text::line(&json::text(review, "user.name")?);
    let url = json::text(review, "user.profile_url").and_then(|url| link(&url));
    Some(Author { name, url, ..Author::default() })
}

/// The address without what tracks whoever follows it.
fn address(url: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    let review = api::parameter(&url, REVIEW);
    url.set_query(None);
    if let Some(review) = review {
        url.query_pairs_mut().append_pair(REVIEW, &review);
    }
    link(url.as_str())
}

/// The time of a clock in California. An hour that came twice counts as the first, one that was left out as the one
/// behind it.
fn written(time: &str) -> Option<Instant> {
    let Ok(local) = NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S") else { return date::parse(time) };
    let at = |local: NaiveDateTime| Los_Angeles.from_local_datetime(&local).earliest();
    let there = at(local).or_else(|| at(local.checked_add_signed(TimeDelta::hours(1))?))?;
    Some(there.with_timezone(&Utc))
}

#[cfg(test)]
mod tests;
