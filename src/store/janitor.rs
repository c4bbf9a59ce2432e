//! Forgetting, in small transactions so that polls are not held up.

use std::time::Duration;

use sqlx::{Any, AssertSqlSafe, Transaction};

use super::sighting::SEEN_AGAIN_MS;
use super::{Store, StoreError, before, dialect, millis, perhaps, story};
use crate::model::kinds::Keep;
use crate::model::{Instant, SourceKind};

/// Rows forgotten in one transaction.
const BATCH: i64 = 2_000;
/// Mentions, and what was sent about them, are kept so many times as long as entries without one.
const MENTIONS: u32 = 12;

/// What was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Entries, with or without a mention.
    pub entries: u64,
    /// Mentions.
    pub mentions: u64,
    /// Notices.
    pub notices: u64,
}

/// Up to when what there was is not all kept any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Entries without a mention.
    pub entries: Option<Instant>,
    /// Mentions.
    pub mentions: Option<Instant>,
}

/// The rows in which that is noted.
const ENTRIES_GONE: &str = "entries";
const MENTIONS_GONE: &str = "mentions";

/// Entries that neither they nor their mentions are young, that no source shows any more, and about which nothing
/// waits to be sent. A source that is read no longer counts with what it showed last: it may be read again.
const FORGETTABLE: &str = "SELECT e.id FROM entry e WHERE e.found_at < $1 AND e.seen_at < $1 \
     AND NOT EXISTS (SELECT 1 FROM sighting g JOIN source_state s ON s.name = g.source \
     WHERE g.entry_id = e.id AND g.seen_at >= s.shown_at - $3) \
     AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.entry_id = e.id AND m.found_at >= $2) \
     AND NOT EXISTS (SELECT 1 FROM mention m JOIN alert a ON a.mention_id = m.id \
     JOIN outbox_alert l ON l.alert_id = a.id JOIN outbox o ON o.id = l.outbox_id \
     WHERE m.entry_id = e.id AND o.state NOT IN ('sent', 'handed_over', 'dropped')) \
     AND NOT EXISTS (SELECT 1 FROM mention m JOIN alert a ON a.mention_id = m.id \
     JOIN held_alert h ON h.alert_id = a.id WHERE m.entry_id = e.id) \
     AND NOT EXISTS (SELECT 1 FROM mention m JOIN alert a ON a.mention_id = m.id \
     JOIN incident_alert f ON f.alert_id = a.id WHERE m.entry_id = e.id AND f.outbox_id IS NULL) \
     ORDER BY e.found_at, e.id LIMIT $4";

/// Silences whose time is over, and those that somebody has ended before; never one that holds something.
const SILENCES_OVER: &str = "DELETE FROM silence WHERE id IN (SELECT i.id FROM silence i WHERE i.ends_at < $1 \
     AND NOT EXISTS (SELECT 1 FROM held_alert h WHERE h.silence_id = i.id) \
     AND NOT EXISTS (SELECT 1 FROM held_incident h WHERE h.silence_id = i.id) LIMIT $2)";
const SILENCES_ENDED: &str = "DELETE FROM silence WHERE id IN (SELECT i.id FROM silence i WHERE i.ended_at < $1 \
     AND NOT EXISTS (SELECT 1 FROM held_alert h WHERE h.silence_id = i.id) \
     AND NOT EXISTS (SELECT 1 FROM held_incident h WHERE h.silence_id = i.id) LIMIT $2)";

impl Store {
    /// Forgets entries without a mention that were found longer than `keep_entries` ago, and after twelve times as
    /// long also those with mentions, notices that were sent, handed over or dropped, outages that ended, silences and incidents that are
    /// over, what was no incident, since when brands without mentions were watched, and changes of health but for the last of each source; and
    /// hosts that nobody asks any more, once their rest is over. Where a network lets its texts be kept for so long only,
    /// the words go that long after it last showed them, at most a day later, out of every notice as well; what is left is
    /// known when it is shown again. Never what waits to be sent, nor dead letters, nor what is held or waits for the next
    /// mail of an incident, nor an entry that its source still shows, since it would come back as a new one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prune(&self, now: Instant, keep_entries: Duration) -> Result<Pruned, StoreError> {
        let plain = millis(before(now, keep_entries));
        let long = millis(before(now, keep_entries.saturating_mul(MENTIONS)));
        let sent = "DELETE FROM outbox WHERE id IN \
                    (SELECT id FROM outbox WHERE state IN ('sent', 'handed_over', 'dropped') AND finished_at < $1 LIMIT $2)";
        let notices = self.forget(sent, long).await?;
        let (entries, mentions) = self.forget_entries(plain, long).await?;
        for kind in SourceKind::ALL {
            if let Keep::AtMost(time) = kind.profile().keep
                && self.has_read(*kind).await?
            {
                self.lapse(*kind, millis(before(now, time)), now).await?;
            }
        }
        self.forget_quotes().await?;
        self.forget("DELETE FROM outage WHERE id IN (SELECT id FROM outage WHERE until < $1 LIMIT $2)", long).await?;
        self.forget("DELETE FROM loss WHERE id IN (SELECT id FROM loss WHERE until < $1 LIMIT $2)", long).await?;
        let keys = "DELETE FROM story_key WHERE (key, found_at, mention_id) IN \
                    (SELECT key, found_at, mention_id FROM story_key WHERE found_at < $1 LIMIT $2)";
        self.forget(keys, millis(story::oldest_key(now))).await?;
        let ended = "DELETE FROM subscription WHERE id IN \
                     (SELECT id FROM subscription WHERE state = 'ended' AND ended_at < $1 LIMIT $2)";
        self.forget(ended, plain).await?;
        let changes = "DELETE FROM health_change WHERE id IN (SELECT c.id FROM health_change c WHERE c.at < $1 AND EXISTS \
                       (SELECT 1 FROM health_change l WHERE l.source = c.source AND l.id > c.id) LIMIT $2)";
        self.forget(changes, long).await?;
        self.forget(SILENCES_OVER, long).await?;
        self.forget(SILENCES_ENDED, long).await?;
        let incidents = "DELETE FROM incident WHERE id IN (SELECT i.id FROM incident i WHERE i.ended_at < $1 \
                         AND NOT EXISTS (SELECT 1 FROM held_incident h WHERE h.incident_id = i.id) \
                         AND NOT EXISTS (SELECT 1 FROM incident_alert f WHERE f.incident_id = i.id) LIMIT $2)";
        self.forget(incidents, long).await?;
        let few = "DELETE FROM few_authors WHERE id IN (SELECT id FROM few_authors WHERE at < $1 LIMIT $2)";
        self.forget(few, long).await?;
        let watches = "DELETE FROM spike_watch WHERE brand IN (SELECT w.brand FROM spike_watch w WHERE w.since < $1 \
                       AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.brand = w.brand) LIMIT $2)";
        self.forget(watches, long).await?;
        let hosts = "DELETE FROM host_state WHERE host IN (SELECT h.host FROM host_state h WHERE h.next_at <= $1 \
                     AND NOT EXISTS (SELECT 1 FROM source_state s WHERE s.host = h.host AND s.configured = 1) LIMIT $2)";
        self.forget(hosts, millis(now)).await?;
        Ok(Pruned { entries, mentions, notices })
    }

    /// Tidies the database up after much was forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn optimize(&self) -> Result<(), StoreError> {
        sqlx::raw_sql(dialect::OPTIMIZE).execute(&self.pools.write).await?;
        Ok(())
    }

    /// Up to when entries and mentions were forgotten, if any were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forgotten(&self) -> Result<Forgotten, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT until FROM forgotten WHERE what = $1) AS entries, \
             (SELECT until FROM forgotten WHERE what = $2) AS mentions",
        )
        .bind(ENTRIES_GONE)
        .bind(MENTIONS_GONE)
        .fetch_one(&self.pools.read)
        .await?;
        Ok(Forgotten { entries: perhaps(&row, "entries")?, mentions: perhaps(&row, "mentions")? })
    }

    async fn forget_entries(&self, plain: i64, long: i64) -> Result<(u64, u64), StoreError> {
        let (mut entries, mut mentions) = (0, 0);
        loop {
            let batch = self.forget_batch(plain, long).await?;
            (entries, mentions) = (entries + batch.0, mentions + batch.1);
            if batch.0 < BATCH.unsigned_abs() {
                return Ok((entries, mentions));
            }
        }
    }

    /// Whether there is, or was, a source of a kind.
    async fn has_read(&self, kind: SourceKind) -> Result<bool, StoreError> {
        let source = sqlx::query("SELECT 1 FROM source_state WHERE kind = $1 LIMIT 1").bind(kind.as_str());
        Ok(source.fetch_optional(&self.pools.read).await?.is_some())
    }

    /// Entries found and seen before `plain` and their mentions found before `long` go together: an entry that lost its
    /// mention would find it again.
    async fn forget_batch(&self, plain: i64, long: i64) -> Result<(u64, u64), StoreError> {
        let mut tx = self.begin().await?;
        let mut gone = [0, 0];
        let old = [
            format!("DELETE FROM mention WHERE entry_id IN ({FORGETTABLE})"),
            format!("DELETE FROM entry WHERE id IN ({FORGETTABLE})"),
        ];
        for (sql, gone) in old.into_iter().zip(&mut gone) {
            let query = sqlx::query(AssertSqlSafe(sql)).bind(plain).bind(long).bind(SEEN_AGAIN_MS).bind(BATCH);
            *gone = query.execute(&mut *tx).await?.rows_affected();
        }
        let [mentions, entries] = gone;
        for (what, until, gone) in [(ENTRIES_GONE, plain, entries), (MENTIONS_GONE, long, mentions)] {
            if gone > 0 {
                note_forgotten(&mut tx, what, until).await?;
            }
        }
        story::mend(&mut tx).await?;
        tx.commit().await?;
        Ok((entries, mentions))
    }

    async fn forget(&self, sql: &'static str, before: i64) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            let mut tx = self.begin().await?;
            let batch = sqlx::query(sql).bind(before).bind(BATCH).execute(&mut *tx).await?.rows_affected();
            tx.commit().await?;
            forgotten += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(forgotten);
            }
        }
    }
}

/// Notes that not all of what there was before `until` is kept.
async fn note_forgotten(tx: &mut Transaction<'_, Any>, what: &str, until: i64) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO forgotten (what, until) VALUES ($1, $2) \
         ON CONFLICT (what) DO UPDATE SET until = excluded.until WHERE forgotten.until < excluded.until",
    )
    .bind(what)
    .bind(until)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
