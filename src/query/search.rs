//! What to ask networks for, so that their answers hold every match of a query.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::fold::{fold, fold_spelled, spellings};
use super::leaf;
use super::pattern::in_one_word;
use super::syntax::Query;
use super::tree::{Manner, Node, Term, TextField, What};

impl Query {
    /// Words and phrases of which every match holds at least one: one per branch of `OR`, each the most specific of its
    /// branch, the most specific in front. Behind each stand the other ways to write it that a match may use, four at
    /// most together: as its letters are spelled without their marks (`Müller`, `Mueller`), and a phrase in one word
    /// (`Skip Hop`, `SkipHop`). Networks heed neither case nor accents, nor whether a gap is a hyphen, so each is asked
    /// for once; and none is asked for `Müller` where the query says `Mueller`, or every `ue` would be asked for twice.
    /// Empty if there are none, because the query can be matched by what no search for whole words in texts finds:
    /// beginnings of words, expressions, addresses, names of authors, tags with `tag:`, and facts alone.
    #[must_use]
    pub fn search_terms(&self) -> Vec<String> {
        let mut terms = needed(self.root()).unwrap_or_default();
        terms.sort_by_key(|term| Reverse(specificity(term)));
        let spellings = spellings(self.folding());
        let mut seen = BTreeSet::new();
        let forms = terms.iter().flat_map(|term| forms(term, spellings));
        forms.filter(|form| seen.insert(asked(form))).collect()
    }
}

/// What a network makes of a term: terms that are the same to it are asked for once.
#[must_use]
pub fn asked(term: &str) -> String {
    fold(term).text().trim().to_owned()
}

/// The term as it is written, and how else a match may write it.
fn forms(term: &Term, spellings: u8) -> Vec<String> {
    let mut forms = vec![term.text.clone()];
    if term.manner == Manner::Words {
        forms.extend(in_one_word(&term.text));
    }
    if term.manner != Manner::Exact {
        let spelled: Vec<String> = forms.iter().map(|form| fold_spelled(form, spellings).text().to_owned()).collect();
        forms.extend(spelled);
    }
    forms
}

/// Terms of which at least one occurs in every match of `node`; `None` if there are no such terms.
fn needed(node: &Node) -> Option<Vec<Term>> {
    match &node.what {
        What::Term(term) => {
            // Signs alone are found by no search, nor are words of which only the beginning is known.
            let found = term.manner != Manner::Prefix && leaf::literal(&term.text).is_some();
            found.then(|| vec![term.clone()])
        }
        What::Loose(loose) => {
            let words = leaf::words(&loose.text).into_iter();
            most_specific(words.map(|text| vec![Term { text, manner: Manner::Words }]))
        }
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
fn most_specific(sets: impl Iterator<Item = Vec<Term>>) -> Option<Vec<Term>> {
    sets.max_by_key(|terms| (terms.iter().map(specificity).min(), Reverse(terms.len())))
}

fn specificity(term: &Term) -> (usize, usize) {
    (term.text.split_whitespace().count(), term.text.chars().count())
}
