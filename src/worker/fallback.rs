//! Hands what does not arrive over to whoever stands in, and tells of what still does not by the ways that work.

use std::time::Duration;

use super::{Bell, Job, WorkerError, logged};
use crate::clock::Clock;
use crate::config::DeliverConfig;
use crate::model::Instant;
use crate::store::Store;

/// The job.
pub struct Fallback {
    /// Where the outbox is.
    pub store: Store,
    /// Who is told, and after which time.
    pub config: DeliverConfig,
    /// The time.
    pub clock: Clock,
    /// Rings for the sender.
    pub sender_bell: Bell,
}

impl Job for Fallback {
    fn name(&self) -> &'static str {
        "fallback"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        let handed = self.store.hand_over(self.clock.now()).await?;
        if handed.notices > 0 {
            let notices = handed.notices;
            tracing::warn!(notices.handed_over = notices, "what does not arrive is handed over to whoever stands in");
            self.sender_bell.notify_one();
        }
        let DeliverConfig { fallback, fallback_after } = &self.config;
        let told = self.store.tell_undelivered(fallback, *fallback_after, self.clock.now()).await?;
        for way in &told.broken {
            tracing::error!(way.name = way.way, way.since = logged(way.since), "nothing gets through by a way out");
        }
        for way in &told.mended {
            tracing::info!(way.name = way.way, way.since = logged(way.since), "a way out works again");
        }
        if told.notices > 0 {
            tracing::warn!(notices.new = told.notices, "what does not arrive is told through the fallback");
            self.sender_bell.notify_one();
        }
        Ok(handed.next)
    }

    fn fallback(&self) -> Duration {
        Duration::from_secs(60)
    }
}
