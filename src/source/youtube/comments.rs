//! Comments below videos, and their first replies, as entries.

use serde_json::Value;

use super::super::link;
use super::SITE;
use crate::model::{Author, Entry, EntryKey, EntryKind, Source};
use crate::parse::{json, text};

/// A comment and those of its replies that came with it.
pub(super) fn read(source: &Source, channel: &str, thread: &Value) -> Vec<Entry> {
    let top = json::at(thread, "snippet.topLevelComment");
    let answers = json::count(thread, "snippet.totalReplyCount");
    let top = top.and_then(|top| comment(source, channel, top)).map(|entry| Entry {
        engagement: [entry.engagement, answers].into_iter().flatten().reduce(u64::saturating_add),
        ..entry
    });
    let replies = json::list(thread, "replies.comments").filter_map(|reply| comment(source, channel, reply));
    top.into_iter().chain(replies).collect()
}

fn comment(source: &Source, channel: &str, item: &Value) -> Option<Entry> {
    let id = json::text(item, "id")?;
    let field = |name: &str| json::text(item, &format!("snippet.{name}"));
    let video = field("videoId");
    let thread = video.as_ref().map(|video| EntryKey::of("youtube", video));
    let parent = field("parentId").map(|parent| EntryKey::of("youtube", &parent));
    let author = field("authorDisplayName").map(|name| text::line(&name)).map(|name| Author {
        handle: name.strip_prefix('@').map(str::to_owned),
        url: field("authorChannelUrl").and_then(|url| link(&url)),
        name,
        ..Author::default()
    });
    let said = field("textOriginal").or_else(|| field("textDisplay"));
    Some(Entry {
        url: video.and_then(|video| link(&format!("{SITE}/watch?v={video}&lc={id}"))),
        text: said.map(|said| text::plain(&said)).unwrap_or_default(),
        author,
        published_at: json::instant(item, "snippet.publishedAt"),
        language: source.language.clone(),
        engagement: json::count(item, "snippet.likeCount"),
        kind: Some(EntryKind::Comment),
        place: Some(channel.to_owned()),
        parent: parent.or_else(|| thread.clone()),
        thread,
        ..Entry::new(EntryKey::of("youtube", &id))
    })
}
