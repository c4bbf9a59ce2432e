//! Times before and after an instant, however far off. Pure.

use std::time::Duration;

use chrono::TimeDelta;

use super::Instant;

/// So long before an instant, or the beginning of time.
#[must_use]
pub fn before(at: Instant, duration: Duration) -> Instant {
    TimeDelta::from_std(duration).ok().and_then(|delta| at.checked_sub_signed(delta)).unwrap_or(Instant::MIN_UTC)
}

/// So long after an instant, or the end of time.
#[must_use]
pub fn after(at: Instant, duration: Duration) -> Instant {
    TimeDelta::from_std(duration).ok().and_then(|delta| at.checked_add_signed(delta)).unwrap_or(Instant::MAX_UTC)
}
