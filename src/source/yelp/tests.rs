//! What Yelp did not show, its locales and its clock.

use crate::model::{Language, SourceKind};

use super::*;

fn at(seconds: i64) -> Instant {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

fn seen(total: u64, shown: &[&str], seconds: i64) -> Seen {
    let shown = shown.iter().map(|id| (*id).to_owned()).collect();
    Seen { total, shown, at: at(seconds).timestamp() }
}

#[test]
fn what_was_counted_and_not_shown_is_lost() {
    let before = seen(214, &["a", "b", "c"], 0);
    for (total, shown, lost) in [
        (214, ["a", "b", "c"].as_slice(), None),
        (216, &["e", "d", "a"], None),
        (213, &["a", "b"], None),
        (218, &["g", "f", "e"], Some(LossReason::Newest(3))),
        (220, &["i", "h", "a"], Some(LossReason::Newest(3))),
        (215, &[], Some(LossReason::Ends)),
    ] {
        let now = seen(total, shown, 60);
        let expected = lost.map(|why| Loss { from: at(0), to: at(60), why });
        assert_eq!(missed(&before, &now, at(60)), expected, "{total}");
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
