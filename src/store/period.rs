//! What a period held, counted by indexes that know all that is asked: no entry is read for it, however many there are.

use sqlx::{AssertSqlSafe, Row as _};

use super::begun::{Begun, by_tone};
use super::dialect::LIST;
use super::{Store, StoreError, instant, millis, perhaps};
use crate::model::Instant;
use crate::model::digest::IncidentLine;
use crate::model::incident::{IncidentEnding, IncidentEvidence};
use crate::model::notice::Counts;

/// The stories that are told again in a period, by their first mentions, which were found before it or after it; the rest
/// of a statement.
const AGAIN: &str = "FROM (SELECT DISTINCT story_id FROM mention WHERE leads = 0 AND brand = $1 AND found_at > $2 \
     AND found_at <= $3) AS again CROSS JOIN mention f WHERE f.story_id = again.story_id AND f.leads = 1 \
     AND (f.found_at <= $2 OR f.found_at > $3)";

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
        let begun = self.begun(brand, &[from, to]).await?;
        self.counts_of(brand, &begun, entries).await
    }

    /// What was counted for a brand in a period, in which these stories of it began. `entries` were read in that time; an
    /// entry that was read before, but mentions the brand only since its query changed, counts as read when the mention was
    /// found. A story counts once however many of its mentions fall into the period, with the tone and the author of its
    /// first one, even if that was found before. What several sources show is read once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counts_of(&self, brand: &str, begun: &Begun, entries: u64) -> Result<Counts, StoreError> {
        let Some((from, to)) = begun.period() else { return Ok(Counts::default()) };
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
        let again = format!(
            "SELECT f.tone, count(*) AS stories, {LIST}(f.author) FILTER (WHERE f.author IS NOT NULL) AS authors {AGAIN} \
             GROUP BY f.tone"
        );
        let again = sqlx::query(AssertSqlSafe(again)).bind(brand).bind(millis(from)).bind(millis(to));
        let again = again.fetch_all(&self.pools.read).await?;
        let mut counts =
            Counts { entries: entries + late.unsigned_abs(), mentions: mentions.unsigned_abs(), ..Counts::default() };
        let (again, authors) = by_tone(&again, from)?;
        for bar in begun.bars().iter().chain([&again]) {
            counts.negative += bar.negative;
            counts.neutral += bar.neutral;
            counts.positive += bar.positive;
            counts.unscored += bar.unscored;
        }
        counts.stories = counts.negative + counts.neutral + counts.positive + counts.unscored;
        (counts.authors, counts.repeat_authors, counts.with_author) = begun.authors(&authors);
        Ok(counts)
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
}
