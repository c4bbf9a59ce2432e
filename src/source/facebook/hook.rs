//! What Facebook sends of the feed of a page: posts and comments, whole, with their authors; likes and the like tell
//! nothing. The entries are the ones that a poll shows, under the same keys and at the same addresses. A post that comes
//! without words is asked for; that is called `PAGE/POST`.

use serde_json::Value;

use super::{FEED, Facebook, POST, post};
use crate::model::{Answer, Author, Entry, EntryKey, EntryKind, PollFault, Request, Source};
use crate::parse::{json, text};
use crate::source::webhook::{Heard, Webhook, changes, is_id};
use crate::source::{api, link};

const SITE: &str = "https://www.facebook.com";

impl Webhook for Facebook {
    fn hear(&self, source: &Source, body: &[u8]) -> Result<Heard, PollFault> {
        let mut heard = Heard::default();
        for (page, value) in changes(body, "page", FEED)? {
            let Some(id) = id_of(&value) else { continue };
            let is_gone = match json::text(&value, "verb").as_deref() {
                Some("remove" | "delete") => true,
                Some("add" | "edit" | "edited" | "update" | "unhide") => false,
                // What is hidden was said all the same, and the page still sees it.
                _ => continue,
            };
            let key = EntryKey::of("facebook", &id);
            // The last word on each counts.
            heard.entries.retain(|known: &Entry| known.key != key);
            heard.deleted.retain(|known| *known != key);
            if is_gone {
                heard.deleted.push(key);
            } else if is_published(&value) {
                let shown = entry(source, &page, &value, key);
                if shown.is_none() && json::text(&value, "comment_id").is_none() && is_id(&page) && is_id(&id) {
                    heard.asks.push(format!("{page}/{id}"));
                }
                heard.entries.extend(shown);
            }
        }
        heard.asks.retain(|about| !heard.deleted.contains(&EntryKey::of("facebook", parts(about).1)));
        heard.asks.sort_unstable();
        heard.asks.dedup();
        Ok(heard)
    }

    fn ask(&self, source: &Source, about: &str) -> Request {
        api::request(source, &[parts(about).1], &[("fields", POST)])
    }

    fn learn(&self, source: &Source, about: &str, answer: &Answer) -> Result<Vec<Entry>, PollFault> {
        let body = api::body(answer)?;
        let entry = post(source, parts(about).0, &body).ok_or_else(|| api::missing(answer, &body, "post"))?;
        Ok(vec![entry])
    }
}

/// The page and the post that are asked for.
fn parts(about: &str) -> (&str, &str) {
    about.split_once('/').unwrap_or((about, about))
}

fn is_published(value: &Value) -> bool {
    json::number(value, "published") != Some(0)
}

/// The id of the post or comment that changed; what is liked or followed did not.
fn id_of(value: &Value) -> Option<String> {
    match json::text(value, "item")?.as_str() {
        "comment" => json::text(value, "comment_id"),
        "status" | "post" | "photo" | "video" | "share" | "link" | "album" | "note" | "event" | "story" => {
            json::text(value, "post_id")
        }
        _ => None,
    }
}

fn entry(source: &Source, page: &str, value: &Value, key: EntryKey) -> Option<Entry> {
    let said = json::text(value, "message")?;
    let post = json::text(value, "post_id")?;
    let comment = json::text(value, "comment_id");
    let thread = comment.as_ref().map(|_| EntryKey::of("facebook", &post));
    let parent = comment.as_ref().and_then(|_| json::text(value, "parent_id"));
    let author = json::text(value, "from.name").map(|name| Author { name: text::line(&name), ..Author::default() });
    Some(Entry {
        url: address(value, &post, comment.as_deref()).and_then(|url| link(&url)),
        text: text::plain(&said),
        author,
        published_at: json::unix(value, "created_time"),
        language: source.language.clone(),
        place: Some(page.to_owned()),
        kind: Some(if comment.is_some() { EntryKind::Comment } else { EntryKind::Microblog }),
        parent: parent.map(|id| EntryKey::of("facebook", &id)).or_else(|| thread.clone()),
        thread,
        ..Entry::new(key)
    })
}

/// The address as polls give it: of a post `PAGE_POST`, or of a comment `POST_COMMENT` below it.
fn address(value: &Value, post: &str, comment: Option<&str>) -> Option<String> {
    let given = json::text(value, "permalink_url").or_else(|| json::text(value, "post.permalink_url"));
    let made = || post.split_once('_').map(|(page, post)| format!("{SITE}/{page}/posts/{post}"));
    let Some(comment) = comment else { return given.or_else(made) };
    let number = comment.rsplit_once('_').map_or(comment, |(_, number)| number);
    made().map(|post| format!("{post}/?comment_id={number}"))
}
