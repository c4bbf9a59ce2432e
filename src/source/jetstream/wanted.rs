//! Which posts of the stream are kept.

use super::event::Change;
use crate::model::{Entry, Source};
use crate::query::asked;

/// The letters and digits of the terms, as the matcher compares them. What lies between words counts for nothing: rather a
/// post too many than one too few.
pub(super) struct Wanted(Vec<String>);

impl Wanted {
    pub(super) fn of(source: &Source) -> Self {
        Self(source.terms.iter().map(|term| bare(term)).filter(|term| !term.is_empty()).collect())
    }

    /// Whether a term stands in it. A post that was changed may be one that had a term before.
    pub(super) fn is_in(&self, entry: &Entry, change: &Change) -> bool {
        let text = bare(&entry.text);
        let tags: Vec<String> = entry.tags.iter().map(|tag| bare(tag)).collect();
        let says = |term: &String| text.contains(term) || tags.iter().any(|tag| tag.contains(term));
        change.operation == "update" || self.0.iter().any(says)
    }
}

fn bare(text: &str) -> String {
    asked(text).chars().filter(|c| c.is_alphanumeric()).collect()
}
