//! What stands around a word and changes what it says: negations, what makes it stronger or weaker, contrasts, capitals.
//! It never looks further than a few words, so that its time stays linear in the text.

use super::lexicon::Effect;
use super::mark::{Mark, Marked, Sentence};
use super::role::Role;
use super::scale::Scale;
use super::token::{Cut, Kind};

/// Words between a negation and what it negates, and one more.
const NEGATION_REACH: usize = 4;
/// The same for a negation that stands behind (`funktioniert nicht`).
const NEGATION_REACH_BACK: usize = 3;
/// The same for what makes a word stronger or weaker.
const MODIFIER_REACH: usize = 2;
/// `not good` is rather bad, `not bad` is a little good.
const NEGATED_PRAISE: f64 = -0.8;
const NEGATED_BLAME: f64 = -0.4;
const STRONGER: f64 = 1.3;
const WEAKER: f64 = 0.6;
const LOUD: f64 = 1.25;
const STRETCHED: f64 = 1.2;
/// VADER's weights of what stands before and after a `but` in a sentence.
const BEFORE_CONTRAST: f64 = 0.5;
const AFTER_CONTRAST: f64 = 1.5;
/// What `if` and the like leave of what follows in their clause, and `although` and the like.
const UNREAL: f64 = 0.5;
const ALTHOUGH: f64 = 0.4;
/// Words of a clause that are looked at.
const CLAUSE: usize = 12;

/// A sentence.
pub(super) struct Around<'s> {
    pub(super) text: &'s str,
    pub(super) cut: &'s Cut,
    pub(super) marked: &'s Marked,
    /// The mark of its last contrast.
    pub(super) contrast: Option<usize>,
    pub(super) sentence: &'s Sentence,
}

impl<'s> Around<'s> {
    /// Changes the weight of the mark at `at` by what stands around it.
    pub(super) fn take(&self, at: usize, mark: &Mark, scale: &mut Scale) {
        let first = self.marked.pieces.get(mark.pieces.start).and_then(|piece| self.cut.tokens.get(piece.token));
        if let Some(token) = first.filter(|token| token.kind == Kind::Word) {
            self.modify(at, mark, scale);
            if token.loud && !self.all_loud() {
                scale.times(LOUD, || "in capitals".to_owned());
            }
            if token.is_stretched() {
                scale.times(STRETCHED, || "stretched".to_owned());
            }
        }
        if let Some(contrast) = self.contrast {
            let (factor, side) = if at < contrast { (BEFORE_CONTRAST, "before") } else { (AFTER_CONTRAST, "after") };
            scale.times(factor, || format!("{side} \"{}\"", self.words_of(contrast)));
        }
    }

    fn modify(&self, at: usize, mark: &Mark, scale: &mut Scale) {
        for before in self.before(at, mark, MODIFIER_REACH) {
            let (factor, what) = match before.effect {
                Effect::Stronger => (STRONGER, "stronger"),
                Effect::Weaker => (WEAKER, "weaker"),
                _ => continue,
            };
            scale.times(factor, || format!("{what} by \"{}\"", self.words(before)));
        }
        if let Some(negation) = self.negation(at, mark) {
            let factor = if scale.weight > 0.0 { NEGATED_PRAISE } else { NEGATED_BLAME };
            scale.times(factor, || format!("negated by \"{}\"", self.words(negation)));
        }
        if let Some((factor, what, opening)) = self.clause(at, mark) {
            scale.times(factor, || format!("{what} \"{}\"", self.words(opening)));
        }
    }

    /// What the opening of its clause leaves of a mark (`if`, `although`).
    fn clause(&self, at: usize, mark: &Mark) -> Option<(f64, &'static str, &'s Mark)> {
        let start = mark.pieces.start;
        let before = self.marked.marks.get(..at).unwrap_or_default().iter().rev();
        let mut near = before.take_while(|before| start - before.pieces.end <= CLAUSE);
        let opening = near.find(|before| matches!(before.role, Some(Role::Unreal | Role::Although)))?;
        if !self.marked.is_unbroken(opening.pieces.end..start) {
            return None;
        }
        let (factor, what) = match opening.role {
            Some(Role::Unreal) => (UNREAL, "only thought of:"),
            _ => (ALTHOUGH, "behind"),
        };
        Some((factor, what, opening))
    }

    /// The marks at most `reach` words before `mark`, the nearest first, up to the next pause or contrast.
    fn before(&self, at: usize, mark: &Mark, reach: usize) -> impl Iterator<Item = &'s Mark> {
        let (marked, start) = (self.marked, mark.pieces.start);
        let near = marked.marks.get(..at).unwrap_or_default().iter().rev();
        near.take_while(move |before| {
            before.effect != Effect::Contrast
                && start + 1 - before.pieces.end <= reach
                && marked.is_unbroken(before.pieces.end..start)
        })
    }

    fn negation(&self, at: usize, mark: &Mark) -> Option<&'s Mark> {
        let ahead = self.before(at, mark, NEGATION_REACH);
        let ahead = ahead.take(NEGATION_REACH).find(|before| {
            matches!(before.effect, Effect::Negates | Effect::NegatesAround) && !self.is_spent(before, at)
        });
        ahead.or_else(|| self.neither(at, mark)).or_else(|| {
            let behind = self.marked.marks.get(at + 1).filter(|behind| behind.effect == Effect::NegatesAround)?;
            let near = behind.pieces.start + 1 - mark.pieces.end <= NEGATION_REACH_BACK;
            let free = near
                && self.marked.is_unbroken(mark.pieces.end..behind.pieces.start)
                && !self.negates_ahead(behind, at + 1);
            free.then_some(behind)
        })
    }

    /// `neither` in front of the `nor` that leads to a mark, which negates one as much as the other.
    fn neither(&self, at: usize, mark: &Mark) -> Option<&'s Mark> {
        let mut before = self.before(at, mark, CLAUSE);
        let nor = before.find(|before| before.role == Some(Role::Nor))?;
        let neither = before.find(|before| before.role == Some(Role::Neither))?;
        (!self.is_spent(nor, at)).then_some(neither)
    }

    /// Whether another word between a negation and the mark at `at` already takes it.
    fn is_spent(&self, negation: &Mark, at: usize) -> bool {
        let inside = self.marked.marks.get(..at).unwrap_or_default().iter().rev();
        inside
            .take_while(|other| other.pieces.start >= negation.pieces.end)
            .any(|other| matches!(other.effect, Effect::Tone(weight) if weight != 0.0))
    }

    /// Whether a word follows that a negation speaks of.
    fn negates_ahead(&self, negation: &Mark, at: usize) -> bool {
        let following = self.marked.marks.get(at + 1..).unwrap_or_default().iter().take(NEGATION_REACH);
        let mut near = following.take_while(|next| {
            next.pieces.start + 1 - negation.pieces.end <= NEGATION_REACH
                && next.effect != Effect::Contrast
                && self.marked.is_unbroken(negation.pieces.end..next.pieces.start)
        });
        near.any(|next| matches!(next.effect, Effect::Tone(_)))
    }

    /// The words of the mark with this number.
    pub(super) fn words_of(&self, at: usize) -> &'s str {
        self.marked.marks.get(at).map_or("", |mark| self.words(mark))
    }

    /// Capitals say nothing where all is written in them.
    fn all_loud(&self) -> bool {
        let pieces = self.marked.pieces.get(self.sentence.pieces.clone()).unwrap_or_default();
        let words = pieces.iter().filter_map(|piece| self.cut.tokens.get(piece.token));
        words.filter(|token| token.kind == Kind::Word && self.cut.key(token).len() > 2).all(|token| token.loud)
    }

    fn words(&self, mark: &Mark) -> &'s str {
        self.text.get(self.marked.place(&mark.pieces)).unwrap_or_default()
    }
}
