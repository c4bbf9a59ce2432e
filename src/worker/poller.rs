//! Polls the sources that are due, several at a time. A slow source holds up nobody but itself.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::{Bell, Job, WorkerError, log_health, logged};
use crate::clock::Clock;
use crate::model::{Instant, PollFault, Source};
use crate::pipeline::{POLL_LEASE, Pipeline, Polled};
use crate::store::{ClaimedDelivery, ClaimedSource, Delivered, Store, StoreError};
use crate::tally::Tally;

/// The job. Clones share everything.
#[derive(Clone)]
pub struct Poller {
    /// What a poll does.
    pub pipeline: Pipeline,
    /// Where claims come from and polls are committed.
    pub store: Store,
    /// The configured sources by name.
    pub sources: Arc<HashMap<String, Source>>,
    /// In whose name sources are claimed.
    pub owner: Arc<str>,
    /// The time.
    pub clock: Clock,
    /// One permit per poll that may run at the same time.
    pub slots: Arc<Semaphore>,
    /// The running polls; the stop waits for them.
    pub polls: TaskTracker,
    /// Counts what comes of them.
    pub tally: Tally,
    /// Rings for this job when a poll has ended.
    pub bell: Bell,
    /// Rings for the sender when a poll has written alerts or changes of health.
    pub sender_bell: Bell,
    /// Rings for the lookout when a poll has brought mentions.
    pub lookout_bell: Bell,
    /// Rings for the subscriber when a poll has named a hub.
    pub subscriber_bell: Bell,
}

impl Job for Poller {
    fn name(&self) -> &'static str {
        "poller"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        // After a sleep whoever wakes first notes it, before polls make it look as if somebody had been there.
        self.store.keep_watch(self.clock.now()).await?;
        loop {
            let free = self.slots.available_permits();
            if free == 0 || self.polls.is_closed() {
                return Ok(None);
            }
            let now = self.clock.now();
            let deliveries = self.store.claim_deliveries(&self.owner, now, now + POLL_LEASE, free).await?;
            if !deliveries.is_empty() {
                for delivery in deliveries {
                    let name = delivery.source.name.clone();
                    let poller = self.clone();
                    self.spawn(name, async move { poller.read_delivered(delivery).await });
                }
                continue;
            }
            let claims = self.store.claim_sources(&self.owner, now, now + POLL_LEASE, free).await?;
            if claims.is_empty() {
                let next = [self.store.next_poll_at().await?, self.store.next_delivery_at().await?];
                return Ok(next.into_iter().flatten().min());
            }
            for claim in claims {
                let name = claim.name.clone();
                let poller = self.clone();
                self.spawn(name, async move { poller.poll(claim).await });
            }
        }
    }

    fn fallback(&self) -> Duration {
        Duration::from_secs(300)
    }
}

impl Poller {
    fn spawn(&self, name: String, work: impl Future<Output = Result<Polled, StoreError>> + Send + 'static) {
        let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() else { return };
        let busy = self.clock.busy();
        let poller = self.clone();
        self.polls.spawn(async move {
            match work.await {
                Ok(polled) => poller.report(&name, &polled),
                Err(error) => {
                    poller.tally.poll_lost();
                    tracing::error!(source.name = name, %error, "a poll could not be stored and will be repeated");
                }
            }
            drop(permit);
            poller.bell.notify_one();
            drop(busy);
        });
    }

    async fn poll(&self, claim: ClaimedSource) -> Result<Polled, StoreError> {
        let Some(source) = self.sources.get(&claim.name) else {
            return Err(StoreError::UnknownSource(claim.name));
        };
        let poll = self.pipeline.poll_source(&self.store, source, claim.clone(), &self.owner, &self.clock);
        if let Ok(polled) = AssertUnwindSafe(poll).catch_unwind().await {
            return polled;
        }
        // What it asked is not known.
        let usage = claim.usage.unended(claim.unended.saturating_add(1), source, self.clock.now());
        let claim = ClaimedSource { usage, ..claim };
        self.pipeline.fail(&self.store, source, claim, &self.owner, panicked(source), &self.clock).await
    }

    async fn read_delivered(&self, delivery: ClaimedDelivery) -> Result<Polled, StoreError> {
        let Some(source) = self.sources.get(&delivery.source.name) else {
            return Err(StoreError::UnknownSource(delivery.source.name));
        };
        let ClaimedDelivery { id, source: claim, document } = &delivery;
        let (read_from, received_at) = (document.read_from.clone(), document.received_at);
        let document = Delivered { read_from, received_at, ..Delivered::default() };
        let usage = claim.usage.unended(claim.unended.saturating_add(1), source, self.clock.now());
        let left = ClaimedDelivery { id: *id, source: ClaimedSource { usage, ..claim.clone() }, document };
        let read = self.pipeline.read_delivered(&self.store, source, delivery, &self.owner, &self.clock);
        if let Ok(polled) = AssertUnwindSafe(read).catch_unwind().await {
            return polled;
        }
        self.pipeline.give_up_delivery(&self.store, source, left, &self.owner, panicked(source), &self.clock).await
    }

    fn report(&self, name: &str, polled: &Polled) {
        let new = &polled.committed;
        self.tally.poll(polled.fault.as_ref(), new.entries);
        new.judged.iter().for_each(|(tone, decision)| self.tally.mention(*tone, decision));
        if let Some(change) = &new.health {
            log_health(change);
        }
        if new.alerts > 0 || new.health.is_some() {
            self.sender_bell.notify_one();
        }
        if new.mentions > 0 {
            self.lookout_bell.notify_one();
        }
        if polled.names_hub {
            self.subscriber_bell.notify_one();
        }
        for problem in polled.problems.iter().take(5) {
            tracing::warn!(source.name = name, source.problem = problem, "a part of a source could not be read");
        }
        if let Some(fault) = &polled.fault {
            let next = logged(polled.next_poll_at);
            tracing::warn!(source.name = name, source.fault = %fault, poll.next_at = next, "a source could not be read");
        }
        if new.mentions > 0 || new.alerts > 0 {
            tracing::info!(
                source.name = name,
                entries.shown = polled.entries,
                entries.new = new.entries,
                entries.edited = new.edits,
                mentions.new = new.mentions,
                alerts.new = new.alerts,
                "a source has new mentions or alerts"
            );
        } else if polled.fault.is_none() {
            tracing::debug!(
                source.name = name,
                entries.shown = polled.entries,
                entries.new = new.entries,
                entries.edited = new.edits,
                entries.copied = new.copies,
                entries.deleted = new.deletions,
                entries.recounted = new.recounts,
                "a source was read and has no new mentions"
            );
        }
    }
}

/// Why a poll ends that panicked; the panic itself is in the log already.
fn panicked(source: &Source) -> PollFault {
    tracing::error!(source.name = source.name, "a poll panicked");
    PollFault::Unreadable("what it says makes mentiond panic".to_owned())
}
