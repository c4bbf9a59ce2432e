//! What sources can show no more, and for how long it is told.

use mentiond::model::notice::Lost;
use mentiond::model::{Instant, Loss, LossReason};
use mentiond::store::PollCommit;

use super::bed::{Bed, DAY, HOUR, at, commit};

fn loss(from: i64, to: i64, why: LossReason) -> Loss {
    Loss { from: at(from), to: at(to), why }
}

async fn poll(bed: &Bed, seconds: i64, lost: Vec<Loss>) {
    bed.claim("blog", at(seconds)).await;
    bed.store.commit_poll(PollCommit { lost, ..commit("blog", Vec::new(), at(seconds)) }).await.unwrap();
}

async fn told(bed: &Bed, from: i64, to: i64) -> Vec<(Instant, Instant)> {
    let coverage = bed.store.coverage(at(from), at(to)).await.unwrap();
    assert_eq!(coverage.lost.is_empty(), coverage.losing() == 0);
    coverage.lost.into_iter().map(|Lost { loss, .. }| (loss.from, loss.to)).collect()
}

#[tokio::test]
async fn what_is_lost_is_told_of_the_periods_that_it_touches_and_of_the_one_in_which_it_was_found() {
    let bed = Bed::new().await;
    poll(&bed, 10 * DAY, vec![loss(2 * DAY, 3 * DAY, LossReason::Hours(168))]).await;
    let whole = vec![(at(2 * DAY), at(3 * DAY))];
    assert_eq!(told(&bed, DAY, 3 * DAY - HOUR).await, whole);
    assert_eq!(told(&bed, 2 * DAY + HOUR, 4 * DAY).await, whole, "it was found later");
    assert_eq!(told(&bed, 9 * DAY, 11 * DAY).await, whole, "nobody could be told before");
    assert_eq!(told(&bed, 0, 2 * DAY).await, []);
    assert_eq!(told(&bed, 10 * DAY, 11 * DAY).await, [], "it was told");
    assert!(!bed.store.coverage(at(9 * DAY), at(11 * DAY)).await.unwrap().is_complete());
}

#[tokio::test]
async fn one_loss_after_the_other_is_one_and_later_periods_hear_of_their_part() {
    let bed = Bed::new().await;
    poll(&bed, DAY, vec![loss(0, DAY, LossReason::Newest(100)), loss(HOUR, 2 * HOUR, LossReason::Newest(100))]).await;
    poll(&bed, 2 * DAY, vec![loss(DAY, 2 * DAY, LossReason::Newest(100))]).await;
    assert_eq!(told(&bed, -HOUR, 3 * DAY).await, [(at(0), at(2 * DAY))]);
    assert_eq!(told(&bed, DAY, 2 * DAY).await, [(at(DAY), at(2 * DAY))]);
    poll(&bed, 3 * DAY, vec![loss(DAY, 2 * DAY, LossReason::Ends), loss(5 * DAY, 6 * DAY, LossReason::Ends)]).await;
    assert_eq!(told(&bed, -HOUR, 7 * DAY).await.len(), 3);
}

#[tokio::test]
async fn losses_are_forgotten_with_what_was_said_then() {
    let bed = Bed::new().await;
    poll(&bed, DAY, vec![loss(0, DAY, LossReason::Ends)]).await;
    let keep = std::time::Duration::from_secs(86_400);
    bed.store.prune(at(12 * DAY), keep).await.unwrap();
    assert_eq!(told(&bed, 0, DAY).await.len(), 1);
    bed.store.prune(at(14 * DAY), keep).await.unwrap();
    assert_eq!(told(&bed, 0, DAY).await, []);
}
