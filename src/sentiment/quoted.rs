//! What stands in quotation marks is somebody else's word. Never looks beyond a sentence.

use super::mark::{Mark, Marked, Sentence};
use super::scale::Scale;
use super::token::Kind;

/// What is left of what somebody else says.
const QUOTED: f64 = 0.8;

/// A sentence, read up to some place.
pub(super) struct Quoted<'s> {
    marked: &'s Marked,
    at: usize,
    /// Whether the place stands between quotation marks.
    inside: bool,
}

impl<'s> Quoted<'s> {
    pub(super) fn new(marked: &'s Marked, sentence: &Sentence) -> Self {
        Self { marked, at: sentence.pieces.start, inside: false }
    }

    /// Scales what a mark says; marks come in their order.
    pub(super) fn take(&mut self, mark: &Mark, scale: &mut Scale) {
        let is_quote = |at: usize| self.marked.pieces.get(at).is_some_and(|piece| piece.kind == Kind::Quote);
        let passed = (self.at..mark.pieces.start).filter(|at| is_quote(*at)).count();
        self.inside ^= passed % 2 == 1;
        self.at = self.at.max(mark.pieces.start);
        if self.inside {
            scale.times(QUOTED, || "quoted".to_owned());
        }
    }
}
