//! What is built for the world to reach: the server, and who asks hubs to deliver to it. Without `[web]` there is neither,
//! but for a subscriber that takes leave of hubs that were asked before.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono_tz::Tz;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::key::{Keys, keys};
use crate::clock::Clock;
use crate::config::{Config, FetchConfig};
use crate::model::{Instant, Source, Tongue, Tongues};
use crate::pipeline::Pipeline;
use crate::report::DigestPlan;
use crate::store::Store;
use crate::tally::Tally;
use crate::web::{self, Hooks, WebParts, WebState};
use crate::websub::{self, HubKey};
use crate::worker::{Bell, Context, Subscriber, Subscribing};

/// What is prepared before anything runs.
pub struct Web {
    listener: Option<TcpListener>,
    metrics: Option<TcpListener>,
    keys: Option<Keys>,
    zone: Tz,
    tongues: Tongues,
    digests: BTreeMap<(String, String), Tongue>,
    hooks: Hooks,
    subscribing: Option<Subscribing>,
    takes_leave: bool,
    fetch: FetchConfig,
    fallback_after: Duration,
}

/// The running server.
pub struct WebServer {
    /// Where it listens,
    pub address: SocketAddr,
    /// and where it gives metrics, if it does.
    pub metrics: Option<SocketAddr>,
    /// Ends when it has stopped.
    pub handle: JoinHandle<()>,
}

impl Web {
    /// Takes the address to listen at, and ends what hubs were asked under another public address or key.
    ///
    /// # Errors
    /// When nothing can listen there, the key cannot be had, or the store fails.
    pub async fn prepare(config: &Config, digests: &[DigestPlan], store: &Store, now: Instant) -> Result<Self> {
        let listener = match config.web.listen {
            Some(address) => Some(listen(address, "listen").await?),
            None => None,
        };
        let metrics = match config.web.metrics_listen {
            Some(address) => Some(listen(address, "metrics_listen").await?),
            None => None,
        };
        let keys = listener.as_ref().map(|_| keys(config)).transpose()?;
        let key = keys.as_ref().map(|keys| keys.hub.clone());
        let subscribing = config.web.public_url.clone().zip(key.clone());
        let subscribing = subscribing.map(|(public_url, key)| Subscribing { public_url, key });
        let base = subscribing.as_ref().and_then(|subscribing| websub::callback(&subscribing.public_url, ""));
        let key_id = key.as_ref().map(HubKey::id).unwrap_or_default();
        let takes_leave = store.sync_callbacks(base.as_ref().map(url::Url::as_str), &key_id, now).await?;
        let (zone, tongues) = (config.mail.time_zone, config.tongues.clone());
        let (fetch, fallback_after) = (config.fetch.clone(), config.deliver.fallback_after);
        let digests = told_in(digests, &tongues);
        let takes = |source: &Source| Some((source.name.clone(), source.webhook.clone()?));
        let hooks = Hooks::of(config.sources.iter().filter_map(|located| takes(&located.value)));
        Ok(Self {
            listener,
            metrics,
            keys,
            zone,
            tongues,
            digests,
            hooks,
            subscribing,
            takes_leave,
            fetch,
            fallback_after,
        })
    }

    /// Who asks hubs, if there is anything to ask.
    pub fn subscriber(
        &self,
        pipeline: Pipeline,
        store: Store,
        sources: Arc<HashMap<String, Source>>,
        clock: Clock,
        poller_bell: Bell,
    ) -> Option<Subscriber> {
        let subscribing = self.subscribing.clone();
        let wanted = subscribing.is_some() || self.takes_leave;
        wanted.then_some(Subscriber { pipeline, store, sources, subscribing, clock, poller_bell })
    }

    /// Lets the world in.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn serve(self, context: &Context, store: Store, tally: Tally, poller_bell: Bell) -> Result<Option<WebServer>> {
        let Self { listener, metrics, keys, zone, tongues, digests, hooks, fetch, fallback_after, .. } = self;
        let Some((listener, keys)) = listener.zip(keys) else { return Ok(None) };
        let address = listener.local_addr()?;
        let (clock, pulse) = (context.clock.clone(), context.pulse.clone());
        let Keys { hub, link, .. } = keys;
        let parts = WebParts {
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
        };
        let state = WebState::new(parts);
        let world = web::serve(listener, web::router(state.clone()), context.shutdown.clone());
        tracing::info!(web.address = %address, "the server listens");
        let Some(listener) = metrics else {
            return Ok(Some(WebServer { address, metrics: None, handle: tokio::spawn(world) }));
        };
        let metrics = listener.local_addr()?;
        let operator = web::serve(listener, web::operator_router(state), context.shutdown.clone());
        tracing::info!(web.address = %metrics, "metrics can be read");
        let both = async {
            tokio::join!(world, operator);
        };
        Ok(Some(WebServer { address, metrics: Some(metrics), handle: tokio::spawn(both) }))
    }
}

/// What each digest is told in to each recipient.
fn told_in(digests: &[DigestPlan], tongues: &Tongues) -> BTreeMap<(String, String), Tongue> {
    let of = |plan: &DigestPlan| {
        let name = plan.config.name.clone();
        let told = |(recipient, brands): &(String, Vec<String>)| {
            let tongue = tongues.of_digest(&name, brands.iter().map(String::as_str));
            ((name.clone(), recipient.clone()), tongue)
        };
        plan.audience.iter().map(told).collect::<Vec<_>>()
    };
    digests.iter().flat_map(of).collect()
}

async fn listen(address: SocketAddr, key: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("the server cannot listen at `{address}`\n  hint: `{key}` of `[web]` names it; is it free?")
    })
}
