//! Mentions that are found in an entry only after it was stored, though nobody has edited it.

use sqlx::{Any, Transaction};

use super::found::{judge_again, store_mention};
use super::poll::{Committed, FoundEntry, PollCommit};
use super::{StoreError, integer, revision};
use crate::model::HoldReason;

/// What a found text is to the text of the entry that is stored.
#[derive(Clone, Copy, PartialEq)]
pub enum Says {
    /// It says the same.
    TheSame,
    /// Another source shows it; it may be fuller.
    MaybeMore,
    /// It says something else, which is not taken over.
    Otherwise,
    /// Nothing is left of that one, since its network lets nobody keep it for longer; as far as is known it said the same.
    Anew,
    /// Nothing is left of that one either, but its source showed something else before.
    AnewOtherwise,
}

/// Stores the mentions that an entry did not have before: because another source shows more of it, or something else is
/// looked for. The entry then says what they were judged by if that is more than it said, or if nothing else was judged
/// by what it said. A mention that was withdrawn while nobody looked for its brand is back. What is found where a text was
/// forgotten is nobody's news, unless its source has changed it.
pub async fn find_late(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    entry_id: i64,
    found: &FoundEntry,
    says: Says,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    if matches!(says, Says::Anew | Says::AnewOtherwise) {
        return tell_anew(tx, poll, entry_id, found, (says == Says::Anew, committed)).await;
    }
    if found.mentions.is_empty() {
        return Ok(());
    }
    let before = revision::mentions(tx, entry_id).await?;
    if found.mentions.iter().any(|mention| !before.contains_key(&mention.brand)) {
        let length: i64 = sqlx::query_scalar("SELECT length(title) + length(text) FROM entry WHERE id = $1")
            .bind(entry_id)
            .fetch_one(&mut **tx)
            .await?;
        let shown = found.entry.title.chars().count() + found.entry.text.chars().count();
        let fuller = says == Says::MaybeMore && integer(shown) > length;
        if before.is_empty() || fuller && revision::may_change(tx, poll, entry_id).await? {
            revision::fill_in(tx, poll, entry_id, found, &before).await?;
        }
    }
    for mention in &found.mentions {
        match before.get(&mention.brand) {
            None => store_mention(tx, poll, entry_id, found, mention, committed).await?,
            Some(known) if known.withdrawn && says == Says::TheSame => {
                judge_again(tx, poll, (known.id, known.has_alert), (found, mention), committed).await?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The entry says something again. Mentions that do not occur in it stay as they were judged.
async fn tell_anew(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    entry_id: i64,
    found: &FoundEntry,
    (there_before, committed): (bool, &mut Committed),
) -> Result<(), StoreError> {
    let before = revision::mentions(tx, entry_id).await?;
    revision::fill_in(tx, poll, entry_id, found, &before).await?;
    revision::name_author(tx, entry_id, found).await?;
    for mention in &found.mentions {
        let known = before.get(&mention.brand);
        let mut mention = mention.clone();
        if there_before && known.is_none_or(|known| !known.has_alert) {
            mention.hold(HoldReason::ThereBefore);
        }
        match known {
            Some(known) => judge_again(tx, poll, (known.id, known.has_alert), (found, &mention), committed).await?,
            None => store_mention(tx, poll, entry_id, found, &mention, committed).await?,
        }
    }
    Ok(())
}
