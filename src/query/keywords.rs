//! Plain lists of words and expressions, found with the folding and word borders of queries. They know no operators.

use std::ops::Range;

use super::dictionary::{Builder, Dictionary, Text};
use super::fold::spellings;
use super::pattern::Writing;
use super::tree::{Manner, Term};
use crate::model::Folding;

/// Most places of a keyword in one text.
const MAX_PLACES: usize = 100;

/// A compiled list.
#[derive(Debug, Clone)]
pub struct Keywords {
    dictionary: Dictionary,
    /// By term.
    words: Vec<String>,
}

impl Keywords {
    /// Compiles words and expressions; one without a letter or digit is never found.
    #[must_use]
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        let (mut builder, mut known) = (Builder::default(), Vec::new());
        for text in words {
            let term = Term { text, manner: Manner::Words };
            let id = builder.add(&term, spellings(Folding::default()));
            if usize::try_from(id) == Ok(known.len()) {
                known.push(term.text);
            }
        }
        Self { dictionary: builder.build(), words: known }
    }

    /// The keyword, as the list writes it, that stands first in `text`; of several at one place the longest.
    #[must_use]
    pub fn first(&self, text: &str) -> Option<&str> {
        self.find(text).into_iter().next().map(|(word, _)| word)
    }

    /// The keywords in `text`, as the list writes them, with their bytes; the first in front, of several at one place
    /// the longest. At most a hundred places per keyword.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<(&str, Range<usize>)> {
        let mut found = Vec::new();
        let occurrences = self.dictionary.find([Text { text, writing: Writing::Prose }]);
        for group in occurrences.chunk_by(|one, next| one.term == next.term) {
            let word = group.first().and_then(|first| self.words.get(usize::try_from(first.term).ok()?));
            let Some(word) = word else { continue };
            let places = group.iter().take(MAX_PLACES).map(|found| found.stand.start..found.stand.end);
            found.extend(places.map(|place| (word.as_str(), place)));
        }
        found.sort_by_key(|(_, range)| (range.start, std::cmp::Reverse(range.end)));
        found
    }
}
