//! Schedules against the calendar: ten years of clocks going forward and back in five zones, crontab's rules, and what
//! is due after an absence.

use std::collections::BTreeMap;
use std::time::{Duration, Instant as Stopwatch};

use chrono::{Datelike, NaiveDate, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use mentiond::digest::{Period, Schedule};
use mentiond::model::Instant;

const ZONES: [Tz; 5] =
    [Tz::Europe__Oslo, Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::Asia__Kathmandu, Tz::Pacific__Apia];

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn schedule(expression: &str, zone: Tz) -> Schedule {
    Schedule::parse(expression, zone, at("2019-01-01T00:00:00Z")).unwrap()
}

fn slots(expression: &str, zone: Tz, from: &str, until: &str) -> Vec<String> {
    let schedule = schedule(expression, zone);
    let until = at(until);
    let slots = std::iter::successors(schedule.next_after(at(from)), |slot| schedule.next_after(*slot));
    slots
        .take_while(|slot| *slot <= until)
        .map(|slot| slot.with_timezone(&zone).format("%d %H:%M %z").to_string())
        .collect()
}

/// The slots from 2019 to 2029, checked to increase. Where clocks change, and now and then elsewhere, they are checked
/// to be the same backwards and to be due.
fn ten_years(expression: &str, zone: Tz) -> Vec<Instant> {
    let schedule = schedule(expression, zone);
    let (mut last, end) = (at("2019-01-01T00:00:00Z"), at("2029-01-01T00:00:00Z"));
    let mut slots: Vec<Instant> = Vec::new();
    while let Some(slot) = schedule.next_after(last).filter(|slot| *slot < end) {
        assert!(slot > last, "{expression} {zone}: {slot} does not follow {last}");
        let offset = |days| (slot + TimeDelta::days(days)).with_timezone(&zone).offset().fix();
        if let Some(before) = slots.last().copied()
            && (offset(-1) != offset(1) || slots.len().is_multiple_of(101))
        {
            let (period, moment) = (Period { from: before, to: slot, catches_up: false }, TimeDelta::milliseconds(1));
            assert_eq!(schedule.last_before(slot), Some(before), "{expression} {zone}");
            assert_eq!(schedule.due(before, slot), [period]);
            assert_eq!(schedule.due(before, slot - moment), []);
            assert_eq!(schedule.due(slot - moment, slot + moment), [period]);
        }
        slots.push(slot);
        last = slot;
    }
    slots
}

#[test]
fn a_daily_digest_is_due_once_on_every_day_of_ten_years_at_any_half_hour() {
    for zone in ZONES {
        for half_hour in 0..48 {
            let (hour, minute) = (half_hour / 2, half_hour % 2 * 30);
            let mut per_day: BTreeMap<NaiveDate, u32> = BTreeMap::new();
            for slot in ten_years(&format!("{minute} {hour} * * *"), zone) {
                let local = slot.with_timezone(&zone);
                *per_day.entry(local.date_naive()).or_default() += 1;
                let skipped =
                    zone.with_ymd_and_hms(local.year(), local.month(), local.day(), hour, minute, 0).latest().is_none();
                assert!(skipped || (local.hour(), local.minute()) == (hour, minute), "{local}");
            }
            let (first, last) = (*per_day.keys().next().unwrap(), *per_day.keys().last().unwrap());
            let days = usize::try_from((last - first).num_days()).unwrap() + 1;
            assert!(days >= 3652 && per_day.len() == days, "{zone} {hour}:{minute}: {} of {days} days", per_day.len());
            assert!(per_day.values().all(|slots| *slots == 1), "{zone} {hour}:{minute}: a day has two");
        }
    }
}

#[test]
fn a_schedule_for_every_hour_is_due_whenever_the_clocks_show_its_minute() {
    for zone in ZONES {
        for (expression, matches) in
            [("*/30 * * * *", (|minute| minute % 30 == 0) as fn(u32) -> bool), ("15 * * * *", |minute| minute == 15)]
        {
            let slots = ten_years(expression, zone);
            let minutes =
                std::iter::successors(Some(at("2019-01-01T00:15:00Z")), |at| Some(*at + TimeDelta::minutes(15)));
            let shown =
                minutes.take_while(|at| at.year() < 2029).filter(|at| matches(at.with_timezone(&zone).minute()));
            assert!(slots.into_iter().eq(shown), "{zone} {expression}");
        }
    }
}

#[test]
fn a_time_that_is_skipped_is_due_right_behind_the_gap() {
    let oslo = |expression| slots(expression, Tz::Europe__Oslo, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z");
    assert_eq!(oslo("30 2 * * *"), ["29 03:00 +0200"]);
    assert_eq!(oslo("0,30 2,3 * * *"), ["29 03:00 +0200", "29 03:30 +0200"], "equal slots are one");
    assert_eq!(
        oslo("*/30 * * * *")[22..27].join(", "),
        "29 00:30 +0100, 29 01:00 +0100, 29 01:30 +0100, 29 03:00 +0200, 29 03:30 +0200"
    );
    assert_eq!(oslo("15 1-3 * * *"), ["29 01:15 +0100", "29 03:00 +0200", "29 03:15 +0200"]);
    let lord_howe = slots("15 2 * * *", Tz::Australia__Lord_Howe, "2026-10-03T12:00:00Z", "2026-10-04T12:00:00Z");
    assert_eq!(lord_howe, ["04 02:30 +1100"]);
    let apia = slots("0 8 * * *", Tz::Pacific__Apia, "2011-12-29T00:00:00Z", "2011-12-31T00:00:00Z");
    assert_eq!(apia, ["29 08:00 -1000", "31 00:00 +1400", "31 08:00 +1400"], "a whole day was skipped");
}

#[test]
fn a_time_that_is_shown_twice_is_due_the_first_time_unless_every_hour_is() {
    let oslo = |expression| slots(expression, Tz::Europe__Oslo, "2026-10-24T22:30:00Z", "2026-10-25T02:30:00Z");
    assert_eq!(oslo("30 2 * * *"), ["25 02:30 +0200"]);
    assert_eq!(
        oslo("*/30 1-3 * * *"),
        ["25 01:00 +0200", "25 01:30 +0200", "25 02:00 +0200", "25 02:30 +0200", "25 03:00 +0100", "25 03:30 +0100"]
    );
    assert_eq!(oslo("30 * * * *"), ["25 01:30 +0200", "25 02:30 +0200", "25 02:30 +0100", "25 03:30 +0100"]);
    let second_time = at("2026-10-25T01:10:00Z");
    let daily = schedule("30 2 * * *", Tz::Europe__Oslo);
    assert_eq!(daily.next_after(second_time), Some(at("2026-10-26T01:30:00Z")));
    assert_eq!(daily.last_before(second_time), Some(at("2026-10-25T00:30:00Z")));
    let mondays = schedule("15 * * * 1", Tz::Europe__Oslo);
    assert_eq!(
        mondays.next_after(at("2026-10-19T21:30:00Z")),
        Some(at("2026-10-25T23:15:00Z")),
        "a change lies between"
    );
    assert_eq!(mondays.last_before(at("2026-10-25T23:15:00Z")), Some(at("2026-10-19T21:15:00Z")));
}

#[test]
fn days_are_those_of_crontab() {
    let days = |expression: &str| {
        slots(expression, Tz::UTC, "2026-05-31T12:00:00Z", "2026-06-15T12:00:00Z")
            .iter()
            .map(|slot| slot.split_once(' ').unwrap().0.to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(days("0 8 * * 1"), "01 08 15", "1 is Monday");
    assert_eq!(days("0 8 * * 0"), days("0 8 * * 7"));
    assert_eq!(days("0 8 * * 7"), "07 14");
    assert_eq!(days("0 8 * * 5-7"), "05 06 07 12 13 14");
    assert_eq!(days("0 8 10 * mon"), "01 08 10 15", "either day");
    assert_eq!(days("0 8 */2 * mon"), "01 15", "both, since one begins with a star");
    assert_eq!(days("@monthly"), "01");
    assert_eq!(days("@weekly"), "07 14");
}

#[test]
fn a_schedule_that_never_fires_is_refused() {
    let now = at("2026-03-02T08:00:00Z");
    for expression in ["0 8 31 2 *", "0 8 30 2 *", "0 8 31 4,6,9,11 *"] {
        let fault = Schedule::parse(expression, Tz::UTC, now).unwrap_err();
        assert_eq!(fault.message, format!("the schedule `{expression}` never fires"));
        assert_eq!(fault.hint, "no month it names has a day it names");
    }
    let leap_day = Schedule::parse("0 8 29 2 *", Tz::UTC, now).unwrap();
    assert_eq!(leap_day.next_after(now), Some(at("2028-02-29T08:00:00Z")));
    assert!(Schedule::parse("0 8 31 2 1", Tz::UTC, now).is_ok(), "it fires on Mondays");
}

#[test]
fn missed_digests_are_told_in_their_own_periods() {
    let daily = schedule("0 8 * * *", Tz::Europe__Oslo);
    let day = |day: u32| at(&format!("2026-03-{day:02}T07:00:00Z"));
    let period = |from, to| Period { from: day(from), to: day(to), catches_up: false };
    assert_eq!(daily.due(day(2), day(3) - TimeDelta::seconds(1)), []);
    assert_eq!(daily.due(day(2), day(3)), [period(2, 3)]);
    assert_eq!(daily.due(day(2), day(5) + TimeDelta::hours(3)), [period(2, 3), period(3, 4), period(4, 5)]);
    assert_eq!(daily.due(day(2), day(9)).len(), 7);
    assert!(daily.due(day(2), day(9)).iter().all(|period| !period.catches_up));
    assert_eq!(daily.due(day(5), day(2)), [], "the clock was set back");
    assert_eq!(daily.due(day(2) + TimeDelta::hours(5), day(3)), [period(2, 3)], "a new digest covers a whole period");
}

#[test]
fn after_a_long_absence_the_first_of_seven_digests_reaches_back_over_the_rest() {
    let daily = schedule("0 8 * * *", Tz::UTC);
    let periods = daily.due(at("2026-01-01T09:30:00Z"), at("2026-03-01T12:00:00Z"));
    assert_eq!(periods.len(), 7);
    assert_eq!(
        periods[0],
        Period { from: at("2026-01-01T08:00:00Z"), to: at("2026-02-23T08:00:00Z"), catches_up: true }
    );
    assert!(periods[1..].iter().all(|period| !period.catches_up));
    assert!(periods.windows(2).all(|pair| pair[0].to == pair[1].from), "nothing is left out");
    assert_eq!(periods[6].to, at("2026-03-01T08:00:00Z"));
}

#[test]
fn ten_years_of_absence_cost_no_time_even_for_every_second() {
    let start = Stopwatch::now();
    for zone in ZONES {
        for expression in ["* * * * * *", "* * 2 * * *", "0 0 8 29 2 *"] {
            let periods = schedule(expression, zone).due(at("2019-01-01T00:00:00Z"), at("2029-01-01T00:00:00Z"));
            assert!((1..=7).contains(&periods.len()));
        }
    }
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "[-*/,0-9a-z@ ]{0,24}|\\PC{0,12}") {
        if let Ok(schedule) = Schedule::parse(&text, Tz::Europe__Oslo, Utc.timestamp_opt(1_772_438_400, 0).unwrap()) {
            proptest::prop_assert!(schedule.next_after(at("2026-03-02T08:00:00Z")).is_some());
        }
    }
}
