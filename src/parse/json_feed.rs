//! JSON Feed 1.0 and 1.1, read field by field: feed-rs gives up a whole feed for one numeric id, and it does not read the
//! languages of the items. Never insists on a field.

use serde_json::Value;
use url::Url;

use super::feed::{Dates, Feed, FeedError, Item, MAX_ITEMS, MAX_TAGS, longer};
use super::link::canonical_url;
use super::{json, text};
use crate::model::{Author, Language};

/// Reads a document that starts with `{`.
pub(super) fn read(document: &str, base: &Url, dates: &mut Dates) -> Result<Feed, FeedError> {
    let feed: Value = serde_json::from_str(document).map_err(|error| FeedError::Malformed(error.to_string()))?;
    let Some(items) = json::at(&feed, "items").and_then(Value::as_array) else {
        return Err(FeedError::Malformed("this JSON has no `items`, so it is no feed".to_owned()));
    };
    let found = items.len();
    let items = items.iter().take(MAX_ITEMS).map(|value| item(value, &feed, base, dates)).collect();
    Ok(Feed { items, found, ..Feed::default() })
}

fn item(value: &Value, feed: &Value, base: &Url, dates: &mut Dates) -> Item {
    let address = |name| json::text(value, name).and_then(|raw| canonical_url(&raw, Some(base)));
    let html = json::text(value, "content_html").map(|html| text::html(&html));
    let plain = ["content_text", "summary"].map(|name| json::text(value, name).map(|plain| text::plain(&plain)));
    let body = html.into_iter().chain(plain.into_iter().flatten()).reduce(longer);
    Item {
        guid: json::text(value, "id"),
        url: address("url").or_else(|| address("external_url")),
        title: json::text(value, "title").map(|title| text::line(&title)).unwrap_or_default(),
        text: body.unwrap_or_default(),
        author: author(value, base).or_else(|| author(feed, base)),
        published_at: dates.first(["date_published", "date_modified"].map(|name| json::instant(value, name))),
        language: json::text(value, "language")
            .or_else(|| json::text(feed, "language"))
            .and_then(|tag| Language::parse(&tag)),
        tags: json::list(value, "tags").filter_map(json::written).map(|tag| text::line(&tag)).take(MAX_TAGS).collect(),
    }
}

fn author(value: &Value, base: &Url) -> Option<Author> {
    let first = json::list(value, "authors").next().or_else(|| json::at(value, "author"))?;
    let name = text::line(&json::text(first, "name")?);
    let url = json::text(first, "url").and_then(|url| canonical_url(&url, Some(base)));
    Some(Author { name, url, ..Author::default() }).filter(|author| !author.name.is_empty())
}
