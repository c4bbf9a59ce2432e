//! From the budget to the threshold: how improbable a window must be before somebody is told. Pure.
//!
//! Scores are `-log10 p`. Windows of `w` hours that are looked at all the time amount to about `720 / w` independent tests
//! in 30 days times a factor for their overlap, so that `n` false incidents in 30 days allow each test
//! `n / (OVERLAP x sum of 720 / w)`. If the tails were exact, the highest scores of quiet days would follow an exponential
//! distribution with mean excess `1 / ln 10`. The scores each day reached, as they were judged on that day, show how they
//! really fall: the mean excess over the upper half of the days is estimated (exponential tail with right censoring, as in
//! peaks over threshold; Coles, An Introduction to Statistical Modeling of Extreme Values, 2001, chapter 4), and the
//! threshold is where it predicts `n` days in 30. The stricter of both holds.

use std::collections::VecDeque;

use super::WINDOWS;

/// How many more tests overlapping windows make than windows side by side: found by simulation.
const OVERLAP: f64 = 3.0;
/// Days remembered.
const DAYS: usize = 56;
/// Days needed before they have a say.
const ENOUGH: usize = 14;
/// Each mean excess is estimated as if so many days with the nominal one had been seen before.
const PRIOR: f64 = 15.0;
/// The part of the days whose scores are taken at their word: the highest may be crises that nobody noticed.
const BELIEVED: f64 = 0.88;
/// The history makes the threshold stricter by no more than this.
const STRICTEST: f64 = 4.0;

/// The highest score of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Day {
    score: f64,
    /// Whether an incident began on it, so that the score is known only to have been at least so high.
    censored: bool,
}

/// What scores quiet days of this brand reach.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Calibration {
    days: VecDeque<Day>,
}

impl Calibration {
    /// A day is over. The score is the highest before an incident began, or the threshold it crossed.
    pub fn day(&mut self, score: f64, censored: bool) {
        self.days.push_back(Day { score, censored });
        if self.days.len() > DAYS {
            self.days.pop_front();
        }
    }

    /// The score at which an incident begins.
    pub fn threshold(&self, budget: f64) -> f64 {
        let nominal = nominal(budget);
        if self.days.len() < ENOUGH {
            return nominal;
        }
        let mut scores: Vec<f64> = self.days.iter().map(|day| day.score).collect();
        scores.sort_by(f64::total_cmp);
        let at = |part: f64| scores.get((part * scores.len() as f64) as usize).copied().unwrap_or(0.0);
        let (median, top) = (at(0.5), at(BELIEVED));
        let above = || self.days.iter().filter(|day| day.score > median);
        let excess: f64 = above().map(|day| day.score.min(top) - median).sum();
        let seen = above().filter(|day| day.score < top && !day.censored).count() as f64;
        let exact = std::f64::consts::LOG10_E;
        let mean = (excess + PRIOR * exact) / (seen + PRIOR);
        let part = above().count() as f64 / scores.len() as f64;
        let history = median + mean * (part * 30.0 / budget).ln().max(0.0);
        history.clamp(nominal, nominal + STRICTEST)
    }
}

/// The score that the number of tests asks for.
pub(super) fn nominal(budget: f64) -> f64 {
    let tests: f64 = WINDOWS.iter().map(|hours| 720.0 / f64::from(*hours)).sum();
    (OVERLAP * tests / budget.max(1e-3)).log10().max(1.0)
}
