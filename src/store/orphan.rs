//! What becomes of delivered documents when their source changes. What a webhook delivered is read where its network is
//! still listened to, wherever that is asked now; where nobody can read it any more it is said to be lost, since it was
//! acknowledged and does not come again. What a hub delivered is in the feed as well.

use chrono::TimeDelta;
use sqlx::{Any, Row as _, Transaction};

use super::{SourceSetup, StoreError, instant, loss, millis};
use crate::model::{Instant, Loss, LossReason};

/// The documents of a webhook stay with a source that is asked elsewhere, or with other credentials, if its kind is the
/// same. To be asked before the source is changed.
pub(super) async fn follow(tx: &mut Transaction<'_, Any>, setup: &SourceSetup) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE delivered_document SET fingerprint = $2 WHERE source = $1 AND subscription_id IS NULL \
         AND fingerprint = (SELECT s.fingerprint FROM source_state s WHERE s.name = $1 AND s.kind = $3)",
    )
    .bind(&setup.name)
    .bind(&setup.fingerprint)
    .bind(setup.kind.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets the documents of sources that are no longer configured, or are others now.
pub(super) async fn forget(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<(), StoreError> {
    let unread = sqlx::query(
        "SELECT s.name, s.configured, count(*) AS documents, min(d.received_at) AS since FROM source_state s \
         JOIN delivered_document d ON d.source = s.name WHERE d.subscription_id IS NULL \
         AND (s.configured = 0 OR s.fingerprint <> d.fingerprint) GROUP BY s.name, s.configured ORDER BY s.name",
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in &unread {
        let (source, documents): (String, i64) = (row.try_get("name")?, row.try_get("documents")?);
        let since = instant(row.try_get("since")?);
        let happened = match row.try_get::<i64, _>("configured")? {
            0 => "the source was taken out of the configuration",
            _ => "the source was made one of another kind",
        };
        let what = if documents == 1 { "a delivery".to_owned() } else { format!("{documents} deliveries") };
        note(tx, &source, since, format!("{what} still waited to be read when {happened}"), now).await?;
        // Whoever brings the source back may be sent the same again.
        let known = sqlx::query("DELETE FROM webhook_delivery WHERE source = $1 AND at >= $2");
        known.bind(&source).bind(millis(since)).execute(&mut **tx).await?;
    }
    sqlx::query(
        "DELETE FROM delivered_document WHERE id IN (SELECT d.id FROM source_state s CROSS JOIN delivered_document d \
         ON d.source = s.name WHERE s.configured = 0 OR s.fingerprint <> d.fingerprint)",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One document that cannot be read back from the database is given up.
pub(super) async fn give_up(
    tx: &mut Transaction<'_, Any>,
    source: &str,
    id: i64,
    now: Instant,
) -> Result<(), StoreError> {
    let of_webhook =
        sqlx::query("SELECT received_at FROM delivered_document WHERE id = $1 AND subscription_id IS NULL");
    if let Some(row) = of_webhook.bind(id).fetch_optional(&mut **tx).await? {
        let since = row.try_get("received_at").map_or(now, instant);
        note(tx, source, since, "a delivery could not be read back from the database".to_owned(), now).await?;
    }
    sqlx::query("DELETE FROM delivered_document WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

async fn note(
    tx: &mut Transaction<'_, Any>,
    source: &str,
    since: Instant,
    why: String,
    now: Instant,
) -> Result<(), StoreError> {
    tracing::warn!(source.name = source, "what a webhook delivered is lost: {why}");
    let to = now.max(since + TimeDelta::seconds(1));
    let lost: Vec<Loss> = Loss::between(since, to, LossReason::Told(why)).into_iter().collect();
    loss::note_all(tx, source, &lost, now).await
}
