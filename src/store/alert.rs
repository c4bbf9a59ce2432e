//! Alerts until somebody takes care of them: reminders and acknowledgements.

use sqlx::{Any, Row as _, Transaction};

use super::outbox::alert_notice;
use super::{Store, StoreError, instant, millis, time_delta};
use crate::config::GroupingConfig;
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

/// The groups that have something to repeat: their alerts are open and young enough, and were mailed. `last` is when
/// the group last heard of it.
const GROUPS: &str = "SELECT o.brand AS brand, o.recipient AS recipient, max(o.finished_at) AS last FROM outbox o \
     JOIN outbox_alert l ON l.outbox_id = o.id JOIN alert a ON a.id = l.alert_id \
     WHERE o.state = 'sent' AND a.acknowledged_at IS NULL AND a.created_at > $1 \
     AND NOT EXISTS (SELECT 1 FROM outbox w WHERE w.brand = o.brand AND w.recipient = o.recipient AND w.state = 'waiting') \
     GROUP BY o.brand, o.recipient";

impl Store {
    /// Puts a reminder into the outbox for every brand and recipient whose alerts nobody has acknowledged for the
    /// repeat interval; answers how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enqueue_reminders(&self, grouping: &GroupingConfig, now: Instant) -> Result<u64, StoreError> {
        let Some(interval) = grouping.repeat_interval else { return Ok(0) };
        let young = millis(now - time_delta(grouping.repeat_until));
        let due = millis(now - time_delta(interval));
        let mut tx = self.begin().await?;
        let groups = sqlx::query(GROUPS).bind(young).fetch_all(&mut *tx).await?;
        let mut reminders = 0;
        for group in groups.iter() {
            if group.try_get::<i64, _>("last")? <= due {
                remind(&mut tx, group.try_get("brand")?, group.try_get("recipient")?, young, now).await?;
                reminders += 1;
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
        now: Instant,
    ) -> Result<Option<Instant>, StoreError> {
        let Some(interval) = grouping.repeat_interval else { return Ok(None) };
        let young = millis(now - time_delta(grouping.repeat_until));
        let groups = sqlx::query(GROUPS).bind(young).fetch_all(&self.pools.read).await?;
        let mut next = None;
        for group in &groups {
            let due = instant(group.try_get("last")?) + time_delta(interval);
            next = Some(next.map_or(due, |next: Instant| next.min(due)));
        }
        Ok(next)
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
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
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

/// Writes a reminder of everything the group has open.
async fn remind(
    tx: &mut Transaction<'_, Any>,
    brand: String,
    recipient: String,
    young: i64,
    now: Instant,
) -> Result<(), StoreError> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO outbox (kind, brand, recipient, created_at, due_at, sealed_at, notice, state, attempts) \
         VALUES ('reminder', $1, $2, $3, $3, $3, '', 'waiting', 0) RETURNING id",
    )
    .bind(&brand)
    .bind(&recipient)
    .bind(millis(now))
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO outbox_alert (outbox_id, alert_id) SELECT DISTINCT $1, a.id FROM alert a \
         JOIN outbox_alert l ON l.alert_id = a.id JOIN outbox o ON o.id = l.outbox_id \
         WHERE o.brand = $2 AND o.recipient = $3 AND o.state = 'sent' AND a.acknowledged_at IS NULL AND a.created_at > $4",
    )
    .bind(id)
    .bind(&brand)
    .bind(&recipient)
    .bind(young)
    .execute(&mut **tx)
    .await?;
    let notice = Notice::Alert(alert_notice(tx, id, brand, true).await?);
    sqlx::query("UPDATE outbox SET notice = $2 WHERE id = $1")
        .bind(id)
        .bind(serde_json::to_string(&notice)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
