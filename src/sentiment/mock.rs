//! Praise that mocks: `Great, another hour on hold`. Only praise that stands alone at the start of a sentence can.

use super::lexicon::Effect;
use super::mark::{Mark, Marked, Sentence};
use super::role::Role;
use super::token::Kind;

/// What the praise says then, by what it says else.
pub(super) const MOCKS: f64 = -0.7;
/// A word that blames so much.
const BLAMES: f64 = -1.0;
/// Pieces between it and what says that it happens once more, at most.
const NEAR: usize = 3;
/// Pieces in front of the praise, at most.
const FRONT: usize = 4;
/// Pieces behind it that are looked at.
const BEHIND: usize = 24;

/// The praise at the start of a sentence that mocks, and the word behind it that says that something bad happens once
/// more, as numbers of marks.
pub(super) fn mocks(marked: &Marked, sentence: &Sentence) -> Option<(usize, usize)> {
    let marks = |range: std::ops::Range<usize>| range.filter_map(|at| Some((at, marked.marks.get(at)?)));
    let (praise, mark) = marks(sentence.marks.clone()).find(|(_, mark)| !leads(mark))?;
    let praises = matches!(mark.effect, Effect::Tone(weight) if weight > 0.0);
    if !praises || mark.role != Some(Role::Mocks) || !is_at_start(marked, sentence, praise) {
        return None;
    }
    let kind = |at: usize| marked.pieces.get(at).map(|piece| piece.kind);
    let mut start = mark.pieces.end;
    if !matches!(kind(start)?, Kind::Pause | Kind::End('.' | '!' | '…')) {
        return None;
    }
    while matches!(kind(start), Some(Kind::Pause | Kind::End(_) | Kind::Sign(..))) {
        start += 1;
    }
    let ends = |at: usize| matches!(kind(at), None | Some(Kind::End(_)));
    let end = (start..start + BEHIND).find(|at| ends(*at)).unwrap_or(start + BEHIND);
    let behind = || marks(praise + 1..marked.marks.len()).take_while(|(_, mark)| mark.pieces.end <= end);
    let tone = |mark: &Mark| if let Effect::Tone(weight) = mark.effect { weight } else { 0.0 };
    // Whoever goes on praising, or takes something back, means it.
    let means_it = |mark: &Mark| {
        tone(mark) > 0.0 || matches!(mark.effect, Effect::Contrast | Effect::Negates | Effect::NegatesAround)
    };
    if behind().any(|(_, mark)| means_it(mark)) {
        return None;
    }
    // `another hour` may be one expression or two.
    let says_again = |mark: &Mark| {
        let mut pieces = marked.pieces.get(mark.pieces.clone()).unwrap_or_default().iter();
        pieces.any(|piece| piece.role == Some(Role::Again))
    };
    let again = behind().filter(|(_, mark)| says_again(mark));
    let is_near = |again: &Mark, blame: &Mark| {
        let between = blame.pieces.end.min(again.pieces.end)..blame.pieces.start.max(again.pieces.start);
        between.len() <= NEAR && marked.is_unbroken(between)
    };
    let blames = |again: &Mark| behind().any(|(_, mark)| tone(mark) <= BLAMES && is_near(again, mark));
    let (again, _) = again.into_iter().find(|(_, again)| blames(again))?;
    Some((praise, again))
}

/// Whether it may stand in front of praise that mocks (`oh`, `so`).
fn leads(mark: &Mark) -> bool {
    mark.role == Some(Role::Exclaims) || mark.effect == Effect::Stronger
}

/// Whether nothing but such words, names and signs stands in front of a mark.
fn is_at_start(marked: &Marked, sentence: &Sentence, at: usize) -> bool {
    let Some(start) = marked.marks.get(at).map(|mark| mark.pieces.start) else { return false };
    let front = sentence.pieces.start..start;
    let led = |piece: usize| {
        let mut leading = marked.marks.get(sentence.marks.start..at).unwrap_or_default().iter();
        leading.any(|mark| mark.pieces.contains(&piece))
    };
    let is_word = |piece: usize| marked.pieces.get(piece).is_some_and(|piece| piece.kind == Kind::Word);
    front.len() <= FRONT && front.into_iter().all(|piece| !is_word(piece) || led(piece))
}
