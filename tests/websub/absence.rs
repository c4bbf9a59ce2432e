//! What a hub wanted to tell while nobody was there to hear it.

use super::bed::{Bed, DAY, PUBLIC, at};

const HOUR: i64 = 3_600;
const AWAY: &str = "nobody listened to its hub: mentiond did not run, or the machine slept";

/// The gaps of the first two days: since when, until when, and why.
async fn gaps(bed: &Bed) -> Vec<(i64, i64, String)> {
    let coverage = bed.app().store().coverage(at(1_200), at(2 * DAY)).await.unwrap();
    assert!(coverage.unread.is_empty(), "{:?}", coverage.unread);
    let seconds = |when: Option<mentiond::model::Instant>| (when.unwrap() - at(0)).num_seconds();
    coverage.recovered.into_iter().map(|gap| (seconds(gap.since), seconds(gap.until), gap.reason)).collect()
}

#[tokio::test]
async fn what_a_hub_told_to_nobody_is_caught_up_with_after_the_start_and_the_hub_is_not_blamed() {
    let (mut bed, _) = Bed::live().await;
    bed.advance(1_200).await;
    assert_eq!(bed.publisher.polls(), 2);
    bed.stop().await;
    bed.publisher.publish("Skip Hop is terrible");
    bed.clock.advance_to(at(20 * HOUR));
    bed.start(PUBLIC, "blog").await;
    bed.advance(20 * HOUR + 60).await;
    assert_eq!((bed.publisher.polls(), bed.mentions().await), (3, 1), "it is polled at once");
    assert_eq!(bed.state().await, ("live".to_owned(), None), "a hub cannot deliver to nobody");
    let gaps = gaps(&bed).await;
    assert!(matches!(&gaps[..], [(900..=1_200, 72_000..72_060, reason)] if reason == AWAY), "{gaps:?}");
    assert!(bed.next_poll().await > DAY - 100, "and relied upon as before");
}

#[tokio::test]
async fn what_a_hub_told_to_a_machine_that_slept_is_caught_up_with_as_well() {
    let (bed, _) = Bed::live().await;
    bed.advance(1_200).await;
    bed.publisher.publish("Skip Hop is terrible");
    bed.clock.advance_to(at(20 * HOUR));
    bed.advance(20 * HOUR + 600).await;
    assert_eq!((bed.publisher.polls(), bed.mentions().await), (3, 1));
    assert_eq!(bed.state().await, ("live".to_owned(), None));
    let gaps = gaps(&bed).await;
    assert!(matches!(&gaps[..], [(900..=1_200, 72_000..72_600, reason)] if reason == AWAY), "{gaps:?}");
}

#[tokio::test]
async fn a_short_restart_is_nobodys_gap_but_caught_up_with_too() {
    let (mut bed, _) = Bed::live().await;
    bed.advance(1_200).await;
    bed.stop().await;
    bed.publisher.publish("Skip Hop is terrible");
    bed.start(PUBLIC, "blog").await;
    bed.advance(2_400).await;
    assert_eq!((bed.publisher.polls(), bed.mentions().await), (3, 1), "as soon as its interval allows");
    assert_eq!((bed.state().await.0.as_str(), gaps(&bed).await), ("live", vec![]));
}
