//! Who spoke in which hour, as long as that matters: how often somebody counts, how many people an hour has heard, and how many
//! of those whom a longer time hears in its hours are the same. Pure. Of hours that are long over numbers are kept, and no names.
//!
//! Authors are counted by the hour, so that what is usual of them can be learnt for each hour of the week. Over more hours these
//! numbers add up to more than there are people: whoever speaks in three of them is one. The part that is left when each is
//! counted once is learnt for each length of the windows, from days without incidents.

use std::collections::HashMap;

use super::WINDOWS;
use super::history::{HOUR, Tones};
use super::recent::Told;

/// From its fourth story in one hour of the clock on, an author adds nothing to the counts.
pub(super) const PER_AUTHOR: u8 = 3;
/// Hours after which it is forgotten who spoke.
const REMEMBERED: i64 = 24;
/// People that are assumed to speak once, before anything is known.
const PRIOR: f64 = 5.0;
/// What a day leaves of what was known before: half after two weeks.
const FADE: f64 = 0.951_7;

/// What a story adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heard {
    /// Whether it counts, or is one too many of its author.
    pub counts: bool,
    /// One where its author is new in its hour.
    pub authors: Tones,
}

/// How often somebody was new in an hour, and in a stretch of each of the lengths.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    hours: f64,
    stretches: [f64; WINDOWS.len()],
}

impl Sums {
    /// Somebody is new in an hour who was last heard in another, if ever.
    fn meet(&mut self, hour: i64, last: Option<i64>) {
        self.hours += 1.0;
        for (sum, hours) in self.stretches.iter_mut().zip(WINDOWS) {
            let stretch = |hour: i64| hour.div_euclid(i64::from(hours));
            *sum += f64::from(u8::from(last.is_none_or(|last| stretch(last) != stretch(hour))));
        }
    }

    fn fade_into(&mut self, today: &Self) {
        self.hours = self.hours * FADE + today.hours;
        for (sum, of_today) in self.stretches.iter_mut().zip(today.stretches) {
            *sum = *sum * FADE + of_today;
        }
    }

    /// The part that is left of the numbers of hours when each is counted once.
    fn part(&self, place: usize) -> f64 {
        let once = self.stretches.get(place).copied().unwrap_or(self.hours);
        (once + PRIOR) / (self.hours + PRIOR)
    }
}

/// Who spoke when.
#[derive(Debug, Clone, Default)]
pub(super) struct Voices {
    /// How many stories, by the hour, the author and whether they are negative.
    told: HashMap<(i64, u64, bool), u8>,
    /// The last hour of each author, of all tones and of the negative ones.
    last: HashMap<(u64, bool), i64>,
    /// Of all tones, and of the negative ones; this day, and before.
    today: (Sums, Sums),
    known: (Sums, Sums),
}

impl Voices {
    pub fn hear(&mut self, story: &Told) -> Heard {
        let hour = story.at.div_euclid(HOUR);
        let Some(author) = story.author else {
            self.today.0.meet(hour, None);
            if story.negative {
                self.today.1.meet(hour, None);
            }
            return Heard { counts: true, authors: Tones { all: 1, negative: u32::from(story.negative) } };
        };
        let other = self.told.contains_key(&(hour, author, !story.negative));
        let told = self.told.entry((hour, author, story.negative)).or_default();
        let (is_first, counts) = (*told == 0, *told < PER_AUTHOR);
        *told = told.saturating_add(1);
        let (all, negative) = (is_first && !other, is_first && story.negative);
        if all {
            self.today.0.meet(hour, self.last.insert((author, false), hour));
        }
        if negative {
            self.today.1.meet(hour, self.last.insert((author, true), hour));
        }
        Heard { counts, authors: Tones { all: u32::from(all), negative: u32::from(negative) } }
    }

    /// A day is over; on one with an incident others speak than usual.
    pub fn close_day(&mut self, hour: i64, is_usual: bool) {
        self.told.retain(|(then, ..), _| *then >= hour - REMEMBERED);
        let longest = WINDOWS.last().map_or(REMEMBERED, |hours| i64::from(*hours));
        self.last.retain(|_, then| *then >= hour - longest);
        let today = std::mem::take(&mut self.today);
        if is_usual {
            self.known.0.fade_into(&today.0);
            self.known.1.fade_into(&today.1);
        }
    }

    /// How many people are usual in a window of the length at this place, from what is usual in its hours: those who write no
    /// negative story, and those who do.
    pub fn once_each(&self, place: usize, (rest, negative): (f64, f64)) -> (f64, f64) {
        let all = (rest + negative) * self.known.0.part(place);
        let negative = negative * self.known.1.part(place);
        ((all - negative).max(0.0), negative)
    }
}
