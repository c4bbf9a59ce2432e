//! An incident of a brand: what was told of it, what is held of it, and the alerts that its mails tell.

use super::gate::{Guard, Held};
use super::lane::Said;
use super::notice::Kind;
use crate::model::Instant;

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
}

impl Affair {
    /// It begins.
    pub fn new(since: Instant) -> Self {
        Self { since, open: true, told: false, held: None, folded: 0 }
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

    /// There is news: what is told of it now, if anything.
    pub fn news(&mut self, said: Said, guard: &Guard, (brand, route): (&str, &str), now: Instant) -> Vec<Said> {
        self.open = self.open && said.0 != Kind::IncidentEnd;
        match guard.holds_incident(brand, route, now) {
            Some(hold) => {
                // It is one hold until it is over.
                let hold = self.held.take().map_or(hold, |(before, _)| before);
                self.held = Some((hold, said));
                Vec::new()
            }
            None => self.tell(said),
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
        let mut all = vec![(Kind::Hold, format!("{before}, an incident"), said.2)];
        all.extend(self.tell(said));
        all
    }

    /// Who has not heard of it hears that it begins, unless it is over.
    fn tell(&mut self, (kind, reason, count): Said) -> Vec<Said> {
        let kind = if kind == Kind::IncidentUpdate && !self.told { Kind::IncidentStart } else { kind };
        self.told = true;
        self.held = None;
        vec![(kind, reason, count)]
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
