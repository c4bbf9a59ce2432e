//! Where the clocks of a zone go forward and back. Bounded in time whatever the zone has been through.

use chrono::{NaiveDateTime, Offset as _, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use super::Instant;

/// Within this distance of a wall time lies any change of clocks that skips it: offsets differ by 26 hours at most.
const REACH: TimeDelta = TimeDelta::hours(27);
const DAY: TimeDelta = TimeDelta::days(1);

/// What the clocks on the wall show at an instant.
#[must_use]
pub fn wall(zone: Tz, at: Instant) -> NaiveDateTime {
    at.naive_utc() + offset(zone, at)
}

/// How far the clocks on the wall are ahead of UTC.
#[must_use]
pub fn offset(zone: Tz, at: Instant) -> TimeDelta {
    TimeDelta::seconds(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into())
}

/// When the clocks on the wall first show a time; when they skip it, the first instant behind the gap.
#[must_use]
pub fn first_shown(zone: Tz, wall_time: NaiveDateTime) -> Instant {
    if let Some(at) = zone.from_local_datetime(&wall_time).earliest() {
        return at.to_utc();
    }
    let middle = wall_time.and_utc();
    bisect(middle - REACH, middle + REACH, |at| wall(zone, at) > wall_time)
}

/// The first instant after `from`, up to `to`, from which on the clocks on the wall have another offset.
#[must_use]
pub fn change_after(zone: Tz, from: Instant, to: Instant) -> Option<Instant> {
    let before = offset(zone, from);
    let mut known = from;
    while known < to {
        let next = to.min(known + DAY);
        if offset(zone, next) != before {
            return Some(bisect(known, next, |at| offset(zone, at) != before));
        }
        known = next;
    }
    None
}

/// The last instant before `to`, not before `from`, at which the offset of the time right before `to` begins.
#[must_use]
pub fn change_before(zone: Tz, from: Instant, to: Instant) -> Option<Instant> {
    let last = to - TimeDelta::seconds(1);
    let behind = offset(zone, last);
    let mut known = last;
    while known > from {
        let next = from.max(known - DAY);
        if offset(zone, next) != behind {
            return Some(bisect(next, known, |at| offset(zone, at) == behind));
        }
        known = next;
    }
    None
}

/// The first whole second at which `holds`, which does not hold at `no` and does at `yes`.
fn bisect(no: Instant, yes: Instant, holds: impl Fn(Instant) -> bool) -> Instant {
    let (mut no, mut yes) = (no.timestamp(), yes.timestamp());
    while yes - no > 1 {
        let middle = no + (yes - no) / 2;
        let at = Instant::from_timestamp(middle, 0).unwrap_or_default();
        if holds(at) { yes = middle } else { no = middle }
    }
    Instant::from_timestamp(yes, 0).unwrap_or_default()
}
