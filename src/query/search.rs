//! What to ask networks for, so that their answers hold every match of a query.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::leaf;
use super::syntax::Query;
use super::tree::{Manner, Node, Term, TextField, What};

impl Query {
    /// Words and phrases as the query writes them, of which every match holds at least one: one per branch of `OR`, each
    /// the most specific of its branch, the most specific in front. A match may spell one otherwise (`Mueller`) or write a
    /// phrase in one word (`SkipHop`); whether a search finds that too is up to the network. Empty if there are none,
    /// because the query can be matched by what no search for whole words in texts finds: beginnings of words,
    /// expressions, addresses, names of authors, tags with `tag:`, and facts alone.
    #[must_use]
    pub fn search_terms(&self) -> Vec<String> {
        let mut terms = needed(self.root()).unwrap_or_default();
        terms.sort_by_key(|term| Reverse(specificity(term)));
        let mut seen = BTreeSet::new();
        terms.into_iter().filter(|term| seen.insert(term.to_lowercase())).collect()
    }
}

/// Terms of which at least one occurs in every match of `node`; `None` if there are no such terms.
fn needed(node: &Node) -> Option<Vec<String>> {
    match &node.what {
        What::Term(Term { text, manner }) => {
            // Signs alone are found by no search, nor are words of which only the beginning is known.
            let found = *manner != Manner::Prefix && leaf::literal(text).is_some();
            found.then(|| vec![text.clone()])
        }
        What::Loose(loose) => most_specific(leaf::words(&loose.text).into_iter().map(|word| vec![word])),
        What::Near(near) => most_specific([&near.left, &near.right].into_iter().filter_map(needed)),
        What::Or(branches) => {
            let branches: Option<Vec<_>> = branches.iter().map(needed).collect();
            Some(branches?.concat())
        }
        What::And(parts) => most_specific(parts.iter().filter_map(needed)),
        What::In(TextField::Title | TextField::Text, inner) => needed(inner),
        What::In(..) | What::Not(_) | What::Regex(_) | What::Fact(_) => None,
        What::Named(named) => needed(&named.inner),
    }
}

/// The set whose least specific term is the most specific; of equals the smaller one.
fn most_specific(sets: impl Iterator<Item = Vec<String>>) -> Option<Vec<String>> {
    sets.max_by_key(|terms| (terms.iter().map(|term| specificity(term)).min(), Reverse(terms.len())))
}

fn specificity(term: &str) -> (usize, usize) {
    (term.split_whitespace().count(), term.chars().count())
}
