//! The whole way of a mention as it is recorded: how it was judged, its story, its alert, who was told of it or not yet, by
//! which notices, and what became of each. Reads only.

use std::collections::BTreeMap;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::judged::{read_judgement, read_severity, read_source_kind};
use super::kept::read_entry;
use super::mention::{VIEW_TABLES, read_view, view_columns};
use super::story::tell_copies;
use super::{Store, StoreError, few, instant, integer, perhaps};
use crate::model::imprint::page_hash;
use crate::model::incident::{Few, IncidentEvidence};
use crate::model::notice::{HoldCause, MentionView};
use crate::model::{Entry, Hit, Instant, Judgement, Notice, Severity, SourceKind, Tone};

/// Mentions of one story that are named.
const NAMED: usize = 20;
/// Notices that are told, the newest, and the last attempts of each: a broken server may have had a mail of a month.
const NOTICES: usize = 100;
const ATTEMPTS: usize = 20;

/// What is recorded of a mention.
#[derive(Debug, Clone, PartialEq)]
pub struct Trail {
    /// The mention as people read it.
    pub view: MentionView,
    /// What it was judged by.
    pub entry: Entry,
    /// What kind of source showed it first, if that is still known.
    pub source_kind: Option<SourceKind>,
    /// Where the query matched.
    pub hits: Vec<Hit>,
    /// Tone, score and language that count.
    pub judgement: Judgement,
    /// How much harm it speaks of.
    pub severity: Severity,
    /// What was decided when it was judged: `alert`, or the label of why not.
    pub decision: String,
    /// Its story.
    pub story: Option<StoryTrail>,
    /// The stories with which it was no incident, since too few people wrote them.
    pub few: Option<Few>,
    /// Its alert, if it is one.
    pub alert: Option<AlertTrail>,
    /// Who is not told of it yet.
    pub holds: Vec<HoldTrail>,
    /// Whom mails about an incident tell it.
    pub folds: Vec<FoldTrail>,
    /// The notices that tell it, the first in front.
    pub notices: Vec<NoticeTrail>,
}

/// The story of a mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryTrail {
    /// Its number.
    pub id: i64,
    /// The mention that was published first, unless it is forgotten.
    pub first: Option<i64>,
    /// How many mentions tell it.
    pub mentions: u64,
    /// The first of them in the order in which they were found: number, source and time.
    pub named: Vec<(i64, String, Instant)>,
}

/// The alert of a mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertTrail {
    /// The rule it met.
    pub rule: String,
    /// The word the rule asked for.
    pub keyword: Option<String>,
    /// When.
    pub created_at: Instant,
    /// When somebody took care of it, and who.
    pub acknowledged: Option<(Instant, Option<String>)>,
}

/// That somebody is not told of an alert yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldTrail {
    /// Who.
    pub recipient: String,
    /// The route it takes to them.
    pub route: String,
    /// The label of the reason.
    pub reason: String,
    /// The silence, with its author and comment.
    pub silence: Option<(i64, String, String)>,
    /// Since when.
    pub held_at: Instant,
    /// Until when, as far as is known.
    pub until: Instant,
}

/// That the mails of an incident tell an alert to somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldTrail {
    /// Whom.
    pub recipient: String,
    /// The route it takes to them.
    pub route: String,
    /// The number of the incident.
    pub incident: i64,
    /// What holds that from them.
    pub hold: Option<HoldTrail>,
    /// When that began.
    pub onset: Instant,
    /// When it ended, if it has.
    pub ended_at: Option<Instant>,
    /// What supports it, as it was last told.
    pub evidence: IncidentEvidence,
    /// The notice that has told it, unless that is still to come.
    pub notice: Option<i64>,
}

/// A notice that tells an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeTrail {
    /// Its number in the outbox.
    pub id: i64,
    /// The label of its kind.
    pub kind: String,
    /// To whom.
    pub recipient: String,
    /// The route that the alert takes to them.
    pub route: String,
    /// When it was written.
    pub created_at: Instant,
    /// When its content was fixed; none while it collects.
    pub sealed_at: Option<Instant>,
    /// `waiting`, `sent`, `handed_over`, `dead` or `dropped`.
    pub state: String,
    /// When it is tried next, if it waits.
    pub next_attempt_at: Option<Instant>,
    /// How often it was tried.
    pub attempts: u64,
    /// Whom it was for before it was handed over to this recipient, if it was.
    pub instead_of: Option<String>,
    /// The last attempts: when, with which outcome, and what went wrong.
    pub last_attempts: Vec<(Instant, String, Option<String>)>,
    /// What had held what it tells, if it sums that up.
    pub held_by: Vec<HoldCause>,
}

impl Store {
    /// The numbers of the mentions of what stands on the page of an address, however that is written. The front page of a
    /// site has none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mentions_at(&self, url: &str) -> Result<Vec<i64>, StoreError> {
        let Some(page) = page_hash(url) else { return Ok(Vec::new()) };
        let sql = "SELECT DISTINCT m.id FROM sighting g JOIN mention m ON m.entry_id = g.entry_id WHERE g.page = $1 \
                   ORDER BY m.id";
        Ok(sqlx::query_scalar(sql).bind(page).fetch_all(&self.pools.read).await?)
    }

    /// All that is recorded of a mention, if there is one of that number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trail(&self, mention: i64, now: Instant) -> Result<Option<Trail>, StoreError> {
        let mut connection = self.pools.read.acquire().await?;
        let sql = format!(
            "SELECT {}, m.language AS judged_language, m.decision, e.author_handle, e.author_url, e.author_identity, e.followers, e.tags, \
             e.rating, e.entry_kind, e.place, e.parent, e.thread, s.kind FROM {VIEW_TABLES} LEFT JOIN source_state s ON s.name = e.source WHERE m.id = $1",
            view_columns()
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(mention).fetch_optional(&mut *connection).await?;
        let Some(row) = row else { return Ok(None) };
        let mut view = read_view(&row)?;
        let story: Option<i64> = row.try_get("story_id")?;
        if let Some(story) = story {
            tell_copies(&mut connection, &mut view, story, now).await?;
        }
        let alert = sqlx::query(
            "SELECT id, rule, keyword, created_at, acknowledged_at, acknowledged_by FROM alert WHERE mention_id = $1",
        );
        let alert = alert.bind(mention).fetch_optional(&mut *connection).await?;
        let (mut holds, mut folds, mut notices) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(alert) = &alert {
            let id: i64 = alert.try_get("id")?;
            holds = holds_of(&mut connection, id).await?;
            folds = folds_of(&mut connection, id).await?;
            notices = notices_of(&mut connection, id).await?;
        }
        let told = view.published_at.map_or(view.found_at, |published| published.min(view.found_at));
        let few = match view.tone {
            Tone::Negative => few::around(&mut connection, &view.brand, told).await?,
            _ => None,
        };
        Ok(Some(Trail {
            view,
            few,
            entry: read_entry(&row)?,
            source_kind: read_source_kind(&row)?,
            hits: serde_json::from_str(row.try_get("hits")?)?,
            judgement: read_judgement(&row)?,
            severity: read_severity(&row)?,
            decision: row.try_get("decision")?,
            story: story_of(&mut connection, story).await?,
            alert: alert.as_ref().map(read_alert).transpose()?,
            holds,
            folds,
            notices,
        }))
    }
}

async fn story_of(connection: &mut AnyConnection, story: Option<i64>) -> Result<Option<StoryTrail>, StoreError> {
    let Some(id) = story else { return Ok(None) };
    let row = sqlx::query(
        "SELECT first_mention_id, (SELECT count(*) FROM mention m WHERE m.story_id = story.id) AS mentions \
         FROM story WHERE id = $1",
    );
    let Some(row) = row.bind(id).fetch_optional(&mut *connection).await? else { return Ok(None) };
    let named = sqlx::query(
        "SELECT m.id, e.source, m.found_at FROM mention m JOIN entry e ON e.id = m.entry_id WHERE m.story_id = $1 \
         ORDER BY m.found_at, m.id LIMIT $2",
    );
    let named = named.bind(id).bind(integer(NAMED)).fetch_all(&mut *connection).await?;
    let named = named.iter().map(|row| {
        Ok::<_, StoreError>((row.try_get("id")?, row.try_get("source")?, instant(row.try_get("found_at")?)))
    });
    Ok(Some(StoryTrail {
        id,
        first: row.try_get("first_mention_id")?,
        mentions: super::count(&row, "mentions")?,
        named: named.collect::<Result<_, _>>()?,
    }))
}

fn read_alert(row: &AnyRow) -> Result<AlertTrail, StoreError> {
    let by: Option<String> = row.try_get("acknowledged_by")?;
    Ok(AlertTrail {
        rule: row.try_get("rule")?,
        keyword: row.try_get("keyword")?,
        created_at: instant(row.try_get("created_at")?),
        acknowledged: perhaps(row, "acknowledged_at")?.map(|at| (at, by)),
    })
}

async fn holds_of(connection: &mut AnyConnection, alert: i64) -> Result<Vec<HoldTrail>, StoreError> {
    let rows = sqlx::query(
        "SELECT h.recipient, h.route, h.reason, h.held_at, h.until, i.id AS silence, i.author, i.comment \
         FROM held_alert h LEFT JOIN silence i ON i.id = h.silence_id WHERE h.alert_id = $1 ORDER BY h.recipient",
    );
    rows.bind(alert).fetch_all(connection).await?.iter().map(read_hold).collect()
}

fn read_hold(row: &AnyRow) -> Result<HoldTrail, StoreError> {
    let silence: Option<i64> = row.try_get("silence")?;
    let silence = match silence {
        Some(id) => Some((id, row.try_get("author")?, row.try_get("comment")?)),
        None => None,
    };
    Ok(HoldTrail {
        recipient: row.try_get("recipient")?,
        route: row.try_get("route")?,
        reason: row.try_get("reason")?,
        silence,
        held_at: instant(row.try_get("held_at")?),
        until: instant(row.try_get("until")?),
    })
}

async fn folds_of(connection: &mut AnyConnection, alert: i64) -> Result<Vec<FoldTrail>, StoreError> {
    let rows = sqlx::query(
        "SELECT f.recipient, f.route, f.outbox_id, i.id, i.onset, i.ended_at, i.evidence, h.reason, h.held_at, h.until, \
         s.id AS silence, s.author, s.comment FROM incident_alert f JOIN incident i ON i.id = f.incident_id \
         LEFT JOIN held_incident h ON h.incident_id = f.incident_id AND h.recipient = f.recipient AND f.outbox_id IS NULL \
         LEFT JOIN silence s ON s.id = h.silence_id WHERE f.alert_id = $1 ORDER BY i.id, f.recipient",
    );
    let read = |row: &AnyRow| {
        Ok(FoldTrail {
            recipient: row.try_get("recipient")?,
            route: row.try_get("route")?,
            incident: row.try_get("id")?,
            hold: if perhaps(row, "until")?.is_some() { Some(read_hold(row)?) } else { None },
            onset: instant(row.try_get("onset")?),
            ended_at: perhaps(row, "ended_at")?,
            evidence: serde_json::from_str(row.try_get("evidence")?)?,
            notice: row.try_get("outbox_id")?,
        })
    };
    rows.bind(alert).fetch_all(connection).await?.iter().map(read).collect()
}

async fn notices_of(connection: &mut AnyConnection, alert: i64) -> Result<Vec<NoticeTrail>, StoreError> {
    let sql = "SELECT o.id, o.kind, o.recipient, l.route, o.created_at, o.due_at, o.sealed_at, o.state, o.attempts, o.instead_of, \
               CASE WHEN o.kind = 'held' THEN o.notice END AS held FROM outbox_alert l JOIN outbox o ON o.id = l.outbox_id \
               WHERE l.alert_id = $1 AND o.id IN (SELECT n.outbox_id FROM outbox_alert n WHERE n.alert_id = $1 \
               ORDER BY n.outbox_id DESC LIMIT $2) ORDER BY o.id";
    let rows = sqlx::query(sql).bind(alert).bind(integer(NOTICES)).fetch_all(&mut *connection).await?;
    let mut tries = attempts_of(connection, alert).await?;
    let read = |row: &AnyRow| {
        let (id, state): (i64, String) = (row.try_get("id")?, row.try_get("state")?);
        let held: Option<String> = row.try_get("held")?;
        let held_by = match held.as_deref().map(serde_json::from_str).transpose()? {
            Some(Notice::Held(held)) => held.causes,
            _ => Vec::new(),
        };
        Ok(NoticeTrail {
            id,
            kind: row.try_get("kind")?,
            recipient: row.try_get("recipient")?,
            route: row.try_get("route")?,
            created_at: instant(row.try_get("created_at")?),
            sealed_at: perhaps(row, "sealed_at")?,
            next_attempt_at: if state == "waiting" { perhaps(row, "due_at")? } else { None },
            state,
            attempts: super::count(row, "attempts")?,
            instead_of: row.try_get("instead_of")?,
            last_attempts: tries.remove(&id).unwrap_or_default(),
            held_by,
        })
    };
    rows.iter().map(read).collect()
}

/// The last attempts of each notice that tells an alert, in their order.
async fn attempts_of(
    connection: &mut AnyConnection,
    alert: i64,
) -> Result<BTreeMap<i64, Vec<(Instant, String, Option<String>)>>, StoreError> {
    let rows = sqlx::query(
        "SELECT t.outbox_id, t.at, t.outcome, t.error FROM attempt t WHERE t.outbox_id IN \
         (SELECT l.outbox_id FROM outbox_alert l WHERE l.alert_id = $1) ORDER BY t.outbox_id, t.id DESC",
    );
    let mut attempts: BTreeMap<i64, Vec<_>> = BTreeMap::new();
    for row in &rows.bind(alert).fetch_all(connection).await? {
        let of_notice = attempts.entry(row.try_get("outbox_id")?).or_default();
        if of_notice.len() < ATTEMPTS {
            of_notice.push((instant(row.try_get("at")?), row.try_get("outcome")?, row.try_get("error")?));
        }
    }
    attempts.values_mut().for_each(|of_notice| of_notice.reverse());
    Ok(attempts)
}
