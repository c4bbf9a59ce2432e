//! Finds the words and expressions of a lexicon in a text. Never weighs them against each other, and reads no file.

use super::piece::{Piece, UNKNOWN};
use super::role::Role;
use super::step::{Steps, Tree};
use super::tail::Tails;
use super::token::{Cut, Kind, Token};
use super::vocabulary::Vocabulary;
use super::words::Words;

/// Stands for words in an expression.
const GAP: &str = "..";
/// Bytes of a word inside a hashtag.
const SHORTEST_PART: usize = 4;

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
    steps: Steps,
    tails: Tails,
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
        let mut steps = Tree::new(vocabulary.len());
        let mut tails = Tails::default();
        for (entry, effect) in words.entries() {
            match entry.strip_prefix('*') {
                Some(tail) => tails.add(tail, effect),
                None => steps.add(entry.split(' ').map(|word| vocabulary.find(word)), effect),
            }
        }
        Self {
            thresholds: words.thresholds,
            capital_nouns: words.capital_nouns,
            words: vocabulary,
            steps: steps.flat(),
            tails,
        }
    }

    /// What a word does besides having a tone.
    pub(super) fn role(&self, word: u32) -> Option<Role> {
        self.steps.get(word)?.role
    }

    /// The number of a word, as it stands or in one of the forms that people give it.
    pub(super) fn number(&self, cut: &Cut, token: &Token) -> u32 {
        let key = cut.key(token);
        let known = self.words.find(key).or_else(|| match cut.short(token).and_then(|short| self.words.find(short)) {
            None => self.words.find(key.strip_suffix("'s")?),
            known => known,
        });
        known.unwrap_or(UNKNOWN)
    }

    /// The number of a word inside a hashtag. Short words are no sign of one (`#therapist`), unless they negate.
    pub(super) fn part(&self, word: &str) -> Option<u32> {
        let number = self.words.find(word)?;
        let effect = self.steps.get(number).and_then(|step| step.effect);
        let negates = matches!(effect, Some(Effect::Negates | Effect::NegatesAround));
        (word.len() >= SHORTEST_PART || negates).then_some(number)
    }

    /// What a word does alone.
    pub(super) fn single(&self, cut: &Cut, token: &Token) -> Option<Effect> {
        let whole = self.steps.get(self.number(cut, token)).and_then(|step| step.effect);
        whole.or_else(|| self.tails.find(cut.key(token)).map(|(_, effect)| effect))
    }

    /// The longest expression at the start of `pieces`.
    pub(super) fn find(&self, pieces: &[Piece], cut: &Cut) -> Option<Found> {
        let first = pieces.first().filter(|piece| piece.kind == Kind::Word)?;
        let whole = self.steps.longest(first.word, pieces);
        let tail = || {
            let token = cut.tokens.get(first.token).filter(|token| token.range == first.range)?;
            let (entry, effect) = self.tails.find(cut.key(token))?;
            Some(Found { length: 1, effect, role: whole.and_then(|found| found.role), entry })
        };
        whole.filter(|found| found.effect != Effect::Nothing).or_else(tail).or(whole)
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
