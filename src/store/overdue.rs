//! Sources that nobody polled though they were due, and sources whose hubs found nobody: each becomes an outage with the
//! true reason, since that somebody was away is another matter than that a host wanted to be left alone.

use std::time::Duration;

use chrono::TimeDelta;
use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::presence::TOLERATED_MS;
use super::{StoreError, after, instant, millis, perhaps};
use crate::model::Instant;

/// Opens an outage for every source whose hub found nobody, or whose poll is overdue by more than an interval.
pub async fn note(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<(), StoreError> {
    note_unheard(tx, now).await?;
    note_unpolled(tx, now).await
}

/// One that was polled since, by hand, is a source like others from then on.
async fn note_unheard(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outage (source, since, noticed_at, reason) SELECT u.source, p.seen_at, p.seen_at, \
         'nobody listened to its hub: mentiond did not run, or the machine slept' \
         FROM presence p JOIN subscription u ON u.state = 'live' AND u.lease_until > p.seen_at \
         JOIN source_state s ON s.name = u.source AND s.configured = 1 AND s.stopped IS NULL \
         WHERE p.id = 1 AND p.seen_at + $2 < $1 AND coalesce(s.last_read_at, 0) <= p.seen_at \
         AND NOT EXISTS (SELECT 1 FROM outage o WHERE o.source = u.source AND o.until IS NULL)",
    )
    .bind(millis(now))
    .bind(TOLERATED_MS)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn note_unpolled(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<(), StoreError> {
    let overdue = sqlx::query(
        "SELECT s.name, s.next_poll_at, s.interval_ms, h.next_at, h.refusals, p.since, p.seen_at, \
         (SELECT max(o.claimed_until) FROM source_state o WHERE o.host = s.host AND o.claimed_until IS NOT NULL \
         AND o.name <> s.name) AS asked_until \
         FROM source_state s LEFT JOIN host_state h ON h.host = s.host LEFT JOIN presence p ON p.id = 1 \
         WHERE s.configured = 1 AND s.stopped IS NULL AND s.last_polled_at IS NOT NULL \
         AND s.next_poll_at + CASE WHEN s.interval_ms > $2 THEN s.interval_ms ELSE $2 END < $1 \
         AND NOT EXISTS (SELECT 1 FROM outage o WHERE o.source = s.name AND o.until IS NULL)",
    )
    .bind(millis(now))
    .bind(TOLERATED_MS)
    .fetch_all(&mut **tx)
    .await?;
    for row in &overdue {
        sqlx::query(
            "INSERT INTO outage (source, since, noticed_at, reason) \
             SELECT name, last_read_at, next_poll_at, $2 FROM source_state WHERE name = $1",
        )
        .bind(row.try_get::<String, _>("name")?)
        .bind(Wait::read(row)?.reason(now))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// What is known of a poll that is overdue.
struct Wait {
    due: Instant,
    /// What is asked within this time is asked steadily.
    patience: Duration,
    /// When the host could be asked again after it was asked last.
    host_free_at: Option<Instant>,
    /// Whether the host refused then.
    host_refuses: bool,
    /// Until when another source of the host is claimed.
    asked_until: Option<Instant>,
    /// Since when somebody has been there without a break, and when last.
    presence: Option<(Instant, Instant)>,
}

impl Wait {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let patience = row.try_get::<i64, _>("interval_ms")?.max(TOLERATED_MS);
        Ok(Self {
            due: instant(row.try_get("next_poll_at")?),
            patience: Duration::from_millis(patience.unsigned_abs()),
            host_free_at: perhaps(row, "next_at")?,
            host_refuses: row.try_get::<Option<i64>, _>("refusals")?.is_some_and(|refusals| refusals > 0),
            asked_until: perhaps(row, "asked_until")?,
            presence: perhaps(row, "since")?.zip(perhaps(row, "seen_at")?),
        })
    }

    /// Why it has not been polled yet. A break in which it was due counts for more than what its host wants now.
    fn reason(&self, now: Instant) -> String {
        let slept = self.presence.is_some_and(|(since, _)| since > self.due);
        let away = self.presence.is_none_or(|(_, seen)| now - seen > TimeDelta::milliseconds(TOLERATED_MS));
        let rest = self.host_free_at.filter(|_| self.host_refuses);
        let is_recent = |at: &Instant| after(*at, self.patience) > now;
        let shown = |at: Instant| at.format("%a %-d %b %Y, %H:%M UTC");
        if let Some(until) = rest.filter(|until| *until > now && !slept) {
            return format!("its host is left alone until {}, since it refused another source", shown(until));
        }
        if slept || away {
            return "nobody polled it: mentiond did not run, or the machine slept".to_owned();
        }
        if let Some(until) = rest.filter(is_recent) {
            return format!("its host was left alone until {}, since it had refused another source", shown(until));
        }
        if self.asked_until.is_some_and(|until| until > now) || self.host_free_at.as_ref().is_some_and(is_recent) {
            return "its host is asked one thing at a time, and others of its sources came first".to_owned();
        }
        "no poll of it was finished since it fell due".to_owned()
    }
}
