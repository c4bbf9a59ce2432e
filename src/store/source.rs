//! Sources as the store sees them: how far they are read, when they are due, and who polls them.

use std::time::Duration;

use sqlx::Row as _;
use sqlx::any::AnyRow;
use url::Url;

use super::{
    Store, StoreError, after, ahead, claim, health, hub, instant, integer, millis, orphan, overdue, perhaps, times,
};
use crate::model::Validators;
use crate::model::health::{BUDGET, CAP, CREDIT, Condition, LOCKED_OUT, USED_UP};
use crate::model::{Cursor, Instant, Interval, Lanes, Pace, Rhythm, SourceKind, Usage, Whereabouts};

/// A configured source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSetup {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Whom it asks; sources of one host are polled one after the other.
    pub host: String,
    /// Changes when the source is pointed elsewhere; its cursor is dropped then.
    pub fingerprint: String,
    /// Changes when the source gets other credentials; one that was stopped is asked again then.
    pub credential: String,
    /// Changes when other things are looked for; an unchanged document is read again then.
    pub wanted: String,
    /// Time between two polls.
    pub interval: Interval,
    /// How much its mentions count.
    pub weight: f64,
}

/// A source that is ours to poll for a time.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedSource {
    /// Its name.
    pub name: String,
    /// How far it was read.
    pub cursor: Cursor,
    /// What the server gave to recognise an unchanged document.
    pub validators: Validators,
    /// Failed polls in a row.
    pub failures: u32,
    /// When it first showed something, or was read.
    pub first_read_at: Option<Instant>,
    /// When it was last read.
    pub last_read_at: Option<Instant>,
    /// What its document said about when it changes.
    pub rhythm: Rhythm,
    /// How often it says something new.
    pub pace: Pace,
    /// Where it is found.
    pub whereabouts: Whereabouts,
    /// Until when nobody else polls it; long ago if nobody has claimed it.
    pub claimed_until: Instant,
    /// Until when a hub has promised to tell of changes.
    pub live_until: Option<Instant>,
    /// Whether its health is such that each poll must be judged.
    pub suspect: bool,
    /// Polls of its host in a row that were refused.
    pub refusals: u32,
    /// What it has used up of its budget.
    pub usage: Usage,
    /// The session that it was last asked in, sealed.
    pub session: Option<String>,
    /// How its lanes fare.
    pub lanes: Lanes,
    /// Polls that were begun before this one and never ended.
    pub unended: u32,
}

/// What [`ClaimedSource::read`] reads.
pub(super) const CLAIMED: &str = "name, cursor, validators, failures, first_read_at, last_read_at, next_poll_at, claimed_until, rhythm, pace, usage, session, lanes, unended - 1 AS unended, moved_to, \
     moving_to, moving_seen, coalesce((SELECT h.refusals FROM host_state h WHERE h.host = source_state.host), 0) AS refusals, \
     (SELECT lease_until FROM subscription u WHERE u.source = source_state.name AND u.state <> 'ended' \
     AND u.state = 'live') AS live_until, CASE WHEN health = 'healthy' THEN against + failures ELSE 1 END AS suspect";

impl ClaimedSource {
    /// A source that nobody has polled yet.
    #[must_use]
    pub fn fresh(name: &str) -> Self {
        let (cursor, validators, rhythm, pace, whereabouts) = Default::default();
        Self {
            name: name.to_owned(),
            cursor,
            validators,
            failures: 0,
            first_read_at: None,
            last_read_at: None,
            rhythm,
            pace,
            whereabouts,
            claimed_until: Instant::default(),
            live_until: None,
            suspect: false,
            refusals: 0,
            usage: Usage::default(),
            session: None,
            lanes: Lanes::default(),
            unended: 0,
        }
    }

    pub(super) fn read(row: &AnyRow) -> Result<Self, StoreError> {
        Ok(Self {
            name: row.try_get("name")?,
            // What cannot be read back is read from the beginning: no other source has to wait for it.
            cursor: serde_json::from_str(row.try_get("cursor")?).unwrap_or_default(),
            validators: serde_json::from_str(row.try_get("validators")?).unwrap_or_default(),
            failures: times(row, "failures")?,
            first_read_at: perhaps(row, "first_read_at")?,
            last_read_at: perhaps(row, "last_read_at")?,
            rhythm: serde_json::from_str(row.try_get("rhythm")?).unwrap_or_default(),
            pace: serde_json::from_str(row.try_get("pace")?).unwrap_or_default(),
            whereabouts: Whereabouts {
                moved_to: address(row, "moved_to")?,
                moving_to: address(row, "moving_to")?,
                moving_seen: times(row, "moving_seen")?,
            },
            claimed_until: instant(row.try_get("claimed_until")?),
            live_until: perhaps(row, "live_until")?,
            suspect: row.try_get::<i64, _>("suspect")? > 0,
            refusals: times(row, "refusals")?,
            usage: serde_json::from_str(row.try_get("usage")?).unwrap_or_default(),
            session: row.try_get("session")?,
            lanes: serde_json::from_str(row.try_get("lanes")?).unwrap_or_default(),
            unended: times(row, "unended")?,
        })
    }
}

/// How a source stands.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceState {
    /// Its name.
    pub name: String,
    /// When it is due.
    pub next_poll_at: Instant,
    /// When its host may be asked again; mostly in the past.
    pub host_free_at: Instant,
    /// When it was last read.
    pub last_read_at: Option<Instant>,
    /// Failed polls in a row.
    pub failures: u32,
    /// Why the last poll failed.
    pub fault: Option<String>,
    /// How it is.
    pub condition: Condition,
    /// When it was last polled, whatever came of it.
    pub last_polled_at: Option<Instant>,
    /// When it last showed something new; `None` when it has shown nothing yet.
    pub news_at: Option<Instant>,
    /// Why it is not polled any more.
    pub stopped: Option<String>,
    /// Time between two polls when all is well, as it is now.
    pub interval: Duration,
    /// What it has used up of its budget.
    pub usage: Usage,
    /// How its lanes fare.
    pub lanes: Lanes,
}

impl Store {
    /// Lets sources be asked again that were not let in, or whose budget, or what their network sells, was used up: a start
    /// follows what somebody has mended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn let_in_again(&self, now: Instant) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "UPDATE source_state SET stopped = NULL, next_poll_at = $1 WHERE configured = 1 AND substr(stopped, 1, $2) = $3",
        )
        .bind(millis(now))
        .bind(integer(LOCKED_OUT.len()))
        .bind(LOCKED_OUT)
        .execute(&mut *tx)
        .await?;
        // Whether there is more is looked at before anybody is asked.
        sqlx::query(
            "UPDATE source_state SET next_poll_at = $1 WHERE configured = 1 AND next_poll_at > $1 \
             AND failures > 0 AND (substr(fault, 1, $2) = $3 OR fault IN ($4, $5))",
        )
        .bind(millis(now))
        .bind(integer(BUDGET.len()))
        .bind(BUDGET)
        .bind(format!("{CAP}{USED_UP}"))
        .bind(format!("{CREDIT}{USED_UP}"))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes the stored sources those that are configured: adds new ones, keeps what is known of old ones, and lets
    /// vanished ones rest. One that is pointed elsewhere starts anew, and a poll of where it pointed before, if one is
    /// running, loses its claim. Downtime is noted first, since what is configured anew may be due anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sync_sources(&self, setups: &[SourceSetup], now: Instant) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        overdue::note(&mut tx, now).await?;
        sqlx::query("UPDATE source_state SET configured = 0").execute(&mut *tx).await?;
        for (index, setup) in setups.iter().enumerate() {
            health::start_anew(&mut tx, &setup.name, &setup.fingerprint).await?;
            orphan::follow(&mut tx, setup).await?;
            sqlx::query(
                "INSERT INTO source_state AS known (name, kind, host, fingerprint, configured, interval_ms, weight, wanted, cursor, \
                 validators, next_poll_at, failures, fixed_ms, rhythm, pace, credential) \
                 VALUES ($1, $2, $10, $3, 1, $4, $5, $6, '{}', '{}', $7, 0, $8, '{}', '{}', $11) \
                 ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, configured = 1, weight = excluded.weight, \
                 host = CASE WHEN known.fingerprint = excluded.fingerprint AND known.moved_to IS NOT NULL \
                 THEN known.host ELSE excluded.host END, \
                 cursor = CASE known.fingerprint WHEN excluded.fingerprint THEN known.cursor ELSE '{}' END, \
                 validators = CASE WHEN known.fingerprint = excluded.fingerprint AND known.wanted = excluded.wanted \
                 THEN known.validators ELSE '{}' END, \
                 failures = CASE WHEN known.fingerprint = excluded.fingerprint AND known.credential = excluded.credential \
                 THEN known.failures ELSE 0 END, \
                 claimed_by = CASE known.fingerprint WHEN excluded.fingerprint THEN known.claimed_by END, \
                 claimed_until = CASE known.fingerprint WHEN excluded.fingerprint THEN known.claimed_until END, \
                 pointed_at = CASE known.fingerprint WHEN excluded.fingerprint THEN known.pointed_at ELSE $9 END, \
                 next_poll_at = CASE WHEN known.fingerprint = excluded.fingerprint AND known.credential = excluded.credential \
                 AND (known.failures > 0 \
                 OR (known.wanted = excluded.wanted AND known.fixed_ms = excluded.fixed_ms)) \
                 THEN known.next_poll_at ELSE excluded.next_poll_at END, \
                 interval_ms = CASE WHEN known.fingerprint = excluded.fingerprint AND known.fixed_ms = excluded.fixed_ms \
                 THEN known.interval_ms ELSE excluded.interval_ms END, fixed_ms = excluded.fixed_ms, \
                 rhythm = CASE known.fingerprint WHEN excluded.fingerprint THEN known.rhythm ELSE '{}' END, \
                 pace = CASE known.fingerprint WHEN excluded.fingerprint THEN known.pace ELSE '{}' END, \
                 moved_to = CASE known.fingerprint WHEN excluded.fingerprint THEN known.moved_to END, \
                 moving_to = CASE known.fingerprint WHEN excluded.fingerprint THEN known.moving_to END, \
                 moving_seen = CASE known.fingerprint WHEN excluded.fingerprint THEN known.moving_seen ELSE 0 END, \
                 stopped = CASE WHEN known.fingerprint = excluded.fingerprint AND known.credential = excluded.credential \
                 THEN known.stopped END, \
                 first_read_at = CASE known.fingerprint WHEN excluded.fingerprint THEN known.first_read_at END, \
                 session = CASE WHEN known.fingerprint = excluded.fingerprint AND known.credential = excluded.credential \
                 THEN known.session END, \
                 lanes = CASE WHEN known.fingerprint <> excluded.fingerprint THEN '{}' \
                 WHEN known.credential = excluded.credential THEN known.lanes ELSE json_remove(known.lanes, '$.turns') END, \
                 fingerprint = excluded.fingerprint, wanted = excluded.wanted, credential = excluded.credential",
            )
            .bind(&setup.name)
            .bind(setup.kind.as_str())
            .bind(&setup.fingerprint)
            .bind(integer(setup.interval.usual().as_millis()))
            .bind(setup.weight)
            .bind(&setup.wanted)
            .bind(millis(after(now, claim::spread(index, setups.len(), setup.interval.usual()))))
            .bind(fixed_ms(setup.interval))
            .bind(millis(now))
            .bind(&setup.host)
            .bind(&setup.credential)
            .execute(&mut *tx)
            .await?;
        }
        claim::know_hosts(&mut tx).await?;
        ahead::mend(&mut tx, now).await?;
        // A source that is no longer configured is nobody's gap.
        sqlx::query(
            "UPDATE outage SET until = $1 WHERE until IS NULL AND source IN \
             (SELECT name FROM source_state WHERE configured = 0)",
        )
        .bind(millis(now))
        .execute(&mut *tx)
        .await?;
        orphan::forget(&mut tx, now).await?;
        hub::sync(&mut tx, now).await?;
        Ok(tx.commit().await?)
    }

    /// How all configured sources stand, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn source_states(&self) -> Result<Vec<SourceState>, StoreError> {
        let rows = sqlx::query(
            "SELECT name, next_poll_at, (SELECT h.next_at FROM host_state h WHERE h.host = source_state.host) AS host_free_at, \
             last_read_at, failures, fault, health, health_since, health_why, last_polled_at, news_at, \
             stopped, interval_ms, usage, lanes \
             FROM source_state WHERE configured = 1 ORDER BY name",
        )
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(SourceState {
                    name: row.try_get("name")?,
                    next_poll_at: instant(row.try_get("next_poll_at")?),
                    host_free_at: perhaps(row, "host_free_at")?.unwrap_or_default(),
                    last_read_at: perhaps(row, "last_read_at")?,
                    failures: times(row, "failures")?,
                    fault: row.try_get("fault")?,
                    condition: health::read_condition(row)?,
                    last_polled_at: perhaps(row, "last_polled_at")?,
                    news_at: perhaps(row, "news_at")?,
                    stopped: row.try_get("stopped")?,
                    interval: Duration::from_millis(row.try_get::<i64, _>("interval_ms")?.unsigned_abs()),
                    usage: serde_json::from_str(row.try_get("usage")?).unwrap_or_default(),
                    lanes: serde_json::from_str(row.try_get("lanes")?).unwrap_or_default(),
                })
            })
            .collect()
    }
}

/// A stored address; one that cannot be read back is unknown.
fn address(row: &AnyRow, column: &str) -> Result<Option<Url>, StoreError> {
    Ok(row.try_get::<Option<String>, _>(column)?.and_then(|address| Url::parse(&address).ok()))
}

/// The interval as it is configured; 0 if it follows from the source's pace.
fn fixed_ms(interval: Interval) -> i64 {
    match interval {
        Interval::Fixed(interval) => integer(interval.as_millis()),
        Interval::Adaptive { .. } => 0,
    }
}
