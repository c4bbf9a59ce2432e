//! Reviews of one's own apps on Google Play (Reply to Reviews API), one lane per app, those that changed last first.
//! Google shows what was written or changed in the last seven days, in versions for everybody, and never stars without
//! a text. A review that is changed keeps its id and has the time of the change.

use chrono::DateTime;
use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::listing::{List, Listing, Visit};
use super::{api, google};
use crate::model::{Answer, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Session, Source};
use crate::parse::{json, text};

const SCOPE: &str = "https://www.googleapis.com/auth/androidpublisher";

pub(super) struct GooglePlay;

impl Listing for GooglePlay {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.places.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let page = visit.page.map(|page| ("token", page));
        let parameters: Vec<_> = [("maxResults", "100")].into_iter().chain(page).collect();
        google::request(source, &["androidpublisher", "v3", "applications", visit.lane, "reviews"], &parameters)
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = google::reviews(answer)?;
        let entries = json::list(&body, "reviews").filter_map(|review| entry(source, visit.lane, review)).collect();
        Ok(List { entries, next: json::text(&body, "tokenPagination.nextPageToken"), ..List::default() })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        google::fault(answer, now)
    }

    fn sign(&self, source: &Source, _now: Instant) -> Result<Option<SecretString>, PollFault> {
        google::sign(source)
    }

    fn login(&self, source: &Source, now: Instant) -> Option<Request> {
        google::login(source, SCOPE, now)
    }

    fn session(&self, answer: &Answer, now: Instant) -> Result<Session, PollFault> {
        google::session(answer, now)
    }

    fn reach(&self, _lane: &str) -> Option<TimeDelta> {
        Some(TimeDelta::days(7))
    }

    fn overlap(&self) -> TimeDelta {
        TimeDelta::days(1)
    }
}

fn entry(source: &Source, app: &str, review: &Value) -> Option<Entry> {
    let id = json::text(review, "reviewId")?;
    let comment = json::list(review, "comments").find_map(|comment| json::at(comment, "userComment"))?;
    let written = |name| json::at(comment, name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let written = written("originalText").or_else(|| written("text")).unwrap_or_default();
    // Titles, which Google Play had once, stand before a tab.
    let (title, body) = written.split_once('\t').unwrap_or(("", written));
    let changed = json::number(comment, "lastModified.seconds").and_then(|at| DateTime::from_timestamp(at, 0));
    Some(Entry {
        url: address(app, &id),
        title: text::line(title),
        text: text::plain(body),
        author: google::author(json::text(review, "authorName")),
        published_at: changed,
        language: api::language(source, json::text(comment, "reviewerLanguage")),
        rating: api::stars(comment, "starRating"),
        engagement: json::count(comment, "thumbsUpCount"),
        kind: Some(EntryKind::Review),
        place: Some(app.to_owned()),
        ..Entry::new(EntryKey::of("google_play", &id))
    })
}

fn address(app: &str, id: &str) -> Option<String> {
    let page = "https://play.google.com/store/apps/details";
    Url::parse_with_params(page, [("id", app), ("reviewId", id)]).ok().map(String::from)
}
