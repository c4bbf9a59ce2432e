//! The life of incidents, on streams.

use super::super::{Calm, Ending, Event, Evidence, Kind, LearningReason, Maturity, Step};
use super::{DAY, Fed, HOUR, START, time};

/// Four usual weeks, and a quiet time of the fifth Tuesday to begin at.
pub(super) fn settled(per_day: f64) -> (Fed, i64) {
    let mut fed = Fed::new();
    let at = START + 29 * DAY + 10 * HOUR;
    fed.usual(START, at, per_day);
    assert_eq!(fed.watch.maturity(), Maturity::Settled);
    fed.events.clear();
    (fed, at)
}

/// Negative stories, evenly over some hours, each by the next of so many authors.
pub(super) fn burst(fed: &mut Fed, from: i64, hours: i64, per_hour: i64, authors: i64) -> Vec<Step> {
    let apart = HOUR / per_hour;
    (0..hours * per_hour)
        .map(|nth| fed.tell(from + (nth + 1) * apart, Some(&format!("angry {}", nth % authors)), true))
        .collect()
}

fn evidence(event: &Event) -> &Evidence {
    event.evidence()
}

#[test]
fn an_incident_has_a_start_updates_and_an_end() {
    let (mut fed, at) = settled(50.0);
    burst(&mut fed, at, 6, 15, 1_000);
    fed.usual(at + 6 * HOUR, at + 20 * HOUR, 50.0);
    let names: Vec<&str> = fed
        .events
        .iter()
        .map(|event| match event {
            Event::Start(_) => "start",
            Event::Update(_) => "update",
            Event::End { ending: Ending::Calm, .. } => "end",
            Event::End { .. } => "level",
        })
        .collect();
    assert_eq!(names, ["start", "update", "update", "update", "end"], "{:#?}", fed.events);
    let start = evidence(&fed.events[0]);
    assert!(start.at <= time(at + HOUR), "{start:?}");
    // The first post of the burst, or the last usual one before it.
    assert!((start.onset - time(at)).num_minutes().abs() <= 20, "{start:?}");
    assert!(start.first.is_some() && start.stories.first() == start.first.as_ref());
    assert_eq!(start.kind, Kind::BroadWave);
    let negative = start.counts.negative_stories;
    assert!(f64::from(negative.observed) > 4.0 * negative.expected && negative.log10_tail < -3.5);
    let doubled = evidence(&fed.events[1]);
    assert!(doubled.negative >= 2 * start.negative && doubled.at - start.at >= chrono::TimeDelta::hours(1));
    let end = evidence(&fed.events[4]);
    assert!(end.at > time(at + 9 * HOUR) && end.at < time(at + 14 * HOUR), "{end:?}");
    assert!(end.negative >= 85, "{end:?}");
}

#[test]
fn five_hundred_complaints_within_an_hour_are_three_notices() {
    let (mut fed, at) = settled(50.0);
    burst(&mut fed, at, 1, 500, 400);
    fed.usual(at + HOUR, at + 30 * HOUR, 50.0);
    assert!((2..=3).contains(&fed.events.len()), "{:#?}", fed.events);
}

#[test]
fn usual_weeks_are_left_in_peace() {
    let (mut fed, at) = settled(200.0);
    fed.usual(at, at + 28 * DAY, 200.0);
    assert_eq!(fed.events, []);
}

#[test]
fn one_repeat_poster_is_no_incident() {
    for per_day in [5.0, 50.0] {
        let (mut fed, at) = settled(per_day);
        let steps = burst(&mut fed, at, 6, 30, 1);
        assert_eq!(fed.events, [], "{per_day} a day");
        let reasons: Vec<_> = steps.iter().filter_map(|step| step.calm).collect();
        assert!(reasons.contains(&Calm::OneAuthor) && reasons.contains(&Calm::OverAuthorLimit), "{reasons:?}");
    }
}

#[test]
fn a_brigade_is_told_as_one() {
    let (mut fed, at) = settled(50.0);
    burst(&mut fed, at, 3, 40, 4);
    let start = evidence(&fed.events[0]);
    assert!(start.at < time(at + HOUR), "{start:?}");
    let update = evidence(fed.events.last().unwrap());
    assert_eq!(update.kind, Kind::Brigade, "{update:?}");
    assert!(update.authors < 10 && update.top_author_share < 0.3, "{update:?}");
}

#[test]
fn praise_and_news_are_no_crisis() {
    let (mut fed, at) = settled(50.0);
    for nth in 0..600 {
        fed.tell(at + nth * 36, None, false);
    }
    assert_eq!(fed.events, []);
}

#[test]
fn a_holiday_neither_alarms_nor_deafens() {
    for by in [0.3, 2.5] {
        let (mut fed, at) = settled(50.0);
        fed.usual(at, at + 4 * DAY, 50.0 * by);
        fed.usual(at + 4 * DAY, at + 6 * DAY, 50.0);
        assert_eq!(fed.starts(), 0, "{by}: {:#?}", fed.events);
        burst(&mut fed, at + 6 * DAY, 2, 15, 100);
        assert_eq!(fed.starts(), 1, "{by}");
    }
}

#[test]
fn the_first_day_is_blind_and_the_first_week_sees_a_real_burst() {
    let mut fed = Fed::new();
    fed.usual(START, START + 10 * HOUR, 50.0);
    let steps = burst(&mut fed, START + 10 * HOUR, 1, 20, 100);
    assert!(steps.iter().all(|step| step.calm == Some(Calm::NoBaseline)));
    let mut fed = Fed::new();
    let at = START + 3 * DAY + 12 * HOUR;
    fed.usual(START, at, 50.0);
    assert_eq!(fed.watch.maturity(), Maturity::Learning(LearningReason::FewDays));
    burst(&mut fed, at, 2, 15, 100);
    assert_eq!(fed.starts(), 1);
}

#[test]
fn a_brand_nobody_spoke_of_is_watched_too() {
    let mut fed = Fed::new();
    fed.watch.tick(time(START + 40 * DAY));
    burst(&mut fed, START + 40 * DAY, 2, 10, 100);
    assert_eq!(fed.starts(), 1);
}

#[test]
fn what_goes_on_for_days_is_the_usual_level_then() {
    let (mut fed, at) = settled(50.0);
    for hour in 0..24 * 20 {
        burst(&mut fed, at + hour * HOUR, 1, 6, 1_000);
    }
    let ends = fed.events.iter().filter(|event| matches!(event, Event::End { ending: Ending::NewLevel, .. })).count();
    assert_eq!((fed.starts(), ends), (1, 1), "{:#?}", fed.events);
}

#[test]
fn a_date_in_the_future_does_not_blind_the_watch() {
    let (mut fed, at) = settled(50.0);
    let story = super::Story { at: time(at + 30 * DAY), id: 0, author: None, negative: true, source_since: None };
    fed.watch.observe(story, time(at));
    burst(&mut fed, at, 1, 15, 100);
    assert_eq!(fed.starts(), 1);
}

#[test]
fn a_story_older_than_every_window_says_nothing() {
    let (mut fed, at) = settled(50.0);
    let story = super::Story { at: time(at - 3 * DAY), id: 0, author: None, negative: true, source_since: None };
    let before = fed.watch.clone();
    let step = fed.watch.observe(story, time(at));
    assert_eq!((step.events, step.calm), (Vec::new(), Some(Calm::Late)));
    assert_eq!(before.incident_since(), fed.watch.incident_since());
}

#[test]
fn the_same_stories_tell_the_same() {
    let run = || {
        let (mut fed, at) = settled(50.0);
        burst(&mut fed, at, 6, 15, 30);
        fed.usual(at + 6 * HOUR, at + 20 * HOUR, 50.0);
        fed.events
    };
    assert_eq!(run(), run());
}

#[test]
fn after_months_of_which_nothing_is_known_a_brand_is_learnt_anew() {
    let (mut fed, at) = settled(50.0);
    let back = at + 70 * DAY;
    fed.usual(back, back + 2 * HOUR, 50.0);
    assert_eq!(fed.watch.maturity(), Maturity::Blind);
    fed.usual(back + 2 * HOUR, back + 28 * DAY, 50.0);
    assert_eq!(fed.events, []);
}

#[test]
fn the_authors_of_an_incident_of_days_are_those_of_all_its_stories() {
    let (mut fed, at) = settled(50.0);
    for day in 0..4 {
        for nth in 0..24 * 12 {
            let author = format!("angry {day} {nth}");
            fed.tell(at + day * DAY + (nth + 1) * HOUR / 12, Some(&author), true);
        }
    }
    let stands = fed.watch.stands().unwrap();
    assert!(stands.at - stands.onset >= chrono::TimeDelta::hours(90), "{stands:?}");
    assert!(stands.negative >= 4 * 24 * 12 && stands.authors == stands.negative, "{stands:?}");
    assert!((stands.top_author_share - 1.0 / 12.0).abs() < 1e-9, "of the last hour: {stands:?}");
}

#[test]
fn of_an_incident_that_somebody_takes_care_of_doubling_alone_is_news_and_at_once() {
    let (mut fed, at) = settled(50.0);
    burst(&mut fed, at, 1, 30, 100);
    let told = fed.watch.stands().unwrap().negative;
    fed.watch.was_told(told, told, time(at + HOUR));
    fed.watch.is_taken_care_of();
    let (before, mut negative) = (fed.events.len(), told);
    let mut now = at + HOUR;
    while negative < 2 * told {
        assert_eq!(fed.events.len(), before, "{negative} of {told}");
        now += 1_200;
        fed.tell(now, Some(&format!("late {now}")), true);
        negative += 1;
    }
    assert!(now > at + 7 * HOUR, "longer than after which it is told again otherwise");
    let Event::Update(update) = &fed.events[before] else { panic!("{:#?}", fed.events) };
    assert_eq!((fed.events.len(), update.negative), (before + 1, 2 * told));
}

#[test]
fn whoever_asks_hears_of_stories_that_one_author_has_written() {
    let (mut fed, at) = settled(50.0);
    assert_eq!(fed.watch.few(), None);
    burst(&mut fed, at, 1, 30, 1);
    let few = fed.watch.few().unwrap();
    assert!(few.stories >= 30 && few.top_author_share > 0.9, "{few:?}");
    burst(&mut fed, at + HOUR, 1, 30, 100);
    assert_eq!((fed.starts(), fed.watch.few()), (1, None), "that is an incident");
}
