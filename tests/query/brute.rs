//! The matcher against a reader who knows nothing of hashes: he tries every place of every text, and every pair of places.

use std::collections::BTreeSet;

use mentiond::model::{Author, Entry, EntryKey, Field, Folding};
use mentiond::query::{Context, Manner, Matcher, Node, Query, Term, TextField, What};
use proptest::prelude::*;

/// Letters, with what they are compared as: plain, as in German, as in Norwegian.
const LETTERS: [(char, [&str; 3]); 6] = [
    ('ä', ["a", "ae", "a"]),
    ('ö', ["o", "oe", "o"]),
    ('å', ["a", "a", "aa"]),
    ('ø', ["o", "o", "oe"]),
    ('ß', ["ss", "ss", "ss"]),
    ('é', ["e", "e", "e"]),
];

fn is_gap(c: char) -> bool {
    " -_'".contains(c)
}

/// All ways in which a word may be compared.
fn spellings(word: &str, folding: Folding) -> Vec<String> {
    let mut ways = vec![String::new()];
    for (german, norwegian) in [(false, false), (true, false), (false, true), (true, true)] {
        if german && !folding.german || norwegian && !folding.norwegian {
            continue;
        }
        let letter = |c: char| {
            let c = c.to_lowercase().next().unwrap();
            let Some((_, [plain, as_german, as_norwegian])) = LETTERS.iter().find(|(letter, _)| *letter == c) else {
                return c.to_string();
            };
            let spelled = [(german, as_german), (norwegian, as_norwegian)];
            let other = spelled.into_iter().find(|(wanted, way)| *wanted && *way != plain);
            (*other.map_or(plain, |(_, way)| way)).to_owned()
        };
        ways.push(word.chars().map(letter).collect());
    }
    ways.remove(0);
    ways
}

/// A place in a part: the numbers of its first and last word, and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    first: usize,
    last: usize,
    start: usize,
    end: usize,
}

/// A part of an entry.
struct Part<'e> {
    field: TextField,
    hits: Field,
    text: &'e str,
    prose: bool,
    /// The sign that stands before all of it.
    name: Option<char>,
}

fn parts(entry: &Entry) -> Vec<Part<'_>> {
    let part = |field, hits, text, prose, name| Part { field, hits, text, prose, name };
    let mut parts = vec![
        part(TextField::Title, Field::Title, entry.title.as_str(), true, None),
        part(TextField::Text, Field::Text, entry.text.as_str(), true, None),
    ];
    if let Some(handle) = entry.author.as_ref().and_then(|author| author.handle.as_deref()) {
        parts.push(part(TextField::Author, Field::Author, handle, false, Some('@')));
    }
    parts.extend(entry.tags.iter().map(|tag| part(TextField::Tag, Field::Tag, tag.as_str(), false, Some('#'))));
    parts
}

/// The words of a text with their bytes.
fn words(text: &str) -> Vec<(usize, usize)> {
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

struct Reader {
    folding: Folding,
}

impl Reader {
    fn meet(&self, one: &str, other: &str) -> bool {
        let (one, other) = (spellings(one, self.folding), spellings(other, self.folding));
        one.iter().any(|way| other.contains(way))
    }

    fn begins(&self, word: &str, beginning: &str) -> bool {
        let (word, beginning) = (spellings(word, self.folding), spellings(beginning, self.folding));
        word.iter().any(|way| beginning.iter().any(|beginning| way.starts_with(beginning)))
    }

    fn places(&self, term: &Term, part: &Part<'_>) -> Vec<Place> {
        let mut found = match term.manner {
            Manner::Exact => exact(&term.text, part.text),
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
            let (before, after) = (&part.text[..start], &part.text[end..]);
            let mut rest = after.chars();
            let fits = match term.manner {
                Manner::Words => {
                    let ending = term.text[wanted[count - 1].1..].trim_end_matches(|c| c != '+' && c != '#');
                    let ending = between(ending);
                    let there = after.starts_with(&ending);
                    end += if there { ending.len() } else { 0 };
                    there
                }
                Manner::Tag if part.name == Some('#') => before.trim_matches('#').is_empty() && after.is_empty(),
                Manner::Handle if part.name == Some('@') => {
                    before.trim_matches('@').is_empty() && (after.is_empty() || after.starts_with('@'))
                }
                Manner::Tag | Manner::Handle => {
                    let (sign, inside) = if term.manner == Manner::Tag { ('#', "_") } else { ('@', "_-.") };
                    let goes_on = rest.next().is_some_and(|c| {
                        sign == '@' && c == '_' || inside.contains(c) && rest.next().is_some_and(char::is_alphanumeric)
                    });
                    let signed = before.strip_suffix(sign);
                    !goes_on && signed.is_some_and(|before| !before.ends_with(char::is_alphanumeric))
                }
                _ => true,
            };
            if meets && same_between && fits {
                found.push(Place { first, last: first + count - 1, start, end });
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
                found.push(Place { first: number, last: number, start, end });
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

    fn near(&self, node: &Node, part: &Part<'_>) -> Vec<Place> {
        match &node.what {
            What::Term(term) => self.places(term, part),
            What::Or(branches) => branches.iter().flat_map(|branch| self.near(branch, part)).collect(),
            What::Named(named) => self.near(&named.inner, part),
            other => panic!("{other:?} has no place"),
        }
    }

    fn holds(&self, node: &Node, entry: &Entry, only: Option<TextField>) -> bool {
        let parts: Vec<Part<'_>> =
            parts(entry).into_iter().filter(|part| only.is_none_or(|only| only == part.field)).collect();
        match &node.what {
            What::And(nodes) => nodes.iter().all(|node| self.holds(node, entry, only)),
            What::Or(nodes) => nodes.iter().any(|node| self.holds(node, entry, only)),
            What::Not(inner) => !self.holds(inner, entry, only),
            What::Term(term) => parts.iter().any(|part| !self.places(term, part).is_empty()),
            What::Loose(loose) => parts.iter().any(|part| self.loose(&loose.text, loose.distance, part)),
            What::Near(near) => parts.iter().any(|part| {
                let (left, right) = (self.near(&near.left, part), self.near(&near.right, part));
                let close = |one: &Place, next: &Place| {
                    next.first > one.last && next.first - one.last - 1 <= near.distance as usize
                };
                left.iter().any(|one| right.iter().any(|other| close(one, other) || !near.ordered && close(other, one)))
            }),
            What::Regex(expression) => parts.iter().any(|part| expression.regex.is_match(part.text)),
            What::In(field, inner) => self.holds(inner, entry, Some(*field)),
            What::Named(named) => self.holds(&named.inner, entry, only),
            What::Fact(fact) => match fact.to_string().as_str() {
                "has:title" => !entry.title.is_empty(),
                "rating:>=3" => entry.rating.is_some_and(|rating| rating >= 3.0),
                other => panic!("{other} is not asked here"),
            },
        }
    }

    fn loose(&self, text: &str, distance: u32, part: &Part<'_>) -> bool {
        let mut wanted: Vec<(&str, usize)> = Vec::new();
        for (start, end) in words(text) {
            match wanted.iter_mut().find(|(word, _)| *word == &text[start..end]) {
                Some((_, count)) => *count += 1,
                None => wanted.push((&text[start..end], 1)),
            }
        }
        let given = words(part.text);
        let window = words(text).len() + distance as usize;
        (0..given.len()).any(|first| {
            let stretch = &given[first..given.len().min(first + window)];
            wanted.iter().all(|(word, count)| {
                stretch.iter().filter(|(start, end)| self.meet(&part.text[*start..*end], word)).count() >= *count
            })
        })
    }
}

/// Where a text stands character by character, not inside of words.
fn exact(wanted: &str, text: &str) -> Vec<Place> {
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
        Place { first, last: words.iter().rposition(inside).unwrap_or(0), start, end }
    };
    alone.map(place).collect()
}

fn term() -> BoxedStrategy<String> {
    prop_oneof![
        6 => "(a|b|c|ab|bä|ö|oe|ø|aa|å|ß|ss|é|B)",
        4 => "\"(a|b|bä|å|c) (b|c|ab)( a)?\"",
        2 => "(a&b|c\\+|a-b|\"a\\.b\"|\"b & c\"|a_b|c\\+\\+)",
        2 => "(abab|äbca|aebc|a-bbaa|ölaa)\\*",
        2 => "`(a&B|Ab|a b|\\+|B|&c|ä)`",
        2 => "(#ab|#a_b|@ab|@a\\.b|#bä|#c)",
    ]
    .boxed()
}

fn expression() -> impl Strategy<Value = String> {
    let side = prop_oneof![term(), (term(), term()).prop_map(|(a, b)| format!("({a} OR {b})"))];
    let near = (side.clone(), "O?NEAR/[0-3]", side).prop_map(|(left, sign, right)| format!("{left} {sign} {right}"));
    let near = near.prop_filter("signs have no place", |near| !near.contains("`+`"));
    let part = prop_oneof![
        6 => term(),
        2 => near.prop_map(|near| format!("({near})")),
        1 => "\"(a b|a a|b c a|bä c)\"~[0-3]",
        1 => "(/a\\+b/|/B\\./i|/\\^c/|/[bc]{2}/)",
        1 => "(has:title|rating:>=3)",
    ];
    let text_part = part.clone().prop_filter("no field stands in a group", |part| !part.contains(':'));
    let part = prop_oneof![
        5 => part,
        1 => ("(title|text|tag|author)", text_part).prop_map(|(field, part)| format!("{field}:{part}")),
    ];
    part.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} -{b})")),
            inner.prop_map(|a| format!("(c OR {a})")),
        ]
    })
}

const TEXT: &str = "((a|b|c|ab|Ab|aB|AB|bä|bae|BÄ|bÄb|ö|oe|O|ø|å|aa|ß|ss|é|E|ababc|aebca|ÄBCAb|bbaac|oelaa|#ab|@ab|#a_b|@a|C\\+\\+)\
                    ( | | |-|, |'|!|&|\\+|\\.|_|/|  | & |))";

fn entry() -> impl Strategy<Value = Entry> {
    let text = |most: usize| proptest::string::string_regex(&format!("{TEXT}{{0,{most}}}")).unwrap();
    (text(3), text(12), text(2), "(ab|a_b|#ab|bÄ|c|aB)?", 0..6_u8).prop_map(|(title, text, handle, tag, stars)| Entry {
        title,
        text,
        author: Some(Author { handle: Some(handle).filter(|handle| !handle.is_empty()), ..Author::default() }),
        tags: Some(tag).filter(|tag| !tag.is_empty()).into_iter().collect(),
        rating: (stars > 0).then(|| f64::from(stars)),
        ..Entry::new(EntryKey("test:1".to_owned()))
    })
}

fn folding() -> impl Strategy<Value = Folding> {
    any::<(bool, bool)>().prop_map(|(german, norwegian)| Folding { german, norwegian })
}

/// How often; each is ten queries or more on ten texts. `BRUTE_CASES=1000` makes a hundred thousand pairs and takes more
/// than a minute.
fn cases() -> u32 {
    std::env::var("BRUTE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn the_matcher_agrees_with_a_reader_who_tries_every_place(
        queries in prop::collection::vec(expression(), 10..14),
        entries in prop::collection::vec(entry(), 10),
        folding in folding(),
    ) {
        let context = Context { folding, ..Context::default() };
        let queries: Vec<Query> = queries.iter().map(|query| Query::parse_in(query, &context).unwrap()).collect();
        let reader = Reader { folding };
        let matcher = Matcher::new(queries.clone());
        for entry in &entries {
            let found = matcher.find(entry);
            let matched: BTreeSet<usize> = found.iter().map(|(query, _)| *query).collect();
            for (number, query) in queries.iter().enumerate() {
                let expected = reader.holds(query.root(), entry, None);
                prop_assert_eq!(matched.contains(&number), expected, "{} in {:?}", query, entry);
            }
            for (number, hits) in found {
                for hit in hits {
                    let text = parts(entry).into_iter().filter(|part| part.hits == hit.field).any(|part| {
                        hit.start < hit.end && part.text.get(hit.start..hit.end).is_some()
                    });
                    prop_assert!(text, "{:?} of {} in {:?}", hit, queries[number], entry);
                }
            }
        }
    }
}
