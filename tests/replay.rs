//! Replays mail what the store mails, when it does.

use chrono::TimeDelta;
use mentiond::alert::{Peace, Routes, Rules};
use mentiond::config::{EscalationStep, GroupingConfig, RouteSettings, RuleConfig, SpikeConfig};
use mentiond::model::hold::{Silence, SilenceScope};
use mentiond::model::{Author, Entry, EntryKey, Instant, Judgement, Notice, Tone};
use mentiond::query::Subject;
use mentiond::replay::{self, Found, Guard, Kind, Replay, Setup};
use mentiond::store::{Audience, Ladder};

use crate::store::bed::{ANNA, Bed, DAY, HOP, at, complaint, grouping};

fn negative() -> RuleConfig {
    RuleConfig {
        name: "complaint".to_owned(),
        brands: Vec::new(),
        tones: vec![Tone::Negative],
        max_score: None,
        severities: Vec::new(),
        keywords: Vec::new(),
        keyword_lists: Vec::new(),
        query: None,
        max_age: std::time::Duration::from_secs(86_400),
    }
}

/// Complaints at these times, by one author, so that no incident comes of them: when how many are mailed, and whether to
/// others.
fn replayed(times: &[i64], grouping: &GroupingConfig, steps: &[EscalationStep]) -> Vec<(Instant, u64, bool)> {
    let notices = notices(times, grouping, steps, Guard::default());
    let alerts = notices.into_iter().filter(|notice| notice.kind != Kind::Hold);
    let told = |notice: replay::Notice| {
        assert_eq!(notice.kind, Kind::Alert, "{notice:?}");
        (notice.at, notice.count, notice.reason.starts_with("escalation: "))
    };
    alerts.map(told).collect()
}

fn notices(times: &[i64], grouping: &GroupingConfig, steps: &[EscalationStep], guard: Guard) -> Vec<replay::Notice> {
    let by_kari: Vec<_> = times.iter().map(|time| (*time, "Kari".to_owned())).collect();
    said(&by_kari, grouping, steps, guard)
}

/// What is told of complaints at these times by these authors.
fn said(
    complaints: &[(i64, String)],
    grouping: &GroupingConfig,
    steps: &[EscalationStep],
    guard: Guard,
) -> Vec<replay::Notice> {
    let root = RouteSettings { grouping: grouping.clone(), escalation: steps.to_vec(), ..RouteSettings::default() };
    let mut replay = Replay::new(Setup {
        rules: Rules::new(&[negative()]),
        routes: Routes::new(root, &[], &mut |_, _, _| None),
        recipients: [(HOP.to_owned(), vec![ANNA.to_owned()])].into(),
        guard,
        spikes: SpikeConfig::default(),
        digests: Vec::new(),
        since: None,
    });
    let judgement = Judgement { tone: Tone::Negative, score: Some(-0.5), ..Judgement::unscored(None) };
    for (time, author) in complaints {
        let author = Some(Author { name: author.clone(), ..Author::default() });
        let entry = Entry { author, ..Entry::new(EntryKey(String::new())) };
        let (subject, judgement) = (Subject::from(&entry), &judgement);
        replay.find(&Found { at: at(*time), brand: HOP, subject, judgement, story: None, source_since: None });
    }
    replay.finish(None);
    replay.take_notices().collect()
}

/// The same complaints go through the store, and whoever delivers and reminds comes whenever something is due.
async fn mailed(times: &[i64], grouping: &GroupingConfig, steps: &[EscalationStep]) -> Vec<(Instant, u64, bool)> {
    let bed = Bed::new().await;
    let audience = Audience { brands: [(HOP.to_owned(), vec![ANNA.to_owned()])].into(), ..Audience::default() };
    let ladders = [Ladder {
        route: String::new(),
        brands: vec![HOP.to_owned()],
        steps: steps.to_vec(),
        grouping: grouping.clone(),
    }];
    let (mut mails, mut left) = (Vec::new(), times.iter().enumerate().peekable());
    let mut now = at(times[0]);
    let end = at(*times.last().unwrap()) + TimeDelta::days(1);
    loop {
        let next = left.peek().map(|(_, time)| at(**time));
        let due = bed.store.next_outbox_at().await.unwrap();
        let repeat = bed.store.next_reminder_at(grouping, &audience, now).await.unwrap();
        let step = bed.store.next_escalation_at(&ladders, now).await.unwrap();
        now = [next, due, repeat, step].into_iter().flatten().min().unwrap_or(end).max(now);
        if next == Some(now) {
            let (number, _) = left.next().unwrap();
            let mut found = complaint(&format!("c{number}"), HOP, &[ANNA]);
            let alert = found.mentions[0].outcome.alert.as_mut().unwrap();
            alert.ways[0].grouping = grouping.clone();
            let poll = crate::store::bed::commit("blog", vec![found], now);
            bed.claim("blog", now).await;
            bed.store.commit_poll(poll).await.unwrap();
            continue;
        }
        if now >= end {
            return mails;
        }
        bed.store.enqueue_reminders(grouping, &audience, now).await.unwrap();
        bed.store.escalate(&ladders, now).await.unwrap();
        for message in bed.deliver(now).await {
            let (notice, escalated) = match message.notice {
                Notice::Alert(notice) => (notice, false),
                Notice::Escalation(notice) => (notice.alert, true),
                other => panic!("{other:?}"),
            };
            mails.push((now, notice.items.len() as u64 + notice.more, escalated));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_mails_and_repeats_alerts_when_the_store_does() {
    // Seeded, so that it is the same in each run: bursts and pauses over three days.
    let (mut seed, mut time, mut times) = (7_u64, 0, Vec::new());
    while time < 3 * DAY {
        times.push(time);
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pause = [11, 45, 200, 1_900, 9_000, 21_000, 52_000][(seed >> 33) as usize % 7];
        time += pause;
    }
    let often = GroupingConfig { repeat_interval: Some(std::time::Duration::from_secs(1_800)), ..grouping() };
    let never = GroupingConfig { repeat_interval: None, ..grouping() };
    for grouping in [grouping(), often, never] {
        let replayed = replayed(&times, &grouping, &[]);
        assert!(replayed.len() > 15, "{replayed:?}");
        assert_eq!(replayed, mailed(&times, &grouping, &[]).await);
    }
}

fn step(minutes: u64, recipients: &[&str]) -> EscalationStep {
    let recipients = recipients.iter().map(|&one| one.to_owned()).collect();
    EscalationStep { after: std::time::Duration::from_secs(60 * minutes), recipients }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_tells_the_next_people_when_the_store_does() {
    let never = GroupingConfig { repeat_interval: None, ..grouping() };
    let times = [0, 11, 400, 1_000, 1_100, 9_000, 9_200, 9_700, 40_000];
    // Anna is told first, so the last step reaches nobody.
    let steps = [step(30, &["boss@skiphop.example"]), step(120, &["chief@skiphop.example"]), step(150, &[ANNA])];
    let replayed = replayed(&times, &never, &steps);
    assert!(replayed.iter().filter(|(.., escalated)| *escalated).count() > 6, "{replayed:?}");
    let mut mailed = mailed(&times, &never, &steps).await;
    mailed.sort();
    let mut sorted = replayed;
    sorted.sort();
    assert_eq!(sorted, mailed);
}

/// The brand is silenced from when until when.
fn silenced(from: i64, until: i64) -> Guard {
    let silence = Silence {
        id: 1,
        scope: SilenceScope { brand: Some(HOP.to_owned()), ..SilenceScope::default() },
        created_at: at(from),
        ends_at: at(until),
        author: "Kari".to_owned(),
        comment: "the shop moves".to_owned(),
        ended: None,
    };
    Guard::new(Peace::default(), vec![silence])
}

#[test]
fn a_replay_holds_what_others_are_told_as_it_holds_alerts() {
    let never = GroupingConfig { repeat_interval: None, ..grouping() };
    let guard = silenced(60, 3 * 3_600);
    let told = notices(&[0], &never, &[step(30, &["boss@skiphop.example"])], guard);
    let told: Vec<_> = told.iter().map(|notice| (notice.at, notice.kind, notice.reason.as_str())).collect();
    let held = "silenced: by silence 1, until 2026-03-02T11:00:00Z, an escalation";
    assert_eq!(
        told,
        [
            (at(30), Kind::Alert, "rule: complaint"),
            (at(3 * 3_600), Kind::Hold, held),
            (at(3 * 3_600), Kind::Alert, "held: what was held until now"),
        ]
    );
}

#[test]
fn stories_of_one_author_are_no_incident_and_a_hold_says_so_once() {
    // A day, so that the brand is known, and then thirty complaints within half an hour.
    let times: Vec<i64> = (0..48).map(|hour| hour * 3_600).chain((0..30).map(|n| 2 * DAY + n * 60)).collect();
    let told = notices(&times, &grouping(), &[], Guard::default());
    let holds: Vec<_> = told.iter().filter(|notice| notice.kind == Kind::Hold).collect();
    assert_eq!(holds.len(), 1, "{holds:?}");
    let (reason, count) = (&holds[0].reason, holds[0].count);
    assert!(reason.starts_with("one_author: ") && reason.ends_with(" by one author: no incident"), "{reason}");
    assert!(reason.starts_with(&format!("one_author: {count} negative in ")) && count >= 3, "{reason} {count}");
    assert!(holds[0].at >= at(2 * DAY) && told.iter().all(|notice| notice.kind != Kind::IncidentStart), "{told:?}");
}

#[test]
fn a_reminder_that_was_held_tells_the_next_people_nothing_again() {
    // The first reminder falls into the silence.
    let told = notices(&[0], &grouping(), &[step(30, &["boss@skiphop.example"])], silenced(3 * 3_600, 10 * 3_600));
    let told: Vec<_> = told.iter().map(|notice| (notice.at, notice.reason.as_str())).collect();
    let escalations: Vec<_> = told.iter().filter(|(_, reason)| reason.starts_with("escalation: ")).collect();
    assert_eq!(escalations.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [at(30 + 1_800)], "{told:?}");
    assert!(told.contains(&(at(10 * 3_600), "held: what was held until now")), "{told:?}");
    assert!(told.iter().any(|(_, reason)| reason.starts_with("reminder: ")), "it is repeated all the same: {told:?}");
}

/// Two days in which somebody complains every hour, and then so many others within half an hour.
fn burst(many: i64) -> Vec<(i64, String)> {
    let usual = (0..48).map(|hour| (hour * 3_600, "Kari".to_owned()));
    usual.chain((0..many).map(|n| (2 * DAY + n * 1_800 / many, format!("author {n}")))).collect()
}

#[test]
fn others_are_told_of_an_incident_as_it_then_stands() {
    let told = said(&burst(30), &grouping(), &[step(45, &["boss@skiphop.example"])], Guard::default());
    let counts =
        |meant: fn(&&replay::Notice) -> bool| told.iter().filter(meant).map(|one| one.count).collect::<Vec<_>>();
    let escalated = counts(|one| one.reason.starts_with("escalation: nobody has acknowledged it "));
    let begun = counts(|one| one.kind == Kind::IncidentStart);
    let ended = counts(|one| one.kind == Kind::IncidentEnd);
    assert_eq!((escalated.len(), begun.len()), (1, 1), "{told:?}");
    assert!(escalated == ended && escalated[0] > begun[0], "nothing came after it: {told:?}");
}

#[test]
fn what_holds_an_incident_is_told_whenever_it_is_over() {
    for hours in 1..24 {
        let until = 2 * DAY + hours * 3_600;
        let told = said(&burst(30), &grouping(), &[], silenced(2 * DAY - 60, until));
        let of_incident: Vec<_> = told
            .iter()
            .filter(|one| !matches!(one.kind, Kind::Alert | Kind::Digest) && one.at >= at(2 * DAY))
            .filter(|one| one.kind != Kind::Hold || one.reason.ends_with(", an incident"))
            .collect();
        assert_eq!((of_incident[0].kind, of_incident[0].at), (Kind::Hold, at(until)), "{hours} h: {told:?}");
        assert!(
            of_incident.len() > 1 && of_incident[1..].iter().all(|one| one.kind != Kind::Hold),
            "{hours} h: {told:?}"
        );
        let last = of_incident.last().unwrap();
        assert_eq!((last.kind, of_incident[0].count), (Kind::IncidentEnd, last.count), "{hours} h: as it stands");
    }
}
