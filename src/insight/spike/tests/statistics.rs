//! The formulas, against sums and integrals that are computed in another way.

use std::collections::VecDeque;

use super::super::dispersion::Spread;
use super::super::tail::{ln_gamma, ln_onsets, ln_tail};
use super::super::threshold::{Calibration, nominal};

#[test]
fn tails_are_those_of_sums_in_sixty_digits() {
    // Summed up with the decimal module of Python, term by term.
    let known = [
        (1, 0.5, 2.0, -1.021_651_247_531_981_4),
        (3, 0.04, 5.0, -10.977_363_972_100_54),
        (10, 3.0, 0.8, -2.725_905_774_226_671),
        (60, 21.0, 25.0, -13.381_919_095_313_254),
        (400, 20.0, 8.0, -109.829_254_337_316_37),
        (5000, 1.0, 3.0, -6_915.705_197_335_39),
        (20, 40.0, 10.0, -0.050_518_349_791_758_72),
        (12, 3.0, 1_000_000.0, -9.547_362_834_173_65),
        (2, 0.001, 1.0, -13.817_509_558_630_44),
    ];
    for (x, mean, size, expected) in known {
        let found = ln_tail(x, mean, size);
        assert!((found / expected - 1.0).abs() < 1e-8, "P(X >= {x}) of {mean}, {size}: {found}, not {expected}");
    }
}

#[test]
fn tails_are_the_exact_sums_of_small_distributions() {
    for (mean, size) in [(0.3, 0.5), (2.0, 1.0), (7.5, 3.0), (30.0, 12.0)] {
        let p: f64 = mean / (mean + size);
        let mut term = (1.0 - p).powf(size);
        let mut below = 0.0;
        for x in 0..60u32 {
            let found = ln_tail(x, mean, size).exp();
            assert!(
                (found - (1.0 - below)).abs() < 1e-11,
                "P(X >= {x}) of {mean}, {size}: {found}, not {}",
                1.0 - below
            );
            below += term;
            term *= p * (size + f64::from(x)) / f64::from(x + 1);
        }
    }
}

#[test]
fn tails_fall_with_each_story_however_far_out() {
    let mut before = 0.0;
    for x in 1..30_000 {
        let tail = ln_tail(x, 0.7, 2.5);
        assert!(tail.is_finite() && tail < before, "{x}: {tail} after {before}");
        before = tail;
    }
}

#[test]
fn nothing_expected_and_nothing_seen_have_their_limits() {
    assert_eq!(ln_tail(0, 5.0, 1.0), 0.0);
    assert_eq!(ln_tail(1, 0.0, 1.0), f64::NEG_INFINITY);
    assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-14);
    assert!((ln_gamma(11.0) - 3_628_800f64.ln()).abs() < 1e-12);
}

#[test]
fn a_sliding_window_reaches_counts_as_often_as_it_is_seen_to() {
    // Stories at random times, and how often a window of length one comes to hold so many after a while in which none did.
    let mut numbers = 7u64;
    let mut unit = || {
        numbers = numbers.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((numbers >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    };
    for (mean, x) in [(0.5, 4), (2.0, 8), (10.0, 21), (30.0, 46)] {
        let (mut window, mut at, mut last, mut onsets) = (VecDeque::new(), 0.0, f64::MIN, 0.0);
        let length = 4e5 / mean;
        while at < length {
            at -= unit().ln() / mean;
            window.push_back(at);
            while window.front().is_some_and(|first| *first <= at - 1.0) {
                window.pop_front();
            }
            if window.len() >= x {
                onsets += f64::from(at > last + 1.0);
                last = at;
            }
        }
        let step = (mean / (x as f64 + 1.0)).sqrt().max(0.5);
        let expected = ln_onsets(u32::try_from(x).unwrap(), mean, 1e7).exp() / step;
        let seen = onsets / length;
        assert!((0.75..1.35).contains(&(expected / seen)), "{x} of {mean}: {expected}, seen {seen}");
    }
}

#[test]
fn onsets_fall_with_each_story_however_far_out() {
    let mut before = f64::MAX;
    for x in 2..30_000 {
        let onsets = ln_onsets(x, 0.7, 2.5);
        assert!(onsets.is_finite() && onsets < before, "{x}: {onsets} after {before}");
        before = onsets;
    }
    assert_eq!(ln_onsets(1, 0.0, 1.0), f64::NEG_INFINITY);
}

#[test]
fn what_the_other_tones_say_is_the_mixture_of_poisson_distributions_over_the_common_noise() {
    let (volume, rest, usual) = (0.25, 9u32, (4.0, 1.5));
    let expected = Spread { volume, tone: 0.0 }.expected(f64::from(rest), usual, 0.0);
    // P(X >= x | rest) by integrating over the gamma noise g, shape and rate 1 / volume.
    let k = 1.0 / volume;
    let poisson =
        |count: u32, mean: f64| (f64::from(count) * mean.ln() - mean - ln_gamma(f64::from(count) + 1.0)).exp();
    let weight = |g: f64| g.powf(k - 1.0) * (-k * g).exp() * poisson(rest, usual.0 * g);
    let steps = || (1..20_000).map(|step| f64::from(step) / 1_000.0);
    let all: f64 = steps().map(weight).sum();
    for x in 1..15 {
        let tail = |g: f64| 1.0 - (0..x).map(|count| poisson(count, usual.1 * g)).sum::<f64>();
        let mixed = steps().map(|g| weight(g) * tail(g)).sum::<f64>() / all;
        let found = ln_tail(x, expected.mean, expected.size).exp();
        assert!((found / mixed - 1.0).abs() < 1e-5, "{x}: {found}, not {mixed}");
    }
}

#[test]
fn a_busy_day_excuses_much_but_not_everything() {
    let spread = Spread { volume: 0.1, tone: 0.0 };
    let mean = |rest: f64| spread.expected(rest, (100.0, 20.0), 0.0).mean;
    assert!((mean(100.0) - 20.0).abs() < 1e-9);
    assert!((mean(200.0) - 20.0 * 210.0 / 110.0).abs() < 1e-9);
    assert!((mean(2_000.0) - 20.0 * 3.0).abs() < 1e-9, "{}", mean(2_000.0));
    assert!((mean(0.0) - 20.0 * 0.6).abs() < 1e-9);
}

/// A year of days whose scores fall exponentially with a mean excess.
fn calibrated(mean: f64, crises: usize) -> f64 {
    let mut calibration = Calibration::default();
    for day in 0..56 {
        let part = (f64::from(day * 37 % 56) + 0.5) / 56.0;
        calibration.day(1.5 - mean * part.ln() + if (day as usize) < crises { 20.0 } else { 0.0 }, false);
    }
    calibration.threshold(0.3)
}

#[test]
fn the_threshold_follows_from_the_budget() {
    let threshold = |budget: f64| Calibration::default().threshold(budget);
    // Ten times the budget is one power of ten.
    assert!((threshold(0.3) - threshold(3.0) - 1.0).abs() < 1e-9);
    assert_eq!(threshold(0.3), nominal(0.3));
}

#[test]
fn scores_that_fall_more_slowly_make_it_stricter_and_never_more_lenient() {
    assert_eq!(calibrated(0.2, 0), nominal(0.3));
    assert!(calibrated(1.2, 0) > nominal(0.3) + 0.5, "{} {}", calibrated(1.2, 0), nominal(0.3));
}

#[test]
fn crises_that_nobody_noticed_do_not_deafen_it() {
    assert!(calibrated(0.43, 5) < nominal(0.3) + 0.7, "{} {}", calibrated(0.43, 5), nominal(0.3));
}
