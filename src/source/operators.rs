//! How what is searched for is written for networks that can be asked for several words at once. Those that find it
//! otherwise, or of which nobody knows how they join words, are asked for one phrase alone: rather a stranger too many than
//! a match too few. Free networks whose strangers cost a page at most are, too.

use std::collections::BTreeSet;

use super::api;
use crate::model::{Search, Source};

/// How a network writes what has to be there together.
pub(super) struct Operators {
    /// How it writes the phrase that a search is for.
    pub(super) phrase: fn(&str) -> String,
    /// The ways in which it is asked for another phrase beside it, of which one has to be there; none where it cannot be
    /// asked for that.
    pub(super) beside: fn(&str) -> Vec<String>,
    /// What stands between two that both have to be there.
    pub(super) and: &'static str,
    /// What stands between two of which one has to be there; in parentheses, and not everywhere.
    pub(super) or: Option<&'static str>,
    /// Bytes that a query may have.
    pub(super) longest: usize,
}

/// A phrase that stands beside another as it would stand alone.
pub(super) fn as_phrase(phrase: &str) -> Vec<String> {
    vec![api::phrase(phrase)]
}

impl Operators {
    /// A query for each phrase of which a search needs one, each once.
    pub(super) fn queries(&self, source: &Source) -> Vec<String> {
        let mut known = BTreeSet::new();
        let searches = source.searches();
        let queries = searches.iter().flat_map(|search| {
            search.any.iter().map(|phrase| self.together((self.phrase)(phrase), self.beside(search)))
        });
        queries.filter(|query| known.insert(query.clone())).collect()
    }

    /// What has to stand beside what is searched for.
    pub(super) fn beside(&self, search: &Search) -> Vec<String> {
        search.beside.iter().filter_map(|phrases| self.one_of(phrases)).collect()
    }

    /// As much of it as has room in a query.
    pub(super) fn together(&self, query: String, parts: Vec<String>) -> String {
        parts.into_iter().fold(query, |query, part| {
            let fits = query.len() + self.and.len() + part.len() <= self.longest;
            if fits { format!("{query}{}{part}", self.and) } else { query }
        })
    }

    fn one_of(&self, phrases: &[String]) -> Option<String> {
        let ways: Vec<Vec<String>> = phrases.iter().map(|phrase| (self.beside)(phrase)).collect();
        if ways.iter().any(Vec::is_empty) {
            return None;
        }
        match ways.concat().as_slice() {
            [way] => Some(way.clone()),
            ways => self.or.map(|or| format!("({})", ways.join(or))),
        }
    }
}
