//! Recognises a web page that stands where a feed should be, and finds the feed it names. Never follows the link.

use url::Url;

use super::link::canonical_url;
use super::markup::{Part, visit};

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

/// The address of the feed that a page names first.
pub(super) fn alternate(page: &str, base: &Url) -> Option<String> {
    let mut found = None;
    visit(page, |part| {
        if let Part::Tag(tag) = part
            && found.is_none()
            && tag.is_start
            && tag.name == "link"
        {
            let rel = tag.attribute("rel").unwrap_or_default().to_ascii_lowercase();
            let media_type = tag.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
            if rel.split_whitespace().any(|word| word == "alternate") && FEED_TYPES.contains(&media_type.as_str()) {
                found = tag.attribute("href").and_then(|href| canonical_url(&href, Some(base)));
            }
        }
    });
    found
}
