//! Streams that are the same in each run, for the tests of the parts and of the whole.

mod clocks;
mod life;
mod newcomers;
mod parts;
mod people;
mod statistics;
mod waves;

use chrono::{DateTime, Utc};

use super::{Event, Settings, Step, Story, Watch};

pub(super) const HOUR: i64 = 3600;
pub(super) const DAY: i64 = 24 * HOUR;
/// A Monday.
pub(super) const START: i64 = 1_767_571_200;

pub(super) fn time(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(at, 0).unwrap()
}

/// A watch that is fed, and all it has told.
#[derive(Clone)]
pub(super) struct Fed {
    pub watch: Watch,
    pub events: Vec<Event>,
    id: i64,
    numbers: u64,
}

impl Fed {
    pub fn new() -> Self {
        Self { watch: Watch::new(Settings::default(), time(START)), events: Vec::new(), id: 0, numbers: 7 }
    }

    /// A number from 0 to 1, the same in each run.
    pub fn unit(&mut self) -> f64 {
        self.numbers = self.numbers.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.numbers >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn tell(&mut self, at: i64, author: Option<&str>, negative: bool) -> Step {
        self.id += 1;
        let step =
            self.watch.observe(Story { at: time(at), id: self.id, author, negative, source_since: None }, time(at));
        self.events.extend(step.events.clone());
        step
    }

    /// Usual days: so many stories a day, one in five of them negative, at random times, more by day than by night.
    pub fn usual(&mut self, from: i64, to: i64, per_day: f64) {
        let mut at = from as f64;
        loop {
            let night = ((at as i64).rem_euclid(DAY) / HOUR) < 8;
            let rate = per_day / DAY as f64 * if night { 0.4 } else { 1.3 };
            at -= self.unit().ln() / rate;
            if at >= to as f64 {
                break;
            }
            let (author, negative) = (format!("usual {}", (self.unit() * 300.0) as u32), self.unit() < 0.2);
            self.tell(at as i64, Some(&author), negative);
        }
        self.events.extend(self.watch.tick(time(to)));
    }

    pub fn starts(&self) -> usize {
        self.events.iter().filter(|event| matches!(event, Event::Start(_))).count()
    }
}
