//! Until when it is quiet. The hours are those that the clocks on the wall show, whichever way they are put. Pure.

use chrono::{Datelike as _, NaiveDate, TimeDelta};

use crate::config::{DAY_MINUTES, QuietConfig, QuietSpan};
use crate::model::Instant;
use crate::model::zone::{first_shown, wall};

/// Spans that follow upon each other without a pause, at most: those of a week, of several kinds.
const MOST: usize = 32;

/// When the quiet time ends in which `now` lies, if it lies in one.
pub fn until(quiet: &QuietConfig, now: Instant) -> Option<Instant> {
    let mut end = end_at(quiet, now)?;
    for _ in 0..MOST {
        match end_at(quiet, end) {
            Some(later) => end = later,
            None => break,
        }
    }
    Some(end)
}

/// When the last of the spans ends in which an instant lies.
fn end_at(quiet: &QuietConfig, at: Instant) -> Option<Instant> {
    let today = wall(quiet.time_zone, at).date();
    let days = [today.pred_opt(), Some(today)];
    let spans = days.into_iter().flatten().flat_map(|day| quiet.spans.iter().map(move |span| (day, span)));
    spans
        .filter_map(|(day, span)| bounds(quiet, span, day))
        .filter(|(from, to)| *from <= at && at < *to)
        .map(|(_, to)| to)
        .max()
}

/// A span that begins on a day, if it does so on such days.
fn bounds(quiet: &QuietConfig, span: &QuietSpan, day: NaiveDate) -> Option<(Instant, Instant)> {
    if !span.days.contains(&day.weekday()) {
        return None;
    }
    let shown = |minute: u16| {
        let time = day.and_hms_opt(0, 0, 0)?.checked_add_signed(TimeDelta::minutes(i64::from(minute)))?;
        Some(first_shown(quiet.time_zone, time))
    };
    let to = if span.to > span.from { span.to } else { span.to + DAY_MINUTES };
    Some((shown(span.from)?, shown(to)?))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Weekday};
    use chrono_tz::Tz;

    use super::*;

    const ALL: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

    fn nights(from: u16, to: u16) -> QuietSpan {
        QuietSpan { days: ALL.to_vec(), from: from * 60, to: to * 60 }
    }

    fn oslo(spans: Vec<QuietSpan>) -> QuietConfig {
        QuietConfig { spans, time_zone: Tz::Europe__Oslo, ..QuietConfig::default() }
    }

    /// Local times of Oslo with their offset.
    fn told(quiet: &QuietConfig, now: &str) -> Option<String> {
        let now = DateTime::parse_from_rfc3339(now).unwrap().to_utc();
        until(quiet, now).map(|end| end.with_timezone(&quiet.time_zone).to_rfc3339())
    }

    #[test]
    fn quiet_hours_begin_and_end_on_the_wall() {
        let night = oslo(vec![nights(22, 7)]);
        for (now, end) in [
            ("2026-11-24T21:59:59+01:00", None),
            ("2026-11-24T22:00:00+01:00", Some("2026-11-25T07:00:00+01:00")),
            ("2026-11-25T00:00:00+01:00", Some("2026-11-25T07:00:00+01:00")),
            ("2026-11-25T06:59:59+01:00", Some("2026-11-25T07:00:00+01:00")),
            ("2026-11-25T07:00:00+01:00", None),
            // The clocks go forward, and back, within the night.
            ("2026-03-28T23:00:00+01:00", Some("2026-03-29T07:00:00+02:00")),
            ("2026-10-24T23:00:00+02:00", Some("2026-10-25T07:00:00+01:00")),
            ("2026-10-25T02:30:00+02:00", Some("2026-10-25T07:00:00+01:00")),
            ("2026-10-25T02:30:00+01:00", Some("2026-10-25T07:00:00+01:00")),
        ] {
            assert_eq!(told(&night, now).as_deref(), end, "{now}");
        }
    }

    #[test]
    fn an_end_that_the_clocks_skip_is_right_behind_the_gap_and_one_shown_twice_is_the_first() {
        let early = oslo(vec![QuietSpan { days: ALL.to_vec(), from: 60, to: 150 }]);
        assert_eq!(told(&early, "2026-03-29T01:30:00+01:00").as_deref(), Some("2026-03-29T03:00:00+02:00"));
        assert_eq!(told(&early, "2026-03-29T03:00:00+02:00"), None);
        assert_eq!(told(&early, "2026-10-25T02:10:00+02:00").as_deref(), Some("2026-10-25T02:30:00+02:00"));
        assert_eq!(told(&early, "2026-10-25T02:10:00+01:00"), None, "the hour is shown again, but it is over");
    }

    #[test]
    fn spans_that_follow_upon_each_other_are_one_quiet_time() {
        let weekend = QuietSpan { days: vec![Weekday::Sat, Weekday::Sun], from: 0, to: DAY_MINUTES };
        let quiet = oslo(vec![nights(22, 7), weekend]);
        for (now, end) in [
            ("2026-11-27T21:00:00+01:00", None),
            ("2026-11-27T22:30:00+01:00", Some("2026-11-30T07:00:00+01:00")),
            ("2026-11-29T12:00:00+01:00", Some("2026-11-30T07:00:00+01:00")),
            ("2026-11-30T12:00:00+01:00", None),
        ] {
            assert_eq!(told(&quiet, now).as_deref(), end, "{now}");
        }
    }

    #[test]
    fn days_are_those_on_which_it_begins() {
        let quiet = oslo(vec![QuietSpan { days: vec![Weekday::Fri], ..nights(22, 7) }]);
        assert_eq!(told(&quiet, "2026-11-28T03:00:00+01:00").as_deref(), Some("2026-11-28T07:00:00+01:00"));
        assert_eq!(told(&quiet, "2026-11-28T23:00:00+01:00"), None);
    }
}
