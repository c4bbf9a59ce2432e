//! What hubs mean for the store: coverage, stops, doubts, forgetting, and documents that cannot be read back.

use std::time::Duration;

use mentiond::model::health::Health;
use mentiond::model::{Instant, PollFault};
use mentiond::store::{Callback, PollCommit, Settled, SubscriptionState};

use super::bed::{Bed, DAY, HOUR, at, commit, plain, setup};

/// A hub that was asked for a source, its lease, and since when nothing is wanted of it any more.
pub async fn subscribe(bed: &Bed, source: &str, state: &str, lease_until: Instant, ended_at: Option<Instant>) {
    sqlx::query(
        "INSERT INTO subscription (source, fingerprint, hub, topic, read_from, state, token, callback, key_id, \
         allow_private, found_at, asked_at, verified_at, lease_until, due_at, ended_at, failures, ignored) \
         VALUES ($1, 'a', 'https://hub.example/', 'https://blog.example/', 'https://blog.example/', $2, \
         lower(hex(randomblob(16))), 'https://monitor.example/', 'k', 0, 0, 0, 0, $3, $3, $4, 0, 0)",
    )
    .bind(source)
    .bind(state)
    .bind(lease_until.timestamp_millis())
    .bind(ended_at.map(|at| at.timestamp_millis()))
    .execute(&mut bed.raw().await)
    .await
    .unwrap();
}

async fn deliver(bed: &Bed, source: &str, content_type: &'static str, body: &'static str) {
    let sql = format!(
        "INSERT INTO delivered_document (source, fingerprint, subscription_id, received_at, due_at, attempts, bytes, \
         content_type, body) SELECT source, fingerprint, id, 0, 0, 0, 1, {content_type}, {body} FROM subscription WHERE source = $1 AND state <> 'ended'"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(source).execute(&mut bed.raw().await).await.unwrap();
}

/// The sources that were not read in this time.
async fn unread(bed: &Bed, from: i64, to: i64) -> Vec<String> {
    let coverage = bed.store.coverage(at(from), at(to)).await.unwrap();
    coverage.unread.into_iter().map(|gap| gap.source).collect()
}

#[tokio::test]
async fn a_source_whose_hub_delivers_is_no_gap_while_the_lease_lasts() {
    let bed = Bed::new().await;
    for source in ["blog", "forum"] {
        bed.poll(source, vec![plain(source)], at(0)).await;
    }
    subscribe(&bed, "blog", "live", at(3 * DAY), None).await;
    assert_eq!(unread(&bed, HOUR, DAY).await, ["forum"], "both were due, and nobody polled them");
    assert_eq!(unread(&bed, 2 * DAY, 3 * DAY).await, ["forum"]);
    assert_eq!(
        unread(&bed, 2 * DAY, 3 * DAY + 1).await,
        ["blog", "forum"],
        "the hub had not promised all of that time"
    );

    bed.claim("blog", at(0)).await;
    bed.store.commit_poll(PollCommit { next_poll_at: at(DAY), ..commit("blog", vec![], at(0)) }).await.unwrap();
    bed.execute("UPDATE subscription SET state = 'denied'").await;
    assert_eq!(unread(&bed, HOUR, DAY - 1).await, ["forum"], "it was not due, hub or not");
    assert_eq!(unread(&bed, HOUR, DAY).await, ["blog", "forum"]);
    bed.execute("UPDATE subscription SET state = 'live'").await;
    assert_eq!(unread(&bed, HOUR, DAY).await, ["forum"]);
    bed.execute("UPDATE source_state SET stopped = 'it has expired'").await;
    assert_eq!(unread(&bed, HOUR, DAY).await, ["blog", "forum"], "who is stopped is told of in any case");
}

#[tokio::test]
async fn a_claim_knows_the_lease_of_a_hub_that_delivers_and_of_no_other() {
    let bed = Bed::with_sources(&["asked", "denied", "ended", "live", "none"]).await;
    for state in ["asked", "denied", "ended", "live"] {
        subscribe(&bed, state, state, at(DAY), (state == "ended").then(|| at(0))).await;
    }
    for claim in bed.store.claim_sources("me", at(0), at(600), 9).await.unwrap() {
        assert_eq!(claim.live_until, (claim.name == "live").then(|| at(DAY)), "{}", claim.name);
    }
}

#[tokio::test]
async fn leave_is_taken_of_the_hub_of_a_source_that_is_polled_no_more() {
    let bed = Bed::new().await;
    for (source, state) in [("blog", "live"), ("forum", "asked")] {
        subscribe(&bed, source, state, at(5 * DAY), None).await;
        bed.claim(source, at(900)).await;
        let gone = PollCommit {
            fault: Some(PollFault::Gone),
            stopped: Some("gone".to_owned()),
            ..commit(source, vec![], at(900))
        };
        bed.store.commit_poll(gone).await.unwrap();
    }
    let due = bed.store.due_subscriptions(at(900), true, 9).await.unwrap();
    let told: Vec<_> = due.iter().map(|due| (due.source.as_str(), due.state.as_str())).collect();
    assert_eq!(told, [("blog", "ended"), ("forum", "ended")]);
}

#[tokio::test]
async fn a_hub_that_did_not_deliver_a_copy_is_doubted_as_well() {
    let bed = Bed::new().await;
    let state = async || bed.number("SELECT count(*) FROM subscription WHERE state = 'denied'").await;
    subscribe(&bed, "blog", "live", at(9 * DAY), None).await;
    bed.poll("blog", vec![plain("a")], at(0)).await;
    bed.poll("forum", vec![plain("b")], at(0)).await;
    bed.poll("blog", vec![plain("a")], at(DAY)).await;
    assert_eq!(state().await, 0, "there was nothing to deliver");
    bed.poll("blog", vec![plain("a"), plain("b")], at(2 * DAY)).await;
    assert_eq!(state().await, 1, "what another source has shown before is new to this one");
}

#[tokio::test]
async fn what_has_ended_is_forgotten_in_time_and_what_was_delivered_for_it_too() {
    let bed = Bed::with_sources(&["asked", "denied", "blog", "forum", "live"]).await;
    for state in ["asked", "denied", "live"] {
        subscribe(&bed, state, state, at(0), None).await;
    }
    for (source, ended) in [("blog", 0), ("forum", DAY)] {
        subscribe(&bed, source, "live", at(0), None).await;
        deliver(&bed, source, "NULL", "X'00'").await;
        let ended_at = at(ended).timestamp_millis();
        let end = sqlx::query("UPDATE subscription SET state = 'ended', ended_at = $2 WHERE source = $1");
        end.bind(source).bind(ended_at).execute(&mut bed.raw().await).await.unwrap();
    }
    let kept = async |day| {
        bed.store.prune(at(day * DAY + 1), Duration::from_secs(30 * 86_400)).await.unwrap();
        let documents = bed.number("SELECT count(*) FROM delivered_document").await;
        (bed.number("SELECT count(*) FROM subscription").await, documents)
    };
    assert_eq!(kept(29).await, (5, 2));
    assert_eq!(kept(30).await, (4, 1));
    assert_eq!(kept(31).await, (3, 0));
    assert_eq!(kept(900).await, (3, 0), "what has not ended is never forgotten");
}

#[tokio::test]
async fn a_document_that_cannot_be_read_back_is_given_up_and_holds_up_no_other() {
    let bed = Bed::new().await;
    for source in ["blog", "forum"] {
        subscribe(&bed, source, "live", at(5 * DAY), None).await;
        bed.claim(source, at(0)).await;
        let daily = PollCommit { next_poll_at: at(DAY), ..commit(source, vec![], at(0)) };
        bed.store.commit_poll(daily).await.unwrap();
    }
    deliver(&bed, "blog", "NULL", "'a text'").await;
    deliver(&bed, "blog", "CAST(X'ff' AS TEXT)", "X'00'").await;
    deliver(&bed, "blog", "NULL", "7").await;
    deliver(&bed, "blog", "'text/xml'", "X'3c612f3e'").await;
    deliver(&bed, "forum", "NULL", "X'3c622f3e'").await;
    let log = bed.dir.path().join("log");
    let listening =
        tracing_subscriber::fmt().with_ansi(false).with_writer(std::fs::File::create(&log).unwrap()).finish();
    let listening = tracing::subscriber::set_default(listening);
    let claims = bed.store.claim_deliveries("me", at(60), at(660), 1).await.unwrap();
    drop(listening);
    let log = std::fs::read_to_string(log).unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("cannot be read back and is given up")).collect();
    assert!(lines.len() == 3 && lines.iter().all(|line| line.contains("ERROR") && line.contains("blog")), "{log}");
    assert!(!log.contains("a text"), "never what was delivered");
    let read = claims.iter().map(|claim| (claim.source.name.as_str(), claim.document.body.as_slice()));
    assert_eq!(read.collect::<Vec<_>>(), [("blog", b"<a/>".as_slice())]);
    assert_eq!((claims[0].document.attempts, claims[0].document.content_type.as_deref()), (1, Some("text/xml")));
    assert_eq!(bed.number("SELECT count(*) FROM delivered_document").await, 2, "they are gone");
    let next = bed.number("SELECT next_poll_at FROM source_state WHERE name = 'blog'").await;
    assert_eq!(
        next,
        at(900).timestamp_millis(),
        "it is polled as soon as its interval allows, so that nothing is lost"
    );
    assert_eq!(bed.store.claim_deliveries("me", at(60), at(660), 9).await.unwrap().len(), 1, "the other source's");
}

#[tokio::test]
async fn a_delivery_tells_of_news_but_not_how_well_its_source_answers() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![plain("a")], at(0)).await;
    subscribe(&bed, "blog", "live", at(5 * DAY), None).await;
    for seconds in [900, 1_800] {
        assert_eq!(bed.fail("blog", vec![], at(seconds)).await.unwrap().health, None);
    }
    let read = async |fault, entries, seconds| {
        deliver(&bed, "blog", "NULL", "x'00'").await;
        let claims = bed.store.claim_deliveries("me", at(seconds), at(seconds + 600), 9).await.unwrap();
        let took = Duration::from_secs(99);
        let delivered = Some(Settled { id: claims[0].id, left: None, asked: false });
        let poll = PollCommit { delivered, fault, took, ..commit("blog", entries, at(seconds)) };
        assert_eq!(bed.store.commit_poll(poll).await.unwrap().health, None);
        bed.store.source_states().await.unwrap().remove(0)
    };
    let state = read(Some(PollFault::Unreadable("no feed".to_owned())), vec![], 1_900).await;
    assert_eq!((state.failures, state.news_at), (2, Some(at(0))));
    let state = read(None, vec![plain("b")], 2_000).await;
    assert_eq!((state.failures, state.news_at), (2, Some(at(2_000))));
    let change = bed.fail("blog", vec![], at(2_700)).await.unwrap().health.unwrap();
    assert_eq!((change.condition.health, change.condition.since), (Health::Failing, Some(at(900))));
}

#[tokio::test]
async fn what_a_clock_that_stood_ahead_wrote_of_a_hub_is_brought_back() {
    let bed = Bed::new().await;
    for source in ["blog", "forum"] {
        subscribe(&bed, source, "live", at(9 * DAY), None).await;
    }
    bed.execute(
        "UPDATE subscription SET found_at = 9000000000000, asked_at = 9000000000000, verified_at = 9000000000000, \
         delivered_at = 9000000000000, polled_at = 9000000000000, lease_until = 9000000000000, due_at = 9000000000000 \
         WHERE source = 'blog'",
    )
    .await;
    bed.store.sync_sources(&[setup("blog"), setup("forum")], at(DAY)).await.unwrap();
    let due = bed.store.due_subscriptions(at(DAY), true, 9).await.unwrap();
    assert_eq!(due.iter().map(|due| due.source.as_str()).collect::<Vec<_>>(), ["blog"], "its lease is asked for anew");
    let ahead =
        "SELECT max(found_at, asked_at, verified_at, delivered_at, polled_at) FROM subscription WHERE source = 'blog'";
    assert_eq!(bed.number(ahead).await, at(DAY).timestamp_millis());
    assert_eq!(bed.store.end_leases(at(DAY)).await.unwrap(), ["blog"], "nobody knows what the hub had promised");
    assert_eq!(
        bed.number("SELECT max(lease_until) FROM subscription WHERE source = 'forum'").await,
        at(9 * DAY).timestamp_millis()
    );
}

#[tokio::test]
async fn a_hub_that_ends_while_its_source_is_polled_leaves_it_polled_as_before() {
    let bed = Bed::new().await;
    let next = async || bed.number("SELECT next_poll_at FROM source_state WHERE name = 'blog'").await;
    subscribe(&bed, "blog", "live", at(9 * DAY), None).await;
    for (seconds, ends, due) in [(0, false, DAY), (DAY, true, DAY + 900)] {
        let claim = bed.store.claim_source("blog", "me", at(seconds), at(seconds + 600)).await.unwrap().unwrap();
        if ends {
            let (source, topic) = ("blog".to_owned(), "https://blog.example/".to_owned());
            let id = bed.number("SELECT id FROM subscription").await;
            let callback = Callback { id, source, topic, state: SubscriptionState::Live };
            bed.store.note_denied(&callback, "policy", at(9 * DAY), at(seconds)).await.unwrap();
        }
        // As a poll is put off that counts on its hub.
        let (live_until, next_poll_at) = (claim.live_until, at(seconds + DAY));
        let poll = PollCommit { live_until, next_poll_at, ..commit("blog", vec![], at(seconds)) };
        bed.store.commit_poll(poll).await.unwrap();
        assert_eq!(next().await, at(due).timestamp_millis(), "ended: {ends}");
    }
}
