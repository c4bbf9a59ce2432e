//! RSS, Atom and JSON Feed: one document, read whole, and after a downtime the older ones that it names. The cursor
//! remembers which ids the feed gives to several entries, and how far it was read. Google Alerts, channels of YouTube,
//! podcasts and the comments of WordPress are such feeds, and their entries say what they are; all others leave it open.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use url::Url;

use super::catch_up::Reach;
use super::glimpse::Glimpse;
use super::{Adapter, cursor};
use crate::model::hash::sha256_hex;
use crate::model::text::without_controls;
use crate::model::{
    Answer, Credential, Entry, EntryKey, EntryKind, Instant, Loss, LossReason, Page, PollFault, Request, Source,
};
use crate::parse::feed::{self, FeedError, Item};
use crate::parse::stars;

const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                      application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1";
/// Longest id that stands in a key as it is, in bytes.
const MAX_GUID: usize = 500;
/// Most ids that are remembered as given twice.
const MAX_SHARED: usize = 500;

/// How the ids of Google Alerts begin: a page that is found once more gets another one.
const ALERTS: &str = "tag:google.com,2013:googlealerts/";

/// Ids that the feed has given to different entries, so that they tell nothing. They are remembered, because a later
/// document may hold only one of those entries.
type Shared = BTreeSet<String>;

/// What is remembered of a feed.
#[derive(Default, Serialize, Deserialize)]
struct Memory {
    #[serde(default, skip_serializing_if = "Shared::is_empty")]
    shared: Shared,
    #[serde(flatten)]
    reach: Reach,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    glimpse: Option<Glimpse>,
}

pub(super) struct Feed;

impl Adapter for Feed {
    fn lanes(&self, _source: &Source) -> Vec<String> {
        vec![String::new()]
    }

    fn request(&self, source: &Source, _lane: &str, _cursor: Option<&str>, _now: Instant) -> Request {
        ask(source, source.url.clone())
    }

    fn read(
        &self,
        source: &Source,
        _lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let Memory { mut shared, mut reach, glimpse } = cursor::read(cursor).unwrap_or_default();
        let (known, before, is_older) = (shared.len(), reach.clone(), reach.is_on_its_way(now));
        let read = match feed::read(&answer.body, answer.header("content-type"), &answer.url, now) {
            Ok(read) => read,
            // It does not spoil the newest document, which has been read.
            Err(error) if is_older => {
                let lost = reach.cut(LossReason::Ends).into_iter().collect();
                reach.end();
                let problems = vec![format!("an older document of the feed cannot be read: {error}")];
                return Ok(Page {
                    cursor: cursor::write(&Memory { shared, reach, glimpse }),
                    problems,
                    lost,
                    ..Page::default()
                });
            }
            Err(error) => return Err(fault(error)),
        };
        shared.extend(given_twice(&read.items).into_iter().take(MAX_SHARED.saturating_sub(known)));
        let step = reach.pass(&read.items, &answer.url, read.older, now);
        let is_undated = read.items.iter().all(|item| item.published_at.is_none());
        let undated = read.items.iter().filter(|_| is_undated).map(own_id);
        let seen = Glimpse::look(glimpse.as_ref(), undated, now);
        let wanted = read.items.into_iter().filter(|item| !is_older || before.wants(item));
        let entries = wanted.map(|item| entry(source, item, &shared)).collect();
        let deleted = read.deleted.iter().map(|guid| key(source, &short(guid))).collect();
        let is_known = shared.len() == known && reach == before && seen.0 == glimpse;
        Ok(Page {
            entries,
            cursor: if is_known { None } else { cursor::write(&Memory { shared, reach, glimpse: seen.0 }) },
            next: step.next.map(|older| ask(source, older)),
            problems: read.problems,
            lost: step.lost.or(seen.1).into_iter().collect(),
            deleted,
            rhythm: read.rhythm,
            hub: read.hub,
            ..Page::default()
        })
    }

    fn revalidates(&self) -> bool {
        true
    }

    fn is_unfinished(&self, cursor: &str) -> bool {
        cursor::read::<Memory>(Some(cursor)).is_some_and(|memory| memory.reach.is_open())
    }

    fn lost(&self, before: &str, after: &str) -> Option<Loss> {
        let [before, after] = [before, after].map(|cursor| cursor::read::<Memory>(Some(cursor)));
        before?.reach.cut(LossReason::Ends).filter(|_| after.is_some_and(|after| !after.reach.is_open()))
    }

    /// An older document that the server refuses ends the way back.
    fn after_refusal(&self, cursor: &str) -> Option<String> {
        let mut memory: Memory = cursor::read(Some(cursor)).filter(|memory: &Memory| memory.reach.is_open())?;
        memory.reach.end();
        cursor::write(&memory)
    }
}

/// The request for a document; the secret goes only where the feed itself is.
fn ask(source: &Source, url: Url) -> Request {
    let token = source.token.clone().filter(|_| url.origin() == source.url.origin());
    Request { accept: ACCEPT, credential: token.map(Credential::bearer), ..Request::get(url) }
}

fn fault(error: FeedError) -> PollFault {
    match error {
        FeedError::Page { alternate } => PollFault::WebPage { alternate },
        error => PollFault::Unreadable(error.to_string()),
    }
}

/// What tells an entry from others, if anything does.
fn own_id(item: &Item) -> &str {
    item.guid.as_deref().or(item.url.as_deref()).unwrap_or(&item.title)
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
    let guid = item.guid.as_deref().filter(|guid| !guid.starts_with(ALERTS));
    let guid = guid.map(short).filter(|guid| !shared.contains(guid));
    let identity = guid.unwrap_or_else(|| own_identity(&item));
    let rating = item.stars.or_else(|| stars::in_title(&item.title));
    let parent = commented(&item).map(|identity| key(source, &short(identity)));
    let kind = kind(&item, parent.is_some());
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
        kind,
        thread: parent.clone(),
        parent,
        ..Entry::new(key(source, &identity))
    }
}

/// What an entry is, where that is certain.
fn kind(item: &Item, is_comment: bool) -> Option<EntryKind> {
    let is_video = item.guid.as_ref().is_some_and(|guid| guid.starts_with("yt:video:"));
    let kinds = [(is_comment, EntryKind::Comment), (is_video, EntryKind::Video), (item.audio, EntryKind::Podcast)];
    kinds.into_iter().find(|(is_so, _)| *is_so).map(|(_, kind)| kind)
}

/// What a comment of WordPress says something about: its post, by the id of that post's own feed, else its address.
fn commented(item: &Item) -> Option<&str> {
    let address = item.url.as_deref()?;
    let (_, number) = address.split_once("#comment-")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let id = item.guid.as_deref().filter(|guid| guid.contains("#comment-")).unwrap_or(address);
    id.split_once("#comment-").filter(|_| is_number).map(|(post, _)| post)
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
