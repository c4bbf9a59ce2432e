//! Negative stories that were no incident since too few people wrote them: nobody is told of them at once, but digests say it,
//! and whoever asks of one of them is told. What goes on is kept as it stands when there are most of them.

use chrono::{SubsecRound as _, TimeDelta};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Row as _, Transaction};

use super::{Store, StoreError, millis};
use crate::model::Instant;
use crate::model::incident::Few;

/// What follows so soon belongs to it: the longest time that is looked back.
const TOGETHER: TimeDelta = TimeDelta::hours(48);

/// What was no incident of the brand `$1`, found after `$4` and until `$5`, that stood as it is kept after `$2` and until `$3`,
/// and that no incident has told.
const FEW: &str = "SELECT f.evidence FROM few_authors f WHERE f.brand = $1 AND f.at > $2 AND f.at <= $3 AND f.since > $4 \
     AND f.since <= $5 AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.brand = f.brand AND i.onset <= f.at \
     AND (i.ended_at IS NULL OR i.ended_at >= f.since AND coalesce(i.ending, '') <> 'revised')) ORDER BY f.at";

type Asked<'b> = Query<'b, Any, AnyArguments>;

impl Store {
    /// What was no incident of a brand after `from` and until `to`, by time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn period_few(&self, brand: &str, from: Instant, to: Instant) -> Result<Vec<Few>, StoreError> {
        let rows = asked(brand, (from, to), (from - TOGETHER, to)).fetch_all(&self.pools.read).await?;
        rows.iter().map(|row| Ok(serde_json::from_str(row.try_get("evidence")?)?)).collect()
    }
}

/// Asks for what is kept within the one time and was found within the other.
fn asked(brand: &str, kept: (Instant, Instant), found: (Instant, Instant)) -> Asked<'_> {
    let asked = sqlx::query(FEW).bind(brand).bind(millis(kept.0)).bind(millis(kept.1));
    asked.bind(millis(found.0)).bind(millis(found.1))
}

/// Keeps that, unless more of it is kept.
pub async fn keep(tx: &mut Transaction<'_, Any>, brand: &str, few: &Few) -> Result<(), StoreError> {
    let evidence = serde_json::to_string(few)?;
    for sql in [
        "UPDATE few_authors SET at = $2, stories = $3, evidence = $4 WHERE brand = $1 AND since > $5 AND since <= $2 AND stories < $3",
        "INSERT INTO few_authors (brand, since, at, stories, evidence) SELECT $1, $2, $2, $3, $4 WHERE NOT EXISTS \
         (SELECT 1 FROM few_authors f WHERE f.brand = $1 AND f.since > $5 AND f.since <= $2)",
    ] {
        sqlx::query(sql)
            .bind(brand)
            .bind(millis(few.at))
            .bind(i64::from(few.stories))
            .bind(&evidence)
            .bind(millis(few.at - TOGETHER))
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// What a story belongs to that was told then.
pub async fn around(connection: &mut AnyConnection, brand: &str, told: Instant) -> Result<Option<Few>, StoreError> {
    // What goes on for longer is kept as another one.
    let kept = (told.trunc_subsecs(0) - TimeDelta::milliseconds(1), told + TOGETHER + TOGETHER);
    for row in asked(brand, kept, (told - TOGETHER, told + TOGETHER)).fetch_all(connection).await? {
        let few: Few = serde_json::from_str(row.try_get("evidence")?)?;
        if told > few.at - TimeDelta::hours(i64::from(few.window_hours)) {
            return Ok(Some(few));
        }
    }
    Ok(None)
}
