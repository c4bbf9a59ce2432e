//! All queries at once. Only queries of which something occurs are looked at; the others cost nothing.

use super::compile::{Leaf, Test, compile};
use super::dictionary::{Builder, Dictionary, Occurrence, Text};
use super::near::{pairs, stretches};
use super::nominate::Nominations;
use super::subject::{Part, Subject};
use super::syntax::Query;
use super::tree::TextField;
use crate::model::Hit;

/// Most hits kept per query and entry.
const MAX_HITS: usize = 100;

/// Finds the queries that an entry matches.
#[derive(Debug, Clone)]
pub struct Matcher {
    dictionary: Dictionary,
    tests: Vec<Test>,
    nominations: Nominations,
    asks_language: bool,
    asks_counts: bool,
}

impl Matcher {
    /// Compiles `queries`; they are known by their index from here on.
    #[must_use]
    pub fn new(queries: Vec<Query>) -> Self {
        let mut builder = Builder::default();
        let tests: Vec<Test> = queries.iter().map(|query| compile(query, &mut builder)).collect();
        let dictionary = builder.build();
        let nominations = Nominations::new(&tests, &dictionary);
        let asks_language = tests.iter().any(Test::asks_language);
        let asks_counts = tests.iter().any(Test::asks_counts);
        Self { dictionary, tests, nominations, asks_language, asks_counts }
    }

    /// Whether a query asks for the language, so that it pays to find out which it is.
    #[must_use]
    pub fn asks_language(&self) -> bool {
        self.asks_language
    }

    /// Whether a query asks for engagement or followers, so that another one may match when these change.
    #[must_use]
    pub fn asks_counts(&self) -> bool {
        self.asks_counts
    }

    /// The queries that match, by index in rising order, each with its hits: where what it asked for stands, in title,
    /// text, address, author and tags, in this order. The place of a hit on an author is in the name or in the handle, of
    /// one on a tag in that tag. What must not occur has no hits. At most `MAX_HITS` are kept.
    #[must_use]
    pub fn find<'s>(&self, subject: impl Into<Subject<'s>>) -> Vec<(usize, Vec<Hit>)> {
        let subject = subject.into();
        let parts = subject.parts();
        let found = self.dictionary.find(parts.iter().map(|part| Text { text: part.text, writing: part.writing }));
        let texts = parts.iter().map(|part| part.text);
        let nominated = self.nominations.of(&found, texts, subject.entry.url.as_deref());
        if nominated.is_empty() {
            return Vec::new();
        }
        let scene = Scene { subject, parts, found };
        let matches = |query: usize| {
            let test = self.tests.get(query).filter(|test| scene.holds(test))?;
            Some((query, scene.hits(test)))
        };
        nominated.into_iter().filter_map(matches).collect()
    }
}

/// An entry with everything that was found in it.
struct Scene<'s> {
    subject: Subject<'s>,
    parts: Vec<Part<'s>>,
    /// By term.
    found: Vec<Occurrence>,
}

/// A hit with its part, by which it is sorted.
type Placed = (usize, Hit);

impl Scene<'_> {
    fn holds(&self, test: &Test) -> bool {
        match test {
            Test::All(parts) => parts.iter().all(|part| self.holds(part)),
            Test::One(branches) => branches.iter().any(|branch| self.holds(branch)),
            Test::Not(inner) => !self.holds(inner),
            Test::Term(leaf) => self.of(leaf).next().is_some(),
            Test::Loose(words, window) => !self.loose(words, *window).is_empty(),
            Test::Near { left, right, distance, ordered } => !self.near(left, right, *distance, *ordered).is_empty(),
            Test::Regex(expression, places) => self.texts(places).any(|(_, text)| expression.regex.is_match(text)),
            Test::Fact(fact) => self.subject.holds(fact),
        }
    }

    /// Where a term stands, of the places where it is asked for.
    fn of(&self, leaf: &Leaf) -> impl Iterator<Item = &Occurrence> {
        let start = self.found.partition_point(|found| found.term < leaf.term);
        let rest = self.found.get(start..).unwrap_or_default().iter();
        let (term, places) = (leaf.term, leaf.places);
        rest.take_while(move |found| found.term == term)
            .filter(move |found| self.parts.get(found.part).is_some_and(|part| places.contains(&part.place)))
    }

    /// The texts in these places, each with the number of its part.
    fn texts(&self, places: &'static [TextField]) -> impl Iterator<Item = (usize, &str)> {
        let parts = self.parts.iter().enumerate();
        parts.filter(|(_, part)| places.contains(&part.place)).map(|(number, part)| (number, part.text))
    }

    fn loose(&self, words: &[(Leaf, usize)], window: u32) -> Vec<&Occurrence> {
        let groups: Vec<(Vec<&Occurrence>, usize)> =
            words.iter().map(|(word, count)| (self.of(word).collect(), *count)).collect();
        stretches(&groups, window)
    }

    fn near(&self, left: &[Leaf], right: &[Leaf], distance: u32, ordered: bool) -> Vec<&Occurrence> {
        let side = |leaves: &[Leaf]| leaves.iter().flat_map(|leaf| self.of(leaf)).collect::<Vec<_>>();
        let (left, right) = (side(left), side(right));
        let mut found = pairs(&left, &right, distance);
        if !ordered {
            found.extend(pairs(&right, &left, distance));
        }
        let mut found: Vec<&Occurrence> = found.into_iter().flat_map(|(one, next)| [one, next]).collect();
        found.sort_unstable_by_key(|found| (found.part, found.stand.start));
        found
    }

    /// The hits of a test that holds.
    fn hits(&self, test: &Test) -> Vec<Hit> {
        let mut placed = Vec::new();
        self.collect(test, true, &mut placed);
        placed.sort_by(|(part, hit), (other, next)| {
            (part, hit.start, hit.end, &hit.term).cmp(&(other, next.start, next.end, &next.term))
        });
        placed.dedup();
        placed.into_iter().take(MAX_HITS).map(|(_, hit)| hit).collect()
    }

    /// What shows that a test holds, or that it does not if it is not `wanted`.
    fn collect(&self, test: &Test, wanted: bool, out: &mut Vec<Placed>) {
        match test {
            Test::Not(inner) => self.collect(inner, !wanted, out),
            Test::All(parts) | Test::One(parts) => {
                let telling = parts.iter().filter(|part| self.holds(part) == wanted);
                telling.for_each(|part| self.collect(part, wanted, out));
            }
            _ if !wanted => {}
            Test::Term(leaf) => self.place(self.of(leaf), leaf, out),
            Test::Loose(words, window) => {
                let found = self.loose(words, *window);
                for (word, _) in words {
                    self.place(found.iter().copied().filter(|found| found.term == word.term), word, out);
                }
            }
            Test::Near { left, right, distance, ordered } => {
                let found = self.near(left, right, *distance, *ordered);
                for leaf in left.iter().chain(right) {
                    self.place(found.iter().copied().filter(|found| found.term == leaf.term), leaf, out);
                }
            }
            Test::Regex(expression, places) => {
                let name = expression.to_string();
                for (number, text) in self.texts(places) {
                    let Some(field) = self.parts.get(number).and_then(|part| part.field) else { continue };
                    let found = expression.regex.find_iter(text).take(MAX_HITS);
                    out.extend(found.map(|found| {
                        (number, Hit { term: name.clone(), field, start: found.start(), end: found.end() })
                    }));
                }
            }
            Test::Fact(_) => {}
        }
    }

    fn place<'o>(&self, found: impl Iterator<Item = &'o Occurrence>, leaf: &Leaf, out: &mut Vec<Placed>) {
        let field = |part: usize| self.parts.get(part).and_then(|part| part.field);
        let placed = found.filter_map(|found| {
            let (start, end) = (found.stand.start, found.stand.end);
            Some((found.part, Hit { term: leaf.name.clone(), field: field(found.part)?, start, end }))
        });
        out.extend(placed.take(MAX_HITS));
    }
}
