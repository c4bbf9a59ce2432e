//! Plain lists of words and expressions, found with the folding and word borders of queries. They know no operators.

use std::ops::Range;

use super::dictionary::{Dictionary, Writing};
use super::syntax::Manner;

/// A compiled list.
#[derive(Debug, Clone)]
pub struct Keywords {
    dictionary: Dictionary,
    words: Vec<String>,
}

impl Keywords {
    /// Compiles words and expressions; one without a letter or digit is never found.
    #[must_use]
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        let words: Vec<String> = words.into_iter().collect();
        Self { dictionary: Dictionary::new(words.iter().map(|word| (word.as_str(), Manner::Word))), words }
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
        self.dictionary.visit(text, Writing::Prose, |index, range| {
            found.extend(self.words.get(index).map(|word| (word.as_str(), range)));
        });
        found.sort_by_key(|(_, range)| (range.start, std::cmp::Reverse(range.end)));
        found
    }
}
