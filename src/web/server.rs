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
/// What a connection may take.
const TIMES: Times = Times { head: Duration::from_secs(10), life: Duration::from_secs(90) };
/// Bytes after which a head that has not ended is refused, and most headers in it.
const HEAD_BYTES: usize = 32 << 10;
const HEADERS: usize = 64;
/// The pause when no connection can be taken, for instance because too many files are open.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Clone, Copy)]
struct Times {
    /// From the end of one request to the whole head of the next.
    head: Duration,
    /// From the first byte to the last.
    life: Duration,
}

/// Answers what comes through `listener` until the stop is asked for, then waits for what has begun.
pub async fn serve(listener: TcpListener, router: Router, shutdown: Shutdown) {
    serve_within(TIMES, listener, router, shutdown).await;
}

async fn serve_within(times: Times, listener: TcpListener, router: Router, shutdown: Shutdown) {
    let open = Arc::new(Semaphore::new(CONNECTIONS));
    let connections = TaskTracker::new();
    let next = async || {
        let permit = Arc::clone(&open).acquire_owned().await;
        (permit, listener.accept().await)
    };
    while let Some((permit, accepted)) = unless_stopped(&shutdown, next()).await {
        match accepted {
            Ok((stream, _)) => {
                let connection = answer(times.head, stream, router.clone(), shutdown.clone());
                connections.spawn(async move {
                    let _ = tokio::time::timeout(times.life, connection).await;
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
async fn answer(head: Duration, stream: TcpStream, router: Router, shutdown: Shutdown) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(HEAD_BYTES).max_headers(HEADERS);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    let ended = unless_stopped(&shutdown, connection.as_mut()).await;
    if ended.is_none() {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn those_who_say_nothing_or_speak_slowly_keep_nobody_out() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let times = Times { head: Duration::from_millis(100), life: Duration::from_millis(400) };
        let routes = Router::new().route("/", get(|| async { "well" }));
        let slow = Router::new().route("/slow", get(std::future::pending::<String>));
        let serving = tokio::spawn(serve_within(times, listener, routes.merge(slow), shutdown.clone()));
        let mut others = Vec::new();
        for start in ["", "GET / HTTP/1.1\r\nx: ", "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n", "nonsense"] {
            for _ in 0..CONNECTIONS {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(start.as_bytes()).await.unwrap();
                others.push(stream);
            }
        }
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("well"), "{answer}");
        shutdown.cancel();
        serving.await.unwrap();
    }

    #[tokio::test]
    async fn so_many_connections_are_taken_and_the_next_waits_until_one_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let routes = Router::new().route("/", get(|| async { "well" }));
        let serving = tokio::spawn(serve(listener, routes, shutdown.clone()));
        let asked = async || {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
            stream
        };
        let mut open = Vec::new();
        let mut byte = [0];
        for _ in 0..CONNECTIONS {
            let mut stream = asked().await;
            stream.read_exact(&mut byte).await.unwrap();
            open.push(stream);
        }
        let mut next = asked().await;
        let waits = tokio::time::timeout(Duration::from_millis(300), next.read_exact(&mut byte)).await;
        assert!(waits.is_err(), "{} connections were taken at once", CONNECTIONS + 1);
        open.pop();
        next.read_exact(&mut byte).await.unwrap();
        drop((open, next));
        shutdown.cancel();
        serving.await.unwrap();
    }

    #[tokio::test]
    async fn a_head_is_bounded() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let routes = Router::new().route("/", get(|| async { "well" }));
        let serving = tokio::spawn(serve(listener, routes, shutdown.clone()));
        for head in [format!("x: {}\r\n", "y".repeat(HEAD_BYTES * 8)), "x: y\r\n".repeat(HEADERS + 1)] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let _ = stream.write_all(format!("GET / HTTP/1.1\r\nhost: x\r\n{head}\r\n").as_bytes()).await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            assert!(!String::from_utf8(answer).unwrap().contains(" 200 "));
        }
        shutdown.cancel();
        serving.await.unwrap();
    }
}
