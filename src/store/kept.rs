//! What is kept, read back page by page in the order in which it was found: to see what another query would have found in
//! it, and which terms of a query have found something. Never holds more than a page, and never writes.

use std::collections::HashMap;

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Store, StoreError, instant, integer, millis, perhaps};
use crate::model::{Author, Entry, EntryKey, EntryKind, Hit, Instant, Language, SourceKind};

/// A place in the order in which things were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub(super) found_at: i64,
    pub(super) id: i64,
}

/// An entry that is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptEntry {
    /// What it says now.
    pub entry: Entry,
    /// The source that showed it first.
    pub source: String,
    /// What kind of source that is, if it is still known.
    pub source_kind: Option<SourceKind>,
    /// When.
    pub found_at: Instant,
    /// Whom it mentions.
    pub mentions: Vec<KeptMention>,
}

/// A mention that is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptMention {
    /// The brand's name.
    pub brand: String,
    /// What the entry said when the mention was judged, if that is not what it says now.
    pub judged_by: Option<Entry>,
}

/// What an entry said before.
struct Earlier {
    url: Option<String>,
    title: String,
    text: String,
}

impl Earlier {
    /// The entry as it was.
    fn of(self, entry: &Entry) -> Entry {
        Entry { url: self.url, title: self.title, text: self.text, ..entry.clone() }
    }
}

impl Position {
    /// Behind everything that was found until then.
    #[must_use]
    pub fn after(at: Instant) -> Self {
        Self { found_at: millis(at), id: i64::MAX }
    }
}

impl Store {
    /// The next entries behind a place, with their mentions, and the place behind them; nothing when that was all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kept_entries(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Option<(Vec<KeptEntry>, Position)>, StoreError> {
        let rows = sqlx::query(
            "SELECT e.id, e.key, e.source, s.kind, e.url, e.title, e.author_name, e.author_handle, e.author_url, e.author_identity, \
             e.followers, e.published_at, e.language, e.tags, e.rating, e.engagement, e.entry_kind, e.place, e.parent, e.thread, e.found_at, e.text FROM entry e \
             LEFT JOIN source_state s ON s.name = e.source \
             WHERE e.found_at >= $1 AND (e.found_at > $1 OR e.id > $2) ORDER BY e.found_at, e.id LIMIT $3",
        )
        .bind(after.found_at)
        .bind(after.id)
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        let Some(last) = position(&rows)? else { return Ok(None) };
        let mut mentions = self.mentions_between(after, last).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in &rows {
            let (id, entry): (i64, _) = (row.try_get("id")?, read_entry(row)?);
            let of_entry = mentions.remove(&id).unwrap_or_default().into_iter();
            let mentions = of_entry
                .map(|(brand, before)| KeptMention { brand, judged_by: before.map(|before| before.of(&entry)) });
            let mentions = mentions.collect();
            let kind: Option<String> = row.try_get("kind")?;
            entries.push(KeptEntry {
                entry,
                source: row.try_get("source")?,
                source_kind: kind.as_deref().and_then(SourceKind::parse),
                found_at: instant(row.try_get("found_at")?),
                mentions,
            });
        }
        Ok(Some((entries, last)))
    }

    /// By entry: the brands of its mentions, with address, title and text where they were judged by others than those of
    /// today.
    async fn mentions_between(
        &self,
        after: Position,
        last: Position,
    ) -> Result<HashMap<i64, Vec<(String, Option<Earlier>)>>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.entry_id, m.brand, r.id AS revision_id, r.url, r.title, r.text FROM entry e \
             JOIN mention m ON m.entry_id = e.id LEFT JOIN revision r ON r.id = m.revision_id \
             WHERE e.found_at >= $1 AND (e.found_at > $1 OR e.id > $2) \
             AND e.found_at <= $3 AND (e.found_at < $3 OR e.id <= $4) ORDER BY m.id",
        )
        .bind(after.found_at)
        .bind(after.id)
        .bind(last.found_at)
        .bind(last.id)
        .fetch_all(&self.pools.read)
        .await?;
        let mut mentions: HashMap<i64, Vec<_>> = HashMap::new();
        for row in &rows {
            let revision: Option<i64> = row.try_get("revision_id")?;
            let before = match revision {
                Some(_) => {
                    Some(Earlier { url: row.try_get("url")?, title: row.try_get("title")?, text: row.try_get("text")? })
                }
                None => None,
            };
            mentions.entry(row.try_get("entry_id")?).or_default().push((row.try_get("brand")?, before));
        }
        Ok(mentions)
    }

    /// The hits of the next mentions of a brand behind a place, and the place behind them; nothing when that was all.
    ///
    /// # Errors
    /// When the database fails, or hits cannot be read: to count them as none would accuse terms that have found them.
    pub async fn kept_hits(
        &self,
        brand: &str,
        after: Position,
        limit: usize,
    ) -> Result<Option<(Vec<Vec<Hit>>, Position)>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, found_at, hits FROM mention WHERE brand = $1 AND found_at >= $2 AND (found_at > $2 OR id > $3) \
             ORDER BY found_at, id LIMIT $4",
        )
        .bind(brand)
        .bind(after.found_at)
        .bind(after.id)
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        let Some(last) = position(&rows)? else { return Ok(None) };
        let hits = rows.iter().map(|row| Ok(serde_json::from_str(row.try_get("hits")?)?));
        Ok(Some((hits.collect::<Result<_, StoreError>>()?, last)))
    }

    /// When the oldest entry that is kept was found, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kept_since(&self) -> Result<Option<Instant>, StoreError> {
        let row = sqlx::query("SELECT min(found_at) AS found_at FROM entry").fetch_one(&self.pools.read).await?;
        Ok(perhaps(&row, "found_at")?)
    }
}

/// Where the last row stands, which has an `id` and a `found_at`.
pub(super) fn position(rows: &[AnyRow]) -> Result<Option<Position>, sqlx::Error> {
    let Some(row) = rows.last() else { return Ok(None) };
    Ok(Some(Position { found_at: row.try_get("found_at")?, id: row.try_get("id")? }))
}

/// What an author is called in a list of several: the name, or what stands for it.
pub fn author_name(row: &AnyRow) -> Result<Option<String>, sqlx::Error> {
    let (name, identity): (Option<String>, Option<String>) =
        (row.try_get("author_name")?, row.try_get("author_identity")?);
    Ok(name.or_else(|| identity.map(|identity| Author::unnamed(&identity))))
}

/// An entry, from the columns that are called like its fields.
pub fn read_entry(row: &AnyRow) -> Result<Entry, StoreError> {
    let number = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(i64::unsigned_abs));
    let (name, id): (Option<String>, Option<String>) = (row.try_get("author_name")?, row.try_get("author_identity")?);
    let id = id.filter(|id| !id.is_empty());
    let author = if name.is_some() || id.is_some() {
        let (handle, url, followers) =
            (row.try_get("author_handle")?, row.try_get("author_url")?, number("followers")?);
        Some(Author { name: name.unwrap_or_default(), handle, url, followers, id })
    } else {
        None
    };
    let language: Option<String> = row.try_get("language")?;
    Ok(Entry {
        key: EntryKey(row.try_get("key")?),
        url: row.try_get("url")?,
        title: row.try_get("title")?,
        text: row.try_get("text")?,
        author,
        published_at: perhaps(row, "published_at")?,
        language: language.as_deref().and_then(Language::parse),
        tags: serde_json::from_str(row.try_get("tags")?)?,
        rating: row.try_get("rating")?,
        engagement: number("engagement")?,
        kind: row.try_get::<Option<&str>, _>("entry_kind")?.and_then(EntryKind::parse),
        place: row.try_get("place")?,
        parent: row.try_get::<Option<String>, _>("parent")?.map(EntryKey),
        thread: row.try_get::<Option<String>, _>("thread")?.map(EntryKey),
    })
}
