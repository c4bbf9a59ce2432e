//! Stories in the order in which they became known, for whoever watches them for spikes, and how far he is. A story is
//! told by the mention of it that was found first: its copies add nothing.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::{Store, StoreError, count, instant, integer, millis, perhaps};
use crate::model::notice::HourOfStories;
use crate::model::{Instant, Tone};

/// A story as it was told first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldStory {
    /// The mention that tells it.
    pub mention_id: i64,
    /// The brand's name.
    pub brand: String,
    /// When it was published, but not after it was found.
    pub at: Instant,
    /// When it was found.
    pub found_at: Instant,
    /// Who wrote it, where that is known.
    pub author: Option<String>,
    /// Whether it is negative, corrections included.
    pub negative: bool,
    /// Since when its source is read, whatever its address was, where that is known.
    pub source_since: Option<Instant>,
}

/// How far somebody is who watches stories. What follows from all until there has been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpikeCursor {
    /// The last mention that was looked at.
    pub mention_id: i64,
    /// Until when time has passed.
    pub passed_at: Instant,
}

impl Store {
    /// Where to go on. Whoever comes for the first time has seen all that there is, and time has passed until `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spike_cursor(&self, now: Instant) -> Result<SpikeCursor, StoreError> {
        let mut tx = self.begin().await?;
        let last = "SELECT coalesce(max(id), 0) FROM mention";
        let last: i64 = sqlx::query_scalar(last).fetch_one(&mut *tx).await?;
        sqlx::query("INSERT INTO spike_cursor (id, mention_id, passed_at) VALUES (1, $1, $2) ON CONFLICT DO NOTHING")
            .bind(last)
            .bind(millis(now))
            .execute(&mut *tx)
            .await?;
        // Later mentions may all have been forgotten, and a clock may have stood ahead.
        sqlx::query(
            "UPDATE spike_cursor SET mention_id = CASE WHEN mention_id > $1 THEN $1 ELSE mention_id END, \
             passed_at = CASE WHEN passed_at > $2 THEN $2 ELSE passed_at END WHERE id = 1 AND (mention_id > $1 OR passed_at > $2)",
        )
        .bind(last)
        .bind(millis(now))
        .execute(&mut *tx)
        .await?;
        let row =
            sqlx::query("SELECT mention_id, passed_at FROM spike_cursor WHERE id = 1").fetch_one(&mut *tx).await?;
        tx.commit().await?;
        read_cursor(&row)
    }

    /// Since when each of the brands is watched; one that was not begins with its first mention.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn watched_since(&self, brands: &[&str], now: Instant) -> Result<BTreeMap<String, Instant>, StoreError> {
        let mut tx = self.begin().await?;
        let mut since = BTreeMap::new();
        for brand in brands {
            sqlx::query(
                "INSERT INTO spike_watch (brand, since) \
                 VALUES ($1, coalesce((SELECT min(found_at) FROM mention WHERE brand = $1), $2)) ON CONFLICT DO NOTHING",
            )
            .bind(*brand)
            .bind(millis(now))
            .execute(&mut *tx)
            .await?;
            let begun = sqlx::query_scalar("SELECT since FROM spike_watch WHERE brand = $1").bind(*brand);
            since.insert((*brand).to_owned(), instant(begun.fetch_one(&mut *tx).await?));
        }
        tx.commit().await?;
        Ok(since)
    }

    /// The last mention before those that were found from `since` on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_mention_before(&self, since: Instant) -> Result<i64, StoreError> {
        let first: Option<i64> = sqlx::query_scalar("SELECT min(id) FROM mention WHERE found_at >= $1")
            .bind(millis(since))
            .fetch_one(&self.pools.read)
            .await?;
        Ok(first.map_or(i64::MAX, |first| first - 1))
    }

    /// The next stories whose first mention comes after one and not after another, and the last mention that was looked
    /// at; none when that was all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn told_stories(
        &self,
        after: i64,
        until: i64,
        limit: usize,
    ) -> Result<Option<(Vec<ToldStory>, i64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.id, m.brand, m.found_at, m.tone, e.published_at, e.author_identity, s.known_since AS source_since, \
             CASE WHEN EXISTS (SELECT 1 FROM mention o WHERE o.story_id = m.story_id AND o.id < m.id) THEN 1 ELSE 0 END \
             AS is_copy \
             FROM (SELECT id FROM mention WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3) AS page \
             CROSS JOIN mention m CROSS JOIN entry e LEFT JOIN source_state s ON s.name = e.source WHERE m.id = page.id AND e.id = m.entry_id ORDER BY m.id",
        )
        .bind(after)
        .bind(until)
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        let Some(last) = rows.last() else { return Ok(None) };
        let last = last.try_get("id")?;
        let mut stories = Vec::with_capacity(rows.len());
        for row in &rows {
            if row.try_get::<i64, _>("is_copy")? == 0 {
                stories.push(read_story(row)?);
            }
        }
        Ok(Some((stories, last)))
    }

    /// What changes when somebody corrects a tone, or takes that back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn corrections_stamp(&self) -> Result<(u64, Option<Instant>), StoreError> {
        let row = sqlx::query("SELECT count(*) AS n, max(corrected_at) AS last FROM correction");
        let row = row.fetch_one(&self.pools.read).await?;
        Ok((count(&row, "n")?, perhaps(&row, "last")?))
    }

    /// What each hour from `from` on held, `hours` of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn story_hours(&self, brand: &str, from: Instant, hours: u32) -> Result<Vec<HourOfStories>, StoreError> {
        let rows = sqlx::query(
            "SELECT hour, count(CASE WHEN tone = 'negative' THEN 1 END) AS negative, count(*) AS n FROM \
             (SELECT (CASE WHEN e.published_at < m.found_at THEN e.published_at ELSE m.found_at END - $2) / 3600000 AS hour, \
             m.tone FROM mention m JOIN entry e ON e.id = m.entry_id WHERE m.brand = $1 AND m.found_at >= $2 \
             AND (e.published_at IS NULL OR e.published_at >= $2) \
             AND NOT EXISTS (SELECT 1 FROM mention o WHERE o.story_id = m.story_id AND o.id < m.id)) AS told \
             WHERE hour < $3 GROUP BY hour",
        )
        .bind(brand)
        .bind(millis(from))
        .bind(i64::from(hours))
        .fetch_all(&self.pools.read)
        .await?;
        let begins = |hour: u32| from + TimeDelta::hours(i64::from(hour));
        let empty = |hour| HourOfStories { from: begins(hour), negative: 0, others: 0 };
        let mut told: Vec<HourOfStories> = (0..hours).map(empty).collect();
        for row in &rows {
            let hour = usize::try_from(row.try_get::<i64, _>("hour")?).unwrap_or(usize::MAX);
            if let Some(hour) = told.get_mut(hour) {
                hour.negative = count(row, "negative")?;
                hour.others = count(row, "n")?.saturating_sub(hour.negative);
            }
        }
        Ok(told)
    }
}

/// Moves the cursor on; false when it is no more where it was, because somebody else has moved it.
pub async fn move_cursor(
    tx: &mut Transaction<'_, Any>,
    before: SpikeCursor,
    after: SpikeCursor,
) -> Result<bool, StoreError> {
    let moved = sqlx::query(
        "UPDATE spike_cursor SET mention_id = $1, passed_at = $2 WHERE id = 1 AND mention_id = $3 AND passed_at = $4",
    )
    .bind(after.mention_id)
    .bind(millis(after.passed_at))
    .bind(before.mention_id)
    .bind(millis(before.passed_at))
    .execute(&mut **tx)
    .await?;
    Ok(moved.rows_affected() > 0)
}

fn read_cursor(row: &AnyRow) -> Result<SpikeCursor, StoreError> {
    Ok(SpikeCursor { mention_id: row.try_get("mention_id")?, passed_at: instant(row.try_get("passed_at")?) })
}

fn read_story(row: &AnyRow) -> Result<ToldStory, StoreError> {
    let found_at = instant(row.try_get("found_at")?);
    let published = perhaps(row, "published_at")?;
    let author: Option<String> = row.try_get("author_identity")?;
    let tone: String = row.try_get("tone")?;
    Ok(ToldStory {
        mention_id: row.try_get("id")?,
        brand: row.try_get("brand")?,
        at: published.map_or(found_at, |published| published.min(found_at)),
        found_at,
        author: author.filter(|author| !author.is_empty()),
        negative: Tone::parse(&tone) == Some(Tone::Negative),
        source_since: perhaps(row, "source_since")?,
    })
}
