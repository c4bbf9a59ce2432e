//! What became of notices that were on their way. Only who has claimed a notice may say so; every attempt stays on record.
//! Outcomes of about the same time are written together.

use std::sync::Arc;

use sqlx::{Any, Transaction};

use super::commit::Work;
use super::{Store, StoreError, handover, millis, undelivered};
use crate::model::Instant;
use crate::model::outbox::StandIns;

impl Store {
    /// The notice was delivered.
    ///
    /// # Errors
    /// When the claim was lost or the database fails.
    pub async fn mark_sent(&self, id: i64, owner: &str, now: Instant) -> Result<(), StoreError> {
        self.finish(id, owner, now, Outcome::Sent).await.map(drop)
    }

    /// The notice could not be delivered and is tried again at `next`, unless it is handed over to whoever stands in;
    /// answers whether it was.
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
    ) -> Result<bool, StoreError> {
        self.finish(id, owner, now, Outcome::Retry { next, error: error.to_owned() }).await
    }

    /// The same, where this mail server may have accepted it all the same.
    ///
    /// # Errors
    /// When the claim was lost or the database fails.
    pub async fn mark_unanswered(
        &self,
        id: i64,
        owner: &str,
        now: Instant,
        next: Instant,
        (error, server): (&str, &str),
    ) -> Result<bool, StoreError> {
        self.finish(id, owner, now, Outcome::Unanswered { next, error: error.to_owned(), server: server.to_owned() })
            .await
    }

    /// The notice is given up, or at once handed over to whoever stands in; answers whether it was.
    ///
    /// # Errors
    /// When the claim was lost or the database fails.
    pub async fn mark_dead(&self, id: i64, owner: &str, now: Instant, error: &str) -> Result<bool, StoreError> {
        self.finish(id, owner, now, Outcome::Dead { error: error.to_owned() }).await
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

    async fn finish(&self, id: i64, owner: &str, now: Instant, outcome: Outcome) -> Result<bool, StoreError> {
        self.outcomes
            .store(Arc::new(Finished {
                id,
                owner: owner.to_owned(),
                now,
                outcome,
                stand_ins: Arc::clone(&self.stand_ins),
            }))
            .await
    }
}

/// What became of an attempt.
#[derive(Debug)]
pub(super) struct Finished {
    id: i64,
    owner: String,
    now: Instant,
    outcome: Outcome,
    stand_ins: Arc<StandIns>,
}

#[derive(Debug)]
enum Outcome {
    Sent,
    Retry { next: Instant, error: String },
    Unanswered { next: Instant, error: String, server: String },
    Dead { error: String },
}

impl Work for Finished {
    /// Whether it was handed over.
    type Done = bool;

    async fn write(&self, tx: &mut Transaction<'static, Any>) -> Result<bool, StoreError> {
        let Self { id, owner, now, outcome, stand_ins } = self;
        let (state, word, next, error) = match outcome {
            Outcome::Sent => ("sent", "sent", None, None),
            Outcome::Retry { next, error } => ("waiting", "transient", Some(*next), Some(error.as_str())),
            Outcome::Unanswered { next, error, .. } => ("waiting", "unanswered", Some(*next), Some(error.as_str())),
            Outcome::Dead { error } => ("dead", "dead", None, Some(error.as_str())),
        };
        let finished = next.is_none().then(|| millis(*now));
        let held = sqlx::query(
            "UPDATE outbox SET state = $3, due_at = coalesce($4, due_at), finished_at = $5, last_error = $6, \
             tried_at = CASE WHEN $3 = 'waiting' THEN coalesce(tried_at, $7) ELSE tried_at END, \
             claimed_by = NULL, claimed_until = NULL WHERE id = $1 AND claimed_by = $2",
        )
        .bind(id)
        .bind(owner)
        .bind(state)
        .bind(next.map(millis))
        .bind(finished)
        .bind(error)
        .bind(millis(*now))
        .execute(&mut **tx)
        .await?;
        if held.rows_affected() == 0 {
            return Err(StoreError::ClaimLost(format!("notice {id}")));
        }
        sqlx::query("INSERT INTO attempt (outbox_id, at, outcome, error) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(millis(*now))
            .bind(word)
            .bind(error)
            .execute(&mut **tx)
            .await?;
        match outcome {
            Outcome::Sent => {
                // The file of a digest is with its recipient, and large.
                sqlx::query(
                    "UPDATE outbox SET notice = json_remove(notice, '$.list') WHERE id = $1 AND kind = 'digest'",
                )
                .bind(id)
                .execute(&mut **tx)
                .await?;
                undelivered::note_success(tx, *id, *now).await?;
                Ok(false)
            }
            Outcome::Retry { error, .. } => {
                undelivered::note_failure(tx, *id, error, *now).await?;
                handover::hand_over_late(tx, *id, stand_ins, *now).await
            }
            Outcome::Unanswered { error, server, .. } => {
                sqlx::query(
                    "UPDATE outbox SET unanswered_at = CASE WHEN unanswered_by = $2 THEN unanswered_at ELSE $3 END, \
                     unanswered_by = $2 WHERE id = $1",
                )
                .bind(id)
                .bind(server)
                .bind(millis(*now))
                .execute(&mut **tx)
                .await?;
                undelivered::note_failure(tx, *id, error, *now).await?;
                handover::hand_over_late(tx, *id, stand_ins, *now).await
            }
            Outcome::Dead { error } => {
                undelivered::note_death(tx, *id, error).await?;
                handover::hand_over(tx, *id, stand_ins, *now).await
            }
        }
    }
}
