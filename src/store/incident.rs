//! Incidents: what was found of spikes, written together with how far the stories were looked at, so that nothing is told
//! twice and nothing is lost. Who is told of them is the matter of `telling.rs`.

use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row as _, Transaction};

use super::mention::{VIEW_TABLES, read_view, view_columns};
use super::spike::{SpikeCursor, move_cursor};
use super::story::tell_copies;
use super::telling::{self, NEWCOMERS, Peace};
use super::{Store, StoreError, few, instant, integer, millis, perhaps, silence};
use crate::model::Instant;
use crate::model::incident::{Few, Incident, IncidentEnding, IncidentPhase};
use crate::model::notice::{IncidentNotice, MentionView, ToldBefore};

/// Something that is to be told of an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentChange {
    /// Its number, if it is known already.
    pub incident: Option<i64>,
    /// What to tell everybody; what differs between recipients is filled in when it is written.
    pub notice: IncidentNotice,
    /// Whom.
    pub audience: IncidentAudience,
}

/// Who hears of the incidents of a brand, by the names of routes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IncidentAudience {
    /// From the beginning. Who stands on several is told on the first.
    pub ways: Vec<(String, Vec<String>)>,
    /// Once alerts of the brand would have reached them while it lasts.
    pub others: Vec<(String, Vec<String>)>,
}

const COLUMNS: &str = "SELECT id, brand, onset, found_at, told_at, ended_at, ending, evidence FROM incident";

impl Store {
    /// Writes what was found, the notices about it, what was no incident since too few people wrote, each with its brand,
    /// and how far the stories were looked at. Answers false, and writes nothing, when somebody else has gone on meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn commit_incidents(
        &self,
        (before, after): (SpikeCursor, SpikeCursor),
        (changes, few): (&[IncidentChange], &[(String, Few)]),
        now: Instant,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if !move_cursor(&mut tx, before, after).await? {
            return Ok(false);
        }
        for (brand, few) in few {
            few::keep(&mut tx, brand, few).await?;
        }
        let silences = silence::active(&mut tx, now).await?;
        let peace = Peace { gate: &*self.gate, silences: &silences, now };
        for change in changes {
            let kept = keep(&mut tx, change, now).await?;
            for (recipient, route) in telling::audience(&mut tx, kept.id, &change.audience).await? {
                telling::tell(&mut tx, &kept, (&recipient, &route), &peace).await?;
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The open incidents that somebody will be told of as they stand by then: they are held, or alerts were collected for
    /// somebody who has not heard of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incidents_in_demand(&self) -> Result<Vec<i64>, StoreError> {
        let sql = format!(
            "SELECT i.id FROM incident i WHERE i.ended_at IS NULL AND (i.id IN (SELECT h.incident_id FROM held_incident h) \
             OR i.id IN (SELECT n.incident_id FROM ({NEWCOMERS}) AS n)) ORDER BY i.id"
        );
        Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&self.pools.read).await?)
    }

    /// Writes how an open incident stands, for those who are told of it later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh_incident(&self, id: i64, notice: &IncidentNotice) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE incident SET notice = $2 WHERE id = $1 AND ended_at IS NULL")
            .bind(id)
            .bind(serde_json::to_string(notice)?)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Tells of open incidents whoever alerts of their brands were collected for and has not heard of them: in place of
    /// those alerts. Answers how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn join_incidents(&self, now: Instant) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let silences = silence::active(&mut tx, now).await?;
        let joined = telling::join(&mut tx, &Peace { gate: &*self.gate, silences: &silences, now }).await?;
        tx.commit().await?;
        Ok(joined)
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

/// An incident as it stands: its number, how often it was told before, and what there is to tell.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: i64,
    pub told: i64,
    pub notice: IncidentNotice,
    /// Who takes care of it, and since when,
    pub acknowledged: Option<ToldBefore>,
    /// and has done so since it was told last.
    pub taken: bool,
}

impl Kept {
    /// Whether who has not heard of it has to: not of one that by what is known now was none.
    pub fn is_news(&self) -> bool {
        self.notice.ending != Some(IncidentEnding::Revised)
    }
}

/// Reads how an incident stands.
pub async fn kept(tx: &mut Transaction<'_, Any>, id: i64) -> Result<Option<Kept>, StoreError> {
    let row = sqlx::query("SELECT told, told_at, notice, acknowledged_at, acknowledged_by FROM incident WHERE id = $1")
        .bind(id);
    let Some(row) = row.fetch_optional(&mut **tx).await? else { return Ok(None) };
    let (told_at, taken_at) = (instant(row.try_get("told_at")?), perhaps(&row, "acknowledged_at")?);
    Ok(Some(Kept {
        id,
        told: row.try_get("told")?,
        notice: serde_json::from_str(row.try_get("notice")?)?,
        acknowledged: taken(&row)?,
        taken: taken_at.is_some_and(|at| at >= told_at),
    }))
}

/// Who takes care of an incident, and since when.
fn taken(row: &AnyRow) -> Result<Option<ToldBefore>, StoreError> {
    let who: Option<String> = row.try_get("acknowledged_by")?;
    let at = perhaps(row, "acknowledged_at")?;
    Ok(at.map(|at| ToldBefore { recipient: who.unwrap_or_default(), at }))
}

async fn keep(tx: &mut Transaction<'_, Any>, change: &IncidentChange, now: Instant) -> Result<Kept, StoreError> {
    let IncidentNotice { brand, phase, ending, evidence, .. } = &change.notice;
    let ended_at = (*phase == IncidentPhase::End).then(|| millis(now));
    let ending = ending.map(IncidentEnding::as_str);
    let (written, notice) = (serde_json::to_string(evidence)?, serde_json::to_string(&change.notice)?);
    let row = match change.incident {
        Some(id) => {
            let update = sqlx::query(
                "UPDATE incident SET told_at = $2, told = told + 1, ended_at = $3, ending = $4, evidence = $5, \
                 notice = $6 WHERE id = $1 RETURNING id, told, acknowledged_at, acknowledged_by",
            );
            let update = update.bind(id).bind(millis(now)).bind(ended_at).bind(ending).bind(written).bind(notice);
            update.fetch_one(&mut **tx).await?
        }
        None => {
            sqlx::query(
                "INSERT INTO incident (brand, onset, found_at, told_at, told, ended_at, ending, evidence, notice) \
                 VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8) RETURNING id, told, acknowledged_at, acknowledged_by",
            )
            .bind(brand)
            .bind(millis(evidence.onset))
            .bind(millis(evidence.at))
            .bind(millis(now))
            .bind(ended_at)
            .bind(ending)
            .bind(written)
            .bind(notice)
            .fetch_one(&mut **tx)
            .await?
        }
    };
    Ok(Kept {
        id: row.try_get("id")?,
        told: row.try_get("told")?,
        notice: change.notice.clone(),
        acknowledged: taken(&row)?,
        taken: false,
    })
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
