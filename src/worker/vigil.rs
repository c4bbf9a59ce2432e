//! Says every few minutes that somebody is there, so that it is known when nobody was: mentiond did not run, or the
//! machine slept.

use std::time::Duration;

use super::{Job, WorkerError};
use crate::clock::Clock;
use crate::model::Instant;
use crate::store::Store;

/// The job.
pub struct Vigil {
    /// Where it is written down.
    pub store: Store,
    /// The time.
    pub clock: Clock,
}

impl Job for Vigil {
    fn name(&self) -> &'static str {
        "vigil"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        self.store.keep_watch(self.clock.now()).await?;
        Ok(None)
    }

    fn fallback(&self) -> Duration {
        Duration::from_secs(300)
    }
}
