//! What is usual for a brand: how many stories in an hour of the week, which share is negative, and how much both vary; and
//! the same of the people who write them, in the same way. Pure. Fitted once a day from the hours of the last eight weeks that
//! no incident covers. Where it says stories it means what is counted.
//!
//! `expected(hour) = mean x hour of day x hour of week x level`, each factor `(observed + a) / (expected + a)`, shrunk to 1
//! by a prior worth `a` stories (and to its neighbours): a brand with three mentions a day has a flat baseline, one with thousands has its own for
//! each hour of the week by the wall clock. Observed hours weigh `1 / (1 + m / k)` (their information under a negative binomial of size `k`)
//! and are cut at two and a half standard deviations from the second round on, so that holidays and crises that nobody noticed
//! leave little behind (down-weighting as in Noufaily et al., An improved algorithm for outbreak detection in multiple
//! surveillance systems, Statistics in Medicine 32, 2013). The level forgets half in a week.

use std::sync::OnceLock;

use super::clock::{Clock, WEEK, place};
use super::dispersion::{self, Spread};
use super::history::{HOUR, KEPT, Tones};
use super::{LearningReason, Maturity, WINDOWS};

const DAY: usize = 24;
/// Size of the hourly noise that is assumed for weights.
const SIZE: f64 = 4.0;
/// And of that of the negative share.
const SHARE_SIZE: f64 = 20.0;
/// Stories that the priors of the factors are worth, at least and at most.
const PRIOR_DAY: (f64, f64) = (5.0, 1_000.0);
const PRIOR_WEEK: (f64, f64) = (15.0, 60.0);
const PRIOR_LEVEL: f64 = 5.0;
const PRIOR_SHARE: (f64, f64) = (25.0, 1_000.0);
/// What is cut depends on what is expected, so that is found in rounds.
const ROUNDS: usize = 4;
/// Standard deviations at which an hour is cut.
const CUT: f64 = 2.5;
/// A stretch without any story in which so many were expected is a gap of ours, not of theirs.
const MISSED: f64 = 20.0;
/// Hours in which the level forgets half, and the negative share.
const LEVEL_HALF_LIFE: f64 = 5.0 * 24.0;
const SHARE_HALF_LIFE: f64 = 14.0 * 24.0;
/// Hours without which nothing can be said.
const BLIND: usize = 24;
/// Hours after which a brand is known.
const SETTLED: usize = 14 * 24;
/// Stories below which it is not.
const FEW: f64 = 20.0;

/// What is usual.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Baseline {
    /// Expected stories that are not negative, and negative ones, summed up over the hours of the week before each.
    rest: Vec<f64>,
    negative: Vec<f64>,
    /// How much the windows vary.
    pub spread: [Spread; WINDOWS.len()],
    /// The relative variance of what we believe to know.
    pub doubt: f64,
    pub maturity: Maturity,
    /// By which the hours of the week are told.
    clock: Clock,
}

/// An hour of the history that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub hour: i64,
    /// Its place in the week.
    pub place: usize,
    pub all: f64,
    pub negative: f64,
    /// What was expected of all, and of the negative ones.
    pub expected: f64,
    pub expected_negative: f64,
}

impl Seen {
    fn new(hour: i64, place: usize, counts: Tones) -> Self {
        Self {
            hour,
            place,
            all: f64::from(counts.all),
            negative: f64::from(counts.negative),
            expected: 0.0,
            expected_negative: 0.0,
        }
    }
}

impl Baseline {
    /// Learns from what was counted in some hours, the oldest first.
    pub fn fit(clock: Clock, counts: impl Iterator<Item = (i64, Tones)>) -> Self {
        let mut seen = Vec::with_capacity(KEPT);
        let mut places = clock.places();
        seen.extend(counts.map(|(hour, counts)| Seen::new(hour, places.of(hour), counts)));
        leave_out_gaps(&mut seen);
        let stories: f64 = seen.iter().map(|hour| hour.all).sum();
        let mut expected = rates(&seen, None);
        for _ in 1..ROUNDS {
            expected = rates(&seen, Some(&expected));
        }
        expect(&mut seen, &expected);
        let (share, shares) = negative_shares(&mut seen);
        let level = follow(&mut seen);
        let spread = dispersion::spread(&seen);
        let cycle = |hour: usize| (hour, expected.get(hour).copied().unwrap_or(0.0) * level.all);
        let of =
            |hour: usize| (share * level.share * shares.get(hour % DAY).copied().unwrap_or(1.0)).clamp(0.001, 0.999);
        let days = seen.len() as f64 / DAY as f64;
        // With few days nobody knows the cycle of the day yet.
        let cycle_doubt = 0.5 / (1.0 + days * days / 4.0);
        Self {
            rest: sums((0..WEEK).map(cycle).map(|(hour, all)| all * (1.0 - of(hour)))),
            negative: sums((0..WEEK).map(cycle).map(|(hour, all)| all * of(hour))),
            spread,
            doubt: cycle_doubt + 1.0 / (1.0 + level.known),
            maturity: maturity(seen.len(), stories),
            clock,
        }
    }

    /// Expected stories that are not negative, and negative ones, between two times.
    pub fn between(&self, from: i64, to: i64) -> (f64, f64) {
        let stretches = self.clock.shows(from, to);
        let within =
            |sums: &[f64]| stretches.iter().map(|(from, to)| until(sums, *to) - until(sums, *from)).sum::<f64>();
        (within(&self.rest), within(&self.negative))
    }
}

/// What is usual, fitted when somebody asks, from what was counted up to when it was learnt: the same whenever that is.
#[derive(Debug, Clone)]
pub(super) struct WhenAsked {
    clock: Clock,
    counts: Vec<(i64, Tones)>,
    fitted: OnceLock<Baseline>,
}

impl WhenAsked {
    pub fn of(clock: Clock, counts: impl Iterator<Item = (i64, Tones)>) -> Self {
        Self { clock, counts: counts.collect(), fitted: OnceLock::new() }
    }

    pub fn baseline(&self) -> &Baseline {
        self.fitted.get_or_init(|| Baseline::fit(self.clock, self.counts.iter().copied()))
    }
}

/// Stories expected from the start of 1970 to what the clocks show, if every week were like this one.
fn until(sums: &[f64], at: i64) -> f64 {
    let hour = at.div_euclid(HOUR);
    let (weeks, place) = (hour.div_euclid(WEEK as i64), place(hour));
    let (before, after, all) = (sums.get(place), sums.get(place + 1), sums.get(WEEK));
    let (before, after, all) = (*before.unwrap_or(&0.0), *after.unwrap_or(&0.0), *all.unwrap_or(&0.0));
    let part = at.rem_euclid(HOUR) as f64 / HOUR as f64;
    // Weeks are counted from a recent one: a float keeps few digits behind large sums.
    (weeks - 2_900) as f64 * all + before + (after - before) * part
}

fn sums(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    std::iter::once(0.0)
        .chain(values.map(|value| {
            sum += value;
            sum
        }))
        .collect()
}

fn maturity(hours: usize, stories: f64) -> Maturity {
    if hours < BLIND {
        Maturity::Blind
    } else if hours < SETTLED {
        Maturity::Learning(LearningReason::FewDays)
    } else if stories < FEW {
        Maturity::Learning(LearningReason::FewStories)
    } else {
        Maturity::Settled
    }
}

/// Drops long stretches of nothing that the rates of these hours of the week make incredible.
fn leave_out_gaps(seen: &mut Vec<Seen>) {
    let usual = rates(seen, None);
    expect(seen, &usual);
    let missed = |run: &[Seen]| {
        let empty = run.first().is_some_and(|hour| hour.all == 0.0);
        empty && run.iter().map(|hour| hour.expected).sum::<f64>() >= MISSED
    };
    let runs = || seen.chunk_by(|a, b| (a.all > 0.0) == (b.all > 0.0));
    if runs().any(missed) {
        *seen = runs().filter(|run| !missed(run)).flatten().copied().collect();
    }
}

/// The least and the most stories that are believed.
fn limits(expected: f64) -> (f64, f64) {
    let most_off = CUT * (expected + expected * expected / SIZE).sqrt();
    (expected - most_off, expected + most_off)
}

/// Observed stories, as far as they are believed.
fn believed(observed: f64, expected: f64) -> f64 {
    let off = observed - expected;
    // The root is rarely needed.
    if off * off <= CUT * CUT * (expected + expected * expected / SIZE) {
        return observed;
    }
    let (least, most) = limits(expected);
    observed.clamp(least, most)
}

/// Negative stories and all stories of an hour, as far as they are believed: an hour with incredibly many weighs no more
/// than a busy one.
fn believed_tones(hour: &Seen) -> (f64, f64) {
    let part = (believed(hour.all, hour.expected) / hour.all.max(1.0)).min(1.0);
    let expected = part * hour.all * hour.expected_negative / hour.expected.max(1e-9);
    let (negative, off) = (part * hour.negative, part * hour.negative - expected);
    let variance = expected + expected * expected / SHARE_SIZE;
    let incredible = off > 0.0 && off * off > CUT * CUT * variance;
    (if incredible { expected + CUT * variance.sqrt() } else { negative }, part * hour.all)
}

/// The expected stories of each hour of the week; where it is known what is usual, hours are cut.
fn rates(seen: &[Seen], usual: Option<&[f64]>) -> Vec<f64> {
    let limits: Option<Vec<(f64, f64)>> = usual.map(|usual| usual.iter().map(|usual| limits(*usual)).collect());
    let limits = limits.as_deref().unwrap_or_default();
    // Stories and hours.
    let mut counted = [(0.0, 0.0); WEEK];
    for hour in seen {
        let observed = limits.get(hour.place).map_or(hour.all, |(least, most)| hour.all.clamp(*least, *most));
        add(&mut counted, hour.place, observed, 1.0);
    }
    let mean = (counted.iter().map(|cell| cell.0).sum::<f64>() + 0.5) / (seen.len() as f64 + 1.0);
    let weight = |expected: f64| 1.0 / (1.0 + expected / SIZE);
    let mut day = [(0.0, 0.0); DAY];
    for (place, (observed, hours)) in counted.iter().enumerate() {
        add(&mut day, place % DAY, observed * weight(mean), hours * mean * weight(mean));
    }
    let day = factors(&day, 0.3, PRIOR_DAY);
    let of_day = |place: usize| mean * day.get(place % DAY).copied().unwrap_or(1.0);
    let mut week = counted;
    for (place, cell) in week.iter_mut().enumerate() {
        let expected = of_day(place);
        *cell = (cell.0 * weight(expected), cell.1 * expected * weight(expected));
    }
    let week = factors(&week, 0.7, PRIOR_WEEK);
    week.iter().enumerate().map(|(place, factor)| of_day(place) * factor).collect()
}

fn add(cells: &mut [(f64, f64)], place: usize, observed: f64, expected: f64) {
    if let Some(cell) = cells.get_mut(place) {
        cell.0 += observed;
        cell.1 += expected;
    }
}

/// Observed over expected. A cell with few stories is shrunk to what it is together with a part of its neighbours, and that to
/// one. The prior is worth what the cells' own variance beyond chance says (empirical Bayes by moments), within two limits: a
/// flat brand stays flat.
fn factors(cells: &[(f64, f64)], neighbours: f64, worth: (f64, f64)) -> Vec<f64> {
    let all: f64 = cells.iter().map(|cell| cell.1).sum();
    let beyond: f64 =
        cells.iter().filter(|cell| cell.1 > 0.0).map(|cell| cell.1 * (cell.0 / cell.1 - 1.0).powi(2) - 1.0).sum();
    let prior = (1.0 / (beyond / all.max(1e-9)).max(1e-9)).clamp(worth.0, worth.1);
    let cell = |place: usize| cells.get(place % cells.len()).copied().unwrap_or((0.0, 0.0));
    (0..cells.len())
        .map(|place| {
            let (mine, before, after) = (cell(place), cell(place + cells.len() - 1), cell(place + 1));
            let observed = mine.0 + neighbours * (before.0 + after.0);
            let expected = mine.1 + neighbours * (before.1 + after.1);
            let smooth = (observed + prior) / (expected + prior);
            (mine.0 + prior * smooth) / (mine.1 + prior)
        })
        .collect()
}

fn expect(seen: &mut [Seen], rates: &[f64]) {
    for hour in seen {
        hour.expected = rates.get(hour.place).copied().unwrap_or(0.0);
    }
}

/// The share that is negative, and the factors of the hours of the day; writes what was expected of each hour.
fn negative_shares(seen: &mut [Seen]) -> (f64, Vec<f64>) {
    let mut share = 0.0;
    let mut factor = vec![1.0; DAY];
    for round in 0..ROUNDS {
        // Negative stories, and all.
        let mut counted = [(0.0, 0.0); DAY];
        for hour in seen.iter().filter(|hour| hour.all > 0.0) {
            let (negative, all) = if round == 0 { (hour.negative, hour.all) } else { believed_tones(hour) };
            add(&mut counted, hour.place % DAY, negative, all);
        }
        let (negative, all) = counted.iter().fold((0.0, 0.0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
        share = ((negative + 0.5) / (all + 2.0)).clamp(0.001, 1.0);
        factor = factors(&counted.map(|(negative, all)| (negative, share * all)), 0.7, PRIOR_SHARE);
        for hour in seen.iter_mut() {
            hour.expected_negative = hour.expected * (share * factor.get(hour.place % DAY).unwrap_or(&1.0)).min(1.0);
        }
    }
    (share, factor)
}

/// Where the level stands at the end.
struct Level {
    /// Of all stories, and of the negative share.
    all: f64,
    share: f64,
    /// How many negative stories, weighed by age, speak for it.
    known: f64,
}

/// Follows the level from day to day and writes into each hour what would have been expected of it on the day before.
fn follow(seen: &mut [Seen]) -> Level {
    let (mut all, mut share) = ((PRIOR_LEVEL, PRIOR_LEVEL), (PRIOR_LEVEL, PRIOR_LEVEL));
    let mut known = 0.0;
    let mut before: Option<i64> = None;
    for day in seen.chunk_by_mut(|a, b| a.hour.div_euclid(24) == b.hour.div_euclid(24)) {
        let Some(first) = day.first().map(|hour| hour.hour) else { continue };
        let passed = before.map_or(0, |before| first - before) as f64;
        before = Some(first);
        let (fade, fade_share) = ((-passed / LEVEL_HALF_LIFE).exp2(), (-passed / SHARE_HALF_LIFE).exp2());
        let faded = |sum: (f64, f64), by: f64| {
            (PRIOR_LEVEL + (sum.0 - PRIOR_LEVEL) * by, PRIOR_LEVEL + (sum.1 - PRIOR_LEVEL) * by)
        };
        (all, share, known) = (faded(all, fade), faded(share, fade_share), known * fade_share);
        let (level, level_share) = (all.0 / all.1, share.0 / share.1);
        for hour in day {
            let weight = 1.0 / (1.0 + hour.expected / SIZE);
            all.0 += weight * believed(hour.all, hour.expected * level);
            all.1 += weight * hour.expected;
            if hour.all > 0.0 {
                let (negative, of_all) = believed_tones(hour);
                share.0 += negative;
                share.1 += of_all * hour.expected_negative / hour.expected.max(1e-9);
                known += negative;
            }
            hour.expected *= level;
            hour.expected_negative *= level * level_share;
        }
    }
    Level { all: all.0 / all.1, share: share.0 / share.1, known }
}
