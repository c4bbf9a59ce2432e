//! The matcher against a reader who tries every place of every text: they find the same, with the same hits.

use std::collections::BTreeMap;

use mentiond::model::{Author, Entry, EntryKey, Folding, Hit};
use mentiond::query::{Context, Library, Matcher, Query, Subject};
use proptest::prelude::*;

use super::reader::Reader;

fn term() -> BoxedStrategy<String> {
    prop_oneof![
        6 => "(a|b|c|ab|bä|ö|oe|ø|aa|å|ß|ss|æ|ae|é|B)",
        4 => "\"(a|b|bä|å|c) (b|c|ab)( a)?\"",
        2 => "(a&b|c\\+|a-b|\"a\\.b\"|\"b & c\"|a_b|c\\+\\+)",
        2 => "(abab|äbca|aebc|a-bbaa|ölaa)\\*",
        2 => "`(a&B|Ab|a b|\\+|B|&c|ä)`",
        2 => "(#ab|#a_b|@ab|@a\\.b|@ab_|#bä|#c)",
    ]
    .boxed()
}

fn expression() -> impl Strategy<Value = String> {
    let side = prop_oneof![4 => term(), 1 => Just("set:some".to_owned()), 4 => (term(), term()).prop_map(|(a, b)| format!("({a} OR {b})"))];
    let near = (side.clone(), "O?NEAR/[0-3]", side).prop_map(|(left, sign, right)| format!("{left} {sign} {right}"));
    let near = near.prop_filter("signs have no place", |near| !near.contains("`+`"));
    let part = prop_oneof![
        6 => term(),
        2 => near.prop_map(|near| format!("({near})")),
        1 => "\"(a b|a a|b c a|bä c|B b|ä a ae|oe ö|ss ß c)\"~[0-3]",
        1 => "(/a\\+b/|/B\\./i|/\\^c/|/[bc]{2}/)",
        1 => "(has:title|has:author|rating:>=3|site:example|site:ab\\.example|site:b\\.example,c\\.example)",
        1 => "(query:any|set:some)",
    ];
    let text_part = part.clone().prop_filter("no field stands in a group", |part| !part.contains(':'));
    let part = prop_oneof![
        5 => part,
        1 => ("(title|text|url|tag|author|source)", text_part).prop_map(|(field, part)| format!("{field}:{part}")),
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

const TEXT: &str = "((a|b|c|ab|Ab|aB|AB|bä|bae|BÄ|bÄb|ö|oe|O|ø|å|aa|ß|ss|æ|é|E|ababc|aebca|ÄBCAb|bbaac|oelaa|#ab|@ab|#a_b|@a|C\\+\\+)\
                    ( | | |-|, |'|!|&|\\+|\\.|_|/|  | & |))";
const ADDRESS: &str = "https://(ab|www\\.ab|b|c)\\.example/((a|b|ab|aB|bä|c\\+|B|ss)(/|-|\\?a=|\\.|_|#)){0,4}";

fn author() -> impl Strategy<Value = Option<Author>> {
    let name = proptest::string::string_regex(&format!("{TEXT}{{0,2}}")).unwrap();
    let handle = "(ab|a_b|#ab|bÄ|c|aB|@ab_)".prop_map(Some);
    let both = (name, prop_oneof![1 => Just(None), 3 => handle.clone()]);
    let author = |(name, handle)| Some(Author { name, handle, ..Author::default() });
    let same = handle.prop_map(|handle| (handle.clone().unwrap_or_default(), handle));
    prop_oneof![1 => Just(None), 4 => both.prop_map(author), 1 => same.prop_map(author)]
}

/// An entry, and the name of its source.
fn entry() -> impl Strategy<Value = (Entry, String)> {
    let text = |most: usize| proptest::string::string_regex(&format!("{TEXT}{{0,{most}}}")).unwrap();
    let url = prop_oneof![Just(None), ADDRESS.prop_map(Some)];
    let tags = prop::collection::vec("(ab|a_b|#ab|bÄ|c|aB|a b)", 0..3);
    (text(3), text(12), url, author(), tags, 0..6_u8, text(2)).prop_map(
        |(title, text, url, author, tags, stars, source)| {
            let rating = (stars > 0).then(|| f64::from(stars));
            (Entry { title, text, url, author, tags, rating, ..Entry::new(EntryKey("test:1".to_owned())) }, source)
        },
    )
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
        let library = Library::new(
            [("any".to_owned(), "ab OR \"b c\" -c".to_owned())],
            [("some".to_owned(), ["a", "B c", "bbaa*", "#ab"].map(str::to_owned).to_vec())],
        );
        let context = Context { folding, library: Some(&library), ..Context::default() };
        let queries: Vec<Query> = queries.iter().map(|query| Query::parse_in(query, &context).unwrap()).collect();
        let matcher = Matcher::new(queries.clone());
        for (entry, source) in &entries {
            let reader = Reader::new(folding, entry, source);
            let found = matcher.find(Subject { source: Some(source), ..Subject::from(entry) });
            let found: BTreeMap<usize, Vec<Hit>> = found.into_iter().collect();
            for (number, query) in queries.iter().enumerate() {
                let expected = reader.find(query.root());
                prop_assert_eq!(found.get(&number), expected.as_ref(), "{} in {:?} of {:?}", query, entry, source);
            }
        }
    }
}
