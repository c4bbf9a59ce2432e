//! One file per network: how to ask it, and how to read its answer. Adapters are pure: they do no I/O, keep no state and
//! never ask the clock. What they share (asking JSON APIs, cursors) stands in `api` and `cursor`.
//!
//! A new network is a file with a unit struct that implements [`Adapter`], a profile in `model::source` and a line in
//! [`adapter`].

use crate::model::{Answer, Instant, Page, PollFault, Request, Source, SourceKind};

mod api;
mod cursor;
mod feed;
mod hacker_news;
mod mastodon;

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

    /// When the network wants us back, if this answer is one that throttles us, said in the network's own way.
    fn throttled_until(&self, _answer: &Answer, _now: Instant) -> Option<Instant> {
        None
    }
}

/// The adapter of a kind.
#[must_use]
pub fn adapter(kind: SourceKind) -> &'static dyn Adapter {
    match kind {
        SourceKind::Feed => &feed::Feed,
        SourceKind::HackerNews => &hacker_news::HackerNews,
        SourceKind::Mastodon => &mastodon::Mastodon,
    }
}
