//! Which mentions tell the same story. A mention joins one when it is stored, in the same transaction: candidates are
//! those that share a key of its signature and were found within the window, a bounded number whatever is stored; their
//! texts are then compared. Never changes what a mention says, and never takes it out of a story again.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row as _, Transaction};

use super::{StoreError, count, instant, integer, millis};
use crate::model::notice::MentionView;
use crate::model::{Author, Entry, EntryKey, Instant};
use crate::story::{KEYS, Signature, WINDOW, Wording};

/// Texts that are compared, those with the most keys in common first.
const COMPARED: usize = 6;
/// Sources of copies that are named.
const NAMED: usize = 8;

/// The latest mentions under a key. It reads the end of one range of the primary key, however many there are.
const LATEST: &str = "SELECT mention_id FROM story_key WHERE key = $2 AND found_at >= $1 \
                      ORDER BY found_at DESC, mention_id DESC LIMIT 16";

/// The latest mentions under each of [`KEYS`] keys.
static LOOKUP: LazyLock<String> = LazyLock::new(|| {
    let of_key = |at: usize| LATEST.replace("$2", &format!("${}", at + 2));
    let parts = (0..KEYS).map(|at| format!("SELECT mention_id FROM ({}) AS k{at}", of_key(at)));
    parts.collect::<Vec<_>>().join(" UNION ALL ")
});

/// One row for each of [`KEYS`] keys; one that is given twice is written once.
static REMEMBER: LazyLock<String> = LazyLock::new(|| {
    let rows = (0..KEYS).map(|at| format!("(${}, $1, $2)", at + 3)).collect::<Vec<_>>().join(", ");
    format!("INSERT INTO story_key (key, found_at, mention_id) VALUES {rows} ON CONFLICT DO NOTHING")
});

/// A mention that is to be put into a story.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a> {
    /// Its id.
    pub mention_id: i64,
    /// The brand's name.
    pub brand: &'a str,
    /// What was said.
    pub entry: &'a Entry,
    /// Its signature.
    pub signature: &'a Signature,
    /// When it was found.
    pub found_at: Instant,
}

/// A mention that may tell the same.
struct Candidate {
    id: i64,
    story_id: i64,
    first_mention_id: i64,
    started_at: i64,
    entry: Entry,
}

/// Puts a mention that was just stored into the story that it is a copy of, or else into one of its own. Answers the
/// story's id.
pub async fn place(tx: &mut Transaction<'_, Any>, new: &Newcomer<'_>) -> Result<i64, StoreError> {
    // What claims to be of the future is not earlier than what comes then.
    let said_at = millis(new.entry.published_at.map_or(new.found_at, |published| published.min(new.found_at)));
    let mut keys: Vec<i64> = new.signature.keys(new.brand).collect();
    let story = match keys.first() {
        None => None,
        Some(&first) => {
            keys.resize(KEYS, first);
            find(tx, new, &keys, said_at).await?
        }
    };
    let id = match story {
        Some(story) => {
            if said_at < story.started_at {
                lead(tx, story.story_id, new.mention_id, said_at).await?;
            }
            story.story_id
        }
        None => found(tx, new, said_at).await?,
    };
    let placed = sqlx::query("UPDATE mention SET story_id = $2 WHERE id = $1").bind(new.mention_id).bind(id);
    placed.execute(&mut **tx).await?;
    if !keys.is_empty() {
        let row = sqlx::query(AssertSqlSafe(REMEMBER.as_str())).bind(millis(new.found_at)).bind(new.mention_id);
        keys.iter().fold(row, |row, key| row.bind(*key)).execute(&mut **tx).await?;
    }
    Ok(id)
}

/// Whether a mention of the story has met this rule already, so that a copy says nothing new: another headline may meet it
/// by another word.
pub async fn has_alerted(tx: &mut Transaction<'_, Any>, story_id: i64, rule: &str) -> Result<bool, StoreError> {
    let alerted: Option<i64> = sqlx::query_scalar(
        "SELECT a.id FROM mention m JOIN alert a ON a.mention_id = m.id WHERE m.story_id = $1 AND a.rule = $2 LIMIT 1",
    )
    .bind(story_id)
    .bind(rule)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(alerted.is_some())
}

/// Says in a view how many copies of it were found until then, and where; by time, the first ones by name.
pub async fn tell_copies(
    connection: &mut AnyConnection,
    view: &mut MentionView,
    story_id: i64,
    until: Instant,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "SELECT e.source AS source, count(*) AS n FROM mention m JOIN entry e ON e.id = m.entry_id \
         WHERE m.story_id = $1 AND m.id <> $2 AND m.found_at <= $3 GROUP BY e.source ORDER BY min(m.found_at), min(m.id)",
    )
    .bind(story_id)
    .bind(view.id)
    .bind(millis(until))
    .fetch_all(&mut *connection)
    .await?;
    for row in &rows {
        view.copies += count(row, "n")?;
        if view.copied_in.len() < NAMED {
            view.copied_in.push(row.try_get("source")?);
        }
    }
    Ok(())
}

/// The candidate of whose story the mention is a copy.
async fn find(
    tx: &mut Transaction<'_, Any>,
    new: &Newcomer<'_>,
    keys: &[i64],
    said_at: i64,
) -> Result<Option<Candidate>, StoreError> {
    let window = integer(WINDOW.as_millis());
    let lookup = sqlx::query_scalar(AssertSqlSafe(LOOKUP.as_str())).bind(millis(new.found_at) - window);
    let sharing: Vec<i64> = keys.iter().fold(lookup, |lookup, key| lookup.bind(*key)).fetch_all(&mut **tx).await?;
    let mut shared: BTreeMap<i64, usize> = BTreeMap::new();
    for id in sharing {
        *shared.entry(id).or_default() += 1;
    }
    if shared.is_empty() {
        return Ok(None);
    }
    let mut ids: Vec<(usize, i64)> = shared.into_iter().map(|(id, keys)| (keys, id)).collect();
    ids.sort_by_key(|(keys, id)| (std::cmp::Reverse(*keys), *id));
    let wording = Wording::of(new.entry);
    for (_, id) in ids.into_iter().take(COMPARED) {
        let Some(candidate) = candidate(tx, id, new.brand).await? else { continue };
        if said_at.abs_diff(candidate.started_at) > window.unsigned_abs() {
            continue;
        }
        if wording.retells(&Wording::of(&candidate.entry)) && agrees(tx, &wording, &candidate, new.brand).await? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Whether the first mention of the story says nothing else: copies of copies must not lead from one story to another.
async fn agrees(
    tx: &mut Transaction<'_, Any>,
    wording: &Wording,
    candidate: &Candidate,
    brand: &str,
) -> Result<bool, StoreError> {
    if candidate.first_mention_id == candidate.id {
        return Ok(true);
    }
    let first = self::candidate(tx, candidate.first_mention_id, brand).await?;
    Ok(first.is_none_or(|first| !wording.contradicts(&Wording::of(&first.entry))))
}

async fn candidate(tx: &mut Transaction<'_, Any>, id: i64, brand: &str) -> Result<Option<Candidate>, StoreError> {
    let row = sqlx::query(
        "SELECT m.id, m.story_id, coalesce(s.first_mention_id, m.id) AS first_mention_id, s.started_at, e.key, e.url, \
         e.title, e.author_name, e.author_handle, e.author_identity, substr(e.text, 1, 16384) AS text FROM mention m JOIN story s ON s.id = m.story_id \
         JOIN entry e ON e.id = m.entry_id WHERE m.id = $1 AND m.brand = $2",
    )
    .bind(id)
    .bind(brand)
    .fetch_optional(&mut **tx)
    .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &AnyRow) -> Result<Candidate, StoreError> {
    let mut entry = Entry::new(EntryKey(row.try_get("key")?));
    entry.url = row.try_get("url")?;
    entry.title = row.try_get("title")?;
    entry.text = row.try_get("text")?;
    let id: Option<String> = row.try_get("author_identity")?;
    let (name, handle): (Option<String>, _) = (row.try_get("author_name")?, row.try_get("author_handle")?);
    let name = name.or_else(|| id.as_ref().map(|_| String::new()));
    entry.author = name.map(|name| Author { name, handle, id, ..Author::default() });
    Ok(Candidate {
        id: row.try_get("id")?,
        story_id: row.try_get("story_id")?,
        first_mention_id: row.try_get("first_mention_id")?,
        started_at: row.try_get("started_at")?,
        entry,
    })
}

/// A story of its own.
async fn found(tx: &mut Transaction<'_, Any>, new: &Newcomer<'_>, said_at: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("INSERT INTO story (brand, first_mention_id, started_at) VALUES ($1, $2, $3) RETURNING id")
        .bind(new.brand)
        .bind(new.mention_id)
        .bind(said_at)
        .fetch_one(&mut **tx)
        .await?)
}

/// The mention was published before all others of the story.
async fn lead(tx: &mut Transaction<'_, Any>, id: i64, mention_id: i64, said_at: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE story SET first_mention_id = $2, started_at = $3 WHERE id = $1")
        .bind(id)
        .bind(mention_id)
        .bind(said_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Stories whose first mention was forgotten get the earliest that is left, or go with it.
pub async fn mend(tx: &mut Transaction<'_, Any>) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE story SET first_mention_id = (SELECT m.id FROM mention m JOIN entry e ON e.id = m.entry_id \
         WHERE m.story_id = story.id ORDER BY coalesce(e.published_at, m.found_at), m.id LIMIT 1) \
         WHERE first_mention_id IS NULL",
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM story WHERE first_mention_id IS NULL").execute(&mut **tx).await?;
    Ok(())
}

/// Keys older than this are looked up no more.
pub fn oldest_key(now: Instant) -> Instant {
    instant(millis(now) - integer(WINDOW.as_millis()))
}
