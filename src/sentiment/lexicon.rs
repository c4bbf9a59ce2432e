//! Finds the words and expressions of a lexicon in a text. Never weighs them against each other, and reads no file.

use super::piece::{Piece, UNKNOWN};
use super::role::Role;
use super::tail::Tails;
use super::token::{Cut, Kind, Token};
use super::vocabulary::Vocabulary;
use super::words::Words;

/// Stands for words in an expression.
const GAP: &str = "..";
/// So many at most.
const GAP_LENGTH: usize = 4;
/// Bytes of a word inside a hashtag.
const SHORTEST_PART: usize = 4;
/// Bytes that an expression may span in a text.
const LONGEST_EXPRESSION: usize = 200;

/// What a word or expression does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Effect {
    /// It has no tone and changes none.
    Nothing,
    /// What it does besides; a word may have another effect as well.
    Role(Role),
    /// It speaks with this weight, from -4 to 4; 0 keeps its words from speaking.
    Tone(f64),
    /// What follows is stronger.
    Stronger,
    /// What follows is weaker.
    Weaker,
    /// What follows is negated.
    Negates,
    /// What follows is negated, or else what stands before.
    NegatesAround,
    /// What follows counts more than what stands before.
    Contrast,
}

/// From which score on a text of a language has a tone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Thresholds {
    /// At most this is negative.
    pub(super) negative: f64,
    /// At least this is positive.
    pub(super) positive: f64,
}

/// The words of one language, compiled: every word has a number, expressions are paths of numbers.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    pub(super) thresholds: Thresholds,
    /// Whether all nouns are written with a capital, so that one does not mark a name.
    pub(super) capital_nouns: bool,
    words: Vocabulary,
    /// The step at which a path begins with a word, by its number; 0 if none does.
    starts: Vec<u32>,
    steps: Vec<Step>,
    tails: Tails,
}

/// A word or a gap of an expression, and what may follow.
#[derive(Debug, Clone, Default)]
struct Step {
    /// What the expression does that ends here.
    effect: Option<Effect>,
    role: Option<Role>,
    /// The step of `..`; 0 if there is none.
    gap: u32,
    /// The steps of words, sorted by the word.
    next: Vec<(u32, u32)>,
}

/// A word or expression that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    /// How many pieces it takes.
    pub(super) length: usize,
    /// What it does.
    pub(super) effect: Effect,
    pub(super) role: Option<Role>,
    /// Which one it is.
    pub(super) entry: u32,
}

impl Lexicon {
    /// Makes `words` ready to be found.
    pub(super) fn compile(words: &Words) -> Self {
        let expressions = words.entries().map(|(entry, _)| entry).filter(|entry| !entry.starts_with('*'));
        let vocabulary = Vocabulary::new(expressions.flat_map(|entry| entry.split(' ')).filter(|word| *word != GAP));
        let mut lexicon = Self {
            thresholds: words.thresholds,
            capital_nouns: words.capital_nouns,
            starts: vec![0; vocabulary.len()],
            words: vocabulary,
            steps: vec![Step::default()],
            tails: Tails::default(),
        };
        for (entry, effect) in words.entries() {
            match (entry.strip_prefix('*'), effect) {
                (Some(tail), effect) => lexicon.tails.add(tail, effect),
                (None, Effect::Role(role)) => lexicon.add(entry).into_iter().for_each(|step| step.role = Some(role)),
                (None, effect) => lexicon.add(entry).into_iter().for_each(|step| step.effect = Some(effect)),
            }
        }
        lexicon
    }

    /// The step at which an expression ends.
    fn add(&mut self, entry: &str) -> Option<&mut Step> {
        let mut at = 0;
        for word in entry.split(' ') {
            let new = u32::try_from(self.steps.len()).ok()?;
            let number = self.words.find(word);
            let next = match at {
                0 => self.starts.get_mut(number? as usize)?,
                _ => self.steps.get_mut(at as usize)?.toward(number, new),
            };
            if *next == 0 {
                *next = new;
            }
            at = *next;
            if at == new {
                self.steps.push(Step::default());
            }
        }
        self.steps.get_mut(at as usize)
    }

    /// What a word does besides having a tone.
    pub(super) fn role(&self, word: u32) -> Option<Role> {
        let start = self.starts.get(word as usize).filter(|start| **start > 0)?;
        self.steps.get(*start as usize)?.role
    }

    /// The number of a word, as it stands or in one of the forms that people give it.
    pub(super) fn number(&self, cut: &Cut, token: &Token) -> u32 {
        let key = cut.key(token);
        let known = self.words.find(key).or_else(|| {
            let short = cut.short(token).and_then(|short| self.words.find(short));
            short.or_else(|| self.words.find(key.strip_suffix("'s")?))
        });
        known.unwrap_or(UNKNOWN)
    }

    /// The number of a word inside a hashtag. Short words are no sign of one (`#therapist`), unless they negate.
    pub(super) fn part(&self, word: &str) -> Option<u32> {
        let number = self.words.find(word)?;
        let negates = || {
            let start = self.starts.get(number as usize).filter(|start| **start > 0)?;
            let effect = self.steps.get(*start as usize)?.effect;
            Some(matches!(effect, Some(Effect::Negates | Effect::NegatesAround)))
        };
        (word.len() >= SHORTEST_PART || negates() == Some(true)).then_some(number)
    }

    /// What a word does alone.
    pub(super) fn single(&self, cut: &Cut, token: &Token) -> Option<Effect> {
        let start = self.starts.get(self.number(cut, token) as usize).filter(|start| **start > 0);
        let whole = start.and_then(|start| self.steps.get(*start as usize)?.effect);
        whole.or_else(|| self.tails.find(cut.key(token)).map(|(_, effect)| effect))
    }

    /// The longest expression at the start of `pieces`.
    pub(super) fn find(&self, pieces: &[Piece], cut: &Cut) -> Option<Found> {
        let first = pieces.first().filter(|piece| piece.kind == Kind::Word)?;
        let start = self.starts.get(first.word as usize).copied().unwrap_or_default();
        let mut best = None;
        if start > 0 {
            self.follow(start, pieces, 1, 1, &mut best);
        }
        let whole = best.map(|(_, found)| found);
        let tail = || {
            let token = cut.tokens.get(first.token).filter(|token| token.range == first.range)?;
            let (entry, effect) = self.tails.find(cut.key(token))?;
            Some(Found { length: 1, effect, role: whole.and_then(|found| found.role), entry })
        };
        whole.filter(|found| found.effect != Effect::Nothing).or_else(tail).or(whole)
    }

    /// Goes on from a step that `pieces` have reached with their first `taken`, `depth` words or gaps deep.
    fn follow(&self, step: u32, pieces: &[Piece], taken: usize, depth: usize, best: &mut Option<(usize, Found)>) {
        let Some(here) = self.steps.get(step as usize) else { return };
        let bytes = || Some(pieces.get(taken - 1)?.range.end - pieces.first()?.range.start);
        if (here.effect.is_some() || here.role.is_some())
            && best.is_none_or(|(most, _)| most < depth)
            && bytes().is_some_and(|bytes| bytes <= LONGEST_EXPRESSION)
        {
            let effect = here.effect.unwrap_or(Effect::Nothing);
            *best = Some((depth, Found { length: taken, effect, role: here.role, entry: step }));
        }
        if let Some(next) = pieces.get(taken).and_then(|piece| here.by_word(piece)) {
            self.follow(next, pieces, taken + 1, depth + 1, best);
        }
        let Some(gap) = self.steps.get(here.gap as usize).filter(|_| here.gap > 0) else { return };
        for skipped in 0..=GAP_LENGTH {
            let Some(piece) = pieces.get(taken + skipped) else { return };
            if let Some(next) = gap.by_word(piece) {
                self.follow(next, pieces, taken + skipped + 1, depth + 2, best);
            }
            if !piece.kind.is_wordlike() {
                return;
            }
        }
    }
}

impl Step {
    /// Where the step to a word, or to a gap, is kept; a new one goes to `new`.
    fn toward(&mut self, word: Option<u32>, new: u32) -> &mut u32 {
        let Some(word) = word else { return &mut self.gap };
        let place = match self.next.binary_search_by_key(&word, |(word, _)| *word) {
            Ok(place) => place,
            Err(place) => {
                self.next.insert(place, (word, new));
                place
            }
        };
        self.next.get_mut(place).map_or(&mut self.gap, |(_, step)| step)
    }

    fn by_word(&self, piece: &Piece) -> Option<u32> {
        let place = self.next.binary_search_by_key(&piece.word, |(word, _)| *word).ok()?;
        self.next.get(place).map(|(_, step)| *step)
    }
}

#[cfg(test)]
mod tests {
    use super::{Effect, Lexicon};
    use crate::sentiment::piece;
    use crate::sentiment::sign::Signs;
    use crate::sentiment::token::Cut;
    use crate::sentiment::words::Words;

    #[test]
    fn the_longest_expression_counts() {
        let signs = Signs::parse("").unwrap();
        let written = "endings.adj = \"e er\"\nmodifiers.stronger = \"very\"\n[weights]\n-2 = \"schlecht/adj, *störung, rip \
                       off, falls .. apart\"\n3 = \"rip off nothing\"";
        let lexicon = Lexicon::compile(&Words::none().with_lexicon(written).unwrap());
        let (mut cut, mut pieces) = (Cut::default(), Vec::new());
        for (text, found) in [
            ("schlecht", Some((1, Effect::Tone(-2.0)))),
            ("Schlechter", Some((1, Effect::Tone(-2.0)))),
            ("schlechtes", None),
            ("Signalstörung", Some((1, Effect::Tone(-2.0)))),
            ("Signalstoerung", Some((1, Effect::Tone(-2.0)))),
            ("rip-off", Some((2, Effect::Tone(-2.0)))),
            ("rip off nothing", Some((3, Effect::Tone(3.0)))),
            ("rip, off", None),
            ("falls all too soon apart", Some((5, Effect::Tone(-2.0)))),
            ("falls one two three four five apart", None),
            ("VERY", Some((1, Effect::Stronger))),
        ] {
            cut.read(text, &[], &signs);
            piece::read(&mut pieces, &cut, Some(&lexicon));
            let first = lexicon.find(&pieces, &cut).map(|found| (found.length, found.effect));
            assert_eq!(first, found, "{text}");
        }
    }
}
