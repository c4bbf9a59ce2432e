//! Delivers what is due in the outbox. The claim is committed before the server hears anything and the outcome right
//! after it answered: a crash between the two is the one window in which a notice can go out twice, with the same
//! Message-ID.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::time::{Instant as Moment, timeout};

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
/// After a fault of the store nothing is claimed for this time; what is under way goes on.
const REST: Duration = Duration::from_secs(5);
/// How often a run that does not end looks whether somebody waits for what is held.
const ROUND: Duration = Duration::from_secs(60);

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
    /// From then on a run takes nothing more along, and ends with what it has begun. `None` where it may go on as long
    /// as something is under way or due: then what is slow holds up nothing.
    pub stops_at: Option<Moment>,
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
        self.wake_the_watcher().await?;
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
    /// When the store fails and nothing is under way any more; what was claimed is delivered after its lease has ended.
    pub async fn send_due(&self) -> Result<usize, StoreError> {
        let (mut under_way, mut begun) = (FuturesUnordered::new(), Begun::default());
        let (mut tried, mut looks, mut looked) = (0, true, Moment::now());
        let mut fault = Fault::default();
        loop {
            // No delivery takes longer than its claim; one that does is stuck.
            if begun.oldest().is_none_or(|oldest| oldest.elapsed() < LEASE) {
                self.pulse.works(self.name(), self.clock.now());
            }
            fault.end_after(REST);
            let in_time = self.stops_at.is_none_or(|end| Moment::now() < end);
            let takes_more = in_time && fault.0.is_none() && !self.shutdown.is_cancelled();
            // A claim is a write, so each one takes several. What waits for a way that is slow holds up no other.
            if takes_more && (looks || begun.len() <= MOST / 2) {
                let now = self.clock.now();
                match self.claim(&begun, now).await {
                    Ok(batch) => {
                        for message in batch {
                            tried += 1;
                            begun.add(tried, way_to(&message.recipient));
                            let number = tried;
                            under_way.push(self.send(message, now + LEASE).map(move |ended| (number, ended)));
                        }
                    }
                    Err(error) => fault.add(error),
                }
            }
            if looked.elapsed() >= ROUND {
                looked = Moment::now();
                self.wake_the_watcher().await.unwrap_or_else(|error| fault.add(error));
            }
            let ended = timeout(GLANCE, under_way.next()).await;
            looks = ended.is_err();
            match ended {
                Ok(None) => break,
                Ok(Some((number, outcome))) => {
                    begun.remove(number);
                    outcome.unwrap_or_else(|error| fault.add(error));
                }
                Err(_) => {}
            }
        }
        fault.0.map_or(Ok(tried), |(error, _)| Err(error))
    }

    /// Claims what is due by the ways that have room.
    async fn claim(&self, begun: &Begun, now: Instant) -> Result<Vec<OutboxMessage>, StoreError> {
        let (busy, others): (Vec<_>, Vec<_>) = begun.ways().into_iter().partition(|(_, many)| *many > MOST / 2);
        let busy: Vec<&str> = busy.into_iter().map(|(way, _)| way).collect();
        let room = MOST - others.into_iter().map(|(_, many)| many).max().unwrap_or(0);
        self.store.claim_outbox_but(&busy, &self.owner, now, now + LEASE, room).await
    }

    /// What a claim has held is released by the watcher.
    async fn wake_the_watcher(&self) -> Result<(), StoreError> {
        if self.store.next_release_at(self.clock.now()).await?.is_some() {
            self.watcher_bell.notify_one();
        }
        Ok(())
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
        let perhaps_by = if let Outcome::Unanswered(_, server) = &outcome { Some(server.clone()) } else { None };
        match outcome {
            Outcome::NotYet(wait) => self.store.postpone(id, &self.owner, now + wait).await?,
            Outcome::Sent => {
                self.write_down(message, now, until).await?;
                tracing::info!(outbox.id = id, outbox.kind = kind, outbox.attempt = attempt, "a notice was delivered");
            }
            Outcome::Transient(error) | Outcome::Throttled(error, _) | Outcome::Unanswered(error, _)
                if attempt < self.max_attempts =>
            {
                let next = retry::next_attempt(id, attempt, now).max(now + wait);
                let handed_over = match perhaps_by {
                    Some(server) => self.store.mark_unanswered(id, &self.owner, now, next, (&error, &server)).await?,
                    None => self.store.mark_retry(id, &self.owner, now, next, &error).await?,
                };
                if handed_over {
                    log_handed_over(message, &error);
                    return Ok(());
                }
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
            Outcome::Transient(error)
            | Outcome::Throttled(error, _)
            | Outcome::Unanswered(error, _)
            | Outcome::Permanent(error) => {
                if self.store.mark_dead(id, &self.owner, now, &error).await? {
                    log_handed_over(message, &error);
                    return Ok(());
                }
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

fn log_handed_over(message: &OutboxMessage, error: &str) {
    tracing::warn!(
        outbox.id = message.id,
        outbox.kind = message.kind.as_str(),
        outbox.attempt = message.attempt,
        error = without_addresses(error),
        "a notice could not be delivered and is handed over to whoever stands in"
    );
}

/// What the store failed with last, and when.
#[derive(Default)]
struct Fault(Option<(StoreError, Moment)>);

impl Fault {
    fn add(&mut self, error: StoreError) {
        log(self.0.replace((error, Moment::now())));
    }

    /// It is no reason to wait any more once it is so old.
    fn end_after(&mut self, rest: Duration) {
        log(self.0.take_if(|(_, since)| since.elapsed() >= rest));
    }
}

/// Whoever runs the sender logs only the fault that ends the run.
fn log(fault: Option<(StoreError, Moment)>) {
    if let Some((error, _)) = fault {
        tracing::error!(%error, "the outbox could not be read or written, and deliveries go on");
    }
}

/// The deliveries that have begun and not ended: by which way, and when they began.
#[derive(Default)]
struct Begun(BTreeMap<usize, (String, Moment)>);

impl Begun {
    fn add(&mut self, number: usize, way: &str) {
        self.0.insert(number, (way.to_owned(), Moment::now()));
    }

    fn remove(&mut self, number: usize) {
        self.0.remove(&number);
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    /// How many there are by each way.
    fn ways(&self) -> BTreeMap<&str, usize> {
        let mut ways = BTreeMap::new();
        for (way, _) in self.0.values() {
            *ways.entry(way.as_str()).or_default() += 1;
        }
        ways
    }

    /// When the first of them began.
    fn oldest(&self) -> Option<Moment> {
        self.0.values().map(|(_, since)| *since).min()
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
