//! What rises and what falls: `profit rose` is good news, `costs rose` is bad, `the loss narrowed` is good. Neither word
//! says so alone.

use super::mark::{Marked, Sentence};
use super::role::Role;

/// What such a pair weighs.
const WEIGHT: f64 = 2.0;
/// Pieces from what moves to how it moves (`profit for the period from January to March rose`), at most.
const AHEAD: usize = 14;
/// The same if it stands behind (`an increase in sales`).
const BEHIND: usize = 5;
/// Most that is heard of one sentence, which may be as long as the text.
const MOST: usize = 16;

/// Something that rises or falls, by its pieces.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trend {
    /// What moves.
    pub(super) what: usize,
    /// How.
    pub(super) how: usize,
    pub(super) weight: f64,
}

/// Finds what rises and falls in a sentence.
pub(super) fn trends(trends: &mut Vec<Trend>, marked: &Marked, sentence: &Sentence) {
    trends.clear();
    let role = |at: usize| marked.pieces.get(at).and_then(|piece| piece.role);
    let is_how = |at: usize| matches!(role(at), Some(Role::Up | Role::Down));
    let is_what = |at: &usize| matches!(role(*at), Some(Role::GoodUp | Role::BadUp));
    let marks = marked.marks.get(sentence.marks.clone()).unwrap_or_default();
    for mark in marks.iter().filter(|mark| matches!(mark.role, Some(Role::Up | Role::Down))) {
        let (how, end) = (mark.pieces.start, mark.pieces.end);
        let start = how.saturating_sub(AHEAD).max(sentence.pieces.start);
        let ahead = (start..how).rev().take_while(|at| !is_how(*at)).find(is_what);
        let behind = || (end..sentence.pieces.end.min(end + BEHIND)).take_while(|at| !is_how(*at)).find(is_what);
        let Some(what) = ahead.or_else(behind) else { continue };
        if trends.len() == MOST {
            return;
        }
        let good = (role(what) == Some(Role::GoodUp)) == (mark.role == Some(Role::Up));
        trends.push(Trend { what, how, weight: if good { WEIGHT } else { -WEIGHT } });
    }
}
