//! Fields of JSON that may be absent, null or of another type than promised. Never insists on a field.

use serde_json::Value;

use super::date;
use crate::model::Instant;

/// JSON in which control characters and strokes stand where they may not; `None` where it is none all the same.
#[must_use]
pub fn repaired(body: &[u8]) -> Option<Value> {
    if let Ok(sound) = serde_json::from_slice(body) {
        return Some(sound);
    }
    let text = String::from_utf8_lossy(body).replace(char::is_control, " ");
    let mut whole = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, behind)) = rest.split_once('\\') {
        let escaped = behind.chars().next().filter(|c| "\"\\/bfnrtu".contains(*c));
        whole.push_str(before);
        if let Some(c) = escaped {
            whole.extend(['\\', c]);
        }
        rest = escaped.map_or(behind, |c| behind.get(c.len_utf8()..).unwrap_or_default());
    }
    whole.push_str(rest);
    serde_json::from_str(&whole).ok()
}

/// The value at a path of names parted by dots.
#[must_use]
pub fn at<'value>(value: &'value Value, path: &str) -> Option<&'value Value> {
    path.split('.').try_fold(value, |value, name| value.get(name)).filter(|value| !value.is_null())
}

/// A text that is not blank, or a number as it is written.
#[must_use]
pub fn text(value: &Value, path: &str) -> Option<String> {
    at(value, path).and_then(written)
}

/// The value itself as such a text.
#[must_use]
pub fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, whether it is written as a number or as text.
#[must_use]
pub fn number(value: &Value, path: &str) -> Option<i64> {
    match at(value, path)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A count; negative ones are none.
#[must_use]
pub fn count(value: &Value, path: &str) -> Option<u64> {
    number(value, path).and_then(|number| u64::try_from(number).ok())
}

/// The sum of those counts that are there; `None` if none is.
#[must_use]
pub fn sum(value: &Value, paths: &[&str]) -> Option<u64> {
    paths.iter().filter_map(|path| count(value, path)).reduce(u64::saturating_add)
}

/// A written date.
#[must_use]
pub fn instant(value: &Value, path: &str) -> Option<Instant> {
    date::parse(&text(value, path)?)
}

/// A time in seconds since 1970, whole or not.
#[must_use]
pub fn unix(value: &Value, path: &str) -> Option<Instant> {
    let seconds: f64 = text(value, path)?.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "what is out of range saturates, and is no time then")]
    let milliseconds = (seconds * 1000.0).round() as i64;
    chrono::DateTime::from_timestamp_millis(milliseconds)
}

/// The elements of a list; none if it is absent.
pub fn list<'value>(value: &'value Value, path: &str) -> impl Iterator<Item = &'value Value> {
    at(value, path).and_then(Value::as_array).into_iter().flatten()
}

/// Texts that are there, as paragraphs.
#[must_use]
pub fn paragraphs(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::unix;

    #[test]
    fn seconds_since_1970_may_be_anything() {
        let time = |value| unix(&json!({ "at": value }), "at").map(|time| time.to_rfc3339());
        assert_eq!(time(json!(1_795_162_471)).as_deref(), Some("2026-11-20T08:14:31+00:00"));
        assert_eq!(time(json!(1_795_162_471.25)).as_deref(), Some("2026-11-20T08:14:31.250+00:00"));
        assert_eq!(time(json!("1795162471")).as_deref(), Some("2026-11-20T08:14:31+00:00"));
        for none in [json!(1e300), json!(-1e300), json!("soon"), json!(false), json!(null)] {
            assert_eq!(time(none), None);
        }
    }
}
