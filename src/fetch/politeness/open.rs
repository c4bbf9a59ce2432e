//! Hours and days at which a feed does not want to be asked (`skipHours`, `skipDays` of RSS 2.0), in UTC.

use std::time::Duration;

use chrono::{Datelike, DurationRound, TimeDelta, Timelike};

use crate::model::{Instant, Rhythm};

const ALL_HOURS: u32 = (1 << 24) - 1;
const ALL_DAYS: u8 = (1 << 7) - 1;
const HOURS_OF_A_WEEK: i64 = 7 * 24;

/// `at`, or the beginning of the first hour after it at which the feed may be asked, and then up to `late` after that, so
/// that the sources of a publisher do not come on the stroke. Who skips all hours, or all days, means none.
pub(super) fn first(rhythm: &Rhythm, at: Instant, late: Duration) -> Instant {
    let skip_hours = if rhythm.skip_hours & ALL_HOURS == ALL_HOURS { 0 } else { rhythm.skip_hours };
    let skip_days = if rhythm.skip_days & ALL_DAYS == ALL_DAYS { 0 } else { rhythm.skip_days };
    let is_open = |at: &Instant| {
        let (hour, day) = (at.hour(), at.weekday().num_days_from_monday());
        (skip_hours >> hour) & 1 == 0 && (skip_days >> day) & 1 == 0
    };
    if is_open(&at) {
        return at;
    }
    let Ok(hour) = at.duration_trunc(TimeDelta::hours(1)) else { return at };
    let hours = (1..=HOURS_OF_A_WEEK).filter_map(|hours| hour.checked_add_signed(TimeDelta::hours(hours)));
    let opens = hours.into_iter().find(is_open);
    opens.and_then(|opens| opens.checked_add_signed(TimeDelta::from_std(late).ok()?)).unwrap_or(at)
}
