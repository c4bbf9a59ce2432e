//! What people say of tones. It is kept by the text, so that it counts for every mention of the brand that says the same,
//! those that are stored and those to come, and it outlives them. What the rules say is kept beside it.

use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::mention::VIEW_TABLES;
use super::{Store, StoreError, instant, millis};
use crate::model::correction::{Correction, Verdict};
use crate::model::imprint::text_key;
use crate::model::text::one_line;
use crate::model::view::TITLE;
use crate::model::{Instant, Tone};

/// What came of a correction.
#[derive(Debug, Clone, PartialEq)]
pub enum Correcting {
    /// There is no such mention.
    NoMention,
    /// The mention has no text by which others could be recognised.
    NoText,
    /// There is nothing to undo.
    NoCorrection,
    /// It is done.
    Done(Changed),
}

/// What a correction has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The brand's name.
    pub brand: String,
    /// What the rules say.
    pub ruled: Verdict,
    /// How many mentions have this text.
    pub mentions: u64,
    /// Whether it is an earlier text of the mention that somebody had spoken of, before it was edited.
    pub earlier: bool,
    /// Whether the mention has an alert that nobody has acknowledged.
    pub alert_is_open: bool,
}

/// A mention whose tone somebody speaks of.
struct Spoken {
    brand: String,
    text_key: Option<String>,
    ruled: Verdict,
    language: Option<String>,
    title: String,
    reasons: String,
    alert_is_open: bool,
}

impl Spoken {
    fn changed(self, mentions: u64, earlier: bool) -> Correcting {
        let Self { brand, ruled, alert_is_open, .. } = self;
        Correcting::Done(Changed { brand, ruled, mentions, earlier, alert_is_open })
    }
}

impl Store {
    /// Sets the tone of a mention and of all of its brand with the same text, for good. No alert comes of it, and none is
    /// taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn correct_tone(
        &self,
        mention_id: i64,
        tone: Tone,
        (by, note): (&str, Option<&str>),
        now: Instant,
    ) -> Result<Correcting, StoreError> {
        let mut tx = self.begin().await?;
        let Some(spoken) = find(&mut tx, mention_id).await? else { return Ok(Correcting::NoMention) };
        let Some(text_key) = &spoken.text_key else { return Ok(Correcting::NoText) };
        sqlx::query(
            "INSERT INTO correction (brand, text_key, tone, corrected_at, corrected_by, note, ruled_tone, ruled_score, \
             language, title, reasons) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (text_key, brand) DO UPDATE SET tone = excluded.tone, corrected_at = excluded.corrected_at, \
             corrected_by = excluded.corrected_by, note = excluded.note, ruled_tone = excluded.ruled_tone, \
             ruled_score = excluded.ruled_score, language = excluded.language, title = excluded.title, \
             reasons = excluded.reasons",
        )
        .bind(&spoken.brand)
        .bind(text_key)
        .bind(tone.as_str())
        .bind(millis(now))
        .bind(by)
        .bind(note)
        .bind(spoken.ruled.tone.as_str())
        .bind(spoken.ruled.score)
        .bind(&spoken.language)
        .bind(&spoken.title)
        .bind(&spoken.reasons)
        .execute(&mut *tx)
        .await?;
        let changed = sqlx::query(
            "UPDATE mention SET tone = $3, score = CASE WHEN ruled_tone = $3 THEN ruled_score ELSE $4 END \
             WHERE brand = $1 AND text_key = $2",
        )
        .bind(&spoken.brand)
        .bind(text_key)
        .bind(tone.as_str())
        .bind(Verdict::said_score(tone))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(spoken.changed(changed.rows_affected(), false))
    }

    /// Takes back what was said of the text of a mention, or else of what its entry said last before it was edited: the
    /// rules count again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn undo_correction(&self, mention_id: i64) -> Result<Correcting, StoreError> {
        let mut tx = self.begin().await?;
        let Some(spoken) = find(&mut tx, mention_id).await? else { return Ok(Correcting::NoMention) };
        let earlier = earlier_keys(&mut tx, mention_id).await?;
        for text_key in spoken.text_key.iter().chain(&earlier) {
            let undone = sqlx::query("DELETE FROM correction WHERE brand = $1 AND text_key = $2")
                .bind(&spoken.brand)
                .bind(text_key)
                .execute(&mut *tx)
                .await?;
            if undone.rows_affected() == 0 {
                continue;
            }
            let changed = sqlx::query(
                "UPDATE mention SET tone = ruled_tone, score = ruled_score WHERE brand = $1 AND text_key = $2",
            )
            .bind(&spoken.brand)
            .bind(text_key)
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
            let earlier = spoken.text_key.as_ref() != Some(text_key);
            return Ok(spoken.changed(changed.rows_affected(), earlier));
        }
        Ok(Correcting::NoCorrection)
    }

    /// Everything that was said from `since` on, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn corrections_since(&self, since: Instant) -> Result<Vec<Correction>, StoreError> {
        let rows = sqlx::query(
            "SELECT brand, tone, corrected_at, corrected_by, note, ruled_tone, ruled_score, language, title, reasons \
             FROM correction WHERE corrected_at >= $1 ORDER BY corrected_at, brand, text_key",
        )
        .bind(millis(since))
        .fetch_all(&self.pools.read)
        .await?;
        rows.iter().map(read).collect()
    }
}

/// What counts for a text that the rules judge as `ruled`: what somebody has said of it, else that.
pub async fn in_force(
    tx: &mut Transaction<'_, Any>,
    brand: &str,
    text_key: Option<&str>,
    ruled: Verdict,
) -> Result<Verdict, StoreError> {
    let Some(text_key) = text_key else { return Ok(ruled) };
    let said: Option<String> = sqlx::query_scalar("SELECT tone FROM correction WHERE brand = $1 AND text_key = $2")
        .bind(brand)
        .bind(text_key)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(said.as_deref().and_then(Tone::parse).map_or(ruled, |tone| ruled.corrected(tone)))
}

async fn find(tx: &mut Transaction<'_, Any>, mention_id: i64) -> Result<Option<Spoken>, StoreError> {
    let sql = format!(
        "SELECT m.brand, m.text_key, m.ruled_tone, m.ruled_score, m.language, coalesce(r.title, e.title) AS title, \
         substr(coalesce(r.text, e.text), 1, 1000) AS beginning, m.reasons, \
         (SELECT count(*) FROM alert a WHERE a.mention_id = m.id AND a.acknowledged_at IS NULL) AS open \
         FROM {VIEW_TABLES} WHERE m.id = $1"
    );
    let row = sqlx::query(AssertSqlSafe(sql)).bind(mention_id).fetch_optional(&mut **tx).await?;
    let Some(row) = row else { return Ok(None) };
    let (title, beginning): (String, String) = (row.try_get("title")?, row.try_get("beginning")?);
    Ok(Some(Spoken {
        brand: row.try_get("brand")?,
        text_key: row.try_get("text_key")?,
        ruled: ruled(&row)?,
        language: row.try_get("language")?,
        title: one_line(if title.trim().is_empty() { &beginning } else { &title }, TITLE),
        reasons: row.try_get("reasons")?,
        alert_is_open: row.try_get::<i64, _>("open")? > 0,
    }))
}

/// The keys of what the entry of a mention said before it was edited, the last in front.
async fn earlier_keys(tx: &mut Transaction<'_, Any>, mention_id: i64) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT r.title, r.rating, r.text FROM mention m JOIN revision r ON r.entry_id = m.entry_id WHERE m.id = $1 ORDER BY r.replaced_at DESC, r.id DESC",
    )
    .bind(mention_id)
    .fetch_all(&mut **tx)
    .await?;
    let mut keys = Vec::new();
    for row in &rows {
        keys.extend(text_key(row.try_get("title")?, row.try_get("text")?, row.try_get("rating")?));
    }
    Ok(keys)
}

/// What the rules say, from the columns `ruled_tone` and `ruled_score`.
pub fn ruled(row: &AnyRow) -> Result<Verdict, StoreError> {
    let tone = Tone::parse(row.try_get("ruled_tone")?).unwrap_or(Tone::Unscored);
    Ok(Verdict { tone, score: row.try_get("ruled_score")? })
}

fn read(row: &AnyRow) -> Result<Correction, StoreError> {
    Ok(Correction {
        brand: row.try_get("brand")?,
        title: row.try_get("title")?,
        tone: Tone::parse(row.try_get("tone")?).unwrap_or(Tone::Unscored),
        by: row.try_get("corrected_by")?,
        at: instant(row.try_get("corrected_at")?),
        note: row.try_get("note")?,
        ruled: ruled(row)?,
        language: row.try_get("language")?,
        reasons: serde_json::from_str(row.try_get("reasons")?).unwrap_or_default(),
    })
}
