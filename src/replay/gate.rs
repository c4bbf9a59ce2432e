//! Whether an alert or an incident that is due goes out. Whatever holds one back is asked here and nowhere else.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::SecondsFormat;

use super::group::Alert;
use crate::alert::Peace;
use crate::model::hold::{DueAlert, Gate as _, Hold, Silence};
use crate::model::{Entry, EntryKey, HoldReason, Instant, Judgement, Severity};

/// Why something does not go out although it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// The brand has an incident since then: its mails tell what happens.
    Incident(Instant),
    /// By a silence, until it ends.
    Silenced(i64, Instant),
    /// Since it is quiet until then.
    QuietHours(Instant),
}

impl From<Hold> for Held {
    fn from(hold: Hold) -> Self {
        match (hold.reason, hold.silence) {
            (HoldReason::Silenced, Some(silence)) => Self::Silenced(silence, hold.until),
            _ => Self::QuietHours(hold.until),
        }
    }
}

impl Held {
    /// When it may be over; an incident says that itself.
    pub(super) fn until(self) -> Option<Instant> {
        match self {
            Self::Incident(_) => None,
            Self::Silenced(_, until) | Self::QuietHours(until) => Some(until),
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |at: &Instant| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        match self {
            Self::Incident(since) => write!(formatter, "incident: its mails tell of it, since {}", time(since)),
            Self::Silenced(silence, until) => {
                write!(formatter, "silenced: by silence {silence}, until {}", time(until))
            }
            Self::QuietHours(until) => write!(formatter, "quiet_hours: until {}", time(until)),
        }
    }
}

/// What keeps the peace: quiet hours, and the silences that there were, each at its time.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    peace: Peace,
    silences: Vec<Silence>,
}

impl Guard {
    /// These quiet hours and silences. One that somebody has ended was meant until then.
    #[must_use]
    pub fn new(peace: Peace, silences: Vec<Silence>) -> Self {
        let meant = |silence: Silence| Silence { ends_at: silence.end(), ended: None, ..silence };
        Self { peace, silences: silences.into_iter().map(meant).collect() }
    }

    /// Whether what was said has to be known to decide about an alert.
    pub(super) fn reads(&self) -> bool {
        self.silences.iter().any(|silence| silence.scope.query.is_some())
    }

    /// Those that had been made by then.
    fn silences(&self, now: Instant) -> Vec<Silence> {
        self.silences.iter().filter(|silence| silence.created_at <= now && silence.is_active(now)).cloned().collect()
    }

    /// Parts alerts that take a route into those that are held, each with its reason, and those that go out.
    pub(super) fn part(&self, due: Vec<Arc<Alert>>, brand: &str, route: &str, now: Instant) -> Parted {
        let silences = self.silences(now);
        if self.peace.is_open(&silences, now) {
            return Parted { held: Vec::new(), out: due };
        }
        let alerts: Vec<DueAlert> = due.iter().map(|alert| alert.due(brand, route)).collect();
        let mut parted = Parted::default();
        for (alert, hold) in due.into_iter().zip(self.peace.holds(&alerts, &silences, now)) {
            match hold {
                Some(hold) => parted.held.push((hold.into(), alert)),
                None => parted.out.push(alert),
            }
        }
        parted
    }

    /// The alerts that a silence holds from the mails of an incident: one of some alerts, not of a brand as a whole, which
    /// holds these mails themselves.
    pub(super) fn silenced(
        &self,
        due: &[Arc<Alert>],
        (brand, route): (&str, &str),
        now: Instant,
    ) -> Vec<(Held, Arc<Alert>)> {
        let mut silences = self.silences(now);
        silences.retain(|silence| silence.scope.query.is_some());
        if silences.is_empty() {
            return Vec::new();
        }
        let alerts: Vec<DueAlert> = due.iter().map(|alert| alert.due(brand, route)).collect();
        let holds = self.peace.holds(&alerts, &silences, now);
        let silenced = |(alert, hold): (&Arc<Alert>, Option<Hold>)| {
            let hold = hold.filter(|hold| hold.reason == HoldReason::Silenced)?;
            Some((hold.into(), Arc::clone(alert)))
        };
        due.iter().zip(holds).filter_map(silenced).collect()
    }

    /// What holds a mail about an incident.
    pub(super) fn holds_incident(&self, brand: &str, route: &str, now: Instant) -> Option<Held> {
        self.peace.holds_incident(brand, route, &self.silences(now), now).map(Held::from)
    }
}

/// What is held, and what goes out.
#[derive(Debug, Default)]
pub(super) struct Parted {
    pub held: Vec<(Held, Arc<Alert>)>,
    pub out: Vec<Arc<Alert>>,
}

impl Alert {
    fn due(&self, brand: &str, route: &str) -> DueAlert {
        let said = self.said.as_deref();
        DueAlert {
            id: 0,
            brand: brand.to_owned(),
            route: route.to_owned(),
            entry: said.map_or_else(|| Entry::new(EntryKey(String::new())), |said| said.entry.clone()),
            source: said.map(|said| said.source.clone()).unwrap_or_default(),
            source_kind: said.and_then(|said| said.source_kind),
            judgement: said.map_or_else(|| Judgement::unscored(None), |said| said.judgement.clone()),
            severity: self.severity,
        }
    }

    /// Whether it speaks of urgent harm.
    pub fn is_urgent(&self) -> bool {
        self.severity == Severity::Urgent
    }
}

/// How many are held for each reason.
pub(super) fn counted(held: impl Iterator<Item = Held>) -> BTreeMap<Held, u64> {
    let mut counts = BTreeMap::new();
    for reason in held {
        *counts.entry(reason).or_default() += 1;
    }
    counts
}
