//! Adds up what the words of a text say, after what stands around them. Never decides which tone that is.

use std::collections::HashMap;
use std::ops::Range;

use super::lexicon::{Effect, Lexicon};
use super::token::{Kind, Token};
use crate::model::{Field, Place, Reason};

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
/// VADER's `!`: each of the first few adds this in the direction of the sum.
const EXCLAMATION: f64 = 0.292;
const MAX_EXCLAMATIONS: usize = 3;
/// So many times one word counts in a text.
const MAX_SAME: u32 = 3;
/// Most reasons kept, those in front.
const MAX_REASONS: usize = 40;

/// What was found in a text.
#[derive(Debug, Default)]
pub(super) struct Weighed {
    /// The sum of all weights.
    pub(super) sum: f64,
    /// The sum of what the words weigh, whatever their direction.
    pub(super) evidence: f64,
    /// Number of words, spoken or not.
    pub(super) words: usize,
    /// Each word that spoke.
    pub(super) reasons: Vec<Reason>,
    exclamations: usize,
    seen: HashMap<String, u32>,
}

/// A word or expression that does something, with its tokens.
struct Mark {
    tokens: Range<usize>,
    effect: Effect,
}

impl Weighed {
    /// Adds a text; without a lexicon only its signs speak.
    pub(super) fn add(&mut self, (field, text): (Field, &str), tokens: &[Token], lexicon: Option<&Lexicon>) {
        for sentence in tokens.split_inclusive(|token| token.kind == Kind::End) {
            self.words += sentence.iter().filter(|token| token.kind == Kind::Word).count();
            self.exclamations += sentence.iter().filter(|token| shown(text, &token.range) == "!").count();
            let marks = marks(sentence, lexicon);
            let all_loud = all_loud(sentence);
            let contrast = marks.iter().rposition(|mark| mark.effect == Effect::Contrast);
            for (at, mark) in marks.iter().enumerate() {
                if let Effect::Tone(weight) = mark.effect
                    && weight != 0.0
                {
                    let around = Around { field, text, sentence, marks: &marks, at, contrast, all_loud };
                    self.note(around.reason(mark, weight));
                }
            }
        }
    }

    /// Ends the adding: exclamation marks count in the direction of the sum.
    pub(super) fn finish(mut self) -> Self {
        if self.sum != 0.0 {
            let count = u32::try_from(self.exclamations.min(MAX_EXCLAMATIONS)).unwrap_or_default();
            self.sum += self.sum.signum() * EXCLAMATION * f64::from(count);
        }
        self
    }

    fn note(&mut self, reason: Reason) {
        let count = self.seen.entry(reason.word.to_lowercase()).or_default();
        *count += 1;
        if *count <= MAX_SAME {
            self.sum += reason.weight;
            self.evidence += reason.weight.abs();
            if self.reasons.len() < MAX_REASONS {
                self.reasons.push(reason);
            }
        }
    }
}

fn marks(sentence: &[Token], lexicon: Option<&Lexicon>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(token) = sentence.get(at) {
        let found = match token.kind {
            Kind::Sign(weight) => Some((1, Effect::Tone(weight))),
            _ => lexicon.zip(sentence.get(at..)).and_then(|(lexicon, rest)| lexicon.find(rest)),
        };
        let length = found.map_or(1, |(length, _)| length);
        marks.extend(found.map(|(length, effect)| Mark { tokens: at..at + length, effect }));
        at += length;
    }
    marks
}

/// Capitals say nothing where all is written in them.
fn all_loud(sentence: &[Token]) -> bool {
    let mut words = sentence.iter().filter(|token| token.kind == Kind::Word && token.key.len() > 2);
    words.all(|token| token.loud)
}

/// A mark and what stands around it.
struct Around<'s> {
    field: Field,
    text: &'s str,
    sentence: &'s [Token],
    marks: &'s [Mark],
    at: usize,
    contrast: Option<usize>,
    all_loud: bool,
}

impl Around<'_> {
    fn reason(&self, mark: &Mark, mut weight: f64) -> Reason {
        let mut notes = Vec::new();
        let first = self.sentence.get(mark.tokens.start);
        let is_sign = first.is_some_and(|token| matches!(token.kind, Kind::Sign(_)));
        if !is_sign {
            self.modify(mark, &mut weight, &mut notes);
            if first.is_some_and(|token| token.loud) && !self.all_loud {
                weight *= LOUD;
                notes.push("in capitals".to_owned());
            }
            if first.is_some_and(|token| token.short.is_some()) {
                weight *= STRETCHED;
                notes.push("stretched".to_owned());
            }
        }
        if let Some(contrast) = self.contrast.and_then(|at| self.marks.get(at).map(|mark| (at, mark))) {
            let (at, word) = (contrast.0, self.words(&contrast.1.tokens));
            let (factor, side) = if self.at < at { (BEFORE_CONTRAST, "before") } else { (AFTER_CONTRAST, "after") };
            weight *= factor;
            notes.push(format!("{side} \"{word}\""));
        }
        let place =
            self.range(&mark.tokens).map(|range| Place { field: self.field, start: range.start, end: range.end });
        Reason { word: self.words(&mark.tokens).to_owned(), weight, note: notes.join(", "), place }
    }

    fn modify(&self, mark: &Mark, weight: &mut f64, notes: &mut Vec<String>) {
        for before in self.before(mark, MODIFIER_REACH) {
            let (factor, what) = match before.effect {
                Effect::Stronger => (STRONGER, "stronger"),
                Effect::Weaker => (WEAKER, "weaker"),
                _ => continue,
            };
            *weight *= factor;
            notes.push(format!("{what} by \"{}\"", self.words(&before.tokens)));
        }
        if let Some(negation) = self.negation(mark) {
            *weight *= if *weight > 0.0 { NEGATED_PRAISE } else { NEGATED_BLAME };
            notes.push(format!("negated by \"{}\"", self.words(&negation.tokens)));
        }
    }

    /// The marks at most `reach` words before `mark`, the nearest first, up to the next pause or contrast.
    fn before(&self, mark: &Mark, reach: usize) -> impl Iterator<Item = &Mark> {
        let near = self.marks.get(..self.at).unwrap_or_default().iter().rev();
        near.take_while(move |before| {
            before.effect != Effect::Contrast
                && mark.tokens.start + 1 - before.tokens.end <= reach
                && self.is_unbroken(before.tokens.end..mark.tokens.start)
        })
    }

    fn negation(&self, mark: &Mark) -> Option<&Mark> {
        let ahead = self.before(mark, NEGATION_REACH);
        let ahead = ahead.take(NEGATION_REACH).find(|before| {
            matches!(before.effect, Effect::Negates | Effect::NegatesAround) && !self.is_spent(before, mark)
        });
        ahead.or_else(|| {
            let behind = self.marks.get(self.at + 1).filter(|behind| behind.effect == Effect::NegatesAround)?;
            let near = behind.tokens.start + 1 - mark.tokens.end <= NEGATION_REACH_BACK;
            let free = near
                && self.is_unbroken(mark.tokens.end..behind.tokens.start)
                && !self.negates_ahead(behind, self.at + 1);
            free.then_some(behind)
        })
    }

    /// Whether another word between a negation and `mark` already takes it.
    fn is_spent(&self, negation: &Mark, mark: &Mark) -> bool {
        let between = negation.tokens.end..mark.tokens.start;
        let inside = self.marks.get(..self.at).unwrap_or_default().iter().rev();
        inside
            .take_while(|other| other.tokens.start >= between.start)
            .any(|other| matches!(other.effect, Effect::Tone(weight) if weight != 0.0))
    }

    /// Whether a word follows that a negation speaks of.
    fn negates_ahead(&self, negation: &Mark, at: usize) -> bool {
        let following = self.marks.get(at + 1..).unwrap_or_default().iter().take(NEGATION_REACH);
        let mut near = following.take_while(|next| {
            next.tokens.start + 1 - negation.tokens.end <= NEGATION_REACH
                && next.effect != Effect::Contrast
                && self.is_unbroken(negation.tokens.end..next.tokens.start)
        });
        near.any(|next| matches!(next.effect, Effect::Tone(_)))
    }

    fn is_unbroken(&self, tokens: Range<usize>) -> bool {
        let between = self.sentence.get(tokens).unwrap_or_default();
        between.iter().all(|token| matches!(token.kind, Kind::Word | Kind::Masked))
    }

    fn words(&self, tokens: &Range<usize>) -> &str {
        self.range(tokens).map_or("", |range| shown(self.text, &range))
    }

    /// The bytes of the text in which these tokens stand.
    fn range(&self, tokens: &Range<usize>) -> Option<Range<usize>> {
        let first = self.sentence.get(tokens.start)?;
        let last = self.sentence.get(tokens.end.checked_sub(1)?)?;
        Some(first.range.start..last.range.end)
    }
}

fn shown<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    text.get(range.clone()).unwrap_or_default()
}
