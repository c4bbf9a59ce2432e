//! What Yelp did not show, its locales and its clock.

use crate::model::{Language, SourceKind};

use super::*;

#[test]
fn how_many_are_shown_is_the_reason_why_some_are_missing() {
    let seen = |total, shown: &[&str], seconds: i64| {
        let at = DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap();
        tally::seen(total, shown.iter().map(|id| (*id).to_owned()), at)
    };
    let before = seen(214, &["a", "b", "c"], 0);
    let why = |total, shown: &[&str]| missed(&before, &seen(total, shown, 60)).map(|lost| lost.why);
    assert_eq!(why(218, &["g", "f", "e"]), Some(LossReason::Newest(3)));
    assert_eq!(why(215, &[]), Some(LossReason::Ends));
    assert_eq!(why(216, &["e", "d", "a"]), None);
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
