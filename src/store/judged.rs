//! What was found of a brand and how it was judged, read back page by page in the order in which it was found. Never holds
//! more than a page, and never writes.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::kept::{Position, position, read_entry};
use super::{Store, StoreError, instant, integer, perhaps};
use crate::model::{Entry, Instant, Judgement, Language, Severity, SourceKind, Tone};

/// A mention with all that a rule may ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedMention {
    /// Its number.
    pub id: i64,
    /// When it was found.
    pub found_at: Instant,
    /// What it was judged by.
    pub entry: Entry,
    /// The source that showed it first.
    pub source: String,
    /// What kind of source that is, if it is still known.
    pub source_kind: Option<SourceKind>,
    /// Since when that is read, if it is still known.
    pub source_since: Option<Instant>,
    /// Tone and score that count, without reasons.
    pub judgement: Judgement,
    /// How much harm it speaks of.
    pub severity: Severity,
    /// Its story.
    pub story: Option<i64>,
}

impl Store {
    /// The names of all brands that have mentions, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mentioned_brands(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT brand FROM mention ORDER BY brand";
        Ok(sqlx::query_scalar(sql).fetch_all(&self.pools.read).await?)
    }

    /// The next mentions of a brand behind a place, and the place behind them; nothing when that was all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judged_mentions(
        &self,
        brand: &str,
        after: Position,
        limit: usize,
    ) -> Result<Option<(Vec<JudgedMention>, Position)>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.id, m.found_at, m.tone, m.score, m.language AS judged_language, m.severity, m.story_id, e.key, \
             e.source, s.kind, s.known_since AS source_since, CASE WHEN r.id IS NULL THEN e.url ELSE r.url END AS url, \
             coalesce(r.title, e.title) AS title, e.author_name, e.author_handle, e.author_url, e.author_identity, e.followers, \
             e.published_at, e.language, e.tags, e.rating, e.engagement, e.entry_kind, e.place, e.parent, e.thread, coalesce(r.text, e.text) AS text \
             FROM mention m JOIN entry e ON e.id = m.entry_id LEFT JOIN revision r ON r.id = m.revision_id \
             LEFT JOIN source_state s ON s.name = e.source \
             WHERE m.brand = $1 AND m.found_at >= $2 AND (m.found_at > $2 OR m.id > $3) \
             ORDER BY m.found_at, m.id LIMIT $4",
        )
        .bind(brand)
        .bind(after.found_at)
        .bind(after.id)
        .bind(integer(limit))
        .fetch_all(&self.pools.read)
        .await?;
        let Some(last) = position(&rows)? else { return Ok(None) };
        Ok(Some((rows.iter().map(read).collect::<Result<_, _>>()?, last)))
    }
}

fn read(row: &AnyRow) -> Result<JudgedMention, StoreError> {
    Ok(JudgedMention {
        id: row.try_get("id")?,
        found_at: instant(row.try_get("found_at")?),
        entry: read_entry(row)?,
        source: row.try_get("source")?,
        source_kind: read_source_kind(row)?,
        source_since: perhaps(row, "source_since")?,
        judgement: read_judgement(row)?,
        severity: read_severity(row)?,
        story: row.try_get("story_id")?,
    })
}

/// What kind of source showed it, if that is still known, from the column `kind`.
pub fn read_source_kind(row: &AnyRow) -> Result<Option<SourceKind>, StoreError> {
    let kind: Option<String> = row.try_get("kind")?;
    Ok(kind.as_deref().and_then(SourceKind::parse))
}

/// How it was judged, without reasons, from the columns `tone`, `score` and `judged_language`.
pub fn read_judgement(row: &AnyRow) -> Result<Judgement, StoreError> {
    let language: Option<String> = row.try_get("judged_language")?;
    Ok(Judgement {
        tone: Tone::parse(row.try_get("tone")?).unwrap_or(Tone::Unscored),
        score: row.try_get("score")?,
        language: language.as_deref().and_then(Language::parse),
        reasons: Vec::new(),
    })
}

/// How much harm it speaks of, from the column `severity`.
pub fn read_severity(row: &AnyRow) -> Result<Severity, StoreError> {
    Ok(Severity::parse(row.try_get("severity")?).unwrap_or_default())
}
