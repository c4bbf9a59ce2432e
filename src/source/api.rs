//! What adapters of JSON APIs share: requests, answers, and fields that may be absent, null or of another type than
//! promised. Never insists on a field.

use serde_json::Value;

use crate::model::exchange::Validators;
use crate::model::{Answer, Instant, PollFault, Request, Source};
use crate::parse::{date, text as plain_text};

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
        let media_type = plain_text::line(answer.header("content-type").unwrap_or("nothing"));
        PollFault::Unreadable(format!("it is not JSON but calls itself `{media_type}` ({error})"))
    })
}

/// The words of an error that an API puts beside or in place of its result.
pub(super) fn complaint(value: &Value) -> Option<String> {
    ["error_description", "error", "message"].into_iter().find_map(|name| text(value, name))
}

/// The fault of an answer whose result is missing.
pub(super) fn missing(answer: &Answer, value: &Value, what: &str) -> PollFault {
    match complaint(value) {
        Some(message) => PollFault::Status { status: answer.status, message: plain_text::line(&message) },
        None => PollFault::Unreadable(format!("there is no {what} in it")),
    }
}

/// The value at a path of names parted by dots.
pub(super) fn at<'value>(value: &'value Value, path: &str) -> Option<&'value Value> {
    path.split('.').try_fold(value, |value, name| value.get(name)).filter(|value| !value.is_null())
}

/// A text that is not blank, or a number as it is written.
pub(super) fn text(value: &Value, path: &str) -> Option<String> {
    match at(value, path)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, whether it is written as a number or as text.
pub(super) fn number(value: &Value, path: &str) -> Option<i64> {
    match at(value, path)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A count; negative ones are none.
pub(super) fn count(value: &Value, path: &str) -> Option<u64> {
    number(value, path).and_then(|number| u64::try_from(number).ok())
}

/// The sum of those counts that are there; `None` if none is.
pub(super) fn sum(value: &Value, paths: &[&str]) -> Option<u64> {
    paths.iter().filter_map(|path| count(value, path)).reduce(u64::saturating_add)
}

/// A written date.
pub(super) fn instant(value: &Value, path: &str) -> Option<Instant> {
    date::parse(&text(value, path)?)
}

/// The elements of a list; none if it is absent.
pub(super) fn list<'value>(value: &'value Value, path: &str) -> impl Iterator<Item = &'value Value> {
    at(value, path).and_then(Value::as_array).into_iter().flatten()
}

/// Texts that are there, as paragraphs.
pub(super) fn paragraphs(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}
