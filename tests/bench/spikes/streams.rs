//! The streams: a cycle of the day and of the week, gamma noise, authors, and what is put into them.

use chrono::{DateTime, Offset as _, TimeZone as _};
use chrono_tz::Tz;

/// Seconds.
pub const HOUR: i64 = 3600;
pub const DAY: i64 = 24 * HOUR;
/// A Monday.
pub const START: i64 = 1_767_571_200;

/// Numbers that are the same in each run (xorshift64*).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (2.0 * std::f64::consts::PI * self.unit()).cos()
    }

    /// Gamma with mean 1 (Marsaglia and Tsang, 2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * (shape + 1.0) / shape * self.unit().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        loop {
            let normal = self.normal();
            let v = (1.0 + normal / (9.0 * d).sqrt()).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * normal * normal + d - d * v + d * v.ln() {
                return d * v / shape;
            }
        }
    }

    pub fn poisson(&mut self, mean: f64) -> u32 {
        let (mut count, mut time) = (0, -self.unit().ln());
        while time < mean {
            count += 1;
            time -= self.unit().ln();
        }
        count
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum Authors {
    Zipf(f64),
    Unknown,
    Unique,
}

#[derive(Clone, Copy)]
pub struct Stream {
    /// Added to all seeds.
    pub seed: u64,
    pub per_day: f64,
    pub share: f64,
    /// Shape of the noise of an hour, and of a day.
    pub hourly: f64,
    pub daily: f64,
    /// Strength of the cycles, 0 to 1.
    pub cycle: f64,
    pub authors: Authors,
    /// Growth of the level per day.
    pub drift: f64,
    /// Noise of the negative share of a day.
    pub tone: f64,
    /// From the day on, for so many days, volume times so much.
    pub holiday: Option<(i64, i64, f64)>,
    /// Where the people live, and where the watch takes them to live.
    pub zone: Tz,
    pub told: Tz,
    /// Whether they all begin to write at six in the morning.
    pub mornings: bool,
}

pub const PLAIN: Stream = Stream {
    seed: 0,
    per_day: 50.0,
    share: 0.17,
    hourly: 8.0,
    daily: 50.0,
    cycle: 0.7,
    authors: Authors::Zipf(1.0),
    drift: 0.0,
    tone: 1e6,
    holiday: None,
    zone: Tz::UTC,
    told: Tz::UTC,
    mornings: false,
};

#[derive(Clone, Copy, PartialEq)]
pub enum Shape {
    /// So many negative stories more an hour, by so many authors (0: all different), the rest of the tones so many.
    Flat { authors: u32, others: f64 },
    /// The negative rate doubles every so many hours.
    Burn(f64),
}

#[derive(Clone, Copy)]
pub struct Burst {
    pub shape: Shape,
    pub per_hour: f64,
    pub hours: i64,
}

#[derive(Clone, Copy)]
pub struct Post {
    pub at: i64,
    pub author: u32,
    pub negative: bool,
}

pub fn level(stream: &Stream, hour: i64) -> f64 {
    let at = DateTime::from_timestamp(START + hour * HOUR, 0).unwrap_or_default().naive_utc();
    let clock = hour + i64::from(stream.zone.offset_from_utc_datetime(&at).fix().local_minus_utc()) / HOUR;
    let (of_day, of_week) = (clock.rem_euclid(24) as f64, clock.div_euclid(24).rem_euclid(7));
    let day = match stream.mornings {
        true if of_day < 6.0 => 0.05,
        true if of_day < 7.0 => 0.6,
        true => 1.35,
        false => 1.0 + stream.cycle * (2.0 * std::f64::consts::PI * (of_day - 9.0) / 24.0).sin(),
    };
    let week = if of_week >= 5 { 1.0 - 0.5 * stream.cycle } else { 1.0 + 0.2 * stream.cycle };
    let drift = (1.0 + stream.drift).powf(hour as f64 / 24.0);
    let holiday = stream
        .holiday
        .map_or(1.0, |(from, days, by)| if (from..from + days).contains(&(hour / 24)) { by } else { 1.0 });
    stream.per_day / 24.0 * day * week * drift * holiday
}

/// The stories, and the negative ones that were to be expected in each hour without the bursts.
pub fn stream(stream: &Stream, days: i64, bursts: &[(i64, Burst)], seed: u64) -> (Vec<Post>, Vec<f64>) {
    let seed = seed + stream.seed;
    let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for _ in 0..20 {
        numbers.unit();
    }
    let (mut posts, mut usual) = (Vec::new(), Vec::new());
    let zipf = match stream.authors {
        Authors::Zipf(power) => {
            let weights = (1..=2000).map(|rank| f64::from(rank).powf(-power));
            weights
                .scan(0.0, |sum, weight| {
                    *sum += weight;
                    Some(*sum)
                })
                .collect()
        }
        _ => Vec::new(),
    };
    let mut fresh = 10_000;
    let (mut of_day, mut share) = (1.0, stream.share);
    for hour in 0..days * 24 {
        if hour % 24 == 0 {
            of_day = numbers.gamma(stream.daily);
            share = (stream.share * numbers.gamma(stream.tone)).min(1.0);
        }
        let mean = level(stream, hour) * of_day * numbers.gamma(stream.hourly);
        usual.push(mean * share);
        for _ in 0..numbers.poisson(mean) {
            let at = START + hour * HOUR + (numbers.unit() * 3600.0) as i64;
            fresh += 1;
            let author = match stream.authors {
                Authors::Zipf(_) => {
                    let place = numbers.unit() * zipf.last().unwrap_or(&0.0);
                    1 + zipf.partition_point(|sum| *sum < place) as u32
                }
                Authors::Unknown => 0,
                Authors::Unique => fresh,
            };
            posts.push(Post { at, author, negative: numbers.unit() < share });
        }
        for (start, burst) in bursts {
            let (from, to) = (START + hour * HOUR, START + (hour + 1) * HOUR);
            let (from, to) = (from.max(*start), to.min(start + burst.hours * HOUR));
            if from >= to {
                continue;
            }
            let part = (to - from) as f64 / HOUR as f64;
            let (rate, authors, others) = match burst.shape {
                Shape::Flat { authors, others } => (burst.per_hour, authors, others),
                Shape::Burn(double) => {
                    let grown = (((from - start) as f64 / HOUR as f64) / double).exp2() - 1.0;
                    (grown * level(stream, hour) * stream.share, 0, 0.0)
                }
            };
            for (rate, negative) in [(rate, true), (others, false)] {
                for _ in 0..numbers.poisson(rate * part) {
                    let at = from + (numbers.unit() * (to - from) as f64) as i64;
                    fresh += 1;
                    let author = if stream.authors == Authors::Unknown {
                        0
                    } else if authors == 0 {
                        fresh
                    } else {
                        5000 + (numbers.unit() * f64::from(authors)) as u32
                    };
                    posts.push(Post { at, author, negative });
                }
            }
        }
    }
    posts.sort_by_key(|post| post.at);
    (posts, usual)
}
