//! An incident of a brand: what was told of it, what is held of it, and the alerts that its mails tell.

use std::collections::VecDeque;
use std::time::Duration;

use super::gate::{Guard, Held};
use super::lane::Said;
use super::notice::{self, Kind};
use crate::model::Instant;
use crate::model::time::after;

/// An incident that goes on, or whose end is not told yet.
#[derive(Debug)]
pub(super) struct Affair {
    /// When it began.
    since: Instant,
    open: bool,
    /// Whether it was told.
    told: bool,
    /// The last news, if that is held, and what holds it.
    held: Option<(Held, Said)>,
    /// Alerts that its mails tell.
    pub folded: u64,
    /// After which times others are told of it, and since when it is told.
    steps: VecDeque<Duration>,
    told_at: Instant,
    /// What holds that from the next of them.
    delayed: Option<Held>,
    /// Its negative stories, as far as is known.
    negative: u64,
}

impl Affair {
    /// It begins.
    pub fn new(since: Instant, steps: &[Duration]) -> Self {
        let steps = steps.iter().copied().collect();
        Self {
            since,
            open: true,
            told: false,
            held: None,
            folded: 0,
            steps,
            told_at: since,
            delayed: None,
            negative: 0,
        }
    }

    /// Whether its mails tell of alerts.
    pub fn tells(&self) -> bool {
        self.told && self.open
    }

    /// Whether it is over and told.
    pub fn is_settled(&self) -> bool {
        !self.open && self.held.is_none()
    }

    /// Since when it goes on.
    pub fn since(&self) -> Instant {
        self.since
    }

    /// When what is held may be told.
    pub fn released_at(&self) -> Option<Instant> {
        self.held.as_ref().and_then(|(held, _)| held.until())
    }

    /// When others are told of it, if it still goes on.
    pub fn escalates_at(&self) -> Option<Instant> {
        let next = self.steps.front().filter(|_| self.tells())?;
        Some(after(self.told_at, *next).max(self.delayed.and_then(Held::until).unwrap_or(self.told_at)))
    }

    /// As it stands now, if it goes on: what is told or held of it from now on says so.
    pub fn refresh(&mut self, stands: Said) {
        if !self.open {
            return;
        }
        self.negative = stands.2;
        if let Some((_, held)) = &mut self.held {
            *held = stands;
        }
    }

    /// What others are told of it by now.
    pub fn escalate(&mut self, guard: &Guard, (brand, route): (&str, &str), now: Instant) -> Vec<Said> {
        let mut said = Vec::new();
        while self.escalates_at().is_some_and(|due| due <= now) {
            if let Some(hold) = guard.holds_incident(brand, route, now) {
                self.delayed = Some(hold);
                return said;
            }
            let Some(step) = self.steps.pop_front() else { return said };
            if let Some(held) = self.delayed.take() {
                let reason = notice::escalated(&format!("{held}, an incident"));
                said.push((Kind::Hold, reason, self.negative));
            }
            said.push((Kind::IncidentUpdate, notice::of_spreading(step), self.negative));
        }
        said
    }

    /// There is news: what is told of it now, if anything.
    pub fn news(&mut self, said: Said, guard: &Guard, (brand, route): (&str, &str), now: Instant) -> Vec<Said> {
        self.open = self.open && said.0 != Kind::IncidentEnd;
        self.negative = said.2;
        match guard.holds_incident(brand, route, now) {
            Some(hold) => {
                // It is one hold until it is over.
                let hold = self.held.take().map_or(hold, |(before, _)| before);
                self.held = Some((hold, said));
                Vec::new()
            }
            None => {
                let before = self.held.take().map(|(before, _)| before);
                self.tell(before, said, now)
            }
        }
    }

    /// What is held may be told: as it stands by now, if nothing else holds it.
    pub fn release(&mut self, guard: &Guard, (brand, route): (&str, &str), now: Instant) -> Vec<Said> {
        if self.released_at().is_none_or(|until| until > now) {
            return Vec::new();
        }
        let Some((before, said)) = self.held.take() else { return Vec::new() };
        if let Some(hold) = guard.holds_incident(brand, route, now) {
            self.held = Some((hold, said));
            return Vec::new();
        }
        self.tell(Some(before), said, now)
    }

    /// Who has not heard of it hears that it begins, unless it is over; what has held it until now is told with it.
    fn tell(&mut self, before: Option<Held>, (kind, reason, count): Said, now: Instant) -> Vec<Said> {
        let kind = if kind == Kind::IncidentUpdate && !self.told { Kind::IncidentStart } else { kind };
        if !self.told {
            (self.told, self.told_at) = (true, now);
        }
        let hold = before.map(|before| (Kind::Hold, format!("{before}, an incident"), count));
        hold.into_iter().chain([(kind, reason, count)]).collect()
    }

    /// What is told of the alerts that its mails have told, when it is settled or nothing follows.
    pub fn folds(&self) -> Option<Said> {
        (self.folded > 0).then(|| (Kind::Hold, Held::Incident(self.since).to_string(), self.folded))
    }

    /// What is still held of it when nothing follows.
    pub fn rest(&mut self) -> Option<Said> {
        let (held, said) = self.held.take()?;
        Some((Kind::Hold, format!("{held}, an incident"), said.2))
    }
}
