//! What a brand's hours held, eight weeks of them: the memory from which the baseline is made. Pure.

use std::collections::VecDeque;

/// Hours kept.
pub(super) const KEPT: usize = 8 * 7 * 24;
/// Seconds of an hour.
pub(super) const HOUR: i64 = 3600;

/// Of all tones, and the negative ones among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tones {
    pub all: u32,
    pub negative: u32,
}

impl std::ops::AddAssign for Tones {
    fn add_assign(&mut self, other: Self) {
        self.all = self.all.saturating_add(other.all);
        self.negative = self.negative.saturating_add(other.negative);
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Stories,
    Authors,
}

/// What one hour held: numbers, and no names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Hour {
    stories: Tones,
    /// How many people wrote them; each story without an author counts as one.
    authors: Tones,
    /// Whether an incident lay over this hour, so that it says nothing about usual days.
    aside: bool,
}

impl Hour {
    fn of(&self, counted: Counted) -> Tones {
        match counted {
            Counted::Stories => self.stories,
            Counted::Authors => self.authors,
        }
    }
}

/// Consecutive hours, the oldest first, numbered from the start of 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct History {
    first: i64,
    hours: VecDeque<Hour>,
}

impl History {
    /// Begins in the hour in which the brand is first watched.
    pub fn new(first: i64) -> Self {
        Self { first, hours: VecDeque::from([Hour::default()]) }
    }

    /// The hour that is not over yet.
    pub fn last(&self) -> i64 {
        self.first + i64::try_from(self.hours.len()).unwrap_or(0) - 1
    }

    /// Makes `hour` the newest.
    pub fn advance(&mut self, hour: i64) {
        let kept = i64::try_from(KEPT).unwrap_or(0);
        if hour - self.last() > kept {
            *self = Self::new(hour - kept + 1);
        }
        while self.last() < hour {
            self.hours.push_back(Hour::default());
            if self.hours.len() > KEPT {
                self.hours.pop_front();
                self.first += 1;
            }
        }
    }

    /// Counts stories in their hour, and authors who are new in it, unless that is forgotten.
    pub fn add(&mut self, hour: i64, stories: Tones, authors: Tones) {
        if let Some(hour) = self.hour_mut(hour) {
            hour.stories += stories;
            hour.authors += authors;
        }
    }

    /// Leaves the hours from one to another out of what is usual.
    pub fn set_aside(&mut self, from: i64, to: i64) {
        for hour in from.max(self.first)..=to.min(self.last()) {
            if let Some(hour) = self.hour_mut(hour) {
                hour.aside = true;
            }
        }
    }

    /// Forgets what was before `hour`.
    pub fn forget_before(&mut self, hour: i64) {
        while self.first < hour && self.hours.len() > 1 {
            self.hours.pop_front();
            self.first += 1;
        }
    }

    /// The same since another level began there: what was set aside since counts again.
    pub fn begin_at(&mut self, hour: i64) {
        self.forget_before(hour);
        for hour in &mut self.hours {
            hour.aside = false;
        }
    }

    /// What was counted in the hours that are over and that no incident covers, with their numbers.
    pub fn usual(&self, counted: Counted) -> impl Iterator<Item = (i64, Tones)> + '_ {
        let hours = (self.first..self.last()).zip(&self.hours).filter(|(_, hour)| !hour.aside);
        hours.map(move |(number, hour)| (number, hour.of(counted)))
    }

    fn hour_mut(&mut self, hour: i64) -> Option<&mut Hour> {
        self.hours.get_mut(usize::try_from(hour - self.first).ok()?)
    }
}
