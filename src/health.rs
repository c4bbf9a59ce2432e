//! Whether a source is well: facts -> state. Pure: never asks the clock and never reads the store, which calls it within
//! the transaction that changes a fact. A state is left less easily than it is entered, so that it does not flap.

mod tempo;

use std::time::Duration;

use chrono::TimeDelta;

use crate::model::Instant;
use crate::model::health::{Condition, Health, Trouble};

pub use tempo::Tempo;

/// So many failed polls in a row are no accident.
const FAILED_POLLS: u32 = 3;
/// Two failed polls are none either once they are so far apart, or so many intervals.
const LONG_OUTAGE: Duration = Duration::from_secs(60 * 60);
/// Intervals of a long outage.
const OUTAGE_INTERVALS: u32 = 3;
/// A poll that is due for so long is never finished.
const OVERDUE: Duration = Duration::from_secs(24 * 60 * 60);
/// So many good polls in a row end a failure.
const GOOD_POLLS: u32 = 2;
/// So many slow polls in a row make a source slow, and so many fast ones end it.
const STEADY_POLLS: u32 = 3;

/// What one poll says about the health of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It did not work, or not wholly.
    Failed,
    /// It worked, but an answer took long.
    Slow,
    /// It worked.
    Good,
}

/// What is known of a source.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// How it was judged last.
    pub before: Condition,
    /// Polls in a row that spoke against that, see [`count`].
    pub against: u32,
    /// Time between two polls when all is well.
    pub interval: Duration,
    /// Polls in a row that failed.
    pub failures: u32,
    /// When the first of them did.
    pub failing_since: Option<Instant>,
    /// Why the last of them did, in plain words.
    pub fault: Option<String>,
    /// Why it is not polled any more.
    pub gone: Option<String>,
    /// Why it is not polled until somebody mends its secret.
    pub locked_out: Option<String>,
    /// Where it has moved to for good.
    pub moved_to: Option<String>,
    /// When it was last read.
    pub last_read_at: Option<Instant>,
    /// How often it shows something new; `None` when it has shown nothing yet.
    pub tempo: Option<Tempo>,
    /// Since when its poll is due although somebody was there to poll it and its host could be asked.
    pub due_since: Option<Instant>,
    /// How long its last slow answer took.
    pub took: Option<Duration>,
}

/// How many polls in a row have spoken against the state `before`, once a poll said `sign`: good ones against a failure,
/// fast ones against slowness, slow ones against health. A failed poll says nothing about speed.
#[must_use]
pub fn count(before: Health, against: u32, sign: Sign) -> u32 {
    let one_more = against.saturating_add(1).min(STEADY_POLLS);
    match (before, sign) {
        (Health::Failing | Health::Gone, Sign::Failed) => 0,
        (Health::Failing | Health::Gone, Sign::Slow | Sign::Good) => one_more,
        (_, Sign::Failed) => against,
        (Health::Slow, Sign::Slow) => 0,
        (Health::Slow, Sign::Good) => one_more,
        (_, Sign::Slow) => one_more,
        (_, Sign::Good) => 0,
    }
}

/// Judges a source. The worst that holds is said:
///
/// - gone: it is not polled any more, since its server said so (410) or it has ended;
/// - failing: its secret is refused, so that it is not polled before that is mended; or its money of the month, or what its
///   network sells, is used up; or three polls in a row did, or two of which the first is more than three intervals and an
///   hour ago; or it was due for more than three intervals and a day in which its host could be asked, and no poll of it
///   was finished. Two good polls in a row end it;
/// - silent: see [`Tempo::is_broken`]. Anything new ends it;
/// - moved: the same permanent redirect was seen often enough;
/// - slow: three polls in a row were. Three fast ones end it;
/// - healthy, else. One failed poll is an accident.
#[must_use]
pub fn judge(facts: &Facts, now: Instant) -> Condition {
    let found = worst(facts, now);
    // It began when it was first said.
    if found.is_same_as(&facts.before) { Condition { since: facts.before.since, ..found } } else { found }
}

fn worst(facts: &Facts, now: Instant) -> Condition {
    let is = |health, since, why: &str| Condition { health, since: Some(since), why: why.to_owned() };
    let Facts { before, against, failures, .. } = facts;
    if let Some(reason) = &facts.gone {
        return is(Health::Gone, now, reason);
    }
    if let Some(reason) = &facts.locked_out {
        return is(Health::Failing, facts.failing_since.unwrap_or(now), reason);
    }
    if let Some(fault) = facts.fault.as_deref().filter(|fault| *failures > 0 && Trouble::of(fault) != Trouble::Other) {
        return is(Health::Failing, facts.failing_since.unwrap_or(now), fault);
    }
    if let Some(since) = fails_since(facts, now) {
        let overdue = "no poll of it was finished since it fell due";
        return is(Health::Failing, since, facts.fault.as_deref().unwrap_or(overdue));
    }
    if matches!(before.health, Health::Failing | Health::Gone) && (*failures > 0 || *against < GOOD_POLLS) {
        let why = facts.fault.as_ref().unwrap_or(&before.why);
        return is(before.health, before.since.unwrap_or(now), why);
    }
    if let (Some(tempo), Some(read)) = (&facts.tempo, facts.last_read_at)
        && tempo.is_broken(read)
    {
        return is(Health::Silent, tempo.last, &tempo.words());
    }
    if let Some(address) = &facts.moved_to {
        return is(Health::Moved, now, address);
    }
    let is_slow = if before.health == Health::Slow { *against < STEADY_POLLS } else { *against >= STEADY_POLLS };
    // Polls that speak against a failure say nothing about speed.
    if is_slow && !matches!(before.health, Health::Failing | Health::Gone) {
        let why = facts.took.map_or_else(|| before.why.clone(), |took| format!("an answer took {} s", took.as_secs()));
        return is(Health::Slow, now, &why);
    }
    let since = if before.health == Health::Healthy { before.since } else { Some(now) };
    Condition { health: Health::Healthy, since, why: String::new() }
}

/// Since when it cannot be read, if that is no accident.
fn fails_since(facts: &Facts, now: Instant) -> Option<Instant> {
    let is_past = |since: Instant, shortest: Duration| {
        let patience = shortest.max(facts.interval.saturating_mul(OUTAGE_INTERVALS));
        now.signed_duration_since(since) > TimeDelta::from_std(patience).unwrap_or(TimeDelta::MAX)
    };
    let overdue = facts.due_since.filter(|since| is_past(*since, OVERDUE));
    match facts.failures {
        0 => overdue,
        FAILED_POLLS.. => Some(facts.failing_since.unwrap_or(now)),
        2 => facts.failing_since.filter(|since| is_past(*since, LONG_OUTAGE)).or(overdue),
        _ => overdue,
    }
}

#[cfg(test)]
mod tests;
