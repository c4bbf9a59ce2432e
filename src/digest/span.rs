//! The bars of a period's chart, and the period that it is compared with. Pure.

use chrono::{Days, TimeDelta};
use chrono_tz::Tz;

use super::{Period, Schedule};
use crate::model::Instant;
use crate::model::digest::BarLength;
use crate::model::zone::{first_shown, wall};

/// Longest period with a bar for each hour, and for each day.
const HOURLY: TimeDelta = TimeDelta::hours(50);
const DAILY: TimeDelta = TimeDelta::days(63);
/// Most bars, whatever the period.
const MOST: usize = 120;

/// The instants between which the bars of a period stand, the first being its beginning and the last its end. Days begin
/// at the hour at which the period does, whether or not clocks change meanwhile.
#[must_use]
pub fn bars(period: Period, zone: Tz) -> (BarLength, Vec<Instant>) {
    let length = period.to - period.from;
    let (bar, days) = match length {
        _ if length <= HOURLY => (BarLength::Hour, 0),
        _ if length <= DAILY => (BarLength::Day, 1),
        _ => (BarLength::Week, 7),
    };
    let begins = wall(zone, period.from);
    let bound = |number: u64| match bar {
        BarLength::Hour => period.from.checked_add_signed(TimeDelta::hours(i64::try_from(number).ok()?)),
        BarLength::Day | BarLength::Week => Some(first_shown(zone, begins.checked_add_days(Days::new(number * days))?)),
    };
    let between = (1..).map_while(bound).take_while(|at| *at < period.to).filter(|at| *at > period.from).take(MOST - 1);
    let bounds = std::iter::once(period.from).chain(between).chain([period.to]).collect();
    (bar, bounds)
}

/// What a period is compared with: the one before it in its schedule where that is about as long (months, and days on
/// which clocks change, differ a little), else the time of the same length before it.
#[must_use]
pub fn before(period: Period, schedule: &Schedule) -> (Instant, Instant) {
    let length = period.to - period.from;
    let slot = schedule.last_before(period.from).filter(|slot| {
        let other = period.from - *slot;
        other * 8 >= length * 7 && other * 7 <= length * 8
    });
    (slot.unwrap_or(period.from - length), period.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period { from: from.parse().unwrap(), to: to.parse().unwrap(), catches_up: false }
    }

    fn shown(from: &str, to: &str) -> (BarLength, usize, Vec<String>) {
        let (bar, bounds) = bars(period(from, to), Tz::Europe__Oslo);
        let ends = bounds.iter().map(|at| at.format("%d %H").to_string());
        (bar, bounds.len() - 1, ends.collect())
    }

    #[test]
    fn a_day_has_its_hours_even_when_clocks_change() {
        let (bar, number, ends) = shown("2026-11-23T07:00:00Z", "2026-11-24T07:00:00Z");
        assert_eq!((bar, number, ends[0].as_str(), ends[24].as_str()), (BarLength::Hour, 24, "23 07", "24 07"));
        assert_eq!(shown("2026-10-24T06:00:00Z", "2026-10-25T07:00:00Z").1, 25);
        assert_eq!(shown("2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z").1, 23);
        assert_eq!(shown("2026-11-23T07:00:00Z", "2026-11-23T07:30:00Z").1, 1);
        assert_eq!(shown("2026-11-23T07:00:00Z", "2026-11-23T08:30:00Z").1, 2);
    }

    #[test]
    fn a_week_and_a_month_have_days_that_begin_when_they_do() {
        let (bar, number, ends) = shown("2026-10-19T06:00:00Z", "2026-10-26T07:00:00Z");
        assert_eq!((bar, number), (BarLength::Day, 7));
        assert_eq!(ends, ["19 06", "20 06", "21 06", "22 06", "23 06", "24 06", "25 07", "26 07"]);
        assert_eq!(shown("2026-10-01T06:00:00Z", "2026-11-01T07:00:00Z").1, 31);
        let (bar, number, _) = shown("2026-01-01T07:00:00Z", "2026-04-01T06:00:00Z");
        assert_eq!((bar, number), (BarLength::Week, 13));
        assert_eq!(shown("2020-01-01T07:00:00Z", "2026-04-01T06:00:00Z").1, MOST);
    }

    #[test]
    fn a_period_is_compared_with_one_of_its_length() {
        let before = |schedule: &str, from: &str, to: &str| {
            let schedule = Schedule::parse(schedule, Tz::Europe__Oslo, "2026-01-01T00:00:00Z".parse().unwrap());
            super::before(period(from, to), &schedule.unwrap()).0.format("%m-%d %H:%M").to_string()
        };
        assert_eq!(before("0 8 * * *", "2026-11-23T07:00:00Z", "2026-11-24T07:00:00Z"), "11-22 07:00");
        assert_eq!(before("0 8 * * *", "2026-10-25T07:00:00Z", "2026-10-26T07:00:00Z"), "10-24 06:00", "25 hours");
        assert_eq!(before("0 8 1 * *", "2026-11-01T07:00:00Z", "2026-12-01T07:00:00Z"), "10-01 06:00", "31 days");
        assert_eq!(before("0 8 * * 1-5", "2026-11-20T07:00:00Z", "2026-11-23T07:00:00Z"), "11-17 07:00", "a weekend");
        assert_eq!(before("0 8 * * *", "2026-11-20T07:00:00Z", "2026-11-24T07:00:00Z"), "11-16 07:00", "it catches up");
    }
}
