//! A document as a feed: RSS and Atom through feed-rs, a sound one as it is and any other rewritten; JSON Feed beside it.
//! Never invents an id, and never does I/O.

use feed_rs::model as found;
use feed_rs::parser::{self, ParseFeedResult};
use url::Url;

use super::convert::convert;
use super::dates::Dates;
use super::hints::Head;
use super::marks::Marks;
use super::rewrite::{Rewritten, rewrite};
use super::{charset, date, hints, json_feed, page, scan, text};
use crate::model::{Author, Hub, Instant, Language, Rhythm};

/// Most entries of a document that are read.
pub const MAX_ITEMS: usize = 1_000;
/// Most tags of an entry that are kept.
const MAX_TAGS: usize = 50;

/// What a document holds.
#[derive(Debug, Default)]
pub struct Feed {
    /// The entries, in the order of the document, at most [`MAX_ITEMS`].
    pub items: Vec<Item>,
    /// Number of entries in the document.
    pub found: usize,
    /// Faults that did not keep it from being read, in plain words.
    pub problems: Vec<String>,
    /// Ids of entries that the feed says it deleted (RFC 6721).
    pub deleted: Vec<String>,
    /// What it says about when it changes.
    pub rhythm: Rhythm,
    /// The hub it names.
    pub hub: Option<Hub>,
    /// Where older entries are: the archive before this document, or the next page (RFC 5005, `next_url` of JSON Feed).
    pub older: Option<Url>,
}

/// One entry of a feed.
#[derive(Debug, Default)]
pub struct Item {
    /// The id the publisher gave it.
    pub guid: Option<String>,
    /// Where a person can read it, canonical.
    pub url: Option<String>,
    /// Title, one line of plain text.
    pub title: String,
    /// The longer of summary and content, as plain text.
    pub text: String,
    /// Who wrote it; the author of the feed if it does not say.
    pub author: Option<Author>,
    /// When it was published or, if it does not say so, last changed.
    pub published_at: Option<Instant>,
    /// Its language, or the feed's.
    pub language: Option<Language>,
    /// Tags and categories.
    pub tags: Vec<String>,
    /// The number of its comments, or of those who watched it, where the feed tells.
    pub engagement: Option<u64>,
    /// From 0 to 5, where it is a review.
    pub stars: Option<f64>,
    /// Who published it first, where a feed of several publishers says so.
    pub outlet: Option<String>,
    /// Whether something to hear hangs on it, as on the episodes of a podcast.
    pub audio: bool,
}

/// Why a document is no feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// The document is empty.
    #[error("it is empty")]
    Empty,
    /// A web page stands where the feed should be.
    #[error("it is a web page, not a feed{}", hint(.alternate.as_ref()))]
    Page {
        /// The feed that the page names.
        alternate: Option<Url>,
    },
    /// It is no feed, or so broken that even its repair cannot be read.
    #[error("{0}")]
    Malformed(String),
}

fn hint(alternate: Option<&Url>) -> String {
    alternate.map(|url| format!("\n  hint: configure `{url}`, which the page names as its feed")).unwrap_or_default()
}

/// Reads a document that came from `base` with that `Content-Type`.
///
/// # Errors
/// When it is no feed, or cannot be read even after its repair.
pub fn read(body: &[u8], content_type: Option<&str>, base: &Url, now: Instant) -> Result<Feed, FeedError> {
    // An address that a document gives relative to its own must not take over a parameter that may be a secret.
    let mut base = base.clone();
    base.set_query(None);
    let base = &base;
    let (document, problem) = charset::decode(body, content_type);
    let document = without_declaration(&document);
    let mut dates = Dates::at(now);
    let mut feed = if document.is_empty() {
        return Err(FeedError::Empty);
    } else if document.starts_with('{') {
        json_feed::read(document, base, &mut dates)?
    } else if page::is_page(document) {
        return Err(FeedError::Page {
            alternate: page::alternate(document, base).and_then(|url| Url::parse(&url).ok()),
        });
    } else {
        read_xml(document, base, &mut dates)?
    };
    feed.problems.extend(problem);
    feed.problems.extend(dates.problems());
    feed.problems.extend(cut(&feed.items));
    if feed.found > MAX_ITEMS {
        feed.problems.push(format!("it has {} entries; only the first {MAX_ITEMS} are read", feed.found));
    }
    Ok(feed)
}

/// What feed-rs read of a document, and what it does not tell.
struct Parsed {
    feed: found::Feed,
    marks: Marks,
    found: usize,
    problems: Vec<String>,
}

/// Parses a sound document as it is, and any other as Atom that says the same.
fn parsed(document: &str, base: &Url) -> Result<Parsed, FeedError> {
    // Of a longer one the rewriter keeps only what is read: feed-rs needs a hundred times the size of empty entries.
    if let Some((marks, found)) = scan::scan(document)
        && found <= MAX_ITEMS
        && let Ok(feed) = parse(document, base)
        && feed.entries.len() == found
    {
        return Ok(Parsed { feed, marks, found, problems: Vec::new() });
    }
    let Rewritten { text, marks, found, faults, lost } = rewrite(document, base);
    if text.is_empty() {
        let wanted = "it has no `rss`, `feed`, `RDF` or `channel` element, so it is no feed";
        return Err(FeedError::Malformed(wanted.to_owned()));
    }
    if found == 0 && marks.entries.is_some() {
        return Err(FeedError::Malformed(lost.unwrap_or_default()));
    }
    let feed = parse(&text, base).map_err(|error| FeedError::Malformed(text::line(&error.to_string())))?;
    let repaired = (!faults.is_empty()).then(|| format!("the feed was repaired: {}", faults.join(", ")));
    Ok(Parsed { feed, marks, found, problems: lost.into_iter().chain(repaired).collect() })
}

fn read_xml(document: &str, base: &Url, dates: &mut Dates) -> Result<Feed, FeedError> {
    let Parsed { feed, marks, found, problems } = parsed(document, base)?;
    let feed = convert(feed, found, &marks, base, dates);
    let (first, last) = marks.entries.unwrap_or((document.len(), document.len()));
    let heads = [document.get(..first), document.get(last..)].map(Option::unwrap_or_default);
    let Head { rhythm, hub, older } = hints::read(heads, base);
    Ok(Feed { rhythm, hub, older, deleted: marks.deleted, problems, ..feed })
}

/// The number of entries of a document in XML, read as far as feed-rs goes: what a feed costs before its texts are
/// converted.
///
/// # Errors
/// As [`read`].
pub fn parse_only(body: &[u8], content_type: Option<&str>, base: &Url) -> Result<usize, FeedError> {
    let (document, _) = charset::decode(body, content_type);
    parsed(without_declaration(&document), base).map(|parsed| parsed.feed.entries.len())
}

/// feed-rs's reading of a document.
fn parse(document: &str, base: &Url) -> ParseFeedResult<found::Feed> {
    let parser = parser::Builder::new()
        .base_uri(Some(base.as_str()))
        .sanitize_content(false)
        .timestamp_parser(date::parse)
        .id_generator(|_, _, _| String::new())
        .build();
    parser.parse(document.as_bytes())
}

/// A document without byte order mark, white space and XML declaration in front: it is text already, and the encoding
/// it declares is that of the bytes.
fn without_declaration(text: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0';
    let text = text.trim_start_matches(blank);
    let Some(declaration) = text.strip_prefix("<?xml").filter(|rest| rest.starts_with(char::is_whitespace)) else {
        return text;
    };
    declaration.split_once("?>").map_or(text, |(_, rest)| rest.trim_start_matches(blank))
}

/// The longer of two texts, the first of equals.
pub(super) fn longer(one: String, other: String) -> String {
    if other.len() > one.len() { other } else { one }
}

/// Tags without repeats, in their order.
pub(super) fn distinct(tags: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept = Vec::new();
    for tag in tags {
        if kept.len() == MAX_TAGS {
            break;
        }
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    kept
}

/// What is told of texts that are longer than is read.
fn cut(items: &[Item]) -> Option<String> {
    let (limit, cut) = (text::MAX_TEXT, items.iter().filter(|item| text::is_full(&item.text)).count());
    match cut {
        0 => None,
        1 => Some(format!("1 text reaches {limit} characters, where texts are cut")),
        several => Some(format!("{several} texts reach {limit} characters, where texts are cut")),
    }
}
