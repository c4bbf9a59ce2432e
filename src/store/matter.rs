//! The stories of a period that may matter, by the measures that a digest chooses by, and the texts of a period for
//! whoever looks for words. Many stories are looked at by the index alone, and few are read.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::begun::ANY_TONE;
use super::{Store, StoreError, count, instant, integer, millis};
use crate::model::digest::Candidate;
use crate::model::{Instant, Tone};

/// Stories that are looked at by each measure.
const LOOKED_AT: i64 = 200;
/// Characters of a text that are read.
const BEGINNING: i64 = 2_000;

/// What a story says, for whoever looks for words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryText {
    /// Its title.
    pub title: String,
    /// The beginning of its text.
    pub text: String,
    /// The language it was judged in.
    pub language: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
}

/// By tone, reactions and age. Each takes the brand, the period and [`LOOKED_AT`].
const MEASURES: [&str; 5] = [
    "SELECT id FROM mention WHERE leads = 1 AND brand = $1 AND found_at > $2 AND found_at <= $3 AND tone = 'negative' \
     ORDER BY score, id DESC LIMIT $4",
    "SELECT id FROM mention WHERE leads = 1 AND brand = $1 AND found_at > $2 AND found_at <= $3 AND tone = 'positive' \
     ORDER BY score DESC, id DESC LIMIT $4",
    "SELECT id FROM mention WHERE leads = 1 AND brand = $1 AND found_at > $2 AND found_at <= $3 AND engagement > 0 \
     ORDER BY engagement DESC, id DESC LIMIT $4",
    "SELECT id FROM mention WHERE leads = 1 AND brand = $1 AND found_at > $2 AND found_at <= $3 \
     AND tone = 'neutral' ORDER BY found_at DESC, id DESC LIMIT $4",
    "SELECT id FROM mention WHERE leads = 1 AND brand = $1 AND found_at > $2 AND found_at <= $3 \
     AND tone = 'unscored' ORDER BY found_at DESC, id DESC LIMIT $4",
];

/// By how often they were told again.
const COPIED: &str = "SELECT story_id, count(*) AS n FROM mention WHERE leads = 0 AND brand = $1 AND found_at > $2 \
     AND found_at <= $3 GROUP BY story_id ORDER BY n DESC, story_id DESC LIMIT $4";

impl Store {
    /// The stories of a brand in a period that may matter: the worst, the best, the loudest, the most copied and the
    /// latest of the others, each once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn candidates(&self, brand: &str, from: Instant, to: Instant) -> Result<Vec<Candidate>, StoreError> {
        let copied = format!(
            "SELECT t.first_mention_id AS id, told.n AS n FROM ({COPIED}) AS told CROSS JOIN story t WHERE t.id = told.story_id"
        );
        let measures = MEASURES.map(|measure| format!("SELECT told.id AS id, 0 AS n FROM ({measure}) AS told"));
        let mut known = BTreeMap::new();
        // What is copied comes last: it is known with its copies then.
        for measure in measures.into_iter().chain([copied]) {
            let sql = format!(
                "SELECT m.id, m.tone, m.score, m.engagement, m.found_at, coalesce(s.weight, 1) AS weight, told.n AS copies \
                 FROM ({measure}) AS told CROSS JOIN mention m CROSS JOIN entry e \
                 LEFT JOIN source_state s ON s.name = e.source WHERE m.id = told.id AND e.id = m.entry_id"
            );
            let rows = sqlx::query(AssertSqlSafe(sql))
                .bind(brand)
                .bind(millis(from))
                .bind(millis(to))
                .bind(LOOKED_AT)
                .fetch_all(&self.pools.read)
                .await?;
            for row in &rows {
                let candidate = read(row)?;
                known.insert(candidate.id, candidate);
            }
        }
        Ok(known.into_values().collect())
    }

    /// Hands over what the stories say that began in a period, one after the other, so that never all of them are held;
    /// of many stories every `step`-th.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn story_texts(
        &self,
        brand: &str,
        (from, to): (Instant, Instant),
        step: u64,
        mut hear: impl FnMut(StoryText) + Send,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT e.title, substr(e.text, 1, $5) AS text, e.tags, m.language FROM mention m CROSS JOIN entry e \
             WHERE m.leads = 1 AND m.brand = $1 AND m.tone IN {ANY_TONE} AND m.found_at > $2 AND m.found_at <= $3 \
             AND m.story_id % $4 = 0 AND e.id = m.entry_id"
        );
        let mut rows = sqlx::query(AssertSqlSafe(sql))
            .bind(brand)
            .bind(millis(from))
            .bind(millis(to))
            .bind(integer(step.max(1)))
            .bind(BEGINNING)
            .fetch(&self.pools.read);
        while let Some(row) = rows.try_next().await? {
            hear(StoryText {
                title: row.try_get("title")?,
                text: row.try_get("text")?,
                language: row.try_get("language")?,
                tags: serde_json::from_str(row.try_get("tags")?).unwrap_or_default(),
            });
        }
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<Candidate, StoreError> {
    let (score, weight): (Option<f64>, f64) = (row.try_get("score")?, row.try_get("weight")?);
    Ok(Candidate {
        id: row.try_get("id")?,
        tone: Tone::parse(row.try_get("tone")?).unwrap_or(Tone::Unscored),
        weight: score.unwrap_or_default().abs() * weight,
        engagement: row.try_get::<Option<i64>, _>("engagement")?.unwrap_or_default().unsigned_abs(),
        copies: count(row, "copies")?,
        found_at: instant(row.try_get("found_at")?),
    })
}
