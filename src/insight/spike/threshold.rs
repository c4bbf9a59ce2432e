//! From the budget to the threshold: how improbable a window must be before somebody is told. Pure.
//!
//! A window of `w` hours that slides along reaches so many stories by chance `720 f / w` times in 30 days, where `f` is how
//! often it does so in its own length (`tail::ln_onsets`). Each of the lengths gets its part of a budget of `n` false
//! incidents, `n s / S` (Bonferroni), so a window is an alarm where its score, `log10 w + log10 s - log10 f`, reaches
//! `log10(720 S / n)`. Nothing in this is fitted to streams.
//!
//! If the numbers were exact, the highest scores of quiet days would fall exponentially with mean excess `1 / ln 10`. The scores
//! each day reached, as they were judged on that day, show how they really fall: the mean excess over the median is estimated
//! (exponential tail, the highest days and days of incidents right-censored; Coles, An Introduction to Statistical Modeling of
//! Extreme Values, 2001, chapter 4), less part of its standard error, and the threshold is where it predicts `n` days in 30.
//! The stricter of both holds: the history never makes the threshold more lenient than the number of tests does.

use std::collections::VecDeque;

use super::WINDOWS;
use super::dispersion::Expected;
use super::tail::ln_onsets;

/// The parts of the budget: crises come fast, and long windows find what short ones have missed.
const PARTS: [f64; WINDOWS.len()] = [1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.25];
/// Hours of 30 days.
const MONTH: f64 = 720.0;
/// Days remembered.
const DAYS: usize = 56;
/// Days needed before they have a say.
const ENOUGH: usize = 14;
/// Each mean excess is estimated as if so many days with the nominal one had been seen before.
const PRIOR: f64 = 12.0;
/// The part of the days whose scores are taken at their word: the highest may be crises that nobody noticed.
const BELIEVED: f64 = 0.88;
/// Standard errors by which the estimate is discounted.
const SURE: f64 = 0.6;
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
        // Only what the days say clearly.
        let clear = exact.max(mean * (1.0 - SURE / (seen + PRIOR).sqrt()));
        let part = above().count() as f64 / scores.len() as f64;
        let history = median + clear * (part * 30.0 / budget).ln().max(0.0);
        history.clamp(nominal, nominal + STRICTEST)
    }
}

/// The score of a window of the length at this place that holds so many stories.
pub(super) fn score(place: usize, observed: u32, expected: Expected) -> f64 {
    let least =
        WINDOWS.get(place).zip(PARTS.get(place)).map_or(0.0, |(hours, part)| (f64::from(*hours) * part).log10());
    let above = f64::from(observed) - expected.mean;
    // Most windows are usual: how improbable they are need not be known.
    if above <= 0.0 || above * above < expected.mean + expected.mean * expected.mean / expected.size {
        return least;
    }
    least - ln_onsets(observed, expected.mean, expected.size) * std::f64::consts::LOG10_E
}

/// The score that the number of tests asks for.
pub(super) fn nominal(budget: f64) -> f64 {
    (MONTH * PARTS.iter().sum::<f64>() / budget.max(1e-3)).log10().max(1.0)
}
