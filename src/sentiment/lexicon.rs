//! Reads a lexicon and finds its words and expressions in a text. Never weighs them against each other.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::key::key;
use super::piece::{Piece, UNKNOWN};
use super::role::Role;
use super::tail::Tails;
use super::token::{Cut, Kind, Token};
use super::vocabulary::Vocabulary;

/// Stands for words in an expression.
const GAP: &str = "..";
/// So many at most.
const GAP_LENGTH: usize = 4;
/// Bytes that an expression may span in a text.
const LONGEST_EXPRESSION: usize = 200;

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
    /// It has no tone and changes none.
    Nothing,
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
    #[serde(default)]
    roles: BTreeMap<Role, String>,
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

/// The words of one language, compiled: every word has a number, expressions are paths of numbers.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    pub(super) thresholds: Thresholds,
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
        let lines = || lists.iter().flat_map(|(effect, list)| entries(list).map(move |entry| (entry, *effect)));
        let mut all: Vec<(String, Effect)> = Vec::new();
        let mut known: HashMap<String, Effect> = HashMap::new();
        let mut add = |entry: &str, effect: Effect, strict: bool| {
            let folded = key(entry.trim_start_matches('*'));
            for spelling in spellings(&folded) {
                let words: Vec<&str> = spelling.split([' ', '-']).filter(|word| !word.is_empty()).collect();
                let spelling = words.join(" ");
                if entry.starts_with('*') {
                    all.push((format!("*{spelling}"), effect));
                }
                match known.get(&spelling) {
                    Some(other) if strict && *other != effect => return Err(LexiconFault::Twice(folded)),
                    Some(_) => {}
                    None => {
                        known.insert(spelling.clone(), effect);
                        all.push((spelling, effect));
                    }
                }
            }
            Ok(())
        };
        // What is written out wins over what endings make.
        for (entry, effect) in lines().filter(|(entry, _)| !entry.contains('/')) {
            add(entry, effect, true)?;
        }
        for (entry, effect) in lines() {
            let Some((stem, name)) = entry.split_once('/') else { continue };
            let endings = written.endings.get(name).ok_or_else(|| LexiconFault::Endings(entry.to_owned()))?;
            add(stem, effect, false)?;
            for ending in endings.split_whitespace() {
                add(&format!("{stem}{ending}"), effect, false)?;
            }
        }
        let mut roles = Vec::new();
        for (role, list) in &written.roles {
            for entry in entries(list) {
                for spelling in spellings(&key(entry)) {
                    roles.push((spelling.replace('-', " "), *role));
                }
            }
        }
        Ok(Self::compile(written.thresholds, &all, &roles))
    }

    /// Compiles words joined by blanks, each once; a `*` in front is the end of a compound.
    fn compile(thresholds: Thresholds, entries: &[(String, Effect)], roles: &[(String, Role)]) -> Self {
        let expressions = entries.iter().map(|(entry, _)| entry).filter(|entry| !entry.starts_with('*'));
        let expressions = expressions.chain(roles.iter().map(|(entry, _)| entry));
        let words = Vocabulary::new(expressions.flat_map(|entry| entry.split(' ')).filter(|word| *word != GAP));
        let mut lexicon = Self {
            thresholds,
            starts: vec![0; words.len()],
            words,
            steps: vec![Step::default()],
            tails: Tails::default(),
        };
        for (entry, effect) in entries {
            match entry.strip_prefix('*') {
                Some(tail) => lexicon.tails.add(tail, *effect),
                None => lexicon.add(entry).into_iter().for_each(|step| step.effect = Some(*effect)),
            }
        }
        for (entry, role) in roles {
            lexicon.add(entry).into_iter().for_each(|step| step.role = Some(*role));
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
            let (entry, effect) = self.tails.find(cut.key(cut.tokens.get(first.token)?))?;
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
    use crate::sentiment::piece;
    use crate::sentiment::sign::Signs;
    use crate::sentiment::token::Cut;

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
            let (mut cut, mut pieces) = (Cut::default(), Vec::new());
            cut.read(text, &[], &signs);
            piece::read(&mut pieces, &cut, Some(&lexicon));
            let first = lexicon.find(&pieces, &cut).map(|found| (found.length, found.effect));
            assert_eq!(first, found, "{text}");
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
