//! Alerts until somebody takes care of them: reminders and acknowledgements.

use std::collections::BTreeMap;

use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::folded::TOLD_BY_INCIDENT;
use super::outbox::alert_notice;
use super::{Store, StoreError, before, held, instant, integer, millis};
use crate::config::GroupingConfig;
use crate::model::hold::Gate;
use crate::model::{Instant, Notice};

/// Which alerts are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All.
    All,
    /// Those of a brand.
    Brand(String),
    /// That of a mention.
    Mention(i64),
}

/// An alert that nobody has acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAlert {
    /// The mention's id.
    pub mention_id: i64,
    /// The brand's name.
    pub brand: String,
    /// The rule it met.
    pub rule: String,
    /// The mention's title.
    pub title: String,
    /// When it was raised.
    pub created_at: Instant,
}

/// The groups of a route that have something to repeat: their alerts are open and young enough, were mailed, nothing
/// holds them, and no incident tells them. `told` is when the alert that waits longest was last mailed, `sealed` when the group last got a mail about
/// anything; times to come, of a clock that stood ahead, do not count.
fn groups() -> String {
    format!(
        "SELECT t.brand AS brand, t.recipient AS recipient, min(t.told) AS told, \
     (SELECT coalesce(max(s.sealed_at), 0) FROM outbox s \
     WHERE s.brand = t.brand AND s.recipient = t.recipient AND s.route = $3 AND s.sealed_at <= $2) AS sealed FROM \
     (SELECT a.brand AS brand, o.recipient AS recipient, \
     coalesce(max(CASE WHEN o.finished_at <= $2 THEN o.finished_at END), 0) AS told FROM alert a \
     JOIN outbox_alert l ON l.alert_id = a.id JOIN outbox o ON o.id = l.outbox_id \
     WHERE a.acknowledged_at IS NULL AND a.created_at > $1 AND l.route = $3 AND o.state IN ('sent', 'handed_over') AND NOT EXISTS \
     (SELECT 1 FROM held_alert h WHERE h.alert_id = a.id AND h.recipient = o.recipient) AND NOT {TOLD_BY_INCIDENT} \
     GROUP BY a.brand, o.recipient, a.id) AS t \
     WHERE NOT EXISTS (SELECT 1 FROM outbox w WHERE w.state = 'waiting' AND w.brand = t.brand \
     AND w.recipient = t.recipient AND w.route = $3) \
     GROUP BY t.brand, t.recipient"
    )
}

/// A brand and recipient with something to repeat.
struct Group {
    brand: String,
    recipient: String,
    due: Instant,
}

impl Group {
    /// `None` when nothing is ever repeated.
    fn read(row: &AnyRow, grouping: &GroupingConfig) -> Result<Option<Self>, StoreError> {
        let (told, last) = (instant(row.try_get("told")?), instant(row.try_get("sealed")?));
        let Some(due) = grouping.repeat_due(told, last) else { return Ok(None) };
        Ok(Some(Self { brand: row.try_get("brand")?, recipient: row.try_get("recipient")?, due }))
    }

    fn is_in(&self, audience: &Audience) -> bool {
        audience.brands.get(&self.brand).is_some_and(|recipients| recipients.contains(&self.recipient))
    }
}

/// The recipients of each brand's alerts of a route as they are now. Who is no longer among them is not reminded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audience {
    /// Name of the route; empty for that of `[alert]`.
    pub route: String,
    /// By brand.
    pub brands: BTreeMap<String, Vec<String>>,
}

impl Store {
    /// Puts a reminder into the outbox for every brand and recipient of a route with an alert that was last mailed the
    /// repeat interval ago and that nobody has acknowledged; it says again all that is open. Answers how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enqueue_reminders(
        &self,
        grouping: &GroupingConfig,
        audience: &Audience,
        now: Instant,
    ) -> Result<u64, StoreError> {
        if grouping.repeat_interval.is_none() {
            return Ok(0);
        }
        let young = millis(before(now, grouping.repeat_until));
        let mut tx = self.begin().await?;
        let groups = sqlx::query(AssertSqlSafe(groups())).bind(young).bind(millis(now)).bind(&audience.route);
        let groups = groups.fetch_all(&mut *tx).await?;
        let mut reminders = 0;
        for row in &groups {
            let due = |group: &Group| group.is_in(audience) && group.due <= now;
            if let Some(group) = Group::read(row, grouping)?.filter(due) {
                reminders += u64::from(remind(&mut tx, (&audience.route, group), young, &*self.gate, now).await?);
            }
        }
        tx.commit().await?;
        Ok(reminders)
    }

    /// When the next reminder is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_reminder_at(
        &self,
        grouping: &GroupingConfig,
        audience: &Audience,
        now: Instant,
    ) -> Result<Option<Instant>, StoreError> {
        if grouping.repeat_interval.is_none() {
            return Ok(None);
        }
        let young = millis(before(now, grouping.repeat_until));
        let groups = sqlx::query(AssertSqlSafe(groups())).bind(young).bind(millis(now)).bind(&audience.route);
        let groups = groups.fetch_all(&self.pools.read).await?;
        let groups = groups.iter().map(|row| Group::read(row, grouping)).collect::<Result<Vec<_>, _>>()?;
        Ok(groups.into_iter().flatten().filter(|group| group.is_in(audience)).map(|group| group.due).min())
    }

    /// Somebody takes care of these alerts: they are not repeated any more. Answers how many were open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acknowledge(&self, selection: &Selection, by: &str, now: Instant) -> Result<u64, StoreError> {
        let (brand, mention) = match selection {
            Selection::All => (None, None),
            Selection::Brand(name) => (Some(name.as_str()), None),
            Selection::Mention(id) => (None, Some(*id)),
        };
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE alert SET acknowledged_at = $1, acknowledged_by = $2 WHERE acknowledged_at IS NULL \
             AND ($3 IS NULL OR brand = $3) AND ($4 IS NULL OR mention_id = $4)",
        )
        .bind(millis(now))
        .bind(by)
        .bind(brand)
        .bind(mention)
        .execute(&mut *tx)
        .await?;
        withdraw_reminders(&mut tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    /// The alerts that nobody has acknowledged, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_alerts(&self, limit: usize) -> Result<Vec<OpenAlert>, StoreError> {
        let rows = sqlx::query(
            "SELECT a.mention_id, a.brand, a.rule, a.created_at, e.title FROM alert a \
             JOIN mention m ON m.id = a.mention_id JOIN entry e ON e.id = m.entry_id \
             WHERE a.acknowledged_at IS NULL ORDER BY a.created_at DESC, a.id DESC LIMIT $1",
        )
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(OpenAlert {
                    mention_id: row.try_get("mention_id")?,
                    brand: row.try_get("brand")?,
                    rule: row.try_get("rule")?,
                    title: row.try_get("title")?,
                    created_at: instant(row.try_get("created_at")?),
                })
            })
            .collect()
    }
}

/// Takes back the reminders and escalations that no attempt has been made with and that have nothing left to say.
pub async fn withdraw_reminders(tx: &mut Transaction<'_, Any>) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM outbox WHERE kind IN ('reminder', 'escalation') AND state = 'waiting' AND attempts = 0 AND NOT EXISTS \
         (SELECT 1 FROM outbox_alert l JOIN alert a ON a.id = l.alert_id \
         WHERE l.outbox_id = outbox.id AND a.acknowledged_at IS NULL)",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes a reminder of everything the group has open but what an incident tells or the gate holds; whether that leaves something to tell.
async fn remind(
    tx: &mut Transaction<'_, Any>,
    (route, group): (&str, Group),
    young: i64,
    gate: &dyn Gate,
    now: Instant,
) -> Result<bool, StoreError> {
    let Group { brand, recipient, .. } = group;
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO outbox (kind, brand, recipient, route, created_at, due_at, sealed_at, notice, state, attempts) \
         VALUES ('reminder', $1, $2, $3, $4, $4, $4, '', 'waiting', 0) RETURNING id",
    )
    .bind(&brand)
    .bind(&recipient)
    .bind(route)
    .bind(millis(now))
    .fetch_one(&mut **tx)
    .await?;
    let open = format!(
        "INSERT INTO outbox_alert (outbox_id, alert_id, route) SELECT DISTINCT $1, a.id, $5 FROM alert a \
         JOIN outbox_alert l ON l.alert_id = a.id JOIN outbox o ON o.id = l.outbox_id \
         WHERE a.brand = $2 AND o.recipient = $3 AND l.route = $5 AND o.state IN ('sent', 'handed_over') AND a.acknowledged_at IS NULL AND a.created_at > $4 \
         AND NOT EXISTS (SELECT 1 FROM held_alert h WHERE h.alert_id = a.id AND h.recipient = o.recipient) \
         AND NOT {TOLD_BY_INCIDENT}"
    );
    let open = sqlx::query(AssertSqlSafe(open)).bind(id).bind(&brand).bind(&recipient).bind(young).bind(route);
    open.execute(&mut **tx).await?;
    if !held::keep_back(tx, id, gate, now).await? {
        sqlx::query("DELETE FROM outbox WHERE id = $1").bind(id).execute(&mut **tx).await?;
        return Ok(false);
    }
    let notice = Notice::Alert(alert_notice(tx, id, brand, true, now).await?);
    sqlx::query("UPDATE outbox SET notice = $2 WHERE id = $1")
        .bind(id)
        .bind(serde_json::to_string(&notice)?)
        .execute(&mut **tx)
        .await?;
    Ok(true)
}
