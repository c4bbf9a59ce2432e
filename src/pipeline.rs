//! READ FIRST. One poll, from the network to the store: [`Pipeline::poll_source`] tells it top to bottom.
//! Network first, then one short transaction; nothing is sent from here.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use url::Url;

use crate::clock::Clock;
use crate::config::GroupingConfig;
use crate::fetch::Client;
use crate::fetch::politeness::{self, Verdict, Visit};
use crate::model::exchange::Validators;
use crate::model::{Answer, Cursor, Entry, EntryKey, Hub, Instant, Page, PollFault, Request, Rhythm, Source};
use crate::source::{self, Adapter};
use crate::store::{ClaimedSource, Committed, FoundEntry, PollCommit, Store, StoreError};

mod judge;
mod keep;

pub use judge::{Judge, WatchedBrand};

/// Reading that takes longer than this is given up.
const POLL_DEADLINE: Duration = Duration::from_secs(300);
/// How long a source is claimed for a poll: longer than any may take, so that nobody else polls it meanwhile.
pub const POLL_LEASE: Duration = Duration::from_secs(POLL_DEADLINE.as_secs() * 2);

/// A poll ends once it has read so many bytes of text, of all lanes and pages: it keeps them in memory until they are
/// stored. The next one goes on from there.
const MOST_TEXT: usize = 16 << 20;

/// What a poll needs. Cheap to clone.
#[derive(Clone)]
pub struct Pipeline {
    client: Client,
    judge: Arc<Judge>,
    grouping: GroupingConfig,
    max_pages: u32,
    host_gap: Duration,
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
    /// Faults that did not keep the rest from being read.
    pub problems: Vec<String>,
    /// Why the rest could not be read.
    pub fault: Option<PollFault>,
    /// The headers of the last answer; they may say when to come back.
    pub headers: Option<HeaderMap>,
    /// Entries of which the source says that it deleted them.
    pub deleted: Vec<EntryKey>,
    /// What the document says about when it changes; `None` when none was read.
    pub rhythm: Option<Rhythm>,
    /// The hub that the document names.
    pub hub: Option<Hub>,
    /// Where the source has moved to for good, as this poll saw it.
    pub moved: Option<Url>,
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
    /// When the source is due again.
    pub next_poll_at: Instant,
}

impl Pipeline {
    /// Puts the stages together; at most `max_pages` pages of a lane are read in one poll, and a host is left alone for
    /// `host_gap` after it.
    #[must_use]
    pub fn new(client: Client, judge: Judge, grouping: GroupingConfig, max_pages: u32, host_gap: Duration) -> Self {
        Self { client, judge: Arc::new(judge), grouping, max_pages, host_gap }
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
        let begun = clock.now();
        let reading = self.read_source(source, &claim, begun).await;
        let now = clock.now();
        let failures = if reading.fault.is_some() { claim.failures.saturating_add(1) } else { 0 };
        let next_poll_at = politeness::next_poll(&Visit {
            source: &source.name,
            now,
            interval: source.interval,
            failures,
            fault: reading.fault.as_ref(),
            headers: reading.headers.as_ref(),
        });
        let entries = reading.entries.len();
        let found = self.find(reading.entries, now).await;
        let poll = PollCommit {
            source: source.name.clone(),
            owner: owner.to_owned(),
            entries: found,
            cursor: reading.cursor,
            validators: reading.validators,
            fault: reading.fault.clone(),
            next_poll_at,
            host_until: None,
            host_gap: self.host_gap,
            grouping: self.grouping.clone(),
            // What was found counts from now: reading much of it may have taken a while, and digests wait only so long.
            now: clock.now(),
        };
        let committed = match keep::store_poll(store, poll, begun + POLL_LEASE, clock).await {
            Err(error @ StoreError::Database(_)) if !error.is_transient() => {
                let fault = PollFault::Unreadable(format!("what was read cannot be stored: {error}"));
                return self.fail(store, source, claim, owner, fault, clock).await;
            }
            committed => committed?,
        };
        Ok(Polled { committed, entries, problems: reading.problems, fault: reading.fault, next_poll_at })
    }

    /// Ends a poll that brought nothing but a fault: the source stays as far read as it was, and the fault shows.
    ///
    /// # Errors
    /// When the store fails or the claim was lost.
    pub async fn fail(
        &self,
        store: &Store,
        source: &Source,
        claim: ClaimedSource,
        owner: &str,
        fault: PollFault,
        clock: &Clock,
    ) -> Result<Polled, StoreError> {
        let now = clock.now();
        let next_poll_at = politeness::next_poll(&Visit {
            source: &source.name,
            now,
            interval: source.interval,
            failures: claim.failures.saturating_add(1),
            fault: Some(&fault),
            headers: None,
        });
        let poll = PollCommit {
            source: source.name.clone(),
            owner: owner.to_owned(),
            entries: Vec::new(),
            cursor: claim.cursor,
            validators: claim.validators,
            fault: Some(fault.clone()),
            next_poll_at,
            host_until: None,
            host_gap: self.host_gap,
            grouping: self.grouping.clone(),
            now,
        };
        let committed = keep::store_poll(store, poll, now + POLL_LEASE, clock).await?;
        Ok(Polled { committed, entries: 0, problems: Vec::new(), fault: Some(fault), next_poll_at })
    }

    /// Asks a source for everything new. Changes nothing anywhere.
    pub async fn read_source(&self, source: &Source, claim: &ClaimedSource, now: Instant) -> Reading {
        let mut reading =
            Reading { cursor: claim.cursor.clone(), validators: claim.validators.clone(), ..Reading::default() };
        let lanes_read = self.read_lanes(source, &mut reading, now);
        if tokio::time::timeout(POLL_DEADLINE, lanes_read).await.is_err() {
            let limit = POLL_DEADLINE.as_secs();
            reading.fault = Some(PollFault::Unreachable(format!("reading took longer than {limit} s")));
        }
        reading
    }

    /// Reads lane after lane. A fault of the server ends the poll; a lane that is broken by itself leaves the others
    /// their turn.
    async fn read_lanes(&self, source: &Source, reading: &mut Reading, now: Instant) {
        let adapter = source::adapter(source.kind);
        for lane in adapter.lanes(source) {
            let Err(fault) = self.read_lane(adapter, source, &lane, reading, now).await else { continue };
            let ends = fault.is_of_server();
            reading.fault.get_or_insert(fault);
            if ends {
                break;
            }
        }
    }

    async fn read_lane(
        &self,
        adapter: &'static dyn Adapter,
        source: &Source,
        lane: &str,
        reading: &mut Reading,
        now: Instant,
    ) -> Result<(), PollFault> {
        let cursor = reading.cursor.0.get(lane).cloned();
        let mut request = adapter.request(source, lane, cursor.as_deref(), now);
        if adapter.revalidates() {
            request.validators = reading.validators.clone();
        }
        let mut discovered = false;
        for _ in 0..self.max_pages {
            let Some(answer) = self.ask(adapter, source, &request, reading, now).await? else { break };
            let validators = Validators::of(&answer);
            let moved = answer.moved.clone();
            let page = match read_page(adapter, source, lane, &reading.cursor, answer, now).await {
                Err(PollFault::WebPage { alternate: Some(feed) }) if !discovered => {
                    discovered = true;
                    let hint = "configure this address";
                    reading.problems.push(format!("a web page was read, and the feed that it names: `{feed}`; {hint}"));
                    let bearer = request.bearer.filter(|_| feed.origin() == request.url.origin());
                    request = Request { url: feed, bearer, validators: Validators::default(), ..request };
                    continue;
                }
                page => page?,
            };
            reading.moved = moved.filter(|_| adapter.revalidates() && !discovered);
            reading.rhythm = Some(page.rhythm);
            reading.hub = page.hub;
            reading.deleted.extend(page.deleted);
            if adapter.revalidates() {
                reading.validators = validators;
            }
            reading.bytes += page.entries.iter().map(|entry| entry.title.len() + entry.text.len()).sum::<usize>();
            reading.entries.extend(page.entries);
            reading.problems.extend(page.problems);
            if let Some(cursor) = page.cursor {
                reading.cursor.0.insert(lane.to_owned(), cursor);
            }
            let Some(next) = page.next else { break };
            if reading.bytes > MOST_TEXT {
                let limit = MOST_TEXT >> 20;
                return Err(PollFault::Unreachable(format!("the texts of one poll are larger than {limit} MiB")));
            }
            request = next;
        }
        Ok(())
    }

    /// One request. `None` when the document has not changed.
    async fn ask(
        &self,
        adapter: &'static dyn Adapter,
        source: &Source,
        request: &Request,
        reading: &mut Reading,
        now: Instant,
    ) -> Result<Option<Answer>, PollFault> {
        let answer = self.client.get(request, source.allow_private).await?;
        reading.headers = Some(answer.headers.clone());
        match politeness::verdict(&answer, adapter.throttled_until(&answer, now), now) {
            Verdict::Read => Ok(Some(answer)),
            Verdict::Unchanged => Ok(None),
            Verdict::Fault(fault) => Err(fault),
        }
    }

    /// Finds and judges on a thread of its own, since a poll may bring many entries.
    async fn find(&self, entries: Vec<Entry>, now: Instant) -> Vec<FoundEntry> {
        if entries.is_empty() {
            return Vec::new();
        }
        let judge = Arc::clone(&self.judge);
        let found = tokio::task::spawn_blocking(move || judge.find_all(entries, now)).await;
        found.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }
}

/// Reads one answer on a thread of its own: documents may be large, and a reader that panics is one failed poll.
async fn read_page(
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
