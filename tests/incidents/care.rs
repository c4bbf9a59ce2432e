//! Incidents that somebody takes care of, and those that nobody does, so that others are told of them next.

use std::time::Duration;

use chrono::TimeDelta;
use mentiond::alert::Peace;
use mentiond::config::EscalationStep;
use mentiond::model::hold::SilenceScope;
use mentiond::model::{Instant, Notice};
use mentiond::store::{IncidentAudience, Ladder, NewSilence};

use super::peace::{World, by, hours, none};
use super::{lookout_up, way};
use crate::store::bed::{ANNA, HOP, OLE, grouping};

const BOSS: &str = "boss@skiphop.example";

fn ladder(route: &str) -> Ladder {
    let step = EscalationStep { after: Duration::from_secs(1_800), recipients: vec![BOSS.to_owned()] };
    Ladder { route: route.to_owned(), brands: vec![HOP.to_owned()], steps: vec![step], grouping: grouping() }
}

/// Anna hears of incidents, and the boss half an hour later, by the ladder of this route.
async fn world_with(route: &str) -> World {
    let told = IncidentAudience { ways: vec![way("", &[ANNA])], others: vec![way("", &[BOSS])] };
    let mut world = World::new(Peace::default(), Some(told.clone())).await;
    world.lookout = lookout_up(&world.bed, &world.clock, told, vec![ladder(route)]);
    world
}

/// Twelve people complain at the first hour, and Anna is told.
async fn begin(world: &mut World) {
    world.complain_as(12, hours(0), by("", ANNA)).await;
    assert_eq!(world.mails(hours(0)).await, ["anna Start 12 +12"]);
}

async fn look(world: &World, now: Instant) -> Vec<String> {
    use mentiond::worker::Job as _;
    world.clock.advance_to(now);
    world.lookout.run().await.unwrap();
    world.bed.store.escalate(&[ladder("")], now).await.unwrap();
    world.bed.store.release_held(now).await.unwrap();
    world.mails(now).await
}

async fn silence(world: &World, (brand, query): (Option<&str>, Option<&str>), from: Instant, until: Instant) -> i64 {
    let (brand, query) = (brand.map(str::to_owned), query.map(str::to_owned));
    let scope = SilenceScope { brand, query, ..SilenceScope::default() };
    let silence = NewSilence { scope: &scope, ends_at: until, author: "Kari", comment: "we know" };
    world.bed.store.add_silence(silence, from).await.unwrap()
}

fn minutes(minutes: i64) -> Instant {
    hours(0) + TimeDelta::minutes(minutes)
}

#[tokio::test]
async fn an_incident_that_nobody_acknowledges_is_told_to_the_next_people_as_it_then_stands() {
    let mut world = world_with("").await;
    begin(&mut world).await;
    world.complain_as(3, minutes(20), by("", ANNA)).await;
    assert_eq!(look(&world, minutes(29)).await, none());
    let spreading = world.bed.store.spreading_incidents(&[ladder("")], minutes(29)).await.unwrap();
    assert_eq!(spreading.iter().map(|(_, due)| *due).collect::<Vec<_>>(), [minutes(30)]);
    assert_eq!(look(&world, minutes(30)).await, ["boss Start 15 +0"], "and no mail about each of its alerts");
    assert_eq!(look(&world, minutes(31)).await, none(), "once");
    let notice = "SELECT count(*) FROM outbox WHERE recipient = 'boss@skiphop.example' \
                  AND notice LIKE '%\"told_before\":[{\"recipient\":\"anna@skiphop.example\"%'";
    assert_eq!(world.bed.number(notice).await, 1, "it says to whom it was written before");
    world.complain_as(20, hours(2), by("", ANNA)).await;
    assert_eq!(look(&world, hours(2)).await, ["anna Update 35 +23", "boss Update 35 +0"]);
    assert_eq!(world.pass(hours(12)).await, ["anna End 35 +0", "boss End 35 +0"]);
    assert_eq!(look(&world, hours(13)).await, none(), "nor are its alerts told to the boss afterwards");
}

#[tokio::test]
async fn two_who_look_tell_the_next_people_once() {
    let mut world = world_with("").await;
    begin(&mut world).await;
    world.clock.advance_to(minutes(31));
    let (one, other) = (world.bed.store.clone(), world.bed.store.clone());
    let ladders = [ladder("")];
    let (one, other) =
        tokio::join!(one.spread_incidents(&ladders, minutes(31)), other.spread_incidents(&ladders, minutes(31)));
    assert_eq!(one.unwrap() + other.unwrap(), 1);
}

#[tokio::test]
async fn an_incident_that_somebody_has_or_that_goes_another_way_goes_no_further() {
    let mut world = world_with("").await;
    begin(&mut world).await;
    world.bed.store.acknowledge_incidents(Some(HOP), "Kari", minutes(10)).await.unwrap();
    assert_eq!(world.bed.store.spreading_incidents(&[ladder("")], minutes(31)).await.unwrap(), []);

    let mut world = world_with("law").await;
    begin(&mut world).await;
    assert_eq!(world.bed.store.spreading_incidents(&[ladder("law")], minutes(31)).await.unwrap(), []);
    assert_eq!(look(&world, minutes(31)).await, none());
}

#[tokio::test]
async fn what_holds_it_from_the_next_people_ends_with_who_was_told_before() {
    let mut world = world_with("").await;
    begin(&mut world).await;
    silence(&world, (Some(HOP), None), minutes(5), hours(2)).await;
    assert_eq!(look(&world, minutes(30)).await, none());
    assert_eq!(world.bed.number("SELECT count(*) FROM held_incident").await, 1, "the boss");
    world.clock.advance_to(hours(2));
    world.bed.store.release_held(hours(2)).await.unwrap();
    let mails = world.bed.deliver(hours(2)).await;
    let Notice::Incident(incident) = &mails[0].notice else { panic!("{mails:?}") };
    let told: Vec<&str> = incident.told_before.iter().flatten().map(|told| told.recipient.as_str()).collect();
    assert_eq!((mails.len(), mails[0].recipient.as_str(), told), (1, BOSS, vec![ANNA]));
}

#[tokio::test]
async fn what_was_new_of_an_incident_before_somebody_took_care_of_it_is_told_no_more() {
    let told = IncidentAudience { ways: vec![way("", &[ANNA, OLE])], others: Vec::new() };
    let mut world = World::new(Peace::default(), Some(told)).await;
    begin_for_both(&mut world).await;
    silence(&world, (Some(HOP), None), minutes(5), hours(4)).await;
    world.complain(20, hours(2)).await;
    assert_eq!(world.bed.number("SELECT count(*) FROM held_incident").await, 2);
    world.bed.store.acknowledge_incidents(Some(HOP), "Kari", hours(3)).await.unwrap();
    assert_eq!(world.pass(hours(4)).await, none());
    assert_eq!(world.bed.number("SELECT count(*) FROM held_incident").await, 0);
    assert_eq!(world.pass(hours(12)).await, ["anna End 32 +20", "ole End 32 +20"], "with the alerts that nobody has");
}

#[tokio::test]
async fn that_it_has_doubled_since_is_told_when_nothing_holds_it_any_more() {
    let told = IncidentAudience { ways: vec![way("", &[ANNA, OLE])], others: Vec::new() };
    let mut world = World::new(Peace::default(), Some(told)).await;
    begin_for_both(&mut world).await;
    world.bed.store.acknowledge_incidents(Some(HOP), "Kari", minutes(2)).await.unwrap();
    silence(&world, (Some(HOP), None), minutes(5), hours(4)).await;
    world.complain(20, hours(2)).await;
    world.complain(1, hours(4) - TimeDelta::minutes(10)).await;
    assert_eq!(world.pass(hours(4)).await, ["anna Update 33 +21", "ole Update 33 +21"]);
    let taken = "SELECT count(*) FROM outbox WHERE kind = 'incident' AND notice LIKE '%\"acknowledged\":true,\"taken\":{\"recipient\":\"Kari\"%'";
    assert_eq!(world.bed.number(taken).await, 2, "these mails alone say that somebody takes care of it");
}

#[tokio::test]
async fn who_had_not_heard_of_it_is_spared_what_somebody_takes_care_of() {
    let told = IncidentAudience { ways: vec![way("", &[ANNA, OLE])], others: Vec::new() };
    let mut world = World::new(Peace::default(), Some(told)).await;
    silence(&world, (Some(HOP), None), hours(0) - TimeDelta::minutes(5), hours(2)).await;
    world.complain(12, hours(0)).await;
    world.mails(minutes(1)).await;
    world.bed.store.acknowledge_incidents(Some(HOP), "Kari", hours(1)).await.unwrap();
    assert_eq!(world.pass(hours(2)).await, ["anna held 12", "ole held 12"], "the alerts, which nobody has");
}

async fn begin_for_both(world: &mut World) {
    world.complain(12, hours(0)).await;
    assert_eq!(world.mails(hours(0)).await, ["anna Start 12 +12", "ole Start 12 +12"]);
}

#[tokio::test]
async fn a_silence_of_some_alerts_keeps_them_out_of_the_mails_of_an_incident_until_it_ends() {
    let mut world = world_with("law").await;
    begin(&mut world).await;
    let strap = |mut found: mentiond::store::FoundEntry| {
        found.entry.title = "the strap again".to_owned();
        by("", ANNA)(found)
    };
    silence(&world, (None, Some("strap")), minutes(5), hours(3)).await;
    world.complain_as(4, minutes(20), strap).await;
    world.complain_as(20, hours(2), by("", ANNA)).await;
    assert_eq!(world.mails(hours(2)).await, ["anna Update 36 +20"]);
    assert_eq!(world.bed.number("SELECT count(*) FROM held_alert WHERE reason = 'silenced'").await, 4);
    let end = world.pass(hours(14)).await;
    assert_eq!(end, ["anna End 36 +4"], "after the silence they come with the next mail");
    assert_eq!(world.bed.number("SELECT count(*) FROM held_alert").await, 0);
}

#[tokio::test]
async fn what_a_silence_holds_brings_nobody_into_an_incident() {
    let told = IncidentAudience { ways: vec![way("", &[ANNA])], others: vec![way("law", &[OLE])] };
    let mut world = World::new(Peace::default(), Some(told)).await;
    begin(&mut world).await;
    silence(&world, (None, Some("recall")), minutes(5), hours(5)).await;
    let recall = |mut found: mentiond::store::FoundEntry| {
        found.entry.title = "the recall".to_owned();
        by("law", OLE)(found)
    };
    world.complain_as(1, hours(1), recall).await;
    assert_eq!(world.mails(hours(1)).await, none());
    assert_eq!(look(&world, hours(1) + TimeDelta::minutes(10)).await, none());
    assert_eq!(world.bed.number("SELECT count(*) FROM held_alert WHERE reason = 'silenced'").await, 1);
    world.complain_as(1, hours(2), recall).await;
    world.complain_as(2, hours(2), by("law", OLE)).await;
    assert_eq!(world.mails(hours(2)).await, ["ole Start 16 +2"], "once something comes that none holds");
}

#[tokio::test]
async fn a_silence_that_outlasts_an_incident_sums_up_what_it_kept_out() {
    let mut world = world_with("law").await;
    begin(&mut world).await;
    silence(&world, (None, Some("title")), minutes(5), hours(20)).await;
    world.complain_as(20, hours(2), by("", ANNA)).await;
    assert_eq!(world.mails(hours(2)).await, ["anna Update 32 +0"]);
    assert_eq!(world.pass(hours(20)).await, ["anna End 32 +0", "anna held 20"]);
}

#[tokio::test]
async fn what_holds_the_next_mail_of_an_incident_is_on_record() {
    let mut world = World::new(Peace::default(), None).await;
    world.complain(12, hours(0)).await;
    world.mails(hours(0)).await;
    let scope = SilenceScope { brand: Some(HOP.to_owned()), ..SilenceScope::default() };
    let silence = NewSilence { scope: &scope, ends_at: hours(50), author: "Kari", comment: "we know" };
    world.bed.store.add_silence(silence, hours(1)).await.unwrap();
    world.complain(20, hours(2)).await;
    let last = world.bed.number("SELECT max(mention_id) FROM alert").await;
    let trail = world.bed.store.trail(last, hours(2)).await.unwrap().unwrap();
    let hold = trail.folds[0].hold.clone().unwrap();
    assert_eq!((hold.reason.as_str(), hold.until, hold.silence.unwrap().0), ("silenced", hours(50), 1));
}
