//! Search of The Guardian, one lane per term, with whole texts. A developer's key is for non-commercial use, and what it
//! shows may be kept for 24 hours. Not verified: how much such a key may ask; what is told when it is too much.

use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, link};
use crate::model::{
    Answer, Author, Credential, Entry, EntryKey, EntryKind, Instant, Language, PollFault, Request, Slot, Source,
};
use crate::parse::{json, text};

const FIELDS: &str = "headline,trailText,byline,bodyText,lang,starRating";

pub(super) struct Guardian;

impl Listing for Guardian {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.terms.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let (query, since) = (api::phrase(visit.lane), visit.since.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        let parameters = [
            ("q", query.as_str()),
            ("order-by", "newest"),
            ("use-date", "published"),
            ("from-date", &since),
            ("show-fields", FIELDS),
            ("page-size", "50"),
            ("page", visit.page.unwrap_or("1")),
        ];
        let credential = source.token.clone();
        let credential = credential.map(|secret| Credential::at(Slot::Parameter("api-key".into()), secret));
        Request { credential, ..api::request(source, &["search"], &parameters) }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        if json::at(&body, "response.results").is_none() {
            let body = json::at(&body, "response").unwrap_or(&body);
            return Err(api::missing(answer, body, "list of results"));
        }
        let (page, pages) = (json::count(&body, "response.currentPage"), json::count(&body, "response.pages"));
        let has_more = page.zip(pages).is_some_and(|(page, pages)| page < pages);
        let entries = json::list(&body, "response.results").filter_map(|result| entry(source, result)).collect();
        Ok(List { entries, next: has_more.then(|| api::page_after(visit)), ..List::default() })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        let status = answer.status;
        match status {
            401 => Some(api::revoked(answer, "the API key")),
            429 if answer.header("x-ratelimit-remaining-day").is_some_and(|left| left.trim() == "0") => {
                Some(api::spent_today("the quota of calls a day", now))
            }
            400 => api::word(answer, "response.message")
                .map(|said| PollFault::Status { status, message: text::line(&said) }),
            _ => None,
        }
    }
}

fn entry(source: &Source, result: &Value) -> Option<Entry> {
    let id = json::text(result, "id")?;
    let title = json::text(result, "fields.headline").or_else(|| json::text(result, "webTitle"));
    let byline = json::text(result, "fields.byline").map(|name| text::html_line(&name));
    let stars = json::count(result, "fields.starRating").and_then(|stars| u8::try_from(stars).ok());
    Some(Entry {
        url: json::text(result, "webUrl").and_then(|url| link(&url)),
        title: title.map(|title| text::html_line(&title)).unwrap_or_default(),
        text: json::paragraphs([
            json::text(result, "fields.trailText").map(|html| text::html(&html)),
            json::text(result, "fields.bodyText").map(|body| text::plain(&body)),
        ]),
        author: byline.filter(|name| !name.is_empty()).map(|name| Author { name, ..Author::default() }),
        published_at: json::instant(result, "webPublicationDate"),
        language: json::text(result, "fields.lang")
            .and_then(|tag| Language::parse(&tag))
            .or_else(|| source.language.clone()),
        rating: stars.map(f64::from).filter(|stars| *stars <= 5.0),
        kind: Some(if stars.is_some() { EntryKind::Review } else { EntryKind::News }),
        place: json::text(result, "sectionName").map(|name| text::line(&name)),
        ..Entry::new(EntryKey::of("guardian", &id))
    })
}
