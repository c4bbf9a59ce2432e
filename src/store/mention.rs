//! Mentions read back as people read them, and the sources and authors of a period.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::correction::ruled;
use super::dialect::LIST;
use super::story::tell_copies;
use super::{Store, StoreError, count, instant, integer, millis, perhaps};
use crate::model::correction::Corrected;
use crate::model::notice::MentionView;
use crate::model::{Author, Entry, EntryKey, Gravity, Instant, Judgement, Language, Mention, Severity, Tone};

/// The columns [`read_view`] wants, from [`VIEW_TABLES`]. The texts are those that the mention was judged by.
pub fn view_columns() -> String {
    format!(
        "m.id, m.brand, m.found_at, m.hits, m.tone, m.score, m.language, m.reasons, m.severity, m.concerns, m.story_id, m.withdrawn_at, \
         m.ruled_tone, m.ruled_score, c.corrected_by, c.corrected_at, e.key, e.source, CASE WHEN r.id IS NULL THEN e.url ELSE r.url END AS url, coalesce(r.title, e.title) AS title, \
         coalesce(r.text, e.text) AS text, e.author_name, e.published_at, e.engagement, e.engagement_first, \
         e.counted_at, e.edited_at, e.deleted_at, e.lapsed_at, \
         (SELECT {LIST}(g.source) FROM sighting g WHERE g.entry_id = e.id) AS sources"
    )
}
/// Where they are from.
pub const VIEW_TABLES: &str = "mention m JOIN entry e ON e.id = m.entry_id LEFT JOIN revision r ON r.id = m.revision_id \
     LEFT JOIN correction c ON c.text_key = m.text_key AND c.brand = m.brand";

/// A mention as people read it. Hits and reasons that cannot be read are left out: a mail without them is better than
/// none.
pub fn read_view(row: &AnyRow) -> Result<MentionView, StoreError> {
    let mut entry = Entry::new(EntryKey(row.try_get("key")?));
    entry.url = row.try_get("url")?;
    entry.title = row.try_get("title")?;
    entry.text = row.try_get("text")?;
    let author: Option<String> = row.try_get("author_name")?;
    entry.author = author.map(|name| Author { name, ..Author::default() });
    entry.published_at = perhaps(row, "published_at")?;
    entry.engagement = row.try_get::<Option<i64>, _>("engagement")?.map(i64::unsigned_abs);
    let language: Option<String> = row.try_get("language")?;
    let judgement = Judgement {
        tone: Tone::parse(row.try_get("tone")?).unwrap_or(Tone::Unscored),
        score: row.try_get("score")?,
        language: language.as_deref().and_then(Language::parse),
        reasons: serde_json::from_str(row.try_get("reasons")?).unwrap_or_default(),
    };
    let gravity = Gravity {
        severity: Severity::parse(row.try_get("severity")?).unwrap_or_default(),
        concerns: serde_json::from_str(row.try_get("concerns")?).unwrap_or_default(),
    };
    let mention = Mention {
        brand: row.try_get("brand")?,
        entry,
        source: row.try_get("source")?,
        found_at: instant(row.try_get("found_at")?),
        hits: serde_json::from_str(row.try_get("hits")?).unwrap_or_default(),
        judgement,
        gravity,
    };
    let (found_at, source) = (mention.found_at, mention.source.clone());
    let says_nothing = mention.entry.title.is_empty() && mention.entry.text.is_empty();
    let mut also_in: Vec<String> = serde_json::from_str(row.try_get("sources")?).unwrap_or_default();
    also_in.retain(|other| *other != source);
    also_in.sort();
    let by: Option<String> = row.try_get("corrected_by")?;
    let corrected = match (by, perhaps(row, "corrected_at")?) {
        (Some(by), Some(at)) => Some(Corrected { by, at, ruled: ruled(row)? }),
        _ => None,
    };
    Ok(MentionView {
        also_in,
        corrected,
        edited_at: perhaps(row, "edited_at")?.filter(|edited| *edited >= found_at),
        withdrawn_at: perhaps(row, "withdrawn_at")?,
        deleted_at: perhaps(row, "deleted_at")?,
        lapsed_at: perhaps(row, "lapsed_at")?.filter(|_| says_nothing),
        engagement_first: row.try_get::<Option<i64>, _>("engagement_first")?.map(i64::unsigned_abs),
        counted_at: perhaps(row, "counted_at")?,
        ..MentionView::of(row.try_get("id")?, mention)
    })
}

impl Store {
    /// The sources of a brand's mentions in a period, most stories first. A mention that several sources have shown counts
    /// for each of them, so the numbers may add up to more than there are stories. Of many stories every `step`-th is
    /// looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn top_sources(
        &self,
        brand: &str,
        (from, to): (Instant, Instant),
        step: u64,
        limit: usize,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT g.source AS name, count(DISTINCT m.story_id) AS n FROM mention m JOIN sighting g ON g.entry_id = m.entry_id \
             WHERE m.brand = $1 AND m.found_at > $2 AND m.found_at <= $3 AND m.story_id % $5 = 0 AND g.found_at <= $3 \
             GROUP BY g.source ORDER BY n DESC, name LIMIT $4",
        )
        .bind(brand)
        .bind(millis(from))
        .bind(millis(to))
        .bind(integer(limit))
        .bind(integer(step.max(1)))
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("name")?, count(row, "n")?))).collect()
    }

    /// The stories of a brand in a period, each by its first mention and with its copies until then: the negative first,
    /// then what is neutral or could not be judged, then praise; within a tone what weighs most first, which is the
    /// score times the weight of the source.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn worst_mentions(
        &self,
        brand: &str,
        from: Instant,
        to: Instant,
        limit: usize,
    ) -> Result<Vec<MentionView>, StoreError> {
        let columns = view_columns();
        let sql = format!(
            "SELECT {columns} FROM \
             (SELECT DISTINCT story_id FROM mention WHERE brand = $1 AND found_at > $2 AND found_at <= $3) AS told \
             CROSS JOIN story t CROSS JOIN mention m CROSS JOIN entry e \
             LEFT JOIN revision r ON r.id = m.revision_id \
             LEFT JOIN correction c ON c.text_key = m.text_key AND c.brand = m.brand LEFT JOIN source_state s ON s.name = e.source \
             WHERE t.id = told.story_id AND m.id = t.first_mention_id AND e.id = m.entry_id \
             ORDER BY CASE m.tone WHEN 'negative' THEN 0 WHEN 'positive' THEN 2 ELSE 1 END, \
             abs(coalesce(m.score, 0)) * coalesce(s.weight, 1) DESC, m.found_at DESC, m.id DESC LIMIT $4"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(brand)
            .bind(millis(from))
            .bind(millis(to))
            .bind(integer(limit))
            .fetch_all(&self.pools.read)
            .await?;
        let mut connection = self.pools.read.acquire().await?;
        let mut views = Vec::new();
        for row in &rows {
            let mut view = read_view(row)?;
            tell_copies(&mut connection, &mut view, row.try_get("story_id")?, to).await?;
            views.push(view);
        }
        Ok(views)
    }
}
