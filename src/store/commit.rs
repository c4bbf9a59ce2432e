//! Group commit: what is to be stored at about the same time is stored in one transaction, since what a commit costs is
//! waiting for the disk. Each is stored whole or not at all, and hears what became of itself alone; one that comes alone
//! waits for nobody. Nothing is stored for a caller who has gone before the transaction began.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use sqlx::{Any, AnyPool, Transaction};
use tokio::sync::{mpsc, oneshot};

use super::poll::{Committed, PollCommit, store_poll};
use super::{Store, StoreError, dialect};
use crate::model::Instant;

type Begun = Result<Transaction<'static, Any>, sqlx::Error>;

/// Most of them in one transaction: others who write wait for it.
const MOST: usize = 256;

/// What can be stored together with others of its kind.
pub(super) trait Work: Send + Sync + 'static {
    /// What became of it.
    type Done: Send;

    /// Writes it.
    fn write(&self, tx: &mut Transaction<'static, Any>) -> impl Future<Output = Result<Self::Done, StoreError>> + Send;
}

/// The way to the task that stores one kind of work; it ends with the last of them. Clones share it.
#[derive(Debug)]
pub(super) struct Group<W: Work>(mpsc::Sender<Job<W>>);

impl<W: Work> Clone for Group<W> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[derive(Debug)]
struct Job<W: Work> {
    work: Arc<W>,
    answer: oneshot::Sender<Result<W::Done, StoreError>>,
}

impl<W: Work> Group<W> {
    /// Starts the task on the pool that writes.
    pub(super) fn start(write: AnyPool) -> Self {
        let (jobs, queue) = mpsc::channel(MOST);
        tokio::spawn(store_all(write, queue));
        Self(jobs)
    }

    /// Stores it.
    pub(super) async fn store(&self, work: Arc<W>) -> Result<W::Done, StoreError> {
        let (answer, answered) = oneshot::channel();
        match self.0.send(Job { work, answer }).await {
            Ok(()) => answered.await.unwrap_or(Err(StoreError::Interrupted)),
            Err(_) => Err(StoreError::Interrupted),
        }
    }
}

impl Work for PollCommit {
    type Done = Committed;

    async fn write(&self, tx: &mut Transaction<'static, Any>) -> Result<Committed, StoreError> {
        store_poll(tx, self).await
    }
}

/// Where polls are stored, and whether they can be. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Committer {
    polls: Group<PollCommit>,
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

impl Store {
    /// Stores what one poll brought, and gives the claim back. What is stored already is left as it is.
    ///
    /// # Errors
    /// When the claim was lost or the database fails; nothing is stored then.
    pub async fn commit_poll(&self, poll: impl Into<Arc<PollCommit>>) -> Result<Committed, StoreError> {
        let poll = poll.into();
        let ended = poll.now;
        let committed = self.committer.polls.store(poll).await;
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
    /// Starts it on the pool that writes.
    pub(super) fn start(write: AnyPool) -> Self {
        Self { polls: Group::start(write), trouble: Arc::default() }
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

async fn store_all<W: Work>(write: AnyPool, mut queue: mpsc::Receiver<Job<W>>) {
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
            tracing::error!("storing panicked");
        }
    }
}

/// Stores all of them in the transaction that was begun, or, if one of them does not want to be stored, each in its own.
async fn store_batch<W: Work>(write: &AnyPool, begun: Begun, mut jobs: Vec<Job<W>>) {
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
                store_alone(begun, job).await;
            }
        }
    }
}

async fn store_alone<W: Work>(begun: Begun, job: Job<W>) {
    let stored = match begun {
        Ok(tx) => store_together(tx, std::slice::from_ref(&job)).await,
        Err(error) => Err(error.into()),
    };
    answer(vec![job], stored.map_or_else(|error| vec![Err(error)], |all| all.into_iter().map(Ok).collect()));
}

async fn store_together<W: Work>(
    mut tx: Transaction<'static, Any>,
    jobs: &[Job<W>],
) -> Result<Vec<W::Done>, StoreError> {
    let mut all = Vec::with_capacity(jobs.len());
    for job in jobs {
        all.push(job.work.write(&mut tx).await?);
    }
    tx.commit().await?;
    Ok(all)
}

fn answer<W: Work>(jobs: Vec<Job<W>>, answers: impl IntoIterator<Item = Result<W::Done, StoreError>>) {
    for (job, answer) in jobs.into_iter().zip(answers) {
        // Who has gone meanwhile finds it stored at the next claim.
        let _ = job.answer.send(answer);
    }
}
