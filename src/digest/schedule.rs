//! When a digest is due. A slot is an instant at which the clocks of the schedule's zone show a time that its
//! expression asks for; what happens when they go forward or back is decided here and not by the `cron` crate, which
//! is only asked about wall times.
//!
//! - An expression that names hours (`30 2 * * *`) has one slot per wall time: a time that the clocks skip is due right
//!   behind the gap, a time that they show twice is due the first time.
//! - An expression for every hour (`*/30 * * * *`) goes on in real time: it is due whenever the clocks show a minute it
//!   asks for, in both of two equal hours, and not in one that is skipped.

use std::str::FromStr as _;

use chrono::{NaiveDateTime, TimeDelta, Timelike as _};
use chrono_tz::Tz;

use super::expression::{Expression, ScheduleFault};
use crate::model::Instant;
use crate::model::zone::{change_after, change_before, first_shown, offset, wall};

/// Digests sent after an absence, at most; a week of daily ones.
const MOST: usize = 7;
const SECOND: TimeDelta = TimeDelta::seconds(1);

/// What a digest sums up: everything found after `from` and until `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The slot before.
    pub from: Instant,
    /// The slot at which the digest is due.
    pub to: Instant,
    /// Whether `from` was moved back over periods that no digest of their own covers.
    pub catches_up: bool,
}

/// A cron expression in a time zone.
#[derive(Debug, Clone)]
pub struct Schedule {
    crons: Vec<cron::Schedule>,
    every_hour: bool,
    zone: Tz,
}

impl Schedule {
    /// Reads a schedule: crontab's five fields, six with seconds in front, or `@hourly`, `@daily`, `@weekly`,
    /// `@monthly`, in the time of `zone`. When a day of month and a day of week are given, either may match.
    ///
    /// # Errors
    /// When a field is not understood, or no slot lies after `now`.
    pub fn parse(expression: &str, zone: Tz, now: Instant) -> Result<Self, ScheduleFault> {
        let Expression { crons, every_hour } = Expression::parse(expression)?;
        let crons = crons.iter().map(|text| cron::Schedule::from_str(text)).collect::<Result<_, _>>();
        let crons = crons.map_err(|error| ScheduleFault {
            message: format!("the schedule `{expression}` is not understood: {error}"),
            hint: "write it as crontab does, as in `0 8 * * *`".to_owned(),
        })?;
        let schedule = Self { crons, every_hour, zone };
        if schedule.next_after(now).is_none() {
            return Err(ScheduleFault {
                message: format!("the schedule `{expression}` never fires"),
                hint: "no month it names has a day it names".to_owned(),
            });
        }
        Ok(schedule)
    }

    /// The first slot after `at`.
    #[must_use]
    pub fn next_after(&self, at: Instant) -> Option<Instant> {
        if self.every_hour { self.next_in_real_time(at) } else { self.next_on_the_wall(at) }
    }

    /// The last slot before `at`.
    #[must_use]
    pub fn last_before(&self, at: Instant) -> Option<Instant> {
        let at = if at.nanosecond() == 0 { at } else { whole_second(at) + SECOND };
        if self.every_hour { self.last_in_real_time(at) } else { self.last_on_the_wall(at) }
    }

    /// The periods that end after `last` and not after `until`, in order. Each begins with the slot before its end,
    /// whether or not that was after `last`: the first digest of a schedule that is new, or was changed, covers a whole
    /// period too. After an absence there are seven at most: the first of them then reaches back to where the first
    /// missed period began, so that everything is told and nobody gets hundreds of mails.
    #[must_use]
    pub fn due(&self, last: Instant, until: Instant) -> Vec<Period> {
        let missed = |slot: &Instant| *slot > last;
        let mut periods = Vec::new();
        let mut slot = self.last_before(whole_second(until) + SECOND).filter(missed);
        while let Some(to) = slot {
            let before = self.last_before(to);
            slot = before.filter(missed);
            let catches_up = slot.is_some() && periods.len() + 1 == MOST;
            let from =
                if catches_up { self.next_after(last).and_then(|first| self.last_before(first)) } else { before };
            periods.push(Period { from: from.unwrap_or(last), to, catches_up });
            if catches_up {
                break;
            }
        }
        periods.reverse();
        periods
    }

    fn next_on_the_wall(&self, at: Instant) -> Option<Instant> {
        let mut time = wall(self.zone, at);
        // Times that are shown a second time were due the first time, and those of a gap share one slot.
        loop {
            time = self.next_time(time)?;
            let slot = first_shown(self.zone, time);
            if slot > at {
                return Some(slot);
            }
        }
    }

    fn last_on_the_wall(&self, at: Instant) -> Option<Instant> {
        // When the clocks went back a moment ago, later times than they show now have been due.
        let ahead = offset(self.zone, at).max(offset(self.zone, at - TimeDelta::days(1)));
        let mut time = at.naive_utc() + ahead;
        loop {
            time = self.last_time(time)?;
            let slot = first_shown(self.zone, time);
            if slot < at {
                return Some(slot);
            }
        }
    }

    fn next_in_real_time(&self, at: Instant) -> Option<Instant> {
        let mut from = at;
        let mut time = wall(self.zone, at);
        loop {
            let slot = (self.next_time(time)? - offset(self.zone, from)).and_utc();
            let Some(change) = change_after(self.zone, from, slot) else { return Some(slot) };
            // From there on the clocks show other times, the first of which may be asked for.
            from = change;
            time = wall(self.zone, change) - SECOND;
        }
    }

    fn last_in_real_time(&self, at: Instant) -> Option<Instant> {
        let mut to = at;
        loop {
            let ahead = offset(self.zone, to - SECOND);
            let slot = (self.last_time(to.naive_utc() + ahead)? - ahead).and_utc();
            match change_before(self.zone, slot, to) {
                None => return Some(slot),
                Some(change) => to = change,
            }
        }
    }

    fn next_time(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        let next = |cron: &cron::Schedule| Some(cron.after(&after.and_utc()).next()?.naive_utc());
        self.crons.iter().filter_map(next).min()
    }

    fn last_time(&self, before: NaiveDateTime) -> Option<NaiveDateTime> {
        let last = |cron: &cron::Schedule| Some(cron.after(&before.and_utc()).next_back()?.naive_utc());
        self.crons.iter().filter_map(last).max()
    }
}

fn whole_second(at: Instant) -> Instant {
    at.with_nanosecond(0).unwrap_or(at)
}
