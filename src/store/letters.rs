//! How the outbox stands, and what becomes of dead letters.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::outbox::kind;
use super::{Store, StoreError, count, instant, integer, millis, perhaps, times};
use crate::model::Instant;
use crate::model::outbox::{DeadLetter, LetterAct};

/// How the outbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxCounts {
    /// Notices that wait for their time or another attempt.
    pub waiting: u64,
    /// Notices delivered.
    pub sent: u64,
    /// Notices given up.
    pub dead: u64,
    /// Notices that others were written for, to whoever stands in.
    pub handed_over: u64,
    /// When the longest waiting was written.
    pub oldest_waiting: Option<Instant>,
}

impl Store {
    /// How the outbox stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_counts(&self) -> Result<OutboxCounts, StoreError> {
        let row = sqlx::query(
            "SELECT count(CASE WHEN state = 'waiting' THEN 1 END) AS waiting, \
             count(CASE WHEN state = 'sent' THEN 1 END) AS sent, count(CASE WHEN state = 'dead' THEN 1 END) AS dead, \
             count(CASE WHEN state = 'handed_over' THEN 1 END) AS handed_over, \
             min(CASE WHEN state = 'waiting' THEN created_at END) AS oldest FROM outbox",
        )
        .fetch_one(&self.pools.read)
        .await?;
        Ok(OutboxCounts {
            waiting: count(&row, "waiting")?,
            sent: count(&row, "sent")?,
            dead: count(&row, "dead")?,
            handed_over: count(&row, "handed_over")?,
            oldest_waiting: perhaps(&row, "oldest")?,
        })
    }

    /// The notices mentiond gave up on, the latest first; with `dropped` also those that somebody dropped.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dead_letters(&self, dropped: bool, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, kind, recipient, finished_at, attempts, last_error, state, instead_of FROM outbox \
             WHERE state = 'dead' OR (state = 'dropped' AND $1 = 1) ORDER BY finished_at DESC, id DESC LIMIT $2",
        )
        .bind(i64::from(dropped))
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        let mut letters = Vec::new();
        for row in &rows {
            let id = row.try_get("id")?;
            letters.push(DeadLetter {
                id,
                kind: kind(row)?,
                recipient: row.try_get("recipient")?,
                died_at: instant(row.try_get("finished_at")?),
                attempts: times(row, "attempts")?,
                error: row.try_get::<Option<String>, _>("last_error")?.unwrap_or_default(),
                instead_of: row.try_get("instead_of")?,
                dropped: row.try_get::<String, _>("state")? == "dropped",
                acts: self.letter_acts(id).await?,
            });
        }
        Ok(letters)
    }

    async fn letter_acts(&self, id: i64) -> Result<Vec<LetterAct>, StoreError> {
        let rows = sqlx::query("SELECT at, act, author, comment FROM letter_act WHERE outbox_id = $1 ORDER BY id")
            .bind(id)
            .fetch_all(&self.pools.read)
            .await?;
        let act = |row: &AnyRow| {
            Ok(LetterAct {
                at: instant(row.try_get("at")?),
                act: row.try_get("act")?,
                author: row.try_get("author")?,
                comment: row.try_get("comment")?,
            })
        };
        rows.iter().map(act).collect()
    }

    /// Gives a dead letter, or all of them, another round of attempts; answers how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_dead(&self, id: Option<i64>, author: &str, now: Instant) -> Result<u64, StoreError> {
        let revive = "UPDATE outbox SET state = 'waiting', due_at = $2, retried_at = $2, tried_at = NULL, attempts = 0, finished_at = NULL \
                      WHERE state = 'dead' AND ($1 IS NULL OR id = $1) RETURNING id";
        self.act_on_dead(revive, id, ("retried", author, None), now).await
    }

    /// Drops a dead letter, or all of them: they are kept, but nobody is told of them any more. Answers how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_dead(
        &self,
        id: Option<i64>,
        author: &str,
        comment: Option<&str>,
        now: Instant,
    ) -> Result<u64, StoreError> {
        let discard = "UPDATE outbox SET state = 'dropped', finished_at = $2 \
                       WHERE state = 'dead' AND ($1 IS NULL OR id = $1) RETURNING id";
        self.act_on_dead(discard, id, ("dropped", author, comment), now).await
    }

    async fn act_on_dead(
        &self,
        sql: &'static str,
        id: Option<i64>,
        (act, author, comment): (&str, &str, Option<&str>),
        now: Instant,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let ids: Vec<i64> = sqlx::query_scalar(sql).bind(id).bind(millis(now)).fetch_all(&mut *tx).await?;
        for id in &ids {
            sqlx::query("INSERT INTO letter_act (outbox_id, at, act, author, comment) VALUES ($1, $2, $3, $4, $5)")
                .bind(id)
                .bind(millis(now))
                .bind(act)
                .bind(author)
                .bind(comment)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(ids.len() as u64)
    }
}
