//! What handlers need. A leaf: knows no handler.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use tokio::sync::{Notify, Semaphore};

use super::hook::Hooks;
use super::metrics::Last;
use crate::clock::Clock;
use crate::config::FetchConfig;
use crate::link::LinkKey;
use crate::model::{Instant, Tongue, Tongues};
use crate::pulse::Pulse;
use crate::store::Store;
use crate::tally::Tally;
use crate::websub::HubKey;

/// Bodies that are read at the same time; each may need as much memory as the largest may have.
const BODIES: usize = 4;

/// What the server is made of.
#[derive(Debug)]
pub struct WebParts {
    /// What mentiond remembers.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Whether the loops are alive.
    pub pulse: Pulse,
    /// What the process has counted.
    pub tally: Tally,
    /// What hubs sign with.
    pub hub: HubKey,
    /// Which sources take what their networks send.
    pub hooks: Hooks,
    /// What links are signed with.
    pub link: LinkKey,
    /// The zone whose times pages tell.
    pub zone: Tz,
    /// The languages of pages.
    pub tongues: Tongues,
    /// What each digest is told in to each recipient, by both names.
    pub digests: BTreeMap<(String, String), Tongue>,
    /// A delivered body may have so many bytes and take so long, as what is fetched.
    pub fetch: FetchConfig,
    /// How long nothing gets through by a way out until it counts as broken.
    pub fallback_after: Duration,
    /// Rung when there is a delivered body to read.
    pub poller_bell: Arc<Notify>,
}

/// What handlers need. Clones share it.
#[derive(Debug, Clone)]
pub struct WebState {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) pulse: Pulse,
    pub(super) tally: Tally,
    pub(super) key: HubKey,
    pub(super) hooks: Arc<Hooks>,
    pub(super) link: LinkKey,
    pub(super) zone: Tz,
    pub(super) tongues: Arc<Tongues>,
    pub(super) digests: Arc<BTreeMap<(String, String), Tongue>>,
    pub(super) max_body: usize,
    pub(super) body_time: Duration,
    pub(super) fallback_after: Duration,
    pub(super) poller_bell: Arc<Notify>,
    pub(super) bodies: Arc<Semaphore>,
    /// Apart, since names of sources can be guessed and what hubs are told of cannot.
    pub(super) hook_bodies: Arc<Semaphore>,
    pub(super) started: Instant,
    pub(super) last_metrics: Last,
}

impl WebState {
    /// Puts it together.
    #[must_use]
    pub fn new(parts: WebParts) -> Self {
        let WebParts {
            store,
            clock,
            pulse,
            tally,
            hub,
            hooks,
            link,
            zone,
            tongues,
            digests,
            fetch,
            fallback_after,
            poller_bell,
        } = parts;
        let max_body = usize::try_from(fetch.max_body).unwrap_or(usize::MAX);
        Self {
            store,
            started: clock.now(),
            clock,
            pulse,
            tally,
            key: hub,
            hooks: Arc::new(hooks),
            link,
            zone,
            tongues: Arc::new(tongues),
            digests: Arc::new(digests),
            max_body,
            body_time: fetch.timeout,
            fallback_after,
            poller_bell,
            bodies: Arc::new(Semaphore::new(BODIES)),
            hook_bodies: Arc::new(Semaphore::new(BODIES)),
            last_metrics: Last::default(),
        }
    }
}
