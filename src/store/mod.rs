//! What mentiond remembers. One [`Store`] whatever the database; SQL is written once and `dialect.rs` holds the
//! differences. What belongs together is written in one transaction, and every write is on the disk when it returns.
//! Never talks to the network, never asks the clock.

mod ahead;
mod alert;
mod answer;
mod attempt;
mod begun;
mod claim;
mod commit;
mod correction;
mod coverage;
mod delivery;
mod dialect;
mod digest;
mod document;
mod entry;
mod erase;
mod escalation;
mod explain;
mod few;
mod folded;
mod found;
mod gathering;
mod gauges;
mod handover;
mod health;
mod held;
mod hub;
mod incident;
mod janitor;
mod judged;
mod kept;
mod lapse;
mod late;
mod letters;
mod listed;
mod loss;
mod matter;
mod mention;
mod message;
mod migrate;
mod neighbour;
mod orphan;
mod outbox;
mod overdue;
mod period;
mod poll;
mod presence;
mod quote;
mod recount;
mod recovered;
mod revision;
mod sighting;
mod silence;
mod source;
mod spike;
mod spreading;
mod story;
mod subscription;
mod telling;
mod undelivered;
mod waiting;
mod webhook;

use std::sync::Arc;

use chrono::DateTime;
use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use crate::config::StoreConfig;
use crate::model::hold::{Gate, OpenGate};
use crate::model::outbox::StandIns;
use crate::model::time::{after, before};
use crate::model::{Instant, Tongues};

pub use crate::story::COPY_OF_STORY;
pub use alert::{Audience, OpenAlert, Selection};
pub use answer::Told;
pub use begun::Begun;
pub use commit::Trouble;
pub use correction::{Changed, Correcting};
pub use delivery::Callback;
pub use digest::DigestLeave;
pub use document::{ClaimedDelivery, Delivered, Left, MOST_ATTEMPTS, Settled};
pub use escalation::Ladder;
pub use explain::{AlertTrail, FoldTrail, HoldTrail, NoticeTrail, StoryTrail, Trail};
pub use gauges::Gauges;
pub use handover::HandedOver;
pub use held::OpenHold;
pub use incident::{IncidentAudience, IncidentChange};
pub use janitor::{Forgotten, Pruned};
pub use judged::JudgedMention;
pub use kept::{KeptEntry, KeptMention, Position};
pub use letters::OutboxCounts;
pub use matter::StoryText;
pub use migrate::Migration;
pub use poll::{Committed, FoundAlert, FoundEntry, FoundMention, FoundWay, Outcome, PollCommit};
pub use recount::Recounted;
pub use sighting::ShownBefore;
pub use silence::{Ending, NewSilence};
pub use source::{ClaimedSource, SourceSetup, SourceState};
pub use spike::{SpikeCursor, ToldStory};
pub use subscription::{Asked, HubOutcome, HubState, Subscription, SubscriptionState};
pub use undelivered::ToldUndelivered;
pub use webhook::WebhookState;

/// A handle on the database. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    pools: dialect::Pools,
    committer: commit::Committer,
    outcomes: commit::Group<attempt::Finished>,
    gate: Arc<dyn Gate>,
    tongues: Arc<Tongues>,
    stand_ins: Arc<StandIns>,
}

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address names no database this version can use. Only its scheme is told: the rest may hold a password.
    #[error(
        "a store `{0}:` cannot be used\n  hint: write `sqlite:///absolute/path/to/mentiond.db`; other databases are not supported by this version"
    )]
    Address(String),
    /// There is none, and the command is not one that makes it.
    #[error("there is no database at `{0}` yet\n  hint: has `mentiond run` been started, and is `state_dir` right?")]
    Missing(String),
    /// The file cannot be opened or created.
    #[error("the database `{path}` cannot be opened: {error}")]
    Open {
        /// The file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A newer mentiond has been here.
    #[error(
        "the database is at version `{found}`, this mentiond knows up to version `{known}`\n  hint: run the newer mentiond again, or restore the backup made before it"
    )]
    Newer {
        /// The database's version.
        found: i64,
        /// This binary's.
        known: i64,
    },
    /// Somebody else has taken the source or notice over; nothing was written.
    #[error("the claim on `{0}` was lost: its time was over and somebody else has taken it")]
    ClaimLost(String),
    /// A source is claimed that is not configured.
    #[error("the source `{0}` is not configured")]
    UnknownSource(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(Arc<sqlx::Error>),
    /// Storing panicked or the store was closed; nothing was written.
    #[error("storing was broken off")]
    Interrupted,
    /// A stored value cannot be read back.
    #[error("a stored value cannot be read: {0}")]
    Value(#[from] serde_json::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl StoreError {
    /// Whether the same may work later. It may not where the database has nothing against anything but what it is given.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Database(error) => !dialect::is_refusal(error),
            Self::Interrupted => true,
            _ => false,
        }
    }
}

impl Store {
    /// Opens the database, creates it where it does not exist, and brings it to the version of this binary.
    ///
    /// # Errors
    /// When it cannot be opened, or is newer than this binary.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        let pools = dialect::connect(config).await?;
        migrate::run(&pools).await?;
        let committer = commit::Committer::start(pools.write.clone());
        let outcomes = commit::Group::start(pools.write.clone());
        Ok(Self {
            pools,
            committer,
            outcomes,
            gate: Arc::new(OpenGate),
            tongues: Arc::default(),
            stand_ins: Arc::default(),
        })
    }

    /// The same store, but what the gate holds is not told yet.
    #[must_use]
    pub fn guarded(self, gate: Arc<dyn Gate>) -> Self {
        Self { gate, ..self }
    }

    /// The same store, but notices are told in these languages.
    #[must_use]
    pub fn speaking(self, tongues: Tongues) -> Self {
        Self { tongues: Arc::new(tongues), ..self }
    }

    /// The same store, but what does not arrive is handed over to whoever stands in.
    #[must_use]
    pub fn handing_over(self, stand_ins: StandIns) -> Self {
        Self { stand_ins: Arc::new(stand_ins), ..self }
    }

    /// Opens a database that exists, and brings it to the version of this binary.
    ///
    /// # Errors
    /// When there is none, it cannot be opened, or is newer than this binary.
    pub async fn open_existing(config: &StoreConfig) -> Result<Self, StoreError> {
        dialect::find(config)?;
        Self::open(config).await
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pools.read.close().await;
        self.pools.write.close().await;
    }

    async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.pools.write.begin_with(dialect::BEGIN_WRITE).await?)
    }
}

/// An instant as it is stored: milliseconds since 1970 UTC.
fn millis(at: Instant) -> i64 {
    at.timestamp_millis()
}

/// A stored instant. Values outside of chrono's range, which nobody writes, become 1970.
fn instant(millis: i64) -> Instant {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// A number as the databases hold it; what is larger than they can hold becomes the largest they can.
fn integer(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// A count as the database gives it.
fn count(row: &AnyRow, column: &str) -> Result<u64, sqlx::Error> {
    Ok(row.try_get::<i64, _>(column)?.unsigned_abs())
}

/// How often something was tried, as the database gives it.
fn times(row: &AnyRow, column: &str) -> Result<u32, sqlx::Error> {
    Ok(u32::try_from(row.try_get::<i64, _>(column)?).unwrap_or(u32::MAX))
}

/// An instant that may not be known, as the database gives it.
fn perhaps(row: &AnyRow, column: &str) -> Result<Option<Instant>, sqlx::Error> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(instant))
}
