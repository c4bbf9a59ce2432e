//! Cursors as text, and the walk: how a lane is read whose network shows the newest first. Never moves past what has not
//! been read.

use chrono::TimeDelta;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::model::{Instant, Source};

/// A cursor read back from its text; `None` if there is none, or if another version wrote it.
pub(super) fn read<T: DeserializeOwned>(cursor: Option<&str>) -> Option<T> {
    serde_json::from_str(cursor?).ok()
}

/// A cursor as text; `None` leaves the stored one as it is.
pub(super) fn write<T: Serialize>(cursor: &T) -> Option<String> {
    serde_json::to_string(cursor).ok()
}

/// A walk from the newest entry back to `since`. While it is unfinished, everything from `newest` down to `below` has
/// been read, and the next poll goes on from there; only a finished walk makes `newest` a mark to start from. `P` is
/// what the network orders its entries by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Walk<P> {
    /// How far back it goes, in Unix seconds.
    pub(super) since: i64,
    /// The newest position it saw; it stays the same until the walk is finished.
    pub(super) newest: Option<P>,
    /// What it still has to read lies below this position; `None` before its first page and after its last.
    pub(super) below: Option<P>,
    /// How many pages below the same position have been read.
    #[serde(default)]
    pub(super) page: u32,
    /// Whether there was one before it, so that somebody waits for what it does not show.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) later: bool,
}

impl<P> Walk<P> {
    /// A walk that has read nothing yet.
    pub(super) fn start(since: i64) -> Self {
        Self { since, newest: None, below: None, page: 0, later: false }
    }

    /// The first walk of a source, as far back as it is configured to reach.
    pub(super) fn first(source: &Source, now: Instant) -> Self {
        let depth = TimeDelta::from_std(source.first_poll_depth).unwrap_or(TimeDelta::MAX);
        Self::start(now.checked_sub_signed(depth).map_or(0, |since| since.timestamp()))
    }

    /// Whether it has begun and not reached its end.
    pub(super) fn is_open(&self) -> bool {
        self.below.is_some()
    }

    /// Goes on below another position.
    pub(super) fn descend(&mut self, below: P) {
        self.below = Some(below);
        self.page = 0;
    }

    /// Everything has been read.
    pub(super) fn finish(&mut self) {
        self.below = None;
        self.page = 0;
    }
}
