//! Reviews of apps in Apple's App Store, by the feed that Apple never documented: one lane per app and country, the newest
//! five hundred reviews. A review that was edited keeps its id and comes back as new. The feed is empty for hours now and
//! then, which deletes nothing. It does not say in which language a review is. Not verified: how often it may be asked.

use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, link};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, LossReason, PollFault, Request, Source};
use crate::parse::{json, text};

/// Reviews of a page.
const REVIEWS: usize = 50;
/// Pages that there are.
const PAGES: u32 = 10;

pub(super) struct AppStore;

impl Listing for AppStore {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.places.iter().map(|place| place.to_ascii_lowercase()).collect()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let (country, app) = country_and_app(visit.lane);
        let page = format!("page={}", visit.page.unwrap_or("1"));
        let app = format!("id={app}");
        api::request(source, &[country, "rss", "customerreviews", &page, &app, "sortby=mostrecent", "json"], &[])
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        let Some(feed) = json::at(&body, "feed").filter(|feed| feed.is_object()) else {
            return Err(api::missing(answer, &body, "feed"));
        };
        let single = json::at(feed, "entry").filter(|entry| entry.is_object());
        let shown = || json::list(feed, "entry").chain(single);
        let page: u32 = visit.page.and_then(|page| page.parse().ok()).unwrap_or(1);
        let last = json::list(feed, "link").find(|link| json::text(link, "attributes.rel").as_deref() == Some("last"));
        let last = last.and_then(|last| page_of(&json::text(last, "attributes.href")?));
        let is_full = shown().count() >= REVIEWS;
        let has_more = last.map_or(is_full, |last| page < last) && page < PAGES;
        let ends = (is_full && page >= PAGES).then_some(LossReason::Newest(500));
        let entries = shown().filter_map(|review| entry(source, visit.lane, review)).collect();
        Ok(List { entries, next: has_more.then(|| api::page_after(visit)), ends, ..List::default() })
    }
}

fn country_and_app(lane: &str) -> (&str, &str) {
    lane.split_once('/').unwrap_or(("us", lane))
}

/// The number of the page that an address of the feed asks for.
fn page_of(address: &str) -> Option<u32> {
    let (_, behind) = address.split_once("/page=")?;
    behind.split('/').next()?.parse().ok()
}

/// A review; older answers show the app itself first, which has no stars.
fn entry(source: &Source, lane: &str, review: &Value) -> Option<Entry> {
    let label = |name: &str| json::text(json::at(review, name)?, "label");
    let stars: u8 = label("im:rating")?.parse().ok().filter(|stars| (1..=5).contains(stars))?;
    let id = label("id")?;
    let (country, app) = country_and_app(lane);
    let author = json::text(review, "author.name.label").map(|name| text::line(&name)).filter(|name| !name.is_empty());
    let page = json::text(review, "author.uri.label").and_then(|url| link(&url));
    Some(Entry {
        // A review has no page of its own; the part tells the addresses apart.
        url: link(&format!("https://apps.apple.com/{country}/app/id{app}?see-all=reviews#{id}")),
        title: label("title").map(|title| text::line(&title)).unwrap_or_default(),
        text: label("content").map(|content| text::plain(&content)).unwrap_or_default(),
        author: author.map(|name| Author { name, url: page, ..Author::default() }),
        published_at: json::instant(json::at(review, "updated")?, "label"),
        language: source.language.clone(),
        rating: Some(f64::from(stars)),
        engagement: json::at(review, "im:voteSum").and_then(|votes| json::count(votes, "label")),
        kind: Some(EntryKind::Review),
        place: Some(lane.to_owned()),
        ..Entry::new(EntryKey::of("app_store", &id))
    })
}
