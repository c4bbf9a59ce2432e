//! Composes the digests that are due, each with its own period, and puts them into the outbox.

use std::time::Duration;

use chrono::TimeDelta;

use super::{Bell, Job, WorkerError};
use crate::clock::Clock;
use crate::config::DigestConfig;
use crate::digest::{self, Period, Schedule};
use crate::insight::metrics;
use crate::model::Instant;
use crate::model::notice::{BrandReport, DigestNotice};
use crate::store::{Store, StoreError};

/// A digest is composed this long after its slot: by then every poll that began before the slot's end is stored.
const GRACE: TimeDelta = TimeDelta::seconds(20);
/// Sources and authors named per brand.
const TOPS: usize = 5;

/// A digest with its compiled schedule and the people who get it.
#[derive(Debug, Clone)]
pub struct DigestPlan {
    /// As configured.
    pub config: DigestConfig,
    /// Its compiled schedule.
    pub schedule: Schedule,
    /// Each recipient with the names of the brands to report on.
    pub audience: Vec<(String, Vec<String>)>,
}

/// The job.
pub struct Digester {
    /// Where mentions are read and digests are written.
    pub store: Store,
    /// All digests.
    pub plans: Vec<DigestPlan>,
    /// The time.
    pub clock: Clock,
    /// Rings for the sender.
    pub sender_bell: Bell,
}

impl Job for Digester {
    fn name(&self) -> &'static str {
        "digester"
    }

    async fn run(&self) -> Result<Option<Instant>, WorkerError> {
        let mut next = None;
        for plan in &self.plans {
            let due = self.catch_up(plan).await?;
            next = [next, due].into_iter().flatten().min();
        }
        Ok(next)
    }

    fn fallback(&self) -> Duration {
        Duration::from_secs(3600)
    }
}

impl Digester {
    /// Writes every digest of `plan` that is due; answers when the next one is.
    async fn catch_up(&self, plan: &DigestPlan) -> Result<Option<Instant>, StoreError> {
        let now = self.clock.now();
        let name = &plan.config.name;
        let mut last = self.store.start_slots(name, now).await?;
        let periods = plan.schedule.due(last, now - GRACE);
        if !periods.is_empty() {
            // A machine that slept, or polls that were never stored, left nothing else behind.
            self.store.note_downtime(now).await?;
        }
        for period in periods {
            let notices = report(&self.store, plan, period).await?;
            if self.store.commit_digest(name, period.to, &notices, now).await? {
                tracing::info!(digest = name, notices = notices.len(), period.to = %period.to, "a digest was composed");
                self.sender_bell.notify_one();
            }
            last = period.to;
        }
        Ok(plan.schedule.next_after(last).map(|slot| slot + GRACE))
    }
}

/// What each recipient of a digest is told about a period. Changes nothing.
///
/// # Errors
/// When the store fails.
pub async fn report(
    store: &Store,
    plan: &DigestPlan,
    period: Period,
) -> Result<Vec<(String, DigestNotice)>, StoreError> {
    let coverage = store.coverage(period.from, period.to).await?;
    let mut reports: Vec<BrandReport> = Vec::new();
    let mut notices = Vec::new();
    for (recipient, brands) in &plan.audience {
        for brand in brands {
            if !reports.iter().any(|report| &report.brand == brand) {
                reports.push(report_brand(store, brand, period, plan.config.max_mentions).await?);
            }
        }
        let theirs = reports.iter().filter(|report| brands.contains(&report.brand)).cloned().collect();
        let next_at = plan.schedule.next_after(period.to);
        notices.push((recipient.clone(), digest::compose(&plan.config, period, next_at, theirs, coverage.clone())));
    }
    Ok(notices)
}

async fn report_brand(store: &Store, brand: &str, period: Period, shown: usize) -> Result<BrandReport, StoreError> {
    let Period { from, to, .. } = period;
    let counts = store.period_counts(brand, from, to).await?;
    let mentions = store.worst_mentions(brand, from, to, shown).await?;
    Ok(BrandReport {
        brand: brand.to_owned(),
        metrics: metrics::score(counts),
        top_sources: store.top_sources(brand, from, to, TOPS).await?,
        top_authors: store.top_authors(brand, from, to, TOPS).await?,
        more: counts.mentions.saturating_sub(mentions.len() as u64),
        mentions,
    })
}
