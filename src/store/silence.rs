//! Silences: made, listed, ended. What they hold is in `held.rs`.

use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::{Store, StoreError, instant, integer, millis, perhaps};
use crate::model::Instant;
use crate::model::hold::{Silence, SilenceScope};

const COLUMNS: &str =
    "SELECT id, brand, query, urgent, created_at, ends_at, author, comment, ended_at, ended_by FROM silence";

/// A silence to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewSilence<'a> {
    /// What is silenced.
    pub scope: &'a SilenceScope,
    /// Until when.
    pub ends_at: Instant,
    /// By whom.
    pub author: &'a str,
    /// Why.
    pub comment: &'a str,
}

/// What came of an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// There is no such silence.
    NoSilence,
    /// It had ended before.
    Over(Silence),
    /// It has ended now; it holds this many alerts, which will be summed up.
    Done(Silence, u64),
}

impl Store {
    /// Makes a silence; answers its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_silence(&self, silence: NewSilence<'_>, now: Instant) -> Result<i64, StoreError> {
        let NewSilence { scope, ends_at, author, comment } = silence;
        let mut tx = self.begin().await?;
        let id = sqlx::query_scalar(
            "INSERT INTO silence (brand, query, urgent, created_at, ends_at, author, comment) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        )
        .bind(&scope.brand)
        .bind(&scope.query)
        .bind(i64::from(scope.urgent))
        .bind(millis(now))
        .bind(millis(ends_at))
        .bind(author)
        .bind(comment)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Ends a silence before its time. Somebody has to release what it held.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_silence(&self, id: i64, by: &str, now: Instant) -> Result<Ending, StoreError> {
        let mut tx = self.begin().await?;
        let found = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1")));
        let Some(row) = found.bind(id).fetch_optional(&mut *tx).await? else { return Ok(Ending::NoSilence) };
        let silence = read(&row)?;
        if !silence.is_active(now) {
            return Ok(Ending::Over(silence));
        }
        sqlx::query("UPDATE silence SET ended_at = $2, ended_by = $3 WHERE id = $1")
            .bind(id)
            .bind(millis(now))
            .bind(by)
            .execute(&mut *tx)
            .await?;
        let held: i64 = sqlx::query_scalar("SELECT count(DISTINCT alert_id) FROM held_alert WHERE silence_id = $1")
            .bind(id)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Ending::Done(Silence { ended: Some((now, by.to_owned())), ..silence }, held.unsigned_abs()))
    }

    /// The silences that hold alerts now, each with the number of alerts it holds, the one that ends first in front; or the
    /// last ones that there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn silences(&self, active: Option<Instant>, limit: usize) -> Result<Vec<(Silence, u64)>, StoreError> {
        let counted = "SELECT silence.*, (SELECT count(DISTINCT h.alert_id) FROM held_alert h \
                       WHERE h.silence_id = silence.id) AS held FROM silence";
        let sql = match active {
            Some(_) => format!("{counted} WHERE ended_at IS NULL AND ends_at > $1 ORDER BY ends_at, id LIMIT $2"),
            None => format!("{counted} WHERE id > $1 ORDER BY id DESC LIMIT $2"),
        };
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(active.map_or(0, millis))
            .bind(integer(limit))
            .fetch_all(&self.pools.read)
            .await?;
        rows.iter().map(|row| Ok((read(row)?, super::count(row, "held")?))).collect()
    }
}

/// Those that hold alerts now.
pub async fn active(tx: &mut Transaction<'_, Any>, now: Instant) -> Result<Vec<Silence>, StoreError> {
    let sql = format!("{COLUMNS} WHERE ended_at IS NULL AND ends_at > $1 ORDER BY id");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(millis(now)).fetch_all(&mut **tx).await?;
    rows.iter().map(read).collect()
}

/// The silence of that number.
pub async fn of_id(tx: &mut Transaction<'_, Any>, id: i64) -> Result<Option<Silence>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1")));
    found.bind(id).fetch_optional(&mut **tx).await?.as_ref().map(read).transpose()
}

fn read(row: &AnyRow) -> Result<Silence, StoreError> {
    let by: Option<String> = row.try_get("ended_by")?;
    Ok(Silence {
        id: row.try_get("id")?,
        scope: SilenceScope {
            brand: row.try_get("brand")?,
            query: row.try_get("query")?,
            urgent: row.try_get::<i64, _>("urgent")? != 0,
        },
        created_at: instant(row.try_get("created_at")?),
        ends_at: instant(row.try_get("ends_at")?),
        author: row.try_get("author")?,
        comment: row.try_get("comment")?,
        ended: perhaps(row, "ended_at")?.zip(by),
    })
}
