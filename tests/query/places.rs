//! Where a term stands in a part of an entry, by trying every place.

use mentiond::model::{Field, Folding};
use mentiond::query::{Manner, Term, TextField};

/// Letters, with what they are compared as: plain, as in German, as in Norwegian.
const LETTERS: [(char, [&str; 3]); 5] = [
    ('ä', ["a", "ae", "a"]),
    ('ö', ["o", "oe", "o"]),
    ('å', ["a", "a", "aa"]),
    ('ø', ["o", "o", "oe"]),
    ('é', ["e", "e", "e"]),
];

fn is_gap(c: char) -> bool {
    " -_'".contains(c)
}

/// All ways in which a word may be compared.
fn spellings(word: &str, folding: Folding) -> Vec<String> {
    let mut ways = Vec::new();
    for (german, norwegian) in [(false, false), (true, false), (false, true), (true, true)] {
        if german && !folding.german || norwegian && !folding.norwegian {
            continue;
        }
        let letter = |c: char| {
            let c = c.to_lowercase().next().unwrap();
            // These have no base letter, so that there is one way for each who wants a language.
            match c {
                'ß' if folding.german => return "ss".to_owned(),
                'æ' if folding.norwegian => return "ae".to_owned(),
                _ => {}
            }
            let Some((_, [plain, as_german, as_norwegian])) = LETTERS.iter().find(|(letter, _)| *letter == c) else {
                return c.to_string();
            };
            let spelled = [(german, as_german), (norwegian, as_norwegian)];
            let other = spelled.into_iter().find(|(wanted, way)| *wanted && *way != plain);
            (*other.map_or(plain, |(_, way)| way)).to_owned()
        };
        ways.push(word.chars().map(letter).collect());
    }
    ways
}

/// A place: its part, its bytes, and the numbers of its first and last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub part: usize,
    pub start: usize,
    pub end: usize,
    pub first: usize,
    pub last: usize,
}

/// A part of an entry.
pub struct Part<'e> {
    pub number: usize,
    pub field: TextField,
    /// What its hits say, where hits are told.
    pub hits: Option<Field>,
    pub text: &'e str,
    pub prose: bool,
    /// The sign that stands before all of it.
    pub name: Option<char>,
}

/// The words of a text with their bytes.
pub fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        match words.last_mut().filter(|(_, end)| *end == at) {
            Some((_, end)) => *end += c.len_utf8(),
            None => words.push((at, at + c.len_utf8())),
        }
    }
    words
}

/// What stands between two words, gaps made one.
fn between(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if is_gap(c) && !out.ends_with(' ') {
            out.push(' ');
        } else if !is_gap(c) {
            out.push(c);
        }
    }
    out
}

/// Knows how words may be spelled.
pub struct Speller {
    pub folding: Folding,
}

impl Speller {
    pub fn meet(&self, one: &str, other: &str) -> bool {
        let (one, other) = (spellings(one, self.folding), spellings(other, self.folding));
        one.iter().any(|way| other.contains(way))
    }

    fn begins(&self, word: &str, beginning: &str) -> bool {
        let (word, beginning) = (spellings(word, self.folding), spellings(beginning, self.folding));
        word.iter().any(|way| beginning.iter().any(|beginning| way.starts_with(beginning)))
    }

    pub fn places(&self, term: &Term, part: &Part<'_>) -> Vec<Place> {
        let mut found = match term.manner {
            Manner::Exact => exact(&term.text, part),
            _ => self.rows(term, part),
        };
        if term.manner == Manner::Words {
            found.extend(self.joined(term, part));
        }
        found
    }

    /// Where the words of a term stand one after the other.
    fn rows(&self, term: &Term, part: &Part<'_>) -> Vec<Place> {
        let (wanted, given) = (words(&term.text), words(part.text));
        let count = wanted.len();
        let mut found = Vec::new();
        for first in 0..(given.len() + 1).saturating_sub(count) {
            let row = &given[first..first + count];
            let word = |(start, end): (usize, usize), text: &str| text[start..end].to_owned();
            let meets = (0..count).all(|number| {
                let (given, wanted) = (word(row[number], part.text), word(wanted[number], &term.text));
                match term.manner {
                    Manner::Prefix if number + 1 == count => self.begins(&given, &wanted),
                    _ => self.meet(&given, &wanted),
                }
            });
            let same_between = (1..count).all(|number| {
                let given = between(&part.text[row[number - 1].1..row[number].0]);
                given == between(&term.text[wanted[number - 1].1..wanted[number].0])
            });
            let (start, mut end) = (row[0].0, row[count - 1].1);
            let (before, mut after) = (&part.text[..start], &part.text[end..]);
            let ending = term.text[wanted[count - 1].1..].trim_end_matches(|c| !"+#_".contains(c));
            let ending =
                if term.manner == Manner::Handle { ending.to_owned() } else { between(ending.trim_end_matches('_')) };
            let ends = match term.manner {
                Manner::Words | Manner::Handle => after.strip_prefix(&ending),
                _ => Some(after),
            };
            end += ends.map_or(0, |rest| after.len() - rest.len());
            after = ends.unwrap_or_default();
            let mut rest = after.chars();
            let fits = match term.manner {
                Manner::Tag if part.name == Some('#') => before.trim_matches('#').is_empty() && after.is_empty(),
                Manner::Handle if part.name == Some('@') => {
                    before.trim_matches('@').is_empty() && (after.is_empty() || after.starts_with('@'))
                }
                Manner::Tag | Manner::Handle => {
                    let (sign, inside) = if term.manner == Manner::Tag { ('#', "_") } else { ('@', "_-.") };
                    let goes_on = rest.next().is_some_and(|c| {
                        c.is_alphanumeric()
                            || sign == '@' && c == '_'
                            || inside.contains(c) && rest.next().is_some_and(char::is_alphanumeric)
                    });
                    let signed = before.strip_suffix(sign);
                    !goes_on && signed.is_some_and(|before| !before.ends_with(char::is_alphanumeric))
                }
                _ => true,
            };
            if meets && same_between && ends.is_some() && fits {
                found.push(Place { part: part.number, start, end, first, last: first + count - 1 });
            }
        }
        found
    }

    /// Where the words of a phrase are written as one.
    fn joined(&self, term: &Term, part: &Part<'_>) -> Vec<Place> {
        let wanted: Vec<&str> = words(&term.text).iter().map(|(start, end)| &term.text[*start..*end]).collect();
        let plain = term.text.chars().all(|c| c.is_alphanumeric() || is_gap(c));
        if wanted.len() < 2 || !plain {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (number, (start, end)) in words(part.text).into_iter().enumerate() {
            let word = &part.text[start..end];
            let before = &part.text[..start];
            let mut after = part.text[end..].chars();
            let address = after.next() == Some('.') && after.next().is_some_and(char::is_alphanumeric);
            let free = !part.prose || before.ends_with(['#', '@', '/', '.']) || address;
            if self.splits(word, &wanted, free || word.chars().any(char::is_lowercase), free) {
                found.push(Place { part: part.number, start, end, first: number, last: number });
            }
        }
        found
    }

    /// Whether a word is made of the wanted ones, all spelled alike, each with a capital or a digit in front unless that
    /// is free.
    fn splits(&self, word: &str, wanted: &[&str], may: bool, free: bool) -> bool {
        let joined: Vec<String> = wanted
            .iter()
            .map(|word| spellings(word, self.folding))
            .fold(vec![String::new(); spellings("", self.folding).len()], |joined, ways| {
                joined.into_iter().zip(ways).map(|(joined, way)| joined + &way).collect()
            });
        may && joined.iter().enumerate().any(|(way, joined)| {
            spellings(word, self.folding)
                .iter()
                .enumerate()
                .any(|(spelled, given)| given == joined && (free || self.capitals(word, spelled, wanted, way)))
        })
    }

    fn capitals(&self, word: &str, spelled: usize, wanted: &[&str], way: usize) -> bool {
        let lengths: Vec<usize> = wanted.iter().map(|word| spellings(word, self.folding)[way].len()).collect();
        (1..wanted.len()).all(|joint| {
            let joint: usize = lengths[..joint].iter().sum();
            let letter = word.char_indices().find(|(at, c)| {
                let before = spellings(&word[..*at], self.folding)[spelled].len();
                before + spellings(&c.to_string(), self.folding)[spelled].len() > joint
            });
            letter.is_some_and(|(_, c)| c.is_uppercase() || c.is_numeric())
        })
    }
}

/// Where a text stands character by character, not inside of words.
fn exact(wanted: &str, part: &Part<'_>) -> Vec<Place> {
    let text = part.text;
    let words = words(text);
    let is_word = |c: char| c.is_alphanumeric();
    let starts = text.char_indices().map(|(at, _)| at).filter(|at| text[*at..].starts_with(wanted));
    let alone = starts.filter(|start| {
        let end = start + wanted.len();
        let cut_before = wanted.starts_with(is_word) && text[..*start].ends_with(is_word);
        let cut_behind = wanted.ends_with(is_word) && text[end..].starts_with(is_word);
        !cut_before && !cut_behind
    });
    let place = |start: usize| {
        let end = start + wanted.len();
        let inside = |(from, to): &(usize, usize)| start <= *from && *to <= end;
        let first = words.iter().position(inside).unwrap_or(0);
        Place { part: part.number, start, end, first, last: words.iter().rposition(inside).unwrap_or(0) }
    };
    alone.map(place).collect()
}
