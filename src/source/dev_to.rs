//! Articles of dev.to, or of another Forem, with a tag, one lane per tag. A list shows titles and descriptions, not the
//! articles; comments are not read. The list of a tag is ordered by how hot its articles are, so the whole of the last days
//! is read, page by page; only that of a tag whose articles have to be approved is ordered by time, and has no first day.
//! Not verified: how often it may be asked.

use chrono::TimeDelta;
use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, link};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, PollFault, Request, Source};
use crate::parse::{json, text};

/// Articles asked for at once.
const LIMIT: usize = 100;

pub(super) struct DevTo;

impl Listing for DevTo {
    fn lanes(&self, source: &Source) -> Vec<String> {
        api::plain_tags(source)
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let days = days(visit).to_string();
        let parameters =
            [("tag", visit.lane), ("top", &days), ("per_page", "100"), ("page", visit.page.unwrap_or("1"))];
        let request = api::request(source, &["api", "articles"], &parameters);
        Request { accept: "application/vnd.forem.api-v1+json", ..request }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        let Some(articles) = body.as_array() else {
            return Err(api::missing(answer, &body, "list of articles"));
        };
        let entries: Vec<Entry> = articles.iter().filter_map(|article| entry(source, article)).collect();
        // One day more, since an article may grow older while it is read.
        let first = visit.now - TimeDelta::days(days(visit) + 1);
        let is_by_date = entries.iter().filter_map(|entry| entry.published_at).any(|at| at < first);
        Ok(List {
            entries,
            next: (articles.len() >= LIMIT).then(|| api::page_after(visit)),
            oldest: (!is_by_date).then_some(visit.since),
            ..List::default()
        })
    }
}

/// How many days the list covers.
fn days(visit: &Visit<'_>) -> i64 {
    (visit.now - visit.since).num_days().max(0) + 1
}

fn entry(source: &Source, article: &Value) -> Option<Entry> {
    let id = json::text(article, "id")?;
    let written = json::instant(article, "published_at").or_else(|| json::instant(article, "published_timestamp"));
    let user = json::text(article, "user.username");
    let author = user.map(|user| api::user(&user, &api::page(source, &[&user]).unwrap_or_default()));
    let shown = json::text(article, "user.name").map(|name| text::line(&name));
    Some(Entry {
        url: json::text(article, "url").and_then(|url| link(&url)),
        title: json::text(article, "title").map(|title| text::line(&title)).unwrap_or_default(),
        text: json::text(article, "description").map(|said| text::plain(&said)).unwrap_or_default(),
        author: author.map(|user| Author { name: shown.unwrap_or_else(|| user.name.clone()), ..user }),
        published_at: written,
        language: api::language(source, json::text(article, "language")),
        tags: json::list(article, "tag_list").filter_map(json::written).map(|tag| text::line(&tag)).collect(),
        engagement: json::sum(article, &["public_reactions_count", "comments_count"]),
        kind: Some(EntryKind::Blog),
        ..Entry::new(EntryKey::of("dev_to", &id))
    })
}
