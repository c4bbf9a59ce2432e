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

    /// `Tue`.
    fn weekday(&self, at: &Parts) -> &'static str;

    /// `14:00`.
    fn o_clock(&self, at: &Parts) -> String;

    /// `14:20 CET`.
    fn clock(&self, at: &Parts) -> String;

    /// `Courier, Herald and 2 more`, `Courier and Herald`: the first of some things, and how many more there are.
    fn list(&self, first: &[String], more: u64) -> String;

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

    /// `1 source was`, `3 sources were`, in front of a participle.
    fn sources_were(&self, number: u64) -> String;

    /// `1 source is unusually silent`.
    fn sources_are_silent(&self, number: u64) -> String;
}

/// `a, b and c`, with the word for `and`; `more` is the last where there are more.
pub fn joined(first: &[String], more: Option<String>, and: &str) -> String {
    let items: Vec<&str> = first.iter().map(String::as_str).chain(more.as_deref()).collect();
    match items.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}
