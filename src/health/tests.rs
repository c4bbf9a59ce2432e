//! Facts and the state they are judged as, a row for each rule.

use chrono::{TimeZone, Utc};

use super::*;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A Monday, 8:00, and so many seconds.
fn at(seconds: i64) -> Instant {
    Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap() + TimeDelta::seconds(seconds)
}

/// A source of 15 minutes that is well, judged at `at(0)`.
fn well() -> Facts {
    Facts { interval: Duration::from_secs(900), last_read_at: Some(at(0)), ..Facts::default() }
}

fn was(health: Health) -> Condition {
    Condition { health, since: Some(at(-DAY)), why: "as it was".to_owned() }
}

/// Twelve times a day for ten days, then silence up to `at(0)`.
fn silent_for(seconds: i64) -> Option<Tempo> {
    let tempo = |n: i64| at(n * 2 * HOUR - 10 * DAY - seconds);
    Some((1..=120).fold(Tempo::first([], tempo(0)), |known, n| known.after_news(tempo(n))))
}

fn failed(failures: u32, seconds_ago: i64) -> Facts {
    let fault = Some("no route to host".to_owned());
    Facts { failures, failing_since: Some(at(-seconds_ago)), fault, ..well() }
}

#[test]
fn facts_become_a_state() {
    let gone = Some("the address is gone for good (status 410)".to_owned());
    let moved_to = Some("https://new.example/feed".to_owned());
    for (rule, facts, health, since, why) in [
        ("all is well", well(), Health::Healthy, None, ""),
        ("nothing is known yet", Facts::default(), Health::Healthy, None, ""),
        ("one failed poll is an accident", failed(1, DAY), Health::Healthy, None, ""),
        ("two close ones as well", failed(2, HOUR), Health::Healthy, None, ""),
        ("two far apart are not", failed(2, HOUR + 1), Health::Failing, Some(at(-HOUR - 1)), "no route to host"),
        ("three are not", failed(3, 45 * MINUTE), Health::Failing, Some(at(-45 * MINUTE)), "no route to host"),
        (
            "far apart depends on the interval",
            Facts { interval: Duration::from_secs(86_400), ..failed(2, 3 * DAY) },
            Health::Healthy,
            None,
            "",
        ),
        (
            "it still fails",
            Facts { before: was(Health::Failing), ..failed(7, DAY) },
            Health::Failing,
            Some(at(-DAY)),
            "no route to host",
        ),
        (
            "one good poll does not end it",
            Facts { before: was(Health::Failing), against: 1, ..well() },
            Health::Failing,
            Some(at(-DAY)),
            "as it was",
        ),
        ("two do", Facts { before: was(Health::Failing), against: 2, ..well() }, Health::Healthy, Some(at(0)), ""),
        (
            "it fails again after a good one",
            Facts { before: was(Health::Failing), ..failed(1, 0) },
            Health::Failing,
            Some(at(-DAY)),
            "no route to host",
        ),
        ("its poll is late", Facts { due_since: Some(at(-DAY)), ..well() }, Health::Healthy, None, ""),
        (
            "nobody gets it done",
            Facts { due_since: Some(at(-DAY - 1)), ..well() },
            Health::Failing,
            Some(at(-DAY - 1)),
            "no poll of it was finished since it fell due",
        ),
        (
            "gone",
            Facts { gone: gone.clone(), moved_to: moved_to.clone(), ..failed(1, 0) },
            Health::Gone,
            Some(at(0)),
            "the address is gone for good (status 410)",
        ),
        (
            "still gone",
            Facts { gone, before: was(Health::Gone), ..failed(2, DAY) },
            Health::Gone,
            Some(at(-DAY)),
            "the address is gone for good (status 410)",
        ),
        ("back again", Facts { before: was(Health::Gone), against: 2, ..well() }, Health::Healthy, Some(at(0)), ""),
        ("a quiet Sunday", Facts { tempo: silent_for(2 * DAY), ..well() }, Health::Healthy, None, ""),
        (
            "silent",
            Facts { tempo: silent_for(5 * DAY), moved_to: moved_to.clone(), ..well() },
            Health::Silent,
            Some(at(-5 * DAY)),
            "before, something new came about 83 times a week",
        ),
        (
            "what could not be read since then may have said something",
            Facts { tempo: silent_for(5 * DAY), last_read_at: Some(at(-4 * DAY)), ..well() },
            Health::Healthy,
            None,
            "",
        ),
        (
            "silent no more",
            Facts { tempo: silent_for(0), before: was(Health::Silent), ..well() },
            Health::Healthy,
            Some(at(0)),
            "",
        ),
        (
            "moved",
            Facts { moved_to: moved_to.clone(), against: 3, ..well() },
            Health::Moved,
            Some(at(0)),
            "https://new.example/feed",
        ),
        (
            "moved elsewhere",
            Facts { moved_to: moved_to.clone(), before: was(Health::Moved), ..well() },
            Health::Moved,
            Some(at(0)),
            "https://new.example/feed",
        ),
        (
            "moved there already",
            Facts {
                moved_to,
                before: Condition { why: "https://new.example/feed".to_owned(), ..was(Health::Moved) },
                ..well()
            },
            Health::Moved,
            Some(at(-DAY)),
            "https://new.example/feed",
        ),
        ("two slow polls", Facts { against: 2, ..well() }, Health::Healthy, None, ""),
        (
            "three slow polls",
            Facts { against: 3, took: Some(Duration::from_millis(14_900)), ..well() },
            Health::Slow,
            Some(at(0)),
            "an answer took 14 s",
        ),
        (
            "two fast ones do not end it",
            Facts { before: was(Health::Slow), against: 2, ..well() },
            Health::Slow,
            Some(at(-DAY)),
            "as it was",
        ),
        ("three do", Facts { before: was(Health::Slow), against: 3, ..well() }, Health::Healthy, Some(at(0)), ""),
        (
            "polls against a failure are not slow ones",
            Facts { before: was(Health::Failing), against: 3, ..well() },
            Health::Healthy,
            Some(at(0)),
            "",
        ),
    ] {
        let expected = Condition { health, since, why: why.to_owned() };
        assert_eq!(judge(&facts, at(0)), expected, "{rule}");
    }
}

#[test]
fn polls_are_counted_against_the_state() {
    use Sign::{Failed, Good, Slow};
    for (before, signs, against) in [
        (Health::Healthy, &[Slow, Slow, Slow][..], 3),
        (Health::Healthy, &[Slow, Slow, Good], 0),
        (Health::Healthy, &[Slow, Failed, Slow], 2),
        (Health::Moved, &[Slow, Slow, Slow, Slow], 3),
        (Health::Slow, &[Good, Good, Good], 3),
        (Health::Slow, &[Good, Good, Slow], 0),
        (Health::Failing, &[Good, Slow], 2),
        (Health::Failing, &[Good, Failed], 0),
        (Health::Gone, &[Failed, Good], 1),
    ] {
        let counted = signs.iter().fold(0, |against, sign| count(before, against, *sign));
        assert_eq!(counted, against, "{before:?} {signs:?}");
    }
}

/// A source that works every other time, or is slow every other time, is told of at most once.
#[test]
fn nothing_flaps() {
    use Sign::{Failed, Good, Slow};
    for pattern in [
        &[Failed, Good][..],
        &[Failed, Failed, Good],
        &[Slow, Good],
        &[Slow, Slow, Good, Slow, Good, Good],
        &[Failed, Failed, Failed, Good],
    ] {
        let (mut condition, mut against, mut failures, mut since, mut changes) = (Condition::default(), 0, 0, None, 0);
        for (number, sign) in pattern.iter().cycle().take(300).enumerate() {
            let now = at(i64::try_from(number).unwrap() * 10 * MINUTE);
            against = count(condition.health, against, *sign);
            failures = if *sign == Failed { failures + 1 } else { 0 };
            since = if *sign == Failed { since.or(Some(now)) } else { None };
            let facts = Facts { before: condition.clone(), against, failures, failing_since: since, ..well() };
            let found = judge(&facts, now);
            if found.health != condition.health {
                (changes, against) = (changes + 1, 0);
            }
            condition = found;
        }
        assert!(changes <= 1, "{pattern:?} changed {changes} times");
    }
}
