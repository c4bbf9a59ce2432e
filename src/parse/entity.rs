//! References: `&amp;`, `&#228;`, the names of HTML and those a document declares itself. Never fetches anything, and what
//! a document's own names expand to is paid from a fixed budget.

use std::borrow::Cow;
use std::collections::HashMap;

use html5ever::data::NAMED_ENTITIES;
use memchr::{memchr, memchr_iter};

/// Bytes and references that a document's own entities may cost in all.
const BUDGET: usize = 1 << 20;
/// Entities of a document that are known.
const MAX_DECLARED: usize = 2_000;
/// How deep entities may refer to each other.
const MAX_DEPTH: usize = 16;
/// Longest name of an entity that is looked for, in bytes.
const MAX_NAME: usize = 64;

/// The characters of windows-1252 between 128 and 159: that is what people mean by those numbers.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// What the references of a document stand for.
#[derive(Debug)]
pub(super) struct Entities<'text> {
    declared: HashMap<&'text str, &'text str>,
    budget: usize,
    /// Whether a sign was met that begins no reference.
    pub(super) is_bare: bool,
}

impl Default for Entities<'_> {
    fn default() -> Self {
        Self { declared: HashMap::new(), budget: BUDGET, is_bare: false }
    }
}

impl<'text> Entities<'text> {
    /// Learns the entities that a document type declaration defines; those that lie elsewhere stay unknown.
    pub(super) fn declare(&mut self, doctype: &'text str) {
        for declaration in doctype.split("<!ENTITY").skip(1).take(MAX_DECLARED) {
            let mut parts = declaration.trim_start().splitn(2, char::is_whitespace);
            let (Some(name), Some(value)) = (parts.next(), parts.next()) else { continue };
            let value = value.trim_start();
            let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.split_once(quote));
            if let Some((value, _)) = quoted {
                self.declared.entry(name).or_insert(value);
            }
        }
    }

    /// Whether entities would have cost more than is given to them.
    pub(super) fn is_spent(&self) -> bool {
        self.budget == 0
    }

    /// The text with its references resolved. A sign that begins none stays as it is.
    pub(super) fn resolve<'here>(&mut self, text: &'here str) -> Cow<'here, str> {
        if memchr(b'&', text.as_bytes()).is_none() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        self.expand(text, &mut out, 0);
        Cow::Owned(out)
    }

    fn expand(&mut self, text: &str, out: &mut String, depth: usize) {
        let mut done = 0;
        for at in memchr_iter(b'&', text.as_bytes()) {
            let Some(reference) = text.get(at + 1..).filter(|_| at >= done).and_then(name) else {
                self.is_bare |= at >= done;
                continue;
            };
            let start = out.len();
            out.push_str(text.get(done..at).unwrap_or_default());
            if self.write(reference, out, depth) {
                done = at + reference.len() + 2;
            } else {
                out.truncate(start);
                self.is_bare = true;
            }
        }
        out.push_str(text.get(done..).unwrap_or_default());
    }

    /// Writes what a name stands for; `false` if nobody knows it.
    fn write(&mut self, name: &str, out: &mut String, depth: usize) -> bool {
        if let Some(number) = name.strip_prefix('#') {
            out.extend(character(number));
            return true;
        }
        if let Some(c) = predefined(name) {
            out.push(c);
            return true;
        }
        if let Some(value) = self.declared.get(name).copied() {
            let cost = value.len() + 1;
            self.budget = if depth < MAX_DEPTH { self.budget.saturating_sub(cost) } else { 0 };
            if self.budget > 0 {
                self.expand(value, out, depth + 1);
            }
            return true;
        }
        let points = named(&format!("{name};"));
        out.extend(points.into_iter().flatten().flatten());
        points.is_some()
    }
}

/// The characters that a name of HTML with its semicolon stands for.
fn named(name: &str) -> Option<[Option<char>; 2]> {
    let (first, second) = NAMED_ENTITIES.get(name).copied().filter(|(first, _)| *first > 0)?;
    Some([first, second].map(|point| char::from_u32(point).filter(|c| *c != '\0')))
}

/// The characters of the reference whose `&` stands right before `text`, and what stands behind it; `None` unless it ends
/// in a semicolon and stands for what it says.
pub(super) fn of_html(text: &str) -> Option<([Option<char>; 2], &str)> {
    let window = text.as_bytes().get(..MAX_NAME).unwrap_or(text.as_bytes());
    let (name, behind) = text.split_at_checked(memchr(b';', window)? + 1)?;
    let points = match name.strip_prefix('#') {
        Some(number) => {
            let number = number.trim_end_matches(';');
            let is_plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let code = code(number).filter(|code| is_plain && matches!(code, 0x20..0x7f | 0xa0..0xd800))?;
            [char::from_u32(code), None]
        }
        None => named(name)?,
    };
    Some((points, behind))
}

/// The five names that XML itself knows.
fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The name of the reference whose `&` stands right before `text`.
fn name(text: &str) -> Option<&str> {
    let window = text.as_bytes().get(..MAX_NAME).unwrap_or(text.as_bytes());
    let name = text.get(..memchr(b';', window)?)?;
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '#' | '_' | '-' | '.' | ':');
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

/// Whether XML knows the reference whose `&` stands right before `text`, so that any reader can resolve it.
pub(super) fn is_plain(text: &str) -> bool {
    // Nearly all references of escaped HTML are these.
    if ["lt;", "gt;", "amp;", "quot;"].iter().any(|name| text.starts_with(name)) {
        return true;
    }
    match name(text) {
        Some(name) => match name.strip_prefix('#') {
            Some(number) => code(number)
                .is_some_and(|code| code >= 32 && !(0x80..0xa0).contains(&code) && character(number).is_some()),
            None => predefined(name).is_some(),
        },
        None => false,
    }
}

/// The character a number stands for; none if it stands for none that a text may hold.
fn character(number: &str) -> Option<char> {
    let code = code(number)?;
    let meant = code.checked_sub(0x80).and_then(|at| WINDOWS_1252.get(usize::try_from(at).ok()?));
    meant.copied().or_else(|| char::from_u32(code)).filter(|c| is_allowed(*c))
}

fn code(number: &str) -> Option<u32> {
    match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    }
}

/// The characters of XML 1.0.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{Entities, is_plain};

    #[test]
    fn references_are_resolved_once() {
        let mut entities = Entities::default();
        entities
            .declare("DOCTYPE x [<!ENTITY me \"M&#229;ns &who;\"><!ENTITY who 'B'><!ENTITY out SYSTEM 'file:///x'>]");
        for (text, resolved) in [
            ("a &amp;amp; b &lt;i&gt; &quot;&apos;", "a &amp; b <i> \"'"),
            ("&#228;&#xE4;&#XE4;&uuml;&nbsp;&hellip;&AElig;", "äää\u{fc}\u{a0}…Æ"),
            ("&#150;&#x80;", "–€"),
            ("a&#0;&#11;&#xD800;&#99999999999;&#x;b", "ab"),
            ("&me;&who;", "Måns BB"),
            ("AT&T & &; ?a=1&copy=2;x &unknown; &out;", "AT&T & &; ?a=1&copy=2;x &unknown; &out;"),
            ("&&amp;&", "&&&"),
        ] {
            assert_eq!(entities.resolve(text), resolved, "{text}");
        }
        assert!(entities.is_bare && !entities.is_spent());
        assert!(is_plain("amp;") && is_plain("#228;") && !is_plain("uuml;") && !is_plain(" x;") && !is_plain("#150;"));
    }

    #[test]
    fn entities_that_grow_without_end_are_paid_from_a_budget() {
        let lol: String = (1..60).map(|n| format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(50))).collect();
        for doctype in [
            format!("<!ENTITY l0 'lol'>{lol}"),
            format!("<!ENTITY l0 ''>{lol}"),
            format!("<!ENTITY l0 '&l5;'>{lol}"),
            format!("<!ENTITY l5 '{}'>", "x".repeat(500_000)),
        ] {
            let started = Instant::now();
            let mut entities = Entities::default();
            entities.declare(&doctype);
            let expanded = entities.resolve(&"&l5; ".repeat(1_000)).len();
            assert!(expanded < 3_000_000 && entities.is_spent(), "{expanded} {doctype:.30}");
            assert!(started.elapsed().as_secs() < 15);
        }
    }
}
