//! What entries said before they were changed. A mention whose entry no longer says what it was judged by keeps that
//! revision; few are kept of an entry, and of a long text its beginning.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::{Any, Row as _, Transaction};

use super::found::{judge_again, store_mention};
use super::poll::{Committed, FoundEntry, PollCommit};
use super::{StoreError, integer, millis};
use crate::model::HoldReason;
use crate::model::hash::sha256_number;

/// An entry is changed so often in a day at most: some feeds show two texts by turns.
const A_DAY: i64 = 10;
const DAY_MS: i64 = 86_400_000;
/// Revisions kept beside the first of an entry and those that mentions need.
const KEPT: i64 = 10;
/// Characters of a text that are kept.
const LONGEST: i64 = 32_768;

/// A mention as it stands before a change.
pub struct Before {
    pub id: i64,
    pub has_alert: bool,
    pub withdrawn: bool,
    judgement: Was,
}

impl Before {
    /// Whether it raised no alert since it was there before anybody looked.
    pub fn was_there_before(&self) -> bool {
        self.judgement.decision == HoldReason::ThereBefore.as_str()
    }
}

/// How a mention was judged.
#[derive(Clone, Serialize)]
struct Was {
    brand: String,
    tone: String,
    score: Option<f64>,
    decision: String,
}

/// The mentions of an entry by their brands.
pub async fn mentions(tx: &mut Transaction<'_, Any>, entry_id: i64) -> Result<HashMap<String, Before>, StoreError> {
    let rows = sqlx::query(
        "SELECT m.id, m.brand, m.tone, m.score, m.decision, m.withdrawn_at, a.id AS alert_id FROM mention m \
         LEFT JOIN alert a ON a.mention_id = m.id WHERE m.entry_id = $1",
    )
    .bind(entry_id)
    .fetch_all(&mut **tx)
    .await?;
    let mut mentions = HashMap::new();
    for row in &rows {
        let judgement = Was {
            brand: row.try_get("brand")?,
            tone: row.try_get("tone")?,
            score: row.try_get("score")?,
            decision: row.try_get("decision")?,
        };
        let has_alert = row.try_get::<Option<i64>, _>("alert_id")?.is_some();
        let withdrawn = row.try_get::<Option<i64>, _>("withdrawn_at")?.is_some();
        let brand = judgement.brand.clone();
        mentions.insert(brand, Before { id: row.try_get("id")?, has_alert, withdrawn, judgement });
    }
    Ok(mentions)
}

/// Whether the entry may be changed once more today.
pub async fn may_change(tx: &mut Transaction<'_, Any>, poll: &PollCommit, entry_id: i64) -> Result<bool, StoreError> {
    let today: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM revision WHERE entry_id = $1 AND replaced_at > $2 AND replaced_at <= $3",
    )
    .bind(entry_id)
    .bind(millis(poll.now) - DAY_MS)
    .bind(millis(poll.now))
    .fetch_one(&mut **tx)
    .await?;
    Ok(today < A_DAY)
}

/// The source has changed the entry: it says what it says now, and its mentions are judged by that. A mention whose brand
/// no longer occurs is withdrawn; it was made all the same. What mentions nobody, before and after, is left as it was:
/// nobody is shown it, and some feeds change all their texts all the time.
pub async fn edit(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    entry_id: i64,
    found: &FoundEntry,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let before = mentions(tx, entry_id).await?;
    if before.is_empty() && found.mentions.is_empty() {
        return Ok(());
    }
    let revision = keep(tx, poll, entry_id, &before).await?;
    replace(tx, entry_id, found, found.entry.rating).await?;
    name_author(tx, entry_id, found).await?;
    let edited = sqlx::query("UPDATE entry SET edited_at = $2 WHERE id = $1").bind(entry_id).bind(millis(poll.now));
    edited.execute(&mut **tx).await?;
    for mention in &found.mentions {
        match before.get(&mention.brand) {
            Some(known) => judge_again(tx, poll, (known.id, known.has_alert), (found, mention), committed).await?,
            None => store_mention(tx, poll, entry_id, found, mention, committed).await?,
        }
    }
    sqlx::query(
        "UPDATE mention SET withdrawn_at = $3 WHERE entry_id = $1 AND revision_id = $2 AND withdrawn_at IS NULL",
    )
    .bind(entry_id)
    .bind(revision)
    .bind(millis(poll.now))
    .execute(&mut **tx)
    .await?;
    committed.edits += 1;
    forget(tx, entry_id).await
}

/// A fuller text of the same takes the place of the entry's: what is found in it from now on is shown as it stands there,
/// and the mentions it has already as they were judged.
pub async fn fill_in(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    entry_id: i64,
    found: &FoundEntry,
    before: &HashMap<String, Before>,
) -> Result<(), StoreError> {
    if !before.is_empty() {
        keep(tx, poll, entry_id, before).await?;
    }
    // A copy that shows no stars takes none away: mentions were judged by them.
    let stars = match found.entry.rating {
        None => {
            sqlx::query_scalar("SELECT rating FROM entry WHERE id = $1").bind(entry_id).fetch_one(&mut **tx).await?
        }
        shown => shown,
    };
    replace(tx, entry_id, found, stars).await?;
    forget(tx, entry_id).await
}

/// Keeps what the entry says, and ties the mentions to it that were judged by it.
async fn keep(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    entry_id: i64,
    mentions: &HashMap<String, Before>,
) -> Result<i64, StoreError> {
    let mut judgements: Vec<Was> = mentions.values().map(|mention| mention.judgement.clone()).collect();
    judgements.sort_by(|one, other| one.brand.cmp(&other.brand));
    let revision: i64 = sqlx::query_scalar(
        "INSERT INTO revision (entry_id, replaced_at, key, url, title, rating, judgements, text) \
         SELECT id, $2, key, url, title, rating, $3, substr(text, 1, $4) FROM entry WHERE id = $1 RETURNING id",
    )
    .bind(entry_id)
    .bind(millis(poll.now))
    .bind(serde_json::to_string(&judgements)?)
    .bind(LONGEST)
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query("UPDATE mention SET revision_id = $2 WHERE entry_id = $1 AND revision_id IS NULL")
        .bind(entry_id)
        .bind(revision)
        .execute(&mut **tx)
        .await?;
    Ok(revision)
}

/// The entry says what was found, and whoever shows it under that key may change it from now on.
async fn replace(
    tx: &mut Transaction<'_, Any>,
    entry_id: i64,
    found: &FoundEntry,
    stars: Option<f64>,
) -> Result<(), StoreError> {
    let entry = &found.entry;
    sqlx::query("UPDATE entry SET key = $2, url = $3, title = $4, text = $5, tags = $6, rating = $7 WHERE id = $1")
        .bind(entry_id)
        .bind(&entry.key.0)
        .bind(&entry.url)
        .bind(&entry.title)
        .bind(&entry.text)
        .bind(serde_json::to_string(&entry.tags)?)
        .bind(stars)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// An entry of which nobody knows who wrote it says so now; so does one that was erased and is shown again.
pub async fn name_author(tx: &mut Transaction<'_, Any>, entry_id: i64, found: &FoundEntry) -> Result<(), StoreError> {
    let Some((author, identity)) = found.entry.author.as_ref().map(|author| (author, author.identity())) else {
        return Ok(());
    };
    sqlx::query(
        "UPDATE entry SET author_name = $2, author_handle = $3, author_url = $4, author_identity = $5, followers = $6 \
         WHERE id = $1 AND author_identity IS NULL",
    )
    .bind(entry_id)
    .bind(author.shown())
    .bind(author.handle.as_deref())
    .bind(author.url.as_deref())
    .bind(&identity)
    .bind(author.followers.map(integer))
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE mention SET author = $2 WHERE entry_id = $1 AND author IS NULL")
        .bind(entry_id)
        .bind(sha256_number(&identity))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets what lies between the first revision and the last ones.
async fn forget(tx: &mut Transaction<'_, Any>, entry_id: i64) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM revision WHERE entry_id = $1 AND id <> (SELECT min(id) FROM revision WHERE entry_id = $1) \
         AND id NOT IN (SELECT id FROM revision WHERE entry_id = $1 ORDER BY id DESC LIMIT $2) \
         AND id NOT IN (SELECT revision_id FROM mention WHERE entry_id = $1 AND revision_id IS NOT NULL)",
    )
    .bind(entry_id)
    .bind(integer(KEPT))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
