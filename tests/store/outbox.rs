//! Notices on their way.

use mentiond::model::Notice;
use mentiond::model::notice::TrialNotice;
use mentiond::model::outbox::OutboxKind;
use mentiond::store::{OutboxCounts, Store, StoreError};

use super::bed::{ANNA, Bed, HOP, at, complaint};

async fn trial(bed: &Bed, seconds: i64) -> i64 {
    let notice = Notice::Trial(TrialNotice { asked_at: at(seconds) });
    bed.store.enqueue(OutboxKind::Trial, ANNA, &notice, at(seconds)).await.unwrap()
}

#[tokio::test]
async fn notices_are_claimed_in_the_order_in_which_they_are_due_and_by_one_only() {
    let bed = Bed::new().await;
    let (later, first, second) = (trial(&bed, 50).await, trial(&bed, 10).await, trial(&bed, 10).await);
    let ids = |messages: Vec<mentiond::model::outbox::OutboxMessage>| {
        messages.iter().map(|message| message.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(bed.store.claim_outbox("me", at(60), at(960), 2).await.unwrap()), [first, second]);
    assert_eq!(ids(bed.store.claim_outbox("you", at(60), at(960), 5).await.unwrap()), [later]);
    assert_eq!(ids(bed.store.claim_outbox("you", at(60), at(960), 5).await.unwrap()), [0; 0]);
    assert_eq!(bed.store.next_outbox_at().await.unwrap(), Some(at(960)), "when the claims end");
}

#[tokio::test]
async fn what_hurries_goes_first_and_what_leaves_by_a_busy_way_waits() {
    let bed = Bed::new().await;
    let notice = Notice::Trial(TrialNotice { asked_at: at(0) });
    let enqueue =
        async |kind, recipient, seconds| bed.store.enqueue(kind, recipient, &notice, at(seconds)).await.unwrap();
    let digest = enqueue(OutboxKind::Digest, ANNA, 1).await;
    let alert = enqueue(OutboxKind::Alert, ANNA, 2).await;
    let [ops, tickets] =
        [enqueue(OutboxKind::Alert, "channel:ops", 3).await, enqueue(OutboxKind::Alert, "channel:tickets", 4).await];
    let claim = async |ways: &[&str], limit| {
        let claimed = bed.store.claim_outbox_but(ways, "me", at(60), at(960), limit).await.unwrap();
        claimed.iter().map(|message| message.id).collect::<Vec<_>>()
    };
    assert_eq!(claim(&["mail", "channel:ops"], 5).await, [tickets]);
    assert_eq!(claim(&["mail"], 5).await, [ops]);
    assert_eq!(claim(&[], 5).await, [alert, digest]);
}

#[tokio::test]
async fn a_claim_ends_and_whoever_lost_it_cannot_say_what_became_of_the_notice() {
    let bed = Bed::new().await;
    let id = trial(&bed, 0).await;
    let first = bed.store.claim_outbox("me", at(0), at(900), 5).await.unwrap();
    let second = bed.store.claim_outbox("you", at(900), at(1800), 5).await.unwrap();
    assert_eq!((first[0].attempt, second[0].attempt), (1, 2));
    assert_eq!((second[0].id, &second[0].notice, second[0].created_at), (id, &first[0].notice, at(0)));
    for lost in [
        bed.store.mark_sent(id, "me", at(901)).await,
        bed.store.mark_retry(id, "me", at(901), at(999), "busy").await.map(drop),
        bed.store.mark_dead(id, "me", at(901), "no").await.map(drop),
    ] {
        assert!(matches!(lost, Err(StoreError::ClaimLost(_))));
    }
    bed.store.mark_sent(id, "you", at(902)).await.unwrap();
    assert!(bed.store.mark_sent(id, "you", at(903)).await.is_err(), "once");
    assert_eq!(bed.number("SELECT count(*) FROM attempt").await, 1);
    bed.store.release_claims("you").await.unwrap();
    assert_eq!(bed.store.claim_outbox("you", at(9_999), at(19_999), 5).await.unwrap(), []);
}

#[tokio::test]
async fn what_a_crashed_daemon_had_claimed_is_delivered_right_after_the_next_start() {
    let bed = Bed::new().await;
    let id = trial(&bed, 0).await;
    bed.store.claim_outbox("me", at(0), at(900), 5).await.unwrap();
    assert_eq!(bed.store.claim_outbox("me", at(1), at(900), 5).await.unwrap(), []);
    bed.store.release_claims("me").await.unwrap();
    assert_eq!(bed.store.claim_outbox("me", at(1), at(900), 5).await.unwrap()[0].id, id);
}

#[tokio::test]
async fn a_notice_is_tried_again_given_up_and_revived() {
    let bed = Bed::new().await;
    let id = trial(&bed, 0).await;
    bed.store.claim_outbox("me", at(0), at(900), 5).await.unwrap();
    bed.store.mark_retry(id, "me", at(1), at(61), "451 busy").await.unwrap();
    assert_eq!(bed.store.claim_outbox("me", at(60), at(900), 5).await.unwrap(), []);
    assert_eq!(bed.store.claim_outbox("me", at(61), at(900), 5).await.unwrap()[0].attempt, 2);
    bed.store.mark_dead(id, "me", at(62), "550 no such user").await.unwrap();
    assert_eq!(bed.store.next_outbox_at().await.unwrap(), None);
    let letter = &bed.store.dead_letters(false, 5).await.unwrap()[0];
    assert_eq!((letter.id, letter.kind, letter.recipient.as_str()), (id, OutboxKind::Trial, ANNA));
    assert_eq!((letter.died_at, letter.attempts, letter.error.as_str()), (at(62), 2, "550 no such user"));
    let counts = bed.store.outbox_counts().await.unwrap();
    assert_eq!(counts, OutboxCounts { dead: 1, ..OutboxCounts::default() });

    assert_eq!(bed.store.retry_dead(Some(id + 1), "kari", at(100)).await.unwrap(), 0);
    assert_eq!(bed.store.retry_dead(Some(id), "kari", at(100)).await.unwrap(), 1);
    assert_eq!(bed.store.retry_dead(None, "kari", at(100)).await.unwrap(), 0, "it waits already");
    let counts = bed.store.outbox_counts().await.unwrap();
    assert_eq!(counts, OutboxCounts { waiting: 1, oldest_waiting: Some(at(0)), ..OutboxCounts::default() });
    assert_eq!(bed.deliver(at(100)).await[0].attempt, 1, "a new round");
    assert_eq!(bed.store.outbox_counts().await.unwrap().sent, 1);
    assert_eq!(bed.number("SELECT count(*) FROM attempt").await, 3, "every attempt is on record");
}

#[tokio::test]
async fn a_notice_that_cannot_be_read_back_holds_up_no_other() {
    let bed = Bed::new().await;
    let (broken, strange, good) = (trial(&bed, 0).await, trial(&bed, 0).await, trial(&bed, 0).await);
    bed.execute(
        "UPDATE outbox SET notice = '{\"kind\":\"poem\"}' WHERE id = 1; UPDATE outbox SET kind = 'poem' WHERE id = 2",
    )
    .await;
    assert_eq!((broken, strange), (1, 2));
    let sent = bed.deliver(at(0)).await;
    assert_eq!(sent.iter().map(|message| message.id).collect::<Vec<_>>(), [good]);
    assert_eq!(bed.store.outbox_counts().await.unwrap().dead, 2);
    assert_eq!(
        bed.number("SELECT count(*) FROM outbox WHERE last_error LIKE 'a stored value cannot be read: %'").await,
        2
    );
}

#[tokio::test]
async fn an_id_is_never_used_twice() {
    let bed = Bed::new().await;
    let first = trial(&bed, 0).await;
    bed.execute("DELETE FROM outbox").await;
    assert!(trial(&bed, 0).await > first, "a Message-ID is made of it");
}

#[tokio::test]
async fn a_mail_is_said_even_if_its_words_cannot_be_read_back() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    bed.execute("UPDATE mention SET hits = '?', reasons = '[{}]'").await;
    assert_eq!(bed.deliver(at(30)).await.len(), 1);
}

#[tokio::test]
async fn a_notice_that_is_claimed_as_it_is_written_can_be_taken_back_until_it_is_sent() {
    let bed = Bed::new().await;
    let other = trial(&bed, 0).await;
    let notice = Notice::Trial(TrialNotice { asked_at: at(0) });
    let enqueue = || bed.store.enqueue_claimed((OutboxKind::Trial, ANNA), &notice, "me", at(0), at(900));
    let (failed, sent) = (enqueue().await.unwrap(), enqueue().await.unwrap());
    assert_eq!((failed.attempt, failed.recipient.as_str(), &failed.notice), (1, ANNA, &notice));
    let claimed = bed.store.claim_outbox("you", at(1), at(901), 5).await.unwrap();
    assert_eq!(claimed.iter().map(|message| message.id).collect::<Vec<_>>(), [other]);

    bed.store.mark_sent(sent.id, "me", at(2)).await.unwrap();
    for (id, owner) in [(sent.id, "me"), (failed.id, "you"), (other, "me")] {
        assert!(matches!(bed.store.withdraw(id, owner).await, Err(StoreError::ClaimLost(_))));
    }
    assert_eq!(bed.number("SELECT count(*) FROM outbox").await, 3);

    bed.store.mark_retry(failed.id, "me", at(3), at(1_000), "451 busy").await.unwrap();
    bed.store.claim_outbox("me", at(1_000), at(1_900), 5).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM attempt").await, 2);
    bed.store.withdraw(failed.id, "me").await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM outbox").await, 2);
    assert_eq!(bed.number("SELECT count(*) FROM attempt").await, 1, "its attempts go with it");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made_by_who_only_looks() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state/mentiond.db");
    let config = super::bed::config(&path.display().to_string());
    assert!(
        matches!(Store::open_existing(&config).await, Err(StoreError::Missing(shown)) if shown.ends_with("mentiond.db"))
    );
    assert!(!dir.path().join("state").exists());
    Store::open(&config).await.unwrap().close().await;
    Store::open_existing(&config).await.unwrap().close().await;
}

#[tokio::test]
async fn of_many_notices_of_an_alert_the_newest_are_on_record() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    bed.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120) INSERT INTO outbox (kind, brand, \
         recipient, created_at, due_at, sealed_at, state, attempts, notice) SELECT 'reminder', 'Skip Hop', \
         'anna@skiphop.example', 0, 0, 0, 'sent', 1, '' FROM n",
    )
    .await;
    bed.execute(
        "INSERT INTO outbox_alert (outbox_id, alert_id, route) SELECT o.id, (SELECT max(id) FROM alert), '' FROM outbox o \
         WHERE o.kind = 'reminder'",
    )
    .await;
    let mention = bed.number("SELECT max(mention_id) FROM alert").await;
    let told: Vec<i64> =
        bed.store.trail(mention, at(60)).await.unwrap().unwrap().notices.iter().map(|n| n.id).collect();
    assert!(told.len() == 100 && told.is_sorted());
    assert_eq!(told.last(), Some(&bed.number("SELECT max(id) FROM outbox").await));
}
