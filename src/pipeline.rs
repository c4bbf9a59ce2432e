//! READ FIRST. One poll, from the network to the store: [`Pipeline::poll_source`] tells it top to bottom.
//! Network first, then one short transaction; nothing is sent from here.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use tokio::sync::Semaphore;
use url::Url;

use crate::clock::Clock;
use crate::config::HealthConfig;
use crate::fetch::politeness::{self, NextPoll, Stop, Visit};
use crate::fetch::{Client, Socket};
use crate::model::hiding::Hiding;
use crate::model::{
    Answer, Cursor, Entry, EntryKey, FoundHub, Instant, Interval, Lanes, Loss, Page, PollFault, Rhythm, Session,
    Source, Usage, Validators, Whereabouts,
};
use crate::seal::Seal;
use crate::source::{self, Adapter};
use crate::store::{ClaimedSource, Committed, FoundEntry, PollCommit, Store, StoreError};

mod delivered;
mod hub;
mod judge;
mod keep;
mod older;
mod read;
mod recount;
mod session;
mod streams;
mod there;
mod unread;
mod webhook;

pub use judge::{Judge, Scorers, WatchedBrand, wanted};
pub use recount::Asked;
use streams::Streams;
use there::hold_old_alerts;
pub use unread::Unread;

/// Reading that takes longer than this is given up.
const POLL_DEADLINE: Duration = Duration::from_secs(300);
/// How long a source is claimed for a poll: longer than any may take, so that nobody else polls it meanwhile.
pub const POLL_LEASE: Duration = Duration::from_secs(POLL_DEADLINE.as_secs() * 2);

/// Documents with more bytes are read one at a time: reading one may take a hundred times its size in memory, and a
/// hostile one does.
const LARGE: usize = 1 << 20;

/// What a poll needs. Cheap to clone.
#[derive(Clone)]
pub struct Pipeline {
    client: Client,
    judge: Arc<Judge>,
    health: Arc<HealthConfig>,
    max_pages: u32,
    /// One permit, for whoever reads a large document.
    large: Arc<Semaphore>,
    host_gap: Duration,
    /// How long somebody waits for all of a source to be read.
    sitting: Option<Duration>,
    /// Keeps sessions; without it each poll opens its own.
    seal: Option<Arc<Seal>>,
    /// What is listened to between polls.
    streams: Streams,
}

/// What was read in one poll.
#[derive(Debug, Default)]
pub struct Reading {
    /// Every entry, of all lanes and pages.
    pub entries: Vec<Entry>,
    /// How far the source has been read once these entries are stored.
    pub cursor: Cursor,
    /// What the server gave to recognise an unchanged document.
    pub validators: Validators,
    /// Bytes of their texts.
    pub bytes: usize,
    /// Number of requests.
    pub requests: u32,
    /// How long it took until all of them were answered, without what was done in between.
    pub took: Duration,
    /// Faults that did not keep the rest from being read.
    pub problems: Vec<String>,
    /// Why the rest could not be read.
    pub fault: Option<PollFault>,
    /// Why there was enough for now, though all is well: what was asked by then has been read.
    pub rest: Option<PollFault>,
    /// Whether there is more to read as soon as the network may be asked again.
    pub goes_on: bool,
    /// Number of pages that were read, of all lanes.
    pages: u32,
    /// Number of calls that were no pages, since their network counts them apart.
    beside: u32,
    /// The headers of the last answer; they may say when to come back.
    pub headers: Option<HeaderMap>,
    /// Entries of which the source says that it deleted them.
    pub deleted: Vec<EntryKey>,
    /// The beginnings of the keys of all entries of accounts that it says are no more.
    pub closed: Vec<String>,
    /// What it can show no more, lane after lane.
    pub lost: Vec<Loss>,
    /// What there is still to read of its lanes.
    pub unread: Unread,
    /// Until when all of it has to be read, if somebody waits for it.
    until: Option<tokio::time::Instant>,
    /// What the document says about when it changes; `None` when none was read.
    pub rhythm: Option<Rhythm>,
    /// The hub that the document names.
    pub hub: Option<FoundHub>,
    /// What it has used up of its budget.
    pub usage: Usage,
    /// The same before the poll.
    before: Usage,
    /// How its lanes fare.
    pub lanes: Lanes,
    /// Entries that were old already when their lane was first read.
    there_before: HashSet<EntryKey>,
    /// The session that it was asked in.
    session: Option<Session>,
    /// The same, sealed.
    pub sealed: Option<String>,
    /// Where permanent redirects led, if the source was found there.
    pub moved: Option<Url>,
    /// Where it is found from now on.
    pub whereabouts: Whereabouts,
    /// The stream of the lane that is being read.
    socket: Option<Socket>,
    /// The streams of the lanes that have been read.
    listening: Vec<(String, Socket)>,
}

impl Reading {
    /// Nothing was read yet.
    fn unread(claim: &ClaimedSource) -> Self {
        Self {
            cursor: claim.cursor.clone(),
            validators: claim.validators.clone(),
            whereabouts: claim.whereabouts.clone(),
            usage: claim.usage,
            before: claim.usage,
            lanes: claim.lanes.clone(),
            sealed: claim.session.clone(),
            ..Self::default()
        }
    }
}

/// What came of a poll.
#[derive(Debug)]
pub struct Polled {
    /// What is new in the store.
    pub committed: Committed,
    /// Number of entries the source showed.
    pub entries: usize,
    /// Faults that did not keep the rest from being read.
    pub problems: Vec<String>,
    /// Why the source, or the rest of it, could not be read.
    pub fault: Option<PollFault>,
    /// What there is still to read.
    pub unread: Unread,
    /// When the source is due again.
    pub next_poll_at: Instant,
    /// Whether it left something for the next one, since its network takes only so many calls in a short time.
    pub goes_on: bool,
    /// Whether it named a hub, which may want to be asked.
    pub names_hub: bool,
}

impl Pipeline {
    /// Puts the stages together; at most `max_pages` pages of a lane are read in one poll, besides what a stream has said
    /// until then, and a host is left alone for `host_gap` after it.
    #[must_use]
    pub fn new(client: Client, judge: Judge, health: HealthConfig, max_pages: u32, host_gap: Duration) -> Self {
        let (judge, health, large) = (Arc::new(judge), Arc::new(health), Arc::new(Semaphore::new(1)));
        let (sitting, seal, streams) = (None, None, Streams::default());
        Self { client, judge, health, max_pages, large, host_gap, sitting, seal, streams }
    }

    /// For somebody who waits for it: one poll reads every lane, also of a network that wants to be left alone in between,
    /// as far as there is time for that within `limit`.
    #[must_use]
    pub fn in_one_sitting(self, limit: Duration) -> Self {
        Self { sitting: Some(limit), ..self }
    }

    /// Keeps sessions between polls, sealed with this key.
    #[must_use]
    pub fn sealing(self, seal: Seal) -> Self {
        Self { seal: Some(Arc::new(seal)), ..self }
    }

    /// Takes leave of whatever is listened to between polls.
    pub async fn hang_up(&self) {
        self.streams.close().await;
    }

    /// The story of one poll: ask, read, find, judge, decide, then store all of it at once.
    ///
    /// # Errors
    /// When the store fails or the claim was lost; nothing of the poll is stored then. Faults of the source are not
    /// errors: they are stored with whatever could be read.
    pub async fn poll_source(
        &self,
        store: &Store,
        source: &Source,
        claim: ClaimedSource,
        owner: &str,
        clock: &Clock,
    ) -> Result<Polled, StoreError> {
        let mut reading = self.read_source(source, &claim, clock.now()).await;
        let read = reading.usage;
        let asked = self.ask_again(store, source, &claim, &mut reading, clock).await;
        if reading.requests > 0 {
            reading.usage = reading.usage.ended(source, clock.now());
        }
        let next = next_poll(source, &claim, &reading, read, clock.now());
        let (names_hub, next_poll_at, goes_on) = (reading.hub.is_some(), next.at, reading.is_paced());
        let listening = streams::as_read(&mut reading);
        let entries = std::mem::take(&mut reading.entries);
        let there_before = std::mem::take(&mut reading.there_before);
        let (shown, problems, fault) = (entries.len(), std::mem::take(&mut reading.problems), reading.fault.clone());
        let unread = std::mem::take(&mut reading.unread);
        // What was asked stays spent, whatever becomes of the answers.
        let spent = ClaimedSource { usage: reading.usage, ..claim.clone() };
        let found = async {
            let found = self.find(store, source, &claim, (entries, &there_before), clock).await?;
            let recounted = self.find_recounted(store, source, &claim, &found, asked, clock).await?;
            Ok::<_, StoreError>((found, recounted))
        };
        let (entries, recounted) = match found.await {
            Ok(found) => found,
            // The claim is over, and what our own store cannot do is no fault of the source.
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => return self.fail(store, source, spent, owner, keep::unstorable(&error), clock).await,
        };
        // What was found counts from now: reading much of it may have taken a while, and digests wait only so long.
        let poll = self.outcome(source, &claim, owner, reading, &next, clock.now());
        let poll = PollCommit { entries, recounted, ..poll };
        match keep::store_poll(store, poll, claim.claimed_until, clock).await {
            Ok(committed) => {
                self.streams.keep(&source.name, listening);
                Ok(Polled { committed, entries: shown, problems, fault, unread, next_poll_at, goes_on, names_hub })
            }
            Err(error @ StoreError::Database(_)) if !error.is_transient() => {
                self.fail(store, source, spent, owner, keep::unstorable(&error), clock).await
            }
            Err(error) => Err(error),
        }
    }

    /// Asks a source for everything new. Changes nothing anywhere.
    pub async fn read_source(&self, source: &Source, claim: &ClaimedSource, now: Instant) -> Reading {
        let mut reading = Reading::unread(claim);
        if source.kind.profile().takes_none(&source.terms) {
            reading.fault = Some(PollFault::Refused(source.kind.profile().refusal()));
            reading.unread = Unread::all();
            return reading;
        }
        reading.usage = claim.usage.unended(claim.unended, source, now);
        reading.before = reading.usage;
        let asked = claim.whereabouts.address(&source.url, claim.failures);
        let found_at = source.at(asked);
        let limit = self.sitting.unwrap_or(POLL_DEADLINE);
        reading.until = self.sitting.map(|limit| tokio::time::Instant::now() + limit);
        let lanes_read = self.read_lanes(&found_at, &mut reading, now);
        if tokio::time::timeout(limit, lanes_read).await.is_err() {
            let limit = limit.as_secs();
            reading.fault = Some(PollFault::Unreachable(format!("reading took longer than {limit} s")));
        }
        hide_secrets(source, &mut reading);
        if reading.fault.is_none() && source::adapter(source.kind).revalidates() {
            reading.whereabouts = claim.whereabouts.after(&source.url, asked, reading.moved.as_ref());
        }
        reading
    }

    /// Finds and judges on a thread of its own, since a poll may bring many entries. What was judged before as it is now
    /// is left out: most of what most polls bring. What was `there_before` its lane was read raises no alert.
    async fn find(
        &self,
        store: &Store,
        source: &Source,
        claim: &ClaimedSource,
        (entries, there_before): (Vec<Entry>, &HashSet<EntryKey>),
        clock: &Clock,
    ) -> Result<Vec<FoundEntry>, StoreError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<&EntryKey> = entries.iter().map(|entry| &entry.key).collect();
        let ask = || store.judged_before(&claim.name, &keys);
        let judged = keep::again_and_again(&claim.name, claim.claimed_until, clock, ask).await?;
        let (judge, asked, now) = (Arc::clone(&self.judge), source.clone(), clock.now());
        let found = tokio::task::spawn_blocking(move || judge.find_all(&asked, entries, &judged, now)).await;
        let mut found = found.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        hold_old_alerts(source, claim, &mut found, now);
        let is_old = |found: &&mut FoundEntry| there_before.contains(&found.entry.key);
        found.iter_mut().filter(is_old).for_each(there::hold_alerts);
        there::hold_of_known(store, source, claim, &mut found, clock).await?;
        Ok(found)
    }
}

/// What nobody may see of what a server writes: some repeat what they were asked with.
fn hiding(source: &Source, reading: &Reading) -> Hiding {
    let session = reading.session.as_ref().map(|session| &session.token);
    source.secrets().chain(session).fold(Hiding::default(), Hiding::and)
}

/// Takes that out of faults and problems.
fn hide_secrets(source: &Source, reading: &mut Reading) {
    let hiding = hiding(source, reading);
    reading.fault = reading.fault.take().map(|fault| fault.with_words(|words| hiding.hide(words)));
    reading.problems.iter_mut().for_each(|problem| *problem = hiding.hide(problem));
}

/// The shortest time until the next poll: its network takes calls again, and the budget lasts if each poll uses up what
/// this one had until it was `read`.
fn shortest(source: &Source, reading: &Reading, read: Usage, now: Instant) -> Duration {
    read.pace(reading.before, source, now).max(reading.usage.pause(source, now))
}

/// When to come back. What was published since the source was last read is new, as far as anybody knows before the store
/// has seen it. An address that is gone does not stop a source that was asked there only because it had moved.
fn next_poll(source: &Source, claim: &ClaimedSource, reading: &Reading, read: Usage, now: Instant) -> NextPoll {
    let failures = failures(claim, reading);
    let dates = reading.entries.iter().map(|entry| entry.published_at);
    let is_new = |at: &Option<Instant>| at.is_some_and(|at| claim.last_read_at.is_some_and(|read| at > read));
    let new = u64::try_from(dates.clone().filter(is_new).count()).unwrap_or(u64::MAX);
    let has_moved = claim.whereabouts.address(&source.url, claim.failures) != &source.url;
    let pace = claim.pace.after(dates, new, now);
    let shortest = shortest(source, reading, read, now);
    let is_too_short = source.interval.in_force(&pace, now) < shortest;
    let next = politeness::next_poll(&Visit {
        source: &source.name,
        now,
        interval: if is_too_short { Interval::Fixed(shortest) } else { source.interval },
        goes_on: Some(shortest).filter(|_| reading.goes_on && reading.fault.is_none()),
        pace: &pace,
        rhythm: reading.rhythm.as_ref().unwrap_or(&claim.rhythm),
        is_document: source::adapter(source.kind).revalidates(),
        subscribed: claim.live_until.is_some_and(|until| until > now),
        failures,
        // It had answered well before.
        refusals: if reading.rest.is_some() { 1 } else { claim.refusals.saturating_add(1) },
        fault: reading.fault.as_ref().or(reading.rest.as_ref()),
        headers: reading.headers.as_ref(),
    });
    NextPoll { stop: next.stop.filter(|stop| *stop != Stop::Gone || !has_moved), ..next }
}

/// Polls in a row that failed, this one included.
fn failures(claim: &ClaimedSource, reading: &Reading) -> u32 {
    if reading.fault.is_some() { claim.failures.saturating_add(1) } else { 0 }
}

/// Reads one answer on a thread of its own: documents may be large, and a reader that panics is one failed poll.
///
/// # Errors
/// When the answer is not what the kind of source promises.
pub async fn read_page(
    adapter: &'static dyn Adapter,
    source: &Source,
    lane: &str,
    cursor: &Cursor,
    answer: Answer,
    now: Instant,
) -> Result<Page, PollFault> {
    let (source, lane, cursor) = (source.clone(), lane.to_owned(), cursor.0.get(lane).cloned());
    tokio::task::spawn_blocking(move || adapter.read(&source, &lane, cursor.as_deref(), &answer, now))
        .await
        .unwrap_or_else(|_| Err(PollFault::Unreadable("the document makes the reader give up".to_owned())))
}
