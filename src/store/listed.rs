//! The stories of a period in short, for lists of all of them.

use sqlx::Row as _;

use super::{Store, StoreError, instant, integer, millis, perhaps};
use crate::model::digest::ListedStory;
use crate::model::text::one_line;
use crate::model::view::TITLE;
use crate::model::{Instant, Severity, Tone};

impl Store {
    /// The stories of a brand that began in a period, by when they were found, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listed_stories(
        &self,
        brand: &str,
        from: Instant,
        to: Instant,
        limit: usize,
    ) -> Result<Vec<ListedStory>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.id, m.found_at, m.tone, m.score, m.severity, m.engagement, e.source, e.author_name, e.published_at, \
             e.url, coalesce(r.title, e.title) AS title, substr(coalesce(r.text, e.text), 1, 500) AS beginning FROM \
             (SELECT id FROM mention WHERE leads = 1 AND brand = $1 AND found_at > $2 AND found_at <= $3 \
             ORDER BY found_at LIMIT $4) AS told CROSS JOIN mention m CROSS JOIN entry e \
             LEFT JOIN revision r ON r.id = m.revision_id WHERE m.id = told.id AND e.id = m.entry_id",
        )
        .bind(brand)
        .bind(millis(from))
        .bind(millis(to))
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        let mut stories = Vec::with_capacity(rows.len());
        for row in &rows {
            let (title, beginning): (String, String) = (row.try_get("title")?, row.try_get("beginning")?);
            let url: Option<String> = row.try_get("url")?;
            stories.push(ListedStory {
                id: row.try_get("id")?,
                brand: brand.to_owned(),
                title: one_line(if title.trim().is_empty() { &beginning } else { &title }, TITLE),
                author: row.try_get("author_name")?,
                source: row.try_get("source")?,
                url: url.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
                published_at: perhaps(row, "published_at")?,
                found_at: instant(row.try_get("found_at")?),
                tone: Tone::parse(row.try_get("tone")?).unwrap_or(Tone::Unscored),
                score: row.try_get("score")?,
                severity: Severity::parse(row.try_get("severity")?).unwrap_or_default(),
                engagement: row.try_get::<Option<i64>, _>("engagement")?.map(i64::unsigned_abs),
            });
        }
        Ok(stories)
    }
}
