//! What is said at the end of a replay: how much there was of what. Pure.

use std::cmp::Reverse;
use std::path::Path;

use crate::cli::words::count;
use crate::model::Instant;
use crate::model::text::one_line;
use crate::replay::{Kind, OfBrand, Tally};

/// Brands that are told one by one.
const TOLD: usize = 20;
/// Characters of a brand's name.
const NAME: usize = 60;
/// Days to which the mails are scaled.
const MONTH: f64 = 30.0;

/// The lines. `what` is called what was replayed, of which so many `others` were left out.
pub fn lines(tally: &Tally, what: &str, configuration: Option<&Path>, others: u64) -> Vec<String> {
    let by = match configuration {
        Some(file) => format!("by `{}`", file.display()),
        None => "by the defaults".to_owned(),
    };
    let (of, brands) = (|number: u64| count(number, what, &format!("{what}s")), tally.brands.len());
    let mut lines = Vec::new();
    match tally.period {
        None => lines.push(format!("nothing was replayed, {by}")),
        Some((first, last)) => {
            let (brands, first, last) = (count(brands, "brand", "brands"), time(first), time(last));
            lines.push(format!("{} of {brands}, {first} to {last}, {by}", of(tally.mentions())));
        }
    }
    if others > 0 {
        lines.push(format!("left out: {} of other brands", of(others)));
    }
    let days = tally.period.map(|(first, last)| (last - first).num_seconds() as f64 / 86_400.0);
    let mut brands: Vec<(&String, &OfBrand)> = tally.brands.iter().collect();
    brands.sort_by_key(|(_, of)| Reverse(of.mails()));
    for (brand, told) in brands.iter().take(TOLD) {
        let (name, words) = (one_line(brand, NAME), words(told, days.unwrap_or_default()));
        lines.push(format!("{name}: {}, {words}", of(told.mentions)));
    }
    let more = brands.len().saturating_sub(TOLD);
    if more > 0 {
        lines.push(format!("and {} with no more mails", count(more, "brand", "brands")));
    }
    if !tally.no_alert.is_empty() {
        let why: Vec<String> = tally.no_alert.iter().map(|(why, number)| format!("{why} {number}")).collect();
        lines.push(format!("no alert: {}", why.join(", ")));
    }
    lines
}

/// `2 alerts, 1 incident with 3 mails, 30 digests, 1 hold; 5.0 mails in 30 days without digests`
fn words(told: &OfBrand, days: f64) -> String {
    let incidents = told.of(Kind::IncidentStart);
    let mails = told.mails() - told.of(Kind::Alert);
    let mut words = format!(
        "{}, {} with {}, {}, {}",
        count(told.of(Kind::Alert), "alert", "alerts"),
        count(incidents, "incident", "incidents"),
        count(mails, "mail", "mails"),
        count(told.of(Kind::Digest), "digest", "digests"),
        count(told.of(Kind::Hold), "hold", "holds"),
    );
    // What a day has held says little about a month.
    if days >= 1.0 {
        let month = told.mails() as f64 * MONTH / days;
        words.push_str(&format!("; {month:.1} mails in 30 days without digests"));
    }
    words
}

fn time(at: Instant) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_summary_has_a_line_for_each_brand_and_one_for_what_was_no_alert() {
        let of = |mentions, notices: &[(Kind, u64)]| OfBrand { mentions, notices: notices.iter().copied().collect() };
        let begin = Instant::UNIX_EPOCH;
        let tally = Tally {
            period: Some((begin, begin + TimeDelta::days(15))),
            brands: [
                ("Acme".to_owned(), of(1, &[(Kind::Digest, 1)])),
                (
                    "Hop".to_owned(),
                    of(40, &[(Kind::Alert, 2), (Kind::IncidentStart, 1), (Kind::IncidentEnd, 1), (Kind::Hold, 1)]),
                ),
            ]
            .into(),
            no_alert: [("other_tone", 30), ("too_old", 1)].into(),
        };
        let expected = [
            "41 events of 2 brands, 1970-01-01 00:00 UTC to 1970-01-16 00:00 UTC, by `a.toml`",
            "left out: 1 event of other brands",
            "Hop: 40 events, 2 alerts, 1 incident with 2 mails, 0 digests, 1 hold; 8.0 mails in 30 days without digests",
            "Acme: 1 event, 0 alerts, 0 incidents with 0 mails, 1 digest, 0 holds; 0.0 mails in 30 days without digests",
            "no alert: other_tone 30, too_old 1",
        ];
        assert_eq!(lines(&tally, "event", Some(Path::new("a.toml")), 1), expected);
        assert_eq!(lines(&Tally::default(), "mention", None, 0), ["nothing was replayed, by the defaults"]);
    }
}
