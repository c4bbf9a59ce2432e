//! What all notices have in common: numbers, times, lists, and the names of what mentiond speaks about.

use super::date::Parts;
use super::number::Marks;
use crate::model::{Severity, Tone};

/// The words of every notice.
pub trait Common: Sync {
    /// The language for machines: `en`.
    fn tag(&self) -> &'static str;

    /// How numbers are written.
    fn marks(&self) -> &'static Marks;

    /// `1,204`.
    fn grouped(&self, number: u64) -> String {
        self.marks().grouped(number)
    }

    /// `0.8`.
    fn decimal(&self, number: f64, digits: usize) -> String {
        self.marks().decimal(number, digits)
    }

    /// `+0.40`, `−0.82`, `0.00`.
    fn signed(&self, number: f64, digits: usize) -> String {
        self.marks().signed(number, digits)
    }

    /// `12%`, `1.2%`, `less than 0.01%`.
    fn percent(&self, number: f64) -> String {
        self.marks().percent(number)
    }

    /// `24 Nov 2026, 07:12 CET`.
    fn time(&self, at: &Parts) -> String;

    /// `Tue 24 Nov 2026, 07:12 CET`.
    fn day_and_time(&self, at: &Parts) -> String;

    /// `24 Nov`.
    fn day(&self, at: &Parts) -> String;

    /// `Tue 14:00`.
    fn hour(&self, at: &Parts) -> String;

    /// `14:20 CET`.
    fn clock(&self, at: &Parts) -> String;

    /// `a, b and c`.
    fn list(&self, items: &[String]) -> String;

    /// `“complaint”`.
    fn quoted(&self, text: &str) -> String;

    /// The name of a tone.
    fn tone(&self, tone: Tone) -> &'static str;

    /// The name of a severity.
    fn severity(&self, severity: Severity) -> &'static str;

    /// `1 mention`, `no mentions`.
    fn mentions(&self, number: u64) -> String;

    /// `1 story`, `no stories`.
    fn stories(&self, number: u64) -> String;

    /// `1 brand`.
    fn brands(&self, number: u64) -> String;

    /// `1 source`.
    fn sources(&self, number: u64) -> String;

    /// `1 alert`.
    fn alerts(&self, number: u64) -> String;

    /// `1 author`.
    fn authors(&self, number: u64) -> String;

    /// `1 copy`.
    fn copies(&self, number: u64) -> String;

    /// `1 hour`; as a length of time, for the subject of a sentence or behind `within`.
    fn hours(&self, number: u64) -> String;

    /// `1 day`.
    fn days(&self, number: u64) -> String;
}

/// `a, b and c`, with the word for `and`.
pub fn joined(items: &[String], and: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}
