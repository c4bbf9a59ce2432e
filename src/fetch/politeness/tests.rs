//! The table of politeness holds, and what does not fit into it.

use http::header::{HeaderName, HeaderValue};

use super::*;
use crate::model::Answer;

const NOW: &str = "2026-11-25T08:00:00Z";
const TABLE: &str = include_str!("table.md");

fn now() -> Instant {
    NOW.parse().unwrap()
}

fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> HeaderMap {
    let pair = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap())
    };
    lines.map(pair).fold(HeaderMap::new(), |mut map, (name, value)| {
        map.append(name, value);
        map
    })
}

/// `1h 20m`
fn duration(text: &str) -> Duration {
    let units = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];
    let part = |part: &str| {
        let read = |(unit, seconds): (&str, u64)| Some(part.strip_suffix(unit)?.parse::<u64>().unwrap() * seconds);
        units.into_iter().find_map(read).unwrap()
    };
    Duration::from_secs(text.split(' ').map(part).sum())
}

/// What stands under "known".
#[derive(Default)]
struct Known {
    failed: u32,
    refused: u32,
    pace: Pace,
    rhythm: Rhythm,
    limit: Option<Instant>,
    api: bool,
    subscribed: bool,
    goes_on: Option<Duration>,
}

impl Known {
    fn read(text: &str) -> Self {
        let mut known = Self::default();
        for fact in text.split("; ").filter(|fact| !fact.is_empty()) {
            let (word, rest) = fact.split_once(' ').unwrap_or((fact, ""));
            match word {
                "failed" => known.failed = rest.parse().unwrap(),
                "refused" => known.refused = rest.parse().unwrap(),
                "pace" => known.pace = pace(rest.parse().unwrap()),
                "every" => known.rhythm.every = Some(duration(rest)),
                "limit" => known.limit = Some(now() + duration(rest)),
                "api" => known.api = true,
                "more" => {
                    known.goes_on = Some(duration(rest));
                    known.api = true;
                }
                "subscribed" => known.subscribed = true,
                "expired" => known.rhythm.expired = true,
                "skip" => match rest.split_once(' ').unwrap() {
                    ("hours", hours) => {
                        known.rhythm.skip_hours = hours.split(' ').map(|hour| 1 << hour.parse::<u32>().unwrap()).sum();
                    }
                    (_, days) => {
                        let day = |day: &str| 1 << day.parse::<chrono::Weekday>().unwrap().num_days_from_monday();
                        known.rhythm.skip_days = days.split(' ').map(day).sum();
                    }
                },
                _ => panic!("{fact}"),
            }
        }
        known
    }
}

/// So many entries in the last week, watched for long.
fn pace(entries: u64) -> Pace {
    let long_ago = now() - TimeDelta::days(90);
    Pace::default().after(std::iter::empty(), 0, long_ago).after(std::iter::empty(), entries, now())
}

/// What comes of a row: as it stands under "next poll" and "besides".
fn outcome(interval: &str, known: &Known, answer: &str) -> (Duration, String) {
    let mut parts = answer.split('`');
    let status = parts.next().unwrap().trim();
    let headers = headers(parts.step_by(2));
    let unreachable = PollFault::Unreachable("no answer".to_owned());
    let fault = match status.parse() {
        Err(_) => Some(unreachable),
        Ok(status) => {
            let url = "https://a.example/".parse().unwrap();
            let limit = known.limit.map(|until| PollFault::Throttled { status, until: Some(until) });
            let answer = Answer { url, status, moved: None, headers: headers.clone(), body: Vec::new() };
            match verdict(&answer, limit, now()) {
                Verdict::Fault(fault) => Some(fault),
                Verdict::Read | Verdict::Unchanged => None,
            }
        }
    };
    let visit = Visit {
        source: "not spread here",
        now: now(),
        interval: match interval {
            "own" => Interval::Adaptive { usual: Duration::from_secs(900) },
            fixed => Interval::Fixed(duration(fixed)),
        },
        goes_on: known.goes_on,
        pace: &known.pace,
        rhythm: &known.rhythm,
        is_document: !known.api,
        subscribed: known.subscribed,
        failures: if fault.is_some() && known.goes_on.is_none() { known.failed.saturating_add(1) } else { 0 },
        refusals: known.refused.saturating_add(1),
        fault: fault.as_ref(),
        headers: Some(&headers),
    };
    let next = spread(&visit, 0);
    let rest = next.host_until.map(|until| format!("host rests {}", (until - now()).num_seconds()));
    let stop = next.stop.map(|stop| format!("stopped: {stop:?}").to_lowercase().split('(').next().unwrap().to_owned());
    ((next.at - now()).to_std().unwrap(), rest.or(stop).unwrap_or_default())
}

#[test]
fn every_row_of_the_table_holds() {
    let rows: Vec<Vec<&str>> = TABLE
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| line.split('|').map(str::trim).collect())
        .skip(1)
        .collect();
    assert!(rows.len() >= 90, "only {} rows were read", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let &["", rule, interval, known, answer, next, besides, ""] = row.as_slice() else { panic!("{row:?}") };
        let besides = besides
            .strip_prefix("host rests ")
            .map_or_else(|| besides.to_owned(), |rest| format!("host rests {}", duration(rest).as_secs()));
        let found = outcome(interval, &Known::read(known), answer);
        if found != (duration(next), besides) {
            wrong.push(format!("{rule}: {known} {answer} -> {next}, but found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The next poll of a source that is well unless it failed so often.
fn plain(source: &str, interval: Duration, rhythm: &Rhythm, failures: u32) -> TimeDelta {
    let fault = PollFault::Unreachable("no answer".to_owned());
    let next = next_poll(&Visit {
        source,
        now: now(),
        interval: Interval::Fixed(interval),
        goes_on: None,
        pace: &Pace::default(),
        rhythm,
        is_document: true,
        subscribed: false,
        failures,
        refusals: failures,
        fault: Some(&fault).filter(|_| failures > 0),
        headers: None,
    });
    next.at - now()
}

#[test]
fn a_tenth_at_most_is_added_and_always_the_same_while_all_is_well() {
    let (second, open) = (Duration::from_secs(1), Rhythm::default());
    let at = |source: &str| plain(source, second, &open, 0).num_milliseconds();
    let waits: Vec<i64> = (0..200).map(|n| at(&format!("source {n}"))).collect();
    assert!(waits.iter().all(|wait| (1000..=1100).contains(wait)), "{waits:?}");
    let different: std::collections::BTreeSet<&i64> = waits.iter().collect();
    assert!(different.len() > 50, "{different:?}");
    assert_eq!(at("Zeit"), at("Zeit"));
    assert!(plain("x", Duration::MAX, &open, 9) > TimeDelta::zero(), "an absurd interval does not overflow");
}

#[test]
fn the_interval_in_force_is_that_without_a_hub() {
    let visit = |subscribed: bool, pace: &Pace| {
        spread(
            &Visit {
                source: "Zeit",
                now: now(),
                interval: Interval::Adaptive { usual: Duration::from_secs(900) },
                goes_on: None,
                pace,
                rhythm: &Rhythm::default(),
                is_document: true,
                subscribed,
                failures: 0,
                refusals: 0,
                fault: None,
                headers: None,
            },
            0,
        )
    };
    for entries in [2, 84, 100_000] {
        let pace = pace(entries);
        let (alone, told) = (visit(false, &pace), visit(true, &pace));
        assert_eq!(told.interval, alone.interval, "polls return in the source's own rhythm when the hub is lost");
        assert_eq!(told.at - now(), TimeDelta::days(1));
    }
}

#[test]
fn each_failure_has_a_spread_of_its_own() {
    let tenths: std::collections::BTreeSet<i64> = (1..8)
        .map(|failures| plain("Zeit", Duration::from_secs(1), &Rhythm::default(), failures).num_milliseconds())
        .zip(0..)
        .map(|(wait, doublings)| (wait >> doublings) - 1000)
        .collect();
    assert!(tenths.len() > 4 && tenths.iter().all(|tenth| (0..=100).contains(tenth)), "{tenths:?}");
}

#[test]
fn sources_that_wait_for_the_same_hour_do_not_come_on_the_stroke() {
    let rhythm = Rhythm { skip_hours: 1 << 8, ..Rhythm::default() };
    let minutes: std::collections::BTreeSet<i64> =
        (0..200).map(|n| plain(&format!("source {n}"), Duration::from_secs(60), &rhythm, 0).num_minutes()).collect();
    assert!(minutes.iter().all(|minute| (60..=66).contains(minute)) && minutes.len() >= 6, "{minutes:?}");
}

fn answer(status: u16, lines: &str, body: &str) -> Answer {
    let url = "https://a.example/".parse().unwrap();
    Answer { url, status, moved: None, headers: headers(lines.lines()), body: body.as_bytes().to_vec() }
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
        (200, "retry-after: 60", None, Verdict::Read),
        (200, "", soon, wait(200, soon)),
        (202, "", None, Verdict::Read),
        (204, "", None, Verdict::Unchanged),
        (205, "", None, Verdict::Unchanged),
        (304, "", None, Verdict::Unchanged),
        (302, "", None, failed(302, "found")),
        (400, "", None, failed(400, "bad request")),
        (401, "", None, denied(401, "unauthorized")),
        (403, "", None, denied(403, "forbidden")),
        (403, "", soon, wait(403, soon)),
        (403, "retry-after: 60", None, wait(403, Some("2026-11-25T08:01:00Z"))),
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
        let own = adapter.map(|until| PollFault::Throttled { status, until: Some(until.parse().unwrap()) });
        assert_eq!(verdict(&answer(status, lines, ""), own, now()), expected, "{status} {lines} {adapter:?}");
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
