//! A subscription at a hub in a line of `mentiond status`.

use super::distance;
use crate::cli::words::count;
use crate::model::Instant;
use crate::store::{HubState, SubscriptionState};

/// How a hub stands to a source.
pub(super) fn describe(hub: &HubState, now: Instant) -> String {
    let until = hub.lease_until.map(|until| format!(", to be renewed before its end {}", distance(until, now)));
    let stands = match hub.state {
        SubscriptionState::Live => {
            format!("delivers{}; the source is polled once a day meanwhile", until.unwrap_or_default())
        }
        SubscriptionState::Denied => "REFUSED; the source is polled as usual".to_owned(),
        _ => "asked, and has not verified it yet; the source is polled as usual".to_owned(),
    };
    let error = hub.last_error.as_ref().map(|error| format!("; {error}")).unwrap_or_default();
    let ignored = match hub.ignored {
        0 => String::new(),
        ignored => format!("; {} ignored for want of a signature", count(ignored, "delivery", "deliveries")),
    };
    format!("{stands}{error}{ignored}")
}
