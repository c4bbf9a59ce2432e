//! The world's Hacker News and Mastodon, as far as their APIs are asked: a search by date, and tag timelines. Pure.

use askama::Template;
use serde::Deserialize;
use serde_json::{Value, json};

use super::world::{Item, hashtag};

/// Ids start here, far above those that Hacker News has given out.
const FIRST_HACKER_NEWS_ID: i64 = 9_000_000_000;
/// Where statuses are cut into pages unless asked otherwise, and at most.
const PAGE: (usize, usize) = (20, 40);

/// The parameters of a search on Hacker News.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Search {
    query: String,
    numeric_filters: String,
    tags: String,
    hits_per_page: Option<usize>,
    page: usize,
}

/// The answer of `/api/v1/search_by_date` to `search`; `items` come with the latest first.
#[must_use]
pub fn search_by_date(search: &Search, items: &[&Item]) -> Value {
    let found: Vec<&&Item> = items.iter().filter(|item| search.finds(item)).collect();
    let per_page = search.hits_per_page.unwrap_or(20).clamp(1, 1000);
    let start = search.page.saturating_mul(per_page);
    let hits: Vec<Value> = found.iter().skip(start).take(per_page).map(|item| hit(item)).collect();
    json!({
        "hits": hits,
        "nbHits": found.len(),
        "page": search.page,
        "nbPages": found.len().div_ceil(per_page),
        "hitsPerPage": per_page,
        "query": search.query,
        "exhaustiveNbHits": true,
    })
}

impl Search {
    fn finds(&self, item: &Item) -> bool {
        let kind = if item.title.is_empty() { "comment" } else { "story" };
        let wanted = |tag: &str| tag == format!("story_{}", id_of(item));
        (self.tags.is_empty() || self.tags.contains(kind))
            && (!self.tags.contains("story_") || self.tags.split(['(', ',', ')']).any(wanted))
            && self.numeric_filters.split(',').all(|filter| holds(filter, item.at.timestamp()))
            && self.words_occur(item)
    }

    /// A quoted query is a phrase; otherwise every word must occur.
    fn words_occur(&self, item: &Item) -> bool {
        let text = spaced(&format!("{} {} {}", item.title, item.thread, item.text));
        let query = self.query.trim();
        let phrase = query.strip_prefix('"').and_then(|query| query.strip_suffix('"'));
        match phrase {
            Some(phrase) => text.contains(&spaced(phrase)),
            None => query.split_whitespace().all(|word| text.contains(&spaced(word))),
        }
    }
}

/// Lower-case words with one blank around each.
fn spaced(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    format!(" {} ", words.collect::<Vec<_>>().join(" ").to_lowercase())
}

/// Whether a filter such as `created_at_i>1772434800` holds; one that is not known does not narrow the search.
fn holds(filter: &str, at: i64) -> bool {
    let Some(rest) = filter.trim().strip_prefix("created_at_i") else { return true };
    let number = |text: &str| text.trim().parse::<i64>().unwrap_or_default();
    match rest.as_bytes() {
        [b'>', b'=', ..] => at >= number(rest.trim_start_matches(['>', '='])),
        [b'<', b'=', ..] => at <= number(rest.trim_start_matches(['<', '='])),
        [b'>', ..] => at > number(rest.trim_start_matches('>')),
        [b'<', ..] => at < number(rest.trim_start_matches('<')),
        _ => at == number(rest.trim_start_matches('=')),
    }
}

fn id_of(item: &Item) -> i64 {
    FIRST_HACKER_NEWS_ID + i64::try_from(item.number).unwrap_or_default()
}

fn hit(item: &Item) -> Value {
    let text = item.paragraphs().join("<p>");
    let mut hit = json!({
        "objectID": id_of(item).to_string(),
        "author": item.by,
        "created_at": item.at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "created_at_i": item.at.timestamp(),
        "points": item.likes,
    });
    let special = if item.title.is_empty() {
        json!({
            "_tags": ["comment", format!("author_{}", item.by)],
            "comment_text": text,
            "story_title": item.thread,
        })
    } else {
        json!({
            "_tags": ["story", format!("author_{}", item.by)],
            "title": item.title,
            "story_text": text,
            "num_comments": 0,
        })
    };
    if let (Some(hit), Value::Object(special)) = (hit.as_object_mut(), special) {
        hit.extend(special);
    }
    hit
}

/// The parameters of a tag timeline.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Timeline {
    min_id: Option<i64>,
    since_id: Option<i64>,
    max_id: Option<i64>,
    limit: Option<usize>,
}

/// The statuses with that tag, the latest first; `items` come in the same order. With `min_id` these are the ones that
/// follow it at once, otherwise the latest.
#[must_use]
pub fn tag_timeline(tag: &str, timeline: &Timeline, items: &[&Item], base: &str) -> Value {
    let tag = tag.to_lowercase();
    let mut found: Vec<&&Item> = items
        .iter()
        .filter(|item| item.tags().any(|tagged| tagged == tag))
        .filter(|item| timeline.max_id.is_none_or(|id| status_id(item) < id))
        .filter(|item| timeline.min_id.is_none_or(|id| status_id(item) > id))
        .filter(|item| timeline.since_id.is_none_or(|id| status_id(item) > id))
        .collect();
    let limit = timeline.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1);
    if timeline.min_id.is_some() {
        found.drain(..found.len().saturating_sub(limit));
    }
    found.truncate(limit);
    found.into_iter().map(|item| status(item, base)).collect::<Vec<_>>().into()
}

/// As Mastodon makes them: milliseconds, then sixteen bits that tell apart what was written in the same one.
fn status_id(item: &Item) -> i64 {
    (item.at.timestamp_millis() << 16) + i64::try_from(item.number).unwrap_or_default()
}

fn status(item: &Item, base: &str) -> Value {
    let (id, address, handle) = (status_id(item).to_string(), format!("{base}{}", item.path()), item.handle());
    let tags: Vec<Value> = item.tags().map(|tag| json!({ "name": tag, "url": format!("{base}/mastodon") })).collect();
    json!({
        "id": id,
        "uri": address,
        "url": address,
        "created_at": item.at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        "language": item.lang,
        "visibility": "public",
        "sensitive": false,
        "spoiler_text": "",
        "content": StatusText { item, base }.render().unwrap_or_default(),
        "favourites_count": item.likes,
        "reblogs_count": 0,
        "replies_count": 0,
        "in_reply_to_id": null,
        "reblog": null,
        "account": {
            "id": handle,
            "username": handle,
            "acct": handle,
            "display_name": item.by,
            "url": format!("{base}/mastodon"),
            "bot": false,
            "followers_count": 100 + 7 * item.by.len(),
        },
        "tags": tags,
        "media_attachments": [],
        "mentions": [],
    })
}

/// The text as Mastodon writes it, with its tags as links.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% for paragraph in self.item.paragraphs() %}<p>{% for word in paragraph.split(' ') %}
{%- if let Some((tag, rest)) = self::hashtag(word) -%}
<a href="{{ base }}/mastodon" class="mention hashtag" rel="tag">#<span>{{ tag }}</span></a>{{ rest }}
{%- else %}{{ word }}{% endif %}{% if !loop.last %} {% endif %}{% endfor %}</p>{% endfor %}"#
)]
struct StatusText<'a> {
    item: &'a Item,
    base: &'a str,
}
