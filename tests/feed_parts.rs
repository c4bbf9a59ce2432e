//! What feeds say beside their texts: languages, counts, rhythm, hubs, deletions; and what is left of broken JSON.

use mentiond::model::Instant;
use mentiond::parse::feed::{Feed, FeedError, read};

fn parse(body: impl AsRef<[u8]>) -> Result<Feed, FeedError> {
    let now: Instant = "2026-11-20T12:00:00Z".parse().unwrap();
    read(body.as_ref(), None, &"https://x.example/dir/feed".parse().unwrap(), now)
}

#[test]
fn what_stands_beside_the_text_is_read() {
    let rss = "<rss version='2.0' xmlns:slash='http://purl.org/rss/1.0/modules/slash/' xmlns:dc='http://purl.org/dc/elements/1.1/'>\
               <channel><language>de-AT</language><item xml:lang='no'><title>a</title><slash:comments> 7 </slash:comments></item>\
               <item><title>b</title><dc:language>en-us</dc:language><dc:creator>Å</dc:creator></item></channel></rss>";
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0' xml:lang='de'>\
                <author><name>F</name><uri>/f</uri></author><entry xml:lang='nb'><id>1</id><thr:total>3</thr:total></entry>\
                <entry><id>2</id><author><name>Å</name></author></entry></feed>";
    for (document, comments, authors) in [(rss, 7, [None, Some("Å")]), (atom, 3, [Some("F"), Some("Å")])] {
        // The same document is read in the same way when it is broken.
        for document in
            [document.to_owned(), document.replacen("<entry", " & <entry", 1).replacen("<item", " & <item", 1)]
        {
            let feed = parse(&document).unwrap();
            let language = |n: usize| feed.items[n].language.as_ref().map(ToString::to_string);
            assert_eq!((language(0).as_deref(), feed.items[0].engagement), (Some("nb"), Some(comments)), "{document}");
            assert!(matches!(language(1).as_deref(), Some("de" | "en")), "{:?} {document}", language(1));
            assert_eq!(
                feed.items
                    .iter()
                    .map(|item| item.author.as_ref().map(|author| author.name.as_str()))
                    .collect::<Vec<_>>(),
                authors
            );
        }
    }
}

#[test]
fn the_head_is_read_wherever_it_stands() {
    let head = "<ttl>90</ttl><skipHours><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>\
                <atom:link rel='hub' href='https://hub.example/'/><atom:link rel='self' href='https://x.example/self'/>";
    let items = "<item><title>a</title><ttl>1</ttl></item><item><title>b</title></item>";
    let root = "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel>";
    for document in [
        format!("{root}{head}{items}</channel></rss>"),
        format!("{root}{items}{head}</channel></rss>"),
        format!("{root}{head}{}</channel></rss>", items.replace("<ttl>1</ttl>", "")),
        format!("{root}{head}</channel></rss>"),
    ] {
        let feed = parse(&document).unwrap();
        assert_eq!(feed.rhythm.every.map(|every| every.as_secs()), Some(90 * 60), "{document}");
        assert_eq!((feed.rhythm.skip_hours, feed.rhythm.skip_days), (1, 0b100_0000));
        let hub = feed.hub.unwrap();
        assert_eq!((hub.url.as_str(), hub.topic.as_str()), ("https://hub.example/", "https://x.example/self"));
    }
    let deleted = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'>\
                   <at:deleted-entry ref='tag:1' when='2026-11-19T00:00:00Z'><at:by><name>x</name></at:by></at:deleted-entry>\
                   <entry><id>tag:2</id></entry><at:deleted-entry ref='tag:3' when='2026-11-19T00:00:00Z'/></feed>";
    for document in [deleted.to_owned(), deleted.replace("<at:by>", "& <at:by>")] {
        let feed = parse(&document).unwrap();
        assert_eq!((feed.deleted, feed.items.len()), (vec!["tag:1".to_owned(), "tag:3".to_owned()], 1), "{document}");
    }
    let json = r#"{"items": [], "expired": true, "hubs": [{"type": "x"}, {"type": "WebSub", "url": "https://hub.example/"}], "feed_url": "https://x.example/j"}"#;
    let feed = parse(json).unwrap();
    assert!(feed.rhythm.expired);
    assert_eq!(feed.hub.unwrap().topic.as_str(), "https://x.example/j");
}

#[test]
fn who_published_first_is_read_from_a_feed_of_several_publishers() {
    let item = |source: &str| format!("<item><title>a</title><link>https://x.example/a</link>{source}</item>");
    let rss = "<rss version=\"2.0\" xmlns:News=\"https://search.example/?q=a\"><channel><title>f</title>";
    for (source, outlet) in [
        ("<source url=\"https://a.example\">A &amp;amp; B</source>", Some("A & B")),
        ("<source url=\"https://a.example\"><![CDATA[A &amp; B]]></source>", Some("A & B")),
        ("<News:Source>A &amp; B</News:Source>", Some("A & B")),
        ("<source url=\"https://a.example\"/>", None),
        ("<source> </source>", None),
    ] {
        let document = format!("{rss}{}</channel></rss>", item(source));
        for document in [document.clone(), format!("Warning: a script failed\n{document}")] {
            let feed = parse(&document).unwrap();
            assert_eq!((feed.items.len(), feed.items[0].outlet.as_deref()), (1, outlet), "{document}");
        }
    }
    // In Atom, the source of an entry is a feed of its own.
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>1</id><title>a</title><source><id>2</id><title>b</title></source></entry></feed>";
    for document in [atom.to_owned(), format!("Warning: a script failed\n{atom}")] {
        let item = &parse(&document).unwrap().items[0];
        assert_eq!((item.title.as_str(), item.guid.as_deref(), &item.outlet), ("a", Some("1"), &None), "{document}");
    }
}

#[test]
fn a_broken_json_feed_keeps_its_whole_items() {
    for (document, titles, told) in [
        (
            r#"{"items": [{"id": "1", "title": "a"}, {"id": "2", "title": "b"}, {"id": "3", "ti"#,
            "a b",
            "ends behind item 2",
        ),
        (r#"{"language": "de", "items": [{"id": "1", "title": a}, {"id": "2", "title": "b"}]}"#, "b", "1 of 2 items"),
        ("{\"items\": [{\"id\": \"1\", \"title\": \"a\tb\"}]}", "a b", ""),
    ] {
        let feed = parse(document).unwrap();
        let read: Vec<&str> = feed.items.iter().map(|item| item.title.as_str()).collect();
        assert_eq!(read.join(" "), titles, "{document}");
        assert!(feed.problems.iter().any(|problem| problem.contains(told)), "{:?}", feed.problems);
    }
    assert!(matches!(parse("{\"items\": [{\"id\": "), Err(FeedError::Malformed(_))));
}

#[test]
fn what_is_wrong_with_json_is_told_in_plain_words() {
    for (document, told) in [
        (format!("{{\"items\": {}", "[".repeat(500)), "it is nested too deeply to be read (line 1, column 137)"),
        ("{\"items\": [{\"id\": ".to_owned(), "it ends too early (line 1, column 18)"),
        ("{\"items\"\n 5}".to_owned(), "it is not valid JSON (line 2, column 2: expected `:`)"),
    ] {
        assert_eq!(parse(&document).unwrap_err().to_string(), told);
    }
}

#[test]
fn a_tag_that_is_given_twice_is_one_tag() {
    let rss = "<rss version='2.0'><channel><item><title>a</title><category>A</category><category>B</category>\
               <category>A</category></item></channel></rss>";
    for document in [rss, r##"{"items": [{"id": "1", "tags": ["A", "B", "A"]}]}"##] {
        assert_eq!(parse(document).unwrap().items[0].tags, ["A", "B"], "{document}");
    }
}

/// An entry that is read otherwise when its feed breaks would be taken for an edited or new one.
#[test]
fn entries_are_read_in_the_same_way_when_their_feed_breaks() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/feeds");
    let mut compared = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let Ok(document) = std::fs::read_to_string(&path) else { continue };
        if path.extension().is_none_or(|extension| extension != "xml") {
            continue;
        }
        let broken = format!("Warning: a script failed\n{document}");
        let [sound, broken] = [&document, &broken].map(|document| parse(document).unwrap());
        assert!(broken.problems.iter().any(|problem| problem.contains("repaired")), "{}", path.display());
        assert_eq!(format!("{:#?}", broken.items), format!("{:#?}", sound.items), "{}", path.display());
        assert_eq!((broken.rhythm, broken.hub), (sound.rhythm, sound.hub), "{}", path.display());
        compared += 1;
    }
    assert!(compared > 15, "{compared}");
}
