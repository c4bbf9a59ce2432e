//! What handlers need. A leaf: knows no handler.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};

use crate::clock::Clock;
use crate::config::FetchConfig;
use crate::pulse::Pulse;
use crate::store::Store;
use crate::websub::HubKey;

/// Bodies that are read at the same time; each may need as much memory as the largest may have.
const BODIES: usize = 4;

/// What handlers need. Clones share it.
#[derive(Debug, Clone)]
pub struct WebState {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) pulse: Pulse,
    pub(super) key: HubKey,
    pub(super) max_body: usize,
    pub(super) body_time: Duration,
    pub(super) poller_bell: Arc<Notify>,
    pub(super) bodies: Arc<Semaphore>,
}

impl WebState {
    /// Puts it together. A delivered body may have so many bytes and take so long, as what is fetched; `poller_bell` is
    /// rung when there is one to read.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Clock,
        pulse: Pulse,
        key: HubKey,
        fetch: &FetchConfig,
        poller_bell: Arc<Notify>,
    ) -> Self {
        let max_body = usize::try_from(fetch.max_body).unwrap_or(usize::MAX);
        Self {
            store,
            clock,
            pulse,
            key,
            max_body,
            body_time: fetch.timeout,
            poller_bell,
            bodies: Arc::new(Semaphore::new(BODIES)),
        }
    }
}
