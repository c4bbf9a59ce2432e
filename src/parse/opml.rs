//! Lists of feeds as readers exchange them (OPML 2.0, <http://opml.org/spec2.opml>). Reads whatever has outlines with
//! addresses, however broken the rest is; never does I/O.

use url::Url;

use super::charset;
use super::entity::Entities;
use super::text;
use super::xml::{Piece, Pieces};

/// Most feeds of one document.
const MOST: usize = 20_000;

/// A feed of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// What it is called; where it has no name, its address without what may be a secret.
    pub name: String,
    /// Its address, as the list writes it, but never with `feed:`. It may be none that can be polled.
    pub url: String,
}

/// All that a list calls feeds, in their order; some stand there twice.
///
/// # Errors
/// Why the document is no list of feeds.
pub fn read(document: &[u8]) -> Result<Vec<Outline>, String> {
    let (decoded, _) = charset::decode(document, None);
    let (mut entities, mut outlines, mut is_opml) = (Entities::default(), Vec::<Outline>::new(), false);
    for piece in Pieces::of(&decoded) {
        let Piece::Start(tag) = piece else { continue };
        is_opml |= tag.name.eq_ignore_ascii_case("opml");
        if !tag.name.eq_ignore_ascii_case("outline") {
            continue;
        }
        let mut value = |name| tag.attribute(name).map(|raw| text::line(&entities.resolve(raw)));
        let Some(url) = value("xmlurl").filter(|url| !url.is_empty()) else { continue };
        let name = [value("title"), value("text")].into_iter().flatten().find(|name| !name.is_empty());
        let url = without_feed(url);
        outlines.push(Outline { name: name.unwrap_or_else(|| nameless(&url)), url });
        if outlines.len() > MOST {
            return Err(format!("it has more than {MOST} feeds"));
        }
    }
    if is_opml || !outlines.is_empty() { Ok(outlines) } else { Err("it is no OPML: it has no outlines".to_owned()) }
}

/// Readers once wrote `feed:` before an address, or in place of its `http:`.
fn without_feed(url: String) -> String {
    match url.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("feed") => {
            if rest.starts_with("//") {
                format!("http:{rest}")
            } else {
                rest.to_owned()
            }
        }
        _ => url,
    }
}

/// What a feed without a name is called.
fn nameless(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) if url.has_host() => {
            format!("{}{}", url.host_str().unwrap_or_default(), url.path().trim_end_matches('/'))
        }
        _ => url.split('?').next().and_then(|start| start.rsplit('@').next()).unwrap_or_default().to_owned(),
    }
}

/// A list of feeds.
#[must_use]
pub fn write(outlines: &[Outline]) -> String {
    let lines: String = outlines
        .iter()
        .map(|Outline { name, url }| {
            let (name, url) = (escaped(name), escaped(url));
            format!("    <outline type=\"rss\" text=\"{name}\" title=\"{name}\" xmlUrl=\"{url}\"/>\n")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>Feeds of mentiond</title>\n  \
         </head>\n  <body>\n{lines}  </body>\n</opml>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(name: &str, url: &str) -> Outline {
        Outline { name: name.to_owned(), url: url.to_owned() }
    }

    #[test]
    fn feeds_are_found_in_folders_and_in_broken_documents() {
        let document = r#"<?xml version="1.0"?><opml version="1.0"><head><title>x</title></head><body>
            <outline text="News &amp; more"><outline type="rss" text="Sk&#248;yen" xmlUrl="https://a.example/feed?a=1&amp;b=2"/>
            <outline title='Second' text="ignored" xmlurl='http://b.example/rss'></outline>
            <outline text="twice" xmlUrl="http://b.example/rss"/><outline text="no feed" htmlUrl="https://c.example"/>
            <outline text="bad" xmlUrl="javascript:alert(1)"/><outline xmlUrl="https://u:p@d.example/?key=k"/>
            <outline text="Old" xmlUrl="Feed://e.example/rss"/><outline text="Older" xmlUrl="feed:https://f.example/rss"/>
            <outline text="empty" xmlUrl=""/><outline xmlUrl="u:p@g.example/rss?key=k"/>"#;
        let expected = [
            outline("Skøyen", "https://a.example/feed?a=1&b=2"),
            outline("Second", "http://b.example/rss"),
            outline("twice", "http://b.example/rss"),
            outline("bad", "javascript:alert(1)"),
            outline("d.example", "https://u:p@d.example/?key=k"),
            outline("Old", "http://e.example/rss"),
            outline("Older", "https://f.example/rss"),
            outline("g.example/rss", "u:p@g.example/rss?key=k"),
        ];
        assert_eq!(read(document.as_bytes()).unwrap(), expected);
        assert_eq!(read(b"<opml><body/></opml>").unwrap(), []);
        assert_eq!(read(b"<html>a page</html>"), Err("it is no OPML: it has no outlines".to_owned()));
    }

    #[test]
    fn what_is_written_is_read() {
        let outlines = [outline("A \"b\" & <c>", "https://x.example/?a=1&b=<2>"), outline("ø", "https://y.example/")];
        assert_eq!(read(write(&outlines).as_bytes()).unwrap(), outlines);
    }
}
