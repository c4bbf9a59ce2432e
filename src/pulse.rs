//! Whether the loops are alive: each shows its beat here; `cli` writes the reading to a file for `healthcheck` and
//! tells systemd's watchdog. Does no I/O itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::model::Instant;

/// A loop that works longer than this, or wakes up so much too late, counts as stuck.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// The beats of all loops. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<Mutex<BTreeMap<&'static str, Beat>>>);

#[derive(Debug, Clone, Copy)]
enum Beat {
    WorksSince(Instant),
    RestsUntil(Instant),
}

/// What the beats say at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PulseReading {
    /// Number of loops.
    pub loops: usize,
    /// Names of the loops that are stuck.
    pub stuck: Vec<String>,
}

impl Pulse {
    /// A loop begins to work.
    pub fn works(&self, name: &'static str, now: Instant) {
        self.set(name, Beat::WorksSince(now));
    }

    /// A loop rests.
    pub fn rests(&self, name: &'static str, until: Instant) {
        self.set(name, Beat::RestsUntil(until));
    }

    /// Which loops are stuck at `now`.
    #[must_use]
    pub fn read(&self, now: Instant) -> PulseReading {
        let beats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let late = |beat: &Beat| match *beat {
            Beat::WorksSince(at) | Beat::RestsUntil(at) => now - at > PATIENCE,
        };
        let stuck = beats.iter().filter(|(_, beat)| late(beat)).map(|(name, _)| (*name).to_owned()).collect();
        PulseReading { loops: beats.len(), stuck }
    }

    fn set(&self, name: &'static str, beat: Beat) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name, beat);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};

    #[test]
    fn a_loop_is_stuck_when_it_works_or_oversleeps_too_long() {
        let start = Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap();
        let pulse = Pulse::default();
        pulse.works("poller", start);
        pulse.rests("sender", start + TimeDelta::minutes(5));
        assert_eq!(pulse.read(start + TimeDelta::minutes(10)).stuck, Vec::<String>::new());
        assert_eq!(pulse.read(start + TimeDelta::minutes(11)).stuck, ["poller"]);
        assert_eq!(
            pulse.read(start + TimeDelta::minutes(16)),
            PulseReading { loops: 2, stuck: vec!["poller".to_owned(), "sender".to_owned()] }
        );
    }
}
