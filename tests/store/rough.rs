//! Rough treatment: many at once, futures dropped half-way, a second process that writes.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::{Either, join_all, select};
use mentiond::store::Store;
use sqlx::Executor;

use super::bed::{ANNA, Bed, HOP, at, commit, complaint, config};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_at_once_lose_and_double_nothing() {
    let names: Vec<String> = (0..20).map(|number| format!("source{number}")).collect();
    let bed = Bed::with_sources(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let tasks = (0..20).map(|task| {
        let store = bed.store.clone();
        tokio::spawn(async move {
            let owner = format!("owner{task}");
            let mut claimed = Vec::new();
            for round in 0..10 {
                let (now, lease) = (at(round * 900), at(50_000));
                for claim in store.claim_sources(&owner, now, lease, 2).await.unwrap() {
                    let key = format!("{}-{round}", claim.name);
                    let found = vec![complaint(&key, HOP, &[ANNA]), complaint("everywhere", HOP, &[ANNA])];
                    let mut poll = commit(&claim.name, found, now);
                    poll.owner.clone_from(&owner);
                    store.commit_poll(poll).await.unwrap();
                    claimed.push(key);
                }
                for message in store.claim_outbox(&owner, at(round * 900 + 30), lease, 2).await.unwrap() {
                    store.mark_sent(message.id, &owner, at(round * 900 + 31)).await.unwrap();
                }
                store.period_counts(HOP, at(-1), at(99_999)).await.unwrap();
            }
            claimed
        })
    });
    let claimed: Vec<String> = join_all(tasks).await.into_iter().flat_map(Result::unwrap).collect();
    let different: BTreeSet<&String> = claimed.iter().collect();
    assert_eq!(claimed.len(), different.len(), "nothing is polled twice");
    let counts = bed.store.period_counts(HOP, at(-1), at(99_999)).await.unwrap();
    assert_eq!((counts.entries, counts.mentions), (claimed.len() as u64 + 1, claimed.len() as u64 + 1));
    bed.deliver(at(99_999)).await;
    assert_eq!(bed.number("SELECT count(*) FROM alert").await, claimed.len() as i64 + 1);
    assert_eq!(
        bed.number("SELECT count(*) FROM outbox_alert l JOIN outbox o ON o.id = l.outbox_id WHERE o.state = 'sent'")
            .await,
        claimed.len() as i64 + 1
    );
}

#[tokio::test]
async fn a_future_that_is_dropped_half_way_leaves_nothing_behind() {
    let bed = Bed::new().await;
    let mut finished = 0;
    for steps in 0..400 {
        bed.store.release_claims("me").await.unwrap();
        bed.claim("blog", at(steps)).await;
        let found = (0..3).map(|number| complaint(&format!("{steps}-{number}"), HOP, &[ANNA])).collect();
        let work = std::pin::pin!(bed.store.commit_poll(commit("blog", found, at(steps))));
        let patience = std::pin::pin!(async {
            for _ in 0..steps {
                tokio::task::yield_now().await;
            }
        });
        if let Either::Left((done, _)) = select(work, patience).await {
            done.unwrap();
            finished += 1;
        }
    }
    bed.store.enqueue_reminders(&super::bed::grouping(), &super::bed::audience(), at(500)).await.unwrap();
    let stored = bed.number("SELECT count(*) FROM entry").await;
    assert_eq!(stored % 3, 0, "a poll is stored whole or not at all");
    assert!(stored / 3 >= finished && finished < 400, "{finished} finished, {stored} entries");
    assert_eq!(bed.number("SELECT count(*) FROM alert").await, stored);
}

#[tokio::test]
async fn another_process_that_writes_is_waited_for() {
    let bed = Bed::new().await;
    let mut other = bed.raw().await;
    other.execute("BEGIN IMMEDIATE; UPDATE source_state SET weight = 2").await.unwrap();
    let store = bed.store.clone();
    let waiting = tokio::spawn(async move { store.claim_sources("me", at(0), at(600), 5).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    assert_eq!(bed.store.source_states().await.unwrap().len(), 2, "readers do not wait");
    other.execute("COMMIT").await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().len(), 2);
}

#[tokio::test]
async fn what_was_committed_is_there_after_the_process_is_gone() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    let dir = tempfile::tempdir().unwrap();
    for file in ["mentiond.db", "mentiond.db-wal"] {
        std::fs::copy(bed.dir.path().join(file), dir.path().join(file)).unwrap();
    }
    let copy = Store::open(&config(&dir.path().join("mentiond.db").display().to_string())).await.unwrap();
    assert_eq!(copy.outbox_counts().await.unwrap().waiting, 1);
}
