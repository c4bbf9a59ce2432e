//! Entries for people, in two lines each, and for programs, as JSON.

use std::io;

use chrono::SecondsFormat;
use serde::Serialize;

use super::print::say;
use crate::model::text::one_line;
use crate::model::{Author, Entry, EntryKind, Language, SourceKind};

/// Characters of a title.
const TITLE: usize = 90;

/// When, what, by whom and where.
pub fn print_row(entry: &Entry) -> io::Result<()> {
    let published = entry.published_at.map_or_else(String::new, |at| at.format("%Y-%m-%d %H:%M").to_string());
    let title = if entry.title.is_empty() { &entry.text } else { &entry.title };
    say!("{published:16}  {}", one_line(title, TITLE))?;
    let author = entry.author.as_ref().and_then(Author::shown).map(|name| format!("by {name}"));
    let stars = entry.rating.map(|rating| format!("{rating} of 5 stars"));
    let parts: Vec<String> = author.into_iter().chain(stars).chain(entry.url.clone()).collect();
    if !parts.is_empty() {
        say!("{:16}  {}", "", parts.join(", "))?;
    }
    Ok(())
}

/// An entry as programs read it. What is not known is null.
#[derive(Serialize)]
pub struct EntryLine<'a> {
    key: &'a str,
    source_kind: &'static str,
    kind: Option<&'static str>,
    url: Option<&'a str>,
    title: &'a str,
    text: &'a str,
    author: Option<&'a str>,
    author_handle: Option<&'a str>,
    author_url: Option<&'a str>,
    followers: Option<u64>,
    published: Option<String>,
    lang: Option<&'a str>,
    tags: &'a [String],
    rating: Option<f64>,
    engagement: Option<u64>,
    place: Option<&'a str>,
    parent: Option<&'a str>,
    thread: Option<&'a str>,
}

impl<'a> EntryLine<'a> {
    /// The line of an entry of a source of this kind.
    pub fn of(entry: &'a Entry, source_kind: SourceKind) -> Self {
        let author = entry.author.as_ref();
        Self {
            key: &entry.key.0,
            source_kind: source_kind.as_str(),
            kind: entry.kind.map(EntryKind::as_str),
            url: entry.url.as_deref(),
            title: &entry.title,
            text: &entry.text,
            author: author.and_then(Author::shown),
            author_handle: author.and_then(|author| author.handle.as_deref()),
            author_url: author.and_then(|author| author.url.as_deref()),
            followers: author.and_then(|author| author.followers),
            published: entry.published_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            lang: entry.language.as_ref().map(Language::as_str),
            tags: &entry.tags,
            rating: entry.rating,
            engagement: entry.engagement,
            place: entry.place.as_deref(),
            parent: entry.parent.as_ref().map(|key| key.0.as_str()),
            thread: entry.thread.as_ref().map(|key| key.0.as_str()),
        }
    }
}
