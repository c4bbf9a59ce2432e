//! What a digest or a mail about an incident says to whom: counted in the store, scored and composed. Changes nothing and
//! sends nothing, so that a digest can be looked at before its time.

mod brand;
mod incident;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::config::{DigestConfig, WhenQuiet};
use crate::digest::{self, Period, Schedule};
use crate::model::digest::{ChartBar, StoryList};
use crate::model::notice::{BrandReport, DigestNotice};
use crate::model::outbox::channel_of;
use crate::store::{Store, StoreError};

use brand::{Frame, Measured};
pub use incident::{IncidentDraft, UsualWeek, ending as incident_ending, evidence as incident_evidence};

/// Stories of a list; a mail should not weigh more than a picture.
const LISTED: usize = 5_000;
/// Stories that fit into every mail,
const FIT: usize = 30;
/// and how much of that the numbers and the chart of a brand take.
const PART: usize = 4;
/// Brands that are counted at the same time.
const AT_ONCE: usize = 2;

/// A digest with its compiled schedule and the people who get it.
#[derive(Debug, Clone)]
pub struct DigestPlan {
    /// As configured.
    pub config: DigestConfig,
    /// Its compiled schedule.
    pub schedule: Schedule,
    /// Each recipient with the names of the brands to report on.
    pub audience: Vec<(String, Vec<String>)>,
    /// What is known of each brand beyond its name.
    pub brands: Arc<BTreeMap<String, Reported>>,
}

/// What a report on a brand asks of its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reported {
    /// Brands with which it is compared.
    pub competitors: Vec<String>,
    /// The words by which it is found: they are no news.
    pub own_words: Vec<String>,
}

impl DigestPlan {
    /// What each recipient is told about a period. Who has left the digest is not told, nor who wants no mail of a period
    /// in which nothing was.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn notices(&self, store: &Store, period: Period) -> Result<Vec<(String, DigestNotice)>, StoreError> {
        let name = &self.config.name;
        let left = store.left_digest(name).await?;
        let known = store.recipients_of_digest(name).await?;
        let audience: Vec<&(String, Vec<String>)> = self
            .audience
            .iter()
            .filter(|(recipient, _)| !left.iter().any(|leave| &leave.recipient == recipient))
            .collect();
        let mut wanted: Vec<String> = audience.iter().flat_map(|(_, brands)| brands.iter().cloned()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let frame = Frame::of(store, self, period).await?;
        let measured: BTreeMap<String, Measured> = stream::iter(frame.with_competitors(&wanted))
            .map(|brand| {
                let frame = &frame;
                async move {
                    let measured = frame.measure(store, &brand).await?;
                    Ok::<_, StoreError>((brand, measured))
                }
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let reports: BTreeMap<String, BrandReport> = stream::iter(wanted)
            .map(|brand| {
                let (frame, measured) = (&frame, &measured);
                async move { frame.report(store, &brand, measured).await }
            })
            .buffer_unordered(AT_ONCE)
            .try_filter_map(async |report| Ok(report.map(|report| (report.brand.clone(), report))))
            .try_collect()
            .await?;
        // Most recipients hear of the same brands.
        let mut lists: BTreeMap<&Vec<String>, Option<StoryList>> = BTreeMap::new();
        let mut notices = Vec::new();
        for (recipient, brands) in audience {
            let theirs: Vec<BrandReport> = brands.iter().filter_map(|brand| reports.get(brand)).cloned().collect();
            if self.config.when_quiet == WhenQuiet::None
                && frame.coverage.is_complete()
                && theirs.iter().all(digest::is_quiet)
            {
                continue;
            }
            let next_at = self.schedule.next_after(period.to);
            let list = match channel_of(recipient) {
                Some(_) => None,
                None => match lists.get(brands) {
                    Some(list) => Option::clone(list),
                    None => {
                        let list = self.list(store, period, &theirs).await?;
                        lists.insert(brands, list.clone());
                        list
                    }
                },
            };
            let notice = digest::compose(&self.config, period, next_at, theirs, frame.coverage.clone());
            let first = !known.contains(recipient);
            notices.push((recipient.clone(), DigestNotice { first, bars: frame.bars, list, ..notice }));
        }
        Ok(notices)
    }

    /// All stories of these brands, where the reports do not show all of them, or a mail may have no room for what they show.
    async fn list(
        &self,
        store: &Store,
        period: Period,
        reports: &[BrandReport],
    ) -> Result<Option<StoryList>, StoreError> {
        let weight = |report: &BrandReport| match report.mentions.len() + report.waiting.items.len() {
            0 => 0,
            stories => stories + PART,
        };
        if reports.iter().all(|report| report.more == 0) && reports.iter().map(weight).sum::<usize>() <= FIT {
            return Ok(None);
        }
        let Period { from, to, .. } = period;
        let (mut stories, mut all) = (Vec::new(), 0);
        for report in reports {
            let room = LISTED.saturating_sub(stories.len());
            stories.extend(store.listed_stories(&report.brand, from, to, room).await?);
            all += report.chart.iter().map(ChartBar::stories).sum::<u64>();
        }
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = self.config.name.chars().map(plain).collect();
        Ok(Some(StoryList {
            file: format!("{name}-{}.csv", to.with_timezone(&self.config.time_zone).format("%Y-%m-%d")),
            csv: digest::csv(&stories),
            stories: stories.len() as u64,
            all,
        }))
    }
}
