//! From the tree of a query to what can be tested quickly: terms become numbers, names become what they stand for.

use std::collections::HashMap;

use super::dictionary::{Builder, Dictionary, TermId, Weight};
use super::facts::{Fact, Has};
use super::fold::spellings;
use super::leaf;
use super::literals::literals;
use super::syntax::Query;
use super::tree::{Expression, Manner, Node, Term, TextField, What};

/// Where a term is looked for unless a field says where.
const EVERYWHERE: &[TextField] =
    &[TextField::Title, TextField::Text, TextField::Url, TextField::Author, TextField::Tag];

/// What must hold, compiled.
#[derive(Debug, Clone)]
pub(super) enum Test {
    All(Vec<Test>),
    One(Vec<Test>),
    Not(Box<Test>),
    Term(Leaf),
    /// Each leaf is a word that must stand so often within so many words.
    Loose(Vec<(Leaf, usize)>, u32),
    Near {
        left: Vec<Leaf>,
        right: Vec<Leaf>,
        distance: u32,
        ordered: bool,
    },
    Regex(Expression, &'static [TextField]),
    Fact(Fact),
}

/// A term of a query.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) term: TermId,
    pub(super) places: &'static [TextField],
    /// What its hits are called.
    pub(super) name: String,
}

/// Compiles a query.
pub(super) fn compile(query: &Query, builder: &mut Builder) -> Test {
    Compiler { builder, spellings: spellings(query.folding()) }.test(query.root(), EVERYWHERE)
}

struct Compiler<'b> {
    builder: &'b mut Builder,
    spellings: u8,
}

impl Compiler<'_> {
    fn test(&mut self, node: &Node, places: &'static [TextField]) -> Test {
        match &node.what {
            What::And(parts) => Test::All(parts.iter().map(|part| self.test(part, places)).collect()),
            What::Or(branches) => Test::One(branches.iter().map(|branch| self.test(branch, places)).collect()),
            What::Not(inner) => Test::Not(Box::new(self.test(inner, places))),
            What::Term(term) => Test::Term(self.leaf(term, places)),
            What::Loose(loose) => self.loose(&loose.text, loose.distance, places),
            What::Near(near) => Test::Near {
                left: self.side(&near.left, places),
                right: self.side(&near.right, places),
                distance: near.distance,
                ordered: near.ordered,
            },
            What::Regex(expression) => Test::Regex(expression.clone(), places),
            What::In(field, inner) => self.test(inner, only(*field)),
            What::Fact(fact) => Test::Fact(fact.clone()),
            What::Named(named) => self.test(&named.inner, places),
        }
    }

    fn leaf(&mut self, term: &Term, places: &'static [TextField]) -> Leaf {
        let name = if term.manner == Manner::Words { term.text.clone() } else { term.to_string() };
        Leaf { term: self.builder.add(term, self.spellings), places, name }
    }

    /// The terms on one side of `NEAR`.
    fn side(&mut self, node: &Node, places: &'static [TextField]) -> Vec<Leaf> {
        match &node.what {
            What::Term(term) => vec![self.leaf(term, places)],
            What::Or(branches) => branches.iter().flat_map(|branch| self.side(branch, places)).collect(),
            What::Named(named) => self.side(&named.inner, places),
            _ => Vec::new(),
        }
    }

    fn loose(&mut self, text: &str, distance: u32, places: &'static [TextField]) -> Test {
        let mut words: Vec<(Leaf, usize)> = Vec::new();
        for word in leaf::words(text) {
            let leaf = self.leaf(&Term { text: word, manner: Manner::Words }, places);
            match words.iter_mut().find(|(known, _)| known.term == leaf.term) {
                Some((_, count)) => *count += 1,
                None => words.push((leaf, 1)),
            }
        }
        let count: usize = words.iter().map(|(_, count)| count).sum();
        Test::Loose(words, distance.saturating_add(u32::try_from(count).unwrap_or(u32::MAX)))
    }
}

fn only(field: TextField) -> &'static [TextField] {
    match field {
        TextField::Title => &[TextField::Title],
        TextField::Text => &[TextField::Text],
        TextField::Url => &[TextField::Url],
        TextField::Author => &[TextField::Author],
        TextField::Tag => &[TextField::Tag],
        TextField::Source => &[TextField::Source],
    }
}

impl Test {
    /// Whether the language of the entry matters.
    pub(super) fn asks_language(&self) -> bool {
        match self {
            Self::All(tests) | Self::One(tests) => tests.iter().any(Self::asks_language),
            Self::Not(inner) => inner.asks_language(),
            Self::Fact(Fact::Lang(_)) => true,
            Self::Fact(Fact::Has(parts)) => parts.contains(&Has::Lang),
            Self::Term(_) | Self::Loose(..) | Self::Near { .. } | Self::Regex(..) | Self::Fact(_) => false,
        }
    }

    /// Whether it matters what is counted of the entry and its author.
    pub(super) fn asks_counts(&self) -> bool {
        match self {
            Self::All(tests) | Self::One(tests) => tests.iter().any(Self::asks_counts),
            Self::Not(inner) => inner.asks_counts(),
            Self::Fact(Fact::Engagement(_) | Fact::Reach(_)) => true,
            Self::Fact(Fact::Has(parts)) => parts.iter().any(|part| matches!(part, Has::Engagement | Has::Reach)),
            Self::Term(_) | Self::Loose(..) | Self::Near { .. } | Self::Regex(..) | Self::Fact(_) => false,
        }
    }

    /// Signs of which at least one is there wherever this holds: those that let the least through. `None` if there are no
    /// such signs.
    pub(super) fn needed(&self, shares: &Shares<'_>) -> Option<Vec<Sign<'_>>> {
        let terms = |leaves: &[Leaf]| leaves.iter().map(|leaf| Sign::Term(leaf.term)).collect::<Vec<_>>();
        match self {
            Self::Term(leaf) => Some(vec![Sign::Term(leaf.term)]),
            Self::All(parts) => lightest(parts.iter().filter_map(|part| part.needed(shares)), shares),
            Self::One(branches) => {
                let branches: Option<Vec<_>> = branches.iter().map(|branch| branch.needed(shares)).collect();
                Some(branches?.concat())
            }
            Self::Loose(words, _) => lightest(words.iter().map(|(word, _)| vec![Sign::Term(word.term)]), shares),
            Self::Near { left, right, .. } => lightest([terms(left), terms(right)].into_iter(), shares),
            Self::Regex(expression, _) => Some(literals(expression)?.into_iter().map(Sign::Literal).collect()),
            Self::Fact(Fact::Site(hosts)) => Some(hosts.iter().map(|host| Sign::Site(host)).collect()),
            Self::Not(_) | Self::Fact(_) => None,
        }
    }
}

/// What tells that a query may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sign<'t> {
    /// A term occurs.
    Term(TermId),
    /// The entry is at this host or below it.
    Site(&'t str),
    /// These bytes occur, in any ASCII case.
    Literal(Vec<u8>),
}

impl Sign<'_> {
    /// How much it lets through. Literals are avoided, since each letter of a text is read once more for them.
    fn weight(&self, shares: &Shares<'_>) -> (bool, Weight) {
        match self {
            Self::Term(term) => (false, shares.dictionary.weight(*term)),
            Self::Site(host) => (false, Weight::of(shares.hosts.get(*host).copied().unwrap_or_default())),
            Self::Literal(_) => (true, Weight::default()),
        }
    }
}

/// How many queries share what they look for: the fewer, the better it tells them apart.
pub(super) struct Shares<'t> {
    dictionary: &'t Dictionary,
    hosts: HashMap<&'t str, usize>,
}

impl<'t> Shares<'t> {
    pub(super) fn of(tests: &'t [Test], dictionary: &'t Dictionary) -> Self {
        let mut shares = Self { dictionary, hosts: HashMap::new() };
        tests.iter().for_each(|test| shares.count(test));
        shares
    }

    fn count(&mut self, test: &'t Test) {
        match test {
            Test::All(tests) | Test::One(tests) => tests.iter().for_each(|test| self.count(test)),
            Test::Fact(Fact::Site(hosts)) => hosts.iter().for_each(|host| *self.hosts.entry(host).or_default() += 1),
            _ => {}
        }
    }
}

fn lightest<'t>(sets: impl Iterator<Item = Vec<Sign<'t>>>, shares: &Shares<'_>) -> Option<Vec<Sign<'t>>> {
    sets.min_by_key(|signs| (signs.iter().map(|sign| sign.weight(shares)).max(), signs.len()))
}
