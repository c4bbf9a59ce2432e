//! What is known of an entry, written down.

use std::fmt::Write as _;

use mentiond::model::{Author, Entry};

/// An entry, a line for each thing that is known of it.
pub fn entry(entry: &Entry) -> String {
    let mut shown = format!("key: {}\n", entry.key.0);
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            writeln!(shown, "{name}: {}", value.replace('\n', " | ")).unwrap();
        }
    };
    line("url", entry.url.clone());
    line("title", Some(entry.title.clone()));
    line("text", Some(entry.text.clone()));
    let author = |author: &Author| {
        let followers = author.followers.map(|followers| followers.to_string());
        let parts = [Some(author.name.clone()), author.handle.clone(), author.url.clone(), followers];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    line("author", entry.author.as_ref().map(author));
    line("published", entry.published_at.map(|time| time.to_rfc3339()));
    line("language", entry.language.as_ref().map(ToString::to_string));
    line("tags", Some(entry.tags.join(", ")));
    line("rating", entry.rating.map(|rating| rating.to_string()));
    line("engagement", entry.engagement.map(|engagement| engagement.to_string()));
    line("kind", entry.kind.map(|kind| kind.as_str().to_owned()));
    line("place", entry.place.clone());
    line("parent", entry.parent.as_ref().map(|key| key.0.clone()));
    line("thread", entry.thread.as_ref().map(|key| key.0.clone()));
    shown.push('\n');
    shown
}
