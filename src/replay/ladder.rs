//! Who is told next of alerts that take a route. Nobody acknowledges anything in a replay, so every step is taken, by one mail
//! for those of it who were not told before.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::gate::Held;
use super::group::Alert;
use super::lane::{Around, Said, holds};
use super::notice::{self, Kind};
use crate::alert::Way;
use crate::config::{EscalationStep, GroupingConfig};
use crate::model::time::after;
use crate::model::{Brand, Instant};

/// The steps of a way, the soonest first.
#[derive(Debug)]
pub(super) struct Ladder(Vec<Step>);

#[derive(Debug)]
struct Step {
    after: Duration,
    /// What they were not told yet, with the time at which it was first told.
    waiting: VecDeque<(Instant, Arc<Alert>)>,
    /// When they were mailed last, or that was held.
    last: Option<Instant>,
    held: Vec<(Held, Arc<Alert>)>,
}

impl Ladder {
    pub fn new(way: Way<'_>, brand: &Brand) -> Self {
        let step = |after| Step { after, waiting: VecDeque::new(), last: None, held: Vec::new() };
        Self(steps(way, brand).into_iter().map(step).collect())
    }

    /// Alerts were told for the first time.
    pub fn told(&mut self, alerts: &[Arc<Alert>], now: Instant) {
        for step in &mut self.0 {
            step.waiting.extend(alerts.iter().map(|alert| (now, Arc::clone(alert))));
        }
    }

    /// When the next are told.
    pub fn due(&self, grouping: &GroupingConfig) -> Option<Instant> {
        self.0.iter().filter_map(|step| step.due(grouping)).min()
    }

    /// Tells those whose step is due, but for what is held.
    pub fn climb(&mut self, route: &str, grouping: &GroupingConfig, around: Around<'_>) -> Vec<Said> {
        let due = self.0.iter_mut().filter(|step| step.due(grouping).is_some_and(|due| due <= around.now));
        due.filter_map(|step| step.tell(route, around)).collect()
    }

    /// When the first hold may be over.
    pub fn released_at(&self) -> Option<Instant> {
        self.0.iter().flat_map(|step| &step.held).filter_map(|(held, _)| held.until()).min()
    }

    /// Holds that may be over are: what was held, and what is summed up.
    pub fn release(&mut self, route: &str, around: Around<'_>) -> Vec<Said> {
        self.0.iter_mut().flat_map(|step| step.release(route, around)).collect()
    }

    /// What is still held at the end.
    pub fn rest(&mut self) -> Vec<Said> {
        self.0.iter_mut().flat_map(|step| lines(std::mem::take(&mut step.held))).collect()
    }
}

impl Step {
    fn due(&self, grouping: &GroupingConfig) -> Option<Instant> {
        let (told, _) = self.waiting.front()?;
        let next = self.last.map(|last| after(last, grouping.group_interval));
        Some(after(*told, self.after)).max(next)
    }

    fn tell(&mut self, route: &str, around: Around<'_>) -> Option<Said> {
        let ripe = self.waiting.iter().take_while(|(told, _)| after(*told, self.after) <= around.now).count();
        let ripe = self.waiting.drain(..ripe).map(|(_, alert)| alert).collect();
        let parted = around.guard.part(ripe, around.brand, route, around.now);
        self.held.extend(parted.held);
        if !parted.out.is_empty() {
            self.last = Some(around.now);
        }
        notice::of_escalation(parted.out.len(), self.after)
    }

    fn release(&mut self, route: &str, around: Around<'_>) -> Vec<Said> {
        let over = |(held, _): &(Held, Arc<Alert>)| held.until().is_some_and(|until| until <= around.now);
        let (over, still): (Vec<_>, Vec<_>) = std::mem::take(&mut self.held).into_iter().partition(over);
        self.held = still;
        let alerts = over.iter().map(|(_, alert)| Arc::clone(alert)).collect();
        let parted = around.guard.part(alerts, around.brand, route, around.now);
        let goes_on = |alert: &Arc<Alert>| parted.held.iter().any(|(_, held)| Arc::ptr_eq(held, alert));
        let mut said = lines(over.into_iter().filter(|(_, alert)| !goes_on(alert)).collect());
        self.held.extend(parted.held);
        said.extend(notice::of_held(parted.out.len()));
        said
    }
}

/// After which times somebody is told next who was not told before.
pub(super) fn steps(way: Way<'_>, brand: &Brand) -> Vec<Duration> {
    let mut told = way.recipients(brand).to_vec();
    let mut steps = Vec::new();
    for EscalationStep { after, recipients } in &way.settings.escalation {
        let new: Vec<String> = recipients.iter().filter(|one| !told.contains(one)).cloned().collect();
        if !new.is_empty() {
            steps.push(*after);
            told.extend(new);
        }
    }
    steps
}

fn lines(held: Vec<(Held, Arc<Alert>)>) -> Vec<Said> {
    let lines = holds(held.into_iter().map(|(held, _)| held)).into_iter();
    lines.map(|(_, reason, count)| (Kind::Hold, notice::escalated(&reason), count)).collect()
}
