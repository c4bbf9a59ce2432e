//! A text as one lexicon reads it: each word by its number. Never looks at what words mean.

use std::ops::Range;

use super::lexicon::Lexicon;
use super::role::Role;
use super::token::{Cut, Kind};

/// The number of a word that the lexicon does not know.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// A token in the eyes of a lexicon.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    /// The number of the word, or [`UNKNOWN`].
    pub(super) word: u32,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
    /// The token that it is, or of which it is a part.
    pub(super) token: usize,
    /// What the word does besides having a tone, alone or in its expression.
    pub(super) role: Option<Role>,
}

/// Reads all tokens of `cut` into `pieces`; without a lexicon no word is known.
pub(super) fn read(pieces: &mut Vec<Piece>, cut: &Cut, lexicon: Option<&Lexicon>) {
    pieces.clear();
    for (at, token) in cut.tokens.iter().enumerate() {
        let word = match (token.kind, lexicon) {
            (Kind::Word, Some(lexicon)) => lexicon.number(cut, token),
            _ => UNKNOWN,
        };
        let role = lexicon.and_then(|lexicon| lexicon.role(word));
        pieces.push(Piece { kind: token.kind, word, range: token.range.clone(), token: at, role });
    }
}
