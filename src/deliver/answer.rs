//! The links by which a recipient says that somebody takes care of what a notice tells, and leaves a digest. They follow
//! from the row, so that every attempt has the same. Pure.

use std::borrow::Cow;

use chrono::TimeDelta;

use crate::link::{Link, Links, Purpose};
use crate::model::incident::IncidentPhase;
use crate::model::notice::DigestNotice;
use crate::model::outbox::OutboxMessage;
use crate::model::{Instant, Notice};

/// How long a link is good: whoever comes back after a fortnight has a newer mail, or looks at `mentiond status`.
const GOOD_FOR: TimeDelta = TimeDelta::days(14);

/// How long somebody can leave a digest by one of its mails: who wants no more should not have to look for a newer one.
const LEAVE_FOR: TimeDelta = TimeDelta::days(400);

/// The notice with its link, where there is something to take care of or to leave.
pub(super) fn answerable<'a>(message: &'a OutboxMessage, links: Option<&Links>) -> Cow<'a, OutboxMessage> {
    // Whoever stands in for a recipient gets no digest that they could leave.
    if let (Notice::Digest(digest), Some(links), None) = (&message.notice, links, &message.instead) {
        let (subject, recipient) = (digest.digest.clone(), message.recipient.clone());
        let until = message.sealed_at + LEAVE_FOR;
        let leave = links.address(&Link { purpose: Purpose::Unsubscribe, subject, recipient, until }).map(String::from);
        let notice = Notice::Digest(DigestNotice { leave, ..digest.clone() });
        return Cow::Owned(OutboxMessage { notice, ..message.clone() });
    }
    let until = message.sealed_at + GOOD_FOR;
    let address = links.filter(|_| asks(&message.notice)).and_then(|links| address(message, until, links));
    match address {
        Some(address) => Cow::Owned(OutboxMessage { acknowledge: Some(address), ..message.clone() }),
        None => Cow::Borrowed(message),
    }
}

fn address(message: &OutboxMessage, until: Instant, links: &Links) -> Option<String> {
    let (subject, recipient) = (message.id.to_string(), message.recipient.clone());
    let link = Link { purpose: Purpose::Acknowledge, subject, recipient, until };
    links.address(&link).map(String::from)
}

/// Whether somebody has to take care of something. The end of an incident, and one that somebody takes care of, ask for nothing but the alerts
/// that they tell.
fn asks(notice: &Notice) -> bool {
    match notice {
        Notice::Alert(_) | Notice::Escalation(_) | Notice::Held(_) => true,
        Notice::Incident(incident) => {
            incident.phase != IncidentPhase::End && !incident.acknowledged || incident.folded > 0
        }
        Notice::Digest(_) | Notice::Health(_) | Notice::Undelivered(_) | Notice::Trial(_) => false,
    }
}
