//! What became of notices that were on their way. Only who has claimed a notice may say so; every attempt stays on record.

use super::{Store, StoreError, millis, undelivered};
use crate::model::Instant;

impl Store {
    /// The notice was delivered.
    ///
    /// # Errors
    /// When the claim was lost or the database fails.
    pub async fn mark_sent(&self, id: i64, owner: &str, now: Instant) -> Result<(), StoreError> {
        self.finish(id, owner, now, Outcome { state: "sent", word: "sent", next: None, error: None }).await
    }

    /// The notice could not be delivered and is tried again at `next`.
    ///
    /// # Errors
    /// When the claim was lost or the database fails.
    pub async fn mark_retry(
        &self,
        id: i64,
        owner: &str,
        now: Instant,
        next: Instant,
        error: &str,
    ) -> Result<(), StoreError> {
        let outcome = Outcome { state: "waiting", word: "transient", next: Some(next), error: Some(error) };
        self.finish(id, owner, now, outcome).await
    }

    /// The notice is given up.
    ///
    /// # Errors
    /// When the claim was lost or the database fails.
    pub async fn mark_dead(&self, id: i64, owner: &str, now: Instant, error: &str) -> Result<(), StoreError> {
        self.finish(id, owner, now, Outcome { state: "dead", word: "dead", next: None, error: Some(error) }).await
    }

    /// Takes a claimed notice back that was not delivered, with its attempts, as if it had never been written.
    ///
    /// # Errors
    /// When it was sent, the claim was lost, or the database fails.
    pub async fn withdraw(&self, id: i64, owner: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let gone = sqlx::query("DELETE FROM outbox WHERE id = $1 AND claimed_by = $2 AND state = 'waiting'")
            .bind(id)
            .bind(owner)
            .execute(&mut *tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Err(StoreError::ClaimLost(format!("notice {id}")));
        }
        Ok(tx.commit().await?)
    }

    /// Nothing was tried, and nothing is before `next`: it is not an attempt.
    ///
    /// # Errors
    /// When the claim was lost or the database fails.
    pub async fn postpone(&self, id: i64, owner: &str, next: Instant) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let held = sqlx::query(
            "UPDATE outbox SET attempts = attempts - 1, due_at = $3, claimed_by = NULL, claimed_until = NULL \
             WHERE id = $1 AND claimed_by = $2 AND state = 'waiting'",
        )
        .bind(id)
        .bind(owner)
        .bind(millis(next))
        .execute(&mut *tx)
        .await?;
        if held.rows_affected() == 0 {
            return Err(StoreError::ClaimLost(format!("notice {id}")));
        }
        Ok(tx.commit().await?)
    }

    async fn finish(&self, id: i64, owner: &str, now: Instant, outcome: Outcome<'_>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let finished = outcome.next.is_none().then(|| millis(now));
        let held = sqlx::query(
            "UPDATE outbox SET state = $3, due_at = coalesce($4, due_at), finished_at = $5, last_error = $6, \
             claimed_by = NULL, claimed_until = NULL WHERE id = $1 AND claimed_by = $2",
        )
        .bind(id)
        .bind(owner)
        .bind(outcome.state)
        .bind(outcome.next.map(millis))
        .bind(finished)
        .bind(outcome.error)
        .execute(&mut *tx)
        .await?;
        if held.rows_affected() == 0 {
            return Err(StoreError::ClaimLost(format!("notice {id}")));
        }
        sqlx::query("INSERT INTO attempt (outbox_id, at, outcome, error) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(millis(now))
            .bind(outcome.word)
            .bind(outcome.error)
            .execute(&mut *tx)
            .await?;
        match outcome.word {
            "sent" => undelivered::note_success(&mut tx, id, now).await?,
            "transient" => undelivered::note_failure(&mut tx, id, outcome.error.unwrap_or_default(), now).await?,
            _ => {}
        }
        Ok(tx.commit().await?)
    }
}

struct Outcome<'a> {
    state: &'static str,
    word: &'static str,
    next: Option<Instant>,
    error: Option<&'a str>,
}
