//! The stop signal. It is asked for once, heard by everybody, and never taken back.

use std::future::Future;

pub use tokio_util::sync::CancellationToken as Shutdown;

/// Runs `work` unless and until the stop is asked for; `None` says that it was.
pub async fn unless_stopped<T>(shutdown: &Shutdown, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = shutdown.cancelled() => None,
        done = work => Some(done),
    }
}
