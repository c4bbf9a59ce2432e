//! What one poll brought, stored in one transaction: entries, mentions, alerts, the notices that report them, and how
//! far the source is read. All of it or nothing.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Any, Transaction};
use url::Url;

use super::document::{self, Settled};
use super::recount::Recounted;
use super::{StoreError, claim, coverage, entry, health, hub, integer, loss, millis, recount};
use crate::config::{GroupingConfig, HealthConfig};
use crate::model::Validators;
use crate::model::health::HealthChange;
use crate::model::{
    Cursor, Entry, EntryKey, FoundHub, Gravity, Hit, HoldReason, Imprint, Instant, Judgement, Lanes, Loss, Pace,
    PollFault, Rhythm, Tone, Usage, Whereabouts,
};
use crate::story::Signature;

/// What one poll brought.
#[derive(Debug, Clone)]
pub struct PollCommit {
    /// The source.
    pub source: String,
    /// In whose name it was claimed.
    pub owner: String,
    /// Every entry it showed.
    pub entries: Vec<FoundEntry>,
    /// Entries of which it says that it deleted them.
    pub deleted: Vec<EntryKey>,
    /// The beginnings of the keys of others that it deleted with the accounts that wrote them.
    pub closed: Vec<String>,
    /// What was counted anew.
    pub recounted: Recounted,
    /// What it can show no more.
    pub lost: Vec<Loss>,
    /// How far it is read now.
    pub cursor: Cursor,
    /// What the server gave to recognise an unchanged document.
    pub validators: Validators,
    /// Why it, or the rest of it, could not be read.
    pub fault: Option<PollFault>,
    /// When it is due again.
    pub next_poll_at: Instant,
    /// Time between two polls when all is well, as it is now.
    pub interval: Duration,
    /// Whom it asks from now on, if that is another host than before.
    pub moves_to_host: Option<String>,
    /// Until when its host is to be left alone, whichever source asks; only if this poll was refused, or the rest of it.
    pub host_until: Option<Instant>,
    /// How long its host is left alone after every poll.
    pub host_gap: Duration,
    /// Why it is not polled again until it is configured anew.
    pub stopped: Option<String>,
    /// What its document says about when it changes.
    pub rhythm: Rhythm,
    /// How often it said something new, before this poll.
    pub pace: Pace,
    /// Where it is found.
    pub whereabouts: Whereabouts,
    /// The hub that the document names.
    pub hub: Option<FoundHub>,
    /// Until when a hub had promised to tell of changes when the source was claimed: the next poll is put off for that.
    pub live_until: Option<Instant>,
    /// What becomes of the delivered document that was read, if it was one and no poll. Of the source only its cursor, its
    /// pace, what it has used up and when it was read are stored then; all else stays as the last poll left it.
    pub delivered: Option<Settled>,
    /// How long an answer took, on average; nothing for a delivered document.
    pub took: Duration,
    /// Whether the source must be judged even if the poll brought nothing: it was not quite well, or says that it moved.
    pub suspect: bool,
    /// What it has used up of its budget.
    pub usage: Usage,
    /// How its lanes fare.
    pub lanes: Lanes,
    /// The session that it is asked in, sealed.
    pub session: Option<String>,
    /// Who is told when its health changes.
    pub health: Arc<HealthConfig>,
    /// When.
    pub now: Instant,
}

/// An entry and what it mentions.
#[derive(Debug, Clone)]
pub struct FoundEntry {
    /// The entry.
    pub entry: Entry,
    /// Its hashes.
    pub imprint: Imprint,
    /// One per brand it mentions; none if it was judged `before`.
    pub mentions: Vec<FoundMention>,
    /// By which copies of it are found; empty where it mentions nobody.
    pub signature: Signature,
    /// Whether the store knew it, unchanged, when the poll was judged.
    pub before: bool,
}

impl FoundEntry {
    /// Whether an alert may follow from it, in whatever tone.
    #[must_use]
    pub fn alerts(&self) -> bool {
        let alerts = |mention: &FoundMention| {
            mention.outcome.alert.is_some() || mention.otherwise.iter().any(|(_, outcome)| outcome.alert.is_some())
        };
        self.mentions.iter().any(alerts)
    }
}

/// A mention that was found.
#[derive(Debug, Clone)]
pub struct FoundMention {
    /// The brand's name.
    pub brand: String,
    /// Where its query matched.
    pub hits: Vec<Hit>,
    /// Tone and score by the rules; what somebody has said of the text counts once it is stored.
    pub judgement: Judgement,
    /// Severity and the words that made it.
    pub gravity: Gravity,
    /// What follows from it as the rules judge it.
    pub outcome: Outcome,
    /// What follows if somebody has said that its text has another tone. Only the transaction that stores it knows.
    pub otherwise: Vec<(Tone, Outcome)>,
}

impl FoundMention {
    /// Raises no alert for this reason, whatever tone somebody gives its text.
    pub fn hold(&mut self, why: HoldReason) {
        for outcome in std::iter::once(&mut self.outcome).chain(self.otherwise.iter_mut().map(|(_, other)| other)) {
            if outcome.alert.take().is_some() {
                outcome.decision = why.as_str().to_owned();
            }
        }
    }

    /// What follows from it if its text has this tone.
    #[must_use]
    pub fn outcome(&self, tone: Tone) -> &Outcome {
        self.otherwise.iter().find(|(said, _)| *said == tone).map_or(&self.outcome, |(_, outcome)| outcome)
    }
}

/// What follows from a mention.
#[derive(Debug, Clone)]
pub struct Outcome {
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
    /// Who is told, and how; nobody is among the recipients of two ways.
    pub ways: Vec<FoundWay>,
}

/// A way that an alert takes.
#[derive(Debug, Clone)]
pub struct FoundWay {
    /// Name of the route; empty for the way of `[alert]`.
    pub route: String,
    /// Who is told.
    pub recipients: Vec<String>,
    /// How alerts are grouped.
    pub grouping: GroupingConfig,
}

/// What was new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// Entries.
    pub entries: u64,
    /// Mentions.
    pub mentions: u64,
    /// Alerts.
    pub alerts: u64,
    /// Sightings of entries that another source has shown before.
    pub copies: u64,
    /// Entries with mentions that were edited.
    pub edits: u64,
    /// Entries that their source has deleted.
    pub deletions: u64,
    /// Entries of which something else is counted now.
    pub recounts: u64,
    /// Of each of the mentions its tone, and whether it alerts or why not.
    pub judged: Vec<(Tone, String)>,
    /// The health of the source, if it changed.
    pub health: Option<HealthChange>,
}

/// Stores what one poll brought in the transaction of somebody who commits it, or throws it away if this fails.
pub(super) async fn store_poll(tx: &mut Transaction<'_, Any>, poll: &PollCommit) -> Result<Committed, StoreError> {
    let mut committed = Committed::default();
    match &poll.delivered {
        Some(settled) => document::settle(tx, settled, poll).await?,
        None => {
            claim::free_host(tx, poll).await?;
            finish_claim(tx, poll).await?;
        }
    }
    loss::note_all(tx, &poll.source, &poll.lost, poll.now).await?;
    loss::forget_read(tx, &poll.source, &poll.lanes).await?;
    entry::store_all(tx, poll, &mut committed).await?;
    recount::store_all(tx, poll, &mut committed).await?;
    store_pace(tx, poll, committed.entries).await?;
    if poll.delivered.is_none() {
        hub::note_poll(tx, poll, &committed).await?;
    }
    committed.health = health::after_poll(tx, poll, committed.entries + committed.copies).await?;
    Ok(committed)
}

async fn finish_claim(tx: &mut Transaction<'_, Any>, poll: &PollCommit) -> Result<(), StoreError> {
    match &poll.fault {
        Some(fault) => coverage::open(tx, &poll.source, &fault.to_string(), poll.now).await?,
        None => coverage::close(tx, &poll.source, poll.now).await?,
    }
    let held = sqlx::query(
        "UPDATE source_state SET cursor = $3, validators = $4, next_poll_at = $5, last_polled_at = $6, \
         first_read_at = CASE WHEN $7 IS NULL OR $8 > 0 THEN coalesce(first_read_at, $6) ELSE first_read_at END, \
         known_since = CASE WHEN $7 IS NULL OR $8 > 0 THEN coalesce(known_since, $6) ELSE known_since END, \
         last_read_at = CASE WHEN $7 IS NULL THEN $6 ELSE last_read_at END, \
         shown_at = CASE WHEN $7 IS NULL AND $8 > 0 THEN $6 ELSE shown_at END, \
         failures = CASE WHEN $7 IS NULL THEN 0 ELSE failures + 1 END, fault = $7, \
         interval_ms = $9, rhythm = $10, moved_to = $11, moving_to = $12, moving_seen = $13, \
         stopped = CASE WHEN $7 IS NULL THEN $14 ELSE coalesce($14, stopped) END, \
         usage = $15, session = $16, lanes = $17, unended = 0, claimed_by = NULL, claimed_until = NULL WHERE name = $1 AND claimed_by = $2",
    )
    .bind(&poll.source)
    .bind(&poll.owner)
    .bind(serde_json::to_string(&poll.cursor)?)
    .bind(serde_json::to_string(&poll.validators)?)
    .bind(millis(poll.next_poll_at))
    .bind(millis(poll.now))
    .bind(poll.fault.as_ref().map(ToString::to_string))
    .bind(integer(poll.entries.len()))
    .bind(integer(poll.interval.as_millis()))
    .bind(serde_json::to_string(&poll.rhythm)?)
    .bind(poll.whereabouts.moved_to.as_ref().map(Url::as_str))
    .bind(poll.whereabouts.moving_to.as_ref().map(Url::as_str))
    .bind(i64::from(poll.whereabouts.moving_seen))
    .bind(poll.stopped.as_deref())
    .bind(serde_json::to_string(&poll.usage)?)
    .bind(poll.session.as_deref())
    .bind(serde_json::to_string(&poll.lanes)?)
    .execute(&mut **tx)
    .await?;
    if held.rows_affected() == 0 {
        return Err(StoreError::ClaimLost(poll.source.clone()));
    }
    Ok(())
}

/// Counts what was new. A first poll that failed and showed nothing tells nothing.
async fn store_pace(tx: &mut Transaction<'_, Any>, poll: &PollCommit, new: u64) -> Result<(), StoreError> {
    if poll.fault.is_some() && poll.entries.is_empty() {
        return Ok(());
    }
    let pace = poll.pace.after(poll.entries.iter().map(|found| found.entry.published_at), new, poll.now);
    if pace != poll.pace {
        sqlx::query("UPDATE source_state SET pace = $2 WHERE name = $1")
            .bind(&poll.source)
            .bind(serde_json::to_string(&pace)?)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
