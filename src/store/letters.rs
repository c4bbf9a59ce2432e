//! How the outbox stands, and what becomes of dead letters.

use sqlx::Row as _;

use super::outbox::kind;
use super::{Store, StoreError, count, instant, integer, millis, perhaps, times};
use crate::model::Instant;
use crate::model::outbox::DeadLetter;

/// How the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxCounts {
    /// Notices that wait for their time or another attempt.
    pub waiting: u64,
    /// Notices delivered.
    pub sent: u64,
    /// Notices given up.
    pub dead: u64,
    /// When the longest waiting was written.
    pub oldest_waiting: Option<Instant>,
}

impl Store {
    /// How the outbox stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_counts(&self) -> Result<OutboxCounts, StoreError> {
        let row = sqlx::query(
            "SELECT count(CASE WHEN state = 'waiting' THEN 1 END) AS waiting, \
             count(CASE WHEN state = 'sent' THEN 1 END) AS sent, count(CASE WHEN state = 'dead' THEN 1 END) AS dead, \
             min(CASE WHEN state = 'waiting' THEN created_at END) AS oldest FROM outbox",
        )
        .fetch_one(&self.pools.read)
        .await?;
        Ok(OutboxCounts {
            waiting: count(&row, "waiting")?,
            sent: count(&row, "sent")?,
            dead: count(&row, "dead")?,
            oldest_waiting: perhaps(&row, "oldest")?,
        })
    }

    /// The notices mentiond gave up on, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dead_letters(&self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, kind, recipient, finished_at, attempts, last_error FROM outbox WHERE state = 'dead' \
             ORDER BY finished_at DESC, id DESC LIMIT $1",
        )
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(DeadLetter {
                    id: row.try_get("id")?,
                    kind: kind(row)?,
                    recipient: row.try_get("recipient")?,
                    died_at: instant(row.try_get("finished_at")?),
                    attempts: times(row, "attempts")?,
                    error: row.try_get::<Option<String>, _>("last_error")?.unwrap_or_default(),
                })
            })
            .collect()
    }

    /// Gives a dead letter, or all of them, another round of attempts; answers how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_dead(&self, id: Option<i64>, now: Instant) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let revived = sqlx::query(
            "UPDATE outbox SET state = 'waiting', due_at = $2, attempts = 0, finished_at = NULL \
             WHERE state = 'dead' AND ($1 IS NULL OR id = $1)",
        )
        .bind(id)
        .bind(millis(now))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(revived.rows_affected())
    }
}
