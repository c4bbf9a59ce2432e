//! Lets the world in: so many connections, each with so much time for a head and for everything. What is open when the
//! stop is asked for may finish its request.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::shutdown::{Shutdown, unless_stopped};

/// Connections at the same time; more wait until one ends.
const CONNECTIONS: usize = 64;
/// From the end of one request to the whole head of the next.
const HEAD: Duration = Duration::from_secs(10);
/// From the first byte of a connection to its last.
const LIFE: Duration = Duration::from_secs(90);
/// Largest head in bytes, and most headers in it.
const HEAD_BYTES: usize = 32 << 10;
const HEADERS: usize = 64;
/// The pause when no connection can be taken, for instance because too many files are open.
const PAUSE: Duration = Duration::from_millis(500);

/// Answers what comes through `listener` until the stop is asked for, then waits for what has begun.
pub async fn serve(listener: TcpListener, router: Router, shutdown: Shutdown) {
    let open = Arc::new(Semaphore::new(CONNECTIONS));
    let connections = TaskTracker::new();
    let next = async || {
        let permit = Arc::clone(&open).acquire_owned().await;
        (permit, listener.accept().await)
    };
    while let Some((permit, accepted)) = unless_stopped(&shutdown, next()).await {
        match accepted {
            Ok((stream, _)) => {
                let connection = answer(stream, router.clone(), shutdown.clone());
                connections.spawn(async move {
                    let _ = tokio::time::timeout(LIFE, connection).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::debug!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    connections.close();
    connections.wait().await;
}

/// Answers the requests of one connection. That a peer breaks off or talks nonsense is its own matter.
async fn answer(stream: TcpStream, router: Router, shutdown: Shutdown) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES).max_headers(HEADERS);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    let ended = unless_stopped(&shutdown, connection.as_mut()).await;
    if ended.is_none() {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}
