//! One file per network: how to ask it, and how to read its answer. Adapters are pure: they do no I/O, keep no state and
//! never ask the clock. What they share stands in `api` (asking JSON APIs), `listing` (lists that show the newest first),
//! `operators` (how what is searched for is written), `trail`, `tally` and `glimpse` (what lists did not show), `cursor`,
//! `google` and `jwt` (how to log in), `recount` (counts of what is known), `reset` (when a network may be asked again) and
//! `webhook` (what networks send without being asked).
//!
//! A new network is a file with a unit struct that implements `listing::Listing`, or [`Adapter`] where the network is no
//! list; a profile in `model::kinds` and a line in [`adapter`].

use secrecy::SecretString;
use serde_json::Value;

use crate::model::{
    Answer, Counted, Instant, Loss, Page, PollFault, Recount, Request, Session, Source, SourceKind, Stale,
};
use crate::parse::link::canonical_url;
use listing::Listed;
pub use webhook::{Heard, Webhook, webhook};

mod api;
mod app_store;
mod app_store_connect;
mod bing_news;
mod bluesky;
mod catch_up;
mod cursor;
mod dev_to;
mod discord;
mod discourse;
mod facebook;
mod feed;
mod gdelt;
mod github;
mod glimpse;
mod google;
mod google_business;
mod google_news;
mod google_places;
mod google_play;
mod graph;
mod guardian;
mod hacker_news;
mod imap;
mod instagram;
mod itunes;
mod jetstream;
mod json;
mod jwt;
mod lemmy;
mod listing;
mod mastodon;
mod news_api;
mod news_feed;
mod operators;
mod recount;
mod reddit;
mod reset;
mod stack_exchange;
mod tally;
mod telegram;
mod trail;
mod trustpilot;
mod tumblr;
mod webhook;
mod wordpress;
mod x;
mod yelp;
mod youtube;

/// How one kind of source is asked and read.
///
/// The cursor of a page is stored as soon as its entries are, even if a later page fails: it may never pass over what
/// has not been read. Reading something twice is harmless, since entries are known by their keys.
pub trait Adapter: Send + Sync {
    /// The lanes that are read one after the other, each with a cursor of its own: a term, a tag, or `""` alone.
    fn lanes(&self, source: &Source) -> Vec<String>;

    /// What to ask first in a poll at `now`, given the lane's stored cursor.
    fn request(&self, source: &Source, lane: &str, cursor: Option<&str>, now: Instant) -> Request;

    /// Reads one answer. `cursor` is the lane's cursor after the page before, `now` the same throughout a poll.
    ///
    /// # Errors
    /// When the answer is not what the network promises; nothing of it is used then.
    fn read(
        &self,
        source: &Source,
        lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault>;

    /// Whether the whole source is one document that the server may call unchanged.
    fn revalidates(&self) -> bool {
        false
    }

    /// Whether a poll reads one page of one lane, since the network wants to be left alone after each answer.
    fn takes_turns(&self, _source: &Source) -> bool {
        false
    }

    /// Whether there is more to read than an unchanged document would show, so that it is not asked for only if it has
    /// changed.
    fn is_unfinished(&self, _cursor: &str) -> bool {
        false
    }

    /// What is lost where it goes on from the cursor `after` because the network has refused the request that followed
    /// from `before`, or could not answer it.
    fn lost(&self, _before: &str, _after: &str) -> Option<Loss> {
        None
    }

    /// What an answer means, whatever its status, where the network says it in its own way; `None` leaves it to its
    /// status.
    fn fault(&self, _answer: &Answer, _now: Instant) -> Option<PollFault> {
        None
    }

    /// Whether an answer that is a fault is read all the same, since it says how to go on, or is no matter of the whole lane.
    fn reads(&self, _answer: &Answer) -> bool {
        false
    }

    /// The token that the secret itself signs, where the network wants one that nobody has to be asked for. It comes
    /// before any login.
    ///
    /// # Errors
    /// [`PollFault::Unusable`] when the secret is not what the network wants.
    fn sign(&self, _source: &Source, _now: Instant) -> Result<Option<SecretString>, PollFault> {
        Ok(None)
    }

    /// The request that opens a session with the source's secret, where the network wants one; everything else is asked
    /// with what [`Adapter::session`] reads from its answer.
    fn login(&self, _source: &Source, _now: Instant) -> Option<Request> {
        None
    }

    /// Reads the answer to a login.
    ///
    /// # Errors
    /// When it is not what the network promises, or says that the secret is not taken.
    fn session(&self, answer: &Answer, _now: Instant) -> Result<Session, PollFault> {
        Err(api::missing(answer, &Value::Null, "session"))
    }

    /// The cursor to go on with when the network has refused the request that followed from `cursor` (status 400, 404,
    /// 410 or 422), which is empty where there was none; `None` leaves it as it was.
    fn after_refusal(&self, _cursor: &str) -> Option<String> {
        None
    }

    /// The same, when the request failed in a way that may pass, or may not: status 403, any other status that is no
    /// success, or an answer that cannot be read.
    fn after_failure(&self, _cursor: &str) -> Option<String> {
        None
    }

    /// The same, when nobody answered: the address may be another one now.
    fn after_silence(&self, _cursor: &str) -> Option<String> {
        None
    }

    /// The few requests that tell what is counted of known entries now, each of them for many; none where the network
    /// has no such thing. Of whom there is no room for is asked another time.
    fn recounts(&self, _source: &Source, _stale: &[Stale]) -> Vec<Recount> {
        Vec::new()
    }

    /// Reads the answer to one of these requests.
    ///
    /// # Errors
    /// When it is not what the network promises.
    fn counts(&self, _source: &Source, _stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        Err(api::missing(answer, &Value::Null, "list of counts"))
    }
}

/// An address that the network gives whole.
fn link(address: &str) -> Option<String> {
    canonical_url(address, None)
}

/// Whether the source is asked for words, so that it hears nothing without any.
#[must_use]
pub fn asks_for_terms(source: &Source) -> bool {
    let lanes =
        |terms: Vec<String>| adapter(source.kind).lanes(&Source { terms, searches: Vec::new(), ..source.clone() });
    source.kind.profile().asks.takes_terms() && lanes(Vec::new()) != lanes(vec!["word".to_owned()])
}

/// The adapter of a kind.
#[must_use]
pub fn adapter(kind: SourceKind) -> &'static dyn Adapter {
    match kind {
        SourceKind::Feed => &feed::Feed,
        SourceKind::HackerNews => &hacker_news::HackerNews,
        SourceKind::Mastodon => &mastodon::Mastodon,
        SourceKind::MastodonSearch => &Listed(mastodon::Search),
        SourceKind::MastodonStreaming => &mastodon::Streaming,
        SourceKind::Jetstream => &jetstream::Jetstream,
        SourceKind::Bluesky => &Listed(bluesky::Bluesky),
        SourceKind::Lemmy => &Listed(lemmy::Lemmy),
        SourceKind::GoogleNews => &Listed(google_news::GoogleNews),
        SourceKind::BingNews => &Listed(bing_news::BingNews),
        SourceKind::Gdelt => &Listed(gdelt::Gdelt),
        SourceKind::NewsApi => &Listed(news_api::NewsApi),
        SourceKind::Guardian => &Listed(guardian::Guardian),
        SourceKind::Itunes => &Listed(itunes::Itunes),
        SourceKind::WordPress => &Listed(wordpress::WordPress),
        SourceKind::AppStore => &Listed(app_store::AppStore),
        SourceKind::Imap => &imap::Imap,
        SourceKind::Json => &Listed(json::Json),
        SourceKind::Reddit => &reddit::Reddit,
        SourceKind::Discourse => &Listed(discourse::Discourse),
        SourceKind::StackExchange => &Listed(stack_exchange::StackExchange),
        SourceKind::GitHub => &Listed(github::GitHub),
        SourceKind::DevTo => &Listed(dev_to::DevTo),
        SourceKind::X => &Listed(x::X),
        SourceKind::YouTube => &Listed(youtube::YouTube),
        SourceKind::Facebook => &Listed(facebook::Facebook),
        SourceKind::Instagram => &Listed(instagram::Instagram),
        SourceKind::Telegram => &telegram::Telegram,
        SourceKind::Discord => &discord::Discord,
        SourceKind::Tumblr => &Listed(tumblr::Tumblr),
        SourceKind::Yelp => &yelp::Yelp,
        SourceKind::Trustpilot => &Listed(trustpilot::Trustpilot),
        SourceKind::GoogleBusiness => &Listed(google_business::GoogleBusiness),
        SourceKind::GooglePlaces => &google_places::GooglePlaces,
        SourceKind::GooglePlay => &Listed(google_play::GooglePlay),
        SourceKind::AppStoreConnect => &Listed(app_store_connect::AppStoreConnect),
    }
}
