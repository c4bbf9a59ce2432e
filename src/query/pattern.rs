//! How a term can stand in a text, as a row of words with what is between them, and whether it does stand at a place where
//! one of its words was found.

use super::fold::{Class, USUAL, all_of, class, fold, fold_spelled};
use super::forms::FormId;
use super::leaf;
use super::tree::{Manner, Term};
use super::words::{Word, Words, fold_word};

/// How words are written in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// With spaces. The words of a phrase written as one count only in `#SkipHop`, `@skiphop`, `SkipHop` and addresses.
    Prose,
    /// Addresses and names of authors and sources, which are often written in one word.
    Name,
    /// The handle of an author, with or without `@`.
    Handle,
    /// A tag, with or without `#`.
    Tag,
}

/// A row of words, as texts or as forms.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Way<W> {
    /// The ways to write each word.
    pub(super) words: Vec<Vec<W>>,
    /// What stands between them, folded.
    separators: Vec<String>,
    check: Check,
}

/// What else must be so.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Check {
    /// This follows.
    Ending(String),
    /// The last word only begins so.
    Beginning,
    /// It is a phrase in one word; for each way to write it, where its words were joined.
    Joined(Vec<Vec<usize>>),
    /// The original is this; the first word stands there in it.
    Exact(String, usize),
    /// It is a hashtag.
    Tag,
    /// It is a handle, with this behind its last word.
    Handle(String),
}

/// A word of a text that has a form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) form: FormId,
    /// How the word had to be spelled for that.
    pub(super) spelling: u8,
    /// The number of the word. Parts are so far apart that nothing reaches from one to the next.
    pub(super) index: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stand {
    /// The number of its first word.
    pub(super) first: u32,
    /// The number of its last word.
    pub(super) last: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The ways in which `term` can stand in a text; none if it has no letter.
pub(super) fn ways(term: &Term, spellings: u8) -> Vec<Way<String>> {
    let text = term.text.as_str();
    let words = words(text);
    let Some(((first, _), (last, _))) = words.first().zip(words.last()) else { return Vec::new() };
    let separators = separators(text, &words);
    let spelled = |word: &str| spelled(word, spellings);
    let row = |check| Way {
        words: words.iter().map(|(_, word)| spelled(word)).collect(),
        separators: separators.clone(),
        check,
    };
    match term.manner {
        Manner::Prefix => vec![row(Check::Beginning)],
        Manner::Tag => vec![row(Check::Tag)],
        Manner::Handle => vec![row(Check::Handle(text.get(last.end..).unwrap_or_default().to_owned()))],
        Manner::Exact => {
            let plain = words.iter().map(|(_, word)| self::spelled(word, spellings & USUAL)).collect();
            vec![Way { words: plain, separators, check: Check::Exact(text.to_owned(), first.start) }]
        }
        Manner::Words => {
            let ending = ending(text, last);
            let joinable = is_joinable(&words, &separators, &ending);
            let joined = joinable.then(|| joined(words.iter().map(|(_, word)| *word), spellings));
            std::iter::once(row(Check::Ending(ending))).chain(joined).collect()
        }
    }
}

/// The words of a term, each with its place.
fn words(text: &str) -> Vec<(Word, &str)> {
    Words::of(text).filter_map(|word| Some((word, text.get(word.start..word.end)?))).collect()
}

/// What stands between the words of a term, folded.
fn separators(text: &str, words: &[(Word, &str)]) -> Vec<String> {
    let pairs = words.iter().zip(words.iter().skip(1));
    pairs
        .map(|((one, _), (next, _))| fold(text.get(one.end..next.start).unwrap_or_default()).text().to_owned())
        .collect()
}

/// What stands behind the last word of a term and belongs to it: `++`, `#`.
fn ending(text: &str, last: &Word) -> String {
    let rest = fold(text.get(last.end..).unwrap_or_default());
    rest.text().trim_end_matches(|c| c != '+' && c != '#').to_owned()
}

/// Whether a term is a phrase that people write as one word too.
fn is_joinable(words: &[(Word, &str)], separators: &[String], ending: &str) -> bool {
    words.len() > 1 && ending.is_empty() && separators.iter().all(|between| between == " ")
}

/// A phrase written as one word; `None` if nobody writes it so.
pub(super) fn in_one_word(text: &str) -> Option<String> {
    let words = words(text);
    let ending = ending(text, &words.last()?.0);
    let joinable = is_joinable(&words, &separators(text, &words), &ending);
    joinable.then(|| words.iter().map(|(_, word)| *word).collect())
}

/// The ways to spell a word.
fn spelled(word: &str, spellings: u8) -> Vec<String> {
    let mut ways: Vec<String> = Vec::new();
    for spelling in all_of(spellings, spellings & USUAL) {
        let mut folded = String::new();
        fold_word(word, spelling, &mut folded);
        if !ways.contains(&folded) {
            ways.push(folded);
        }
    }
    ways
}

/// A phrase written as one word.
fn joined<'w>(words: impl Iterator<Item = &'w str> + Clone, spellings: u8) -> Way<String> {
    let (mut ways, mut all_joints): (Vec<String>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
    for spelling in all_of(spellings, spellings & USUAL) {
        let (mut whole, mut joints, mut folded) = (String::new(), Vec::new(), String::new());
        for word in words.clone() {
            if !whole.is_empty() {
                joints.push(whole.len());
            }
            fold_word(word, spelling, &mut folded);
            whole.push_str(&folded);
        }
        if !ways.contains(&whole) {
            ways.push(whole);
            all_joints.push(joints);
        }
    }
    Way { words: vec![ways], separators: Vec::new(), check: Check::Joined(all_joints) }
}

impl<W> Way<W> {
    /// The same with other names for the words; `name` is told whether a word only begins so.
    pub(super) fn map<V>(&self, mut name: impl FnMut(&W, bool) -> V) -> Way<V> {
        let last = self.words.len().saturating_sub(1);
        let begins = |number: usize| number == last && self.check == Check::Beginning;
        let words = self
            .words
            .iter()
            .enumerate()
            .map(|(number, ways)| ways.iter().map(|way| name(way, begins(number))).collect());
        Way { words: words.collect(), separators: self.separators.clone(), check: self.check.clone() }
    }
}

impl Way<FormId> {
    /// Where the row stands, if `seen[at]` is its word number `anchor`. Of a beginning the whole word counts.
    pub(super) fn stands(
        &self,
        seen: &[Seen],
        at: usize,
        anchor: usize,
        text: &str,
        writing: Writing,
        spellings: u8,
    ) -> Option<Stand> {
        let found = seen.get(at)?;
        let fits = |seen: &Seen| seen.spelling & !spellings == 0;
        if !fits(found) {
            return None;
        }
        let first = found.index.checked_sub(u32::try_from(anchor).ok()?)?;
        let mut stand = Stand { first, last: first, start: found.start, end: found.end };
        for (number, ways) in (0..).zip(&self.words) {
            let index = first.checked_add(number)?;
            let word = if index == found.index {
                *found
            } else {
                *beside(seen, at, index).find(|seen| ways.contains(&seen.form) && fits(seen))?
            };
            if number == 0 {
                stand.start = word.start;
            } else if !matches!(self.check, Check::Exact(..)) {
                let between = text.get(stand.end..word.start)?;
                let wanted = self.separators.get(usize::try_from(number).ok()?.checked_sub(1)?)?;
                if between != wanted && fold(between).text() != wanted {
                    return None;
                }
            }
            (stand.last, stand.end) = (index, word.end);
        }
        self.check.verify(found, self.words.first()?, text, writing, &mut stand).then_some(stand)
    }
}

/// The words with number `index`, from `at` on to the side where it lies.
fn beside(seen: &[Seen], at: usize, index: u32) -> impl Iterator<Item = &Seen> {
    let (before, after) = seen.split_at_checked(at).unwrap_or_default();
    let lies_ahead = seen.get(at).is_some_and(|here| here.index < index);
    let (ahead, behind) = if lies_ahead { (after, [].as_slice()) } else { ([].as_slice(), before) };
    let ahead = ahead.iter().skip_while(move |seen| seen.index < index);
    let behind = behind.iter().rev().skip_while(move |seen| seen.index > index);
    ahead.take_while(move |seen| seen.index == index).chain(behind.take_while(move |seen| seen.index == index))
}

impl Check {
    fn verify(&self, found: &Seen, ways: &[FormId], text: &str, writing: Writing, stand: &mut Stand) -> bool {
        let before = text.get(..stand.start).unwrap_or_default();
        let after = text.get(stand.end..).unwrap_or_default();
        match self {
            Self::Beginning => true,
            Self::Ending(ending) if ending.is_empty() => true,
            Self::Ending(ending) => {
                // `+` and `#` are one byte each, however wide they are written: what is longer is no ending.
                let there = after.starts_with(ending.as_str());
                stand.end += if there { ending.len() } else { 0 };
                there
            }
            Self::Joined(joints) => {
                let joints = ways.iter().position(|way| *way == found.form).and_then(|way| joints.get(way));
                writing != Writing::Prose || joints.is_some_and(|joints| joins(before, text, after, found, joints))
            }
            Self::Exact(exact, offset) => {
                let start = stand.start.checked_sub(*offset);
                let there =
                    start.and_then(|start| text.get(start..)).is_some_and(|text| text.starts_with(exact.as_str()));
                stand.start = start.unwrap_or(stand.start);
                // A mark behind the last letter belongs to it, and makes another one of it.
                let end = stand.start + exact.len();
                let whole = !exact.ends_with(is_word) || stand.end == end;
                stand.end = end;
                there && whole
            }
            Self::Tag => is_named(before, after, '#', "_", writing == Writing::Tag),
            Self::Handle(ending) => {
                stand.end += ending.len();
                after
                    .strip_prefix(ending.as_str())
                    .is_some_and(|after| is_named(before, after, '@', "_-.", writing == Writing::Handle))
            }
        }
    }
}

/// Whether words written as one are meant as a name: a hashtag, a handle, part of an address, or a capital at each joint.
fn joins(before: &str, text: &str, after: &str, found: &Seen, joints: &[usize]) -> bool {
    let mut behind = after.chars();
    let in_address = behind.next() == Some('.') && behind.next().is_some_and(char::is_alphanumeric);
    if before.ends_with(['#', '@', '/', '.']) || in_address {
        return true;
    }
    let Some(name) = text.get(found.start..found.end) else { return false };
    let folded = fold_spelled(name, found.spelling);
    let marked = |joint: &usize| {
        let letter = folded.original(*joint..joint + 1);
        name.get(letter.start..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(|c| c.is_uppercase() || c.is_numeric())
    };
    joints.iter().all(marked) && name.chars().any(char::is_lowercase)
}

/// Whether a name stands behind its sign, and no other word before that, or is all of a text that is such a name. It does
/// not go on behind one of the signs `inside`; a handle may be followed by its server, and may end with `_`.
fn is_named(before: &str, after: &str, sign: char, inside: &str, whole: bool) -> bool {
    if whole {
        return before.trim_start_matches(sign).is_empty()
            && (after.is_empty() || sign == '@' && after.starts_with('@'));
    }
    let mut behind = after.chars();
    let goes_on = behind.next().is_some_and(|c| {
        is_word(c) || sign == '@' && c == '_' || inside.contains(c) && behind.next().is_some_and(is_word)
    });
    !goes_on && before.strip_suffix(sign).is_some_and(|before| !before.ends_with(is_word))
}

/// Whether a character is part of a word.
fn is_word(c: char) -> bool {
    class(c) == Class::Word
}

/// Whether a term has no word in it, so that it is found sign by sign.
pub(super) fn is_symbol(term: &Term) -> bool {
    term.manner == Manner::Exact && leaf::literal(&term.text).is_none()
}
