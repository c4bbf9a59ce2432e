//! `kill -9` right after something was acknowledged: it is read after the next start, once, and no secret is in the log.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mentiond::clock::Clock;
use sqlx::{Connection, SqliteConnection};

use super::bed::{APP_SECRET, COMPLAINT, Script, TOKEN, VERIFY, comment, configuration, graph, mention, secrets, sign};
use crate::common::daemon::Daemon;
use crate::websub::bed::send;

async fn number(dir: &Path, sql: &'static str) -> i64 {
    let url = format!("sqlite://{}", dir.join("state/mentiond.db").display());
    sqlx::query_scalar(sql).fetch_one(&mut SqliteConnection::connect(&url).await.unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_never_lost_and_never_read_twice() {
    let script = Script::default();
    let graph = graph(Arc::clone(&script)).await;
    for id in ["90001", "90002", "90003", "90004"] {
        let mut shown = comment(id, &format!("{COMPLAINT} {id}"));
        shown["mentioned_comment"]["timestamp"] = Clock::system().now().to_rfc3339().into();
        script.lock().unwrap().insert(id, vec![(200, shown)]);
    }
    let dir = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let text = configuration("instagram", &graph, &format!("127.0.0.1:{port}"));
    std::fs::write(dir.path().join("mentiond.toml"), text).unwrap();
    std::fs::write(dir.path().join("quiet-token"), "another-token").unwrap();
    let start = || Daemon::start_with(dir.path(), &secrets()).wait_until_ready();
    let mut daemon = start();
    let query = format!("/hook/meta?hub.mode=subscribe&hub.challenge=77&hub.verify_token={VERIFY}");
    let address = ([127, 0, 0, 1], port).into();
    assert_eq!(send(address, "GET", &query, &[], b"").await.body, "77");
    for id in ["90001", "90002", "90003", "90004"] {
        let body = mention(id, 1);
        let signature = sign(APP_SECRET, body.as_bytes());
        let answer = send(address, "POST", "/hook/meta", &[("x-hub-signature-256", &signature)], body.as_bytes()).await;
        assert_eq!(answer.status, 200);
        daemon.kill();
        daemon = start();
    }
    for _ in 0..1_000 {
        if number(dir.path(), "SELECT count(*) FROM delivered_document").await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(number(dir.path(), "SELECT count(*) FROM delivered_document").await, 0);
    assert_eq!(number(dir.path(), "SELECT count(*) FROM mention").await, 4);
    assert_eq!(number(dir.path(), "SELECT count(*) FROM alert").await, 4);
    let wrong = send(address, "POST", "/hook/meta", &[("x-hub-signature-256", "sha256=00")], b"{}").await;
    assert_eq!(wrong.status, 403);
    assert_eq!(daemon.stop(), Some(0));
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(log.contains("its signature is wrong"), "{log}");
    assert!(![TOKEN, APP_SECRET, VERIFY].into_iter().any(|secret| log.contains(secret)), "{log}");
}
