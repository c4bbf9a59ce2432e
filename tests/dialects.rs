//! What the web serves as feeds: every version and dialect, and the faults that are common. Each case is a document and
//! what is read from it.

use mentiond::model::Instant;
use mentiond::parse::feed::{Feed, FeedError, Item, read};

fn parse(body: impl AsRef<[u8]>) -> Result<Feed, FeedError> {
    let now: Instant = "2026-11-20T12:00:00Z".parse().unwrap();
    read(body.as_ref(), None, &"https://x.example/dir/feed".parse().unwrap(), now)
}

/// Title, address, id and text of an entry.
fn shown(item: &Item) -> String {
    let parts = [Some(item.title.as_str()), item.url.as_deref(), item.guid.as_deref(), Some(item.text.as_str())];
    parts.map(|part| part.unwrap_or("-")).join(" | ").replace('\n', "/")
}

/// The entries of a feed in one line each.
fn entries(body: impl AsRef<[u8]>) -> Vec<String> {
    parse(body).unwrap().items.iter().map(shown).collect()
}

fn check(cases: &[(&str, &[&str])]) {
    for (document, expected) in cases {
        assert_eq!(entries(document), *expected, "{document}");
    }
}

#[test]
fn every_version_of_rss_is_read() {
    let item = "<item><title>a</title><link>http://y.example/1</link><description>t</description></item>";
    let rss_1 = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'";
    let rss_090 =
        "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'";
    let netscape = "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://my.netscape.com/publish/formats/rss-0.91.dtd'>";
    for document in [
        format!("<rss version='2.0'><channel>{item}</channel></rss>"),
        format!("<rss version='2.01'><channel>{item}</channel></rss>"),
        format!("<rss version='0.91'><channel>{item}</channel></rss>"),
        format!("<?xml version='1.0'?>\n{netscape}\n<rss version='0.91'><channel>{item}</channel></rss>"),
        format!("<rss version='0.92'><channel>{item}</channel></rss>"),
        format!("<rss version='0.93'><channel>{item}</channel></rss>"),
        format!("<rss version='0.94'><channel>{item}</channel></rss>"),
        format!("<rss><channel>{item}</channel></rss>"),
        format!("<rss version=''><channel>{item}</channel></rss>"),
        format!("<rss version='2.0' xmlns='http://backend.userland.com/rss2'><channel>{item}</channel></rss>"),
        format!("<rss version='2.0' xmlns='http://blogs.law.harvard.edu/tech/rss'><channel>{item}</channel></rss>"),
        format!("<rss version='2.0' xmlns='http://nobody.example/'><channel>{item}</channel></rss>"),
        format!("<rss version='2.0' xmlns='HTTP://PURL.ORG/RSS/1.0/'><channel>{item}</channel></rss>"),
        format!("<rss version='2.0'>{item}</rss>"),
        format!("<rss version='2.0'><channel><title>f</title></channel>{item}</rss>"),
        format!("<channel>{item}</channel>"),
        item.to_owned(),
        format!("<rdf:RDF {rss_1}><channel rdf:about='x'><items><rdf:Seq/></items></channel>{item}</rdf:RDF>"),
        format!("<rdf:RDF {rss_090}><channel/>{item}</rdf:RDF>"),
        format!("<rdf:RDF>{item}</rdf:RDF>"),
        format!("<rdf:RDF {rss_1} xmlns:r='http://purl.org/rss/1.0/'>{}</rdf:RDF>", prefixed(item, "r:")),
        format!("<rss:rss xmlns:rss='http://purl.org/rss/1.0/'>{}</rss:rss>", prefixed(item, "rss:")),
        format!("<RSS VERSION='2.0'><CHANNEL>{}</CHANNEL></RSS>", item.to_uppercase().replace("HTTP://Y.EXAMPLE/1", "http://y.example/1").replace(">A<", ">a<").replace(">T<", ">t<")),
        "<CHANNEL HREF='http://y.example/'><ITEM HREF='http://y.example/1' LASTMOD='2026-11-01'><TITLE>a</TITLE><ABSTRACT>t</ABSTRACT></ITEM></CHANNEL>".to_owned(),
        "<CHANNEL><ITEM><A HREF='http://y.example/1'>x</A><TITLE>a</TITLE><ABSTRACT>t</ABSTRACT></ITEM></CHANNEL>".to_owned(),
        "<CHANNEL><ITEM HREF='http://y.example/1'><A HREF='http://y.example/2'/><TITLE>a</TITLE><ABSTRACT>t</ABSTRACT></ITEM></CHANNEL>".to_owned(),
        format!("<!-- c --><?xml-stylesheet href='x'?><rss version='2.0'><!-- <item> --><channel><?php x ?>{item}<!-- --></channel></rss><!-- -->"),
    ] {
        let feed = parse(&document).unwrap();
        assert_eq!(feed.items.iter().map(shown).collect::<Vec<_>>(), ["a | http://y.example/1 | - | t"], "{document}");
        assert!(feed.problems.iter().all(|problem| problem.contains("no date")), "{:?} {document}", feed.problems);
    }
}

fn prefixed(xml: &str, prefix: &str) -> String {
    xml.replace("</", "\u{1}").replace('<', &format!("<{prefix}")).replace('\u{1}', &format!("</{prefix}"))
}

#[test]
fn the_modes_of_atom_are_read() {
    for (attributes, inner, title) in [
        ("", "a &lt;b&gt; c", "a <b> c"),
        (" type='text'", "a &amp; b", "a & b"),
        (" type='html'", "&lt;b&gt;a&lt;/b&gt; &amp;amp; b", "a & b"),
        (" type='html'", "<![CDATA[<b>a</b> &amp; b]]>", "a & b"),
        (" type='xhtml'", "<div xmlns='http://www.w3.org/1999/xhtml'>a <b>b</b> &lt;c&gt;</div>", "a b <c>"),
        (" type='xhtml' xmlns:h='http://www.w3.org/1999/xhtml'", "<h:div>a <h:b>b</h:b></h:div>", "a b"),
        (" type='text/html' mode='escaped'", "&lt;i>a&lt;/i>", "a"),
        (" type='text/plain' mode='escaped'", "a &lt;b>", "a <b>"),
        (" type='text/plain'", "a <b>b</b>", "a b"),
        (" type='application/xhtml+xml' mode='xml'", "<div>a <b>b</b></div>", "a b"),
        (" type='text/html' mode='base64'", "PGI+YTwvYj4g\nJmFtcDsgYg==", "a & b"),
        (" mode='base64'", "YSA8Yj4=", "a <b>"),
        (" type='application/octet-stream'", "PGI+YTwvYj4", "a"),
        (" type='HTML'", "&lt;b&gt;a", "a"),
        (" type='nonsense'", "a", "a"),
    ] {
        for root in ["version='0.3' xmlns='http://purl.org/atom/ns#'", "xmlns='http://www.w3.org/2005/Atom'", ""] {
            let document = format!(
                "<feed {root}><title>f</title><entry><id>i</id><title{attributes}>{inner}</title><link rel='alternate' \
                 href='http://y.example/1'/><content{attributes}>{inner}</content></entry></feed>"
            );
            assert_eq!(entries(&document), [format!("{title} | http://y.example/1 | i | {title}")], "{document}");
        }
    }
}

#[test]
fn entries_of_atom_are_read_however_they_are_dressed() {
    check(&[
        (
            "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:id>1</a:id><a:title>t</a:title></a:entry></a:feed>",
            &["t | - | 1 | "],
        ),
        (
            "<atom:feed><atom:entry><atom:id>1</atom:id><atom:title>t</atom:title></atom:entry></atom:feed>",
            &["t | - | 1 | "],
        ),
        ("<feed xmlns='http://example.com/necho'><entry><id>1</id><title>t</title></entry></feed>", &["t | - | 1 | "]),
        ("<entry xmlns='http://www.w3.org/2005/Atom'><id>1</id><title>t</title></entry>", &["t | - | 1 | "]),
        (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>t</title><source><id>s</id><title>no</title>\
             <link href='http://no.example/'/></source><link rel='related' href='http://no.example/'/><link rel='enclosure' \
             href='http://no.example/'/><link href='http://y.example/'/></entry></feed>",
            &["t | http://y.example/ | 1 | "],
        ),
        (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>t</title><content type='image/png'>AAAA\
             </content><summary>s</summary></entry><entry><content src='http://y.example/v' type='video/mp4'/><id>2</id></entry></feed>",
            &["t | - | 1 | s", " | - | 2 | "],
        ),
        (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><content type='application/xml'><entry><title>in\
             </title></entry></content><title>t</title></entry></feed>",
            &["t | - | 1 | in"],
        ),
        (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry/><entry><id>2</id></entry></feed>",
            &[" | - | - | ", " | - | 2 | "],
        ),
        (
            "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/'><entry><id>1</id>\
             <title>t</title><media:group><media:title>no</media:title><media:description>d</media:description></media:group></entry></feed>",
            &["t | - | 1 | d"],
        ),
    ]);
}

#[test]
fn bases_hold_at_every_level() {
    for (document, link) in [
        ("<feed xml:base='http://y.example/a/'><entry><link href='b'/></entry></feed>", "http://y.example/a/b"),
        ("<feed xml:base='/a/'><entry xml:base='b/'><link href='c'/></entry></feed>", "https://x.example/a/b/c"),
        (
            "<feed xml:base='http://y.example/'><entry xml:base='b/'><link xml:base='c/' href='d'/></entry></feed>",
            "http://y.example/b/c/d",
        ),
        (
            "<feed><entry xml:base='http://z.example/'><title>t</title></entry><entry><link href='d'/></entry></feed>",
            "https://x.example/dir/d",
        ),
        ("<feed xml:base='http://[broken'><entry><link href='d'/></entry></feed>", "https://x.example/dir/d"),
        (
            "<feed xml:base='http://y.example/'><entry><link href='//z.example/q?a=1&amp;b'/></entry></feed>",
            "http://z.example/q?a=1&b",
        ),
        (
            "<rss version='2.0' xml:base='http://y.example/'><channel xml:base='a/'><item><link>b</link></item></channel></rss>",
            "http://y.example/a/b",
        ),
        (
            "<rss version='2.0'><channel><item xml:base='http://y.example/'><link>b</link></item></channel></rss>",
            "http://y.example/b",
        ),
        (
            "<rss version='2.0'><channel><item><link xml:base='http://y.example/'> b </link></item></channel></rss>",
            "http://y.example/b",
        ),
        ("<CHANNEL BASE='http://y.example/'><ITEM HREF='b'/></CHANNEL>", "http://y.example/b"),
    ] {
        let document = document.replacen("<feed", "<feed xmlns='http://www.w3.org/2005/Atom'", 1);
        let feed = parse(&document).unwrap();
        assert_eq!(feed.items.iter().rev().find_map(|item| item.url.as_deref()), Some(link), "{document}");
    }
}

/// An item of RSS between the parts that every feed has.
fn item(inner: &str) -> String {
    format!("<rss version='2.0'><channel><title>f</title><item>{inner}</item></channel></rss>")
}

#[test]
fn elements_of_other_vocabularies_step_in_and_never_over() {
    for (inner, expected) in [
        ("<dc:title>a</dc:title>", "a | - | - | "),
        (
            "<title>a</title><dc:title>b</dc:title><media:title>c</media:title><itunes:title>d</itunes:title>",
            "a | - | - | ",
        ),
        ("<media:title>c</media:title><dc:title>b</dc:title>", "b | - | - | "),
        (
            "<media:content url='x'><media:title>c</media:title><media:description>d</media:description></media:content>",
            "c | - | - | d",
        ),
        ("<itunes:title>c</itunes:title><itunes:summary>s</itunes:summary>", "c | - | - | s"),
        ("<title>a</title><atom:link href='http://y.example/1'/>", "a | http://y.example/1 | - | "),
        (
            "<title>a</title><atom:link rel='self' href='http://y.example/s'/><link>http://y.example/1</link>",
            "a | http://y.example/1 | - | ",
        ),
        ("<title>a</title><link href='http://y.example/1'/>", "a | http://y.example/1 | - | "),
        ("<title>a</title><link rel='alternate' href='http://y.example/1'></link>", "a | http://y.example/1 | - | "),
        (
            "<title>a</title><link>http://y.example/1</link><link>http://y.example/2</link>",
            "a | http://y.example/2 | - | ",
        ),
        ("<title>a</title><guid>http://y.example/1</guid>", "a | http://y.example/1 | http://y.example/1 | "),
        (
            "<title>a</title><guid isPermaLink='true'>http://y.example/1</guid>",
            "a | http://y.example/1 | http://y.example/1 | ",
        ),
        ("<title>a</title><guid isPermaLink='false'>tag:1</guid>", "a | - | tag:1 | "),
        ("<title>a</title><comments>http://y.example/c</comments>", "a | http://y.example/c | - | "),
        ("<title>a</title><enclosure url='http://y.example/a.mp3' length='1' type='audio/mpeg'/>", "a | - | - | "),
        ("<description>only a text</description>", " | - | - | only a text"),
        (
            "<title>a</title><description>s</description><content:encoded>&lt;p>longer text&lt;/p></content:encoded>",
            "a | - | - | longer text",
        ),
        ("<title>a</title><encoded>longer text</encoded>", "a | - | - | longer text"),
        ("<title>a</title><body xmlns='http://www.w3.org/1999/xhtml'><p>x <b>y</b></p></body>", "a | - | - | x y"),
        ("<title>a</title><xhtml:body><xhtml:p>x</xhtml:p></xhtml:body>", "a | - | - | x"),
        ("<title>a</title><unknown><title>b</title><link>http://no.example/</link></unknown>", "a | - | - | "),
        ("<title>a</title><source url='http://no.example/'>b</source>", "a | - | - | "),
        (
            "<title>a</title><image><title>b</title><url>u</url></image><textInput><title>c</title></textInput>",
            "a | - | - | ",
        ),
        ("<x:title xmlns:x='http://nobody.example/'>b</x:title><title>a</title>", "a | - | - | "),
    ] {
        assert_eq!(entries(item(inner)), [expected], "{inner}");
    }
    let odd = "<rss version='2.0' xmlns:i='HTTP://www.iTunes.com/DTDs/PodCast-1.0.dtd' xmlns:d=' http://purl.org/dc/elements/1.1 ' \
               xmlns:c='http://purl.org/rss/1.0/modules/content'><channel><item><d:title>a</d:title><i:summary>s</i:summary>\
               <c:encoded>long text</c:encoded><d:creator>Å</d:creator><d:date>2026-11-19</d:date></item></channel></rss>";
    let feed = parse(odd).unwrap();
    assert_eq!(shown(&feed.items[0]), "a | - | - | long text");
    assert_eq!(feed.items[0].author.as_ref().unwrap().name, "Å");
    assert_eq!(feed.problems, [""; 0]);
}

#[test]
fn common_faults_are_mended_and_told() {
    for (document, expected, fault) in [
        (item("<title>a & b</title>"), vec!["a & b | - | - | "], "begin no tag"),
        (item("<title>a <3 b < c</title>"), vec!["a <3 b < c | - | - | "], "begin no tag"),
        (
            item("<title>?a=1&copy=2</title><link>http://y.example/?a=1&b=2</link>"),
            vec!["?a=1©=2 | http://y.example/?a=1&b=2 | - | "],
            "begin no tag",
        ),
        (item("<title>a</title><description>x<br>y<p>z</description>"), vec!["a | - | - | x/y//z"], ""),
        (
            item("<title>a <b>b</b></title><description>\n<p>c &amp; <i>d</i></p></description>"),
            vec!["a b | - | - | c & d"],
            "",
        ),
        (item("<title>a<link>http://y.example/</link>"), vec!["a | http://y.example/ | - | "], "tags fit"),
        (item("<title>a</title><dc:date>2026-11-19</dc:date>"), vec!["a | - | - | "], "not declared"),
        (
            item("<title>a</title></item><item><title>b</title>").replacen("</item>", "", 1),
            vec!["a | - | - | ", "b | - | - | "],
            "tags fit",
        ),
        (item("<title>a</title>").replace("</item>", ""), vec!["a | - | - | "], "tags fit"),
        (item("<title>a</title></b></i>"), vec!["a | - | - | "], ""),
        (item("<title>caf&eacute; &hellip; &#150; &#x27;</title>"), vec!["café … – ' | - | - | "], ""),
        (item("<title>a\u{1}b\u{b}</title>"), vec!["ab | - | - | "], ""),
        (item("<title><![CDATA[a <b>b</b>]]> c <![CDATA[& d]]></title>"), vec!["a b c & d | - | - | "], ""),
        (item("<title>a</title><description><![CDATA[x</description>"), vec!["a | - | - | x"], "begin no tag"),
        (
            format!("<br /><b>Warning</b>: x & y in <b>z.php</b>\n<?xml version='1.0'?>{}", item("<title>a</title>")),
            vec!["a | - | - | "],
            "stands before it",
        ),
        (item("<title>a</title>").replace("</rss>", ""), vec!["a | - | - | "], "ends early"),
        (
            format!(
                "<!DOCTYPE rss [<!ENTITY co \"Acme &amp; S&#248;n\">\n<!ENTITY no SYSTEM 'file:///etc/passwd'>]>{}",
                item("<title>&co; &no;</title>")
            ),
            vec!["Acme & Søn &no; | - | - | "],
            "begin no tag",
        ),
        (
            item("<title>a</title><link>http://y.example/<![CDATA[?a&b]]></link>"),
            vec!["a | http://y.example/?a&b | - | "],
            "",
        ),
    ] {
        let feed = parse(&document).unwrap();
        assert_eq!(feed.items.iter().map(shown).collect::<Vec<_>>(), expected, "{document}");
        let told = feed.problems.join("; ");
        assert!(told.contains(fault), "{told} {document}");
        let told =
            told.replace("entry has no date that can be read", "").replace("entries have no date that can be read", "");
        assert!(!fault.is_empty() || told.trim_matches(['1', '2', ' ', ';']).is_empty(), "{told} {document}");
    }
}

#[test]
fn a_document_that_breaks_keeps_its_whole_entries_and_says_what_is_lost() {
    let start =
        "<rss version='2.0'><channel><title>f</title><item><title>a</title></item><item><title>b</title></item>";
    for (rest, lost) in [
        ("<item><title>c", "the document ends in the middle of entry 3, which is lost with all behind it"),
        ("<item><title>c</title></ite", "the document ends in the middle of entry 3, which is lost with all behind it"),
        (
            "<item><description><![CDATA[<p>x",
            "the document ends in the middle of entry 3, which is lost with all behind it",
        ),
        ("<item><link href=\"http://", "the document ends in the middle of entry 3, which is lost with all behind it"),
        ("<it", "the document ends early; what may have stood behind entry 2 is lost"),
        ("<!-- x", "the document ends early; what may have stood behind entry 2 is lost"),
        ("", "the document ends early; what may have stood behind entry 2 is lost"),
    ] {
        let feed = parse(format!("{start}{rest}")).unwrap();
        assert_eq!((feed.items.len(), feed.found), (2, 2), "{rest}");
        assert!(feed.problems.iter().any(|problem| problem == lost), "{:?} {rest}", feed.problems);
    }
    let error = parse("<rss version='2.0'><channel><item><title>cut").unwrap_err();
    assert_eq!(error.to_string(), "the document ends in the middle of its first entry");
}

#[test]
fn a_feed_without_entries_is_a_feed() {
    for document in [
        "<rss/>",
        "<rss version='2.0'><channel/></rss>",
        "<feed/>",
        "<rdf:RDF></rdf:RDF>",
        "<rss><channel><title>t</title></channel></rss>",
    ] {
        let feed = parse(document).unwrap();
        assert_eq!((feed.items.len(), feed.found, feed.problems), (0, 0, vec![]), "{document}");
    }
}
