//! An entry on its way from whatever a document calls it to Atom as feed-rs reads it. Never decides what an element means.

use url::Url;

use super::field::{Field, Mode, decoded, person};
use super::names::Space;
use super::stars;
use super::xml::Tag;
use crate::model::Language;

/// Links, authors and tags of one entry that are kept, each.
const MAX_PARTS: usize = 100;

/// The rank of a link to the comments: it goes behind everything, even behind an id that is an address.
const COMMENTS: u8 = 20;

/// Who wrote something.
#[derive(Debug, Default)]
pub(super) struct Person {
    /// The name.
    pub(super) name: String,
    /// The mail address.
    pub(super) email: String,
    /// The page.
    pub(super) uri: String,
    /// What stands between the elements.
    pub(super) text: String,
}

impl Person {
    /// The person as an element of Atom; empty if nothing is known.
    pub(super) fn write(mut self, out: &mut String) {
        if self.name.trim().is_empty() {
            let (name, email) = person(&self.text);
            self.name = name;
            self.email = if self.email.is_empty() { email.unwrap_or_default() } else { self.email };
        }
        if self.name.trim().is_empty() && self.email.trim().is_empty() {
            return;
        }
        out.push_str("<author>");
        for (element, text) in [("name", &self.name), ("email", &self.email), ("uri", &self.uri)] {
            if !text.trim().is_empty() {
                write_element(out, element, "", text.trim());
            }
        }
        out.push_str("</author>");
    }
}

/// What feed-rs does not tell of an entry.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Extra {
    /// Its language.
    pub(super) language: Option<Language>,
    /// The number of its comments.
    pub(super) count: Option<u64>,
    /// The stars that its author gives.
    pub(super) stars: Option<f64>,
    /// Where it was published first, as a feed of several publishers says.
    pub(super) outlet: Option<String>,
    /// Whether it can be heard.
    pub(super) audio: bool,
}

impl Extra {
    /// Takes note of what the attributes of an element tell: something to hear, or how many watched.
    pub(super) fn note(&mut self, space: Space, local: &str, tag: &Tag<'_>) {
        let is = |name, value: &str| tag.attribute(name).is_some_and(|own| own.trim().eq_ignore_ascii_case(value));
        match (space, local) {
            (Space::Core, "enclosure") => {}
            (Space::Core, "link") if is("rel", "enclosure") => {}
            (Space::Media, "statistics") => {
                self.count = self.count.or_else(|| tag.attribute("views")?.trim().parse().ok());
                return;
            }
            _ => return,
        }
        let kind = tag.attribute("type").unwrap_or_default();
        self.audio |= kind.trim_start().to_ascii_lowercase().starts_with("audio/");
    }
}

/// A text, and how far down the list of its sources the element stands that it comes from.
type Ranked = Option<(u8, Mode, String)>;

/// The parts of an entry.
#[derive(Debug, Default)]
pub(super) struct Entry {
    id: Ranked,
    title: Ranked,
    summary: Ranked,
    content: Ranked,
    published: Ranked,
    updated: Ranked,
    links: Vec<(u8, String)>,
    authors: Vec<(u8, Person)>,
    categories: Vec<String>,
    /// What feed-rs would not tell.
    pub(super) extra: Extra,
}

impl Entry {
    /// Takes a text in, unless one from a better source is there.
    pub(super) fn put(&mut self, field: Field, rank: u8, mode: Mode, text: String, base: &Url) {
        let text = match mode {
            Mode::Base64 { .. } => decoded(&text).unwrap_or(text),
            _ => text,
        };
        if text.trim().is_empty() {
            return;
        }
        let place = match field {
            Field::Id => &mut self.id,
            Field::Title => &mut self.title,
            Field::Summary => &mut self.summary,
            Field::Content => &mut self.content,
            Field::Published => &mut self.published,
            Field::Updated => &mut self.updated,
            Field::Link => return self.last_link(rank, &text, base),
            Field::Comments => return self.link(COMMENTS, &text, base),
            Field::Category => return self.category(text),
            Field::Author => return self.author(rank, Person { text, ..Person::default() }),
            Field::Count => {
                self.extra.count = text.trim().parse().ok().or(self.extra.count);
                return;
            }
            Field::Stars => {
                self.extra.stars = stars::written(&text).or(self.extra.stars);
                return;
            }
            Field::Outlet => {
                self.extra.outlet = Some(text);
                return;
            }
            Field::Language => {
                self.extra.language = Language::parse(&text).or_else(|| self.extra.language.take());
                return;
            }
        };
        if place.as_ref().is_none_or(|(known, ..)| rank <= *known) {
            *place = Some((rank, mode, text));
        }
    }

    /// Takes an address in.
    pub(super) fn link(&mut self, rank: u8, address: &str, base: &Url) {
        if self.links.len() < MAX_PARTS {
            let address = address.trim();
            self.links.push((rank, base.join(address).map_or_else(|_| address.to_owned(), String::from)));
        }
    }

    /// Takes an address in that goes before those of its rank: of several links of RSS, readers take the last.
    pub(super) fn last_link(&mut self, rank: u8, address: &str, base: &Url) {
        self.link(rank, address, base);
        self.links.rotate_right(1);
    }

    /// Takes an author in.
    pub(super) fn author(&mut self, rank: u8, author: Person) {
        if self.authors.len() < MAX_PARTS {
            self.authors.push((rank, author));
        }
    }

    /// Takes a tag in.
    pub(super) fn category(&mut self, tag: String) {
        if self.categories.len() < MAX_PARTS {
            self.categories.push(tag);
        }
    }

    /// Writes the entry as one of Atom.
    pub(super) fn write(mut self, out: &mut String) {
        if self.id.as_ref().is_some_and(|(_, _, id)| Url::parse(id.trim()).is_ok_and(|url| url.has_host())) {
            self.links.retain(|(rank, _)| *rank < COMMENTS);
        }
        out.push_str("<entry>");
        for (element, text) in [("id", self.id), ("published", self.published), ("updated", self.updated)] {
            if let Some((_, _, text)) = text {
                write_element(out, element, "", text.trim());
            }
        }
        for (element, text) in [("title", self.title), ("summary", self.summary), ("content", self.content)] {
            if let Some((_, mode, text)) = text {
                let plain = matches!(mode, Mode::Plain | Mode::Base64 { html: false });
                write_element(out, element, if plain { " type=\"text\"" } else { " type=\"html\"" }, text.trim());
            }
        }
        self.links.sort_by_key(|(rank, _)| *rank);
        for (_, address) in self.links {
            out.push_str("<link href=\"");
            escape(out, &address);
            out.push_str("\"/>");
        }
        self.authors.sort_by_key(|(rank, _)| *rank);
        for (_, author) in self.authors {
            author.write(out);
        }
        for tag in self.categories {
            out.push_str("<category term=\"");
            escape(out, tag.trim());
            out.push_str("\"/>");
        }
        out.push_str("</entry>");
    }
}

fn write_element(out: &mut String, element: &str, attributes: &str, text: &str) {
    for part in ["<", element, attributes, ">"] {
        out.push_str(part);
    }
    escape(out, text);
    for part in ["</", element, ">"] {
        out.push_str(part);
    }
}

/// Writes a text so that no reader takes a part of it for markup.
pub(super) fn escape(out: &mut String, text: &str) {
    for part in text.split_inclusive(['&', '<', '>', '"']) {
        let Some(sign) = part.chars().next_back() else { continue };
        let written = match sign {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            _ => {
                out.push_str(part);
                continue;
            }
        };
        out.push_str(part.get(..part.len() - 1).unwrap_or_default());
        out.push_str(written);
    }
}
