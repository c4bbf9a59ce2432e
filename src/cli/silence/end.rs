//! When a silence ends, as people write it. Pure.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use crate::cli::options::argument_fault;
use crate::config::Faults;
use crate::model::Instant;
use crate::model::units::duration;
use crate::model::zone::{first_shown, wall};

/// No silence is longer: what nobody looks at for so long needs another rule.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// What is wrong with a time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    message: String,
    hint: &'static str,
}

impl Wrong {
    fn new(message: String, hint: &'static str) -> Self {
        Self { message, hint }
    }

    /// The fault of an argument.
    pub(super) fn of(self, option: &str) -> Faults {
        argument_fault(option, self.message, self.hint.to_owned())
    }
}

/// So long after now.
pub(super) fn after(text: &str, now: Instant) -> Result<Instant, Wrong> {
    let length = duration(text).filter(|length| !length.is_zero());
    let length = length.ok_or_else(|| {
        Wrong::new(
            format!("`{text}` is no length of time"),
            "write a number and a unit, such as `2h`, `30 min` or `3d`",
        )
    })?;
    let end = TimeDelta::from_std(length).ok().and_then(|length| now.checked_add_signed(length));
    checked(end.unwrap_or(Instant::MAX_UTC), text, now)
}

/// At a time, of the zone where the text names none; a time without a day is the next one.
pub(super) fn until(text: &str, zone: Tz, now: Instant) -> Result<Instant, Wrong> {
    let text = text.trim();
    let end = if let Ok(at) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
        at.to_utc()
    } else if let Ok(time) = NaiveTime::parse_from_str(text, "%H:%M") {
        next(time, zone, now)
    } else if let Some(shown) = on_the_wall(text) {
        first_shown(zone, shown)
    } else {
        let hint = "write `18:00`, `2026-12-01 08:00` or `2026-12-01T08:00:00+01:00`";
        return Err(Wrong::new(format!("`{text}` is no time"), hint));
    };
    checked(end, text, now)
}

/// When the clocks on the wall show that time next.
fn next(time: NaiveTime, zone: Tz, now: Instant) -> Instant {
    let today = wall(zone, now).date();
    let on = |day: NaiveDate| first_shown(zone, day.and_time(time));
    let at = on(today);
    if at > now { at } else { today.succ_opt().map_or(at, on) }
}

fn on_the_wall(text: &str) -> Option<NaiveDateTime> {
    let whole = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    whole.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}

fn checked(end: Instant, text: &str, now: Instant) -> Result<Instant, Wrong> {
    if end <= now {
        return Err(Wrong::new(format!("`{text}` is over"), "name a time to come"));
    }
    if (end - now).to_std().is_ok_and(|length| length > LONGEST) {
        let hint = "a year is the longest; change the rules, or remove the brand, for good";
        return Err(Wrong::new(format!("`{text}` is too far ahead"), hint));
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn an_end_is_read_in_the_zone_of_the_configuration() {
        let now = at("2026-03-28T20:00:00Z");
        for (text, end) in [
            ("21:00", "2026-03-29T19:00:00Z"),
            ("23:30", "2026-03-28T22:30:00Z"),
            ("02:30", "2026-03-29T01:00:00Z"),
            ("2026-03-30 08:00", "2026-03-30T06:00:00Z"),
            (" 2026-03-30T08:00 ", "2026-03-30T06:00:00Z"),
            ("2026-03-30T08:00:00Z", "2026-03-30T08:00:00Z"),
            ("2026-03-30 08:00:00+05:00", "2026-03-30T03:00:00Z"),
        ] {
            assert_eq!(until(text, Tz::Europe__Oslo, now), Ok(at(end)), "{text}");
        }
        assert_eq!(after("1h 30min", now), Ok(at("2026-03-28T21:30:00Z")));
    }

    #[test]
    fn an_end_that_cannot_be_is_refused() {
        let now = at("2026-03-28T20:00:00Z");
        let told =
            |wrong: Result<Instant, Wrong>| wrong.map_err(|Wrong { message, hint }| format!("{message}; {hint}"));
        for (told, words) in [
            (
                told(until("tomorrow", Tz::UTC, now)),
                "`tomorrow` is no time; write `18:00`, `2026-12-01 08:00` or `2026-12-01T08:00:00+01:00`",
            ),
            (told(until("2026-03-28 20:00", Tz::UTC, now)), "`2026-03-28 20:00` is over; name a time to come"),
            (
                told(until("2028-01-01 00:00", Tz::UTC, now)),
                "`2028-01-01 00:00` is too far ahead; a year is the longest; change the rules, or remove the brand, for good",
            ),
            (
                told(after("2", now)),
                "`2` is no length of time; write a number and a unit, such as `2h`, `30 min` or `3d`",
            ),
            (
                told(after("0s", now)),
                "`0s` is no length of time; write a number and a unit, such as `2h`, `30 min` or `3d`",
            ),
            (
                told(after("900w", now)),
                "`900w` is too far ahead; a year is the longest; change the rules, or remove the brand, for good",
            ),
        ] {
            assert_eq!(told, Err(words.to_owned()));
        }
    }
}
