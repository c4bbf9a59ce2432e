//! What does not arrive and is handed over to whoever stands in: once, whoever sends and whenever somebody crashes, and
//! what whoever gets it reads.

mod care;
mod once;
mod servers;
mod thread;

use std::time::Duration;

use chrono::TimeDelta;
use mentiond::deliver::{message_id, render};
use mentiond::model::incident::{IncidentKind, IncidentPhase};
use mentiond::model::outbox::{Instead, OutboxKind, OutboxMessage, StandIn, StandIns};
use mentiond::model::{Notice, Tongue};
use mentiond::store::{IncidentAudience, IncidentChange, Selection, SpikeCursor, Store, StoreError};

use crate::common::digests;
use crate::common::kinds::incident;
use crate::common::notices::mail;
use crate::store::bed::{ANNA, Bed, HOP, HOUR, OLE, at, audience, complaint, config, grouping};

const CHAT: &str = "channel:chat";
const OPS: &str = "channel:ops";
const MINUTE: i64 = 60;
/// The wait of the first alert of a quiet brand.
const WAIT: i64 = 30;

fn stand_ins(ways: &[(&str, &[&str])]) -> StandIns {
    let after = Duration::from_secs(900);
    let to = |recipients: &[&str]| recipients.iter().map(|&recipient| recipient.to_owned()).collect();
    ways.iter().map(|(way, recipients)| ((*way).to_owned(), StandIn { recipients: to(recipients), after })).collect()
}

/// A store in which one complaint is on its way to the chat, and where these stand in.
async fn bed(ways: &[(&str, &[&str])]) -> Bed {
    let mut bed = Bed::new().await;
    bed.store = bed.store.clone().handing_over(stand_ins(ways));
    bed.poll("blog", vec![complaint("a", HOP, &[CHAT])], at(0)).await;
    bed
}

async fn claim(bed: &Bed, seconds: i64) -> Vec<OutboxMessage> {
    bed.store.claim_outbox("me", at(seconds), at(seconds) + TimeDelta::minutes(15), 9).await.unwrap()
}

/// What is due is tried in vain, and again a minute later.
async fn fail(bed: &Bed, seconds: i64) -> Vec<(i64, bool)> {
    let mut tried = Vec::new();
    for message in claim(bed, seconds).await {
        let next = at(seconds + MINUTE);
        let handed = bed.store.mark_retry(message.id, "me", at(seconds), next, "connection refused").await.unwrap();
        tried.push((message.id, handed));
    }
    tried
}

/// Writes the next that there is to tell of the only incident, to whoever stands on these ways.
pub async fn spread(bed: &Bed, phase: IncidentPhase, ways: &[(&str, &[&str])], seconds: i64) {
    let Notice::Incident(mut notice) = incident(phase, None, IncidentKind::BroadWave, 0) else { panic!() };
    HOP.clone_into(&mut notice.brand);
    notice.first_mail = None;
    let before = bed.store.spike_cursor(at(seconds)).await.unwrap();
    let known = bed.store.open_incidents().await.unwrap().first().map(|incident| incident.id);
    let of_way = |(route, recipients): &(&str, &[&str])| {
        ((*route).to_owned(), recipients.iter().map(|&recipient| recipient.to_owned()).collect())
    };
    let audience = IncidentAudience { ways: ways.iter().map(of_way).collect(), others: Vec::new() };
    let change = IncidentChange { incident: known, notice: *notice, audience };
    let after = SpikeCursor { passed_at: at(seconds), ..before };
    assert!(bed.store.commit_incidents((before, after), (&[change], &[]), at(seconds)).await.unwrap());
}

async fn rows(bed: &Bed) -> Vec<(String, String)> {
    use sqlx::{Executor as _, Row as _};
    let rows = bed.raw().await.fetch_all("SELECT recipient, state FROM outbox ORDER BY id").await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(recipient, state)| ((*recipient).to_owned(), (*state).to_owned())).collect()
}

#[tokio::test]
async fn what_is_late_is_handed_over_once_though_two_look_at_the_same_time() {
    let bed = bed(&[(CHAT, &[ANNA, OPS])]).await;
    assert_eq!(fail(&bed, WAIT).await, [(1, false)]);
    let other = Store::open(&config(&bed.dir.path().join("mentiond.db").display().to_string())).await.unwrap();
    let other = other.handing_over(stand_ins(&[(CHAT, &[ANNA, OPS])]));
    let early = bed.store.hand_over(at(WAIT + 15 * MINUTE - 1)).await.unwrap();
    assert_eq!((early.notices, early.next), (0, Some(at(WAIT + 15 * MINUTE))));
    let late = at(WAIT + 15 * MINUTE);
    let (one, two) = tokio::join!(bed.store.hand_over(late), other.hand_over(late));
    assert_eq!(one.unwrap().notices + two.unwrap().notices, 1);
    assert_eq!(rows(&bed).await, pairs(&[(CHAT, "handed_over"), (ANNA, "waiting"), (OPS, "waiting")]));
    let counts = bed.store.outbox_counts().await.unwrap();
    assert_eq!((counts.waiting, counts.handed_over, counts.dead), (2, 1, 0));

    // Both are notices of their own, and come instead of the same one.
    let messages = claim(&bed, WAIT + 15 * MINUTE).await;
    let ids: Vec<String> = messages.iter().map(|message| message_id(message, "m@skiphop.example")).collect();
    assert!(
        ids[0] != ids[1] && messages.iter().all(|message| message.kind == OutboxKind::Alert && message.attempt == 1)
    );
    let instead = Some(Instead { recipient: CHAT.to_owned(), since: at(WAIT), others: Vec::new() });
    assert!(messages.iter().all(|message| message.instead == instead), "{messages:?}");
    for message in &messages {
        bed.store.mark_sent(message.id, "me", late).await.unwrap();
    }
    assert_eq!(bed.store.hand_over(late + TimeDelta::days(1)).await.unwrap().notices, 0);
    assert!(claim(&bed, 2 * HOUR).await.is_empty(), "nor is the first one tried again");

    // Whoever stands in can take care of it; until then the chat is reminded, and not they.
    let mut to_chat = audience();
    to_chat.brands.insert(HOP.to_owned(), vec![CHAT.to_owned()]);
    let next = bed.store.next_reminder_at(&grouping(), &to_chat, at(HOUR)).await.unwrap();
    assert_eq!(next, Some(at(WAIT + 15 * MINUTE + 4 * HOUR)));
    let told = bed.store.answer(messages[0].id, ANNA, at(HOUR)).await.unwrap().unwrap();
    assert_eq!((told.alerts, told.open, told.brands), (1, 1, vec![HOP.to_owned()]));
    assert_eq!(bed.store.acknowledge(&Selection::All, "kari", at(HOUR)).await.unwrap(), 0, "it is taken care of");

    let trail = bed.store.trail(1, at(HOUR)).await.unwrap().unwrap();
    let states: Vec<_> =
        trail.notices.iter().map(|notice| (notice.state.as_str(), notice.instead_of.as_deref())).collect();
    assert_eq!(states, [("handed_over", None), ("sent", Some(CHAT)), ("sent", Some(CHAT))]);
}

#[tokio::test]
async fn what_arrives_in_time_is_handed_over_to_nobody() {
    let bed = bed(&[(CHAT, &[ANNA])]).await;
    for minute in 0..14 {
        assert_eq!(fail(&bed, WAIT + minute * MINUTE).await, [(1, false)]);
        assert_eq!(bed.store.hand_over(at(WAIT + minute * MINUTE)).await.unwrap().notices, 0);
    }
    assert_eq!(bed.deliver(at(WAIT + 14 * MINUTE)).await.len(), 1);
    assert_eq!(bed.store.hand_over(at(DAY_LATER)).await.unwrap(), mentiond::store::HandedOver::default());
    assert_eq!(rows(&bed).await, pairs(&[(CHAT, "sent")]));
}

const DAY_LATER: i64 = 24 * HOUR;

#[tokio::test]
async fn what_is_being_tried_is_handed_over_when_its_claim_has_ended_and_whoever_tried_it_has_lost_it() {
    let bed = bed(&[(CHAT, &[ANNA])]).await;
    fail(&bed, WAIT).await;
    let begun = WAIT + 14 * MINUTE;
    assert_eq!(claim(&bed, begun).await.len(), 1);
    let until = begun + 15 * MINUTE;
    assert_eq!(bed.store.hand_over(at(until - 1)).await.unwrap().notices, 0, "it may arrive");
    assert_eq!(bed.store.hand_over(at(until)).await.unwrap().notices, 1);
    let lost = bed.store.mark_sent(1, "me", at(until + 1)).await.unwrap_err();
    assert!(matches!(lost, StoreError::ClaimLost(_)), "{lost}");
    assert!(bed.store.mark_dead(1, "me", at(until + 1), "550").await.is_err());
    assert_eq!(rows(&bed).await, pairs(&[(CHAT, "handed_over"), (ANNA, "waiting")]));

    // An attempt that ends late is the last: what follows need not wait for the next look.
    let bed = self::bed(&[(CHAT, &[ANNA])]).await;
    fail(&bed, WAIT).await;
    assert_eq!(fail(&bed, WAIT + 15 * MINUTE).await, [(1, true)]);
    assert_eq!(bed.deliver(at(WAIT + 15 * MINUTE)).await[0].recipient, ANNA);
}

#[tokio::test]
async fn the_ways_lead_on_but_never_back_whatever_the_configuration_says_by_then() {
    let mut bed = bed(&[(CHAT, &[ANNA]), ("mail", &[OPS])]).await;
    let die = async |bed: &Bed, seconds: i64| {
        let messages = claim(bed, seconds).await;
        let [message] = messages.as_slice() else { panic!("{messages:?}") };
        let handed = bed.store.mark_dead(message.id, "me", at(seconds), "refused").await.unwrap();
        (message.recipient.clone(), message.instead.clone().map(|instead| instead.recipient), handed)
    };
    assert_eq!(die(&bed, WAIT).await, (CHAT.to_owned(), None, true), "at once");
    assert_eq!(die(&bed, WAIT).await, (ANNA.to_owned(), Some(CHAT.to_owned()), true));
    bed.store = bed.store.clone().handing_over(stand_ins(&[(OPS, &[CHAT, ANNA])]));
    assert_eq!(die(&bed, WAIT).await, (OPS.to_owned(), Some(ANNA.to_owned()), false));
    assert_eq!(rows(&bed).await, pairs(&[(CHAT, "handed_over"), (ANNA, "handed_over"), (OPS, "dead")]));
    let dead = bed.store.dead_letters(false, 9).await.unwrap();
    assert_eq!((dead.len(), dead[0].recipient.as_str(), dead[0].instead_of.as_deref()), (1, OPS, Some(ANNA)));

    // Another round of attempts has its own time before somebody else gets it.
    bed.store = bed.store.clone().handing_over(stand_ins(&[(OPS, &[OLE])]));
    bed.store.retry_dead(None, "kari", at(HOUR)).await.unwrap();
    assert_eq!(bed.store.hand_over(at(HOUR)).await.unwrap().notices, 0);
    assert_eq!(fail(&bed, HOUR).await, [(3, false)]);
    assert_eq!(bed.store.hand_over(at(HOUR + 15 * MINUTE)).await.unwrap().notices, 1);
    let message = bed.deliver(at(HOUR + 15 * MINUTE)).await.remove(0);
    assert_eq!(message.instead, Some(Instead { recipient: OPS.to_owned(), since: at(HOUR), others: Vec::new() }));
}

#[tokio::test]
async fn the_end_of_one_and_the_beginning_of_the_other_are_one_transaction() {
    let bed = bed(&[(CHAT, &[ANNA])]).await;
    fail(&bed, WAIT).await;
    let late = WAIT + 15 * MINUTE;
    for refuse in [
        "CREATE TRIGGER refuse BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END",
        "CREATE TRIGGER refuse BEFORE INSERT ON outbox_alert BEGIN SELECT RAISE(ABORT, 'disk full'); END",
        "CREATE TRIGGER refuse BEFORE UPDATE OF state ON outbox WHEN NEW.state = 'handed_over' \
         BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    ] {
        bed.execute(refuse).await;
        assert!(bed.store.hand_over(at(late)).await.is_err(), "{refuse}");
        let messages = claim(&bed, late).await;
        assert_eq!(messages.len(), 1);
        assert!(bed.store.mark_dead(1, "me", at(late), "gone").await.is_err(), "{refuse}");
        assert_eq!(rows(&bed).await, pairs(&[(CHAT, "waiting")]), "{refuse}");
        bed.execute("DROP TRIGGER refuse").await;
        bed.store.release_claims("me").await.unwrap();
    }
    assert_eq!(bed.store.hand_over(at(late)).await.unwrap().notices, 1);
    assert_eq!(rows(&bed).await, pairs(&[(CHAT, "handed_over"), (ANNA, "waiting")]));
}

#[tokio::test]
async fn the_operator_hears_of_the_way_and_of_what_arrived_nowhere_but_not_of_what_arrived_elsewhere() {
    let bed = bed(&[(CHAT, &[ANNA])]).await;
    let (after, operator) = (Duration::from_secs(1800), [OPS.to_owned()]);
    fail(&bed, WAIT).await;
    bed.store.hand_over(at(WAIT + 15 * MINUTE)).await.unwrap();
    bed.deliver(at(WAIT + 15 * MINUTE)).await;
    assert_eq!(bed.store.tell_undelivered(&operator, after, at(29 * MINUTE)).await.unwrap().notices, 0);
    let told = bed.store.tell_undelivered(&operator, after, at(WAIT + 30 * MINUTE)).await.unwrap();
    assert_eq!((told.broken.len(), told.notices), (1, 1), "the chat is still broken");
    let messages = bed.deliver(at(WAIT + 30 * MINUTE)).await;
    let Notice::Undelivered(notice) = &messages[0].notice else { panic!("{messages:?}") };
    assert_eq!((notice.broken[0].way.as_str(), notice.items.len(), notice.more), (CHAT, 0, 0));
    assert_eq!(bed.store.broken_ways(after, at(26 * HOUR)).await.unwrap(), [], "for a day it is missed");

    // Whoever stands in gets nothing either.
    bed.poll("blog", vec![complaint("b", HOP, &[CHAT])], at(2 * HOUR)).await;
    fail(&bed, 2 * HOUR + WAIT).await;
    bed.store.hand_over(at(2 * HOUR + WAIT + 15 * MINUTE)).await.unwrap();
    let messages = claim(&bed, 3 * HOUR).await;
    bed.store.mark_dead(messages[0].id, "me", at(3 * HOUR), "550 no such user").await.unwrap();
    assert_eq!(bed.store.tell_undelivered(&operator, after, at(3 * HOUR)).await.unwrap().notices, 1);
    let messages = bed.deliver(at(3 * HOUR)).await;
    let Notice::Undelivered(notice) = &messages[0].notice else { panic!("{messages:?}") };
    let items: Vec<_> = notice.items.iter().map(|item| (item.recipient.as_str(), item.dead)).collect();
    assert_eq!(items, [(ANNA, true)]);
}

#[tokio::test]
async fn the_words() {
    let bed = bed(&[(CHAT, &[ANNA])]).await;
    fail(&bed, WAIT).await;
    bed.store.hand_over(at(WAIT + 15 * MINUTE)).await.unwrap();
    let message = claim(&bed, WAIT + 15 * MINUTE).await.remove(0);
    let told = |tongue| {
        let rendered = render(&OutboxMessage { language: tongue, ..message.clone() }, &mail());
        let line = rendered.text.split("\n\n").next().unwrap().replace('\n', " ");
        assert!(rendered.html.contains(&line) && !rendered.html.contains("<!--instead"), "{}", rendered.html);
        line
    };
    let expected = [
        "This comes to you because it could not be delivered by the channel “chat” since 2 Mar 2026, 08:00 UTC.",
        "Dies kommt zu Ihnen, weil es seit 2.\u{a0}März 2026, 08:00\u{a0}Uhr UTC nicht über den Kanal „chat“ zugestellt werden konnte.",
        "Dette kommer til deg fordi det ikke har latt seg levere gjennom kanalen «chat» siden 2.\u{a0}mars 2026 kl.\u{a0}08.00 UTC.",
    ];
    assert_eq!(Tongue::ALL.map(told), expected);

    let plain = render(&OutboxMessage { instead: None, ..message.clone() }, &mail());
    let handed = render(&message, &mail());
    assert_eq!(plain.subject, handed.subject);
    assert!(handed.text.ends_with(&plain.text), "all else is as it was");
    assert!(!plain.html.contains("<!--instead") && plain.html.len() < handed.html.len());
}

#[tokio::test]
async fn a_digest_goes_with_its_file_and_leaves_none_behind() {
    let mut bed = Bed::new().await;
    bed.store = bed.store.clone().handing_over(stand_ins(&[("mail", &[CHAT])]));
    let (_, mut notice) = digests::all().into_iter().find(|(name, _)| *name == "digest").unwrap();
    let Notice::Digest(report) = &mut notice else { panic!() };
    report.list.as_mut().unwrap().csv = "a;b".to_owned();
    bed.store.enqueue(OutboxKind::Digest, ANNA, &notice, at(0)).await.unwrap();
    claim(&bed, 0).await;
    assert!(bed.store.mark_dead(1, "me", at(0), "552 too large").await.unwrap());
    let kept = "SELECT count(*) FROM outbox WHERE notice LIKE '%a;b%'";
    assert_eq!(bed.number(kept).await, 1);
    let messages = bed.deliver(at(0)).await;
    let Notice::Digest(report) = &messages[0].notice else { panic!("{messages:?}") };
    assert_eq!(
        (messages[0].recipient.as_str(), report.list.as_ref().map(|list| list.csv.as_str())),
        (CHAT, Some("a;b"))
    );
    assert_eq!(bed.number(kept).await, 0);
}
