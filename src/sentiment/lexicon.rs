//! Reads a lexicon and finds its words and expressions in a text. Never weighs them against each other.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::token::{Kind, Token, key};

/// Words that `..` in an expression may stand for.
const GAP: usize = 4;
/// Bytes that an expression may span in a text.
const LONGEST_EXPRESSION: usize = 200;
/// Characters in front of the end of a compound, at least.
const COMPOUND_HEAD: usize = 3;

/// Why a lexicon cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LexiconFault {
    /// It is not TOML, or not of this shape.
    #[error("the lexicon cannot be read: {0}")]
    Unreadable(String),
    /// A table of weights is named after something else than a weight.
    #[error("`{0}` is not a weight\n  hint: write a whole number from -4 to 4")]
    Weight(String),
    /// A word ends with a `/` and a name that `[endings]` does not explain.
    #[error("`{0}` names endings that are not there\n  hint: add them to `[endings]`")]
    Endings(String),
    /// A word has two meanings.
    #[error("`{0}` stands in the lexicon twice, with different effects\n  hint: remove one of them")]
    Twice(String),
}

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
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    /// At most this is negative.
    pub(super) negative: f64,
    /// At least this is positive.
    pub(super) positive: f64,
}

/// A lexicon as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    thresholds: Thresholds,
    #[serde(default)]
    endings: BTreeMap<String, String>,
    modifiers: Modifiers,
    weights: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Modifiers {
    stronger: String,
    weaker: String,
    negates: String,
    negates_around: String,
    contrast: String,
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
    /// Reads a lexicon.
    pub(super) fn parse(source: &str) -> Result<Self, LexiconFault> {
        let written: Written = toml::from_str(source).map_err(|fault| LexiconFault::Unreadable(fault.to_string()))?;
        let Modifiers { stronger, weaker, negates, negates_around, contrast } = &written.modifiers;
        let mut lists = vec![
            (Effect::Stronger, stronger),
            (Effect::Weaker, weaker),
            (Effect::Negates, negates),
            (Effect::NegatesAround, negates_around),
            (Effect::Contrast, contrast),
        ];
        for (number, list) in &written.weights {
            lists.push((Effect::Tone(weight(number)?), list));
        }
        let mut lexicon = Self { thresholds: written.thresholds, expressions: HashMap::new(), tails: HashMap::new() };
        let lines = || lists.iter().flat_map(|(effect, list)| entries(list).map(move |entry| (entry, *effect)));
        // What is written out wins over what endings make.
        for (entry, effect) in lines().filter(|(entry, _)| !entry.contains('/')) {
            lexicon.add(entry, effect, true)?;
        }
        for (entry, effect) in lines() {
            let Some((stem, name)) = entry.split_once('/') else { continue };
            let endings = written.endings.get(name).ok_or_else(|| LexiconFault::Endings(entry.to_owned()))?;
            lexicon.add(stem, effect, false)?;
            for ending in endings.split_whitespace() {
                lexicon.add(&format!("{stem}{ending}"), effect, false)?;
            }
        }
        lexicon.expressions.values_mut().for_each(|list| list.sort_by_key(|e| std::cmp::Reverse(e.rest.len())));
        Ok(lexicon)
    }

    fn add(&mut self, entry: &str, effect: Effect, strict: bool) -> Result<(), LexiconFault> {
        let compound = entry.starts_with('*');
        let entry = key(entry.trim_start_matches('*'));
        for spelling in spellings(&entry) {
            if compound {
                self.tails.entry(spelling.clone()).or_insert(effect);
            }
            let mut words = spelling.split([' ', '-']).filter(|word| !word.is_empty());
            let Some(first) = words.next() else { continue };
            let part = |word: &str| if word == ".." { Part::Gap } else { Part::Word(word.to_owned()) };
            let expression = Expression { rest: words.map(part).collect(), effect };
            let known = self.expressions.entry(first.to_owned()).or_default();
            match known.iter().find(|other| other.rest == expression.rest) {
                Some(other) if strict && other.effect != effect => return Err(LexiconFault::Twice(entry)),
                Some(_) => {}
                None => known.push(expression),
            }
        }
        Ok(())
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

/// The entries of a list: separated by commas and line ends.
pub(super) fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty())
}

/// The weight that a table is named after.
pub(super) fn weight(number: &str) -> Result<f64, LexiconFault> {
    let weight = number.parse::<i8>().ok().filter(|weight| (-4..=4).contains(weight));
    weight.map(f64::from).ok_or_else(|| LexiconFault::Weight(number.to_owned()))
}

/// An entry as it stands, and as it is written on keyboards without its letters (`verspaetung`).
fn spellings(entry: &str) -> Vec<String> {
    let plain: String = entry.chars().fold(String::new(), |mut plain, c| {
        match c {
            'ä' | 'æ' => plain.push_str("ae"),
            'ö' | 'ø' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'å' => plain.push_str("aa"),
            _ => plain.push(c),
        }
        plain
    });
    if plain == entry { vec![plain] } else { vec![entry.to_owned(), plain] }
}

#[cfg(test)]
mod tests {
    use super::{Effect, Lexicon, LexiconFault};
    use crate::sentiment::sign::Signs;
    use crate::sentiment::token::tokens;

    fn lexicon(weights: &str) -> Result<Lexicon, LexiconFault> {
        Lexicon::parse(&format!(
            "thresholds = {{ negative = -0.2, positive = 0.2 }}\nendings = {{ adj = \"e er\" }}\n[modifiers]\nstronger = \
             \"very\"\nweaker = \"\"\nnegates = \"\"\nnegates_around = \"\"\ncontrast = \"\"\n[weights]\n{weights}"
        ))
    }

    #[test]
    fn the_longest_expression_counts() {
        let signs = Signs::parse("").unwrap();
        let lexicon =
            lexicon("-2 = \"schlecht/adj, *störung, rip off, falls .. apart\"\n3 = \"rip off nothing\"").unwrap();
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

    #[test]
    fn faults_are_told() {
        for (weights, message) in [
            ("7 = \"bad\"", "`7` is not a weight\n  hint: write a whole number from -4 to 4"),
            ("1 = \"nice/adv\"", "`nice/adv` names endings that are not there\n  hint: add them to `[endings]`"),
            (
                "1 = \"bad\"\n-1 = \"Bad\"",
                "`bad` stands in the lexicon twice, with different effects\n  hint: remove one of them",
            ),
        ] {
            assert_eq!(lexicon(weights).unwrap_err().to_string(), message);
        }
        assert!(matches!(lexicon("bad"), Err(LexiconFault::Unreadable(_))));
    }
}
