//! Alerts while an incident of their brand lasts: whoever has been told of it is not mailed each of them, but hears of
//! them in its next mail. Never holds back what is urgent, and never loses an alert: the last mail of an incident tells
//! what is left.

use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::mention::{VIEW_TABLES, read_view, view_columns};
use super::{StoreError, integer};
use crate::model::Severity;
use crate::model::notice::AlertItem;

/// Alerts that a mail names; the rest is counted.
const SHOWN: usize = 10;

/// That the mails of an incident tell an alert to a recipient, so that no reminder does: it was folded, or mailed after the
/// incident had begun. What is urgent is repeated all the same. Asked of an alert `a` and a row of the outbox `o`.
pub const TOLD_BY_INCIDENT: &str = "EXISTS (SELECT 1 FROM incident i JOIN incident_told t ON t.incident_id = i.id \
     WHERE i.brand = a.brand AND t.recipient = o.recipient AND (a.created_at >= i.onset AND \
     (i.ended_at IS NULL OR a.created_at <= i.ended_at) OR EXISTS (SELECT 1 FROM incident_alert f \
     WHERE f.incident_id = i.id AND f.recipient = o.recipient AND f.alert_id = a.id)) \
     AND (SELECT m.severity FROM mention m WHERE m.id = a.mention_id) <> 'urgent')";

/// Puts an alert aside for the next mail about the open incident of its brand, if there is one that the recipient has been
/// told of. Says whether it waits for that mail.
pub async fn fold(
    tx: &mut Transaction<'_, Any>,
    (brand, recipient, route): (&str, &str, &str),
    alert_id: i64,
    severity: Severity,
) -> Result<bool, StoreError> {
    if severity == Severity::Urgent {
        return Ok(false);
    }
    let folded = sqlx::query(
        "INSERT INTO incident_alert (incident_id, recipient, alert_id, route) SELECT i.id, t.recipient, $3, $4 FROM incident i \
         JOIN incident_told t ON t.incident_id = i.id WHERE i.brand = $1 AND i.ended_at IS NULL AND t.recipient = $2 \
         ON CONFLICT DO NOTHING",
    )
    .bind(brand)
    .bind(recipient)
    .bind(alert_id)
    .bind(route)
    .execute(&mut **tx)
    .await?;
    if folded.rows_affected() > 0 {
        return Ok(true);
    }
    // Another route may have put it aside before.
    let waits: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM incident_alert f JOIN incident i ON i.id = f.incident_id WHERE i.brand = $1 \
         AND i.ended_at IS NULL AND f.recipient = $2 AND f.alert_id = $3 AND f.outbox_id IS NULL",
    )
    .bind(brand)
    .bind(recipient)
    .bind(alert_id)
    .fetch_one(&mut **tx)
    .await?;
    Ok(waits > 0)
}

/// Puts an alert aside for the next mail to a recipient about an incident.
pub async fn put_aside(
    tx: &mut Transaction<'_, Any>,
    incident_id: i64,
    (recipient, route): (&str, &str),
    alert_id: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO incident_alert (incident_id, recipient, alert_id, route) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING",
    )
    .bind(incident_id)
    .bind(recipient)
    .bind(alert_id)
    .bind(route)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes over what is not urgent of the alerts that a mail to the recipient was still collecting when the incident was
/// found.
pub async fn take_over(
    tx: &mut Transaction<'_, Any>,
    incident_id: i64,
    (brand, recipient): (&str, &str),
) -> Result<(), StoreError> {
    // One for each route that alerts of the brand take.
    let collecting: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM outbox WHERE brand = $1 AND recipient = $2 AND kind = 'alert' AND sealed_at IS NULL",
    )
    .bind(brand)
    .bind(recipient)
    .fetch_all(&mut **tx)
    .await?;
    for outbox_id in collecting {
        take_over_of(tx, incident_id, recipient, outbox_id).await?;
    }
    Ok(())
}

async fn take_over_of(
    tx: &mut Transaction<'_, Any>,
    incident_id: i64,
    recipient: &str,
    outbox_id: i64,
) -> Result<(), StoreError> {
    let calm = "SELECT l.alert_id, l.route FROM outbox_alert l JOIN alert a ON a.id = l.alert_id \
                JOIN mention m ON m.id = a.mention_id WHERE l.outbox_id = $1 AND m.severity <> 'urgent'";
    for row in sqlx::query(calm).bind(outbox_id).fetch_all(&mut **tx).await? {
        let (alert_id, route): (i64, &str) = (row.try_get("alert_id")?, row.try_get("route")?);
        put_aside(tx, incident_id, (recipient, route), alert_id).await?;
        sqlx::query("DELETE FROM outbox_alert WHERE outbox_id = $1 AND alert_id = $2")
            .bind(outbox_id)
            .bind(alert_id)
            .execute(&mut **tx)
            .await?;
    }
    sqlx::query(
        "DELETE FROM outbox WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM outbox_alert l WHERE l.outbox_id = outbox.id)",
    )
    .bind(outbox_id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What waits for the next mail to the recipient: how many alerts, and the first of them, the most negative first.
pub async fn waiting(
    tx: &mut Transaction<'_, Any>,
    incident_id: i64,
    recipient: &str,
) -> Result<(u64, Vec<AlertItem>), StoreError> {
    let total: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM incident_alert f JOIN alert a ON a.id = f.alert_id WHERE f.incident_id = $1 \
         AND f.recipient = $2 AND f.outbox_id IS NULL AND a.acknowledged_at IS NULL",
    )
    .bind(incident_id)
    .bind(recipient)
    .fetch_one(&mut **tx)
    .await?;
    let columns = view_columns();
    let sql = format!(
        "SELECT {columns}, a.rule, a.keyword FROM {VIEW_TABLES} JOIN alert a ON a.mention_id = m.id \
         JOIN incident_alert f ON f.alert_id = a.id WHERE f.incident_id = $1 AND f.recipient = $2 \
         AND f.outbox_id IS NULL AND a.acknowledged_at IS NULL ORDER BY coalesce(m.score, 0), m.id LIMIT $3"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(incident_id).bind(recipient).bind(integer(SHOWN));
    let mut items = Vec::new();
    for row in &rows.fetch_all(&mut **tx).await? {
        items.push(AlertItem {
            mention: read_view(row)?,
            rule: row.try_get("rule")?,
            keyword: row.try_get("keyword")?,
        });
    }
    Ok((total.unsigned_abs(), items))
}

/// What waited is told by this row of the outbox; what somebody takes care of by now is told by none.
pub async fn tell(
    tx: &mut Transaction<'_, Any>,
    incident_id: i64,
    recipient: &str,
    outbox_id: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM incident_alert WHERE incident_id = $1 AND recipient = $2 AND outbox_id IS NULL \
         AND EXISTS (SELECT 1 FROM alert a WHERE a.id = incident_alert.alert_id AND a.acknowledged_at IS NOT NULL)",
    )
    .bind(incident_id)
    .bind(recipient)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO outbox_alert (outbox_id, alert_id, route) SELECT $3, alert_id, route FROM incident_alert \
         WHERE incident_id = $1 AND recipient = $2 AND outbox_id IS NULL",
    )
    .bind(incident_id)
    .bind(recipient)
    .bind(outbox_id)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "UPDATE incident_alert SET outbox_id = $3 WHERE incident_id = $1 AND recipient = $2 AND outbox_id IS NULL",
    )
    .bind(incident_id)
    .bind(recipient)
    .bind(outbox_id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
