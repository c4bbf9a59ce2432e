//! When a network lets itself be asked again, as its headers and its rules say it.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::model::{Answer, Instant};

/// The time in a header that holds Unix seconds.
pub(super) fn at_unix(answer: &Answer, header: &str) -> Option<Instant> {
    DateTime::from_timestamp(answer.header(header)?.trim().parse().ok()?, 0)
}

/// The time that lies so many seconds ahead, perhaps with decimals.
pub(super) fn in_seconds(seconds: &str, now: Instant) -> Option<Instant> {
    let seconds: f64 = seconds.trim().parse().ok().filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0)?;
    let wait = TimeDelta::from_std(std::time::Duration::try_from_secs_f64(seconds.ceil()).ok()?).ok()?;
    now.checked_add_signed(wait)
}

/// The next midnight in a time zone.
pub(super) fn next_midnight(zone: Tz, now: Instant) -> Instant {
    let day = now.with_timezone(&zone).date_naive().checked_add_days(Days::new(1));
    let midnight = day.and_then(|day| day.and_time(NaiveTime::MIN).and_local_timezone(zone).earliest());
    midnight.map_or(now, |midnight| midnight.with_timezone(&Utc))
}

/// The first of the next month, in UTC.
pub(super) fn next_month(now: Instant) -> Instant {
    let first = now.date_naive().with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    first.map_or(now, |first| first.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_end_where_the_network_is() {
        let zone = chrono_tz::America::Los_Angeles;
        for (now, midnight) in [
            ("2026-11-20T12:00:00Z", "2026-11-21T08:00:00Z"),
            ("2026-11-20T07:59:59Z", "2026-11-20T08:00:00Z"),
            ("2026-07-01T12:00:00Z", "2026-07-02T07:00:00Z"),
        ] {
            assert_eq!(next_midnight(zone, now.parse().unwrap()), midnight.parse::<Instant>().unwrap());
        }
        assert_eq!(
            next_month("2026-12-31T23:00:00Z".parse().unwrap()),
            "2027-01-01T00:00:00Z".parse::<Instant>().unwrap()
        );
    }

    #[test]
    fn seconds_are_rounded_up_and_nonsense_is_none() {
        let now: Instant = "2026-11-20T12:00:00Z".parse().unwrap();
        assert_eq!(in_seconds("64.57", now), Some(now + TimeDelta::seconds(65)));
        assert!(["", "-1", "soon", "inf", "1e300"].into_iter().all(|text| in_seconds(text, now).is_none()));
    }
}
