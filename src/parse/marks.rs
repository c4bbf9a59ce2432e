//! What a document holds beside what feed-rs tells of it. Only gathers.

use super::entry::Extra;

/// Deleted entries that are remembered.
const MAX_DELETED: usize = 1_000;

/// What was seen on the way through a document.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Where the first entry starts, and where the last one ends; `None` without entries.
    pub(super) entries: Option<(usize, usize)>,
    /// What feed-rs does not tell, by entry.
    pub(super) extras: Vec<Extra>,
    /// Ids of entries that the feed says it deleted.
    pub(super) deleted: Vec<String>,
}

impl Marks {
    /// Takes a stretch for a part of an entry.
    pub(super) fn spread(&mut self, start: usize, end: usize) {
        self.entries = Some((self.entries.map_or(start, |(first, _)| first), end));
    }

    /// Takes note of a deleted entry.
    pub(super) fn delete(&mut self, id: Option<String>) {
        if self.deleted.len() < MAX_DELETED {
            self.deleted.extend(id.filter(|id| !id.trim().is_empty()));
        }
    }
}
