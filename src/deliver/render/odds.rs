//! How unusual something is, rounded to what can be said of it. Pure.

use crate::deliver::words::incident::{Chance, Span, Usual};

/// Beyond so many to one nobody can tell the difference.
const RAREST: f64 = 1e9;
const DAY: f64 = 24.0;
const YEAR: f64 = 365.25 * DAY;

/// What is usual.
pub fn usual(baseline: f64) -> Usual {
    let tenths = whole(baseline * 10.0);
    match baseline {
        _ if baseline < 0.05 => Usual::HardlyAny,
        _ if baseline >= 9.95 || tenths.is_multiple_of(10) => Usual::Many(whole(baseline)),
        _ => Usual::Few(baseline, 1),
    }
}

/// How often so much occurs by chance.
pub fn by_chance(log10_tail: f64, window_hours: u32) -> Chance {
    let odds = 10_f64.powf(-log10_tail).max(1.0);
    let hours = u64::from(window_hours);
    if odds >= RAREST {
        return Chance { once_in: None, windows: whole(RAREST), rarer: true, hours };
    }
    let period = odds * f64::from(window_hours.max(1));
    Chance { once_in: once_in(period), windows: whole(two_digits(odds)), rarer: false, hours }
}

/// How often something happens that happens every so many hours.
fn once_in(hours: f64) -> Option<Span> {
    let about = |size: f64| whole(two_digits((hours / size).max(1.0)));
    Some(match hours {
        _ if hours > 1_000.0 * YEAR => return None,
        _ if hours >= 2.0 * YEAR => Span::Years(about(YEAR)),
        _ if hours >= YEAR / 4.0 => Span::Months(about(YEAR / 12.0)),
        _ if hours >= 14.0 * DAY => Span::Weeks(about(7.0 * DAY)),
        _ => Span::Days(about(DAY)),
    })
}

/// Rounded to two digits: more would claim to know more.
fn two_digits(number: f64) -> f64 {
    let step = 10_f64.powf((number.log10().floor() - 1.0).max(0.0));
    (number / step).round() * step
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of people are small and not negative"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::words::of;
    use crate::model::Tongue;

    #[test]
    fn what_is_usual_has_its_verb() {
        let said = [0.0, 0.31, 0.98, 1.0, 2.04, 2.36, 14.6, 1_234.0].map(|baseline| {
            of(Tongue::En).usual(usual(baseline), Span::Hours(3)).replace(" in 3 hours at this time of the week", "")
        });
        let read = [
            "hardly any are usual",
            "0.3 are usual",
            "1 is usual",
            "1 is usual",
            "2 are usual",
            "2.4 are usual",
            "15 are usual",
            "1,234 are usual",
        ];
        assert_eq!(said, read);
    }

    #[test]
    fn odds_are_a_length_of_time_and_a_figure() {
        for (log10_tail, window, said) in [
            (-4.2, 1, "about once in 22 months (1 in 16,000 stretches of 1 hour)"),
            (-5.07, 3, "about once in 40 years (1 in 120,000 stretches of 3 hours)"),
            (-2.0, 6, "about once in 4 weeks (1 in 100 stretches of 6 hours)"),
            (-1.0, 2, "about once in 1 day (1 in 10 stretches of 2 hours)"),
            (-8.0, 24, "less than once in 1,000 years (1 in 100,000,000 stretches of 24 hours)"),
            (-40.0, 1, "less than once in 1,000 years (less than 1 in 1,000,000,000 stretches of 1 hour)"),
            (f64::NEG_INFINITY, 1, "less than once in 1,000 years (less than 1 in 1,000,000,000 stretches of 1 hour)"),
        ] {
            assert_eq!(of(Tongue::En).by_chance(by_chance(log10_tail, window)), said);
        }
    }
}
