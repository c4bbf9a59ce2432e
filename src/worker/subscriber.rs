//! Asks the hubs that feeds name to deliver (WebSub), renews what they promised, and takes leave where nothing is wanted
//! any more. What is asked is written down before the hub hears it, since it may verify at once. Never reads what hubs
//! deliver.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use url::Url;

use super::{Bell, Job, WorkerError};
use crate::clock::Clock;
use crate::model::text::one_line;
use crate::model::{Instant, Source};
use crate::pipeline::Pipeline;
use crate::store::{Asked, HubOutcome, Store, StoreError, Subscription, SubscriptionState};
use crate::websub::{self, HubKey, Mode};

/// Hubs asked at the same time.
const BATCH: usize = 4;
/// Most characters of what a hub says that are kept.
const LONGEST_ERROR: usize = 300;
/// Why a hub is never asked.
const UNPROTECTED: &str = "the hub is not reached by https, so that its deliveries could not be told from forged ones";

/// Why no hub is asked.
const UNREACHABLE: &str = "nothing can stand below the public address";

/// What subscribing takes.
#[derive(Debug, Clone)]
pub struct Subscribing {
    /// Under which address the world reaches us.
    pub public_url: Url,
    /// From which the secrets follow.
    pub key: HubKey,
}

/// The job.
pub struct Subscriber {
    /// Asks the hubs.
    pub pipeline: Pipeline,
    /// Where subscriptions are.
    pub store: Store,
    /// The configured sources by name.
    pub sources: Arc<HashMap<String, Source>>,
    /// What subscribing takes; without it leave is taken and nothing else.
    pub subscribing: Option<Subscribing>,
    /// The time.
    pub clock: Clock,
    /// Rings for the poller when a source is polled as before again.
    pub poller_bell: Bell,
}

impl Job for Subscriber {
    fn name(&self) -> &'static str {
        "subscriber"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        let now = self.clock.now();
        let subscribing = self.subscribing.is_some();
        for source in self.store.end_leases(now).await? {
            tracing::warn!(source.name = source, "a hub no longer delivers: its lease ended and was not renewed");
            self.poller_bell.notify_one();
        }
        // One batch per run, so that hubs which are slow are not taken for a loop that is stuck.
        let due = self.store.due_subscriptions(now, subscribing, BATCH).await?;
        if due.is_empty() {
            return Ok(self.store.next_subscription_at(subscribing).await?);
        }
        let asks = due.iter().map(|subscription| self.ask(subscription));
        futures_util::future::join_all(asks).await.into_iter().collect::<Result<Vec<()>, _>>()?;
        Ok(Some(now))
    }

    fn fallback(&self) -> Duration {
        Duration::from_secs(300)
    }
}

impl Subscriber {
    async fn ask(&self, subscription: &Subscription) -> Result<(), WorkerError> {
        let now = self.clock.now();
        let hub = Url::parse(&subscription.hub).ok().filter(websub::keeps_secrets);
        let Some(hub) = hub else {
            return Ok(self.conclude(subscription, HubOutcome::Denied(UNPROTECTED.to_owned()), now, None).await?);
        };
        let mut subscription = subscription.clone();
        if let Some(source) = self.sources.get(&subscription.source) {
            subscription.allow_private = source.allow_private;
        }
        let Some(asked) = self.request(&subscription)? else {
            return Ok(self.conclude(&subscription, HubOutcome::Denied(UNREACHABLE.to_owned()), now, None).await?);
        };
        let (failures, seed) = (subscription.failures.saturating_add(1), seed(&subscription));
        let (wait, again_at) = (websub::wait(failures, seed), now + websub::patience(failures, seed));
        let key = self.subscribing.as_ref().map(|subscribing| &subscribing.key);
        let key_id = key.map(HubKey::id);
        if !self.store.note_asking(&subscription, &asked, key_id.as_deref(), now, again_at).await? {
            return Ok(());
        }
        let mode = mode(&subscription);
        let (lease, secret) = (websub::LEASE.as_secs().to_string(), key.map(|key| key.secret(&asked.token)));
        let secret = secret.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default();
        let form = websub::form(mode, &subscription.topic, &asked.callback, &lease, secret);
        let (outcome, until) = self.pipeline.ask_hub(&hub, &form, subscription.allow_private, now).await;
        let due_at = match (&outcome, mode) {
            (HubOutcome::Failed(_), Mode::Subscribe) => Some((now + wait).max(until.unwrap_or(now))),
            (HubOutcome::Failed(_), Mode::Unsubscribe) => (failures < websub::FAREWELLS).then_some(now + wait),
            (_, Mode::Unsubscribe) => None,
            (HubOutcome::Denied(_), Mode::Subscribe) => Some(now + websub::DENIED),
            (HubOutcome::Accepted, Mode::Subscribe) => Some(again_at),
        };
        Ok(self.conclude(&subscription, outcome, now, due_at).await?)
    }

    /// What the hub is asked with: the same as before, if it was asked before.
    fn request(&self, subscription: &Subscription) -> Result<Option<Asked>, WorkerError> {
        if let Some(asked) = &subscription.asked {
            return Ok(Some(asked.clone()));
        }
        let Some(Subscribing { public_url, .. }) = &self.subscribing else { return Ok(None) };
        let token = websub::new_token()?;
        let callback = websub::callback(public_url, &token);
        Ok(callback.map(|callback| Asked { token, callback: callback.into() }))
    }

    async fn conclude(
        &self,
        subscription: &Subscription,
        outcome: HubOutcome,
        asked_at: Instant,
        due_at: Option<Instant>,
    ) -> Result<(), StoreError> {
        let (source, action) = (subscription.source.as_str(), mode(subscription).as_str());
        let outcome = match outcome {
            HubOutcome::Accepted => {
                tracing::info!(source.name = source, hub.action = action, "a hub was asked");
                HubOutcome::Accepted
            }
            HubOutcome::Denied(why) => {
                let why = one_line(&why, LONGEST_ERROR);
                tracing::warn!(source.name = source, hub.action = action, hub.error = why, "a hub refuses");
                self.poller_bell.notify_one();
                HubOutcome::Denied(why)
            }
            HubOutcome::Failed(why) => {
                let why = one_line(&why, LONGEST_ERROR);
                tracing::warn!(source.name = source, hub.action = action, hub.error = why, "a hub could not be asked");
                HubOutcome::Failed(why)
            }
        };
        self.store.note_hub(subscription, &outcome, asked_at, due_at, self.clock.now()).await
    }
}

fn mode(subscription: &Subscription) -> Mode {
    if subscription.state == SubscriptionState::Ended { Mode::Unsubscribe } else { Mode::Subscribe }
}

/// Spreads what fails at the same time.
fn seed(subscription: &Subscription) -> u32 {
    u32::try_from(subscription.id % 64).unwrap_or_default()
}
