//! What is counted of entries changes after they were stored: their newest counts are kept beside the first ones, and
//! mentions of the last two days are put down to be counted again. A mention may alert by what is counted later, as if that
//! had been known from the beginning: once in its life.

use std::collections::{HashMap, HashSet};

use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::found::{judge_later, store_mention};
use super::kept::read_entry;
use super::poll::{Committed, FoundEntry, PollCommit};
use super::{Store, StoreError, instant, integer, millis, revision};
use crate::model::counts::is_young;
use crate::model::{Author, Counts, Entry, EntryKey, EntryKind, HoldReason, Instant, Stale};

/// Keys looked up at once.
const BATCH: usize = 128;

/// What was counted anew in a poll.
#[derive(Debug, Clone, Default)]
pub struct Recounted {
    /// Whether the network can be asked for counts, so that new mentions are put down for it.
    pub goes_on: bool,
    /// Entries for which it was asked, and when it is to be asked again.
    pub asked: Vec<(EntryKey, Option<Instant>)>,
    /// Known entries of which something else is counted than before, with their new counts; judged anew where counts matter.
    pub changed: Vec<FoundEntry>,
    /// What was published, or else found, before this is nobody's news if it is found only because something new is looked
    /// for.
    pub news_since: Instant,
    /// Who wrote known entries.
    pub named: Vec<(EntryKey, Author)>,
}

impl Store {
    /// The mentions of a source that are to be counted again by now, those that have waited longest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stale_counts(&self, source: &str, now: Instant, limit: usize) -> Result<Vec<Stale>, StoreError> {
        let rows = sqlx::query(
            "SELECT g.key, e.author_url, e.entry_kind, e.found_at, e.published_at FROM sighting g \
             JOIN entry e ON e.id = g.entry_id WHERE g.source = $1 AND g.recount_at <= $2 \
             ORDER BY g.recount_at, g.key LIMIT $3",
        )
        .bind(source)
        .bind(millis(now))
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        let read = |row| {
            let row: &sqlx::any::AnyRow = row;
            let published: Option<i64> = row.try_get("published_at")?;
            Ok(Stale {
                key: EntryKey(row.try_get("key")?),
                author: row.try_get("author_url")?,
                kind: row.try_get::<Option<&str>, _>("entry_kind")?.and_then(EntryKind::parse),
                since: instant(published.unwrap_or(row.try_get("found_at")?)),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Those entries of a source of which something else is counted now than is stored, as they would be with that. Only
    /// those with mentions, unless `all` matter.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counted_otherwise(
        &self,
        source: &str,
        counts: &HashMap<EntryKey, Counts>,
        all: bool,
    ) -> Result<Vec<Entry>, StoreError> {
        let keys: Vec<&str> = counts.keys().map(|key| key.0.as_str()).collect();
        let mut changed = Vec::new();
        for batch in keys.chunks(BATCH) {
            let sql = stored_counts(batch.len().next_power_of_two());
            let filled = batch.iter().chain(batch.last().into_iter().cycle()).take(batch.len().next_power_of_two());
            let query = sqlx::query(AssertSqlSafe(sql)).bind(source).bind(i64::from(all));
            let query = filled.fold(query, |query, key| query.bind(*key));
            for row in query.fetch_all(&self.pools.read).await? {
                let number =
                    |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(i64::unsigned_abs));
                let key = EntryKey(row.try_get("key")?);
                let stored = Counts { engagement: number("engagement")?, followers: number("followers")? };
                let Some(counts) = counts.get(&key).filter(|counts| counts.or(stored) != stored) else { continue };
                let id: i64 = row.try_get("id")?;
                changed.push((id, *counts));
            }
        }
        let mut entries = Vec::with_capacity(changed.len());
        for (id, counts) in changed {
            let row = sqlx::query(
                "SELECT key, url, title, author_name, author_handle, author_url, author_identity, followers, published_at, language, tags, \
                 rating, engagement, entry_kind, place, parent, thread, text FROM entry WHERE id = $1",
            );
            if let Some(row) = row.bind(id).fetch_optional(&self.pools.read).await? {
                let stored = read_entry(&row)?;
                let counted = counts.on(stored.clone());
                entries.extend((counted != stored).then_some(counted));
            }
        }
        Ok(entries)
    }
}

/// What is stored of entries under their own keys; what another source shows under another key, it counts in its own way.
fn stored_counts(number: usize) -> String {
    let places: Vec<String> = (3..number + 3).map(|place| format!("${place}")).collect();
    format!(
        "SELECT g.key, e.id, e.engagement, e.followers FROM sighting g JOIN entry e ON e.id = g.entry_id AND e.key = g.key \
         WHERE g.source = $1 AND g.key IN ({}) AND ($2 = 1 OR EXISTS (SELECT 1 FROM mention m WHERE m.entry_id = e.id))",
        places.join(", ")
    )
}

/// Stores what was counted anew, but for what was deleted meanwhile, and puts down what is to be counted next.
pub(super) async fn store_all(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let deleted: HashSet<&EntryKey> = poll.deleted.iter().collect();
    for found in poll.recounted.changed.iter().filter(|found| !deleted.contains(&found.entry.key)) {
        store(tx, poll, found, committed).await?;
    }
    for (key, author) in poll.recounted.named.iter().filter(|(key, _)| !deleted.contains(key)) {
        name(tx, &poll.source, key, author).await?;
    }
    for (key, next) in &poll.recounted.asked {
        put_down(tx, poll, key, *next, true).await?;
    }
    if poll.recounted.goes_on {
        let young = |found: &&FoundEntry| is_young(found.entry.published_at.unwrap_or(poll.now), poll.now);
        for found in poll.entries.iter().filter(|found| !found.mentions.is_empty()).filter(young) {
            put_down(tx, poll, &found.entry.key, Some(poll.now), false).await?;
        }
    }
    Ok(())
}

/// An author of whom only the account is known gets a name. As who somebody counts does not change by that.
async fn name(tx: &mut Transaction<'_, Any>, source: &str, key: &EntryKey, author: &Author) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE entry SET author_name = $4, author_handle = $5 WHERE id = (SELECT g.entry_id FROM sighting g \
         WHERE g.key = $1 AND g.source = $2) AND key = $1 AND author_identity = $3 AND author_name IS NULL",
    )
    .bind(&key.0)
    .bind(source)
    .bind(author.identity())
    .bind(author.shown())
    .bind(author.handle.as_deref())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// When an entry is to be counted next; one that is not put down `yet` is, or one that is.
async fn put_down(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    key: &EntryKey,
    next: Option<Instant>,
    yet: bool,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE sighting SET recount_at = $3 WHERE key = $1 AND source = $2 AND (recount_at IS NOT NULL) = ($4 = 1)",
    )
    .bind(&key.0)
    .bind(&poll.source)
    .bind(next.map(millis))
    .bind(i64::from(yet))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn store(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    found: &FoundEntry,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let sighting: Option<(i64, i64, String)> = sqlx::query_as(
        "SELECT e.id, coalesce(e.published_at, g.found_at) AS since, g.judged FROM sighting g \
         JOIN entry e ON e.id = g.entry_id AND e.key = g.key WHERE g.key = $1 AND g.source = $2",
    )
    .bind(&found.entry.key.0)
    .bind(&poll.source)
    .fetch_optional(&mut **tx)
    .await?;
    // Forgotten at this very moment, or another entry by now.
    let Some((entry_id, since, judged)) = sighting else { return Ok(()) };
    let Counts { engagement, followers } = Counts::of(&found.entry);
    let changed = sqlx::query(
        "UPDATE entry SET engagement = $2, followers = $3, counted_at = $4 WHERE id = $1 \
         AND (coalesce(engagement, -1) <> coalesce($2, -1) OR coalesce(followers, -1) <> coalesce($3, -1))",
    )
    .bind(entry_id)
    .bind(engagement.map(integer))
    .bind(followers.map(integer))
    .bind(millis(poll.now))
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(());
    }
    committed.recounts += 1;
    sqlx::query(
        "UPDATE mention SET engagement = $2 WHERE entry_id = $1 AND coalesce(engagement, -1) <> coalesce($2, -1)",
    )
    .bind(entry_id)
    .bind(engagement.map(integer))
    .execute(&mut **tx)
    .await?;
    if found.mentions.is_empty() {
        return Ok(());
    }
    let before = revision::mentions(tx, entry_id).await?;
    let is_no_news = since < millis(poll.recounted.news_since) && judged != found.imprint.judged;
    for mention in &found.mentions {
        match before.get(&mention.brand) {
            Some(known) if known.has_alert || known.withdrawn || known.was_there_before() => {}
            Some(known) => judge_later(tx, poll, known.id, (found, mention), committed).await?,
            None => {
                let mut mention = mention.clone();
                if is_no_news {
                    mention.hold(HoldReason::ThereBefore);
                }
                store_mention(tx, poll, entry_id, found, &mention, committed).await?;
            }
        }
    }
    Ok(())
}
