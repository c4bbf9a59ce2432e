//! What is noted of the time in which nobody was there, or a host did not want to be asked.

use mentiond::model::notice::Gap;
use mentiond::store::PollCommit;

use super::bed::{Bed, DAY, HOUR, at, commit, plain};
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
