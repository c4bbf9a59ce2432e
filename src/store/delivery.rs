//! What comes from hubs: their verifications and refusals, and the documents they deliver.

use std::time::Duration;

use sqlx::Row as _;

use super::document::{self, Origin};
use super::subscription::SubscriptionState;
use super::{Store, StoreError, after, hub, millis};
use crate::model::Instant;

/// A subscription as its callback sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// Its number.
    pub id: i64,
    /// The source.
    pub source: String,
    /// What it is about.
    pub topic: String,
    /// How it stands.
    pub state: SubscriptionState,
}

impl Store {
    /// The subscription that a token belongs to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn callback(&self, token: &str) -> Result<Option<Callback>, StoreError> {
        let row = sqlx::query("SELECT id, source, topic, state FROM subscription WHERE token = $1")
            .bind(token)
            .fetch_optional(&self.pools.read)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Callback {
            id: row.try_get("id")?,
            source: row.try_get("source")?,
            topic: row.try_get("topic")?,
            state: SubscriptionState::read(&row)?,
        }))
    }

    /// The hub has verified that we want this: it delivers for the lease, and is asked again after `renewal`. `false`
    /// when nobody wants it any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_verified(
        &self,
        id: i64,
        lease: Duration,
        renewal: Duration,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let noted = sqlx::query(
            "UPDATE subscription SET polled_at = CASE state WHEN 'live' THEN polled_at END, state = 'live', \
             verified_at = $2, lease_until = $3, due_at = $4, failures = 0, last_error = NULL \
             WHERE id = $1 AND state IN ('asked', 'live')",
        )
        .bind(id)
        .bind(millis(now))
        .bind(millis(after(now, lease)))
        .bind(millis(after(now, renewal)))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(noted.rows_affected() > 0)
    }

    /// The hub has verified that we want no more. `false` when we do.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_farewell(&self, id: i64) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let noted = sqlx::query("UPDATE subscription SET due_at = NULL WHERE id = $1 AND state = 'ended'")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(noted.rows_affected() > 0)
    }

    /// The hub refuses, or ends what it promised; it is asked again at `again_at`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_denied(
        &self,
        callback: &Callback,
        reason: &str,
        again_at: Instant,
        now: Instant,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let noted = sqlx::query(
            "UPDATE subscription SET state = 'denied', due_at = $2, last_error = $3, failures = failures + 1 \
             WHERE id = $1 AND state IN ('asked', 'live')",
        )
        .bind(callback.id)
        .bind(millis(again_at))
        .bind(reason)
        .execute(&mut *tx)
        .await?;
        if noted.rows_affected() > 0 {
            hub::poll_soon(&mut tx, &callback.source, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Counts a delivery that nobody signed; answers whether it is the first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_ignored(&self, id: i64) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let ignored: i64 =
            sqlx::query_scalar("UPDATE subscription SET ignored = ignored + 1 WHERE id = $1 RETURNING ignored")
                .bind(id)
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        Ok(ignored == 1)
    }

    /// Keeps a delivered document until it is read. `false` when too many wait, or nobody wants it any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_delivery(
        &self,
        id: i64,
        content_type: Option<&str>,
        body: &[u8],
        now: Instant,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let kept = document::keep(&mut tx, Origin::Hub(id), content_type, body, now).await?;
        if kept {
            let delivered = sqlx::query("UPDATE subscription SET delivered_at = $2 WHERE id = $1");
            delivered.bind(id).bind(millis(now)).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(kept)
    }
}
