//! Which ways out do not work, and telling that through the fallback, in one transaction with the mark that it was told:
//! once when nothing gets through any more, once that a notice does not arrive, in words or as one of a number, and once when
//! it works again.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::answer::cared_for;
use super::outbox::{Draft, insert};
use super::{Store, StoreError, before, count, instant, integer, millis, perhaps};
use crate::model::outbox::{OutboxKind, way_to};
use crate::model::undelivered::{FailedWay, UndeliveredItem, UndeliveredNotice};
use crate::model::{Instant, Notice};

/// Notices shown in one; the rest is counted.
const SHOWN: usize = 5;
/// Notices that do not arrive are told together, no more often than this, however many there are.
const PAUSE: TimeDelta = TimeDelta::hours(1);
/// The same where something urgent is among them.
const URGENT_PAUSE: TimeDelta = TimeDelta::minutes(10);

/// So many recipients that are refused one after the other are not the reason themselves.
const SEVERAL: u64 = 3;

/// For so long a way is missed by which nothing has got through since others stood in for it: then nobody knows.
const MISSED: Duration = Duration::from_secs(24 * 3600);

/// The way out of a row.
macro_rules! way {
    () => {
        "CASE WHEN recipient LIKE 'channel:%' THEN recipient ELSE 'mail' END"
    };
}
pub(super) use way;

/// Notices that do not arrive by another way than `$2` and are not told yet: given up, or tried in vain since `$1` at least
/// while nobody takes care of what they tell.
macro_rules! overdue {
    () => {
        concat!(
            "told_at IS NULL AND kind NOT IN ('undelivered', 'trial') AND (state = 'dead' OR \
             (state = 'waiting' AND tried_at <= $1 AND NOT ",
            cared_for!(),
            ")) AND ",
            way!(),
            " <> $2"
        )
    };
}

/// Whether a notice tells something urgent.
macro_rules! urgent {
    () => {
        "EXISTS (SELECT 1 FROM outbox_alert l JOIN alert a ON a.id = l.alert_id JOIN mention m ON m.id = a.mention_id \
         WHERE l.outbox_id = outbox.id AND m.severity = 'urgent')"
    };
}

/// What was told through the fallback.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToldUndelivered {
    /// Ways out by which nothing gets through.
    pub broken: Vec<FailedWay>,
    /// Those that work again.
    pub mended: Vec<FailedWay>,
    /// Notices that were written.
    pub notices: usize,
}

impl Store {
    /// The ways out by which nothing has got through for so long, though something is to, or was to until others stood in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn broken_ways(&self, after: Duration, now: Instant) -> Result<Vec<FailedWay>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT way, since, last_error, ended_at FROM way_failure w WHERE ended_at IS NULL AND since <= $1 \
             AND EXISTS (SELECT 1 FROM outbox WHERE (state IN ('waiting', 'dead') AND last_error IS NOT NULL \
             OR state = 'handed_over' AND finished_at >= w.since AND finished_at > $2) AND ",
            way!(),
            " = w.way) ORDER BY way"
        ))
        .bind(millis(before(now, after)))
        .bind(millis(before(now, MISSED)))
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter().map(read_way).collect()
    }

    /// Tells the fallback recipients what changed about the ways out, and which notices do not arrive. Nobody is told by
    /// the way that does not work.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_undelivered(
        &self,
        fallback: &[String],
        after: Duration,
        now: Instant,
    ) -> Result<ToldUndelivered, StoreError> {
        if fallback.is_empty() {
            self.forget_mended().await?;
            return Ok(ToldUndelivered::default());
        }
        let late = before(now, after);
        let nothing = sqlx::query(concat!(
            "SELECT 1 AS one FROM way_failure UNION ALL SELECT 1 FROM outbox WHERE ",
            overdue!(),
            " LIMIT 1"
        ))
        .bind(millis(late))
        .bind("")
        .fetch_optional(&self.pools.read)
        .await?;
        if nothing.is_none() {
            return Ok(ToldUndelivered::default());
        }
        let failing = self.broken_ways(after, now).await?;
        let mut tx = self.begin().await?;
        let mut told = ToldUndelivered { mended: take_mended(&mut tx).await?, ..ToldUndelivered::default() };
        for way in failing {
            let news = sqlx::query(
                "UPDATE way_failure SET told_at = $2 WHERE way = $1 AND told_at IS NULL AND ended_at IS NULL",
            )
            .bind(&way.way)
            .bind(millis(now))
            .execute(&mut *tx)
            .await?;
            if news.rows_affected() > 0 {
                told.broken.push(way);
            }
        }
        let last: Option<i64> =
            sqlx::query_scalar("SELECT max(created_at) FROM outbox WHERE kind = 'undelivered' AND created_at <= $1")
                .bind(millis(now))
                .fetch_one(&mut *tx)
                .await?;
        let changed = !told.broken.is_empty() || !told.mended.is_empty();
        let waited = match last {
            Some(last) => instant(last) + pause(&mut tx, late).await? <= now,
            None => true,
        };
        if changed || waited {
            told.notices = tell(&mut tx, fallback, &told, late, now).await?;
        }
        tx.commit().await?;
        Ok(told)
    }

    /// Forgets which ways work again, where nobody is there to hear of it: whoever is named later wants no old news.
    async fn forget_mended(&self) -> Result<(), StoreError> {
        let ended = sqlx::query("SELECT 1 AS one FROM way_failure WHERE ended_at IS NOT NULL LIMIT 1");
        if ended.fetch_optional(&self.pools.read).await?.is_some() {
            let mut tx = self.begin().await?;
            take_mended(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// How long after the last notice the next may follow, unless something about the ways out has changed.
async fn pause(tx: &mut Transaction<'_, Any>, late: Instant) -> Result<TimeDelta, StoreError> {
    let urgent = sqlx::query(concat!("SELECT 1 AS one FROM outbox WHERE ", overdue!(), " AND ", urgent!(), " LIMIT 1"))
        .bind(millis(late))
        .bind("")
        .fetch_optional(&mut **tx)
        .await?;
    Ok(if urgent.is_some() { URGENT_PAUSE } else { PAUSE })
}

/// Writes the notices, and marks what they tell.
async fn tell(
    tx: &mut Transaction<'_, Any>,
    fallback: &[String],
    told: &ToldUndelivered,
    late: Instant,
    now: Instant,
) -> Result<usize, StoreError> {
    let (mut written, mut ways) = (0, BTreeSet::new());
    for recipient in fallback {
        let own = way_to(recipient);
        let of_others = |ways: &[FailedWay]| ways.iter().filter(|way| way.way != own).cloned().collect::<Vec<_>>();
        let (items, more) = overdue(tx, own, late).await?;
        let notice = UndeliveredNotice {
            broken: of_others(&told.broken),
            mended: of_others(&told.mended),
            items,
            more,
            waiting: waiting(tx, own).await?,
        };
        if notice.broken.is_empty() && notice.mended.is_empty() && notice.items.is_empty() && notice.more == 0 {
            continue;
        }
        let notice = Notice::Undelivered(notice);
        let draft = Draft {
            kind: OutboxKind::Undelivered,
            brand: None,
            recipient,
            route: "",
            cause: None,
            topic: None,
            notice: &notice,
        };
        insert(tx, &draft, now).await?;
        written += 1;
        ways.insert(own);
    }
    // Each is marked that somebody was told of, if only as one of a number: whom it does not reach by the same way, another
    // may be.
    for own in ways {
        sqlx::query(concat!("UPDATE outbox SET told_at = $3 WHERE ", overdue!()))
            .bind(millis(late))
            .bind(own)
            .bind(millis(now))
            .execute(&mut **tx)
            .await?;
    }
    Ok(written)
}

/// The notices that do not arrive, those first that hurry most, and how many more there are.
async fn overdue(
    tx: &mut Transaction<'_, Any>,
    own: &str,
    late: Instant,
) -> Result<(Vec<UndeliveredItem>, u64), StoreError> {
    let rows = sqlx::query(concat!(
        "SELECT id, recipient, sealed_at, state, last_error, notice, count(*) OVER () AS total FROM outbox WHERE ",
        overdue!(),
        " ORDER BY ",
        urgent!(),
        " DESC, CASE kind WHEN 'escalation' THEN 0 WHEN 'incident' THEN 1 WHEN 'alert' THEN 2 WHEN 'reminder' THEN 3 ELSE 4 END, \
         id LIMIT $3"
    ))
    .bind(millis(late))
    .bind(own)
    .bind(integer(SHOWN))
    .fetch_all(&mut **tx)
    .await?;
    let total = rows.first().map_or(Ok(0), |row| count(row, "total"))?;
    let mut items = Vec::new();
    for row in &rows {
        // One that cannot be read back is counted.
        let Ok(notice) = serde_json::from_str(row.try_get::<Option<&str>, _>("notice")?.unwrap_or_default()) else {
            continue;
        };
        items.push(UndeliveredItem {
            id: row.try_get("id")?,
            recipient: row.try_get("recipient")?,
            since: perhaps(row, "sealed_at")?.unwrap_or(late),
            dead: row.try_get::<&str, _>("state")? == "dead",
            error: row.try_get::<Option<String>, _>("last_error")?.unwrap_or_default(),
            notice: Box::new(notice),
        });
    }
    let more = total.saturating_sub(items.len() as u64);
    Ok((items, more))
}

/// How many notices wait that were tried in vain, by other ways than this one.
async fn waiting(tx: &mut Transaction<'_, Any>, own: &str) -> Result<u64, StoreError> {
    let waiting: i64 = sqlx::query_scalar(concat!(
        "SELECT count(*) FROM outbox WHERE state = 'waiting' AND last_error IS NOT NULL AND ",
        way!(),
        " <> $1"
    ))
    .bind(own)
    .fetch_one(&mut **tx)
    .await?;
    Ok(waiting.unsigned_abs())
}

/// The ways that were told to be broken and work again; they are forgotten.
async fn take_mended(tx: &mut Transaction<'_, Any>) -> Result<Vec<FailedWay>, StoreError> {
    let rows =
        sqlx::query("DELETE FROM way_failure WHERE ended_at IS NOT NULL RETURNING way, since, last_error, ended_at")
            .fetch_all(&mut **tx)
            .await?;
    rows.iter().map(read_way).collect()
}

/// A notice has left: its way works. What nobody was told of is forgotten.
pub async fn note_success(tx: &mut Transaction<'_, Any>, id: i64, now: Instant) -> Result<(), StoreError> {
    sqlx::query(concat!(
        "DELETE FROM way_failure WHERE told_at IS NULL AND ended_at IS NULL AND way = (SELECT ",
        way!(),
        " FROM outbox WHERE id = $1)"
    ))
    .bind(id)
    .execute(&mut **tx)
    .await?;
    sqlx::query(concat!(
        "UPDATE way_failure SET ended_at = $2 WHERE ended_at IS NULL AND way = (SELECT ",
        way!(),
        " FROM outbox WHERE id = $1)"
    ))
    .bind(id)
    .bind(millis(now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A notice was given up. That is its own matter, unless no mail to anybody arrives since: then the server refuses us and
/// not them, whatever it says.
pub async fn note_death(tx: &mut Transaction<'_, Any>, id: i64, error: &str) -> Result<(), StoreError> {
    let row = sqlx::query(concat!(
        "SELECT count(DISTINCT recipient) AS recipients, min(finished_at) AS since FROM outbox WHERE state IN ('dead', 'handed_over') AND ",
        way!(),
        " = (SELECT ",
        way!(),
        " FROM outbox WHERE id = $1) AND finished_at > (SELECT coalesce(max(finished_at), 0) FROM outbox \
         WHERE state = 'sent' AND ",
        way!(),
        " = (SELECT ",
        way!(),
        " FROM outbox WHERE id = $1))"
    ))
    .bind(id)
    .fetch_one(&mut **tx)
    .await?;
    match perhaps(&row, "since")? {
        Some(since) if count(&row, "recipients")? >= SEVERAL => note_failure(tx, id, error, since).await,
        _ => Ok(()),
    }
}

/// A notice could not leave: its way is broken since then, if it was not before.
pub async fn note_failure(tx: &mut Transaction<'_, Any>, id: i64, error: &str, now: Instant) -> Result<(), StoreError> {
    sqlx::query(concat!(
        "INSERT INTO way_failure (way, since, last_error) SELECT ",
        way!(),
        ", $2, $3 FROM outbox WHERE id = $1 \
         ON CONFLICT (way) WHERE ended_at IS NULL DO UPDATE SET last_error = excluded.last_error"
    ))
    .bind(id)
    .bind(millis(now))
    .bind(error)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn read_way(row: &AnyRow) -> Result<FailedWay, StoreError> {
    Ok(FailedWay {
        way: row.try_get("way")?,
        since: instant(row.try_get("since")?),
        until: perhaps(row, "ended_at")?,
        error: row.try_get("last_error")?,
    })
}
