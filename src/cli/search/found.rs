//! What a search has found, read back from its store: scored and counted as a digest does.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;

use crate::app::Plan;
use crate::digest::Period;
use crate::model::Instant;
use crate::model::notice::BrandReport;
use crate::store::{JudgedMention, Position, Store};

/// Mentions that are read at once.
const PAGE: usize = 500;

/// The scores, and the mentions, the newest first.
pub(super) struct Found {
    pub(super) report: BrandReport,
    pub(super) mentions: Vec<JudgedMention>,
}

/// Reads what was found since a search `begun`.
pub(super) async fn read(store: &Store, plan: &Plan, begun: Instant, now: Instant) -> Result<Found> {
    let brand = plan.watched.first().map(|watched| watched.brand.name.clone()).unwrap_or_default();
    let from = begun - TimeDelta::milliseconds(1);
    let digest = plan.digests.first().context("there is no digest to count by")?;
    let period = Period { from, to: now, catches_up: false };
    let notices = digest.notices(store, period).await?;
    let report = notices.into_iter().flat_map(|(_, notice)| notice.brands).find(|report| report.brand == brand);
    let mut mentions = Vec::new();
    let mut place = Position::after(from);
    while let Some((page, next)) = store.judged_mentions(&brand, place, PAGE).await? {
        mentions.extend(page);
        place = next;
    }
    mentions.sort_by_key(|mention| std::cmp::Reverse((mention.entry.published_at, mention.id)));
    Ok(Found { report: report.context("nothing was counted")?, mentions })
}
