//! Delivers what is due in the outbox. The claim is committed before the server hears anything and the outcome right
//! after it answered: a crash between the two is the one window in which a notice can go out twice, with the same
//! Message-ID.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::timeout;

use super::{Bell, Job, WorkerError, logged};
use crate::clock::Clock;
use crate::deliver::{Channels, Outcome, retry};
use crate::model::Instant;
use crate::model::outbox::OutboxMessage;
use crate::shutdown::Shutdown;
use crate::store::{Store, StoreError};

/// How long a notice is claimed: longer than any delivery may take.
const LEASE: Duration = Duration::from_secs(900);
/// Notices under way at the same time, over all ways out; each mail server has a limit of its own.
const MOST: usize = 16;
/// How often it is looked whether more has become due while some are under way: what waits for a slow server holds up
/// nothing else.
const GLANCE: Duration = Duration::from_millis(200);
/// After this time nothing more is taken along, so that servers that are slow with each of many mails are not taken for a
/// loop that is stuck.
const LONGEST: Duration = Duration::from_secs(60);

/// The job.
#[derive(Clone)]
pub struct Sender {
    /// The outbox.
    pub store: Store,
    /// The ways out.
    pub channels: Channels,
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
        let mut under_way = FuturesUnordered::new();
        let (mut tried, mut fault, mut looks) = (0, None, true);
        loop {
            let free = MOST - under_way.len();
            let takes_more = fault.is_none() && !self.shutdown.is_cancelled() && began.elapsed() < LONGEST;
            // A claim is a write, so each one takes several.
            if takes_more && free > 0 && (looks || free >= MOST / 2) {
                let now = self.clock.now();
                match self.store.claim_outbox(&self.owner, now, now + LEASE, free).await {
                    Ok(batch) => {
                        tried += batch.len();
                        under_way.extend(batch.into_iter().map(|message| self.send(message)));
                    }
                    Err(error) => fault = Some(error),
                }
            }
            let ended = timeout(GLANCE, under_way.next()).await;
            looks = ended.is_err();
            match ended {
                Ok(None) => break,
                Ok(Some(Err(error))) => fault = Some(error),
                Ok(Some(Ok(()))) | Err(_) => {}
            }
        }
        fault.map_or(Ok(tried), Err)
    }

    /// A mail that has left must not leave again because the database was busy just then, so this does not give up
    /// before the lease ends or the stop is asked for.
    async fn write_down(&self, message: &OutboxMessage, sent_at: Instant) -> Result<(), StoreError> {
        let mut wait = Duration::from_secs(1);
        loop {
            match self.store.mark_sent(message.id, &self.owner, sent_at).await {
                Err(error @ StoreError::Database(_))
                    if !self.shutdown.is_cancelled()
                        && (self.clock.now() - sent_at).to_std().unwrap_or_default() < LEASE / 2 =>
                {
                    tracing::warn!(outbox.id = message.id, %error, "a notice was delivered but this cannot be written down yet");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(30));
                }
                outcome => return outcome,
            }
        }
    }

    async fn send(&self, message: OutboxMessage) -> Result<(), StoreError> {
        let message = &message;
        let outcome = self.channels.deliver(message, self.clock.now()).await;
        let now = self.clock.now();
        let (id, kind, attempt) = (message.id, message.kind.as_str(), message.attempt);
        let wait = if let Outcome::Throttled(_, wait) = &outcome { *wait } else { Duration::ZERO };
        match outcome {
            Outcome::NotYet(wait) => self.store.postpone(id, &self.owner, now + wait).await?,
            Outcome::Sent => {
                self.write_down(message, now).await?;
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

/// An error for the log, which people other than the recipients read: mail servers like to repeat whom they refuse.
fn without_addresses(error: &str) -> String {
    let words = error.split(' ').map(|word| if word.contains('@') { "(address)" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_names_no_recipient() {
        for (error, logged) in [
            ("550 5.1.1 <kari@skiphop.example>: no such user", "550 5.1.1 (address) no such user"),
            ("`kari@skiphop` is not a mail address", "(address) is not a mail address"),
            ("the connection fails", "the connection fails"),
        ] {
            assert_eq!(without_addresses(error), logged);
        }
    }
}
