//! What a period held, counted by indexes that know all that is asked: no entry is read for it, however many there are.

use sqlx::Row as _;

use super::{Store, StoreError, count, instant, integer, millis, perhaps};
use crate::model::Instant;
use crate::model::digest::{ChartBar, IncidentLine};
use crate::model::incident::{IncidentEnding, IncidentEvidence};
use crate::model::notice::Counts;

/// The tone and the author of each story that is told in a period, by its first mention: those that begin in it, and those
/// that are told again in it.
macro_rules! told {
    ($before:literal, $behind:literal) => {
        concat!(
            $before,
            " (SELECT tone, author FROM mention WHERE leads = 1 AND brand = $1 AND found_at > $2 AND found_at <= $3 \
             UNION ALL SELECT f.tone, f.author FROM \
             (SELECT DISTINCT story_id FROM mention WHERE leads = 0 AND brand = $1 AND found_at > $2 AND found_at <= $3) AS again \
             CROSS JOIN story t CROSS JOIN mention f WHERE t.id = again.story_id AND f.id = t.first_mention_id \
             AND (f.found_at <= $2 OR f.found_at > $3)) AS told ",
            $behind
        )
    };
}

/// How many stories have which tone.
const TONES: &str = told!(
    "SELECT count(*) AS stories, count(CASE WHEN tone = 'negative' THEN 1 END) AS negative, \
     count(CASE WHEN tone = 'neutral' THEN 1 END) AS neutral, count(CASE WHEN tone = 'positive' THEN 1 END) AS positive, \
     count(CASE WHEN tone = 'unscored' THEN 1 END) AS unscored FROM",
    ""
);

const AUTHORS: &str = told!(
    "SELECT count(*) AS authors, count(CASE WHEN n > 1 THEN 1 END) AS repeat_authors, \
     CAST(coalesce(sum(n), 0) AS BIGINT) AS with_author FROM (SELECT count(*) AS n FROM",
    "WHERE author IS NOT NULL GROUP BY author) AS by_author"
);

const STORIES: &str = told!("SELECT count(*) FROM", "");

impl Store {
    /// How many entries were read after `from` and until `to`, whomever they mention.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn entries_read(&self, from: Instant, to: Instant) -> Result<u64, StoreError> {
        let entries: i64 = sqlx::query_scalar("SELECT count(*) FROM entry WHERE found_at > $1 AND found_at <= $2")
            .bind(millis(from))
            .bind(millis(to))
            .fetch_one(&self.pools.read)
            .await?;
        Ok(entries.unsigned_abs())
    }

    /// What was counted for a brand after `from` and until `to`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn period_counts(&self, brand: &str, from: Instant, to: Instant) -> Result<Counts, StoreError> {
        let entries = self.entries_read(from, to).await?;
        self.counts_of(brand, (from, to), entries).await
    }

    /// What was counted for a brand after `from` and until `to`. `entries` were read in that time; an entry that was read
    /// before, but mentions the brand only since its query changed, counts as read when the mention was found. A story
    /// counts once however many of its mentions fall into the period, with the tone and the author of its first one, even
    /// if that was found before. What several sources show is read once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counts_of(
        &self,
        brand: &str,
        (from, to): (Instant, Instant),
        entries: u64,
    ) -> Result<Counts, StoreError> {
        // Entries are numbered as they are found, so that those which were read before can be told without reading them.
        let late: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM mention m JOIN entry e ON e.id = m.entry_id \
             WHERE m.brand = $1 AND m.found_at > $2 AND m.found_at <= $3 AND m.entry_id <= \
             (SELECT max(id) FROM entry WHERE found_at = (SELECT max(found_at) FROM entry WHERE found_at <= $2)) \
             AND e.found_at <= $2",
        )
        .bind(brand)
        .bind(millis(from))
        .bind(millis(to))
        .fetch_one(&self.pools.read)
        .await?;
        let mentions: i64 =
            sqlx::query_scalar("SELECT count(*) FROM mention WHERE brand = $1 AND found_at > $2 AND found_at <= $3")
                .bind(brand)
                .bind(millis(from))
                .bind(millis(to))
                .fetch_one(&self.pools.read)
                .await?;
        let asked = |sql| sqlx::query(sql).bind(brand).bind(millis(from)).bind(millis(to));
        let tones = asked(TONES).fetch_one(&self.pools.read).await?;
        let authors = asked(AUTHORS).fetch_one(&self.pools.read).await?;
        Ok(Counts {
            entries: entries + late.unsigned_abs(),
            mentions: mentions.unsigned_abs(),
            stories: count(&tones, "stories")?,
            negative: count(&tones, "negative")?,
            neutral: count(&tones, "neutral")?,
            positive: count(&tones, "positive")?,
            unscored: count(&tones, "unscored")?,
            with_author: count(&authors, "with_author")?,
            authors: count(&authors, "authors")?,
            repeat_authors: count(&authors, "repeat_authors")?,
            forgotten: false,
        })
    }

    /// How many stories of a brand were told after `from` and until `to`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stories_told(&self, brand: &str, from: Instant, to: Instant) -> Result<u64, StoreError> {
        let stories: i64 = sqlx::query_scalar(STORIES)
            .bind(brand)
            .bind(millis(from))
            .bind(millis(to))
            .fetch_one(&self.pools.read)
            .await?;
        Ok(stories.unsigned_abs())
    }

    /// The stories that began in each of the spans between these instants, by their tone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn story_bars(&self, brand: &str, bounds: &[Instant]) -> Result<Vec<ChartBar>, StoreError> {
        let mut bars = Vec::new();
        for (from, to) in bounds.iter().zip(bounds.iter().skip(1)) {
            let row = sqlx::query(
                "SELECT count(CASE WHEN tone = 'negative' THEN 1 END) AS negative, \
                 count(CASE WHEN tone = 'neutral' THEN 1 END) AS neutral, \
                 count(CASE WHEN tone = 'positive' THEN 1 END) AS positive, \
                 count(CASE WHEN tone = 'unscored' THEN 1 END) AS unscored FROM mention \
                 WHERE leads = 1 AND brand = $1 AND found_at > $2 AND found_at <= $3",
            )
            .bind(brand)
            .bind(millis(*from))
            .bind(millis(*to))
            .fetch_one(&self.pools.read)
            .await?;
            bars.push(ChartBar {
                from: *from,
                negative: count(&row, "negative")?,
                neutral: count(&row, "neutral")?,
                positive: count(&row, "positive")?,
                unscored: count(&row, "unscored")?,
            });
        }
        Ok(bars)
    }

    /// Since when a brand is watched; `None` when nothing is known of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_since(&self, brand: &str) -> Result<Option<Instant>, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT since FROM spike_watch WHERE brand = $1) AS watched, \
             (SELECT min(found_at) FROM mention WHERE brand = $1) AS found",
        )
        .bind(brand)
        .fetch_one(&self.pools.read)
        .await?;
        Ok([perhaps(&row, "watched")?, perhaps(&row, "found")?].into_iter().flatten().min())
    }

    /// The incidents of a brand that had begun until `to` and had not ended before `from`, as they are known now; the
    /// oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn period_incidents(
        &self,
        brand: &str,
        from: Instant,
        to: Instant,
    ) -> Result<Vec<IncidentLine>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, onset, ended_at, ending, evidence FROM incident WHERE brand = $1 AND found_at <= $3 \
             AND (ended_at IS NULL OR ended_at > $2) ORDER BY onset, id",
        )
        .bind(brand)
        .bind(millis(from))
        .bind(millis(to))
        .fetch_all(&self.pools.read)
        .await?;
        let mut incidents = Vec::new();
        for row in &rows {
            let evidence: IncidentEvidence = serde_json::from_str(row.try_get("evidence")?)?;
            let ending: Option<String> = row.try_get("ending")?;
            let ending = ending.as_deref().and_then(IncidentEnding::parse).unwrap_or(IncidentEnding::Calm);
            let first = match evidence.first {
                Some(id) => self.headlines(&[id]).await?.pop(),
                None => None,
            };
            incidents.push(IncidentLine {
                id: row.try_get("id")?,
                onset: instant(row.try_get("onset")?),
                ended: perhaps(row, "ended_at")?.filter(|ended| *ended <= to).map(|ended| (ended, ending)),
                kind: evidence.kind,
                negative: evidence.negative,
                authors: evidence.authors,
                first,
            });
        }
        Ok(incidents)
    }

    /// The authors of a brand's stories that began in a period, most stories first; only those with a name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn top_authors(
        &self,
        brand: &str,
        from: Instant,
        to: Instant,
        limit: usize,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT e.author_name AS name, told.n AS n FROM \
             (SELECT author, count(*) AS n, max(id) AS id FROM mention WHERE leads = 1 AND brand = $1 AND found_at > $2 \
             AND found_at <= $3 AND author IS NOT NULL GROUP BY author ORDER BY n DESC, id DESC LIMIT $4) AS told \
             CROSS JOIN mention m CROSS JOIN entry e WHERE m.id = told.id AND e.id = m.entry_id ORDER BY n DESC, name",
        )
        .bind(brand)
        .bind(millis(from))
        .bind(millis(to))
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("name")?, count(row, "n")?))).collect()
    }
}
