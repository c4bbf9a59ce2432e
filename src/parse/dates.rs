//! Which of the dates of a document are believed, and what is told of the others. Never changes a date.

use chrono::{DateTime, Duration, SecondsFormat};

use crate::model::Instant;

/// 1990, in Unix seconds: before that there was no web.
const EARLIEST: i64 = 631_152_000;
/// What a clock may be wrong by before a date ahead of ours is told.
const SKEW: Duration = Duration::hours(1);
/// How far ahead a date may lie and still be meant: a local time that calls itself UTC lies ahead by up to 14 hours.
const AHEAD: Duration = Duration::days(1);

/// Tells plausible dates from others while a document is read.
pub(super) struct Dates {
    now: Instant,
    missing: usize,
    left_out: Told,
    ahead: Told,
}

/// Dates of one kind.
#[derive(Default)]
struct Told {
    number: usize,
    first: Option<Instant>,
}

impl Dates {
    /// For a document that is read at `now`.
    pub(super) fn at(now: Instant) -> Self {
        Self { now, missing: 0, left_out: Told::default(), ahead: Told::default() }
    }

    /// The first date that lies between 1990 and a day from now.
    pub(super) fn first(&mut self, dates: [Option<Instant>; 2]) -> Option<Instant> {
        let earliest = DateTime::from_timestamp(EARLIEST, 0);
        let within = |date: &Instant, ahead| Some(*date) <= self.now.checked_add_signed(ahead);
        let first = dates.into_iter().flatten().find(|date| Some(*date) >= earliest && within(date, AHEAD));
        match (first, dates.into_iter().flatten().next()) {
            (Some(date), _) if !within(&date, SKEW) => self.ahead.add(date),
            (Some(_), _) => {}
            (None, Some(date)) => self.left_out.add(date),
            (None, None) => self.missing += 1,
        }
        first
    }

    /// What is told of them, in plain words.
    pub(super) fn problems(&self) -> Vec<String> {
        let missing = match self.missing {
            0 => None,
            1 => Some("1 entry has no date that can be read".to_owned()),
            several => Some(format!("{several} entries have no date that can be read")),
        };
        let left_out = self.left_out.words("implausible date was left out", "implausible dates were left out");
        let ahead = self.ahead.words(
            "date lies more than an hour ahead and is kept as it is",
            "dates lie more than an hour ahead and are kept as they are",
        );
        [missing, left_out, ahead].into_iter().flatten().collect()
    }
}

impl Told {
    fn add(&mut self, date: Instant) {
        self.number += 1;
        self.first.get_or_insert(date);
    }

    fn words(&self, one: &str, several: &str) -> Option<String> {
        let first = self.first?.to_rfc3339_opts(SecondsFormat::Secs, true);
        Some(match self.number {
            1 => format!("1 {one}: `{first}`"),
            number => format!("{number} {several}, for instance `{first}`"),
        })
    }
}
