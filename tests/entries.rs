//! What no entry may hold, whatever a network writes: characters that a database refuses or a terminal obeys.

use serde_json::{Value, json};

use crate::common::networks::source;
use mentiond::model::{Answer, Author, Entry, SourceKind};
use mentiond::source::adapter;

/// The only entry of a document.
fn entry(kind: SourceKind, document: impl Into<Vec<u8>>) -> Entry {
    let url = "https://x.example/";
    let source = source(kind, url, &["acme"]);
    let answer = Answer {
        url: url.parse().unwrap(),
        status: 200,
        moved: None,
        headers: http::HeaderMap::new(),
        body: document.into(),
    };
    let adapter = adapter(kind);
    let lane = adapter.lanes(&source).remove(0);
    let page = adapter.read(&source, &lane, None, &answer, "2026-11-20T12:00:00Z".parse().unwrap()).unwrap();
    let [entry] = <[Entry; 1]>::try_from(page.entries).unwrap();
    entry
}

/// Every text of an entry, with the lines of its body as texts of their own.
fn texts(entry: &Entry) -> Vec<String> {
    let Entry { key, url, title, text, author, tags, .. } = entry.clone();
    let Author { name, handle, url: profile, .. } = author.unwrap_or_default();
    let single = [Some(key.0), url, Some(title), Some(name), handle, profile];
    single.into_iter().flatten().chain(tags).chain(text.lines().map(str::to_owned)).collect()
}

#[test]
fn no_text_of_an_entry_has_control_characters() {
    const EVIL: &str = "1\u{0}2\u{1b}[2J\u{9b}3\u{202e}";
    let link = format!("https://x.example/{EVIL}");
    let hit = json!({"objectID": EVIL, "title": EVIL, "author": EVIL, "url": link, "comment_text": EVIL});
    let post = json!({
        "id": "1", "uri": link, "url": link, "content": EVIL, "spoiler_text": EVIL, "tags": [{"name": EVIL}],
        "media_attachments": [{"description": EVIL}],
        "account": {"acct": EVIL, "display_name": EVIL, "url": link},
    });
    let item = json!({
        "id": EVIL, "url": link, "title": EVIL, "content_text": EVIL, "tags": [EVIL],
        "authors": [{"name": EVIL, "url": link}],
    });
    let feed = json!({"version": "https://jsonfeed.org/version/1.1", "items": [item]});
    let rss = "<rss version=\"2.0\"><channel><item><guid>1&#27;&#155;2</guid><title>&#155;t</title>\
               <author>&#155;a</author><category>&#155;c</category></item></channel></rss>";
    let bytes = |document: Value| document.to_string().into_bytes();
    for (kind, document, key) in [
        (SourceKind::HackerNews, bytes(json!({"hits": [hit]})), "hn:12[2J3\u{202e}"),
        (SourceKind::Mastodon, bytes(json!([post])), "mastodon:https://x.example/12[2J3"),
        (SourceKind::Feed, bytes(feed), "feed:blog:12[2J3\u{202e}"),
        (SourceKind::Feed, rss.into(), "feed:blog:1›2"),
    ] {
        let entry = entry(kind, document);
        assert_eq!(entry.key.0, key);
        let read = texts(&entry);
        assert!(read.len() > 3 && read.iter().all(|text| !text.contains(char::is_control)), "{read:?}");
    }
}
