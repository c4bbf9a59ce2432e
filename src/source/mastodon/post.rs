//! A post of Mastodon as an entry, whichever list shows it. What began its thread is not told.

use serde_json::Value;

use super::super::{api, link};
use crate::model::source::host_of;
use crate::model::{Author, Entry, EntryKey, EntryKind, Source};
use crate::parse::{json, text};

/// A public post. Shares of other posts are not entries, and what is not for everybody is not ours to store.
pub(super) fn entry(source: &Source, post: &Value) -> Option<Entry> {
    let uri = json::text(post, "uri").or_else(|| json::text(post, "url"))?;
    let private = json::text(post, "visibility").is_some_and(|who| who == "private" || who == "direct");
    if private || json::at(post, "reblog").is_some() {
        return None;
    }
    let warning = json::text(post, "spoiler_text").map(|warning| text::plain(&warning));
    let content = json::text(post, "content").map(|html| text::html(&html));
    let media = json::list(post, "media_attachments").map(|media| json::text(media, "description"));
    let media = media.map(|description| description.map(|description| text::plain(&description)));
    Some(Entry {
        url: json::text(post, "url").and_then(|url| link(&url)),
        text: json::paragraphs([warning, content].into_iter().chain(media)),
        author: author(post),
        published_at: json::instant(post, "created_at"),
        language: api::language(source, json::text(post, "language")),
        tags: json::list(post, "tags").filter_map(|tag| json::text(tag, "name")).map(|tag| text::line(&tag)).collect(),
        engagement: json::sum(post, &["favourites_count", "reblogs_count", "replies_count", "quotes_count"]),
        kind: Some(EntryKind::Microblog),
        parent: parent(source, post, &uri),
        ..Entry::new(key(&uri))
    })
}

/// The same on every server.
pub(super) fn key(uri: &str) -> EntryKey {
    EntryKey::of("mastodon", &text::line(uri))
}

/// What a post answers to is told by its number on this server only. Where a local account answers to itself, that tells
/// its address; otherwise the number at least says which posts answer to the same one.
fn parent(source: &Source, post: &Value, uri: &str) -> Option<EntryKey> {
    let id = json::text(post, "in_reply_to_id")?;
    let [own, answered] = ["account.id", "in_reply_to_account_id"].map(|path| json::text(post, path));
    let is_local = json::text(post, "account.acct").is_some_and(|account| !account.contains('@'));
    let beside = uri.rsplit_once('/').filter(|(_, number)| json::text(post, "id").as_deref() == Some(number));
    match beside {
        Some((account, _)) if is_local && own.is_some() && own == answered => Some(key(&format!("{account}/{id}"))),
        _ => Some(key(&format!("{}/{id}", host_of(&source.url)))),
    }
}

/// The handle names the server too, so that an account is the same wherever it is seen.
fn author(post: &Value) -> Option<Author> {
    let handle = text::line(&json::text(post, "account.acct")?);
    let url = json::text(post, "account.url").and_then(|url| link(&url));
    let server = url.as_deref().and_then(|url| url.split('/').nth(2)).filter(|_| !handle.contains('@'));
    let handle = server.map_or_else(|| handle.clone(), |server| format!("{handle}@{server}"));
    let name = json::text(post, "account.display_name").map(|name| text::line(&name)).filter(|name| !name.is_empty());
    let followers = json::count(post, "account.followers_count");
    Some(Author { name: name.unwrap_or_else(|| handle.clone()), handle: Some(handle), url, followers, id: None })
}
