//! One thing at a time per host, a gap after it, and nobody waits for somebody else's host.

use std::time::Duration;

use chrono::TimeDelta;
use mentiond::model::{Instant, PollFault, Whereabouts};
use mentiond::pipeline::POLL_LEASE;
use mentiond::store::{PollCommit, SourceSetup, Store};
use sqlx::Executor;

use super::bed::{Bed, DAY, at, commit, config, setup};

fn on(host: &str, name: &str) -> SourceSetup {
    SourceSetup { host: host.to_owned(), ..setup(name) }
}

async fn bed(setups: &[SourceSetup]) -> Bed {
    let bed = Bed::with_sources(&[]).await;
    bed.store.sync_sources(setups, at(0)).await.unwrap();
    bed
}

async fn claimed(store: &Store, owner: &str, now: Instant, limit: usize) -> Vec<String> {
    let claims = store.claim_sources(owner, now, now + TimeDelta::minutes(10), limit).await.unwrap();
    claims.into_iter().map(|claim| claim.name).collect()
}

#[tokio::test]
async fn sources_of_one_host_are_polled_one_after_the_other_with_a_gap() {
    let bed = bed(&[on("a:443", "a1"), on("a:443", "a2"), on("b:443", "b1")]).await;
    assert_eq!(claimed(&bed.store, "me", at(0), 9).await, ["a1", "b1"]);
    assert_eq!(claimed(&bed.store, "me", at(3), 9).await, [""; 0], "the host is asked already");
    assert_eq!(
        bed.store.claim_source("a2", "you", at(3), at(600)).await.unwrap(),
        None,
        "by hand no more than by itself"
    );
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(600)), "when the claims end");

    bed.store.commit_poll(commit("a1", vec![], at(5))).await.unwrap();
    assert_eq!(bed.store.host_free_at("a2").await.unwrap(), at(6));
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(6)), "a second after the end of the poll");
    assert_eq!(claimed(&bed.store, "me", at(5), 9).await, [""; 0]);
    assert_eq!(claimed(&bed.store, "me", at(6), 9).await, ["a2"]);
}

#[tokio::test]
async fn other_processes_keep_away_from_a_host_that_is_asked() {
    let bed = bed(&[on("a:443", "a1"), on("a:443", "a2"), on("b:443", "b1")]).await;
    let other = Store::open(&config(&bed.dir.path().join("mentiond.db").display().to_string())).await.unwrap();
    assert_eq!(claimed(&bed.store, "me", at(0), 1).await, ["a1"]);
    assert_eq!(claimed(&other, "you", at(0), 9).await, ["b1"]);
    bed.store.release_claims("me").await.unwrap();
    assert_eq!(claimed(&other, "you", at(0), 9).await, ["a1"], "what a crashed owner held is free at once");
    assert_eq!(claimed(&bed.store, "me", at(600), 9).await, ["a1", "b1"], "a claim ends, and with it the host's");
}

#[tokio::test]
async fn a_host_with_much_to_offer_holds_back_nobody() {
    let slow = (0..300).map(|number| on("slow:443", &format!("a{number:03}")));
    let quick = (0..10).map(|number| on(&format!("quick{number}:443"), &format!("z{number}")));
    let bed = bed(&slow.chain(quick).collect::<Vec<_>>()).await;
    bed.execute("UPDATE source_state SET next_poll_at = next_poll_at - 3600000 WHERE host = 'slow:443'").await;
    bed.execute("UPDATE source_state SET next_poll_at = next_poll_at - 60000 WHERE host <> 'slow:443'").await;
    let first = claimed(&bed.store, "me", at(0), 4).await;
    assert_eq!(first, ["a000", "z0", "z1", "z2"], "the slow host fills one place of four");
    let rest: Vec<String> = (3..10).map(|number| format!("z{number}")).collect();
    assert_eq!(claimed(&bed.store, "me", at(0), 99).await, rest);
    bed.store.commit_poll(commit("a000", vec![], at(30))).await.unwrap();
    bed.store.commit_poll(PollCommit { next_poll_at: at(30), ..commit("z0", vec![], at(29)) }).await.unwrap();
    assert_eq!(claimed(&bed.store, "me", at(31), 1).await, ["z0"], "who was free first comes first");
    assert_eq!(claimed(&bed.store, "me", at(31), 1).await, ["a001"]);
}

#[tokio::test]
async fn a_host_that_wants_to_be_left_alone_is_left_alone_with_all_its_sources() {
    let bed = bed(&[on("a:443", "a1"), on("a:443", "a2")]).await;
    for (now, until, free) in [(0, Some(at(300)), 300), (300, Some(at(200)), 301), (400, None, 401)] {
        bed.claim("a1", at(now)).await;
        bed.store.commit_poll(PollCommit { host_until: until, ..commit("a1", vec![], at(now)) }).await.unwrap();
        assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(free)));
        assert_eq!(claimed(&bed.store, "me", at(free - 1), 9).await, [""; 0]);
        let states = bed.store.source_states().await.unwrap();
        assert!(states.iter().all(|state| state.host_free_at == at(free)), "the status tells it");
    }
    assert_eq!(claimed(&bed.store, "me", at(401), 9).await, ["a2"]);
    let gap = PollCommit { host_gap: Duration::ZERO, ..commit("a2", vec![], at(402)) };
    bed.store.commit_poll(gap).await.unwrap();
    assert_eq!(bed.store.host_free_at("a1").await.unwrap(), at(402), "a gap of nothing is none");
}

#[tokio::test]
async fn a_poll_by_hand_that_hears_nothing_does_not_end_the_rest_of_its_host() {
    let bed = bed(&[on("a:443", "a1"), on("a:443", "a2")]).await;
    bed.claim("a1", at(0)).await;
    let fault = Some(PollFault::Throttled { status: 429, until: Some(at(3_600)) });
    let refused = PollCommit { fault, host_until: Some(at(3_600)), ..commit("a1", vec![], at(0)) };
    bed.store.commit_poll(refused).await.unwrap();
    bed.fail("a2", vec![], at(60)).await.unwrap();
    assert_eq!(bed.store.host_free_at("a2").await.unwrap(), at(3_600), "no answer is no leave");
    bed.fail("a2", vec![], at(3_600)).await.unwrap();
    assert_eq!(bed.store.host_free_at("a2").await.unwrap(), at(3_601), "nor does it make a rest longer");
    bed.poll("a2", vec![], at(3_700)).await;
    assert_eq!(bed.store.host_free_at("a2").await.unwrap(), at(3_701));
}

#[tokio::test]
async fn hosts_that_nobody_asks_any_more_are_forgotten_once_their_rest_is_over() {
    let setups = [on("a:443", "a1"), on("b:443", "b1"), on("c:443", "c1")];
    let bed = bed(&setups).await;
    let hosts = async || bed.number("SELECT count(*) FROM host_state").await;
    let keep = Duration::from_secs(30 * 86_400);
    bed.claim("a1", at(0)).await;
    let whereabouts = Whereabouts { moved_to: Some("https://d/".parse().unwrap()), ..Whereabouts::default() };
    let moves_to_host = Some("d:443".to_owned());
    let moved = PollCommit { moves_to_host, whereabouts, host_until: Some(at(500)), ..commit("a1", vec![], at(0)) };
    bed.store.commit_poll(moved).await.unwrap();
    bed.store.prune(at(499), keep).await.unwrap();
    assert_eq!(hosts().await, 4, "it still rests");
    bed.store.prune(at(501), keep).await.unwrap();
    assert_eq!(hosts().await, 3, "its only source has moved");
    bed.store.sync_sources(&setups[1..2], at(510)).await.unwrap();
    bed.store.prune(at(510), keep).await.unwrap();
    assert_eq!(hosts().await, 1);
    bed.store.sync_sources(&setups, at(5_000)).await.unwrap();
    assert_eq!(claimed(&bed.store, "me", at(5_060), 9).await, ["b1", "c1", "a1"], "who comes back is asked again");
}

#[tokio::test]
async fn claims_of_a_clock_that_stood_ahead_end_with_the_next_start() {
    let setups = [on("a:443", "a1"), on("a:443", "a2"), on("b:443", "b1")];
    let bed = bed(&setups).await;
    let lease = TimeDelta::from_std(POLL_LEASE).unwrap();
    bed.store.claim_source("a1", "killed", at(30 * DAY), at(30 * DAY) + lease).await.unwrap().unwrap();
    bed.store.claim_source("b1", "busy", at(0), at(0) + lease).await.unwrap().unwrap();
    assert_eq!(claimed(&bed.store, "me", at(0), 9).await, [""; 0], "the host is taken");
    bed.store.sync_sources(&setups, at(0)).await.unwrap();
    assert_eq!(claimed(&bed.store, "me", at(0), 9).await, ["a1"], "but a poll that may be running is left alone");
}

#[tokio::test]
async fn what_is_due_is_known_whoever_writes_it() {
    let bed = bed(&[on("a:443", "a1"), on("b:443", "b1")]).await;
    assert_eq!(claimed(&bed.store, "me", at(0), 9).await.len(), 2);
    for name in ["a1", "b1"] {
        bed.store.commit_poll(commit(name, vec![], at(0))).await.unwrap();
    }
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(900)));
    bed.execute("UPDATE source_state SET next_poll_at = next_poll_at - 300000 WHERE name = 'b1'").await;
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(600)));
    bed.execute("UPDATE host_state SET next_at = next_at + 700000 WHERE host = 'b:443'").await;
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(701)));
    bed.store.sync_sources(&[on("a:443", "a1")], at(1)).await.unwrap();
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(900)), "a host without a source is never due");
    bed.store.sync_sources(&[SourceSetup { fingerprint: "b".to_owned(), ..on("b:443", "a1") }], at(2)).await.unwrap();
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(701)), "a source that moves meets its new host's gap");
}

#[tokio::test]
async fn a_start_after_a_downtime_does_not_burst() {
    let all: Vec<SourceSetup> =
        (0..200).map(|number| on(&format!("h{number:03}:443"), &format!("s{number:03}"))).collect();
    let bed = bed(&all).await;
    let mut raw = bed.raw().await;
    raw.execute("UPDATE source_state SET next_poll_at = next_poll_at + 1000 * CAST(substr(name, 2) AS INTEGER)")
        .await
        .unwrap();
    let down = 1_000;
    bed.store.sync_sources(&all, at(down)).await.unwrap();
    bed.store.spread_overdue(at(down)).await.unwrap();
    let due = async |seconds: i64| claimed(&bed.store, "me", at(down + seconds), 999).await;
    let first: Vec<String> = (0..20).map(|number| format!("s{number:03}")).collect();
    assert_eq!(due(0).await, first, "a few at once, those that have waited longest");
    let early = due(30).await;
    assert_eq!(
        (early.len(), early.last().map(String::as_str)),
        (81, Some("s100")),
        "half of them in half of the minute"
    );
    assert_eq!(due(60).await.len(), 99, "and all within it");
}

#[tokio::test]
async fn few_are_polled_at_once_after_a_downtime() {
    let bed = Bed::new().await;
    bed.store.spread_overdue(at(5_000)).await.unwrap();
    assert_eq!(claimed(&bed.store, "me", at(5_000), 9).await, ["blog", "forum"]);
}

#[tokio::test]
async fn refusals_of_a_host_are_counted_until_one_of_its_answers_is_good() {
    let bed = bed(&[on("a:443", "a1"), on("a:443", "a2"), on("b:443", "b1")]).await;
    let unreachable = Some(PollFault::Unreachable("no route to host".to_owned()));
    let mut now = 0;
    for (source, fault, rests, before) in [
        ("a1", Some(PollFault::Throttled { status: 429, until: None }), true, 0),
        ("a2", Some(PollFault::Denied { status: 403, message: "forbidden".to_owned() }), true, 1),
        ("b1", None, false, 0),
        ("a1", unreachable, false, 2),
        ("a2", None, false, 2),
        ("a1", None, false, 0),
    ] {
        now += 60;
        let claim = bed.store.claim_source(source, "me", at(now), at(now + 600)).await.unwrap().unwrap();
        assert_eq!(claim.refusals, before, "{source} at {now}");
        let host_until = rests.then(|| at(now + 10));
        bed.store.commit_poll(PollCommit { fault, host_until, ..commit(source, vec![], at(now)) }).await.unwrap();
    }
}

#[tokio::test]
async fn a_stopped_source_keeps_no_host_ready_and_holds_back_no_other() {
    let bed = bed(&[on("a:443", "a1"), on("a:443", "a2"), on("b:443", "b1")]).await;
    assert_eq!(claimed(&bed.store, "me", at(0), 9).await, ["a1", "b1"]);
    for name in ["a1", "b1"] {
        let gone = PollCommit { stopped: Some("gone".to_owned()), ..commit(name, vec![], at(0)) };
        bed.store.commit_poll(gone).await.unwrap();
    }
    assert_eq!(claimed(&bed.store, "me", at(9_000), 9).await, ["a2"]);
    bed.store.commit_poll(commit("a2", vec![], at(9_000))).await.unwrap();
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(9_900)));
    bed.execute("UPDATE source_state SET stopped = 'by hand' WHERE name = 'a2'").await;
    assert_eq!(bed.store.next_poll_at().await.unwrap(), None);
    bed.store.spread_overdue(at(20_000)).await.unwrap();
    assert_eq!(bed.store.next_poll_at().await.unwrap(), None);
    bed.execute("UPDATE source_state SET stopped = NULL WHERE name = 'b1'").await;
    assert_eq!(claimed(&bed.store, "me", at(20_000), 9).await, ["b1"]);
}

#[tokio::test]
async fn a_source_that_has_moved_waits_its_turn_at_the_new_host_and_leaves_the_old_one() {
    let setups = [on("a:443", "a1"), on("a:443", "a2"), on("b:443", "b1")];
    let bed = bed(&setups).await;
    assert_eq!(claimed(&bed.store, "me", at(0), 9).await, ["a1", "b1"]);
    let whereabouts = Whereabouts { moved_to: Some("https://b/".parse().unwrap()), ..Whereabouts::default() };
    let moved = PollCommit {
        moves_to_host: Some("b:443".to_owned()),
        whereabouts,
        next_poll_at: at(60),
        ..commit("a1", vec![], at(5))
    };
    bed.store.commit_poll(moved.clone()).await.unwrap();
    bed.store.sync_sources(&setups, at(10)).await.unwrap();
    assert_eq!(claimed(&bed.store, "me", at(60), 9).await, ["a2"], "somebody asks the new host already");
    bed.store.commit_poll(commit("b1", vec![], at(70))).await.unwrap();
    assert_eq!(claimed(&bed.store, "me", at(70), 9).await, [""; 0], "the gap of the new host");
    assert_eq!(claimed(&bed.store, "me", at(71), 9).await, ["a1"]);

    let elsewhere = Some("c:443".to_owned());
    bed.store.commit_poll(PollCommit { moves_to_host: elsewhere, ..moved }).await.unwrap();
    assert_eq!(claimed(&bed.store, "me", at(71), 9).await, ["a1"], "a host that nobody knew");
    bed.store.commit_poll(commit("a2", vec![], at(72))).await.unwrap();
    let ready = bed.number("SELECT ready_at FROM host_state WHERE host = 'a:443'").await;
    assert_eq!(ready, at(972).timestamp_millis(), "the first host waits for the other source alone");
    let anew = SourceSetup { fingerprint: "b".to_owned(), ..setups[0].clone() };
    bed.store.sync_sources(&[anew], at(80)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM source_state WHERE host = 'a:443' AND name = 'a1'").await, 1);
}
