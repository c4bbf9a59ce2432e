//! How far a lane of a list has been read, and what its network did not show of it: what a walk sees on its way from the
//! newest entry down, and what is missing where it ends too early. Pure.

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::catch_up::{FULL, longest_step};
use super::cursor;
use super::glimpse::Glimpse;
use super::listing::Visit;
use crate::model::hash::sha256_hex;
use crate::model::{Entry, Instant, Loss, LossReason, Source};

/// Polls that may fail at one page before the walk begins anew.
const MOST_FAILED: u32 = 3;
/// How often a walk is begun that cannot be walked to its end.
const MOST_BEGUN: u32 = 3;
/// A walk reads so many pages at most: one that goes further may never end, and what is new has to be read again.
const MOST_PAGES: u32 = 1_000;
/// A list that ends with fewer entries is a short one.
const MANY: usize = 40;

/// How far a lane has been read; times in Unix seconds.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Trail {
    /// Nothing older is wanted, ever: how far the first poll reached back.
    pub(super) floor: i64,
    /// How far back the walk goes.
    pub(super) since: i64,
    /// The newest entry that it has seen.
    #[serde(default)]
    newest: Option<i64>,
    /// The page that it has still to read.
    #[serde(default)]
    pub(super) page: Option<String>,
    /// Polls in a row that failed there.
    #[serde(default, skip_serializing_if = "is_none")]
    failed: u32,
    /// When the walk began, while it has still a page to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begun: Option<i64>,
    /// When the last finished one began: everything from before was read, as far as the network showed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read: Option<i64>,
    /// The oldest entry that the walk has seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    oldest: Option<i64>,
    /// How many entries it has seen.
    #[serde(default, skip_serializing_if = "is_none")]
    shown: u32,
    /// The last entry of its last page, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    /// A page of it did not show all there was.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    partial: bool,
    /// What it showed, where that has no dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    glimpse: Option<Glimpse>,
    /// How often it was begun anew.
    #[serde(default, skip_serializing_if = "is_none")]
    again: u32,
    /// How many pages it has read,
    #[serde(default, skip_serializing_if = "is_none")]
    pages: u32,
    /// and what one of them called the next, shortened: that behind the last whose number is a power of two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mark: Option<String>,
    /// What the network calls the lane, where it had to be asked for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_none(number: &u32) -> bool {
    *number == 0
}

/// Why a walk does not go on, though there is a page behind.
pub(super) enum Stop {
    /// It was there before.
    Circle,
    /// It has read enough.
    Far,
}

impl Stop {
    /// What is told of it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Circle => {
                "the pages lead back to one that was read before, so nothing behind them is read".to_owned()
            }
            Self::Far => format!("a walk back reads {MOST_PAGES} pages at most, and behind them may be more"),
        }
    }

    /// Why what lies behind is lost.
    pub(super) fn reason(&self) -> LossReason {
        match self {
            Self::Circle => LossReason::Ends,
            Self::Far => LossReason::Pages(MOST_PAGES),
        }
    }
}

/// What ends a walk.
pub(super) struct End {
    /// Why nothing comes behind its last page, where that does not mean that there is nothing.
    pub(super) ends: Option<LossReason>,
    /// How far back the network shows anything, if that is not all there is.
    pub(super) reach: Option<TimeDelta>,
    /// Whether the list has one page, of the newest, and no more.
    pub(super) is_short: bool,
    /// How much that was read is read again.
    pub(super) overlap: TimeDelta,
}

impl Trail {
    /// That of a cursor, or a new one.
    pub(super) fn of(source: &Source, cursor: Option<&str>, now: Instant) -> Self {
        cursor::read(cursor).unwrap_or_else(|| {
            let depth = TimeDelta::from_std(source.first_poll_depth).unwrap_or(TimeDelta::MAX);
            let floor = now.checked_sub_signed(depth).map_or(0, |since| since.timestamp());
            let (newest, page, begun, read, oldest, last) = (None, None, None, None, None, None);
            Self {
                floor,
                since: floor,
                newest,
                page,
                failed: 0,
                begun,
                read,
                oldest,
                shown: 0,
                last,
                partial: false,
                glimpse: None,
                again: 0,
                pages: 0,
                mark: None,
                name: None,
            }
        })
    }

    /// The page to be read.
    pub(super) fn visit<'v>(&'v self, lane: &'v str, now: Instant) -> Visit<'v> {
        let since = DateTime::from_timestamp(self.since, 0).unwrap_or_default();
        Visit { lane, since, page: self.page.as_deref(), name: self.name.as_deref(), now }
    }

    /// Takes note of a page. Answers whether it is the one before once more: the network does not heed which is asked for.
    pub(super) fn see(&mut self, entries: &[Entry], partial: bool, now: Instant) -> bool {
        self.failed = 0;
        self.partial |= partial;
        let times = || entries.iter().filter_map(|entry| entry.published_at).map(|at| at.timestamp());
        // What lies in the future tells nothing of how far the network has been read.
        self.newest = self.newest.max(times().filter(|at| *at <= now.timestamp()).max());
        self.oldest = self.oldest.into_iter().chain(times()).min();
        self.shown = self.shown.saturating_add(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        let Some(last) = entries.last().map(|entry| sha256_hex([&entry.key.0], 8)) else { return false };
        let is_known = self.page.is_some() && self.last.as_ref() == Some(&last);
        self.last = Some(last);
        is_known
    }

    /// Why the walk does not go on to this page. A circle is found after three times as many pages as it has, or as lead to
    /// it, since one page in it is marked sooner or later (Brent's way).
    pub(super) fn stop(&mut self, next: &str) -> Option<Stop> {
        let name = Some(sha256_hex([next], 8));
        self.pages = self.pages.saturating_add(1);
        if self.mark == name || self.page.as_deref() == Some(next) {
            return Some(Stop::Circle);
        }
        if self.pages.is_power_of_two() {
            self.mark = name;
        }
        (self.pages >= MOST_PAGES).then_some(Stop::Far)
    }

    /// There is a page behind it.
    pub(super) fn go_on(&mut self, page: String, now: Instant) {
        self.begun = self.begun.or(Some(now.timestamp()));
        self.page = Some(page);
    }

    /// The page with these entries was the last. What was not shown is asked for once more, a few times, and then missing.
    pub(super) fn end(&mut self, end: &End, entries: &[Entry], now: Instant) -> Option<Loss> {
        let is_partial = self.partial;
        if is_partial && self.begin_anew() {
            return None;
        }
        let passed = self.passed(entries, now);
        let lost = if is_partial { self.missing(now, LossReason::Partly) } else { self.left_out(end, entries, now) };
        self.finish(end.overlap, self.begun.or(Some(now.timestamp())));
        lost.or(passed)
    }

    /// What was said since the last finished walk and before `until`. A first walk misses nothing that anybody waits for.
    fn missing(&self, until: Instant, why: LossReason) -> Option<Loss> {
        Loss::between(DateTime::from_timestamp(self.read?, 0)?, until, why)
    }

    /// The part of a loss that lies behind the last finished walk.
    pub(super) fn new_part(&self, loss: Loss) -> Option<Loss> {
        let read = DateTime::from_timestamp(self.read?, 0)?;
        Loss::between(loss.from.max(read), loss.to, loss.why)
    }

    fn left_out(&self, end: &End, entries: &[Entry], now: Instant) -> Option<Loss> {
        let times = || entries.iter().filter_map(|entry| entry.published_at);
        let seen = self.oldest.and_then(|oldest| DateTime::from_timestamp(oldest, 0));
        let cut = end.ends.clone().zip(times().min().or(seen));
        let by_list = cut.and_then(|(why, oldest)| self.missing(oldest, why));
        let first = end.reach.and_then(|reach| now.checked_sub_signed(reach));
        let by_time = || {
            let hours = u32::try_from(end.reach?.num_minutes().saturating_add(59) / 60).ok()?;
            self.missing(first?, LossReason::Hours(hours))
        };
        let is_known_in_reach = self.since > self.floor && first.is_none_or(|first| self.since >= first.timestamp());
        let unmet = || {
            let oldest = seen.filter(|_| is_known_in_reach)?;
            if !end.is_short {
                return self.missing(oldest, LossReason::Ends).filter(|_| self.shown as usize >= MANY);
            }
            let known = self.since.saturating_add(end.overlap.num_seconds());
            let is_usual = longest_step(times()).is_none_or(|step| oldest.timestamp().saturating_sub(known) <= step);
            let newest = u32::try_from(entries.len()).map_or(LossReason::Ends, LossReason::Newest);
            self.missing(oldest, newest).filter(|_| times().count() >= FULL && !is_usual)
        };
        by_list.or_else(by_time).or_else(unmet)
    }

    /// The same of entries without dates, of which only the first page is ever read.
    fn passed(&mut self, entries: &[Entry], now: Instant) -> Option<Loss> {
        let undated = if entries.iter().all(|entry| entry.published_at.is_none()) { entries } else { &[] };
        let ids = undated.iter().map(|entry| entry.key.0.as_str());
        let (glimpse, lost) = Glimpse::look(self.glimpse.as_ref(), ids, now);
        self.glimpse = glimpse;
        lost
    }

    /// Everything down to `since` has been read since then; the next walk begins at the newest again.
    fn finish(&mut self, overlap: TimeDelta, begun: Option<i64>) {
        if let Some(newest) = self.newest.take() {
            self.since = self.since.max(newest.saturating_sub(overlap.num_seconds()));
        }
        self.read = begun.or(self.read);
        self.again = 0;
        self.leave();
    }

    fn leave(&mut self) {
        (self.page, self.begun, self.oldest, self.last, self.mark) = (None, None, None, None, None);
        (self.failed, self.shown, self.pages, self.partial) = (0, 0, 0, false);
    }

    /// The walk begins at the newest once more, unless that was tried often enough.
    fn begin_anew(&mut self) -> bool {
        self.again += 1;
        let tries = self.again < MOST_BEGUN;
        if tries {
            self.leave();
        }
        tries
    }

    /// The network refuses the page that the walk was to go on with. It may not know it any more, so that the walk begins
    /// anew; or it never shows so much, and then that was all. It may not know the lane by its name any more, either.
    pub(super) fn refused(mut self, overlap: TimeDelta) -> Option<Self> {
        let had_name = self.name.take().is_some();
        if self.page.is_none() {
            return had_name.then_some(self);
        }
        if !self.begin_anew() {
            self.finish(overlap, self.begun);
        }
        Some(self)
    }

    /// That page cannot be read now.
    pub(super) fn broken(mut self, overlap: TimeDelta) -> Option<Self> {
        self.page.as_ref()?;
        self.failed += 1;
        if self.failed >= MOST_FAILED { self.refused(overlap) } else { Some(self) }
    }

    /// What is missing where the walk was given up and is this trail now.
    pub(super) fn given_up(&self, now: &Self) -> Option<Loss> {
        let is_given_up = self.page.is_some() && self.again > 0 && now.again == 0;
        let oldest = self.oldest.filter(|_| is_given_up)?;
        self.missing(DateTime::from_timestamp(oldest, 0)?, LossReason::Ends)
    }
}
