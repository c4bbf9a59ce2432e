//! How many calls a network takes in a short time, and how many a source has made lately. Pure.

use std::time::Duration;

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::Instant;

/// What a network takes in a short time from who asks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// So many calls,
    pub calls: u32,
    /// from who asks with a secret so many,
    pub with_token: u32,
    /// in so long.
    pub time: Duration,
}

impl Window {
    /// So many calls in so many seconds, with or without a secret.
    #[must_use]
    pub const fn of(calls: u32, seconds: u64) -> Self {
        Self { calls, with_token: calls, time: Duration::from_secs(seconds) }
    }

    /// The same, but so many calls with a secret.
    #[must_use]
    pub const fn with_token(self, calls: u32) -> Self {
        Self { with_token: calls, ..self }
    }
}

/// Parts of a window whose calls are counted together: they leave it one after the other.
const PARTS: usize = 8;

/// The calls of a window, and perhaps some that have left it by a part of it. Who was silent for a whole window begins with
/// none. Times in Unix milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lately {
    /// When the part began that is counted now.
    since: i64,
    /// Calls of each part, the newest first.
    parts: [u32; PARTS + 1],
    /// When the last call was over.
    last: i64,
}

impl Lately {
    /// How many calls count within the window.
    #[must_use]
    pub fn calls(self, window: Duration, now: Instant) -> u32 {
        self.at(window, now).parts.into_iter().fold(0, u32::saturating_add)
    }

    /// With one more call.
    #[must_use]
    pub fn asked(self, window: Duration, now: Instant) -> Self {
        let known = self.at(window, now);
        let [newest, older @ ..] = known.parts;
        let parts = newest_and(newest.saturating_add(1), older);
        Self { parts, last: known.last.max(now.timestamp_millis()), ..known }
    }

    /// With the calls of its newest part not over before now.
    #[must_use]
    pub fn ended(self, window: Duration, now: Instant) -> Self {
        let last = self.last.max(now.timestamp_millis());
        let [calls, older @ ..] = self.parts;
        let rest = Self { parts: newest_and(0, older), ..self }.at(window, now);
        let [newest, older @ ..] = rest.parts;
        Self { parts: newest_and(newest.saturating_add(calls), older), last, ..rest }
    }

    /// When fewer calls than this will count.
    #[must_use]
    pub fn free_at(self, window: Duration, calls: u32) -> Option<Instant> {
        let mut left = self.parts.into_iter().fold(0, u32::saturating_add);
        let empty = self.last.saturating_add(millis(window));
        let by_parts = self.parts.into_iter().rev().zip(1_i64..).find_map(|(part, steps)| {
            left = left.saturating_sub(part);
            (left < calls).then(|| self.since.saturating_add(steps.saturating_mul(of_part(window))))
        });
        DateTime::from_timestamp_millis(by_parts.unwrap_or(empty).min(empty))
    }

    /// As it is now. A clock that was set back by more than the window counts from there.
    fn at(self, window: Duration, now: Instant) -> Self {
        let now = now.timestamp_millis();
        if self.last.saturating_sub(now).saturating_abs() >= millis(window) {
            return Self { since: now, parts: [0; PARTS + 1], last: now };
        }
        let steps = (now.saturating_sub(self.since) / of_part(window)).max(0);
        let gone = usize::try_from(steps).unwrap_or(PARTS).min(PARTS + 1);
        let mut parts = [0; PARTS + 1];
        parts.iter_mut().skip(gone).zip(self.parts).for_each(|(part, known)| *part = known);
        Self { since: self.since.saturating_add(steps.saturating_mul(of_part(window))), parts, ..self }
    }
}

/// The parts with this one in front.
fn newest_and(newest: u32, older: [u32; PARTS]) -> [u32; PARTS + 1] {
    let mut parts = [newest; PARTS + 1];
    parts.iter_mut().skip(1).zip(older).for_each(|(part, known)| *part = known);
    parts
}

/// How long a part of a window lasts.
fn of_part(window: Duration) -> i64 {
    let parts = i64::try_from(PARTS).unwrap_or(i64::MAX);
    (millis(window) / parts).max(1)
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::model::SourceKind;

    const MINUTE: Duration = Duration::from_secs(60);

    fn at(seconds: i64) -> Instant {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
    }

    fn asked(lately: Lately, calls: u32, seconds: i64) -> Lately {
        (0..calls).fold(lately, |lately, _| lately.asked(MINUTE, at(seconds)))
    }

    #[test]
    fn calls_count_until_a_window_has_passed_since_they_were_over() {
        let ten = asked(Lately::default(), 10, 0);
        assert_eq!((ten.calls(MINUTE, at(59)), ten.calls(MINUTE, at(60))), (10, 0));
        let late = ten.ended(MINUTE, at(30));
        assert_eq!((late.calls(MINUTE, at(89)), late.calls(MINUTE, at(90))), (10, 0));
        assert_eq!(late.free_at(MINUTE, 10), Some(at(90)));
        assert_eq!(ten.calls(MINUTE, at(-3_600)), 0, "a clock that was set back does not hold it up for an hour");
    }

    #[test]
    fn no_window_wherever_it_begins_has_more_calls_than_are_counted() {
        let (mut lately, mut log) = (Lately::default(), Vec::new());
        // Polls of all sizes at odd times.
        for step in 0..400_i64 {
            let (now, wanted) = (step * 7 + step % 3, u32::try_from(step * step % 9).unwrap());
            for _ in 0..wanted {
                if lately.calls(MINUTE, at(now)) < 10 {
                    lately = lately.asked(MINUTE, at(now));
                    log.push(now);
                }
            }
            let within = log.iter().filter(|call| **call > now - 60).count();
            assert!(within <= 10, "{within} calls in the minute before {now}");
        }
        assert!(log.len() > 200, "only {} calls were made in 47 minutes", log.len());
    }

    #[test]
    fn calls_leave_the_window_bit_by_bit() {
        // Three every twenty seconds: nine at most are in a minute, and none has to wait for a silent one.
        let lately = (0..30).fold(Lately::default(), |lately, step| {
            let now = step * 20;
            assert!(lately.calls(MINUTE, at(now)) <= 9, "{now}");
            asked(lately, 3, now)
        });
        assert_eq!(lately.calls(MINUTE, at(580)), 12, "those that left it just now are among them");
        let free = lately.free_at(MINUTE, 12).unwrap();
        assert!(free > at(580) && free <= at(588) && lately.calls(MINUTE, free) < 12, "{free}");
    }

    #[test]
    fn the_windows_of_kinds_are_short_and_stand_among_their_limits() {
        for kind in SourceKind::ALL {
            let profile = kind.profile();
            let Some(window) = profile.window else { continue };
            assert!(window.time <= MINUTE * 60 && (1..=window.with_token).contains(&window.calls), "{kind:?}");
            for calls in [window.calls, window.with_token] {
                let said = match calls {
                    1 => "one ".to_owned(),
                    1_000.. => format!("{},{:03} ", calls / 1_000, calls % 1_000),
                    _ => format!("{calls} "),
                };
                assert!(profile.limits.to_lowercase().contains(&said), "{kind:?}: {said}");
            }
        }
    }
}
