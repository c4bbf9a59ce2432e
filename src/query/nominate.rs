//! Which queries are looked at for an entry: those of which a sign is there, and those that need no sign.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use url::Url;

use super::compile::{Shares, Sign, Test};
use super::dictionary::{Dictionary, Occurrence};

/// Queries, known by their index, by their signs.
#[derive(Debug, Clone, Default)]
pub(super) struct Nominations {
    by_term: Vec<Vec<usize>>,
    by_host: HashMap<String, Vec<usize>>,
    literals: Option<Literals>,
    /// The queries that can match without any sign.
    always: Vec<usize>,
}

/// What regular expressions cannot do without.
#[derive(Debug, Clone)]
struct Literals {
    automaton: AhoCorasick,
    /// By pattern.
    queries: Vec<Vec<usize>>,
}

impl Nominations {
    pub(super) fn new(tests: &[Test], dictionary: &Dictionary) -> Self {
        let mut new = Self { by_term: vec![Vec::new(); dictionary.terms()], ..Self::default() };
        let mut literals: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        let shares = Shares::of(tests, dictionary);
        for (query, test) in tests.iter().enumerate() {
            let Some(signs) = test.needed(&shares) else {
                new.always.push(query);
                continue;
            };
            for sign in signs {
                match sign {
                    Sign::Term(term) => {
                        let queries = usize::try_from(term).ok().and_then(|term| new.by_term.get_mut(term));
                        queries.into_iter().for_each(|queries| queries.push(query));
                    }
                    Sign::Site(host) => new.by_host.entry(host.to_owned()).or_default().push(query),
                    Sign::Literal(bytes) => literals.entry(bytes).or_default().push(query),
                }
            }
        }
        if !literals.is_empty() {
            let (patterns, queries): (Vec<Vec<u8>>, Vec<Vec<usize>>) = literals.into_iter().unzip();
            match AhoCorasick::builder().ascii_case_insensitive(true).build(patterns) {
                Ok(automaton) => new.literals = Some(Literals { automaton, queries }),
                // Too many for an automaton: the expressions are tried with every text.
                Err(_) => new.always.extend(queries.into_iter().flatten()),
            }
        }
        new
    }

    /// The queries to look at, in rising order: `found`, by term, stands in `texts`, and the entry is at `url`.
    pub(super) fn of<'t>(
        &self,
        found: &[Occurrence],
        texts: impl Iterator<Item = &'t str>,
        url: Option<&str>,
    ) -> Vec<usize> {
        let mut nominated = self.always.clone();
        for terms in found.chunk_by(|one, next| one.term == next.term) {
            let term = terms.first().and_then(|one| usize::try_from(one.term).ok());
            nominated.extend(term.and_then(|term| self.by_term.get(term)).into_iter().flatten());
        }
        if !self.by_host.is_empty() {
            let url = url.and_then(|url| Url::parse(url).ok());
            let mut host = url.as_ref().and_then(Url::host_str);
            while let Some(part) = host {
                nominated.extend(self.by_host.get(part).into_iter().flatten());
                host = part.split_once('.').map(|(_, above)| above);
            }
        }
        if let Some(literals) = &self.literals {
            literals.find(texts, &mut nominated);
        }
        nominated.sort_unstable();
        nominated.dedup();
        nominated
    }
}

impl Literals {
    fn find<'t>(&self, texts: impl Iterator<Item = &'t str>, nominated: &mut Vec<usize>) {
        let mut patterns: Vec<usize> = Vec::new();
        for text in texts {
            patterns.extend(self.automaton.find_overlapping_iter(text).map(|found| found.pattern().as_usize()));
        }
        patterns.sort_unstable();
        patterns.dedup();
        nominated.extend(patterns.into_iter().filter_map(|pattern| self.queries.get(pattern)).flatten());
    }
}
