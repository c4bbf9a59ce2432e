//! Reviews of any place on Google Maps (Places API), one lane per place. Google chooses up to five that it holds to be
//! relevant, in no order of time, and has no further pages: many reviews are never seen. It counts all of them, those
//! without a text too, so that it is known when there are more new ones than it shows. It lets nobody keep them.
//! The text is the one that was written, not its translation.

use chrono::TimeDelta;
use http::HeaderValue;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tally::{self, Seen};
use super::{Adapter, api, cursor, google, link};
use crate::model::{
    Answer, Author, Entry, EntryKey, EntryKind, Instant, LossReason, Page, PollFault, Request, Slot, Source,
};
use crate::parse::{json, text};

/// Reviews that Google chooses at most.
const CHOSEN: u32 = 5;

pub(super) struct GooglePlaces;

/// What is remembered of a place.
#[derive(Serialize, Deserialize)]
struct Known {
    /// Nothing older is wanted, ever: how far the first poll reached back, in Unix seconds.
    floor: i64,
    #[serde(default)]
    seen: Option<Seen>,
}

impl Adapter for GooglePlaces {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.places.clone()
    }

    fn request(&self, source: &Source, lane: &str, _cursor: Option<&str>, _now: Instant) -> Request {
        let language = source.language.as_ref().map(|language| ("languageCode", language.as_str()));
        let parameters: Vec<_> = language.into_iter().collect();
        let place = Slot::Header("x-goog-api-key".into(), "".into());
        let mut request = api::keyed(source, place, &["v1", "places", lane], &parameters);
        request.headers.insert("x-goog-fieldmask", HeaderValue::from_static("reviews,userRatingCount"));
        request
    }

    fn read(
        &self,
        source: &Source,
        lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let body = google::reviews(answer)?;
        let known: Option<Known> = cursor::read(cursor);
        let depth = TimeDelta::from_std(source.first_poll_depth).unwrap_or(TimeDelta::MAX);
        let first = || now.checked_sub_signed(depth).map_or(0, |since| since.timestamp());
        let floor = known.as_ref().map_or_else(first, |known| known.floor);
        let reviews = || json::list(&body, "reviews");
        let ids = reviews().filter_map(|review| json::text(review, "name"));
        let seen = json::count(&body, "userRatingCount").map(|total| tally::seen(total, ids, now));
        let before = known.and_then(|known| known.seen);
        let missed = |before: &Seen| before.missed(seen.as_ref()?, LossReason::Chosen(CHOSEN));
        let lost = before.as_ref().and_then(missed).into_iter().collect();
        let entries: Vec<Entry> = reviews().filter_map(|review| entry(source, lane, review)).collect();
        let shown = entries.len();
        let is_wanted = |entry: &Entry| entry.published_at.is_none_or(|at| at.timestamp() >= floor);
        let entries: Vec<Entry> = entries.into_iter().filter(is_wanted).collect();
        let left_out = shown - entries.len();
        let cursor = cursor::write(&Known { floor, seen: seen.or(before) });
        Ok(Page { entries, left_out, cursor, lost, ..Page::default() })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        google::fault(answer, now)
    }
}

fn entry(source: &Source, place: &str, review: &Value) -> Option<Entry> {
    let id = json::text(review, "name")?;
    let written = json::at(review, "originalText").or_else(|| json::at(review, "text"));
    let field = |name| written.and_then(|written| json::text(written, name));
    let language = api::language(source, field("languageCode"));
    let profile = json::text(review, "authorAttribution.uri").and_then(|uri| link(&uri));
    let author = google::author(json::text(review, "authorAttribution.displayName"));
    Some(Entry {
        url: json::text(review, "googleMapsUri").and_then(|uri| link(&uri)),
        text: field("text").map(|text| text::plain(&text)).unwrap_or_default(),
        author: author.map(|author| Author { url: profile, ..author }),
        published_at: json::instant(review, "publishTime"),
        language,
        rating: api::stars(review, "rating"),
        kind: Some(EntryKind::Review),
        place: Some(place.to_owned()),
        ..Entry::new(EntryKey::of("google_places", &id))
    })
}
