//! When to come back, and what an answer means for that. Pure: no clock, no chance, no network.

mod header;
mod verdict;

use std::time::Duration;

use chrono::TimeDelta;
use http::HeaderMap;

use crate::model::{Instant, PollFault};

pub use verdict::{Verdict, verdict};

/// The longest wait that failures or a server can cause, unless the interval is longer: a source that is well again is
/// read within a day, and no server can switch itself off for a year.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest wait for a document that calls itself fresh. Caches in front of feeds often promise a day without knowing
/// when the next entry comes; a complaint must not wait that long.
const LONGEST_FRESH: Duration = Duration::from_secs(2 * 60 * 60);
/// The shortest wait for a server that refuses access: only a person can mend that.
const DENIED: Duration = Duration::from_secs(60 * 60);
/// The shortest wait for what is gone for good: only to see that it still is.
const GONE: Duration = LONGEST;
/// The shortest wait for a source of whose changes a hub tells.
const SUBSCRIBED: Duration = LONGEST;

/// What is known at the end of a poll.
#[derive(Debug)]
pub struct Visit<'a> {
    /// Name of the source; spreads sources of one interval.
    pub source: &'a str,
    /// The end of the poll.
    pub now: Instant,
    /// Time between two polls when all is well.
    pub interval: Duration,
    /// Polls in a row that failed, this one included.
    pub failures: u32,
    /// Why this one failed.
    pub fault: Option<&'a PollFault>,
    /// Headers of the last answer.
    pub headers: Option<&'a HeaderMap>,
    /// Whether a hub tells at once when the source has changed.
    pub subscribed: bool,
}

/// When the source is due again.
///
/// - All is well: after the interval, or once the document is no longer fresh (`Cache-Control: max-age`, `Expires`), but
///   for that at most two hours.
/// - All is well and a hub tells of changes: a day at least; the poll is only the fallback.
/// - A fault: after the interval, and twice as long with each further failure, at most a day or the interval. At least
///   an hour where access is denied, a day where the document is gone.
/// - Never before the server wants us back (`Retry-After`, a used-up limit), but for that at most a day.
///
/// To all this up to a tenth is added, always the same for one source, so that sources do not come all at once.
#[must_use]
pub fn next_poll(visit: &Visit<'_>) -> Instant {
    let own = match visit.fault {
        None if visit.subscribed => visit.interval.max(SUBSCRIBED),
        None => visit.interval.max(fresh(visit)),
        Some(PollFault::Gone) => visit.interval.max(GONE),
        Some(PollFault::Denied { .. }) => back_off(visit).max(DENIED),
        Some(_) => back_off(visit),
    };
    let wait = own.max(asked(visit));
    let spread = wait.saturating_add(wait.saturating_mul(permille(visit.source)) / 1000);
    let spread = TimeDelta::from_std(spread).unwrap_or(TimeDelta::MAX);
    visit.now.checked_add_signed(spread).unwrap_or(Instant::MAX_UTC)
}

fn fresh(visit: &Visit<'_>) -> Duration {
    visit.headers.and_then(|headers| header::freshness(headers, visit.now)).unwrap_or_default().min(LONGEST_FRESH)
}

fn back_off(visit: &Visit<'_>) -> Duration {
    let doublings = visit.failures.saturating_sub(1).min(31);
    visit.interval.saturating_mul(1 << doublings).min(visit.interval.max(LONGEST))
}

/// How long the server wants us to stay away.
fn asked(visit: &Visit<'_>) -> Duration {
    let header = visit.headers.and_then(|headers| header::retry_after(headers, visit.now));
    let until = match visit.fault {
        Some(PollFault::Throttled { until, .. }) => until.and_then(|until| (until - visit.now).to_std().ok()),
        _ => None,
    };
    header.max(until).unwrap_or_default().min(LONGEST)
}

/// Thousandths from 0 to 100 that follow from a name (FNV-1a).
fn permille(name: &str) -> u32 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % 101
}

#[cfg(test)]
mod tests;
