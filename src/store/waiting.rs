//! What needs an answer: negative stories that nobody has acknowledged, whether or not an alert came of them.

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, Row as _};

use super::alert::Selection;
use super::dialect::LIST;
use super::{Store, StoreError, count, integer, millis};
use crate::model::Instant;
use crate::model::digest::{ANSWER_HOURS, Headline, Waiting};
use crate::model::text::one_line;
use crate::model::view::TITLE;

/// The negative stories of a brand that began after an instant and were found until another. One that was edited until it
/// mentioned the brand no more, or was deleted, needs no answer; neither does one of which an alert was acknowledged.
const WAITS: &str = "(SELECT m.id, t.started_at FROM mention m CROSS JOIN story t CROSS JOIN entry e \
     WHERE m.leads = 1 AND m.brand = $1 AND m.found_at > $2 AND m.found_at <= $3 AND m.tone = 'negative' \
     AND t.id = m.story_id AND t.started_at > $2 AND t.answered_at IS NULL AND m.withdrawn_at IS NULL \
     AND e.id = m.entry_id AND e.deleted_at IS NULL AND NOT EXISTS \
     (SELECT 1 FROM mention o JOIN alert a ON a.mention_id = o.id WHERE o.story_id = t.id AND a.acknowledged_at IS NOT NULL))";

/// What began longer ago waits in no digest any more, however long its period is.
const SETTLED: TimeDelta = TimeDelta::days(100);

impl Store {
    /// What waits for an answer at `now` of what began after `since` and was found until `to`; the oldest `limit` are shown.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting(
        &self,
        brand: &str,
        (since, to): (Instant, Instant),
        now: Instant,
        limit: usize,
    ) -> Result<Waiting, StoreError> {
        let sql = format!(
            "WITH waits AS MATERIALIZED {WAITS} SELECT (SELECT count(*) FROM waits) AS total, \
             (SELECT count(*) FROM waits WHERE started_at <= $4) AS overdue, \
             (SELECT {LIST}(id) FROM (SELECT id FROM waits ORDER BY started_at, id LIMIT $5) AS oldest) AS oldest"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(brand)
            .bind(millis(since))
            .bind(millis(to))
            .bind(millis(now) - ANSWER_HOURS * 3_600_000)
            .bind(integer(limit))
            .fetch_one(&self.pools.read)
            .await?;
        let ids: Vec<i64> = serde_json::from_str(row.try_get("oldest")?)?;
        let items = self.views(&ids, to).await?;
        Ok(Waiting { items, total: count(&row, "total")?, overdue: count(&row, "overdue")? })
    }

    /// Somebody takes care of negative stories: they wait for no answer any more. Answers how many did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle(&self, selection: &Selection, by: &str, now: Instant) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let sql = match selection {
            Selection::Mention(_) => {
                "UPDATE story SET answered_at = $1, answered_by = $2 WHERE answered_at IS NULL \
                 AND id IN (SELECT story_id FROM mention WHERE id = $3)"
            }
            Selection::Brand(_) => {
                "UPDATE story SET answered_at = $1, answered_by = $2 WHERE answered_at IS NULL \
                 AND id IN (SELECT story_id FROM mention WHERE leads = 1 AND tone = 'negative' AND brand = $3 AND found_at > $4)"
            }
            Selection::All => {
                "UPDATE story SET answered_at = $1, answered_by = $2 WHERE answered_at IS NULL \
                 AND id IN (SELECT story_id FROM mention WHERE leads = 1 AND tone = 'negative' AND found_at > $3)"
            }
        };
        let update = sqlx::query(sql).bind(millis(now)).bind(by);
        let update = match selection {
            Selection::Mention(id) => update.bind(*id),
            Selection::Brand(brand) => update.bind(brand).bind(millis(now - SETTLED)),
            Selection::All => update.bind(millis(now - SETTLED)),
        };
        let done = update.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    /// Titles and addresses of mentions; those that were forgotten are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn headlines(&self, ids: &[i64]) -> Result<Vec<Headline>, StoreError> {
        let mut headlines = Vec::new();
        for id in ids {
            let row = sqlx::query(
                "SELECT m.id, e.url, coalesce(r.title, e.title) AS title, \
                 substr(coalesce(r.text, e.text), 1, 1000) AS beginning FROM mention m JOIN entry e ON e.id = m.entry_id \
                 LEFT JOIN revision r ON r.id = m.revision_id WHERE m.id = $1",
            )
            .bind(*id)
            .fetch_optional(&self.pools.read)
            .await?;
            let Some(row) = row else { continue };
            let (title, beginning): (String, String) = (row.try_get("title")?, row.try_get("beginning")?);
            let url: Option<String> = row.try_get("url")?;
            headlines.push(Headline {
                id: row.try_get("id")?,
                title: one_line(if title.trim().is_empty() { &beginning } else { &title }, TITLE),
                url: url.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
            });
        }
        Ok(headlines)
    }
}
