//! Negative stories that were no incident since too few people wrote them: kept for digests and for whoever asks.

use chrono::TimeDelta;
use mentiond::model::Instant;
use mentiond::worker::Job as _;

use super::{burst, clock, lookout, quiet_days, upset};
use crate::store::bed::{Bed, DAY, HOP, at, said};

/// A complaint of somebody who may have complained before.
fn by(number: i64, author: &str) -> mentiond::store::FoundEntry {
    said(&format!("f{number}"), HOP, author, Some(-0.5))
}

#[tokio::test]
async fn complaints_of_two_people_are_kept_once_as_they_stand_when_there_are_most_until_others_join() {
    let bed = Bed::new().await;
    let clock = clock();
    quiet_days(&bed, &clock, None).await;
    let mut watching = lookout(&bed, &clock);
    watching.run().await.unwrap();
    let after = |minutes: i64| burst() + TimeDelta::minutes(minutes);
    for nth in 0..12 {
        clock.advance_to(after(5 * nth));
        bed.poll("forum", vec![by(nth, if nth % 6 == 5 { "Ola" } else { "Kari" })], after(5 * nth)).await;
        // Whoever starts anew keeps the same, once.
        if nth % 4 == 3 {
            watching = lookout(&bed, &clock);
        }
        watching.run().await.unwrap();
    }
    let told = async |from: Instant, to: Instant| bed.store.period_few(HOP, from, to).await.unwrap();
    let few = told(at(0), after(60)).await;
    assert_eq!((few.len(), bed.number("SELECT count(*) FROM few_authors").await), (1, 1), "{few:?}");
    assert_eq!((few[0].at, few[0].stories, few[0].authors), (after(55), 12, 2));
    assert!((few[0].top_author_share - 10.0 / 12.0).abs() < 1e-9 && few[0].baseline < 1.0, "{few:?}");
    assert_eq!(bed.store.incidents(None, 5).await.unwrap(), []);
    assert_eq!(told(after(55), after(DAY)).await, [], "another period");

    let of = async |mention: i64| bed.store.trail(mention, after(60)).await.unwrap().unwrap().few;
    assert_eq!((of(92).await, of(81).await), (Some(few[0]), Some(few[0])), "the last of them, and the first");
    assert_eq!((of(80).await, of(79).await), (None, None), "what was said before");

    // What becomes an incident is told as one.
    for number in 0..12 {
        clock.advance_to(after(60 + i64::from(number)));
        bed.poll("forum", vec![upset(number)], after(60 + i64::from(number))).await;
        watching.run().await.unwrap();
    }
    assert_eq!(bed.store.incidents(None, 5).await.unwrap().len(), 1);
    assert_eq!((told(at(0), after(90)).await, of(92).await), (Vec::new(), None));
}

#[tokio::test]
async fn they_are_forgotten_as_incidents_are() {
    let bed = Bed::new().await;
    bed.execute("INSERT INTO few_authors (brand, since, at, stories, evidence) VALUES ('Skip Hop', 1, 1, 12, '{}')")
        .await;
    bed.store.prune(at(0), std::time::Duration::from_secs(30 * 86_400)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM few_authors").await, 0);
}
