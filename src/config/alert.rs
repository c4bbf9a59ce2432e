//! `[alert]`: how alerts are grouped. Never decides about one.

use std::time::Duration;

use super::check::{DAY, HOUR, MINUTE, SECOND, Said, within};
use super::fault::Findings;
use super::file::AlertTable;
use super::reader::{Key, Written};
use super::words::Repeat;
use crate::model::Instant;
use crate::model::time::after;

/// How alerts are grouped: as in Alertmanager, per brand and recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupingConfig {
    /// How long the first alert of a quiet brand waits for more.
    pub group_wait: Duration,
    /// Least time between two mails about one brand.
    pub group_interval: Duration,
    /// After this time an alert that nobody acknowledged is said again; `None` for never.
    pub repeat_interval: Option<Duration>,
    /// Alerts are no longer repeated after this time.
    pub repeat_until: Duration,
}

pub(super) fn resolve(table: AlertTable, findings: &mut Findings) -> GroupingConfig {
    let urgent = "an alert that waits longer is a digest";
    let group_wait = within(table.group_wait, Duration::ZERO..=HOUR, SECOND * 30, urgent, findings);
    let group_interval = within(table.group_interval, SECOND..=DAY, MINUTE * 5, urgent, findings);
    let repeat_until = within(table.repeat_until, MINUTE..=DAY * 30, DAY, "", findings);

    let repeat_interval = match table.repeat_interval {
        Key::Given(Written { value: Repeat(Some(interval)), place }) => {
            let said = format!("`{}`", interval.said());
            if interval < group_interval {
                let message = format!("{said} is shorter than `group_interval`, `{}`", group_interval.said());
                findings.add(&place, message, "mails about one brand are never closer than `group_interval`");
            } else if interval > repeat_until {
                let message = format!("{said} is longer than `repeat_until`, `{}`", repeat_until.said());
                findings.add(&place, message, "raise `repeat_until`, or write `\"never\"`");
            }
            Some(interval)
        }
        Key::Given(Written { value: Repeat(None), .. }) => None,
        Key::Absent | Key::Faulty => Some(HOUR * 4),
    };
    GroupingConfig { group_wait, group_interval, repeat_interval, repeat_until }
}

impl GroupingConfig {
    /// When alerts are mailed that begin to gather now: after the group wait, and the group interval after the last mail
    /// at the earliest.
    #[must_use]
    pub fn due(&self, last: Option<Instant>, now: Instant) -> Instant {
        let waited = after(now, self.group_wait);
        last.map_or(waited, |last| waited.max(after(last.min(now), self.group_interval)))
    }

    /// When alerts are said again if nobody acknowledges them: `told` is when the one that waits longest was mailed,
    /// `last` when the group got a mail about anything. `None` for never.
    #[must_use]
    pub fn repeat_due(&self, told: Instant, last: Instant) -> Option<Instant> {
        let repeated = after(told, self.repeat_interval?);
        Some(repeated.max(after(last, self.group_interval)))
    }
}

impl Default for GroupingConfig {
    /// As where the configuration says nothing.
    fn default() -> Self {
        resolve(AlertTable::default(), &mut Findings::default())
    }
}
