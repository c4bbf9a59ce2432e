//! Incidents in the running daemon, with instants of our own: found once, told once, whatever breaks, as one thread, with
//! the single alerts folded into them.

use std::sync::Arc;

use chrono::TimeDelta;
use mentiond::clock::Clock;
use mentiond::config::SpikeConfig;
use mentiond::model::incident::{IncidentEnding, IncidentPhase};
use mentiond::model::notice::IncidentNotice;
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{Gravity, Instant, Notice, Severity, Tone};
use mentiond::store::{FoundEntry, IncidentAudience, Ladder};
use mentiond::worker::{Bell, Job, Lookout};

use crate::store::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, complaint, said};

mod added;
mod ahead;
mod care;
mod evening;
mod few;
mod peace;

/// How long people talk as usual before the burst.
const QUIET_DAYS: i64 = 20;

fn lookout(bed: &Bed, clock: &Clock) -> Lookout {
    lookout_for(bed, clock, &[ANNA, OLE])
}

fn lookout_for(bed: &Bed, clock: &Clock, recipients: &[&str]) -> Lookout {
    lookout_by(bed, clock, IncidentAudience { ways: vec![way("", recipients)], others: Vec::new() })
}

fn lookout_by(bed: &Bed, clock: &Clock, audience: IncidentAudience) -> Lookout {
    lookout_up(bed, clock, audience, Vec::new())
}

fn lookout_up(bed: &Bed, clock: &Clock, audience: IncidentAudience, ladders: Vec<Ladder>) -> Lookout {
    let lego = IncidentAudience { ways: vec![way("", &[ANNA, OLE])], others: Vec::new() };
    let brands = [(HOP.to_owned(), audience), ("Lego".to_owned(), lego)].into();
    Lookout::new(bed.store.clone(), &SpikeConfig::default(), (brands, ladders), clock.clone(), Bell::default())
}

fn way(route: &str, recipients: &[&str]) -> (String, Vec<String>) {
    (route.to_owned(), recipients.iter().map(|&recipient| recipient.to_owned()).collect())
}

fn clock() -> Clock {
    Clock::simulated(at(0))
}

/// Stories of quiet days in a source, polled every six hours: one in four is negative. The source of the burst is no new one.
async fn quiet_days(bed: &Bed, clock: &Clock, lookout: Option<&Lookout>) {
    bed.poll("forum", Vec::new(), at(0)).await;
    quiet_days_without_forum(bed, clock, lookout).await;
}

async fn quiet_days_without_forum(bed: &Bed, clock: &Clock, lookout: Option<&Lookout>) {
    for quarter in 0..QUIET_DAYS * 4 {
        let now = at(quarter * DAY / 4);
        clock.advance_to(now);
        let score = if quarter % 4 == 3 { -0.3 } else { 0.2 };
        bed.poll("blog", vec![said(&format!("q{quarter}"), HOP, &format!("usual{quarter}"), Some(score))], now).await;
        if let Some(lookout) = lookout {
            lookout.run().await.unwrap();
        }
    }
}

/// When the burst begins.
fn burst() -> Instant {
    at(QUIET_DAYS * DAY)
}

/// A complaint of the burst, which meets a rule.
fn upset(number: u32) -> FoundEntry {
    let mut found = complaint(&format!("b{number}"), HOP, &[ANNA, OLE]);
    let author = found.entry.author.as_mut().unwrap();
    author.name = format!("upset{number}");
    found
}

async fn incident_mails(bed: &Bed, now: Instant) -> Vec<(OutboxMessage, IncidentNotice)> {
    let mails = bed.deliver(now).await.into_iter();
    mails
        .filter_map(|message| match &message.notice {
            Notice::Incident(notice) => {
                assert_eq!(message.kind, OutboxKind::Incident);
                let notice = notice.as_ref().clone();
                Some((message, notice))
            }
            _ => None,
        })
        .collect()
}

/// What can be said of a mail without its numbers in the store.
fn said_by(notice: &IncidentNotice) -> (IncidentPhase, u32, i64, usize) {
    let evidence = &notice.evidence;
    (notice.phase, evidence.negative, evidence.onset.timestamp(), notice.stories.len())
}

/// Polls one complaint every ten minutes, two hours long, then lets a day pass; answers all mails to Anna about it.
/// `fresh` says whether the daemon is started anew before each look.
async fn live_through(bed: &Bed, fresh: bool) -> Vec<(OutboxMessage, IncidentNotice)> {
    let clock = clock();
    quiet_days(bed, &clock, None).await;
    let mut watching = lookout(bed, &clock);
    let mut mails = Vec::new();
    for step in 0..12 + 24 * 6 {
        let now = burst() + TimeDelta::minutes(10 * i64::from(step));
        clock.advance_to(now);
        if step < 12 {
            bed.poll("forum", vec![upset(step)], now).await;
        }
        if fresh {
            watching = lookout(bed, &clock);
        }
        watching.run().await.unwrap();
        mails.extend(incident_mails(bed, now).await);
    }
    mails.retain(|(message, _)| message.recipient == ANNA);
    mails
}

#[tokio::test]
async fn an_incident_is_told_from_its_start_to_its_end_as_one_thread() {
    let bed = Bed::new().await;
    let mails = live_through(&bed, false).await;
    let phases: Vec<IncidentPhase> = mails.iter().map(|(_, notice)| notice.phase).collect();
    assert_eq!((phases.first(), phases.last()), (Some(&IncidentPhase::Start), Some(&IncidentPhase::End)));
    assert!((2..=4).contains(&phases.len()), "{phases:?}");
    let (first, start) = &mails[0];
    assert_eq!(start.first_mail, None);
    assert_eq!(start.evidence.onset, burst(), "the first complaint");
    assert!(start.evidence.at <= burst() + TimeDelta::minutes(90), "{}", start.evidence.at);
    assert_eq!(start.first.as_ref().map(|view| view.title.as_str()), Some("title of b0"));
    assert!(start.stories.iter().all(|view| view.tone == Tone::Negative) && !start.learning);
    assert_eq!(start.hours.len(), 24);
    assert_eq!(start.hours.iter().map(|hour| hour.negative).sum::<u64>(), u64::from(start.evidence.negative) + 1);
    for (_, later) in &mails[1..] {
        let answered = later.first_mail.unwrap();
        assert_eq!((answered.outbox_id, answered.created_at), (first.id, first.created_at));
    }
    let (_, end) = mails.last().unwrap();
    assert_eq!((end.ending, end.evidence.negative), (Some(IncidentEnding::Calm), 12));
    let kept = &bed.store.incidents(None, 5).await.unwrap()[..];
    assert_eq!(kept.len(), 1);
    assert!(kept[0].ended.is_some() && kept[0].brand == HOP && kept[0].onset == burst());
    assert_eq!(bed.store.open_incidents().await.unwrap(), []);
}

#[tokio::test]
async fn whoever_starts_anew_before_each_look_tells_the_same() {
    let (once, again) = (Bed::new().await, Bed::new().await);
    let (once, again) = (live_through(&once, false).await, live_through(&again, true).await);
    let told =
        |mails: &[(OutboxMessage, IncidentNotice)]| mails.iter().map(|(_, notice)| said_by(notice)).collect::<Vec<_>>();
    assert_eq!(told(&once), told(&again));
}

#[tokio::test]
async fn what_breaks_off_while_it_is_written_is_told_once_all_the_same() {
    let bed = Bed::new().await;
    let clock = clock();
    quiet_days(&bed, &clock, None).await;
    let watching = lookout(&bed, &clock);
    watching.run().await.unwrap();
    let now = burst() + TimeDelta::minutes(30);
    clock.advance_to(now);
    bed.poll("forum", (0..12).map(upset).collect(), now).await;
    for table in ["spike_cursor", "incident", "outbox", "incident_told"] {
        let verb = if table == "spike_cursor" { "UPDATE" } else { "INSERT" };
        let broken =
            format!("CREATE TRIGGER broken BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'power cut'); END");
        bed.execute(Box::leak(broken.into_boxed_str())).await;
        assert!(watching.run().await.is_err(), "{table}");
        assert!(lookout(&bed, &clock).run().await.is_err(), "{table}");
        bed.execute("DROP TRIGGER broken").await;
        assert_eq!(bed.number("SELECT count(*) FROM incident").await, 0, "{table}");
        assert_eq!(bed.number("SELECT count(*) FROM outbox WHERE kind = 'incident'").await, 0, "{table}");
    }
    watching.run().await.unwrap();
    watching.run().await.unwrap();
    lookout(&bed, &clock).run().await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM incident").await, 1);
    assert_eq!(bed.number("SELECT count(*) FROM outbox WHERE kind = 'incident'").await, 2, "Anna and Ole");
}

#[tokio::test]
async fn two_who_look_at_the_same_time_tell_it_once() {
    let bed = Bed::new().await;
    let clock = clock();
    quiet_days(&bed, &clock, None).await;
    let (one, other) = (lookout(&bed, &clock), lookout(&bed, &clock));
    one.run().await.unwrap();
    other.run().await.unwrap();
    let now = burst() + TimeDelta::minutes(30);
    clock.advance_to(now);
    bed.poll("forum", (0..12).map(upset).collect(), now).await;
    one.run().await.unwrap();
    assert_eq!(other.run().await.unwrap(), Some(now), "it has to look again");
    other.run().await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM outbox WHERE kind = 'incident'").await, 2);
}

#[tokio::test]
async fn single_alerts_are_folded_into_an_incident_and_urgent_ones_pass() {
    let bed = Bed::new().await;
    let clock = clock();
    quiet_days(&bed, &clock, None).await;
    let watching = lookout(&bed, &clock);
    watching.run().await.unwrap();
    let mut now = burst() + TimeDelta::minutes(30);
    clock.advance_to(now);
    bed.poll("forum", (0..12).map(upset).collect(), now).await;
    watching.run().await.unwrap();
    let kinds = |mails: Vec<OutboxMessage>| mails.into_iter().map(|mail| mail.kind).collect::<Vec<_>>();
    // What was still being collected is told by the incident and not once more by itself.
    assert_eq!(kinds(bed.deliver(now + TimeDelta::minutes(10)).await), [OutboxKind::Incident, OutboxKind::Incident]);

    now += TimeDelta::minutes(20);
    clock.advance_to(now);
    let mut burns = upset(90);
    burns.mentions[0].gravity = Gravity { severity: Severity::Urgent, concerns: Vec::new() };
    bed.poll("blog", [(12..30).map(upset).collect(), vec![burns]].concat(), now).await;
    watching.run().await.unwrap();
    let passed = bed.deliver(now + TimeDelta::minutes(10)).await;
    for mail in &passed {
        let Notice::Alert(alert) = &mail.notice else { panic!("{mail:?}") };
        assert_eq!(alert.items.iter().map(|item| item.mention.severity).collect::<Vec<_>>(), [Severity::Urgent]);
    }
    assert_eq!(passed.len(), 2);
    assert_eq!(bed.number("SELECT count(DISTINCT alert_id) FROM incident_alert").await, 30);
    assert_eq!(
        bed.number("SELECT count(*) FROM mention WHERE decision = 'alert'").await,
        31,
        "they are alerts all the same"
    );

    now += TimeDelta::minutes(60);
    clock.advance_to(now);
    bed.poll("blog", vec![upset(40)], now).await;
    watching.run().await.unwrap();
    let update = incident_mails(&bed, now).await.remove(0).1;
    assert_eq!((update.phase, update.folded, update.folded_items.len()), (IncidentPhase::Update, 19, 10));
    assert_eq!(bed.number("SELECT count(*) FROM incident_alert WHERE outbox_id IS NULL").await, 0);

    let told = "SELECT min(a.mention_id) FROM incident_alert f JOIN alert a ON a.id = f.alert_id";
    let trail = bed.store.trail(bed.number(told).await, now).await.unwrap().unwrap();
    let folds: Vec<_> = trail.folds.iter().map(|fold| (fold.recipient.as_str(), fold.onset, fold.notice)).collect();
    let notices: Vec<_> = trail.notices.iter().map(|notice| (notice.id, notice.kind.as_str())).collect();
    assert_eq!(notices.iter().map(|(_, kind)| *kind).collect::<Vec<_>>(), ["incident", "incident"]);
    let onset = burst() + TimeDelta::minutes(30);
    assert_eq!(folds, [(ANNA, onset, Some(notices[0].0)), (OLE, onset, Some(notices[1].0))]);

    now += TimeDelta::hours(60);
    clock.advance_to(now);
    watching.run().await.unwrap();
    let end = incident_mails(&bed, now).await.remove(0).1;
    assert_eq!((end.phase, end.folded), (IncidentPhase::End, 0));
    bed.poll("blog", vec![upset(50)], now).await;
    watching.run().await.unwrap();
    let after = kinds(bed.deliver(now + TimeDelta::minutes(10)).await);
    assert_eq!(after, [OutboxKind::Alert, OutboxKind::Alert], "as before");
}

#[tokio::test]
async fn whoever_is_no_recipient_any_more_still_hears_what_was_folded() {
    let bed = Bed::new().await;
    let clock = clock();
    quiet_days(&bed, &clock, None).await;
    let watching = lookout(&bed, &clock);
    let mut now = burst() + TimeDelta::minutes(30);
    clock.advance_to(now);
    bed.poll("forum", (0..12).map(upset).collect(), now).await;
    watching.run().await.unwrap();
    now += TimeDelta::minutes(20);
    clock.advance_to(now);
    bed.poll("blog", (12..30).map(upset).collect(), now).await;
    bed.deliver(now).await;

    let nobody = lookout_for(&bed, &clock, &[]);
    now += TimeDelta::minutes(60);
    clock.advance_to(now);
    bed.poll("blog", vec![upset(40)], now).await;
    nobody.run().await.unwrap();
    let told = incident_mails(&bed, now).await;
    assert_eq!(told.iter().map(|(_, notice)| notice.folded).collect::<Vec<_>>(), [19, 19]);
    assert_eq!(bed.number("SELECT count(*) FROM incident_alert WHERE outbox_id IS NULL").await, 0);
}

#[tokio::test]
async fn a_correction_counts_and_takes_an_incident_back() {
    let bed = Bed::new().await;
    let clock = clock();
    quiet_days(&bed, &clock, None).await;
    let watching = lookout(&bed, &clock);
    watching.run().await.unwrap();
    let mut now = burst() + TimeDelta::minutes(30);
    clock.advance_to(now);
    bed.poll("forum", (0..6).map(upset).collect(), now).await;
    watching.run().await.unwrap();
    let (_, start) = incident_mails(&bed, now).await.remove(0);
    assert_eq!(start.phase, IncidentPhase::Start);
    for id in &start.evidence.stories {
        bed.store.correct_tone(*id, Tone::Positive, ("Kari", None), now).await.unwrap();
    }
    now += TimeDelta::minutes(5);
    clock.advance_to(now);
    watching.run().await.unwrap();
    let (_, end) = incident_mails(&bed, now).await.remove(0);
    assert_eq!((end.phase, end.ending), (IncidentPhase::End, Some(IncidentEnding::Revised)));
    watching.run().await.unwrap();
    assert!(incident_mails(&bed, now).await.is_empty());
}

#[tokio::test]
async fn copies_and_one_loud_person_are_no_incident() {
    let bed = Bed::new().await;
    let clock = clock();
    quiet_days(&bed, &clock, None).await;
    let watching = lookout(&bed, &clock);
    let now = burst();
    clock.advance_to(now);
    let loud = (0..12).map(|number| said(&format!("l{number}"), HOP, "the same person", Some(-0.9)));
    bed.poll("forum", loud.collect(), now).await;
    watching.run().await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM incident").await, 0);
    // Copies: mentions of one story.
    bed.poll("blog", (0..12).map(upset).collect(), now).await;
    bed.execute("UPDATE mention SET story_id = (SELECT min(story_id) FROM mention WHERE decision <> 'no_rule') WHERE decision <> 'no_rule'").await;
    watching.run().await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM incident").await, 0);
}

#[tokio::test]
async fn a_brand_that_nobody_knows_yet_has_no_incident_on_its_first_day() {
    let bed = Bed::new().await;
    let clock = clock();
    let watching = Arc::new(lookout(&bed, &clock));
    watching.run().await.unwrap();
    let now = at(HOUR);
    clock.advance_to(now);
    bed.poll("forum", (0..50).map(upset).collect(), now).await;
    watching.run().await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM incident").await, 0);
}

/// At which steps Anna gets a mail about an incident, if thirty people complain and one more does every half hour; she
/// acknowledges the first if `takes` says so.
async fn complaints_that_go_on(takes: bool) -> Vec<i64> {
    let bed = Bed::new().await;
    let clock = clock();
    quiet_days(&bed, &clock, None).await;
    let watching = lookout(&bed, &clock);
    watching.run().await.unwrap();
    let mut mails = Vec::new();
    for step in 0..36 {
        let now = burst() + TimeDelta::minutes(30 * (step + 1));
        clock.advance_to(now);
        let new =
            if step == 0 { (0..30).map(upset).collect() } else { vec![upset(100 + u32::try_from(step).unwrap())] };
        bed.poll("forum", new, now).await;
        watching.run().await.unwrap();
        let told = incident_mails(&bed, now).await.into_iter().filter(|(message, _)| message.recipient == ANNA);
        for (message, _) in told {
            mails.push(step);
            if takes && step == 0 {
                bed.store.answer(message.id, ANNA, now).await.unwrap().unwrap();
            }
        }
    }
    mails
}

#[tokio::test]
async fn an_incident_that_somebody_takes_care_of_is_told_again_only_when_it_doubles() {
    let (left, taken) = (complaints_that_go_on(false).await, complaints_that_go_on(true).await);
    assert_eq!(left[..2], [0, 12], "the start, and after six hours that it goes on: {left:?}");
    assert_eq!(taken, [0, 30], "the start, and that it has doubled with the thirtieth");
}
