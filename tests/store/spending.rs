//! Budgets that are used up: what is told of them, and how often.

use mentiond::model::PollFault;
use mentiond::model::health::{CAP, CREDIT, Health};
use mentiond::store::PollCommit;

use super::bed::{Bed, DAY, HOUR, at, commit};
use super::health::{poll, told, work};

#[tokio::test]
async fn money_that_is_used_up_is_told_at_once_and_once_until_there_is_more() {
    for what in ["the budget of 5 US dollars a month", CAP, CREDIT] {
        is_told_at_once(what).await;
    }
}

async fn is_told_at_once(what: &str) {
    let bed = Bed::new().await;
    let spent = |seconds: i64| {
        let fault = PollFault::Spent { what: what.to_owned(), until: at(20 * DAY) };
        poll(&bed, PollCommit { fault: Some(fault), ..commit("blog", vec![], at(seconds)) })
    };
    work(&bed, "blog", 0).await;
    let change = spent(HOUR).await.health.unwrap();
    assert_eq!(change.condition.why, format!("{what} is used up"));
    for day in 1..5 {
        assert_eq!(spent(day * DAY).await.health, None);
    }
    let mails = bed.deliver(at(5 * DAY)).await;
    assert_eq!(mails.iter().map(told).collect::<Vec<_>>(), [["blog: healthy -> failing"]]);
    // Who gives it more restarts mentiond.
    let restarted = at(4 * DAY + 60);
    bed.store.let_in_again(restarted).await.unwrap();
    assert_eq!(bed.store.source_states().await.unwrap()[0].next_poll_at, restarted);
    work(&bed, "blog", 20 * DAY).await;
    work(&bed, "blog", 20 * DAY + HOUR).await;
    assert_eq!(bed.deliver(at(21 * DAY)).await.iter().map(told).collect::<Vec<_>>(), [["blog: failing -> healthy"]]);
    assert_eq!(
        spent(22 * DAY).await.health.map(|change| change.condition.health),
        Some(Health::Failing),
        "another month"
    );
}

#[tokio::test]
async fn calls_of_a_day_that_are_used_up_are_no_failure() {
    let bed = Bed::new().await;
    work(&bed, "blog", 0).await;
    let fault = PollFault::Spent { what: "the budget of 4 calls a day".to_owned(), until: at(DAY) };
    let polled = poll(&bed, PollCommit { fault: Some(fault), ..commit("blog", vec![], at(HOUR)) }).await;
    assert_eq!(polled.health, None);
}
