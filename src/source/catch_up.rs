//! How far a feed has been read, and the way back after a downtime: where a document no longer reaches down to what was
//! read before it, the older ones that it names are read too (RFC 5005). A first poll takes no way back. Never remembers
//! an address, since it may hold a secret: a way that is cut short begins anew, a few times.

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::{Instant, Loss, LossReason};
use crate::parse::feed::Item;

/// Older documents that are read at most.
const MOST: u32 = 10;
/// A document with fewer dated entries tells nothing of what its feed has left out.
pub(super) const FULL: usize = 5;
/// How often a way back is begun.
const TRIES: u32 = 3;

/// How far a feed has been read; times in Unix seconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Reach {
    /// The newest entry above which there may be more to read, and below which there is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    newest: Option<i64>,
    /// The newest entry up to which it was told what may be missing; no way led back there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    way: Option<Way>,
}

/// A way back that is not at its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Way {
    /// The newest entry of the document that it began at.
    top: i64,
    /// The oldest entry that it has read.
    #[serde(default)]
    bottom: i64,
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
    /// What may be lost.
    pub(super) lost: Option<Loss>,
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
            let lost = if is_gap { self.missing(items, oldest) } else { None };
            // What a hub delivers may be a part of the newest document only: it closes no gap.
            if !is_gap || self.way.is_some() {
                self.newest = self.newest.max(Some(newest));
                self.end();
            } else if lost.is_some() {
                self.told = Some(newest);
            }
            return Step { next: None, lost };
        };
        let poll = now.timestamp_millis();
        let way = match self.way.take() {
            Some(way) if way.poll == poll => Way { asked: way.asked + 1, bottom: way.bottom.min(oldest), ..way },
            Some(way) => Way { top: way.top.max(newest), bottom: oldest, poll, asked: 1, tries: way.tries + 1 },
            None => Way { top: newest, bottom: oldest, poll, asked: 1, tries: 1 },
        };
        if way.asked > MOST || way.tries > TRIES {
            self.way = Some(way);
            let lost = self.cut(LossReason::Pages(MOST));
            self.end();
            return Step { next: None, lost };
        }
        self.way = Some(way);
        Step { next: Some(older), lost: None }
    }

    /// What is lost if a way that is not at its end is given up.
    pub(super) fn cut(&self, why: LossReason) -> Option<Loss> {
        between(self.newest?, self.way.as_ref()?.bottom, why)
    }

    /// What may be missing where a document does not reach down to what was read, and no way leads further: the step that is
    /// left out is larger than any between its entries. A feed of a few entries has always left out all others.
    fn missing(&mut self, items: &[Item], oldest: i64) -> Option<Loss> {
        if let Some(way) = &mut self.way {
            way.bottom = way.bottom.min(oldest);
            return self.cut(LossReason::Ends);
        }
        let known = self.newest?.max(self.told.unwrap_or(i64::MIN));
        let times = || items.iter().filter_map(|item| item.published_at);
        let is_usual = longest_step(times()).is_none_or(|longest| oldest.saturating_sub(known) <= longest);
        let newest = u32::try_from(items.len()).map_or(LossReason::Ends, LossReason::Newest);
        between(known, oldest, newest).filter(|_| times().count() >= FULL && !is_usual)
    }

    /// Takes the way back for walked.
    pub(super) fn end(&mut self) {
        if let Some(way) = self.way.take() {
            self.newest = self.newest.max(Some(way.top));
        }
    }
}

/// The longest time between two of these that follow one another, in seconds.
pub(super) fn longest_step(times: impl Iterator<Item = Instant>) -> Option<i64> {
    let mut times: Vec<i64> = times.map(|at| at.timestamp()).collect();
    times.sort_unstable();
    times.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?)).max()
}

fn between(from: i64, to: i64, why: LossReason) -> Option<Loss> {
    Loss::between(DateTime::from_timestamp(from, 0)?, DateTime::from_timestamp(to, 0)?, why)
}
