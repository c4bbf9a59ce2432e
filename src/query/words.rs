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

    #[inline(always)]
    fn next(&mut self) -> Option<Word> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            match lowered(*bytes.get(at)?) {
                OUTSIDE => at += 1,
                WIDE => {
                    let c = self.char_at(at)?;
                    if class(c) == Class::Word {
                        break;
                    }
                    at += c.len_utf8();
                }
                _ => break,
            }
        }
        let start = at;
        let rest = bytes.get(start..)?;
        let length = rest.iter().position(|byte| lowered(*byte) <= WIDE).unwrap_or(rest.len());
        let mut end = start + length;
        if rest.get(length).is_some_and(|byte| lowered(*byte) == WIDE) {
            end = self.wide_end(end);
        }
        self.at = end;
        // Behind its last letter a word can have a sign that is not ASCII.
        let hash = (end == start + length).then(|| hash_at(rest, length));
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
/// Makes letters lower case in words of letters and digits.
const LOWER: u64 = 0x2020_2020_2020_2020;
const CHUNK: usize = 8;

/// The hash of the word of `length` bytes at the beginning of `rest`, of which it reads eight at a time. It is the same in
/// upper and in lower case.
#[inline]
fn hash_at(rest: &[u8], length: usize) -> u64 {
    let (mut rest, mut left, mut hash) = (rest, length, SEED);
    loop {
        let chunk = rest.first_chunk().map_or_else(|| last_chunk(rest), |chunk| u64::from_le_bytes(*chunk)) | LOWER;
        if left <= CHUNK {
            let unused = u32::try_from((CHUNK - left) * CHUNK).unwrap_or_default();
            let chunk = chunk & u64::MAX.checked_shr(unused).unwrap_or_default();
            let hash = mix(hash, chunk);
            return hash ^ hash >> 32;
        }
        hash = mix(hash, chunk);
        left -= CHUNK;
        rest = rest.get(CHUNK..).unwrap_or_default();
    }
}

/// Fewer bytes than a chunk.
fn last_chunk(rest: &[u8]) -> u64 {
    rest.iter().rev().fold(0, |chunk, byte| chunk << 8 | u64::from(*byte))
}

#[inline]
fn mix(hash: u64, chunk: u64) -> u64 {
    (hash.rotate_left(5) ^ chunk).wrapping_mul(FACTOR)
}

/// The hash of a folded word.
pub(super) fn hash_of(folded: &str) -> u64 {
    hash_at(folded.as_bytes(), folded.len())
}

/// Folds a word into `folded`; tells which spellings would make another word of it.
pub(super) fn fold_word(word: &str, spelling: u8, folded: &mut String) -> u8 {
    folded.clear();
    word.chars().fold(0, |met, c| met | push_letter(folded, c, spelling))
}
