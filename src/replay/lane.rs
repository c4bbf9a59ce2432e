//! The alerts of a brand that take a route: those that gather, those that are held, and those that the mails of an
//! incident tell. Each hold is told once, when it is over.

use std::sync::Arc;

use super::gate::{Guard, Held, counted};
use super::group::{Alert, Group};
use super::ladder::Ladder;
use super::notice::{self, Kind};
use crate::alert::Way;
use crate::config::GroupingConfig;
use crate::model::{Brand, Instant};

/// What is told: its kind, why, and how many it is about.
pub(super) type Said = (Kind, String, u64);

/// The alerts of a brand that take a route.
#[derive(Debug)]
pub(super) struct Lane {
    /// Name of the route.
    pub route: String,
    pub grouping: GroupingConfig,
    pub group: Group,
    held: Vec<(Held, Arc<Alert>)>,
    ladder: Ladder,
}

/// What alerts that are due meet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    pub brand: &'a str,
    pub guard: &'a Guard,
    /// Whether an incident is open of which was told: its mails tell of all that is not urgent.
    pub incident: bool,
    pub now: Instant,
}

impl Lane {
    pub fn new(way: Way<'_>, brand: &Brand) -> Self {
        let (route, grouping) = (way.route.to_owned(), way.settings.grouping.clone());
        Self { route, grouping, group: Group::default(), held: Vec::new(), ladder: Ladder::new(way, brand) }
    }

    /// The alerts that have gathered are due: what goes out, and how many an incident tells.
    pub fn mail(&mut self, around: Around<'_>) -> (Option<Said>, u64) {
        let gathered = self.group.take(around.now);
        let (folded, out) = self.pass(gathered, around);
        self.tell(&out, around.now);
        (notice::of_alerts(&out), folded)
    }

    /// The alerts that nobody acknowledged are due again.
    pub fn remind(&mut self, around: Around<'_>) -> Option<Said> {
        let again = self.group.repeat(&self.grouping, around.now)?;
        // An incident does not tell again what was told before it began.
        let before = self.held.len();
        let (_, out) = self.pass(again, Around { incident: false, ..around });
        for (_, alert) in self.held.iter().skip(before) {
            self.group.forget(alert);
        }
        notice::of_reminder(out.len())
    }

    /// What goes out of alerts, and how many an incident tells; the others are held.
    fn pass(&mut self, due: Vec<Arc<Alert>>, around: Around<'_>) -> (u64, Vec<Arc<Alert>>) {
        let way = (around.brand, self.route.as_str());
        let silenced = if around.incident { around.guard.silenced(&due, way, around.now) } else { Vec::new() };
        let due = due.into_iter().filter(|alert| !silenced.iter().any(|(_, held)| Arc::ptr_eq(held, alert))).collect();
        self.held.extend(silenced);
        let (folded, due) = fold(due, around.incident);
        let parted = around.guard.part(due, around.brand, &self.route, around.now);
        self.held.extend(parted.held);
        (folded, parted.out)
    }

    /// When the first hold may be over.
    pub fn released_at(&self) -> Option<Instant> {
        self.held.iter().filter_map(|(held, _)| held.until()).chain(self.ladder.released_at()).min()
    }

    /// Holds that may be over are: what was held, and what is summed up, but for what an incident tells.
    pub fn release(&mut self, around: Around<'_>) -> Vec<Said> {
        let over = |(held, _): &(Held, Arc<Alert>)| held.until().is_some_and(|until| until <= around.now);
        let (over, still): (Vec<_>, Vec<_>) = std::mem::take(&mut self.held).into_iter().partition(over);
        self.held = still;
        let reasons: Vec<Held> = over.iter().map(|(held, _)| *held).collect();
        let parted = around.guard.part(
            over.iter().map(|(_, alert)| Arc::clone(alert)).collect(),
            around.brand,
            &self.route,
            around.now,
        );
        let goes_on = |alert: &Arc<Alert>| parted.held.iter().any(|(_, held)| Arc::ptr_eq(held, alert));
        let freed = over.iter().zip(reasons).filter(|((_, alert), _)| !goes_on(alert)).map(|(_, reason)| reason);
        let mut said: Vec<Said> = holds(freed);
        self.held.extend(parted.held);
        let (_, out) = fold(parted.out, around.incident);
        self.tell(&out, around.now);
        said.extend(notice::of_held(out.len()));
        said.extend(self.ladder.release(&self.route, around));
        said
    }

    /// These are mailed, for the first time as far as others are told of them next.
    fn tell(&mut self, alerts: &[Arc<Alert>], now: Instant) {
        self.group.mailed(alerts, now);
        self.ladder.told(alerts, now);
    }

    /// When others are told of what nobody acknowledges.
    pub fn escalates_at(&self) -> Option<Instant> {
        self.ladder.due(&self.grouping)
    }

    /// What others are told by now.
    pub fn escalate(&mut self, around: Around<'_>) -> Vec<Said> {
        self.ladder.climb(&self.route, &self.grouping, around)
    }

    /// What is still held at the end.
    pub fn rest(&mut self) -> Vec<Said> {
        let mut said = holds(std::mem::take(&mut self.held).into_iter().map(|(held, _)| held));
        said.extend(self.ladder.rest());
        said
    }
}

/// What an incident does not tell, and how many it does.
fn fold(alerts: Vec<Arc<Alert>>, incident: bool) -> (u64, Vec<Arc<Alert>>) {
    let all = alerts.len();
    let left: Vec<_> = alerts.into_iter().filter(|alert| !incident || alert.is_urgent()).collect();
    ((all - left.len()) as u64, left)
}

/// A line for each reason.
pub(super) fn holds(held: impl Iterator<Item = Held>) -> Vec<Said> {
    counted(held).into_iter().map(|(held, count)| (Kind::Hold, held.to_string(), count)).collect()
}
