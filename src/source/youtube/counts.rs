//! Likes and comments of known videos, and the subscribers of who made or commented them; each call tells fifty. Who hides
//! how many subscribe has unknown ones. Comments are read again as long as their lists show them.

use serde_json::Value;

use super::super::{api, recount};
use super::ask;
use crate::model::{Answer, Counted, Counts, EntryKey, EntryKind, PollFault, Recount, Source, Stale};
use crate::parse::json;

/// Ids that one call takes.
const AT_ONCE: usize = 50;

pub(super) fn recounts(source: &Source, stale: &[Stale]) -> Vec<Recount> {
    let videos = |part: &[Stale]| {
        recount::one(part, video, |ids| ask(source, "videos", [("part", "statistics"), ("id", &ids.join(","))]))
    };
    let channels = |part: &[Stale]| {
        recount::one(part, channel, |ids| ask(source, "channels", [("part", "statistics"), ("id", &ids.join(","))]))
    };
    stale.chunks(AT_ONCE).flat_map(|part| [videos(part), channels(part)]).flatten().collect()
}

pub(super) fn counts(stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
    let body = api::body(answer)?;
    // Where nothing is known any more, the list is left out.
    let Some(kind) = json::text(&body, "kind").filter(|_| json::at(&body, "error").is_none()) else {
        return Err(api::missing(answer, &body, "list of counts"));
    };
    let items = || json::list(&body, "items").filter_map(|item| Some((json::text(item, "id")?, item)));
    if kind == "youtube#channelListResponse" {
        let told = items().filter_map(|(id, item)| Some((id, json::count(item, "statistics.subscriberCount")?)));
        return Ok(recount::followers(stale, channel, told));
    }
    let counts = items()
        .map(|(id, item)| (EntryKey::of("youtube", &id), Counts { engagement: engagement(item), followers: None }));
    Ok(Counted { counts: counts.collect(), ..Counted::default() })
}

/// Likes and comments of a video.
pub(super) fn engagement(item: &Value) -> Option<u64> {
    json::sum(item, &["statistics.likeCount", "statistics.commentCount"])
}

fn video(stale: &Stale) -> Option<&str> {
    recount::id_of("youtube", &stale.key).filter(|id| stale.kind == Some(EntryKind::Video) && !id.contains(','))
}

fn channel(stale: &Stale) -> Option<&str> {
    let id = stale.author.as_deref()?.split("/channel/").nth(1)?;
    (!id.is_empty() && !id.contains([',', '/', '?'])).then_some(id)
}
