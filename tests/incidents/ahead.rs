//! A clock that stood ahead for a while.

use chrono::TimeDelta;
use mentiond::model::incident::IncidentPhase;
use mentiond::worker::Job as _;

use super::{burst, clock, incident_mails, lookout, quiet_days, upset};
use crate::store::bed::{Bed, HOP, said};

#[tokio::test]
async fn a_clock_that_stood_ahead_blinds_nobody_once_it_is_corrected() {
    let bed = Bed::new().await;
    let clock = clock();
    let watching = lookout(&bed, &clock);
    quiet_days(&bed, &clock, Some(&watching)).await;
    let ahead = burst() + TimeDelta::days(30);
    clock.correct_to(ahead);
    bed.poll("blog", vec![said("ahead", HOP, "Kari", None)], ahead).await;
    watching.run().await.unwrap();
    let now = burst() + TimeDelta::minutes(30);
    clock.correct_to(now);
    watching.run().await.unwrap();
    bed.poll("forum", (0..12).map(upset).collect(), now).await;
    watching.run().await.unwrap();
    let told = incident_mails(&bed, now).await;
    assert_eq!(told.iter().map(|(_, notice)| notice.phase).collect::<Vec<_>>(), [IncidentPhase::Start; 2]);
}
