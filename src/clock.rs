//! The only module that asks the system for the time. Everything else is handed `now`.
//!
//! A clock is either the system's or simulated. Simulated time stands still while anybody works and jumps to the
//! next deadline that somebody rests for; that is how the demo lives through ten days in seconds, and how tests own
//! time.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::model::Instant;

/// Tells the time and sleeps. Clones share one time.
#[derive(Debug, Clone)]
pub struct Clock(Kind);

#[derive(Debug, Clone)]
enum Kind {
    System,
    Simulated(Arc<Simulated>),
}

#[derive(Debug)]
struct Simulated {
    now: watch::Sender<Instant>,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    busy: usize,
    changes: u64,
    resting: BTreeSet<(Instant, u64)>,
}

/// Keeps simulated time still until it is dropped or rests. Does nothing on the system's clock.
#[derive(Debug)]
pub struct Busy(Clock);

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands at `start` until somebody advances it.
    #[must_use]
    pub fn simulated(start: Instant) -> Self {
        let state = Mutex::default();
        Self(Kind::Simulated(Arc::new(Simulated { now: watch::Sender::new(start), state, changed: Notify::new() })))
    }

    /// The time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> Instant {
        match &self.0 {
            Kind::System => chrono::Utc::now(),
            Kind::Simulated(simulated) => *simulated.now.borrow(),
        }
    }

    /// Announces work: simulated time stands still while the guard lives.
    #[must_use]
    pub fn busy(&self) -> Busy {
        if let Kind::Simulated(simulated) = &self.0 {
            simulated.change(|state| state.busy += 1);
        }
        Busy(self.clone())
    }

    /// Moves simulated time to `to`, never backwards. Does nothing on the system's clock.
    pub fn advance_to(&self, to: Instant) {
        if let Kind::Simulated(simulated) = &self.0 {
            simulated.now.send_if_modified(|now| {
                let moved = to > *now;
                *now = to.max(*now);
                moved
            });
        }
    }

    /// Sets simulated time, backwards as well, as whoever corrects a clock does. Does nothing on the system's clock.
    pub fn correct_to(&self, to: Instant) {
        if let Kind::Simulated(simulated) = &self.0 {
            simulated.now.send_replace(to);
        }
    }

    /// Waits until nobody works, then answers the earliest deadline somebody rests for, if there is one.
    /// On the system's clock it never returns.
    pub async fn idle(&self) -> Option<Instant> {
        let Kind::Simulated(simulated) = &self.0 else { return std::future::pending().await };
        let mut calm_since = None;
        loop {
            let changed = simulated.changed.notified();
            let (calm, changes, deadline) = simulated.look();
            if calm && calm_since == Some(changes) {
                return deadline;
            }
            calm_since = calm.then_some(changes);
            // A task that was just woken needs a moment to announce its work, so calm must last.
            let _ = tokio::time::timeout(Duration::from_millis(1), changed).await;
        }
    }
}

impl Busy {
    /// Puts the work down until `deadline`; returns at once if that has passed. Simulated time may run meanwhile.
    pub async fn rest_until(&mut self, deadline: Instant) {
        match &self.0.0 {
            Kind::System => {
                // The wall clock may be set while we sleep, so look again at least once a minute.
                while let Ok(rest) = (deadline - self.0.now()).to_std() {
                    if rest.is_zero() {
                        return;
                    }
                    tokio::time::sleep(rest.min(Duration::from_secs(60))).await;
                }
            }
            Kind::Simulated(simulated) => {
                let _rest = Rest::new(simulated, deadline);
                let mut now = simulated.now.subscribe();
                // The sender lives as long as `simulated`, so waiting cannot fail.
                let _ = now.wait_for(|now| *now >= deadline).await;
            }
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Kind::Simulated(simulated) = &self.0.0 {
            simulated.change(|state| state.busy -= 1);
        }
    }
}

impl Simulated {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        {
            let mut state = self.lock();
            change(&mut state);
            state.changes += 1;
        }
        self.changed.notify_waiters();
    }

    /// Whether nobody works or is about to, how often that changed so far, and the next deadline.
    fn look(&self) -> (bool, u64, Option<Instant>) {
        let now = *self.now.borrow();
        let state = self.lock();
        let deadline = state.resting.first().map(|(deadline, _)| *deadline);
        let calm = state.busy == 0 && deadline.is_none_or(|deadline| deadline > now);
        (calm, state.changes, deadline)
    }
}

/// Turns work into rest in one step, and back in one step even when the rest is cancelled.
struct Rest<'a> {
    simulated: &'a Simulated,
    key: (Instant, u64),
}

impl<'a> Rest<'a> {
    fn new(simulated: &'a Simulated, deadline: Instant) -> Self {
        let mut key = (deadline, 0);
        simulated.change(|state| {
            key.1 = state.changes;
            state.resting.insert(key);
            state.busy -= 1;
        });
        Self { simulated, key }
    }
}

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        self.simulated.change(|state| {
            state.resting.remove(&self.key);
            state.busy += 1;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone, Utc};

    fn start() -> Instant {
        Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap()
    }

    #[tokio::test]
    async fn simulated_time_waits_for_work_and_knows_the_next_deadline() {
        let clock = Clock::simulated(start());
        let mut busy = clock.busy();
        let worker = tokio::spawn({
            let clock = clock.clone();
            async move {
                busy.rest_until(start() + TimeDelta::hours(1)).await;
                tokio::time::sleep(Duration::from_millis(20)).await;
                clock.now()
            }
        });
        let deadline = clock.idle().await.unwrap();
        assert_eq!(deadline, start() + TimeDelta::hours(1));
        clock.advance_to(deadline);
        assert_eq!(clock.idle().await, None, "nothing is left to wait for");
        assert_eq!(worker.await.unwrap(), deadline, "time stood still while the worker worked");
    }

    #[tokio::test]
    async fn time_never_runs_backwards() {
        let clock = Clock::simulated(start());
        clock.advance_to(start() - TimeDelta::hours(1));
        assert_eq!(clock.now(), start());
    }
}
