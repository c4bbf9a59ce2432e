//! Who polls what, and when: sources are claimed in due order, at most one per host at a time, and none before its host
//! may be asked again. The database is the arbiter, so this holds for all processes that share it; what a slow host has
//! to offer waits behind that host alone, however much it is.

use std::time::Duration;

use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::source::CLAIMED;
use super::{ClaimedSource, PollCommit, Store, StoreError, after, instant, integer, millis};
use crate::model::Instant;

/// Polls that wait are spread over at least this time, so that a start does not burst.
const SPREAD: Duration = Duration::from_secs(60);
/// Where there are more of them, so many are polled in a second; but none waits for longer than its interval.
const PER_SECOND: u32 = 50;
/// This many sources are polled at once at a start.
const AT_ONCE: usize = 20;

impl Store {
    /// Claims up to `limit` sources that are due and whose host is free, the host that has waited longest first. A host
    /// is free when no other source of it is claimed and its gap is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_sources(
        &self,
        owner: &str,
        now: Instant,
        until: Instant,
        limit: usize,
    ) -> Result<Vec<ClaimedSource>, StoreError> {
        // Who only reads waits for nobody.
        if self.next_poll_at().await?.is_none_or(|next| next > now) {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await?;
        let rows = sqlx::query(AssertSqlSafe(format!(
            "UPDATE source_state SET claimed_by = $1, claimed_until = $2, unended = unended + 1 WHERE name IN \
             (SELECT (SELECT s.name FROM source_state s WHERE s.host = h.host AND s.configured = 1 AND s.stopped IS NULL \
             ORDER BY s.next_poll_at, s.name LIMIT 1) \
             FROM host_state h WHERE h.ready_at <= $3 ORDER BY h.ready_at, h.host LIMIT $4) RETURNING {CLAIMED}"
        )))
        .bind(owner)
        .bind(millis(until))
        .bind(millis(now))
        .bind(integer(limit))
        .fetch_all(&mut *tx)
        .await?;
        let mut claims = Vec::new();
        for row in &rows {
            claims.push((row.try_get::<i64, _>("next_poll_at")?, ClaimedSource::read(row)?));
        }
        tx.commit().await?;
        claims.sort_by(|(due, claim), (other, than)| (due, &claim.name).cmp(&(other, &than.name)));
        Ok(claims.into_iter().map(|(_, claim)| claim).collect())
    }

    /// Claims one source, due or not, stopped or not; `None` while somebody else polls it, or another source of its host.
    ///
    /// # Errors
    /// When the database fails, or the source is not configured.
    pub async fn claim_source(
        &self,
        name: &str,
        owner: &str,
        now: Instant,
        until: Instant,
    ) -> Result<Option<ClaimedSource>, StoreError> {
        let mut tx = self.begin().await?;
        let held: Option<Option<i64>> = sqlx::query_scalar(
            "SELECT (SELECT max(o.claimed_until) FROM source_state o WHERE o.host = s.host AND o.claimed_until IS NOT NULL) \
             FROM source_state s WHERE s.name = $1 AND s.configured = 1",
        )
        .bind(name)
        .fetch_optional(&mut *tx)
        .await?;
        let held = held.ok_or_else(|| StoreError::UnknownSource(name.to_owned()))?;
        if held.is_some_and(|until| until > millis(now)) {
            return Ok(None);
        }
        let claimed = claim(&mut tx, name, owner, until).await?;
        tx.commit().await?;
        Ok(Some(claimed))
    }

    /// Gives back what `owner` left claimed when it crashed. Only for an owner that is known not to run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_claims(&self, owner: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for sql in [
            "UPDATE source_state SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = $1",
            "UPDATE outbox SET claimed_by = NULL, claimed_until = NULL WHERE state = 'waiting' AND claimed_by = $1",
        ] {
            sqlx::query(sql).bind(owner).execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The next instant at which a source can be claimed: one is due, and its host is free.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_poll_at(&self) -> Result<Option<Instant>, StoreError> {
        let next: Option<i64> = sqlx::query_scalar("SELECT min(ready_at) FROM host_state WHERE ready_at IS NOT NULL")
            .fetch_one(&self.pools.read)
            .await?;
        Ok(next.map(instant))
    }

    /// When the host of a source may be asked again; in the past where it may be now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn host_free_at(&self, source: &str) -> Result<Instant, StoreError> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT h.next_at FROM source_state s JOIN host_state h ON h.host = s.host WHERE s.name = $1",
        )
        .bind(source)
        .fetch_optional(&self.pools.read)
        .await?;
        Ok(instant(next.unwrap_or_default()))
    }

    /// Spreads the polls that are overdue after a downtime, in due order, so that a start does not burst: over a minute,
    /// or longer where there are thousands, but none by more than its interval. Few are left as they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spread_overdue(&self, now: Instant) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        spread_waiting(&mut tx, now).await?;
        Ok(tx.commit().await?)
    }
}

/// Spreads the polls that are overdue.
pub(super) async fn spread_waiting(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<(), StoreError> {
    let overdue: Vec<(String, i64)> = sqlx::query_as(
        "SELECT name, interval_ms FROM source_state WHERE configured = 1 AND stopped IS NULL AND next_poll_at <= $1 \
         ORDER BY next_poll_at, name",
    )
    .bind(millis(now))
    .fetch_all(&mut **tx)
    .await?;
    for (index, (name, interval)) in overdue.iter().enumerate().skip(AT_ONCE) {
        let interval = Duration::from_millis(interval.unsigned_abs());
        sqlx::query("UPDATE source_state SET next_poll_at = $2 WHERE name = $1")
            .bind(name)
            .bind(millis(after(now, spread(index, overdue.len(), interval))))
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Claims a source, whoever has it.
pub(super) async fn claim(
    tx: &mut Transaction<'_, Any>,
    name: &str,
    owner: &str,
    until: Instant,
) -> Result<ClaimedSource, StoreError> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "UPDATE source_state SET claimed_by = $2, claimed_until = $3, unended = unended + 1 WHERE name = $1 RETURNING {CLAIMED}"
    )))
    .bind(name)
    .bind(owner)
    .bind(millis(until))
    .fetch_one(&mut **tx)
    .await?;
    ClaimedSource::read(&row)
}

/// How long the `index`th of so many polls that are due waits: the first not at all, the rest spread evenly.
pub(super) fn spread(index: usize, polls: usize, interval: Duration) -> Duration {
    if index < AT_ONCE {
        return Duration::ZERO;
    }
    let polls = u32::try_from(polls).unwrap_or(u32::MAX).max(1);
    let whole = SPREAD.max(Duration::from_secs(u64::from(polls / PER_SECOND))).min(interval);
    whole.mul_f64((index as f64 / f64::from(polls)).min(1.0))
}

/// Lets the host of a source be asked again once its gap is over, and not before it wants us back. Its refusals are
/// counted until an answer is a good one, whichever of its sources asks, also one that came before the refusal in the same
/// poll; other faults say nothing of them, and end no rest. A source that has moved waits its turn at the new host.
pub(super) async fn free_host(tx: &mut Transaction<'_, Any>, poll: &PollCommit) -> Result<(), StoreError> {
    let next = after(poll.now, poll.host_gap);
    let answer = match (&poll.fault, poll.host_until) {
        (Some(_), Some(_)) => "refused",
        (None, Some(_)) => "enough",
        (None, None) => "good",
        (Some(_), None) => "neither",
    };
    sqlx::query(
        "UPDATE host_state SET refusals = CASE $3 WHEN 'refused' THEN refusals + 1 WHEN 'enough' THEN 1 WHEN 'good' THEN 0 ELSE refusals END, \
         next_at = CASE WHEN $3 = 'neither' AND next_at > $2 THEN next_at ELSE $2 END \
         WHERE host = (SELECT host FROM source_state WHERE name = $1)",
    )
    .bind(&poll.source)
    .bind(millis(poll.host_until.map_or(next, |until| until.max(next))))
    .bind(answer)
    .execute(&mut **tx)
    .await?;
    if let Some(host) = &poll.moves_to_host {
        know_host(tx, host).await?;
        sqlx::query("UPDATE source_state SET host = $2 WHERE name = $1")
            .bind(&poll.source)
            .bind(host)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Adds the hosts of all configured sources, unless they are known.
pub(super) async fn know_hosts(tx: &mut Transaction<'_, Any>) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO host_state (host, next_at) SELECT DISTINCT host, 0 FROM source_state WHERE configured = 1 \
         ON CONFLICT DO NOTHING",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds a host, unless it is known.
async fn know_host(tx: &mut Transaction<'_, Any>, host: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO host_state (host, next_at) VALUES ($1, 0) ON CONFLICT DO NOTHING")
        .bind(host)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_polls_are_spread_over_longer_and_none_waits_for_more_than_its_interval() {
        let (quarter, day) = (Duration::from_secs(900), Duration::from_secs(86_400));
        for (index, polls, interval, seconds) in [
            (19, 10_000, quarter, 0),
            (50, 100, quarter, 30),
            (50, 100, Duration::from_secs(4), 2),
            (5_000, 10_000, quarter, 100),
            (50_000, 100_000, quarter, 450),
            (50_000, 100_000, day, 1_000),
        ] {
            assert_eq!(spread(index, polls, interval).as_secs(), seconds, "{index} of {polls}");
        }
    }
}
