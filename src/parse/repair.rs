//! The faults of feeds that are common and can be mended without guessing. Never changes what a sound document says;
//! each repair is told.

use std::borrow::Cow;

use super::balance::{balance, verbatim};
use super::root;

/// A document that was mended, and what was done.
pub(super) struct Mended {
    pub(super) text: String,
    pub(super) repairs: Vec<&'static str>,
}

/// A document without byte order mark, white space and XML declaration in front: it is text already, and the encoding
/// it declares is that of the bytes.
pub(super) fn without_declaration(text: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0';
    let text = text.trim_start_matches(blank);
    let Some(declaration) = text.strip_prefix("<?xml").filter(|rest| rest.starts_with(char::is_whitespace)) else {
        return text;
    };
    declaration.split_once("?>").map_or(text, |(_, rest)| rest.trim_start_matches(blank))
}

/// Digits of a duration that feed-rs can still turn into seconds.
const MAX_DIGITS: usize = 15;

/// Where feed-rs expects durations: what stands before them, and behind.
const DURATIONS: [(&str, &str); 7] = [
    ("duration>", "</"),
    (" time=\"", "\""),
    (" time='", "'"),
    (" start=\"", "\""),
    (" start='", "'"),
    (" end=\"", "\""),
    (" end='", "'"),
];

/// A document without what makes feed-rs panic: numbers beyond 64 bits where it expects a duration, and addresses of
/// mail that touch a character of several bytes.
pub(super) fn disarm(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if has_endless_number(&text) {
        for (start, end) in DURATIONS {
            text = Cow::Owned(without_endless_numbers(&text, start, end));
        }
    }
    let touched = text.match_indices('@').any(|(at, _)| mail_to_part(&text, at).is_some());
    if touched { Cow::Owned(with_parted_mail(&text)) } else { text }
}

fn has_endless_number(text: &str) -> bool {
    text.as_bytes().split(|byte| !byte.is_ascii_digit()).any(|digits| digits.len() > MAX_DIGITS)
}

fn without_endless_numbers(text: &str, start: &str, end: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(start) {
        out.push_str(before);
        out.push_str(start);
        rest = behind;
        let Some((value, ended)) = behind.split_once(end) else { break };
        // What stands inside of a value is not looked at again, or many starts before one end would take quadratic time.
        if !has_endless_number(value) {
            out.push_str(value);
        }
        out.push_str(end);
        rest = ended;
    }
    out + rest
}

/// The bytes of the mail address around the `@` at `at`, if a character of several bytes stands right before or behind.
fn mail_to_part(text: &str, at: usize) -> Option<(usize, usize)> {
    let part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let (before, behind) = (text.get(..at)?, text.get(at + 1..)?);
    let start = at - before.chars().rev().take_while(part).count();
    let end = at + 1 + behind.chars().take_while(part).count();
    let wide = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
    let touches = wide(text.get(..start)?.chars().next_back()) || wide(text.get(end..)?.chars().next());
    (touches && start < at).then_some((start, end))
}

fn with_parted_mail(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in text.match_indices('@') {
        if let Some((start, end)) = mail_to_part(text, at)
            && start >= done
        {
            let (before, mail) = (text.get(done..start), text.get(start..end));
            out = out + before.unwrap_or_default() + " " + mail.unwrap_or_default() + " ";
            done = end;
        }
    }
    out + text.get(done..).unwrap_or_default()
}

/// Mends what keeps a document from being read.
pub(super) fn mend(text: &str) -> Mended {
    let mut mended = Mended { text: text.to_owned(), repairs: Vec::new() };
    mended.step("left out what stands before it", |text| without_declaration(from_start(text)).to_owned());
    mended.step("removed control characters", |text| text.chars().filter(|c| is_allowed(*c)).collect());
    mended.step("escaped bare ampersands and angle brackets", escape_bare);
    mended.step("set version, namespace and types as the kind of feed wants them", root::mend);
    mended.step("left out the entry in which the document ends", root::cut);
    mended.step("made the tags fit together", balance);
    mended
}

/// The document from where a feed begins: servers write warnings, even in HTML, in front of it.
fn from_start(text: &str) -> &str {
    let starts = ["<?xml ", "<rss", "<feed", "<rdf:RDF"].into_iter().filter_map(|start| text.find(start));
    starts.min().or_else(|| text.find('<')).and_then(|start| text.get(start..)).unwrap_or(text)
}

impl Mended {
    fn step(&mut self, what: &'static str, repair: impl FnOnce(&str) -> String) {
        let text = repair(&self.text);
        if text != self.text {
            self.text = text;
            self.repairs.push(what);
        }
    }
}

/// The characters of XML 1.0.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn escape_bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, here)) = rest.find(['&', '<']).and_then(|at| rest.split_at_checked(at)) {
        let (written, length) = mark(here);
        out.push_str(before);
        out.push_str(written);
        rest = here.get(length..).unwrap_or_default();
    }
    out + rest
}

/// What to write for the `&` or `<` that `here` starts with, and how many bytes of it that stands for.
fn mark(here: &str) -> (&str, usize) {
    if let Some(length) = verbatim(here) {
        return (here.get(..length).unwrap_or(here), length);
    }
    let next = here.get(1..).unwrap_or_default();
    if here.starts_with('<') {
        let tag = next.starts_with(|c: char| c.is_alphabetic() || "/!?_:".contains(c));
        return (if tag { "<" } else { "&lt;" }, 1);
    }
    let name_length = next.find(|c: char| !c.is_ascii_alphanumeric() && c != '#').unwrap_or(next.len());
    let name = next.get(..name_length).unwrap_or_default();
    let length = name_length + 2;
    let whole = here.get(..length).unwrap_or_default();
    if name.is_empty() || !whole.ends_with(';') {
        return ("&amp;", 1);
    }
    match name.strip_prefix('#') {
        Some(number) if character(number).is_none() => ("", length),
        None if name.contains('#') => ("&amp;", 1),
        _ => (whole, length),
    }
}

fn character(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).filter(|c| is_allowed(*c))
}

#[cfg(test)]
mod tests {
    use super::{disarm, escape_bare, mend, without_declaration};

    #[test]
    fn what_stands_before_a_document_goes() {
        assert_eq!(without_declaration("\u{feff}\n <?xml version=\"1.0\"?>\n<rss>"), "<rss>");
        assert_eq!(without_declaration("<?xml-stylesheet href=''?><rss>"), "<?xml-stylesheet href=''?><rss>");
        assert_eq!(without_declaration("<?xml "), "<?xml ");
    }

    #[test]
    fn only_bare_signs_are_escaped() {
        for (text, escaped) in [
            (
                "<a b=\"?x=1&y=2\">A & B &amp; &nbsp; &#65; &#x41;</a>",
                "<a b=\"?x=1&amp;y=2\">A &amp; B &amp; &nbsp; &#65; &#x41;</a>",
            ),
            ("&#11;&#0;&#xD800;&#99999999999;x", "x"),
            ("a < b <3 &; &a#; &", "a &lt; b &lt;3 &amp;; &amp;a#; &amp;"),
            ("<![CDATA[a & b < c]]><!-- & --> &", "<![CDATA[a & b < c]]><!-- & --> &amp;"),
            ("<![CDATA[a & b", "<![CDATA[a & b"),
        ] {
            assert_eq!(escape_bare(text), escaped, "{text}");
        }
        let sound = "<rss version=\"2.0\"><channel></channel></rss>";
        let mended = mend(sound);
        assert_eq!((mended.text.as_str(), mended.repairs.len()), (sound, 0));
    }

    #[test]
    fn what_makes_the_reader_panic_goes_and_ids_stay() {
        let digits = "9".repeat(30);
        let id = "<guid>117647939469312368</guid> the first time 117647939469312368";
        let text = format!("{id}<x:duration>1:{digits}:00</x:duration><t time=\"{digits}\" end='5' start='{digits}'/>");
        assert_eq!(disarm(&text), format!("{id}<x:duration></x:duration><t time=\"\" end='5' start=''/>"));
        assert_eq!(disarm("a@b.example（x） …c@d.example"), " a@b.example （x） … c@d.example ");
        assert!(matches!(disarm("a@b.example (ø) ø a@b"), std::borrow::Cow::Borrowed(_)));
    }
}
