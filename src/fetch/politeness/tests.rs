//! One row per rule of politeness.

use http::header::{HeaderName, HeaderValue};

use super::*;
use crate::model::Answer;

const NOW: &str = "2026-11-25T08:00:00Z";
/// A name to which nothing is added.
const PLAIN: &str = "n1";

fn now() -> Instant {
    NOW.parse().unwrap()
}

fn headers(lines: &str) -> HeaderMap {
    let pair = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())
    };
    lines.lines().map(|line| pair(line.trim())).fold(HeaderMap::new(), |mut map, (name, value)| {
        map.append(name, value);
        map
    })
}

fn wait(interval: u64, failures: u32, fault: Option<&PollFault>, lines: &str) -> i64 {
    let headers = headers(lines);
    let interval = Duration::from_secs(interval);
    let visit =
        Visit { source: PLAIN, now: now(), interval, failures, fault, headers: Some(&headers), subscribed: false };
    (next_poll(&visit) - now()).num_seconds()
}

fn throttled(until: Option<&str>) -> PollFault {
    PollFault::Throttled { status: 429, until: until.map(|until| until.parse().unwrap()) }
}

#[test]
fn the_next_poll_of_a_source_that_is_well() {
    const HOUR: i64 = 3600;
    for (interval, lines, expected) in [
        (1, "", 1),
        (600, "", 600),
        (600, "cache-control: max-age=0, private", 600),
        (600, "cache-control: max-age=300", 600),
        (600, "cache-control: public, Max-Age=1800", 1800),
        (600, "cache-control: public\ncache-control: max-age=\"1800\"", 1800),
        (600, "cache-control: max-age=1800\nage: 1000", 800),
        (600, "cache-control: max-age=1800\nage: 5000", 600),
        (600, "cache-control: s-maxage=1800", 600),
        (600, "cache-control: max-age=1800, no-cache", 600),
        (600, "cache-control: max-age=1800, no-store", 600),
        (600, "cache-control: max-age=31536000", 2 * HOUR),
        (600, "cache-control: max-age=99999999999999999999999", 2 * HOUR),
        (600, "cache-control: max-age=-5", 600),
        (600, "cache-control: max-age=1800\nexpires: Wed, 25 Nov 2026 08:20:00 GMT", 1800),
        (600, "expires: Wed, 25 Nov 2026 08:20:00 GMT", 1200),
        (600, "expires: Wednesday, 25-Nov-26 08:20:00 GMT", 1200),
        (600, "expires: Wed Nov 25 08:20:00 2026", 1200),
        (600, "expires: Wed, 25 Nov 2026 09:20:00 GMT\ndate: Wed, 25 Nov 2026 09:00:00 GMT", 1200),
        (600, "expires: Thu, 01 Jan 1970 00:00:00 GMT", 600),
        (600, "expires: 0", 600),
        (4 * 3600, "cache-control: max-age=31536000", 4 * HOUR),
        (600, "retry-after: 3000", 3000),
        (600, "retry-after: 10", 600),
    ] {
        assert_eq!(wait(interval, 0, None, lines), expected, "{interval} s, {lines}");
    }
}

#[test]
fn the_next_poll_of_a_source_that_fails() {
    const DAY: i64 = 24 * 3600;
    let unreachable = PollFault::Unreachable("no answer".to_owned());
    let denied = PollFault::Denied { status: 403, message: String::new() };
    let gone = PollFault::Gone;
    for (interval, failures, fault, lines, expected) in [
        (1, 1, &unreachable, "", 1),
        (1, 2, &unreachable, "", 2),
        (1, 3, &unreachable, "", 4),
        (600, 1, &unreachable, "", 600),
        (600, 4, &unreachable, "", 4800),
        (600, 9, &unreachable, "", DAY),
        (600, u32::MAX, &unreachable, "", DAY),
        (7 * 86_400, 3, &unreachable, "", 7 * DAY),
        (600, 1, &unreachable, "cache-control: max-age=7200", 600),
        (600, 1, &unreachable, "retry-after: 1200", 1200),
        (600, 1, &unreachable, "retry-after: Wed, 25 Nov 2026 08:30:00 GMT", 1800),
        (600, 1, &unreachable, "retry-after: Wed, 25 Nov 2026 07:30:00 GMT", 600),
        (600, 1, &unreachable, "retry-after: soon", 600),
        (600, 1, &unreachable, "retry-after: 31536000", DAY),
        (600, 1, &unreachable, "retry-after: 99999999999999999999999", DAY),
        (600, 1, &unreachable, "retry-after: Tue, 25 Nov 2036 08:30:00 GMT", DAY),
        (600, 3, &unreachable, "retry-after: 1200", 2400),
        (600, 1, &throttled(None), "", 600),
        (600, 1, &throttled(Some("2026-11-25T08:25:00Z")), "", 1500),
        (600, 1, &throttled(Some("2026-11-25T08:25:00Z")), "retry-after: 1800", 1800),
        (600, 1, &throttled(Some("2026-11-25T07:00:00Z")), "", 600),
        (600, 1, &throttled(Some("9999-12-31T00:00:00Z")), "", DAY),
        (1, 1, &denied, "", 3600),
        (600, 5, &denied, "", 9600),
        (600, 1, &gone, "", DAY),
        (7 * 86_400, 1, &gone, "", 7 * DAY),
    ] {
        assert_eq!(
            wait(interval, failures, Some(fault), lines),
            expected,
            "{interval} s, {failures}, {fault}, {lines}"
        );
    }
}

#[test]
fn a_hub_makes_polls_daily_while_all_is_well() {
    const DAY: i64 = 24 * 3600;
    let unreachable = PollFault::Unreachable("no answer".to_owned());
    for (interval, fault, expected) in [(600, None, DAY), (2 * 86_400, None, 2 * DAY), (600, Some(&unreachable), 600)] {
        let (interval, failures) = (Duration::from_secs(interval), u32::from(fault.is_some()));
        let visit = Visit { source: PLAIN, now: now(), interval, failures, fault, headers: None, subscribed: true };
        assert_eq!((next_poll(&visit) - now()).num_seconds(), expected, "{interval:?} {fault:?}");
    }
}

#[test]
fn a_tenth_at_most_is_added_and_always_the_same() {
    let at = |source: &str, interval| {
        let visit = Visit { source, now: now(), interval, failures: 0, fault: None, headers: None, subscribed: false };
        (next_poll(&visit) - now()).num_milliseconds()
    };
    let waits: Vec<i64> = (0..200).map(|n| at(&format!("source {n}"), Duration::from_secs(1))).collect();
    assert!(waits.iter().all(|wait| (1000..=1100).contains(wait)), "{waits:?}");
    let different: std::collections::BTreeSet<&i64> = waits.iter().collect();
    assert!(different.len() > 50, "{different:?}");
    assert_eq!(at("Zeit", Duration::from_secs(1)), at("Zeit", Duration::from_secs(1)));
    let visit = Visit {
        source: "x",
        now: now(),
        interval: Duration::MAX,
        failures: 9,
        fault: None,
        headers: None,
        subscribed: false,
    };
    assert!(next_poll(&visit) > now(), "an absurd interval does not overflow");
}

fn answer(status: u16, lines: &str, body: &str) -> Answer {
    let url = "https://a.example/".parse().unwrap();
    Answer { url, status, moved: None, headers: headers(lines), body: body.as_bytes().to_vec() }
}

#[test]
fn a_verdict_per_status() {
    let denied = |status, message: &str| Verdict::Fault(PollFault::Denied { status, message: message.to_owned() });
    let failed = |status, message: &str| Verdict::Fault(PollFault::Status { status, message: message.to_owned() });
    let wait = |status, until: Option<&str>| {
        Verdict::Fault(PollFault::Throttled { status, until: until.map(|until| until.parse().unwrap()) })
    };
    let soon = Some("2026-11-25T08:05:00Z");
    for (status, lines, adapter, expected) in [
        (200, "", None, Verdict::Read),
        (200, "retry-after: 60", soon, Verdict::Read),
        (202, "", None, Verdict::Read),
        (204, "", None, Verdict::Unchanged),
        (205, "", None, Verdict::Unchanged),
        (304, "", soon, Verdict::Unchanged),
        (302, "", None, failed(302, "found")),
        (400, "", None, failed(400, "bad request")),
        (401, "", None, denied(401, "unauthorized")),
        (403, "", None, denied(403, "forbidden")),
        (403, "", soon, wait(403, soon)),
        (404, "", None, failed(404, "not found")),
        (410, "", None, Verdict::Fault(PollFault::Gone)),
        (429, "", None, wait(429, None)),
        (429, "retry-after: 60", None, wait(429, Some("2026-11-25T08:01:00Z"))),
        (429, "retry-after: 60", soon, wait(429, soon)),
        (429, "retry-after: 600", soon, wait(429, Some("2026-11-25T08:10:00Z"))),
        (429, "retry-after: 999999999999", None, wait(429, Some("2026-11-26T08:00:00Z"))),
        (429, "", Some("9999-01-01T00:00:00Z"), wait(429, Some("2026-11-26T08:00:00Z"))),
        (500, "", None, failed(500, "internal server error")),
        (503, "", None, failed(503, "service unavailable")),
        (503, "retry-after: 60", None, wait(503, Some("2026-11-25T08:01:00Z"))),
        (799, "", None, failed(799, "it does not say why")),
    ] {
        let until = adapter.map(|until| until.parse().unwrap());
        assert_eq!(verdict(&answer(status, lines, ""), until, now()), expected, "{status} {lines} {adapter:?}");
    }
}

#[test]
fn a_message_is_the_servers_own_words_made_harmless() {
    let long = format!("{{\"error\": \"{}\"}}", "x".repeat(500));
    let nested = "[".repeat(50_000);
    for (lines, body, expected) in [
        ("", r#"{"error": "The access token is invalid"}"#, "The access token is invalid"),
        ("", r#"{"message": "no \u001b[31m such\r\nindex\u202e", "status": 400}"#, "no [31m such index"),
        ("", r#"{"error": {"code": 5, "message": "limit"}}"#, "limit"),
        ("", r#"{"error": "invalid_token", "error_description": "it has expired"}"#, "it has expired"),
        ("", r#"{"error": " \u0000", "message": "no such index"}"#, "no such index"),
        ("", r#"{"title": "Forbidden", "detail": "sign in first"}"#, "sign in first"),
        ("", &long, &format!("{} …", "x".repeat(198))),
        ("", &nested, "bad gateway"),
        ("", r#"{"error": 5}"#, "bad gateway"),
        ("content-type: text/plain; charset=utf-8", "upstream\n is down\0", "upstream is down"),
        ("content-type: text/plain", "<html>broken</html>", "bad gateway"),
        ("content-type: text/html", "<h1>Bad gateway</h1>", "bad gateway"),
        ("", "some words", "bad gateway"),
    ] {
        let Verdict::Fault(PollFault::Status { message, .. }) = verdict(&answer(502, lines, body), None, now()) else {
            panic!("502 is a fault");
        };
        assert_eq!(message, expected);
    }
}
