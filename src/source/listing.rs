//! How lists are read that show the newest first: page after page, back to what a poll before has read. [`Listed`] makes
//! an adapter of a network's [`Listing`]. Nothing is remembered of single entries: the store knows them by their keys.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Adapter, api, cursor};
use crate::model::{
    Answer, Counted, Credential, Entry, EntryKey, Instant, Page, PollFault, Recount, Request, Rhythm, Session, Source,
    Stale,
};

/// Polls that may fail at one page before the walk begins anew.
const MOST_FAILED: u32 = 3;

/// A network whose lists show the newest first.
pub(super) trait Listing: Send + Sync {
    /// As [`Adapter::lanes`].
    fn lanes(&self, source: &Source) -> Vec<String>;

    /// The request for one page.
    fn ask(&self, source: &Source, visit: &Visit<'_>) -> Request;

    /// Reads one page.
    ///
    /// # Errors
    /// When the answer is not what the network promises.
    fn list(&self, source: &Source, visit: &Visit<'_>, answer: &Answer) -> Result<List, PollFault>;

    /// As [`Adapter::fault`].
    fn fault(&self, _answer: &Answer, _now: Instant) -> Option<PollFault> {
        None
    }

    /// As [`Adapter::reads`].
    fn reads(&self, _answer: &Answer) -> bool {
        false
    }

    /// As [`Adapter::sign`].
    fn sign(&self, _source: &Source, _now: Instant) -> Result<Option<SecretString>, PollFault> {
        Ok(None)
    }

    /// As [`Adapter::login`].
    fn login(&self, _source: &Source, _now: Instant) -> Option<Request> {
        None
    }

    /// As [`Adapter::session`].
    fn session(&self, answer: &Answer, _now: Instant) -> Result<Session, PollFault> {
        Err(api::missing(answer, &Value::Null, "session"))
    }

    /// As [`Adapter::recounts`].
    fn recounts(&self, _source: &Source, _stale: &[Stale]) -> Vec<Recount> {
        Vec::new()
    }

    /// As [`Adapter::counts`].
    fn counts(&self, _source: &Source, _stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        Err(api::missing(answer, &Value::Null, "list of counts"))
    }

    /// How much that was read before is read again, since what is new may appear below what is there.
    fn overlap(&self) -> TimeDelta {
        TimeDelta::hours(1)
    }
}

/// One page of a lane.
pub(super) struct Visit<'v> {
    /// The lane.
    pub(super) lane: &'v str,
    /// Everything from then on is wanted.
    pub(super) since: Instant,
    /// Which page, as [`List::next`] of the page before named it; `None` for the first.
    pub(super) page: Option<&'v str>,
    /// When the poll began.
    pub(super) now: Instant,
}

/// What a page shows.
#[derive(Default)]
pub(super) struct List {
    /// Its entries.
    pub(super) entries: Vec<Entry>,
    /// What the network calls the page behind it, if there is one.
    pub(super) next: Option<String>,
    /// How far back it reaches, where the dates of its entries do not tell.
    pub(super) oldest: Option<Instant>,
    /// When entries came into the list, where that is not when they were published.
    pub(super) moments: BTreeMap<EntryKey, Instant>,
    /// Faults that did not keep the rest from being read, in plain words.
    pub(super) problems: Vec<String>,
    /// Entries that it shows as deleted.
    pub(super) deleted: Vec<EntryKey>,
    /// How long the network wants to be left alone, though it has answered.
    pub(super) rest: Option<Duration>,
}

impl List {
    /// The list of a network that has no pages but can be asked for what is older: the page behind it ends at its oldest
    /// entry, in Unix seconds. Where a whole page lies in one second, the rest of that second is out of reach.
    pub(super) fn and_older(mut self, visit: &Visit<'_>) -> Self {
        let oldest = self.entries.iter().filter_map(|entry| entry.published_at).min();
        let before: Option<i64> = visit.page.and_then(|page| page.parse().ok());
        let Some(end) = oldest.map(|oldest| oldest.timestamp().saturating_add(1)) else { return self };
        if let Some(stuck) = before.filter(|before| end >= *before) {
            let shown = DateTime::from_timestamp(stuck, 0).unwrap_or_default().to_rfc3339();
            self.problems.push(format!("there is more before {shown} than the network gives out"));
        }
        self.next = Some(before.map_or(end, |before| end.min(before.saturating_sub(1))).to_string());
        self
    }
}

/// A network that is read as a list.
pub(super) struct Listed<L>(pub(super) L);

/// How far a lane has been read; times in Unix seconds.
#[derive(Serialize, Deserialize)]
struct Trail {
    /// Nothing older is wanted, ever: how far the first poll reached back.
    floor: i64,
    /// How far back the walk goes.
    since: i64,
    /// The newest entry that it has seen.
    #[serde(default)]
    newest: Option<i64>,
    /// The page that it has still to read.
    #[serde(default)]
    page: Option<String>,
    /// Polls in a row that failed there.
    #[serde(default, skip_serializing_if = "is_none")]
    failed: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_none(number: &u32) -> bool {
    *number == 0
}

impl Trail {
    fn of(source: &Source, cursor: Option<&str>, now: Instant) -> Self {
        cursor::read(cursor).unwrap_or_else(|| {
            let depth = TimeDelta::from_std(source.first_poll_depth).unwrap_or(TimeDelta::MAX);
            let floor = now.checked_sub_signed(depth).map_or(0, |since| since.timestamp());
            Self { floor, since: floor, newest: None, page: None, failed: 0 }
        })
    }

    fn visit<'v>(&'v self, lane: &'v str, now: Instant) -> Visit<'v> {
        let since = DateTime::from_timestamp(self.since, 0).unwrap_or_default();
        Visit { lane, since, page: self.page.as_deref(), now }
    }

    /// Everything down to `since` has been read; the next walk begins at the newest again.
    fn finish(&mut self, overlap: TimeDelta) {
        if let Some(newest) = self.newest.take() {
            self.since = self.since.max(newest.saturating_sub(overlap.num_seconds()));
        }
        self.page = None;
    }
}

impl<L: Listing> Adapter for Listed<L> {
    fn lanes(&self, source: &Source) -> Vec<String> {
        self.0.lanes(source)
    }

    fn request(&self, source: &Source, lane: &str, cursor: Option<&str>, now: Instant) -> Request {
        self.0.ask(source, &Trail::of(source, cursor, now).visit(lane, now))
    }

    fn read(
        &self,
        source: &Source,
        lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let mut trail = Trail::of(source, cursor, now);
        let mut list = self.0.list(source, &trail.visit(lane, now), answer)?;
        trail.failed = 0;
        let token = source.token.clone().map(Credential::bearer);
        if list.next.as_ref().is_some_and(|next| token.is_some_and(|token| token.is_in(next))) {
            list.next = None;
            list.problems.push("the network puts the secret into its next page, which is not asked for".to_owned());
        }
        let times = || list.entries.iter().filter_map(|entry| entry.published_at);
        // What lies in the future tells nothing of how far the network has been read.
        let newest = times().filter(|at| *at <= now).max().map(|at| at.timestamp());
        trail.newest = trail.newest.max(newest);
        // The last one tells: what a network pins above its list may be old.
        let reached =
            list.oldest.or_else(|| times().next_back()).is_some_and(|oldest| oldest.timestamp() < trail.since);
        let stands_still = list.next.is_some() && list.next == trail.page;
        match list.next {
            Some(next) if !reached && !stands_still => trail.page = Some(next),
            _ => trail.finish(self.0.overlap()),
        }
        let next = trail.page.is_some().then(|| self.0.ask(source, &trail.visit(lane, now)));
        let came = |entry: &Entry| list.moments.get(&entry.key).copied().or(entry.published_at);
        let wanted = |entry: &Entry| came(entry).is_none_or(|at| at.timestamp() >= trail.floor);
        let shown = list.entries.len();
        let entries: Vec<Entry> = list.entries.into_iter().filter(wanted).collect();
        let left_out = shown - entries.len();
        let rhythm = Rhythm { every: list.rest, ..Rhythm::default() };
        let List { problems, deleted, .. } = list;
        let cursor = cursor::write(&trail);
        Ok(Page { entries, left_out, cursor, next, problems, deleted, rhythm, ..Page::default() })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        self.0.fault(answer, now)
    }

    fn reads(&self, answer: &Answer) -> bool {
        self.0.reads(answer)
    }

    fn sign(&self, source: &Source, now: Instant) -> Result<Option<SecretString>, PollFault> {
        self.0.sign(source, now)
    }

    fn login(&self, source: &Source, now: Instant) -> Option<Request> {
        self.0.login(source, now)
    }

    fn session(&self, answer: &Answer, now: Instant) -> Result<Session, PollFault> {
        self.0.session(answer, now)
    }

    fn recounts(&self, source: &Source, stale: &[Stale]) -> Vec<Recount> {
        self.0.recounts(source, stale)
    }

    fn counts(&self, source: &Source, stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        self.0.counts(source, stale, answer)
    }

    /// The network may not know the page any more that a walk was to go on with: it begins anew, at the newest.
    fn after_refusal(&self, cursor: &str) -> Option<String> {
        let trail = cursor::read::<Trail>(Some(cursor)).filter(|trail| trail.page.is_some())?;
        cursor::write(&Trail { page: None, failed: 0, ..trail })
    }

    /// A page that fails again and again is given up, so that what is new is read again.
    fn after_failure(&self, cursor: &str) -> Option<String> {
        let mut trail = cursor::read::<Trail>(Some(cursor)).filter(|trail| trail.page.is_some())?;
        trail.failed += 1;
        if trail.failed >= MOST_FAILED {
            (trail.page, trail.failed) = (None, 0);
        }
        cursor::write(&trail)
    }
}
