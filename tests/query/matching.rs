//! What each part of the language finds, and where it shows that it did.

use chrono::{DateTime, TimeDelta, Utc};
use mentiond::model::{Author, Entry, EntryKey, Field, Folding, Judgement, Language, Severity, SourceKind, Tone};
use mentiond::query::{CaseState, Context, Flag, Kind, Library, Matcher, Query, Scope, Subject};

fn parse(query: &str) -> Query {
    let library = Library::new(
        [("money".to_owned(), "refund OR set:scams".to_owned())],
        [
            ("scams".to_owned(), ["scam", "rip off", "betrug*"].map(str::to_owned).to_vec()),
            ("words".to_owned(), ["scam", "rip off"].map(str::to_owned).to_vec()),
            ("signed".to_owned(), ["#acme", "@acme_", "#1 shop"].map(str::to_owned).to_vec()),
        ],
    );
    let context = Context { scope: Scope::Kept, library: Some(&library), ..Context::default() };
    Query::parse_in(query, &context).unwrap_or_else(|fault| panic!("{query}: {fault}"))
}

/// The texts of the hits, or `None` without a match.
fn shown(query: &str, text: &str) -> Option<Vec<String>> {
    let entry = Entry { text: text.to_owned(), ..Entry::new(EntryKey("test:1".to_owned())) };
    let found = Matcher::new(vec![parse(query)]).find(&entry).into_iter().next();
    found.map(|(_, hits)| hits.iter().map(|hit| text[hit.start..hit.end].to_owned()).collect())
}

fn check(cases: &[(&str, &str, Option<&[&str]>)]) {
    for (query, text, expected) in cases {
        let expected = expected.map(|hits| hits.iter().map(|hit| (*hit).to_owned()).collect::<Vec<_>>());
        assert_eq!(shown(query, text), expected, "{query} in {text}");
    }
}

#[test]
fn words_are_found_however_they_are_spelled() {
    check(&[
        ("Müller", "Mueller, Muller, MÜLLER, Mu\u{308}ller", Some(&["Mueller", "Muller", "MÜLLER", "Mu\u{308}ller"])),
        ("Mueller", "Müller und Muller", Some(&["Müller"])),
        ("\"Müller Lüdke\"", "bei Mueller-Lüdke", Some(&["Mueller-Lüdke"])),
        ("\"Müller Shop\"", "#muellershop und MüllerShop", Some(&["muellershop", "MüllerShop"])),
        ("Neue", "alles neu", None),
        ("Ålesund", "Aalesund, Alesund", Some(&["Aalesund", "Alesund"])),
        ("Aalesund", "i Ålesund", Some(&["Ålesund"])),
        ("Tromsø", "Tromsoe Tromso TROMSØ", Some(&["Tromsoe", "Tromso", "TROMSØ"])),
        ("ærlig", "Aerlig talt", Some(&["Aerlig"])),
        ("Straße", "strasse", Some(&["strasse"])),
        ("acme", "Acme™ and Acme®", Some(&["Acme", "Acme"])),
        (
            "\"skip hop\"",
            "Skip Hop's skip-hop #SkipHop @skiphop",
            Some(&["Skip Hop", "skip-hop", "SkipHop", "skiphop"]),
        ),
    ]);
}

#[test]
fn a_brand_says_which_letters_count_as_two() {
    let (both, none) = (Folding::default(), Folding::NONE);
    let (german, norwegian) = (Folding { norwegian: false, ..both }, Folding { german: false, ..both });
    let found = |query: &str, text: &str, folding| {
        let query = Query::parse_in(query, &Context { folding, ..Context::default() }).unwrap();
        let entry = Entry { text: text.to_owned(), ..Entry::new(EntryKey("test:1".to_owned())) };
        // Another brand that wants other letters is looked for at the same time.
        let other = Query::parse("straße æsj").unwrap();
        Matcher::new(vec![query, other]).find(&entry).iter().any(|(number, _)| *number == 0)
    };
    for (query, text, meet) in [
        ("Müller", "Muller", vec![both, german, norwegian, none]),
        ("Müller", "Mueller", vec![both, german]),
        ("Mueller", "Müller", vec![both, german]),
        ("Tromsø", "TROMSOE", vec![both, norwegian]),
        ("Straße", "STRASSE", vec![both, german]),
        ("strasse", "Straße", vec![both, german]),
        ("Straße", "STRAẞE", vec![both, german, norwegian, none]),
        ("`Straße`", "die Straße", vec![both, german, norwegian, none]),
        ("Größe", "Grosse", vec![both, german]),
        ("Größe", "Groesse", vec![both, german]),
        ("Größe", "Große", vec![both, german, norwegian, none]),
        ("straß*", "Strassenbahn", vec![both, german]),
        ("\"Straße Nord\"", "#strassenord", vec![both, german]),
        ("\"Straße Nord\"", "#StraßeNord", vec![both, german, norwegian, none]),
        ("ærlig", "Aerlig", vec![both, norwegian]),
        ("aerlig", "Ærlig", vec![both, norwegian]),
        ("ærlig", "ÆRLIG", vec![both, german, norwegian, none]),
        ("Maßær", "massær", vec![both, german]),
    ] {
        for folding in [both, german, norwegian, none] {
            assert_eq!(found(query, text, folding), meet.contains(&folding), "{query} in {text}, {folding:?}");
        }
    }
}

#[test]
fn signs_say_how_a_word_is_to_be_found() {
    check(&[
        ("refund*", "Refunds, refunded; a prefund", Some(&["Refunds", "refunded"])),
        ("verspät*", "Verspätungen und Verspaetung", Some(&["Verspätungen", "Verspaetung"])),
        ("skip-hops*", "Skip Hopstore", Some(&["Skip Hopstore"])),
        ("bank* NOT bankrott*", "bankrott", None),
        ("`AT&T`", "at&t, AT&T, AT&TX", Some(&["AT&T"])),
        ("`Gap`", "a gap at GAP and Gap", Some(&["Gap"])),
        ("`💔`", "acme 💔💔", Some(&["💔", "💔"])),
        ("`.NET`", "net .NET a.NET", Some(&[".NET", ".NET"])),
        ("#skiphop", "skiphop #SkipHop #skiphops #skiphop_de x#skiphop", Some(&["SkipHop"])),
        ("@skiphop", "skiphop @SkipHop @skiphop.de mail@skiphop", Some(&["SkipHop"])),
        ("@skiphop", "via @skiphop@mastodon.example.", Some(&["skiphop"])),
        ("/gr[ae]y (cat|dog)/i", "Grey cat, gray dog", Some(&["Grey cat", "gray dog"])),
        ("/gr[ae]y/", "GREY", None),
        ("`Acme`", "Acme\u{301} and Acme\u{301}s, Acme", Some(&["Acme"])),
        ("`+e\u{301}`", "a+e\u{301}", Some(&["+e\u{301}"])),
        ("\"skip hops\"*", "Skip Hopstore, a skip-hop", Some(&["Skip Hopstore"])),
        ("@acme_", "@acme, @Acme_ and @acme_x, @acme_@mastodon.example", Some(&["Acme_", "acme_"])),
        ("@acme", "@acme_ and @acme__ and @acme.", Some(&["acme"])),
        ("set:signed", "acme #acme @acme @acme_ 1 shop", Some(&["acme", "acme_", "1 shop"])),
        ("acme /\\d{4}/", "acme 12 and 1234", Some(&["acme", "1234"])),
    ]);
}

#[test]
fn nearness_counts_the_words_between() {
    check(&[
        ("\"acme refund\"~2", "a refund by the acme shop", Some(&["refund", "acme"])),
        ("\"acme refund\"~1", "a refund by the acme shop", None),
        ("\"no no refund\"~0", "no refund no", Some(&["no", "refund", "no"])),
        ("\"no no refund\"~9", "no refund", None),
        ("\"müller mueller\"~5", "Mueller", None),
        ("\"Acme acme\"~5", "the acme shop", None),
        ("\"müller mueller\"~5", "Mueller oder Müller", Some(&["Mueller", "Mueller", "Müller", "Müller"])),
        ("\"mueller müller\"~0 -x", "Muller, Mueller", Some(&["Muller", "Mueller", "Mueller"])),
        (
            "\"mueller müller muller\"~0",
            "Mueller Müller Mueller",
            Some(&["Mueller", "Mueller", "Müller", "Müller", "Müller", "Mueller", "Mueller"]),
        ),
        ("\"mueller Mueller muller\"~0", "Mueller Muller Muller", None),
        ("\"muller mueller\"~1", "Müller; a b c d Muller", None),
        ("müller NEAR/5 mueller", "Mueller", None),
        ("müller ONEAR/5 mueller", "Muller Müller", Some(&["Muller", "Müller"])),
        ("acme NEAR/1 refund", "refund from Acme; so far, so good, then a refund", Some(&["refund", "Acme"])),
        ("acme NEAR/0 refund", "refund from Acme", None),
        ("acme ONEAR/5 refund", "refund from Acme", None),
        ("acme ONEAR/5 refund", "Acme gave no refund", Some(&["Acme", "refund"])),
        ("acme NEAR/3 (scam OR \"rip off\" OR frau*)", "Acme is a rip-off and fraud", Some(&["Acme", "rip-off"])),
        ("acme NEAR/4 (scam OR frau*)", "Acme is a rip-off and fraud", None),
        ("acme NEAR/5 acme", "acme", None),
        ("acme NEAR/5 acme", "acme, Acme", Some(&["acme", "Acme"])),
        ("acme NEAR/5 \"acme shop\"", "the Acme shop", None),
        ("acme NEAR/2 set:scams", "Acme: Betrugsmasche", Some(&["Acme", "Betrugsmasche"])),
        ("query:money -acme", "a rip off", Some(&["rip off"])),
    ]);
    let apart = Entry { title: "acme".to_owned(), text: "refund".to_owned(), ..Entry::new(EntryKey("t:1".to_owned())) };
    assert!(Matcher::new(vec![parse("acme NEAR/100 refund"), parse("\"acme refund\"~100")]).find(&apart).is_empty());
}

#[test]
fn hits_show_what_made_the_query_hold() {
    check(&[
        ("a -b", "a", Some(&["a"])),
        ("(a b) OR c", "a c", Some(&["c"])),
        ("c -(a b)", "a c", Some(&["c"])),
        ("c -(-a b)", "a b c", Some(&["a", "c"])),
        ("a (b OR c)", "c a", Some(&["c", "a"])),
        ("acme NEAR/1 bad", "acme; a b c d e f bad acme", Some(&["bad", "acme"])),
    ]);
}

fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-28T12:00:00Z").unwrap().to_utc()
}

fn whole() -> Entry {
    Entry {
        title: "Acme recalls bags".to_owned(),
        text: "They broke. See https://forum.example/t/12, or www.Help.example. https://shop.example/bücher/1"
            .to_owned(),
        url: Some("https://news.example.org/2026/recall".to_owned()),
        author: Some(Author {
            name: "Kari Nordmann".to_owned(),
            handle: Some("kari".to_owned()),
            followers: Some(1200),
            ..Author::default()
        }),
        published_at: Some(now() - TimeDelta::hours(30)),
        language: Language::parse("en"),
        tags: vec!["baby bags".to_owned(), "#Recall".to_owned()],
        rating: Some(2.0),
        ..Entry::new(EntryKey("test:1".to_owned()))
    }
}

#[test]
fn fields_look_where_they_say() {
    let entry = whole();
    let judgement =
        Judgement { tone: Tone::Negative, score: Some(-0.4), language: Language::parse("en"), reasons: Vec::new() };
    let subject = Subject {
        source: Some("Hacker News"),
        source_kind: Some(SourceKind::HackerNews),
        now: Some(now()),
        judgement: Some(&judgement),
        severity: Some(Severity::Notice),
        kind: Some(Kind::Complaint),
        case: Some(CaseState::Open),
        flags: &[Flag::Alerted],
        ..Subject::from(&entry)
    };
    for (holds, fails) in [
        ("title:recalls", "title:broke"),
        ("text:broke", "text:acme"),
        ("url:recall", "url:acme"),
        ("author:(kari nordmann)", "author:acme"),
        ("@kari", "@nordmann"),
        ("tag:bags", "tag:acme"),
        ("#recall", "#bags"),
        ("source:hacker", "source:acme"),
        ("title:/recall./ title:bags", "text:/recall./"),
        ("title:(acme NEAR/1 bags)", "text:(acme NEAR/1 bags)"),
        ("-text:acme acme", "acme -title:acme"),
        ("site:example.org", "site:ample.org"),
        ("site:other.example,news.example.org", "site:org.example"),
        ("links:forum.example", "links:um.example"),
        ("links:forum.example/t", "links:forum.example/x"),
        ("links:forum.example/t/12", "links:forum.example/t/1"),
        ("links:help.example", "links:news.example.org"),
        ("links:forum.example/", "links:forum.example/t/12/x"),
        ("links:shop.example/bücher", "links:shop.example/b"),
        ("links:shop.example/b%C3%BCcher/", "links:shop.example/bucher"),
        ("type:feed,hacker_news", "type:feed"),
        ("lang:(de OR en)", "lang:de"),
        ("rating:<=2", "rating:<2"),
        ("rating:1..2", "rating:2.5..5"),
        ("reach:>1000", "reach:>1200"),
        ("-engagement:>0 acme", "engagement:>=0"),
        ("age:<2d", "age:<1d"),
        ("age:1d..2d", "age:>30h"),
        ("date:2026-11-27", "date:2026-11-28"),
        ("date:2026-11-01..2026-11-30", "date:<2026-11-27"),
        ("date:<=2026-11-27", "date:>2026-11-27"),
        ("has:rating,engagement", "has:engagement"),
        ("has:title has:text has:url has:link has:author has:tag has:lang has:date has:reach", "-has:title acme"),
        ("tone:negative", "tone:positive,neutral"),
        ("score:<-0.3", "score:>-0.4"),
        ("severity:>=notice", "severity:urgent"),
        ("kind:complaint", "kind:praise"),
        ("is:alerted,copy", "is:copy"),
        ("case:open", "case:closed"),
    ] {
        let found: Vec<usize> =
            Matcher::new(vec![parse(holds), parse(fails)]).find(subject).into_iter().map(|(query, _)| query).collect();
        assert_eq!(found, [0], "{holds} / {fails}");
    }
    let unknown: Vec<&str> =
        vec!["tone:negative", "score:<1", "severity:info..urgent", "kind:other", "case:open", "is:copy"];
    let bare = Entry::new(EntryKey("test:2".to_owned()));
    assert!(
        Matcher::new(unknown.into_iter().map(parse).collect()).find(&bare).is_empty(),
        "what is not known does not hold"
    );
}

#[test]
fn hits_in_fields_have_their_place() {
    let entry = whole();
    let subject = Subject { source: Some("Acme forum"), ..Subject::from(&entry) };
    let hits = |query: &str| {
        let found = Matcher::new(vec![parse(query)]).find(subject);
        let (_, hits) = found.into_iter().next().unwrap();
        hits.into_iter().map(|hit| (hit.term, hit.field, hit.start, hit.end)).collect::<Vec<_>>()
    };
    let hit = |term: &str, field, start, end| (term.to_owned(), field, start, end);
    assert_eq!(hits("title:(acme OR bags)"), [hit("acme", Field::Title, 0, 4), hit("bags", Field::Title, 13, 17)]);
    assert_eq!(
        hits("recal*"),
        [hit("recal*", Field::Title, 5, 12), hit("recal*", Field::Url, 30, 36), hit("recal*", Field::Tag, 1, 7)]
    );
    assert_eq!(hits("#recall @kari"), [hit("@kari", Field::Author, 0, 4), hit("#recall", Field::Tag, 1, 7)]);
    assert_eq!(hits("/b.g/"), [hit("/b.g/", Field::Title, 13, 16), hit("/b.g/", Field::Tag, 5, 8)]);
    assert_eq!(hits("source:acme lang:en"), []);
}

#[test]
fn networks_are_asked_for_what_every_match_holds() {
    for (query, terms) in [
        ("acme NEAR/5 (scam OR fraud)", vec!["acme"]),
        ("\"acme refund\"~3", vec!["refund"]),
        ("acme lang:de", vec!["acme"]),
        ("title:\"skip hop\" OR #skiphop", vec!["skip hop", "skiphop"]),
        ("set:words", vec!["rip off", "ripoff", "scam"]),
        ("acme refund*", vec!["acme"]),
        ("betrug*", vec![]),
        ("set:scams", vec![]),
        ("query:money", vec![]),
        ("acme query:money", vec!["acme"]),
        ("acme author:\"kari nordmann\"", vec!["acme"]),
        ("acme url:\"product reviews\" tag:\"baby bags\"", vec!["acme"]),
        ("author:acme", vec![]),
        ("acme OR url:acme", vec![]),
        ("/acme/", vec![]),
        ("acme OR /ac.e/", vec![]),
        ("lang:de", vec![]),
        ("`!` OR acme", vec![]),
        ("source:acme shop", vec!["shop"]),
    ] {
        assert_eq!(parse(query).search_terms(), terms, "{query}");
    }
}

#[test]
fn networks_are_asked_for_every_way_to_write_a_name() {
    for (query, folding, terms) in [
        ("\"Skip Hop\"", Folding::default(), vec!["Skip Hop", "SkipHop"]),
        // To a network a hyphen is a gap, and letters are what they are without case and accents.
        ("\"Skip Hop\" OR skip-hop OR SKIPHOP", Folding::default(), vec!["Skip Hop", "SkipHop"]),
        ("Müller", Folding::default(), vec!["Müller", "mueller"]),
        ("Müller", Folding::NONE, vec!["Müller"]),
        ("Müller", Folding { german: false, norwegian: true }, vec!["Müller"]),
        ("Müller OR muller OR Mueller", Folding::default(), vec!["Mueller", "Müller"]),
        ("Mueller", Folding::default(), vec!["Mueller"]),
        ("\"Blå Bær\"", Folding::default(), vec!["Blå Bær", "BlåBær", "blaa baer", "blaabaer"]),
        ("\"Groß Möbel\"~2", Folding::default(), vec!["Möbel", "moebel"]),
        ("#Ålesund OR @Ålesund", Folding::default(), vec!["Ålesund", "aalesund"]),
        // What is found character by character has no other form, nor do signs vanish.
        ("`Müller Milch`", Folding::default(), vec!["Müller Milch"]),
        ("\"AT&T Shop\" OR \"Visual C++\"", Folding::default(), vec!["Visual C++", "AT&T Shop"]),
    ] {
        let context = Context { folding, ..Context::default() };
        assert_eq!(Query::parse_in(query, &context).unwrap().search_terms(), terms, "{query}");
    }
}
