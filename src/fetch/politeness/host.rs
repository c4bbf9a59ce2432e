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
/// A refusal without `Retry-After` means five minutes, and twice as long with each further one that no good answer of the
/// host came between, at most six hours. A 403 may be about the one document, and is often about all of them: then the
/// feed itself waits for at least an hour, and any other feed of the host that is well ends the count.
pub(super) fn rest(visit: &Visit<'_>) -> Option<Duration> {
    if !matches!(visit.fault?, PollFault::Throttled { .. } | PollFault::Denied { status: 403, .. }) {
        return None;
    }
    let asked = asked(visit);
    let own = SHORTEST_REST.saturating_mul(1 << visit.refusals.saturating_sub(1).min(31)).min(LONGEST_REST);
    Some(if asked.is_zero() { own } else { asked.min(LONGEST) })
}
