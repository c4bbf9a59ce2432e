//! How much a brand's windows vary beyond chance, estimated from its own history. Pure.
//!
//! The stories of a window are Poisson with mean `m x G x H`: `G`, gamma with mean 1 and variance `volume`, is common to all
//! tones (a busy day), `H` with variance `tone` moves the negative ones only. Of the stories that are not negative, `n` were
//! seen where `m0` were expected. Then the negative ones are negative-binomial with mean `m1 x (k + n) / (k + m0)` and size
//! `k + n`, `k = 1 / volume`: the conditional law of the negative multinomial (Johnson, Kotz and Balakrishnan, Discrete
//! Multivariate Distributions, 1997, chapter 36). For `k` towards 0 it compares shares only; for `k` towards infinity, or
//! where all stories are negative, the baseline alone speaks. Relative variances of independent factors add up, so `tone` and
//! our doubt about the baseline join as `1 / size`.
//!
//! Both variances are found by moments, `(observed / expected - 1)² - 1 / expected`, windows that can tell more weighing more,
//! cut at three and a half deviations, and shrunk to a prior worth a few windows.

use super::WINDOWS;
use super::baseline::Seen;

/// Variances that are assumed before anything is known, and how many windows that knowledge is worth.
const VOLUME: f64 = 0.06;
const TONE: f64 = 0.01;
const WORTH: f64 = 3.0;
/// The cut depends on the variance that is sought, so it is found in rounds.
const ROUNDS: usize = 3;
/// What chance alone could make of the sum is taken off it, by this part of a standard error.
const SURE: f64 = 0.5;
/// A variance from few windows may be greater than it seems. Of the volume more is taken: where the other tones tell how busy
/// it is, that costs nothing, and where there are none, it is needed.
const CAREFUL_VOLUME: f64 = 1.5;
const CAREFUL_TONE: f64 = 1.25;
/// Windows with more chance than this in them weigh less.
const CLEAR: f64 = 0.05;
const CUT: f64 = 3.5;
const LEAST: f64 = 1e-4;
/// The other tones excuse no more than this, and count against a brand no more than that: a wave of all tones that goes
/// far beyond is told, and a lull in praise is no crisis.
const MOST_EXCUSED: f64 = 3.0;
const LEAST_EXPECTED: f64 = 0.6;
/// But where the volume varies much, so many of its deviations are excused.
const FAR: f64 = 6.0;

/// How much windows of one length vary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    /// The variance of what is common to all tones.
    pub volume: f64,
    /// The variance of what moves the negative ones only.
    pub tone: f64,
}

/// What is expected of the negative stories of a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Expected {
    /// The mean of the negative binomial.
    pub mean: f64,
    /// Its size.
    pub size: f64,
}

impl Spread {
    /// What is expected where `rest` others were seen: `usual` are the means of the others and of the negative ones.
    pub fn expected(&self, rest: f64, usual: (f64, f64), doubt: f64) -> Expected {
        let k = 1.0 / self.volume.max(LEAST);
        let factor = (k + rest) / (k + usual.0);
        let most = MOST_EXCUSED.max(1.0 + FAR * self.volume.sqrt());
        let excused = factor.clamp(LEAST_EXPECTED, most);
        let common = 1.0 / (k + rest);
        Expected { mean: usual.1 * excused, size: 1.0 / (common + self.tone + doubt).max(1e-7) }
    }
}

/// How much the windows of each length vary.
pub(super) fn spread(seen: &[Seen]) -> [Spread; WINDOWS.len()] {
    let mut spreads = WINDOWS.map(|hours| {
        let windows = windows(seen, i64::from(hours));
        let all: Vec<_> = windows.iter().map(|window| (window.all, window.expected, 1.0 / window.expected)).collect();
        let volume = CAREFUL_VOLUME * moments(VOLUME, &all);
        let spread = Spread { volume, tone: 0.0 };
        let negative = windows.iter().filter(|window| window.expected_negative > 0.0).map(|window| {
            let usual = (window.expected - window.expected_negative, window.expected_negative);
            let expected = spread.expected(window.all - window.negative, usual, 0.0);
            (window.negative, expected.mean, 1.0 / expected.mean + 1.0 / expected.size)
        });
        let tone = CAREFUL_TONE * moments(TONE, &negative.collect::<Vec<_>>());
        Spread { volume, tone }
    });
    // A sum over a longer time cannot vary more than its parts do.
    let mut longer = Spread { volume: 0.0, tone: 0.0 };
    for spread in spreads.iter_mut().rev() {
        longer = Spread { volume: spread.volume.max(longer.volume), tone: spread.tone.max(longer.tone) };
        *spread = longer;
    }
    spreads
}

/// The variance that chance does not explain; of each window what was observed, what expected, and the relative variance
/// that chance gives it.
fn moments(prior: f64, windows: &[(f64, f64, f64)]) -> f64 {
    let mut variance = prior;
    for _ in 0..ROUNDS {
        let (mut sum, mut weights, mut blur) = (prior * WORTH, WORTH, 0.0);
        for (observed, expected, chance) in windows {
            let weight = (CLEAR / (CLEAR + chance)).powi(2);
            let most = CUT * CUT * (chance + variance.max(prior));
            sum += weight * ((observed / expected - 1.0).powi(2).min(most) - chance);
            weights += weight;
            blur += 2.0 * (weight * chance).powi(2);
        }
        variance = ((sum - SURE * f64::sqrt(blur)) / weights).max(LEAST);
    }
    variance
}

/// The hours summed up to windows side by side; those with holes are left out.
fn windows(seen: &[Seen], hours: i64) -> Vec<Seen> {
    seen.chunk_by(|a, b| a.hour.div_euclid(hours) == b.hour.div_euclid(hours))
        .filter(|chunk| i64::try_from(chunk.len()) == Ok(hours))
        .filter_map(|chunk| {
            let first = *chunk.first()?;
            Some(chunk.iter().skip(1).fold(first, |sum, hour| Seen {
                hour: sum.hour,
                all: sum.all + hour.all,
                negative: sum.negative + hour.negative,
                expected: sum.expected + hour.expected,
                expected_negative: sum.expected_negative + hour.expected_negative,
            }))
        })
        .filter(|window| window.expected > 0.0)
        .collect()
}
