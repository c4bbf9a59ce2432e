//! Says again what nobody has acknowledged, tells others of it, sums up what was held, and notices which sources have fallen ill just because time went by.

use std::time::Duration;

use super::{Bell, Job, WorkerError, log_health};
use crate::clock::Clock;
use crate::config::{GroupingConfig, HealthConfig};
use crate::model::Instant;
use crate::store::{Audience, Ladder, Store};

/// The job.
pub struct Watcher {
    /// Where alerts, sources and the outbox are.
    pub store: Store,
    /// On each way that alerts take: when to repeat, and who is told of which brand.
    pub ways: Vec<(GroupingConfig, Audience)>,
    /// Who is told next of what nobody acknowledges.
    pub ladders: Vec<Ladder>,
    /// Who is told how sources are.
    pub health: HealthConfig,
    /// The time.
    pub clock: Clock,
    /// Rings for the sender.
    pub sender_bell: Bell,
}

impl Job for Watcher {
    fn name(&self) -> &'static str {
        "watcher"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        let now = self.clock.now();
        let mut reminders = 0;
        for (grouping, audience) in &self.ways {
            reminders += self.store.enqueue_reminders(grouping, audience, now).await?;
        }
        if reminders > 0 {
            tracing::info!(reminders.new = reminders, "alerts that nobody acknowledged are said again");
            self.sender_bell.notify_one();
        }
        let escalated = self.store.escalate(&self.ladders, now).await?;
        if escalated > 0 {
            tracing::info!(mails.new = escalated, "alerts that nobody acknowledged are told to others");
            self.sender_bell.notify_one();
        }
        let summed_up = self.store.release_held(now).await?;
        if summed_up > 0 {
            tracing::info!(mails.new = summed_up, "alerts that were held are summed up");
            self.sender_bell.notify_one();
        }
        // Whoever was not there cannot say that nothing was done.
        let awake_since = self.store.keep_watch(now).await?;
        let changes = self.store.examine_sources(&self.health, awake_since, now).await?;
        changes.iter().for_each(log_health);
        if !changes.is_empty() {
            self.sender_bell.notify_one();
        }
        let (released, escalated) =
            (self.store.next_release_at(now).await?, self.store.next_escalation_at(&self.ladders, now).await?);
        let mut next = [released, escalated].into_iter().flatten().min();
        for (grouping, audience) in &self.ways {
            let reminder = self.store.next_reminder_at(grouping, audience, now).await?;
            next = [next, reminder].into_iter().flatten().min();
        }
        Ok(next)
    }

    /// A reminder is due a repeat interval after a mail at the earliest, and others are told no sooner than their step
    /// says, so looking that often misses none.
    fn fallback(&self) -> Duration {
        let longest = Duration::from_secs(1800);
        let repeats = self.ways.iter().filter_map(|(grouping, _)| grouping.repeat_interval);
        let steps = self.ladders.iter().flat_map(|ladder| &ladder.steps).map(|step| step.after);
        repeats.chain(steps).fold(longest, Duration::min)
    }
}
