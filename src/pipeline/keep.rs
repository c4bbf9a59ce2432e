//! Stores what a poll brought, and does not give it up while the claim holds: a disk that is full for a minute must not cost
//! what was read. Never keeps a poll for longer than the claim.

use std::sync::Arc;
use std::time::Duration;

use super::{Pipeline, Polled, Reading, Unread, failures, next_poll};
use crate::clock::Clock;
use crate::fetch::politeness::NextPoll;
use crate::model::{Instant, PollFault, Source, host_of};
use crate::store::{ClaimedSource, Committed, PollCommit, Recounted, Store, StoreError};

/// The wait after the first failure, doubled with each further one, and the longest one.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

impl Pipeline {
    /// Ends a poll that brought nothing but a fault: the source stays as far read as it was, and the fault shows.
    ///
    /// # Errors
    /// When the store fails or the claim was lost.
    pub async fn fail(
        &self,
        store: &Store,
        source: &Source,
        claim: ClaimedSource,
        owner: &str,
        fault: PollFault,
        clock: &Clock,
    ) -> Result<Polled, StoreError> {
        let now = clock.now();
        let reading = Reading { fault: Some(fault.clone()), ..Reading::unread(&claim) };
        let next = next_poll(source, &claim, &reading, reading.usage, now);
        let poll = self.outcome(source, &claim, owner, reading, &next, now);
        let committed = store_poll(store, poll, claim.claimed_until, clock).await?;
        Ok(Polled {
            committed,
            entries: 0,
            problems: Vec::new(),
            fault: Some(fault),
            unread: Unread::all(),
            next_poll_at: next.at,
            goes_on: false,
            names_hub: false,
        })
    }

    /// All that is stored of a poll but what was found in its entries.
    pub(super) fn outcome(
        &self,
        source: &Source,
        claim: &ClaimedSource,
        owner: &str,
        reading: Reading,
        next: &NextPoll,
        now: Instant,
    ) -> PollCommit {
        let asked = host_of(claim.whereabouts.address(&source.url, claim.failures));
        let then = host_of(reading.whereabouts.address(&source.url, failures(claim, &reading)));
        PollCommit {
            source: source.name.clone(),
            owner: owner.to_owned(),
            entries: Vec::new(),
            deleted: reading.deleted,
            closed: reading.closed,
            recounted: Recounted::default(),
            lost: reading.lost,
            cursor: reading.cursor,
            validators: reading.validators,
            fault: reading.fault,
            next_poll_at: next.at,
            interval: next.interval,
            moves_to_host: Some(then).filter(|then| *then != asked),
            host_until: next.host_until,
            host_gap: self.host_gap,
            stopped: next.stop.as_ref().map(ToString::to_string),
            rhythm: reading.rhythm.unwrap_or_else(|| claim.rhythm.clone()),
            pace: claim.pace.clone(),
            usage: reading.usage,
            lanes: reading.lanes,
            session: reading.sealed,
            suspect: claim.suspect || reading.whereabouts.moved_to != claim.whereabouts.moved_to,
            whereabouts: reading.whereabouts,
            hub: reading.hub,
            live_until: claim.live_until,
            delivered: None,
            took: reading.took / reading.requests.max(1),
            health: Arc::clone(&self.health),
            now,
        }
    }
}

/// Why a poll ends with nothing though it was read.
pub(super) fn unstorable(error: &StoreError) -> PollFault {
    PollFault::Unreadable(format!("what was read cannot be stored: {error}"))
}

/// Stores a poll; tries again until it is stored or the claim has ended.
///
/// # Errors
/// When the claim was lost, or the store still fails at its end; nothing of the poll is stored then.
pub(super) async fn store_poll(
    store: &Store,
    poll: PollCommit,
    claimed_until: Instant,
    clock: &Clock,
) -> Result<Committed, StoreError> {
    let poll = Arc::new(poll);
    again_and_again(&poll.source, claimed_until, clock, || store.commit_poll(Arc::clone(&poll))).await
}

/// Asks something of the store for a poll, and asks again until it is done or the claim has ended.
///
/// # Errors
/// When it will never be done, or is not done at the end of the claim.
pub(super) async fn again_and_again<T, F: Future<Output = Result<T, StoreError>>>(
    source: &str,
    claimed_until: Instant,
    clock: &Clock,
    work: impl Fn() -> F,
) -> Result<T, StoreError> {
    let mut wait = FIRST;
    loop {
        let error = match work().await {
            Err(error) if error.is_transient() && clock.now() + wait < claimed_until => error,
            settled => return settled,
        };
        tracing::error!(
            source.name = source, retry.after_s = wait.as_secs(), %error,
            "the store failed a poll and will be asked again"
        );
        // The disk lives in real time, whatever the clock shows.
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST);
    }
}
