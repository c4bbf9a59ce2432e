//! Delivers what is due in the outbox. The claim is committed before the server hears anything and the outcome right
//! after it answered: a crash between the two is the one window in which a notice can go out twice, with the same
//! Message-ID.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::time::timeout;

use super::{Bell, Job, WorkerError, logged};
use crate::clock::Clock;
use crate::deliver::{Channels, Outcome, retry, without_addresses};
use crate::model::Instant;
use crate::model::outbox::{OutboxMessage, way_to};
use crate::pulse::Pulse;
use crate::shutdown::Shutdown;
use crate::store::{Store, StoreError};

/// How long a notice is claimed: longer than any delivery may take.
const LEASE: Duration = Duration::from_secs(900);
/// Notices under way at the same time by one way out; each mail server has a limit of its own.
const MOST: usize = 16;
/// How often it is looked whether more has become due while some are under way: what waits for a slow server holds up
/// nothing else.
const GLANCE: Duration = Duration::from_millis(200);
/// After this time nothing more is taken along, so that a run ends also where more is always due.
const LONGEST: Duration = Duration::from_secs(60);

/// The job.
#[derive(Clone)]
pub struct Sender {
    /// The outbox.
    pub store: Store,
    /// The ways out.
    pub channels: Channels,
    /// Where it shows while it waits for servers that it is alive.
    pub pulse: Pulse,
    /// In whose name notices are claimed.
    pub owner: std::sync::Arc<str>,
    /// Attempts before a notice becomes a dead letter.
    pub max_attempts: u32,
    /// Rings for the watcher, who releases what is held instead of sent.
    pub watcher_bell: Bell,
    /// The time.
    pub clock: Clock,
    /// No new notice is claimed once the stop is asked for.
    pub shutdown: Shutdown,
}

impl Job for Sender {
    fn name(&self) -> &'static str {
        "sender"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        if self.shutdown.is_cancelled() {
            return Ok(None);
        }
        let sent = self.send_due().await?;
        if self.store.next_release_at(self.clock.now()).await?.is_some() {
            self.watcher_bell.notify_one();
        }
        match sent {
            0 => Ok(self.store.next_outbox_at().await?),
            _ => Ok(Some(self.clock.now())),
        }
    }

    fn fallback(&self) -> Duration {
        Duration::from_secs(300)
    }
}

impl Sender {
    /// Delivers what is due, several at a time, and what becomes due meanwhile; answers how many were tried.
    ///
    /// # Errors
    /// When the store fails; what was claimed is delivered after its lease has ended.
    pub async fn send_due(&self) -> Result<usize, StoreError> {
        let began = tokio::time::Instant::now();
        let (mut under_way, mut ways) = (FuturesUnordered::new(), BTreeMap::<String, usize>::new());
        let (mut tried, mut fault, mut looks) = (0, None, true);
        loop {
            // No delivery takes longer than its claim; one that does is stuck.
            if began.elapsed() < LEASE {
                self.pulse.works(self.name(), self.clock.now());
            }
            let takes_more = fault.is_none() && !self.shutdown.is_cancelled() && began.elapsed() < LONGEST;
            // A claim is a write, so each one takes several. What waits for a way that is slow holds up no other.
            if takes_more && (looks || under_way.len() <= MOST / 2) {
                let (busy, others): (Vec<_>, Vec<_>) = ways.iter().partition(|(_, many)| **many > MOST / 2);
                let busy: Vec<&str> = busy.into_iter().map(|(way, _)| way.as_str()).collect();
                let room = MOST - others.into_iter().map(|(_, many)| *many).max().unwrap_or(0);
                let now = self.clock.now();
                match self.store.claim_outbox_but(&busy, &self.owner, now, now + LEASE, room).await {
                    Ok(batch) => {
                        tried += batch.len();
                        for message in batch {
                            let way = way_to(&message.recipient).to_owned();
                            *ways.entry(way.clone()).or_default() += 1;
                            under_way.push(self.send(message, now + LEASE).map(|ended| (way, ended)));
                        }
                    }
                    Err(error) => fault = Some(error),
                }
            }
            let ended = timeout(GLANCE, under_way.next()).await;
            looks = ended.is_err();
            if let Ok(Some((way, _))) = &ended {
                ways.entry(way.clone()).and_modify(|many| *many -= 1);
            }
            match ended {
                Ok(None) => break,
                Ok(Some((_, Err(error)))) => fault = Some(error),
                Ok(Some((_, Ok(())))) | Err(_) => {}
            }
        }
        fault.map_or(Ok(tried), Err)
    }

    /// A mail that has left must not leave again because the database was busy just then, so this does not give up
    /// before the lease ends or the stop is asked for.
    async fn write_down(&self, message: &OutboxMessage, sent_at: Instant, until: Instant) -> Result<(), StoreError> {
        let mut wait = Duration::from_secs(1);
        loop {
            match self.store.mark_sent(message.id, &self.owner, sent_at).await {
                Err(error)
                    if error.is_transient() && !self.shutdown.is_cancelled() && self.clock.now() + wait < until =>
                {
                    tracing::warn!(outbox.id = message.id, %error, "a notice was delivered but this cannot be written down yet");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(30));
                }
                outcome => return outcome,
            }
        }
    }

    async fn send(&self, message: OutboxMessage, until: Instant) -> Result<(), StoreError> {
        let message = &message;
        let outcome = unbroken(self.channels.deliver(message, self.clock.now())).await;
        let now = self.clock.now();
        let (id, kind, attempt) = (message.id, message.kind.as_str(), message.attempt);
        let wait = if let Outcome::Throttled(_, wait) = &outcome { *wait } else { Duration::ZERO };
        match outcome {
            Outcome::NotYet(wait) => self.store.postpone(id, &self.owner, now + wait).await?,
            Outcome::Sent => {
                self.write_down(message, now, until).await?;
                tracing::info!(outbox.id = id, outbox.kind = kind, outbox.attempt = attempt, "a notice was delivered");
            }
            Outcome::Transient(error) | Outcome::Throttled(error, _) if attempt < self.max_attempts => {
                let next = retry::next_attempt(id, attempt, now).max(now + wait);
                self.store.mark_retry(id, &self.owner, now, next, &error).await?;
                let (next, error) = (logged(next), without_addresses(&error));
                tracing::warn!(
                    outbox.id = id,
                    outbox.kind = kind,
                    outbox.attempt = attempt,
                    outbox.next_attempt_at = next,
                    error,
                    "a notice could not be delivered yet"
                );
            }
            Outcome::Transient(error) | Outcome::Throttled(error, _) | Outcome::Permanent(error) => {
                self.store.mark_dead(id, &self.owner, now, &error).await?;
                let error = without_addresses(&error);
                tracing::error!(
                    outbox.id = id,
                    outbox.kind = kind,
                    outbox.attempt = attempt,
                    error,
                    "a notice was given up and is a dead letter now"
                );
            }
        }
        Ok(())
    }
}

/// A delivery that panics has failed, and ends neither those beside it nor its attempts.
async fn unbroken(delivery: impl Future<Output = Outcome>) -> Outcome {
    let outcome = AssertUnwindSafe(delivery).catch_unwind().await;
    outcome.unwrap_or_else(|_| Outcome::Transient("mentiond itself has failed; its log says where".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_delivery_that_panics_is_a_failed_attempt() {
        assert_eq!(unbroken(async { Outcome::Sent }).await, Outcome::Sent);
        let broken = unbroken(async { panic!("in the middle of a mail") }).await;
        assert_eq!(broken, Outcome::Transient("mentiond itself has failed; its log says where".to_owned()));
    }
}
