//! HTML that is written plainly: tags with quoted attributes, texts, references with their semicolon. Never decides what
//! browsers make of anything else; that is left to their tokenizer.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::entity;
use super::markup::{Attributes, Part, Tag, raw, tokenize};

/// Calls `visit` with the parts of `html` up to the first that only the tokenizer can tell; what is left starts there.
pub(super) fn read<'html>(html: &'html str, visit: &mut impl FnMut(Part<'_>)) -> &'html str {
    let mut rest = html;
    while let Some((text, sign)) = memchr2(b'<', b'&', rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
        if !text.is_empty() {
            visit(Part::Text(text));
        }
        let behind = if sign.starts_with('&') { Some(reference(sign, visit)) } else { tag(sign, visit) };
        let Some(behind) = behind else { return sign };
        rest = behind;
    }
    if !rest.is_empty() {
        visit(Part::Text(rest));
    }
    ""
}

/// Reads what starts with an `&`, and returns what stands behind it.
fn reference<'html>(html: &'html str, visit: &mut impl FnMut(Part<'_>)) -> &'html str {
    let inner = html.get(1..).unwrap_or_default();
    if !inner.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#') {
        visit(Part::Text("&"));
        return inner;
    }
    if let Some((points, behind)) = entity::of_html(inner) {
        let mut buffer = [0; 4];
        for point in points.into_iter().flatten() {
            visit(Part::Text(point.encode_utf8(&mut buffer)));
        }
        return behind;
    }
    let end = memchr(b'<', html.as_bytes()).unwrap_or(html.len());
    let (text, behind) = html.split_at_checked(end).unwrap_or((html, ""));
    tokenize(text, visit);
    behind
}

/// Reads what starts with a `<`, and returns what stands behind it.
fn tag<'html>(html: &'html str, visit: &mut impl FnMut(Part<'_>)) -> Option<&'html str> {
    let inner = html.get(1..)?;
    let (is_start, inner) = inner.strip_prefix('/').map_or((true, inner), |inner| (false, inner));
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        if !is_start || inner.starts_with(['!', '?']) {
            return None;
        }
        visit(Part::Text("<"));
        return Some(inner);
    }
    let (name, behind) = inner.split_at_checked(inner.bytes().position(|byte| !is_of_name(byte))?)?;
    let (written, behind) = behind.split_at_checked(attributes(behind.as_bytes())?)?;
    let is_empty = behind.starts_with('/');
    let name = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    };
    if is_start && raw(&name).is_some() {
        return None;
    }
    visit(Part::Tag(Tag { name, is_start, is_empty, attributes: Attributes::Written(written) }));
    behind.get(if is_empty { 2 } else { 1 }..)
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':')
}

/// The length of the attributes between a tag's name and its end.
fn attributes(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let blank = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c'))?;
        match rest.get(blank..)? {
            [b'>', ..] | [b'/', b'>', ..] => return Some(at + blank),
            [first, ..] if blank > 0 && is_of_name(*first) => {}
            _ => return None,
        }
        let name = blank + rest.get(blank..)?.iter().position(|byte| !is_of_name(*byte))?;
        at += name;
        if let [b'=', quote, value @ ..] = rest.get(name..)? {
            if !matches!(quote, b'"' | b'\'') {
                return None;
            }
            at += memchr(*quote, value)? + 3;
        }
    }
}
