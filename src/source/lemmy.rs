//! Search of a Lemmy instance (API v3, which version 1 still answers), one lane per term. Posts and comments come in one
//! answer, each up to fifty. An instance answers almost everything that it refuses with status 400, also when it is asked
//! too often. What was removed or deleted is no entry.

use serde_json::Value;

use super::listing::{List, Listing, Visit};
use super::{api, link};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, Instant, Language, PollFault, Request, Source};
use crate::parse::{json, text};

/// Posts, and comments, asked for at once; instances refuse more.
const LIMIT: usize = 50;

pub(super) struct Lemmy;

impl Listing for Lemmy {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.terms.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let parameters = [
            ("q", visit.lane),
            ("type_", "All"),
            ("sort", "New"),
            ("listing_type", "All"),
            ("page", visit.page.unwrap_or("1")),
            ("limit", "50"),
        ];
        api::request(source, &["api", "v3", "search"], &parameters)
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        if json::at(&body, "posts").or_else(|| json::at(&body, "comments")).is_none() {
            return Err(api::missing(answer, &body, "list of posts and comments"));
        }
        let (posts, comments) = (|| json::list(&body, "posts"), || json::list(&body, "comments"));
        let last = |what: &str, of: &str| {
            let views: Vec<&Value> = json::list(&body, what).collect();
            let last = views.last().filter(|_| views.len() >= LIMIT)?;
            json::at(last, of).and_then(|item| json::instant(item, "published"))
        };
        // What one of the two lists has reached, the other may still lie before.
        let oldest = last("posts", "post").max(last("comments", "comment"));
        let is_full = posts().count() >= LIMIT || comments().count() >= LIMIT;
        let entries = posts().filter_map(|view| post(source, view));
        let entries = entries.chain(comments().filter_map(|view| comment(source, view))).collect();
        Ok(List { entries, oldest, next: is_full.then(|| api::page_after(visit)), ..List::default() })
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        let status = answer.status;
        match api::word(answer, "error")?.as_str() {
            "rate_limit_error" => Some(PollFault::Throttled { status, until: None }),
            "incorrect_login" | "not_logged_in" => Some(api::revoked(answer, "the token of the account")),
            _ => None,
        }
    }
}

fn post(source: &Source, view: &Value) -> Option<Entry> {
    let id = json::text(view, "post.ap_id")?;
    let link = json::text(view, "post.url").map(|url| text::line(&url));
    Some(Entry {
        title: json::text(view, "post.name").map(|name| text::line(&name)).unwrap_or_default(),
        text: json::paragraphs([json::text(view, "post.body").map(|body| text::plain(&body)), link]),
        engagement: json::sum(view, &["counts.score", "counts.comments"]),
        kind: Some(EntryKind::Forum),
        ..entry(source, view, &id, "post")?
    })
}

fn comment(source: &Source, view: &Value) -> Option<Entry> {
    let id = json::text(view, "comment.ap_id")?;
    let thread = json::text(view, "post.ap_id").map(|id| EntryKey::of("lemmy", &id));
    Some(Entry {
        title: json::text(view, "post.name").map(|name| text::line(&name)).unwrap_or_default(),
        text: json::text(view, "comment.content").map(|content| text::plain(&content)).unwrap_or_default(),
        engagement: json::sum(view, &["counts.score", "counts.child_count"]),
        kind: Some(EntryKind::Comment),
        parent: answered(source, view).or_else(|| thread.clone()),
        thread,
        ..entry(source, view, &id, "comment")?
    })
}

/// The comment that a comment answers to, by its number on this instance: `0.ANSWERED.OWN`. That is its address if it was
/// written there; otherwise the number at least says which comments answer to the same one.
fn answered(source: &Source, view: &Value) -> Option<EntryKey> {
    let path = json::text(view, "comment.path")?;
    let number = path.rsplit('.').nth(1).filter(|number| *number != "0")?;
    Some(EntryKey::of("lemmy", &api::page(source, &["comment", number])?))
}

/// What posts and comments have in common; `None` where it was removed or deleted.
fn entry(source: &Source, view: &Value, id: &str, what: &str) -> Option<Entry> {
    let item = json::at(view, what)?;
    let gone = |name| json::at(item, name).and_then(Value::as_bool).unwrap_or(false);
    if gone("removed") || gone("deleted") {
        return None;
    }
    Some(Entry {
        url: link(id),
        author: author(view),
        published_at: json::instant(item, "published"),
        language: json::number(item, "language_id").and_then(language).or_else(|| source.language.clone()),
        place: json::text(view, "community.name").map(|name| text::line(&name)),
        ..Entry::new(EntryKey::of("lemmy", id))
    })
}

fn author(view: &Value) -> Option<Author> {
    let name = text::line(&json::text(view, "creator.name")?);
    let url = json::text(view, "creator.actor_id").and_then(|url| link(&url));
    let server = url.as_deref().and_then(|url| url.split('/').nth(2));
    let handle = server.map_or_else(|| name.clone(), |server| format!("{name}@{server}"));
    let shown = json::text(view, "creator.display_name").map(|name| text::line(&name));
    Some(Author { name: shown.unwrap_or(name), handle: Some(handle), url, ..Author::default() })
}

/// The languages of Lemmy have numbers; those that mentiond judges are named.
fn language(id: i64) -> Option<Language> {
    Language::parse(match id {
        32 => "de",
        37 => "en",
        111 | 117 => "nb",
        116 => "nn",
        _ => return None,
    })
}
