//! Group commit: polls that end at about the same time are stored in one transaction, since what a commit costs is
//! waiting for the disk. Each is stored whole or not at all, and hears what became of itself alone; one that comes alone
//! waits for nobody. Nothing is stored for a caller who has gone before the transaction began.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use sqlx::{Any, AnyPool, Transaction};
use tokio::sync::{mpsc, oneshot};

use super::poll::{Committed, PollCommit, store_poll};
use super::{Store, StoreError, dialect};
use crate::model::Instant;

type Begun = Result<Transaction<'static, Any>, sqlx::Error>;

/// Most polls in one transaction: others who write wait for it.
const MOST: usize = 256;

/// The way to the task that stores polls; it ends with the last of them. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Committer {
    jobs: mpsc::Sender<Job>,
    trouble: Arc<Mutex<Option<Trouble>>>,
}

/// Polls could not be stored, and none was since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// When the first of them ended.
    pub since: Instant,
    /// What the database said last.
    pub error: String,
}

#[derive(Debug)]
struct Job {
    poll: Arc<PollCommit>,
    answer: oneshot::Sender<Result<Committed, StoreError>>,
}

impl Store {
    /// Stores what one poll brought, and gives the claim back. What is stored already is left as it is.
    ///
    /// # Errors
    /// When the claim was lost or the database fails; nothing is stored then.
    pub async fn commit_poll(&self, poll: impl Into<Arc<PollCommit>>) -> Result<Committed, StoreError> {
        let poll = poll.into();
        let ended = poll.now;
        let (answer, answered) = oneshot::channel();
        let sent = self.committer.jobs.send(Job { poll, answer }).await;
        let committed = match sent {
            Ok(()) => answered.await.unwrap_or(Err(StoreError::Interrupted)),
            Err(_) => Err(StoreError::Interrupted),
        };
        self.committer.note(&committed, ended);
        committed
    }

    /// Whether polls cannot be stored just now.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.committer.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Committer {
    /// Starts the task on the pool that writes.
    pub(super) fn start(write: AnyPool) -> Self {
        let (jobs, queue) = mpsc::channel(MOST);
        tokio::spawn(store_polls(write, queue));
        Self { jobs, trouble: Arc::default() }
    }

    fn note(&self, committed: &Result<Committed, StoreError>, ended: Instant) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match committed {
            Ok(_) => *trouble = None,
            // The database has answered, if not as this poll wished.
            Err(StoreError::ClaimLost(_)) => {}
            Err(error) => {
                let since = trouble.as_ref().map_or(ended, |known| known.since);
                *trouble = Some(Trouble { since, error: error.to_string() });
            }
        }
    }
}

async fn store_polls(write: AnyPool, mut queue: mpsc::Receiver<Job>) {
    while let Some(first) = queue.recv().await {
        let begun = write.begin_with(dialect::BEGIN_WRITE).await;
        // Whoever has come while others wrote is taken along.
        let mut jobs = vec![first];
        while jobs.len() < MOST
            && let Ok(job) = queue.try_recv()
        {
            jobs.push(job);
        }
        // Whose answer a panic has swallowed hears of it by that.
        if AssertUnwindSafe(store_batch(&write, begun, jobs)).catch_unwind().await.is_err() {
            tracing::error!("storing polls panicked");
        }
    }
}

/// Stores all of them in the transaction that was begun, or, if one of them does not want to be stored, each in its own.
async fn store_batch(write: &AnyPool, begun: Begun, mut jobs: Vec<Job>) {
    let tx = match begun {
        Ok(tx) => tx,
        // Neither could another one be begun now.
        Err(error) => {
            let error = Arc::new(error);
            return answer(jobs, std::iter::repeat_with(|| Err(StoreError::Database(Arc::clone(&error)))));
        }
    };
    jobs.retain(|job| !job.answer.is_closed());
    match store_together(tx, &jobs).await {
        Ok(all) => answer(jobs, all.into_iter().map(Ok)),
        Err(error) if jobs.len() < 2 => answer(jobs, Some(Err(error))),
        Err(_) => {
            for job in jobs {
                let begun = write.begin_with(dialect::BEGIN_WRITE).await;
                Box::pin(store_batch(write, begun, vec![job])).await;
            }
        }
    }
}

async fn store_together(mut tx: Transaction<'static, Any>, jobs: &[Job]) -> Result<Vec<Committed>, StoreError> {
    let mut all = Vec::with_capacity(jobs.len());
    for job in jobs {
        all.push(store_poll(&mut tx, &job.poll).await?);
    }
    tx.commit().await?;
    Ok(all)
}

fn answer(jobs: Vec<Job>, answers: impl IntoIterator<Item = Result<Committed, StoreError>>) {
    for (job, answer) in jobs.into_iter().zip(answers) {
        // Who has gone meanwhile finds it stored at the next claim.
        let _ = job.answer.send(answer);
    }
}
