//! Stores what a poll brought, and does not give it up while the claim holds: a disk that is full for a minute must not cost
//! what was read. Never keeps a poll for longer than the claim.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::model::Instant;
use crate::store::{Committed, PollCommit, Store, StoreError};

/// The wait after the first failure, doubled with each further one, and the longest one.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

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
    let mut wait = FIRST;
    loop {
        let error = match store.commit_poll(Arc::clone(&poll)).await {
            Err(error) if error.is_transient() && clock.now() + wait < claimed_until => error,
            settled => return settled,
        };
        tracing::error!(
            source.name = poll.source, retry.after_s = wait.as_secs(), %error,
            "a poll could not be stored and will be stored again"
        );
        // The disk lives in real time, whatever the clock shows.
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST);
    }
}
