//! What happens to the entries of a poll: one that is new is stored, one that another source has shown is a copy of it, one
//! that says something else than before is edited, and one that its source has deleted is marked. Nothing is decided by
//! what a poll saw before its transaction began.

use std::collections::{HashMap, HashSet};

use sqlx::{Any, Row as _, Transaction};

use super::found::store_mention;
use super::late::{Says, find_late};
use super::neighbour::Neighbours;
use super::poll::{Committed, FoundEntry, PollCommit};
use super::sighting::{self, Known, Sighting};
use super::{StoreError, erase, integer, millis, perhaps, revision};
use crate::model::imprint::say_the_same;
use crate::model::{Author, Entry, EntryKey, EntryKind, Imprint, Language};

/// Stores the entries of a poll, and marks or erases those that were deleted.
pub async fn store_all(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let shown = poll.entries.iter().map(|found| found.entry.key.0.as_str());
    let closed = sighting::below(tx, &poll.closed).await?;
    let deleted = || poll.deleted.iter().chain(&closed);
    let keys: Vec<&str> = shown.chain(deleted().map(|key| key.0.as_str())).collect();
    let mut known = sighting::known(tx, &keys).await?;
    let pages = entries_per_page(poll);
    let shown: HashSet<&str> = poll.entries.iter().map(|found| found.entry.key.0.as_str()).collect();
    let mut told = HashSet::new();
    for found in &poll.entries {
        let key = &found.entry.key.0;
        if told.insert(key) {
            let page = found.imprint.page.as_deref().filter(|page| pages.get(page) == Some(&1));
            store(tx, poll, found, (page, &shown), &mut known, committed).await?;
        } else if let Some(sighting) = own(&known, poll, key) {
            // What a document says twice under one key is not an edit each time it is read.
            find_late(tx, poll, sighting.entry_id, found, Says::Otherwise, committed).await?;
        }
    }
    let deleted = deleted().filter(|key| !shown.contains(key.0.as_str()));
    erase::delete_all(tx, poll, deleted, &known, committed).await
}

/// How many entries of the poll lead to each page.
fn entries_per_page(poll: &PollCommit) -> HashMap<&str, usize> {
    let mut keys = HashSet::new();
    let mut pages = HashMap::new();
    for found in poll.entries.iter().filter(|found| keys.insert(&found.entry.key.0)) {
        if let Some(page) = &found.imprint.page {
            *pages.entry(page.as_str()).or_default() += 1;
        }
    }
    pages
}

/// The entry as the polled source has shown it before.
fn own<'known>(known: &'known Known, poll: &PollCommit, key: &str) -> Option<&'known Sighting> {
    known.get(key)?.iter().find(|sighting| sighting.source == poll.source)
}

/// Stores an entry that the poll has not told of yet. The `page` is one to which it alone leads in this poll; `shown` are
/// the keys of all its entries.
async fn store(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    found: &FoundEntry,
    (page, shown): (Option<&str>, &HashSet<&str>),
    known: &mut Known,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let key = &found.entry.key;
    let entry_id = if let Some(own) = own(known, poll, &key.0) {
        match shown_again(tx, poll, found, own, committed).await? {
            Shown::Known => return Ok(()),
            Shown::Another => insert(tx, poll, found, committed).await?,
        }
    } else if let Some(other) = known.get(&key.0).and_then(|sightings| sightings.first()) {
        let entry_id = other.entry_id;
        copy(tx, poll, found, entry_id, committed).await?;
        entry_id
    } else if found.before {
        // Forgotten at this very moment. What was found in it has been told long ago.
        return Ok(());
    } else {
        match page {
            Some(page) => store_on_page(tx, poll, found, (page, shown), committed).await?,
            None => insert(tx, poll, found, committed).await?,
        }
    };
    let sightings = known.entry(key.0.clone()).or_default();
    sightings.retain(|sighting| sighting.source != poll.source);
    sightings.push(Sighting::of(poll, entry_id, found));
    Ok(())
}

/// Stores an entry with an unknown key: it may be a copy, or one that its source shows under another key now.
async fn store_on_page(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    found: &FoundEntry,
    (page, shown): (&str, &HashSet<&str>),
    committed: &mut Committed,
) -> Result<i64, StoreError> {
    let neighbours = Neighbours::of(tx, page).await?;
    if let Some(entry_id) = neighbours.original(poll, found) {
        copy(tx, poll, found, entry_id, committed).await?;
        return Ok(entry_id);
    }
    let Some((old, own)) = neighbours.renamed(poll, found, shown) else {
        return insert(tx, poll, found, committed).await;
    };
    sighting::rename(tx, poll, (&old, &own), &found.entry.key).await?;
    match shown_again(tx, poll, found, &own, committed).await? {
        Shown::Known => Ok(own.entry_id),
        Shown::Another => insert(tx, poll, found, committed).await,
    }
}

/// What an entry is that the source shows under a known key.
enum Shown {
    Known,
    Another,
}

async fn shown_again(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    found: &FoundEntry,
    own: &Sighting,
    committed: &mut Committed,
) -> Result<Shown, StoreError> {
    let entry_id = own.entry_id;
    if own.content != found.imprint.content {
        let stored = read(tx, entry_id).await?;
        if is_another(tx, poll, found, own, &stored).await? {
            sighting::remove(tx, poll, &found.entry.key).await?;
            return Ok(Shown::Another);
        }
        let how = match stored.how(found, Says::MaybeMore) {
            Says::Anew if own.lapsed.as_ref() != Some(&found.imprint.content) => Says::AnewOtherwise,
            how => how,
        };
        let differs = matches!(how, Says::MaybeMore | Says::AnewOtherwise);
        if differs && stored.entry.key == found.entry.key {
            if revision::may_change(tx, poll, entry_id).await? {
                revision::edit(tx, poll, entry_id, found, committed).await?;
                sighting::change(tx, poll, found).await?;
            } else {
                find_late(tx, poll, entry_id, found, Says::Otherwise, committed).await?;
            }
        } else {
            find_late(tx, poll, entry_id, found, how, committed).await?;
            sighting::change(tx, poll, found).await?;
        }
    } else if own.judged != found.imprint.judged {
        let how = read(tx, entry_id).await?.how(found, Says::Otherwise);
        find_late(tx, poll, entry_id, found, how, committed).await?;
        sighting::change(tx, poll, found).await?;
    }
    sighting::see_again(tx, poll, &found.entry.key, own).await?;
    Ok(Shown::Known)
}

/// What a stored entry says, under the key of the sighting that it is from.
struct Stored {
    entry: Entry,
    /// It says nothing, since what it said may be kept no longer.
    lapsed: bool,
}

impl Stored {
    /// What a text of the same page is to it.
    fn how(&self, found: &FoundEntry, otherwise: Says) -> Says {
        if Imprint::of(&self.entry, "").content == found.imprint.content {
            Says::TheSame
        } else if self.lapsed {
            Says::Anew
        } else {
            otherwise
        }
    }
}

async fn read(tx: &mut Transaction<'_, Any>, entry_id: i64) -> Result<Stored, StoreError> {
    let row = sqlx::query("SELECT key, url, title, text, rating, lapsed_at FROM entry WHERE id = $1")
        .bind(entry_id)
        .fetch_one(&mut **tx)
        .await?;
    let (url, title, text) = (row.try_get("url")?, row.try_get("title")?, row.try_get("text")?);
    let rating = row.try_get("rating")?;
    let entry = Entry { url, title, text, rating, ..Entry::new(EntryKey(row.try_get("key")?)) };
    let lapsed = perhaps(&row, "lapsed_at")?.is_some() && entry.title.is_empty() && entry.text.is_empty();
    Ok(Stored { entry, lapsed })
}

/// Whether a source that was pointed elsewhere means another entry by the same key: it has another page and says
/// something else than the `stored` one.
async fn is_another(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    found: &FoundEntry,
    own: &Sighting,
    Stored { entry: stored, lapsed }: &Stored,
) -> Result<bool, StoreError> {
    let pointed_at: Option<i64> = sqlx::query_scalar("SELECT pointed_at FROM source_state WHERE name = $1")
        .bind(&poll.source)
        .fetch_one(&mut **tx)
        .await?;
    let (page, entry) = (Imprint::of(stored, "").page, &found.entry);
    Ok(!lapsed
        && pointed_at.is_some_and(|at| own.seen_at < at)
        && (page.is_none() || page != found.imprint.page)
        && (stored.title.is_empty() || stored.title != entry.title)
        && !say_the_same((&stored.title, &stored.text), (&entry.title, &entry.text)))
}

/// A source shows an entry that another source has shown before.
async fn copy(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    found: &FoundEntry,
    entry_id: i64,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    sighting::add(tx, poll, entry_id, found).await?;
    sighting::see_entry(tx, entry_id, millis(poll.now)).await?;
    sighting::mark_entry(tx, entry_id).await?;
    committed.copies += 1;
    let how = read(tx, entry_id).await?.how(found, Says::MaybeMore);
    find_late(tx, poll, entry_id, found, how, committed).await
}

/// Stores a new entry with its mentions.
async fn insert(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    found: &FoundEntry,
    committed: &mut Committed,
) -> Result<i64, StoreError> {
    let entry = &found.entry;
    let author = entry.author.as_ref();
    let entry_id: i64 = sqlx::query_scalar(
        "INSERT INTO entry (key, source, url, title, text, author_name, author_handle, author_url, \
         author_identity, followers, published_at, language, tags, rating, engagement, entry_kind, place, parent, thread, \
         engagement_first, found_at, seen_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $17, $18, $19, $20, $15, $16, $16) \
         RETURNING id",
    )
    .bind(&entry.key.0)
    .bind(&poll.source)
    .bind(&entry.url)
    .bind(&entry.title)
    .bind(&entry.text)
    .bind(author.and_then(Author::shown))
    .bind(author.and_then(|author| author.handle.as_ref()))
    .bind(author.and_then(|author| author.url.as_ref()))
    .bind(author.map(Author::identity))
    .bind(author.and_then(|author| author.followers).map(integer))
    .bind(entry.published_at.map(millis))
    .bind(entry.language.as_ref().map(Language::as_str))
    .bind(serde_json::to_string(&entry.tags)?)
    .bind(entry.rating)
    .bind(entry.engagement.map(integer))
    .bind(millis(poll.now))
    .bind(entry.kind.map(EntryKind::as_str))
    .bind(entry.place.as_ref())
    .bind(entry.parent.as_ref().map(|key| &key.0))
    .bind(entry.thread.as_ref().map(|key| &key.0))
    .fetch_one(&mut **tx)
    .await?;
    committed.entries += 1;
    sighting::add(tx, poll, entry_id, found).await?;
    for mention in &found.mentions {
        store_mention(tx, poll, entry_id, found, mention, committed).await?;
    }
    Ok(entry_id)
}
