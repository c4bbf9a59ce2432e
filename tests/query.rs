//! The query language and what finds its words, as tables and against a naive evaluator.

use std::collections::BTreeSet;

use mentiond::model::{Author, Entry, EntryKey, Field, Hit};
use mentiond::query::{Keywords, MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Matcher, Node, Query, fold};
use proptest::prelude::*;

fn entry(text: &str) -> Entry {
    Entry { text: text.to_owned(), ..Entry::new(EntryKey("test:1".to_owned())) }
}

fn find(query: &str, entry: &Entry) -> Option<Vec<Hit>> {
    let matcher = Matcher::new(vec![Query::parse(query).unwrap()]);
    matcher.find(entry).into_iter().next().map(|(_, hits)| hits)
}

/// The texts of the hits, or `None` without a match.
fn shown(query: &str, text: &str) -> Option<Vec<String>> {
    find(query, &entry(text)).map(|hits| hits.iter().map(|hit| text[hit.start..hit.end].to_owned()).collect())
}

#[test]
fn queries_find_their_words_and_nothing_else() {
    let cases: &[(&str, &str, Option<&[&str]>)] = &[
        ("skip", "We skip it", Some(&["skip"])),
        ("skip", "We skipped it", None),
        ("skip", "SKIP! Skip? skip.", Some(&["SKIP", "Skip", "skip"])),
        ("\"skip hop\"", "A Skip Hop bag", Some(&["Skip Hop"])),
        ("\"skip hop\"", "We skip, hop and jump", None),
        ("\"skip hop\"", "Skip\n  Hop", Some(&["Skip\n  Hop"])),
        ("\"skip hop\"", "Skip Hop's bags", Some(&["Skip Hop"])),
        ("\"skip hop\"", "Skip Hop’s bags", Some(&["Skip Hop"])),
        ("\"skip hop\"", "a skip-hop bag", Some(&["skip-hop"])),
        ("\"skip hop\"", "a skip_hop bag", Some(&["skip_hop"])),
        ("\"skip hop\"", "love my #SkipHop bag", Some(&["SkipHop"])),
        ("\"skip hop\"", "love my #skiphop bag", Some(&["skiphop"])),
        ("\"skip hop\"", "thanks @skiphop", Some(&["skiphop"])),
        ("\"skip hop\"", "SkipHop sells bags", Some(&["SkipHop"])),
        ("\"skip hop\"", "see www.skiphop.com", Some(&["skiphop"])),
        ("\"skip hop\"", "see https://skiphop.com/bags", Some(&["skiphop"])),
        ("\"skip hop\"", "skiphop in prose is another word", None),
        ("\"skip hop\"", "skip hopping", None),
        ("skip AND hop", "hop before skip", Some(&["hop", "skip"])),
        ("skip hop", "only skip", None),
        ("skip OR hop", "only hop", Some(&["hop"])),
        ("skip -jump", "skip it", Some(&["skip"])),
        ("skip -jump", "skip and jump", None),
        ("skip NOT jump", "skip and jump", None),
        ("skip NOT NOT jump", "skip and jump", Some(&["skip", "jump"])),
        ("(skip OR hop) bag", "a hop bag", Some(&["hop", "bag"])),
        ("skip OR hop bag", "skip", Some(&["skip"])),
        ("skip OR hop bag", "hop", None),
        ("apple -(pie OR juice)", "apple juice", None),
        ("müller", "Bei Mueller, Muller und MÜLLER", Some(&["Muller", "MÜLLER"])),
        ("muller", "Mu\u{308}ller", Some(&["Mu\u{308}ller"])),
        ("straße", "Die STRASSE", Some(&["STRASSE"])),
        ("blåbær", "Blabaer og BLÅBÆR", Some(&["Blabaer", "BLÅBÆR"])),
        ("c++", "C++ and C", Some(&["C++"])),
        ("c#", "I write C#.", Some(&["C#"])),
        ("3m", "3M's tape", Some(&["3M"])),
        ("3m", "23m of tape", None),
        ("\"at&t\"", "AT&T is down", Some(&["AT&T"])),
        ("“skip hop”", "Skip Hop", Some(&["Skip Hop"])),
        ("skip", "s\u{ad}kip", Some(&["s\u{ad}kip"])),
        ("skip", "", None),
    ];
    for (query, text, expected) in cases {
        let expected = expected.map(|hits| hits.iter().map(|hit| (*hit).to_owned()).collect::<Vec<_>>());
        assert_eq!(shown(query, text), expected, "{query} in {text}");
    }
}

#[test]
fn all_parts_of_an_entry_are_searched() {
    let whole = Entry {
        title: "Skip Hop".to_owned(),
        url: Some("https://example.org/skiphop/1".to_owned()),
        author: Some(Author { name: "Skip Hop".to_owned(), handle: Some("skiphop".to_owned()), ..Author::default() }),
        tags: vec!["bags".to_owned(), "SkipHop".to_owned()],
        ..entry("by skip hop")
    };
    let hits = find("\"skip hop\"", &whole).unwrap();
    let places: Vec<(Field, usize, usize)> = hits.iter().map(|hit| (hit.field, hit.start, hit.end)).collect();
    assert_eq!(
        places,
        [
            (Field::Title, 0, 8),
            (Field::Text, 3, 11),
            (Field::Url, 20, 27),
            (Field::Author, 0, 8),
            (Field::Author, 0, 7),
            (Field::Tag, 0, 7),
        ]
    );
    assert!(hits.iter().all(|hit| hit.term == "skip hop"));
}

#[test]
fn queries_are_known_by_their_index_and_hits_are_bounded() {
    let parse = |query| Query::parse(query).unwrap();
    let matcher = Matcher::new(vec![parse("bag"), parse("pen"), parse("bag OR pen"), parse("bag -pen")]);
    let found: Vec<usize> = matcher.find(&entry("a bag and a pen")).into_iter().map(|(index, _)| index).collect();
    assert_eq!(found, [0, 1, 2]);
    assert!(Matcher::new(Vec::new()).find(&entry("a bag")).is_empty());
    let hits = find("bag", &entry(&"bag ".repeat(100_000))).unwrap();
    assert_eq!(hits.len(), 100);
}

#[test]
fn every_fault_says_what_where_and_what_to_do() {
    let deep = "(".repeat(MAX_DEPTH + 1) + "a" + &")".repeat(MAX_DEPTH + 1);
    let many = vec!["a"; MAX_TERMS + 1].join(" ");
    let long = "a".repeat(MAX_LENGTH + 1);
    let close_it = "this `(` is never closed\n  hint: write `)` where the group ends";
    let cases: &[(&str, &str)] = &[
        ("", "column 1: there is nothing to find\n  hint: write a word or a \"quoted phrase\""),
        ("  ", "column 1: there is nothing to find\n  hint: write a word or a \"quoted phrase\""),
        (&long, "column 1: the query has 10001 characters, 10000 are allowed\n  hint: make several brands of it"),
        (&many, "column 1001: the query has more than 500 words and phrases\n  hint: make several brands of it"),
        (&deep, "column 33: the query is nested deeper than 32 levels\n  hint: write fewer parentheses and negations"),
        ("æ \"b", "column 3: this quote is never closed\n  hint: write `\"` after the last word"),
        ("a \" \"", "column 3: this phrase is empty\n  hint: write words between the quotes"),
        ("\"a b\"~3", "column 6: `~` cannot be used in queries yet\n  hint: leave `~` and the number out"),
        (
            "a - b",
            "column 3: nothing follows this `-`\n  hint: write `-` directly before the word to exclude, or quote it: `\"-\"`",
        ),
        (
            "a NEAR b",
            "column 3: `NEAR` cannot be used in queries yet\n  hint: to find it as it stands, quote it: `\"NEAR\"`",
        ),
        (
            "a ONEAR b",
            "column 3: `ONEAR` cannot be used in queries yet\n  hint: to find it as it stands, quote it: `\"ONEAR\"`",
        ),
        (
            "a NEAR/3 b",
            "column 3: `NEAR/n` cannot be used in queries yet\n  hint: to find it as it stands, quote it: `\"NEAR/3\"`",
        ),
        (
            "#bag",
            "column 1: `#tag` and `@user` cannot be used in queries yet\n  hint: leave the sign out: a word or phrase \
             finds hashtags and handles too",
        ),
        (
            "/a.b/",
            "column 1: `/expression/` cannot be used in queries yet\n  hint: to find it as it stands, quote it: `\"/a.b/\"`",
        ),
        (
            "`a`",
            "column 1: text between backticks cannot be used in queries yet\n  hint: to find it as it stands, quote \
             it: `\"`a`\"`",
        ),
        ("ski*", "column 1: `*` cannot be used in queries yet\n  hint: to find it as it stands, quote it: `\"ski*\"`"),
        (
            "title:bag",
            "column 1: the field `title:` cannot be used in queries yet\n  hint: to find it as it stands, quote it: \
             `\"title:bag\"`",
        ),
        (
            "colour:red",
            "column 1: there is no field `colour:`\n  hint: to find it as it stands, quote it: `\"colour:red\"`",
        ),
        ("a \"!\"", "column 3: `!` has no letter and no digit\n  hint: write a word"),
        (
            "a OR",
            "column 3: there is nothing after this `OR`\n  hint: write a word there, or quote it to find it: `\"OR\"`",
        ),
        (
            "AND a",
            "column 1: there is nothing before this `AND`\n  hint: write a word there, or quote it to find it: `\"AND\"`",
        ),
        (
            "a NOT",
            "column 3: there is nothing after this `NOT`\n  hint: write a word there, or quote it to find it: `\"NOT\"`",
        ),
        ("a ()", "column 3: these parentheses are empty\n  hint: write words between them"),
        ("a (", &format!("column 3: {close_it}")),
        ("a (b", &format!("column 3: {close_it}")),
        ("a) b", "column 2: this `)` closes nothing\n  hint: remove it, or write `(` where the group begins"),
        (")", "column 1: this `)` closes nothing\n  hint: remove it, or write `(` where the group begins"),
        (
            "-a",
            "column 1: the query only says what must not occur\n  hint: add a word or phrase that has to occur, in each \
             branch of `OR`",
        ),
        (
            "a OR -b",
            "column 1: the query only says what must not occur\n  hint: add a word or phrase that has to occur, in each \
             branch of `OR`",
        ),
    ];
    for (query, message) in cases {
        let fault = Query::parse(query).expect_err(query);
        assert_eq!(fault.to_string(), *message, "{}", query.get(..20).unwrap_or(query));
    }
}

#[test]
fn networks_are_asked_for_the_most_specific_words() {
    let cases: &[(&str, &[&str])] = &[
        ("bag", &["bag"]),
        ("\"skip hop\" OR skiphop", &["skip hop", "skiphop"]),
        ("\"skip hop\" bag", &["skip hop"]),
        ("(bag OR pen) stationery", &["stationery"]),
        ("acme -road", &["acme"]),
        ("Acme OR acme", &["Acme"]),
        ("(acme shop) OR (acme store)", &["store", "shop"]),
    ];
    for (query, terms) in cases {
        assert_eq!(Query::parse(query).unwrap().search_terms(), *terms, "{query}");
    }
}

#[test]
fn keywords_are_found_whole_in_their_order() {
    let keywords = ["refund", "no refund", "Rückruf", "ødelagt", "!"].map(str::to_owned);
    let keywords = Keywords::new(keywords);
    let text = "Ingen REFUND? No refund. RUCKRUF, odelagt; refunds";
    let found: Vec<(&str, &str)> = keywords.find(text).into_iter().map(|(word, range)| (word, &text[range])).collect();
    assert_eq!(
        found,
        [
            ("refund", "REFUND"),
            ("no refund", "No refund"),
            ("refund", "refund"),
            ("Rückruf", "RUCKRUF"),
            ("ødelagt", "odelagt"),
        ]
    );
    assert_eq!(keywords.first("they give no refund"), Some("no refund"));
    assert_eq!(keywords.first("OR AND -refund"), Some("refund"), "keywords know no operators");
    assert_eq!(keywords.first("all is well!"), None);
    assert_eq!(Keywords::new([]).first("refund"), None);
}

/// What the matcher should find: the folded term between characters that are no letters or digits.
fn occurs(term: &str, text: &str) -> bool {
    let (term, text) = (fold(term).text().to_owned(), fold(text).text().to_owned());
    text.char_indices().filter(|(at, _)| text[*at..].starts_with(&term)).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + term.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

fn naive(query: &Query, node: &Node, text: &str) -> bool {
    match node {
        Node::Term(index) => occurs(&query.terms()[*index].text, text),
        Node::Not(inner) => !naive(query, inner, text),
        Node::And(parts) => parts.iter().all(|part| naive(query, part, text)),
        Node::Or(branches) => branches.iter().any(|branch| naive(query, branch, text)),
    }
}

fn expression() -> impl Strategy<Value = String> {
    let term = prop_oneof!["(a|b|c|ab|ø|Æ)", "\"(a|b) (b|c)\""];
    term.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} AND NOT {b}")),
            inner.prop_map(|a| format!("(c OR ({a}))")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_a_query_never_panics(query in "\\PC*", sharp in "[a\"()*/#@:~` \\-ORANDæ]{0,40}") {
        for query in [query, sharp] {
            if let Err(fault) = Query::parse(&query) {
                prop_assert!(fault.column >= 1 && fault.column <= query.chars().count().max(1));
            }
        }
    }

    #[test]
    fn the_matcher_agrees_with_a_naive_reader(
        queries in prop::collection::vec(expression(), 1..5),
        text in "((a|b|c|ab|o|AE|ø|B)( |-|, |  |'|!))*",
    ) {
        let queries: Vec<Query> = queries.iter().filter_map(|query| Query::parse(query).ok()).collect();
        let expected: BTreeSet<usize> = queries
            .iter()
            .enumerate()
            .filter(|(_, query)| naive(query, query.root(), &text))
            .map(|(index, _)| index)
            .collect();
        let found = Matcher::new(queries).find(&entry(&text));
        for (_, hits) in &found {
            for hit in hits {
                prop_assert!(occurs(&hit.term, &text[hit.start..hit.end]));
            }
        }
        prop_assert_eq!(found.into_iter().map(|(index, _)| index).collect::<BTreeSet<_>>(), expected);
    }

    #[test]
    fn hits_lie_on_character_borders(text in "\\PC*", word in "[a-zæøåß]{1,3}") {
        let whole = format!("{text} {word} {text}");
        if let Some(hits) = find(&format!("\"{word}\""), &entry(&whole)) {
            for hit in hits {
                prop_assert!(whole.get(hit.start..hit.end).is_some());
            }
        }
    }
}
