//! Composes the digests that are due, each with its own period, and puts them into the outbox.

use std::time::Duration;

use chrono::TimeDelta;

use super::{Bell, Job, WorkerError, logged};
use crate::clock::Clock;
use crate::model::Instant;
use crate::report::DigestPlan;
use crate::store::{Store, StoreError};

/// A digest is composed this long after its slot: by then every poll that began before the slot's end is stored.
const GRACE: TimeDelta = TimeDelta::seconds(20);

/// The job.
pub struct Digester {
    /// Where mentions are read and digests are written.
    pub store: Store,
    /// All digests.
    pub plans: Vec<DigestPlan>,
    /// The time.
    pub clock: Clock,
    /// Rings for the sender.
    pub sender_bell: Bell,
}

impl Job for Digester {
    fn name(&self) -> &'static str {
        "digester"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        let mut next = None;
        for plan in &self.plans {
            let due = self.catch_up(plan).await?;
            next = [next, due].into_iter().flatten().min();
        }
        Ok(next)
    }

    fn fallback(&self) -> Duration {
        Duration::from_secs(3600)
    }
}

impl Digester {
    /// Writes every digest of `plan` that is due; answers when the next one is.
    async fn catch_up(&self, plan: &DigestPlan) -> Result<Option<Instant>, StoreError> {
        let now = self.clock.now();
        let name = &plan.config.name;
        let mut last = self.store.start_slots(name, now).await?;
        let periods = plan.schedule.due(last, now - GRACE);
        if !periods.is_empty() {
            // A machine that slept, or polls that were never stored, left nothing else behind.
            self.store.note_downtime(now).await?;
        }
        for period in periods {
            let notices = plan.notices(&self.store, period).await?;
            if self.store.commit_digest(name, period.to, &notices, now).await? {
                tracing::info!(
                    digest.name = name,
                    digest.notices = notices.len(),
                    period.to = logged(period.to),
                    "a digest was composed"
                );
                self.sender_bell.notify_one();
            }
            last = period.to;
        }
        Ok(plan.schedule.next_after(last).map(|slot| slot + GRACE))
    }
}
