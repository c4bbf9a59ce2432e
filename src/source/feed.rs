//! RSS, Atom and JSON Feed: one document, read whole. The cursor remembers which ids the feed gives to several entries.

use std::collections::{BTreeMap, BTreeSet};

use super::{Adapter, cursor};
use crate::model::hash::sha256_hex;
use crate::model::text::without_controls;
use crate::model::{Answer, Credential, Entry, EntryKey, Instant, Page, PollFault, Request, Source};
use crate::parse::feed::{self, FeedError, Item};
use crate::parse::stars;

const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                      application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1";
/// Longest id that stands in a key as it is, in bytes.
const MAX_GUID: usize = 500;
/// Most ids that are remembered as given twice.
const MAX_SHARED: usize = 500;

/// Ids that the feed has given to different entries, so that they tell nothing. They are remembered, because a later
/// document may hold only one of those entries.
type Shared = BTreeSet<String>;

pub(super) struct Feed;

impl Adapter for Feed {
    fn lanes(&self, _source: &Source) -> Vec<String> {
        vec![String::new()]
    }

    fn request(&self, source: &Source, _lane: &str, _cursor: Option<&str>, _now: Instant) -> Request {
        let credential = source.token.clone().map(Credential::bearer);
        Request { accept: ACCEPT, credential, ..Request::get(source.url.clone()) }
    }

    fn read(
        &self,
        source: &Source,
        _lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let read = feed::read(&answer.body, answer.header("content-type"), &answer.url, now).map_err(fault)?;
        let mut shared: Shared = cursor::read(cursor).unwrap_or_default();
        let known = shared.len();
        shared.extend(given_twice(&read.items).into_iter().take(MAX_SHARED.saturating_sub(known)));
        let cursor = if shared.len() > known { cursor::write(&shared) } else { None };
        let entries = read.items.into_iter().map(|item| entry(source, item, &shared)).collect();
        let deleted = read.deleted.iter().map(|guid| key(source, &short(guid))).collect();
        Ok(Page { entries, cursor, next: None, problems: read.problems, deleted, rhythm: read.rhythm, hub: read.hub })
    }

    fn revalidates(&self) -> bool {
        true
    }
}

fn fault(error: FeedError) -> PollFault {
    match error {
        FeedError::Page { alternate } => PollFault::WebPage { alternate },
        error => PollFault::Unreadable(error.to_string()),
    }
}

fn given_twice(items: &[Item]) -> Shared {
    let mut first = BTreeMap::new();
    let mut shared = Shared::new();
    for item in items {
        if let Some(guid) = &item.guid {
            let own = own_identity(item);
            if *first.entry(short(guid)).or_insert_with(|| own.clone()) != own {
                shared.insert(short(guid));
            }
        }
    }
    shared
}

fn entry(source: &Source, item: Item, shared: &Shared) -> Entry {
    let guid = item.guid.as_deref().map(short).filter(|guid| !shared.contains(guid));
    let identity = guid.unwrap_or_else(|| own_identity(&item));
    let rating = item.stars.or_else(|| stars::in_title(&item.title));
    Entry {
        url: item.url,
        title: item.title,
        text: item.text,
        author: item.author,
        published_at: item.published_at,
        language: item.language.or_else(|| source.language.clone()),
        tags: item.tags,
        engagement: item.engagement,
        rating,
        ..Entry::new(key(source, &identity))
    }
}

fn key(source: &Source, identity: &str) -> EntryKey {
    EntryKey::of("feed", &format!("{}:{identity}", source.name))
}

/// What an entry is known by when its id says nothing: its address, else its content.
fn own_identity(item: &Item) -> String {
    item.url.as_deref().map_or_else(|| hash(&format!("{}\n{}", item.title, item.text)), short)
}

/// An id short enough for a key, and as it stands there: what the key leaves out tells no two entries apart.
fn short(guid: &str) -> String {
    if guid.len() > MAX_GUID { hash(guid) } else { without_controls(guid) }
}

fn hash(text: &str) -> String {
    format!("sha256-{}", sha256_hex([text], 16))
}
