//! What was said and can no longer be read: an adapter sees it, the store keeps it, coverage tells it. Pure.

use serde::{Deserialize, Serialize};

use super::Instant;

/// A time of which entries of a source may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// Everything published before was read.
    pub from: Instant,
    /// Everything from then on was read as well.
    pub to: Instant,
    /// Why not what lies between.
    pub why: LossReason,
}

/// Why entries cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossReason {
    /// The network shows only the last so many hours.
    Hours(u32),
    /// It shows only so many, the newest.
    Newest(u32),
    /// It shows no more than it has shown; how much that is, it does not say.
    Ends,
    /// It shows only so many, which it chooses by itself and not by time.
    Chosen(u32),
    /// It did not search all of what it has.
    Partly,
    /// Comments are read below so many posts at most, the newest: our own bound.
    Posts(u32),
    /// So many pages are read back at most: our own bound.
    Pages(u32),
    /// A webhook told of it, and it could not be read in the end; why, in plain words.
    Told(String),
    /// A part of the source, such as one of its places, cannot be read for now.
    Unread {
        /// Which.
        part: String,
        /// Why, in plain words.
        why: String,
    },
}

impl Loss {
    /// What lies between these, if anything does.
    #[must_use]
    pub fn between(from: Instant, to: Instant, why: LossReason) -> Option<Self> {
        (from < to).then_some(Self { from, to, why })
    }
}
