//! How many stars of five a review gives: as a number beside it, or in its title. Never takes what many gave on average for
//! what one says, nor the stars of a hotel for a review.

use serde_json::Value;

use super::json;

/// As many stars as there are.
const BEST: f64 = 5.0;
/// The best on the scales that titles use.
const SCALES: [f64; 4] = [5.0, 6.0, 10.0, 100.0];
/// Words beside `4/5` in a title that make it a rating and no date or share.
const RATES: [&str; 14] = [
    "review",
    "reviewed",
    "stars",
    "star",
    "verdict",
    "bewertung",
    "rezension",
    "testbericht",
    "sterne",
    "sternen",
    "rating",
    "anmeldelse",
    "omtale",
    "stjerner",
];
/// Words behind it that make it a share all the same.
const PARTS: [&str; 5] = ["of", "der", "des", "von", "av"];
/// Norwegian papers throw a die.
const DIE: &str = "terningkast";

/// What stands in an element: a number from 1 to 5.
pub(super) fn written(text: &str) -> Option<f64> {
    let stars = number(text.trim())?;
    (1.0..=BEST).contains(&stars).then_some(stars)
}

/// What an item of a JSON Feed says in the words of schema.org: in `reviewRating`, itself or in one of its extensions, or
/// in an extension that is a rating.
pub(super) fn of_item(item: &Value) -> Option<f64> {
    let extensions = item.as_object().into_iter().flatten().filter(|(name, _)| name.starts_with('_'));
    let extensions = extensions.flat_map(|(_, value)| [json::at(value, "reviewRating"), Some(value)]);
    json::at(item, "reviewRating").into_iter().chain(extensions.flatten()).find_map(rating)
}

/// A `Rating`; those that count how many gave it are averages.
fn rating(value: &Value) -> Option<f64> {
    if ["ratingCount", "reviewCount"].iter().any(|count| json::at(value, count).is_some()) {
        return None;
    }
    let say = |name| json::text(value, name).and_then(|text| number(&text));
    of(say("ratingValue")?, say("worstRating").unwrap_or_default(), say("bestRating").unwrap_or(BEST))
}

/// What a title shows: `★★★★☆` at its start or end, `review: 4/5`, `4 out of 5 stars`, `terningkast 5`.
#[must_use]
pub fn in_title(title: &str) -> Option<f64> {
    drawn(title).or_else(|| said(&title.to_lowercase()))
}

/// The only row of five stars, full ones in front. In the middle of a title, or behind a hotel, they belong to a name.
fn drawn(title: &str) -> Option<f64> {
    let is_full = |c: char| matches!(c, '★' | '⭐' | '🌟');
    let is_star = |c: char| is_full(c) || matches!(c, '☆' | '✩');
    let mut rows = title.split(|c| !is_star(c) && c != '\u{fe0f}').filter(|row| row.contains(is_star));
    let row = rows.next().filter(|_| rows.next().is_none())?;
    let stars: Vec<bool> = row.chars().filter(|c| is_star(*c)).map(is_full).collect();
    let full = stars.iter().filter(|full| **full).count();
    let whole = stars.len() == 5 && stars.iter().take(full).all(|full| *full);
    let is_name = |part: &str| part.contains(char::is_alphanumeric);
    let (before, after) = title.split_once(row).unwrap_or_default();
    let named = is_name(before) && (is_name(after) || before.to_lowercase().contains("hotel"));
    (whole && !named).then(|| u32::try_from(full).map(f64::from).ok()).flatten()
}

fn said(title: &str) -> Option<f64> {
    let mut words = title.split(|c: char| c.is_whitespace() || "()[]:–—|!".contains(c)).filter(|word| !word.is_empty());
    let rates = |word: &str| RATES.contains(&bare(word));
    let is_review = words.clone().next().is_some_and(rates);
    let (mut before, mut found, mut shares) = ("", None, 0);
    while let Some(word) = words.next() {
        let mut next = words.clone();
        let stars = if bare(word) == DIE {
            next.next().and_then(|number_| of(number(bare(number_))?, 1.0, 6.0))
        } else if let Some((value, best)) = bare(word).split_once('/') {
            let told = match next.next() {
                None => rates(before) || is_review || value.contains(['.', ',']),
                Some(word) => rates(word) || rates(before) && !PARTS.contains(&word),
            };
            let shown = number(value).and_then(|value| scaled(value, best));
            shares += usize::from(shown.is_some());
            shown.filter(|_| told)
        } else {
            let between = (next.next(), next.next());
            let out_of = matches!(between, (Some("out"), Some("of")));
            let best = match between {
                (Some("von" | "av"), best) => best,
                _ if out_of => next.next(),
                _ => None,
            };
            let best = best.filter(|_| next.next().is_some_and(rates));
            best.and_then(|best| scaled(number(word)?, best))
        };
        // Who compares gives no rating.
        if stars.is_some() && found.is_some() || shares > 1 {
            return None;
        }
        found = found.or(stars);
        before = word;
    }
    found
}

/// A word without the marks that follow it.
fn bare(word: &str) -> &str {
    word.trim_end_matches(['.', ',', ';', '?'])
}

fn scaled(value: f64, best: &str) -> Option<f64> {
    let best = number(best).filter(|best| SCALES.contains(best))?;
    of(value, 0.0, best)
}

/// Stars of five for a value on a scale.
fn of(value: f64, worst: f64, best: f64) -> Option<f64> {
    (worst < best && best > 0.0 && worst >= 0.0 && (worst..=best).contains(&value)).then(|| value * BEST / best)
}

/// A number as people write it, with a point or a comma.
fn number(text: &str) -> Option<f64> {
    let is_plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    text.replace(',', ".").parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{in_title, of_item, written};

    #[test]
    fn a_title_shows_its_stars() {
        for (title, stars) in [
            ("★★★★☆ Nice bag", Some(4.0)),
            ("Acme ☆☆☆☆☆", Some(0.0)),
            ("⭐️⭐️⭐️⭐️⭐️ Love it", Some(5.0)),
            ("★★★ Hotel Acme", None),
            ("☆☆★★★ upside down", None),
            ("★★★★☆ Acme, ★★☆☆☆ Globex", None),
            ("Acme X1 review: 4/5", Some(4.0)),
            ("Acme X1 reviewed (7/10)", Some(3.5)),
            ("Acme X1: 4.5/5", Some(4.5)),
            ("Acme X1: 9,5/10", Some(4.75)),
            ("Acme closes on 4/5", None),
            ("Review of Acme, open 24/7", None),
            ("Review of Acme: 6/5", None),
            ("Review of 4/5/2026", None),
            ("Review: Acme 4/5, Globex 2/5", None),
            ("Acme: 2 out of 5 stars", Some(2.0)),
            ("Acme: 2 von 5 Sternen", Some(2.0)),
            ("Review: the new Acme X1 (4/5)", Some(4.0)),
            ("Acme X1, 3/5 stars", Some(3.0)),
            ("Acme dual band 2.4/5 GHz router", None),
            ("My review of Acme, thread 1/5", None),
            ("Acme strike: judge reads verdict, 1/5 of the staff leave", None),
            ("Acme rock star tour 4/5 in Oslo", None),
            ("Hotel Acme ★★★★★ Oslo", None),
            ("Hotel Acme ★★★★★", None),
            ("★★★★★ Hotel Acme", Some(5.0)),
            ("Lovely bag ★★★★☆", Some(4.0)),
            ("Acme: 2 von 5 Sterne", Some(2.0)),
            ("Acme får 4 av 6 stjerner", Some(4.0 * 5.0 / 6.0)),
            ("2 out of 5 Acme shops close", None),
            ("Anmeldelse av Acme: Terningkast 3", Some(2.5)),
            ("Terningkast seks til Acme", None),
            ("", None),
        ] {
            assert_eq!(in_title(title), stars, "{title}");
        }
    }

    #[test]
    fn only_what_lies_on_its_scale_is_a_rating() {
        for (text, stars) in [
            (" 5 ", Some(5.0)),
            ("1", Some(1.0)),
            ("3.5", Some(3.5)),
            ("0", None),
            ("6", None),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("", None),
        ] {
            assert_eq!(written(text), stars, "{text}");
        }
        for (item, stars) in [
            (json!({"_review": {"reviewRating": {"ratingValue": "2"}}}), Some(2.0)),
            (json!({"_review": {"ratingValue": 8, "bestRating": 10, "worstRating": 1}}), Some(4.0)),
            (json!({"reviewRating": {"ratingValue": 4.5}}), Some(4.5)),
            (json!({"_shop": {"ratingValue": 4.5, "ratingCount": 812}}), None),
            (json!({"_shop": {"aggregateRating": {"ratingValue": 4.5}}}), None),
            (json!({"_review": {"ratingValue": 9}}), None),
            (json!({"_review": {"ratingValue": 1, "bestRating": 0}}), None),
            (json!({"_review": {"ratingValue": 1, "worstRating": 5, "bestRating": 1}}), None),
            (json!({"ratingValue": 4}), None),
            (json!(null), None),
        ] {
            assert_eq!(of_item(&item), stars, "{item}");
        }
    }
}
