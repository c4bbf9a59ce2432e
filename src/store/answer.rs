//! What somebody answers to a mail: that they take care of what it told. The link in a mail names its row of the outbox,
//! so it answers for exactly the alerts of that mail, and for the incident that it is about.

use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::alert::withdraw_reminders;
use super::{Store, StoreError, count, instant, integer, millis, perhaps};
use crate::model::{Instant, Tongue};

/// Titles of alerts, and people, that are told.
const SHOWN: usize = 5;

/// What a mail told, and whether somebody takes care of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Whom.
    pub recipient: String,
    /// When its content was fixed.
    pub at: Instant,
    /// In which language, if it has been sent.
    pub language: Option<Tongue>,
    /// The brands it was about.
    pub brands: Vec<String>,
    /// Its alerts that are still kept.
    pub alerts: u64,
    /// Those of them that nobody takes care of.
    pub open: u64,
    /// The titles of the first of them, those that nobody takes care of in front.
    pub titles: Vec<String>,
    /// Since when the incident that it was about is acknowledged, if it was about one.
    pub incident: Option<Option<Instant>>,
    /// Who else was told of its alerts, and when first; the first of them.
    pub others: Vec<(String, Instant)>,
    /// Who was the last to take care of something of it, and when.
    pub last: Option<(String, Instant)>,
}

/// Whether somebody takes care of all that a row of `outbox` tells. Of an incident: since then, and not of its end.
macro_rules! cared_for {
    () => {
        "(CASE outbox.kind WHEN 'incident' THEN EXISTS (SELECT 1 FROM incident i WHERE outbox.topic LIKE 'incident:' || i.id || ':%' \
         AND i.acknowledged_at >= outbox.sealed_at AND (i.ended_at IS NULL OR i.ended_at > outbox.sealed_at)) \
         ELSE EXISTS (SELECT 1 FROM outbox_alert l WHERE l.outbox_id = outbox.id) END AND NOT EXISTS (SELECT 1 FROM outbox_alert l \
         JOIN alert a ON a.id = l.alert_id WHERE l.outbox_id = outbox.id AND a.acknowledged_at IS NULL))"
    };
}
pub(super) use cared_for;

impl Told {
    /// Whether there is something left to take care of.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open > 0 || self.incident == Some(None)
    }

    /// Whether nothing of what it told is kept any more.
    #[must_use]
    pub fn is_forgotten(&self) -> bool {
        self.alerts == 0 && self.incident.is_none()
    }
}

impl Store {
    /// Somebody takes care of the open incidents of a brand, or of all of them. Answers how many that were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acknowledge_incidents(&self, brand: Option<&str>, by: &str, now: Instant) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let done = acknowledge_incidents(&mut tx, (None, brand), by, now).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// The open incidents that somebody takes care of.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acknowledged_incidents(&self) -> Result<Vec<i64>, StoreError> {
        let ids = sqlx::query_scalar("SELECT id FROM incident WHERE ended_at IS NULL AND acknowledged_at IS NOT NULL");
        Ok(ids.fetch_all(&self.pools.read).await?)
    }

    /// What a mail told; `None` where its row is not kept any more, or was another recipient's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told(&self, outbox_id: i64, recipient: &str) -> Result<Option<Told>, StoreError> {
        let mut tx = self.pools.read.begin().await?;
        told(&mut tx, outbox_id, recipient).await
    }

    /// The recipient of a mail takes care of what it told: of its alerts, and of the incident that it was about. What somebody else
    /// takes care of already stays theirs. Answers what it told as it was before; `None` as [`Store::told`] does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer(&self, outbox_id: i64, recipient: &str, now: Instant) -> Result<Option<Told>, StoreError> {
        let mut tx = self.begin().await?;
        let before = told(&mut tx, outbox_id, recipient).await?;
        if !before.as_ref().is_some_and(Told::is_open) {
            return Ok(before);
        }
        sqlx::query(
            "UPDATE alert SET acknowledged_at = $2, acknowledged_by = $3 WHERE acknowledged_at IS NULL \
             AND id IN (SELECT alert_id FROM outbox_alert WHERE outbox_id = $1)",
        )
        .bind(outbox_id)
        .bind(millis(now))
        .bind(recipient)
        .execute(&mut *tx)
        .await?;
        if let Some(incident) = incident(&mut tx, outbox_id).await? {
            acknowledge_incidents(&mut tx, (Some(incident), None), recipient, now).await?;
        }
        withdraw_reminders(&mut tx).await?;
        tx.commit().await?;
        Ok(before)
    }
}

/// Somebody takes care of incidents: of the one with this number, or of the open ones of a brand, or of all open ones.
pub async fn acknowledge_incidents(
    tx: &mut Transaction<'_, Any>,
    (id, brand): (Option<i64>, Option<&str>),
    by: &str,
    now: Instant,
) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "UPDATE incident SET acknowledged_at = $3, acknowledged_by = $4 WHERE acknowledged_at IS NULL \
         AND (id = $1 OR $1 IS NULL AND ended_at IS NULL AND ($2 IS NULL OR brand = $2))",
    )
    .bind(id)
    .bind(brand)
    .bind(millis(now))
    .bind(by)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

async fn told(tx: &mut Transaction<'_, Any>, id: i64, recipient: &str) -> Result<Option<Told>, StoreError> {
    let row = sqlx::query(
        "SELECT sealed_at, language FROM outbox WHERE id = $1 AND recipient = $2 AND sealed_at IS NOT NULL",
    )
    .bind(id)
    .bind(recipient)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let at = instant(row.try_get("sealed_at")?);
    let language: Option<String> = row.try_get("language")?;
    let language = language.as_deref().and_then(Tongue::parse);
    let row = sqlx::query(
        "SELECT count(*) AS alerts, count(CASE WHEN a.acknowledged_at IS NULL THEN 1 END) AS open \
         FROM outbox_alert l JOIN alert a ON a.id = l.alert_id WHERE l.outbox_id = $1",
    )
    .bind(id)
    .fetch_one(&mut **tx)
    .await?;
    let (alerts, open) = (count(&row, "alerts")?, count(&row, "open")?);
    let titles: Vec<String> = sqlx::query_scalar(
        "SELECT CASE WHEN e.title = '' THEN substr(e.text, 1, 200) ELSE e.title END FROM outbox_alert l \
         JOIN alert a ON a.id = l.alert_id JOIN mention m ON m.id = a.mention_id JOIN entry e ON e.id = m.entry_id \
         WHERE l.outbox_id = $1 ORDER BY CASE WHEN a.acknowledged_at IS NULL THEN 0 ELSE 1 END, \
         CASE m.severity WHEN 'urgent' THEN 0 ELSE 1 END, coalesce(m.score, 0), m.id LIMIT $2",
    )
    .bind(id)
    .bind(integer(SHOWN))
    .fetch_all(&mut **tx)
    .await?;
    let last = sqlx::query(
        "SELECT a.acknowledged_by AS who, a.acknowledged_at AS at FROM outbox_alert l JOIN alert a ON a.id = l.alert_id \
         WHERE l.outbox_id = $1 AND a.acknowledged_at IS NOT NULL ORDER BY a.acknowledged_at DESC, a.id DESC LIMIT 1",
    )
    .bind(id)
    .fetch_optional(&mut **tx)
    .await?;
    let mut last = last.as_ref().map(taken).transpose()?.flatten();
    let mut brands: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT a.brand FROM outbox_alert l JOIN alert a ON a.id = l.alert_id WHERE l.outbox_id = $1 \
         ORDER BY a.brand",
    )
    .bind(id)
    .fetch_all(&mut **tx)
    .await?;
    let incident = match incident(tx, id).await? {
        Some(incident) => {
            sqlx::query("SELECT brand, acknowledged_at AS at, acknowledged_by AS who FROM incident WHERE id = $1")
                .bind(incident)
                .fetch_optional(&mut **tx)
                .await?
        }
        None => None,
    };
    let incident = match incident {
        Some(row) => {
            let taken = taken(&row)?;
            let brand: String = row.try_get("brand")?;
            if !brands.contains(&brand) {
                brands.push(brand);
            }
            let since = taken.as_ref().map(|(_, at)| *at);
            last = last.into_iter().chain(taken).max_by_key(|(_, at)| *at);
            Some(since)
        }
        None => None,
    };
    let others = others(tx, id, recipient).await?;
    let recipient = recipient.to_owned();
    Ok(Some(Told { recipient, at, language, brands, alerts, open, titles, incident, others, last }))
}

/// Who else was told of the alerts of a row, and when first.
async fn others(tx: &mut Transaction<'_, Any>, id: i64, recipient: &str) -> Result<Vec<(String, Instant)>, StoreError> {
    let rows = sqlx::query(
        "SELECT o.recipient, min(o.finished_at) AS at FROM outbox_alert l JOIN outbox_alert t ON t.alert_id = l.alert_id \
         JOIN outbox o ON o.id = t.outbox_id WHERE l.outbox_id = $1 AND o.state = 'sent' AND o.recipient <> $2 \
         GROUP BY o.recipient ORDER BY at, o.recipient LIMIT $3",
    )
    .bind(id)
    .bind(recipient)
    .bind(integer(SHOWN))
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("recipient")?, instant(row.try_get("at")?)))).collect()
}

/// Who takes care, from the columns `who` and `at`.
fn taken(row: &AnyRow) -> Result<Option<(String, Instant)>, StoreError> {
    let who: Option<String> = row.try_get("who")?;
    Ok(perhaps(row, "at")?.map(|at| (who.unwrap_or_default(), at)))
}

/// The incident that a mail was about.
async fn incident(tx: &mut Transaction<'_, Any>, outbox_id: i64) -> Result<Option<i64>, StoreError> {
    let cause: Option<Option<String>> =
        sqlx::query_scalar("SELECT cause FROM outbox WHERE id = $1").bind(outbox_id).fetch_optional(&mut **tx).await?;
    Ok(cause.flatten().as_deref().and_then(incident_of))
}

/// The number of the incident that a row follows from, by its cause: `incident:NUMBER:...`.
fn incident_of(cause: &str) -> Option<i64> {
    cause.strip_prefix("incident:")?.split(':').next()?.parse().ok()
}
