//! What a clock that stood ahead for a while has left behind: times that no wait and no claim leads to. Without it, what
//! was put off or taken then would rest until that time comes.

use sqlx::{Any, AssertSqlSafe, Transaction};

use super::{StoreError, millis};
use crate::model::Instant;

/// No notice and no host waits longer than this: two days.
pub const LONGEST_WAIT_MS: i64 = 172_800_000;
/// No source waits longer than two intervals and this: two days, and a week of which it wants six days skipped. Quiet hours
/// are no longer either.
const LONGEST_REST_MS: i64 = 9 * 86_400_000;
/// No poll and no notice is claimed for longer than this: they are for a quarter of an hour at most, as seen by a clock
/// that may have been asked a while after that of whoever mends.
const LONGEST_CLAIM_MS: i64 = HOUR_MS;
/// No hub promises to deliver for longer than this: 30 days.
const LONGEST_LEASE_MS: i64 = 30 * 86_400_000;
/// So far ahead may lie what another process has written since the clock was asked.
const HOUR_MS: i64 = 3_600_000;
/// What has happened, so that none of it can lie ahead.
const HAPPENED: [(&str, &str); 6] = [
    ("source_state", "last_polled_at"),
    ("subscription", "found_at"),
    ("subscription", "asked_at"),
    ("subscription", "verified_at"),
    ("subscription", "polled_at"),
    ("subscription", "delivered_at"),
];

/// What was put off for longer than anything waits is due now, what was claimed for longer than anything is claimed is
/// free, what a hub promised for longer than it can ends now, and what is still to happen has happened now.
pub async fn mend(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<(), StoreError> {
    for (sql, longest) in [
        ("UPDATE source_state SET next_poll_at = $1 WHERE next_poll_at > $1 + 2 * interval_ms + $2", LONGEST_REST_MS),
        (
            "UPDATE source_state SET claimed_by = NULL, claimed_until = NULL WHERE claimed_until > $1 + $2",
            LONGEST_CLAIM_MS,
        ),
        ("UPDATE host_state SET next_at = CASE WHEN next_at > $1 + $2 THEN $1 ELSE next_at END", LONGEST_WAIT_MS),
        ("UPDATE outbox SET due_at = $1 WHERE state = 'waiting' AND due_at > $1 + $2", LONGEST_WAIT_MS),
        (
            "UPDATE outbox SET claimed_by = NULL, claimed_until = NULL WHERE state = 'waiting' AND claimed_until > $1 + $2",
            LONGEST_CLAIM_MS,
        ),
        ("UPDATE held_alert SET until = $1 WHERE silence_id IS NULL AND until > $1 + $2", LONGEST_REST_MS),
        ("UPDATE subscription SET lease_until = $1 WHERE lease_until > $1 + $2", LONGEST_LEASE_MS),
        ("UPDATE subscription SET due_at = $1 WHERE due_at > $1 + $2", LONGEST_LEASE_MS),
    ] {
        sqlx::query(sql).bind(millis(now)).bind(longest).execute(&mut **tx).await?;
    }
    for (table, column) in HAPPENED {
        let sql = format!("UPDATE {table} SET {column} = $1 WHERE {column} > $1 + $2");
        sqlx::query(AssertSqlSafe(sql)).bind(millis(now)).bind(HOUR_MS).execute(&mut **tx).await?;
    }
    Ok(())
}
