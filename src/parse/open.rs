//! The text of one element while it is read, markup in it included. Never knows what the text is for.

use std::mem;

use url::Url;

use super::entry::escape;
use super::field::{Field, Mode};
use super::xml::Tag;

/// Longest text of an element that is kept, in bytes.
const MAX_TEXT: usize = 2 << 20;

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
        self.push(&["<", local, tag.attributes, if tag.empty { "/>" } else { ">" }]);
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
