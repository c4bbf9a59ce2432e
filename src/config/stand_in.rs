//! `fallback` and `fallback_after` of `[mail]` and `[[channel]]`: who gets what a way out does not deliver. Ways that lead
//! back to where they began are a fault.

use std::time::Duration;

use super::addresses::Recipient;
use super::check::{DAY, MINUTE, within};
use super::fault::Findings;
use super::file::{File, List};
use super::reader::{Key, Written};
use crate::model::outbox::{MAIL, StandIn, StandIns, way_to};

/// A way out, and what is written of who stands in for it.
pub(super) struct Asked {
    way: String,
    recipients: Key<List<Recipient>>,
    after: Key<Duration>,
}

impl Asked {
    /// Those who stand in, as written.
    pub(super) fn recipients(&self) -> &Key<List<Recipient>> {
        &self.recipients
    }
}

/// Takes what is written out of the file.
pub(super) fn take(file: &mut File) -> Vec<Asked> {
    let mut all = Vec::new();
    if let Key::Given(mail) = &mut file.mail {
        let (recipients, after) =
            (std::mem::take(&mut mail.value.fallback), std::mem::take(&mut mail.value.fallback_after));
        all.push(Asked { way: MAIL.to_owned(), recipients, after });
    }
    if let Key::Given(channels) = &mut file.channel {
        for channel in &mut channels.value {
            let table = &mut channel.value;
            let (recipients, after) = (std::mem::take(&mut table.fallback), std::mem::take(&mut table.fallback_after));
            // A channel without a name is a fault of its own, and nothing leads to it.
            let Some(name) = table.name.given_ref() else { continue };
            all.push(Asked { way: format!("channel:{}", name.value.0), recipients, after });
        }
    }
    all
}

/// Who stands in for which way out.
pub(super) fn resolve(asked: Vec<Asked>, findings: &mut Findings) -> StandIns {
    let mut edges: Vec<(String, Vec<Written<Recipient>>)> = Vec::new();
    let mut all = StandIns::new();
    for Asked { way, recipients, after } in asked {
        if let (Key::Absent, Some(place)) = (&recipients, after.place()) {
            findings.add(place, "nobody stands in after this time", "name somebody with `fallback`, or remove it");
        }
        let why = "sooner would be handed over what a server asks to send again, later nobody waits for";
        let after = within(after, MINUTE..=DAY, MINUTE * 15, why, findings);
        let list = recipients.or(Vec::new());
        let recipients: Vec<String> = list.iter().map(|written| written.value.0.clone()).collect();
        if !recipients.is_empty() {
            all.insert(way.clone(), StandIn { recipients, after });
        }
        edges.push((way, list));
    }
    refuse_circles(&edges, findings);
    all
}

/// Says of each circle once, at its first way, that it is one.
fn refuse_circles(edges: &[(String, Vec<Written<Recipient>>)], findings: &mut Findings) {
    for (place, (way, list)) in edges.iter().enumerate() {
        for written in list {
            // Circles through a way before this one were told there.
            let after = edges.get(place..).unwrap_or_default();
            let Some(path) = path(after, way_to(&written.value.0), way, &mut Vec::new()) else { continue };
            let path_is_itself = path.len() == 1;
            let names: Vec<String> = std::iter::once(way.as_str()).chain(path).map(|way| format!("`{way}`")).collect();
            let (message, hint) = if path_is_itself {
                let hint = "name another way out: a channel, or for a channel a mail address";
                (format!("`{way}` cannot stand in for itself"), hint)
            } else {
                let hint = "leave one of them without a `fallback`";
                (format!("those who stand in lead back to where they began: {}", names.join(", ")), hint)
            };
            findings.add(&written.place, message, hint);
        }
    }
}

/// The ways from one to another, both included.
fn path<'e>(
    edges: &'e [(String, Vec<Written<Recipient>>)],
    from: &'e str,
    to: &str,
    seen: &mut Vec<&'e str>,
) -> Option<Vec<&'e str>> {
    if from == to {
        return Some(vec![from]);
    }
    if seen.contains(&from) {
        return None;
    }
    seen.push(from);
    let (_, list) = edges.iter().find(|(way, _)| way == from)?;
    let rest = list.iter().find_map(|written| path(edges, way_to(&written.value.0), to, seen))?;
    Some(std::iter::once(from).chain(rest).collect())
}
