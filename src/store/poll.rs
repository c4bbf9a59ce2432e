//! What one poll brought, stored in one transaction: entries, mentions, alerts, the notices that report them, and how
//! far the source is read. All of it or nothing.

use std::time::Duration;

use sqlx::{Any, Transaction};

use super::{StoreError, after, claim, coverage, instant, integer, millis};
use crate::config::GroupingConfig;
use crate::model::exchange::Validators;
use crate::model::{Author, Cursor, Entry, Hit, Instant, Judgement, Language, PollFault};

/// That an entry is still shown is written down once a day, so that polls that bring nothing new write little.
pub const SEEN_AGAIN_MS: i64 = 86_400_000;

/// What one poll brought.
#[derive(Debug, Clone)]
pub struct PollCommit {
    /// The source.
    pub source: String,
    /// In whose name it was claimed.
    pub owner: String,
    /// Every entry it showed.
    pub entries: Vec<FoundEntry>,
    /// How far it is read now.
    pub cursor: Cursor,
    /// What the server gave to recognise an unchanged document.
    pub validators: Validators,
    /// Why it, or the rest of it, could not be read.
    pub fault: Option<PollFault>,
    /// When it is due again.
    pub next_poll_at: Instant,
    /// Before when its host does not want to be asked anything, if it or its faults say so.
    pub host_until: Option<Instant>,
    /// How long its host is left alone after every poll.
    pub host_gap: Duration,
    /// How alerts are grouped.
    pub grouping: GroupingConfig,
    /// When.
    pub now: Instant,
}

/// An entry and what it mentions.
#[derive(Debug, Clone)]
pub struct FoundEntry {
    /// The entry.
    pub entry: Entry,
    /// One per brand it mentions.
    pub mentions: Vec<FoundMention>,
}

/// A mention that was found.
#[derive(Debug, Clone)]
pub struct FoundMention {
    /// The brand's name.
    pub brand: String,
    /// Where its query matched.
    pub hits: Vec<Hit>,
    /// Tone and score.
    pub judgement: Judgement,
    /// Whether it alerts, or why not, in one word.
    pub decision: String,
    /// The alert, if it does.
    pub alert: Option<FoundAlert>,
}

/// An alert that follows from a mention.
#[derive(Debug, Clone)]
pub struct FoundAlert {
    /// The rule it met.
    pub rule: String,
    /// The urgent word that was found.
    pub keyword: Option<String>,
    /// Who is told.
    pub recipients: Vec<String>,
}

/// What was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Committed {
    /// Entries.
    pub entries: u64,
    /// Mentions.
    pub mentions: u64,
    /// Alerts.
    pub alerts: u64,
}

/// Stores what one poll brought in the transaction of somebody who commits it, or throws it away if this fails.
pub(super) async fn store_poll(tx: &mut Transaction<'_, Any>, poll: &PollCommit) -> Result<Committed, StoreError> {
    let mut committed = Committed::default();
    claim::free_host(tx, poll).await?;
    finish_claim(tx, poll).await?;
    for found in &poll.entries {
        store_entry(tx, poll, found, &mut committed).await?;
    }
    Ok(committed)
}

async fn finish_claim(tx: &mut Transaction<'_, Any>, poll: &PollCommit) -> Result<(), StoreError> {
    match &poll.fault {
        Some(fault) => coverage::open(tx, &poll.source, &fault.to_string(), poll.now).await?,
        None => coverage::close(tx, &poll.source, poll.now).await?,
    }
    let held = sqlx::query(
        "UPDATE source_state SET cursor = $3, validators = $4, next_poll_at = $5, last_polled_at = $6, \
         last_read_at = CASE WHEN $7 IS NULL THEN $6 ELSE last_read_at END, \
         shown_at = CASE WHEN $7 IS NULL AND $8 > 0 THEN $6 ELSE shown_at END, \
         failures = CASE WHEN $7 IS NULL THEN 0 ELSE failures + 1 END, fault = $7, \
         claimed_by = NULL, claimed_until = NULL WHERE name = $1 AND claimed_by = $2",
    )
    .bind(&poll.source)
    .bind(&poll.owner)
    .bind(serde_json::to_string(&poll.cursor)?)
    .bind(serde_json::to_string(&poll.validators)?)
    .bind(millis(poll.next_poll_at))
    .bind(millis(poll.now))
    .bind(poll.fault.as_ref().map(ToString::to_string))
    .bind(integer(poll.entries.len()))
    .execute(&mut **tx)
    .await?;
    if held.rows_affected() == 0 {
        return Err(StoreError::ClaimLost(poll.source.clone()));
    }
    Ok(())
}

async fn store_entry(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    found: &FoundEntry,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let known: Option<(i64, i64)> = sqlx::query_as("SELECT id, seen_at FROM entry WHERE key = $1")
        .bind(&found.entry.key.0)
        .fetch_optional(&mut **tx)
        .await?;
    let now = millis(poll.now);
    let entry_id = match known {
        Some((id, seen_at)) => {
            if now - seen_at >= SEEN_AGAIN_MS {
                let seen = sqlx::query("UPDATE entry SET seen_at = $2 WHERE id = $1").bind(id).bind(now);
                seen.execute(&mut **tx).await?;
            }
            id
        }
        None => {
            committed.entries += 1;
            insert_entry(tx, &poll.source, &found.entry, now).await?
        }
    };
    let before = committed.mentions;
    for mention in &found.mentions {
        store_mention(tx, poll, entry_id, mention, committed).await?;
    }
    if known.is_some() && committed.mentions > before {
        update_entry(tx, entry_id, &found.entry, committed.mentions - before).await?;
    }
    Ok(())
}

/// An entry that mentions somebody only since it was changed is kept as it was when that was found, so that people are
/// shown what was judged. One with mentions older than the `new` ones stays: those were judged by what it said then.
async fn update_entry(tx: &mut Transaction<'_, Any>, id: i64, entry: &Entry, new: u64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE entry SET url = $2, title = $3, text = $4 \
         WHERE id = $1 AND (SELECT count(*) FROM mention WHERE entry_id = $1) = $5",
    )
    .bind(id)
    .bind(&entry.url)
    .bind(&entry.title)
    .bind(&entry.text)
    .bind(integer(new))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn insert_entry(tx: &mut Transaction<'_, Any>, source: &str, entry: &Entry, now: i64) -> Result<i64, StoreError> {
    let author = entry.author.as_ref();
    Ok(sqlx::query_scalar(
        "INSERT INTO entry (key, source, url, title, text, author_name, author_handle, author_url, author_identity, \
         followers, published_at, language, tags, rating, engagement, found_at, seen_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16) RETURNING id",
    )
    .bind(&entry.key.0)
    .bind(source)
    .bind(&entry.url)
    .bind(&entry.title)
    .bind(&entry.text)
    .bind(author.map(|author| &author.name))
    .bind(author.and_then(|author| author.handle.as_ref()))
    .bind(author.and_then(|author| author.url.as_ref()))
    .bind(author.map(Author::identity))
    .bind(author.and_then(|author| author.followers).map(integer))
    .bind(entry.published_at.map(millis))
    .bind(entry.language.as_ref().map(Language::as_str))
    .bind(serde_json::to_string(&entry.tags)?)
    .bind(entry.rating)
    .bind(entry.engagement.map(integer))
    .bind(now)
    .fetch_one(&mut **tx)
    .await?)
}

async fn store_mention(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    entry_id: i64,
    mention: &FoundMention,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let judgement = &mention.judgement;
    let new: Option<i64> = sqlx::query_scalar(
        "INSERT INTO mention (entry_id, brand, found_at, hits, tone, score, language, reasons, decision) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (entry_id, brand) DO NOTHING RETURNING id",
    )
    .bind(entry_id)
    .bind(&mention.brand)
    .bind(millis(poll.now))
    .bind(serde_json::to_string(&mention.hits)?)
    .bind(judgement.tone.as_str())
    .bind(judgement.score)
    .bind(judgement.language.as_ref().map(Language::as_str))
    .bind(serde_json::to_string(&judgement.reasons)?)
    .bind(&mention.decision)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(mention_id) = new else { return Ok(()) };
    committed.mentions += 1;
    if let Some(alert) = &mention.alert {
        store_alert(tx, poll, mention_id, &mention.brand, alert).await?;
        committed.alerts += 1;
    }
    Ok(())
}

async fn store_alert(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    mention_id: i64,
    brand: &str,
    alert: &FoundAlert,
) -> Result<(), StoreError> {
    let alert_id: i64 = sqlx::query_scalar(
        "INSERT INTO alert (mention_id, brand, rule, keyword, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
    )
    .bind(mention_id)
    .bind(brand)
    .bind(&alert.rule)
    .bind(&alert.keyword)
    .bind(millis(poll.now))
    .fetch_one(&mut **tx)
    .await?;
    for recipient in &alert.recipients {
        let outbox_id = collecting_notice(tx, poll, brand, recipient).await?;
        sqlx::query("INSERT INTO outbox_alert (outbox_id, alert_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(outbox_id)
            .bind(alert_id)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// The notice that collects the brand's alerts for this recipient. A new one is due after the group wait, and after
/// the group interval since the last one at the earliest.
async fn collecting_notice(
    tx: &mut Transaction<'_, Any>,
    poll: &PollCommit,
    brand: &str,
    recipient: &str,
) -> Result<i64, StoreError> {
    let open: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM outbox WHERE brand = $1 AND recipient = $2 AND kind = 'alert' AND sealed_at IS NULL",
    )
    .bind(brand)
    .bind(recipient)
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(id) = open {
        return Ok(id);
    }
    let last: Option<i64> = sqlx::query_scalar("SELECT max(sealed_at) FROM outbox WHERE brand = $1 AND recipient = $2")
        .bind(brand)
        .bind(recipient)
        .fetch_one(&mut **tx)
        .await?;
    let waited = after(poll.now, poll.grouping.group_wait);
    let spaced = last.map(|last| after(instant(last).min(poll.now), poll.grouping.group_interval));
    let due = spaced.map_or(waited, |spaced| spaced.max(waited));
    Ok(sqlx::query_scalar(
        "INSERT INTO outbox (kind, brand, recipient, created_at, due_at, state, attempts) \
         VALUES ('alert', $1, $2, $3, $4, 'waiting', 0) RETURNING id",
    )
    .bind(brand)
    .bind(recipient)
    .bind(millis(poll.now))
    .bind(millis(due))
    .fetch_one(&mut **tx)
    .await?)
}
