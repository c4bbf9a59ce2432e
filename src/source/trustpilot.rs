//! Reviews of any business on Trustpilot (public Business Units API), one lane per business, the newest first. A review
//! that is changed later than a day after it was written is not seen again. The bodies of errors are not documented, so
//! that only their status tells.

use chrono::TimeDelta;
use serde_json::Value;
use url::Url;

use super::listing::{List, Listing, Visit};
use super::{api, link};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Slot, Source};
use crate::parse::{json, text};

pub(super) struct Trustpilot;

impl Listing for Trustpilot {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.places.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let page = visit.page.unwrap_or("1");
        let parameters = [("orderBy", "createdat.desc"), ("perPage", "100"), ("page", page)];
        let place = Slot::Header("apikey".into(), "".into());
        api::keyed(source, place, &["v1", "business-units", visit.lane, "reviews"], &parameters)
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        if json::at(&body, "reviews").and_then(Value::as_array).is_none() {
            return Err(api::missing(answer, &body, "list of reviews"));
        }
        let entries = json::list(&body, "reviews").filter_map(|review| entry(source, visit.lane, review)).collect();
        Ok(List { entries, next: next(&body, visit), ..List::default() })
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        (answer.status == 401).then(|| api::revoked(answer, "the API key"))
    }

    fn overlap(&self) -> TimeDelta {
        TimeDelta::days(1)
    }
}

/// The number of the next page. Its address is not followed: it may name another server.
fn next(body: &Value, visit: &Visit<'_>) -> Option<String> {
    let is_next = |link: &&Value| json::text(link, "rel").is_some_and(|rel| rel == "next-page");
    let address = json::text(json::list(body, "links").find(is_next)?, "href");
    let number = address.and_then(|address| api::parameter(&Url::parse(&address).ok()?, "page"));
    Some(number.unwrap_or_else(|| api::page_after(visit)))
}

fn entry(source: &Source, business: &str, review: &Value) -> Option<Entry> {
    let id = json::text(review, "id")?;
    let language = api::language(source, json::text(review, "language"));
    let place = json::text(review, "businessUnit.displayName");
    Some(Entry {
        url: link(&format!("https://www.trustpilot.com/reviews/{id}")),
        title: json::text(review, "title").map(|title| text::line(&title)).unwrap_or_default(),
        text: json::text(review, "text").map(|text| text::plain(&text)).unwrap_or_default(),
        author: author(review),
        published_at: json::instant(review, "createdAt"),
        language,
        rating: api::stars(review, "stars"),
        engagement: json::count(review, "numberOfLikes"),
        kind: Some(EntryKind::Review),
        place: Some(place.map_or_else(|| business.to_owned(), |place| text::line(&place))),
        ..Entry::new(EntryKey::of("trustpilot", &id))
    })
}

fn author(review: &Value) -> Option<Author> {
    let name = text::line(&json::text(review, "consumer.displayName")?);
    let id = json::text(review, "consumer.id");
    let url = id.and_then(|id| link(&format!("https://www.trustpilot.com/users/{id}")));
    Some(Author { name, url, ..Author::default() })
}
