//! Reddit: without a key its feeds (`feed`), with the id and the secret of an app its API (`api`). What moderators removed
//! or authors deleted is no entry, and where a list still shows it, the store forgets it. Searches see posts only; comments
//! are read where subreddits are named. What vanishes without a trace is not told.

use super::listing::Listed;
use super::reset::in_seconds;
use super::{Adapter, api as shared};
use crate::model::{
    Answer, Author, Counted, EntryKey, Instant, Loss, Page, PollFault, Recount, Request, Session, Source, Stale,
};

mod api;
mod feed;

/// Things asked for at once; Reddit gives out no more.
const LIMIT: &str = "100";
/// Longest query, in characters; Reddit cuts longer ones off somewhere beyond 500.
const LONGEST_QUERY: usize = 400;
/// The lane of the comments in the named subreddits; any other lane is a query, which has quotation marks.
const COMMENTS: &str = "comments";

const FEEDS: Listed<feed::Feeds> = Listed(feed::Feeds);
const API: Listed<api::Api> = Listed(api::Api);

pub(super) struct Reddit;

impl Adapter for Reddit {
    fn lanes(&self, source: &Source) -> Vec<String> {
        way(source).lanes(source)
    }

    fn request(&self, source: &Source, lane: &str, cursor: Option<&str>, now: Instant) -> Request {
        way(source).request(source, lane, cursor, now)
    }

    fn read(
        &self,
        source: &Source,
        lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        way(source).read(source, lane, cursor, answer, now)
    }

    /// A page for browsers stands in place of what was asked for where Reddit turns programs away, also with status 200.
    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        let status = answer.status;
        let is_page = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        match status {
            429 => Some(PollFault::Throttled { status, until: reset(answer, now) }),
            401 => Some(shared::revoked(answer, "the id and the secret of the app")),
            200 | 403 if is_page => {
                Some(PollFault::Denied { status, message: "it shows a page that turns programs away".to_owned() })
            }
            403 => shared::word(answer, "reason")
                .map(|reason| PollFault::Status { status, message: format!("the subreddit is {reason}") }),
            _ => None,
        }
    }

    fn takes_turns(&self, source: &Source) -> bool {
        way(source).takes_turns(source)
    }

    fn login(&self, source: &Source, now: Instant) -> Option<Request> {
        way(source).login(source, now)
    }

    fn session(&self, answer: &Answer, now: Instant) -> Result<Session, PollFault> {
        API.session(answer, now)
    }

    fn recounts(&self, source: &Source, stale: &[Stale]) -> Vec<Recount> {
        way(source).recounts(source, stale)
    }

    fn counts(&self, source: &Source, stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        way(source).counts(source, stale, answer)
    }

    fn lost(&self, before: &str, after: &str) -> Option<Loss> {
        API.lost(before, after)
    }

    fn after_refusal(&self, cursor: &str) -> Option<String> {
        API.after_refusal(cursor)
    }

    fn after_failure(&self, cursor: &str) -> Option<String> {
        API.after_failure(cursor)
    }
}

/// When there is more is told in seconds from now.
fn reset(answer: &Answer, now: Instant) -> Option<Instant> {
    in_seconds(answer.header("x-ratelimit-reset")?, now)
}

fn way(source: &Source) -> &'static dyn Adapter {
    if source.token.is_some() && source.account.is_some() { &API } else { &FEEDS }
}

/// Queries that ask for any of the terms, as few as their length allows, and the comments of the places.
fn lanes(source: &Source) -> Vec<String> {
    let phrases = source.terms.iter().map(|term| shared::phrase(term));
    let mut lanes = shared::any_of(phrases, " OR ", LONGEST_QUERY);
    lanes.extend((!source.places.is_empty()).then(|| COMMENTS.to_owned()));
    lanes
}

/// The named subreddits as one: `a+b`.
fn subreddits(source: &Source) -> String {
    let names = source.places.iter().map(|place| {
        let place = place.trim().trim_matches('/');
        place.strip_prefix("r/").unwrap_or(place)
    });
    names.collect::<Vec<_>>().join("+")
}

fn key(id: &str) -> EntryKey {
    EntryKey::of("reddit", id)
}

/// Whether a text stands for one that was removed or deleted.
fn is_gone(text: &str) -> bool {
    matches!(text, "[removed]" | "[deleted]")
}

fn author(name: &str) -> Option<Author> {
    (!is_gone(name)).then(|| shared::user(name, &format!("https://www.reddit.com/user/{name}")))
}
