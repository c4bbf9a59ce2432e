//! Incidents and the peace of those who are told of them: silences, quiet hours, routes and reminders.

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Weekday};
use chrono_tz::Tz;
use mentiond::alert::Peace;
use mentiond::clock::Clock;
use mentiond::config::{EscalationStep, Located, QuietConfig, QuietSpan, RouteConfig, RouteSettings};
use mentiond::model::hold::SilenceScope;
use mentiond::model::incident::IncidentEnding;
use mentiond::model::notice::IncidentNotice;
use mentiond::model::outbox::OutboxKind;
use mentiond::model::{Gravity, HoldReason, Instant, Notice, Severity, Tone};
use mentiond::query::Library;
use mentiond::store::{Audience, FoundEntry, FoundWay, IncidentAudience, Ladder, NewSilence, Selection};
use mentiond::worker::{Job, Lookout};

use super::{burst, clock, lookout, lookout_by, quiet_days, upset, way};
use crate::store::bed::{ANNA, Bed, HOP, OLE, audience, grouping, plain};

/// A brand that is known, and a daemon that keeps this peace.
pub struct World {
    pub bed: Bed,
    pub clock: Clock,
    pub lookout: Lookout,
    said: u32,
}

impl World {
    pub async fn new(peace: Peace, told: Option<IncidentAudience>) -> Self {
        let mut bed = Bed::new().await;
        bed.store = bed.store.guarded(Arc::new(peace));
        let clock = clock();
        quiet_days(&bed, &clock, None).await;
        let lookout = match told {
            Some(told) => lookout_by(&bed, &clock, told),
            None => lookout(&bed, &clock),
        };
        lookout.run().await.unwrap();
        Self { bed, clock, lookout, said: 0 }
    }

    /// So many complaints at a time, by people who have not complained before; then the daemon looks.
    pub async fn complain(&mut self, number: u32, now: Instant) {
        self.complain_as(number, now, |found| found).await;
    }

    pub async fn complain_as(&mut self, number: u32, now: Instant, change: impl Fn(FoundEntry) -> FoundEntry) {
        self.clock.advance_to(now);
        let found = (self.said..self.said + number).map(|number| change(upset(number))).collect();
        self.said += number;
        self.bed.poll("forum", found, now).await;
        self.lookout.run().await.unwrap();
    }

    /// Lets time pass hour by hour; nobody is mailed meanwhile but what is answered.
    pub async fn pass(&self, until: Instant) -> Vec<String> {
        let mut told = Vec::new();
        while self.clock.now() < until {
            let now = (self.clock.now() + TimeDelta::hours(1)).min(until);
            self.clock.advance_to(now);
            self.lookout.run().await.unwrap();
            self.bed.store.release_held(now).await.unwrap();
            told.extend(self.mails(now).await);
        }
        told
    }

    /// Who is told what now: `anna Start 12 +3` for an incident with twelve stories and three alerts with it.
    pub async fn mails(&self, now: Instant) -> Vec<String> {
        let mut told: Vec<String> =
            self.bed.deliver(now).await.iter().map(|mail| line(&mail.recipient, &mail.notice)).collect();
        told.sort();
        told
    }

    async fn incidents(&self, sql: &'static str) -> i64 {
        self.bed.number(sql).await
    }
}

fn line(recipient: &str, notice: &Notice) -> String {
    let who = recipient.split('@').next().unwrap();
    match notice {
        Notice::Incident(incident) => {
            let IncidentNotice { phase, evidence, folded, .. } = incident.as_ref();
            let ending = if incident.ending == Some(IncidentEnding::Revised) { " revised" } else { "" };
            format!("{who} {phase:?}{ending} {} +{folded}", evidence.negative)
        }
        Notice::Alert(alert) => {
            let what = if alert.reminder { "reminder" } else { "alert" };
            format!("{who} {what} {}", alert.items.len() as u64 + alert.more)
        }
        Notice::Held(held) => format!("{who} held {}", held.items.len() as u64 + held.more),
        Notice::Escalation(escalation) => format!("{who} escalation {}", escalation.alert.items.len()),
        other => panic!("{other:?}"),
    }
}

/// From the burst on for nine hours, every day.
fn night(incidents_break_through: bool) -> QuietConfig {
    let days = (0..7).map(|day| Weekday::try_from(day).unwrap()).collect();
    let spans = vec![QuietSpan { days, from: 8 * 60, to: 17 * 60 }];
    QuietConfig { spans, time_zone: Tz::UTC, urgent_breaks_through: true, incidents_break_through }
}

pub fn hours(hours: i64) -> Instant {
    burst() + TimeDelta::hours(hours)
}

fn urgent(mut found: FoundEntry) -> FoundEntry {
    found.mentions[0].gravity = Gravity { severity: Severity::Urgent, concerns: Vec::new() };
    found
}

/// The alert takes a route to somebody else.
fn by_route(recipient: &'static str) -> impl Fn(FoundEntry) -> FoundEntry {
    by("team", recipient)
}

pub fn by(route: &'static str, recipient: &'static str) -> impl Fn(FoundEntry) -> FoundEntry {
    move |mut found| {
        let (route, recipients) = (route.to_owned(), vec![recipient.to_owned()]);
        let ways = vec![FoundWay { route, recipients, grouping: grouping() }];
        found.mentions[0].outcome.alert.as_mut().unwrap().ways = ways;
        found
    }
}

pub fn none() -> Vec<String> {
    Vec::new()
}

#[tokio::test]
async fn quiet_hours_hold_an_incident_and_the_morning_tells_it_once_as_it_then_is() {
    let mut world = World::new(Peace::new(Library::default(), night(false), &[]), None).await;
    world.complain(12, hours(0) + TimeDelta::minutes(5)).await;
    assert_eq!(world.mails(hours(0) + TimeDelta::minutes(10)).await, none());
    assert_eq!(world.incidents("SELECT count(*) FROM held_incident WHERE reason = 'quiet_hours'").await, 2);
    let held = world.bed.store.open_holds().await.unwrap();
    assert_eq!((held[0].reason, held[0].incidents, held[0].until), (HoldReason::QuietHours, 1, hours(9)));
    assert_eq!(world.bed.store.next_release_at(world.clock.now()).await.unwrap(), Some(hours(9)));
    // It has doubled long before, and four more are news at the last minute.
    world.complain(20, hours(2)).await;
    world.complain_as(1, hours(3), urgent).await;
    assert_eq!(world.mails(hours(3) + TimeDelta::minutes(10)).await, ["anna alert 1", "ole alert 1"], "what is urgent");
    for hour in [4, 5, 6, 7] {
        world.complain(5, hours(hour)).await;
    }
    world.complain(4, hours(9) - TimeDelta::minutes(5)).await;
    assert_eq!(world.pass(hours(9)).await, ["anna Start 57 +56", "ole Start 57 +56"]);
    assert_eq!(world.bed.store.release_held(hours(10)).await.unwrap(), 0);
    let rest = world.pass(hours(9) + TimeDelta::days(2)).await;
    assert_eq!(rest, ["anna End 57 +0", "ole End 57 +0"], "in the afternoon");
}

#[tokio::test]
async fn an_incident_that_is_over_in_the_morning_is_one_mail() {
    let mut world = World::new(Peace::new(Library::default(), night(false), &[]), None).await;
    world.complain(12, hours(0) + TimeDelta::minutes(5)).await;
    assert_eq!(world.pass(hours(9)).await, ["anna End 12 +12", "ole End 12 +12"]);
    assert_eq!(world.incidents("SELECT count(*) FROM held_incident").await, 0);
    assert_eq!(world.incidents("SELECT count(*) FROM held_alert").await, 0);
    assert_eq!(world.pass(hours(40)).await, none());
}

#[tokio::test]
async fn an_incident_that_was_none_is_not_told_in_the_morning_but_its_alerts_are() {
    let mut world = World::new(Peace::new(Library::default(), night(false), &[]), None).await;
    world.complain(6, hours(0) + TimeDelta::minutes(5)).await;
    assert_eq!(world.mails(hours(1)).await, none());
    let incident = world.bed.store.open_incidents().await.unwrap().remove(0);
    for id in &incident.evidence.stories {
        world.bed.store.correct_tone(*id, Tone::Positive, ("Kari", None), hours(1)).await.unwrap();
    }
    assert_eq!(world.pass(hours(9)).await, ["anna held 6", "ole held 6"]);
}

#[tokio::test]
async fn an_incident_breaks_through_where_it_shall() {
    let mut world = World::new(Peace::new(Library::default(), night(true), &[]), None).await;
    world.complain(12, hours(0) + TimeDelta::minutes(5)).await;
    assert_eq!(world.mails(hours(0) + TimeDelta::minutes(6)).await, ["anna Start 12 +12", "ole Start 12 +12"]);
}

#[tokio::test]
async fn a_silence_of_the_whole_brand_holds_an_incident_and_one_of_some_mentions_does_not() {
    let mut world = World::new(Peace::default(), None).await;
    let add = |scope: SilenceScope, ends_at| {
        let store = world.bed.store.clone();
        async move {
            let silence = NewSilence { scope: &scope, ends_at, author: "Kari", comment: "we know" };
            store.add_silence(silence, burst()).await.unwrap()
        }
    };
    add(SilenceScope { query: Some("title".to_owned()), ..SilenceScope::default() }, hours(99)).await;
    add(SilenceScope { brand: Some("Lego".to_owned()), ..SilenceScope::default() }, hours(99)).await;
    let whole = add(SilenceScope { brand: Some(HOP.to_owned()), ..SilenceScope::default() }, hours(50)).await;
    world.complain(12, hours(0) + TimeDelta::minutes(5)).await;
    assert_eq!(world.mails(hours(0) + TimeDelta::minutes(10)).await, none());
    world.bed.store.end_silence(whole, "Ole", hours(1)).await.unwrap();
    let look_again = world.bed.store.next_release_at(hours(1)).await.unwrap();
    assert_eq!(look_again, Some(hours(1) + TimeDelta::minutes(1)));
    let told = world.pass(hours(1) + TimeDelta::minutes(1)).await;
    assert_eq!(told, ["anna Start 12 +0", "ole Start 12 +0"], "the other silence still holds the alerts");
}

#[tokio::test]
async fn what_a_hold_frees_while_an_incident_goes_on_comes_with_its_next_mail() {
    let mut world = World::new(Peace::default(), None).await;
    let scope = SilenceScope { query: Some("title".to_owned()), ..SilenceScope::default() };
    let silence = NewSilence { scope: &scope, ends_at: hours(1), author: "Kari", comment: "we know" };
    world.bed.store.add_silence(silence, burst()).await.unwrap();
    world.complain(2, burst()).await;
    assert_eq!(world.mails(burst() + TimeDelta::minutes(2)).await, none(), "held, and no incident yet");
    world.complain(10, burst() + TimeDelta::minutes(20)).await;
    let told = world.mails(burst() + TimeDelta::minutes(20)).await;
    assert_eq!(told, ["anna Start 12 +0", "ole Start 12 +0"], "the silence keeps them out of its mails");
    assert_eq!(world.pass(hours(1)).await, none(), "the incident tells them");
    world.complain(20, hours(2)).await;
    assert_eq!(world.mails(hours(2)).await, ["anna Update 32 +32", "ole Update 32 +32"]);
}

#[tokio::test]
async fn who_gets_alerts_by_a_route_is_told_of_the_incident_in_their_place() {
    let told = IncidentAudience { ways: vec![way("", &[ANNA])], others: vec![way("team", &[OLE])] };
    let mut world = World::new(Peace::default(), Some(told)).await;
    world.complain_as(12, burst() + TimeDelta::minutes(5), by("", ANNA)).await;
    assert_eq!(world.mails(burst() + TimeDelta::minutes(5)).await, ["anna Start 12 +12"]);
    // Alerts of an hour later take the route to Ole, who has heard of nothing.
    world.complain_as(3, hours(1), by_route(OLE)).await;
    assert_eq!(world.mails(hours(1)).await, ["ole Start 15 +3"]);
    world.complain_as(20, hours(2), by_route(OLE)).await;
    assert_eq!(world.mails(hours(2) + TimeDelta::minutes(10)).await, ["anna Update 35 +0", "ole Update 35 +20"]);
    assert_eq!(world.pass(hours(12)).await, ["anna End 35 +0", "ole End 35 +0"]);
}

#[tokio::test]
async fn a_route_that_is_for_urgent_alerts_alone_hears_no_incident() {
    let told = IncidentAudience { ways: vec![way("", &[ANNA])], others: vec![way("team", &[OLE])] };
    let mut world = World::new(Peace::default(), Some(told)).await;
    world.complain_as(12, burst() + TimeDelta::minutes(5), by("", ANNA)).await;
    assert_eq!(world.mails(burst() + TimeDelta::minutes(5)).await, ["anna Start 12 +12"]);
    world.complain_as(3, hours(1), |found| urgent(by_route(OLE)(found))).await;
    assert_eq!(world.mails(hours(1)).await, none());
    assert_eq!(world.mails(hours(1) + TimeDelta::minutes(1)).await, ["ole alert 3"]);
}

#[tokio::test]
async fn the_quiet_hours_of_an_incident_are_those_of_the_route_it_takes() {
    let settings = RouteSettings { grouping: grouping(), quiet: night(false), ..RouteSettings::default() };
    let value = RouteConfig {
        name: "team".to_owned(),
        brands: Vec::new(),
        severities: Vec::new(),
        rules: Vec::new(),
        query: None,
        goes_on: false,
        settings,
        routes: Vec::new(),
    };
    let peace = Peace::new(Library::default(), QuietConfig::default(), &[Located { value, place: None }]);
    let told = IncidentAudience { ways: vec![way("", &[ANNA]), way("team", &[OLE, ANNA])], others: Vec::new() };
    let mut world = World::new(peace, Some(told)).await;
    world.complain_as(12, burst() + TimeDelta::minutes(5), by("", ANNA)).await;
    assert_eq!(world.mails(burst() + TimeDelta::minutes(5)).await, ["anna Start 12 +12"]);
    assert_eq!(world.bed.number("SELECT count(*) FROM held_incident").await, 1, "Ole");
}

#[tokio::test]
async fn no_reminder_repeats_what_an_incident_tells() {
    let mut world = World::new(Peace::default(), None).await;
    let old = burst() - TimeDelta::hours(5);
    world.complain(1, old).await;
    assert_eq!(world.mails(old + TimeDelta::minutes(1)).await, ["anna alert 1", "ole alert 1"]);
    // Two are mailed one by one before the incident is found, which then tells them.
    world.complain(2, burst()).await;
    assert_eq!(world.mails(burst() + TimeDelta::minutes(1)).await, ["anna alert 2", "ole alert 2"]);
    world.complain(12, burst() + TimeDelta::minutes(20)).await;
    world.complain_as(1, burst() + TimeDelta::minutes(25), urgent).await;
    let mails = world.bed.deliver(burst() + TimeDelta::minutes(30)).await;
    assert_eq!(mails.iter().filter(|mail| mail.kind == OutboxKind::Incident).count(), 2);

    let audience = Audience { route: String::new(), ..audience() };
    let later = burst() + TimeDelta::minutes(30) + TimeDelta::hours(4);
    assert_eq!(world.bed.store.enqueue_reminders(&grouping(), &audience, later).await.unwrap(), 2);
    assert_eq!(world.mails(later).await, ["anna reminder 2", "ole reminder 2"], "the old one and the urgent one");
    world.clock.advance_to(later);
    let end: Vec<String> = world.pass(hours(10)).await;
    assert!(end.iter().all(|line| line.contains("End")) && end.len() == 2, "{end:?}");
    let next = world.bed.store.next_reminder_at(&grouping(), &audience, hours(10)).await.unwrap();
    assert_eq!(next, Some(later + TimeDelta::hours(4)));
    assert_eq!(world.bed.store.enqueue_reminders(&grouping(), &audience, hours(10)).await.unwrap(), 2);
    assert_eq!(world.mails(hours(10)).await, ["anna reminder 2", "ole reminder 2"], "nor after it");
}

#[tokio::test]
async fn what_is_long_over_is_forgotten_and_what_is_held_is_not() {
    let mut world = World::new(Peace::default(), None).await;
    world.complain(12, burst()).await;
    world.pass(hours(12)).await;
    let keep = Duration::from_secs(30 * 86_400);
    world.bed.store.prune(hours(24 * 300), keep).await.unwrap();
    assert_eq!(world.bed.number("SELECT count(*) FROM incident").await, 1);
    assert_eq!(world.bed.number("SELECT count(*) FROM spike_watch").await, 2);
    world.bed.poll("forum", Vec::new(), hours(24)).await;
    world.bed.poll("blog", Vec::new(), hours(24)).await;
    world.bed.store.prune(hours(24 * 400), keep).await.unwrap();
    // The mentions of which it told are gone, and with them what it knew of them.
    world.bed.execute("DELETE FROM mention").await;
    world.bed.store.prune(hours(24 * 400), keep).await.unwrap();
    for table in
        ["SELECT count(*) FROM incident", "SELECT count(*) FROM incident_told", "SELECT count(*) FROM spike_watch"]
    {
        assert_eq!(world.bed.number(table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn what_waits_for_the_next_mail_of_an_incident_is_not_forgotten() {
    let mut world = World::new(Peace::default(), None).await;
    world.complain(12, hours(0)).await;
    world.mails(hours(0)).await;
    world.complain(3, hours(0) + TimeDelta::minutes(20)).await;
    let waiting = "SELECT count(*) FROM incident_alert WHERE outbox_id IS NULL";
    assert_eq!(world.bed.number(waiting).await, 6);
    for source in ["forum", "blog"] {
        world.bed.poll(source, vec![plain(source)], hours(24 * 390)).await;
    }
    world.bed.store.prune(hours(24 * 400), Duration::from_secs(30 * 86_400)).await.unwrap();
    assert_eq!(world.bed.number(waiting).await, 6);
    assert_eq!(world.bed.number("SELECT count(*) FROM alert").await, 3, "the others are forgotten");
}

#[tokio::test]
async fn what_somebody_takes_care_of_is_not_told_by_the_next_mail_of_an_incident() {
    let mut world = World::new(Peace::default(), None).await;
    world.complain(12, hours(0)).await;
    world.mails(hours(0)).await;
    world.complain(3, hours(0) + TimeDelta::minutes(20)).await;
    let last = world.bed.number("SELECT max(mention_id) FROM alert").await;
    world.bed.store.acknowledge(&Selection::Mention(last), "Kari", hours(1)).await.unwrap();
    world.complain(20, hours(2)).await;
    assert_eq!(world.mails(hours(2)).await, ["anna Update 35 +22", "ole Update 35 +22"]);
    let told = world.bed.store.trail(last, hours(2)).await.unwrap().unwrap();
    assert_eq!((told.notices.len(), told.folds.len()), (0, 0));
}

#[tokio::test]
async fn nobody_is_told_twice_of_what_waits_for_the_next_mail_of_an_incident() {
    let mut world = World::new(Peace::default(), None).await;
    world.complain(12, hours(0)).await;
    world.mails(hours(0)).await;
    // Two routes take it to the same people.
    let twice = |found: FoundEntry| {
        let mut found = by("", ANNA)(found);
        let alert = found.mentions[0].outcome.alert.as_mut().unwrap();
        alert.ways.push(FoundWay { route: "team".to_owned(), recipients: vec![ANNA.to_owned()], grouping: grouping() });
        found
    };
    world.complain_as(1, hours(0) + TimeDelta::minutes(20), twice).await;
    let waiting = "SELECT count(*) FROM incident_alert WHERE outbox_id IS NULL";
    assert_eq!(world.bed.number(waiting).await, 1);
    assert_eq!(world.mails(hours(0) + TimeDelta::minutes(40)).await, none());

    // Kari has been told of it by another mail, and Anna is the next.
    let sent = hours(0) + TimeDelta::minutes(21);
    world.bed.execute("INSERT INTO outbox (kind, brand, recipient, route, created_at, due_at, sealed_at, finished_at, notice, \
        state, attempts) SELECT kind, brand, 'kari@skiphop.example', route, max(created_at), due_at, sealed_at, finished_at, \
        notice, state, attempts FROM outbox WHERE state = 'sent'").await;
    world
        .bed
        .execute(
            "INSERT INTO outbox_alert (outbox_id, alert_id, route) SELECT (SELECT max(id) FROM outbox), \
        alert_id, '' FROM incident_alert WHERE outbox_id IS NULL",
        )
        .await;
    let step = EscalationStep { after: Duration::from_secs(1_800), recipients: vec![ANNA.to_owned()] };
    let brands = vec![HOP.to_owned()];
    let ladder = [Ladder { route: String::new(), brands, steps: vec![step], grouping: grouping() }];
    assert_eq!(world.bed.store.escalate(&ladder, sent + TimeDelta::hours(1)).await.unwrap(), 0);
    world.bed.execute("DELETE FROM incident_alert WHERE outbox_id IS NULL").await;
    assert_eq!(world.bed.store.escalate(&ladder, sent + TimeDelta::hours(1)).await.unwrap(), 1);
}
