//! The reactions to known posts, who wrote them, and the followers of these; each call tells twenty-five. A post that is not
//! told any more may have been deleted, or its author may have been: the answer does not say. Any server of the network
//! tells it, and Bluesky's public one also those without an account.

use serde_json::Value;

use super::super::{api, recount};
use super::{author, is_hidden, key};
use crate::model::{Answer, Counted, Counts, PollFault, Recount, Request, Source, Stale};
use crate::parse::json;

/// Posts or accounts that one call takes.
const AT_ONCE: usize = 25;

pub(in super::super) fn recounts(source: &Source, stale: &[Stale]) -> Vec<Recount> {
    let posts = |part: &[Stale]| recount::one(part, uri, |ids| ask(source, "app.bsky.feed.getPosts", "uris", ids));
    let authors =
        |part: &[Stale]| recount::one(part, account, |ids| ask(source, "app.bsky.actor.getProfiles", "actors", ids));
    stale.chunks(AT_ONCE).flat_map(|part| [posts(part), authors(part)]).flatten().collect()
}

pub(in super::super) fn counts(stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
    let body = api::body(answer)?;
    let of = |what| json::at(&body, what).and_then(Value::as_array);
    match (of("posts"), of("profiles")) {
        (Some(posts), _) => {
            let key = |post: &Value| Some(key(&json::text(post, "uri")?));
            let counts = posts
                .iter()
                .filter_map(|post| Some((key(post)?, Counts { engagement: engagement(post), followers: None })));
            let authors = posts.iter().filter(|post| !is_hidden(post));
            let authors = authors.filter_map(|post| Some((key(post)?, author(post)?)));
            Ok(Counted { counts: counts.collect(), authors: authors.collect(), deleted: Vec::new() })
        }
        (None, Some(profiles)) => {
            let told = profiles.iter();
            let told = told.filter_map(|one| Some((json::text(one, "did")?, json::count(one, "followersCount")?)));
            Ok(recount::followers(stale, account, told))
        }
        (None, None) => Err(api::missing(answer, &body, "list of counts")),
    }
}

/// Everything that people do to a post.
pub(super) fn engagement(post: &Value) -> Option<u64> {
    json::sum(post, &["likeCount", "repostCount", "replyCount", "quoteCount", "bookmarkCount"])
}

fn ask(source: &Source, what: &str, name: &str, ids: &[&str]) -> Request {
    let parameters: Vec<_> = ids.iter().map(|id| (name, *id)).collect();
    Request { credential: None, ..api::request(source, &["xrpc", what], &parameters) }
}

fn uri(stale: &Stale) -> Option<&str> {
    recount::id_of("bluesky", &stale.key).filter(|uri| uri.starts_with("at://"))
}

/// The number of the account, which stands in the address of each of its posts.
fn account(stale: &Stale) -> Option<&str> {
    uri(stale)?.strip_prefix("at://")?.split('/').next()
}
