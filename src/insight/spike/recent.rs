//! The stories of the last two days and, for each window length, how many lie within it. Moving on costs a step per story
//! and window, whatever the windows hold. Pure.

use std::collections::{HashSet, VecDeque};

use super::WINDOWS;
use super::history::{HOUR, Tones};
use super::incident::Calm;

/// A story as the windows keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub at: i64,
    pub id: i64,
    pub author: Option<u64>,
    pub negative: bool,
    /// Whether it counts, or is one too many of its author.
    pub counts: bool,
}

/// One window: which stories it holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// It reaches back to this time, which is not in it.
    pub from: i64,
    /// And up to this one.
    pub to: i64,
    start: usize,
    /// Negative stories that count.
    pub negative: u32,
    /// The others that count.
    pub rest: u32,
    /// Negative stories that do not count, since each is one too many of its author.
    pub excess: u32,
}

impl Window {
    fn shift(&mut self, story: &Told, by: i32) {
        let count = match (story.counts, story.negative) {
            (true, true) => &mut self.negative,
            (true, false) => &mut self.rest,
            (false, true) => &mut self.excess,
            (false, false) => return,
        };
        *count = count.saturating_add_signed(by);
    }
}

/// The recent stories of a brand.
#[derive(Debug, Clone)]
pub(super) struct Recent {
    stories: VecDeque<Told>,
    windows: [Window; WINDOWS.len()],
    /// No window reaches back beyond this.
    floor: i64,
}

impl Recent {
    pub fn new(floor: i64) -> Self {
        let window = Window { from: floor, ..Window::default() };
        Self { stories: VecDeque::new(), windows: [window; WINDOWS.len()], floor }
    }

    /// Nothing before `floor` is looked at any more.
    pub fn begin_at(&mut self, floor: i64) {
        self.floor = self.floor.max(floor);
    }

    /// Moves the windows on.
    pub fn advance(&mut self, now: i64) {
        let mut unused = self.stories.len();
        for (window, hours) in self.windows.iter_mut().zip(WINDOWS) {
            window.to = now;
            window.from = window.from.max(self.floor).max(now - i64::from(hours) * HOUR);
            while let Some(story) = self.stories.get(window.start).filter(|story| story.at <= window.from) {
                window.shift(story, -1);
                window.start += 1;
            }
            unused = unused.min(window.start);
        }
        self.stories.drain(..unused);
        for window in &mut self.windows {
            window.start -= unused;
        }
    }

    /// Takes a story in, at its place in time. Says why it adds nothing to the windows, if it does not.
    pub fn insert(&mut self, story: Told) -> Option<Calm> {
        let place = self.stories.len() - self.stories.iter().rev().take_while(|other| other.at > story.at).count();
        if self.windows.iter().any(|window| story.at > window.from) {
            self.stories.insert(place, story);
            for window in &mut self.windows {
                if story.at > window.from {
                    window.shift(&story, 1);
                } else {
                    window.start += 1;
                }
            }
            (!story.counts).then_some(Calm::OverAuthorLimit)
        } else {
            Some(Calm::Late)
        }
    }

    /// The windows, the shortest first; those that reach no further back than a shorter one are left out.
    pub fn windows(&self) -> impl Iterator<Item = (usize, Window)> + '_ {
        let mut before = i64::MAX;
        self.windows.iter().copied().enumerate().filter(move |(_, window)| {
            let further = window.from < before;
            before = window.from;
            further
        })
    }

    /// The negative stories after a time, the oldest first.
    pub fn negative_since(&self, from: i64) -> impl Iterator<Item = &Told> + '_ {
        let start = self.stories.partition_point(|story| story.at <= from);
        self.stories.range(start..).filter(|story| story.negative)
    }

    /// How many people wrote the stories of a window that count; each story without an author counts as one.
    pub fn authors(&self, window: &Window) -> Tones {
        let (mut authors, mut named) = (Tones::default(), (HashSet::new(), HashSet::new()));
        let start = self.stories.partition_point(|story| story.at <= window.from);
        let within = self.stories.range(start..).take_while(|story| story.at <= window.to);
        for story in within.filter(|story| story.counts) {
            let new = |known: &mut HashSet<u64>| story.author.is_none_or(|author| known.insert(author));
            authors.all += u32::from(new(&mut named.0));
            authors.negative += u32::from(story.negative && new(&mut named.1));
        }
        authors
    }
}
