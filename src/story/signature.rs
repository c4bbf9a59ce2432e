//! A handful of numbers that copies of a text are likely to share. Pure.

use std::collections::BTreeSet;

use super::mark::{mark, mark_of};
use super::page::page;
use super::wording::Wording;
use super::words::Word;
use crate::model::Entry;

/// Most keys of a signature.
pub const KEYS: usize = 12;
/// Words of a shingle.
const SHINGLE: usize = 4;
/// The smallest marks of all shingles: two texts of which half the shingles are the same share one of the smallest five
/// with 97 %.
const OF_TEXT: usize = 5;
/// The smallest marks of the first words, for a summary has nothing but these.
const OF_LEAD: usize = 4;
/// Words of title and text that count as the first ones.
const LEAD: usize = 40;
/// A title of fewer words is no key: too many have it.
const TITLE: usize = 4;

/// The keys under which a text is looked for: its title, its own page or one that it links to, and the smallest marks
/// of the four-word shingles of its beginning and of its whole (a bottom-k MinHash sketch). At most [`KEYS`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature(BTreeSet<u64>);

impl Signature {
    /// The signature of an entry. Empty for one that says nothing.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let wording = Wording::of(entry);
        let mut keys = BTreeSet::new();
        if wording.title.len() >= TITLE {
            keys.insert(mark_of([mark("title"), mark_of(wording.title.iter().map(|word| word.mark))]));
        }
        let pages = entry.url.iter().filter_map(|url| page(url)).chain(wording.pages.iter().cloned());
        keys.extend(pages.take(2).map(|page| mark_of([mark("page"), mark(&page)])));
        let lead: Vec<&Word> = wording.title.iter().chain(&wording.body).take(LEAD).collect();
        keys.extend(smallest(&lead, OF_LEAD));
        let body: Vec<&Word> = wording.body.iter().collect();
        keys.extend(smallest(&body, OF_TEXT));
        Self(keys.into_iter().take(KEYS).collect())
    }

    /// The keys within a brand; another brand's are others.
    pub fn keys(&self, brand: &str) -> impl Iterator<Item = i64> {
        let brand = mark(brand);
        self.0.iter().map(move |key| mark_of([brand, *key]).cast_signed())
    }
}

fn smallest(words: &[&Word], most: usize) -> impl Iterator<Item = u64> {
    let whole = (!words.is_empty() && words.len() < SHINGLE).then_some(words);
    let shingles = words.windows(SHINGLE).chain(whole);
    let marks: BTreeSet<u64> = shingles.map(|shingle| mark_of(shingle.iter().map(|word| word.mark))).collect();
    marks.into_iter().take(most)
}
