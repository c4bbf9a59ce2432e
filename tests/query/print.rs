//! Reading, printing and reading again; the tree that is shown to people; what no text can break.

use std::ops::Bound;
use std::time::Duration;

use mentiond::model::{Entry, EntryKey, Language, Severity, SourceKind, Tone};
use mentiond::query::{
    CaseState, Context, Fact, Flag, Has, Kind, Library, Loose, Manner, Matcher, Near, Node, Query, Range, Scope, Span,
    Term, TextField, What,
};
use proptest::prelude::*;

fn kept(text: &str) -> Query {
    Query::parse_in(text, &Context { scope: Scope::Kept, ..Context::default() }).unwrap()
}

#[test]
fn what_is_printed_is_the_shortest_way_to_write_it() {
    for (written, printed) in [
        ("a  AND b", "a b"),
        ("a NOT b", "a -b"),
        ("((a))", "a"),
        ("(a b) OR c d", "a b OR c d"),
        ("a (b OR c)", "a (b OR c)"),
        ("(a OR b) OR c", "(a OR b) OR c"),
        ("-(a b) c", "-(a b) c"),
        ("-(a NEAR/3 b) c", "-a NEAR/3 b c"),
        ("(a OR \"b c\") ONEAR/3 de*", "de*"),
        ("“skip hop” \"word\"", "\"skip hop\" word"),
        ("\"OR\" \"-a\" \"a:b\" \"near/5\"", "\"OR\" \"-a\" \"a:b\" \"near/5\""),
        ("\"rip offs\"* \"refund\"*", "\"rip offs\"* refund*"),
        ("\"!jobs\" \"–a\"", "\"!jobs\" \"–a\""),
        ("links:a.example/ links:a.example/bü", "links:a.example links:a.example/b%C3%BC"),
        ("\"a b\"~05", "\"a b\"~5"),
        ("/a\\/b c\\\\/si", "/a\\/b c\\\\/is"),
        ("title:(a) text:(a OR b)", "title:a text:(a OR b)"),
        ("lang:(de OR no)", "lang:de,nb"),
        ("score:=-0.50 rating:2.. reach:..9", "score:-0.5 rating:>=2 reach:<=9"),
        ("age:<48h date:2026-11-01..2026-11-30", "age:<2d date:2026-11-01..2026-11-30"),
        ("severity:>=notice tone:negative,neutral", "severity:>=notice tone:negative,neutral"),
        ("site:Example.org links:a.example/Path", "site:example.org links:a.example/Path"),
    ] {
        let written = written.replace("de*", "deal*");
        let printed = printed.replace("de*", "(a OR \"b c\") ONEAR/3 deal*");
        assert_eq!(kept(&written).to_string(), printed, "{written}");
    }
}

#[test]
fn the_tree_shows_how_a_query_is_understood() {
    let library = Library::new(
        [("complaints".to_owned(), "refund OR \"no answer\"".to_owned())],
        [("scams".to_owned(), ["scam", "fraud", "betrug*"].map(str::to_owned).to_vec())],
    );
    let context = Context { scope: Scope::Kept, library: Some(&library), ..Context::default() };
    let text =
        "(\"acme shop\" OR acme NEAR/5 set:scams) -jobs title:`AT&T` query:complaints score:<-0.3 \"a b\"~2 /x+/";
    let tree = Query::parse_in(text, &context).unwrap().tree();
    let expected = "\
all of  (column 1)
  one of  (column 1)
    phrase \"acme shop\"  (column 2)
    near, in any order, at most 5 words between  (column 17)
      word acme  (column 17)
      set:scams, one of scam, fraud, betrug*  (column 29)
  not  (column 40)
    word jobs  (column 41)
  in title:  (column 46)
    exactly `AT&T`  (column 52)
  query:complaints, which is  (column 59)
    one of
      word refund
      phrase \"no answer\"
  score:<-0.3  (column 76)
  words \"a b\" in any order, at most 2 others among them  (column 88)
  expression /x+/  (column 96)
";
    assert_eq!(tree, expected);
    let query = Query::parse_in("query:complaints -set:scams", &context).unwrap();
    assert_eq!(query.to_string(), "query:complaints -set:scams");
    assert_eq!(format!("{query:#}"), "(refund OR \"no answer\") -(scam OR fraud OR betrug*)");
}

fn node(what: What) -> Node {
    Node { what, span: Span { start: 0, end: 0 } }
}

fn words() -> impl Strategy<Value = Node> {
    let text = "[a-zA-Zæß ():#@~/`+.!-]{0,6}[a-zA-Z0-9ø][a-zA-Zæß ():#@~/`+.!-]{0,6}";
    text.prop_map(|text| node(What::Term(Term { text: text.trim().to_owned(), manner: Manner::Words })))
}

fn term() -> BoxedStrategy<Node> {
    let signed = prop_oneof![
        ("([a-z:/#]{1,4} )?[a-zæ]{4,8}", Just(Manner::Prefix)),
        ("[a-zA-Z&\" ()*:-]{0,5}[a-zA-Z]", Just(Manner::Exact)),
        ("[a-z]{1,4}(_[a-z]{1,3})?", Just(Manner::Tag)),
        ("[a-z]{1,4}([_.@-][a-z]{1,3})?", Just(Manner::Handle)),
    ];
    let signed = signed.prop_map(|(text, manner)| node(What::Term(Term { text, manner })));
    prop_oneof![words(), signed].boxed()
}

fn range<T: Copy + PartialOrd + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Range<T>> {
    (prop::collection::vec(value, 2), 0..6_u8).prop_map(|(values, shape)| {
        let (one, two) = (values[0], values[1]);
        let (least, most) = if one <= two { (one, two) } else { (two, one) };
        let (from, to) = match shape {
            0 => (Bound::Included(least), Bound::Unbounded),
            1 => (Bound::Excluded(least), Bound::Unbounded),
            2 => (Bound::Unbounded, Bound::Included(most)),
            3 => (Bound::Unbounded, Bound::Excluded(most)),
            _ => (Bound::Included(least), Bound::Included(most)),
        };
        Range { from, to }
    })
}

fn fact() -> impl Strategy<Value = Fact> {
    fn some<T: Clone + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = Vec<T>> {
        prop::sample::subsequence(all, 1..=all.len())
    }
    let day = (2020..2030_i32, 1..13_u32, 1..29_u32)
        .prop_map(|(year, month, day)| chrono::NaiveDate::from_ymd_opt(year, month, day).unwrap());
    let age = range((0..5_000_u64).prop_map(|minutes| Duration::from_secs(minutes * 60)));
    let age = age.prop_filter("an age is no moment", |range| range.from != range.to);
    let host = "[a-z]{1,5}\\.[a-z]{2,3}";
    prop_oneof![
        prop::collection::vec(host, 1..3).prop_map(Fact::Site),
        prop::collection::vec("[a-z]{1,5}\\.[a-z]{2,3}(/[a-zA-Z]{1,4})?", 1..3).prop_map(Fact::Links),
        some(SourceKind::ALL).prop_map(Fact::Type),
        "[a-z]{2}".prop_map(|tag| Fact::Lang(Language::parse(&tag).into_iter().collect())),
        some(&Tone::ALL).prop_map(Fact::Tone),
        range((-100..=100_i32).prop_map(|score| f64::from(score) / 100.0)).prop_map(Fact::Score),
        range((0..=50_i32).prop_map(|stars| f64::from(stars) / 10.0)).prop_map(Fact::Rating),
        range(any::<u64>()).prop_map(Fact::Reach),
        range(0..1000_u64).prop_map(Fact::Engagement),
        age.prop_map(Fact::Age),
        range(day).prop_map(Fact::Date),
        some(&[Kind::Complaint, Kind::Spam]).prop_map(Fact::Kind),
        range(prop::sample::select(vec![Severity::Info, Severity::Notice, Severity::Urgent])).prop_map(Fact::Severity),
        some(&[Flag::Copy, Flag::Edited]).prop_map(Fact::Is),
        some(&[Has::Title, Has::Reach]).prop_map(Fact::Has),
        some(&[CaseState::Open, CaseState::Closed]).prop_map(Fact::Case),
    ]
}

fn expression(source: &str, flags: &str) -> Node {
    let query = Query::parse(&format!("/{source}/{flags}")).unwrap();
    query.root().clone()
}

/// What can stand anywhere, also in the group of a text field.
fn text_node() -> BoxedStrategy<Node> {
    let or = prop::collection::vec(term(), 2..4).prop_map(|terms| node(What::Or(terms)));
    let side = prop_oneof![3 => term(), 1 => or];
    let near = (side.clone(), side, 0..=100_u32, any::<bool>()).prop_map(|(left, right, distance, ordered)| {
        node(What::Near(Box::new(Near { left, right, distance, ordered })))
    });
    let loose = ("[a-z]{1,4}( [a-z]{1,4}){1,3}", 0..=100_u32)
        .prop_map(|(text, distance)| node(What::Loose(Loose { text, distance })));
    let regex = prop_oneof![
        Just(expression("a\\/b", "")),
        Just(expression("gr[ae]y \\\\ (x|\"y\")", "is")),
        Just(expression("\\d+ æ", "m")),
    ];
    let leaf = prop_oneof![4 => term(), 1 => near, 1 => loose, 1 => regex];
    nested(leaf.boxed()).boxed()
}

fn nested(leaf: BoxedStrategy<Node>) -> impl Strategy<Value = Node> {
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| node(What::And(parts))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|branches| node(What::Or(branches))),
            inner.prop_map(|inner| node(What::Not(Box::new(inner)))),
        ]
    })
}

fn tree() -> impl Strategy<Value = Node> {
    let field = prop::sample::select(vec![
        TextField::Title,
        TextField::Text,
        TextField::Url,
        TextField::Author,
        TextField::Tag,
        TextField::Source,
    ]);
    let inside = (field, text_node()).prop_map(|(field, inner)| node(What::In(field, Box::new(inner))));
    let fact = fact().prop_map(|fact| node(What::Fact(fact)));
    let whole = nested(prop_oneof![3 => text_node(), 1 => inside, 2 => fact].boxed());
    // Something has to be there.
    (words(), whole).prop_map(|(word, whole)| node(What::And(vec![word, whole])))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_that_is_printed_is_read_as_itself(tree in tree()) {
        let printed = tree.to_string();
        let context = Context { scope: Scope::Kept, ..Context::default() };
        let read = Query::parse_in(&printed, &context);
        let read = read.map_err(|fault| TestCaseError::fail(format!("{printed}: {fault}")))?;
        prop_assert_eq!(read.root(), &tree, "{}", printed);
        prop_assert_eq!(read.to_string(), printed);
    }

    #[test]
    fn no_text_breaks_the_reader(
        query in "\\PC{0,40}",
        sharp in "[a\"()*/#@:~` \\-ORANDæ<>=.,]{0,40}",
        pieces in prop::collection::vec(
            "(a|\"b c\"|OR|AND|NOT|-|\\(|\\)|NEAR/2|ONEAR/1|title:|lang:|score:|<1|de,nb|~2|`x`|/y/|#t|@u|abcd\\*|query:q|set:s)",
            0..12,
        ),
        text in "\\PC{0,40}",
    ) {
        let context = Context { scope: Scope::Kept, ..Context::default() };
        for query in [query, sharp, pieces.join(" "), pieces.concat()] {
            match Query::parse_in(&query, &context) {
                Err(fault) => prop_assert!(fault.column >= 1 && fault.column <= query.chars().count().max(1)),
                Ok(read) => {
                    let again = Query::parse_in(&read.to_string(), &context).ok();
                    prop_assert_eq!(again.as_ref().map(Query::root), Some(read.root()), "{}", query);
                    prop_assert!(!read.tree().is_empty());
                    let entry = Entry { text: text.clone(), ..Entry::new(EntryKey("test:1".to_owned())) };
                    for (_, hits) in Matcher::new(vec![read]).find(&entry) {
                        for hit in hits {
                            prop_assert!(text.get(hit.start..hit.end).is_some());
                        }
                    }
                }
            }
        }
    }
}
