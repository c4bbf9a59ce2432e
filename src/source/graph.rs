//! What the Graph API of Meta has for Facebook and Instagram alike: envelopes of errors, whose numbers count and not their
//! status; pages, whose addresses hold the token and are never followed; and how much of what the app may ask is used up,
//! in headers that may be absent.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;
use url::Url;

use super::api;
use crate::model::{Answer, Instant, PollFault};
use crate::parse::json;

/// From so many percent of what may be asked in an hour on, the source is asked less often.
const NEARLY_ALL: u64 = 80;
/// The time that percents are counted over.
const WINDOW: Duration = Duration::from_secs(60 * 60);
const LOADS: [&str; 3] = ["call_count", "total_time", "total_cputime"];

/// The body of an answer that is a list.
pub(super) fn body(answer: &Answer, what: &str) -> Result<Value, PollFault> {
    let body = api::body(answer)?;
    match json::at(&body, "data") {
        Some(Value::Array(_)) => Ok(body),
        _ => Err(api::missing(answer, &body, what)),
    }
}

/// What the page behind this one is called, if there is one; the address that the API gives for it is not shown to anybody.
pub(super) fn page_after(body: &Value) -> Option<String> {
    let address = json::text(body, "paging.next")?;
    json::text(body, "paging.cursors.after").or_else(|| {
        let url = Url::parse(&address).ok()?;
        url.query_pairs().find(|(name, _)| name == "after").map(|(_, after)| after.into_owned())
    })
}

/// The number of an error, if the answer is one.
pub(super) fn error(answer: &Answer) -> Option<i64> {
    json::number(&serde_json::from_slice(&answer.body).ok()?, "error.code")
}

/// What an answer means.
pub(super) fn fault(answer: &Answer, now: Instant) -> Option<PollFault> {
    let status = answer.status;
    let window = rest(answer).unwrap_or(WINDOW);
    let until = TimeDelta::from_std(window).ok().and_then(|window| now.checked_add_signed(window));
    match error(answer)? {
        4 | 17 | 32 | 80_000..=80_099 => Some(PollFault::Throttled { status, until }),
        613 => Some(PollFault::Throttled { status, until: None }),
        102 | 190 => Some(api::revoked(answer, "the access token")),
        10 | 200..=299 => Some(api::revoked(answer, "the access token, with the permission that is missing")),
        _ => None,
    }
}

/// How long the source is to be left alone, by the headers of an answer: until the network takes calls again, or for an
/// hour where most of what may be asked in an hour is used up. Asking on would only lengthen it.
pub(super) fn rest(answer: &Answer) -> Option<Duration> {
    let header = |name: &str| serde_json::from_str::<Value>(answer.header(name)?).ok();
    let (app, cases) = (header("x-app-usage"), header("x-business-use-case-usage"));
    let cases = cases.as_ref().and_then(Value::as_object).into_iter().flat_map(|cases| cases.values());
    let loads: Vec<&Value> = cases.filter_map(Value::as_array).flatten().chain(app.as_ref()).collect();
    let most = |names: &[&str]| {
        let counts = loads.iter().flat_map(|load| names.iter().filter_map(|name| json::count(load, name)));
        counts.max().unwrap_or(0)
    };
    let minutes = most(&["estimated_time_to_regain_access"]);
    if minutes > 0 {
        return Some(Duration::from_secs(minutes.saturating_mul(60)));
    }
    (most(&LOADS) >= NEARLY_ALL).then_some(WINDOW)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn rest_after(name: &'static str, value: &str) -> Option<u64> {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        let url = Url::parse("https://graph.facebook.com/v25.0/1/feed").unwrap();
        let answer = Answer { url, status: 200, moved: None, headers, body: Vec::new() };
        rest(&answer).map(|rest| rest.as_secs() / 60)
    }

    #[test]
    fn the_source_slows_down_before_it_is_refused() {
        let app = |percent: u64| format!(r#"{{"call_count": {percent}, "total_time": 25, "total_cputime": 3}}"#);
        assert_eq!(rest_after("x-app-usage", &app(79)), None);
        assert_eq!(rest_after("x-app-usage", &app(80)), Some(60));
        let page = |minutes: u64| {
            format!(r#"{{"1": [{{"call_count": 12, "estimated_time_to_regain_access": {minutes}}}], "2": "x"}}"#)
        };
        assert_eq!(rest_after("x-business-use-case-usage", &page(0)), None);
        assert_eq!(rest_after("x-business-use-case-usage", &page(17)), Some(17));
        assert_eq!(rest_after("x-app-usage", "soon"), None);
    }

    #[test]
    fn the_token_in_an_address_is_left_there() {
        let page = |paging: &str| page_after(&serde_json::from_str(&format!(r#"{{"paging": {paging}}}"#)).unwrap());
        let next = "https://graph.facebook.com/v25.0/1/feed?access_token=SECRET&limit=25&after=QVF%3D";
        assert_eq!(page(&format!(r#"{{"next": "{next}"}}"#)).as_deref(), Some("QVF="));
        assert_eq!(page(&format!(r#"{{"cursors": {{"after": "A"}}, "next": "{next}"}}"#)).as_deref(), Some("A"));
        assert_eq!(page(r#"{"cursors": {"after": "A"}}"#), None);
    }
}
