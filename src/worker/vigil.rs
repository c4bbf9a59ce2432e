//! Since when mentiond has been awake without a break: it may have been started just now, or the machine slept. Whoever
//! was not there cannot say that nothing was done. Never asks the clock.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;

use crate::model::Instant;

/// The time awake, told by somebody who looks regularly.
#[derive(Debug)]
pub struct Vigil(Mutex<Watch>);

#[derive(Debug, Clone, Copy)]
struct Watch {
    since: Instant,
    seen: Instant,
}

impl Vigil {
    /// A vigil that begins now.
    #[must_use]
    pub fn begin(now: Instant) -> Self {
        Self(Mutex::new(Watch { since: now, seen: now }))
    }

    /// Looks again, as is done at least `every` so often; answers since when there was no break.
    pub fn seen_at(&self, now: Instant, every: Duration) -> Instant {
        let mut watch = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let longest = TimeDelta::from_std(every.saturating_mul(2)).unwrap_or(TimeDelta::MAX);
        let gap = now.signed_duration_since(watch.seen);
        // A clock that was set back is a break as well.
        if gap > longest || gap < TimeDelta::zero() {
            watch.since = now;
        }
        watch.seen = now;
        watch.since
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};

    #[test]
    fn a_break_begins_a_new_vigil() {
        let at = |minutes| Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap() + TimeDelta::minutes(minutes);
        let vigil = Vigil::begin(at(0));
        for (now, since) in [(1, 0), (31, 0), (61, 0), (121, 0), (600, 600), (630, 600), (20, 20), (50, 20)] {
            assert_eq!(vigil.seen_at(at(now), Duration::from_secs(1_800)), at(since), "minute {now}");
        }
    }
}
