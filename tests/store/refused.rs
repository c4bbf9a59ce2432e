//! Sources whose credentials are not taken any more.

use mentiond::model::PollFault;
use mentiond::model::health::{Health, LOCKED_OUT};
use mentiond::store::PollCommit;

use super::bed::{Bed, HOUR, at, commit};
use super::health::poll;

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
