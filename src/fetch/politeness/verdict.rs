//! What an answer's status means for the poll. Never reads the document.

use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::{LONGEST, header};
use crate::fetch::words;
use crate::model::exchange::complaint;
use crate::model::{Answer, Instant, PollFault};

/// What to do with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The body is the document.
    Read,
    /// There is nothing to read: the document is as it was (304), or the server says that it has no content (204, 205).
    Unchanged,
    /// There is no document.
    Fault(PollFault),
}

/// Judges an answer by its status, unless the network's adapter has judged it in the network's own dialect (`own`). Where
/// the answer throttles us, the later of what the adapter read and `Retry-After` counts, at most a day.
#[must_use]
pub fn verdict(answer: &Answer, own: Option<PollFault>, now: Instant) -> Verdict {
    let status = answer.status;
    let retry_after = header::retry_after(&answer.headers, now).map(|wait| now + wait.min(LONGEST));
    let waits = retry_after.is_some() && matches!(status, 403 | 503);
    let throttled = status == 429 || waits;
    Verdict::Fault(match (own, status) {
        (Some(PollFault::Throttled { status, until }), _) => {
            PollFault::Throttled { status, until: until.map(|until| until.min(now + LONGEST)).max(retry_after) }
        }
        (Some(fault), _) => fault,
        (None, 204 | 205 | 304) => return Verdict::Unchanged,
        (None, 200..=299) => return Verdict::Read,
        _ if throttled => PollFault::Throttled { status, until: retry_after },
        (None, 401 | 403) => PollFault::Denied { status, message: message(answer) },
        (None, 410) => PollFault::Gone,
        (None, _) => PollFault::Status { status, message: message(answer) },
    })
}

/// The server's own words: from a JSON document or plain text, else the usual name of the status. A page for browsers
/// says nothing that fits into a line.
fn message(answer: &Answer) -> String {
    let document = serde_json::from_slice(&answer.body).ok();
    let own = document.as_ref().and_then(complaint).or_else(|| {
        let is_plain = answer.header(CONTENT_TYPE.as_str()).is_some_and(|kind| kind.starts_with("text/plain"));
        let text = String::from_utf8_lossy(&answer.body);
        (is_plain && !text.trim_start().starts_with('<')).then(|| words::plain(&text)).filter(|text| !text.is_empty())
    });
    own.unwrap_or_else(|| {
        let name = StatusCode::from_u16(answer.status).ok().and_then(|status| status.canonical_reason());
        name.map_or_else(|| "it does not say why".to_owned(), str::to_lowercase)
    })
}
