//! JSON Feed 1.0 and 1.1, read field by field: feed-rs gives up a whole feed for one numeric id, and it does not read the
//! languages of the items. Never insists on a field.

use serde_json::Value;
use url::Url;

use super::dates::Dates;
use super::feed::{Feed, FeedError, Item, MAX_ITEMS, distinct, longer};
use super::hints::web;
use super::json_items::{Salvaged, salvage};
use super::link::canonical_url;
use super::{json, stars, text};
use crate::model::{Author, Hub, Language, Rhythm};

/// Reads a document that starts with `{`; if it is broken, item by item.
pub(super) fn read(document: &str, base: &Url, dates: &mut Dates) -> Result<Feed, FeedError> {
    let error = match serde_json::from_str::<Value>(document) {
        Ok(feed) => {
            let Some(items) = json::at(&feed, "items").and_then(Value::as_array) else {
                return Err(FeedError::Malformed("this JSON has no `items`, so it is no feed".to_owned()));
            };
            return Ok(convert(&feed, items, base, dates));
        }
        Err(error) => FeedError::Malformed(why(&error)),
    };
    // Control characters stand in strings now and then, where JSON wants them escaped.
    let document = document.replace(char::is_control, " ");
    let Salvaged { head, items, problems } = salvage(&document).ok_or_else(|| error.clone())?;
    if items.is_empty() && !problems.is_empty() {
        return Err(error);
    }
    Ok(Feed { problems, ..convert(&head, &items, base, dates) })
}

/// What is wrong with a document, in plain words.
fn why(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    if error.is_eof() {
        format!("it ends too early ({place})")
    } else if message.starts_with("recursion limit") {
        format!("it is nested too deeply to be read ({place})")
    } else {
        format!("it is not valid JSON ({place}: {message})")
    }
}

fn convert(feed: &Value, items: &[Value], base: &Url, dates: &mut Dates) -> Feed {
    let rhythm =
        Rhythm { expired: json::at(feed, "expired").and_then(Value::as_bool) == Some(true), ..Rhythm::default() };
    Feed {
        items: items.iter().take(MAX_ITEMS).map(|value| item(value, feed, base, dates)).collect(),
        found: items.len(),
        rhythm,
        hub: hub(feed, base),
        older: json::text(feed, "next_url").and_then(|url| web(&url, base)),
        ..Feed::default()
    }
}

/// The first WebSub hub; the topic is `feed_url` (JSON Feed 1.1).
fn hub(feed: &Value, base: &Url) -> Option<Hub> {
    let address = |value, name| json::text(value, name).and_then(|text| web(&text, base));
    let hub = json::list(feed, "hubs").find_map(|hub| address(hub, "url"))?;
    Some(Hub { url: hub, topic: address(feed, "feed_url").unwrap_or_else(|| base.clone()) })
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
        tags: distinct(json::list(value, "tags").filter_map(json::written).map(|tag| text::line(&tag))),
        engagement: None,
        stars: stars::of_item(value),
        audio: json::list(value, "attachments")
            .filter_map(|attachment| json::text(attachment, "mime_type"))
            .any(|kind| kind.starts_with("audio/")),
        ..Item::default()
    }
}

fn author(value: &Value, base: &Url) -> Option<Author> {
    let first = json::list(value, "authors").next().or_else(|| json::at(value, "author"))?;
    let name = text::line(&json::text(first, "name")?);
    let url = json::text(first, "url").and_then(|url| canonical_url(&url, Some(base)));
    Some(Author { name, url, ..Author::default() }).filter(|author| !author.name.is_empty())
}
