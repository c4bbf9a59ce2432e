//! How unusual something is, in words. Pure.

use super::phrase::{count, grouped};

/// Beyond so many to one nobody can tell the difference.
const RAREST: f64 = 1e9;
const DAY: f64 = 24.0;
const YEAR: f64 = 365.25 * DAY;

/// `1 is`, `0.4 are`, `hardly any are`: what is usual, with its verb.
pub fn usual(baseline: f64) -> String {
    match baseline {
        _ if baseline < 0.05 => "hardly any are".to_owned(),
        _ if (0.95..1.05).contains(&baseline) => "1 is".to_owned(),
        _ if baseline >= 9.95 => format!("{} are", grouped(whole(baseline.round()))),
        _ => format!("{} are", format!("{baseline:.1}").trim_end_matches(".0")),
    }
}

/// `about once in 22 months (1 in 16,000 stretches of 1 hour)`.
pub fn by_chance(log10_tail: f64, window_hours: u32) -> String {
    let odds = 10_f64.powf(-log10_tail).max(1.0);
    let stretches = format!("stretches of {}", count(u64::from(window_hours), "hour", "hours"));
    if odds >= RAREST {
        return format!("less than once in 1,000 years (less than 1 in {} {stretches})", grouped(whole(RAREST)));
    }
    let period = odds * f64::from(window_hours.max(1));
    format!("{} (1 in {} {stretches})", once_in(period), grouped(whole(two_digits(odds))))
}

/// How often something happens that happens every so many hours.
fn once_in(hours: f64) -> String {
    let about = |size: f64, one: &str, many: &str| {
        format!("about once in {}", count(whole(two_digits((hours / size).max(1.0))), one, many))
    };
    match hours {
        _ if hours > 1_000.0 * YEAR => "less than once in 1,000 years".to_owned(),
        _ if hours >= 2.0 * YEAR => about(YEAR, "year", "years"),
        _ if hours >= YEAR / 4.0 => about(YEAR / 12.0, "month", "months"),
        _ if hours >= 14.0 * DAY => about(7.0 * DAY, "week", "weeks"),
        _ => about(DAY, "day", "days"),
    }
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

    #[test]
    fn what_is_usual_has_its_verb() {
        let said = [0.0, 0.31, 0.98, 1.0, 2.04, 2.36, 14.6, 1_234.0].map(usual);
        let read = ["hardly any are", "0.3 are", "1 is", "1 is", "2 are", "2.4 are", "15 are", "1,234 are"];
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
            assert_eq!(by_chance(log10_tail, window), said);
        }
    }
}
