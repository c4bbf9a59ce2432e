//! Incidents: what was found of spikes, and the notices about them, written together with how far the stories were
//! looked at, so that nothing is told twice and nothing is lost.

use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::mention::{VIEW_TABLES, read_view, view_columns};
use super::outbox::{Draft, insert};
use super::spike::{SpikeCursor, move_cursor};
use super::story::tell_copies;
use super::{Store, StoreError, folded, instant, integer, millis, perhaps};
use crate::model::incident::{Incident, IncidentEnding, IncidentPhase};
use crate::model::notice::{FirstMail, IncidentNotice, MentionView};
use crate::model::outbox::OutboxKind;
use crate::model::{Instant, Notice};

/// Something that is to be told of an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentChange {
    /// Its number, if it is known already.
    pub incident: Option<i64>,
    /// What to tell everybody; what differs between recipients is filled in when it is written.
    pub notice: IncidentNotice,
    /// Whom.
    pub recipients: Vec<String>,
}

const COLUMNS: &str = "SELECT id, brand, onset, found_at, told_at, ended_at, ending, evidence FROM incident";

impl Store {
    /// Writes what was found, the notices about it, and how far the stories were looked at. Answers false, and writes
    /// nothing, when somebody else has gone on meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn commit_incidents(
        &self,
        (before, after): (SpikeCursor, SpikeCursor),
        changes: &[IncidentChange],
        now: Instant,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if !move_cursor(&mut tx, before, after).await? {
            return Ok(false);
        }
        for change in changes {
            let told = keep(&mut tx, change, now).await?;
            for recipient in folded::audience(&mut tx, told.id, &change.recipients).await? {
                tell(&mut tx, told, &recipient, change.notice.clone(), now).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The incidents that are open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_incidents(&self) -> Result<Vec<Incident>, StoreError> {
        let sql = format!("{COLUMNS} WHERE ended_at IS NULL ORDER BY brand");
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.pools.read).await?;
        rows.iter().map(read).collect()
    }

    /// The latest incidents, open or not, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incidents(&self, brand: Option<&str>, limit: usize) -> Result<Vec<Incident>, StoreError> {
        let sql = format!("{COLUMNS} WHERE $1 IS NULL OR brand = $1 ORDER BY found_at DESC, id DESC LIMIT $2");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(brand).bind(integer(limit)).fetch_all(&self.pools.read).await?;
        rows.iter().map(read).collect()
    }

    /// Mentions as people read them, with their copies until `until`; those that were forgotten are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn views(&self, ids: &[i64], until: Instant) -> Result<Vec<MentionView>, StoreError> {
        let sql = format!("SELECT {} FROM {VIEW_TABLES} WHERE m.id = $1", view_columns());
        let mut connection = self.pools.read.acquire().await?;
        let mut views = Vec::with_capacity(ids.len());
        for id in ids {
            let row = sqlx::query(AssertSqlSafe(sql.clone())).bind(*id).fetch_optional(&mut *connection).await?;
            let Some(row) = row else { continue };
            let mut view = read_view(&row)?;
            tell_copies(&mut connection, &mut view, row.try_get("story_id")?, until).await?;
            views.push(view);
        }
        Ok(views)
    }
}

/// An incident that was written: its number, and how often it was told before.
#[derive(Debug, Clone, Copy)]
struct Kept {
    id: i64,
    told: i64,
}

async fn keep(tx: &mut Transaction<'_, Any>, change: &IncidentChange, now: Instant) -> Result<Kept, StoreError> {
    let IncidentNotice { brand, phase, ending, evidence, .. } = &change.notice;
    let ended_at = (*phase == IncidentPhase::End).then(|| millis(now));
    let ending = ending.map(IncidentEnding::as_str);
    let written = serde_json::to_string(evidence)?;
    let row = match change.incident {
        Some(id) => {
            let update = sqlx::query(
                "UPDATE incident SET told_at = $2, told = told + 1, ended_at = $3, ending = $4, evidence = $5 \
                 WHERE id = $1 RETURNING id, told",
            );
            update.bind(id).bind(millis(now)).bind(ended_at).bind(ending).bind(written).fetch_one(&mut **tx).await?
        }
        None => {
            sqlx::query(
                "INSERT INTO incident (brand, onset, found_at, told_at, told, ended_at, ending, evidence) \
                 VALUES ($1, $2, $3, $4, 1, $5, $6, $7) RETURNING id, told",
            )
            .bind(brand)
            .bind(millis(evidence.onset))
            .bind(millis(evidence.at))
            .bind(millis(now))
            .bind(ended_at)
            .bind(ending)
            .bind(written)
            .fetch_one(&mut **tx)
            .await?
        }
    };
    Ok(Kept { id: row.try_get("id")?, told: row.try_get("told")? })
}

/// Puts the notice for one recipient into the outbox: an answer to the first one, with the alerts that were folded into
/// the incident since the last.
async fn tell(
    tx: &mut Transaction<'_, Any>,
    Kept { id, told }: Kept,
    recipient: &str,
    mut notice: IncidentNotice,
    now: Instant,
) -> Result<(), StoreError> {
    let brand = notice.brand.clone();
    notice.first_mail = first_mail(tx, id, recipient).await?;
    folded::take_over(tx, id, (&brand, recipient)).await?;
    (notice.folded, notice.folded_items) = folded::waiting(tx, id, recipient).await?;
    let is_first = notice.first_mail.is_none();
    let notice = Notice::Incident(Box::new(notice));
    let cause = Some(format!("incident:{id}:{told}:{recipient}"));
    let draft = Draft { kind: OutboxKind::Incident, brand: Some(&brand), recipient, cause, notice: &notice };
    let outbox_id = insert(tx, &draft, now).await?;
    folded::tell(tx, id, recipient, outbox_id).await?;
    if is_first {
        sqlx::query(
            "INSERT INTO incident_told (incident_id, recipient, outbox_id, created_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(recipient)
        .bind(outbox_id)
        .bind(millis(now))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn first_mail(tx: &mut Transaction<'_, Any>, id: i64, recipient: &str) -> Result<Option<FirstMail>, StoreError> {
    let row = sqlx::query("SELECT outbox_id, created_at FROM incident_told WHERE incident_id = $1 AND recipient = $2")
        .bind(id)
        .bind(recipient)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(FirstMail { outbox_id: row.try_get("outbox_id")?, created_at: instant(row.try_get("created_at")?) }))
}

fn read(row: &AnyRow) -> Result<Incident, StoreError> {
    let ending: Option<String> = row.try_get("ending")?;
    let ended = perhaps(row, "ended_at")?.map(|at| {
        let ending = ending.as_deref().and_then(IncidentEnding::parse);
        (at, ending.unwrap_or(IncidentEnding::Calm))
    });
    Ok(Incident {
        id: row.try_get("id")?,
        brand: row.try_get("brand")?,
        onset: instant(row.try_get("onset")?),
        found_at: instant(row.try_get("found_at")?),
        told_at: instant(row.try_get("told_at")?),
        ended,
        evidence: serde_json::from_str(row.try_get("evidence")?)?,
    })
}
