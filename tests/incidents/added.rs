//! Sources that are added to a brand that is known.

use chrono::TimeDelta;
use mentiond::worker::Job as _;

use super::{burst, clock, lookout, quiet_days_without_forum, upset};
use crate::store::bed::{Bed, DAY};

#[tokio::test]
async fn what_a_new_source_shows_at_first_is_learnt_and_a_day_later_it_is_believed() {
    let bed = Bed::new().await;
    let clock = clock();
    quiet_days_without_forum(&bed, &clock, None).await;
    let mut watching = lookout(&bed, &clock);
    for step in 0..12 {
        let now = burst() + TimeDelta::minutes(10 * i64::from(step));
        clock.advance_to(now);
        bed.poll("forum", vec![upset(step)], now).await;
        // Whoever starts anew learns the same.
        if step % 4 == 3 {
            watching = lookout(&bed, &clock);
        }
        watching.run().await.unwrap();
    }
    assert_eq!(bed.store.incidents(None, 5).await.unwrap(), []);

    let later = burst() + TimeDelta::seconds(DAY) + TimeDelta::hours(20);
    clock.advance_to(later);
    bed.poll("forum", (20..44).map(upset).collect(), later).await;
    watching.run().await.unwrap();
    assert_eq!(bed.store.incidents(None, 5).await.unwrap().len(), 1);
}
