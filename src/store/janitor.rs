//! Forgetting, in small transactions so that polls are not held up.

use std::time::Duration;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

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
     WHERE g.entry_id = e.id AND g.seen_at >= s.shown_at - $3 AND s.shown_at >= $5) \
     AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.entry_id = e.id AND m.found_at >= $2) \
     AND NOT EXISTS (SELECT 1 FROM mention m JOIN alert a ON a.mention_id = m.id \
     JOIN outbox_alert l ON l.alert_id = a.id JOIN outbox o ON o.id = l.outbox_id \
     WHERE m.entry_id = e.id AND o.state NOT IN ('sent', 'handed_over', 'dropped')) \
     AND NOT EXISTS (SELECT 1 FROM mention m JOIN alert a ON a.mention_id = m.id \
     JOIN held_alert h ON h.alert_id = a.id WHERE m.entry_id = e.id) \
     AND NOT EXISTS (SELECT 1 FROM mention m JOIN alert a ON a.mention_id = m.id \
     JOIN incident_alert f ON f.alert_id = a.id WHERE m.entry_id = e.id AND f.outbox_id IS NULL)";
const OLDEST: &str = "ORDER BY e.found_at, e.id LIMIT $4";
/// Only those that sources of one kind have shown, and nobody else.
const OF_KIND: &str = "AND EXISTS (SELECT 1 FROM sighting g JOIN source_state s ON s.name = g.source \
     WHERE g.entry_id = e.id AND s.kind = $6) \
     AND NOT EXISTS (SELECT 1 FROM sighting g JOIN source_state s ON s.name = g.source \
     WHERE g.entry_id = e.id AND s.kind <> $6)";

/// Silences whose time is over, and those that somebody has ended before; never one that holds something.
const SILENCES_OVER: &str = "DELETE FROM silence WHERE id IN (SELECT i.id FROM silence i WHERE i.ends_at < $1 \
     AND NOT EXISTS (SELECT 1 FROM held_alert h WHERE h.silence_id = i.id) \
     AND NOT EXISTS (SELECT 1 FROM held_incident h WHERE h.silence_id = i.id) LIMIT $2)";
const SILENCES_ENDED: &str = "DELETE FROM silence WHERE id IN (SELECT i.id FROM silence i WHERE i.ended_at < $1 \
     AND NOT EXISTS (SELECT 1 FROM held_alert h WHERE h.silence_id = i.id) \
     AND NOT EXISTS (SELECT 1 FROM held_incident h WHERE h.silence_id = i.id) LIMIT $2)";

/// What is old, in milliseconds since 1970.
struct Age {
    /// Entries that were found and seen before.
    plain: i64,
    /// Their mentions that were found before.
    long: i64,
    /// Sources that showed nothing since do not count.
    shown: i64,
}

impl Age {
    fn bind<'q>(&self, sql: &'q str) -> Query<'q, Any, AnyArguments> {
        let query = sqlx::query(AssertSqlSafe(sql.to_owned())).bind(self.plain).bind(self.long);
        query.bind(SEEN_AGAIN_MS).bind(BATCH).bind(self.shown)
    }
}

impl Store {
    /// Forgets entries without a mention that were found longer than `keep_entries` ago, and after twelve times as
    /// long also those with mentions, notices that were sent, handed over or dropped, outages that ended, silences and incidents that are
    /// over, what was no incident, since when brands without mentions were watched, and changes of health but for the last of each source; and
    /// hosts that nobody asks any more, once their rest is over. Where a network lets its texts be kept for so long only,
    /// they go that long after it last showed them, at most a day later, out of every notice as well, and mentions with them unless another
    /// source has shown them, or something of them waits. Never what waits to be sent, nor
    /// dead letters, nor what is held or waits for the next mail of an incident, nor an entry that its source still shows, since it would come back as a new one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prune(&self, now: Instant, keep_entries: Duration) -> Result<Pruned, StoreError> {
        let plain = millis(before(now, keep_entries));
        let long = millis(before(now, keep_entries.saturating_mul(MENTIONS)));
        let sent = "DELETE FROM outbox WHERE id IN \
                    (SELECT id FROM outbox WHERE state IN ('sent', 'handed_over', 'dropped') AND finished_at < $1 LIMIT $2)";
        let notices = self.forget(sent, long).await?;
        let mut forgotten = self.forget_entries(&Age { plain, long, shown: i64::MIN }).await?;
        for kind in SourceKind::ALL {
            if let Keep::AtMost(time) = kind.profile().keep
                && self.has_read(*kind).await?
            {
                let last = millis(before(now, time));
                self.lapse(*kind, last, now).await?;
                self.forget_of_kind(*kind, last, &mut forgotten).await?;
            }
        }
        let (entries, mentions) = forgotten;
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

    async fn forget_entries(&self, age: &Age) -> Result<(u64, u64), StoreError> {
        let (mut entries, mut mentions) = (0, 0);
        loop {
            let batch = self.forget_batch(age, "").await?;
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

    /// Which entries are meant is found out before the transaction, since many have to be looked at for that.
    async fn forget_of_kind(&self, kind: SourceKind, last: i64, all: &mut (u64, u64)) -> Result<(), StoreError> {
        let age = Age { plain: last, long: i64::MAX, shown: last };
        let meant = format!("{FORGETTABLE} {OF_KIND} {OLDEST}");
        loop {
            let rows = age.bind(&meant).bind(kind.as_str()).fetch_all(&self.pools.read).await?;
            let ids = rows.iter().map(|row| row.try_get::<i64, _>(0)).collect::<Result<Vec<i64>, _>>()?;
            let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
            if ids.is_empty() {
                return Ok(());
            }
            let batch = self.forget_batch(&age, &format!("AND e.id IN ({})", ids.join(", "))).await?;
            *all = (all.0 + batch.0, all.1 + batch.1);
            if batch.0 == 0 {
                return Ok(());
            }
        }
    }

    /// Entries and their mentions go together: an entry that lost its mention would find it again.
    async fn forget_batch(&self, age: &Age, which: &str) -> Result<(u64, u64), StoreError> {
        let meant = format!("{FORGETTABLE} {which} {OLDEST}");
        let mut tx = self.begin().await?;
        let of_entries = format!("DELETE FROM mention WHERE entry_id IN ({meant})");
        let mentions = age.bind(&of_entries).execute(&mut *tx).await?.rows_affected();
        let themselves = format!("DELETE FROM entry WHERE id IN ({meant})");
        let entries = age.bind(&themselves).execute(&mut *tx).await?.rows_affected();
        // What a network does not let be kept is a small part of all: the rest is compared all the same.
        let notes = [(ENTRIES_GONE, age.plain, entries), (MENTIONS_GONE, age.long, mentions)];
        for (what, until, gone) in notes.into_iter().filter(|_| which.is_empty()) {
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
