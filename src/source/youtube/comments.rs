//! Comments below videos, and the replies to them, as entries.

use serde_json::Value;

use super::super::link;
use super::SITE;
use crate::model::{Author, Entry, EntryKey, EntryKind, Instant, Source};
use crate::parse::{json, text};

/// When a thread was begun.
pub(super) fn begun(thread: &Value) -> Option<Instant> {
    json::instant(thread, "snippet.topLevelComment.snippet.publishedAt")
}

/// Those of the replies to a comment that came with it, and the comment.
pub(super) fn read(source: &Source, channel: Option<&str>, thread: &Value) -> Vec<Entry> {
    let top = json::at(thread, "snippet.topLevelComment");
    let answers = json::count(thread, "snippet.totalReplyCount");
    let top = top.and_then(|top| comment(source, channel, None, top)).map(|entry| Entry {
        engagement: [entry.engagement, answers].into_iter().flatten().reduce(u64::saturating_add),
        ..entry
    });
    let replies = json::list(thread, "replies.comments").filter_map(|reply| comment(source, channel, None, reply));
    replies.chain(top).collect()
}

/// A comment that has more replies than came with it, and its video, as a walk names them.
pub(super) fn unread(thread: &Value) -> Option<String> {
    let shown = json::list(thread, "replies.comments").count();
    let all = json::count(thread, "snippet.totalReplyCount").and_then(|all| usize::try_from(all).ok())?;
    let id = json::text(thread, "id").filter(|_| all > shown)?;
    let video = json::text(thread, "snippet.videoId").unwrap_or_default();
    Some(format!("{id}{BEFORE_VIDEO}{video}"))
}

/// The comment and the video of such a name.
pub(super) fn parts(name: &str) -> (&str, &str) {
    name.split_once(BEFORE_VIDEO).unwrap_or((name, ""))
}

/// What such a name is about: the video, or the comment where that is not known.
pub(super) fn about(name: &str) -> &str {
    let (id, video) = parts(name);
    if video.is_empty() { id } else { video }
}

/// Stands in no id.
const BEFORE_VIDEO: char = ':';

/// A comment below that video, if it does not say so itself.
pub(super) fn comment(source: &Source, channel: Option<&str>, video: Option<&str>, item: &Value) -> Option<Entry> {
    let id = json::text(item, "id")?;
    let field = |name: &str| json::text(item, &format!("snippet.{name}"));
    let video = field("videoId").or_else(|| video.filter(|video| !video.is_empty()).map(str::to_owned));
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
        place: channel.map(str::to_owned),
        parent: parent.or_else(|| thread.clone()),
        thread,
        ..Entry::new(EntryKey::of("youtube", &id))
    })
}
