//! What the hits of a query can be called.

use super::compile::{Leaf, Test, compile};
use super::dictionary::Builder;
use super::syntax::Query;
use super::tree::TextField;

impl Query {
    /// The terms that its hits can name, in the order of the query, each once. What must not occur has no hits, nor has
    /// what holds without a word, such as a date or the name of a source.
    #[must_use]
    pub fn told_terms(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect(&compile(self, &mut Builder::default()), true, &mut names);
        names
    }
}

fn collect(test: &Test, wanted: bool, names: &mut Vec<String>) {
    match test {
        Test::Not(inner) => collect(inner, !wanted, names),
        Test::All(parts) | Test::One(parts) => parts.iter().for_each(|part| collect(part, wanted, names)),
        _ if !wanted => {}
        Test::Term(leaf) => add(leaf, names),
        Test::Loose(words, _) => words.iter().for_each(|(leaf, _)| add(leaf, names)),
        Test::Near { left, right, .. } => left.iter().chain(right).for_each(|leaf| add(leaf, names)),
        Test::Regex(expression, places) => name(&expression.to_string(), places, names),
        Test::Fact(_) => {}
    }
}

fn add(leaf: &Leaf, names: &mut Vec<String>) {
    name(&leaf.name, leaf.places, names);
}

fn name(term: &str, places: &[TextField], names: &mut Vec<String>) {
    let is_told = places.iter().any(|place| *place != TextField::Source);
    if is_told && !names.iter().any(|known| known == term) {
        names.push(term.to_owned());
    }
}
