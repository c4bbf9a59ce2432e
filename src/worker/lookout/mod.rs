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
use crate::report::IncidentDraft;
use crate::store::{IncidentAudience, IncidentChange, Store, StoreError};
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
        Ok(Some(next))
    }

    /// Other processes may poll as well.
    fn fallback(&self) -> Duration {
        Duration::from_secs(900)
    }
}

impl Lookout {
    /// Watches every brand that somebody hears of and whose spikes are wanted.
    #[must_use]
    pub fn new(
        store: Store,
        spikes: &SpikeConfig,
        audiences: BTreeMap<String, IncidentAudience>,
        clock: Clock,
        sender_bell: Bell,
    ) -> Self {
        let brands = audiences.keys().map(|brand| (brand.clone(), spikes.of(brand)));
        let brands = brands.filter(|(_, settings)| settings.enabled).collect();
        Self { store, brands, audiences, clock, sender_bell, watches: Mutex::new(None) }
    }

    /// Looks at all that is new, and writes what follows from it. Nothing when somebody else was there first.
    async fn look(&self, watches: Option<Watches>) -> Result<Option<Watches>, StoreError> {
        let now = self.clock.now();
        let passed = (now - GRACE).duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        let stamp = self.store.corrections_stamp().await?;
        // A clock that stood ahead has taken them with it.
        let fits = |watches: &Watches| watches.stamp() == stamp && watches.passed_at() <= passed;
        let mut watches = match watches.filter(fits) {
            Some(watches) => watches,
            None => Watches::rebuild(&self.store, &self.brands, stamp, (passed, now)).await?,
        };
        watches.read_on(&self.store, (passed, now)).await?;
        let mut changes = Vec::new();
        let acknowledged = self.store.acknowledged_incidents().await?;
        for (incident, draft) in watches.findings() {
            if is_known(incident, &draft, &acknowledged) {
                continue;
            }
            let audience = self.audiences.get(&draft.brand).cloned().unwrap_or_default();
            changes.push(IncidentChange { incident, notice: draft.compose(&self.store, now).await?, audience });
        }
        if let Some(cursors) = watches.to_write(!changes.is_empty()) {
            if !self.store.commit_incidents(cursors, &changes, now).await? {
                return Ok(None);
            }
            watches.written(&self.store).await?;
        }
        changes.iter().for_each(log);
        let joined = self.tell_newcomers(&watches, now).await?;
        if joined || !changes.is_empty() {
            self.sender_bell.notify_one();
        }
        Ok(Some(watches))
    }

    /// What somebody will be told of an open incident later is kept as it stands now, and who is about to get alerts that
    /// belong to one is told of it in their place; whether there was somebody.
    async fn tell_newcomers(&self, watches: &Watches, now: Instant) -> Result<bool, StoreError> {
        let wanted = self.store.incidents_in_demand().await?;
        if wanted.is_empty() {
            return Ok(false);
        }
        for (id, draft) in watches.standing(&wanted) {
            self.store.refresh_incident(id, &draft.compose(&self.store, now).await?).await?;
        }
        Ok(self.store.join_incidents(now).await? > 0)
    }
}

/// Whether somebody takes care of an incident that merely goes on. It is told again once there are twice as many stories as
/// when it was last told, and when it is over.
fn is_known(incident: Option<i64>, draft: &IncidentDraft, acknowledged: &BTreeMap<i64, u32>) -> bool {
    let told = incident.and_then(|id| acknowledged.get(&id));
    draft.phase == IncidentPhase::Update && told.is_some_and(|told| draft.evidence.negative < told.saturating_mul(2))
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
        incident.log10_tail = notice.evidence.log10_tail,
        "{sentence}"
    );
}
