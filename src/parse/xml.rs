//! A document as a row of tags and texts, however broken it is. Never fails, never looks at what tags mean, and never
//! reads a stretch more often than a fixed number of times.

use memchr::{memchr, memmem};

/// One piece of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'text> {
    /// A start tag, or one that is its own end.
    Start(Tag<'text>),
    /// The name of an end tag.
    End(&'text str),
    /// Text whose references are not resolved.
    Text(&'text str),
    /// The content of a CDATA section.
    Verbatim(&'text str),
    /// The content of a document type declaration.
    Doctype(&'text str),
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'text> {
    /// The name as it is written, with its prefix.
    pub(super) name: &'text str,
    /// What stands between the name and the end of the tag.
    pub(super) attributes: &'text str,
    /// Whether it ends in `/>`.
    pub(super) empty: bool,
}

impl<'text> Tag<'text> {
    /// The value of an attribute whose name is given in lower case, references not resolved.
    pub(super) fn attribute(&self, name: &str) -> Option<&'text str> {
        attributes(self.attributes).find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// The names and values of attributes, quoted or not.
pub(super) fn attributes(mut rest: &str) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '/'));
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, behind) = rest.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        let Some(value) = behind.trim_start().strip_prefix('=') else {
            rest = behind;
            return Some((name, ""));
        };
        let value = value.trim_start();
        let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.split_once(quote));
        let (value, behind) = quoted.unwrap_or_else(|| {
            let end = value.find(char::is_whitespace).unwrap_or(value.len());
            value.split_at_checked(end).unwrap_or((value, ""))
        });
        rest = behind;
        Some((name, value))
    })
}

/// Where something stands next. What lies between the place it was sought from and the place it was found at is not
/// read again.
#[derive(Default)]
struct Next {
    sought: Option<(usize, Option<usize>)>,
}

impl Next {
    fn at(&mut self, from: usize, find: impl FnOnce() -> Option<usize>) -> Option<usize> {
        if let Some((start, found)) = self.sought
            && start <= from
            && found.is_none_or(|found| from <= found)
        {
            return found;
        }
        let found = find().map(|at| from + at);
        self.sought = Some((from, found));
        found
    }
}

/// The pieces of a document, in its order. Comments and processing instructions are passed over.
pub(super) struct Pieces<'text> {
    text: &'text str,
    at: usize,
    start: usize,
    less: Next,
    greater: Next,
    quotes: [Next; 2],
    section_end: Next,
    comment_end: Next,
    instruction_end: Next,
    subset_end: Next,
    /// Whether a sign stood where only a reference or tag may start, or a tag was not well formed.
    pub(super) is_loose: bool,
    /// Whether the document ends inside of a tag, comment or section.
    pub(super) is_cut: bool,
}

impl<'text> Pieces<'text> {
    pub(super) fn of(text: &'text str) -> Self {
        Self {
            text,
            at: 0,
            start: 0,
            less: Next::default(),
            greater: Next::default(),
            quotes: Default::default(),
            section_end: Next::default(),
            comment_end: Next::default(),
            instruction_end: Next::default(),
            subset_end: Next::default(),
            is_loose: false,
            is_cut: false,
        }
    }

    /// Where the last piece starts.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Where the last piece ends.
    pub(super) fn end(&self) -> usize {
        self.at
    }

    fn bytes(&self, from: usize) -> &'text [u8] {
        self.text.as_bytes().get(from..).unwrap_or_default()
    }

    fn slice(&self, from: usize, to: usize) -> &'text str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn next_less(&mut self, from: usize) -> usize {
        let rest = self.bytes(from);
        self.less.at(from, || memchr(b'<', rest)).unwrap_or(self.text.len())
    }

    fn next_greater(&mut self, from: usize) -> Option<usize> {
        let rest = self.bytes(from);
        self.greater.at(from, || memchr(b'>', rest))
    }

    /// What stands between `open` bytes behind here and the next `end`; `None` if that never comes.
    fn enclosed(&mut self, open: usize, end: &str, slot: fn(&mut Self) -> &mut Next) -> Option<&'text str> {
        let from = self.start + open;
        let rest = self.bytes(from);
        let found = slot(self).at(from, || memmem::find(rest, end.as_bytes()));
        if let Some(found) = found {
            self.at = found + end.len();
            return Some(self.slice(from, found));
        }
        // The opening alone is passed over: what follows it is more likely a document than the rest of a comment.
        self.is_cut = true;
        self.is_loose = true;
        self.at = from.min(self.text.len());
        None
    }

    /// What starts with `<!` or `<?`.
    fn declaration(&mut self) -> Option<Piece<'text>> {
        let rest = self.slice(self.start, self.text.len());
        if rest.starts_with("<![CDATA[") {
            return self.enclosed(9, "]]>", |pieces| &mut pieces.section_end).map(Piece::Verbatim);
        } else if rest.starts_with("<!--") {
            let _comment = self.enclosed(4, "-->", |pieces| &mut pieces.comment_end);
        } else if rest.starts_with("<?") {
            let _instruction = self.enclosed(2, "?>", |pieces| &mut pieces.instruction_end);
        } else {
            let end = self.next_greater(self.start);
            let subset = memchr(b'[', self.slice(self.start, end.unwrap_or(self.start)).as_bytes()).is_some();
            let rest = self.bytes(self.start);
            let from = self.start;
            let end = match subset.then(|| self.subset_end.at(from, || subset_end(rest))).flatten() {
                Some(end) => Some(end),
                None => end,
            };
            let Some(end) = end else {
                self.is_cut = true;
                self.at = self.start + 2;
                return None;
            };
            self.at = end + 1;
            let content = self.slice(self.start + 2, end);
            if content.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("doctype")) {
                return Some(Piece::Doctype(content));
            }
        }
        None
    }

    /// The tag that starts here.
    fn tag(&mut self) -> Option<Piece<'text>> {
        let rest = self.slice(self.start, self.text.len());
        let is_end = rest.starts_with("</");
        let from = self.start + 1 + usize::from(is_end);
        let end = self.tag_end(from);
        let (inner, is_closed) = match end {
            Some(end) if self.bytes(end).first() == Some(&b'>') => (self.slice(from, end), true),
            Some(end) => (self.slice(from, end), false),
            None => {
                self.is_cut = true;
                self.at = self.text.len();
                return None;
            }
        };
        self.at = from + inner.len() + usize::from(is_closed);
        self.is_loose |= !is_closed;
        let length = inner.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inner.len());
        let (name, behind) = inner.split_at_checked(length).unwrap_or((inner, ""));
        if is_end {
            return Some(Piece::End(name));
        }
        let (attributes, empty) = behind.strip_suffix('/').map_or((behind, false), |attributes| (attributes, true));
        Some(Piece::Start(Tag { name, attributes, empty }))
    }

    /// Where the tag ends: at its `>`, which may also stand in a value, or where the next tag starts without it.
    fn tag_end(&mut self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            let greater = self.next_greater(at);
            let less = self.next_less(at);
            let end = greater.unwrap_or(self.text.len()).min(less);
            let Some((quote, value)) = self.value(at, end) else {
                return Some(end).filter(|end| *end < self.text.len());
            };
            let rest = self.bytes(value);
            let slot = self.quotes.get_mut(usize::from(quote == b'"'))?;
            let closed = slot.at(value, || memchr(quote, rest));
            let follows = closed.and_then(|closed| self.bytes(closed + 1).first().copied());
            match closed {
                // A value with a tag in it is more likely one whose quote is missing.
                Some(closed) if closed < less || follows.is_some_and(|c| b" \t\r\n/>?".contains(&c)) => at = closed + 1,
                Some(_) => {
                    self.is_loose = true;
                    return Some(end).filter(|end| *end < self.text.len());
                }
                None => return Some(end).filter(|end| *end < self.text.len()),
            }
        }
    }

    /// The first quoted value that starts between two places: its quote, and where it starts.
    fn value(&self, from: usize, to: usize) -> Option<(u8, usize)> {
        let bytes = self.text.as_bytes().get(from..to)?;
        let mut after_sign = false;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'"' | b'\'' if after_sign => return Some((*byte, from + at + 1)),
                b'=' => after_sign = true,
                b' ' | b'\t' | b'\r' | b'\n' => {}
                _ => after_sign = false,
            }
        }
        None
    }
}

/// Where a document type declaration with a list of its own ends.
fn subset_end(declaration: &[u8]) -> Option<usize> {
    let list = memchr(b']', declaration)?;
    let behind = declaration.get(list..)?;
    let end = list + memchr(b'>', behind)?;
    // A bracket may stand in the value of an entity.
    let rest = declaration.get(end..)?;
    let bracket = memmem::find(rest, b"]>").map(|at| end + at + 1);
    let entity = memmem::find(rest, b"<!ENTITY").map(|at| end + at);
    match (bracket, entity) {
        (Some(bracket), Some(entity)) if entity < bracket => Some(bracket),
        _ => Some(end),
    }
}

impl<'text> Iterator for Pieces<'text> {
    type Item = Piece<'text>;

    fn next(&mut self) -> Option<Piece<'text>> {
        loop {
            self.start = self.at;
            let rest = self.bytes(self.at);
            let piece = match rest {
                [] => return None,
                [b'<', b'!' | b'?', ..] => self.declaration(),
                [b'<', b'/', next, ..] | [b'<', next, ..]
                    if next.is_ascii_alphabetic() || matches!(next, b'_' | b':') || *next >= 0x80 =>
                {
                    self.tag()
                }
                [b'<', ..] => {
                    self.is_loose = true;
                    self.at = self.next_less(self.at + 1);
                    return Some(Piece::Text(self.slice(self.start, self.at)));
                }
                _ => {
                    self.at = self.next_less(self.at);
                    return Some(Piece::Text(self.slice(self.start, self.at)));
                }
            };
            if piece.is_some() {
                return piece;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, Pieces, attributes};

    /// Pieces as text, to compare them at a glance.
    fn pieces(text: &str) -> String {
        let write = |piece| match piece {
            Piece::Start(tag) if tag.empty => format!("({}{})", tag.name, tag.attributes),
            Piece::Start(tag) => format!("[{}{}]", tag.name, tag.attributes),
            Piece::End(name) => format!("[/{name}]"),
            Piece::Text(text) => text.to_owned(),
            Piece::Verbatim(text) => format!("{{{text}}}"),
            Piece::Doctype(content) => format!("!{content}!"),
        };
        Pieces::of(text).map(write).collect()
    }

    #[test]
    fn a_document_falls_into_pieces() {
        for (text, expected) in [
            ("<a b='>' c=\"<d>\">1 &amp; 2</a >", "[a b='>' c=\"<d>\"]1 &amp; 2[/a]"),
            ("<a/><b c/><!-- <x> --><?p <y>?>t", "(a)(b c)t"),
            ("<![CDATA[<b>]]]]><![CDATA[>]]>", "{<b>]]}{>}"),
            ("<!DOCTYPE a [<!ENTITY b \"c>\">]><a>", "!DOCTYPE a [<!ENTITY b \"c>\">]![a]"),
            ("<!DOCTYPE a PUBLIC 'x'>\n<a>", "!DOCTYPE a PUBLIC 'x'!\n[a]"),
            ("1 < 2 <3 <<a>", "1 < 2 <3 <[a]"),
            ("<title <b>x", "[title ][b]x"),
            ("<a href=\"x>text</a><b c=\"d\">", "[a href=\"x]text[/a][b c=\"d\"]"),
            ("<a href='it''s'>x</a>", "[a href='it''s']x[/a]"),
            ("x<![CDATA[ y </a> z", "x y [/a] z"),
            ("x<!-- y <a>", "x y [a]"),
            ("x<a href=\"y", "x"),
            ("<a><", "[a]<"),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }

    #[test]
    fn attributes_are_read_quoted_or_not() {
        let read: Vec<_> = attributes(" a='1' B = \"2 'x'\" c=3 d  e=''").collect();
        assert_eq!(read, [("a", "1"), ("B", "2 'x'"), ("c", "3"), ("d", ""), ("e", "")]);
        assert_eq!(attributes(" a='never closed").collect::<Vec<_>>(), [("a", "'never"), ("closed", "")]);
    }
}
