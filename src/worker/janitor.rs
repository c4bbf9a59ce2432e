//! Forgets what is old enough, so that the database does not grow without bound.

use std::time::Duration;

use super::{Job, WorkerError};
use crate::clock::Clock;
use crate::model::Instant;
use crate::store::Store;

/// The job.
pub struct Janitor {
    /// What to clean.
    pub store: Store,
    /// Entries without a mention are kept this long.
    pub keep_entries: Duration,
    /// The time.
    pub clock: Clock,
}

impl Job for Janitor {
    fn name(&self) -> &'static str {
        "janitor"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        let pruned = self.store.prune(self.clock.now(), self.keep_entries).await?;
        if pruned.entries > 0 || pruned.mentions > 0 {
            tracing::info!(
                entries.forgotten = pruned.entries,
                mentions.forgotten = pruned.mentions,
                "old entries and mentions were forgotten"
            );
            self.store.optimize().await?;
        }
        Ok(None)
    }

    fn fallback(&self) -> Duration {
        Duration::from_secs(6 * 3600)
    }
}
