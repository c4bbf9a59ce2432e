//! What networks send by webhook, until it is read, and when they last called.

use sqlx::Row as _;

use super::document::{self, Origin};
use super::{Store, StoreError, millis, perhaps, times};
use crate::model::Instant;
use crate::model::hash::sha256_hex;

/// So long it is known what was delivered: networks try for a day and a half to deliver what was not acknowledged.
const KNOWN_FOR_MS: i64 = 7 * 86_400_000;
/// Bytes of a hash.
const DIGEST: usize = 16;

/// When a network last called at the webhook of a source, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookState {
    /// The source.
    pub source: String,
    /// When it last asked whether the webhook is ours.
    pub verified_at: Option<Instant>,
    /// When it last delivered.
    pub delivered_at: Option<Instant>,
    /// Deliveries with a wrong signature since then, by the network or by somebody else.
    pub refused: u32,
    /// When the first of them came.
    pub refused_since: Option<Instant>,
}

impl Store {
    /// Keeps what a network sent until it is read. What was sent before counts as kept. `false` when too much waits, or
    /// nobody wants it any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_sent(&self, source: &str, body: &[u8], now: Instant) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM webhook_delivery WHERE at < $1")
            .bind(millis(now) - KNOWN_FOR_MS)
            .execute(&mut *tx)
            .await?;
        let new =
            sqlx::query("INSERT INTO webhook_delivery (source, digest, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                .bind(source)
                .bind(sha256_hex([body], DIGEST))
                .bind(millis(now))
                .execute(&mut *tx)
                .await?;
        if new.rows_affected() > 0 && !document::keep(&mut tx, Origin::Webhook(source), None, body, now).await? {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO webhook (source, delivered_at) VALUES ($1, $2) \
             ON CONFLICT (source) DO UPDATE SET delivered_at = excluded.delivered_at, refused = 0, refused_since = NULL",
        )
        .bind(source)
        .bind(millis(now))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Writes down that a network has asked whether the webhook is ours.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_webhook_verified(&self, source: &str, now: Instant) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO webhook (source, verified_at) VALUES ($1, $2) \
             ON CONFLICT (source) DO UPDATE SET verified_at = excluded.verified_at",
        )
        .bind(source)
        .bind(millis(now))
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Writes down that so many deliveries were refused for a wrong signature.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_webhook_refused(&self, source: &str, refused: u32, now: Instant) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO webhook (source, refused, refused_since) VALUES ($1, $2, $3) \
             ON CONFLICT (source) DO UPDATE SET refused = webhook.refused + excluded.refused, \
             refused_since = coalesce(webhook.refused_since, excluded.refused_since)",
        )
        .bind(source)
        .bind(i64::from(refused))
        .bind(millis(now))
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// When networks last called, by source.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook_states(&self) -> Result<Vec<WebhookState>, StoreError> {
        let rows = sqlx::query(
            "SELECT source, verified_at, delivered_at, refused, refused_since FROM webhook ORDER BY source",
        )
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(WebhookState {
                    source: row.try_get("source")?,
                    verified_at: perhaps(row, "verified_at")?,
                    delivered_at: perhaps(row, "delivered_at")?,
                    refused: times(row, "refused")?,
                    refused_since: perhaps(row, "refused_since")?,
                })
            })
            .collect()
    }
}
