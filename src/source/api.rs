//! What adapters of JSON APIs share: how to ask, and what an answer is that is none. Its fields are read with
//! `parse::json`.

use serde_json::Value;

use crate::model::exchange::{Validators, complaint};
use crate::model::{Answer, PollFault, Request, Source};
use crate::parse::text;

/// A GET request to the source's API: `path` is appended segment by segment to its base address.
pub(super) fn request(source: &Source, path: &[&str], parameters: &[(&str, &str)]) -> Request {
    let mut url = source.url.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    if !parameters.is_empty() {
        url.query_pairs_mut().extend_pairs(parameters);
    }
    Request { url, accept: "application/json", bearer: source.token.clone(), validators: Validators::default() }
}

/// The body of an answer as JSON.
pub(super) fn body(answer: &Answer) -> Result<Value, PollFault> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        let media_type = text::line(answer.header("content-type").unwrap_or("nothing"));
        PollFault::Unreadable(format!("it is not JSON but calls itself `{media_type}` ({error})"))
    })
}

/// The fault of an answer whose result is missing.
pub(super) fn missing(answer: &Answer, value: &Value, what: &str) -> PollFault {
    match complaint(value) {
        Some(message) => PollFault::Status { status: answer.status, message },
        None => PollFault::Unreadable(format!("there is no {what} in it")),
    }
}
