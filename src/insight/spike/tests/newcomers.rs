//! Sources that are added to a brand that is known.

use super::super::{Calm, Maturity, Story};
use super::{DAY, Fed, HOUR, START, time};

/// When the source is first read: after eight weeks, in the morning.
const ADDED: i64 = START + 56 * DAY + 9 * HOUR;

/// Eight weeks of a brand with five stories a day.
fn known() -> Fed {
    let mut fed = Fed::new();
    fed.usual(START, ADDED, 5.0);
    fed
}

/// A source that brings so many stories a day, one in four of them negative: what it had written in the two days before it
/// was added, and the two weeks that follow.
fn add(fed: &mut Fed, per_day: i64, source_since: Option<i64>) {
    let apart = DAY / per_day;
    let source_since = source_since.map(time);
    for nth in -(2 * per_day)..14 * per_day {
        let at = ADDED + nth * apart + nth % 7 * 60;
        let (author, negative) = (format!("new {}", nth.rem_euclid(120)), nth % 4 == 0);
        let story = Story { at: time(at), id: nth, author: Some(&author), negative, source_since };
        let step = fed.watch.observe(story, time(at.max(ADDED)));
        fed.events.extend(step.events);
    }
}

/// So many people complain within an hour.
fn wave(fed: &mut Fed, at: i64, people: i64) {
    for nth in 0..people {
        fed.tell(at + nth * HOUR / people, Some(&format!("upset {nth}")), true);
    }
}

#[test]
fn a_source_that_always_said_so_much_is_no_crisis_on_the_day_on_which_it_is_added() {
    for per_day in [20, 50, 100, 400] {
        let mut fed = known();
        add(&mut fed, per_day, Some(ADDED));
        assert_eq!(fed.starts(), 0, "{per_day} a day: {:?}", fed.events);
    }
    let mut fed = known();
    add(&mut fed, 100, None);
    assert!(fed.starts() > 0, "or it would not have been one anyway");
}

#[test]
fn a_brand_that_a_source_changes_is_learnt_anew_and_another_goes_on_as_it_was() {
    let (mut changed, mut same) = (known(), known());
    let until = ADDED + 26 * HOUR;
    for (fed, apart) in [(&mut changed, HOUR / 4), (&mut same, 8 * HOUR)] {
        for nth in 0..(until - ADDED) / apart {
            let at = time(ADDED + nth * apart);
            let story = Story { at, id: nth, author: None, negative: nth % 4 == 0, source_since: Some(time(ADDED)) };
            assert_eq!(fed.watch.observe(story, at).calm == Some(Calm::NewSource), nth * apart < DAY);
        }
    }
    assert_eq!(same.watch.maturity(), Maturity::Settled);
    assert_ne!(changed.watch.maturity(), Maturity::Settled);
}

#[test]
fn a_wave_is_told_on_the_day_on_which_a_source_is_added_and_in_that_source_on_the_day_after() {
    let mut fed = known();
    wave(&mut fed, ADDED + 2 * HOUR, 30);
    assert_eq!(fed.starts(), 1, "the other sources are watched as ever");

    let mut fed = known();
    let mut told = 0;
    for nth in 0..30 {
        let at = time(ADDED + DAY + 2 * HOUR + nth * 60);
        let author = format!("upset {nth}");
        let story = Story { at, id: nth, author: Some(&author), negative: true, source_since: Some(time(ADDED)) };
        told += fed.watch.observe(story, at).events.len();
    }
    assert_eq!(told, 1);
}

#[test]
fn a_forum_of_complaints_and_sources_that_are_added_together_change_a_brand_as_well() {
    let day_later = ADDED + DAY + HOUR;
    // Three stories a day are fewer than before, but all of these are negative; and three sources with two each are more.
    for (sources, apart, all_negative, changes) in
        [(1, 8 * HOUR, true, true), (1, 8 * HOUR, false, false), (3, 12 * HOUR, false, true)]
    {
        let mut fed = known();
        for nth in 0..DAY / apart {
            for source in 0..sources {
                let at = time(ADDED + nth * apart + source * 60 + 120);
                let negative = all_negative || (nth + source) % 4 == 0;
                let source_since = Some(time(ADDED + source * 60));
                let story = Story { at, id: nth, author: None, negative, source_since };
                assert_eq!(fed.watch.observe(story, at).calm, Some(Calm::NewSource));
            }
        }
        fed.watch.tick(time(day_later));
        assert_eq!(
            fed.watch.maturity() != Maturity::Settled,
            changes,
            "{sources} sources, all negative: {all_negative}"
        );
    }
}

#[test]
fn where_the_brand_is_new_all_sources_are() {
    let mut fed = Fed::new();
    let at = time(START + 2 * HOUR);
    let story = Story { at, id: 1, author: None, negative: true, source_since: Some(time(START + HOUR)) };
    assert_eq!(fed.watch.observe(story, at).calm, Some(Calm::NoBaseline));
}
