//! The query language and what finds its words, as tables.

mod brute;
mod configured;
mod faults;
mod field_faults;
mod matching;
mod places;
mod print;
mod reader;
mod searching;
mod told;

use mentiond::model::{Author, Entry, EntryKey, Field, Hit};
use mentiond::query::{Keywords, Matcher, Query};

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
        ("müller", "Bei Mueller, Muller und MÜLLER", Some(&["Mueller", "Muller", "MÜLLER"])),
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
fn networks_are_asked_for_the_most_specific_words() {
    let cases: &[(&str, &[&str])] = &[
        ("bag", &["bag"]),
        ("\"skip hop\" OR skiphop", &["skip hop", "skiphop"]),
        ("\"skip hop\" bag", &["skip hop", "skiphop"]),
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
