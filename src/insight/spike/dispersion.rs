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
const TONE_OF_HOUR: f64 = 0.06;
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
/// Windows that weigh no more than this together are passed over.
const HEARD: f64 = 0.02;
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

    /// What is expected where nothing else tells how busy it is, and so many are usual.
    pub fn busy(&self, usual: f64, doubt: f64) -> Expected {
        Expected { mean: usual, size: 1.0 / (self.volume + doubt).max(1e-7) }
    }
}

/// How much the windows of each length vary.
pub(super) fn spread(seen: &[Seen]) -> [Spread; WINDOWS.len()] {
    // Noise of single hours evens out in longer windows, of which there are fewer.
    let mut tone_of_hour = TONE_OF_HOUR;
    let mut made: Vec<(u32, Vec<Seen>)> = Vec::new();
    let mut spreads = WINDOWS.map(|hours| {
        let parts = made.iter().rev().find(|(of_part, _)| hours % of_part == 0);
        let windows = parts.map_or_else(|| seen.to_vec(), |(of_part, parts)| join(parts, *of_part, hours));
        let speak = |expected: fn(&Seen) -> f64| if speak(&windows, expected) { windows.as_slice() } else { &[] };
        let known = speak(|window| window.expected).iter().filter(|window| window.expected > 0.0);
        let all = known.map(|window| Deviation::new(window.all, window.expected, 1.0 / window.expected));
        let volume = CAREFUL_VOLUME * moments(VOLUME, &all.collect::<Vec<_>>());
        let spread = Spread { volume, tone: 0.0 };
        let known = speak(|window| window.expected_negative).iter();
        let negative = known.filter(|window| window.expected_negative > 0.0).map(|window| {
            let usual = (window.expected - window.expected_negative, window.expected_negative);
            let expected = spread.expected(window.all - window.negative, usual, 0.0);
            Deviation::new(window.negative, expected.mean, 1.0 / expected.mean + 1.0 / expected.size)
        });
        let tone = moments(TONE.max(tone_of_hour / f64::from(hours)), &negative.collect::<Vec<_>>());
        tone_of_hour = tone * f64::from(hours);
        made.push((hours, windows));
        Spread { volume, tone: CAREFUL_TONE * tone }
    });
    // A sum over a longer time cannot vary more than its parts do.
    let mut longer = Spread { volume: 0.0, tone: 0.0 };
    for spread in spreads.iter_mut().rev() {
        longer = Spread { volume: spread.volume.max(longer.volume), tone: spread.tone.max(longer.tone) };
        *spread = longer;
    }
    spreads
}

/// Whether windows have anything to say beside what is assumed: in short ones of small brands all is chance.
fn speak(windows: &[Seen], expected: fn(&Seen) -> f64) -> bool {
    let (number, all) = (windows.len() as f64, windows.iter().map(expected).sum::<f64>());
    let chance = number / all.max(1e-9);
    number * (CLEAR / (CLEAR + chance)).powi(2) > HEARD
}

/// How far a window is from what was expected.
#[derive(Debug, Clone, Copy)]
struct Deviation {
    /// The square of the relative deviation.
    square: f64,
    /// The relative variance that chance gives it.
    chance: f64,
    /// What it has to say.
    weight: f64,
}

impl Deviation {
    fn new(observed: f64, expected: f64, chance: f64) -> Self {
        let (off, part) = (observed / expected - 1.0, CLEAR / (CLEAR + chance));
        Self { square: off * off, chance, weight: part * part }
    }
}

/// The variance that chance does not explain.
fn moments(prior: f64, windows: &[Deviation]) -> f64 {
    let said: f64 = windows.iter().map(|window| window.weight).sum();
    let blur: f64 = windows.iter().map(|window| 2.0 * (window.weight * window.chance).powi(2)).sum();
    let mut variance = prior;
    for _ in 0..ROUNDS {
        let believed = variance.max(prior);
        let beyond = |window: &Deviation| {
            window.weight * (window.square.min(CUT * CUT * (window.chance + believed)) - window.chance)
        };
        let sum = prior * WORTH + windows.iter().map(beyond).sum::<f64>();
        variance = ((sum - SURE * blur.sqrt()) / (WORTH + said)).max(LEAST);
    }
    variance
}

/// Puts windows side by side together to longer ones; those with holes are left out.
fn join(parts: &[Seen], of_part: u32, hours: u32) -> Vec<Seen> {
    let hours_of_it = i64::from(hours);
    let whole = (hours / of_part.max(1)) as usize;
    let mut joined = Vec::with_capacity(parts.len() / whole.max(1) + 1);
    for chunk in parts.chunk_by(|a, b| a.hour.div_euclid(hours_of_it) == b.hour.div_euclid(hours_of_it)) {
        let Some((first, others)) = chunk.split_first().filter(|_| chunk.len() == whole) else { continue };
        let mut sum = *first;
        for part in others {
            sum.all += part.all;
            sum.negative += part.negative;
            sum.expected += part.expected;
            sum.expected_negative += part.expected_negative;
        }
        joined.push(sum);
    }
    joined
}
