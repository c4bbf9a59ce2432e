//! The only place where the databases differ: how to connect, how to begin a write, what their migrations are.
//! Everything else is SQL that they agree on, with `$1` parameters and the types BIGINT, DOUBLE PRECISION and TEXT.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::any::{AnyPoolOptions, install_drivers};
use sqlx::{AnyConnection, AnyPool, Connection as _, Executor as _};

use super::StoreError;
use crate::config::StoreConfig;

/// Connections that read. Each costs a thread and a page cache, so there are few, and idle ones are closed.
const READERS: u32 = 3;
const IDLE: Duration = Duration::from_secs(20);
/// How long a statement waits for another process that writes.
const BUSY: Duration = Duration::from_secs(10);
/// How often a database is tried that somebody else sets up at the same time.
const TRIES: u32 = 200;

/// SQLITE_TOOBIG, SQLITE_CONSTRAINT and SQLITE_MISMATCH.
const TOO_BIG: u32 = 18;
const CONSTRAINT: u32 = 19;
const MISMATCH: u32 = 20;

/// A deferred transaction that reads and then writes fails at once when somebody else writes; an immediate one waits.
pub const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// The function that makes a JSON list of a column.
pub const LIST: &str = "json_group_array";

/// The schema, one text per version, the first being version 1.
pub const MIGRATIONS: [&str; 1] = [include_str!("migrations/sqlite/0001_first.sql")];

/// Refreshes the planner's statistics and cuts the log file off. Pages of forgotten rows are used again, so the file
/// stops growing but does not shrink.
pub const OPTIMIZE: &str = "PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);";

/// `synchronous=FULL`: a commit is on the disk when it returns, so that neither a crash of the machine nor a power cut
/// takes back a poll whose mail has left.
const SETUP: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA cache_size = -1024; PRAGMA journal_size_limit = 8388608;";

/// The pools of a database: one connection that writes, and some that read.
#[derive(Debug, Clone)]
pub struct Pools {
    /// SQLite has one writer at a time anyway; waiting for the connection is cheaper than for the lock.
    pub write: AnyPool,
    /// For everything that does not write.
    pub read: AnyPool,
}

/// Looks whether the database exists.
///
/// # Errors
/// When it does not, or its folder cannot be looked into.
pub fn find(config: &StoreConfig) -> Result<(), StoreError> {
    let path = sqlite_path(&config.url)?;
    let shown = path.display().to_string();
    match path.try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::Missing(shown)),
        Err(error) => Err(StoreError::Open { path: shown, error }),
    }
}

/// Opens the database and creates it where it does not exist.
///
/// # Errors
/// When the address is not one, or the file cannot be opened or created.
pub async fn connect(config: &StoreConfig) -> Result<Pools, StoreError> {
    let path = sqlite_path(&config.url)?;
    let refused = |error| StoreError::Open { path: path.display().to_string(), error };
    create(&path).map_err(refused)?;
    install_sqlite();
    let url = format!("{}?mode=rwc", config.url);
    prepare(&url).await.map_err(|error| refused(std::io::Error::other(error)))?;
    let write = options(1).connect(&url).await?;
    let read = options(READERS).min_connections(0).idle_timeout(IDLE).connect_lazy(&url)?;
    Ok(Pools { write, read })
}

/// Sets the database up over a connection of its own. A pool would try for half a minute and then forget what is wrong.
async fn prepare(url: &str) -> Result<(), sqlx::Error> {
    let mut connection = AnyConnection::connect(url).await?;
    // SQLite does not wait when two turn the log on at the same time, whatever its time-out.
    let mut tries = 0;
    while let Err(error) = connection.execute(SETUP).await {
        tries += 1;
        if tries == TRIES || !is_busy(&error) {
            return Err(error);
        }
        tokio::time::sleep(BUSY / TRIES).await;
    }
    connection.close().await
}

/// Whether somebody else holds the lock (SQLITE_BUSY, SQLITE_BUSY_RECOVERY).
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| ["5", "261"].contains(&code.as_ref()))
}

/// Whether it is what was to be written that the database refuses: a constraint, a type, a size. Everything else (a full
/// disk, a lock, a table that somebody else rebuilds) may pass.
pub fn is_refusal(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    let primary = code.and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff);
    matches!(error, sqlx::Error::Encode(_) | sqlx::Error::ColumnDecode { .. })
        || primary.is_some_and(|code| [TOO_BIG, CONSTRAINT, MISMATCH].contains(&code))
}

fn options(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY * 3)
        .test_before_acquire(false)
        .max_lifetime(None)
        .after_connect(|connection, _| Box::pin(async move { connection.execute(SETUP).await.map(drop) }))
}

fn install_sqlite() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // It fails only if other drivers were installed before, which nobody here does.
        let _ = install_drivers(&[sqlx::sqlite::any::DRIVER]);
    });
}

/// The file of an address like `sqlite:///var/lib/mentiond.db`, in which `%`, `?` and `#` are percent-encoded.
fn sqlite_path(url: &str) -> Result<PathBuf, StoreError> {
    let refused = || StoreError::Address(url.split(':').next().unwrap_or_default().to_owned());
    let path = url.strip_prefix("sqlite://").filter(|path| path.starts_with('/')).ok_or_else(refused)?;
    let file = url::Url::parse(&format!("file://{path}")).map_err(|_| refused())?;
    file.to_file_path().map_err(|()| refused())
}

#[cfg(unix)]
fn create(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    if let Some(parent) = path.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    }
    // One that exists is not opened: closing it would take away the locks that SQLite may hold on it in this process.
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        created => created.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_committed_is_on_the_disk_and_references_hold() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("m.db").display());
        let pools = connect(&StoreConfig { url, keep_entries: Duration::from_secs(1) }).await.unwrap();
        for (setting, expected) in [("PRAGMA synchronous", 2), ("PRAGMA foreign_keys", 1)] {
            let value: i64 = sqlx::query_scalar(setting).fetch_one(&pools.write).await.unwrap();
            assert_eq!(value, expected, "{setting}");
        }
    }
}
