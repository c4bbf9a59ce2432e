//! The alerts of a brand that take a route: those that gather for the next mail, and those that were mailed and are said
//! again. The times are those of the route.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::config::GroupingConfig;
use crate::model::time::before;
use crate::model::{Entry, Instant, Judgement, Severity, SourceKind};

/// A mention that met a rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alert {
    /// The rule's name.
    pub rule: String,
    /// How much harm it speaks of.
    pub severity: Severity,
    /// When it was found.
    pub found_at: Instant,
    /// What was said, if somebody may ask for it later.
    pub said: Option<Box<Said>>,
}

/// What was said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub entry: Entry,
    pub source: String,
    pub source_kind: Option<SourceKind>,
    pub judgement: Judgement,
}

/// An alert that was mailed.
#[derive(Debug, Clone)]
struct Told {
    alert: Arc<Alert>,
    /// When it was mailed last.
    told_at: Instant,
}

/// The alerts of a brand that take a route.
#[derive(Debug, Default)]
pub(super) struct Group {
    waiting: Vec<Arc<Alert>>,
    /// When something was due last, mailed or held.
    last: Option<Instant>,
    /// What was mailed and is young enough to be repeated, the oldest first.
    told: VecDeque<Told>,
    /// Whether the times at which those were mailed last do not rise as well.
    mixed: bool,
}

impl Group {
    /// Adds an alert to those that wait. Whether it is the first.
    pub fn gather(&mut self, alert: Arc<Alert>) -> bool {
        self.waiting.push(alert);
        self.waiting.len() == 1
    }

    /// When those that begin to gather now are due.
    pub fn due(&self, grouping: &GroupingConfig, now: Instant) -> Instant {
        grouping.due(self.last, now)
    }

    /// Those that have gathered.
    pub fn take(&mut self, now: Instant) -> Vec<Arc<Alert>> {
        self.last = Some(now);
        std::mem::take(&mut self.waiting)
    }

    /// Alerts were mailed.
    pub fn mailed(&mut self, alerts: &[Arc<Alert>], now: Instant) {
        let ends = self.told.back().zip(alerts.first());
        // What was held for long is older than what was mailed meanwhile.
        let late = ends.is_some_and(|(last, first)| last.alert.found_at > first.found_at);
        self.told.extend(alerts.iter().map(|alert| Told { alert: Arc::clone(alert), told_at: now }));
        if late {
            self.told.make_contiguous().sort_by_key(|told| told.alert.found_at);
            self.mixed = true;
        }
    }

    /// This one is not said again.
    pub fn forget(&mut self, alert: &Arc<Alert>) {
        self.told.retain(|told| !Arc::ptr_eq(&told.alert, alert));
    }

    /// What was found since then is not said again, unless it is urgent.
    pub fn forget_since(&mut self, since: Instant) {
        self.told.retain(|told| told.alert.is_urgent() || told.alert.found_at < since);
    }

    /// When alerts are said again, if nothing is mailed before.
    pub fn repeats_at(&mut self, grouping: &GroupingConfig, now: Instant) -> Option<Instant> {
        self.forget_old(grouping, now);
        // While others wait, their mail comes first.
        let last = self.last.filter(|_| self.waiting.is_empty())?;
        // What is too old by the time at which it would be repeated leaves the turn to the next.
        let due = |told: &Told| {
            let due = grouping.repeat_due(told.told_at, last)?.max(now);
            (told.alert.found_at > before(due, grouping.repeat_until)).then_some(due)
        };
        if self.mixed { self.told.iter().filter_map(due).min() } else { self.told.iter().find_map(due) }
    }

    /// All that is said again now, if it is time.
    pub fn repeat(&mut self, grouping: &GroupingConfig, now: Instant) -> Option<Vec<Arc<Alert>>> {
        if self.repeats_at(grouping, now).is_none_or(|due| due > now) {
            return None;
        }
        self.last = Some(now);
        self.told.iter_mut().for_each(|told| told.told_at = now);
        self.mixed = false;
        Some(self.told.iter().map(|told| Arc::clone(&told.alert)).collect())
    }

    fn forget_old(&mut self, grouping: &GroupingConfig, now: Instant) {
        let young = before(now, grouping.repeat_until);
        while self.told.front().is_some_and(|told| told.alert.found_at <= young) {
            self.told.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn at(minutes: i64) -> Instant {
        Instant::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn alert(minutes: i64) -> Arc<Alert> {
        with(minutes, Severity::Info)
    }

    fn with(minutes: i64, severity: Severity) -> Arc<Alert> {
        Arc::new(Alert { rule: "complaint".to_owned(), severity, found_at: at(minutes), said: None })
    }

    #[test]
    fn a_mail_repeats_what_was_mailed_until_it_is_old() {
        let (grouping, mut group) = (GroupingConfig::default(), Group::default());
        assert!(group.gather(alert(0)) && !group.gather(alert(0)));
        assert_eq!(group.due(&grouping, at(0)), at(0) + TimeDelta::seconds(30));
        let alerts = group.take(at(1));
        group.mailed(&alerts, at(1));
        assert_eq!(group.repeats_at(&grouping, at(1)), Some(at(241)));
        assert!(group.gather(alert(2)));
        assert_eq!(group.due(&grouping, at(2)), at(6), "the group interval");
        assert_eq!(group.repeats_at(&grouping, at(2)), None, "the mail that waits comes first");
        let alerts = group.take(at(6));
        group.mailed(&alerts, at(6));
        assert_eq!(group.repeat(&grouping, at(240)), None);
        assert_eq!(group.repeat(&grouping, at(241)).map(|alerts| alerts.len()), Some(3));
        let mut times = Vec::new();
        let mut now = at(241);
        while let Some(next) = group.repeats_at(&grouping, now) {
            assert!(group.repeat(&grouping, next).is_some());
            times.push((next - at(1)).num_hours());
            now = next;
        }
        assert_eq!(times, [8, 12, 16, 20, 24], "for a day; the last is for the alert of the third minute alone");
    }

    #[test]
    fn what_an_incident_tells_is_not_repeated() {
        let (grouping, mut group) = (GroupingConfig::default(), Group::default());
        group.take(at(9));
        group.mailed(&[alert(1), alert(5), with(6, Severity::Urgent)], at(9));
        group.forget_since(at(5));
        let repeated = group.repeat(&grouping, at(249)).unwrap();
        assert_eq!(repeated.iter().map(|alert| alert.found_at).collect::<Vec<_>>(), [at(1), at(6)]);
    }
}
