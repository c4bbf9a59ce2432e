//! How far a feed has been read, and the way back after a downtime: where a document no longer reaches down to what was
//! read before it, the older ones that it names are read too (RFC 5005). A first poll takes no way back. Never remembers
//! an address, since it may hold a secret: a way that is cut short begins anew, a few times.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::Instant;
use crate::parse::feed::Item;

/// Older documents that are read at most.
const MOST: u32 = 10;
/// How often a way back is begun.
const TRIES: u32 = 3;

/// How far a feed has been read; times in Unix seconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Reach {
    /// The newest entry above which there may be more to read, and below which there is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    newest: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    way: Option<Way>,
}

/// A way back that is not at its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Way {
    /// The newest entry of the document that it began at.
    top: i64,
    /// The poll that walks it, in Unix milliseconds.
    poll: i64,
    /// Older documents that this poll has asked for.
    asked: u32,
    /// How often it was begun.
    tries: u32,
}

/// What comes behind a document.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Step {
    /// The older document to read now.
    pub(super) next: Option<Url>,
    /// What is lost, in plain words.
    pub(super) lost: Option<String>,
}

impl Reach {
    /// Whether the poll at `now` is on its way back already, so that the document in hand is an older one.
    pub(super) fn is_on_its_way(&self, now: Instant) -> bool {
        self.way.as_ref().is_some_and(|way| way.poll == now.timestamp_millis())
    }

    /// Whether a way back was cut short, so that the newest document has to be read even if it has not changed.
    pub(super) fn is_open(&self) -> bool {
        self.way.is_some()
    }

    /// Whether an entry of an older document may not have been read yet.
    pub(super) fn wants(&self, item: &Item) -> bool {
        item.published_at.is_some_and(|at| self.newest.is_some_and(|newest| at.timestamp() >= newest))
    }

    /// Moves on over a document that came from `from` and names `older` as the one behind it.
    pub(super) fn pass(&mut self, items: &[Item], from: &Url, older: Option<Url>, now: Instant) -> Step {
        let times = || items.iter().filter_map(|item| item.published_at).filter(|at| *at <= now);
        let (oldest, newest) = (times().min().map(|at| at.timestamp()), times().max().map(|at| at.timestamp()));
        let (Some(oldest), Some(newest)) = (oldest, newest) else {
            self.end();
            return Step::default();
        };
        let is_gap = self.newest.is_some_and(|known| oldest > known);
        let older = older.filter(|older| older.origin() == from.origin() && older != from);
        let Some(older) = older.filter(|_| is_gap) else {
            // What a hub delivers may be a part of the newest document only: it closes no gap.
            if !is_gap || self.way.is_some() {
                self.newest = self.newest.max(Some(newest));
                self.end();
            }
            return Step::default();
        };
        let poll = now.timestamp_millis();
        let way = match self.way.take() {
            Some(way) if way.poll == poll => Way { asked: way.asked + 1, ..way },
            Some(way) => Way { top: way.top.max(newest), poll, asked: 1, tries: way.tries + 1 },
            None => Way { top: newest, poll, asked: 1, tries: 1 },
        };
        if way.asked > MOST || way.tries > TRIES {
            self.newest = self.newest.max(Some(way.top));
            let lost =
                format!("the feed was not read back to where it was left: {MOST} older documents are read at most");
            return Step { next: None, lost: Some(lost) };
        }
        self.way = Some(way);
        Step { next: Some(older), lost: None }
    }

    /// Takes the way back for walked.
    pub(super) fn end(&mut self) {
        if let Some(way) = self.way.take() {
            self.newest = self.newest.max(Some(way.top));
        }
    }
}
