//! The tail of the negative-binomial distribution, in logarithms, so that it stays exact where probabilities are too small
//! for a float. Pure.
//!
//! With mean `m` and size `r` (variance `m + m²/r`), `P(X >= x) = I_p(x, r)` with `p = m / (m + r)`, where `I` is the
//! regularised incomplete beta function (NIST Digital Library of Mathematical Functions, 8.17.5), computed by its continued
//! fraction (8.17.22) with the method of Lentz. `r` towards infinity is the Poisson distribution.
//!
//! A window that slides along comes to hold `x` stories `x P(X = x)` times in its own length, as often as one of `x` grows too
//! old. Most of these times cluster around one peak; a part of `1 - q`, `q = P(X = x + 1) / P(X = x)`, does not come back to
//! `x` from above and stands for a cluster (Aldous, Probability Approximations via the Poisson Clumping Heuristic, 1989,
//! chapter B; for Poisson scans Alm, On the Distribution of Scan Statistics of Poisson Processes, 1998).

/// Beyond this size the distribution is Poisson as far as a float can tell.
const POISSON: f64 = 1e7;
const STEPS: u32 = 10_000;
const TINY: f64 = 1e-300;
/// The part of the times that stands for clusters is no smaller, however near the mean.
const LEAST_CLUSTERS: f64 = 1e-3;

/// Coefficients of Lanczos (g = 7, n = 9).
const LANCZOS: [f64; 8] = [
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// The logarithm of the gamma function, for positive `x`.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    if x < 0.5 {
        // The reflection formula: the series is good to the right of it.
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let (sum, _) = LANCZOS
        .iter()
        .fold((0.999_999_999_999_809_9, 1.0), |(sum, at), coefficient| (sum + coefficient / (x + at), at + 1.0));
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + f64::ln(sum)
}

/// The natural logarithm of `P(X >= x)` for a negative-binomial `X` of this mean and size.
#[must_use]
pub fn ln_tail(x: u32, mean: f64, size: f64) -> f64 {
    if x == 0 {
        return 0.0;
    }
    if mean <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let (a, b) = (f64::from(x), size.clamp(1e-6, POISSON));
    let (p, front) = (mean / (mean + b), ln_arrivals(a, mean, b));
    if p < (a + 1.0) / (a + b + 2.0) {
        (front - a.ln() + fraction(a, b, p).ln()).min(0.0)
    } else {
        let below = (front - b.ln() + fraction(b, a, 1.0 - p).ln()).exp();
        (-below.min(1.0)).ln_1p()
    }
}

/// The logarithm of `x P(X = x)`.
fn ln_arrivals(x: f64, mean: f64, size: f64) -> f64 {
    let (ln_p, ln_q) = (-(size / mean).ln_1p(), -(mean / size).ln_1p());
    x * ln_p + size * ln_q + ln_gamma(x + size) - ln_gamma(x) - ln_gamma(size)
}

/// The natural logarithm of how often, in the length of the window, a sliding window comes to hold `x` stories or more, for
/// an `x` above the mean. Counts go by steps of a story: where such a step divides the number by much, it is taken
/// at the middle of the step, but no lower than half.
#[must_use]
pub fn ln_onsets(x: u32, mean: f64, size: f64) -> f64 {
    if mean <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let (x, size) = (f64::from(x), size.clamp(1e-6, POISSON));
    let step = (x + size) / (x + 1.0) * mean / (mean + size);
    let clusters = (1.0 - step).max(LEAST_CLUSTERS);
    ln_arrivals(x, mean, size) + clusters.ln() + step.sqrt().clamp(0.5, 1.0).ln()
}

/// The continued fraction of the incomplete beta function.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..=STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        let change = d * c;
        value *= change;
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    value
}
