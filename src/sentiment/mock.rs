//! Praise that mocks: `Great, another hour on hold`. Only praise that stands alone at the start of a sentence can.

use super::lexicon::Effect;
use super::mark::{Mark, Marked, Sentence};
use super::role::Role;
use super::token::Kind;

/// What the praise says then, by what it says else.
pub(super) const MOCKS: f64 = -0.7;
/// A word that blames so much, where something happens once more, and where nothing says so.
const BLAMES: f64 = -1.0;
const BLAMES_ALONE: f64 = -2.0;
/// Pieces in front of the praise, at most.
const FRONT: usize = 4;
/// Pieces behind it that are looked at.
const BEHIND: usize = 24;

/// What the praise at the start of a sentence is mocking by: a word that something happens once more, or else the blame
/// itself. First the praise, then that, as numbers of marks.
pub(super) fn mocks(marked: &Marked, sentence: &Sentence) -> Option<(usize, usize)> {
    let marks = |range: std::ops::Range<usize>| range.filter_map(|at| Some((at, marked.marks.get(at)?)));
    let (praise, mark) = marks(sentence.marks.clone()).find(|(_, mark)| !leads(mark))?;
    let praises = matches!(mark.effect, Effect::Tone(weight) if weight > 0.0);
    if !praises || mark.role != Some(Role::Mocks) || !is_at_start(marked, sentence, praise) {
        return None;
    }
    let kind = |at: usize| marked.pieces.get(at).map(|piece| piece.kind);
    let mut start = mark.pieces.end;
    let alone = match kind(start)? {
        Kind::Pause => false,
        Kind::End('?' | '\n') => return None,
        Kind::End(_) => true,
        _ => return None,
    };
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
    let blame = behind().take_while(|(_, mark)| !means_it(mark)).find(|(_, mark)| tone(mark) <= BLAMES)?;
    let again = behind().find(|(_, mark)| mark.role == Some(Role::Again)).map(|(at, _)| at);
    let only_blames = || !alone && tone(blame.1) <= BLAMES_ALONE && !behind().any(|(_, mark)| means_it(mark));
    again.or_else(|| only_blames().then_some(blame.0)).map(|by| (praise, by))
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
