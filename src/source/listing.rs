//! How lists are read that show the newest first: page after page, back to what a poll before has read. [`Listed`] makes
//! an adapter of a network's [`Listing`]. Nothing is remembered of single entries: the store knows them by their keys.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use secrecy::SecretString;
use serde_json::Value;

use super::trail::{End, Stop, Trail};
use super::{Adapter, api, cursor};
use crate::model::{
    Answer, Counted, Credential, Entry, EntryKey, Instant, Loss, LossReason, Page, PollFault, Recount, Request, Rhythm,
    Session, Source, Stale,
};

/// Who asks for a little more than a network shows at all misses nothing.
const NEARLY: TimeDelta = TimeDelta::hours(1);

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

    /// As [`Adapter::takes_turns`].
    fn takes_turns(&self) -> bool {
        false
    }

    /// How far back the network shows anything, if that is not all there is.
    fn reach(&self, _lane: &str) -> Option<TimeDelta> {
        None
    }

    /// Whether its lists are one page each, of the newest, and nobody knows how many these are.
    fn is_short(&self, _source: &Source) -> bool {
        false
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
    /// What the network calls the lane, once [`List::name`] has told it.
    pub(super) name: Option<&'v str>,
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
    /// What the network calls the lane, where it has to be asked for that; kept as long as it takes it.
    pub(super) name: Option<String>,
    /// How far back it reaches, where the dates of its entries do not tell.
    pub(super) oldest: Option<Instant>,
    /// Whether it says nothing of how far back the list has been read, since it, or what it leads to, stands beside the list.
    pub(super) is_aside: bool,
    /// When entries came into the list, where that is not when they were published.
    pub(super) moments: BTreeMap<EntryKey, Instant>,
    /// Faults that did not keep the rest from being read, in plain words.
    pub(super) problems: Vec<String>,
    /// Entries that it shows as deleted.
    pub(super) deleted: Vec<EntryKey>,
    /// How long the network wants to be left alone, though it has answered.
    pub(super) rest: Option<Duration>,
    /// Why nothing comes behind this page, where that does not mean that there is nothing.
    pub(super) ends: Option<LossReason>,
    /// A time of which it shows not all there is, whatever comes behind it.
    pub(super) lost: Option<Loss>,
    /// Whether something may be missing that it will show when it is asked again.
    pub(super) partial: bool,
}

impl List {
    /// The list of a network that has no pages but can be asked for what is older: the page behind it ends at its oldest
    /// entry, in Unix seconds. Where a whole page lies in one second, the rest of that second is out of reach.
    pub(super) fn and_older(mut self, visit: &Visit<'_>) -> Self {
        let oldest = self.entries.iter().filter_map(|entry| entry.published_at).min();
        let before: Option<i64> = visit.page.and_then(|page| page.parse().ok());
        let Some(end) = oldest.map(|oldest| oldest.timestamp().saturating_add(1)) else { return self };
        if let Some(stuck) = before.filter(|before| end >= *before) {
            let second = |at| DateTime::from_timestamp(at, 0).unwrap_or_default();
            let shown = second(stuck).to_rfc3339();
            self.problems.push(format!("there is more before {shown} than the network gives out"));
            let newest = u32::try_from(self.entries.len()).map_or(LossReason::Ends, LossReason::Newest);
            self.lost = Loss::between(second(stuck.saturating_sub(1)), second(stuck), newest);
        }
        self.next = Some(before.map_or(end, |before| end.min(before.saturating_sub(1))).to_string());
        self
    }

    /// The list of a network that shows so many at most, which it chooses by itself. Where a full one has something new,
    /// others may be missing, since what is new may be found as `late` as this.
    pub(super) fn and_chosen(mut self, is_full: bool, most: u32, late: TimeDelta, now: Instant) -> Self {
        let newest = self.entries.iter().filter_map(|entry| entry.published_at).filter(|at| *at <= now).max();
        let until = newest.filter(|_| is_full).map(|newest| (newest + late).min(now));
        self.lost = until.and_then(|until| Loss::between(DateTime::UNIX_EPOCH, until, LossReason::Chosen(most)));
        self
    }
}

/// A network that is read as a list.
pub(super) struct Listed<L>(pub(super) L);

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
        trail.name = list.name.take().or(trail.name);
        let mut secrets = source.secrets().cloned().map(Credential::bearer);
        if list.next.as_ref().is_some_and(|next| secrets.any(|secret| secret.is_in(next))) {
            list.next = None;
            list.ends = list.ends.or(Some(LossReason::Ends));
            list.problems.push("the network puts the secret into its next page, which is not asked for".to_owned());
        }
        // The last one tells: what a network pins above its list may be old.
        let last = || list.entries.iter().filter_map(|entry| entry.published_at).next_back();
        let (oldest, since) = (list.oldest.or_else(last).filter(|_| !list.is_aside), trail.since);
        let reached = oldest.is_some_and(|oldest| oldest.timestamp() < since);
        let repeats = trail.see(&list.entries, list.partial, now) && list.lost.is_none();
        let next = list.next.as_deref().filter(|_| !reached);
        let stop = next.and_then(|next| if repeats { Some(Stop::Circle) } else { trail.stop(next) });
        list.problems.extend(stop.as_ref().map(Stop::words));
        let goes_on = list.next.is_some() || list.ends.is_some();
        let mut back_to = oldest.filter(|_| goes_on && !reached);
        let mut lost: Vec<Loss> = list.lost.into_iter().filter_map(|loss| trail.new_part(loss)).collect();
        match list.next {
            Some(next) if !reached && stop.is_none() => trail.go_on(next, now),
            _ => {
                let ends = list.ends.or(stop.as_ref().map(Stop::reason)).filter(|_| !reached);
                let (reach, is_short) = (self.0.reach(lane), self.0.is_short(source));
                let first = reach.and_then(|reach| now.checked_sub_signed(reach));
                back_to = back_to.max(first.filter(|first| (*first - NEARLY).timestamp() > since));
                let end = End { ends, reach, is_short, overlap: self.0.overlap() };
                let ended = trail.end(&end, &list.entries, now);
                // What is known to be missing is told once.
                let is_known = |ended: &Loss| lost.iter().any(|known| known.from <= ended.from && ended.to <= known.to);
                let ended = ended.filter(|ended| !is_known(ended));
                lost.extend(ended);
            }
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
        Ok(Page { entries, left_out, cursor, next, back_to, problems, deleted, rhythm, lost, ..Page::default() })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        self.0.fault(answer, now)
    }

    fn reads(&self, answer: &Answer) -> bool {
        self.0.reads(answer)
    }

    fn takes_turns(&self, _source: &Source) -> bool {
        self.0.takes_turns()
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

    fn lost(&self, before: &str, after: &str) -> Option<Loss> {
        let [before, after] = [before, after].map(|cursor| cursor::read::<Trail>(Some(cursor)));
        before?.given_up(&after?)
    }

    fn after_refusal(&self, cursor: &str) -> Option<String> {
        cursor::write(&cursor::read::<Trail>(Some(cursor))?.refused(self.0.overlap())?)
    }

    /// A page that fails again and again is given up, so that what is new is read again.
    fn after_failure(&self, cursor: &str) -> Option<String> {
        cursor::write(&cursor::read::<Trail>(Some(cursor))?.broken(self.0.overlap())?)
    }
}
