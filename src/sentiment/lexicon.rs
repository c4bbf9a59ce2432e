//! Finds the words and expressions of a lexicon in a text. Never weighs them against each other, and reads no file.

use std::collections::HashMap;

use super::token::{Kind, Token};
use super::words::Words;

/// Words that `..` in an expression may stand for.
const GAP: usize = 4;
/// Bytes that an expression may span in a text.
const LONGEST_EXPRESSION: usize = 200;
/// Characters in front of the end of a compound, at least.
const COMPOUND_HEAD: usize = 3;

/// What a word or expression does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Effect {
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

/// The words of one language.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    pub(super) thresholds: Thresholds,
    /// By first word, the longest expression in front.
    expressions: HashMap<String, Vec<Expression>>,
    /// Ends of compounds.
    tails: HashMap<String, Effect>,
}

/// What follows the first word.
#[derive(Debug, Clone, PartialEq)]
struct Expression {
    rest: Vec<Part>,
    effect: Effect,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Word(String),
    Gap,
}

impl Lexicon {
    /// Makes `words` ready to be found.
    pub(super) fn compile(words: &Words) -> Self {
        let mut lexicon = Self { thresholds: words.thresholds, expressions: HashMap::new(), tails: HashMap::new() };
        for (entry, effect) in words.entries() {
            if let Some(tail) = entry.strip_prefix('*') {
                lexicon.tails.insert(tail.to_owned(), effect);
                continue;
            }
            let mut parts = entry.split(' ');
            let Some(first) = parts.next() else { continue };
            let part = |word: &str| if word == ".." { Part::Gap } else { Part::Word(word.to_owned()) };
            let expression = Expression { rest: parts.map(part).collect(), effect };
            lexicon.expressions.entry(first.to_owned()).or_default().push(expression);
        }
        lexicon.expressions.values_mut().for_each(|list| list.sort_by_key(|e| std::cmp::Reverse(e.rest.len())));
        lexicon
    }

    /// The longest expression at the start of `tokens`: how many of them it takes, and what it does.
    pub(super) fn find(&self, tokens: &[Token]) -> Option<(usize, Effect)> {
        let first = tokens.first().filter(|token| token.kind == Kind::Word)?;
        let forms = [Some(first.key.as_str()), first.short.as_deref(), first.key.strip_suffix("'s")];
        let in_list = forms.into_iter().flatten().find_map(|form| {
            let list = self.expressions.get(form)?;
            list.iter().find_map(|expression| {
                let length = 1 + matched(&expression.rest, tokens.get(1..)?)?;
                let last = tokens.get(length - 1)?;
                (last.range.end - first.range.start <= LONGEST_EXPRESSION).then_some((length, expression.effect))
            })
        });
        in_list.or_else(|| self.compound(&first.key).map(|effect| (1, effect)))
    }

    fn compound(&self, word: &str) -> Option<Effect> {
        if self.tails.is_empty() {
            return None;
        }
        word.char_indices().skip(COMPOUND_HEAD).find_map(|(at, _)| self.tails.get(word.get(at..)?)).copied()
    }
}

/// How many tokens `parts` take at the start of `tokens`; `None` if they are not there.
fn matched(parts: &[Part], tokens: &[Token]) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(0) };
    match part {
        Part::Word(word) => {
            let token = tokens.first().filter(|token| token.kind == Kind::Word)?;
            let same = token.key == *word || token.short.as_ref() == Some(word);
            if same { Some(1 + matched(rest, tokens.get(1..)?)?) } else { None }
        }
        Part::Gap => (0..=GAP).find_map(|skipped| {
            let inner = tokens.get(..skipped)?;
            let words = inner.iter().all(|token| matches!(token.kind, Kind::Word | Kind::Masked));
            if words { Some(skipped + matched(rest, tokens.get(skipped..)?)?) } else { None }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Effect, Lexicon};
    use crate::sentiment::sign::Signs;
    use crate::sentiment::token::tokens;
    use crate::sentiment::words::Words;

    #[test]
    fn the_longest_expression_counts() {
        let signs = Signs::parse("").unwrap();
        let written = "endings.adj = \"e er\"\nmodifiers.stronger = \"very\"\n[weights]\n-2 = \"schlecht/adj, *störung, rip \
                       off, falls .. apart\"\n3 = \"rip off nothing\"";
        let lexicon = Lexicon::compile(&Words::none().with_lexicon(written).unwrap());
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
            assert_eq!(lexicon.find(&tokens(text, &[], &signs)), found, "{text}");
        }
    }
}
