//! What sources can show no more, so that coverage tells it for as long as it touches what people look at.

use sqlx::{Any, AnyPool, Row as _, Transaction};

use super::{Store, StoreError, instant, millis};
use crate::model::notice::Lost;
use crate::model::{Instant, Lanes, Loss, LossReason};

impl Store {
    /// What may be missing of the configured sources from `from` to `to`, by source.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn losses(&self, from: Instant, to: Instant) -> Result<Vec<Lost>, StoreError> {
        of_period(&self.pools.read, from, to).await
    }
}

/// Keeps what a poll found to be missing. What was lost before for the same reason, up to then or longer, is one loss
/// with it.
pub(super) async fn note_all(
    tx: &mut Transaction<'_, Any>,
    source: &str,
    losses: &[Loss],
    now: Instant,
) -> Result<(), StoreError> {
    for loss in losses {
        let lane = match &loss.why {
            LossReason::Unread { part, .. } => Some(part.as_str()),
            _ => None,
        };
        let reason = serde_json::to_string(&loss.why)?;
        let known = if lane.is_some() { "lane = $6" } else { "lane IS NULL AND reason = $4 AND $6 IS NULL" };
        let widened = format!(
            "UPDATE loss SET since = CASE WHEN since < $2 THEN since ELSE $2 END, \
             until = CASE WHEN until > $3 THEN until ELSE $3 END, reason = $4 \
             WHERE source = $1 AND {known} AND until >= $2 AND since <= $3 AND noticed_at <= $5"
        );
        let new = "INSERT INTO loss (source, since, until, reason, noticed_at, lane) VALUES ($1, $2, $3, $4, $5, $6)";
        for sql in [widened.as_str(), new] {
            let done = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
                .bind(source)
                .bind(millis(loss.from))
                .bind(millis(loss.to))
                .bind(&reason)
                .bind(millis(now))
                .bind(lane)
                .execute(&mut **tx)
                .await?;
            if done.rows_affected() > 0 {
                break;
            }
        }
    }
    Ok(())
}

/// What was missing of lanes for as long as they could not be read is missing no more where they are read.
pub(super) async fn forget_read(tx: &mut Transaction<'_, Any>, source: &str, lanes: &Lanes) -> Result<(), StoreError> {
    if !lanes.are_several() {
        return Ok(());
    }
    let known: Vec<String> = sqlx::query_scalar("SELECT lane FROM loss WHERE source = $1 AND lane IS NOT NULL")
        .bind(source)
        .fetch_all(&mut **tx)
        .await?;
    for lane in known.iter().filter(|lane| !lanes.failures().any(|(failing, ..)| failing == **lane)) {
        sqlx::query("DELETE FROM loss WHERE source = $1 AND lane = $2")
            .bind(source)
            .bind(lane)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// What is missing of a period, and what was found in it to be missing of the time before. Of what was known before it,
/// only the part that lies in it. Of sources that are no longer configured, what had been told of by webhook.
pub(super) async fn of_period(pool: &AnyPool, from: Instant, to: Instant) -> Result<Vec<Lost>, StoreError> {
    let rows = sqlx::query(
        "SELECT l.source, l.reason, l.until, CASE WHEN l.noticed_at > $1 OR l.since > $1 THEN l.since ELSE $1 END AS since \
         FROM loss l JOIN source_state s ON s.name = l.source \
         WHERE (s.configured = 1 OR l.reason LIKE '{\"told\":%') AND l.since < $2 AND (l.until > $1 OR l.noticed_at > $1) \
         ORDER BY l.source, l.since, l.id",
    )
    .bind(millis(from))
    .bind(millis(to))
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            let (from, to) = (instant(row.try_get("since")?), instant(row.try_get("until")?));
            let why = serde_json::from_str(row.try_get("reason")?)?;
            Ok(Lost { source: row.try_get("source")?, loss: Loss { from, to, why } })
        })
        .collect()
}
