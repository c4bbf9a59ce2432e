//! Polls that are stored together: each hears of itself alone, and a store that fails for a while costs nothing.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use mentiond::alert::Rules;
use mentiond::clock::Clock;
use mentiond::config::FetchConfig;
use mentiond::fetch::Client;
use mentiond::model::{Source, SourceKind};
use mentiond::pipeline::{Judge, Pipeline, Polled};
use mentiond::sentiment::Scorer;
use mentiond::store::{Committed, StoreError};
use sqlx::Executor;

use super::bed::{Bed, at, commit, health, plain};
use crate::common::feeds::{Feeds, Item};

/// Transactions committed so far: `iChange` of the log's index (<https://sqlite.org/walformat.html>).
fn commits(bed: &Bed) -> u32 {
    let index = std::fs::read(bed.dir.path().join("mentiond.db-shm")).unwrap();
    u32::from_ne_bytes(index[8..12].try_into().unwrap())
}

async fn claimed_sources(count: usize) -> (Bed, Vec<String>) {
    let names: Vec<String> = (0..count).map(|number| format!("source{number:02}")).collect();
    let bed = Bed::with_sources(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(bed.store.claim_sources("me", at(60), at(600), count).await.unwrap().len(), count);
    (bed, names)
}

#[tokio::test]
async fn polls_that_end_while_others_write_are_stored_in_one_transaction() {
    let (bed, names) = claimed_sources(50).await;
    let mut other = bed.raw().await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let before = commits(&bed);
    let polls = names.iter().map(|name| bed.store.commit_poll(commit(name, vec![plain(name)], at(61))));
    let release = async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        other.execute("ROLLBACK").await.unwrap();
    };
    let (stored, ()) = futures_util::future::join(join_all(polls), release).await;
    let one = Committed { entries: 1, ..Committed::default() };
    assert!(stored.into_iter().all(|stored| stored.unwrap() == one));
    assert_eq!(commits(&bed) - before, 1);
}

#[tokio::test]
async fn a_poll_that_cannot_be_stored_takes_no_other_with_it() {
    let (bed, names) = claimed_sources(10).await;
    bed.execute(
        "CREATE TRIGGER boom BEFORE INSERT ON entry WHEN NEW.source = 'source03' BEGIN SELECT RAISE(ABORT, 'boom'); END",
    )
    .await;
    bed.execute("UPDATE source_state SET claimed_by = 'you' WHERE name = 'source07'").await;
    let polls = names.iter().map(|name| bed.store.commit_poll(commit(name, vec![plain(name)], at(61))));
    let stored = join_all(polls).await;
    for (name, stored) in names.iter().zip(&stored) {
        match (name.as_str(), stored) {
            ("source03", Err(error @ StoreError::Database(_))) => assert!(!error.is_transient(), "{error}"),
            ("source07", Err(StoreError::ClaimLost(_))) => {}
            (_, stored) => assert_eq!(stored.as_ref().unwrap().entries, 1, "{name}"),
        }
    }
    assert_eq!(bed.number("SELECT count(*) FROM entry").await, 8);
    assert_eq!(bed.number("SELECT count(*) FROM source_state WHERE last_polled_at IS NOT NULL").await, 8);
    assert_eq!(bed.number("SELECT count(*) FROM source_state WHERE claimed_by IS NOT NULL").await, 2);
}

#[tokio::test]
async fn trouble_lasts_until_a_poll_is_stored() {
    let (bed, names) = claimed_sources(3).await;
    bed.execute("ALTER TABLE source_state RENAME TO away").await;
    for (name, seconds) in names.iter().zip([61, 62]) {
        let error = bed.store.commit_poll(commit(name, vec![], at(seconds))).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
    }
    let trouble = bed.store.trouble().unwrap();
    assert_eq!(trouble.since, at(61));
    assert!(trouble.error.contains("no such table"), "{}", trouble.error);
    bed.execute("ALTER TABLE away RENAME TO source_state").await;
    bed.store.commit_poll(commit(&names[0], vec![], at(63))).await.unwrap();
    assert_eq!(bed.store.trouble(), None);
}

/// A feed with one item, and a poll of it as the daemon does it.
struct Polling {
    bed: Bed,
    source: Source,
    pipeline: Pipeline,
    clock: Clock,
}

impl Polling {
    async fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let feeds = Feeds::start().await;
        let (id, published) = ("1".to_owned(), "2026-03-02T08:00:00Z".to_owned());
        let (title, text, author) = ("Title".to_owned(), "Text".to_owned(), "Kari".to_owned());
        feeds.publish("blog", Item { id, title, text, author, published });
        let fetch = FetchConfig {
            user_agent: "test".to_owned(),
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            head_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(10),
            proxies: mentiond::config::ProxyConfig::default(),
            max_body: 1 << 20,
            concurrency: 1,
            host_gap: Duration::ZERO,
            max_pages: 1,
        };
        let judge = Judge::new(Vec::new(), Scorer::new(), Rules::new(&[]));
        let url = format!("http://127.0.0.1:{}/rss/blog", feeds.port).parse().unwrap();
        let source = Source { allow_private: true, ..Source::new("blog".to_owned(), SourceKind::Feed, url) };
        let pipeline = Pipeline::new(Client::new(&fetch).unwrap(), judge, health(), 1, Duration::ZERO);
        Self { bed: Bed::new().await, source, pipeline, clock: Clock::simulated(at(0)) }
    }

    async fn poll(&self) -> Result<Polled, StoreError> {
        let store = &self.bed.store;
        let claim = store.claim_source("blog", "me", at(0), at(0) + TimeDelta::minutes(10)).await?.unwrap();
        self.pipeline.poll_source(store, &self.source, claim, "me", &self.clock).await
    }
}

#[tokio::test]
async fn what_was_read_is_stored_once_the_store_works_again() {
    let polling = Polling::new().await;
    let bed = &polling.bed;
    bed.execute("ALTER TABLE entry RENAME TO away").await;
    let mended = async {
        while bed.store.trouble().is_none() {
            tokio::task::yield_now().await;
        }
        bed.execute("ALTER TABLE away RENAME TO entry").await;
    };
    let (polled, ()) = futures_util::future::join(polling.poll(), mended).await;
    let polled = polled.unwrap();
    assert_eq!((polled.committed.entries, polled.fault), (1, None));
    assert_eq!(bed.store.trouble(), None);
    assert_eq!(bed.number("SELECT count(*) FROM entry").await, 1);
}

#[tokio::test]
async fn what_the_database_will_never_take_is_a_fault_of_the_source() {
    let polling = Polling::new().await;
    let bed = &polling.bed;
    bed.execute("CREATE TRIGGER boom BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'boom'); END").await;
    let fault = polling.poll().await.unwrap().fault.unwrap().to_string();
    assert!(fault.contains("what was read cannot be stored") && fault.contains("boom"), "{fault}");
    let state = &bed.store.source_states().await.unwrap()[0];
    assert_eq!((state.failures, state.fault.as_deref(), state.last_read_at), (1, Some(fault.as_str()), None));
    assert_eq!(bed.number("SELECT count(*) FROM source_state WHERE claimed_by IS NOT NULL").await, 0);
}
