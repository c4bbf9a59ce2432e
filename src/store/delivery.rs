//! What comes from hubs: their verifications and refusals, and the documents they deliver, which wait here until they
//! are read. A document is on the disk when its delivery is acknowledged, and leaves with the transaction that stores
//! what it brought.

use std::time::Duration;

use sqlx::{Any, Row as _, Transaction};

use super::poll::PollCommit;
use super::subscription::SubscriptionState;
use super::{ClaimedSource, Store, StoreError, after, claim, hub, integer, millis, times};
use crate::model::Instant;

/// Most documents of one subscription that wait, and most bytes of all that wait.
const MOST_WAITING: i64 = 16;
const MOST_BYTES: i64 = 256 << 20;
/// A document that was begun so often and never finished is given up: reading it may be what ends the process. A machine
/// that is switched off a few times in a row is not the document's fault.
pub const MOST_ATTEMPTS: u32 = 10;

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

/// A delivered document that is ours to read for a time, with its source.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedDelivery {
    /// Its number.
    pub id: i64,
    /// The source, claimed as for a poll.
    pub source: ClaimedSource,
    /// What the hub sent.
    pub document: Delivered,
}

/// A document as a hub sent it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Delivered {
    /// The address that it is read as if it came from.
    pub read_from: String,
    /// The `Content-Type` it came with.
    pub content_type: Option<String>,
    /// The document.
    pub body: Vec<u8>,
    /// How often reading it was begun, this time included.
    pub attempts: u32,
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
        let kept = sqlx::query(
            "INSERT INTO delivered_document (subscription_id, received_at, attempts, bytes, content_type, body) \
             SELECT id, $2, 0, $3, $4, $5 FROM subscription WHERE id = $1 AND state <> 'ended' \
             AND (SELECT count(*) FROM delivered_document WHERE subscription_id = $1) < $6 \
             AND (SELECT coalesce(sum(bytes), 0) FROM delivered_document) + $3 <= $7",
        )
        .bind(id)
        .bind(millis(now))
        .bind(integer(body.len()))
        .bind(content_type)
        .bind(body)
        .bind(MOST_WAITING)
        .bind(MOST_BYTES)
        .execute(&mut *tx)
        .await?;
        let kept = kept.rows_affected() > 0;
        if kept {
            let delivered = sqlx::query("UPDATE subscription SET delivered_at = $2 WHERE id = $1");
            delivered.bind(id).bind(millis(now)).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(kept)
    }

    /// Claims documents that wait, at most one of each source and none of a source that is being polled, the oldest
    /// first. One that cannot be read back is given up, and its source made due: no other has to wait for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_deliveries(
        &self,
        owner: &str,
        now: Instant,
        until: Instant,
        limit: usize,
    ) -> Result<Vec<ClaimedDelivery>, StoreError> {
        let waiting = "SELECT min(d.id) AS id, u.source FROM delivered_document d \
                       JOIN subscription u ON u.id = d.subscription_id JOIN source_state s ON s.name = u.source \
                       WHERE s.configured = 1 AND (s.claimed_until IS NULL OR s.claimed_until <= $1) \
                       GROUP BY u.source ORDER BY min(d.id) LIMIT $2";
        let ask = || sqlx::query(waiting).bind(millis(now));
        if ask().bind(1_i64).fetch_optional(&self.pools.read).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let mut claims = Vec::new();
        loop {
            let rows = ask().bind(integer(limit)).fetch_all(&mut *tx).await?;
            for row in &rows {
                let (id, name): (i64, String) = (row.try_get("id")?, row.try_get("source")?);
                match begin(&mut tx, id).await {
                    Ok(document) => {
                        let source = claim::claim(&mut tx, &name, owner, until).await?;
                        claims.push(ClaimedDelivery { id, source, document });
                    }
                    Err(error @ (sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_))) => {
                        tracing::error!(
                            source.name = name,
                            %error,
                            "a delivered document cannot be read back and is given up"
                        );
                        remove(&mut tx, id).await?;
                        hub::poll_soon(&mut tx, &name, now).await?;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            // Where all were given up, others may wait behind them.
            if rows.is_empty() || !claims.is_empty() {
                break;
            }
        }
        tx.commit().await?;
        Ok(claims)
    }
}

/// Counts that reading a document is begun.
async fn begin(tx: &mut Transaction<'_, Any>, id: i64) -> Result<Delivered, sqlx::Error> {
    let row = sqlx::query(
        "UPDATE delivered_document SET attempts = attempts + 1 WHERE id = $1 RETURNING content_type, body, attempts, \
         (SELECT read_from FROM subscription u WHERE u.id = delivered_document.subscription_id) AS read_from",
    )
    .bind(id)
    .fetch_one(&mut **tx)
    .await?;
    Ok(Delivered {
        read_from: row.try_get("read_from")?,
        content_type: row.try_get("content_type")?,
        body: row.try_get("body")?,
        attempts: times(&row, "attempts")?,
    })
}

/// Lets a document go; answers whether it was there.
async fn remove(tx: &mut Transaction<'_, Any>, id: i64) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query("DELETE FROM delivered_document WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(gone.rows_affected() > 0)
}

/// The document has been read: it goes, and its source is given back. Neither validators nor the next poll are touched,
/// nor what the source shows: a delivery may hold only what is new. One that could not be read makes the source due.
pub(super) async fn finish(tx: &mut Transaction<'_, Any>, id: i64, poll: &PollCommit) -> Result<(), StoreError> {
    let held = sqlx::query(
        "UPDATE source_state SET cursor = $3, claimed_by = NULL, claimed_until = NULL, unended = unended - 1, \
         last_read_at = CASE WHEN $5 IS NULL THEN $4 ELSE last_read_at END WHERE name = $1 AND claimed_by = $2",
    )
    .bind(&poll.source)
    .bind(&poll.owner)
    .bind(serde_json::to_string(&poll.cursor)?)
    .bind(millis(poll.now))
    .bind(poll.fault.as_ref().map(ToString::to_string))
    .execute(&mut **tx)
    .await?;
    let gone = remove(tx, id).await?;
    if held.rows_affected() == 0 || !gone {
        return Err(StoreError::ClaimLost(poll.source.clone()));
    }
    if poll.fault.is_some() {
        hub::poll_soon(tx, &poll.source, poll.now).await?;
    }
    Ok(())
}
