//! What feed-rs read, as a feed of ours: plain texts, canonical addresses, plausible dates. Never invents anything.

use feed_rs::model as found;
use url::Url;

use super::dates::Dates;
use super::entry::Extra;
use super::feed::{Feed, Item, MAX_ITEMS, distinct, longer};
use super::link::canonical_url;
use super::marks::Marks;
use super::text;
use crate::model::{Author, Language};

/// The entries of a feed, of which the document holds `found`.
pub(super) fn convert(feed: found::Feed, found: usize, marks: &Marks, base: &Url, dates: &mut Dates) -> Feed {
    let reader = Reader { atom: feed.feed_type == found::FeedType::Atom, base };
    let author = reader.author(&feed.authors);
    let language = feed.language.as_deref().and_then(Language::parse);
    let none = Extra::default();
    let extras = marks.extras.iter().chain(std::iter::repeat(&none));
    let read = |(entry, extra): (found::Entry, &Extra)| Item {
        published_at: dates.first([entry.published, entry.updated]),
        language: entry
            .language
            .as_deref()
            .and_then(Language::parse)
            .or_else(|| extra.language.clone())
            .or_else(|| language.clone()),
        author: reader.author(&entry.authors).or_else(|| author.clone()),
        engagement: extra.count,
        stars: extra.stars,
        outlet: extra.outlet.as_deref().map(text::html_line).filter(|outlet| !outlet.is_empty()),
        audio: extra.audio,
        ..reader.item(&entry)
    };
    Feed { items: feed.entries.into_iter().zip(extras).take(MAX_ITEMS).map(read).collect(), found, ..Feed::default() }
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
            tags: distinct(entry.categories.iter().filter_map(tag)),
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
        if plain && title.content.contains('<') {
            return text::html_line(&title.content.replace('<', "&lt;"));
        }
        text::html_line(&title.content)
    }

    /// The entry's page, else its id where that is an address, else its comments.
    fn url(&self, entry: &found::Entry) -> Option<String> {
        let page = |link: &&found::Link| {
            link.target.is_none() && link.rel.as_deref().is_none_or(|rel| rel == "alternate") && !link.href.is_empty()
        };
        let link = |link: &found::Link| canonical_url(&link.href, Some(self.base));
        let mut pages = entry.links.iter().filter(page).filter_map(link);
        // Of several links of RSS, readers take the last.
        let page = if self.atom { pages.next() } else { pages.next_back() };
        page.or_else(|| canonical_url(&entry.id, None)).or_else(|| {
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
