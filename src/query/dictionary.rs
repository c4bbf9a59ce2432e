//! Every term of every query, each known once. Words of a text that stand in none of them are passed over; of the others
//! one per term, the one that fewest terms share, leads to the terms that may stand there, and only those are verified.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::fold::USUAL;
use super::forms::{FormId, Forms};
use super::pattern::{Seen, Stand, Way, Writing, is_symbol, ways};
use super::tree::Term;

/// The number of a term.
pub(super) type TermId = u32;

/// Parts are so many words apart; more than anything reaches.
const GAP: u32 = 1024;

/// Words of a part for which there is room at once; in most there are no more that anybody asks for.
const SEEN: usize = 32;

/// A part of an entry in which words are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) writing: Writing,
}

/// Where a term stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Occurrence {
    pub(super) term: TermId,
    /// The number of the part.
    pub(super) part: usize,
    pub(super) stand: Stand,
}

/// Terms to be compiled.
#[derive(Debug, Default)]
pub(super) struct Builder {
    known: HashMap<(Term, u8), TermId>,
    terms: Vec<(Term, u8)>,
    uses: Vec<usize>,
}

impl Builder {
    /// The number of a term that may be spelled so.
    pub(super) fn add(&mut self, term: &Term, spellings: u8) -> TermId {
        let key = (term.clone(), spellings);
        let next = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        let id = *self.known.entry(key).or_insert(next);
        if id == next {
            self.terms.push((term.clone(), spellings));
            self.uses.push(0);
        }
        self.uses.get_mut(at(id)).into_iter().for_each(|uses| *uses += 1);
        id
    }

    /// Compiles the terms; one without a letter or digit is never found.
    pub(super) fn build(self) -> Dictionary {
        let mut names: HashMap<(String, bool), FormId> = HashMap::new();
        let mut forms: Vec<(String, bool)> = Vec::new();
        let mut shares: Vec<usize> = Vec::new();
        let mut rows: Vec<(TermId, u8, Way<FormId>)> = Vec::new();
        for (id, ((term, spellings), uses)) in (0..).zip(self.terms.iter().zip(&self.uses)) {
            for way in ways(term, *spellings) {
                let way = way.map(|word, begins| {
                    let next = u32::try_from(forms.len()).unwrap_or(u32::MAX);
                    let form = *names.entry((word.clone(), begins)).or_insert(next);
                    if form == next {
                        forms.push((word.clone(), begins));
                        shares.push(0);
                    }
                    shares.get_mut(at(form)).into_iter().for_each(|shares| *shares += uses);
                    form
                });
                rows.push((id, *spellings, way));
            }
        }

        let mut leads: Vec<Vec<Lead>> = vec![Vec::new(); forms.len()];
        let mut weights = vec![Weight::default(); self.terms.len()];
        for (row, (term, _, way)) in rows.iter().enumerate() {
            let weight = |ways: &Vec<FormId>| Weight {
                shared: ways.iter().filter_map(|form| shares.get(at(*form))).copied().max().unwrap_or_default(),
                short: ways
                    .iter()
                    .filter_map(|form| forms.get(at(*form)))
                    .map(|(text, _)| !text.len())
                    .max()
                    .unwrap_or(!0),
            };
            let lightest = way.words.iter().map(weight).enumerate().min_by_key(|(_, weight)| *weight);
            let Some((anchor, weight)) = lightest else { continue };
            weights.get_mut(at(*term)).into_iter().for_each(|known| *known = weight.max(*known));
            for form in way.words.get(anchor).into_iter().flatten() {
                leads.get_mut(at(*form)).into_iter().for_each(|leads| leads.push(Lead { row, anchor }));
            }
        }
        let symbols = Symbols::new(self.terms.iter().map(|(term, _)| term));
        let unwanted = self.terms.iter().fold(0, |unwanted, (_, spellings)| unwanted | USUAL & !spellings);
        Dictionary { forms: Forms::new(forms, unwanted), rows, leads, weights, symbols }
    }
}

fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// How much a word lets through: less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Weight {
    /// How many queries use the word.
    shared: usize,
    /// The shorter it is, the larger this number.
    short: usize,
}

impl Weight {
    /// Of something that so many queries use, whatever its length.
    pub(super) fn of(shared: usize) -> Self {
        Self { shared, short: 0 }
    }
}

/// A row to be verified where a form was found as its word number `anchor`.
#[derive(Debug, Clone, Copy)]
struct Lead {
    row: usize,
    anchor: usize,
}

/// The compiled terms, known by their numbers.
#[derive(Debug, Clone)]
pub(super) struct Dictionary {
    forms: Forms,
    rows: Vec<(TermId, u8, Way<FormId>)>,
    /// By form.
    leads: Vec<Vec<Lead>>,
    /// By term.
    weights: Vec<Weight>,
    symbols: Option<Symbols>,
}

impl Dictionary {
    /// Number of terms.
    pub(super) fn terms(&self) -> usize {
        self.weights.len()
    }

    /// How much a term lets through.
    pub(super) fn weight(&self, term: TermId) -> Weight {
        self.weights.get(at(term)).copied().unwrap_or_default()
    }

    /// Where terms stand in the parts of an entry, by term, and of each from the first place to the last.
    pub(super) fn find<'t>(&self, parts: impl IntoIterator<Item = Text<'t>>) -> Vec<Occurrence> {
        let mut found: Vec<Occurrence> = Vec::new();
        let mut seen: Vec<Seen> = Vec::with_capacity(SEEN);
        let mut base = 0;
        for (part, Text { text, writing }) in parts.into_iter().enumerate() {
            seen.clear();
            let last = self.forms.scan(text, base, &mut seen);
            for (number, word) in seen.iter().enumerate() {
                for Lead { row, anchor } in self.leads.get(at(word.form)).into_iter().flatten() {
                    let Some((term, spellings, way)) = self.rows.get(*row) else { continue };
                    if let Some(stand) = way.stands(&seen, number, *anchor, text, writing, *spellings) {
                        found.push(Occurrence { term: *term, part, stand });
                    }
                }
            }
            base = last.saturating_add(GAP);
            if let Some(symbols) = &self.symbols {
                symbols.find(text, |term, start, end| {
                    let stand = Stand { first: base, last: base, start, end };
                    found.push(Occurrence { term, part, stand });
                });
            }
        }
        found.sort_unstable_by_key(|found| (found.term, found.part, found.stand.start, found.stand.end));
        found.dedup();
        found
    }
}

/// Terms without a letter.
#[derive(Debug, Clone)]
struct Symbols {
    automaton: AhoCorasick,
    terms: Vec<TermId>,
}

impl Symbols {
    fn new<'t>(terms: impl Iterator<Item = &'t Term>) -> Option<Self> {
        let (terms, texts): (Vec<TermId>, Vec<&str>) =
            (0..).zip(terms).filter(|(_, term)| is_symbol(term)).map(|(id, term)| (id, term.text.as_str())).unzip();
        if terms.is_empty() {
            return None;
        }
        AhoCorasick::new(texts).ok().map(|automaton| Self { automaton, terms })
    }

    fn find(&self, text: &str, mut found: impl FnMut(TermId, usize, usize)) {
        for symbol in self.automaton.find_overlapping_iter(text) {
            if let Some(term) = self.terms.get(symbol.pattern().as_usize()) {
                found(*term, symbol.start(), symbol.end());
            }
        }
    }
}
