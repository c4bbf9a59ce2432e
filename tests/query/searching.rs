//! What networks are searched for that can be asked for several words at once.

use mentiond::model::{Author, Entry, EntryKey, Search, Unwanted};
use mentiond::query::{Context, Keywords, Library, Matcher, Query, distinct};

fn parse(query: &str) -> Query {
    let queries = [("ours", "#ad OR author:acme_shop OR @acme"), ("shop", "acme store -#job")];
    let queries = queries.map(|(name, query)| (name.to_owned(), query.to_owned()));
    let library = Library::new(queries, [("woes".to_owned(), ["scam", "rip off"].map(str::to_owned).to_vec())]);
    let context = Context { library: Some(&library), ..Context::default() };
    Query::parse_in(query, &context).unwrap_or_else(|fault| panic!("{query}: {fault}"))
}

/// A search in a line: what has to be there, then what must not.
fn shown(search: &Search) -> String {
    let beside = search.beside.iter().map(|phrases| format!(" + {}", phrases.join("/")));
    let without = search.without.iter().map(|unwanted| match unwanted {
        Unwanted::Tag(tag) => format!(" - #{tag}"),
        Unwanted::Author(name) => format!(" - by {name}"),
    });
    std::iter::once(search.any.join("/")).chain(beside).chain(without).collect()
}

#[test]
fn each_part_of_a_conjunction_gives_a_word() {
    for (query, searches) in [
        ("acme coffee", vec!["coffee + acme"]),
        ("acme OR coffee", vec!["coffee", "acme"]),
        ("(acme coffee) OR \"bad tea\"", vec!["bad tea/badtea", "coffee + acme"]),
        ("acme (refund OR scam OR \"rip off\")", vec!["acme + refund/scam/rip off/ripoff"]),
        ("acme set:woes", vec!["acme + scam/rip off/ripoff"]),
        ("acme NEAR/5 (fraud OR scam)", vec!["acme + fraud/scam"]),
        ("\"acme refund\"~3 shop", vec!["refund + acme + shop"]),
        ("\"skip hop\" \"baby bag\"", vec!["baby bag/babybag + skip hop/skiphop"]),
        ("title:acme text:coffee", vec!["coffee + acme"]),
        // Nothing is known of what a network makes of these, or they may be written in another way.
        ("coffee acme* /b.d/ lang:de site:x.example author:kari", vec!["coffee"]),
        ("complaint `C++` \"AT&T\" c#", vec!["complaint"]),
        ("complaint Müller", vec!["complaint"]),
        ("complaint Mueller neues schoen gross baeck haar", vec!["complaint"]),
        ("complaint #acme @acme_", vec!["complaint"]),
        ("complaint -acme -\"bad tea\" -title:x -(a b)", vec!["complaint"]),
        ("acme -#ad -@kari -author:ole", vec!["acme - #ad - by kari - by ole"]),
        ("acme -query:ours", vec!["acme - #ad - by acme_shop - by acme"]),
        ("query:shop OR tea", vec!["store + acme - #job", "tea"]),
        ("acme -author:(ole OR \"kari nordmann\" OR `Per` OR kari*)", vec!["acme - by ole"]),
        ("acme -#2026 -#blå", vec!["acme"]),
        // A branch without a word that could be searched for leaves nothing.
        ("(acme coffee) OR betrug*", vec![]),
    ] {
        assert_eq!(parse(query).searches().iter().map(shown).collect::<Vec<_>>(), searches, "{query}");
    }
}

#[test]
fn what_one_search_finds_anyway_no_other_is_for() {
    let all =
        ["acme coffee", "Coffee tea", "\"skip hop\" OR skiphop", "COFFEE", "SkipHop bag", "ACME shoes", "acme shoes"];
    let searches = distinct(all.iter().flat_map(|query| parse(query).searches()).collect());
    let shown: Vec<String> = searches.iter().map(shown).collect();
    assert_eq!(shown, ["skip hop/skiphop", "COFFEE", "shoes + ACME"]);
}

/// What a network finds that knows whole words, without case and accents, and phrases in one word.
fn finds(search: &Search, entry: &Entry) -> bool {
    let has = |phrases: &Vec<String>| Keywords::new(phrases.clone()).first(&entry.text).is_some();
    let author = entry.author.as_ref().and_then(|author| author.handle.as_deref()).unwrap_or_default();
    let names = |sign: char, name: &str| {
        let words = entry.text.split(|c: char| !c.is_alphanumeric() && !"#@_".contains(c));
        words.into_iter().any(|word| word.to_lowercase() == format!("{sign}{name}"))
    };
    let is_unwanted = |unwanted: &Unwanted| match unwanted {
        Unwanted::Tag(tag) => names('#', tag),
        Unwanted::Author(name) => author.eq_ignore_ascii_case(name),
    };
    has(&search.any) && search.beside.iter().all(has) && !search.without.iter().any(is_unwanted)
}

#[test]
fn no_match_is_lost_by_what_stands_beside() {
    let texts = [
        "Acme coffee is a scam",
        "ACME-coffee: rip-off!",
        "the coffee of @acme",
        "#acme and #coffee",
        "Acmé’s Coffee",
        "acme_coffee",
        "coffee shop",
        "acme, tea",
        "skiphop babybag #ad",
        "Skip Hop baby-bag #Ad",
        "acme coffee #AD",
        "acme coffee @Kari",
        "SkipHop BabyBag",
        "Acme groß",
        "acme gross",
        "Acme Öl",
        "acme oel",
        "acme coffee #adverts @karin",
        "acme Strasse Straße",
    ];
    let queries = [
        "acme coffee",
        "acme coffee -#ad",
        "acme coffee -@kari",
        "acme coffee -author:kari",
        "\"skip hop\" \"baby bag\"",
        "acme set:woes",
        "acme NEAR/3 coffee",
        "acme gross",
        "acme oel",
        "acme strasse",
        "\"acme coffee\"~2 -query:ours",
        "(acme OR tea) (coffee OR shop OR oel)",
        "\"skip hop\" \"baby bag\" -#ad",
        "acme -coffee",
        "acme -title:coffee",
    ];
    let (mut matched, mut narrowed) = (0, 0);
    for query in queries {
        let searches = parse(query).searches();
        for (text, handle) in
            texts.iter().flat_map(|text| ["", "kari", "Kari", "acme_shop", "acme"].map(|by| (text, by)))
        {
            let author = Author { handle: Some(handle.to_owned()), ..Author::default() };
            let author = Some(author).filter(|_| !handle.is_empty());
            let entry = Entry { text: (*text).to_owned(), author, ..Entry::new(EntryKey("test:1".to_owned())) };
            let in_text = Entry { author: None, ..entry.clone() };
            let is_match = |entry: &Entry| !Matcher::new(vec![parse(query)]).find(entry).is_empty();
            let is_found = searches.iter().any(|search| finds(search, &entry));
            // Who is known to be it by the name of the author alone is found by no search for words.
            if is_match(&entry) && is_match(&in_text) {
                matched += 1;
                assert!(is_found, "{query} in {text} by {handle}");
            }
            narrowed +=
                usize::from(!is_found && searches.iter().any(|search| finds(&Search::of(&search.any[0]), &entry)));
        }
    }
    assert!(matched > 200 && narrowed > 100, "{matched} {narrowed}");
}
