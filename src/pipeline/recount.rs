//! What is counted of known mentions is asked for again: once a poll has read everything new, in a few calls for many, and
//! only with what is left over of the budget. Stores nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::there::hold_old_alerts;
use super::{Pipeline, Reading, hide_secrets, keep};
use crate::clock::Clock;
use crate::model::counts::next_recount;
use crate::model::{Author, Counted, Counts, EntryKey, Instant, PollFault, Request, Source, Stale};
use crate::source::{self, Adapter};
use crate::store::{ClaimedSource, FoundEntry, Recounted, Store, StoreError};

/// Mentions that may be asked for in one poll.
const MOST: usize = 100;
/// Requests for counts in one poll.
const MOST_REQUESTS: usize = 2;

/// What the network was asked for, and what it counts.
#[derive(Debug, Default)]
pub struct Asked {
    /// The mentions that need not be asked for again soon.
    pub of: Vec<(EntryKey, Option<Instant>)>,
    /// What is counted of them now.
    pub counts: HashMap<EntryKey, Counts>,
    /// Who wrote them, where the network says so.
    pub authors: HashMap<EntryKey, Author>,
}

impl Pipeline {
    /// Asks for the counts of those mentions of a source that have waited longest, if all is well with it.
    /// What it takes no more calls for is left for later.
    pub(super) async fn ask_again(
        &self,
        store: &Store,
        source: &Source,
        claim: &ClaimedSource,
        reading: &mut Reading,
        clock: &Clock,
    ) -> Asked {
        let now = clock.now();
        // A network that wants to be left alone after its answers, or has more to show, is asked another time.
        let rests = reading.goes_on || reading.rhythm.as_ref().is_some_and(|rhythm| rhythm.every.is_some());
        if !source.refresh || reading.fault.is_some() || rests || !reading.usage.spares(source, now) {
            return Asked::default();
        }
        let ask = || store.stale_counts(&source.name, now, MOST);
        let stale = match keep::again_and_again(&claim.name, claim.claimed_until, clock, ask).await {
            Ok(stale) => stale,
            Err(error) => {
                reading.problems.push(format!("what is to be counted again cannot be told: {error}"));
                return Asked::default();
            }
        };
        let at = source.at(claim.whereabouts.address(&source.url, claim.failures));
        let asked = self.read_counts(&at, &stale, reading, now).await;
        reading.fault = reading.fault.take().filter(|fault| !reading.rests(fault, source, now));
        hide_secrets(source, reading);
        asked
    }

    /// Asks for the counts of known entries, as far as the budget spares that. Changes nothing anywhere.
    pub async fn read_counts(&self, source: &Source, stale: &[Stale], reading: &mut Reading, now: Instant) -> Asked {
        let adapter = source::adapter(source.kind);
        let headers = reading.headers.clone();
        let mut recounts = adapter.recounts(source, stale);
        let later = recounts.split_off(recounts.len().min(MOST_REQUESTS));
        let mut waiting: HashSet<EntryKey> = later.into_iter().flat_map(|recount| recount.of).collect();
        let mut sent = HashSet::new();
        let mut asked = Asked::default();
        let mut is_refused = false;
        for recount in recounts {
            if is_refused || reading.fault.is_some() || !reading.usage.spares(source, now) {
                waiting.extend(recount.of);
                continue;
            }
            sent.extend(recount.of);
            match self.count(adapter, source, stale, &recount.request, reading, now).await {
                Ok(Counted { counts, authors, deleted }) => {
                    for (key, counts) in counts {
                        let known = asked.counts.entry(key).or_default();
                        *known = counts.or(*known);
                    }
                    asked.authors.extend(authors);
                    reading.deleted.extend(deleted);
                }
                Err(fault) if is_of_account(&fault) && is_at_host(adapter, source, &recount.request, now) => {
                    reading.fault = Some(fault);
                }
                Err(fault) => {
                    reading.problems.push(format!("what is counted of known posts could not be read: {fault}"));
                    is_refused |= is_of_account(&fault);
                }
            }
        }
        if reading.fault.is_none() {
            // When to come back is said by what was polled.
            reading.headers = headers;
        }
        // What no network would tell is not asked for again and again either.
        let done = stale.iter().filter(|stale| sent.contains(&stale.key) || !waiting.contains(&stale.key));
        asked.of = done.map(|stale| (stale.key.clone(), next_recount(stale.since, now))).collect();
        asked
    }

    async fn count(
        &self,
        adapter: &'static dyn Adapter,
        source: &Source,
        stale: &[Stale],
        request: &Request,
        reading: &mut Reading,
        now: Instant,
    ) -> Result<Counted, PollFault> {
        let answer = self.ask(adapter, source, request, reading, now).await?;
        let Some(answer) = answer else { return Ok(Counted::default()) };
        let counted = adapter.counts(source, stale, &answer)?;
        reading.usage = reading.usage.brought(source, counted.counts.len(), now);
        Ok(counted)
    }

    /// The known entries of which something else is counted than is stored, whether the poll has shown that or was told it
    /// when it asked; judged anew where that matters.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn find_recounted(
        &self,
        store: &Store,
        source: &Source,
        claim: &ClaimedSource,
        found: &[FoundEntry],
        asked: Asked,
        clock: &Clock,
    ) -> Result<Recounted, StoreError> {
        let shown = found.iter().map(|found| (found.entry.key.clone(), Counts::of(&found.entry)));
        let mut counts = asked.counts;
        // What was asked for came later than what was shown, and tells of followers too.
        for (key, shown) in shown.filter(|(_, counts)| *counts != Counts::default()) {
            let known = counts.entry(key).or_default();
            *known = Counts {
                engagement: known.engagement.or(shown.engagement),
                followers: known.followers.or(shown.followers),
            };
        }
        let mut changed = Vec::new();
        if !counts.is_empty() {
            let all = self.judge.finds_by_counts();
            let ask = || store.counted_otherwise(&source.name, &counts, all);
            let entries = keep::again_and_again(&claim.name, claim.claimed_until, clock, ask).await?;
            let (judge, source, now) = (Arc::clone(&self.judge), source.clone(), clock.now());
            let judged = tokio::task::spawn_blocking(move || judge.recount(&source, entries, now)).await;
            changed = judged.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        }
        // What was changed otherwise as well has been judged by what it says and counts now.
        let judged: HashSet<&EntryKey> =
            found.iter().filter(|found| !found.before).map(|found| &found.entry.key).collect();
        changed.iter_mut().filter(|found| judged.contains(&found.entry.key)).for_each(|found| found.mentions.clear());
        hold_old_alerts(source, claim, &mut changed, clock.now());
        let news_since = clock.now() - source.first_alert_age;
        let named = asked.authors.into_iter().collect();
        Ok(Recounted { goes_on: source.refresh, asked: asked.of, changed, news_since, named })
    }
}

/// Whether what is counted is asked for where the source is read. Another host that wants to be left alone says nothing of
/// that one.
fn is_at_host(adapter: &dyn Adapter, source: &Source, request: &Request, now: Instant) -> bool {
    let lanes = adapter.lanes(source);
    let is_there = |lane: &String| adapter.request(source, lane, None, now).url.host() == request.url.host();
    lanes.first().is_none_or(is_there)
}

/// Whether a fault says that nothing must be asked for now.
fn is_of_account(fault: &PollFault) -> bool {
    matches!(
        fault,
        PollFault::Throttled { .. } | PollFault::Spent { .. } | PollFault::Revoked { .. } | PollFault::Unusable(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Recount, SourceKind};

    #[test]
    fn where_a_stream_is_heard_nobody_is_asked_for_counts() {
        let stale = Stale {
            key: EntryKey::of("bluesky", "at://did:plc:a/app.bsky.feed.post/1"),
            author: None,
            kind: None,
            since: Instant::UNIX_EPOCH,
        };
        for (kind, url, expected) in [
            (SourceKind::Jetstream, "wss://jetstream2.us-east.bsky.network/subscribe", false),
            (SourceKind::Jetstream, "wss://mirror.example/subscribe", true),
            (SourceKind::Bluesky, "https://bsky.social/", true),
        ] {
            let source = Source::new("posts".to_owned(), kind, url.parse().unwrap());
            let source = Source { terms: vec!["acme".to_owned()], ..source };
            let adapter = source::adapter(kind);
            let recounts = adapter.recounts(&source, std::slice::from_ref(&stale));
            let at_host = |recount: &Recount| is_at_host(adapter, &source, &recount.request, Instant::UNIX_EPOCH);
            assert!(!recounts.is_empty());
            assert!(recounts.iter().all(|recount| at_host(recount) == expected), "{url}");
        }
    }
}
