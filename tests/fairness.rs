//! The real daemon and many sources: a slow host holds back nobody else, is asked one thing at a time, and a start with
//! much that is overdue does not burst.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, SqliteConnection};

use crate::common::daemon::Daemon;
use crate::common::hostile::{Reply, Server};

fn configure(dir: &Path, fetch: &str, sources: impl Iterator<Item = (String, String, &'static str)>) {
    let source = |(name, url, interval): (String, String, &str)| {
        format!(
            "[[source]]\nname = \"{name}\"\nkind = \"feed\"\nurl = \"{url}\"\ninterval = \"{interval}\"\n\
             allow_private = true\n"
        )
    };
    let sources: String = sources.map(source).collect();
    let text = format!(
        "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\ndigest = []\n[fetch]\n{fetch}\n\
         [[brand]]\nname = \"Skip Hop\"\n{sources}"
    );
    std::fs::write(dir.join("mentiond.toml"), text).unwrap();
}

fn feed() -> Reply {
    Reply::bytes("HTTP/1.1 200 OK\r\n\r\n<rss version=\"2.0\"><channel><title>t</title></channel></rss>")
}

/// The paths that were asked for, in order.
fn paths(server: &Server) -> Vec<String> {
    server.requests().iter().map(|head| head.split(' ').nth(1).unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_host_with_many_sources_takes_one_place_of_two() {
    let server = Server::start(|path| match path {
        "/good" => feed(),
        _ => Reply::endless("HTTP/1.1 200 OK\r\n\r\n<rss>", b" ", Duration::from_millis(100)),
    })
    .await;
    let dir = tempfile::tempdir().unwrap();
    let slow = (0..18).map(|n| (format!("a{n:02}"), server.url_on(1, &format!("/{n}")).to_string(), "1h"));
    let good = ("good".to_owned(), server.url("/good").to_string(), "1s");
    configure(
        dir.path(),
        "concurrency = 2\ntimeout = \"3s\"\nconnect_timeout = \"3s\"\nhost_gap = \"0s\"",
        slow.chain([good]),
    );
    let start = Instant::now();
    let daemon = Daemon::start(dir.path()).wait_until_ready();
    let count = |paths: &[String], good: bool| paths.iter().filter(|path| (*path == "/good") == good).count();
    let mut asked = paths(&server);
    while count(&asked, true) < 5 || count(&asked, false) < 2 {
        assert!(start.elapsed() < Duration::from_secs(60), "{asked:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
        asked = paths(&server);
    }
    let most = 1 + start.elapsed().as_secs() / 3;
    let slow = count(&asked, false);
    assert!(slow as u64 <= most, "{slow} requests to a host that takes 3 s for each, in {:?}", start.elapsed());
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_with_two_thousand_overdue_feeds_does_not_burst() {
    const FEEDS: usize = 2_000;
    let server = Server::start(|_| feed()).await;
    let dir = tempfile::tempdir().unwrap();
    let sources = (0..FEEDS).map(|n| {
        let (host, port) = (format!("127.0.{}.{}", 2 + n / 250, 1 + n % 250), server.address.port());
        (format!("s{n:04}"), format!("http://{host}:{port}/{n}"), "1h")
    });
    configure(dir.path(), "", sources);
    assert_eq!(Daemon::start(dir.path()).wait_until_ready().stop(), Some(0));
    // A day of downtime; the last ones have waited longest.
    let path = format!("sqlite://{}", dir.path().join("state/mentiond.db").display());
    let mut store = SqliteConnection::connect(&path).await.unwrap();
    store
        .execute(
            "UPDATE source_state SET next_poll_at = (unixepoch() - 86400) * 1000 - CAST(substr(name, 2) AS INTEGER), \
             claimed_by = NULL, claimed_until = NULL",
        )
        .await
        .unwrap();
    store.execute("UPDATE host_state SET next_at = 0").await.unwrap();
    store.close().await.unwrap();

    let before = server.requests().len();
    let start = Instant::now();
    let daemon = Daemon::start(dir.path()).wait_until_ready();
    let mut asked = Vec::new();
    while asked.len() < 60 {
        assert!(start.elapsed() < Duration::from_secs(60), "{asked:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        asked = paths(&server).split_off(before);
        // Twenty at once, then the rest within a minute.
        let most = 20.0 + FEEDS as f64 / 60.0 * start.elapsed().as_secs_f64() + 1.0;
        assert!(asked.len() as f64 <= most, "{} polls in {:?}", asked.len(), start.elapsed());
    }
    // Eight are polled at the same time, so the last of them may overtake one another.
    let first: BTreeSet<String> = asked.into_iter().take(20).collect();
    let longest: BTreeSet<String> = (FEEDS - 28..FEEDS).map(|n| format!("/{n}")).collect();
    assert!(first.is_subset(&longest), "those that have waited longest come first: {first:?}");
    assert_eq!(daemon.stop(), Some(0));
}
