//! A text as one lexicon reads it: each word by its number. Never looks at what words mean.

use std::ops::Range;

use super::lexicon::{Effect, Lexicon};
use super::role::Role;
use super::token::{Cut, Kind, Token};

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
    /// Whether it is a word of the brand.
    pub(super) brand: bool,
}

/// Reads all tokens of `cut` into `pieces`; without a lexicon no word is known.
pub(super) fn read(pieces: &mut Vec<Piece>, cut: &Cut, lexicon: Option<&Lexicon>) {
    pieces.clear();
    for (at, token) in cut.tokens.iter().enumerate() {
        let brand = token.kind == Kind::Brand;
        let (mut kind, mut word, mut role) = (token.kind, UNKNOWN, None);
        if let Some(lexicon) = lexicon {
            if brand && is_common_word(cut, at, token, lexicon) {
                kind = Kind::Word;
            }
            if kind == Kind::Word {
                word = lexicon.number(cut, token);
                role = lexicon.role(word);
            }
        }
        pieces.push(Piece { kind, word, range: token.range.clone(), token: at, role, brand });
    }
}

/// Whether a word that was looked for is no name, so that it speaks all the same: who looks for `verspätet` or for
/// `Verspätung` wants to hear what these words say.
fn is_common_word(cut: &Cut, at: usize, token: &Token, lexicon: &Lexicon) -> bool {
    let blames = || matches!(lexicon.single(cut, token), Some(Effect::Tone(weight)) if weight < 0.0);
    let is_brand = |at: Option<usize>| at.and_then(|at| cut.tokens.get(at)).is_some_and(|t| t.kind == Kind::Brand);
    match (token.capital, lexicon.capital_nouns) {
        (false, true) => true,
        (true, true) => blames(),
        (false, false) => !is_brand(at.checked_sub(1)) && !is_brand(Some(at + 1)) && blames(),
        (true, false) => false,
    }
}
