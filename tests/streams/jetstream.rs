//! Jetstream, poll after poll into a store.

use std::time::Duration;

use mentiond::model::{PollFault, SourceKind};
use serde_json::json;

use super::{Polling, arrive, micros};
use crate::common::streams::Manner;

/// Who posts here, unless another is named.
const KARI: &str = "did:plc:kari";

async fn polling() -> Polling {
    Polling::new(SourceKind::Jetstream, &["skip hop", "müller"]).await
}

/// What coverage knows to be missing.
async fn lost(polling: &Polling) -> Vec<String> {
    let from = chrono::DateTime::UNIX_EPOCH;
    let losses = polling.bed.store.losses(from, from + chrono::TimeDelta::days(36_500)).await.unwrap();
    let shown = |loss: &mentiond::model::Loss| {
        format!("{} to {}, {:?}", loss.from.to_rfc3339(), loss.to.to_rfc3339(), loss.why)
    };
    losses.iter().map(|lost| shown(&lost.loss)).collect()
}

fn cursor(request: &str) -> Option<i64> {
    request.split("cursor=").nth(1).map(|cursor| cursor.parse().unwrap())
}

#[tokio::test]
async fn one_connection_serves_many_polls() {
    let polling = polling().await;
    let server = &polling.server;
    assert_eq!(polling.poll().await.entries, 0);
    for (number, text) in
        ["Skip-Hop bag", "hops and skips", "the #SKIPHOP", "Muller's shop", "skip\nhop"].iter().enumerate()
    {
        server.post(micros(10 + i64::try_from(number).unwrap()), &format!("{number}"), text);
    }
    arrive().await;
    let second = polling.poll().await;
    assert_eq!((second.entries, second.fault, second.problems.len()), (4, None, 0), "what has no term is left out");
    server.unpost(micros(20), "2");
    server.post(micros(21), "5", "skip hop, soon gone");
    server.unpost(micros(22), "5");
    arrive().await;
    assert_eq!(polling.poll().await.committed.deletions, 1);
    assert_eq!(polling.stored().await, (4, 1), "what was deleted before it was read is not stored");
    assert_eq!(server.opened(), 1);
    let query = "?wantedCollections=app.bsky.feed.post&maxMessageSizeBytes=1000000";
    assert_eq!(server.requests(), [format!("STREAM /subscribe{query}")]);

    polling.pipeline.hang_up().await;
    arrive().await;
    assert_eq!(server.leaves(), 1);
}

/// What became of an account.
fn account(at: i64, did: &str, active: bool, status: &str) -> String {
    let account = json!({ "active": active, "did": did, "seq": 1, "status": status, "time": "2026-11-20T12:00:00Z" });
    json!({ "did": did, "time_us": at, "kind": "account", "account": account }).to_string()
}

#[tokio::test]
async fn the_posts_of_an_account_that_is_no_more_go_with_it() {
    let polling = polling().await;
    let server = &polling.server;
    polling.poll().await;
    server.post(micros(10), "1", "skip hop 1");
    server.post(micros(11), "2", "skip hop 2");
    server.post_by("did:plc:karin", micros(12), "1", "skip hop");
    arrive().await;
    assert_eq!(polling.poll().await.committed.entries, 3);
    for (at, did, active, status) in [
        (20, KARI, true, "deleted"),
        (21, KARI, false, "deactivated"),
        (22, KARI, false, "suspended"),
        (23, "", false, "deleted"),
        (24, "did:plc:kar", false, "deleted"),
    ] {
        server.tell(micros(at), account(micros(at), did, active, status));
    }
    arrive().await;
    assert_eq!(polling.poll().await.committed.deletions, 0, "they may come back, or are others");
    server.post(micros(30), "3", "skip hop 3, soon gone");
    server.tell(micros(31), account(micros(31), KARI, false, "takendown"));
    arrive().await;
    assert_eq!((polling.poll().await.committed.deletions, polling.stored().await), (2, (3, 2)));
}

#[tokio::test]
async fn after_a_break_it_goes_on_where_it_stopped() {
    let polling = polling().await;
    let server = &polling.server;
    polling.poll().await;
    server.post(micros(60), "1", "skip hop 1");
    arrive().await;
    assert_eq!(polling.poll().await.committed.entries, 1);
    server.post(micros(61), "2", "skip hop 2");
    arrive().await;
    server.break_off();
    arrive().await;
    server.post(micros(62), "3", "skip hop 3");
    // What had arrived before the break is read of the broken stream; the rest of the next one, from where that ended.
    assert_eq!((polling.poll().await.fault, polling.stored().await), (None, (3, 0)));
    assert_eq!(server.opened(), 2);
    assert_eq!(cursor(&server.requests()[1]), Some(micros(61) - 5_000_000));

    // A server that breaks off at once, is away, and comes back.
    server.break_off();
    arrive().await;
    server.next(Manner::BreakOff(1));
    server.next(Manner::Answer("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n".to_owned()));
    for number in 4..8 {
        server.post(micros(60 + number), &number.to_string(), &format!("skip hop {number}"));
    }
    arrive().await;
    let mut faults = Vec::new();
    while polling.stored().await.0 < 7 {
        faults.extend(polling.poll().await.fault);
        assert!(faults.len() < 5, "{faults:?}");
    }
    assert_eq!(faults, [PollFault::Status { status: 503, message: "service unavailable".to_owned() }]);
}

#[tokio::test]
async fn a_poll_that_is_not_stored_is_read_again() {
    let polling = polling().await;
    let server = &polling.server;
    polling.poll().await;
    server.post(micros(1), "1", "skip hop 1");
    arrive().await;
    polling.poll_as("somebody else").await.unwrap_err();
    assert_eq!(polling.stored().await, (0, 0));
    assert_eq!(polling.poll().await.committed.entries, 1);
    assert_eq!(server.opened(), 2, "the stream of the lost poll is not taken over");
    // Somebody else has read on: the kept stream would not say what lies between.
    polling.bed.execute("UPDATE source_state SET cursor = '{\"\":\"{\\\"at\\\":1795176001000001}\"}'").await;
    polling.poll().await;
    assert_eq!(server.opened(), 3);
}

#[tokio::test]
async fn what_the_server_does_not_keep_is_said_to_be_lost() {
    let polling = polling().await;
    let server = &polling.server;
    server.post(micros(0), "1", "skip hop 1");
    polling.poll().await;
    server.break_off();
    arrive().await;
    server.post(micros(60), "2", "skip hop 2");
    server.post(micros(640), "3", "skip hop 3");
    server.forget_before(micros(630));
    let polled = polling.poll().await;
    assert_eq!((polled.committed.entries, polled.problems.len()), (1, 0));
    assert_eq!(lost(&polling).await, ["2026-11-20T12:00:00+00:00 to 2026-11-20T12:10:40+00:00, Ends"]);
}

#[tokio::test]
async fn the_second_version_starts_anew_where_its_number_is_too_old() {
    let mut polling = polling().await;
    let path = "/xrpc/network.bsky.jetstream.subscribeEvents";
    polling.source.url = polling.server.url("http", path);
    let server = &polling.server;
    let event = |number: i64, seconds: i64| {
        let time = chrono::DateTime::from_timestamp_micros(micros(seconds)).unwrap().to_rfc3339();
        let payload = serde_json::json!({
            "$type": "network.bsky.jetstream.subscribeEvents#commit", "seq": number, "did": "did:plc:kari", "time": time,
            "operation": "create", "collection": "app.bsky.feed.post", "rkey": number.to_string(),
            "record": { "text": format!("Skip Hop {number}"), "createdAt": time },
        });
        serde_json::json!({ "$type": "message", "payload": payload }).to_string()
    };
    polling.poll().await;
    server.tell(5_000, event(5_000, 1));
    arrive().await;
    assert_eq!(polling.poll().await.committed.entries, 1);
    server.break_off();
    arrive().await;
    let body = r#"{"error":"CursorTooOld","message":"cursor 3000 is below the retention floor 8800000"}"#;
    let head = format!("HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {}", body.len());
    server.next(Manner::Answer(format!("{head}\r\n\r\n{body}")));
    let refused = polling.poll().await.fault;
    assert_eq!(refused, Some(PollFault::Status { status: 400, message: "CursorTooOld".to_owned() }));
    let server = polling.server.clone();
    let later = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(700)).await;
        server.tell(9_000_000, event(9_000_000, 1_950));
    });
    let polled = polling.poll().await;
    later.await.unwrap();
    assert_eq!((polled.fault, polled.committed.entries), (None, 1));
    assert_eq!(lost(&polling).await, ["2026-11-20T12:00:01+00:00 to 2026-11-20T12:32:30+00:00, Ends"]);
    let filter = "kinds=commit&kinds=account&collections=app.bsky.feed.post";
    let asked: Vec<String> = ["", "&cursor=3000", ""].map(|cursor| format!("STREAM {path}?{filter}{cursor}")).into();
    assert_eq!(polling.server.requests(), asked);
}

#[tokio::test]
async fn who_is_behind_catches_up_in_one_poll() {
    let polling = polling().await;
    let server = &polling.server;
    polling.poll().await;
    server.break_off();
    arrive().await;
    // Nine megabytes of an hour, which are more than two portions.
    let filling = "x".repeat(900);
    for number in 1..=9_000 {
        let text = if number % 1_000 == 0 { format!("skip hop {number}") } else { filling.clone() };
        server.post(micros(0) + number * 1_000, &number.to_string(), &text);
    }
    polling.clock.advance_to(polling.clock.now() + chrono::TimeDelta::hours(1));
    let polled = polling.poll().await;
    assert_eq!((polled.fault, polled.committed.entries), (None, 9));
    assert_eq!(server.opened(), 2);
}

#[tokio::test]
async fn each_source_keeps_its_stream_however_many_there_are() {
    let polling = polling().await;
    let names: Vec<String> = (0..40).map(|number| format!("source{number}")).collect();
    let setups: Vec<_> = names.iter().map(|name| crate::store::bed::setup(name)).collect();
    let store = &polling.bed.store;
    store.sync_sources(&setups, polling.clock.now()).await.unwrap();
    for _ in 0..2 {
        let now = polling.clock.now();
        let polls = names.iter().map(|name| async {
            let source = mentiond::model::Source { name: name.clone(), ..polling.source.clone() };
            let claim = store.claim_source(name, "me", now, now + polling.step).await.unwrap().unwrap();
            polling.pipeline.poll_source(store, &source, claim, "me", &polling.clock).await.unwrap()
        });
        let polled = futures_util::future::join_all(polls).await;
        assert!(polled.iter().all(|polled| polled.fault.is_none()));
        polling.clock.advance_to(now + polling.step);
    }
    assert_eq!(polling.server.opened(), names.len());
}
