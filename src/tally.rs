//! What this process has counted since it began: handed to whoever counts, and shown by `web` as metrics. Every label has
//! a handful of values that stand in the code; no name of a brand, a source or a recipient is one. Does no I/O itself.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::model::outbox::OutboxKind;
use crate::model::{HoldReason, PollFault, Tone};

/// What a decision is called that is none of those that are known.
const OTHER: &str = "other";
/// Decisions about mentions that are no reason to hold one.
const DECISIONS: [&str; 3] = ["alert", "copy_of_story", "incident"];
/// Seconds that a delivery takes.
const SECONDS: [f64; 10] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

type One = [(&'static str, &'static str); 1];
type Three = [(&'static str, &'static str); 3];

/// The counters. Clones share them.
#[derive(Debug, Clone)]
pub struct Tally {
    polls: Family<One, Counter>,
    entries: Counter,
    mentions: Family<One, Counter>,
    decisions: Family<One, Counter>,
    deliveries: Family<Three, Counter>,
    seconds: Family<One, Histogram, fn() -> Histogram>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            polls: Family::default(),
            entries: Counter::default(),
            mentions: Family::default(),
            decisions: Family::default(),
            deliveries: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
        }
    }
}

impl Tally {
    /// A poll was stored: why it could not read everything, if so, and how many entries were new.
    pub fn poll(&self, fault: Option<&PollFault>, entries: u64) {
        self.polls.get_or_create(&[("outcome", fault.map_or("read", PollFault::label))]).inc();
        self.entries.inc_by(entries);
    }

    /// A poll could not be stored.
    pub fn poll_lost(&self) {
        self.polls.get_or_create(&[("outcome", "unstored")]).inc();
    }

    /// A mention is new: its tone, and whether it alerts or why not.
    pub fn mention(&self, tone: Tone, decision: &str) {
        self.mentions.get_or_create(&[("tone", tone.as_str())]).inc();
        let known = DECISIONS.into_iter().find(|known| *known == decision);
        let known = known.or_else(|| HoldReason::parse(decision).map(HoldReason::as_str));
        self.decisions.get_or_create(&[("decision", known.unwrap_or(OTHER))]).inc();
    }

    /// An attempt to deliver a notice by this kind of channel came to this.
    pub fn delivery(&self, channel: &'static str, kind: OutboxKind, outcome: &'static str, took: Duration) {
        let labels = [("channel", channel), ("notice", kind.as_str()), ("outcome", outcome)];
        self.deliveries.get_or_create(&labels).inc();
        self.seconds.get_or_create(&[("channel", channel)]).observe(took.as_secs_f64());
    }

    /// Shows all of it.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("polls", "Polls of sources, by what became of them", self.polls.clone());
        registry.register("entries", "Entries that were new", self.entries.clone());
        registry.register("mentions", "Mentions that were new, by tone", self.mentions.clone());
        let help = "Decisions about new mentions: to alert, or why not";
        registry.register("decisions", help, self.decisions.clone());
        let help = "Attempts to deliver a notice, by kind of channel and of notice, and by outcome";
        registry.register("deliveries", help, self.deliveries.clone());
        let help = "How long attempts to deliver a notice took, by kind of channel";
        registry.register_with_unit("delivery_duration", help, Unit::Seconds, self.seconds.clone());
    }
}
