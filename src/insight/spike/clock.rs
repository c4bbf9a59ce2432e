//! The wall clock by which the hours of the week are told: people write in the morning, and a morning begins an hour earlier
//! by UTC once their clocks have been put forward. Pure.

use chrono::{DateTime, Offset as _, TimeZone as _};
use chrono_tz::Tz;

use super::history::HOUR;

/// Hours of a week.
pub(super) const WEEK: usize = 168;
/// Seconds of a day.
const DAY: i64 = 24 * HOUR;

/// The clocks of a zone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Clock {
    zone: Tz,
}

impl Clock {
    pub const fn of(zone: Tz) -> Self {
        Self { zone }
    }

    /// What the clocks show between two times, in seconds from the start of 1970: one stretch, or those before and after a
    /// change. An hour that they show twice is in both, and one that they pass over in none. Of several changes one is seen.
    pub fn shows(self, from: i64, to: i64) -> [(i64, i64); 2] {
        let (before, after) = (self.ahead(from), self.ahead(to));
        if before == after {
            return [(from + before, to + after), (0, 0)];
        }
        let (mut last, mut first) = (from, to);
        while first - last > 1 {
            let between = last + (first - last) / 2;
            if self.ahead(between) == before {
                last = between;
            } else {
                first = between;
            }
        }
        [(from + before, first + before), (first + after, to + after)]
    }

    /// The places in the week of hours that are asked for one after another.
    pub fn places(self) -> Places {
        Places { clock: self, day: i64::MIN, ahead: None }
    }

    /// Seconds by which they are ahead of UTC.
    fn ahead(self, at: i64) -> i64 {
        DateTime::from_timestamp(at, 0)
            .map_or(0, |at| self.zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into())
    }
}

/// Tells the places of hours, and asks the zone once a day.
#[derive(Debug)]
pub(super) struct Places {
    clock: Clock,
    day: i64,
    /// By how much the clocks are ahead during this day, unless they are changed in it.
    ahead: Option<i64>,
}

impl Places {
    /// The place in the week of an hour, numbered from the start of 1970.
    pub fn of(&mut self, hour: i64) -> usize {
        let at = hour * HOUR;
        if self.day != at.div_euclid(DAY) {
            self.day = at.div_euclid(DAY);
            let (first, last) = (self.clock.ahead(self.day * DAY), self.clock.ahead((self.day + 1) * DAY));
            self.ahead = (first == last).then_some(first);
        }
        let shows = at + self.ahead.unwrap_or_else(|| self.clock.ahead(at));
        place(shows.div_euclid(HOUR))
    }
}

/// The place in the week of an hour that the clocks show.
pub(super) fn place(hour: i64) -> usize {
    usize::try_from(hour.rem_euclid(WEEK as i64)).unwrap_or(0)
}
