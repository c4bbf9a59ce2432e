//! What a digest or a mail about an incident says to whom: counted in the store, scored and composed. Changes nothing and
//! sends nothing, so that a digest can be looked at before its time.

mod incident;

use crate::config::DigestConfig;
use crate::digest::{self, Period, Schedule};
use crate::insight::metrics;
use crate::model::digest::{Tops, Waiting};
use crate::model::notice::{BrandReport, DigestNotice};
use crate::store::{Store, StoreError};

pub use incident::{IncidentDraft, UsualWeek, ending as incident_ending, evidence as incident_evidence};

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

impl DigestPlan {
    /// What each recipient is told about a period.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn notices(&self, store: &Store, period: Period) -> Result<Vec<(String, DigestNotice)>, StoreError> {
        let coverage = store.coverage(period.from, period.to).await?;
        let mut reports: Vec<BrandReport> = Vec::new();
        let mut notices = Vec::new();
        for (recipient, brands) in &self.audience {
            for brand in brands {
                if !reports.iter().any(|report| &report.brand == brand) {
                    reports.push(report_brand(store, brand, period, self.config.max_mentions).await?);
                }
            }
            let theirs = reports.iter().filter(|report| brands.contains(&report.brand)).cloned().collect();
            let next_at = self.schedule.next_after(period.to);
            notices.push((recipient.clone(), digest::compose(&self.config, period, next_at, theirs, coverage.clone())));
        }
        Ok(notices)
    }
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
        more: counts.stories.saturating_sub(mentions.len() as u64),
        mentions,
        waiting: Waiting::default(),
        incidents: Vec::new(),
        before: None,
        chart: Vec::new(),
        tops: Tops::default(),
        voice: Vec::new(),
        regained: Vec::new(),
    })
}
