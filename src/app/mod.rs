//! Builds everything from the configuration in one visible order, and stops it in reverse, by name, each step bounded.

mod key;
mod lock;
mod plan;
mod scorers;
mod session;
mod web;

use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::alert::Peace;
use crate::clock::Clock;
use crate::config::{Config, FetchConfig};
use crate::deliver::Channels;
use crate::fetch::Client;
use crate::model::kinds::Token;
use crate::model::{Instant, Source};
use crate::pipeline::{Judge, Pipeline};
use crate::pulse::Pulse;
use crate::shutdown::Shutdown;
use crate::store::{SourceSetup, Store};
use crate::tally::Tally;
use crate::worker::{self, Bell, Digester, Fallback, Janitor, Job, Lookout, Poller, Sender, Vigil, Watcher};

pub use key::links;
pub use lock::StateLock;
pub use plan::{Plan, library};
pub use scorers::scorers;
pub use session::{Sent, Session};
use web::{Web, WebServer};

/// How the owner of all claims of a daemon begins; its state directory follows, since daemons with one of their own each
/// may be given the same store. There is one daemon per state directory, so what a crashed one left claimed can be taken
/// back at once.
const DAEMON: &str = "daemon";
/// How long each step of a stop may take, but for mails. All of them and [`SEND_STEP`] are shorter together than what the
/// unit (`TimeoutStopSec`) and the compose file (`stop_grace_period`) allow.
const STOP_STEP: Duration = Duration::from_secs(10);
/// How long the deliveries that have begun may: a server that has heard a mail may take its time to accept it, and who
/// leaves before sends it twice. It is the default of `mail.smtp.timeout`.
const SEND_STEP: Duration = Duration::from_secs(60);

/// A running mentiond.
pub struct App {
    shutdown: Shutdown,
    loops: Vec<Loop>,
    polls: TaskTracker,
    pipeline: Pipeline,
    store: Store,
    channels: Channels,
    pulse: Pulse,
    web: Option<WebServer>,
    _lock: StateLock,
}

impl App {
    /// Starts everything: the lock, the store, then the loops, the one that brings new work last.
    ///
    /// # Errors
    /// When the configuration has faults, another daemon runs on the state directory, or the store cannot be opened.
    pub async fn start(config: Config, clock: Clock) -> Result<Self> {
        let now = clock.now();
        let plan = Plan::of(&config, now)?;
        let lock = StateLock::take(&config.state_dir)?;
        let store = open_store(&config, &plan, now).await?;
        let owner: Arc<str> = format!("{DAEMON} of {}", std::fs::canonicalize(&config.state_dir)?.display()).into();
        store.release_claims(&owner).await?;
        store.let_in_again(now).await?;
        store.begin_watch(now).await?;
        store.spread_overdue(now).await?;
        let tally = Tally::default();
        let channels = channels(&config)?.linked(links(&config)?).counted(tally.clone());
        let pipeline = pipeline(&config, &plan)?;
        let (ways, ladders, audiences) = (plan.ways(), plan.ladders(), plan.incident_audiences());
        let sources = Arc::new(sources_by_name(plan.sources));
        let web = Web::prepare(&config, &plan.digests, &store, now).await?;

        let context = worker::Context { clock: clock.clone(), shutdown: Shutdown::new(), pulse: Pulse::default() };
        let (poller_bell, sender_bell, subscriber_bell) = (Bell::default(), Bell::default(), Bell::default());
        let lookout_bell = Bell::default();
        let watcher_bell = Bell::default();
        let polls = TaskTracker::new();
        let janitor = Janitor { store: store.clone(), keep_entries: config.store.keep_entries, clock: clock.clone() };
        let told = (audiences, ladders.clone());
        let lookout = Lookout::new(store.clone(), &config.spikes, told, clock.clone(), Arc::clone(&sender_bell));
        let watcher = Watcher {
            store: store.clone(),
            ways,
            ladders,
            health: config.health.clone(),
            clock: clock.clone(),
            sender_bell: Arc::clone(&sender_bell),
        };
        let digester = Digester {
            store: store.clone(),
            plans: plan.digests,
            clock: clock.clone(),
            sender_bell: Arc::clone(&sender_bell),
        };
        let sender = Sender {
            store: store.clone(),
            channels: channels.clone(),
            owner: Arc::clone(&owner),
            max_attempts: config.mail.max_attempts,
            pulse: context.pulse.clone(),
            watcher_bell: Arc::clone(&watcher_bell),
            stops_at: None,
            clock: clock.clone(),
            shutdown: context.shutdown.clone(),
        };
        let fallback = Fallback {
            store: store.clone(),
            config: config.deliver.clone(),
            clock: clock.clone(),
            sender_bell: Arc::clone(&sender_bell),
        };
        let poller = Poller {
            pipeline: pipeline.clone(),
            store: store.clone(),
            sources: Arc::clone(&sources),
            owner,
            clock: clock.clone(),
            slots: Arc::new(Semaphore::new(config.fetch.concurrency)),
            polls: polls.clone(),
            tally: tally.clone(),
            bell: Arc::clone(&poller_bell),
            sender_bell: Arc::clone(&sender_bell),
            lookout_bell: Arc::clone(&lookout_bell),
            subscriber_bell: Arc::clone(&subscriber_bell),
        };

        let subscriber =
            web.subscriber(pipeline.clone(), store.clone(), sources, context.clock.clone(), Arc::clone(&poller_bell));

        let mut loops = Loops { context, running: Vec::new() };
        loops.start(janitor, Bell::default(), STOP_STEP);
        loops.start(Vigil { store: store.clone(), clock: clock.clone() }, Bell::default(), STOP_STEP);
        loops.start(watcher, watcher_bell, STOP_STEP);
        loops.start(digester, Bell::default(), STOP_STEP);
        loops.start(lookout, lookout_bell, STOP_STEP);
        loops.start(fallback, Bell::default(), STOP_STEP);
        loops.start(sender, sender_bell, SEND_STEP);
        if let Some(subscriber) = subscriber {
            loops.start(subscriber, subscriber_bell, STOP_STEP);
        }
        loops.start(poller, Arc::clone(&poller_bell), STOP_STEP);
        let Loops { context, running } = loops;
        let web = web.serve(&context, store.clone(), tally, poller_bell)?;
        let worker::Context { shutdown, pulse, .. } = context;
        Ok(Self { shutdown, loops: running, polls, pipeline, store, channels, pulse, web, _lock: lock })
    }

    /// Whether the loops are alive.
    #[must_use]
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Where the server listens, if there is one.
    #[must_use]
    pub fn web_address(&self) -> Option<SocketAddr> {
        self.web.as_ref().map(|web| web.address)
    }

    /// Where metrics can be read, if they can.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.web.as_ref().and_then(|web| web.metrics)
    }

    /// What mentiond remembers.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Stops everything in the reverse order of the start. What has begun is given a bounded time to finish; what
    /// does not is repeated after the next start.
    ///
    /// # Errors
    /// Names the steps that did not end in time.
    pub async fn stop(self) -> Result<()> {
        self.shutdown.cancel();
        let mut late = Vec::new();
        if let Some(WebServer { handle, .. }) = self.web {
            let abort = handle.abort_handle();
            note_late(&mut late, "web", STOP_STEP, handle).await;
            abort.abort();
        }
        // The poller first, so that nothing new begins, then what it has begun, then the others.
        self.polls.close();
        let mut loops = self.loops.into_iter().rev();
        if let Some(poller) = loops.next() {
            poller.end(&mut late).await;
        }
        let polls = async {
            self.polls.wait().await;
            self.pipeline.hang_up().await;
        };
        note_late(&mut late, "polls", STOP_STEP, polls).await;
        for job in loops {
            job.end(&mut late).await;
        }
        note_late(&mut late, "channels", STOP_STEP, self.channels.close()).await;
        note_late(&mut late, "store", STOP_STEP, self.store.close()).await;
        anyhow::ensure!(late.is_empty(), "not everything ended in time: {}", late.join(", "));
        Ok(())
    }
}

async fn note_late<T>(
    late: &mut Vec<&'static str>,
    name: &'static str,
    limit: Duration,
    step: impl Future<Output = T>,
) {
    if tokio::time::timeout(limit, step).await.is_err() {
        tracing::warn!(stop.step = name, "a step of the stop did not end in time");
        late.push(name);
    }
}

struct Loops {
    context: worker::Context,
    running: Vec<Loop>,
}

/// A job that runs, and how long it may go on after the stop was asked for.
struct Loop {
    name: &'static str,
    limit: Duration,
    handle: JoinHandle<()>,
}

impl Loop {
    async fn end(self, late: &mut Vec<&'static str>) {
        let abort = self.handle.abort_handle();
        note_late(late, self.name, self.limit, self.handle).await;
        abort.abort();
    }
}

impl Loops {
    fn start(&mut self, job: impl Job, bell: Bell, limit: Duration) {
        let name = job.name();
        let handle = tokio::spawn(worker::repeat(job, bell, self.context.clone()));
        self.running.push(Loop { name, limit, handle });
    }
}

/// Opens the store and tells it what is configured.
async fn open_store(config: &Config, plan: &Plan, now: Instant) -> Result<Store> {
    let store = Store::open(&config.store).await?.guarded(Arc::new(peace(config))).speaking(config.tongues.clone());
    let store = store.handing_over(config.stand_ins.clone());
    let setups: Vec<SourceSetup> = plan.source_setups();
    store.sync_sources(&setups, now).await?;
    Ok(store)
}

/// What keeps the peace of recipients, as configured.
#[must_use]
pub fn peace(config: &Config) -> Peace {
    Peace::new(library(config), config.quiet.clone(), &config.routes)
}

/// The stages of a poll, as configured.
///
/// # Errors
/// When the HTTP client cannot be built, for instance without root certificates, or something is wrong with the user's
/// words.
pub fn pipeline(config: &Config, plan: &Plan) -> Result<Pipeline> {
    let client = Client::new(&config.fetch)?;
    let judge = Judge::new(plan.watched.clone(), scorers(config)?, plan.rules.clone()).routed(plan.routes.clone());
    let FetchConfig { max_pages, host_gap, .. } = config.fetch;
    let pipeline = Pipeline::new(client, judge, config.health.clone(), max_pages, host_gap);
    let has_login = |source: &Source| match source.kind.profile().token {
        Token::Document(_) => true,
        Token::Password(_) => false,
        _ => source.account.is_some(),
    };
    let logs_in = |source: &Source| source.token.is_some() && has_login(source);
    Ok(if plan.sources.iter().any(logs_in) { pipeline.sealing(key::keys(config)?.seal) } else { pipeline })
}

/// The ways out, as configured.
///
/// # Errors
/// When mail cannot be set up, or a channel needs root certificates and there are none.
pub fn channels(config: &Config) -> Result<Channels> {
    Channels::new(&config.mail, &config.channels, &config.fetch).context("what is to be told cannot leave")
}

fn sources_by_name(sources: Vec<Source>) -> HashMap<String, Source> {
    sources.into_iter().map(|source| (source.name.clone(), source)).collect()
}
