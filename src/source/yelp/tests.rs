//! What Yelp did not show, its locales and its clock.

use crate::model::{Language, SourceKind};

use super::*;

fn seen(total: u64, shown: &[&str]) -> Seen {
    Seen { total, shown: shown.iter().map(|id| (*id).to_owned()).collect() }
}

#[test]
fn what_was_counted_and_not_shown_is_told() {
    let before = seen(214, &["a", "b", "c"]);
    for (now, lost) in [
        (seen(214, &["a", "b", "c"]), None),
        (seen(216, &["e", "d", "a"]), None),
        (seen(213, &["a", "b"]), None),
        (seen(218, &["g", "f", "e"]), Some("at least 1 new review was not shown by Yelp for `x`, and lost")),
        (seen(220, &["i", "h", "a"]), Some("at least 4 new reviews were not shown by Yelp for `x`, and lost")),
    ] {
        let problems = problems("x", Some(&before), &now);
        assert_eq!(problems.first().map(String::as_str), lost);
        assert!(super::problems("x", None, &now).is_empty(), "nothing is known of before the first poll");
    }
}

#[test]
fn clocks_in_california_save_daylight() {
    for (time, expected) in [
        ("2026-11-16 09:41:20", "2026-11-16T17:41:20Z"),
        ("2026-07-16 09:41:20", "2026-07-16T16:41:20Z"),
        // The clock goes back on the first of November, and forward on the eighth of March.
        ("2026-11-01 01:30:00", "2026-11-01T08:30:00Z"),
        ("2026-03-08 02:30:00", "2026-03-08T10:30:00Z"),
        ("2026-11-16T09:41:20Z", "2026-11-16T09:41:20Z"),
    ] {
        assert_eq!(written(time), Some(expected.parse().unwrap()), "{time}");
    }
    assert_eq!(written("yesterday"), None);
}

#[test]
fn the_locale_follows_from_language_and_country() {
    let source = Source::new("y".to_owned(), SourceKind::Yelp, "https://api.yelp.com".parse().unwrap());
    let of = |language: &str, country: Option<&str>| {
        locale(&Source { language: Language::parse(language), country: country.map(str::to_owned), ..source.clone() })
    };
    assert_eq!(of("de", Some("at")).as_deref(), Some("de_AT"));
    assert_eq!(of("de", None).as_deref(), Some("de_DE"));
    assert_eq!(of("nn", None).as_deref(), Some("nb_NO"));
    assert_eq!(of("", Some("at")), None);
}
