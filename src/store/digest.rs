//! Which digests have been composed. A slot and its notices are written together, so that none is skipped or doubled.

use std::collections::BTreeSet;

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::ahead::LONGEST_WAIT_MS;
use super::outbox::{Draft, insert};
use super::{Store, StoreError, instant, millis};
use crate::model::notice::DigestNotice;
use crate::model::outbox::OutboxKind;
use crate::model::{Instant, Notice};

/// That somebody wants a digest no more, though the configuration names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestLeave {
    /// Name of the digest.
    pub digest: String,
    /// The recipient.
    pub recipient: String,
    /// Since when.
    pub at: Instant,
    /// Who said so.
    pub by: String,
}

impl Store {
    /// The last slot a digest was composed for. A digest that is new starts `now`: nothing before is due. So does one whose
    /// last slot is days ahead, since the clock was wrong then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn start_slots(&self, digest: &str, now: Instant) -> Result<Instant, StoreError> {
        let possible = |last: &Instant| millis(*last) <= millis(now) + LONGEST_WAIT_MS;
        if let Some(last) = self.last_slot(digest).await?.filter(possible) {
            return Ok(last);
        }
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO digest_slot (digest, slot) VALUES ($1, $2) \
             ON CONFLICT (digest) DO UPDATE SET slot = excluded.slot WHERE digest_slot.slot > excluded.slot + $3",
        )
        .bind(digest)
        .bind(millis(now))
        .bind(LONGEST_WAIT_MS)
        .execute(&mut *tx)
        .await?;
        // Slots that were told from a wrong clock come again.
        sqlx::query("UPDATE outbox SET cause = NULL, topic = NULL WHERE cause >= $1 AND cause < $2")
            .bind(format!("digest:{digest}:"))
            .bind(format!("digest:{digest};"))
            .execute(&mut *tx)
            .await?;
        let slot: i64 = sqlx::query_scalar("SELECT slot FROM digest_slot WHERE digest = $1")
            .bind(digest)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(instant(slot))
    }

    /// The last slot a digest was composed for, if it was ever started.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_slot(&self, digest: &str) -> Result<Option<Instant>, StoreError> {
        let slot: Option<i64> = sqlx::query_scalar("SELECT slot FROM digest_slot WHERE digest = $1")
            .bind(digest)
            .fetch_optional(&self.pools.read)
            .await?;
        Ok(slot.map(instant))
    }

    /// Puts the digest of a slot into the outbox, one notice per recipient, and moves the slot forward. Answers false,
    /// and writes nothing, when somebody else has done so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn commit_digest(
        &self,
        digest: &str,
        slot: Instant,
        notices: &[(String, DigestNotice)],
        now: Instant,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let moved = sqlx::query("UPDATE digest_slot SET slot = $2 WHERE digest = $1 AND slot < $2")
            .bind(digest)
            .bind(millis(slot))
            .execute(&mut *tx)
            .await?;
        if moved.rows_affected() == 0 {
            return Ok(false);
        }
        for (recipient, notice) in notices {
            let cause = Some(format!("digest:{digest}:{}:{recipient}", millis(slot)));
            let brands: Vec<&str> = notice.brands.iter().map(|report| report.brand.as_str()).collect();
            let topic = Some(format!("digest:{digest}:{}:{}", millis(slot), brands.join(",")));
            let notice = Notice::Digest(notice.clone());
            let draft =
                Draft { kind: OutboxKind::Digest, brand: None, recipient, route: "", cause, topic, notice: &notice };
            insert(&mut tx, &draft, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Who was told a digest of this name, as far as it is remembered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipients_of_digest(&self, digest: &str) -> Result<BTreeSet<String>, StoreError> {
        let recipients: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT recipient FROM outbox WHERE cause >= $1 AND cause < $2")
                .bind(format!("digest:{digest}:"))
                .bind(format!("digest:{digest};"))
                .fetch_all(&self.pools.read)
                .await?;
        Ok(recipients.into_iter().collect())
    }

    /// Who wants a digest no more, in the order of their names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn left_digest(&self, digest: &str) -> Result<Vec<DigestLeave>, StoreError> {
        let sql = "SELECT digest, recipient, left_at, left_by FROM digest_leave WHERE digest = $1 ORDER BY recipient";
        let rows = sqlx::query(sql).bind(digest).fetch_all(&self.pools.read).await?;
        rows.iter().map(read_leave).collect()
    }

    /// Everybody who wants a digest no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn digest_leaves(&self) -> Result<Vec<DigestLeave>, StoreError> {
        let sql = "SELECT digest, recipient, left_at, left_by FROM digest_leave ORDER BY digest, recipient";
        let rows = sqlx::query(sql).fetch_all(&self.pools.read).await?;
        rows.iter().map(read_leave).collect()
    }

    /// A recipient wants a digest no more. Answers false when that was known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leave_digest(
        &self,
        digest: &str,
        recipient: &str,
        by: &str,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let left = sqlx::query(
            "INSERT INTO digest_leave (digest, recipient, left_at, left_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(digest)
        .bind(recipient)
        .bind(millis(now))
        .bind(by)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(left.rows_affected() > 0)
    }

    /// A recipient wants a digest again. Answers false when nobody had left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rejoin_digest(&self, digest: &str, recipient: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let back = sqlx::query("DELETE FROM digest_leave WHERE digest = $1 AND recipient = $2")
            .bind(digest)
            .bind(recipient)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(back.rows_affected() > 0)
    }
}

fn read_leave(row: &AnyRow) -> Result<DigestLeave, StoreError> {
    Ok(DigestLeave {
        digest: row.try_get("digest")?,
        recipient: row.try_get("recipient")?,
        at: instant(row.try_get("left_at")?),
        by: row.try_get("left_by")?,
    })
}
