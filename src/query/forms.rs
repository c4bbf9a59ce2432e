//! The words that queries ask for, found among the words of a text by their hashes: whole words, and the beginnings of
//! words by their first four bytes. A bitmap keeps nearly all words of a text from being looked up at all, so the cost
//! hardly depends on how many queries there are.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::fold::{USUAL, all_of};
use super::pattern::Seen;
use super::words::{Word, Words, fold_word, hash_of};

/// A way to write a word, or the beginning of one.
pub(super) type FormId = u32;

/// Letters by which beginnings are known.
const HEAD: usize = 4;
/// Bits of a bitmap per entry.
const BITS: usize = 32;

/// Everything that is looked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Forms {
    texts: Vec<String>,
    whole: Table,
    heads: Table,
    beginnings: Vec<Beginnings>,
    /// The usual spellings that some brand does without.
    unwanted: u8,
}

/// Beginnings that share a head.
#[derive(Debug, Clone, Default)]
struct Beginnings {
    lengths: Vec<usize>,
    forms: HashMap<String, FormId>,
}

impl Forms {
    /// The words and the beginnings, known by their index, and the usual spellings that are `unwanted` for some.
    pub(super) fn new(forms: impl IntoIterator<Item = (String, bool)>, unwanted: u8) -> Self {
        let mut new = Self { unwanted, ..Self::default() };
        let (mut whole, mut heads) = (Vec::new(), Vec::new());
        let mut by_head: HashMap<u64, usize> = HashMap::new();
        for (id, (text, begins)) in (0..).zip(forms) {
            match head(text.as_bytes()).filter(|_| begins) {
                Some(head) => {
                    let place = *by_head.entry(head).or_insert_with(|| {
                        let place = new.beginnings.len();
                        heads.push((head, u32::try_from(place).unwrap_or(u32::MAX)));
                        new.beginnings.push(Beginnings::default());
                        place
                    });
                    if let Some(beginnings) = new.beginnings.get_mut(place) {
                        beginnings.lengths.push(text.len());
                        beginnings.forms.insert(text.clone(), id);
                    }
                }
                None => whole.push((hash_of(&text), id)),
            }
            new.texts.push(text);
        }
        for beginnings in &mut new.beginnings {
            beginnings.lengths.sort_unstable();
            beginnings.lengths.dedup();
        }
        new.whole = Table::new(&whole);
        new.heads = Table::new(&heads);
        new
    }

    /// The text of a form.
    pub(super) fn text(&self, form: FormId) -> &str {
        usize::try_from(form).ok().and_then(|form| self.texts.get(form)).map_or("", String::as_str)
    }

    /// Adds the words of `text` that have a form to `seen`, one for each form, numbered from `base` on. Tells the number
    /// of the last word.
    #[inline(never)]
    pub(super) fn scan(&self, text: &str, base: u32, seen: &mut Vec<Seen>) -> u32 {
        let mut index = base;
        for word in Words::of(text) {
            match word.hash {
                Some(hash) => {
                    let head = text.as_bytes().get(word.start..word.end).and_then(head);
                    let begins = head.filter(|head| self.heads.may_hold(*head));
                    if begins.is_some() || self.whole.may_hold(hash) {
                        self.see(text, word, hash, begins, index, seen);
                    }
                }
                None => self.see_wide(text, word, index, seen),
            }
            index = index.saturating_add(1);
        }
        index
    }

    /// Looks up a word that is ASCII; `begins` is its head, if something may begin so.
    #[inline(never)]
    fn see(&self, text: &str, word: Word, hash: u64, begins: Option<u64>, index: u32, seen: &mut Vec<Seen>) {
        let written = text.get(word.start..word.end).unwrap_or_default();
        let mut add = |form| seen.push(Seen { form, spelling: 0, index, start: word.start, end: word.end });
        let same = |form: &FormId| self.text(*form).eq_ignore_ascii_case(written);
        self.whole.get(hash).filter(same).for_each(&mut add);
        if let Some(head) = begins {
            self.look_up_beginnings(&written.to_ascii_lowercase(), head, add);
        }
    }

    /// Looks up a word that is not ASCII in all its spellings.
    #[inline(never)]
    fn see_wide(&self, text: &str, word: Word, index: u32, seen: &mut Vec<Seen>) {
        let Some(written) = text.get(word.start..word.end) else { return };
        let mut folded = String::with_capacity(2 * written.len());
        let mut add = |form, spelling| seen.push(Seen { form, spelling, index, start: word.start, end: word.end });
        let met = fold_word(written, USUAL, &mut folded);
        let usual = met & USUAL;
        self.look_up(&folded, |form| add(form, usual));
        if met == 0 {
            return;
        }
        for spelling in all_of(met, usual & !self.unwanted).filter(|spelling| *spelling != usual) {
            fold_word(written, spelling, &mut folded);
            self.look_up(&folded, |form| add(form, spelling));
        }
    }

    fn look_up(&self, folded: &str, mut found: impl FnMut(FormId)) {
        let hash = hash_of(folded);
        if self.whole.may_hold(hash) {
            self.whole.get(hash).filter(|form| self.text(*form) == folded).for_each(&mut found);
        }
        if let Some(head) = head(folded.as_bytes())
            && self.heads.may_hold(head)
        {
            self.look_up_beginnings(folded, head, found);
        }
    }

    fn look_up_beginnings(&self, folded: &str, head: u64, mut found: impl FnMut(FormId)) {
        for place in self.heads.get(head) {
            let beginnings = usize::try_from(place).ok().and_then(|place| self.beginnings.get(place));
            let Some(beginnings) = beginnings else { continue };
            let starts = beginnings.lengths.iter().filter_map(|length| folded.get(..*length));
            starts.filter_map(|start| beginnings.forms.get(start)).for_each(|form| found(*form));
        }
    }
}

/// The first letters of a folded or ASCII word, spread over all bits. It is the same in upper and in lower case.
#[inline]
fn head(word: &[u8]) -> Option<u64> {
    let head: [u8; HEAD] = word.first_chunk().copied()?;
    let letters = u32::from_le_bytes(head) | 0x2020_2020;
    Some((u64::from(letters) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Numbers by hashes.
#[derive(Debug, Clone, Default)]
struct Table {
    /// Bits by the upper bits of hashes.
    bits: Vec<u64>,
    shift: u32,
    numbers: HashMap<u64, Vec<u32>, BuildHasherDefault<Same>>,
}

impl Table {
    fn new(entries: &[(u64, u32)]) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        let size = (entries.len() * BITS).next_power_of_two().max(64);
        let mut table = Self { bits: vec![0; size / 64], shift: 64 - size.ilog2(), numbers: HashMap::default() };
        for (hash, number) in entries {
            let (place, bit) = table.place(*hash);
            table.bits.get_mut(place).into_iter().for_each(|bits| *bits |= bit);
            table.numbers.entry(*hash).or_default().push(*number);
        }
        table
    }

    #[inline]
    fn place(&self, hash: u64) -> (usize, u64) {
        let bit = hash.checked_shr(self.shift).unwrap_or_default();
        (usize::try_from(bit / 64).unwrap_or(usize::MAX), 1 << (bit % 64))
    }

    #[inline]
    fn may_hold(&self, hash: u64) -> bool {
        let (place, bit) = self.place(hash);
        self.bits.get(place).is_some_and(|bits| bits & bit != 0)
    }

    fn get(&self, hash: u64) -> impl Iterator<Item = u32> {
        self.numbers.get(&hash).into_iter().flatten().copied()
    }
}

/// What is a hash already is not hashed again.
#[derive(Debug, Clone, Copy, Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
