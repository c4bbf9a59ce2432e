//! What was there before anybody looked for it is nobody's news: it is counted, but raises no alert. That is what was old
//! when its source, or the lane that shows it, was first read, and what was known and stood for long when something new was
//! looked for.

use super::Reading;
use super::keep;
use crate::clock::Clock;
use crate::model::{Entry, EntryKey, HoldReason, Instant, Source};
use crate::store::{ClaimedSource, FoundEntry, Store, StoreError};

impl Reading {
    /// Notes which entries of a lane were old when that was first read. One that another lane shows to be new is new: those
    /// that were never read come first.
    pub(super) fn note_old(&mut self, source: &Source, lane: &str, entries: &[Entry], now: Instant) {
        let since = self.lanes.begun(lane).unwrap_or(now) - source.first_alert_age;
        for entry in entries {
            if entry.published_at.is_some_and(|at| at < since) {
                self.there_before.insert(entry.key.clone());
            } else {
                self.there_before.remove(&entry.key);
            }
        }
    }
}

/// What was old already when the source was first read raises no alerts.
pub(super) fn hold_old_alerts(source: &Source, claim: &ClaimedSource, found: &mut [FoundEntry], now: Instant) {
    let since = claim.first_read_at.unwrap_or(now) - source.first_alert_age;
    found.iter_mut().filter(|found| found.entry.published_at.is_some_and(|at| at < since)).for_each(hold_alerts);
}

/// What the source has shown before as it is now is judged again only because something else is looked for: a brand or a
/// word is new. What is old by then raises no alert.
///
/// # Errors
/// When the store fails.
pub(super) async fn hold_of_known(
    store: &Store,
    source: &Source,
    claim: &ClaimedSource,
    found: &mut [FoundEntry],
    clock: &Clock,
) -> Result<(), StoreError> {
    let since = clock.now() - source.first_alert_age;
    let may_be_old = |found: &FoundEntry| found.alerts() && found.entry.published_at.is_none_or(|at| at < since);
    let keys: Vec<EntryKey> =
        found.iter().filter(|found| may_be_old(found)).map(|found| found.entry.key.clone()).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let ask = || store.shown_before(&source.name, &keys);
    let known = keep::again_and_again(&claim.name, claim.claimed_until, clock, ask).await?;
    for found in found.iter_mut().filter(|found| may_be_old(found)) {
        let stands = known.get(&found.entry.key).filter(|shown| shown.content == found.imprint.content);
        if stands.is_some_and(|shown| found.entry.published_at.unwrap_or(shown.found_at) < since) {
            hold_alerts(found);
        }
    }
    Ok(())
}

/// Raises no alert.
pub(super) fn hold_alerts(found: &mut FoundEntry) {
    found.mentions.iter_mut().for_each(|mention| mention.hold(HoldReason::ThereBefore));
}
