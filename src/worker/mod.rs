//! The background work. Every job runs in the same loop, [`repeat`]: it does all that is due, then rests until
//! somebody rings its bell or its own next time has come, and it survives its own errors and panics.

mod digester;
mod fallback;
mod janitor;
mod lookout;
mod poller;
mod sender;
mod subscriber;
mod vigil;
mod watcher;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::SecondsFormat;
use futures_util::FutureExt;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::model::Instant;
use crate::model::health::{Health, HealthChange};
use crate::model::text::{one_line, without_query};
use crate::pulse::Pulse;
use crate::shutdown::{Shutdown, unless_stopped};
use crate::store::StoreError;
use crate::websub::KeyError;

pub use digester::Digester;
pub use fallback::Fallback;
pub use janitor::Janitor;
pub use lookout::Lookout;
pub use poller::Poller;
pub use sender::Sender;
pub use subscriber::{Subscriber, Subscribing};
pub use vigil::Vigil;
pub use watcher::Watcher;

/// Rings for a job that has something to do before its time. A ring during the work is not lost.
pub type Bell = Arc<Notify>;

/// Why a run of a job failed. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A heartbeat could not be written.
    #[error("the heartbeat cannot be written: {0}")]
    Pulse(#[from] std::io::Error),
    /// There is no token for a hub.
    #[error(transparent)]
    Token(#[from] KeyError),
}

/// A piece of work that is done again and again.
pub trait Job: Send + Sync + 'static {
    /// The name in the log and in `healthcheck`.
    fn name(&self) -> &'static str;

    /// Does all that is due now; answers when it next has something to do, if it knows.
    fn run(&self) -> impl Future<Output = Result<Option<Instant>, WorkerError>> + Send;

    /// Looks again after this time even if nobody rings: other processes may write to the same store.
    fn fallback(&self) -> Duration;
}

/// What the loops share.
#[derive(Clone)]
pub struct Context {
    /// The time.
    pub clock: Clock,
    /// The stop signal; a job that runs is let finish.
    pub shutdown: Shutdown,
    /// Where each loop shows that it is alive.
    pub pulse: Pulse,
}

/// The one loop: runs `job` until the stop is asked for.
pub async fn repeat(job: impl Job, bell: Bell, context: Context) {
    let Context { clock, shutdown, pulse } = context;
    let mut busy = clock.busy();
    let mut failures = 0;
    while !shutdown.is_cancelled() {
        pulse.works(job.name(), clock.now());
        let outcome = AssertUnwindSafe(job.run()).catch_unwind().await;
        let now = clock.now();
        let next = match outcome {
            Ok(Ok(next)) => {
                failures = 0;
                next.unwrap_or(now + job.fallback()).min(now + job.fallback())
            }
            Ok(Err(error)) => {
                failures += 1;
                tracing::error!(job.name = job.name(), job.failures = failures, %error, "a job failed and will be tried again");
                now + back_off(job.name(), failures)
            }
            Err(_) => {
                failures += 1;
                tracing::error!(
                    job.name = job.name(),
                    job.failures = failures,
                    "a job panicked and will be tried again"
                );
                now + back_off(job.name(), failures)
            }
        };
        pulse.rests(job.name(), next);
        let _ = unless_stopped(&shutdown, async {
            tokio::select! {
                () = bell.notified() => {}
                () = busy.rest_until(next) => {}
            }
        })
        .await;
    }
    tracing::debug!(job.name = job.name(), "a job has ended");
}

/// An instant as the log writes it.
fn logged(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The one sentence of the log about a change of a source's health.
fn log_health(change: &HealthChange) {
    let HealthChange { source, before, condition, .. } = change;
    let (health, since) = (condition.health, condition.since.map(logged));
    if health == Health::Healthy {
        tracing::info!(source.name = source, source.was = before.as_str(), "a source is well again");
        return;
    }
    let sentence = format!("a source {}", health.words());
    let reason = if health == Health::Moved { without_query(&condition.why) } else { one_line(&condition.why, 300) };
    tracing::warn!(
        source.name = source,
        source.health = health.as_str(),
        source.was = before.as_str(),
        source.since = since,
        source.reason = reason,
        "{sentence}"
    );
}

/// A second, doubled per failure up to a minute, and up to a quarter more so that jobs do not fail in step.
fn back_off(name: &str, failures: u32) -> Duration {
    let base = Duration::from_secs(1 << failures.saturating_sub(1).min(6)).min(Duration::from_secs(60));
    let spread = name.bytes().fold(failures, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 64;
    base + base * spread / 256
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone, Utc};
    use std::sync::atomic::{AtomicU32, Ordering};

    struct Flaky(Arc<AtomicU32>);

    impl Job for Flaky {
        fn name(&self) -> &'static str {
            "flaky"
        }

        async fn run(&self) -> Result<Option<Instant>, WorkerError> {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => panic!("the first run panics"),
                1 => Err(WorkerError::Pulse(std::io::Error::other("the second fails"))),
                _ => Ok(None),
            }
        }

        fn fallback(&self) -> Duration {
            Duration::from_secs(300)
        }
    }

    #[tokio::test]
    async fn a_loop_survives_panics_and_errors_and_stops_when_asked() {
        let start = Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap();
        let context = Context { clock: Clock::simulated(start), shutdown: Shutdown::new(), pulse: Pulse::default() };
        let runs = Arc::new(AtomicU32::new(0));
        let bell = Bell::default();
        let looping = tokio::spawn(repeat(Flaky(Arc::clone(&runs)), Arc::clone(&bell), context.clone()));
        tokio::task::yield_now().await;
        for expected in 1..=4 {
            let next = context.clock.idle().await.unwrap();
            assert_eq!(runs.load(Ordering::SeqCst), expected);
            context.clock.advance_to(next);
        }
        let next = context.clock.idle().await.unwrap();
        assert_eq!(next - context.clock.now(), TimeDelta::seconds(300));
        bell.notify_one();
        while runs.load(Ordering::SeqCst) < 6 {
            tokio::task::yield_now().await;
        }
        context.shutdown.cancel();
        looping.await.unwrap();
    }

    #[test]
    fn back_off_doubles_up_to_a_minute_and_a_quarter() {
        assert!(back_off("a", 1) >= Duration::from_secs(1));
        assert!(back_off("a", 4) >= Duration::from_secs(8));
        assert!(back_off("a", u32::MAX) <= Duration::from_secs(75));
    }
}
