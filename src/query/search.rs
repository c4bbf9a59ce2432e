//! What to ask networks for, so that their answers hold every match of a query.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::fold::{fold, fold_spelled, spellings};
use super::leaf;
use super::pattern::in_one_word;
use super::syntax::Query;
use super::tree::{Manner, Node, Term, TextField, What};
use crate::model::{Search, Unwanted};

/// Most characters of the name of an account by which it is told apart on every network.
const LONGEST_NAME: usize = 15;
/// Letters that are written with two where they are not at hand.
const WRITTEN_WITH_TWO: [&str; 7] = ["ä", "ö", "ü", "å", "ø", "ß", "æ"];

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

    /// What a network finds every match with in its texts that can be asked for several words at once: a search for each
    /// branch of `OR`, for the same words as [`Query::search_terms`]. Beside them it names what else has to stand in a
    /// match, as far as it is written in one way but for accents, which these networks do not heed: plain words that no
    /// letter with a mark hides in as two. Of what must not occur it names what means the same everywhere, hashtags
    /// and accounts; a word may stand where a network looks and nobody else, such as behind a shortened link, and the
    /// language of a text is told from its words, whatever a network says.
    #[must_use]
    pub fn searches(&self) -> Vec<Search> {
        let spellings = spellings(self.folding());
        let found: Option<Vec<_>> = branches(self.root()).into_iter().map(|branch| search(branch, spellings)).collect();
        let mut found = found.unwrap_or_default();
        found.sort_by_key(|(specificity, _)| Reverse(*specificity));
        distinct(found.into_iter().map(|(_, search)| search).collect())
    }
}

/// The searches without those that others make needless.
#[must_use]
pub fn distinct(searches: Vec<Search>) -> Vec<Search> {
    let plain = searches.iter().filter(|search| search.is_plain()).flat_map(|search| &search.any);
    let plain: BTreeSet<String> = plain.map(|phrase| asked(phrase)).collect();
    let (mut phrases, mut others) = (BTreeSet::new(), BTreeSet::new());
    let needed = |mut search: Search| {
        if search.is_plain() {
            search.any.retain(|phrase| phrases.insert(asked(phrase)));
            return Some(search).filter(|search| !search.any.is_empty());
        }
        let folded = |phrases: &Vec<String>| phrases.iter().map(|phrase| asked(phrase)).collect::<Vec<_>>();
        let (any, beside) = (folded(&search.any), search.beside.iter().map(folded).collect());
        let is_found_anyway = any.iter().all(|phrase| plain.contains(phrase));
        let is_new = !is_found_anyway && others.insert(Search { any, beside, without: search.without.clone() });
        is_new.then_some(search)
    };
    searches.into_iter().filter_map(needed).collect()
}

/// The parts of which at least one holds in every match.
fn branches(node: &Node) -> Vec<&Node> {
    match &node.what {
        What::Or(parts) => parts.iter().flat_map(branches).collect(),
        What::In(TextField::Title | TextField::Text, inner) => branches(inner),
        What::Named(named) => branches(&named.inner),
        _ => vec![node],
    }
}

/// The search for a branch, and how specific it is; `None` if no word stands in each of its matches.
fn search(branch: &Node, spellings: u8) -> Option<(Option<(usize, usize)>, Search)> {
    let mut clauses = clauses(branch);
    let most_specific = (0..clauses.len()).max_by_key(|place| clauses.get(*place).map(|terms| rank(terms)))?;
    let needed = clauses.remove(most_specific);
    clauses.sort_by_key(|terms| Reverse(rank(terms)));
    let all = |terms: &[Term]| {
        let mut seen = BTreeSet::new();
        let forms = terms.iter().flat_map(|term| forms(term, spellings));
        forms.filter(|form| seen.insert(asked(form))).collect::<Vec<_>>()
    };
    let is_sure = |terms: &&Vec<Term>| terms.iter().all(|term| is_written_in_one_way(term, spellings));
    let beside = clauses.iter().filter(is_sure).map(|terms| all(terms)).collect();
    let (mut needed, mut without) = (needed, Vec::new());
    needed.sort_by_key(|term| Reverse(specificity(term)));
    shunned(branch, &mut without);
    let first = needed.first().map(specificity);
    Some((first, Search { any: all(&needed), beside, without }))
}

/// Whether a network that takes a term as it stands finds it in every text in which it stands here.
fn is_written_in_one_way(term: &Term, spellings: u8) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-';
    let lower = term.text.to_lowercase();
    let hides = |letter: &&str| {
        let two = fold_spelled(letter, spellings);
        two.text().len() > 1 && two.text() != *letter && lower.contains(two.text())
    };
    term.manner == Manner::Words && term.text.chars().all(is_plain) && !WRITTEN_WITH_TWO.iter().any(hides)
}

/// What must not occur in any match of a branch.
fn shunned(node: &Node, unwanted: &mut Vec<Unwanted>) {
    match &node.what {
        What::And(parts) => parts.iter().for_each(|part| shunned(part, unwanted)),
        What::Named(named) => shunned(&named.inner, unwanted),
        What::Not(inner) => shun(inner, unwanted),
        _ => {}
    }
}

/// What is known everywhere of what `node` finds.
fn shun(node: &Node, unwanted: &mut Vec<Unwanted>) {
    match &node.what {
        What::Or(parts) => parts.iter().for_each(|part| shun(part, unwanted)),
        What::Named(named) => shun(&named.inner, unwanted),
        What::In(TextField::Author, inner) => shun_authors(inner, unwanted),
        What::Term(Term { text, manner: Manner::Tag }) if text.chars().all(|c| c.is_ascii_alphanumeric()) => {
            unwanted.extend(text.contains(|c: char| c.is_ascii_alphabetic()).then(|| Unwanted::Tag(text.clone())));
        }
        What::Term(Term { text, manner: Manner::Handle }) if is_name(text) => {
            unwanted.push(Unwanted::Author(text.clone()));
        }
        _ => {}
    }
}

fn shun_authors(node: &Node, unwanted: &mut Vec<Unwanted>) {
    match &node.what {
        What::Or(parts) => parts.iter().for_each(|part| shun_authors(part, unwanted)),
        What::Named(named) => shun_authors(&named.inner, unwanted),
        What::Term(Term { text, manner: Manner::Words | Manner::Handle }) if is_name(text) => {
            unwanted.push(Unwanted::Author(text.clone()));
        }
        _ => {}
    }
}

/// Whether it can be the whole name of an account.
fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
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
    clauses(node).into_iter().max_by_key(|terms| rank(terms))
}

/// Sets of terms of each of which at least one occurs in every match of `node`.
fn clauses(node: &Node) -> Vec<Vec<Term>> {
    match &node.what {
        What::Term(term) => {
            // Signs alone are found by no search, nor are words of which only the beginning is known.
            let found = term.manner != Manner::Prefix && leaf::literal(&term.text).is_some();
            if found { vec![vec![term.clone()]] } else { Vec::new() }
        }
        What::Loose(loose) => {
            let words = leaf::words(&loose.text).into_iter();
            words.map(|text| vec![Term { text, manner: Manner::Words }]).collect()
        }
        What::Near(near) => [&near.left, &near.right].into_iter().flat_map(clauses).collect(),
        What::Or(branches) => {
            let branches: Option<Vec<_>> = branches.iter().map(needed).collect();
            branches.map(|branches| branches.concat()).into_iter().collect()
        }
        What::And(parts) => parts.iter().flat_map(clauses).collect(),
        What::In(TextField::Title | TextField::Text, inner) => clauses(inner),
        What::In(..) | What::Not(_) | What::Regex(_) | What::Fact(_) => Vec::new(),
        What::Named(named) => clauses(&named.inner),
    }
}

/// The set whose least specific term is the most specific comes last; of equals the smaller one.
fn rank(terms: &[Term]) -> (Option<(usize, usize)>, Reverse<usize>) {
    (terms.iter().map(specificity).min(), Reverse(terms.len()))
}

fn specificity(term: &Term) -> (usize, usize) {
    (term.text.split_whitespace().count(), term.text.chars().count())
}
