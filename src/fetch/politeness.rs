//! When to come back, and what an answer means for that. Pure: no clock, no chance, no network.
//!
//! Every rule is a row here, and every row is a test:
//!
#![doc = include_str!("politeness/table.md")]

mod header;
mod host;
mod open;
mod verdict;

use std::fmt;
use std::time::Duration;

use chrono::TimeDelta;
use http::HeaderMap;

use crate::model::health::LOCKED_OUT;
use crate::model::{Instant, Interval, Pace, PollFault, Rhythm};

pub use header::retry_after;
pub use verdict::{Verdict, verdict};

/// The longest wait that failures or a server can cause, unless the interval is longer: a source that is well again is
/// read within a day, and no server can switch itself off for a year.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// The shortest wait for a server that refuses access: only a person can mend that.
const DENIED: Duration = Duration::from_secs(60 * 60);
/// The shortest wait for a source whose hub tells us what is new: only to see that the hub still does.
const SUBSCRIBED: Duration = LONGEST;

/// What is known at the end of a poll.
#[derive(Debug)]
pub struct Visit<'a> {
    /// Name of the source; spreads sources of one interval.
    pub source: &'a str,
    /// The end of the poll.
    pub now: Instant,
    /// Time between two polls when all is well.
    pub interval: Interval,
    /// How long to wait at least for what this poll has left over, if there is something.
    pub goes_on: Option<Duration>,
    /// How often it says something new, this poll included.
    pub pace: &'a Pace,
    /// What its document says about when it changes, now or when it was last read.
    pub rhythm: &'a Rhythm,
    /// Whether it is one document, which the headers are about, and not answers to ever new questions.
    pub is_document: bool,
    /// Whether a hub tells us what is new.
    pub subscribed: bool,
    /// Polls in a row that failed, this one included.
    pub failures: u32,
    /// Polls of its host in a row that were refused, this one included if it was.
    pub refusals: u32,
    /// Why this one failed.
    pub fault: Option<&'a PollFault>,
    /// Headers of the last answer.
    pub headers: Option<&'a HeaderMap>,
}

/// What follows from a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPoll {
    /// When the source is due again.
    pub at: Instant,
    /// The interval in force, before anybody asks for more; that of a source without a hub.
    pub interval: Duration,
    /// Until when its host is left alone, whichever source asks.
    pub host_until: Option<Instant>,
    /// Why it is not polled again at all.
    pub stop: Option<Stop>,
}

/// Why a source is not polled any more until it is configured anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// 410.
    Gone,
    /// `expired` of JSON Feed.
    Expired,
    /// Credentials that have to be renewed, and what is wrong with them.
    Revoked(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("its address is gone for good (status 410)"),
            Self::Expired => f.write_str("it says of itself that it has expired and will never change again"),
            Self::Revoked(fault) => write!(f, "{LOCKED_OUT}{fault}; mend that, then restart mentiond"),
        }
    }
}

/// When the source is due again, and what else follows.
///
/// - All is well: after its interval. Later if its headers (`Cache-Control: max-age`, `Expires`) or the document itself
///   (`ttl`, `sy:updatePeriod`) ask for more, but for that at most a day.
/// - All is well and a hub tells of changes: a day at least; the poll is only the fallback.
/// - All is well, but the network takes only so many calls in a short time, or has had enough for now, and there is more:
///   as soon as it takes more.
/// - A fault: after the interval, and twice as long with each further failure, at most a day or the interval. At least
///   an hour where access is denied.
/// - Never before the server wants us back (`Retry-After`, a used-up limit), but for that at most a day.
/// - Not at hours and days that the document wants skipped.
///
/// Up to a tenth is added, for a source that is well always the same, so that sources do not come all at once.
#[must_use]
pub fn next_poll(visit: &Visit<'_>) -> NextPoll {
    spread(visit, permille(visit.source, visit.failures))
}

fn spread(visit: &Visit<'_>, permille: u32) -> NextPoll {
    let interval = visit.interval.in_force(visit.pace, visit.now);
    let rest = host::rest(visit);
    let due = visit.goes_on.unwrap_or(interval);
    let own = match visit.fault {
        None if visit.subscribed => interval.max(SUBSCRIBED),
        None => due.max(said(visit)),
        Some(PollFault::Gone) => interval.max(LONGEST),
        // Nothing is wrong: there is more at a known time.
        Some(PollFault::Spent { .. }) => due,
        Some(PollFault::Denied { .. }) => back_off(visit, interval).max(DENIED),
        Some(_) => back_off(visit, due),
    };
    let wait = own.max(asked(visit)).max(rest.unwrap_or_default());
    let share = |wait: Duration| wait.saturating_mul(permille) / 1000;
    let at = later(visit.now, wait.saturating_add(share(wait)));
    NextPoll {
        at: open::first(visit.rhythm, at, share(Duration::from_secs(60 * 60))),
        interval,
        host_until: rest.map(|rest| later(visit.now, rest)),
        stop: match visit.fault {
            None if visit.rhythm.expired => Some(Stop::Expired),
            Some(PollFault::Gone) if visit.is_document => Some(Stop::Gone),
            Some(fault @ (PollFault::Revoked { .. } | PollFault::Unusable(_))) => {
                Some(Stop::Revoked(fault.to_string()))
            }
            _ => None,
        },
    }
}

/// How long the publisher says that nothing will change.
fn said(visit: &Visit<'_>) -> Duration {
    let headers = visit.headers.filter(|_| visit.is_document);
    let fresh = headers.and_then(|headers| header::freshness(headers, visit.now));
    fresh.max(visit.rhythm.every).unwrap_or_default().min(LONGEST)
}

/// A source that is asked rarely because it says little is tried again as soon as any other.
fn back_off(visit: &Visit<'_>, interval: Duration) -> Duration {
    let first = interval.min(visit.interval.usual());
    let doublings = visit.failures.saturating_sub(1).min(31);
    first.saturating_mul(1 << doublings).min(interval.max(LONGEST))
}

/// How long the server wants us to stay away.
fn asked(visit: &Visit<'_>) -> Duration {
    let header = visit.headers.and_then(|headers| header::retry_after(headers, visit.now));
    let until = match visit.fault {
        Some(PollFault::Throttled { until, .. }) => until.and_then(|until| (until - visit.now).to_std().ok()),
        Some(PollFault::Spent { until, .. }) => (*until - visit.now).to_std().ok(),
        _ => None,
    };
    header.max(until).unwrap_or_default().min(LONGEST)
}

fn later(at: Instant, wait: Duration) -> Instant {
    TimeDelta::from_std(wait).ok().and_then(|wait| at.checked_add_signed(wait)).unwrap_or(Instant::MAX_UTC)
}

/// Thousandths from 0 to 100 that follow from a name and from how often it failed (FNV-1a).
fn permille(name: &str, failures: u32) -> u32 {
    let bytes = name.bytes().chain(failures.to_le_bytes().into_iter().take_while(|byte| *byte != 0));
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % 101
}

#[cfg(test)]
mod tests;
