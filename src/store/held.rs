//! What somebody is not told of yet. Alerts are held when the mail that collects them is sealed, incidents when they are
//! told. When nothing holds them any more, each incident is told as it stands, with the alerts of its brand, and what is left
//! is summed up in one mail per recipient; either happens whole or not at all. None is forgotten meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::judged::{read_judgement, read_severity, read_source_kind};
use super::kept::read_entry;
use super::outbox::alert_notice;
use super::telling::{self, HeldIncident, Peace};
use super::{Store, StoreError, after, count, escalation, folded, instant, millis, perhaps, silence};
use crate::model::hold::{DueAlert, Gate, Hold, HoldReason};
use crate::model::notice::{AlertNotice, HeldNotice, HoldCause};
use crate::model::{Instant, Notice, Severity};

/// What [`read_alert`] wants, beside the `route`. The texts are those that the mention was judged by.
const ALERT: &str = "a.id AS alert_id, m.brand, m.tone, m.score, m.language AS judged_language, m.severity, e.key, e.source, \
     s.kind, CASE WHEN r.id IS NULL THEN e.url ELSE r.url END AS url, coalesce(r.title, e.title) AS title, \
     coalesce(r.text, e.text) AS text, e.author_name, e.author_handle, e.author_url, e.author_identity, e.followers, e.published_at, \
     e.language, e.tags, e.rating, e.engagement, e.entry_kind, e.place, e.parent, e.thread";
/// Where it is from.
const TABLES: &str = "JOIN mention m ON m.id = a.mention_id JOIN entry e ON e.id = m.entry_id \
     LEFT JOIN revision r ON r.id = m.revision_id LEFT JOIN source_state s ON s.name = e.source";
/// What is no longer held by what has held it: its time has come, or somebody has ended the silence.
const OVER: &str = "(h.until <= $1 OR h.silence_id IN (SELECT i.id FROM silence i WHERE i.ended_at IS NOT NULL))";
/// Somebody may end a silence at any time, in another process.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// How many alerts and incidents are held for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenHold {
    /// Why.
    pub reason: HoldReason,
    /// The silence that holds them.
    pub silence: Option<i64>,
    /// How many.
    pub alerts: u64,
    /// How many incidents somebody is not told of, or not of how they stand.
    pub incidents: u64,
    /// Until when the last of them is held, as far as is known.
    pub until: Instant,
}

impl Store {
    /// Tells of incidents and sums up alerts that nothing holds any more, one mail for each incident and one for all other
    /// alerts per recipient, due at once; what something else holds by now stays held by that. Of
    /// what somebody takes care of meanwhile nobody is told, but that an incident is over. Answers how many mails were written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_held(&self, now: Instant) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT h.recipient AS recipient FROM held_alert h WHERE {OVER} \
             UNION SELECT h.recipient FROM held_incident h WHERE {OVER} ORDER BY recipient"
        );
        let recipients: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(millis(now)).fetch_all(&self.pools.read).await?;
        let mut mails = 0;
        for recipient in recipients {
            let mut tx = self.begin().await?;
            let silences = silence::active(&mut tx, now).await?;
            mails += release(&mut tx, &recipient, &Peace { gate: &*self.gate, silences: &silences, now }).await?;
            tx.commit().await?;
        }
        Ok(mails)
    }

    /// When something may have to be released.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_release_at(&self, now: Instant) -> Result<Option<Instant>, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT min(until) FROM (SELECT min(until) AS until FROM held_alert \
             UNION ALL SELECT min(until) FROM held_incident) AS each) AS until, \
             (SELECT count(*) FROM (SELECT 1 FROM held_alert WHERE silence_id IS NOT NULL LIMIT 1) AS some) + \
             (SELECT count(*) FROM (SELECT 1 FROM held_incident WHERE silence_id IS NOT NULL LIMIT 1) AS some) AS silenced",
        )
        .fetch_one(&self.pools.read)
        .await?;
        let look_again = (count(&row, "silenced")? > 0).then(|| after(now, LOOK_AGAIN));
        Ok(perhaps(&row, "until")?.map(|until| look_again.map_or(until, |again| until.min(again))))
    }

    /// What is held now, and why.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_holds(&self) -> Result<Vec<OpenHold>, StoreError> {
        let rows = sqlx::query(
            "SELECT reason, silence_id, count(DISTINCT alert_id) AS alerts, count(DISTINCT incident_id) AS incidents, \
             max(until) AS until FROM (SELECT reason, silence_id, until, alert_id, NULL AS incident_id FROM held_alert \
             UNION ALL SELECT reason, silence_id, until, NULL, incident_id FROM held_incident) AS holds \
             GROUP BY reason, silence_id ORDER BY reason, silence_id",
        )
        .fetch_all(&self.pools.read)
        .await?;
        let read = |row: &AnyRow| {
            Ok(OpenHold {
                reason: reason(row)?,
                silence: row.try_get("silence_id")?,
                alerts: count(row, "alerts")?,
                incidents: count(row, "incidents")?,
                until: instant(row.try_get("until")?),
            })
        };
        rows.iter().map(read).collect()
    }
}

/// Holds those alerts of an unsealed notice that the gate holds. Answers whether anything is left to tell.
pub async fn keep_back(
    tx: &mut Transaction<'_, Any>,
    outbox_id: i64,
    gate: &dyn Gate,
    now: Instant,
) -> Result<bool, StoreError> {
    let silences = silence::active(tx, now).await?;
    if gate.is_open(&silences, now) {
        return Ok(true);
    }
    let sql = format!(
        "SELECT {ALERT}, l.route, o.recipient FROM outbox_alert l JOIN outbox o ON o.id = l.outbox_id \
         JOIN alert a ON a.id = l.alert_id {TABLES} WHERE l.outbox_id = $1 ORDER BY a.id"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(outbox_id).fetch_all(&mut **tx).await?;
    let alerts = rows.iter().map(read_alert).collect::<Result<Vec<_>, _>>()?;
    let holds = gate.holds(&alerts, &silences, now);
    let mut left = false;
    for ((row, alert), hold) in rows.iter().zip(&alerts).zip(holds) {
        let Some(hold) = hold else {
            left = true;
            continue;
        };
        hold_back(tx, (row.try_get("recipient")?, &alert.route), alert.id, &hold, now).await?;
        sqlx::query("DELETE FROM outbox_alert WHERE outbox_id = $1 AND alert_id = $2")
            .bind(outbox_id)
            .bind(alert.id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(left)
}

/// Whether silences hold all that is being collected for a recipient of a brand and is not urgent.
pub async fn all_silenced(
    tx: &mut Transaction<'_, Any>,
    (brand, recipient): (&str, &str),
    peace: &Peace<'_>,
) -> Result<bool, StoreError> {
    if peace.silences.is_empty() {
        return Ok(false);
    }
    let sql = format!(
        "SELECT {ALERT}, l.route FROM outbox o JOIN outbox_alert l ON l.outbox_id = o.id JOIN alert a ON a.id = l.alert_id \
         {TABLES} WHERE o.brand = $1 AND o.recipient = $2 AND o.kind = 'alert' AND o.sealed_at IS NULL \
         AND m.severity <> 'urgent' ORDER BY a.id"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(brand).bind(recipient).fetch_all(&mut **tx).await?;
    let alerts = rows.iter().map(read_alert).collect::<Result<Vec<_>, _>>()?;
    let holds = peace.gate.holds(&alerts, peace.silences, peace.now);
    Ok(holds.iter().all(|hold| hold.as_ref().is_some_and(|hold| hold.reason == HoldReason::Silenced)))
}

/// Holds those alerts that the next mail about an incident would tell a recipient, and that a silence holds. Quiet hours
/// hold the mail as a whole, or nothing of it.
pub async fn keep_from_incident(
    tx: &mut Transaction<'_, Any>,
    (incident_id, recipient): (i64, &str),
    peace: &Peace<'_>,
) -> Result<(), StoreError> {
    if peace.silences.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT {ALERT}, f.route FROM incident_alert f JOIN alert a ON a.id = f.alert_id {TABLES} \
         WHERE f.incident_id = $1 AND f.recipient = $2 AND f.outbox_id IS NULL ORDER BY a.id"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(incident_id).bind(recipient).fetch_all(&mut **tx).await?;
    let alerts = rows.iter().map(read_alert).collect::<Result<Vec<_>, _>>()?;
    let holds = peace.gate.holds(&alerts, peace.silences, peace.now);
    for (alert, hold) in alerts.iter().zip(holds) {
        let Some(hold) = hold.filter(|hold| hold.reason == HoldReason::Silenced) else { continue };
        hold_back(tx, (recipient, &alert.route), alert.id, &hold, peace.now).await?;
        sqlx::query(
            "DELETE FROM incident_alert WHERE incident_id = $1 AND recipient = $2 AND alert_id = $3 AND outbox_id IS NULL",
        )
        .bind(incident_id)
        .bind(recipient)
        .bind(alert.id)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// An alert is held from somebody from now on, unless it is already.
async fn hold_back(
    tx: &mut Transaction<'_, Any>,
    (recipient, route): (&str, &str),
    alert_id: i64,
    hold: &Hold,
    now: Instant,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO held_alert (recipient, alert_id, route, reason, silence_id, held_at, until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (recipient, alert_id) DO NOTHING",
    )
    .bind(recipient)
    .bind(alert_id)
    .bind(route)
    .bind(hold.reason.as_str())
    .bind(hold.silence)
    .bind(millis(now))
    .bind(millis(hold.until))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What is released of a recipient's: by cause, the alerts with their routes.
type Released = BTreeMap<(Option<i64>, HoldReason, Instant), Vec<(i64, String)>>;

/// Releases what nothing holds any more of a recipient's; how many mails that makes. Alerts of a brand that are not urgent
/// belong to its incident, if one is released as well or goes on and was told.
async fn release(tx: &mut Transaction<'_, Any>, recipient: &str, peace: &Peace<'_>) -> Result<u64, StoreError> {
    let incidents = telling::releasable(tx, recipient, OVER, peace).await?;
    let sql = format!(
        "SELECT {ALERT}, h.route, h.reason, h.silence_id, h.until, a.acknowledged_at FROM held_alert h \
         JOIN alert a ON a.id = h.alert_id {TABLES} WHERE h.recipient = $2 AND {OVER} ORDER BY a.id"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(millis(peace.now)).bind(recipient).fetch_all(&mut **tx).await?;
    let alerts = rows.iter().map(read_alert).collect::<Result<Vec<_>, _>>()?;
    let holds = peace.gate.holds(&alerts, peace.silences, peace.now);
    let mut released = Released::new();
    for ((row, alert), hold) in rows.iter().zip(&alerts).zip(holds) {
        if let Some(hold) = hold {
            hold_on(tx, recipient, alert.id, &hold).await?;
            continue;
        }
        sqlx::query("DELETE FROM held_alert WHERE recipient = $1 AND alert_id = $2")
            .bind(recipient)
            .bind(alert.id)
            .execute(&mut **tx)
            .await?;
        if perhaps(row, "acknowledged_at")?.is_none() && !told_by(tx, &incidents, alert, recipient).await? {
            let cause = (row.try_get("silence_id")?, reason(row)?, instant(row.try_get("until")?));
            released.entry(cause).or_default().push((alert.id, alert.route.clone()));
        }
    }
    let mut mails = 0;
    for HeldIncident { kept, route } in &incidents {
        mails += u64::from(telling::tell(tx, kept, (recipient, route), peace).await?);
    }
    if !released.is_empty() {
        sum_up(tx, recipient, released, peace.now).await?;
        mails += 1;
    }
    Ok(mails)
}

/// Leaves an alert to the incident that tells it, if one does.
async fn told_by(
    tx: &mut Transaction<'_, Any>,
    released: &[HeldIncident],
    alert: &DueAlert,
    recipient: &str,
) -> Result<bool, StoreError> {
    let of_brand = |held: &&HeldIncident| held.kept.notice.brand == alert.brand && held.kept.is_news();
    match released.iter().rfind(of_brand) {
        Some(held) if alert.severity != Severity::Urgent => {
            folded::put_aside(tx, held.kept.id, (recipient, &alert.route), alert.id).await?;
            Ok(true)
        }
        _ => folded::fold(tx, (&alert.brand, recipient, &alert.route), alert.id, alert.severity).await,
    }
}

/// Something else holds an alert from now on.
async fn hold_on(tx: &mut Transaction<'_, Any>, recipient: &str, alert_id: i64, hold: &Hold) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE held_alert SET reason = $3, silence_id = $4, until = $5 WHERE recipient = $1 AND alert_id = $2",
    )
    .bind(recipient)
    .bind(alert_id)
    .bind(hold.reason.as_str())
    .bind(hold.silence)
    .bind(millis(hold.until))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes the mail.
async fn sum_up(
    tx: &mut Transaction<'_, Any>,
    recipient: &str,
    released: Released,
    now: Instant,
) -> Result<(), StoreError> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO outbox (kind, recipient, created_at, due_at, sealed_at, notice, state, attempts) \
         VALUES ('held', $1, $2, $2, $2, '', 'waiting', 0) RETURNING id",
    )
    .bind(recipient)
    .bind(millis(now))
    .fetch_one(&mut **tx)
    .await?;
    let mut causes = Vec::new();
    for ((silence_id, reason, until), alerts) in released {
        for (alert, route) in &alerts {
            sqlx::query("INSERT INTO outbox_alert (outbox_id, alert_id, route) VALUES ($1, $2, $3)")
                .bind(id)
                .bind(alert)
                .bind(route)
                .execute(&mut **tx)
                .await?;
        }
        let silence = match silence_id {
            Some(id) => silence::of_id(tx, id).await?,
            None => None,
        };
        let alerts = alerts.len() as u64;
        let until = silence.as_ref().map_or(until, |silence| silence.end());
        let (author, comment) = silence.map(|silence| (silence.author, silence.comment)).unzip();
        causes.push(HoldCause { reason, author, comment, until, alerts });
    }
    causes.sort_by_key(|cause| cause.until);
    let brands: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT a.brand FROM outbox_alert l JOIN alert a ON a.id = l.alert_id WHERE l.outbox_id = $1 ORDER BY a.brand",
    )
    .bind(id)
    .fetch_all(&mut **tx)
    .await?;
    let AlertNotice { items, more, .. } = alert_notice(tx, id, String::new(), false, now).await?;
    let (told, told_alerts) = escalation::told_before(tx, id, recipient).await?;
    let notice = Notice::Held(HeldNotice { causes, brands, items, more, told, told_alerts });
    sqlx::query("UPDATE outbox SET notice = $2 WHERE id = $1")
        .bind(id)
        .bind(serde_json::to_string(&notice)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn read_alert(row: &AnyRow) -> Result<DueAlert, StoreError> {
    Ok(DueAlert {
        id: row.try_get("alert_id")?,
        brand: row.try_get("brand")?,
        route: row.try_get("route")?,
        entry: read_entry(row)?,
        source: row.try_get("source")?,
        source_kind: read_source_kind(row)?,
        judgement: read_judgement(row)?,
        severity: read_severity(row)?,
    })
}

/// From the column `reason`.
fn reason(row: &AnyRow) -> Result<HoldReason, StoreError> {
    let label: String = row.try_get("reason")?;
    HoldReason::parse(&label)
        .ok_or_else(|| StoreError::Value(serde::de::Error::custom(format!("`{label}` is no reason to hold"))))
}
