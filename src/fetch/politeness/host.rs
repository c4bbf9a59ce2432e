//! How long a host is left alone that has had enough of us: what one feed of it is told holds for all of them.

use std::time::Duration;

use super::{LONGEST, Visit, asked};
use crate::model::PollFault;

/// The first rest of a host that does not say for how long.
const SHORTEST_REST: Duration = Duration::from_secs(5 * 60);
/// The longest rest of a host that does not say for how long.
const LONGEST_REST: Duration = Duration::from_secs(6 * 60 * 60);

/// How long the host is left alone; `None` if it has not complained.
///
/// "Too many requests" without `Retry-After` means five minutes, and twice as long with each further refusal, at most six
/// hours. A 403 may be about the one document, and is often about all of them: it means five minutes each time, while
/// the feed itself waits for at least an hour.
pub(super) fn rest(visit: &Visit<'_>) -> Option<Duration> {
    let own = match visit.fault? {
        PollFault::Throttled { .. } => {
            SHORTEST_REST.saturating_mul(1 << visit.refusals.saturating_sub(1).min(31)).min(LONGEST_REST)
        }
        PollFault::Denied { status: 403, .. } => SHORTEST_REST,
        _ => return None,
    };
    let asked = asked(visit);
    Some(if asked.is_zero() { own } else { asked.min(LONGEST) })
}
