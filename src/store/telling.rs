//! Who is told of an incident, and when: at once, or once nothing holds it any more, then as it stands by that time. Nobody
//! is told of the same state twice, and who is not told yet is told later.

use std::collections::BTreeMap;

use sqlx::{Any, Row as _, Transaction};

use super::incident::{IncidentAudience, Kept};
use super::outbox::{Draft, insert};
use super::{StoreError, folded, held, instant, millis};
use crate::model::hold::{Gate, Hold, Silence};
use crate::model::incident::IncidentPhase;
use crate::model::notice::{FirstMail, ToldBefore};
use crate::model::outbox::OutboxKind;
use crate::model::{Instant, Notice};

/// What decides whether somebody is told now.
#[derive(Clone, Copy)]
pub struct Peace<'a> {
    pub gate: &'a dyn Gate,
    pub silences: &'a [Silence],
    pub now: Instant,
}

/// Who hears of a change, each with the route: whom it is for, whoever else alerts were folded for meanwhile, so that
/// nobody who ceased to be a recipient misses theirs, and of those who came later since alerts of the brand had reached
/// them, whoever still may.
pub async fn audience(
    tx: &mut Transaction<'_, Any>,
    incident_id: i64,
    audience: &IncidentAudience,
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut told = BTreeMap::new();
    let each = |ways: &[(String, Vec<String>)]| -> Vec<(String, String)> {
        let one = |(route, recipients): &(String, Vec<String>)| {
            recipients.iter().map(|recipient| (recipient.clone(), route.clone())).collect::<Vec<_>>()
        };
        ways.iter().flat_map(one).collect()
    };
    for (recipient, route) in each(&audience.ways) {
        told.entry(recipient).or_insert(route);
    }
    let heard: Vec<String> = sqlx::query_scalar("SELECT recipient FROM incident_told WHERE incident_id = $1")
        .bind(incident_id)
        .fetch_all(&mut **tx)
        .await?;
    for (recipient, route) in each(&audience.others) {
        if heard.contains(&recipient) {
            told.entry(recipient).or_insert(route);
        }
    }
    let waiting = sqlx::query(
        "SELECT recipient, min(route) AS route FROM incident_alert WHERE incident_id = $1 AND outbox_id IS NULL \
         GROUP BY recipient",
    );
    for row in waiting.bind(incident_id).fetch_all(&mut **tx).await? {
        told.entry(row.try_get("recipient")?).or_insert(row.try_get("route")?);
    }
    Ok(told)
}

/// Tells somebody how an incident stands, or holds it; whether it was told. That one is over is no news for who has not heard that it began, but
/// for those from whom just that was held.
pub async fn tell(
    tx: &mut Transaction<'_, Any>,
    kept: &Kept,
    (recipient, route): (&str, &str),
    peace: &Peace<'_>,
) -> Result<bool, StoreError> {
    let first = first_mail(tx, kept.id, recipient).await?;
    let is_held = sqlx::query("SELECT 1 FROM held_incident WHERE incident_id = $1 AND recipient = $2")
        .bind(kept.id)
        .bind(recipient)
        .fetch_optional(&mut **tx)
        .await?
        .is_some();
    let is_over = kept.notice.phase == IncidentPhase::End;
    if first.is_none() && (!kept.is_news() || is_over && !is_held && kept.told > 1) {
        forget_hold(tx, kept.id, recipient).await?;
        return Ok(false);
    }
    match peace.gate.holds_incident(&kept.notice.brand, route, peace.silences, peace.now) {
        Some(hold) => {
            hold_back(tx, kept.id, (recipient, route), &hold, peace.now).await?;
            Ok(false)
        }
        None => {
            forget_hold(tx, kept.id, recipient).await?;
            mail(tx, kept, (recipient, route), first, peace).await?;
            Ok(true)
        }
    }
}

/// Holds what there is to tell somebody; what it is then is read when it is released.
async fn hold_back(
    tx: &mut Transaction<'_, Any>,
    incident_id: i64,
    (recipient, route): (&str, &str),
    hold: &Hold,
    now: Instant,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO held_incident (incident_id, recipient, route, reason, silence_id, held_at, until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (incident_id, recipient) \
         DO UPDATE SET reason = excluded.reason, silence_id = excluded.silence_id, until = excluded.until",
    )
    .bind(incident_id)
    .bind(recipient)
    .bind(route)
    .bind(hold.reason.as_str())
    .bind(hold.silence)
    .bind(millis(now))
    .bind(millis(hold.until))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn forget_hold(tx: &mut Transaction<'_, Any>, incident_id: i64, recipient: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM held_incident WHERE incident_id = $1 AND recipient = $2")
        .bind(incident_id)
        .bind(recipient)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Puts the notice for one recipient into the outbox: an answer to the first one, with the alerts that were folded into
/// the incident since the last, but for those that a silence holds.
async fn mail(
    tx: &mut Transaction<'_, Any>,
    kept: &Kept,
    (recipient, route): (&str, &str),
    first: Option<FirstMail>,
    peace: &Peace<'_>,
) -> Result<(), StoreError> {
    let (id, mut notice) = (kept.id, kept.notice.clone());
    let brand = notice.brand.clone();
    if first.is_none() && notice.phase == IncidentPhase::Update {
        notice.phase = IncidentPhase::Start;
    }
    notice.first_mail = first;
    notice.acknowledged = kept.acknowledged.is_some();
    notice.taken = kept.acknowledged.clone();
    folded::take_over(tx, id, (&brand, recipient)).await?;
    held::keep_from_incident(tx, (id, recipient), peace).await?;
    (notice.folded, notice.folded_items) = folded::waiting(tx, id, recipient).await?;
    let notice = Notice::Incident(Box::new(notice));
    let topic = format!("incident:{id}:{}", kept.told);
    let (cause, topic) = (Some(format!("{topic}:{recipient}")), Some(topic));
    let draft =
        Draft { kind: OutboxKind::Incident, brand: Some(&brand), recipient, route, cause, topic, notice: &notice };
    let outbox_id = insert(tx, &draft, peace.now).await?;
    folded::tell(tx, id, recipient, outbox_id).await?;
    if first.is_none() {
        sqlx::query(
            "INSERT INTO incident_told (incident_id, recipient, route, outbox_id, created_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(recipient)
        .bind(route)
        .bind(outbox_id)
        .bind(millis(peace.now))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Who was told of an incident, and when first.
pub async fn told_before(tx: &mut Transaction<'_, Any>, incident_id: i64) -> Result<Vec<ToldBefore>, StoreError> {
    let rows = sqlx::query(
        "SELECT o.recipient, o.finished_at AS at FROM incident_told t JOIN outbox o ON o.id = t.outbox_id \
         OR o.handed_from = t.outbox_id WHERE t.incident_id = $1 AND o.state = 'sent' ORDER BY at, o.recipient",
    );
    let rows = rows.bind(incident_id).fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| Ok(ToldBefore { recipient: row.try_get("recipient")?, at: instant(row.try_get("at")?) }))
        .collect()
}

async fn first_mail(tx: &mut Transaction<'_, Any>, id: i64, recipient: &str) -> Result<Option<FirstMail>, StoreError> {
    let row = sqlx::query("SELECT outbox_id, created_at FROM incident_told WHERE incident_id = $1 AND recipient = $2")
        .bind(id)
        .bind(recipient)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(FirstMail { outbox_id: row.try_get("outbox_id")?, created_at: instant(row.try_get("created_at")?) }))
}

/// Whom alerts are being collected for that are not urgent, of a brand with an open incident that they have not heard of
/// and that is not held from them: by incident and recipient the route.
pub const NEWCOMERS: &str = "SELECT i.id AS incident_id, o.recipient AS recipient, min(o.route) AS route \
     FROM incident i JOIN outbox o ON o.brand = i.brand AND o.kind = 'alert' AND o.sealed_at IS NULL \
     JOIN outbox_alert l ON l.outbox_id = o.id JOIN alert a ON a.id = l.alert_id JOIN mention m ON m.id = a.mention_id \
     WHERE i.ended_at IS NULL AND m.severity <> 'urgent' AND NOT EXISTS \
     (SELECT 1 FROM incident_told t WHERE t.incident_id = i.id AND t.recipient = o.recipient) AND NOT EXISTS \
     (SELECT 1 FROM held_incident h WHERE h.incident_id = i.id AND h.recipient = o.recipient) \
     GROUP BY i.id, o.recipient";

/// Tells newcomers how an incident stands, in place of the alerts that they were about to get.
pub async fn join(tx: &mut Transaction<'_, Any>, peace: &Peace<'_>) -> Result<u64, StoreError> {
    let rows = sqlx::query(NEWCOMERS).fetch_all(&mut **tx).await?;
    let mut joined = 0;
    for row in &rows {
        let Some(kept) = super::incident::kept(tx, row.try_get("incident_id")?).await? else { continue };
        let recipient: &str = row.try_get("recipient")?;
        // Whoever would get no alert has none that the incident could take the place of.
        if held::all_silenced(tx, (&kept.notice.brand, recipient), peace).await? {
            continue;
        }
        tell(tx, &kept, (recipient, row.try_get("route")?), peace).await?;
        joined += 1;
    }
    Ok(joined)
}

/// A hold of an incident that may be over.
pub struct HeldIncident {
    pub kept: Kept,
    pub route: String,
}

/// What nothing holds any more of the incidents that were held from somebody; what something else holds by now stays held
/// by that. What was new of an incident before somebody took care of it is told no more, but whoever has heard that it
/// began hears of its end.
pub async fn releasable(
    tx: &mut Transaction<'_, Any>,
    recipient: &str,
    over: &str,
    peace: &Peace<'_>,
) -> Result<Vec<HeldIncident>, StoreError> {
    let sql = format!(
        "SELECT h.incident_id, h.route FROM held_incident h WHERE h.recipient = $2 AND {over} ORDER BY h.incident_id"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(millis(peace.now)).bind(recipient);
    let mut released = Vec::new();
    for row in rows.fetch_all(&mut **tx).await? {
        let (id, route): (i64, String) = (row.try_get("incident_id")?, row.try_get("route")?);
        let Some(mut kept) = super::incident::kept(tx, id).await? else { continue };
        let (is_over, has_heard) =
            (kept.notice.phase == IncidentPhase::End, first_mail(tx, id, recipient).await?.is_some());
        if kept.taken && !(is_over && has_heard) {
            forget_hold(tx, id, recipient).await?;
            continue;
        }
        match peace.gate.holds_incident(&kept.notice.brand, &route, peace.silences, peace.now) {
            Some(hold) => hold_back(tx, id, (recipient, &route), &hold, peace.now).await?,
            None => {
                if !is_over && !has_heard && kept.acknowledged.is_none() {
                    kept.notice.told_before = Some(told_before(tx, id).await?).filter(|told| !told.is_empty());
                }
                released.push(HeldIncident { kept, route });
            }
        }
    }
    Ok(released)
}
