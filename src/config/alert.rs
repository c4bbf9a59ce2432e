//! `[alert]`: how alerts are grouped, and when nobody is told of them. Never decides about one.

use std::time::Duration;

use chrono_tz::Tz;

use super::check::{DAY, HOUR, MINUTE, SECOND, Said, within};
use super::fault::Findings;
use super::file::AlertTable;
use super::quiet::{self, QuietConfig};
use super::reader::{Key, Written};
use super::words::Repeat;
use crate::model::time::after;
use crate::model::{Instant, Tongue};

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

/// How alerts are grouped that take no route, when nobody is told, and in which language.
pub(super) fn resolve(
    table: AlertTable,
    time_zone: Tz,
    findings: &mut Findings,
) -> (GroupingConfig, QuietConfig, Option<Tongue>) {
    let never = QuietConfig { time_zone, ..QuietConfig::default() };
    let given = quiet::Given {
        hours: table.quiet,
        time_zone: table.time_zone,
        urgent: table.urgent_breaks_through,
        incidents: table.incidents_break_through,
    };
    let quiet = QuietConfig::within(given, &never);
    let language = table.language.given().map(|language| language.value);
    let AlertTable { group_wait, group_interval, repeat_interval, repeat_until, .. } = table;
    let given = Given { group_wait, group_interval, repeat_interval, repeat_until };
    (grouping(given, &GroupingConfig::default(), findings), quiet, language)
}

/// What a table says of how alerts are grouped.
pub(super) struct Given {
    pub(super) group_wait: Key<Duration>,
    pub(super) group_interval: Key<Duration>,
    pub(super) repeat_interval: Key<Repeat>,
    pub(super) repeat_until: Key<Duration>,
}

/// What is given, in place of what is taken over.
pub(super) fn grouping(given: Given, around: &GroupingConfig, findings: &mut Findings) -> GroupingConfig {
    let urgent = "an alert that waits longer is a digest";
    let group_wait = within(given.group_wait, Duration::ZERO..=HOUR, around.group_wait, urgent, findings);
    let group_interval = within(given.group_interval, SECOND..=DAY, around.group_interval, urgent, findings);
    let repeat_until = within(given.repeat_until, MINUTE..=DAY * 30, around.repeat_until, "", findings);

    let repeat_interval = match given.repeat_interval {
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
        Key::Absent | Key::Faulty => around.repeat_interval,
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
        Self { group_wait: SECOND * 30, group_interval: MINUTE * 5, repeat_interval: Some(HOUR * 4), repeat_until: DAY }
    }
}
