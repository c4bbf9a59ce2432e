//! Public posts of Tumblr with a tag (API v2), one lane per tag. A page goes back from a time: `featured_timestamp` where
//! a post has one, else when it was posted. Posts without the tag are not seen, and what is deleted later stays.
//!
//! Not verified: what an answer that is refused says beside its status.

use chrono::DateTime;
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, link, reset};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, PollFault, Request, Slot, Source};
use crate::parse::{json, text};

/// Where posts of all types have their words.
const WORDS: [&str; 9] =
    ["body", "text", "caption", "source", "description", "question", "answer", "source_title", "artist"];

pub(super) struct Tumblr;

impl Listing for Tumblr {
    fn lanes(&self, source: &Source) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        for term in &source.terms {
            let tag = term.trim().trim_start_matches('#').to_lowercase();
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let mut parameters = vec![("tag", visit.lane), ("limit", "20")];
        parameters.extend(visit.page.map(|before| ("before", before)));
        api::keyed(source, Slot::Parameter("api_key".into()), &["v2", "tagged"], &parameters)
    }

    /// Pages may be shorter than was asked for; only an empty one is the last.
    fn list(&self, source: &Source, _visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        let Some(posts) = json::at(&body, "response").and_then(Value::as_array) else {
            return Err(api::missing(answer, &body, "list of posts"));
        };
        let time = |post: &Value| json::number(post, "featured_timestamp").or_else(|| json::number(post, "timestamp"));
        let at = |post: &Value| time(post).and_then(|time| DateTime::from_timestamp(time, 0));
        let entries: Vec<Entry> = posts.iter().filter_map(|post| entry(source, post)).collect();
        let moments = posts.iter().filter_map(|post| Some((key(post)?, at(post)?))).collect();
        let (oldest, last) = (posts.iter().filter_map(time).min(), posts.iter().filter_map(at).next_back());
        let next = oldest.map(|oldest| oldest.to_string());
        Ok(List { entries, next, oldest: last, moments, ..List::default() })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        let status = answer.status;
        let used_up = |unit: &str| {
            let header = |what: &str| answer.header(&format!("x-ratelimit-per{unit}-{what}"));
            header("remaining").filter(|left| left.trim() == "0")?;
            reset::in_seconds(header("reset")?, now)
        };
        match status {
            401 => Some(api::revoked(answer, "the consumer key")),
            429 => Some(match used_up("day") {
                Some(until) => PollFault::Spent { what: "the quota of calls a day".to_owned(), until },
                None => PollFault::Throttled { status, until: used_up("hour") },
            }),
            _ => None,
        }
    }
}

fn key(post: &Value) -> Option<EntryKey> {
    let id = json::text(post, "id_string").or_else(|| json::text(post, "id"))?;
    Some(EntryKey::of("tumblr", &id))
}

fn entry(source: &Source, post: &Value) -> Option<Entry> {
    let words = WORDS.map(|name| json::text(post, name).map(|words| text::html(&words)));
    let lines = json::list(post, "content").map(|block| json::text(block, "text").map(|words| text::plain(&words)));
    let said = json::paragraphs(words.into_iter().chain(lines));
    let summary = || json::text(post, "summary").map(|summary| text::html(&summary)).unwrap_or_default();
    let author = json::text(post, "blog_name").map(|name| text::line(&name)).map(|name| Author {
        url: json::text(post, "blog.url").and_then(|url| link(&url)),
        handle: Some(name.clone()),
        name,
        ..Author::default()
    });
    Some(Entry {
        url: json::text(post, "post_url").and_then(|url| link(&url)),
        title: json::text(post, "title").map(|title| text::html_line(&title)).unwrap_or_default(),
        text: if said.is_empty() { summary() } else { said },
        author,
        published_at: json::number(post, "timestamp").and_then(|time| DateTime::from_timestamp(time, 0)),
        language: source.language.clone(),
        tags: json::list(post, "tags").filter_map(json::written).map(|tag| text::line(&tag)).collect(),
        engagement: json::count(post, "note_count"),
        kind: Some(EntryKind::Blog),
        ..Entry::new(key(post)?)
    })
}
