//! The HTML tokenizer with a function in place of a tree. Never builds a tree: trees of deep markup take quadratic time.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use memchr::memchr;

/// Bytes inside one tag that may part attributes. The tokenizer compares each attribute with all others of its tag, so
/// that a tag without end would take quadratic time; the markup is read up to such a tag.
const SEPARATORS: usize = 5_000;

struct Sink<F>(RefCell<F>);

impl<F: FnMut(Token) -> TokenSinkResult<()>> TokenSink for Sink<F> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut visit = self.0.borrow_mut();
        (*visit)(token)
    }
}

/// Calls `visit` with every token of `html`.
pub(super) fn visit(html: &str, visit: impl FnMut(Token) -> TokenSinkResult<()>) {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(before_endless_tag(html)));
    let tokenizer = Tokenizer::new(Sink(RefCell::new(visit)), TokenizerOpts::default());
    while !input.is_empty() {
        let _script_or_done = tokenizer.feed(&input);
    }
    tokenizer.end();
}

/// The value of a tag's attribute.
pub(super) fn attribute<'tag>(tag: &'tag Tag, name: &str) -> Option<&'tag str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
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
