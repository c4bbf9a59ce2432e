//! The detectors that ours is compared with.

use mentiond::insight::spike::tail::ln_tail;

use crate::streams::{DAY, Post, START};

/// Seconds of a bucket of counts.
const BUCKET: i64 = 900;

/// A simple detector on counts of negative stories in quarters of an hour: whether the place is in an alarm.
pub type Simple = fn(&[f64], usize) -> bool;

fn sum(counts: &[f64], from: usize, to: usize) -> f64 {
    counts[to] - counts[from]
}

fn twice_six_hours(counts: &[f64], at: usize) -> bool {
    let hour = sum(counts, at - 4, at);
    hour >= 3.0 && hour > 2.0 * sum(counts, at - 28, at - 4) / 6.0
}

fn week_and_half(counts: &[f64], at: usize) -> bool {
    let day = sum(counts, at - 96, at);
    day >= 3.0 && day > 1.5 * sum(counts, at - 96 * 8, at - 96) / 7.0
}

fn moments(counts: &[f64], at: usize, days: usize) -> (f64, f64) {
    let hours = days * 24;
    let (mut one, mut two) = (0.0, 0.0);
    for hour in 0..hours {
        let count = sum(counts, at - 4 * (hour + 2), at - 4 * (hour + 1));
        one += count;
        two += count * count;
    }
    let mean = one / hours as f64;
    (mean, (two / hours as f64 - mean * mean).max(0.0).sqrt())
}

fn huginn(counts: &[f64], at: usize) -> bool {
    let (mean, deviation) = moments(counts, at, 14);
    let hour = sum(counts, at - 4, at);
    hour >= 3.0 && hour > mean + 3.0 * deviation
}

/// The same hour of the week in the last three weeks, and one false alarm in 720 / 0.3 tests.
fn poisson(counts: &[f64], at: usize) -> bool {
    let mean = (1..=3).map(|week| sum(counts, at - 4 - week * 672, at - week * 672)).sum::<f64>() / 3.0;
    let mean = mean.max(1.0 / 3.0);
    let hour = sum(counts, at - 4, at);
    if hour < 3.0 || hour <= mean {
        return false;
    }
    let (mut term, mut below, mut count) = ((-mean).exp(), 0.0, 0.0);
    while count < hour {
        below += term;
        count += 1.0;
        term *= mean / count;
    }
    1.0 - below < 0.3 / 720.0
}

/// Weight 0.2 for each hour, three deviations of the average.
fn ewma(counts: &[f64], at: usize) -> bool {
    let (mean, deviation) = moments(counts, at, 14);
    let average = (0..24)
        .map(|hour| 0.2 * 0.8f64.powi(hour) * sum(counts, at - 4 * (hour as usize + 1), at - 4 * hour as usize))
        .sum::<f64>();
    sum(counts, at - 24, at) >= 3.0 && average > mean + 3.0 * deviation * (0.2f64 / 1.8).sqrt()
}

/// Sums of the negative stories up to each bucket.
fn counted(posts: &[Post], days: i64) -> Vec<f64> {
    let buckets = (days * DAY / BUCKET) as usize;
    let mut counts = vec![0.0; buckets + 1];
    for post in posts.iter().filter(|post| post.negative) {
        let place = ((post.at - START) / BUCKET) as usize + 1;
        counts[place.min(buckets)] += 1.0;
    }
    for place in 1..=buckets {
        counts[place] += counts[place - 1];
    }
    counts
}

/// Starts of incidents; one ends after six hours without an alarm.
fn starts(alarms: impl Iterator<Item = (usize, bool)>) -> Vec<i64> {
    let mut starts = Vec::new();
    let mut last = 0;
    for (at, _) in alarms.filter(|(_, alarm)| *alarm) {
        if at > last + 24 {
            starts.push(START + at as i64 * BUCKET);
        }
        last = at;
    }
    starts
}

pub fn simple(posts: &[Post], days: i64, detector: Simple) -> Vec<i64> {
    let counts = counted(posts, days);
    starts((96 * 22..counts.len()).map(|at| (at, detector(&counts, at))))
}

/// The highest `-log10 p` of the windows of 1 to 12 hours at each bucket, for somebody who knows the true rate of each hour
/// with its noise: no detector on counts of negative stories can do much better.
pub fn knowing(posts: &[Post], usual: &[f64], days: i64) -> Vec<f64> {
    let counts = counted(posts, days);
    let mut means = vec![0.0];
    for place in 0..counts.len() - 1 {
        means.push(means[place] + usual[place / 4] / 4.0);
    }
    let score = |at: usize, hours: usize| {
        let (count, mean) = (sum(&counts, at - 4 * hours, at), sum(&means, at - 4 * hours, at));
        if count > mean { -ln_tail(count as u32, mean, 1e7) / std::f64::consts::LN_10 } else { 0.0 }
    };
    let best = |at: usize| [1, 2, 3, 6, 12].map(|hours| score(at, hours)).into_iter().fold(0.0, f64::max);
    (0..counts.len()).map(|at| if at < 96 { 0.0 } else { best(at) }).collect()
}

/// Starts of incidents where scores reach a threshold.
pub fn above(scores: &[f64], threshold: f64) -> Vec<i64> {
    starts(scores.iter().enumerate().map(|(at, score)| (at, *score >= threshold)))
}

pub const SIMPLE: [(&str, Simple); 5] = [
    ("2 x mean of 6 h", twice_six_hours),
    ("150 % of 7 days", week_and_half),
    ("mean + 3 sd, 14 days", huginn),
    ("Poisson tail", poisson),
    ("EWMA", ewma),
];
