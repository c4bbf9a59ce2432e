//! All queries in one automaton. Only queries of which a term occurs are looked at; the others cost nothing.

use std::collections::BTreeMap;

use super::dictionary::{Dictionary, Writing};
use super::syntax::{Node, Query};
use crate::model::{Entry, Field, Hit};

/// Most hits kept per query and entry.
const MAX_HITS: usize = 100;

/// Finds the queries that an entry matches.
#[derive(Debug, Clone)]
pub struct Matcher {
    dictionary: Dictionary,
    /// By term of the dictionary: the query and its term.
    owners: Vec<(usize, usize)>,
    queries: Vec<Query>,
    /// By query and term: whether it stands under an even number of negations, so that its hits show why it matched.
    wanted: Vec<Vec<bool>>,
}

/// What was found of one query.
struct Found {
    terms: Vec<bool>,
    hits: Vec<Hit>,
}

impl Matcher {
    /// Compiles `queries`; they are known by their index from here on.
    #[must_use]
    pub fn new(queries: Vec<Query>) -> Self {
        let owners =
            queries.iter().enumerate().flat_map(|(query, q)| (0..q.terms().len()).map(move |term| (query, term)));
        let owners = owners.collect();
        let terms = queries.iter().flat_map(|query| query.terms().iter().map(|term| (term.text.as_str(), term.manner)));
        let dictionary = Dictionary::new(terms);
        let wanted = queries.iter().map(|query| {
            let mut wanted = vec![false; query.terms().len()];
            mark_wanted(query.root(), true, &mut wanted);
            wanted
        });
        let wanted = wanted.collect();
        Self { dictionary, owners, queries, wanted }
    }

    /// The queries that match `entry`, by index in rising order, each with its hits: where they are, in title, text,
    /// address, author and tags, in this order. The place of a hit on an author is in the name or in the handle, of one
    /// on a tag in that tag. At most `MAX_HITS` are kept.
    #[must_use]
    pub fn find(&self, entry: &Entry) -> Vec<(usize, Vec<Hit>)> {
        let mut found: BTreeMap<usize, Found> = BTreeMap::new();
        let mut search = |text: &str, field, writing| {
            self.dictionary.visit(text, writing, |id, range| self.note(&mut found, id, field, range));
        };
        search(&entry.title, Field::Title, Writing::Prose);
        search(&entry.text, Field::Text, Writing::Prose);
        if let Some(url) = &entry.url {
            search(url, Field::Url, Writing::Name);
        }
        if let Some(author) = &entry.author {
            if author.handle.as_ref() != Some(&author.name) {
                search(&author.name, Field::Author, Writing::Name);
            }
            if let Some(handle) = &author.handle {
                search(handle, Field::Author, Writing::Handle);
            }
        }
        entry.tags.iter().for_each(|tag| search(tag, Field::Tag, Writing::Tag));
        let matches = |(query, found): (usize, Found)| {
            let holds = self.queries.get(query).is_some_and(|query| holds(query.root(), &found.terms));
            holds.then_some((query, found.hits))
        };
        found.into_iter().filter_map(matches).collect()
    }

    fn note(&self, found: &mut BTreeMap<usize, Found>, id: usize, field: Field, range: std::ops::Range<usize>) {
        let Some(&(query, term)) = self.owners.get(id) else { return };
        let Some((source, wanted)) = self.queries.get(query).zip(self.wanted.get(query)) else { return };
        let found = found.entry(query).or_insert_with(|| Found { terms: vec![false; wanted.len()], hits: Vec::new() });
        if let Some(seen) = found.terms.get_mut(term) {
            *seen = true;
        }
        if wanted.get(term) == Some(&true)
            && found.hits.len() < MAX_HITS
            && let Some(term) = source.terms().get(term)
        {
            found.hits.push(Hit { term: term.to_string(), field, start: range.start, end: range.end });
        }
    }
}

fn holds(node: &Node, seen: &[bool]) -> bool {
    match node {
        Node::Term(term) => seen.get(*term) == Some(&true),
        Node::Not(inner) => !holds(inner, seen),
        Node::And(parts) => parts.iter().all(|part| holds(part, seen)),
        Node::Or(branches) => branches.iter().any(|branch| holds(branch, seen)),
    }
}

fn mark_wanted(node: &Node, positive: bool, wanted: &mut [bool]) {
    match node {
        Node::Term(term) => wanted.get_mut(*term).into_iter().for_each(|wanted| *wanted = positive),
        Node::Not(inner) => mark_wanted(inner, !positive, wanted),
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| mark_wanted(node, positive, wanted)),
    }
}
