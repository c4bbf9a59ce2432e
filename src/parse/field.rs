//! Which part of an entry an element tells, and in which of the ways that feeds have to write a text. Never reads a text.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::names::Space;
use super::xml::Tag;

/// A part of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// The title.
    Title,
    /// A short text.
    Summary,
    /// The whole text.
    Content,
    /// The address of its page.
    Link,
    /// Its id.
    Id,
    /// Who wrote it: a text, or a name, an address and a page.
    Author,
    /// When it was published.
    Published,
    /// When it was last changed.
    Updated,
    /// A tag.
    Category,
    /// The page of its comments.
    Comments,
    /// The number of its comments.
    Count,
    /// The stars that its author gives.
    Stars,
    /// Its language.
    Language,
    /// Who published it first.
    Outlet,
}

impl Field {
    /// Whether markup is at home in it.
    pub(super) fn is_long(self) -> bool {
        matches!(self, Self::Summary | Self::Content)
    }
}

/// The part that an element tells, and how far down the list of its sources the element stands.
pub(super) fn field(space: Space, local: &str) -> Option<(Field, u8)> {
    Some(match (space, local) {
        (Space::Core, "title") => (Field::Title, 0),
        (Space::Core, "link") => (Field::Link, 0),
        (Space::Core, "guid" | "id") => (Field::Id, 0),
        (Space::Core, "description" | "abstract" | "summary" | "tagline") => (Field::Summary, 0),
        (Space::Core, "content") | (Space::Content, "encoded") => (Field::Content, 0),
        (Space::Core, "encoded") => (Field::Content, 1),
        (Space::Core, "author") => (Field::Author, 0),
        (Space::Core, "pubdate" | "published" | "issued") => (Field::Published, 0),
        (Space::Core, "date") => (Field::Published, 1),
        (Space::Core, "created") => (Field::Published, 3),
        (Space::Core, "updated" | "modified") => (Field::Updated, 0),
        (Space::Core, "category") => (Field::Category, 0),
        (Space::Core, "comments") => (Field::Comments, 0),
        (Space::DublinCore, "title") => (Field::Title, 1),
        (Space::DublinCore, "description") => (Field::Summary, 1),
        (Space::DublinCore, "creator" | "author") => (Field::Author, 1),
        (Space::DublinCore, "date") => (Field::Published, 1),
        (Space::DublinCore, "issued" | "available") => (Field::Published, 2),
        (Space::DublinCore, "created") => (Field::Published, 3),
        (Space::DublinCore, "modified") => (Field::Updated, 1),
        (Space::DublinCore, "subject") => (Field::Category, 1),
        (Space::DublinCore, "language") => (Field::Language, 0),
        (Space::Media, "title") => (Field::Title, 2),
        (Space::Media, "description") => (Field::Summary, 3),
        (Space::Itunes, "title") => (Field::Title, 3),
        (Space::Itunes, "summary") => (Field::Summary, 2),
        (Space::Itunes, "subtitle") => (Field::Summary, 4),
        (Space::Itunes, "author") => (Field::Author, 2),
        (Space::Slash, "comments") | (Space::Thread, "total") => (Field::Count, 0),
        (Space::AppStore, "rating") => (Field::Stars, 0),
        (Space::Core | Space::Other, "source") => (Field::Outlet, 0),
        (Space::Html, "body" | "div") => (Field::Content, 2),
        _ => return None,
    })
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Resolved, it is HTML.
    Escaped,
    /// Resolved, it is text.
    Plain,
    /// Its elements are HTML.
    Inline,
    /// Its bytes are encoded; resolved, they are HTML if so said.
    Base64 {
        /// Whether they are HTML.
        html: bool,
    },
    /// It is no text for people.
    Foreign,
}

impl Mode {
    /// How a text construct of Atom is written, in version 1.0 and 0.3.
    pub(super) fn of(tag: &Tag<'_>, field: Field) -> Self {
        let kind = tag.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
        let html = kind.contains("html");
        let readable = html || kind.is_empty() || kind.contains("text") || kind.ends_with("xml") || !kind.contains('/');
        match tag.attribute("mode").map(|mode| mode.trim().to_ascii_lowercase()).as_deref() {
            _ if !readable && (field != Field::Content || kind == "application/octet-stream") => {
                Self::Base64 { html: true }
            }
            _ if !readable => Self::Foreign,
            Some("base64") => Self::Base64 { html },
            Some("escaped") if html => Self::Escaped,
            _ if kind.contains("xhtml") => Self::Inline,
            _ if html => Self::Escaped,
            _ if kind.ends_with("/xml") || kind.ends_with("+xml") => Self::Inline,
            _ => Self::Plain,
        }
    }
}

/// The text that base64 stands for; padding may be missing.
pub(super) fn decoded(text: &str) -> Option<String> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let letters: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = GeneralPurpose::new(&STANDARD, config).decode(letters).ok()?;
    String::from_utf8(bytes).ok()
}

/// A name, and the address of mail that stands beside it.
#[must_use]
pub fn person(text: &str) -> (String, Option<String>) {
    let around = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | ',' | ';' | '"' | ':');
    let mail = text.split(around).find(|word| word.len() > 2 && word.trim_matches('@').contains('@'));
    let name = match mail.and_then(|mail| text.split_once(mail)) {
        Some((before, behind)) => {
            let before = before.trim_end_matches("mailto:");
            let (before, behind) = (before.trim_matches(around), behind.trim_matches(around));
            if before.is_empty() { behind } else { before }
        }
        None => text.trim(),
    };
    (name.to_owned(), mail.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::{Field, Mode, decoded, person};
    use crate::parse::xml::Tag;

    #[test]
    fn texts_of_atom_say_how_they_are_written() {
        for (attributes, mode) in [
            ("", Mode::Plain),
            (" type='text'", Mode::Plain),
            (" type='HTML'", Mode::Escaped),
            (" type='text/html' mode='escaped'", Mode::Escaped),
            (" type='text/html'", Mode::Escaped),
            (" type='xhtml'", Mode::Inline),
            (" type='application/xhtml+xml' mode='xml'", Mode::Inline),
            (" type='application/xhtml+xml' mode='escaped'", Mode::Escaped),
            (" type='text/plain' mode='base64'", Mode::Base64 { html: false }),
            (" type='text/html' mode='base64'", Mode::Base64 { html: true }),
            (" type='image/png'", Mode::Foreign),
            (" type='application/octet-stream'", Mode::Base64 { html: true }),
            (" type='image/svg+xml'", Mode::Inline),
        ] {
            assert_eq!(
                Mode::of(&Tag { name: "content", attributes, empty: false }, Field::Content),
                mode,
                "{attributes}"
            );
        }
        assert_eq!(decoded("RXhhbXBs\n ZSA8Yj4").as_deref(), Some("Example <b>"));
        assert_eq!(decoded("no base64!"), None);
    }

    #[test]
    fn a_name_is_told_from_the_mail_beside_it() {
        for (text, name, mail) in [
            ("Jens Å", "Jens Å", None),
            ("jens@x.example (Jens Å)", "Jens Å", Some("jens@x.example")),
            ("Jens Å <jens@x.example>", "Jens Å", Some("jens@x.example")),
            ("mailto:jens@x.example", "", Some("jens@x.example")),
            ("jens@x.example（编辑）", "", Some("jens@x.example（编辑）")),
            ("@jens", "@jens", None),
        ] {
            assert_eq!(person(text), (name.to_owned(), mail.map(str::to_owned)), "{text}");
        }
    }
}
