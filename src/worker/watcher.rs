//! Says again what nobody has acknowledged.

use std::time::Duration;

use super::{Bell, Job, WorkerError};
use crate::clock::Clock;
use crate::config::GroupingConfig;
use crate::model::Instant;
use crate::store::{Audience, Store};

/// The job.
pub struct Watcher {
    /// Where alerts and the outbox are.
    pub store: Store,
    /// When to repeat.
    pub grouping: GroupingConfig,
    /// Who is told of which brand.
    pub audience: Audience,
    /// The time.
    pub clock: Clock,
    /// Rings for the sender.
    pub sender_bell: Bell,
}

impl Job for Watcher {
    fn name(&self) -> &'static str {
        "watcher"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        let now = self.clock.now();
        let reminders = self.store.enqueue_reminders(&self.grouping, &self.audience, now).await?;
        if reminders > 0 {
            tracing::info!(reminders.new = reminders, "alerts that nobody acknowledged are said again");
            self.sender_bell.notify_one();
        }
        Ok(self.store.next_reminder_at(&self.grouping, &self.audience, now).await?)
    }

    /// A reminder is due a repeat interval after a mail at the earliest, so looking that often misses none.
    fn fallback(&self) -> Duration {
        let longest = Duration::from_secs(1800);
        self.grouping.repeat_interval.map_or(longest, |interval| interval.min(longest))
    }
}
