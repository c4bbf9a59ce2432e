//! Who was told of an alert and who was not, each with the reason, and what became of the notices. Pure.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::deliver::message_id_of;
use crate::model::incident::IncidentEvidence;
use crate::model::notice::HoldCause;
use crate::model::outbox::channel_of;
use crate::model::{HoldReason, Instant};
use crate::store::{HoldTrail, NoticeTrail, Trail};

/// How somebody stands to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// A notice of it was delivered.
    Sent,
    /// One is on its way, or waits for another attempt.
    Waiting,
    /// One still collects alerts.
    Collecting,
    /// One did not arrive, and whoever stands in was told instead.
    HandedOver,
    /// One was given up.
    Dead,
    /// One was given up, and somebody has dropped it for good.
    Dropped,
    /// A silence holds it.
    Silenced,
    /// Quiet hours hold it.
    QuietHours,
    /// The next mail about an incident will tell it.
    Incident,
}

impl Fate {
    /// The label, and what it means.
    pub fn words(self) -> &'static str {
        match self {
            Self::Sent => "sent: the last notice of it was delivered",
            Self::Waiting => "waiting: a notice is on its way",
            Self::Collecting => "collecting: its mail waits for more alerts",
            Self::HandedOver => "handed_over: its last notice did not arrive, and whoever stands in was told instead",
            Self::Dead => "dead: its last notice was given up",
            Self::Dropped => "dropped: its last notice was given up, and somebody has dropped it",
            Self::Silenced => "silenced",
            Self::QuietHours => "quiet_hours",
            Self::Incident => "incident: the next mail of the incident tells it",
        }
    }
}

/// Somebody whom an alert is for.
#[derive(Debug, Serialize)]
pub struct Recipient {
    pub recipient: String,
    /// Name of the route; empty for that of `[alert]`.
    pub route: String,
    pub fate: Fate,
    /// What holds it, if something does.
    pub held: Option<Held>,
    /// The incident that tells it, if one does.
    pub incident: Option<Incident>,
    /// The numbers of the notices that tell it.
    pub notices: Vec<i64>,
}

/// What holds an alert.
#[derive(Debug, Serialize)]
pub struct Held {
    pub reason: String,
    pub silence: Option<i64>,
    pub author: Option<String>,
    pub comment: Option<String>,
    pub since: Instant,
    pub until: Instant,
}

/// An incident that tells an alert.
#[derive(Debug, Serialize)]
pub struct Incident {
    pub incident: i64,
    pub onset: Instant,
    pub ended_at: Option<Instant>,
    /// What supports it, as it was last told.
    pub evidence: IncidentEvidence,
    /// What holds its next mail, if something does.
    pub held: Option<Held>,
    /// The number of the notice that has told it, unless that is still to come.
    pub notice: Option<i64>,
}

/// A notice.
#[derive(Debug, Serialize)]
pub struct Notice {
    pub notice: i64,
    /// `alert`, `reminder`, `escalation`, `incident` or `held`.
    pub kind: String,
    pub recipient: String,
    pub route: String,
    /// Of mails alone.
    pub message_id: Option<String>,
    pub written_at: Instant,
    /// When its content was fixed; null while it collects.
    pub sealed_at: Option<Instant>,
    /// `waiting`, `sent`, `handed_over`, `dead` or `dropped`.
    pub state: String,
    pub next_attempt_at: Option<Instant>,
    pub attempts: u64,
    /// Whom it was for before it was handed over to this recipient; null if it was not.
    pub instead_of: Option<String>,
    /// The last attempts, by time.
    pub last_attempts: Vec<Attempt>,
    /// What had held the alerts that it sums up.
    pub held_by: Vec<HoldCause>,
}

/// An attempt to deliver a notice.
#[derive(Debug, Serialize)]
pub struct Attempt {
    pub at: Instant,
    /// `sent`, `transient`, `unanswered` (the whole of it was handed over, but no answer came, so that it may have arrived)
    /// or `dead`.
    pub outcome: String,
    pub error: Option<String>,
}

impl Recipient {
    /// Everybody whom the alert of a mention is for, in the order of their names.
    pub fn all(trail: &Trail) -> Vec<Self> {
        let mut all: BTreeMap<&str, Self> = BTreeMap::new();
        for notice in &trail.notices {
            let told = entry(&mut all, &notice.recipient, &notice.route);
            told.notices.push(notice.id);
            told.fate = state(notice);
        }
        for fold in &trail.folds {
            let told = entry(&mut all, &fold.recipient, &fold.route);
            if fold.notice.is_none() {
                told.fate = Fate::Incident;
            }
            told.incident = Some(Incident {
                incident: fold.incident,
                onset: fold.onset,
                ended_at: fold.ended_at,
                evidence: fold.evidence.clone(),
                held: fold.hold.as_ref().map(held),
                notice: fold.notice,
            });
        }
        for hold in &trail.holds {
            let told = entry(&mut all, &hold.recipient, &hold.route);
            told.fate = if hold.reason == HoldReason::Silenced.as_str() { Fate::Silenced } else { Fate::QuietHours };
            told.held = Some(held(hold));
        }
        all.into_values().collect()
    }
}

fn entry<'all, 'name>(
    all: &'all mut BTreeMap<&'name str, Recipient>,
    recipient: &'name str,
    route: &str,
) -> &'all mut Recipient {
    all.entry(recipient).or_insert_with(|| Recipient {
        recipient: recipient.to_owned(),
        route: route.to_owned(),
        fate: Fate::Waiting,
        held: None,
        incident: None,
        notices: Vec::new(),
    })
}

fn held(hold: &HoldTrail) -> Held {
    let silence = hold.silence.clone();
    Held {
        reason: hold.reason.clone(),
        silence: silence.as_ref().map(|(id, ..)| *id),
        author: silence.as_ref().map(|(_, author, _)| author.clone()),
        comment: silence.map(|(.., comment)| comment),
        since: hold.held_at,
        until: hold.until,
    }
}

fn state(notice: &NoticeTrail) -> Fate {
    match notice.state.as_str() {
        "sent" => Fate::Sent,
        "handed_over" => Fate::HandedOver,
        "dead" => Fate::Dead,
        "dropped" => Fate::Dropped,
        _ if notice.sealed_at.is_none() => Fate::Collecting,
        _ => Fate::Waiting,
    }
}

impl Notice {
    /// A notice of the outbox; `from` is the sender of mails.
    pub fn of(trail: &NoticeTrail, from: &str) -> Self {
        let attempt = |(at, outcome, error): &(Instant, String, Option<String>)| Attempt {
            at: *at,
            outcome: outcome.clone(),
            error: error.clone(),
        };
        let is_mail = channel_of(&trail.recipient).is_none();
        Self {
            notice: trail.id,
            kind: trail.kind.clone(),
            recipient: trail.recipient.clone(),
            route: trail.route.clone(),
            message_id: is_mail.then(|| message_id_of(trail.id, trail.created_at, from)),
            written_at: trail.created_at,
            sealed_at: trail.sealed_at,
            state: trail.state.clone(),
            next_attempt_at: trail.next_attempt_at,
            attempts: trail.attempts,
            instead_of: trail.instead_of.clone(),
            last_attempts: trail.last_attempts.iter().map(attempt).collect(),
            held_by: trail.held_by.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_or_dropped_is_on_no_way() {
        let notice = |state: &str| NoticeTrail {
            id: 1,
            kind: "alert".to_owned(),
            recipient: String::new(),
            route: String::new(),
            created_at: Instant::UNIX_EPOCH,
            sealed_at: Some(Instant::UNIX_EPOCH),
            state: state.to_owned(),
            next_attempt_at: None,
            attempts: 1,
            instead_of: None,
            last_attempts: Vec::new(),
            held_by: Vec::new(),
        };
        let fates = ["waiting", "sent", "handed_over", "dead", "dropped"].map(|label| state(&notice(label)));
        assert_eq!(fates, [Fate::Waiting, Fate::Sent, Fate::HandedOver, Fate::Dead, Fate::Dropped]);
    }
}
