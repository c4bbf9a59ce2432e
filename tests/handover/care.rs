//! What somebody takes care of by now is handed over to nobody, however late it is.

use std::time::Duration;

use mentiond::model::incident::IncidentPhase;
use mentiond::model::{Notice, outbox::OutboxKind};
use mentiond::store::Selection;

use super::once::{LATE, attempt, bed};
use super::{MINUTE, OPS, WAIT, claim, pairs, rows, spread};
use crate::store::bed::{ANNA, HOP, HOUR, OLE, at, audience, complaint, grouping};

const AFTER: Duration = Duration::from_secs(1800);
const OPERATOR: &str = "channel:operator";

#[tokio::test]
async fn an_acknowledged_alert_waits_for_its_own_recipient() {
    let bed = bed(&[("mail", &[OPS])]).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA]), complaint("b", HOP, &[ANNA])], at(0)).await;
    attempt(&bed, &[], WAIT).await;
    bed.store.acknowledge(&Selection::All, "kari", at(WAIT + MINUTE)).await.unwrap();
    assert_eq!(bed.store.hand_over(at(LATE)).await.unwrap().notices, 0);
    assert!(attempt(&bed, &[], LATE).await.is_empty(), "nor when an attempt ends late");
    assert_eq!(rows(&bed).await, pairs(&[(ANNA, "waiting")]));
    // The operator hears that mail is broken, and not of each alert that is taken care of.
    let told = bed.store.tell_undelivered(&[OPERATOR.to_owned()], AFTER, at(HOUR)).await.unwrap();
    assert_eq!((told.broken.len(), told.notices), (1, 1));
    let told = attempt(&bed, &[OPERATOR], HOUR).await;
    let Notice::Undelivered(notice) = &told[0].notice else { panic!("{told:?}") };
    assert_eq!((notice.items.len(), notice.more, notice.waiting), (0, 0, 1));
    assert_eq!(attempt(&bed, &[ANNA], 2 * HOUR).await.len(), 1);
}

#[tokio::test]
async fn an_alert_that_somebody_takes_care_of_in_part_is_handed_over_as_a_whole() {
    let bed = bed(&[("mail", &[OPS])]).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA]), complaint("b", HOP, &[ANNA])], at(0)).await;
    attempt(&bed, &[], WAIT).await;
    bed.store.acknowledge(&Selection::Mention(1), "kari", at(WAIT + MINUTE)).await.unwrap();
    assert_eq!(bed.store.hand_over(at(LATE)).await.unwrap().notices, 1);
}

#[tokio::test]
async fn one_that_is_given_up_is_told_to_the_operator_and_to_nobody_who_stands_in() {
    let bed = bed(&[("mail", &[OPS])]).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    let message = claim(&bed, WAIT).await.remove(0);
    bed.store.acknowledge(&Selection::All, "kari", at(WAIT)).await.unwrap();
    assert!(!bed.store.mark_dead(message.id, "me", at(WAIT), "550 no such user").await.unwrap());
    let told = bed.store.tell_undelivered(&[OPERATOR.to_owned()], AFTER, at(WAIT)).await.unwrap();
    assert_eq!(told.notices, 1, "the address is wrong all the same");
}

#[tokio::test]
async fn a_reminder_that_was_tried_in_vain_is_not_handed_over_once_somebody_answers() {
    let bed = bed(&[("mail", &[OPS])]).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    attempt(&bed, &[ANNA], WAIT).await;
    let again = 5 * HOUR;
    assert_eq!(bed.store.enqueue_reminders(&grouping(), &audience(), at(again)).await.unwrap(), 1);
    attempt(&bed, &[], again).await;
    bed.store.answer(1, ANNA, at(again + MINUTE)).await.unwrap();
    assert_eq!(bed.store.hand_over(at(again + HOUR)).await.unwrap().notices, 0);
    assert_eq!(claim(&bed, again + HOUR).await[0].kind, OutboxKind::Reminder);
}

/// What comes after somebody took care of it, is told in spite of that, and that it is over is told to whoever heard that
/// it began.
#[tokio::test]
async fn an_incident_is_not_handed_over_once_somebody_takes_care_of_it_but_what_follows_is() {
    let bed = bed(&[("mail", &[OPS])]).await;
    let people: &[(&str, &[&str])] = &[("", &[ANNA, OLE])];
    spread(&bed, IncidentPhase::Start, people, 0).await;
    attempt(&bed, &[], 0).await;
    bed.store.acknowledge_incidents(Some(HOP), "kari", at(MINUTE)).await.unwrap();
    assert_eq!(bed.store.hand_over(at(HOUR)).await.unwrap().notices, 0);
    assert_eq!(attempt(&bed, &[ANNA, OLE], HOUR).await.len(), 2);
    for (step, phase) in [(2, IncidentPhase::Update), (4, IncidentPhase::End)] {
        let seconds = step * HOUR;
        spread(&bed, phase, people, seconds).await;
        attempt(&bed, &[OLE], seconds).await;
        assert_eq!(bed.store.hand_over(at(seconds + HOUR)).await.unwrap().notices, 1, "{phase:?}");
        assert_eq!(attempt(&bed, &[OPS], seconds + HOUR).await.len(), 1, "{phase:?}");
    }
}

#[tokio::test]
async fn that_it_is_over_is_handed_over_though_somebody_takes_care_of_it_afterwards() {
    let bed = bed(&[("mail", &[OPS])]).await;
    let people: &[(&str, &[&str])] = &[("", &[ANNA])];
    spread(&bed, IncidentPhase::Start, people, 0).await;
    attempt(&bed, &[], 0).await;
    bed.store.hand_over(at(HOUR)).await.unwrap();
    let started = attempt(&bed, &[OPS], HOUR).await;
    spread(&bed, IncidentPhase::End, people, 2 * HOUR).await;
    attempt(&bed, &[], 2 * HOUR).await;
    bed.store.answer(started[0].id, OPS, at(2 * HOUR + MINUTE)).await.unwrap();
    assert_eq!(bed.store.hand_over(at(3 * HOUR)).await.unwrap().notices, 1);
}
