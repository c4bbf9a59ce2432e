//! Under which keys the sources show an entry: how it is known again from poll to poll, and from source to source.

use std::collections::{HashMap, HashSet};

use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row as _, Transaction};

use super::poll::{FoundEntry, PollCommit};
use super::{Store, StoreError, integer, millis};
use crate::model::EntryKey;
use crate::model::imprint::say_the_same;

/// That an entry is still shown is written down once a day, so that polls that bring nothing new write little.
pub const SEEN_AGAIN_MS: i64 = 86_400_000;
/// Keys looked up at once.
const BATCH: usize = 128;
/// Most entries of one page that are compared; a page with more of them is no article.
const SAME_PAGE: i64 = 20;

/// Characters of a text that are compared.
const COMPARED: i64 = 65_536;

/// An entry as one source shows it.
pub struct Sighting {
    pub source: String,
    pub entry_id: i64,
    pub content: String,
    pub judged: String,
    pub seen_at: i64,
    pub deleted: bool,
}

impl Sighting {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            source: row.try_get("source")?,
            entry_id: row.try_get("entry_id")?,
            content: row.try_get("content")?,
            judged: row.try_get("judged")?,
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

fn of_keys(number: usize) -> String {
    let places: Vec<String> = (1..=number).map(|place| format!("${place}")).collect();
    format!(
        "SELECT key, source, entry_id, content, judged, seen_at, deleted_at FROM sighting WHERE key IN ({})",
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
    sqlx::query("UPDATE sighting SET page = $3, content = $4, judged = $5 WHERE key = $1 AND source = $2")
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
        mark(tx, poll, key, sighting.entry_id, None).await?;
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
    poll: &PollCommit,
    key: &EntryKey,
    entry_id: i64,
    deleted_at: Option<i64>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE sighting SET deleted_at = $3 WHERE key = $1 AND source = $2")
        .bind(&key.0)
        .bind(&poll.source)
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

/// The entries that lead to the page of a new one, and how to tell which of them it is.
pub struct Neighbours(Vec<Neighbour>);

struct Neighbour {
    key: String,
    sighting: Sighting,
    title: String,
    text: String,
    published_at: Option<i64>,
}

impl Neighbours {
    /// All that are on the page; none where there are too many to tell them apart.
    pub async fn of(tx: &mut Transaction<'_, Any>, page: &str) -> Result<Self, StoreError> {
        let rows = sqlx::query(
            "SELECT g.key, g.source, g.entry_id, g.content, g.judged, g.seen_at, g.deleted_at, e.title, \
             substr(e.text, 1, $3) AS text, e.published_at FROM sighting g JOIN entry e ON e.id = g.entry_id \
             WHERE g.page = $1 ORDER BY g.entry_id LIMIT $2",
        )
        .bind(page)
        .bind(SAME_PAGE)
        .bind(COMPARED)
        .fetch_all(&mut **tx)
        .await?;
        if integer(rows.len()) == SAME_PAGE {
            return Ok(Self(Vec::new()));
        }
        let read = |row: &AnyRow| {
            Ok(Neighbour {
                key: row.try_get("key")?,
                sighting: Sighting::read(row)?,
                title: row.try_get("title")?,
                text: row.try_get("text")?,
                published_at: row.try_get("published_at")?,
            })
        };
        Ok(Self(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?))
    }

    /// The only one of that source.
    fn only_of(&self, source: &str) -> Option<&Neighbour> {
        let mut theirs = self.0.iter().filter(|neighbour| neighbour.sighting.source == source);
        theirs.next().filter(|_| theirs.next().is_none())
    }

    /// The entry of another source that `found` is a copy of: its page is that of one entry alone in each of the two
    /// sources, and both say the same.
    pub fn original(&self, poll: &PollCommit, found: &FoundEntry) -> Option<i64> {
        if self.0.iter().any(|neighbour| neighbour.sighting.source == poll.source) {
            return None;
        }
        let mut sources = self.0.iter().map(|neighbour| neighbour.sighting.source.as_str());
        let copied = sources.find_map(|source| self.only_of(source).filter(|neighbour| neighbour.says(found)));
        copied.map(|neighbour| neighbour.sighting.entry_id)
    }

    /// The entry of the same source that it now shows under another key, as when a site moves to https: the old key is
    /// not among those that are `shown`, both were published at the same time, and both say the same.
    pub fn renamed(self, poll: &PollCommit, found: &FoundEntry, shown: &HashSet<&str>) -> Option<(String, Sighting)> {
        let published = found.entry.published_at.map(millis);
        let own = self.only_of(&poll.source)?;
        let is_it = published.is_some() && own.published_at == published && own.says(found);
        let key = own.key.clone();
        let own = self.0.into_iter().find(|neighbour| neighbour.key == key)?;
        (is_it && !shown.contains(key.as_str())).then_some((key, own.sighting))
    }
}

impl Neighbour {
    fn says(&self, found: &FoundEntry) -> bool {
        say_the_same((&self.title, &self.text), (&found.entry.title, &found.entry.text))
    }
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
    sqlx::query("UPDATE entry SET key = $2 WHERE id = $1 AND key = $3")
        .bind(sighting.entry_id)
        .bind(&key.0)
        .bind(old)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
