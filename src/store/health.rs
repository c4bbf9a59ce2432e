//! How sources are. A source is judged in the transaction that changes a fact about it, and a change of its state is
//! written together with the notice that tells it, so that none is lost and none is told twice.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::poll::PollCommit;
use super::{Store, StoreError, gathering, instant, millis, perhaps, times};
use crate::config::HealthConfig;
use crate::health::{Facts, Sign, Tempo, count, judge};
use crate::model::Instant;
use crate::model::health::{Condition, Health, HealthChange, LOCKED_OUT};

/// What a source is judged by.
const FACTS: &str = "SELECT s.name, s.interval_ms, s.next_poll_at, s.last_read_at, s.failures, s.fault, s.moved_to, s.stopped, \
     s.health, s.health_since, s.health_why, s.against, s.news_since, s.news_at, s.news_occasions, \
     s.failing_since, (SELECT h.next_at FROM host_state h WHERE h.host = s.host) AS host_free_at FROM source_state s \
     WHERE s.configured = 1";

/// Sources judged in one transaction, so that polls are not held up.
const BATCH: usize = 100;

impl Store {
    /// Judges all sources by what only time changes: silence, and polls that are due but not finished although their
    /// hosts could be asked and somebody has been there to poll since `awake_since`. Writes each change with its notice;
    /// answers the changes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn examine_sources(
        &self,
        config: &HealthConfig,
        awake_since: Instant,
        now: Instant,
    ) -> Result<Vec<HealthChange>, StoreError> {
        let mut rows = sqlx::query(FACTS).fetch(&self.pools.read);
        let mut suspects = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let known = Known::read(&row)?;
            if known.judged(awake_since, now).is_some() {
                suspects.push(known.name);
            }
        }
        drop(rows);
        let mut changes = Vec::new();
        for batch in suspects.chunks(BATCH) {
            let mut tx = self.begin().await?;
            for name in batch {
                let Some(known) = Known::of(&mut tx, name).await? else { continue };
                if let Some(change) = known.judged(awake_since, now) {
                    write(&mut tx, &change, known.facts.against, config).await?;
                    changes.push(change);
                }
            }
            tx.commit().await?;
        }
        Ok(changes)
    }

    /// Of the configured sources those whose state changed after `from` and up to `to`, with the last change, and those
    /// that were silent at `to`, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn health_changes(&self, from: Instant, to: Instant) -> Result<Vec<HealthChange>, StoreError> {
        let rows = sqlx::query(
            "SELECT c.source, c.at, c.was, c.was_since, c.health, c.since, c.why FROM source_state s \
             JOIN health_change c ON c.id = (SELECT max(l.id) FROM health_change l WHERE l.source = s.name AND l.at <= $2) \
             WHERE s.configured = 1 AND (c.at > $1 OR c.health = 'silent') ORDER BY s.name",
        )
        .bind(millis(from))
        .bind(millis(to))
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter().map(read_change).collect()
    }
}

/// Judges a source by what a poll of it brought, or a delivery, which tells of news but not how well the source answers.
/// `new` is the number of entries that it had not shown before, whether or not others had: networks show each other's
/// posts. To be called behind everything else that the poll changes.
pub async fn after_poll(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    new: u64,
) -> Result<Option<HealthChange>, StoreError> {
    if poll.delivered.is_some() && poll.fault.is_some() {
        return Ok(None);
    }
    let is_slow = poll.took > poll.health.slow_after;
    // Most polls bring nothing and change nothing: they cost nothing here.
    if poll.fault.is_none() && poll.entries.is_empty() && !is_slow && !poll.suspect {
        return Ok(None);
    }
    let Some(mut known) = Known::of(tx, &poll.source).await? else { return Ok(None) };
    let before = known.facts.clone();
    let facts = &mut known.facts;
    if poll.delivered.is_none() {
        let sign = match &poll.fault {
            Some(_) => Sign::Failed,
            None if is_slow => Sign::Slow,
            None => Sign::Good,
        };
        facts.against = count(before.before.health, before.against, sign);
        if facts.failures == 1 {
            facts.failing_since = Some(poll.now);
        }
    }
    facts.tempo = match before.tempo {
        None if poll.entries.is_empty() => None,
        None => Some(Tempo::first(dates(poll), poll.now)),
        Some(tempo) if new > 0 => Some(tempo.after_news(poll.now)),
        Some(tempo) => Some(tempo),
    };
    if (facts.against, facts.failing_since, facts.tempo) != (before.against, before.failing_since, before.tempo) {
        remember(tx, &poll.source, facts).await?;
    }
    facts.took = is_slow.then_some(poll.took);
    let Some(change) = known.judged(poll.now, poll.now) else { return Ok(None) };
    // A new state begins with nothing that speaks against it.
    write(tx, &change, 0, &poll.health).await?;
    Ok(Some(change))
}

/// Forgets how a source was that is pointed elsewhere.
pub async fn start_anew(tx: &mut Transaction<'_, Any>, source: &str, fingerprint: &str) -> Result<(), StoreError> {
    let anew = sqlx::query(
        "UPDATE source_state SET health = 'healthy', health_since = NULL, \
         health_why = '', against = 0, failing_since = NULL, news_since = NULL, news_at = NULL, news_occasions = 0 \
         WHERE name = $1 AND fingerprint <> $2",
    )
    .bind(source)
    .bind(fingerprint)
    .execute(&mut **tx)
    .await?;
    if anew.rows_affected() > 0 {
        sqlx::query("DELETE FROM health_change WHERE source = $1").bind(source).execute(&mut **tx).await?;
    }
    Ok(())
}

/// A source as the store knows it.
struct Known {
    name: String,
    /// When it could be polled: it is due, and its host may be asked.
    ready_at: Instant,
    facts: Facts,
}

impl Known {
    async fn of(tx: &mut Transaction<'_, Any>, name: &str) -> Result<Option<Self>, StoreError> {
        let sql = AssertSqlSafe(format!("{FACTS} AND s.name = $1"));
        let row = sqlx::query(sql).bind(name).fetch_optional(&mut **tx).await?;
        row.as_ref().map(Self::read).transpose()
    }

    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let (fault, stopped): (Option<String>, Option<String>) = (row.try_get("fault")?, row.try_get("stopped")?);
        let (locked_out, gone) = match stopped {
            Some(reason) if reason.starts_with(LOCKED_OUT) => (Some(reason), None),
            other => (None, other),
        };
        let (since, last) = (perhaps(row, "news_since")?, perhaps(row, "news_at")?);
        let (against, failures) = (times(row, "against")?, times(row, "failures")?);
        let before = read_condition(row)?;
        let occasions = row.try_get("news_occasions")?;
        let facts = Facts {
            against,
            interval: Duration::from_millis(row.try_get::<i64, _>("interval_ms")?.unsigned_abs()),
            failures,
            failing_since: perhaps(row, "failing_since")?,
            fault,
            gone,
            locked_out,
            moved_to: row.try_get("moved_to")?,
            last_read_at: perhaps(row, "last_read_at")?,
            tempo: since.zip(last).map(|(since, last)| Tempo { since, last, occasions }),
            due_since: None,
            took: None,
            before,
        };
        let due_at = instant(row.try_get("next_poll_at")?);
        let ready_at = perhaps(row, "host_free_at")?.map_or(due_at, |free| free.max(due_at));
        Ok(Self { name: row.try_get("name")?, ready_at, facts })
    }

    /// The change of state that follows from the facts, if one does.
    fn judged(&self, awake_since: Instant, now: Instant) -> Option<HealthChange> {
        let due_since = Some(self.ready_at.max(awake_since));
        let found = judge(&Facts { due_since, ..self.facts.clone() }, now);
        let before = &self.facts.before;
        (!found.is_same_as(before)).then(|| HealthChange {
            source: self.name.clone(),
            at: now,
            before: before.health,
            before_since: before.since,
            condition: found,
        })
    }
}

/// When the entries of a poll were published, as far as they say.
fn dates(poll: &PollCommit) -> impl Iterator<Item = Instant> {
    poll.entries.iter().filter_map(|found| found.entry.published_at)
}

async fn remember(tx: &mut Transaction<'_, Any>, source: &str, facts: &Facts) -> Result<(), StoreError> {
    let Facts { against, failing_since, tempo, .. } = facts;
    sqlx::query(
        "UPDATE source_state SET against = $2, failing_since = $3, news_since = $4, news_at = $5, news_occasions = $6 \
         WHERE name = $1",
    )
    .bind(source)
    .bind(i64::from(*against))
    .bind(failing_since.map(millis))
    .bind(tempo.map(|tempo| millis(tempo.since)))
    .bind(tempo.map(|tempo| millis(tempo.last)))
    .bind(tempo.map_or(0.0, |tempo| tempo.occasions))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes a change and puts it into the notices that tell it.
async fn write(
    tx: &mut Transaction<'_, Any>,
    change: &HealthChange,
    against: u32,
    config: &HealthConfig,
) -> Result<(), StoreError> {
    let HealthChange { source, at, before, before_since, condition } = change;
    sqlx::query(
        "UPDATE source_state SET health = $2, health_since = $3, health_why = $4, against = $5 WHERE name = $1",
    )
    .bind(source)
    .bind(condition.health.as_str())
    .bind(condition.since.map(millis))
    .bind(&condition.why)
    .bind(i64::from(against))
    .execute(&mut **tx)
    .await?;
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO health_change (source, at, was, was_since, health, since, why) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(source)
    .bind(millis(*at))
    .bind(before.as_str())
    .bind(before_since.map(millis))
    .bind(condition.health.as_str())
    .bind(condition.since.map(millis))
    .bind(&condition.why)
    .fetch_one(&mut **tx)
    .await?;
    gathering::gather(tx, change, id, config).await
}

/// How a source is, as its row holds it.
pub fn read_condition(row: &AnyRow) -> Result<Condition, StoreError> {
    Ok(Condition {
        health: health(row, "health")?,
        since: perhaps(row, "health_since")?,
        why: row.try_get("health_why")?,
    })
}

/// A change as `source`, `at`, `was`, `was_since`, `health`, `since` and `why` hold it.
pub fn read_change(row: &AnyRow) -> Result<HealthChange, StoreError> {
    Ok(HealthChange {
        source: row.try_get("source")?,
        at: instant(row.try_get("at")?),
        before: health(row, "was")?,
        before_since: perhaps(row, "was_since")?,
        condition: Condition {
            health: health(row, "health")?,
            since: perhaps(row, "since")?,
            why: row.try_get("why")?,
        },
    })
}

/// A state that cannot be read back is no reason to fail: the next poll judges anew.
fn health(row: &AnyRow, column: &str) -> Result<Health, sqlx::Error> {
    Ok(Health::parse(row.try_get(column)?).unwrap_or_default())
}
