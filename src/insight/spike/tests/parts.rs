//! The memory, the windows and the baseline.

use super::super::baseline::{Baseline, WhenAsked};
use super::super::clock::Clock;
use super::super::history::{Counted, HOUR, History, KEPT, Tones};
use super::super::recent::{Recent, Told};
use super::super::voices::{Heard, Voices};
use super::super::{Calm, LearningReason, Maturity, WINDOWS};

const CLOCK: Clock = Clock::of(chrono_tz::Tz::UTC);

/// Hours of some weeks, filled by a function of the hour: stories of all tones, and negative ones.
fn weeks(weeks: i64, counts: impl Fn(i64) -> (u32, u32)) -> History {
    let mut history = History::new(0);
    for hour in 0..weeks * 168 {
        history.advance(hour);
        let (all, negative) = counts(hour);
        history.add(hour, Tones { all, negative }, Tones { all: all / 2, negative: negative / 2 });
    }
    history.advance(weeks * 168);
    history
}

/// What is usual by all hours that are over.
fn fit(history: &History, counted: Counted) -> Baseline {
    Baseline::fit(CLOCK, history.usual(counted))
}

/// Expected negative stories of an hour after the history.
fn negative(history: &History, hour: i64) -> f64 {
    negative_of(history, Counted::Stories, hour)
}

fn negative_of(history: &History, counted: Counted, hour: i64) -> f64 {
    let hour = history.last() + hour;
    fit(history, counted).between(hour * HOUR, (hour + 1) * HOUR).1
}

#[test]
fn eight_weeks_are_kept() {
    let history = weeks(20, |_| (1, 0));
    assert_eq!(history.usual(Counted::Stories).count(), KEPT - 1);
    assert!(history.usual(Counted::Stories).all(|(_, stories)| stories.all == 1));
}

#[test]
fn a_silence_of_years_costs_nothing_and_leaves_no_stories() {
    let mut history = weeks(1, |_| (1, 0));
    history.advance(1_000_000);
    assert_eq!(history.last(), 1_000_000);
    assert!(history.usual(Counted::Stories).all(|(_, stories)| stories.all == 0));
}

#[test]
fn each_hour_of_the_week_gets_its_own_expectation_where_there_are_thousands() {
    let history = weeks(8, |hour| if hour % 24 == 12 && hour / 24 % 7 < 5 { (200, 40) } else { (50, 10) });
    assert!((negative(&history, 12) / 40.0 - 1.0).abs() < 0.2, "{}", negative(&history, 12));
    assert!((negative(&history, 5) / 10.0 - 1.0).abs() < 0.15, "{}", negative(&history, 5));
    // At noon on a day of the weekend.
    assert!(negative(&history, 24 * 5 + 12) < 0.7 * negative(&history, 12), "{}", negative(&history, 24 * 5 + 12));
}

#[test]
fn three_stories_a_day_make_a_flat_baseline() {
    let history = weeks(8, |hour| if hour % 8 == hour / 24 % 8 { (1, u32::from(hour % 5 == 0)) } else { (0, 0) });
    let expected: Vec<f64> = (0..168).map(|hour| negative(&history, hour)).collect();
    let mean = expected.iter().sum::<f64>() / 168.0;
    assert!((mean * 24.0 - 0.6).abs() < 0.15, "{mean}");
    assert!(expected.iter().all(|hour| (0.5..2.0).contains(&(hour / mean))), "{expected:?}");
}

#[test]
fn holidays_of_both_kinds_and_old_crises_leave_little_behind() {
    let usual = |hour: i64| (20 + u32::try_from(hour * 7 % 5).unwrap(), 4);
    let before = negative(&weeks(8, usual), 30);
    for (hours, all, hurt) in [(72, 60, 12), (72, 2, 0), (12, 120, 104)] {
        let holiday = |hour: i64| if (1000..1000 + hours).contains(&hour) { (all, hurt) } else { usual(hour) };
        let after = negative(&weeks(8, holiday), 30);
        assert!((after / before - 1.0).abs() < 0.3, "{all} an hour: {after}, not {before}");
    }
}

#[test]
fn hours_of_incidents_leave_nothing_behind() {
    let crisis = |hour: i64| if (1240..1300).contains(&hour) { (900, 800) } else { (20, 4) };
    let mut history = weeks(8, crisis);
    history.set_aside(1240, 1299);
    assert!((negative(&history, 30) / 4.0 - 1.0).abs() < 0.05, "{}", negative(&history, 30));
}

#[test]
fn days_without_us_are_no_quiet_days() {
    let down = |hour: i64| if (1200..1296).contains(&hour) { (0, 0) } else { (20, 4) };
    assert!((negative(&weeks(8, down), 30) / 4.0 - 1.0).abs() < 0.05);
}

#[test]
fn quiet_nights_are_no_gaps() {
    let night = |hour: i64| if hour % 24 < 14 { (0, 0) } else { (30, 6) };
    let history = weeks(8, night);
    assert!(negative(&history, 5) < 0.3, "{}", negative(&history, 5));
    assert!((negative(&history, 18) / 6.0 - 1.0).abs() < 0.1, "{}", negative(&history, 18));
}

#[test]
fn a_level_that_changes_slowly_is_followed() {
    let growing = |hour: i64| (u32::try_from(10 + hour / 33).unwrap(), u32::try_from((10 + hour / 33) / 5).unwrap());
    let history = weeks(8, growing);
    assert!((negative(&history, 1) / 10.0 - 1.0).abs() < 0.2, "{}", negative(&history, 1));
}

#[test]
fn a_cold_start_says_that_it_is_one() {
    let maturity = |history: &History| fit(history, Counted::Stories).maturity;
    let mut history = History::new(0);
    assert_eq!(maturity(&history), Maturity::Blind);
    history.advance(30);
    assert_eq!(maturity(&history), Maturity::Learning(LearningReason::FewDays));
    history.advance(15 * 24);
    assert_eq!(maturity(&history), Maturity::Learning(LearningReason::FewStories));
    assert_eq!(maturity(&weeks(3, |_| (1, 0))), Maturity::Settled);
}

fn told(at: i64, author: Option<u64>, negative: bool) -> Told {
    Told { at, id: at, author, negative, counts: true }
}

#[test]
fn late_stories_are_counted_where_they_belong() {
    let stories: Vec<Told> = (1..400).map(|nth| told(nth * 977, None, nth % 3 == 0)).collect();
    let mut in_order = Recent::new(0);
    let mut late = Recent::new(0);
    for chunk in stories.chunks(7) {
        let now = chunk.last().unwrap().at;
        chunk.iter().for_each(|story| {
            in_order.advance(story.at);
            in_order.insert(*story);
        });
        late.advance(now);
        chunk.iter().rev().for_each(|story| {
            late.insert(*story);
        });
        in_order.advance(now);
        assert_eq!(in_order.windows().collect::<Vec<_>>(), late.windows().collect::<Vec<_>>());
    }
}

#[test]
fn the_fourth_story_of_an_author_in_an_hour_does_not_count() {
    let (mut recent, mut voices) = (Recent::new(0), Voices::default());
    recent.advance(5000);
    let mut insert = |story: Told| {
        let counts = voices.hear(&story).counts;
        recent.insert(Told { counts, ..story })
    };
    let counts: Vec<Option<Calm>> = (1..6).map(|nth| insert(told(3700 + nth, Some(1), true))).collect();
    assert_eq!(counts, [None, None, None, Some(Calm::OverAuthorLimit), Some(Calm::OverAuthorLimit)]);
    assert_eq!([insert(told(3800, Some(2), true)), insert(told(3801, None, true))], [None, None]);
    let window = recent.windows().next().unwrap().1;
    assert_eq!(window.negative, 5);
    assert_eq!(recent.authors(&window), Tones { all: 3, negative: 3 });
}

#[test]
fn authors_of_a_busy_brand_have_an_hour_of_the_week_of_their_own() {
    let history = weeks(8, |hour| if hour % 24 == 12 && hour / 24 % 7 < 5 { (400, 80) } else { (100, 20) });
    for (hour, usual) in [(12, 40.0), (5, 10.0)] {
        let expected = negative_of(&history, Counted::Authors, hour);
        assert!((expected / usual - 1.0).abs() < 0.2, "{expected} of {usual}");
        assert!((negative(&history, hour) / expected - 2.0).abs() < 0.3, "each writes two");
    }
}

#[test]
fn authors_of_a_small_brand_have_a_flat_baseline() {
    // An hour in eight holds two stories of one author, and one in five of these hours negative ones.
    let history = weeks(8, |hour| if hour % 8 == hour / 24 % 8 { (2, 2 * u32::from(hour % 5 == 0)) } else { (0, 0) });
    let expected: Vec<f64> = (0..168).map(|hour| negative_of(&history, Counted::Authors, hour)).collect();
    let mean = expected.iter().sum::<f64>() / 168.0;
    assert!((mean * 24.0 - 0.6).abs() < 0.15, "{mean}");
    assert!(expected.iter().all(|hour| (0.5..2.0).contains(&(hour / mean))), "{expected:?}");
}

#[test]
fn authors_of_incidents_leave_nothing_behind_and_what_comes_later_is_not_learnt_yet() {
    let mut history = weeks(8, |hour| if (1240..1300).contains(&hour) { (900, 800) } else { (20, 4) });
    history.set_aside(1240, 1299);
    assert!((negative_of(&history, Counted::Authors, 30) / 2.0 - 1.0).abs() < 0.05);
    let mut later = weeks(8, |_| (20, 4));
    let (learnt, before) = (WhenAsked::of(CLOCK, later.usual(Counted::Authors)), fit(&later, Counted::Authors));
    for hour in later.last() - 20..later.last() + 30 {
        later.advance(hour);
        later.add(hour, Tones { all: 500, negative: 400 }, Tones { all: 500, negative: 400 });
    }
    assert_eq!(*learnt.baseline(), before);
    assert_ne!(fit(&later, Counted::Authors), before);
}

#[test]
fn an_author_is_new_once_an_hour_in_all_tones_and_once_in_the_negative_one() {
    let mut voices = Voices::default();
    let mut hear = |at, author, negative| {
        let Heard { authors, .. } = voices.hear(&told(at, author, negative));
        (authors.all, authors.negative)
    };
    assert_eq!([hear(10, Some(1), false), hear(20, Some(1), true), hear(30, Some(1), true)], [(1, 0), (0, 1), (0, 0)]);
    assert_eq!([hear(HOUR, Some(1), true), hear(HOUR, Some(1), false)], [(1, 1), (0, 0)], "another hour");
    assert_eq!([hear(40, None, true), hear(50, None, true), hear(60, None, false)], [(1, 1), (1, 1), (1, 0)]);
}

#[test]
fn whoever_comes_back_counts_once_in_a_longer_window() {
    // Ten people who speak every hour, and ten others each hour.
    let mut voices = Voices::default();
    for hour in 0..30 * 24 {
        for nth in 0..20u64 {
            let author = if nth < 10 { nth } else { 100 + nth + 20 * u64::try_from(hour).unwrap() };
            voices.hear(&told(hour * HOUR + 60, Some(author), false));
        }
        // On one day, which is left out, a crowd comes that never comes back.
        let is_usual = hour / 24 != 20;
        for nth in 0..if is_usual { 0 } else { 1_000 } {
            voices.hear(&told(hour * HOUR, Some(1_000_000 + nth), false));
        }
        if hour % 24 == 23 {
            voices.close_day(hour + 1, is_usual);
        }
    }
    for (place, hours) in WINDOWS.iter().enumerate() {
        let hours = f64::from(*hours);
        let (rest, negative) = voices.once_each(place, (20.0 * hours, 0.0));
        let people = 10.0 + 10.0 * hours;
        assert!((rest / people - 1.0).abs() < 0.05 && negative == 0.0, "{hours} h: {rest}, not {people}");
    }
}
