//! A notice that was claimed, as the sender gets it. Its language is settled when it is claimed for the first time, and kept,
//! so that every attempt says the same whatever the configuration says by then.

use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::outbox::kind;
use super::{StoreError, instant, perhaps, times};
use crate::model::notice::FirstMail;
use crate::model::outbox::{Instead, OutboxMessage, Unanswered};
use crate::model::{Notice, Tongue, Tongues};

/// The notice of a row.
pub async fn read_message(
    tx: &mut Transaction<'_, Any>,
    row: &AnyRow,
    tongues: &Tongues,
) -> Result<OutboxMessage, StoreError> {
    let notice = serde_json::from_str(row.try_get("notice")?)?;
    Ok(OutboxMessage {
        id: row.try_get("id")?,
        kind: kind(row)?,
        recipient: row.try_get("recipient")?,
        created_at: instant(row.try_get("created_at")?),
        sealed_at: instant(row.try_get("sealed_at")?),
        attempt: times(row, "attempts")?,
        acknowledge: None,
        unanswered: unanswered(row)?,
        instead: instead(row)?,
        answers: answers(tx, row, &notice).await?,
        language: language(tx, row, &notice, tongues).await?,
        notice,
    })
}

/// Who may have accepted it already.
fn unanswered(row: &AnyRow) -> Result<Option<Unanswered>, StoreError> {
    let server: Option<String> = row.try_get("unanswered_by")?;
    Ok(server.zip(perhaps(row, "unanswered_at")?).map(|(server, since)| Unanswered { server, since }))
}

/// What it comes instead of.
fn instead(row: &AnyRow) -> Result<Option<Instead>, StoreError> {
    let recipient: Option<String> = row.try_get("instead_of")?;
    let others: Option<&str> = row.try_get("instead_others")?;
    let others: Vec<String> = others.map(serde_json::from_str).transpose()?.unwrap_or_default();
    Ok(recipient.zip(perhaps(row, "instead_since")?).map(|(recipient, since)| Instead { recipient, since, others }))
}

/// What a notice that was handed over belongs to: the first that its recipient was to get about the same incident, else the
/// one that it stands in for. Both stay the same in every attempt.
async fn answers(
    tx: &mut Transaction<'_, Any>,
    row: &AnyRow,
    notice: &Notice,
) -> Result<Option<FirstMail>, StoreError> {
    let Some(handed_from) = row.try_get::<Option<i64>, _>("handed_from")? else { return Ok(None) };
    let topic: Option<&str> = row.try_get("topic")?;
    let incident = matches!(notice, Notice::Incident(_)).then_some(topic).flatten();
    if let Some((incident, _)) = incident.and_then(|topic| topic.rsplit_once(':')) {
        // A semicolon follows on a colon.
        let first = sqlx::query(
            "SELECT id, created_at FROM outbox WHERE recipient = $1 AND topic > $2 || ':' AND topic < $2 || ';' AND id < $3 \
             ORDER BY id LIMIT 1",
        );
        let first = first.bind(row.try_get::<&str, _>("recipient")?).bind(incident).bind(row.try_get::<i64, _>("id")?);
        if let Some(first) = first.fetch_optional(&mut **tx).await? {
            return first_mail(&first).map(Some);
        }
    }
    let original = sqlx::query("SELECT id, created_at FROM outbox WHERE id = $1").bind(handed_from);
    original.fetch_optional(&mut **tx).await?.as_ref().map(first_mail).transpose()
}

fn first_mail(row: &AnyRow) -> Result<FirstMail, StoreError> {
    Ok(FirstMail { outbox_id: row.try_get("id")?, created_at: instant(row.try_get("created_at")?) })
}

/// The language that was settled before, or the one of now.
async fn language(
    tx: &mut Transaction<'_, Any>,
    row: &AnyRow,
    notice: &Notice,
    tongues: &Tongues,
) -> Result<Tongue, StoreError> {
    let settled: Option<String> = row.try_get("language")?;
    if let Some(settled) = settled {
        return Ok(Tongue::parse(&settled).unwrap_or_default());
    }
    let id: i64 = row.try_get("id")?;
    let ways = match notice {
        Notice::Alert(_) | Notice::Escalation(_) | Notice::Held(_) => ways(tx, id).await?,
        Notice::Incident(incident) => vec![(row.try_get("route")?, incident.brand.clone())],
        _ => Vec::new(),
    };
    let tongue = tongues.of(notice, &ways);
    sqlx::query("UPDATE outbox SET language = $2 WHERE id = $1")
        .bind(id)
        .bind(tongue.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(tongue)
}

/// By which routes its alerts of which brands came.
async fn ways(tx: &mut Transaction<'_, Any>, id: i64) -> Result<Vec<(String, String)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT DISTINCT l.route, a.brand FROM outbox_alert l JOIN alert a ON a.id = l.alert_id WHERE l.outbox_id = $1 \
         ORDER BY l.route, a.brand",
    )
    .bind(id)
    .fetch_all(&mut **tx)
    .await
}
