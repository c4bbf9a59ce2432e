//! What headers say about time. Believes nothing that cannot be read; never says how much of it is honoured.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime};
use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, RETRY_AFTER};

use crate::model::Instant;

/// The longest that a `Retry-After`, of the answer or of a redirect to it, asks to wait, in seconds or until a date (RFC 9110, 10.2.3).
pub fn retry_after(headers: &HeaderMap, now: Instant) -> Option<Duration> {
    let values = headers.get_all(RETRY_AFTER).iter().filter_map(|value| Some(value.to_str().ok()?.trim()));
    values.filter_map(|value| seconds(value).or_else(|| (date(value)? - now).to_std().ok())).max()
}

/// How long the document stays fresh: `max-age` less `Age`, else `Expires` less `Date` (RFC 9111, 4.2.1). `None` when it
/// must always be asked for again.
pub(super) fn freshness(headers: &HeaderMap, now: Instant) -> Option<Duration> {
    let mut max_age = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in value.to_str().unwrap_or_default().split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-cache" | "no-store" => return None,
                "max-age" => max_age = max_age.or_else(|| seconds(value.trim().trim_matches('"'))),
                _ => {}
            }
        }
    }
    if let Some(max_age) = max_age {
        let age = text(headers, &AGE).and_then(seconds).unwrap_or_default();
        return Some(max_age.saturating_sub(age));
    }
    let answered = text(headers, &DATE).and_then(date).unwrap_or(now);
    (date(text(headers, &EXPIRES)?)? - answered).to_std().ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// A count of seconds; one that is too large to count is as long as can be.
fn seconds(text: &str) -> Option<Duration> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

/// An HTTP date in any of its three forms (RFC 9110, 5.6.7).
fn date(text: &str) -> Option<Instant> {
    let old = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    DateTime::parse_from_rfc2822(text).ok().map(|date| date.to_utc()).or_else(|| {
        old.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).map(|date| date.and_utc())
    })
}
