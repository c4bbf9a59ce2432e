//! The text of one element while it is read, markup in it included. Never knows what the text is for.

use std::mem;

use url::Url;

use super::entry::escape;
use super::field::{Field, Mode};
use super::xml::Tag;

/// Longest text of an element that is kept, in bytes.
pub(super) const MAX_TEXT: usize = 2 << 20;

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
        for part in ["<", local, tag.attributes, if tag.empty { "/>" } else { ">" }] {
            self.push(part);
        }
    }

    /// An end tag inside of a text.
    pub(super) fn end(&mut self, name: &str) {
        self.nested = self.nested.saturating_sub(usize::from(self.tag.eq_ignore_ascii_case(name)));
        let local = name.rsplit(':').next().unwrap_or_default();
        self.entries = self.entries.saturating_sub(usize::from(local == "entry"));
        for part in ["</", local, ">"] {
            self.push(part);
        }
    }

    fn push(&mut self, part: &str) {
        if self.text.len() + part.len() <= MAX_TEXT {
            self.text.push_str(part);
        }
    }
}

/// Adds to a text as much as fits into it.
pub(super) fn add(text: &mut String, more: &str) {
    let mut end = MAX_TEXT.saturating_sub(text.len()).min(more.len());
    while !more.is_char_boundary(end) {
        end -= 1;
    }
    text.push_str(more.get(..end).unwrap_or_default());
}
