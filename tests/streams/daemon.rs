//! The real daemon, killed while its streams break off: every post is stored once, and none is lost.

use std::path::Path;
use std::time::Duration;

use mentiond::config::StoreConfig;
use mentiond::store::Store;

use crate::common::daemon::Daemon;
use crate::common::streams::{Manner, Streams};

/// Ids are milliseconds in front of 16 bits.
const BITS: u32 = 16;

fn configure(dir: &Path, server: &Streams) {
    let (bluesky, mastodon) = (server.url("http", "/subscribe"), server.url("http", "/"));
    std::fs::write(dir.join("token"), "SECRET-OF-THE-STREAM\n").unwrap();
    let text = format!(
        "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n\
         [fetch]\nhost_gap = \"0s\"\n\
         [[brand]]\nname = \"Skip Hop\"\n\
         [[source]]\nname = \"Bluesky\"\nkind = \"jetstream\"\nurl = \"{bluesky}\"\ninterval = \"1s\"\nallow_private = true\n\
         [[source]]\nname = \"Mastodon\"\nkind = \"mastodon_streaming\"\nurl = \"{mastodon}\"\ninterval = \"1s\"\n\
         tags = [\"skiphop\"]\ntoken_file = \"token\"\nallow_private = true\n"
    );
    std::fs::write(dir.join("mentiond.toml"), text).unwrap();
}

/// Entries that are stored, and mentions.
async fn stored(dir: &Path) -> (u64, u64) {
    let url = format!("sqlite://{}", dir.join("state/mentiond.db").display());
    let store = Store::open(&StoreConfig { url, keep_entries: Duration::from_secs(86_400) }).await.unwrap();
    let from = chrono::DateTime::UNIX_EPOCH;
    let counts = store.period_counts("Skip Hop", from, from + chrono::TimeDelta::days(36_500)).await.unwrap();
    store.close().await;
    (counts.entries, counts.mentions)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_is_stored_twice() {
    let dir = tempfile::tempdir().unwrap();
    let server = Streams::start().await;
    configure(dir.path(), &server);
    let mut daemon = Daemon::start(dir.path()).wait_until_ready();
    // A stream knows what happens from its first poll on.
    while server.opened() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut published = 0;
    for step in 0..12_u64 {
        for _ in 0..20 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            #[expect(clippy::disallowed_methods, reason = "the daemon under test runs on the system's clock")]
            let now = chrono::Utc::now();
            let text = format!("Skip Hop, number {published}, {random:x}");
            server.post(now.timestamp_micros(), &format!("{published}"), &text);
            server.post(now.timestamp_micros(), &format!("other{published}"), "hop over the others");
            let milliseconds = u64::try_from(now.timestamp_millis()).unwrap();
            server.toot(
                "skiphop",
                (milliseconds << BITS) + published,
                &format!("Skip Hop toot {published} {random:x}"),
            );
            published += 1;
            tokio::time::sleep(Duration::from_millis(random % 20)).await;
        }
        match step % 4 {
            0 => server.break_off(),
            1 => {
                server.next(Manner::BreakOff(3));
                server.next(Manner::BreakOffAfter(Duration::from_millis(300)));
                server.break_off();
            }
            2 => {
                daemon.kill();
                daemon = Daemon::start(dir.path());
            }
            _ => tokio::time::sleep(Duration::from_millis(1_200)).await,
        }
    }
    let expected = (published * 2, published * 2);
    let begun = std::time::Instant::now();
    while stored(dir.path()).await != expected && begun.elapsed() < Duration::from_secs(40) {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(stored(dir.path()).await, expected);
    assert_eq!(daemon.stop(), Some(0));
    let stopped = std::time::Instant::now();
    while server.leaves() == 0 && stopped.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(server.leaves() > 0, "the daemon takes leave when it stops");
    println!("{published} posts of each network, {} streams opened", server.opened());
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(!log.contains("SECRET-OF-THE-STREAM"));
    assert_eq!(stored(dir.path()).await, expected);
}
