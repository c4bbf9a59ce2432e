//! How often something may be done: `60/min`. Pure.

use std::time::Duration;

use super::words::{Word, Wrong, shown};

/// Most times within one period.
const MOST: u32 = 100_000;

/// At most so many times within any period of that length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How often; never 0.
    pub times: u32,
    /// Within which time.
    pub period: Duration,
}

impl Word for Rate {
    const WHAT: &'static str = "a rate";
    const EXAMPLE: &'static str = "60/min";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let read = || {
            let (times, unit) = text.split_once('/')?;
            let seconds = match unit.trim() {
                "s" | "sec" | "second" => 1,
                "m" | "min" | "minute" => 60,
                "h" | "hour" => 3_600,
                "d" | "day" => 86_400,
                _ => return None,
            };
            let times = times.trim().parse().ok().filter(|times| (1..=MOST).contains(times))?;
            Some(Self { times, period: Duration::from_secs(seconds) })
        };
        read().ok_or_else(|| {
            let hint = format!("write a number from 1 to {MOST} and a unit: `2/s`, `60/min`, `500/h`, `2000/day`");
            Wrong::new(format!("{} is not {}", shown(text), Self::WHAT), hint)
        })
    }
}
