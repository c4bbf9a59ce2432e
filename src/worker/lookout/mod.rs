//! Looks out for spikes: gives every story, in the order in which they became known, to the watch over its brand, and
//! tells what that finds. What is told and how far it has looked are written together; after a start, an error or a
//! correction the watches are made anew from the stories that are kept, and what was told is not told again.

mod watches;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DurationRound as _, TimeDelta};
use tokio::sync::Mutex;

use super::{Bell, Job, WorkerError};
use crate::clock::Clock;
use crate::config::{SpikeConfig, SpikeSettings};
use crate::model::Instant;
use crate::model::incident::IncidentPhase;
use crate::store::{IncidentAudience, IncidentChange, Ladder, Store, StoreError};
use watches::Watches;

/// An hour is over for good after this time: by then the polls that ended in it are stored.
const GRACE: TimeDelta = TimeDelta::seconds(60);

/// The job.
pub struct Lookout {
    store: Store,
    /// The brands that are watched, and how.
    brands: BTreeMap<String, SpikeSettings>,
    /// Who is told of which brand.
    audiences: BTreeMap<String, IncidentAudience>,
    /// Who is told next of what nobody acknowledges.
    ladders: Vec<Ladder>,
    clock: Clock,
    /// Rings for the sender.
    sender_bell: Bell,
    /// The watches, unless they have to be made anew.
    watches: Mutex<Option<Watches>>,
}

impl Job for Lookout {
    fn name(&self) -> &'static str {
        "lookout"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        let mut kept = self.watches.lock().await;
        // Whatever goes wrong, they are made anew: they may be ahead of what is written.
        let Some(watches) = self.look(kept.take()).await? else { return Ok(Some(self.clock.now())) };
        let next = watches.passed_at() + TimeDelta::hours(1) + GRACE;
        *kept = Some(watches);
        let spreading = self.store.spreading_incidents(&self.ladders, self.clock.now()).await?;
        Ok(spreading.into_iter().map(|(_, due)| due).chain([next]).min())
    }

    /// Other processes may poll as well, and others are told no sooner than their step says.
    fn fallback(&self) -> Duration {
        let steps = self.ladders.iter().flat_map(|ladder| &ladder.steps).map(|step| step.after);
        steps.fold(Duration::from_secs(900), Duration::min)
    }
}

impl Lookout {
    /// Watches every brand that somebody hears of and whose spikes are wanted. The ladders say who is told next.
    #[must_use]
    pub fn new(
        store: Store,
        spikes: &SpikeConfig,
        (audiences, ladders): (BTreeMap<String, IncidentAudience>, Vec<Ladder>),
        clock: Clock,
        sender_bell: Bell,
    ) -> Self {
        let brands = audiences.keys().map(|brand| (brand.clone(), spikes.of(brand)));
        let brands = brands.filter(|(_, settings)| settings.enabled).collect();
        Self { store, brands, audiences, ladders, clock, sender_bell, watches: Mutex::new(None) }
    }

    /// Looks at all that is new, and writes what follows from it. Nothing when somebody else was there first.
    async fn look(&self, watches: Option<Watches>) -> Result<Option<Watches>, StoreError> {
        let now = self.clock.now();
        let passed = (now - GRACE).duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        let stamp = self.store.corrections_stamp().await?;
        let acknowledged = self.store.acknowledged_incidents().await?;
        // A clock that stood ahead has taken them with it.
        let fits = |watches: &Watches| watches.stamp() == stamp && watches.passed_at() <= passed;
        let mut watches = match watches.filter(fits) {
            Some(watches) => watches,
            None => Watches::rebuild(&self.store, &self.brands, stamp, (passed, now)).await?,
        };
        watches.are_taken_care_of(&acknowledged);
        watches.read_on(&self.store, (passed, now)).await?;
        let mut changes = Vec::new();
        for (incident, draft) in watches.findings() {
            let audience = self.audiences.get(&draft.brand).cloned().unwrap_or_default();
            changes.push(IncidentChange { incident, notice: draft.compose(&self.store, now).await?, audience });
        }
        let few = watches.few();
        if let Some(cursors) = watches.to_write(!changes.is_empty() || !few.is_empty()) {
            if !self.store.commit_incidents(cursors, (&changes, &few), now).await? {
                return Ok(None);
            }
            watches.written(&self.store).await?;
        }
        changes.iter().for_each(log);
        let told = self.tell_others(&watches, now).await?;
        if told || !changes.is_empty() {
            self.sender_bell.notify_one();
        }
        Ok(Some(watches))
    }

    /// What somebody will be told of an open incident later is kept as it stands now. Who is about to get alerts that
    /// belong to one is told of it in their place, and of one that nobody has acknowledged the next are; whether there was
    /// somebody.
    async fn tell_others(&self, watches: &Watches, now: Instant) -> Result<bool, StoreError> {
        let mut wanted = self.store.incidents_in_demand().await?;
        let spreading = self.store.spreading_incidents(&self.ladders, now).await?;
        wanted.extend(spreading.into_iter().filter(|(_, due)| *due <= now).map(|(id, _)| id));
        if wanted.is_empty() {
            return Ok(false);
        }
        for (id, draft) in watches.standing(&wanted) {
            self.store.refresh_incident(id, &draft.compose(&self.store, now).await?).await?;
        }
        let joined = self.store.join_incidents(now).await?;
        let spread = self.store.spread_incidents(&self.ladders, now).await?;
        if spread > 0 {
            tracing::info!(mails.new = spread, "incidents that nobody acknowledged are told to others");
        }
        Ok(joined + spread > 0)
    }
}

fn log(change: &IncidentChange) {
    let notice = &change.notice;
    let sentence = match notice.phase {
        IncidentPhase::Start => "negative stories spread: an incident begins",
        IncidentPhase::Update => "an incident goes on",
        IncidentPhase::End => "an incident is over",
    };
    tracing::warn!(
        brand.name = notice.brand,
        incident.onset = super::logged(notice.evidence.onset),
        incident.negative = notice.evidence.negative,
        incident.authors = notice.evidence.authors,
        incident.log10_tail = notice.evidence.counts.negative_stories.log10_tail,
        incident.authors_log10_tail = notice.evidence.counts.negative_authors.log10_tail,
        "{sentence}"
    );
}
