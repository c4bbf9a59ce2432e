//! Since when somebody has been there, to poll and to listen to hubs. It is written down every few minutes, so that
//! whoever looks after a crash or a sleep knows since when nobody was. Whoever was not there cannot say that nothing was
//! done, and a hub cannot deliver to nobody.

use sqlx::{Any, Row as _, Transaction};

use super::{Store, StoreError, claim, hub, instant, millis, overdue};
use crate::model::Instant;

/// Who was not seen for longer than this was not there. Feeds keep their entries for longer, and hubs try again.
pub const TOLERATED_MS: i64 = 600_000;

/// Who was seen so lately needs not be written down again: less than the five minutes of the vigil.
const LATELY_MS: i64 = 240_000;

impl Store {
    /// Somebody is there from now on. What hubs may have told to nobody before is polled, and after a while without
    /// anybody that is no proof against them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_watch(&self, now: Instant) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        hub::catch_up(&mut tx, now).await?;
        if was_away(&mut tx, now).await? {
            hub::forgive(&mut tx).await?;
        }
        be_seen(&mut tx, now).await?;
        Ok(tx.commit().await?)
    }

    /// Somebody is still there, which is to be said every five minutes, and before anything is polled. Where nobody was for a while, that is noted first
    /// and made good for as after a start. Answers since when somebody has been there without a break.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_watch(&self, now: Instant) -> Result<Instant, StoreError> {
        let lately = "SELECT since FROM presence WHERE id = 1 AND seen_at BETWEEN $1 - $2 AND $1";
        let lately = sqlx::query_scalar(lately).bind(millis(now)).bind(LATELY_MS);
        if let Some(since) = lately.fetch_optional(&self.pools.read).await? {
            return Ok(instant(since));
        }
        let mut tx = self.begin().await?;
        if was_away(&mut tx, now).await? {
            overdue::note(&mut tx, now).await?;
            hub::catch_up(&mut tx, now).await?;
            hub::forgive(&mut tx).await?;
            claim::spread_waiting(&mut tx, now).await?;
        }
        let since = be_seen(&mut tx, now).await?;
        tx.commit().await?;
        Ok(since)
    }
}

/// Whether nobody has been seen for a while.
pub async fn was_away(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<bool, StoreError> {
    let away =
        sqlx::query("SELECT 1 FROM presence WHERE id = 1 AND seen_at < $1 - $2").bind(millis(now)).bind(TOLERATED_MS);
    Ok(away.fetch_optional(&mut **tx).await?.is_some())
}

/// Writes down that somebody is there. A clock that was set back is a break as well.
async fn be_seen(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<Instant, StoreError> {
    let row = sqlx::query(
        "INSERT INTO presence (id, since, seen_at) VALUES (1, $1, $1) ON CONFLICT (id) DO UPDATE SET \
         since = CASE WHEN presence.seen_at BETWEEN $1 - $2 AND $1 THEN presence.since ELSE $1 END, seen_at = $1 \
         RETURNING since",
    )
    .bind(millis(now))
    .bind(TOLERATED_MS)
    .fetch_one(&mut **tx)
    .await?;
    Ok(instant(row.try_get("since")?))
}
