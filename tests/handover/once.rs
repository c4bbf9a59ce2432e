//! Whoever stands in for several, or is told by a way of their own, gets each notice once; and everybody has a turn.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use mentiond::config::HealthConfig;
use mentiond::deliver::render;
use mentiond::model::incident::IncidentPhase;
use mentiond::model::notice::DigestNotice;
use mentiond::model::outbox::{Instead, OutboxKind, OutboxMessage};
use mentiond::model::{Notice, PollFault, Tongue};
use mentiond::store::{PollCommit, Selection};

use super::{CHAT, MINUTE, OPS, WAIT, claim, fail, pairs, rows, spread, stand_ins};
use crate::common::digests;
use crate::common::notices::mail;
use crate::store::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, audience, commit, complaint, grouping, health};

pub const LATE: i64 = WAIT + 15 * MINUTE;

pub async fn bed(ways: &[(&str, &[&str])]) -> Bed {
    let mut bed = Bed::new().await;
    bed.store = bed.store.clone().handing_over(stand_ins(ways));
    bed
}

/// What is due is tried; whoever `works` gets it, the others are tried in vain. What was delivered.
pub async fn attempt(bed: &Bed, works: &[&str], seconds: i64) -> Vec<OutboxMessage> {
    let mut sent = Vec::new();
    let now = at(seconds);
    for message in bed.store.claim_outbox("me", now, now + TimeDelta::minutes(15), 99).await.unwrap() {
        if works.contains(&message.recipient.as_str()) {
            bed.store.mark_sent(message.id, "me", now).await.unwrap();
            sent.push(message);
        } else {
            let next = now + TimeDelta::minutes(5);
            bed.store.mark_retry(message.id, "me", now, next, "connection refused").await.unwrap();
        }
    }
    sent
}

#[tokio::test]
async fn whoever_has_it_by_a_way_of_their_own_gets_no_second_one() {
    let bed = bed(&[(CHAT, &[ANNA])]).await;
    bed.poll("blog", vec![complaint("a", HOP, &[CHAT, ANNA])], at(0)).await;
    assert_eq!(attempt(&bed, &[ANNA], WAIT).await.len(), 1);
    assert_eq!(bed.store.hand_over(at(LATE)).await.unwrap().notices, 1);
    assert_eq!(rows(&bed).await, pairs(&[(CHAT, "handed_over"), (ANNA, "sent")]));

    // One that is on its way counts as well, and is told to the operator where it does not arrive: nothing is lost.
    bed.poll("blog", vec![complaint("b", HOP, &[CHAT, ANNA])], at(HOUR)).await;
    for message in claim(&bed, HOUR + WAIT).await {
        let handed = bed.store.mark_dead(message.id, "me", at(HOUR + WAIT), "refused").await.unwrap();
        assert_eq!(handed, message.recipient == CHAT);
    }
    let states = pairs(&[(CHAT, "handed_over"), (ANNA, "sent"), (CHAT, "handed_over"), (ANNA, "dead")]);
    assert_eq!(rows(&bed).await, states);

    // What is more than they have is handed over.
    bed.poll("blog", vec![complaint("c", HOP, &[CHAT, ANNA]), complaint("d", HOP, &[CHAT])], at(2 * HOUR)).await;
    attempt(&bed, &[ANNA], 2 * HOUR + WAIT).await;
    assert_eq!(bed.store.hand_over(at(2 * HOUR + LATE)).await.unwrap().notices, 1);
    let told = bed.deliver(at(2 * HOUR + LATE)).await;
    let Notice::Alert(alert) = &told[0].notice else { panic!("{told:?}") };
    assert_eq!((told.len(), told[0].recipient.as_str(), alert.items.len()), (1, ANNA, 2));
}

#[tokio::test]
async fn an_alert_to_twenty_addresses_comes_once_and_says_whom_it_did_not_reach() {
    let bed = bed(&[("mail", &[OPS])]).await;
    let people: Vec<String> = (1..=20).map(|number| format!("a{number}@skiphop.example")).collect();
    let all: Vec<&str> = people.iter().map(String::as_str).collect();
    bed.poll("blog", vec![complaint("a", HOP, &all)], at(0)).await;
    assert!(attempt(&bed, &[], WAIT).await.is_empty());
    assert_eq!(bed.store.hand_over(at(LATE)).await.unwrap().notices, 20);
    let told = claim(&bed, LATE).await;
    let [message] = told.as_slice() else { panic!("{told:?}") };
    let instead = Instead { recipient: people[0].clone(), since: at(WAIT), others: people[1..].to_vec() };
    assert_eq!((message.recipient.as_str(), message.instead.as_ref()), (OPS, Some(&instead)));
    let said = |tongue| {
        let rendered = render(&OutboxMessage { language: tongue, ..message.clone() }, &mail());
        rendered.text.split("\n\n").next().unwrap().replace('\n', " ")
    };
    let line = said(Tongue::En);
    let expected = "This comes to you because it could not be delivered to a1@skiphop.example since 2 Mar 2026, 08:00 UTC. \
                    Nor did it reach a2@skiphop.example, a3@skiphop.example, a4@skiphop.example, a5@skiphop.example, \
                    a6@skiphop.example, a7@skiphop.example, a8@skiphop.example, a9@skiphop.example and 11 more.";
    assert_eq!(line, expected);
    assert!(said(Tongue::De).ends_with("a9@skiphop.example und 11 weitere erreichte es nicht."));
    assert!(said(Tongue::Nb).contains(" Det nådde heller ikke a2@skiphop.example, "));

    // What is not handed over in the same moment finds it sent, and comes to nobody a second time either.
    bed.store.mark_sent(message.id, "me", at(LATE)).await.unwrap();
    bed.poll("blog", vec![complaint("b", HOP, &[ANNA, OLE])], at(HOUR)).await;
    let messages = claim(&bed, HOUR + WAIT).await;
    assert_eq!(messages.len(), 2);
    assert!(bed.store.mark_dead(messages[0].id, "me", at(HOUR + WAIT), "550").await.unwrap());
    let first = claim(&bed, HOUR + WAIT).await;
    bed.store.mark_sent(first[0].id, "me", at(HOUR + WAIT)).await.unwrap();
    assert!(bed.store.mark_dead(messages[1].id, "me", at(HOUR + WAIT), "550").await.unwrap());
    assert!(claim(&bed, 2 * HOUR).await.is_empty());
    assert_eq!(first[0].instead.as_ref().map(|instead| instead.others.clone()), Some(Vec::new()));
}

#[tokio::test]
async fn where_a_stand_in_is_missed_too_those_who_stand_in_for_them_count_in_either_order() {
    const PAGER: &str = "channel:pager";
    for recipients in [[OPS, ANNA, OLE], [ANNA, OLE, OPS]] {
        let bed = bed(&[("mail", &[OPS]), (OPS, &[PAGER])]).await;
        bed.poll("blog", vec![complaint("a", HOP, &recipients)], at(0)).await;
        let (mut told, mut seconds) = (Vec::new(), WAIT);
        while seconds < HOUR {
            bed.store.hand_over(at(seconds)).await.unwrap();
            told.extend(attempt(&bed, &[PAGER], seconds).await);
            seconds += 5 * MINUTE;
        }
        assert_eq!(told.len(), 1, "{told:?}");
        let counts = bed.store.outbox_counts().await.unwrap();
        assert_eq!((counts.waiting, counts.handed_over, counts.sent), (0, 3, 1), "{:?}", rows(&bed).await);
    }
}

#[tokio::test]
async fn what_is_said_again_is_handed_over_once_each_time() {
    let bed = bed(&[("mail", &[OPS])]).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA, OLE])], at(0)).await;
    let mut told = Vec::new();
    for minute in 0..10 * 60 {
        let seconds = WAIT + minute * MINUTE;
        bed.store.enqueue_reminders(&grouping(), &audience(), at(seconds)).await.unwrap();
        bed.store.hand_over(at(seconds)).await.unwrap();
        told.extend(attempt(&bed, &[OPS], seconds).await.iter().map(|message| (minute, message.kind)));
    }
    let kinds: Vec<OutboxKind> = told.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, [OutboxKind::Alert, OutboxKind::Reminder, OutboxKind::Reminder], "{told:?}");
    assert!(told[1].0 >= told[0].0 + 240 && told[2].0 >= told[1].0 + 240, "{told:?}");
    bed.store.acknowledge(&Selection::All, "kari", at(DAY)).await.unwrap();
}

#[tokio::test]
async fn each_step_of_an_incident_and_each_digest_comes_once() {
    let bed = bed(&[("mail", &[OPS])]).await;
    let people = [ANNA.to_owned(), OLE.to_owned()];
    for (step, phase) in [IncidentPhase::Start, IncidentPhase::Update].into_iter().enumerate() {
        let seconds = i64::try_from(step).unwrap() * 2 * HOUR;
        spread(&bed, phase, &[("", &[ANNA, OLE])], seconds).await;
        attempt(&bed, &[], seconds).await;
        assert_eq!(bed.store.hand_over(at(seconds + HOUR)).await.unwrap().notices, 2);
        let told = bed.deliver(at(seconds + HOUR)).await;
        let [message] = told.as_slice() else { panic!("{told:?}") };
        let Notice::Incident(notice) = &message.notice else { panic!("{message:?}") };
        let others = message.instead.as_ref().map(|instead| instead.others.clone());
        assert_eq!((notice.phase, others), (phase, Some(vec![OLE.to_owned()])));
    }

    let (_, Notice::Digest(digest)) = digests::all().into_iter().find(|(name, _)| *name == "digest").unwrap() else {
        panic!()
    };
    let (other, slot) = (DigestNotice { brands: Vec::new(), ..digest.clone() }, at(DAY));
    bed.store.start_slots("daily", at(0)).await.unwrap();
    let mut notices: Vec<_> = people.iter().map(|one| (one.clone(), digest.clone())).collect();
    notices.push(("kari@skiphop.example".to_owned(), other));
    assert!(bed.store.commit_digest("daily", slot, &notices, slot).await.unwrap());
    attempt(&bed, &[], DAY).await;
    assert_eq!(bed.store.hand_over(at(DAY + HOUR)).await.unwrap().notices, 3);
    let told = bed.deliver(at(DAY + HOUR)).await;
    let brands: Vec<usize> = told
        .iter()
        .map(|message| match &message.notice {
            Notice::Digest(digest) => digest.brands.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(brands, [1, 0], "who hears of other brands is told something else");
}

/// Anna hears of the incident by a way of her own, and of the alert that was folded into the mail to the chat only by that.
#[tokio::test]
async fn an_incident_with_alerts_that_a_stand_in_has_not_heard_of_is_no_second_one() {
    for is_folded in [false, true] {
        let bed = bed(&[(CHAT, &[ANNA])]).await;
        spread(&bed, IncidentPhase::Start, &[("", &[CHAT, ANNA])], 0).await;
        attempt(&bed, &[CHAT, ANNA], 0).await;
        if is_folded {
            bed.poll("blog", vec![complaint("a", HOP, &[CHAT])], at(MINUTE)).await;
        }
        spread(&bed, IncidentPhase::Update, &[("", &[CHAT, ANNA])], 2 * HOUR).await;
        attempt(&bed, &[ANNA], 2 * HOUR).await;
        assert_eq!(bed.store.hand_over(at(3 * HOUR)).await.unwrap().notices, 1);
        let told = [(ANNA, "sent"), (CHAT, "sent"), (ANNA, "sent"), (CHAT, "handed_over"), (ANNA, "waiting")];
        assert_eq!(rows(&bed).await, pairs(&told[..if is_folded { 5 } else { 4 }]));
        let alerts =
            "SELECT count(*) FROM outbox_alert l JOIN outbox o ON o.id = l.outbox_id WHERE o.state = 'waiting'";
        assert_eq!(bed.number(alerts).await, i64::from(is_folded));
    }
}

/// A poll of the blog that works or does not, whose changes are told to Anna and Ole.
async fn poll(bed: &Bed, works: bool, seconds: i64) {
    let fault = (!works).then(|| PollFault::Unreachable("no route to host".to_owned()));
    let health = Arc::new(HealthConfig { recipients: vec![ANNA.to_owned(), OLE.to_owned()], ..health() });
    let until = at(seconds) + TimeDelta::minutes(10);
    let claim = bed.store.claim_source("blog", "me", at(seconds), until).await.unwrap().unwrap();
    let (suspect, whereabouts) = (claim.suspect, claim.whereabouts);
    let commit = PollCommit { fault, health, suspect, whereabouts, ..commit("blog", vec![], at(seconds)) };
    bed.store.commit_poll(commit).await.unwrap();
}

#[tokio::test]
async fn how_sources_are_comes_once_and_the_next_change_again() {
    let bed = bed(&[("mail", &[OPS])]).await;
    for (day, works) in [(0, false), (1, true)] {
        for quarter in 0..3 {
            poll(&bed, works, day * DAY + quarter * 15 * MINUTE).await;
        }
        let seconds = day * DAY + 2 * HOUR;
        assert!(attempt(&bed, &[], seconds).await.is_empty());
        assert_eq!(bed.store.hand_over(at(seconds + HOUR)).await.unwrap().notices, 2, "day {day}");
        let told = bed.deliver(at(seconds + HOUR)).await;
        assert_eq!((told.len(), told[0].kind), (1, OutboxKind::Health), "{told:?}");
    }
}

#[tokio::test]
async fn those_that_nobody_may_get_hold_up_no_others() {
    let bed = bed(&[("mail", &[CHAT])]).await;
    // They came from the chat.
    bed.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) \
         INSERT INTO outbox (id, kind, recipient, created_at, due_at, sealed_at, finished_at, state, attempts, notice) \
         SELECT i, 'alert', 'channel:chat', 0, 0, 0, 0, 'handed_over', 1, '' FROM n",
    )
    .await;
    bed.execute(
        "INSERT INTO outbox (id, kind, recipient, created_at, due_at, sealed_at, tried_at, last_error, state, attempts, \
         handed_from, instead_of, instead_since, notice) SELECT id + 600, kind, 'anna@skiphop.example', 0, 9000000000000, 0, 0, \
         'no', 'waiting', 1, id, recipient, 0, '' FROM outbox",
    )
    .await;
    bed.poll("blog", vec![complaint("a", HOP, &[OLE])], at(0)).await;
    assert_eq!(fail(&bed, WAIT).await, [(1201, false)]);
    assert_eq!(bed.store.hand_over(at(LATE)).await.unwrap().notices, 1);
    assert_eq!(rows(&bed).await[1200..], pairs(&[(OLE, "handed_over"), (CHAT, "waiting")]));
}

#[tokio::test]
async fn a_time_in_which_nobody_tried_is_not_one_of_trying_in_vain() {
    let bed = bed(&[(CHAT, &[ANNA])]).await;
    bed.poll("blog", vec![complaint("a", HOP, &[CHAT])], at(0)).await;
    assert_eq!(claim(&bed, WAIT).await.len(), 1);
    bed.store.release_claims("me").await.unwrap();
    // The machine was off for ten hours.
    let back = 10 * HOUR;
    assert_eq!(bed.store.hand_over(at(back)).await.unwrap().notices, 0);
    assert_eq!(fail(&bed, back).await, [(1, false)], "the server may be back in a moment, too");
    let early = bed.store.hand_over(at(back + 15 * MINUTE - 1)).await.unwrap();
    assert_eq!((early.notices, early.next), (0, Some(at(back + 15 * MINUTE))));
    let operator = [OPS.to_owned()];
    let told = bed.store.tell_undelivered(&operator, Duration::from_secs(1800), at(back + 15 * MINUTE)).await.unwrap();
    assert_eq!(told.notices, 0);
    assert_eq!(bed.store.hand_over(at(back + 15 * MINUTE)).await.unwrap().notices, 1);
    let told = bed.deliver(at(back + 15 * MINUTE)).await;
    assert_eq!(told[0].instead.as_ref().map(|instead| instead.since), Some(at(back)));
}
