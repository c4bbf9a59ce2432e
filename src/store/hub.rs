//! Which hubs feeds name, as polls see it, and what becomes of a subscription when its source changes. A source that no
//! hub tells of any more is due for a poll as soon as its interval allows. Never talks to a hub.

use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::poll::{Committed, PollCommit};
use super::{StoreError, millis, presence};
use crate::model::{FoundHub, Instant};

/// A feed that names another hub, or one again, is followed once in this time.
const ONCE_MS: i64 = 86_400_000;

/// Ends a subscription; a hub that was asked has to be told.
pub(super) async fn end(tx: &mut Transaction<'_, Any>, id: i64, now: Instant) -> Result<(), StoreError> {
    let live: Option<String> = sqlx::query_scalar("SELECT source FROM subscription WHERE id = $1 AND state = 'live'")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(source) = live {
        poll_soon(tx, &source, now).await?;
    }
    sqlx::query(
        "UPDATE subscription SET state = 'ended', ended_at = $2, verified_at = NULL, failures = 0, \
         due_at = CASE WHEN token IS NULL THEN NULL ELSE $2 END WHERE id = $1",
    )
    .bind(id)
    .bind(millis(now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Makes sources that are well due as soon as their intervals allow: all of them, if nothing follows.
const SOON: &str = "UPDATE source_state SET next_poll_at = CASE WHEN last_polled_at + interval_ms > $1 \
     THEN last_polled_at + interval_ms ELSE $1 END WHERE failures = 0 \
     AND next_poll_at > CASE WHEN last_polled_at + interval_ms > $1 THEN last_polled_at + interval_ms ELSE $1 END";

/// A source that no hub tells of any more is due as soon as its interval allows.
pub(super) async fn poll_soon(tx: &mut Transaction<'_, Any>, source: &str, now: Instant) -> Result<(), StoreError> {
    let sql = AssertSqlSafe(format!("{SOON} AND name = $2"));
    sqlx::query(sql).bind(millis(now)).bind(source).execute(&mut **tx).await?;
    Ok(())
}

/// Hubs may have found nobody: the sources whose hubs deliver are due as soon as their intervals allow.
pub(super) async fn catch_up(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<(), StoreError> {
    let followed = "name IN (SELECT source FROM subscription WHERE state = 'live')";
    sqlx::query(AssertSqlSafe(format!("{SOON} AND {followed}"))).bind(millis(now)).execute(&mut **tx).await?;
    Ok(())
}

/// Nobody was there for a while: what the next polls bring is no proof that a hub did not deliver.
pub(super) async fn forgive(tx: &mut Transaction<'_, Any>) -> Result<(), StoreError> {
    sqlx::query("UPDATE subscription SET polled_at = NULL WHERE state = 'live'").execute(&mut **tx).await?;
    Ok(())
}

/// Ends the subscriptions of sources that are no longer configured or are pointed elsewhere.
pub(super) async fn sync(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<(), StoreError> {
    let orphans: Vec<i64> = sqlx::query_scalar(
        "SELECT u.id FROM subscription u WHERE u.state <> 'ended' AND NOT EXISTS \
         (SELECT 1 FROM source_state s WHERE s.name = u.source AND s.configured = 1 AND s.fingerprint = u.fingerprint)",
    )
    .fetch_all(&mut **tx)
    .await?;
    for id in orphans {
        end(tx, id, now).await?;
    }
    Ok(())
}

/// Writes down which hub a poll found, doubts one that did not deliver what the poll brought, and takes leave of that of
/// a source that is polled no more. A poll whose hub delivers no more at its end is soon followed by another.
pub(super) async fn note_poll(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    committed: &Committed,
) -> Result<(), StoreError> {
    if poll.stopped.is_some() {
        let current: Option<i64> =
            sqlx::query_scalar("SELECT id FROM subscription WHERE source = $1 AND state <> 'ended'")
                .bind(&poll.source)
                .fetch_optional(&mut **tx)
                .await?;
        return match current {
            Some(id) => end(tx, id, poll.now).await,
            None => Ok(()),
        };
    }
    if let Some(found) = &poll.hub {
        note_found(tx, poll, found).await?;
    }
    if !poll.entries.is_empty() {
        note_silence(tx, poll, committed.entries + committed.copies > 0).await?;
    }
    // A poll that counts on its hub is written over what a hub that ended meanwhile made of the wait.
    let live = "SELECT 1 FROM subscription WHERE source = $1 AND state <> 'ended' AND state = 'live'";
    if poll.live_until.is_some() && sqlx::query(live).bind(&poll.source).fetch_optional(&mut **tx).await?.is_none() {
        poll_soon(tx, &poll.source, poll.now).await?;
    }
    Ok(())
}

async fn note_found(tx: &mut Transaction<'_, Any>, poll: &PollCommit, found: &FoundHub) -> Result<(), StoreError> {
    let FoundHub { hub, read_from } = found;
    let current = sqlx::query(
        "SELECT id, hub, topic, read_from, found_at FROM subscription WHERE source = $1 AND state <> 'ended'",
    )
    .bind(&poll.source)
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(row) = current {
        let id: i64 = row.try_get("id")?;
        let same =
            |column: &str, url: &url::Url| Ok::<_, sqlx::Error>(row.try_get::<String, _>(column)? == url.as_str());
        if same("hub", &hub.url)? && same("topic", &hub.topic)? {
            if !same("read_from", read_from)? {
                let moved = sqlx::query("UPDATE subscription SET read_from = $2 WHERE id = $1");
                moved.bind(id).bind(read_from.as_str()).execute(&mut **tx).await?;
            }
            return Ok(());
        }
        if millis(poll.now) - row.try_get::<i64, _>("found_at")? < ONCE_MS {
            return Ok(());
        }
        end(tx, id, poll.now).await?;
    }
    sqlx::query(
        "INSERT INTO subscription (source, fingerprint, hub, topic, read_from, state, allow_private, found_at, due_at, \
         failures, ignored) SELECT name, fingerprint, $2, $3, $4, 'found', 0, $5, $5, 0, 0 FROM source_state s \
         WHERE name = $1 AND NOT EXISTS (SELECT 1 FROM subscription u WHERE u.source = $1 AND u.state = 'ended' \
         AND u.found_at > $5 - $6 AND u.fingerprint = s.fingerprint)",
    )
    .bind(&poll.source)
    .bind(hub.url.as_str())
    .bind(hub.topic.as_str())
    .bind(read_from.as_str())
    .bind(millis(poll.now))
    .bind(ONCE_MS)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A hub that said nothing between two polls though the second brought something new does not deliver, unless nobody
/// listened. It is asked again a day later, and the source is polled as before meanwhile.
async fn note_silence(tx: &mut Transaction<'_, Any>, poll: &PollCommit, new: bool) -> Result<(), StoreError> {
    // Who polls by hand, or has just woken up, does not know what the hub wanted to say.
    if new && !presence::was_away(tx, poll.now).await? {
        let denied = sqlx::query(
            "UPDATE subscription SET state = 'denied', due_at = $2 + $3, failures = failures + 1, polled_at = NULL, \
             last_error = 'the hub did not deliver what a poll found' \
             WHERE source = $1 AND state <> 'ended' AND state = 'live' AND polled_at IS NOT NULL \
             AND (delivered_at IS NULL OR delivered_at < polled_at)",
        )
        .bind(&poll.source)
        .bind(millis(poll.now))
        .bind(ONCE_MS)
        .execute(&mut **tx)
        .await?;
        if denied.rows_affected() > 0 {
            return Ok(());
        }
    }
    sqlx::query("UPDATE subscription SET polled_at = $2 WHERE source = $1 AND state <> 'ended' AND state = 'live'")
        .bind(&poll.source)
        .bind(millis(poll.now))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
