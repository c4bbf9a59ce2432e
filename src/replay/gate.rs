//! Whether an alert that is due goes out. Whatever holds one back is asked here and nowhere else.

use std::collections::BTreeMap;
use std::fmt;

use chrono::SecondsFormat;

use crate::model::Instant;

/// Why an alert does not go out although it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// The brand has an incident since then: its mails tell what happens.
    Incident(Instant),
}

impl fmt::Display for Held {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incident(since) => {
                let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
                write!(formatter, "incident: its mails tell of it, since {since}")
            }
        }
    }
}

/// What the decision about an alert rests on.
pub(super) trait Urgency {
    /// Whether it speaks of urgent harm.
    fn is_urgent(&self) -> bool;
}

/// How things stand when an alert is due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    /// When the incident of the brand began, if one is open.
    pub incident_since: Option<Instant>,
}

impl Around {
    /// Why the alert is held, if it is. What is urgent always passes.
    fn holds(&self, alert: &impl Urgency) -> Option<Held> {
        if alert.is_urgent() { None } else { self.incident_since.map(Held::Incident) }
    }
}

/// Parts alerts into those that are held, their number for each reason, and those that go out.
pub(super) fn part<A: Urgency>(alerts: Vec<A>, around: &Around) -> (Vec<(Held, u64)>, Vec<A>) {
    let mut held: BTreeMap<Held, u64> = BTreeMap::new();
    let mut out = Vec::new();
    for alert in alerts {
        match around.holds(&alert) {
            Some(reason) => *held.entry(reason).or_default() += 1,
            None => out.push(alert),
        }
    }
    (held.into_iter().collect(), out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Alert(bool);

    impl Urgency for Alert {
        fn is_urgent(&self) -> bool {
            self.0
        }
    }

    #[test]
    fn an_incident_holds_all_but_what_is_urgent() {
        let alerts = || vec![Alert(false), Alert(true), Alert(false)];
        let (held, out) = part(alerts(), &Around { incident_since: Some(Instant::UNIX_EPOCH) });
        assert_eq!(held, [(Held::Incident(Instant::UNIX_EPOCH), 2)]);
        assert_eq!(out, [Alert(true)]);
        assert_eq!(held[0].0.to_string(), "incident: its mails tell of it, since 1970-01-01T00:00:00Z");
        let (held, out) = part(alerts(), &Around { incident_since: None });
        assert!(held.is_empty() && out.len() == 3);
    }
}
