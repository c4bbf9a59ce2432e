//! Forgetting, in small transactions so that polls are not held up.

use std::time::Duration;

use super::poll::SEEN_AGAIN_MS;
use super::{Store, StoreError, dialect, millis, time_delta};
use crate::model::Instant;

/// Rows forgotten in one transaction.
const BATCH: i64 = 2_000;
/// Mentions, and what was sent about them, are kept so many times as long as entries without one.
const MENTIONS: u32 = 12;

/// What was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Entries, with or without a mention.
    pub entries: u64,
    /// Mentions.
    pub mentions: u64,
    /// Notices.
    pub notices: u64,
}

impl Store {
    /// Forgets entries without a mention that were found longer than `keep_entries` ago, and after twelve times as
    /// long also mentions, notices that were sent, and outages that ended. Never what waits to be sent, nor dead
    /// letters, nor an entry that its source still shows, since it would come back as a new one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prune(&self, now: Instant, keep_entries: Duration) -> Result<Pruned, StoreError> {
        let plain = millis(now - time_delta(keep_entries));
        let long = millis(now - time_delta(keep_entries.saturating_mul(MENTIONS)));
        let notices = self
            .forget(
                "DELETE FROM outbox WHERE id IN \
                 (SELECT id FROM outbox WHERE state = 'sent' AND finished_at < $1 LIMIT $2)",
                long,
            )
            .await?;
        let mentions = self
            .forget(
                "DELETE FROM mention WHERE id IN (SELECT m.id FROM mention m JOIN entry e ON e.id = m.entry_id \
                 WHERE m.found_at < $1 AND NOT EXISTS (SELECT 1 FROM source_state s \
                 WHERE s.name = e.source AND s.configured = 1 AND e.seen_at >= s.shown_at - $3) \
                 AND NOT EXISTS (SELECT 1 FROM alert a JOIN outbox_alert l ON l.alert_id = a.id \
                 JOIN outbox o ON o.id = l.outbox_id WHERE a.mention_id = m.id AND o.state <> 'sent') LIMIT $2)",
                long,
            )
            .await?;
        let entries = self
            .forget(
                "DELETE FROM entry WHERE id IN (SELECT e.id FROM entry e WHERE e.found_at < $1 \
                 AND NOT EXISTS (SELECT 1 FROM source_state s \
                 WHERE s.name = e.source AND s.configured = 1 AND e.seen_at >= s.shown_at - $3) \
                 AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.entry_id = e.id) LIMIT $2)",
                plain,
            )
            .await?;
        self.forget("DELETE FROM outage WHERE id IN (SELECT id FROM outage WHERE until < $1 LIMIT $2)", long).await?;
        Ok(Pruned { entries, mentions, notices })
    }

    /// Tidies the database up after much was forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn optimize(&self) -> Result<(), StoreError> {
        sqlx::raw_sql(dialect::OPTIMIZE).execute(&self.pools.write).await?;
        Ok(())
    }

    async fn forget(&self, sql: &'static str, before: i64) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            let mut tx = self.begin().await?;
            let batch =
                sqlx::query(sql).bind(before).bind(BATCH).bind(SEEN_AGAIN_MS).execute(&mut *tx).await?.rows_affected();
            tx.commit().await?;
            forgotten += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(forgotten);
            }
        }
    }
}
