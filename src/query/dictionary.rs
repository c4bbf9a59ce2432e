//! Many words and phrases in one automaton over folded text. The automaton nominates; what it nominates is verified
//! here: only whole words count.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::fold::{Folded, fold};
use super::syntax::Manner;

/// After so many occurrences in one text a term is known to be there, and the rest is not looked at.
pub(super) const MAX_OCCURRENCES: u32 = 100;

/// How words are written in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// With spaces. The words of a phrase written as one count only in `#SkipHop`, `@skiphop`, `SkipHop` and addresses.
    Prose,
    /// Addresses and names of authors, which are often written in one word.
    Name,
    /// The handle of an author, with or without `@`.
    Handle,
    /// A tag, with or without `#`.
    Tag,
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
    check: Check,
}

/// What makes an occurrence of a pattern one of its terms.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Check {
    /// It stands alone.
    Word,
    /// It is a phrase in one word; here its words were joined, in bytes of the pattern.
    Joined(Vec<usize>),
    /// It begins a word.
    Prefix,
    /// The original is this.
    Exact(String),
    /// It is a hashtag.
    Tag,
    /// It is a handle.
    Handle,
}

impl Dictionary {
    /// Compiles `terms`; one without a letter or digit is never found.
    #[expect(clippy::expect_used, reason = "it fails only beyond 2^31 states, gigabytes of queries")]
    pub(super) fn new<'t>(terms: impl IntoIterator<Item = (&'t str, Manner)>) -> Self {
        let mut forms: BTreeMap<(String, Check), Vec<usize>> = BTreeMap::new();
        for (index, (term, manner)) in terms.into_iter().enumerate() {
            for form in ways(term, manner) {
                forms.entry(form).or_default().push(index);
            }
        }
        let automaton = AhoCorasick::new(forms.keys().map(|(pattern, _)| pattern)).expect("a dictionary of sane size");
        let forms = forms.into_iter().map(|((_, check), terms)| Form { terms, check }).collect();
        Self { automaton, forms }
    }

    /// Calls `found` with each term and its bytes in `text`, from left to right by their ends, and at most
    /// `MAX_OCCURRENCES` times per term and form. Of a prefix the whole word is found.
    pub(super) fn visit(&self, text: &str, writing: Writing, mut found: impl FnMut(usize, Range<usize>)) {
        let folded = fold(text);
        let mut counts: BTreeMap<usize, u32> = BTreeMap::new();
        for candidate in self.automaton.find_overlapping_iter(folded.text()) {
            let pattern = candidate.pattern().as_usize();
            let Some(form) = self.forms.get(pattern) else { continue };
            let Some(range) = form.check.verify(text, &folded, candidate.range(), writing) else { continue };
            let count = counts.entry(pattern).or_default();
            *count += 1;
            if *count <= MAX_OCCURRENCES {
                form.terms.iter().for_each(|term| found(*term, range.clone()));
            }
        }
    }
}

/// The patterns that nominate a term, and what is to be verified of each.
fn ways(term: &str, manner: Manner) -> Vec<(String, Check)> {
    let Some(plain) = literal(term) else { return Vec::new() };
    let check = match manner {
        Manner::Word => {
            let joined = join(&plain).map(|(joined, joints)| (joined, Check::Joined(joints)));
            return joined.into_iter().chain([(plain, Check::Word)]).collect();
        }
        Manner::Exact => return vec![(fold(term).text().to_owned(), Check::Exact(term.to_owned()))],
        Manner::Prefix => Check::Prefix,
        Manner::Tag => Check::Tag,
        Manner::Handle => Check::Handle,
    };
    vec![(plain, check)]
}

impl Check {
    /// The bytes of the original, if the folded `range` is what is looked for.
    fn verify(&self, text: &str, folded: &Folded, range: Range<usize>, writing: Writing) -> Option<Range<usize>> {
        let original = folded.original(range.clone());
        let alone = || stands_alone(folded.text(), &range);
        let holds = match self {
            Self::Word => alone(),
            Self::Joined(joints) => alone() && (writing != Writing::Prose || joins(text, folded, &range, joints)),
            Self::Prefix => {
                let rest = folded.text().get(range.end..)?;
                let end = range.end + rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
                let word = range.start..end;
                return stands_alone(folded.text(), &word).then(|| folded.original(word));
            }
            Self::Exact(exact) => text.get(original.clone()) == Some(exact) && stands_alone(text, &original),
            Self::Tag => alone() && is_named(text, &original, '#', writing == Writing::Tag),
            Self::Handle => alone() && is_named(text, &original, '@', writing == Writing::Handle),
        };
        holds.then_some(original)
    }
}

/// Whether a name stands behind its sign, and no other word before that, or is all of a text that is such a `name`; a
/// handle may be followed by its server.
fn is_named(text: &str, range: &Range<usize>, sign: char, name: bool) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    if name {
        let after = text.get(range.end..).unwrap_or_default();
        return before.trim_start_matches(sign).is_empty() && (after.is_empty() || after.starts_with('@'));
    }
    before.strip_suffix(sign).is_some_and(|before| !before.ends_with(char::is_alphanumeric))
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
