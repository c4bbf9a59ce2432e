//! What goes out, and why, in words that begin with one for programs.

use std::sync::Arc;
use std::time::Duration;

use chrono::SecondsFormat;
use serde::Serialize;

use super::group::Alert;
use crate::insight::spike::{Ending, Event, Evidence, Kind as Spread};
use crate::model::Instant;
use crate::model::incident::Few;
use crate::model::units::duration_text;

/// What kind of notice it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Mentions that met a rule.
    Alert,
    /// An incident was found.
    IncidentStart,
    /// It has grown, spreads faster than before, or goes on.
    IncidentUpdate,
    /// It is over.
    IncidentEnd,
    /// A summary.
    Digest,
    /// What was due did not go out, told when the hold is over; or no incident began, since too few people wrote.
    Hold,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Alert, Self::IncidentStart, Self::IncidentUpdate, Self::IncidentEnd, Self::Digest, Self::Hold];
}

/// A notice that would have gone out, or was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// When.
    pub at: Instant,
    /// What kind of notice.
    pub kind: Kind,
    /// The brand's name.
    pub brand: String,
    /// Why: a word, a colon and what there is to say of it.
    pub reason: String,
    /// Of an alert and what is held, the alerts; of an incident the negative stories since it began, and of what is none
    /// those that speak for it; of a digest the
    /// mentions of its period.
    pub count: u64,
}

/// What is told of alerts that go out, if there are any.
pub(super) fn of_alerts(alerts: &[Arc<Alert>]) -> Option<(Kind, String, u64)> {
    let mut rules: Vec<&str> = Vec::new();
    for alert in alerts {
        if !rules.contains(&alert.rule.as_str()) {
            rules.push(&alert.rule);
        }
    }
    (!alerts.is_empty()).then(|| (Kind::Alert, format!("rule: {}", rules.join(", ")), alerts.len() as u64))
}

/// What is told of alerts that are said again, if there are any.
pub(super) fn of_reminder(alerts: usize) -> Option<(Kind, String, u64)> {
    (alerts > 0).then(|| (Kind::Alert, "reminder: nobody has acknowledged them".to_owned(), alerts as u64))
}

/// What is told to the next people of alerts that nobody has acknowledged, if there are any.
pub(super) fn of_escalation(alerts: usize, after: Duration) -> Option<(Kind, String, u64)> {
    (alerts > 0).then(|| (Kind::Alert, spread("them", after), alerts as u64))
}

/// What is told to the next people of an incident.
pub(super) fn of_spreading(after: Duration) -> String {
    spread("it", after)
}

fn spread(what: &str, after: Duration) -> String {
    format!("escalation: nobody has acknowledged {what} within {}", duration_text(after))
}

/// Why an escalation is held, from why others are.
pub(super) fn escalated(reason: &str) -> String {
    format!("{reason}, an escalation")
}

/// What is told of stories that are no incident since too few people wrote them.
pub(super) fn of_few(few: &Few) -> (Kind, String, u64) {
    let word = if few.authors == 1 || few.top_author_share >= 0.5 { "one_author" } else { "few_authors" };
    (Kind::Hold, format!("{word}: {}", few.words()), u64::from(few.stories))
}

/// What is told of alerts that were held until now, if there are any.
pub(super) fn of_held(alerts: usize) -> Option<(Kind, String, u64)> {
    (alerts > 0).then(|| (Kind::Alert, "held: what was held until now".to_owned(), alerts as u64))
}

/// What is told of a digest.
pub(super) fn of_digest(name: &str) -> String {
    format!("digest: {name}")
}

/// What is told of an incident.
pub(super) fn of_incident(event: &Event) -> (Kind, String, u64) {
    let evidence = event.evidence();
    let (kind, reason) = match event {
        Event::Start(evidence) => (Kind::IncidentStart, now(evidence)),
        Event::Update(evidence) => (Kind::IncidentUpdate, now(evidence)),
        Event::End { ending, evidence } => (Kind::IncidentEnd, over(*ending, evidence)),
    };
    (kind, reason, u64::from(evidence.negative))
}

fn now(evidence: &Evidence) -> String {
    let spread = match evidence.kind {
        Spread::BroadWave => "broad_wave",
        Spread::Brigade => "brigade",
        Spread::RepeatPoster => "repeat_poster",
    };
    let Evidence { counts, window_hours, talk, faster, .. } = evidence;
    let news = if *faster { "faster than before: " } else { "" };
    format!("{spread}: {news}{}: {}, since {}", counts.words(*window_hours), talk.words(), since(evidence))
}

fn over(ending: Ending, evidence: &Evidence) -> String {
    match ending {
        Ending::Calm => format!("calm: as usual again, since {}", since(evidence)),
        Ending::NewLevel => format!("new_level: so much is usual now, since {}", since(evidence)),
    }
}

fn since(evidence: &Evidence) -> String {
    evidence.onset.to_rfc3339_opts(SecondsFormat::Secs, true)
}
