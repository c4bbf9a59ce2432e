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

/// The calls of the last two times that are as long as the window: those of the last window are among them, and perhaps
/// some that have left it. Who was silent for a whole window begins with none. Times in Unix milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lately {
    /// When the time began that is counted now,
    since: i64,
    /// and its calls.
    calls: u32,
    /// Calls of the time before it.
    before: u32,
    /// When the last call was over.
    last: i64,
}

impl Lately {
    /// How many calls count within the window.
    #[must_use]
    pub fn calls(self, window: Duration, now: Instant) -> u32 {
        let now = self.at(window, now);
        now.calls.saturating_add(now.before)
    }

    /// With one more call.
    #[must_use]
    pub fn asked(self, window: Duration, now: Instant) -> Self {
        let known = self.at(window, now);
        Self { calls: known.calls.saturating_add(1), last: known.last.max(now.timestamp_millis()), ..known }
    }

    /// With the last call not over before now.
    #[must_use]
    pub fn ended(self, now: Instant) -> Self {
        Self { last: self.last.max(now.timestamp_millis()), ..self }
    }

    /// When all of its calls have left the window.
    #[must_use]
    pub fn free_at(self, window: Duration) -> Option<Instant> {
        DateTime::from_timestamp_millis(self.last.saturating_add(millis(window)))
    }

    /// As it is now. A clock that was set back by more than the window counts from there.
    fn at(self, window: Duration, now: Instant) -> Self {
        let (now, window) = (now.timestamp_millis(), millis(window));
        if self.last.saturating_sub(now).saturating_abs() >= window {
            return Self { since: now, calls: 0, before: 0, last: now };
        }
        if now.saturating_sub(self.since) >= window {
            return Self { since: now, calls: 0, before: self.calls, ..self };
        }
        self
    }
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
        let late = ten.ended(at(30));
        assert_eq!((late.calls(MINUTE, at(89)), late.calls(MINUTE, at(90))), (10, 0));
        assert_eq!(late.free_at(MINUTE), Some(at(90)));
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
