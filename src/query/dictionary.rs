//! Many words and phrases in one automaton over folded text. The automaton nominates; what it nominates is verified
//! here: only whole words count.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::fold::{Folded, fold};

/// After so many occurrences in one text a term is known to be there, and the rest is not looked at.
pub(super) const MAX_OCCURRENCES: u32 = 100;

/// How words are written in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// With spaces. The words of a phrase written as one count only in `#SkipHop`, `@skiphop`, `SkipHop` and addresses.
    Prose,
    /// Addresses, handles and tags, where names are written in one word.
    Name,
}

/// The terms, known by their index.
#[derive(Debug, Clone)]
pub(super) struct Dictionary {
    automaton: AhoCorasick,
    /// By pattern of the automaton.
    forms: Vec<Form>,
}

/// One way to write some terms.
#[derive(Debug, Clone)]
struct Form {
    terms: Vec<usize>,
    /// Where words were joined, in bytes of the pattern; empty for the plain form.
    joints: Vec<usize>,
}

impl Dictionary {
    /// Compiles `terms`; one without a letter or digit is never found.
    #[expect(clippy::expect_used, reason = "it fails only beyond 2^31 states, gigabytes of queries")]
    pub(super) fn new<'t>(terms: impl IntoIterator<Item = &'t str>) -> Self {
        let mut forms: BTreeMap<(String, Vec<usize>), Vec<usize>> = BTreeMap::new();
        for (index, term) in terms.into_iter().enumerate() {
            let Some(plain) = literal(term) else { continue };
            if let Some(joined) = join(&plain) {
                forms.entry(joined).or_default().push(index);
            }
            forms.entry((plain, Vec::new())).or_default().push(index);
        }
        let automaton = AhoCorasick::new(forms.keys().map(|(pattern, _)| pattern)).expect("a dictionary of sane size");
        let forms = forms.into_iter().map(|((_, joints), terms)| Form { terms, joints }).collect();
        Self { automaton, forms }
    }

    /// Calls `found` with each term and its bytes in `text`, from left to right by their ends, and at most
    /// `MAX_OCCURRENCES` times per term and form.
    pub(super) fn visit(&self, text: &str, writing: Writing, mut found: impl FnMut(usize, Range<usize>)) {
        let folded = fold(text);
        let mut counts: BTreeMap<usize, u32> = BTreeMap::new();
        for candidate in self.automaton.find_overlapping_iter(folded.text()) {
            let pattern = candidate.pattern().as_usize();
            let Some(form) = self.forms.get(pattern) else { continue };
            let range = candidate.range();
            let joined_well = form.joints.is_empty() || writing == Writing::Name;
            if !stands_alone(folded.text(), &range) || !(joined_well || joins(text, &folded, &range, &form.joints)) {
                continue;
            }
            let count = counts.entry(pattern).or_default();
            *count += 1;
            if *count <= MAX_OCCURRENCES {
                let original = folded.original(range);
                form.terms.iter().for_each(|term| found(*term, original.clone()));
            }
        }
    }
}

/// The folded form of a term, without punctuation at its edges except `+` and `#` at the end (`C++`, `C#`); `None` if
/// nothing is left to find.
pub(super) fn literal(term: &str) -> Option<String> {
    let folded = fold(term);
    let start = folded.text().trim_start_matches(|c: char| !c.is_alphanumeric());
    let literal = start.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '+' && c != '#');
    (!literal.is_empty()).then(|| literal.to_owned())
}

/// A phrase written as one word, and where its words meet.
fn join(plain: &str) -> Option<(String, Vec<usize>)> {
    let mut joined = String::with_capacity(plain.len());
    let mut joints = Vec::new();
    for word in plain.split(' ') {
        if !joined.is_empty() {
            joints.push(joined.len());
        }
        joined.push_str(word);
    }
    (!joints.is_empty()).then_some((joined, joints))
}

/// No letter or digit touches a range that itself begins or ends with one.
fn stands_alone(folded: &str, range: &Range<usize>) -> bool {
    let before = folded.get(..range.start).and_then(|text| text.chars().next_back());
    let after = folded.get(range.end..).and_then(|text| text.chars().next());
    let last = folded.get(range.clone()).and_then(|text| text.chars().next_back());
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !(word(before) || word(last) && word(after))
}

/// Whether words written as one are meant as a name: a hashtag, a handle, part of an address, or a capital at each joint.
fn joins(text: &str, folded: &Folded, range: &Range<usize>, joints: &[usize]) -> bool {
    let original = folded.original(range.clone());
    let before = text.get(..original.start).and_then(|text| text.chars().next_back());
    let mut after = text.get(original.end..).unwrap_or_default().chars();
    let in_address = after.next() == Some('.') && after.next().is_some_and(char::is_alphanumeric);
    matches!(before, Some('#' | '@' | '/' | '.')) || in_address || {
        joints.iter().all(|joint| {
            let start = range.start + joint;
            let letter = folded.original(start..start + 1);
            text.get(letter.start..)
                .and_then(|text| text.chars().next())
                .is_some_and(|c| c.is_uppercase() || c.is_numeric())
        }) && text.get(original).is_some_and(|name| name.chars().any(char::is_lowercase))
    }
}
