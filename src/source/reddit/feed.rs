//! Reddit's Atom feeds, which need no key: its search, in all of Reddit or in the named subreddits, and the comments of
//! these. A feed shows a hundred things and has no further pages; they bear no counts. Since June 2026 about one feed in a
//! minute is given out to an address, so the feeds take turns.

use std::fmt::Write as _;
use std::time::Duration;

use super::super::api;
use super::super::listing::{List, Listing, Visit};
use super::{COMMENTS, LIMIT, author, is_gone, key, lanes, subreddits};
use crate::model::{Answer, Entry, EntryKey, EntryKind, LossReason, PollFault, Request, Source};
use crate::parse::feed::{self, FeedError, Item};
use crate::parse::text;

/// Things that a full feed shows.
const FULL: usize = 100;
/// About one feed in that time is given out to an address.
const REST: Duration = Duration::from_secs(60);
/// Around what the author wrote, as it is escaped in the feed; nobody can write these marks themselves.
const MARKS: (&str, &str) = ("&lt;!-- SC_OFF --&gt;", "&lt;!-- SC_ON --&gt;");
const CONTENT_END: &str = "</content>";

pub(super) struct Feeds;

impl Listing for Feeds {
    fn lanes(&self, source: &Source) -> Vec<String> {
        lanes(source)
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let (limit, places) = (("limit", LIMIT), subreddits(source));
        let search = [("q", visit.lane), ("sort", "new"), limit];
        let request = if visit.lane == COMMENTS {
            api::request(source, &["r", &places, "comments", ".rss"], &[limit])
        } else if places.is_empty() {
            api::request(source, &["search.rss"], &search)
        } else {
            let [query, sort, limit] = search;
            api::request(source, &["r", &places, "search.rss"], &[query, ("restrict_sr", "on"), sort, limit])
        };
        Request { accept: "application/atom+xml", ..request }
    }

    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let document = without_frames(&String::from_utf8_lossy(&answer.body));
        let read = feed::read(document.as_bytes(), None, &answer.url, visit.now).map_err(|error| match error {
            FeedError::Page { .. } => PollFault::Unreadable("it is a web page, not a feed".to_owned()),
            error => PollFault::Unreadable(error.to_string()),
        })?;
        let mut list = List { problems: read.problems, rest: Some(REST), ..List::default() };
        list.ends = (read.items.len() >= FULL).then_some(LossReason::Newest(100));
        for item in read.items {
            match entry(source, item) {
                Ok(entry) => list.entries.extend(entry),
                Err(gone) => list.deleted.push(gone),
            }
        }
        Ok(list)
    }

    fn takes_turns(&self) -> bool {
        true
    }
}

/// The entry, or the key of one that is gone; `None` where it is neither a post nor a comment.
fn entry(source: &Source, item: Item) -> Result<Option<Entry>, EntryKey> {
    let Some(id) = item.guid.filter(|id| id.starts_with("t1_") || id.starts_with("t3_")) else { return Ok(None) };
    if is_gone(&item.text) {
        return Err(key(&id));
    }
    let is_comment = id.starts_with("t1_");
    let post = item.url.as_deref().and_then(|url| url.split_once("/comments/")?.1.split('/').next());
    let thread = post.filter(|_| is_comment).map(|post| key(&format!("t3_{post}")));
    // Titles of comments are `/u/NAME on TITLE`.
    let title = item.title.split_once(" on ").filter(|_| is_comment).map_or(&*item.title, |(_, title)| title);
    let name = item.author.map(|author| text::line(author.name.trim_start_matches("/u/")));
    Ok(Some(Entry {
        title: title.to_owned(),
        text: item.text,
        author: name.as_deref().and_then(author),
        published_at: item.published_at,
        language: source.language.clone(),
        kind: Some(if is_comment { EntryKind::Comment } else { EntryKind::Forum }),
        place: item.tags.first().map(|label| label.trim_start_matches("r/").to_owned()),
        thread,
        url: item.url,
        ..Entry::new(key(&id))
    }))
}

/// The document with nothing in its contents but what authors wrote, and where posts lead that are links.
fn without_frames(document: &str) -> String {
    let mut kept = String::with_capacity(document.len());
    let mut rest = document;
    while let Some((before, content, behind)) = next_content(rest) {
        kept.push_str(before);
        write_own(&mut kept, content);
        kept.push_str(CONTENT_END);
        rest = behind;
    }
    kept.push_str(rest);
    kept
}

/// The document up to a content, the content, and the rest behind it.
fn next_content(document: &str) -> Option<(&str, &str, &str)> {
    let tag = document.find("<content")?;
    let end = tag + document.get(tag..)?.find('>')?;
    let (before, rest) = document.split_at_checked(end + 1)?;
    let (content, behind) = rest.split_once(CONTENT_END)?;
    Some((before, content, behind))
}

/// What stands behind the author's words is `submitted by … [link] [comments]`.
fn write_own(kept: &mut String, content: &str) {
    let marked = content.split_once(MARKS.0).and_then(|(_, rest)| rest.rsplit_once(MARKS.1));
    let (body, tail) = marked.unwrap_or(("", content));
    let link = tail.split_once("\"&gt;[link]").and_then(|(before, _)| before.rsplit_once("href=\""));
    match link {
        Some((_, link)) => {
            kept.push_str(body);
            if !link.starts_with("https://www.reddit.com/") {
                let _ = write!(kept, "&lt;p&gt;{link}&lt;/p&gt;");
            }
        }
        None => kept.push_str(marked.map_or(content, |_| body)),
    }
}
