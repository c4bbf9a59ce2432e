//! What becomes of entries that their source has deleted. They are marked; where the network wants what was deleted there
//! to be deleted here, no text, title, author or address of them is left either, in no revision and no notice. That they
//! were, when, and in which tone stays: what was counted stays true.

use sqlx::{Any, Row as _, Transaction};

use super::poll::{Committed, PollCommit};
use super::quote::{self, Gone};
use super::sighting::{self, Known, Sighting};
use super::{StoreError, millis};
use crate::model::kinds::Deleted;
use crate::model::{EntryKey, SourceKind};

/// Marks what the polled source says that it deleted, and erases it where its network wants that. What one source of such
/// a network says of a post holds for all that show it, as far as it speaks for the network.
pub async fn delete_all(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    keys: impl Iterator<Item = &EntryKey>,
    known: &Known,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let mut speaker = None;
    for key in keys {
        let Some(sightings) = known.get(&key.0) else { continue };
        let (left, host) = match &speaker {
            Some(known) => known,
            None => speaker.insert(speaker_of(tx, &poll.source).await?),
        };
        let of_all = match left {
            Deleted::Marked => false,
            Deleted::Erased => true,
            Deleted::ErasedAtHome => key.host().as_ref() == Some(host),
        };
        let is_meant = |sighting: &&Sighting| !sighting.deleted && (of_all || sighting.source == poll.source);
        let mut deleted = false;
        for sighting in sightings.iter().filter(is_meant) {
            sighting::mark(tx, (&sighting.source, key), sighting.entry_id, Some(millis(poll.now))).await?;
            erase_deleted(tx, poll, sighting.entry_id).await?;
            deleted = true;
        }
        committed.deletions += u64::from(deleted);
    }
    Ok(())
}

/// What is left of what is deleted where a source reads, and whom it asks.
async fn speaker_of(tx: &mut Transaction<'_, Any>, source: &str) -> Result<(Deleted, String), StoreError> {
    let row =
        sqlx::query("SELECT kind, host FROM source_state WHERE name = $1").bind(source).fetch_one(&mut **tx).await?;
    Ok((left_by(row.try_get("kind")?), row.try_get("host")?))
}

fn left_by(kind: &str) -> Deleted {
    SourceKind::parse(kind).map_or(Deleted::Marked, |kind| kind.profile().deleted)
}

/// Erases an entry that all its sources have deleted, if one of them is of a network that wants that.
async fn erase_deleted(tx: &mut Transaction<'_, Any>, poll: &PollCommit, entry_id: i64) -> Result<(), StoreError> {
    let kinds: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT s.kind FROM entry e JOIN sighting g ON g.entry_id = e.id JOIN source_state s ON s.name = g.source \
         WHERE e.id = $1 AND e.deleted_at IS NOT NULL",
    )
    .bind(entry_id)
    .fetch_all(&mut **tx)
    .await?;
    if !kinds.iter().any(|kind| left_by(kind) != Deleted::Marked) {
        return Ok(());
    }
    let mentions = sqlx::query_scalar("SELECT id FROM mention WHERE entry_id = $1").bind(entry_id);
    let mentions: Vec<i64> = mentions.fetch_all(&mut **tx).await?;
    for mention in mentions {
        quote::take_back(tx, Gone::Deleted(poll.now), mention).await?;
    }
    erase(tx, entry_id).await
}

/// In the order in which one is found by the other. The hashes of its sightings go too, so that a post that is shown again
/// is read as one that was changed.
async fn erase(tx: &mut Transaction<'_, Any>, entry_id: i64) -> Result<(), StoreError> {
    for sql in [
        "UPDATE correction SET title = '', reasons = '[]' WHERE text_key IN \
         (SELECT text_key FROM mention WHERE entry_id = $1 AND text_key IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM mention o WHERE o.text_key = correction.text_key AND o.entry_id <> $1)",
        "UPDATE mention SET hits = '[]', reasons = '[]', concerns = '[]', author = NULL, text_key = NULL, \
         revision_id = NULL WHERE entry_id = $1",
        "DELETE FROM revision WHERE entry_id = $1",
        "UPDATE sighting SET content = '', judged = '', lapsed_content = NULL, page = NULL, recount_at = NULL \
         WHERE entry_id = $1",
        "UPDATE entry SET title = '', text = '', url = NULL, tags = '[]', author_name = NULL, author_handle = NULL, \
         author_url = NULL, author_identity = NULL, followers = NULL WHERE id = $1",
    ] {
        sqlx::query(sql).bind(entry_id).execute(&mut **tx).await?;
    }
    Ok(())
}
