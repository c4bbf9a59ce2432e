//! The only module that asks the system for the time. Everything else is handed `now`.
//!
//! A clock is either the system's or simulated. Simulated time stands still while anybody works and jumps to the
//! next deadline that somebody sleeps for; that is how the demo lives through ten days in seconds, and how tests own
//! time.

use std::collections::BTreeMap;
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
    next_sleeper: u64,
    sleepers: BTreeMap<(Instant, u64), ()>,
}

/// Keeps simulated time still until it is dropped. Does nothing on the system's clock.
#[derive(Debug)]
pub struct Busy(Option<Arc<Simulated>>);

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

    /// Sleeps until `deadline`; returns at once if it has passed.
    pub async fn sleep_until(&self, deadline: Instant) {
        match &self.0 {
            Kind::System => {
                // The wall clock may be set while we sleep, so look again at least once a minute.
                while let Ok(rest) = (deadline - self.now()).to_std() {
                    if rest.is_zero() {
                        return;
                    }
                    tokio::time::sleep(rest.min(Duration::from_secs(60))).await;
                }
            }
            Kind::Simulated(simulated) => {
                let _sleeper = Sleeper::new(simulated, deadline);
                let mut now = simulated.now.subscribe();
                // The sender lives as long as `simulated`, so waiting cannot fail.
                let _ = now.wait_for(|now| *now >= deadline).await;
            }
        }
    }

    /// Announces work: simulated time stands still while the guard lives.
    #[must_use]
    pub fn busy(&self) -> Busy {
        match &self.0 {
            Kind::System => Busy(None),
            Kind::Simulated(simulated) => {
                simulated.lock().busy += 1;
                Busy(Some(Arc::clone(simulated)))
            }
        }
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

    /// Waits until nobody works, then answers the earliest deadline somebody sleeps for, if any lies ahead.
    /// On the system's clock it never returns.
    pub async fn idle(&self) -> Option<Instant> {
        let Kind::Simulated(simulated) = &self.0 else { return std::future::pending().await };
        loop {
            let changed = simulated.changed.notified();
            // Let tasks that were just woken announce their work first.
            for _ in 0..16 {
                tokio::task::yield_now().await;
            }
            let now = *simulated.now.borrow();
            {
                let state = simulated.lock();
                let woken = state.sleepers.keys().next().is_some_and(|(deadline, _)| *deadline <= now);
                if state.busy == 0 && !woken {
                    return state.sleepers.keys().next().map(|(deadline, _)| *deadline);
                }
            }
            changed.await;
        }
    }
}

impl Simulated {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(simulated) = &self.0 {
            simulated.lock().busy -= 1;
            simulated.changed.notify_waiters();
        }
    }
}

/// An entry in the list of sleepers, removed even when the sleep is cancelled.
struct Sleeper<'a> {
    simulated: &'a Simulated,
    key: (Instant, u64),
}

impl<'a> Sleeper<'a> {
    fn new(simulated: &'a Simulated, deadline: Instant) -> Self {
        let mut state = simulated.lock();
        state.next_sleeper += 1;
        let key = (deadline, state.next_sleeper);
        state.sleepers.insert(key, ());
        drop(state);
        simulated.changed.notify_waiters();
        Self { simulated, key }
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.simulated.lock().sleepers.remove(&self.key);
        self.simulated.changed.notify_waiters();
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
    async fn simulated_time_jumps_to_the_next_sleeper_and_waits_for_work() {
        let clock = Clock::simulated(start());
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.sleep_until(start() + TimeDelta::hours(1)).await;
                let _busy = clock.busy();
                tokio::time::sleep(Duration::from_millis(20)).await;
                clock.now()
            }
        });
        tokio::task::yield_now().await;
        let deadline = clock.idle().await.unwrap();
        assert_eq!(deadline, start() + TimeDelta::hours(1));
        clock.advance_to(deadline);
        assert_eq!(clock.idle().await, None, "time stood still while the sleeper worked");
        assert_eq!(sleeper.await.unwrap(), deadline);
    }

    #[tokio::test]
    async fn time_never_runs_backwards() {
        let clock = Clock::simulated(start());
        clock.advance_to(start() - TimeDelta::hours(1));
        assert_eq!(clock.now(), start());
    }
}
