//! What a window holds beside what is usual of it: stories, or the people who wrote them, by the same formulas. Pure.

use super::dispersion::{Expected, Spread};
use super::history::Tones;
use super::tail::ln_tail;
use crate::model::incident::IncidentCount;

/// No probability is told as smaller; nothing at all could not be written down.
const LOWEST_TAIL: f64 = -300.0;

/// What was seen, and what is usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Beside {
    pub seen: Tones,
    /// Those that are not negative, and the negative ones.
    pub usual: (f64, f64),
    pub spread: Spread,
    /// The relative variance of what we believe to know.
    pub doubt: f64,
}

impl Beside {
    fn rest(&self) -> u32 {
        self.seen.all.saturating_sub(self.seen.negative)
    }

    /// What is expected of the negative ones, given how busy it is otherwise.
    pub fn expected(&self) -> Expected {
        self.spread.expected(f64::from(self.rest()), self.usual, self.doubt)
    }

    /// The negative ones.
    pub fn negative(&self) -> IncidentCount {
        count(self.seen.negative, self.expected())
    }

    /// Those of all tones.
    pub fn all(&self) -> IncidentCount {
        count(self.seen.all, self.spread.busy(self.usual.0 + self.usual.1, self.doubt))
    }

    /// Those that are not negative.
    pub fn others(&self) -> IncidentCount {
        count(self.rest(), self.spread.busy(self.usual.0, self.doubt))
    }
}

fn count(observed: u32, expected: Expected) -> IncidentCount {
    let log10_tail = ln_tail(observed, expected.mean, expected.size) * std::f64::consts::LOG10_E;
    IncidentCount { observed, expected: expected.mean, log10_tail: log10_tail.max(LOWEST_TAIL) }
}
