//! How often the rules agree with people, in the usual measures. Pure.

use std::collections::BTreeMap;

use serde::Serialize;

use super::rows::label;
use crate::model::{Judgement, Language, Tone};

/// The tones that people find in a text, in the order of [`Tally::counts`].
const CLASSES: [Tone; 3] = [Tone::Negative, Tone::Neutral, Tone::Positive];

/// What was found against what people found.
#[derive(Debug, Default)]
pub struct Tally {
    /// By the tone of people, then by ours.
    counts: [[u64; 3]; 3],
    unscored: u64,
    languages: BTreeMap<String, u64>,
}

/// The measures, as programs read them.
#[derive(Debug, PartialEq, Serialize)]
pub struct Report {
    rows: u64,
    unscored: u64,
    accuracy: f64,
    macro_f1: f64,
    negative: Measures,
    neutral: Measures,
    positive: Measures,
    /// By the label of people, then by ours.
    confusion: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    /// In which languages the texts were judged.
    languages: BTreeMap<String, u64>,
}

/// How well one tone is found.
#[derive(Debug, PartialEq, Serialize)]
struct Measures {
    precision: f64,
    recall: f64,
    f1: f64,
}

impl Tally {
    /// Counts a text. Unscored is neutral for the measures, and counted apart.
    pub fn add(&mut self, expected: Tone, judgement: &Judgement) {
        self.unscored += u64::from(judgement.tone == Tone::Unscored);
        let language = judgement.language.as_ref().map_or("unknown", Language::as_str);
        match self.languages.get_mut(language) {
            Some(count) => *count += 1,
            None => drop(self.languages.insert(language.to_owned(), 1)),
        }
        let cell = self.counts.get_mut(class(expected)).and_then(|row| row.get_mut(class(judgement.tone)));
        cell.into_iter().for_each(|count| *count += 1);
    }

    /// The measures, or nothing where nothing was counted. Macro-F1 is the mean over the tones that people found at all.
    pub fn report(self) -> Option<Report> {
        let rows = self.counts.iter().flatten().sum();
        if rows == 0 {
            return None;
        }
        let right = CLASSES.into_iter().map(|tone| self.count(tone, tone)).sum();
        let present: Vec<f64> = CLASSES
            .into_iter()
            .filter(|tone| CLASSES.into_iter().any(|ours| self.count(*tone, ours) > 0))
            .map(|tone| self.measures(tone).2)
            .collect();
        let mean = present.iter().sum::<f64>() / f64::from(u32::try_from(present.len()).unwrap_or(1));
        Some(Report {
            rows,
            unscored: self.unscored,
            accuracy: rounded(share(right, rows)),
            macro_f1: rounded(mean),
            negative: self.shown(Tone::Negative),
            neutral: self.shown(Tone::Neutral),
            positive: self.shown(Tone::Positive),
            confusion: CLASSES
                .into_iter()
                .map(|people| (label(people), CLASSES.map(|ours| (label(ours), self.count(people, ours))).into()))
                .collect(),
            languages: self.languages,
        })
    }

    fn count(&self, people: Tone, ours: Tone) -> u64 {
        self.counts.get(class(people)).and_then(|row| row.get(class(ours))).copied().unwrap_or_default()
    }

    /// Precision, recall and F1 of a tone.
    fn measures(&self, tone: Tone) -> (f64, f64, f64) {
        let right = self.count(tone, tone);
        let precision = share(right, CLASSES.into_iter().map(|people| self.count(people, tone)).sum());
        let recall = share(right, CLASSES.into_iter().map(|ours| self.count(tone, ours)).sum());
        let both = precision + recall;
        (precision, recall, if both > 0.0 { 2.0 * precision * recall / both } else { 0.0 })
    }

    fn shown(&self, tone: Tone) -> Measures {
        let (precision, recall, f1) = self.measures(tone);
        Measures { precision: rounded(precision), recall: rounded(recall), f1: rounded(f1) }
    }
}

fn class(tone: Tone) -> usize {
    match tone {
        Tone::Negative => 0,
        Tone::Neutral | Tone::Unscored => 1,
        Tone::Positive => 2,
    }
}

/// A part of a whole, nothing of nothing being 0.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A number as it is written: with four decimals at most, and never `-0`.
pub fn rounded(number: f64) -> f64 {
    format!("{number:.4}").parse().unwrap_or(number) + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(pairs: &[(Tone, Tone, u64)]) -> Option<Report> {
        let mut tally = Tally::default();
        for (people, ours, times) in pairs {
            let judgement = Judgement { tone: *ours, ..Judgement::unscored(Language::parse("de")) };
            (0..*times).for_each(|_| tally.add(*people, &judgement));
        }
        tally.report()
    }

    #[test]
    fn the_measures_are_those_of_the_textbook() {
        use Tone::{Negative, Neutral, Positive, Unscored};
        let report = report(&[
            (Negative, Negative, 6),
            (Negative, Neutral, 2),
            (Negative, Unscored, 1),
            (Negative, Positive, 1),
            (Neutral, Negative, 2),
            (Neutral, Neutral, 7),
            (Positive, Positive, 5),
        ])
        .unwrap();
        assert_eq!((report.rows, report.unscored, report.accuracy), (24, 1, 0.75));
        assert_eq!(report.negative, Measures { precision: 0.75, recall: 0.6, f1: 0.6667 });
        assert_eq!(report.neutral, Measures { precision: 0.7, recall: 0.7778, f1: 0.7368 });
        assert_eq!(report.positive, Measures { precision: 0.8333, recall: 1.0, f1: 0.9091 });
        assert_eq!(report.macro_f1, 0.7709);
        assert_eq!(report.confusion["neg"], [("neg", 6), ("neu", 3), ("pos", 1)].into());
        assert_eq!(report.languages, [("de".to_owned(), 24)].into());
    }

    #[test]
    fn a_tone_that_nobody_found_is_not_in_the_mean() {
        use Tone::{Negative, Neutral, Positive};
        let report = report(&[(Negative, Negative, 1), (Negative, Neutral, 1), (Positive, Positive, 2)]).unwrap();
        assert_eq!(report.macro_f1, 0.8333, "of 2/3 and 1");
        assert_eq!(report.neutral, Measures { precision: 0.0, recall: 0.0, f1: 0.0 });
        assert_eq!(super::Tally::default().report(), None);
    }

    #[test]
    fn numbers_have_four_decimals() {
        assert_eq!([rounded(0.123_45), rounded(-0.000_01), rounded(1.0)].map(|n| n.to_string()), ["0.1235", "0", "1"]);
    }
}
