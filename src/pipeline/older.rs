//! What becomes of a poll when an older document of a feed cannot be had: the newest one has been read, and stays so.

use http::HeaderMap;

use super::Reading;
use crate::model::PollFault;
use crate::source::Adapter;

/// Ends the way back, or, where the server may answer later, leaves it open for the next poll. When to come back is what
/// the headers of the newest document say.
///
/// # Errors
/// When the server does not want to be asked now at all.
pub(super) fn unread(
    adapter: &dyn Adapter,
    lane: &str,
    reading: &mut Reading,
    newest: Option<HeaderMap>,
    fault: PollFault,
) -> Result<(), PollFault> {
    if matches!(fault, PollFault::Throttled { .. } | PollFault::Spent { .. } | PollFault::Unreachable(_)) {
        return Err(fault);
    }
    let is_for_now = matches!(fault, PollFault::Status { status: 500.., .. });
    if let Some(cursor) = reading.cursor.0.get_mut(lane).filter(|_| !is_for_now)
        && let Some(ended) = adapter.after_refusal(cursor)
    {
        reading.lost.extend(adapter.lost(cursor, &ended));
        *cursor = ended;
    }
    reading.headers = newest;
    reading.problems.push(format!("an older document of the feed cannot be read: {fault}"));
    Ok(())
}
