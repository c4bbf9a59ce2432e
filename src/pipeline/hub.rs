//! Hubs (WebSub): which one a document names, how one is asked, and how a document that one delivered is read and stored,
//! exactly as a polled one. Never decides when to ask; that is the subscriber's work.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, LINK};
use http::{HeaderMap, HeaderValue};
use url::Url;

use super::{LARGE, Pipeline, Polled, keep, read_page};
use crate::clock::Clock;
use crate::fetch::politeness::{self, Verdict};
use crate::model::{Answer, Cursor, FoundHub, Hub, Instant, Page, PollFault, Source};
use crate::parse::link_header;
use crate::source;
use crate::store::{ClaimedDelivery, Delivered, HubOutcome, MOST_ATTEMPTS, PollCommit, Recounted, Store, StoreError};

/// The hub that an answer names: in its `Link` headers first, else in its document (W3C WebSub, 4). A topic that nobody
/// names is the address itself.
pub(super) fn named(headers: Option<&HeaderMap>, address: &Url, in_document: Option<Hub>) -> Option<FoundHub> {
    let headers = headers.into_iter().flat_map(|headers| headers.get_all(LINK)).filter_map(|value| value.to_str().ok());
    let links = link_header::links(headers, address);
    let (url, topic) = in_document.map(|hub| (hub.url, hub.topic)).unzip();
    let url = link_header::first(&links, "hub").cloned().or(url)?;
    let topic = link_header::first(&links, "self").cloned().or(topic).unwrap_or_else(|| address.clone());
    Some(FoundHub { hub: Hub { url, topic }, read_from: address.clone() })
}

impl Pipeline {
    /// Asks a hub; the answer says only that it took the request. `until` is when it wants to be asked again, if it says
    /// so.
    pub async fn ask_hub(
        &self,
        hub: &Url,
        form: &[(&str, &str)],
        allow_private: bool,
        now: Instant,
    ) -> (HubOutcome, Option<Instant>) {
        let answer = match self.client.post_form(hub, form, allow_private).await {
            Ok(answer) => answer,
            Err(fault) => return (HubOutcome::Failed(fault.to_string()), None),
        };
        match politeness::verdict(&answer, None, now) {
            Verdict::Read | Verdict::Unchanged => (HubOutcome::Accepted, None),
            Verdict::Fault(PollFault::Throttled { status, until }) => {
                (HubOutcome::Failed(PollFault::Throttled { status, until }.to_string()), until)
            }
            Verdict::Fault(fault) if (400..500).contains(&answer.status) && answer.status != 408 => {
                (HubOutcome::Denied(fault.to_string()), None)
            }
            Verdict::Fault(fault) => (HubOutcome::Failed(fault.to_string()), None),
        }
    }

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
        let alone = if document.body.len() > LARGE { self.large.acquire().await.ok() } else { None };
        let read = read_document(source, document, &delivery.source.cursor, clock.now()).await;
        drop(alone);
        let page = match read {
            Ok(page) => page,
            Err(fault) => return self.give_up_delivery(store, source, delivery, owner, fault, clock).await,
        };
        let shown = page.entries.len();
        let entries = match self.find(store, source, &delivery.source, page.entries, clock).await {
            Ok(found) => found,
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => {
                return self.give_up_delivery(store, source, delivery, owner, keep::unstorable(&error), clock).await;
            }
        };
        let mut poll = self.outcome_of_delivery(source, &delivery, owner, clock.now());
        // What it does not hold may stand in the document that the next poll reads.
        if let Some(read) = page.cursor.filter(|_| page.lost.is_empty()) {
            poll.cursor.0.insert(LANE.to_owned(), read);
        }
        let poll = PollCommit { entries, deleted: page.deleted, ..poll };
        let next_poll_at = poll.next_poll_at;
        match keep::store_poll(store, poll, delivery.source.claimed_until, clock).await {
            Ok(committed) => Ok(Polled {
                committed,
                entries: shown,
                problems: page.problems,
                fault: None,
                next_poll_at,
                names_hub: false,
            }),
            Err(error @ StoreError::Database(_)) if !error.is_transient() => {
                self.give_up_delivery(store, source, delivery, owner, keep::unstorable(&error), clock).await
            }
            Err(error) => Err(error),
        }
    }

    /// Lets a document go that brought nothing but a fault, and makes its source due: a poll may fare better.
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
        let poll = self.outcome_of_delivery(source, &delivery, owner, clock.now());
        let poll = PollCommit { fault: Some(fault.clone()), ..poll };
        let next_poll_at = poll.next_poll_at;
        let committed = keep::store_poll(store, poll, delivery.source.claimed_until, clock).await?;
        let problems = Vec::new();
        Ok(Polled { committed, entries: 0, problems, fault: Some(fault), next_poll_at, names_hub: false })
    }

    /// All that is stored of a delivery but what was found in it.
    fn outcome_of_delivery(
        &self,
        source: &Source,
        delivery: &ClaimedDelivery,
        owner: &str,
        now: Instant,
    ) -> PollCommit {
        let claim = delivery.source.clone();
        PollCommit {
            source: source.name.clone(),
            owner: owner.to_owned(),
            entries: Vec::new(),
            deleted: Vec::new(),
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
            delivered: Some(delivery.id),
            took: Duration::ZERO,
            suspect: claim.suspect,
            usage: claim.usage,
            lanes: claim.lanes,
            session: claim.session,
            health: Arc::clone(&self.health),
            now,
        }
    }
}

/// The lane of a feed; only feeds name hubs.
const LANE: &str = "";

async fn read_document(source: &Source, document: Delivered, cursor: &Cursor, now: Instant) -> Result<Page, PollFault> {
    if document.attempts > MOST_ATTEMPTS {
        let why = format!("reading what its hub delivered was begun {MOST_ATTEMPTS} times and never finished");
        return Err(PollFault::Unreadable(why));
    }
    let unreadable = |_| PollFault::Unreadable("the stored address of the feed is none".to_owned());
    let url = Url::parse(&document.read_from).map_err(unreadable)?;
    let content_type = document.content_type.and_then(|text| HeaderValue::from_str(&text).ok());
    let headers = content_type.map(|value| (CONTENT_TYPE, value)).into_iter().collect();
    let answer = Answer { url, status: 200, moved: None, headers, body: document.body };
    read_page(source::adapter(source.kind), source, LANE, cursor, answer, now).await
}
