//! Reviews of one's own locations on Google (Business Profile API, version 4), one lane per location, in the order of
//! their last change; the walk ends at what changed before. A review that is changed keeps its id and has the time of the
//! change. Google lets nobody ask before it has approved the project: until then every call is refused for a quota of 0.
//! Reviews have neither an address nor a language, and one of stars alone has no text. Google translates; what was written
//! is kept.

use super::google;
use super::listing::{List, Listing, Visit};
use crate::model::{Answer, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Session, Source};
use crate::parse::{json, text};
use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::Value;

const SCOPE: &str = "https://www.googleapis.com/auth/business.manage";
/// Stands in front of what Google made of a review, and of the review itself.
const TRANSLATED: &str = "(Translated by Google)";
const ORIGINAL: &str = "(Original)";

pub(super) struct GoogleBusiness;

impl Listing for GoogleBusiness {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.places.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let location = visit.lane.split('/').filter(|part| !part.is_empty());
        let path: Vec<&str> = ["v4"].into_iter().chain(location).chain(["reviews"]).collect();
        let parameters = [("pageSize", "50"), ("orderBy", "updateTime desc")];
        let page = visit.page.map(|page| ("pageToken", page));
        google::request(source, &path, &parameters.into_iter().chain(page).collect::<Vec<_>>())
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = google::reviews(answer)?;
        let entries = json::list(&body, "reviews").filter_map(|review| entry(source, visit.lane, review)).collect();
        Ok(List { entries, next: json::text(&body, "nextPageToken"), ..List::default() })
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

    fn overlap(&self) -> TimeDelta {
        TimeDelta::days(1)
    }
}

fn entry(source: &Source, location: &str, review: &Value) -> Option<Entry> {
    let name = || json::text(review, "name")?.rsplit('/').next().map(str::to_owned);
    let id = json::text(review, "reviewId").or_else(name)?;
    let anonymous = json::at(review, "reviewer.isAnonymous").and_then(Value::as_bool).unwrap_or(false);
    let comment = json::text(review, "comment").unwrap_or_default();
    Some(Entry {
        text: text::plain(original(&comment)),
        author: google::author(json::text(review, "reviewer.displayName").filter(|_| !anonymous)),
        published_at: json::instant(review, "updateTime").or_else(|| json::instant(review, "createTime")),
        language: source.language.clone(),
        rating: json::text(review, "starRating").and_then(|word| stars(&word)),
        kind: Some(EntryKind::Review),
        place: Some(location.to_owned()),
        ..Entry::new(EntryKey::of("google_business", &id))
    })
}

fn stars(word: &str) -> Option<f64> {
    match word {
        "ONE" => Some(1.0),
        "TWO" => Some(2.0),
        "THREE" => Some(3.0),
        "FOUR" => Some(4.0),
        "FIVE" => Some(5.0),
        _ => None,
    }
}

/// What the author wrote. It stands behind the translation, or before it where only that is marked.
fn original(comment: &str) -> &str {
    let Some((before, translated)) = comment.split_once(TRANSLATED) else { return comment };
    match translated.split_once(ORIGINAL) {
        Some((_, original)) => original,
        None if before.trim().is_empty() => translated,
        None => before,
    }
}

#[cfg(test)]
mod tests {
    use super::original;

    #[test]
    fn what_the_author_wrote_is_kept() {
        for (comment, written) in [
            ("Bra kaffe", "Bra kaffe"),
            ("(Translated by Google) Good coffee\n\n(Original)\nBra kaffe", "Bra kaffe"),
            ("Bra kaffe\n\n(Translated by Google)\nGood coffee", "Bra kaffe"),
            ("(Translated by Google) Good coffee", "Good coffee"),
            ("Bra (Original) kaffe", "Bra (Original) kaffe"),
        ] {
            assert_eq!(original(comment).trim(), written);
        }
    }
}
