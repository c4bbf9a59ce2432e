//! Sources that are added to a brand that is known: what they show in their first day is learnt, and raises no alarm. Pure.
//!
//! A source that nobody read before shows at once what was written long ago, and goes on at a level of its own. Both would look
//! like a crisis beside what is usual without it. So for a day its stories go into the history only. If it then brings more than
//! all others together used to, the brand has another level: what is older than its stories is forgotten, and the brand is
//! learnt anew. If it brings less, the baseline follows by itself.

use std::collections::BTreeMap;

use super::{HOUR, Watch};
use crate::insight::spike::WINDOWS;
use crate::insight::spike::history::Counted;

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
    stories: u32,
}

impl Newcomers {
    fn add(&mut self, since: i64, at: i64) {
        let earliest = since - WINDOWS.last().map_or(0, |hours| i64::from(*hours) * HOUR);
        let shown = self.0.entry(since).or_insert(Shown { from: since, stories: 0 });
        if at >= earliest {
            shown.stories = shown.stories.saturating_add(1);
            shown.from = shown.from.min(at);
        }
    }

    /// The next that has been read for a day.
    fn learnt(&mut self, now: i64) -> Option<Shown> {
        let first = self.0.first_entry().filter(|source| source.key() + LEARNT <= now)?;
        Some(first.remove())
    }
}

impl Watch {
    /// Whether a story comes from a source that is learnt, which then is one more of its stories. While an incident is open,
    /// and where the brand itself is new, all stories count.
    pub(super) fn is_learnt_from(&mut self, source_since: Option<i64>, at: i64) -> bool {
        let Some(since) = source_since.filter(|since| (*since..since + LEARNT).contains(&self.now)) else {
            return false;
        };
        let is_newcomer = self.incident.is_none() && since - self.since >= LEARNT;
        if is_newcomer {
            self.newcomers.add(since, at);
        }
        is_newcomer
    }

    /// Looks at the sources that have been read for a day.
    pub(super) fn settle_newcomers(&mut self) {
        while let Some(shown) = self.newcomers.learnt(self.now) {
            let (mut hours, mut stories) = (0, 0);
            for (_, told) in
                self.history.usual(Counted::Stories).take_while(|(hour, _)| *hour < shown.from.div_euclid(HOUR))
            {
                hours += 1;
                stories += u64::from(told.all);
            }
            let days = (self.now - shown.from) as f64 / LEARNT as f64;
            let (before, added) =
                (stories as f64 * 24.0 / f64::from(hours.max(1)), f64::from(shown.stories) / days.max(1.0));
            if added > before.max(1.0) && self.incident.is_none() {
                self.history.begin_at(shown.from.div_euclid(HOUR));
                self.recent.begin_at(self.now);
                self.learn();
            }
        }
    }
}
