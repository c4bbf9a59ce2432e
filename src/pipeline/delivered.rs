//! How a document that a hub or a webhook delivered is read and stored, exactly as a polled one. Changes neither when its
//! source is polled next nor what is known of how well that answers.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use url::Url;

use super::webhook::{MOST_TRIES, hear, unheard};
use super::{LARGE, Pipeline, Polled, Reading, Unread, keep, read_page};
use crate::clock::Clock;
use crate::model::{Answer, Cursor, Instant, Page, PollFault, Source};
use crate::source;
use crate::store::{
    ClaimedDelivery, ClaimedSource, Delivered, MOST_ATTEMPTS, PollCommit, Recounted, Settled, Store, StoreError,
};

/// The lane of a feed; only feeds name hubs.
const LANE: &str = "";

/// What a delivered document brought.
pub(super) struct Brought {
    /// What was read; what failed in it is tried again if anything is left.
    pub(super) reading: Reading,
    /// What becomes of the document.
    pub(super) settled: Settled,
    /// Until when its host is to be left alone.
    pub(super) host_until: Option<Instant>,
}

impl Pipeline {
    /// The story of a delivered document: read, find, judge, decide, then store all of it at once and let the document
    /// go. What it does not hold is not deleted, and when the source is polled next does not change. One that cannot be
    /// read or stored is given up.
    ///
    /// # Errors
    /// When the store fails for as long as the claim lasts, or the claim was lost; the document waits then as before.
    pub async fn read_delivered(
        &self,
        store: &Store,
        source: &Source,
        mut delivery: ClaimedDelivery,
        owner: &str,
        clock: &Clock,
    ) -> Result<Polled, StoreError> {
        let document = std::mem::take(&mut delivery.document);
        // Enough to give it up by.
        delivery.document.received_at = document.received_at;
        delivery.document.read_from.clone_from(&document.read_from);
        let brought = match self.read_document(source, &delivery, document, clock.now()).await {
            Ok(brought) => brought,
            Err(fault) => return self.give_up_delivery(store, source, delivery, owner, fault, clock).await,
        };
        let Brought { mut reading, settled, host_until } = brought;
        let (fault, problems) = (reading.fault.take(), std::mem::take(&mut reading.problems));
        let entries = std::mem::take(&mut reading.entries);
        let shown = entries.len();
        // What was asked stays spent, whatever becomes of the answers.
        delivery.source.usage = reading.usage;
        let entries = match self.find(store, source, &delivery.source, (entries, &HashSet::new()), clock).await {
            Ok(found) => found,
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => {
                return self.give_up_delivery(store, source, delivery, owner, keep::unstorable(&error), clock).await;
            }
        };
        let Reading { cursor, usage, sealed: session, deleted, lost, .. } = reading;
        let poll = self.outcome_of_delivery(source, &delivery.source, settled, owner, clock.now());
        let fault_stored = fault.clone();
        let poll =
            PollCommit { entries, deleted, lost, cursor, usage, session, host_until, fault: fault_stored, ..poll };
        let next_poll_at = poll.next_poll_at;
        match keep::store_poll(store, poll, delivery.source.claimed_until, clock).await {
            Ok(committed) => Ok(Polled {
                committed,
                entries: shown,
                problems,
                fault,
                unread: Unread::default(),
                next_poll_at,
                goes_on: false,
                names_hub: false,
            }),
            Err(error @ StoreError::Database(_)) if !error.is_transient() => {
                self.give_up_delivery(store, source, delivery, owner, keep::unstorable(&error), clock).await
            }
            Err(error) => Err(error),
        }
    }

    /// Lets a document go that brought nothing but a fault, and makes its source due: a poll may fare better. What came by
    /// webhook is mostly seen by no poll, so that it counts as lost.
    ///
    /// # Errors
    /// When the store fails or the claim was lost.
    pub async fn give_up_delivery(
        &self,
        store: &Store,
        source: &Source,
        delivery: ClaimedDelivery,
        owner: &str,
        fault: PollFault,
        clock: &Clock,
    ) -> Result<Polled, StoreError> {
        let Delivered { read_from, received_at, .. } = delivery.document;
        let now = clock.now();
        let lost = read_from.is_none().then(|| unheard(received_at, fault.to_string(), now)).flatten();
        let settled = Settled { id: delivery.id, left: None, asked: false };
        let poll = self.outcome_of_delivery(source, &delivery.source, settled, owner, now);
        let poll = PollCommit { fault: Some(fault.clone()), lost: lost.into_iter().collect(), ..poll };
        let next_poll_at = poll.next_poll_at;
        let committed = keep::store_poll(store, poll, delivery.source.claimed_until, clock).await?;
        let problems = Vec::new();
        Ok(Polled {
            committed,
            entries: 0,
            problems,
            fault: Some(fault),
            unread: Unread::all(),
            next_poll_at,
            goes_on: false,
            names_hub: false,
        })
    }

    /// All that is stored of a delivery but what was read of it.
    fn outcome_of_delivery(
        &self,
        source: &Source,
        claim: &ClaimedSource,
        settled: Settled,
        owner: &str,
        now: Instant,
    ) -> PollCommit {
        let claim = claim.clone();
        PollCommit {
            source: source.name.clone(),
            owner: owner.to_owned(),
            entries: Vec::new(),
            deleted: Vec::new(),
            closed: Vec::new(),
            recounted: Recounted::default(),
            lost: Vec::new(),
            cursor: claim.cursor,
            validators: claim.validators,
            fault: None,
            next_poll_at: now,
            interval: source.interval.in_force(&claim.pace, now),
            moves_to_host: None,
            host_until: None,
            host_gap: self.host_gap,
            stopped: None,
            rhythm: claim.rhythm,
            pace: claim.pace,
            whereabouts: claim.whereabouts,
            hub: None,
            live_until: claim.live_until,
            delivered: Some(settled),
            took: Duration::ZERO,
            suspect: claim.suspect,
            usage: claim.usage,
            lanes: claim.lanes,
            session: claim.session,
            health: Arc::clone(&self.health),
            now,
        }
    }

    /// Reads a document, or asks for what is left of it.
    async fn read_document(
        &self,
        source: &Source,
        delivery: &ClaimedDelivery,
        document: Delivered,
        now: Instant,
    ) -> Result<Brought, PollFault> {
        let most = if document.asks.is_some() { MOST_TRIES } else { MOST_ATTEMPTS };
        if document.attempts > most {
            let who = if document.read_from.is_some() { "its hub" } else { "its webhook" };
            let why = format!("reading what {who} delivered was begun {most} times and never finished");
            return Err(PollFault::Unreadable(why));
        }
        let alone = if document.body.len() > LARGE { self.large.acquire().await.ok() } else { None };
        let claim = &delivery.source;
        let brought = match (document.asks, document.read_from) {
            (Some(asks), _) => {
                let told = (document.received_at, document.attempts);
                self.ask_for_left(source, claim, (delivery.id, asks), told, now).await
            }
            (None, None) => hear(source, claim, delivery.id, document.body, now).await?,
            (None, Some(read_from)) => {
                let page = read_feed(source, (&read_from, document.content_type, document.body), &claim.cursor, now);
                let Page { entries, deleted, problems, cursor, lost, .. } = page.await?;
                let mut reading = Reading { entries, deleted, problems, ..Reading::unread(claim) };
                // What it does not hold may stand in the document that the next poll reads.
                let read = cursor.filter(|_| lost.is_empty());
                reading.cursor.0.extend(read.map(|read| (LANE.to_owned(), read)));
                let settled = Settled { id: delivery.id, left: None, asked: false };
                Brought { reading, settled, host_until: None }
            }
        };
        drop(alone);
        Ok(brought)
    }
}

/// Reads what a hub delivered, as if it came from the address of the feed.
async fn read_feed(
    source: &Source,
    (read_from, content_type, body): (&str, Option<String>, Vec<u8>),
    cursor: &Cursor,
    now: Instant,
) -> Result<Page, PollFault> {
    let unreadable = |_| PollFault::Unreadable("the stored address of the feed is none".to_owned());
    let url = Url::parse(read_from).map_err(unreadable)?;
    let content_type = content_type.and_then(|text| HeaderValue::from_str(&text).ok());
    let headers = content_type.map(|value| (CONTENT_TYPE, value)).into_iter().collect();
    let answer = Answer { url, status: 200, moved: None, headers, body };
    read_page(source::adapter(source.kind), source, LANE, cursor, answer, now).await
}
