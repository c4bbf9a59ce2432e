//! Expressions as paths of words: every word is a step, and so is every gap. Knows words by their numbers alone.

use std::collections::BTreeMap;
use std::ops::Range;

use super::lexicon::{Effect, Found};
use super::piece::{Piece, UNKNOWN};
use super::role::Role;

/// Words that a gap stands for, at most.
const GAP_LENGTH: usize = 4;
/// Bytes that an expression may span in a text.
const LONGEST_EXPRESSION: usize = 200;
/// Stands for no step: nothing leads to the first of all words.
const NONE: u32 = 0;

/// All steps, in one piece of memory. A path begins at the step with the number of its first word.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    steps: Vec<Step>,
    /// The words that may follow a step, sorted by the word, and the steps to which they lead.
    edges: Vec<(u32, u32)>,
}

/// A word or a gap of an expression, and what may follow.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Step {
    /// What the expression does that ends here.
    pub(super) effect: Option<Effect>,
    pub(super) role: Option<Role>,
    /// The step of a gap, or [`NONE`].
    gap: u32,
    /// Where its edges begin; they end where those of the next step begin.
    edges: u32,
}

impl Steps {
    /// A step by its number.
    pub(super) fn get(&self, number: u32) -> Option<&Step> {
        self.steps.get(number as usize)
    }

    /// The longest expression at the start of `pieces`, whose first word is `word`.
    pub(super) fn longest(&self, word: u32, pieces: &[Piece]) -> Option<Found> {
        let mut best = None;
        if word != UNKNOWN {
            self.follow(word, pieces, 1, 1, &mut best);
        }
        best.map(|(_, found)| found)
    }

    /// Goes on from a step that `pieces` have reached with their first `taken`, `depth` words or gaps deep.
    fn follow(&self, number: u32, pieces: &[Piece], taken: usize, depth: usize, best: &mut Option<(usize, Found)>) {
        let Some(here) = self.get(number) else { return };
        let bytes = || Some(pieces.get(taken - 1)?.range.end - pieces.first()?.range.start);
        if (here.effect.is_some() || here.role.is_some())
            && best.is_none_or(|(most, _)| most < depth)
            && bytes().is_some_and(|bytes| bytes <= LONGEST_EXPRESSION)
        {
            let effect = here.effect.unwrap_or(Effect::Nothing);
            *best = Some((depth, Found { length: taken, effect, role: here.role, entry: number }));
        }
        if let Some(next) = pieces.get(taken).and_then(|piece| self.by_word(number, piece)) {
            self.follow(next, pieces, taken + 1, depth + 1, best);
        }
        if here.gap == NONE {
            return;
        }
        for skipped in 0..=GAP_LENGTH {
            let Some(piece) = pieces.get(taken + skipped) else { return };
            if let Some(next) = self.by_word(here.gap, piece) {
                self.follow(next, pieces, taken + skipped + 1, depth + 2, best);
            }
            if !piece.kind.is_wordlike() {
                return;
            }
        }
    }

    fn by_word(&self, number: u32, piece: &Piece) -> Option<u32> {
        if piece.word == UNKNOWN {
            return None;
        }
        let edges = self.edges.get(self.edges(number)?)?;
        let place = edges.binary_search_by_key(&piece.word, |(word, _)| *word).ok()?;
        edges.get(place).map(|(_, step)| *step)
    }

    fn edges(&self, number: u32) -> Option<Range<usize>> {
        let end = self.get(number + 1).map_or(self.edges.len(), |next| next.edges as usize);
        Some(self.get(number)?.edges as usize..end)
    }
}

/// Steps while they are made.
#[derive(Debug)]
pub(super) struct Tree {
    steps: Vec<Step>,
    next: BTreeMap<(u32, u32), u32>,
}

impl Tree {
    /// One step for each of so many words.
    pub(super) fn new(words: usize) -> Self {
        Self { steps: vec![Step::default(); words], next: BTreeMap::new() }
    }

    /// Adds the path of an expression, `None` for a gap, and what is done at its end.
    pub(super) fn add(&mut self, mut path: impl Iterator<Item = Option<u32>>, effect: Effect) {
        let Some(Some(first)) = path.next() else { return };
        let end = path.fold(first, |at, word| self.toward(at, word));
        let Some(end) = self.steps.get_mut(end as usize) else { return };
        match effect {
            Effect::Role(role) => end.role = Some(role),
            effect => end.effect = Some(effect),
        }
    }

    /// The step from `at` to a word or a gap, made if need be.
    fn toward(&mut self, at: u32, word: Option<u32>) -> u32 {
        let new = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        let next = match word {
            Some(word) => *self.next.entry((at, word)).or_insert(new),
            None => self.steps.get_mut(at as usize).map_or(NONE, |step| {
                step.gap = if step.gap == NONE { new } else { step.gap };
                step.gap
            }),
        };
        if next == new {
            self.steps.push(Step::default());
        }
        next
    }

    /// The same, ready to be followed.
    pub(super) fn flat(mut self) -> Steps {
        let mut edges = Vec::with_capacity(self.next.len());
        let mut next = self.next.into_iter().peekable();
        for (number, step) in (0..).zip(&mut self.steps) {
            step.edges = u32::try_from(edges.len()).unwrap_or(u32::MAX);
            while let Some((word, to)) = next.next_if(|((at, _), _)| *at == number).map(|((_, word), to)| (word, to)) {
                edges.push((word, to));
            }
        }
        Steps { steps: self.steps, edges }
    }
}
