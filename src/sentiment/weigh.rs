//! Adds up what the words of a text say, after what stands around them. Never decides which tone that is.

use std::collections::HashMap;

use super::aim::Aim;
use super::around::Around;
use super::lexicon::{Effect, Lexicon};
use super::mark::{Mark, Marked, Sentence};
use super::mock::{MOCKS, mocks};
use super::quoted::Quoted;
use super::role::Role;
use super::scale::Scale;
use super::token::{Cut, Kind};
use super::trend::{Trend, trends as find_trends};
use crate::model::{Field, Place, Reason};

/// VADER's `!`: each of the first few adds this in the direction of the sum.
const EXCLAMATION: f64 = 0.292;
const MAX_EXCLAMATIONS: u32 = 3;
/// So many times one word counts in a text.
const MAX_SAME: u32 = 3;
/// Most reasons kept, those in front.
const MAX_REASONS: usize = 40;

/// Whether a text names the brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Naming {
    /// It does not, so all of it is taken to be about the brand.
    #[default]
    Nowhere,
    /// Somewhere in it.
    Named,
    /// It is written to the brand, so all of it is about the brand.
    Addressed,
}

/// What was found in a text. It can be used again for the next one, and then needs no new memory.
#[derive(Debug, Default)]
pub(super) struct Weighed {
    /// The sum of all weights.
    pub(super) sum: f64,
    /// The sum of what the words weigh, whatever their direction.
    pub(super) evidence: f64,
    /// Number of words, spoken or not.
    pub(super) words: u32,
    /// Each word that spoke, if the reasons are asked for.
    pub(super) reasons: Vec<Reason>,
    exclamations: u32,
    /// How often each entry of the lexicon spoke.
    seen: HashMap<u32, u32, std::hash::BuildHasherDefault<Numbers>>,
    naming: Naming,
    /// How near to the brand the nearest of the words stands that spoke.
    nearest: f64,
    /// How near each of the reasons stands.
    nears: Vec<f64>,
    marked: Marked,
    trends: Vec<Trend>,
}

impl Weighed {
    /// Forgets what was found; the next text names the brand or not.
    pub(super) fn start(&mut self, naming: Naming) {
        self.naming = naming;
        (self.sum, self.evidence, self.words, self.exclamations, self.nearest) = (0.0, 0.0, 0, 0, 0.0);
        self.reasons.clear();
        self.nears.clear();
        self.seen.clear();
    }

    /// Adds a text; without a lexicon only its signs speak.
    pub(super) fn add(&mut self, part: (Field, &str), cut: &Cut, lexicon: Option<&Lexicon>, explain: bool) {
        let mut marked = std::mem::take(&mut self.marked);
        marked.read(cut, lexicon);
        for sentence in marked.sentences() {
            self.add_sentence(part, cut, &marked, &sentence, explain);
        }
        self.marked = marked;
    }

    fn add_sentence(&mut self, part: (Field, &str), cut: &Cut, marked: &Marked, sentence: &Sentence, explain: bool) {
        let (field, text) = part;
        let pieces = marked.pieces.get(sentence.pieces.clone()).unwrap_or_default();
        for piece in pieces {
            match piece.kind {
                Kind::Word => self.words = self.words.saturating_add(1),
                Kind::End('!') => self.exclamations = self.exclamations.saturating_add(1),
                _ => {}
            }
        }
        let marks = marked.marks.get(sentence.marks.clone()).unwrap_or_default();
        let moves = |role| matches!(role, Role::Leaves | Role::Joins | Role::Up | Role::Down);
        let speaks =
            |mark: &Mark| mark.role.is_some_and(moves) || matches!(mark.effect, Effect::Tone(weight) if weight != 0.0);
        if !marks.iter().any(speaks) {
            return;
        }
        let mut trends = std::mem::take(&mut self.trends);
        find_trends(&mut trends, marked, sentence);
        let aim =
            (self.naming != Naming::Nowhere).then(|| Aim::new(cut, marked, sentence, self.naming == Naming::Addressed));
        let around = Around {
            text,
            cut,
            marked,
            contrast: contrast(marks, sentence).map(|at| sentence.marks.start + at),
            sentence,
        };
        let mocks = mocks(marked, sentence);
        let mut quoted = Quoted::new(marked, sentence);
        for (at, mark) in marks.iter().enumerate() {
            let trend = trends.iter().find(|trend| trend.how == mark.pieces.start);
            let weight = match (trend, mark.effect, mark.role) {
                (Some(trend), ..) => trend.weight,
                (None, _, Some(role @ (Role::Leaves | Role::Joins))) => {
                    aim.as_ref().and_then(|aim| aim.moves(mark, role)).unwrap_or_default()
                }
                _ if trends.iter().any(|trend| mark.pieces.contains(&trend.what)) => continue,
                (None, Effect::Tone(weight), _) => weight,
                _ => continue,
            };
            if weight == 0.0 || !self.may_speak(mark.entry) {
                continue;
            }
            let mut scale = Scale::new(weight, explain);
            if let Some(what) = trend.and_then(|trend| marked.pieces.get(trend.what)) {
                scale.say(|| format!("of \"{}\"", text.get(what.range.clone()).unwrap_or_default()));
            }
            around.take(sentence.marks.start + at, mark, &mut scale);
            if let Some((_, by)) = mocks.filter(|(praise, _)| *praise == sentence.marks.start + at) {
                scale.times(MOCKS, || format!("mocks, before \"{}\"", around.words_of(by)));
            }
            quoted.take(mark, &mut scale);
            aim.as_ref().into_iter().for_each(|aim| aim.take(mark, &mut scale));
            let near = aim.as_ref().map_or(1.0, |aim| aim.nearness(mark));
            self.nearest = self.nearest.max(near);
            scale.weight *= near;
            let Scale { weight, note, .. } = scale;
            self.sum += weight;
            self.evidence += weight.abs();
            if explain && self.reasons.len() < MAX_REASONS {
                let range = marked.place(&mark.pieces);
                let word = text.get(range.clone()).unwrap_or_default().to_owned();
                let place = Some(Place { field, start: range.start, end: range.end });
                self.reasons.push(Reason { word, weight, note, place });
                self.nears.push(near);
            }
        }
        self.trends = trends;
    }

    /// Whether an entry of the lexicon has not spoken too often yet.
    fn may_speak(&mut self, entry: u32) -> bool {
        let seen = self.seen.entry(entry).or_default();
        *seen += 1;
        *seen <= MAX_SAME
    }

    /// Ends the adding: what stands nearest to the brand has its whole weight, and exclamation marks count in the
    /// direction of the sum.
    pub(super) fn finish(&mut self) {
        if self.nearest > 0.0 {
            self.sum /= self.nearest;
            self.evidence /= self.nearest;
            for (reason, near) in self.reasons.iter_mut().zip(&self.nears) {
                reason.weight /= self.nearest;
                if *near < self.nearest {
                    reason.note.push_str(if reason.note.is_empty() { "" } else { ", " });
                    reason.note.push_str("further from the brand");
                }
            }
        }
        if self.sum != 0.0 {
            self.sum += self.sum.signum() * EXCLAMATION * f64::from(self.exclamations.min(MAX_EXCLAMATIONS));
        }
    }
}

/// The last contrast of a sentence; one at its beginning has nothing in front that it could weaken.
fn contrast(marks: &[Mark], sentence: &Sentence) -> Option<usize> {
    let stands_inside = |mark: &Mark| mark.pieces.start > sentence.pieces.start + 1;
    marks.iter().rposition(|mark| mark.effect == Effect::Contrast && stands_inside(mark))
}

/// Spreads the numbers of entries.
#[derive(Debug, Default)]
struct Numbers(u64);

impl std::hash::Hasher for Numbers {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }

    fn write_u32(&mut self, number: u32) {
        let mixed = (u64::from(number) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}
