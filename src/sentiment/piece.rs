//! A text as one lexicon reads it: each word by its number. Never looks at what words mean.

use std::ops::Range;

use super::lexicon::{Effect, Lexicon};
use super::role::Role;
use super::token::{Cut, Kind, Token};

/// The number of a word that the lexicon does not know.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// Longer hashtags are not split.
const LONGEST_TAG: usize = 40;

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
                if token.tag && word == UNKNOWN && split(pieces, cut, at, token, lexicon) {
                    continue;
                }
            }
        }
        pieces.push(Piece { kind, word, range: token.range.clone(), token: at, role, brand });
    }
}

/// Pushes the words of a hashtag that shows no borders (`#neveragain`), if the lexicon knows them all; else nothing.
fn split(pieces: &mut Vec<Piece>, cut: &Cut, at: usize, token: &Token, lexicon: &Lexicon) -> bool {
    let tag = cut.key(token);
    // Places in the key are places in the text.
    if tag.len() != token.range.len() || tag.len() > LONGEST_TAG {
        return false;
    }
    // For each place the fewest words that lead there, and where the last of them begins.
    let mut ways: [Option<(usize, usize)>; LONGEST_TAG + 1] = [None; LONGEST_TAG + 1];
    ways.first_mut().into_iter().for_each(|way| *way = Some((0, 0)));
    for start in 0..tag.len() {
        let Some((words, _)) = ways.get(start).copied().flatten() else { continue };
        for end in start + 1..=tag.len() {
            let known = tag.get(start..end).is_some_and(|word| lexicon.part(word).is_some());
            let way = ways.get_mut(end).filter(|way| known && way.is_none_or(|(fewest, _)| words + 1 < fewest));
            way.into_iter().for_each(|way| *way = Some((words + 1, start)));
        }
    }
    let first = pieces.len();
    let mut end = tag.len();
    while let Some((_, start)) = ways.get(end).copied().flatten().filter(|_| end > 0) {
        let word = tag.get(start..end).and_then(|word| lexicon.part(word)).unwrap_or(UNKNOWN);
        let range = token.range.start + start..token.range.start + end;
        pieces.push(Piece { kind: Kind::Word, word, range, token: at, role: lexicon.role(word), brand: false });
        end = start;
    }
    pieces.get_mut(first..).into_iter().for_each(<[Piece]>::reverse);
    pieces.len() > first
}

/// Whether a word that was looked for is no name, so that it speaks all the same: who looks for `verspätet` or for
/// `Verspätung` wants to hear what these words say. Where all nouns have capitals, a word that praises is taken for a
/// name; elsewhere a word is one unless it is in lower case, stands alone and blames.
fn is_common_word(cut: &Cut, at: usize, token: &Token, lexicon: &Lexicon) -> bool {
    let blames = || matches!(lexicon.single(cut, token), Some(Effect::Tone(weight)) if weight < 0.0);
    let praises = || matches!(lexicon.single(cut, token), Some(Effect::Tone(weight)) if weight > 0.0);
    let is_brand = |at: Option<usize>| at.and_then(|at| cut.tokens.get(at)).is_some_and(|t| t.kind == Kind::Brand);
    if cut.key(token).is_empty() {
        return false;
    }
    match (token.capital, lexicon.capital_nouns) {
        (false, true) => true,
        (true, true) => !praises(),
        (false, false) => !is_brand(at.checked_sub(1)) && !is_brand(Some(at + 1)) && blames(),
        (true, false) => false,
    }
}
