//! Mails about an incident that come to whoever stands in are one thread, like those of whoever they were for.

use mail_parser::{HeaderValue, MessageParser};
use mentiond::deliver::preview;
use mentiond::model::incident::IncidentPhase;
use mentiond::model::outbox::OutboxMessage;

use super::once::{attempt, bed};
use super::{CHAT, OPS, fail, spread};
use crate::common::notices::mail;
use crate::store::bed::{ANNA, Bed, HOUR, OLE, at, complaint};

/// The Message-ID of a mail, the one that it answers, and those that it refers to.
type Ids = (String, Option<String>, Vec<String>);

fn ids(message: &OutboxMessage) -> Ids {
    let dir = tempfile::tempdir().unwrap();
    let raw = std::fs::read(&preview(dir.path(), message, &mail()).unwrap()[0]).unwrap();
    let mail = MessageParser::default().parse(&raw).unwrap();
    let of = |value: &HeaderValue<'_>| -> Vec<String> {
        value.as_text_list().into_iter().flatten().map(|id| id.to_string()).collect()
    };
    let answered = of(mail.in_reply_to());
    assert!(answered.len() < 2, "{answered:?}");
    (mail.message_id().unwrap().to_owned(), answered.into_iter().next(), of(mail.references()))
}

/// What is told is handed over, and comes to Anna.
async fn handed(bed: &Bed, phase: IncidentPhase, to: &[&str], hours: i64) -> OutboxMessage {
    spread(bed, phase, &[("", to)], hours * HOUR).await;
    attempt(bed, &[ANNA], hours * HOUR).await;
    bed.store.hand_over(at((hours + 1) * HOUR)).await.unwrap();
    let mut told = attempt(bed, &[ANNA], (hours + 1) * HOUR).await;
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0)
}

#[tokio::test]
async fn later_mails_of_an_incident_answer_the_start_that_was_handed_over() {
    let bed = bed(&[(CHAT, &[ANNA])]).await;
    let start = ids(&handed(&bed, IncidentPhase::Start, &[CHAT], 0).await);
    let update = ids(&handed(&bed, IncidentPhase::Update, &[CHAT], 2).await);
    let end = ids(&handed(&bed, IncidentPhase::End, &[CHAT], 4).await);
    for (id, answered, referred) in [&update, &end] {
        assert_ne!(*id, start.0);
        assert_eq!((answered.as_ref(), referred), (Some(&start.0), &vec![start.0.clone()]));
    }
    // It belongs to the notice that it stands in for.
    let (id, answered, referred) = &start;
    let root = answered.clone().unwrap();
    assert!(root.contains(".1.mentiond@") && *referred == [root.clone()] && *id != root, "{start:?}");
}

#[tokio::test]
async fn of_two_that_one_stands_in_for_either_continues_the_thread() {
    let bed = bed(&[(CHAT, &[ANNA]), (OPS, &[ANNA])]).await;
    let start = ids(&handed(&bed, IncidentPhase::Start, &[CHAT, OPS], 0).await);
    // The chat works again, and hears of it by itself.
    spread(&bed, IncidentPhase::Update, &[("", &[CHAT, OPS])], 2 * HOUR).await;
    assert_eq!(attempt(&bed, &[CHAT], 2 * HOUR).await.len(), 1);
    bed.store.hand_over(at(3 * HOUR)).await.unwrap();
    let told = attempt(&bed, &[ANNA], 3 * HOUR).await;
    let (_, answered, _) = ids(&told[0]);
    assert_eq!((told.len(), answered), (1, Some(start.0)));
}

#[tokio::test]
async fn an_alert_that_is_handed_over_refers_to_the_one_it_stands_in_for() {
    let bed = bed(&[("mail", &[OLE])]).await;
    bed.poll("blog", vec![complaint("a", crate::store::bed::HOP, &[ANNA])], at(0)).await;
    fail(&bed, HOUR).await;
    bed.store.hand_over(at(2 * HOUR)).await.unwrap();
    let told = attempt(&bed, &[OLE], 2 * HOUR).await;
    let (_, answered, referred) = ids(&told[0]);
    let root = answered.unwrap();
    assert!(root.contains(".1.mentiond@") && referred == [root.clone()], "{root} {referred:?}");
}
