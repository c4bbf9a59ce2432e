//! Documents that hubs and webhooks delivered, which wait here until they are read. A document is on the disk when its
//! delivery is acknowledged, is read once, and leaves with the transaction that stores what it brought. What a webhook
//! told of but did not show is asked for afterwards; until all of it is, the document stays with what is left.

use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::poll::PollCommit;
use super::{ClaimedSource, Store, StoreError, claim, hub, instant, integer, millis, orphan, perhaps, times};
use crate::model::Instant;

/// Most documents of one source that wait, by who delivers, and most bytes of all that wait. Those of webhooks are small,
/// and may have to wait for the network to answer.
const MOST_OF_HUB: i64 = 16;
const MOST_OF_WEBHOOK: i64 = 1_000;
const MOST_BYTES: i64 = 256 << 20;
/// A document that was begun so often and never finished is given up: reading it may be what ends the process. A machine
/// that is switched off a few times in a row is not the document's fault.
pub const MOST_ATTEMPTS: u32 = 10;

/// A delivered document that is ours to read for a time, with its source.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedDelivery {
    /// Its number.
    pub id: i64,
    /// The source, claimed as for a poll.
    pub source: ClaimedSource,
    /// What was sent.
    pub document: Delivered,
}

/// A document as it was sent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Delivered {
    /// The address that what a hub delivers is read as if it came from; `None` for what came by webhook.
    pub read_from: Option<String>,
    /// The `Content-Type` it came with.
    pub content_type: Option<String>,
    /// The document.
    pub body: Vec<u8>,
    /// What is left to ask for; `None` where it was not read yet.
    pub asks: Option<Vec<String>>,
    /// When it came.
    pub received_at: Instant,
    /// How often reading it, or asking for the same, was begun, this time included.
    pub attempts: u32,
}

/// What becomes of a document once what it brought is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// Its number.
    pub id: i64,
    /// What is left of it; without that it goes.
    pub left: Option<Left>,
    /// Whether its network was asked.
    pub asked: bool,
}

/// What is left of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Left {
    /// What is still to be asked for.
    pub asks: Vec<String>,
    /// When.
    pub due_at: Instant,
    /// Whether it is as if nothing had been tried, since something was read.
    pub afresh: bool,
}

/// Who delivers.
#[derive(Clone, Copy)]
pub(super) enum Origin<'o> {
    /// The hub of the subscription with this number.
    Hub(i64),
    /// The network, by the webhook of the source with this name.
    Webhook(&'o str),
}

/// Keeps a delivered document until it is read. `false` when too many wait, or nobody wants it any more.
pub(super) async fn keep(
    tx: &mut Transaction<'_, Any>,
    origin: Origin<'_>,
    content_type: Option<&str>,
    body: &[u8],
    now: Instant,
) -> Result<bool, StoreError> {
    let (from, most) = match origin {
        Origin::Hub(_) => {
            ("SELECT id, source, fingerprint FROM subscription WHERE id = $1 AND state <> 'ended'", MOST_OF_HUB)
        }
        Origin::Webhook(_) => (
            "SELECT NULL AS id, name AS source, fingerprint FROM source_state WHERE name = $1 AND configured = 1",
            MOST_OF_WEBHOOK,
        ),
    };
    let query = sqlx::query(AssertSqlSafe(format!(
        "INSERT INTO delivered_document (source, fingerprint, subscription_id, received_at, due_at, attempts, bytes, \
         content_type, body) SELECT o.source, o.fingerprint, o.id, $2, $2, 0, $3, $4, $5 FROM ({from}) o \
         WHERE (SELECT count(*) FROM delivered_document d WHERE d.source = o.source) < $6 \
         AND (SELECT coalesce(sum(bytes), 0) FROM delivered_document) + $3 <= $7"
    )));
    let query = match origin {
        Origin::Hub(id) => query.bind(id),
        Origin::Webhook(name) => query.bind(name),
    };
    let query = query.bind(millis(now)).bind(integer(body.len())).bind(content_type).bind(body);
    let kept = query.bind(most).bind(MOST_BYTES).execute(&mut **tx).await?;
    Ok(kept.rows_affected() > 0)
}

impl Store {
    /// Claims documents that are due, at most one of each source and none of a source that is being polled, the oldest
    /// first. One for which the network has to be asked waits for its host. One that cannot be read back is given up, and
    /// its source made due: no other has to wait for it.
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
        let waiting = "SELECT min(d.id) AS id, d.source FROM delivered_document d \
                       JOIN source_state s ON s.name = d.source JOIN host_state h ON h.host = s.host \
                       WHERE d.due_at <= $1 AND s.configured = 1 AND (s.claimed_until IS NULL OR s.claimed_until <= $1) \
                       AND (d.asks IS NULL OR (s.stopped IS NULL AND h.next_at <= $1 AND NOT EXISTS (SELECT 1 FROM source_state o \
                       WHERE o.host = s.host AND o.claimed_until > $1))) \
                       GROUP BY d.source ORDER BY min(d.id) LIMIT $2";
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
                if host_is_asked(&mut tx, id, now).await? {
                    continue;
                }
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
                        orphan::give_up(&mut tx, &name, id, now).await?;
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

    /// When the next document is due that nobody reads just now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_delivery_at(&self) -> Result<Option<Instant>, StoreError> {
        let rows = sqlx::query(
            "SELECT min(d.due_at) AS due_at, d.asks IS NOT NULL AS asks, s.claimed_until, h.next_at, \
             (SELECT max(o.claimed_until) FROM source_state o WHERE o.host = s.host AND o.claimed_until IS NOT NULL) \
             AS host_claimed_until FROM delivered_document d JOIN source_state s ON s.name = d.source \
             JOIN host_state h ON h.host = s.host \
             WHERE s.configured = 1 AND (d.asks IS NULL OR s.stopped IS NULL) \
             GROUP BY d.source, d.asks IS NOT NULL, s.claimed_until, h.next_at, s.host",
        )
        .fetch_all(&self.pools.read)
        .await?;
        let mut next = None;
        for row in &rows {
            let due_at = instant(row.try_get("due_at")?);
            let waits_for: &[&str] = if row.try_get::<i64, _>("asks")? == 1 {
                &["claimed_until", "host_claimed_until", "next_at"]
            } else {
                &["claimed_until"]
            };
            let mut ready = due_at;
            for column in waits_for {
                ready = ready.max(perhaps(row, column)?.unwrap_or(due_at));
            }
            next = Some(next.map_or(ready, |next: Instant| next.min(ready)));
        }
        Ok(next)
    }
}

/// Whether what is left of the document has to wait, since a source that was claimed just before asks the same host.
async fn host_is_asked(tx: &mut Transaction<'_, Any>, id: i64, now: Instant) -> Result<bool, sqlx::Error> {
    let asked: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM delivered_document d JOIN source_state s ON s.name = d.source \
         JOIN source_state o ON o.host = s.host WHERE d.id = $1 AND d.asks IS NOT NULL AND o.claimed_until > $2 LIMIT 1",
    )
    .bind(id)
    .bind(millis(now))
    .fetch_optional(&mut **tx)
    .await?;
    Ok(asked.is_some())
}

/// Counts that reading a document is begun.
async fn begin(tx: &mut Transaction<'_, Any>, id: i64) -> Result<Delivered, sqlx::Error> {
    let row = sqlx::query(
        "UPDATE delivered_document SET attempts = attempts + 1 WHERE id = $1 \
         RETURNING content_type, body, asks, received_at, attempts, \
         (SELECT read_from FROM subscription u WHERE u.id = delivered_document.subscription_id) AS read_from",
    )
    .bind(id)
    .fetch_one(&mut **tx)
    .await?;
    let asks: Option<String> = row.try_get("asks")?;
    let asks = asks.map(|asks| serde_json::from_str(&asks)).transpose();
    Ok(Delivered {
        read_from: row.try_get("read_from")?,
        content_type: row.try_get("content_type")?,
        body: row.try_get("body")?,
        asks: asks.map_err(|error| sqlx::Error::Decode(error.into()))?,
        received_at: instant(row.try_get("received_at")?),
        attempts: times(&row, "attempts")?,
    })
}

/// Lets a document go; answers whether it was there.
async fn remove(tx: &mut Transaction<'_, Any>, id: i64) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query("DELETE FROM delivered_document WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(gone.rows_affected() > 0)
}

/// Keeps what is left of a document, without what was read of it; answers whether it was there.
async fn keep_left(tx: &mut Transaction<'_, Any>, id: i64, left: &Left) -> Result<bool, StoreError> {
    let asks = serde_json::to_string(&left.asks)?;
    let kept = sqlx::query(
        "UPDATE delivered_document SET asks = $2, due_at = $3, bytes = $4, body = X'', \
         attempts = CASE WHEN $5 = 1 THEN 0 ELSE attempts END WHERE id = $1",
    )
    .bind(id)
    .bind(&asks)
    .bind(millis(left.due_at))
    .bind(integer(asks.len()))
    .bind(i64::from(left.afresh))
    .execute(&mut **tx)
    .await?;
    Ok(kept.rows_affected() > 0)
}

/// The document has been read: it goes, or stays with what is left, and its source is given back. Neither validators nor
/// the next poll are touched, nor what the source shows: a delivery may hold only what is new. One that could not be read
/// makes the source due.
pub(super) async fn settle(
    tx: &mut Transaction<'_, Any>,
    settled: &Settled,
    poll: &PollCommit,
) -> Result<(), StoreError> {
    if settled.asked {
        claim::free_host(tx, poll).await?;
    }
    let held = sqlx::query(
        "UPDATE source_state SET cursor = $3, usage = $6, session = $7, claimed_by = NULL, claimed_until = NULL, \
         unended = unended - 1, last_read_at = CASE WHEN $5 IS NULL AND EXISTS (SELECT 1 FROM delivered_document d WHERE d.id = $8 \
         AND d.subscription_id IS NOT NULL) THEN $4 ELSE last_read_at END WHERE name = $1 AND claimed_by = $2",
    )
    .bind(&poll.source)
    .bind(&poll.owner)
    .bind(serde_json::to_string(&poll.cursor)?)
    .bind(millis(poll.now))
    .bind(poll.fault.as_ref().map(ToString::to_string))
    .bind(serde_json::to_string(&poll.usage)?)
    .bind(poll.session.as_deref())
    .bind(settled.id)
    .execute(&mut **tx)
    .await?;
    let was_there = match &settled.left {
        Some(left) => keep_left(tx, settled.id, left).await?,
        None => remove(tx, settled.id).await?,
    };
    if held.rows_affected() == 0 || !was_there {
        return Err(StoreError::ClaimLost(poll.source.clone()));
    }
    if poll.fault.is_some() && settled.left.is_none() {
        hub::poll_soon(tx, &poll.source, poll.now).await?;
    }
    Ok(())
}
