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
    held: Vec<Waits>,
    ladder: Ladder,
}

/// An alert that is held.
#[derive(Debug)]
struct Waits {
    held: Held,
    alert: Arc<Alert>,
    /// Whether it was told before, and is held from being said again.
    again: bool,
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
        let (folded, out) = self.pass(gathered, around, false);
        self.group.mailed(&out, around.now);
        self.ladder.told(&out, around.now);
        (notice::of_alerts(&out), folded)
    }

    /// The alerts that nobody acknowledged are due again.
    pub fn remind(&mut self, around: Around<'_>) -> Option<Said> {
        let again = self.group.repeat(&self.grouping, around.now)?;
        // An incident does not tell again what was told before it began.
        let before = self.held.len();
        let (_, out) = self.pass(again, Around { incident: false, ..around }, true);
        for waits in self.held.iter().skip(before) {
            self.group.forget(&waits.alert);
        }
        notice::of_reminder(out.len())
    }

    /// What goes out of alerts, for the first time or again, and how many an incident tells; the others are held.
    fn pass(&mut self, due: Vec<Arc<Alert>>, around: Around<'_>, again: bool) -> (u64, Vec<Arc<Alert>>) {
        let way = (around.brand, self.route.as_str());
        let silenced = if around.incident { around.guard.silenced(&due, way, around.now) } else { Vec::new() };
        let due = due.into_iter().filter(|alert| !silenced.iter().any(|(_, held)| Arc::ptr_eq(held, alert))).collect();
        let waits = |(held, alert)| Waits { held, alert, again };
        self.held.extend(silenced.into_iter().map(waits));
        let (folded, due) = fold(due, around.incident);
        let parted = around.guard.part(due, around.brand, &self.route, around.now);
        self.held.extend(parted.held.into_iter().map(waits));
        (folded, parted.out)
    }

    /// When the first hold may be over.
    pub fn released_at(&self) -> Option<Instant> {
        self.held.iter().filter_map(|waits| waits.held.until()).chain(self.ladder.released_at()).min()
    }

    /// Holds that may be over are: what was held, and what is summed up, but for what an incident tells.
    pub fn release(&mut self, around: Around<'_>) -> Vec<Said> {
        let over = |waits: &Waits| waits.held.until().is_some_and(|until| until <= around.now);
        let (over, still): (Vec<_>, Vec<_>) = std::mem::take(&mut self.held).into_iter().partition(over);
        self.held = still;
        let due = over.iter().map(|waits| Arc::clone(&waits.alert)).collect();
        let parted = around.guard.part(due, around.brand, &self.route, around.now);
        let goes_on = |alert: &Arc<Alert>| parted.held.iter().any(|(_, held)| Arc::ptr_eq(held, alert));
        let mut said: Vec<Said> = holds(over.iter().filter(|waits| !goes_on(&waits.alert)).map(|waits| waits.held));
        let is_again = |alert: &Arc<Alert>| over.iter().any(|waits| waits.again && Arc::ptr_eq(&waits.alert, alert));
        let waits = |(held, alert)| Waits { again: is_again(&alert), held, alert };
        self.held.extend(parted.held.into_iter().map(waits));
        let (_, out) = fold(parted.out, around.incident);
        self.group.mailed(&out, around.now);
        said.extend(notice::of_held(out.len()));
        // Others are told next of what was told now for the first time; what was told before has gone up its steps.
        let new: Vec<_> = out.into_iter().filter(|alert| !is_again(alert)).collect();
        self.ladder.told(&new, around.now);
        said.extend(self.ladder.release(&self.route, around));
        said
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
        let mut said = holds(std::mem::take(&mut self.held).into_iter().map(|waits| waits.held));
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
