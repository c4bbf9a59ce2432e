//! `[[alert.escalate]]` and `[[route.escalate]]`: who is told next of what nobody acknowledges. Never decides about an
//! alert.

use std::time::Duration;

use super::brand::addresses;
use super::check::{DAY, MINUTE, Said, within};
use super::fault::Findings;
use super::file::{EscalateTable, List};
use super::reader::{Key, Written};

/// Most steps of a way.
const MOST: usize = 10;

/// Who is told next, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationStep {
    /// How long after an alert was first told, if nobody has acknowledged it by then.
    pub after: Duration,
    /// Who.
    pub recipients: Vec<String>,
}

/// The steps that are given, the soonest first, in place of those that are taken over; an empty list ends those.
pub(super) fn resolve(
    list: Key<List<EscalateTable>>,
    around: &[EscalationStep],
    findings: &mut Findings,
) -> Vec<EscalationStep> {
    let Some(Written { value: list, .. }) = list.given() else { return around.to_vec() };
    if let Some(first) = list.get(MOST) {
        findings.add(&first.place, format!("there are more than {MOST} steps"), "tell more people in fewer steps");
    }
    let mut steps: Vec<EscalationStep> = Vec::new();
    for Written { value: EscalateTable { after, recipients }, place } in list {
        let (written, missing) = (after.place().cloned(), after.is_absent());
        let patient = "whoever may wait longer reads it in a digest";
        let after = within(after, MINUTE..=DAY * 7, Duration::ZERO, patient, findings);
        if missing {
            findings.add_absence(&place.child("after"), "nobody knows when", "add `after = \"30m\"`");
        } else if let Some(last) = steps.last().filter(|last| !after.is_zero() && after <= last.after) {
            let message = format!("`{}` is no later than the step before, `{}`", after.said(), last.after.said());
            findings.add(
                written.as_ref().unwrap_or(&place),
                message,
                "write the steps in the order in which they come",
            );
        }
        let listed = recipients.place().cloned();
        let faulty = matches!(recipients, Key::Faulty);
        let recipients = addresses(recipients);
        if recipients.is_empty() && !faulty {
            let hint = "add `recipients = [\"boss@example.org\"]`";
            findings.add_absence(&listed.unwrap_or_else(|| place.child("recipients")), "nobody would be told", hint);
        }
        steps.push(EscalationStep { after, recipients });
    }
    steps
}
