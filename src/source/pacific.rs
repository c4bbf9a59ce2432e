//! The time in California, by which some networks write dates and count days. Daylight saving is respected.

use chrono::{Days, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::America::Los_Angeles;

use crate::model::Instant;

/// The instant of a time there: of an hour that came twice the first, of one that was left out the one behind it.
pub(super) fn instant(local: NaiveDateTime) -> Option<Instant> {
    let at = |local: NaiveDateTime| Los_Angeles.from_local_datetime(&local).earliest();
    let there = at(local).or_else(|| at(local.checked_add_signed(TimeDelta::hours(1))?))?;
    Some(there.with_timezone(&Utc))
}

/// The end of the day there.
pub(super) fn midnight(now: Instant) -> Instant {
    let tomorrow = now.with_timezone(&Los_Angeles).date_naive().checked_add_days(Days::new(1));
    tomorrow.and_then(|day| instant(day.and_time(NaiveTime::MIN))).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn daylight_saving_is_respected() {
        for (local, expected) in [
            ("2026-11-16T09:41:20", "2026-11-16T17:41:20Z"),
            ("2026-07-16T09:41:20", "2026-07-16T16:41:20Z"),
            // The clock goes back on the first of November, and forward on the eighth of March.
            ("2026-11-01T01:30:00", "2026-11-01T08:30:00Z"),
            ("2026-03-08T02:30:00", "2026-03-08T10:30:00Z"),
        ] {
            assert_eq!(instant(local.parse().unwrap()), Some(utc(expected)), "{local}");
        }
        for (now, end) in [
            ("2026-11-20T12:00:00Z", "2026-11-21T08:00:00Z"),
            ("2026-11-20T07:59:00Z", "2026-11-20T08:00:00Z"),
            ("2026-07-20T12:00:00Z", "2026-07-21T07:00:00Z"),
        ] {
            assert_eq!(midnight(utc(now)), utc(end), "{now}");
        }
    }
}
