//! What happens to what is usual when clocks are changed.

use chrono_tz::Tz;

use super::super::baseline::Baseline;
use super::super::clock::{Clock, place};
use super::super::history::{Counted, HOUR, History, Tones};

/// Seconds from the start of 1970.
fn at(time: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(time).unwrap().timestamp()
}

/// Eight weeks before a time of a shop in Oslo that hears of its customers from 8 to 9 in the morning, and little else.
fn mornings(until: &str) -> History {
    let last = at(until) / HOUR;
    let mut history = History::new(last - 8 * 168);
    let mut places = Clock::of(Tz::Europe__Oslo).places();
    for hour in last - 8 * 168..last {
        history.advance(hour);
        let stories =
            if places.of(hour) % 24 == 8 { Tones { all: 40, negative: 8 } } else { Tones { all: 2, negative: 0 } };
        history.add(hour, stories, stories);
    }
    history.advance(last);
    history
}

fn baseline(zone: Tz, history: &History) -> Baseline {
    Baseline::fit(Clock::of(zone), history.usual(Counted::Stories))
}

/// Expected stories of all tones in the hours from one time on.
fn expected(baseline: &Baseline, from: &str, hours: i64) -> f64 {
    let (rest, negative) = baseline.between(at(from), at(from) + hours * HOUR);
    rest + negative
}

#[test]
fn a_morning_stays_one_when_the_clocks_are_put_forward() {
    let history = mornings("2026-03-29T00:00:00Z");
    let (oslo, utc) = (baseline(Tz::Europe__Oslo, &history), baseline(Tz::UTC, &history));
    // Eight in the morning is 07:00 UTC on the Friday before, and 06:00 UTC on the Monday after.
    assert!(expected(&oslo, "2026-03-27T07:00:00Z", 1) > 30.0);
    assert!(expected(&oslo, "2026-03-30T06:00:00Z", 1) > 30.0, "{}", expected(&oslo, "2026-03-30T06:00:00Z", 1));
    assert!(expected(&oslo, "2026-03-30T07:00:00Z", 1) < 10.0);
    assert!(expected(&utc, "2026-03-30T06:00:00Z", 1) < 10.0, "or the zone makes no difference");
}

#[test]
fn mornings_before_and_after_a_change_are_learnt_as_the_same() {
    // Half of the eight weeks lie before the change, half behind it.
    let history = mornings("2026-04-26T00:00:00Z");
    let (oslo, utc) = (baseline(Tz::Europe__Oslo, &history), baseline(Tz::UTC, &history));
    assert!(expected(&oslo, "2026-04-27T06:00:00Z", 1) > 30.0);
    assert!(expected(&oslo, "2026-04-27T07:00:00Z", 1) < 10.0);
    assert!(expected(&utc, "2026-04-27T07:00:00Z", 1) > 10.0, "or the zone makes no difference");
}

#[test]
fn an_hour_that_is_shown_twice_is_expected_twice_and_one_passed_over_not_at_all() {
    let history = mornings("2026-03-01T00:00:00Z");
    let oslo = baseline(Tz::Europe__Oslo, &history);
    let quiet = expected(&oslo, "2026-03-02T01:00:00Z", 1);
    for (from, hours) in [
        ("2026-10-24T23:30:00Z", 2),
        ("2026-10-25T00:30:00Z", 1),
        ("2026-03-29T00:30:00Z", 1),
        ("2026-03-28T22:30:00Z", 4),
    ] {
        let all = expected(&oslo, from, hours);
        assert!((all / (quiet * hours as f64) - 1.0).abs() < 0.2, "{from}: {all} instead of {}", quiet * hours as f64);
    }
    // Whatever the clocks do, the parts of a stretch add up to the whole.
    let (whole, parts) = (
        expected(&oslo, "2026-03-28T12:00:00Z", 48),
        (0..48)
            .map(|hour| {
                let from = at("2026-03-28T12:00:00Z") + hour * HOUR;
                let (rest, negative) = oslo.between(from, from + HOUR);
                rest + negative
            })
            .sum::<f64>(),
    );
    assert!((whole - parts).abs() < 1e-6, "{whole} and {parts}");
}

#[test]
fn places_are_those_of_the_wall_clock_also_where_it_is_half_an_hour_off() {
    let monday = at("2026-01-05T00:00:00Z") / HOUR;
    for zone in [Tz::UTC, Tz::Europe__Oslo, Tz::Asia__Kolkata, Tz::America__St_Johns, Tz::Australia__Lord_Howe] {
        let mut places = Clock::of(zone).places();
        for hour in monday..monday + 366 * 24 {
            let shown = Clock::of(zone).shows(hour * HOUR, hour * HOUR)[0].0;
            assert_eq!(places.of(hour), place(shown.div_euclid(HOUR)), "{zone} {hour}");
        }
    }
}
