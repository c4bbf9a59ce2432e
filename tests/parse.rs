//! Documents that are hostile or broken: nothing panics, hangs or vanishes without a word.

use std::time::{Duration, Instant as Started};

use mentiond::model::Instant;
use mentiond::parse::feed::{Feed, FeedError, MAX_ITEMS, read};
use mentiond::parse::{date, text};
use proptest::prelude::*;

fn now() -> Instant {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn parse(body: impl AsRef<[u8]>, content_type: Option<&str>) -> Result<Feed, FeedError> {
    let started = Started::now();
    let feed = read(body.as_ref(), content_type, &"https://x.example/feed".parse().unwrap(), now());
    assert!(started.elapsed() < Duration::from_secs(30), "took {:?}", started.elapsed());
    feed
}

fn titles(body: impl AsRef<[u8]>) -> Vec<String> {
    parse(body, None).unwrap().items.into_iter().map(|item| item.title).collect()
}

/// Problems other than that dates are missing, which most documents here have.
fn faults(feed: &Feed) -> Vec<&str> {
    feed.problems.iter().map(String::as_str).filter(|problem| !problem.contains("no date that can be read")).collect()
}

fn rss(items: &str) -> String {
    format!(
        "<rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>t</title>{items}</channel></rss>"
    )
}

#[test]
fn numbers_and_addresses_that_make_feed_rs_panic_are_read() {
    let number = "9".repeat(23);
    for part in [
        format!("<itunes:duration>{number}</itunes:duration>"),
        format!("<itunes:duration>{number}:00:00</itunes:duration>"),
        format!("<media:thumbnail url=\"x\" time=\"{number}\"/>"),
        format!("<media:text start='{number}' end=\"{number}\">x</media:text>"),
        "<author>a@b.example（编辑）</author>".to_owned(),
        "<author>…a@b.example</author>".to_owned(),
    ] {
        assert_eq!(titles(rss(&format!("<item><title>a</title>{part}</item>"))), ["a"], "{part}");
    }
}

/// Both once took a time that grew with the square of the length, minutes for what stands here.
#[test]
fn many_tags_that_never_end_take_linear_time() {
    let number = "9".repeat(23);
    let endless = format!("<itunes:duration>{number}</itunes:duration>{}", "duration>".repeat(300_000));
    let _ = parse(rss(&endless), None);
    let _ = parse(rss(&format!("<item><title>a</title></item>{}", "<title".repeat(500_000))), None);
}

#[test]
fn character_encodings_are_followed() {
    let document = rss("<item><title>Grünerløkka</title></item>");
    let wide = |bytes: fn(u16) -> [u8; 2]| document.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    assert_eq!(titles(wide(u16::to_le_bytes)), ["Grünerløkka"]);
    assert_eq!(titles([b"\xfe\xff".to_vec(), wide(u16::to_be_bytes)].concat()), ["Grünerløkka"]);
    let declared = format!("<?xml version='1.0' encoding='UTF-16'?>{document}");
    assert_eq!(titles(declared.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()), ["Grünerløkka"]);
    let latin = encoding_rs::WINDOWS_1252.encode(&document).0.into_owned();
    let feed = parse(latin, Some("application/rss+xml; charset=ISO-8859-1")).unwrap();
    assert_eq!((feed.items[0].title.as_str(), faults(&feed)), ("Grünerløkka", vec![]));
}

#[test]
fn one_bad_entry_of_json_never_loses_the_feed() {
    let json = r#"{"items": [{"id": 42, "title": "a", "content_html": "<p>b", "author": {"name": "x"}}, null]}"#;
    let feed = parse(json, None).unwrap();
    assert_eq!((feed.items[0].guid.as_deref(), feed.items[0].text.as_str(), feed.found), (Some("42"), "b", 2));
}

#[test]
fn markup_that_is_not_escaped_is_read_to_its_end() {
    let feed =
        parse(rss("<item><title>a <b>b</b></title><description>\n<p>c &amp; <i>d</i></p></description></item>"), None);
    let item = feed.unwrap().items.remove(0);
    assert_eq!((item.title.as_str(), item.text.as_str()), ("a b", "c & d"));
}

#[test]
fn what_is_no_feed_says_so() {
    for document in ["<a/>", "text", "{}", "[1]", "{\"items\": 5}", "<rss version='2.0'><channel><item><title>cut"] {
        assert!(matches!(parse(document, None), Err(FeedError::Malformed(_))), "{document}");
    }
    assert_eq!(parse(" \n", None).unwrap_err(), FeedError::Empty);
    let page =
        "<?xml version='1.0'?>\n<!DOCTYPE HTML PUBLIC><link rel='x alternate' type='application/atom+xml' href='/a'>";
    assert_eq!(
        parse(page, None).unwrap_err(),
        FeedError::Page { alternate: Some("https://x.example/a".parse().unwrap()) }
    );
    assert_eq!(parse("<html><p>", None).unwrap_err().to_string(), "it is a web page, not a feed");
}

#[test]
fn a_document_is_read_up_to_its_limits() {
    let many: String = (0..10_000).map(|n| format!("<item><title>{n}</title></item>")).collect();
    let feed = parse(rss(&many), None).unwrap();
    assert_eq!((feed.items.len(), feed.found), (MAX_ITEMS, 10_000));
    assert_eq!(faults(&feed), ["it has 10000 entries; only the first 1000 are read"]);

    let large = format!("<item><title>{0}</title><description>{0}</description></item>", "ø".repeat(300_000));
    let feed = parse(rss(&large), None).unwrap();
    assert_eq!(feed.items[0].title.chars().count(), text::MAX_LINE);
    assert_eq!(feed.items[0].text.chars().count(), text::MAX_TEXT);
    assert_eq!(faults(&feed), ["1 text reaches 200000 characters, where texts are cut"]);

    let tags = rss(&format!(
        "<item><title>a</title>{}</item>",
        (0..5_000).map(|n| format!("<category>{n}</category>")).collect::<String>()
    ));
    assert_eq!(parse(tags, None).unwrap().items[0].tags.len(), 50);
}

#[test]
fn markup_beyond_its_limit_is_left_out_from_there_on_and_told() {
    let tags = format!("<b title='{}'></b>", "y".repeat(10_000)).repeat(140);
    for markup in [format!("<p>x</p>{tags}{tags}<b>z</b>"), format!("<p>x</p>{tags}{}z", "&#32;".repeat(700_000))] {
        let feed = parse(rss(&format!("<item><title>a</title><description>{markup}</description></item>")), None);
        let feed = feed.unwrap();
        assert_eq!(feed.items[0].text, "x");
        assert_eq!(faults(&feed), ["the feed was repaired: cut texts after 2 MiB"]);
    }
}

/// Pictures that are written out in their own address take no room from the text behind them.
#[test]
fn long_attributes_are_left_out_and_nothing_else() {
    let picture = |size| format!("<img src='data:image/png;base64,{}' alt=\"Bob's view\"/>", "y".repeat(size));
    let hidden = format!("<div title='{}' hidden='hidden'>never</div>", "y".repeat(2_200_000));
    for (markup, between) in [
        (picture(2_200_000), "Bob's view\n\n"),
        (format!("<p>{}</p><p>{}</p>", picture(1_200_000), picture(1_200_000)), "Bob's view\n\nBob's view\n\n"),
        (hidden, ""),
    ] {
        // A bare `&` has the feed repaired.
        for title in ["a", "a & b"] {
            let document = format!(
                "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>{title}</title><content type='xhtml'>\
                 <div xmlns='http://www.w3.org/1999/xhtml'><p>before</p>{markup}<p>AFTER</p></div></content></entry></feed>"
            );
            let feed = parse(document, None).unwrap();
            assert_eq!(feed.items[0].text, format!("before\n\n{between}AFTER"));
            assert!(!faults(&feed).iter().any(|fault| fault.contains("2 MiB")));
        }
    }
}

/// Clocks go wrong by minutes, and zones by hours; what lies further ahead is no date of something that was published.
#[test]
fn dates_ahead_of_time_are_told() {
    for (dates, kept, told) in [
        (vec!["2026-11-20T12:59:00Z"], 1, vec![]),
        (
            vec!["2026-11-20T13:01:00Z"],
            1,
            vec!["1 date lies more than an hour ahead and is kept as it is: `2026-11-20T13:01:00Z`"],
        ),
        (
            vec!["2026-11-20T12:00:00Z", "2026-11-21T11:00:00Z", "2026-11-20T20:00:00Z"],
            3,
            vec!["2 dates lie more than an hour ahead and are kept as they are, for instance `2026-11-21T11:00:00Z`"],
        ),
        (vec!["2026-11-21T13:00:00Z"], 0, vec!["1 implausible date was left out: `2026-11-21T13:00:00Z`"]),
        (
            vec!["1970-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
            0,
            vec!["2 implausible dates were left out, for instance `1970-01-01T00:00:00Z`"],
        ),
    ] {
        let items: String = dates.iter().map(|date| format!("<item><pubDate>{date}</pubDate></item>")).collect();
        let feed = parse(rss(&items), None).unwrap();
        assert_eq!(feed.items.iter().filter(|item| item.published_at.is_some()).count(), kept, "{dates:?}");
        assert_eq!(feed.problems, told);
    }
}

#[test]
fn nesting_and_endless_markup_are_harmless() {
    let deep = format!("{}x{}", "&lt;div&gt;".repeat(100_000), "&lt;/div&gt;".repeat(100_000));
    let feed = parse(rss(&format!("<item><description>{deep}</description></item>")), None).unwrap();
    assert_eq!(feed.items[0].text, "x");
    for hostile in [
        format!("<rss version='2.0'>{}", "<a>".repeat(70_000)),
        format!("<rss version='2.0'>{}", "<![CDATA[".repeat(50_000)),
        format!("<rss version='2.0'>{}", "<!--".repeat(50_000)),
        format!("<rss {}", "version".repeat(50_000)),
        format!("<rss version='2.0'>{}", "@@a@".repeat(50_000)),
        format!("<rss version='2.0'>{}{}", "9".repeat(20), " time=\"".repeat(50_000)),
        format!("<rss version='2.0'>{}", "<title><b>".repeat(50_000)),
        format!("<rss version='2.0'>{}", "<title ".repeat(50_000)),
        format!("<feed {}>", "xmlns='x' ".repeat(50_000)),
        "{\"items\":".repeat(50_000),
        "&".repeat(200_000),
    ] {
        let _harmless = parse(hostile, None);
    }
}

#[test]
fn the_longer_of_summary_and_content_is_the_text() {
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a &lt;b> c</title><summary>one\n\ntwo &lt;i></summary>\
                <content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x</p></div></content></entry></feed>";
    let feed = parse(atom, None).unwrap();
    assert_eq!((feed.items[0].title.as_str(), feed.items[0].text.as_str()), ("a <b> c", "one\n\ntwo <i>"));
}

/// Entities that grow without end, in every place where a document may use them.
#[test]
fn an_entity_bomb_is_bounded_and_told() {
    let lol: String = (1..40).map(|n| format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10))).collect();
    let bomb = format!("<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY l0 'lol '>{lol}]>");
    for item in [
        "<title>a&l39;</title>",
        "<title>a</title><description>&l30;&l30;</description>",
        "<title>a</title><link>http://y.example/&l39;</link>",
    ] {
        let feed = parse(format!("{bomb}{}", rss(&format!("<item>{item}</item>").repeat(50))), None).unwrap();
        assert!(feed.items[0].title.starts_with('a') && feed.items.len() == 50);
        assert!(feed.items.iter().map(|item| item.text.len() + item.title.len()).sum::<usize>() < 8 << 20);
        assert!(faults(&feed).iter().any(|fault| fault.contains("expand beyond 1 MiB")), "{:?}", faults(&feed));
    }
}

/// What feed-rs reads by calling itself would end the process if it lay deep enough.
#[test]
fn deep_elements_do_not_exhaust_the_stack() {
    for element in
        ["media:group", "itunes:category", "media:content", "channel", "item", "x:y", "title", "author", "div"]
    {
        for depth in [20, 40, 10_000] {
            let (start, end) = (format!("<{element}>").repeat(depth), format!("</{element}>").repeat(depth));
            let _read = parse(rss(&format!("<item><title>a</title>{start}b{end}</item>")), None);
            let _read = parse(rss(&format!("{start}b{end}<item><title>a</title></item>")), None);
            let _read = parse(rss(&format!("<item>{start}")), None);
            let _read = parse(
                format!(
                    "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'>{start}b{end}</content></entry></feed>"
                ),
                None,
            );
        }
    }
}

#[test]
fn hostile_documents_take_linear_time() {
    let n = 50_000;
    for hostile in [
        rss(&"<item>".repeat(n)),
        rss(&"<item><title>".repeat(n)),
        rss(&"</item>".repeat(n)),
        rss(&"<item/>".repeat(n)),
        rss(&format!("<item>{}</item>", "<title>a</title>".repeat(n))),
        rss(&format!("<item>{}</item>", "<link>b</link>".repeat(n))),
        rss(&format!("<item>{}</item>", "<author>a@b.example</author>".repeat(n))),
        rss(&format!("<item><author>{}</author></item>", "a@ ".repeat(n))),
        rss(&format!("<item><title>{}</title></item>", "&a".repeat(n))),
        rss(&format!("<item><title>{}</title></item>", "&amp;".repeat(n))),
        rss(&format!("<item><title>{}</title></item>", "x".repeat(5_000_000))),
        rss(&format!("<item><title>{}</title></item>", "<b>".repeat(n))),
        rss(&format!("<item><guid>{}</guid></item>", "]]>".repeat(n))),
        format!("<rss {}", "a=\"<".repeat(n)),
        format!("<rss {}>", "a=\"x\" ".repeat(n)),
        format!("<rss>{}", "<a b=\"".repeat(n)),
        format!("<rss>{}\"", "<a b=\"x>".repeat(n)),
        format!("<rss>{}", "<a b='".repeat(n)),
        format!("<rss>{}", "<!DOCTYPE [".repeat(n)),
        format!("<rss>{}", "<!DOCTYPE x [ ]".repeat(n)),
        format!("<!DOCTYPE x [{}]><rss/>", "<!ENTITY a '".repeat(n)),
        format!("<!DOCTYPE x [{}]><rss/>", "<!ENTITY a \"b\">".repeat(n)),
        format!("<rss>{}", "<?x".repeat(n)),
        format!("<rss>{}", "<![CDATA[".repeat(n)),
        format!("<rss>{}", "<".repeat(n)),
        format!("<rss {}>", (0..n).map(|n| format!("xmlns:a{n}='x' ")).collect::<String>()),
        format!("<rss>{}", "<a:b>".repeat(n)),
        format!("<rss>{}", "</a>".repeat(n)),
        format!("<feed>{}", "<x xml:base='y/'>".repeat(n)),
        format!("{}<rss/>", "<!-- -->".repeat(n)),
        format!("{}<html>", "<!-- -->".repeat(n)),
        format!("{{\"items\": [{}", "{\"a\": 1},".repeat(n)),
        format!("{{\"items\": [{}", "[".repeat(n)),
    ] {
        let started = Started::now();
        let _harmless = parse(&hostile, None);
        assert!(started.elapsed() < Duration::from_secs(20), "{:?} for {:.80}", started.elapsed(), hostile);
    }
}

/// Pieces of which feeds are made, and of which they are made badly.
const PIECES: [&str; 56] = [
    "<rss version='2.0'>",
    "<channel>",
    "<item>",
    "</item>",
    "</channel>",
    "</rss>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<entry>",
    "</entry>",
    "</feed>",
    "<title>",
    "</title>",
    "<title type='xhtml'>",
    "<content type='xhtml'>",
    "</content>",
    "<content type='application/xml'>",
    "<div>",
    "</div>",
    "<link>",
    "</link>",
    "<link href='x'/>",
    "<guid>",
    "</guid>",
    "<author>",
    "<name>",
    "</name>",
    "</author>",
    "<media:group>",
    "</media:group>",
    "<media:content url='x'>",
    "</media:content>",
    "<itunes:duration>",
    "99999999999999999999:00:00",
    "</itunes:duration>",
    "<description>",
    "</description>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml",
    " encoding='utf-16'?>",
    "<!DOCTYPE x [<!ENTITY a '&b;'>",
    "]>",
    "&a;",
    "&amp;",
    "&#0;",
    "& ",
    "å@b.example（x）",
    "<a b=\"",
    "'",
    ">",
    "/>",
    "<media:thumbnail time='99999999999999999999999'/>",
    "<rdf:RDF>",
    "<at:deleted-entry ref='x'/>",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_row_of_pieces_panics(row in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let document: String = row.iter().map(|n| PIECES[*n]).collect();
        let _any = parse(&document, None);
        let _any = parse(rss(&format!("<item>{document}</item>")), None);
        let _any = parse(format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry>{document}</entry></feed>"), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400), words in "[ -~æ…\\n]{0,120}") {
        let _any = parse(&bytes, Some(&words));
        let _any = parse(rss(&words), None);
        let _any = parse(rss(&format!("<item><title>{words}</title><author>{words}</author>")), None);
        let _any = parse([b"<feed><entry>".as_slice(), &bytes].concat(), None);
        let _any = (text::html(&words), text::plain(&words), date::parse(&words));
    }
}
