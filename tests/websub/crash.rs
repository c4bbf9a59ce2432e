//! `kill -9` right after a delivery was acknowledged: it is read after the next start, once.

use std::path::Path;
use std::time::Duration;

use sqlx::{Connection, SqliteConnection};

use super::bed::{path, send, sign};
use crate::common::daemon::Daemon;
use crate::common::publisher::{Form, Publisher, rss};

async fn number(dir: &Path, sql: &'static str) -> i64 {
    let url = format!("sqlite://{}", dir.join("state/mentiond.db").display());
    sqlx::query_scalar(sql).fetch_one(&mut SqliteConnection::connect(&url).await.unwrap()).await.unwrap()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..1_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{what} never came");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_never_lost_and_never_read_twice() {
    let publisher = Publisher::start().await;
    let dir = tempfile::tempdir().unwrap();
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let config = format!(
        "state_dir = \"state\"\ndigest = []\nrecipients = [\"anna@skiphop.example\"]\n\
         [web]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"https://monitor.example/m\"\n\
         [[brand]]\nname = \"Skip Hop\"\n[[source]]\nname = \"blog\"\nkind = \"feed\"\nallow_private = true\n\
         url = \"http://127.0.0.1:{}/feed\"\n",
        publisher.port
    );
    std::fs::write(dir.path().join("mentiond.toml"), config).unwrap();
    let address = ([127, 0, 0, 1], port).into();
    let mut daemon = Daemon::start(dir.path()).wait_until_ready();
    until("the request to the hub", async || !publisher.forms().is_empty()).await;
    let form: Form = publisher.forms().remove(0);
    let query =
        "hub.mode=subscribe&hub.topic=https%3A%2F%2Fblog.example%2Ffeed&hub.challenge=c&hub.lease_seconds=86400";
    assert_eq!(send(address, "GET", &format!("{}?{query}", path(&form)), &[], b"").await.body, "c");

    let mut acknowledged = 0;
    for round in 0..6 {
        let count = round % 3 + 1;
        for item in 0..count {
            let body = rss(&[format!("Skip Hop {round} {item}")]);
            let signature = sign(&form["hub.secret"], body.as_bytes());
            let headers = [("content-type", "application/rss+xml"), ("x-hub-signature", signature.as_str())];
            let answer = send(address, "POST", &path(&form), &headers, body.as_bytes()).await;
            assert_eq!(answer.status, 200);
            acknowledged += 1;
        }
        daemon.kill();
        daemon = Daemon::start(dir.path()).wait_until_ready();
    }
    let waiting = "SELECT count(*) FROM delivered_document";
    until("the last document", async || number(dir.path(), waiting).await == 0).await;
    assert_eq!(number(dir.path(), "SELECT count(*) FROM mention").await, acknowledged);
    assert_eq!(number(dir.path(), "SELECT count(*) FROM entry").await, acknowledged);
    assert_eq!(publisher.forms().len(), 1, "one subscription, whatever happens");
    assert_eq!(daemon.stop(), Some(0));
}
