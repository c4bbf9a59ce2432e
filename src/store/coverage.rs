//! Which sources were read, and which were not: an outage is opened when a source cannot be read and closed when it
//! can be again, so that coverage is a matter of fact and not of a log.

use std::collections::BTreeSet;

use sqlx::{Any, Row as _, Transaction};

use super::{Store, StoreError, loss, millis, overdue, perhaps};
use crate::model::Instant;
use crate::model::notice::{Coverage, Gap};

impl Store {
    /// Opens an outage for every source whose poll is overdue by more than an interval, and for every source whose hub
    /// found nobody. It counts from when the poll was due, or from when somebody was there last, so that a digest of that
    /// time, composed now, tells of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_downtime(&self, now: Instant) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        overdue::note(&mut tx, now).await?;
        Ok(tx.commit().await?)
    }

    /// What was read and what was not from `from` to `to`: unread is what could not be read at `to`, or at no time
    /// before; recovered is what could not be read for a while but is read again, each source with its longest gap.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn coverage(&self, from: Instant, to: Instant) -> Result<Coverage, StoreError> {
        let sources: i64 = sqlx::query_scalar("SELECT count(*) FROM source_state WHERE configured = 1")
            .fetch_one(&self.pools.read)
            .await?;
        let mut coverage = Coverage { sources: sources.unsigned_abs(), ..Coverage::default() };
        let outages = sqlx::query(
            "SELECT o.source, o.since, o.until, o.reason FROM outage o JOIN source_state s ON s.name = o.source \
             WHERE s.configured = 1 AND o.noticed_at <= $2 AND (o.until IS NULL OR o.until > $1) \
             ORDER BY o.source, coalesce(o.until, $2) - coalesce(o.since, 0) DESC, o.id",
        )
        .bind(millis(from))
        .bind(millis(to))
        .fetch_all(&self.pools.read)
        .await?;
        for row in outages {
            let until = perhaps(&row, "until")?.filter(|until| *until <= to);
            let gap = Gap {
                source: row.try_get("source")?,
                since: perhaps(&row, "since")?,
                until,
                reason: row.try_get("reason")?,
            };
            let gaps = if until.is_some() { &mut coverage.recovered } else { &mut coverage.unread };
            if gaps.last().is_none_or(|longest| longest.source != gap.source) {
                gaps.push(gap);
            }
        }
        let idle = sqlx::query(
            "SELECT name, last_read_at, stopped FROM source_state WHERE configured = 1 AND (last_read_at IS NULL \
             OR (last_read_at <= $1 AND (stopped IS NOT NULL OR (next_poll_at <= $2 AND NOT EXISTS \
             (SELECT 1 FROM subscription u WHERE u.source = source_state.name AND u.state <> 'ended' \
             AND u.state = 'live' AND u.lease_until >= $2))))) ORDER BY name",
        )
        .bind(millis(from))
        .bind(millis(to))
        .fetch_all(&self.pools.read)
        .await?;
        for row in &idle {
            let (source, since): (String, _) = (row.try_get("name")?, perhaps(row, "last_read_at")?);
            if !coverage.unread.iter().any(|gap| gap.source == source) {
                let stopped: Option<String> = row.try_get("stopped")?;
                let usual = if since.is_some() { Gap::NO_POLL } else { Gap::NOT_POLLED_YET };
                let reason = stopped.unwrap_or_else(|| usual.to_owned());
                coverage.unread.push(Gap { source, since, until: None, reason });
            }
        }
        coverage.lost = loss::of_period(&self.pools.read, from, to).await?;
        // What could not be read is told as a gap, and nothing twice.
        let mut health = self.health_changes(from, to).await?;
        let gaps: BTreeSet<&str> =
            coverage.unread.iter().chain(&coverage.recovered).map(|gap| gap.source.as_str()).collect();
        health.retain(|change| !gaps.contains(change.source.as_str()) || !change.is_about_reading());
        coverage.health = health;
        Ok(coverage)
    }
}

/// Opens the outage of a source, or keeps the open one and says why it lasts.
pub async fn open(tx: &mut Transaction<'_, Any>, source: &str, reason: &str, now: Instant) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outage (source, since, noticed_at, reason) \
         SELECT name, last_read_at, $2, $3 FROM source_state WHERE name = $1 \
         ON CONFLICT (source) WHERE until IS NULL DO UPDATE SET reason = excluded.reason",
    )
    .bind(source)
    .bind(millis(now))
    .bind(reason)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends the outage of a source, if there is one.
pub async fn close(tx: &mut Transaction<'_, Any>, source: &str, now: Instant) -> Result<(), StoreError> {
    sqlx::query("UPDATE outage SET until = $2 WHERE source = $1 AND until IS NULL")
        .bind(source)
        .bind(millis(now))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
