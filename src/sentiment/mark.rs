//! The words and expressions of a text that do something, and its sentences. Never weighs them.

use std::ops::Range;

use super::lexicon::{Effect, Found, Lexicon};
use super::piece::{Piece, read};
use super::role::Role;
use super::token::{Cut, Kind};

/// Signs are told from words by this.
const FIRST_SIGN: u32 = 1 << 31;

/// A word or expression that does something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    /// Its pieces.
    pub(super) pieces: Range<usize>,
    pub(super) effect: Effect,
    pub(super) role: Option<Role>,
    /// Which one of the lexicon it is: the same words have the same number.
    pub(super) entry: u32,
}

/// A text with its marks. It can be used again for the next one, and then needs no new memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Marked {
    pub(super) pieces: Vec<Piece>,
    pub(super) marks: Vec<Mark>,
    /// The pieces that are the brand's.
    pub(super) brands: Vec<usize>,
}

/// A part of a text that ends with a full stop or the like.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sentence {
    pub(super) pieces: Range<usize>,
    pub(super) marks: Range<usize>,
}

impl Marked {
    /// Finds the marks of `cut`; without a lexicon only signs are some.
    pub(super) fn read(&mut self, cut: &Cut, lexicon: Option<&Lexicon>) {
        read(&mut self.pieces, cut, lexicon);
        self.marks.clear();
        self.brands.clear();
        if cut.named {
            self.brands.extend(self.pieces.iter().enumerate().filter(|(_, piece)| piece.brand).map(|(at, _)| at));
        }
        let mut at = 0;
        while let Some(piece) = self.pieces.get(at) {
            let mut next = at + 1;
            if let Kind::Sign(sign, weight) = piece.kind {
                let (effect, entry) = (Effect::Tone(weight), FIRST_SIGN + sign);
                self.marks.push(Mark { pieces: at..next, effect, role: None, entry });
            } else if piece.kind == Kind::Word
                && let Some(lexicon) = lexicon
                && let Some(found) = lexicon.find(self.pieces.get(at..).unwrap_or_default(), cut)
            {
                next = at + found.length;
                let Found { effect, entry, .. } = found;
                // `rose to` still rises.
                let moves = piece.role.filter(|role| matches!(role, Role::Up | Role::Down));
                if found.role.is_some() {
                    self.pieces.iter_mut().take(next).skip(at).for_each(|piece| piece.role = found.role);
                }
                let role = found.role.or(moves);
                if matches!(effect, Effect::Tone(_)) && found.length > 1 {
                    // Who `never answers` says nothing.
                    let says = |piece: &&mut Piece| piece.role == Some(Role::Says);
                    self.pieces.iter_mut().take(next).skip(at).filter(says).for_each(|piece| piece.role = None);
                }
                // Who writes only has to be known where it stands; it is in nobody's way.
                if effect != Effect::Nothing || role != Some(Role::Author) {
                    self.marks.push(Mark { pieces: at..next, effect, role, entry });
                }
            }
            at = next;
        }
    }

    /// All sentences.
    pub(super) fn sentences(&self) -> impl Iterator<Item = Sentence> {
        let (mut piece, mut mark) = (0, 0);
        std::iter::from_fn(move || {
            let rest = self.pieces.get(piece..).filter(|rest| !rest.is_empty())?;
            let length =
                rest.iter().position(|piece| matches!(piece.kind, Kind::End(_))).map_or(rest.len(), |at| at + 1);
            let pieces = piece..piece + length;
            let marks = self.marks.get(mark..).unwrap_or_default();
            let marks = mark..mark + marks.iter().take_while(|mark| mark.pieces.start < pieces.end).count();
            (piece, mark) = (pieces.end, marks.end);
            Some(Sentence { pieces, marks })
        })
    }

    /// Whether only words stand there, and no pause.
    pub(super) fn is_unbroken(&self, pieces: Range<usize>) -> bool {
        self.pieces.get(pieces).unwrap_or_default().iter().all(|piece| piece.kind.is_wordlike())
    }

    /// The bytes of the text in which these pieces stand.
    pub(super) fn place(&self, pieces: &Range<usize>) -> Range<usize> {
        let first = self.pieces.get(pieces.start);
        let last = pieces.end.checked_sub(1).and_then(|last| self.pieces.get(last));
        first.zip(last).map_or(0..0, |(first, last)| first.range.start..last.range.end)
    }
}
