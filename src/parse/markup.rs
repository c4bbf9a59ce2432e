//! HTML as a row of tags and texts. What is written plainly is read in one go, and what takes a closer look by html5ever's
//! tokenizer. Never builds a tree: trees of deep markup take quadratic time.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::Attribute;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use memchr::{memchr, memchr2};

use super::{tags, xml};

/// Bytes inside one tag that may part attributes. The tokenizer compares each attribute with all others of its tag, so
/// that a tag without end would take quadratic time; the markup is read up to such a tag.
const SEPARATORS: usize = 5_000;

/// A part of a document in HTML.
pub(super) enum Part<'html> {
    /// A tag.
    Tag(Tag<'html>),
    /// A text whose references are resolved; one text may come in several.
    Text(&'html str),
}

/// A tag.
pub(super) struct Tag<'html> {
    /// Its name, in lower case.
    pub(super) name: Cow<'html, str>,
    /// Whether it starts an element.
    pub(super) is_start: bool,
    /// Whether it ends in `/>`.
    pub(super) is_empty: bool,
    /// Its attributes.
    pub(super) attributes: Attributes<'html>,
}

/// The attributes of a tag.
pub(super) enum Attributes<'html> {
    /// As they are written: names, and values in quotes.
    Written(&'html str),
    /// As the tokenizer read them.
    Read(&'html [Attribute]),
}

impl Tag<'_> {
    /// The value of an attribute whose name is given in lower case.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let written = match self.attributes {
            Attributes::Read(list) => return value(list, name).map(Cow::Borrowed),
            Attributes::Written(written) => written,
        };
        let (_, value) = xml::attributes(written).find(|(found, _)| found.eq_ignore_ascii_case(name))?;
        if memchr2(b'&', b'\0', value.as_bytes()).is_none() {
            return Some(Cow::Borrowed(value));
        }
        let mut resolved = None;
        tokenize(&format!("<a {written}>"), &mut |part| {
            if let Part::Tag(tag) = part {
                resolved = tag.attribute(name).map(|value| Cow::Owned(value.into_owned()));
            }
        });
        resolved
    }
}

fn value<'list>(attributes: &'list [Attribute], name: &str) -> Option<&'list str> {
    attributes.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

/// How the content of an element is read that holds no tags but its own end.
pub(super) fn raw(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(ScriptData),
        "style" | "iframe" | "noembed" | "noframes" | "xmp" => Some(Rawtext),
        "textarea" | "title" => Some(Rcdata),
        _ => None,
    }
}

/// Calls `visit` with every part of `html`.
pub(super) fn visit(html: &str, mut visit: impl FnMut(Part<'_>)) {
    let rest = tags::read(before_endless_tag(html), &mut visit);
    if !rest.is_empty() {
        tokenize(rest, &mut visit);
    }
}

struct Sink<'visit, F>(RefCell<&'visit mut F>);

impl<F: FnMut(Part<'_>)> TokenSink for Sink<'_, F> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut visit = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let is_start = tag.kind == TagKind::StartTag;
                (*visit)(Part::Tag(Tag {
                    name: Cow::Borrowed(&tag.name),
                    is_start,
                    is_empty: tag.self_closing,
                    attributes: Attributes::Read(&tag.attrs),
                }));
                raw(&tag.name).filter(|_| is_start).map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
            }
            Token::CharacterTokens(text) => {
                (*visit)(Part::Text(&text));
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

/// Calls `visit` with every part of `html` as the tokenizer of browsers tells them.
pub(super) fn tokenize(html: &str, visit: &mut impl FnMut(Part<'_>)) {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(Sink(RefCell::new(visit)), options);
    while !input.is_empty() {
        let _script_or_done = tokenizer.feed(&input);
    }
    tokenizer.end();
}

fn before_endless_tag(html: &str) -> &str {
    let bytes = html.as_bytes();
    let mut at = 0;
    while let Some(start) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)).map(|offset| at + offset) {
        at = start + 1;
        if !bytes.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/') {
            continue;
        }
        let mut separators = 0;
        for byte in bytes.get(at..).unwrap_or_default() {
            at += 1;
            match byte {
                b'>' => break,
                b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'"' | b'\'' => separators += 1,
                _ => {}
            }
            if separators > SEPARATORS {
                return html.get(..start).unwrap_or_default();
            }
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use proptest::char::range;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::{Part, before_endless_tag, tokenize, visit};

    const ATTRIBUTES: [&str; 5] = ["alt", "hidden", "href", "style", "class"];

    /// Markup as people and programs write it, and as nobody should.
    #[rustfmt::skip]
    const PIECES: [&str; 65] = [
        "<p>", "</p>", "<P class=\"x\" Class='y'>", "<br/>", "<br />", "<a href=\"x>y\" hidden>", "</a x='y'>", "<a\n\tclass=''\r\nhref='\r'>",
        "<img src='a' alt=\"b &amp; c\"/>", "<img alt=x>", "<img alt = 'x'>", "<o:p style=\"&lt\0\">", "<a \u{c}alt=\"\"class=''>",
        "<b/ >", "<b", "<a a='", "</", "</3>", "</ p>", "<3", "<", ">", "'", "\"", "=", "/", "#", ";", "x", "text", "æ ø", "\r\n", "\0", "\u{feff}",
        "<!-- <p> -->", "<!-->", "<?php", "<![CDATA[x]]>", "<script>", "</script>", "<title>", "</title>", "<svg/>", "<Style>", "</style >",
        "&amp;", "&", "&&", "&am", "&lt", "&notit;", "&nbsp;", "&acE;", "&#39;", "&#x27", "&#128;", "&#0;", "&#;", "&#x;", "&#99999999999;",
        "&unknown;", "&apos;", "&;", "&#+9;", "&#xD800;",
    ];

    /// What is told of markup: its tags with their attributes, and the texts between them.
    #[derive(Default)]
    struct Told(Vec<String>);

    impl Told {
        fn hear(&mut self, part: Part<'_>) {
            match part {
                Part::Tag(tag) => {
                    let attributes = ATTRIBUTES.map(|name| tag.attribute(name).map(|value| lines(&value)));
                    self.0.push(format!("{} {} {} {attributes:?}", tag.name, tag.is_start, tag.is_empty));
                    self.0.push(String::new());
                }
                Part::Text(text) => match self.0.last_mut() {
                    Some(last) => last.push_str(text),
                    None => self.0.push(text.to_owned()),
                },
            }
        }

        fn text(self) -> Vec<String> {
            self.0.into_iter().map(|text| lines(&text).replace('\0', "")).filter(|text| !text.is_empty()).collect()
        }
    }

    fn lines(text: &str) -> String {
        text.replace("\r\n", "\n").replace('\r', "\n")
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4_000, ..ProptestConfig::default() })]
        #[test]
        fn what_is_read_in_one_go_is_what_the_tokenizer_tells(pieces in vec(prop_oneof![
            4 => select(PIECES.as_slice()).prop_map(str::to_owned),
            1 => range(' ', '~').prop_map(String::from),
        ], 0..12)) {
            let html = pieces.concat();
            let (mut one, mut other) = (Told::default(), Told::default());
            visit(&html, |part| one.hear(part));
            tokenize(&html, &mut |part: Part<'_>| other.hear(part));
            prop_assert_eq!(one.text(), other.text(), "{:?}", html);
        }
    }

    #[test]
    fn markup_is_read_up_to_a_tag_without_end() {
        let html = format!("<p>a<b {}>c", "a ".repeat(6_000));
        assert_eq!(before_endless_tag(&html), "<p>a");
    }
}
