//! How things stand, in numbers for metrics, and whether the store answers at all. Each number comes by an index, so that
//! asking often costs little.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::dialect::MIGRATIONS;
use super::{OpenHold, OutboxCounts, Store, StoreError, count, perhaps};
use crate::model::Instant;
use crate::model::health::Health;

/// How things stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gauges {
    /// The outbox.
    pub outbox: OutboxCounts,
    /// Alerts that nobody has acknowledged.
    pub open_alerts: u64,
    /// What is held, and why.
    pub holds: Vec<OpenHold>,
    /// Open incidents that somebody has acknowledged, and that nobody has.
    pub incidents: (u64, u64),
    /// Configured sources by their health.
    pub sources: Vec<(Health, u64)>,
    /// Configured sources that are not polled any more.
    pub stopped: u64,
    /// When the first source is due, or was.
    pub next_poll_at: Option<Instant>,
    /// Documents that hubs delivered and that are not read yet.
    pub documents: u64,
    /// The end of the last period that a digest was composed for.
    pub digest_until: Option<Instant>,
}

impl Store {
    /// How things stand.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gauges(&self) -> Result<Gauges, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT count(*) FROM alert WHERE acknowledged_at IS NULL) AS alerts, \
             (SELECT count(*) FROM incident WHERE ended_at IS NULL AND acknowledged_at IS NOT NULL) AS acknowledged, \
             (SELECT count(*) FROM incident WHERE ended_at IS NULL AND acknowledged_at IS NULL) AS open, \
             (SELECT count(*) FROM source_state WHERE configured = 1 AND stopped IS NOT NULL) AS stopped, \
             (SELECT count(*) FROM delivered_document) AS documents, \
             (SELECT max(slot) FROM digest_slot) AS digest_until",
        )
        .fetch_one(&self.pools.read)
        .await?;
        let sources = sqlx::query(
            "SELECT health, count(*) AS n FROM source_state WHERE configured = 1 GROUP BY health ORDER BY health",
        )
        .fetch_all(&self.pools.read)
        .await?;
        let of_health = |row: &AnyRow| -> Result<Option<(Health, u64)>, sqlx::Error> {
            let health: String = row.try_get("health")?;
            let number = count(row, "n")?;
            Ok(Health::parse(&health).map(|health| (health, number)))
        };
        let sources = sources.iter().map(of_health).collect::<Result<Vec<_>, _>>()?;
        Ok(Gauges {
            outbox: self.outbox_counts().await?,
            open_alerts: count(&row, "alerts")?,
            holds: self.open_holds().await?,
            incidents: (count(&row, "acknowledged")?, count(&row, "open")?),
            sources: sources.into_iter().flatten().collect(),
            stopped: count(&row, "stopped")?,
            next_poll_at: self.next_poll_at().await?,
            documents: count(&row, "documents")?,
            digest_until: perhaps(&row, "digest_until")?,
        })
    }

    /// The versions of the database and of this binary.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn versions(&self) -> Result<(i64, i64), StoreError> {
        let version: Option<i64> =
            sqlx::query_scalar("SELECT max(version) FROM schema_version").fetch_one(&self.pools.read).await?;
        Ok((version.unwrap_or_default(), MIGRATIONS.len() as i64))
    }
}
