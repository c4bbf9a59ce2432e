//! A document as a feed: RSS and Atom through feed-rs, once as it is and once repaired; JSON Feed beside it. Never invents
//! an id, and never does I/O.

use chrono::{DateTime, Duration, SecondsFormat};
use feed_rs::model as found;
use feed_rs::parser::{self, ParseFeedResult};
use url::Url;

use super::link::canonical_url;
use super::{charset, date, json_feed, naked, page, repair, root, text};
use crate::model::{Author, Hub, Instant, Language, Rhythm};

/// Most entries of a document that are read.
pub const MAX_ITEMS: usize = 1_000;
/// Most tags of an entry that are kept.
pub(super) const MAX_TAGS: usize = 50;
/// 1990, in Unix seconds: before that there was no web.
const EARLIEST: i64 = 631_152_000;

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
    let document = repair::without_declaration(&document);
    let mut dates = Dates { now, left_out: 0, example: None };
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
    feed.problems.extend(dates.problem());
    if feed.found > MAX_ITEMS {
        feed.problems.push(format!("it has {} entries; only the first {MAX_ITEMS} are read", feed.found));
    }
    Ok(feed)
}

/// Reads the document as it is and, if that does not show all of it, repaired.
fn read_xml(document: &str, base: &Url, dates: &mut Dates) -> Result<Feed, FeedError> {
    let first = match parse(document, base) {
        Ok(feed) if is_whole(&feed, document) => return Ok(convert(feed, base, dates)),
        first => first,
    };
    let mended = repair::mend(document);
    let second = parse(&mended.text, base).ok().filter(|second| match &first {
        Ok(first) => second.entries.len() > first.entries.len(),
        Err(_) => !second.entries.is_empty() || !root::has_entries(document),
    });
    match (first, second) {
        (_, Some(second)) => {
            let mut feed = convert(second, base, dates);
            feed.problems.push(format!("the feed was repaired: {}", mended.repairs.join(", ")));
            Ok(feed)
        }
        (Ok(first), None) => Ok(convert(first, base, dates)),
        (Err(error), None) => Err(FeedError::Malformed(text::line(&error.to_string()))),
    }
}

/// RSS 1.0 loses items without link; any other document is read whole or not at all.
fn is_whole(feed: &found::Feed, document: &str) -> bool {
    let items = || document.matches("<item>").count() + document.matches("<item ").count();
    !feed.entries.is_empty() && (feed.feed_type != found::FeedType::RSS1 || feed.entries.len() >= items())
}

fn parse(document: &str, base: &Url) -> ParseFeedResult<found::Feed> {
    let parser = parser::Builder::new()
        .base_uri(Some(base.as_str()))
        .sanitize_content(false)
        .timestamp_parser(date::parse)
        .id_generator(|_, _, _| String::new())
        .build();
    parser.parse(naked::escape(&repair::disarm(document)).as_bytes())
}

fn convert(feed: found::Feed, base: &Url, dates: &mut Dates) -> Feed {
    let reader = Reader { atom: feed.feed_type == found::FeedType::Atom, base };
    let author = reader.author(&feed.authors);
    let language = feed.language.as_deref().and_then(Language::parse);
    let found = feed.entries.len();
    let read = |entry: found::Entry| Item {
        published_at: dates.first([entry.published, entry.updated]),
        language: entry.language.as_deref().and_then(Language::parse).or_else(|| language.clone()),
        author: reader.author(&entry.authors).or_else(|| author.clone()),
        ..reader.item(&entry)
    };
    Feed { items: feed.entries.into_iter().take(MAX_ITEMS).map(read).collect(), found, ..Feed::default() }
}

struct Reader<'feed> {
    /// Only Atom says which of its texts are markup.
    atom: bool,
    base: &'feed Url,
}

impl Reader<'_> {
    fn item(&self, entry: &found::Entry) -> Item {
        let guid = entry.id.trim();
        let content = entry.content.as_ref().and_then(|content| {
            let body = content.body.as_deref()?;
            is_text(content.content_type.as_str()).then(|| self.text(body, content.content_type.as_str()))
        });
        let summary = entry.summary.as_ref().map(|summary| self.of(summary));
        let media = || entry.media.iter().find_map(|media| Some(self.of(media.description.as_ref()?)));
        let tag = |category: &found::Category| {
            let tag = text::html_line(category.label.as_deref().unwrap_or(&category.term));
            Some(tag.trim_start_matches('#').to_owned()).filter(|tag| !tag.is_empty())
        };
        Item {
            guid: Some(guid.to_owned()).filter(|guid| !guid.is_empty()),
            url: self.url(entry),
            title: entry.title.as_ref().map(|title| self.title(title)).unwrap_or_default(),
            text: content.into_iter().chain(summary).reduce(longer).or_else(media).unwrap_or_default(),
            tags: entry.categories.iter().filter_map(tag).take(MAX_TAGS).collect(),
            ..Item::default()
        }
    }

    fn of(&self, text: &found::Text) -> String {
        self.text(&text.content, text.content_type.as_str())
    }

    fn text(&self, body: &str, media_type: &str) -> String {
        if self.atom && media_type == "text/plain" { text::plain(body) } else { text::html(body) }
    }

    /// Entities are resolved in every title: publishers escape once too often more than once too seldom.
    fn title(&self, title: &found::Text) -> String {
        let plain = self.atom && title.content_type.as_str() == "text/plain";
        text::html_line(&if plain { title.content.replace('<', "&lt;") } else { title.content.clone() })
    }

    /// The entry's page, else its id where that is an address, else its comments.
    fn url(&self, entry: &found::Entry) -> Option<String> {
        let page = |link: &&found::Link| {
            link.target.is_none() && link.rel.as_deref().is_none_or(|rel| rel == "alternate") && !link.href.is_empty()
        };
        let link = |link: &found::Link| canonical_url(&link.href, Some(self.base));
        entry.links.iter().filter(page).find_map(link).or_else(|| canonical_url(&entry.id, None)).or_else(|| {
            entry.links.iter().filter(|link| link.target == Some(found::LinkTarget::Comments)).find_map(link)
        })
    }

    fn author(&self, people: &[found::Person]) -> Option<Author> {
        people.iter().find_map(|person| {
            let name = person.name.as_deref().map(text::html_line).filter(|name| !name.is_empty());
            let name = name.or_else(|| person.email.as_deref().map(text::line))?;
            let bare = name.strip_prefix('(').and_then(|name| name.strip_suffix(')')).unwrap_or(&name).to_owned();
            let url = person.uri.as_deref().and_then(|uri| canonical_url(uri, Some(self.base)));
            Some(Author { name: bare, url, ..Author::default() })
        })
    }
}

/// Whether the content of an entry is to be read by people.
fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type.contains("html") || media_type.ends_with("xml")
}

/// The longer of two texts, the first of equals.
pub(super) fn longer(one: String, other: String) -> String {
    if other.len() > one.len() { other } else { one }
}

/// Tells plausible dates from others while a document is read.
pub(super) struct Dates {
    now: Instant,
    left_out: usize,
    example: Option<Instant>,
}

impl Dates {
    /// The first date that lies between 1990 and a day from now.
    pub(super) fn first(&mut self, dates: [Option<Instant>; 2]) -> Option<Instant> {
        let earliest = DateTime::from_timestamp(EARLIEST, 0);
        let latest = self.now.checked_add_signed(Duration::days(1));
        let plausible = |date: &Instant| Some(*date) >= earliest && Some(*date) <= latest;
        let first = dates.into_iter().flatten().find(plausible);
        if first.is_none()
            && let Some(example) = dates.into_iter().flatten().next()
        {
            self.left_out += 1;
            self.example.get_or_insert(example);
        }
        first
    }

    fn problem(&self) -> Option<String> {
        let example = self.example?.to_rfc3339_opts(SecondsFormat::Secs, true);
        Some(format!("{} implausible dates were left out, for instance `{example}`", self.left_out))
    }
}
