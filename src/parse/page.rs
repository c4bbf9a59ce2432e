//! Recognises a web page that stands where a feed should be, and finds the feed it names. Never follows the link.

use std::borrow::Cow;

use url::Url;

use super::hints::web;
use super::link::canonical_url;
use super::markup::{Part, Tag, visit};

/// Media types of feeds.
const FEED_TYPES: [&str; 4] =
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"];

/// Whether a document is a web page: what stands first in it that is not a comment is HTML.
pub(super) fn is_page(text: &str) -> bool {
    let mut rest = text;
    while let Some(comment) = rest.strip_prefix("<!--") {
        let Some((_, behind)) = comment.split_once("-->") else { break };
        rest = behind.trim_start();
    }
    let start = rest.get(..14).unwrap_or(rest).to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| start.starts_with(tag))
}

/// The address of the feed that a page names first. The first `<base href>` holds for the whole page, wherever it stands.
pub(super) fn alternate(page: &str, base: &Url) -> Option<String> {
    let (mut own, mut feeds) = (None, Vec::new());
    visit(page, |part| match part {
        Part::Tag(tag) if tag.is_start && tag.name == "base" && own.is_none() => {
            own = tag.attribute("href").map(Cow::into_owned);
        }
        Part::Tag(tag) if tag.is_start && tag.name == "link" && is_feed(&tag) => {
            feeds.extend(tag.attribute("href").map(Cow::into_owned));
        }
        _ => {}
    });
    let own = own.and_then(|own| web(&own, base));
    feeds.iter().find_map(|href| canonical_url(href, Some(own.as_ref().unwrap_or(base))))
}

/// Whether a link leads to the page's feed.
fn is_feed(link: &Tag<'_>) -> bool {
    let rel = link.attribute("rel").unwrap_or_default().to_ascii_lowercase();
    let media_type = link.attribute("type").unwrap_or_default().to_ascii_lowercase();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    rel.split_whitespace().any(|word| word == "alternate") && FEED_TYPES.contains(&media_type)
}

#[cfg(test)]
mod tests {
    use super::alternate;

    #[test]
    fn the_feed_of_a_page_is_resolved_as_browsers_do() {
        let feed = "<link rel=alternate type='application/atom+xml; charset=utf-8' href='feed.xml'>";
        for (head, address) in [
            (feed.to_owned(), "https://x.example/blog/feed.xml"),
            (format!("<base href='/a/'>{feed}"), "https://x.example/a/feed.xml"),
            (format!("{feed}<base href='https://y.example/b'>"), "https://y.example/feed.xml"),
            (format!("<base target=_top><base href='/a/'><base href='/b/'>{feed}"), "https://x.example/a/feed.xml"),
            (format!("<base href='javascript:x'><base href='/b/'>{feed}"), "https://x.example/blog/feed.xml"),
            (format!("<base href='http://[broken'>{feed}"), "https://x.example/blog/feed.xml"),
            (format!("{}{feed}", feed.replace("feed.xml", "javascript:x")), "https://x.example/blog/feed.xml"),
            (format!("<script>'<base href=/no/>'</script>{feed}"), "https://x.example/blog/feed.xml"),
        ] {
            let found = alternate(&format!("<!doctype html>{head}"), &"https://x.example/blog/".parse().unwrap());
            assert_eq!(found.as_deref(), Some(address), "{head}");
        }
        let other = "<base href='/a/'><link rel=alternate type='text/html; x=application/atom+xml' href='feed.xml'>";
        assert_eq!(alternate(other, &"https://x.example/".parse().unwrap()), None);
    }
}
