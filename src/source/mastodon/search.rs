//! Search of a Mastodon server for words, in the name of an account, one lane per term. It finds posts whose authors let
//! themselves be found, and those that have to do with the account, as far as they have reached the server, and only where
//! the server runs a search engine: any other answers with nothing. The newest come first; a further page begins before the
//! second of the last post, so that others of that second may be missed.

use serde_json::Value;

use super::super::api;
use super::super::listing::{List, Listing, Visit};
use super::{POSTS, post, throttled, with_ids};
use crate::model::{Answer, Instant, PollFault, Request, Source};
use crate::parse::json;

pub(in super::super) struct Search;

impl Listing for Search {
    fn lanes(&self, source: &Source) -> Vec<String> {
        source.terms.clone()
    }

    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request {
        let phrase = api::phrase(visit.lane);
        let search = [("q", &*phrase), ("type", "statuses"), ("limit", POSTS)];
        let parameters: Vec<_> = search.into_iter().chain(visit.page.map(|below| ("max_id", below))).collect();
        api::request(source, &["api", "v2", "search"], &parameters)
    }

    fn list(&self, source: &Source, _visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault> {
        let body = api::body(answer)?;
        let Some(posts) = json::at(&body, "statuses").and_then(Value::as_array) else {
            return Err(api::missing(answer, &body, "list of posts"));
        };
        let lowest = with_ids(posts).map(|(id, _)| id).min_by(|one, other| super::by_age(one, other));
        let entries = posts.iter().filter_map(|post| post::entry(source, post)).collect();
        // A page is not full where the account has filters, so that only an empty one is the last.
        Ok(List { entries, next: lowest, ..List::default() })
    }

    fn fault(&self, answer: &Answer, _now: Instant) -> Option<PollFault> {
        match answer.status {
            401 => Some(api::revoked(answer, "the access token")),
            _ => throttled(answer),
        }
    }
}
