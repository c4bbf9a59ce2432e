//! `[alert]`: how alerts are grouped, and when nobody is told of them. Never decides about one.

use std::time::Duration;

use chrono_tz::Tz;

use super::check::{DAY, HOUR, MINUTE, SECOND, Said, within};
use super::fault::Findings;
use super::file::AlertTable;
use super::quiet::QuietConfig;
use super::reader::{Key, Written};
use super::words::Repeat;

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

pub(super) fn resolve(table: AlertTable, time_zone: Tz, findings: &mut Findings) -> (GroupingConfig, QuietConfig) {
    let quiet = QuietConfig {
        spans: table.quiet.given().map(|quiet| quiet.value.0).unwrap_or_default(),
        time_zone: table.time_zone.or(time_zone),
        urgent_breaks_through: table.urgent_breaks_through.or(true),
    };
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
    (GroupingConfig { group_wait, group_interval, repeat_interval, repeat_until }, quiet)
}

impl Default for GroupingConfig {
    /// As where the configuration says nothing.
    fn default() -> Self {
        resolve(AlertTable::default(), Tz::UTC, &mut Findings::default()).0
    }
}
