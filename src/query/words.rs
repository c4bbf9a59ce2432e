//! Cuts a text into its words, each with the hash of what it is compared as. A word is the longest run of letters and
//! digits; words are known by their number in the text. Linear in the text; copies nothing while letters are ASCII.

use super::fold::{Class, class, push_letter};

/// A word of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// The hash of the folded word; `None` if it is not ASCII and has to be folded first.
    pub(super) hash: Option<u64>,
}

/// The words of a text, from left to right.
pub(super) struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Words<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The character at a byte.
    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// The end of a word that is not ASCII alone.
    fn wide_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let outside = |c: char| matches!(class(c), Class::Gap | Class::Sign);
        rest.find(outside).map_or(self.text.len(), |length| from + length)
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        let mut lower = loop {
            match lowered(*bytes.get(at)?) {
                OUTSIDE => at += 1,
                WIDE => {
                    let c = self.char_at(at)?;
                    if class(c) == Class::Word {
                        break WIDE;
                    }
                    at += c.len_utf8();
                }
                lower => break lower,
            }
        };
        let start = at;
        let mut hash = SEED;
        while lower != WIDE {
            hash = mix(hash, lower);
            at += 1;
            match bytes.get(at).map_or(OUTSIDE, |byte| lowered(*byte)) {
                OUTSIDE => {
                    self.at = at;
                    return Some(Word { start, end: at, hash: Some(hash) });
                }
                next => lower = next,
            }
        }
        let end = self.wide_end(at);
        self.at = end;
        let hash = (end == at).then_some(hash);
        Some(Word { start, end, hash })
    }
}

/// No part of a word.
const OUTSIDE: u8 = 0;
/// A byte of a character that is not ASCII.
const WIDE: u8 = 1;

/// The lower-case letter or digit that a byte is, or one of the two above.
const fn lowered_of(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => byte.to_ascii_lowercase(),
        0x80.. => WIDE,
        _ => OUTSIDE,
    }
}

/// The same of every byte.
const LOWERED: [u8; 256] = {
    let mut table = [OUTSIDE; 256];
    let mut rest: &mut [u8] = &mut table;
    let mut byte = 0;
    while let [first, behind @ ..] = rest {
        *first = lowered_of(byte);
        byte = byte.wrapping_add(1);
        rest = behind;
    }
    table
};

#[inline]
fn lowered(byte: u8) -> u8 {
    LOWERED.get(usize::from(byte)).copied().unwrap_or(OUTSIDE)
}

const SEED: u64 = 0x243f_6a88_85a3_08d3;
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

#[inline]
fn mix(hash: u64, byte: u8) -> u64 {
    (hash.rotate_left(5) ^ u64::from(byte)).wrapping_mul(FACTOR)
}

/// The hash of a folded word.
pub(super) fn hash_of(folded: &str) -> u64 {
    folded.bytes().fold(SEED, mix)
}

/// Folds a word into `folded`; tells which spellings would make another word of it.
pub(super) fn fold_word(word: &str, spelling: u8, folded: &mut String) -> u8 {
    folded.clear();
    word.chars().fold(0, |met, c| met | push_letter(folded, c, spelling))
}
