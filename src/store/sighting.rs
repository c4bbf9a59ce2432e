//! Under which keys the sources show an entry: how it is known again from poll to poll, and from source to source.

use std::collections::{HashMap, HashSet};

use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row as _, Transaction};

use super::poll::{FoundEntry, PollCommit};
use super::{Store, StoreError, instant, millis};
use crate::model::{EntryKey, Instant};

/// That an entry is still shown is written down once a day, so that polls that bring nothing new write little.
pub const SEEN_AGAIN_MS: i64 = 86_400_000;
/// Keys looked up at once.
const BATCH: usize = 128;

/// An entry as one source shows it.
pub struct Sighting {
    pub source: String,
    pub entry_id: i64,
    pub content: String,
    pub judged: String,
    /// The hash of what it said before that lapsed.
    pub lapsed: Option<String>,
    pub found_at: i64,
    pub seen_at: i64,
    pub deleted: bool,
}

impl Sighting {
    /// From the columns of [`known`].
    pub fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            source: row.try_get("source")?,
            entry_id: row.try_get("entry_id")?,
            content: row.try_get("content")?,
            judged: row.try_get("judged")?,
            lapsed: row.try_get("lapsed_content")?,
            found_at: row.try_get("found_at")?,
            seen_at: row.try_get("seen_at")?,
            deleted: row.try_get::<Option<i64>, _>("deleted_at")?.is_some(),
        })
    }

    /// What [`add`] writes.
    pub fn of(poll: &PollCommit, entry_id: i64, found: &FoundEntry) -> Self {
        Self {
            source: poll.source.clone(),
            entry_id,
            content: found.imprint.content.clone(),
            judged: found.imprint.judged.clone(),
            lapsed: None,
            found_at: millis(poll.now),
            seen_at: millis(poll.now),
            deleted: false,
        }
    }
}

/// Sightings by key.
pub type Known = HashMap<String, Vec<Sighting>>;

impl Store {
    /// How those entries that the source has shown before were last judged: the `judged` hashes of their imprints.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judged_before(&self, source: &str, keys: &[&EntryKey]) -> Result<HashSet<String>, StoreError> {
        let keys: Vec<&str> = keys.iter().map(|key| key.0.as_str()).collect();
        let mut connection = self.pools.read.acquire().await?;
        let sightings = known(&mut connection, &keys).await?;
        let own = sightings.into_values().flatten().filter(|sighting| sighting.source == source);
        Ok(own.map(|sighting| sighting.judged).collect())
    }

    /// Those of the entries that the source has shown before, and how.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shown_before(
        &self,
        source: &str,
        keys: &[EntryKey],
    ) -> Result<HashMap<EntryKey, ShownBefore>, StoreError> {
        let keys: Vec<&str> = keys.iter().map(|key| key.0.as_str()).collect();
        let mut connection = self.pools.read.acquire().await?;
        let known = known(&mut connection, &keys).await?.into_iter();
        let own = known.filter_map(|(key, sightings)| {
            let own = sightings.into_iter().find(|sighting| sighting.source == source)?;
            Some((
                EntryKey(key),
                ShownBefore { content: own.lapsed.unwrap_or(own.content), found_at: instant(own.found_at) },
            ))
        });
        Ok(own.collect())
    }
}

/// How a source has shown an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownBefore {
    /// The hash of what it said last.
    pub content: String,
    /// When it was first seen there.
    pub found_at: Instant,
}

/// All sightings under these keys.
pub async fn known(connection: &mut AnyConnection, keys: &[&str]) -> Result<Known, StoreError> {
    let mut known = Known::new();
    for batch in keys.chunks(BATCH) {
        let sql = of_keys(batch.len().next_power_of_two());
        let last = batch.last().into_iter().cycle();
        // The last key fills up, so that there are few different statements to prepare.
        let filled = batch.iter().chain(last).take(batch.len().next_power_of_two());
        let query = filled.fold(sqlx::query(AssertSqlSafe(sql)), |query, key| query.bind(*key));
        for row in query.fetch_all(&mut *connection).await? {
            known.entry(row.try_get("key")?).or_default().push(Sighting::read(&row)?);
        }
    }
    Ok(known)
}

/// All keys that begin so, each of which ends with a slash.
pub async fn below(connection: &mut AnyConnection, beginnings: &[String]) -> Result<Vec<EntryKey>, StoreError> {
    let mut keys = Vec::new();
    for beginning in beginnings {
        // What comes behind the slash in the order of characters.
        let behind = format!("{}0", beginning.strip_suffix('/').unwrap_or(beginning));
        let sql = "SELECT DISTINCT key FROM sighting WHERE key >= $1 AND key < $2";
        let found = sqlx::query_scalar(sql).bind(beginning).bind(behind).fetch_all(&mut *connection).await?;
        keys.extend(found.into_iter().map(EntryKey));
    }
    Ok(keys)
}

fn of_keys(number: usize) -> String {
    let places: Vec<String> = (1..=number).map(|place| format!("${place}")).collect();
    format!(
        "SELECT key, source, entry_id, content, judged, lapsed_content, found_at, seen_at, deleted_at FROM sighting \
         WHERE key IN ({})",
        places.join(", ")
    )
}

/// A source shows an entry for the first time.
pub async fn add(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    entry_id: i64,
    found: &FoundEntry,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sighting (key, source, entry_id, page, content, judged, found_at, seen_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
    )
    .bind(&found.entry.key.0)
    .bind(&poll.source)
    .bind(entry_id)
    .bind(&found.imprint.page)
    .bind(&found.imprint.content)
    .bind(&found.imprint.judged)
    .bind(millis(poll.now))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A source shows an entry otherwise than before.
pub async fn change(tx: &mut Transaction<'_, Any>, poll: &PollCommit, found: &FoundEntry) -> Result<(), StoreError> {
    let changed = "UPDATE sighting SET page = $3, content = $4, judged = $5, lapsed_content = NULL \
                   WHERE key = $1 AND source = $2";
    sqlx::query(changed)
        .bind(&found.entry.key.0)
        .bind(&poll.source)
        .bind(&found.imprint.page)
        .bind(&found.imprint.content)
        .bind(&found.imprint.judged)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What the source calls by that key is another entry now.
pub async fn remove(tx: &mut Transaction<'_, Any>, poll: &PollCommit, key: &EntryKey) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sighting WHERE key = $1 AND source = $2")
        .bind(&key.0)
        .bind(&poll.source)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A source still shows an entry.
pub async fn see_again(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    key: &EntryKey,
    sighting: &Sighting,
) -> Result<(), StoreError> {
    let now = millis(poll.now);
    if now - sighting.seen_at >= SEEN_AGAIN_MS {
        sqlx::query("UPDATE sighting SET seen_at = $3 WHERE key = $1 AND source = $2")
            .bind(&key.0)
            .bind(&poll.source)
            .bind(now)
            .execute(&mut **tx)
            .await?;
        see_entry(tx, sighting.entry_id, now).await?;
    }
    if sighting.deleted {
        mark(tx, (&poll.source, key), sighting.entry_id, None).await?;
    }
    Ok(())
}

/// Some source shows the entry.
pub async fn see_entry(tx: &mut Transaction<'_, Any>, entry_id: i64, now: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE entry SET seen_at = $2 WHERE id = $1 AND seen_at < $2")
        .bind(entry_id)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A source has deleted an entry, or shows it again. The entry counts as deleted once every source that showed it has
/// deleted it.
pub async fn mark(
    tx: &mut Transaction<'_, Any>,
    (source, key): (&str, &EntryKey),
    entry_id: i64,
    deleted_at: Option<i64>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE sighting SET deleted_at = $3 WHERE key = $1 AND source = $2")
        .bind(&key.0)
        .bind(source)
        .bind(deleted_at)
        .execute(&mut **tx)
        .await?;
    mark_entry(tx, entry_id).await
}

/// Whether and since when the entry is deleted follows from its sightings.
pub async fn mark_entry(tx: &mut Transaction<'_, Any>, entry_id: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE entry SET deleted_at = (SELECT CASE WHEN count(*) = count(deleted_at) THEN max(deleted_at) END \
         FROM sighting WHERE entry_id = $1) WHERE id = $1",
    )
    .bind(entry_id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A source shows an entry under another key.
pub async fn rename(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    (old, sighting): (&str, &Sighting),
    key: &EntryKey,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE sighting SET key = $3 WHERE key = $1 AND source = $2")
        .bind(old)
        .bind(&poll.source)
        .bind(&key.0)
        .execute(&mut **tx)
        .await?;
    for told in [
        "UPDATE entry SET key = $2 WHERE id = $1 AND key = $3",
        "UPDATE revision SET key = $2 WHERE entry_id = $1 AND key = $3",
    ] {
        sqlx::query(told).bind(sighting.entry_id).bind(&key.0).bind(old).execute(&mut **tx).await?;
    }
    Ok(())
}
