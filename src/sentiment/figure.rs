//! Where a word of harm is a figure of speech: `sales at Acme exploded`, `die Kosten sind explodiert`. Never looks beyond
//! a clause, and takes nothing for a figure that may have burst beside what grows (`despite good sales the battery
//! exploded`, `shares fell as a tanker exploded`).

use std::ops::Range;

use super::harm::{HARM, Lists, entries};
use crate::query::Keywords;

/// Words between what grows and what it does then.
const BEFORE: usize = 6;
/// The same where it stands behind (`exploding costs`, `explodierte der Umsatz`).
const BEHIND: usize = 3;
/// Bytes between the two, at most.
const LONGEST: usize = 120;

/// Finds them, in all languages or in one.
#[derive(Debug, Clone)]
pub struct Figures {
    bursts: Keywords,
    grows: Keywords,
    aside: Keywords,
    parts: Keywords,
    ends: Keywords,
}

impl Figures {
    /// Compiles the shipped words of a language, or of all.
    #[must_use]
    pub fn new(language: Option<&str>) -> Self {
        let keywords = |lists: &Lists| Keywords::new(entries(lists, language));
        Self {
            bursts: keywords(&HARM.bursts),
            grows: keywords(&HARM.grows),
            aside: keywords(&HARM.aside),
            parts: keywords(&HARM.parts),
            ends: keywords(&HARM.ends_clause),
        }
    }

    /// The stretches of a text from what grows to what it does, whichever stands first.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let bursts = self.bursts.find(text);
        if bursts.is_empty() {
            return Vec::new();
        }
        let places = |words: &Keywords| words.find(text).into_iter().map(|(_, place)| place).collect::<Vec<_>>();
        let (grows, aside) = (places(&self.grows), places(&self.aside));
        let breaks: Vec<Range<usize>> = places(&self.ends).into_iter().chain(places(&self.parts)).collect();
        let near = |between: Range<usize>, most: usize| {
            let within = |word: &Range<usize>| between.start <= word.start && word.end <= between.end;
            let words = text.get(between.clone()).filter(|words| words.len() <= LONGEST && !words.contains(is_border));
            words.is_some_and(|words| words.split_whitespace().nth(most).is_none()) && !breaks.iter().any(within)
        };
        let grown = |burst: &Range<usize>| {
            grows.iter().find_map(|grown| {
                let leads = || aside.iter().any(|word| word.end <= grown.start && near(word.end..grown.start, 2));
                let ahead = grown.end <= burst.start && near(grown.end..burst.start, BEFORE) && !leads();
                let behind = burst.end <= grown.start && near(burst.end..grown.start, BEHIND);
                (ahead || behind).then(|| burst.start.min(grown.start)..burst.end.max(grown.end))
            })
        };
        bursts.iter().filter_map(|(_, burst)| grown(burst)).collect()
    }
}

fn is_border(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | ';' | ',' | ':' | '–' | '—' | '(' | ')' | '\n' | '…')
}
