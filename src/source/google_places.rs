//! Reviews of any place on Google Maps (Places API), one lane per place. Google chooses up to five that it holds to be
//! relevant, in no order of time, and has no further pages: many reviews are never seen. It lets nobody keep them.
//! The text is the one that was written, not its translation.

use http::HeaderValue;
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, google, link};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Slot, Source};
use crate::parse::{json, text};

pub(super) struct GooglePlaces;

impl Listing for GooglePlaces {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.places.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let language = source.language.as_ref().map(|language| ("languageCode", language.as_str()));
        let parameters: Vec<_> = language.into_iter().collect();
        let place = Slot::Header("x-goog-api-key".into(), "".into());
        let mut request = api::keyed(source, place, &["v1", "places", visit.lane], &parameters);
        request.headers.insert("x-goog-fieldmask", HeaderValue::from_static("reviews"));
        request
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = google::reviews(answer)?;
        let entries = json::list(&body, "reviews").filter_map(|review| entry(source, visit.lane, review)).collect();
        Ok(List { entries, ..List::default() })
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
