//! The pieces of a word that tell its language: its letters in twos to fours, its two ends among them, and the word as a
//! whole. Each piece is a number, the row of the weights in which it is found.

/// Letters of a word that are looked at.
const LONGEST: usize = 24;
/// Longest piece, in letters.
const PIECE: usize = 4;
/// Stands before and after a word.
const EDGE: u32 = 0x20;
/// A power of two: the rows that pieces are spread over.
pub(super) const ROWS: usize = 1 << 16;

/// Calls `found` with the row of each piece of `word`, which is in lower case.
pub(super) fn rows(word: &str, mut found: impl FnMut(usize)) {
    let mut letters = [EDGE; LONGEST + 2];
    let mut length = 1;
    let mut whole = START;
    for (slot, c) in letters.iter_mut().skip(1).zip(word.chars().take(LONGEST)) {
        *slot = u32::from(c);
        whole = step(whole, *slot);
        length += 1;
    }
    let letters = letters.get(..=length).unwrap_or_default();
    for start in 0..length {
        let mut hash = START;
        for (at, letter) in letters.iter().skip(start).take(PIECE).enumerate() {
            hash = step(hash, *letter);
            if at > 0 {
                found(row(hash));
            }
        }
    }
    if length > PIECE - 1 {
        found(row(step(whole, EDGE)));
    }
}

const START: u64 = 0x9e37_79b9_7f4a_7c15;

fn step(hash: u64, letter: u32) -> u64 {
    (hash ^ u64::from(letter)).wrapping_mul(0xff51_afd7_ed55_8ccd).rotate_left(23)
}

fn row(hash: u64) -> usize {
    usize::try_from(hash.wrapping_mul(START) >> 48).unwrap_or_default()
}
