//! The four counts of an incident, on streams: who writes, and what else is said.

use super::super::{Calm, Event, Evidence, Kind, LearningReason, Maturity, Settings, Story, Watch};
use super::life::{burst, settled};
use super::{DAY, Fed, HOUR, START, time};
use crate::model::incident::{IncidentCount, Talk};

/// The first thing that was told.
fn start(fed: &Fed) -> &Evidence {
    let Some(Event::Start(evidence)) = fed.events.first() else { panic!("{:#?}", fed.events) };
    evidence
}

fn is_rare(count: &IncidentCount) -> bool {
    count.log10_tail < -3.0 && f64::from(count.observed) > 3.0 * count.expected
}

#[test]
fn a_broad_wave_is_many_stories_of_many_authors_while_the_rest_is_as_usual() {
    for per_day in [3.0, 50.0] {
        let (mut fed, at) = settled(per_day);
        burst(&mut fed, at, 2, 15, 1_000);
        let Evidence { counts, talk, kind, .. } = start(&fed);
        assert!(is_rare(&counts.negative_stories) && is_rare(&counts.negative_authors), "{per_day} a day: {counts:?}");
        assert_eq!((*talk, *kind), (Talk::Negative, Kind::BroadWave), "{counts:?}");
        assert_eq!(counts.negative_stories.observed, counts.negative_authors.observed);
        assert!(counts.all_stories.observed >= counts.negative_stories.observed, "{counts:?}");
        assert!(counts.all_authors.expected <= counts.all_stories.expected * 1.01, "{counts:?}");
    }
}

#[test]
fn a_wave_in_a_brand_of_thousands_stands_out_by_its_authors_too() {
    let (mut fed, at) = settled(3_000.0);
    burst(&mut fed, at, 1, 200, 1_000);
    let Evidence { counts, talk, .. } = start(&fed);
    assert!(counts.negative_stories.expected > 10.0 && counts.negative_authors.expected > 5.0, "{counts:?}");
    assert!(counts.negative_authors.expected < counts.negative_stories.expected, "some write twice: {counts:?}");
    assert!(counts.negative_authors.log10_tail < -2.0, "{counts:?}");
    assert_eq!(*talk, Talk::Negative);
}

/// An hour of fifty stories of fifty people, ten of them negative, into which so many more write three negative ones each.
fn hour(fed: &mut Fed, from: i64, more: i64) -> Vec<Calm> {
    let usual = (0..50).map(|nth| (nth * HOUR / 50, format!("usual {}", nth + from / HOUR * 50), nth % 5 == 0));
    let angry = (0..3 * more).map(|nth| (nth * HOUR / (3 * more) + 7, format!("angry {}", nth % more), true));
    let mut stories: Vec<_> = usual.chain(angry).collect();
    stories.sort();
    stories.iter().filter_map(|(at, author, negative)| fed.tell(from + at, Some(author), *negative).calm).collect()
}

#[test]
fn a_brigade_whose_authors_are_no_more_than_usual_is_no_incident() {
    let mut fed = Fed::new();
    (0..28 * 24).for_each(|nth| drop(hour(&mut fed, START + nth * HOUR, 0)));
    assert_eq!(fed.events, []);
    let (at, mut again) = (START + 28 * DAY, fed.clone());
    let reasons: Vec<Calm> = (0..6).flat_map(|nth| hour(&mut fed, at + nth * HOUR, 3)).collect();
    assert!(reasons.contains(&Calm::UsualAuthors), "{reasons:?} {:#?}", fed.events);
    assert_eq!(fed.starts(), 0, "{:#?}", fed.events);
    let few = fed.watch.few().unwrap();
    assert!(f64::from(few.stories) > 1.5 * few.baseline && few.usual_authors > 10.0, "{few:?}");
    assert!(f64::from(few.authors) < 1.4 * few.usual_authors, "{few:?}");
    // As many stories of as many people are one: a wave is not held by those who write a lot in it.
    (0..2).for_each(|nth| drop(hour(&mut again, at + nth * HOUR, 12)));
    assert_eq!((again.starts(), again.watch.stands().unwrap().kind), (1, Kind::Brigade));
}

#[test]
fn an_event_of_which_all_talk_is_told_as_one() {
    let (mut fed, at) = settled(50.0);
    for nth in 0..400 {
        fed.tell(at + nth * 18, Some(&format!("visitor {nth}")), nth % 3 == 0);
    }
    let Evidence { counts, talk, .. } = start(&fed);
    assert_eq!(*talk, Talk::All, "{counts:?}");
    assert!(is_rare(&counts.all_stories) && is_rare(&counts.all_authors), "{counts:?}");
}

#[test]
fn one_promoter_beside_a_wave_is_not_all_talk() {
    let (mut fed, at) = settled(50.0);
    for nth in 0..40 {
        fed.tell(at + nth * 60, Some("promoter"), false);
        fed.tell(at + nth * 60 + 30, Some(&format!("angry {nth}")), true);
    }
    let stands = fed.watch.stands().unwrap();
    assert_eq!(stands.talk, Talk::Negative, "{:?}", stands.counts);
}

#[test]
fn a_cold_start_counts_authors_as_well() {
    let mut fed = Fed::new();
    let at = START + 3 * DAY + 12 * HOUR;
    fed.usual(START, at, 50.0);
    assert_eq!(fed.watch.maturity(), Maturity::Learning(LearningReason::FewDays));
    burst(&mut fed, at, 2, 15, 100);
    let counts = &start(&fed).counts;
    assert!(is_rare(&counts.negative_authors) && counts.all_authors.expected > 0.0, "{counts:?}");
}

#[test]
fn whoever_writes_without_a_name_is_somebody_else_each_time() {
    let (mut fed, at) = settled(50.0);
    for nth in 0..30 {
        fed.tell(at + nth * 120, None, true);
    }
    let counts = &start(&fed).counts;
    assert_eq!(counts.negative_authors.observed, counts.negative_stories.observed, "{counts:?}");
}

/// A story of the stream that follows: when it was found, when it was told, by whom, and whether it is negative.
type Found = (i64, i64, String, bool);

/// Twenty weeks of a brand of thirty stories a day, a third of which are found late; then two people who tell a lot, stories of
/// the weeks before that are found only now, and a wave.
fn twenty_weeks(seed: u64) -> (Vec<Found>, i64) {
    let mut chance = Fed { numbers: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), ..Fed::new() };
    let (mut at, end) = (START as f64, START + 20 * 7 * DAY);
    let mut stories: Vec<Found> = Vec::new();
    while at < end as f64 {
        at -= chance.unit().ln() * DAY as f64 / 30.0;
        let late = if chance.unit() < 0.3 { chance.unit() * 20.0 * HOUR as f64 } else { 0.0 };
        let author = format!("usual {}", (chance.unit() * 200.0) as u32);
        stories.push(((at + late) as i64, at as i64, author, chance.unit() < 0.2));
    }
    let told = |at: i64, author: String| (at, at, author, true);
    stories.extend((0..16).map(|nth| told(end + HOUR + nth * 200, format!("brigade {}", nth % 2))));
    stories
        .extend((0..40).map(|nth| (end + 2 * HOUR + nth, end - 3 * DAY - nth * 6 * HOUR, format!("late {nth}"), true)));
    stories.extend((0..9).map(|nth| told(end + 20 * HOUR + nth * 600, format!("angry {nth}"))));
    stories.sort();
    (stories, end + 23 * HOUR)
}

/// What a watch tells that begins then; whether somebody asks it now and then how things stand is its own matter.
fn tells(stories: &[Found], since: i64, end: i64, asked: bool) -> Vec<Event> {
    let mut watch = Watch::new(Settings::default(), time(since));
    let mut events = Vec::new();
    for (nth, (found, at, author, negative)) in stories.iter().enumerate().filter(|(_, story)| story.0 >= since) {
        let story =
            Story { at: time(*at), id: nth as i64, author: Some(author), negative: *negative, source_since: None };
        events.extend(watch.observe(story, time(*found)).events);
        let _ = asked.then(|| watch.few());
    }
    events.extend(watch.tick(time(end)));
    events
}

#[test]
fn a_watch_restored_in_the_middle_decides_as_the_one_that_ran_through() {
    for seed in 1..=4 {
        let (stories, end) = twenty_weeks(seed);
        let (ran, restored) = (tells(&stories, START, end, true), tells(&stories, START + 4 * 7 * DAY, end, false));
        let last = |events: &[Event]| {
            events.iter().filter(|event| event.evidence().onset > time(end - DAY)).cloned().collect::<Vec<_>>()
        };
        let (ran, restored) = (last(&ran), last(&restored));
        assert!(!ran.is_empty() && ran.len() == restored.len(), "{seed}: {ran:#?} {restored:#?}");
        for (ran, restored) in ran.iter().zip(&restored) {
            let (ran, restored) = (ran.evidence(), restored.evidence());
            assert_eq!(
                (ran.at, ran.onset, ran.negative, ran.kind),
                (restored.at, restored.onset, restored.negative, restored.kind)
            );
            let usual = |evidence: &Evidence| evidence.counts.negative_authors.expected;
            assert!((usual(ran) / usual(restored) - 1.0).abs() < 1e-3, "{seed}: {} {}", usual(ran), usual(restored));
        }
    }
}
