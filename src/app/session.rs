//! What a short command needs of the store: it may run beside the daemon, so it claims in a name of its own and
//! leaves the daemon's claims alone.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant as Moment;

use super::{Plan, channels, links, open_store};
use crate::clock::Clock;
use crate::config::Config;
use crate::deliver::{Channels, Outcome};
use crate::model::Notice;
use crate::model::notice::TrialNotice;
use crate::model::outbox::OutboxKind;
use crate::pipeline::POLL_LEASE;
use crate::pulse::Pulse;
use crate::shutdown::{Shutdown, unless_stopped};
use crate::store::{ClaimedSource, Store};
use crate::worker::{Bell, Fallback, Job as _, Lookout, Sender};

/// How long a trial mail is claimed: longer than any delivery may take.
const TRIAL_LEASE: Duration = Duration::from_secs(900);

/// After this time a short command sends nothing more but what it has begun; that it waits for what gathers does not count.
const SENDING: Duration = Duration::from_secs(60);

/// A store opened by a short command.
pub struct Session {
    /// The store.
    pub store: Store,
    /// In whose name the command claims.
    pub owner: Arc<str>,
}

impl Session {
    /// Opens the store and tells it what is configured.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub async fn open(config: &Config, plan: &Plan, clock: &Clock) -> Result<Self> {
        let store = open_store(config, plan, clock.now()).await?;
        Ok(Self { store, owner: format!("cli-{}", std::process::id()).into() })
    }

    /// Claims a source, due or not, once the gap of its host is over; `None` while somebody else polls it or its host.
    /// A host that wants to be left alone for longer is asked all the same: whoever names a source wants to know.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn claim(&self, source: &str, gap: Duration, clock: &Clock) -> Result<Option<ClaimedSource>> {
        let free = self.store.host_free_at(source).await?;
        clock.busy().rest_until(free.min(clock.now() + gap)).await;
        let now = clock.now();
        Ok(self.store.claim_source(source, &self.owner, now, now + POLL_LEASE).await?)
    }

    /// Tries once to deliver a trial mail, and nothing else that waits. One that fails is taken back: nobody wants to hear
    /// days later that all is well. The inner result says why it was not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn send_trial(
        &self,
        channels: &Channels,
        recipient: &str,
        clock: &Clock,
        shutdown: &Shutdown,
    ) -> Result<Result<(), String>> {
        let now = clock.now();
        let notice = Notice::Trial(TrialNotice { asked_at: now });
        let trial = (OutboxKind::Trial, recipient);
        let message = self.store.enqueue_claimed(trial, &notice, &self.owner, now, now + TRIAL_LEASE).await?;
        let delivery = async {
            loop {
                match channels.deliver(&message, clock.now()).await {
                    Outcome::Sent => return Ok(()),
                    Outcome::NotYet(wait) => clock.busy().rest_until(clock.now() + wait).await,
                    Outcome::Transient(why)
                    | Outcome::Unanswered(why, _)
                    | Outcome::Throttled(why, _)
                    | Outcome::Permanent(why) => return Err(why),
                }
            }
        };
        let delivered = unless_stopped(shutdown, delivery).await;
        let delivered = delivered.unwrap_or_else(|| Err("stopped before it was accepted".to_owned()));
        match delivered {
            Ok(()) => self.store.mark_sent(message.id, &self.owner, clock.now()).await?,
            Err(_) => self.store.withdraw(message.id, &self.owner).await?,
        }
        Ok(delivered)
    }

    /// Looks whether negative stories spread, as the daemon does.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn look_out(&self, config: &Config, plan: &Plan, clock: &Clock) -> Result<()> {
        let (store, told) = (self.store.clone(), (plan.incident_audiences(), Vec::new()));
        Lookout::new(store, &config.spikes, told, clock.clone(), Bell::default()).run().await?;
        Ok(())
    }

    /// Delivers what is due within the group wait, with what nothing holds any more, tells of what does not arrive, and says
    /// what became of it. What is not begun within a minute of sending waits for the next who sends.
    ///
    /// # Errors
    /// When mail cannot be set up or the store fails.
    pub async fn send_due(&self, config: &Config, clock: Clock) -> Result<Sent> {
        let channels = channels(config)?.linked(links(config)?);
        let way = channels.describe();
        let mut ends = Moment::now() + SENDING;
        let mut sender = Sender {
            store: self.store.clone(),
            channels,
            owner: Arc::clone(&self.owner),
            max_attempts: config.mail.max_attempts,
            pulse: Pulse::default(),
            watcher_bell: Bell::default(),
            stops_at: Some(ends),
            clock: clock.clone(),
            shutdown: Shutdown::new(),
        };
        let before = self.store.outbox_counts().await?;
        self.store.release_held(clock.now()).await?;
        // What was tried long ago gets its chance before somebody else is told.
        while sender.send_due().await? > 0 {}
        let fallback = Fallback {
            store: self.store.clone(),
            config: config.deliver.clone(),
            clock: clock.clone(),
            sender_bell: Bell::default(),
        };
        fallback.run().await?;
        let horizon = clock.now() + config.grouping.group_wait;
        loop {
            while sender.send_due().await? > 0 {}
            let next = self.store.next_outbox_at().await?.filter(|next| *next <= horizon);
            let Some(next) = next.filter(|_| Moment::now() < ends) else { break };
            let began = Moment::now();
            clock.busy().rest_until(next).await;
            ends += began.elapsed();
            sender.stops_at = Some(ends);
        }
        sender.channels.close().await;
        let after = self.store.outbox_counts().await?;
        Ok(Sent {
            way,
            delivered: after.sent.saturating_sub(before.sent),
            died: after.dead.saturating_sub(before.dead),
            waiting: after.waiting,
        })
    }
}

/// What became of the notices that were due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The channel in words.
    pub way: String,
    /// Notices delivered.
    pub delivered: u64,
    /// Notices given up.
    pub died: u64,
    /// Notices that wait, be it for their time or for another attempt.
    pub waiting: u64,
}
