//! The language of a notice: settled when it is claimed for the first time, whatever comes later.

use chrono::TimeDelta;
use mentiond::model::incident::IncidentPhase;
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{Tongue, Tongues};
use mentiond::store::FoundWay;

use crate::handover::spread;

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, audience, complaint, grouping};

fn tongues(brand: Tongue) -> Tongues {
    Tongues {
        general: Tongue::En,
        brands: [(HOP.to_owned(), brand)].into(),
        routes: [("lawyers".to_owned(), Tongue::De)].into(),
        digests: [].into(),
    }
}

fn languages(messages: &[OutboxMessage]) -> Vec<(OutboxKind, &str, Tongue)> {
    messages.iter().map(|message| (message.kind, message.recipient.as_str(), message.language)).collect()
}

#[tokio::test]
async fn alerts_and_reminders_speak_the_language_of_their_route_or_brand() {
    let mut bed = Bed::new().await;
    bed.store = bed.store.speaking(tongues(Tongue::Nb));
    let mut found = complaint("a", HOP, &[ANNA]);
    let ways = &mut found.mentions[0].outcome.alert.as_mut().unwrap().ways;
    ways.push(FoundWay { route: "lawyers".to_owned(), recipients: vec![OLE.to_owned()], grouping: grouping() });
    bed.poll("blog", vec![found, complaint("b", "Lego", &[ANNA])], at(0)).await;
    let mut told = bed.deliver(at(30)).await;
    told.sort_by(|one, other| other.recipient.cmp(&one.recipient).then(one.language.cmp(&other.language)));
    assert_eq!(
        languages(&told),
        [
            (OutboxKind::Alert, OLE, Tongue::De),
            (OutboxKind::Alert, ANNA, Tongue::En),
            (OutboxKind::Alert, ANNA, Tongue::Nb)
        ]
    );
    let later = at(5 * HOUR);
    assert!(bed.store.enqueue_reminders(&grouping(), &audience(), later).await.unwrap() > 0);
    let reminders = bed.deliver(later).await;
    let of_hop = |message: &&OutboxMessage| message.language == Tongue::Nb;
    assert_eq!(reminders.iter().filter(of_hop).count(), 1);
    assert!(reminders.iter().all(|reminder| reminder.kind == OutboxKind::Reminder));
}

#[tokio::test]
async fn every_attempt_speaks_the_language_of_the_first() {
    let mut bed = Bed::new().await;
    bed.store = bed.store.speaking(tongues(Tongue::Nb));
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    let until = at(30) + TimeDelta::minutes(15);
    let first = bed.store.claim_outbox("me", at(30), until, 9).await.unwrap();
    assert_eq!(languages(&first), [(OutboxKind::Alert, ANNA, Tongue::Nb)]);
    bed.store.mark_retry(first[0].id, "me", at(31), at(60), "not now").await.unwrap();
    bed.store = bed.store.speaking(tongues(Tongue::De));
    let second = bed.deliver(at(60)).await;
    assert_eq!(languages(&second), [(OutboxKind::Alert, ANNA, Tongue::Nb)]);
    assert_eq!(second[0].notice, first[0].notice);
    bed.poll("blog", vec![complaint("b", HOP, &[ANNA])], at(DAY)).await;
    assert_eq!(languages(&bed.deliver(at(DAY + HOUR)).await), [(OutboxKind::Alert, ANNA, Tongue::De)]);
}

#[tokio::test]
async fn mails_about_an_incident_speak_the_language_of_their_route() {
    let mut bed = Bed::new().await;
    bed.store = bed.store.speaking(tongues(Tongue::Nb));
    let ways: &[(&str, &[&str])] = &[("lawyers", &[OLE]), ("", &[ANNA])];
    let told = [(OutboxKind::Incident, ANNA, Tongue::Nb), (OutboxKind::Incident, OLE, Tongue::De)];
    for (hours, phase) in [(0, IncidentPhase::Start), (6, IncidentPhase::Update), (12, IncidentPhase::End)] {
        spread(&bed, phase, ways, hours * HOUR).await;
        let mut mails = bed.deliver(at(hours * HOUR)).await;
        mails.sort_by(|one, other| one.recipient.cmp(&other.recipient));
        assert_eq!(languages(&mails), told, "{phase:?}");
    }
    // `[alert]` has one, too.
    let mut of_alerts = tongues(Tongue::Nb);
    of_alerts.routes.insert(String::new(), Tongue::En);
    bed.store = bed.store.speaking(of_alerts);
    spread(&bed, IncidentPhase::Start, ways, DAY).await;
    assert!(languages(&bed.deliver(at(DAY)).await).contains(&(OutboxKind::Incident, ANNA, Tongue::En)));
}
