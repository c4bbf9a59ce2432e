//! Sources whose credentials are not taken any more.

use mentiond::model::health::{Health, LOCKED_OUT};
use mentiond::model::{Notice, PollFault};
use mentiond::store::PollCommit;

use super::bed::{Bed, HOUR, at, commit};
use super::health::{poll, told};

#[tokio::test]
async fn who_is_not_let_in_cannot_be_read_and_is_asked_again_after_a_start() {
    let bed = Bed::with_sources(&["forum"]).await;
    let fault = PollFault::Revoked { status: 401, message: "the API key".to_owned() };
    let stop = format!("{LOCKED_OUT}{fault}");
    let refused = |seconds| PollCommit {
        fault: Some(fault.clone()),
        stopped: Some(stop.clone()),
        ..commit("forum", vec![], at(seconds))
    };
    let told = poll(&bed, refused(0)).await.health.unwrap().condition;
    assert_eq!((told.health, told.why.as_str()), (Health::Failing, stop.as_str()));
    let stopped = async || bed.store.source_states().await.unwrap()[0].stopped.clone();
    assert_eq!(stopped().await, Some(stop.clone()));
    bed.store.let_in_again(at(HOUR)).await.unwrap();
    assert_eq!(stopped().await, None);
    assert_eq!(poll(&bed, refused(HOUR)).await.health, None, "it is told once");

    bed.execute("UPDATE source_state SET stopped = 'its address is gone for good (status 410)'").await;
    bed.store.let_in_again(at(2 * HOUR)).await.unwrap();
    assert!(stopped().await.is_some(), "no start brings back what is gone");
}

#[tokio::test]
async fn what_has_to_be_renewed_is_told_of_a_source_that_could_not_be_read_before() {
    let bed = Bed::with_sources(&["forum"]).await;
    let failed = |seconds| PollCommit {
        fault: Some(PollFault::Unreachable("no route to host".to_owned())),
        ..commit("forum", vec![], at(seconds))
    };
    let revoked = PollFault::Revoked { status: 401, message: "the API key".to_owned() };
    let stop = format!("{LOCKED_OUT}{revoked}");
    let refused = |seconds| PollCommit {
        fault: Some(revoked.clone()),
        stopped: Some(stop.clone()),
        ..commit("forum", vec![], at(seconds))
    };
    for hour in 0..3 {
        poll(&bed, failed(hour * HOUR)).await;
    }
    let outage = bed.deliver(at(4 * HOUR)).await;
    assert_eq!(outage.iter().map(told).collect::<Vec<_>>(), [["forum: healthy -> failing"]]);
    let change = poll(&bed, refused(5 * HOUR)).await.health.unwrap();
    assert_eq!((change.before, change.condition.health), (Health::Failing, Health::Failing));
    let renew = bed.deliver(at(6 * HOUR)).await;
    assert_eq!(renew.iter().map(told).collect::<Vec<_>>(), [["forum: failing -> failing"]]);
    let Notice::Health(notice) = &renew[0].notice else { panic!("{renew:?}") };
    assert_eq!(notice.changes[0].condition.why, stop);
    // An outage after a start is no news, and neither is it to be refused once more.
    bed.store.let_in_again(at(7 * HOUR)).await.unwrap();
    assert_eq!(poll(&bed, failed(7 * HOUR)).await.health, None);
    assert_eq!(poll(&bed, refused(8 * HOUR)).await.health, None);
}
