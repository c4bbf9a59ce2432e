//! The text of one element while it is read, markup in it included. Never knows what the text is for.

use std::borrow::Cow;
use std::mem;

use url::Url;

use super::entry::escape;
use super::field::{Field, Mode};
use super::xml::Tag;

/// Longest text of an element that is kept, in bytes.
const MAX_TEXT: usize = 2 << 20;
/// Longest attributes of a tag that are kept as they are, in bytes. Beyond it lie pictures that are written out in their
/// own address, of which a few would take the room of all text behind them.
const MAX_ATTRIBUTES: usize = 16 << 10;
/// Attributes that change what of an element is read.
const READ: [&str; 3] = ["alt", "hidden", "style"];

/// An element whose text is being read.
pub(super) struct Open<'text> {
    pub(super) tag: &'text str,
    pub(super) local: String,
    pub(super) field: Field,
    pub(super) rank: u8,
    pub(super) mode: Mode,
    /// Elements of the same name that are open in it.
    pub(super) nested: usize,
    /// Entries that are open in it: a document may hold another one.
    pub(super) entries: usize,
    pub(super) text: String,
    /// Whether something did not fit into the text. Nothing is added to it from then on: what stands behind a gap would
    /// mean something else.
    pub(super) is_full: bool,
    pub(super) base: Url,
}

impl Open<'_> {
    /// A start tag inside of a text.
    pub(super) fn markup(&mut self, tag: &Tag<'_>) {
        if self.mode == Mode::Plain {
            let text = mem::take(&mut self.text);
            escape(&mut self.text, &text);
            self.mode = Mode::Inline;
        }
        self.nested += usize::from(!tag.empty && self.tag.eq_ignore_ascii_case(tag.name));
        let local = tag.name.rsplit(':').next().unwrap_or_default();
        self.entries += usize::from(!tag.empty && local == "entry");
        let kept = match tag.attributes.len() {
            ..=MAX_ATTRIBUTES => Cow::Borrowed(tag.attributes),
            _ => Cow::Owned(READ.iter().filter_map(|name| short(tag, name)).collect()),
        };
        self.push(&["<", local, &kept, if tag.empty { "/>" } else { ">" }]);
    }

    /// An end tag inside of a text.
    pub(super) fn end(&mut self, name: &str) {
        self.nested = self.nested.saturating_sub(usize::from(self.tag.eq_ignore_ascii_case(name)));
        let local = name.rsplit(':').next().unwrap_or_default();
        self.entries = self.entries.saturating_sub(usize::from(local == "entry"));
        self.push(&["</", local, ">"]);
    }

    /// Adds a tag if the whole of it fits.
    fn push(&mut self, parts: &[&str]) {
        self.is_full |= parts.iter().map(|part| part.len()).sum::<usize>() > room(&self.text);
        if !self.is_full {
            self.text.extend(parts.iter().copied());
        }
    }

    /// Adds as much of a text between tags as fits.
    pub(super) fn add(&mut self, more: &str) {
        if self.is_full {
            return;
        }
        let fitting = fitting(&self.text, more);
        self.is_full = fitting.len() < more.len();
        if self.mode == Mode::Inline {
            escape(&mut self.text, fitting);
        } else {
            self.text.push_str(fitting);
        }
    }
}

/// An attribute as it is written into a tag, if it is there and not long itself.
fn short(tag: &Tag<'_>, name: &str) -> Option<String> {
    let value = tag.attribute(name).filter(|value| value.len() <= MAX_ATTRIBUTES / READ.len())?;
    let quote = if value.contains('"') { '\'' } else { '"' };
    (!value.contains(quote)).then(|| format!(" {name}={quote}{value}{quote}"))
}

/// Adds to a text as much as fits into it.
pub(super) fn add(text: &mut String, more: &str) {
    text.push_str(fitting(text, more));
}

fn room(text: &str) -> usize {
    MAX_TEXT.saturating_sub(text.len())
}

fn fitting<'more>(text: &str, more: &'more str) -> &'more str {
    let mut end = room(text).min(more.len());
    while !more.is_char_boundary(end) {
        end -= 1;
    }
    more.get(..end).unwrap_or_default()
}
