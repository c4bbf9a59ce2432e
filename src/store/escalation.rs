//! Alerts that nobody has acknowledged, told to the next people. Whoever was told of an alert once, by whatever mail, is
//! not told of it by this again, so the rows of the outbox themselves say how far an alert has come, and a crash between
//! two steps repeats and loses none. Incidents go up the same steps, and with them the alerts that their mails tell.

use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::outbox::alert_notice;
use super::{Store, StoreError, after, before, held, instant, millis};
use crate::config::{EscalationStep, GroupingConfig};
use crate::model::hold::Gate;
use crate::model::notice::{EscalationNotice, ToldBefore};
use crate::model::{Instant, Notice};

/// The alerts of a way that a recipient may have to be told of: open, first told within the time that counts, and never
/// told to this recipient nor held from them, nor waiting for the next mail to them about an incident. That a mail could not
/// be delivered yet, or never was, is no reason to tell nobody else.
/// Reminders and escalations tell nothing for the first time. What the mails of an incident tell is left to the steps of that,
/// as long as it goes on and these steps lead to somebody, and for those who were told of it.
const DUE: &str = "SELECT a.id AS alert_id, a.brand AS brand, min(coalesce(o.finished_at, o.sealed_at)) AS told, \
     (SELECT coalesce(max(s.sealed_at), 0) FROM outbox s WHERE s.brand = a.brand AND s.recipient = $2 AND s.route = $1 \
     AND s.sealed_at <= $4) AS sealed FROM outbox o JOIN outbox_alert l ON l.outbox_id = o.id \
     JOIN alert a ON a.id = l.alert_id \
     WHERE ((o.state IN ('sent', 'handed_over', 'dead', 'dropped') AND o.finished_at > $3 AND o.finished_at <= $4) \
     OR (o.state = 'waiting' AND o.last_error IS NOT NULL AND o.sealed_at > $3 AND o.sealed_at <= $4)) \
     AND NOT EXISTS (SELECT 1 FROM incident_alert g JOIN incident i ON i.id = g.incident_id WHERE g.alert_id = a.id \
     AND (EXISTS (SELECT 1 FROM incident_told t WHERE t.incident_id = i.id AND (t.recipient = $2 \
     OR t.route = $1 AND i.ended_at IS NULL AND i.acknowledged_at IS NULL)) \
     OR EXISTS (SELECT 1 FROM held_incident d WHERE d.incident_id = i.id AND d.recipient = $2))) \
     AND o.kind IN ('alert', 'held', 'incident') AND l.route = $1 AND a.acknowledged_at IS NULL \
     AND NOT EXISTS (SELECT 1 FROM outbox_alert k JOIN outbox p ON p.id = k.outbox_id \
     WHERE k.alert_id = a.id AND p.recipient = $2) \
     AND NOT EXISTS (SELECT 1 FROM held_alert h WHERE h.alert_id = a.id AND h.recipient = $2) \
     AND NOT EXISTS (SELECT 1 FROM incident_alert f WHERE f.alert_id = a.id AND f.recipient = $2 AND f.outbox_id IS NULL) \
     AND NOT EXISTS (SELECT 1 FROM outbox w WHERE w.kind = 'escalation' AND w.state = 'waiting' AND w.brand = a.brand \
     AND w.recipient = $2 AND w.route = $1) GROUP BY a.id, a.brand ORDER BY a.brand, a.id";

/// Who is told next on a way that alerts take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// Name of the route; empty for that of `[alert]`.
    pub route: String,
    /// The brands that are configured.
    pub brands: Vec<String>,
    /// The steps, the soonest first.
    pub steps: Vec<EscalationStep>,
    /// Mails about one brand keep the distance of its groups.
    pub grouping: GroupingConfig,
}

impl Ladder {
    /// Who is told, and how long after the first.
    pub(super) fn rungs(&self) -> Vec<Rung<'_>> {
        let mut rungs = Vec::new();
        for step in &self.steps {
            for recipient in &step.recipients {
                rungs.push(Rung { ladder: self, recipient, after: step.after });
            }
        }
        rungs
    }
}

pub(super) struct Rung<'a> {
    pub ladder: &'a Ladder,
    pub recipient: &'a str,
    pub after: Duration,
}

/// The alerts of a brand that a recipient is told of together.
struct Group {
    brand: String,
    due: Instant,
    alerts: Vec<i64>,
}

impl Rung<'_> {
    /// By brand, what is due at `now`, or would be next.
    fn groups(&self, rows: &[AnyRow], now: Instant) -> Result<Vec<Group>, StoreError> {
        let mut groups: Vec<Group> = Vec::new();
        for row in rows {
            let brand: String = row.try_get("brand")?;
            if !self.ladder.brands.contains(&brand) {
                continue;
            }
            let last = instant(row.try_get("sealed")?);
            let told = after(instant(row.try_get("told")?), self.after);
            let due = told.max(after(last, self.ladder.grouping.group_interval));
            let alert: i64 = row.try_get("alert_id")?;
            let ripe = (told <= now).then_some(alert);
            match groups.last_mut().filter(|group| group.brand == brand) {
                Some(group) => {
                    group.due = group.due.min(due);
                    group.alerts.extend(ripe);
                }
                None => groups.push(Group { brand, due, alerts: ripe.into_iter().collect() }),
            }
        }
        Ok(groups)
    }

    /// What was first told longer ago than the steps reach and alerts are repeated is not told any more.
    pub(super) fn since(&self, now: Instant) -> Instant {
        before(now, self.after + self.ladder.grouping.repeat_until)
    }
}

impl Store {
    /// Tells the next recipients of these ways what nobody has acknowledged for so long; what the gate holds is held.
    /// Answers how many mails were written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn escalate(&self, ladders: &[Ladder], now: Instant) -> Result<u64, StoreError> {
        if self.next_escalation_at(ladders, now).await?.is_none_or(|next| next > now) {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        let mut mails = 0;
        for rung in ladders.iter().flat_map(Ladder::rungs) {
            let rows = sqlx::query(DUE).bind(&rung.ladder.route).bind(rung.recipient).bind(millis(rung.since(now)));
            let rows = rows.bind(millis(now)).fetch_all(&mut *tx).await?;
            for group in rung.groups(&rows, now)?.into_iter().filter(|group| group.due <= now) {
                mails += u64::from(tell(&mut tx, &rung, group, &*self.gate, now).await?);
            }
        }
        tx.commit().await?;
        Ok(mails)
    }

    /// When somebody has to be told next.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_escalation_at(&self, ladders: &[Ladder], now: Instant) -> Result<Option<Instant>, StoreError> {
        let mut next = None;
        for rung in ladders.iter().flat_map(Ladder::rungs) {
            let rows = sqlx::query(DUE).bind(&rung.ladder.route).bind(rung.recipient).bind(millis(rung.since(now)));
            let rows = rows.bind(millis(now)).fetch_all(&self.pools.read).await?;
            let due = rung.groups(&rows, now)?.into_iter().map(|group| group.due).min();
            next = [next, due].into_iter().flatten().min();
        }
        Ok(next)
    }
}

/// Writes one mail; whether the gate leaves something to tell.
async fn tell(
    tx: &mut Transaction<'_, Any>,
    rung: &Rung<'_>,
    group: Group,
    gate: &dyn Gate,
    now: Instant,
) -> Result<bool, StoreError> {
    let Group { brand, alerts, .. } = group;
    let (recipient, route) = (rung.recipient, &rung.ladder.route);
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO outbox (kind, brand, recipient, route, created_at, due_at, sealed_at, notice, state, attempts) \
         VALUES ('escalation', $1, $2, $3, $4, $4, $4, '', 'waiting', 0) RETURNING id",
    )
    .bind(&brand)
    .bind(recipient)
    .bind(route)
    .bind(millis(now))
    .fetch_one(&mut **tx)
    .await?;
    for alert in alerts {
        sqlx::query("INSERT INTO outbox_alert (outbox_id, alert_id, route) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(alert)
            .bind(route)
            .execute(&mut **tx)
            .await?;
    }
    if !held::keep_back(tx, id, gate, now).await? {
        sqlx::query("DELETE FROM outbox WHERE id = $1").bind(id).execute(&mut **tx).await?;
        return Ok(false);
    }
    let (told, _) = told_before(tx, id, recipient).await?;
    let alert = alert_notice(tx, id, brand, false, now).await?;
    let notice = Notice::Escalation(EscalationNotice { alert, told });
    sqlx::query("UPDATE outbox SET notice = $2 WHERE id = $1")
        .bind(id)
        .bind(serde_json::to_string(&notice)?)
        .execute(&mut **tx)
        .await?;
    Ok(true)
}

/// Who else was told of an alert of this row to a recipient before, and of how many of them somebody was.
pub async fn told_before(
    tx: &mut Transaction<'_, Any>,
    id: i64,
    recipient: &str,
) -> Result<(Vec<ToldBefore>, u64), StoreError> {
    let rows = sqlx::query(
        "SELECT o.recipient, min(o.finished_at) AS at FROM outbox_alert l JOIN outbox_alert t ON t.alert_id = l.alert_id \
         JOIN outbox o ON o.id = t.outbox_id WHERE l.outbox_id = $1 AND o.state = 'sent' AND o.recipient <> $2 \
         GROUP BY o.recipient ORDER BY at, o.recipient",
    );
    let rows = rows.bind(id).bind(recipient).fetch_all(&mut **tx).await?;
    let told = rows
        .iter()
        .map(|row| Ok(ToldBefore { recipient: row.try_get("recipient")?, at: instant(row.try_get("at")?) }))
        .collect::<Result<_, StoreError>>()?;
    let alerts: i64 = sqlx::query_scalar(
        "SELECT count(DISTINCT l.alert_id) FROM outbox_alert l JOIN outbox_alert t ON t.alert_id = l.alert_id \
         JOIN outbox o ON o.id = t.outbox_id WHERE l.outbox_id = $1 AND o.state = 'sent' AND o.recipient <> $2",
    )
    .bind(id)
    .bind(recipient)
    .fetch_one(&mut **tx)
    .await?;
    Ok((told, alerts.unsigned_abs()))
}
