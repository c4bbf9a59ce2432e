//! When to try again. Pure; never asks the clock and never draws lots: the jitter follows from the row and the attempt.

use chrono::TimeDelta;

use crate::model::Instant;

/// Seconds after the first attempt.
const FIRST: u64 = 10;
/// Most seconds between two attempts.
const LONGEST: u64 = 3600;

/// When a notice whose `attempt`, counted from 1, has failed is tried again: after some 10 s, then twice as long each
/// time, at most an hour. Up to a quarter is taken off, so that notices that failed together do not come back together.
#[must_use]
pub fn next_attempt(id: i64, attempt: u32, now: Instant) -> Instant {
    let whole = 1_u64.checked_shl(attempt.saturating_sub(1)).and_then(|times| FIRST.checked_mul(times));
    let millis = whole.unwrap_or(LONGEST).min(LONGEST) * 1000;
    let off = scatter(id.unsigned_abs() ^ (u64::from(attempt) << 48)) % (millis / 4);
    now + TimeDelta::milliseconds(i64::try_from(millis - off).unwrap_or(i64::MAX))
}

/// The finishing step of splitmix64 (Steele, Lea, Flood 2014): neighbouring numbers come out far apart.
fn scatter(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delay(id: i64, attempt: u32) -> f64 {
        let now = chrono::DateTime::UNIX_EPOCH;
        (next_attempt(id, attempt, now) - now).as_seconds_f64()
    }

    #[test]
    fn the_delay_doubles_up_to_an_hour() {
        for (attempt, whole) in
            [(0, 10.0), (1, 10.0), (2, 20.0), (3, 40.0), (9, 2560.0), (10, 3600.0), (u32::MAX, 3600.0)]
        {
            for id in [i64::MIN, -1, 0, 1, 17, i64::MAX] {
                let delay = delay(id, attempt);
                assert!(delay > whole * 0.75 && delay <= whole, "{id} {attempt}: {delay}");
            }
        }
    }

    #[test]
    fn the_same_attempt_has_the_same_delay_and_neighbours_differ() {
        assert_eq!(delay(17, 3), delay(17, 3));
        let mut delays: Vec<_> = (0..100).map(|id| (delay(id, 10) * 1000.0) as u64).collect();
        delays.sort_unstable();
        delays.dedup();
        assert!(delays.len() > 95, "{}", delays.len());
        assert!(delays[delays.len() - 1] - delays[0] > 700_000, "they are spread over the quarter");
    }
}
