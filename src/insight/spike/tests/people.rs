//! The four counts of an incident, on streams: who writes, and what else is said.

use super::super::{Calm, Event, Evidence, Kind, LearningReason, Maturity};
use super::life::{burst, settled};
use super::{DAY, Fed, HOUR, START};
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
