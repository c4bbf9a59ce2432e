//! What is noted of the time in which nobody was there, or a host did not want to be asked.

use mentiond::model::PollFault;
use mentiond::model::notice::Gap;
use mentiond::store::{PollCommit, SourceSetup};

use super::bed::{Bed, DAY, HOUR, at, commit, health, plain, setup};
use super::hubs::subscribe;

const UNHEARD: &str = "nobody listened to its hub: mentiond did not run, or the machine slept";

#[tokio::test]
async fn a_hub_that_finds_nobody_leaves_a_gap_from_then_on_for_late_digests_too() {
    let bed = Bed::new().await;
    for source in ["blog", "forum"] {
        bed.claim(source, at(0)).await;
        let daily = PollCommit { next_poll_at: at(DAY), ..commit(source, vec![], at(0)) };
        bed.store.commit_poll(daily).await.unwrap();
    }
    subscribe(&bed, "blog", "live", at(9 * DAY), None).await;
    subscribe(&bed, "forum", "denied", at(9 * DAY), None).await;
    bed.store.begin_watch(at(60)).await.unwrap();
    assert_eq!(bed.store.keep_watch(at(360)).await.unwrap(), at(60));
    bed.store.note_downtime(at(960)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM outage").await, 0, "a moment is nobody's gap");
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(900)), "but it is caught up with");

    assert_eq!(bed.store.keep_watch(at(30 * HOUR)).await.unwrap(), at(30 * HOUR), "it slept");
    let slot = at(12 * HOUR);
    let late = bed.store.coverage(at(60), slot).await.unwrap();
    let gap = Gap { source: "blog".to_owned(), since: Some(at(360)), until: None, reason: UNHEARD.to_owned() };
    assert_eq!(late.unread, [gap], "the other one was not due");
    bed.poll("blog", vec![], at(30 * HOUR + 5)).await;
    let after = bed.store.coverage(at(60), at(31 * HOUR)).await.unwrap();
    let recovered: Vec<_> = after.recovered.iter().map(|gap| (gap.source.as_str(), gap.until)).collect();
    assert_eq!(recovered, [("blog", Some(at(30 * HOUR + 5)))]);
}

#[tokio::test]
async fn a_hub_is_blamed_only_for_what_it_did_not_deliver_while_somebody_listened() {
    let bed = Bed::with_sources(&["blog"]).await;
    let denied = async || bed.number("SELECT count(*) FROM subscription WHERE state = 'denied'").await;
    let shown = |number| (0..number).map(|entry| plain(&entry.to_string())).collect::<Vec<_>>();
    subscribe(&bed, "blog", "live", at(9 * DAY), None).await;
    bed.store.begin_watch(at(0)).await.unwrap();
    bed.poll("blog", shown(1), at(60)).await;
    bed.poll("blog", shown(2), at(5 * HOUR)).await;
    assert_eq!(denied().await, 0, "a poll by hand while mentiond did not run");
    bed.store.begin_watch(at(6 * HOUR)).await.unwrap();
    bed.poll("blog", shown(3), at(6 * HOUR + 60)).await;
    assert_eq!(denied().await, 0, "the first poll after a start");
    bed.store.keep_watch(at(6 * HOUR + 300)).await.unwrap();
    bed.poll("blog", shown(4), at(6 * HOUR + 600)).await;
    assert_eq!(denied().await, 1);
}

#[tokio::test]
async fn a_poll_that_waits_is_a_gap_with_its_true_reason() {
    let refused = |until| {
        let fault = Some(PollFault::Throttled { status: 429, until: Some(at(until)) });
        PollCommit { fault, host_until: Some(at(until)), next_poll_at: at(until), ..commit("first", vec![], at(900)) }
    };
    let awake = "its host is left alone until Mon 2 Mar 2026, 09:15 UTC, since it refused another source";
    let over = "its host was left alone until Mon 2 Mar 2026, 09:15 UTC, since it had refused another source";
    let queue = "its host is asked one thing at a time, and others of its sources came first";
    let late = "no poll of it was finished since it fell due";
    let nobody = "nobody polled it: mentiond did not run, or the machine slept";
    for (refusal, polls, claimed, watch, noted, reason) in [
        (Some(4_500), 0, false, 0..2_700, 2_700, awake),
        (Some(4_500), 0, false, 0..4_600, 4_600, over),
        (Some(4_500), 0, false, 0..900, 2_700, awake),
        (Some(4_500), 0, false, 1_200..2_700, 2_700, nobody),
        (Some(4_500), 0, false, 0..0, 5_000, nobody),
        (None, 10, false, 0..2_700, 2_700, queue),
        (None, 10, false, 0..600, 2_700, nobody),
        (None, 0, true, 0..1_900, 1_900, queue),
        (None, 0, false, 0..2_700, 2_700, late),
        (None, 0, false, 0..600, 2_700, nobody),
    ] {
        let on = |name: &str| SourceSetup { host: "a:443".to_owned(), ..setup(name) };
        let bed = Bed::with_sources(&[]).await;
        bed.store.sync_sources(&[on("first"), on("second")], at(0)).await.unwrap();
        bed.poll("first", vec![], at(0)).await;
        bed.poll("second", vec![], at(1)).await;
        if let Some(until) = refusal {
            bed.claim("first", at(900)).await;
            bed.store.commit_poll(refused(until)).await.unwrap();
        }
        for poll in 0..polls {
            bed.poll("first", vec![], at(900 + poll * 200)).await;
        }
        for seconds in watch.clone().step_by(300) {
            bed.store.keep_watch(at(seconds)).await.unwrap();
        }
        if claimed {
            bed.claim("first", at(1_800)).await;
        }
        bed.store.note_downtime(at(1_801)).await.unwrap();
        assert_eq!(bed.number("SELECT count(*) FROM outage WHERE source = 'second'").await, 0, "an interval is none");
        bed.store.note_downtime(at(noted)).await.unwrap();
        let unread = bed.store.coverage(at(900), at(noted)).await.unwrap().unread;
        let of_second = unread.into_iter().find(|gap| gap.source == "second");
        let expected = Gap { source: "second".to_owned(), since: Some(at(1)), until: None, reason: reason.to_owned() };
        assert_eq!(of_second, Some(expected), "{refusal:?} {polls} {claimed} {watch:?} {noted}");
    }
}

#[tokio::test]
async fn a_source_does_not_fail_because_its_host_rests() {
    let on = |name: &str| SourceSetup { host: "a:443".to_owned(), ..setup(name) };
    let bed = Bed::with_sources(&[]).await;
    bed.store.sync_sources(&[on("first"), on("second")], at(0)).await.unwrap();
    bed.poll("first", vec![], at(0)).await;
    bed.poll("second", vec![], at(1)).await;
    bed.claim("first", at(900)).await;
    let fault = Some(PollFault::Throttled { status: 429, until: Some(at(DAY)) });
    let refused =
        PollCommit { fault, host_until: Some(at(DAY)), next_poll_at: at(3 * DAY), ..commit("first", vec![], at(900)) };
    bed.store.commit_poll(refused).await.unwrap();
    let examine = async |seconds| bed.store.examine_sources(&health(), at(0), at(seconds)).await.unwrap();
    assert_eq!(examine(DAY + HOUR).await, [], "nobody could ask it for a day");
    assert_eq!(examine(2 * DAY).await, []);
    let changes = examine(2 * DAY + 60).await;
    let told: Vec<_> = changes.iter().map(|change| (change.source.as_str(), change.condition.since)).collect();
    assert_eq!(told, [("second", Some(at(DAY)))], "its host could be asked for a day, and nobody did");
}
