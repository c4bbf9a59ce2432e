//! Claims of sources, and what one poll stores.

use std::time::Duration;

use chrono::TimeDelta;
use mentiond::model::{Cursor, Interval, PollFault, Tone, Validators};
use mentiond::store::{Committed, PollCommit, SourceSetup, StoreError};

use super::bed::{ANNA, Bed, HOP, OLE, at, commit, complaint, plain, said, setup};

#[tokio::test]
async fn one_of_two_owners_gets_a_source() {
    let bed = Bed::with_sources(&["blog", "forum", "news"]).await;
    let first = bed.store.claim_sources("me", at(0), at(600), 2).await.unwrap();
    assert_eq!(first.iter().map(|claim| claim.name.as_str()).collect::<Vec<_>>(), ["blog", "forum"]);
    let second = bed.store.claim_sources("you", at(0), at(600), 5).await.unwrap();
    assert_eq!(second.iter().map(|claim| claim.name.as_str()).collect::<Vec<_>>(), ["news"]);
    assert_eq!(bed.store.claim_sources("me", at(599), at(1200), 5).await.unwrap(), []);
    assert_eq!(bed.store.claim_source("blog", "you", at(599), at(1200)).await.unwrap(), None);
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(600)), "when the claims end");
    assert_eq!(bed.store.claim_sources("you", at(600), at(1200), 5).await.unwrap().len(), 3, "a claim ends");
}

#[tokio::test]
async fn who_lost_a_claim_stores_nothing() {
    let bed = Bed::new().await;
    bed.claim("blog", at(0)).await;
    bed.store.claim_source("blog", "you", at(700), at(1300)).await.unwrap().unwrap();
    let fault = Some(PollFault::Gone);
    let late = PollCommit { fault, ..commit("blog", vec![complaint("a", HOP, &[ANNA])], at(701)) };
    let error = bed.store.commit_poll(late).await.unwrap_err();
    assert_eq!(error.to_string(), "the claim on `blog` was lost: its time was over and somebody else has taken it");
    assert_eq!(
        bed.number(
            "SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM outage)"
        )
        .await,
        0
    );
}

#[tokio::test]
async fn what_a_crashed_owner_claimed_is_given_back_to_that_owner_alone() {
    let bed = Bed::new().await;
    bed.store.claim_source("blog", "daemon", at(0), at(600)).await.unwrap().unwrap();
    bed.store.claim_source("forum", "cli-7", at(0), at(600)).await.unwrap().unwrap();
    bed.store.release_claims("daemon").await.unwrap();
    let claims = bed.store.claim_sources("daemon", at(1), at(601), 5).await.unwrap();
    assert_eq!(claims.iter().map(|claim| claim.name.as_str()).collect::<Vec<_>>(), ["blog"]);
}

#[tokio::test]
async fn a_poll_is_stored_whole_or_not_at_all() {
    let bed = Bed::new().await;
    bed.execute("CREATE TRIGGER boom BEFORE INSERT ON outbox_alert BEGIN SELECT RAISE(ABORT, 'boom'); END").await;
    bed.claim("blog", at(0)).await;
    let cursor = Cursor([("".to_owned(), "7".to_owned())].into());
    let poll =
        PollCommit { cursor: cursor.clone(), ..commit("blog", vec![plain("a"), complaint("b", HOP, &[ANNA])], at(1)) };
    let error = bed.store.commit_poll(poll.clone()).await.unwrap_err();
    assert!(error.to_string().contains("boom"), "{error}");
    for table in [
        "SELECT count(*) FROM entry",
        "SELECT count(*) FROM mention",
        "SELECT count(*) FROM alert",
        "SELECT count(*) FROM outbox",
    ] {
        assert_eq!(bed.number(table).await, 0, "{table}");
    }
    assert_eq!(bed.number("SELECT count(*) FROM source_state WHERE last_polled_at IS NOT NULL").await, 0);
    bed.execute("DROP TRIGGER boom").await;
    let judged = vec![(Tone::Negative, "alert".to_owned())];
    assert_eq!(
        bed.store.commit_poll(poll).await.unwrap(),
        Committed { entries: 2, mentions: 1, alerts: 1, judged, ..Committed::default() }
    );
    let again = bed.store.claim_source("blog", "me", at(2), at(600)).await.unwrap().unwrap();
    assert_eq!((again.cursor, again.failures, again.last_read_at), (cursor, 0, Some(at(1))));
}

#[tokio::test]
async fn what_is_shown_again_is_stored_once_and_alerts_once() {
    let bed = Bed::new().await;
    let shown = || vec![plain("a"), complaint("b", HOP, &[ANNA, OLE, ANNA]), complaint("b", HOP, &[ANNA])];
    let judged = || vec![(Tone::Negative, "alert".to_owned())];
    assert_eq!(
        bed.poll("blog", shown(), at(0)).await,
        Committed { entries: 2, mentions: 1, alerts: 1, judged: judged(), ..Committed::default() }
    );
    assert_eq!(bed.poll("blog", shown(), at(900)).await, Committed::default());
    let copies = Committed { copies: 2, ..Committed::default() };
    assert_eq!(bed.poll("forum", shown(), at(950)).await, copies, "nor by another source");
    assert_eq!(
        bed.number("SELECT count(*) FROM outbox").await,
        2,
        "one notice per recipient, also when one is named twice"
    );
    let later = bed.poll("blog", vec![complaint("a", "Lego", &[])], at(1_800)).await;
    assert_eq!(
        later,
        Committed { mentions: 1, alerts: 1, judged: judged(), ..Committed::default() },
        "a new brand finds what was stored before"
    );
}

#[tokio::test]
async fn hostile_values_are_stored_without_harm() {
    let bed = Bed::new().await;
    let mut found = said("a\0'; DROP TABLE entry; --", HOP, "O'Hara \u{202e}", Some(f64::NAN));
    found.entry.engagement = Some(u64::MAX);
    found.entry.rating = Some(f64::INFINITY);
    found.entry.text = "x\0y".repeat(100_000);
    found.mentions[0].judgement.reasons[0].weight = f64::NAN;
    bed.poll("blog", vec![found], at(0)).await;
    let shown = bed.store.worst_mentions(HOP, at(-1), at(1), 5).await.unwrap();
    assert_eq!((shown[0].score, shown[0].engagement, shown[0].reasons.len()), (None, Some(i64::MAX.unsigned_abs()), 0));
}

#[tokio::test]
async fn sources_are_polled_at_once_at_the_first_start_but_not_all_of_them() {
    let names: Vec<String> = (0..100).map(|number| format!("source{number:03}")).collect();
    let bed = Bed::with_sources(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(bed.store.claim_sources("me", at(0), at(600), 1000).await.unwrap().len(), 20);
    assert_eq!(bed.store.claim_sources("me", at(60), at(600), 1000).await.unwrap().len(), 80);
}

#[tokio::test]
async fn a_source_keeps_its_place_until_it_is_pointed_elsewhere() {
    let bed = Bed::new().await;
    bed.claim("blog", at(0)).await;
    let cursor = Cursor([("".to_owned(), "7".to_owned())].into());
    bed.store.commit_poll(PollCommit { cursor: cursor.clone(), ..commit("blog", vec![], at(0)) }).await.unwrap();
    bed.store.sync_sources(&[setup("blog")], at(10)).await.unwrap();
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(900)), "a start does not poll before its time");
    assert_eq!(bed.store.source_states().await.unwrap().len(), 1, "the forum rests");
    let unknown = bed.store.claim_source("forum", "me", at(10), at(600)).await.unwrap_err();
    assert_eq!(unknown.to_string(), "the source `forum` is not configured");

    let faster = SourceSetup { interval: Interval::Fixed(Duration::from_secs(60)), ..setup("blog") };
    bed.store.sync_sources(&[faster], at(20)).await.unwrap();
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(20)), "a new interval counts at once");
    let claim = bed.store.claim_source("blog", "me", at(20), at(600)).await.unwrap().unwrap();
    assert_eq!(claim.cursor, cursor);

    let elsewhere = SourceSetup { fingerprint: "b".to_owned(), ..setup("blog") };
    bed.store.sync_sources(&[elsewhere], at(30)).await.unwrap();
    let stale = bed.store.commit_poll(PollCommit { cursor, ..commit("blog", vec![], at(40)) }).await;
    assert!(matches!(stale, Err(StoreError::ClaimLost(_))), "a poll of the old address must not leave its place");
    let claim = bed.store.claim_source("blog", "me", at(40), at(600)).await.unwrap().unwrap();
    assert_eq!(claim.cursor, Cursor::default());
}

#[tokio::test]
async fn failures_are_counted_until_a_poll_works() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![], at(0)).await;
    for number in 1..=3 {
        bed.fail("blog", vec![], at(number * 900)).await.unwrap();
    }
    let state = &bed.store.source_states().await.unwrap()[0];
    assert_eq!(
        (state.failures, state.last_read_at, state.fault.as_deref()),
        (3, Some(at(0)), Some("no route to host"))
    );
    assert_eq!(bed.store.claim_source("blog", "me", at(3_000), at(3_600)).await.unwrap().unwrap().failures, 3);
    bed.store.commit_poll(commit("blog", vec![], at(3_001))).await.unwrap();
    let state = &bed.store.source_states().await.unwrap()[0];
    assert_eq!(
        (state.failures, state.fault.clone(), state.next_poll_at),
        (0, None, at(3_001) + TimeDelta::minutes(15))
    );
}

#[tokio::test]
async fn a_document_that_has_not_changed_is_read_again_when_something_else_is_looked_for() {
    let bed = Bed::new().await;
    let validators = Validators { etag: Some("\"1\"".to_owned()), ..Validators::default() };
    bed.claim("blog", at(0)).await;
    bed.store
        .commit_poll(PollCommit { validators: validators.clone(), ..commit("blog", vec![], at(0)) })
        .await
        .unwrap();
    let after_start = async |wanted: &str, now| {
        let setup = SourceSetup { wanted: wanted.to_owned(), ..setup("blog") };
        bed.store.sync_sources(&[setup], now).await.unwrap();
        bed.store.claim_sources("me", now, now + TimeDelta::minutes(10), 9).await.unwrap()
    };
    assert!(after_start("w", at(60)).await.is_empty(), "it is not due yet");
    let due = after_start("other brands", at(60)).await;
    assert_eq!(due.iter().map(|claim| &claim.validators).collect::<Vec<_>>(), [&Validators::default()]);
}

#[tokio::test]
async fn a_cursor_that_cannot_be_read_back_does_not_keep_other_sources_from_being_polled() {
    let bed = Bed::new().await;
    bed.execute("UPDATE source_state SET cursor = 'nonsense', validators = '[' WHERE name = 'blog'").await;
    assert_eq!(bed.store.claim_sources("me", at(0), at(600), 9).await.unwrap().len(), 2);
}
