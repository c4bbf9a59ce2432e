//! Notices on their way. A notice is claimed in one transaction, delivered outside of any, and its outcome written in
//! another, so that no lock is held while somebody talks to a server.

use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::mention::{VIEW_TABLES, read_view, view_columns};
use super::message::read_message;
use super::story::tell_copies;
use super::{Store, StoreError, gathering, held, instant, integer, millis};
use crate::model::hold::Gate;
use crate::model::notice::{AlertItem, AlertNotice};
use crate::model::outbox::{OutboxKind, OutboxMessage};
use crate::model::{Instant, Notice};

/// Alerts shown in one mail; the rest is counted.
const SHOWN: usize = 20;

impl Store {
    /// Puts a notice into the outbox, due at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enqueue(
        &self,
        kind: OutboxKind,
        recipient: &str,
        notice: &Notice,
        now: Instant,
    ) -> Result<i64, StoreError> {
        let mut tx = self.begin().await?;
        let id =
            insert(&mut tx, &Draft { kind, brand: None, recipient, route: "", cause: None, topic: None, notice }, now)
                .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Puts a notice into the outbox and claims it at once, so that nobody else delivers it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enqueue_claimed(
        &self,
        (kind, recipient): (OutboxKind, &str),
        notice: &Notice,
        owner: &str,
        now: Instant,
        until: Instant,
    ) -> Result<OutboxMessage, StoreError> {
        let mut tx = self.begin().await?;
        let id =
            insert(&mut tx, &Draft { kind, brand: None, recipient, route: "", cause: None, topic: None, notice }, now)
                .await?;
        let row = claim(&mut tx, id, owner, until).await?;
        let message = read_message(&mut tx, &row, &self.tongues).await?;
        tx.commit().await?;
        Ok(message)
    }

    /// Claims the notices that are due, those that hurry first and then in the order in which they became so, and counts the attempt. A notice that
    /// collects something is sealed: what comes later goes into the next one, what the gate holds is held, and one that has nothing left
    /// to tell is taken back. A notice that cannot be read back becomes a dead letter, so that it does not hold up the others.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_outbox(
        &self,
        owner: &str,
        now: Instant,
        until: Instant,
        limit: usize,
    ) -> Result<Vec<OutboxMessage>, StoreError> {
        self.claim_outbox_but(&[], owner, now, until, limit).await
    }

    /// The same, but nothing that leaves by one of these ways out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_outbox_but(
        &self,
        ways: &[&str],
        owner: &str,
        now: Instant,
        until: Instant,
        limit: usize,
    ) -> Result<Vec<OutboxMessage>, StoreError> {
        let busy: String = (0..ways.len()).map(|place| format!(", ${}", place + 3)).collect();
        let due = format!(
            "SELECT id FROM outbox WHERE state = 'waiting' AND due_at <= $1 \
             AND (claimed_until IS NULL OR claimed_until <= $1) \
             AND CASE WHEN recipient LIKE 'channel:%' THEN recipient ELSE 'mail' END NOT IN (''{busy}) \
             ORDER BY kind IN ('digest', 'health'), due_at, id LIMIT $2"
        );
        let ask = |limit: usize| {
            let ask = sqlx::query_scalar::<Any, i64>(AssertSqlSafe(due.clone())).bind(millis(now)).bind(integer(limit));
            ways.iter().fold(ask, |ask, way| ask.bind((*way).to_owned()))
        };
        let nothing_due: Option<i64> = ask(1).fetch_optional(&self.pools.read).await?;
        if nothing_due.is_none() {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let ids: Vec<i64> = ask(limit).fetch_all(&mut *tx).await?;
        let mut messages = Vec::new();
        for id in ids {
            if !seal(&mut tx, id, &*self.gate, now).await? {
                continue;
            }
            let row = claim(&mut tx, id, owner, until).await?;
            match read_message(&mut tx, &row, &self.tongues).await {
                Ok(message) => messages.push(message),
                Err(StoreError::Value(error)) => bury(&mut tx, id, now, &StoreError::Value(error)).await?,
                Err(error) => return Err(error),
            }
        }
        tx.commit().await?;
        Ok(messages)
    }

    /// When the next notice is due, or the claim on one that is due ends.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_outbox_at(&self) -> Result<Option<Instant>, StoreError> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT min(CASE WHEN claimed_until > due_at THEN claimed_until ELSE due_at END) \
             FROM outbox WHERE state = 'waiting'",
        )
        .fetch_one(&self.pools.read)
        .await?;
        Ok(next.map(instant))
    }
}

/// A notice to be put into the outbox with its content.
pub struct Draft<'a> {
    pub kind: OutboxKind,
    pub brand: Option<&'a str>,
    pub recipient: &'a str,
    /// The route by which it is told, if it takes one; empty for that of `[alert]`.
    pub route: &'a str,
    /// Names what it follows from; a second notice with the same cause is refused by the database.
    pub cause: Option<String>,
    /// What it tells, where others are told the same.
    pub topic: Option<String>,
    pub notice: &'a Notice,
}

/// Puts a sealed notice into the outbox, due at once.
pub async fn insert(tx: &mut Transaction<'_, Any>, draft: &Draft<'_>, now: Instant) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO outbox (kind, brand, recipient, cause, created_at, due_at, sealed_at, notice, state, attempts, topic, route) \
         VALUES ($1, $2, $3, $4, $5, $5, $5, $6, 'waiting', 0, $7, $8) RETURNING id",
    )
    .bind(draft.kind.as_str())
    .bind(draft.brand)
    .bind(draft.recipient)
    .bind(draft.cause.as_deref())
    .bind(millis(now))
    .bind(serde_json::to_string(draft.notice)?)
    .bind(draft.topic.as_deref())
    .bind(draft.route)
    .fetch_one(&mut **tx)
    .await?)
}

/// Claims a notice and counts the attempt.
async fn claim(tx: &mut Transaction<'_, Any>, id: i64, owner: &str, until: Instant) -> Result<AnyRow, sqlx::Error> {
    sqlx::query(
        "UPDATE outbox SET claimed_by = $2, claimed_until = $3, attempts = attempts + 1 WHERE id = $1 \
         RETURNING id, kind, recipient, route, created_at, sealed_at, attempts, language, unanswered_by, unanswered_at, \
         handed_from, instead_of, instead_since, instead_others, topic, notice",
    )
    .bind(id)
    .bind(owner)
    .bind(millis(until))
    .fetch_one(&mut **tx)
    .await
}

/// Fixes the content of a notice that collects something; leaves others as they are. Answers false when it has nothing
/// left to tell and was taken back.
async fn seal(tx: &mut Transaction<'_, Any>, id: i64, gate: &dyn Gate, now: Instant) -> Result<bool, StoreError> {
    let open: Option<Option<String>> =
        sqlx::query_scalar("SELECT brand FROM outbox WHERE id = $1 AND sealed_at IS NULL")
            .bind(id)
            .fetch_optional(&mut **tx)
            .await?;
    let Some(brand) = open else { return Ok(true) };
    let notice = match brand {
        Some(brand) if held::keep_back(tx, id, gate, now).await? => {
            Some(Notice::Alert(alert_notice(tx, id, brand, false, now).await?))
        }
        Some(_) => None,
        None => gathering::health_notice(tx, id).await?.map(Notice::Health),
    };
    let Some(notice) = notice else {
        sqlx::query("DELETE FROM outbox WHERE id = $1").bind(id).execute(&mut **tx).await?;
        return Ok(false);
    };
    // Those who gathered the same changes of health are told the same.
    let sealed = "UPDATE outbox SET sealed_at = $2, notice = $3, topic = CASE WHEN kind = 'health' THEN 'health:' || \
                  (SELECT min(change_id) || ':' || max(change_id) || ':' || count(*) FROM outbox_health WHERE outbox_id = $1) END \
                  WHERE id = $1";
    sqlx::query(sealed).bind(id).bind(millis(now)).bind(serde_json::to_string(&notice)?).execute(&mut **tx).await?;
    Ok(true)
}

/// The alerts attached to a row: what is urgent first, then the worst.
pub async fn alert_notice(
    tx: &mut Transaction<'_, Any>,
    id: i64,
    brand: String,
    reminder: bool,
    now: Instant,
) -> Result<AlertNotice, StoreError> {
    let total: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox_alert WHERE outbox_id = $1")
        .bind(id)
        .fetch_one(&mut **tx)
        .await?;
    let columns = view_columns();
    let sql = format!(
        "SELECT {columns}, a.rule, a.keyword FROM {VIEW_TABLES} JOIN alert a ON a.mention_id = m.id \
         JOIN outbox_alert o ON o.alert_id = a.id WHERE o.outbox_id = $1 \
         ORDER BY CASE m.severity WHEN 'urgent' THEN 0 ELSE 1 END, coalesce(m.score, 0), m.id LIMIT $2"
    );
    let shown = integer(SHOWN);
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(id).bind(shown).fetch_all(&mut **tx).await?;
    let mut items = Vec::new();
    for row in &rows {
        let mut mention = read_view(row)?;
        tell_copies(tx, &mut mention, row.try_get("story_id")?, now).await?;
        items.push(AlertItem { mention, rule: row.try_get("rule")?, keyword: row.try_get("keyword")? });
    }
    let more = total.unsigned_abs().saturating_sub(items.len() as u64);
    Ok(AlertNotice { brand, reminder, items, more })
}

/// Gives up a notice that cannot be read back.
async fn bury(tx: &mut Transaction<'_, Any>, id: i64, now: Instant, error: &StoreError) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET state = 'dead', finished_at = $2, last_error = $3, claimed_by = NULL, claimed_until = NULL \
         WHERE id = $1",
    )
    .bind(id)
    .bind(millis(now))
    .bind(error.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub fn kind(row: &AnyRow) -> Result<OutboxKind, StoreError> {
    let word: String = row.try_get("kind")?;
    OutboxKind::parse(&word)
        .ok_or_else(|| StoreError::Value(serde::de::Error::custom(format!("`{word}` is no kind of notice"))))
}
