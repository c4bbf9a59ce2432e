//! Sources that are added to a brand that is known: what they show in their first day is learnt, and raises no alarm. Pure.
//!
//! A source that nobody read before shows at once what was written long ago, and goes on at a level of its own. Both would look
//! like a crisis beside what is usual without it. So for a day its stories go into the history only. If it then brings more than
//! all others together used to, of all stories or of the negative ones, the brand has another level: what is older than its
//! stories is forgotten, and the brand is learnt anew. If it brings less, the baseline follows by itself.

use std::collections::BTreeMap;

use super::{HOUR, Watch};
use crate::insight::spike::WINDOWS;
use crate::insight::spike::history::{Counted, Tones};

/// Seconds in which a source is learnt.
const LEARNT: i64 = 24 * HOUR;

/// The sources that are learnt now, by when they were first read.
#[derive(Debug, Clone, Default)]
pub(super) struct Newcomers(BTreeMap<i64, Shown>);

/// What one has shown.
#[derive(Debug, Clone, Copy)]
struct Shown {
    /// The first story, but not before the longest window.
    from: i64,
    stories: Tones,
}

impl Newcomers {
    fn add(&mut self, since: i64, at: i64, negative: bool) {
        let earliest = since - WINDOWS.last().map_or(0, |hours| i64::from(*hours) * HOUR);
        let shown = self.0.entry(since).or_insert(Shown { from: since, stories: Tones::default() });
        if at >= earliest {
            shown.stories += Tones { all: 1, negative: u32::from(negative) };
            shown.from = shown.from.min(at);
        }
    }

    /// All of them, once each has been read for a day: those that are added together count together.
    fn learnt(&mut self, now: i64) -> Option<BTreeMap<i64, Shown>> {
        let is_learnt = self.0.last_key_value().is_some_and(|(since, _)| since + LEARNT <= now);
        is_learnt.then(|| std::mem::take(&mut self.0))
    }
}

impl Watch {
    /// Whether a story comes from a source that is learnt, which then is one more of its stories. While an incident is open,
    /// and where the brand itself is new, all stories count.
    pub(super) fn is_learnt_from(&mut self, source_since: Option<i64>, at: i64, negative: bool) -> bool {
        let Some(since) = source_since.filter(|since| (*since..since + LEARNT).contains(&self.now)) else {
            return false;
        };
        let is_newcomer = self.incident.is_none() && since - self.since >= LEARNT;
        if is_newcomer {
            self.newcomers.add(since, at, negative);
        }
        is_newcomer
    }

    /// Looks at the sources that have been read for a day, but not while an incident is open.
    pub(super) fn settle_newcomers(&mut self) {
        if self.incident.is_some() {
            return;
        }
        let Some(learnt) = self.newcomers.learnt(self.now) else { return };
        let from = learnt.values().map(|shown| shown.from).min().unwrap_or(self.now);
        let (mut hours, mut before) = (0, Tones::default());
        for (_, told) in self.history.usual(Counted::Stories).take_while(|(hour, _)| *hour < from.div_euclid(HOUR)) {
            hours += 1;
            before += told;
        }
        let added = |count: fn(&Tones) -> u32| {
            let a_day = |(since, shown): (&i64, &Shown)| {
                f64::from(count(&shown.stories)) * LEARNT as f64 / (since + LEARNT - shown.from).max(LEARNT) as f64
            };
            learnt.iter().map(a_day).sum::<f64>()
        };
        let exceeds = |count: fn(&Tones) -> u32| {
            added(count) > (f64::from(count(&before)) * 24.0 / f64::from(hours.max(1))).max(1.0)
        };
        if exceeds(|tones| tones.all) || exceeds(|tones| tones.negative) {
            self.history.forget_before(from.div_euclid(HOUR));
            self.recent.begin_at(self.now);
            self.learn();
        }
    }
}
