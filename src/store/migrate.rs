//! Brings the schema to the version of this binary, and never takes it back.

use super::dialect::{BEGIN_WRITE, MIGRATIONS, Pools};
use super::{StoreError, dialect};
use crate::config::StoreConfig;

/// The versions before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// 0 for a new database.
    pub from: i64,
    /// The version of this binary.
    pub to: i64,
}

impl super::Store {
    /// Brings a database to the version of this binary, and closes it.
    ///
    /// # Errors
    /// When it cannot be opened, or is newer than this binary.
    pub async fn migrate(config: &StoreConfig) -> Result<Migration, StoreError> {
        let pools = dialect::connect(config).await?;
        let migration = run(&pools).await;
        pools.write.close().await;
        migration
    }
}

/// Applies what is missing, all of it in one transaction, so that two starts at the same time do not meet.
pub async fn run(pools: &Pools) -> Result<Migration, StoreError> {
    let mut tx = pools.write.begin_with(BEGIN_WRITE).await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)").execute(&mut *tx).await?;
    let from: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM schema_version").fetch_one(&mut *tx).await?;
    let from = from.unwrap_or_default();
    let to = MIGRATIONS.len() as i64;
    if from > to {
        return Err(StoreError::Newer { found: from, known: to });
    }
    for (version, sql) in (1..).zip(MIGRATIONS).skip_while(|(version, _)| *version <= from) {
        sqlx::raw_sql(sql).execute(&mut *tx).await?;
        sqlx::query("INSERT INTO schema_version (version) VALUES ($1)").bind::<i64>(version).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(Migration { from, to })
}
