//! HTML to readable plain text: blocks become lines, lists keep their dashes, images their alternative texts. Never keeps
//! markup, control characters or what a browser would hide; foreign HTML is not shown anywhere, so this is its sanitiser.

use memchr::memchr2;

use super::markup::{Part, Tag, visit};
use crate::model::text::is_unseen;

/// Most characters of a text that are kept.
pub const MAX_TEXT: usize = 200_000;
/// Most characters of a title or name that are kept.
pub const MAX_LINE: usize = 1_000;

/// White space to write before the next character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
    Paragraph,
}

struct Writer {
    text: String,
    room: usize,
    gap: Gap,
}

impl Writer {
    fn new(room: usize) -> Self {
        Self { text: String::new(), room, gap: Gap::None }
    }

    fn part(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn write(&mut self, mut text: &str) {
        while self.room > 0 {
            let (run, behind) = text.split_at_checked(run(text)).unwrap_or((text, ""));
            if !run.is_empty() && self.fill() {
                self.text.push_str(run.get(..self.room).map_or(run, str::trim_end));
                self.room = self.room.saturating_sub(run.len());
            }
            let mut rest = behind.chars();
            let Some(c) = rest.next() else { break };
            text = rest.as_str();
            if c.is_whitespace() {
                self.part(Gap::Space);
            } else if !is_unseen(c) && self.fill() {
                self.text.push(c);
                self.room -= 1;
            }
        }
    }

    /// Writes the white space that was put off; `false` if that leaves no room for what comes behind it.
    fn fill(&mut self) -> bool {
        let gap = match self.gap {
            _ if self.text.is_empty() => "",
            Gap::None => "",
            Gap::Space => " ",
            Gap::Line => "\n",
            Gap::Paragraph => "\n\n",
        };
        self.gap = Gap::None;
        let is_room = gap.len() < self.room;
        if is_room {
            self.text.push_str(gap);
            self.room -= gap.len();
        } else {
            self.room = 0;
        }
        is_room
    }
}

/// Whether a text is as long as is kept, so that it may have been longer: a blank or an end of paragraph is not kept as
/// the last of it.
pub(super) fn is_full(text: &str) -> bool {
    let least = MAX_TEXT - "\n\n".len();
    text.len() >= least && text.chars().count() >= least
}

/// The length of the words of ASCII at the start of a text that stand one blank apart.
fn run(text: &str) -> usize {
    let mut end = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte.is_ascii_graphic() {
            end = at + 1;
        } else if byte != b' ' || end == 0 || end < at {
            break;
        }
    }
    end
}

/// Whether a text is the same as HTML and as plain text, but for its ends of lines.
fn is_bare(html: &str) -> bool {
    memchr2(b'<', b'&', html.as_bytes()).is_none()
}

/// The text of `html`, at most [`MAX_TEXT`] characters, in lines.
#[must_use]
pub fn html(html: &str) -> String {
    let mut reader = Reader { writer: Writer::new(MAX_TEXT), hidden: None };
    if is_bare(html) {
        reader.writer.write(html);
        return reader.writer.text;
    }
    reader.writer.text.reserve(html.len().min(MAX_TEXT) / 2);
    visit(html, |part| match part {
        Part::Tag(tag) => reader.tag(&tag),
        Part::Text(text) if reader.hidden.is_none() => reader.writer.write(text),
        Part::Text(_) => {}
    });
    reader.writer.text
}

/// A text that is not markup, at most [`MAX_TEXT`] characters, with its lines and paragraphs.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut writer = Writer::new(MAX_TEXT);
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            writer.part(if writer.gap >= Gap::Line { Gap::Paragraph } else { Gap::Line });
        }
        writer.write(line);
    }
    writer.text
}

/// A text that is not markup as one line of at most [`MAX_LINE`] characters.
#[must_use]
pub fn line(text: &str) -> String {
    let mut writer = Writer::new(MAX_LINE);
    writer.write(text);
    writer.text
}

/// The text of `html` as one line of at most [`MAX_LINE`] characters.
#[must_use]
pub fn html_line(title: &str) -> String {
    if is_bare(title) { line(title) } else { line(&html(title)) }
}

struct Reader {
    writer: Writer,
    /// The element that hides its content, and how deep its name is nested in itself.
    hidden: Option<(String, usize)>,
}

impl Reader {
    fn tag(&mut self, tag: &Tag<'_>) {
        match &mut self.hidden {
            Some((name, depth)) if *name == tag.name => {
                *depth = if tag.is_start { depth.saturating_add(1) } else { depth.saturating_sub(1) };
                if *depth == 0 {
                    self.hidden = None;
                }
            }
            Some(_) => {}
            None if tag.is_start && is_hidden(tag) => self.hidden = Some((tag.name.to_string(), 1)),
            None => self.shown(tag),
        }
    }

    fn shown(&mut self, tag: &Tag<'_>) {
        self.writer.part(gap_around(&tag.name));
        match &*tag.name {
            "li" if tag.is_start => self.writer.write("- "),
            "img" | "area" if tag.is_start => {
                if let Some(alternative) = tag.attribute("alt") {
                    self.writer.part(Gap::Space);
                    self.writer.write(&alternative);
                    self.writer.part(Gap::Space);
                }
            }
            _ => {}
        }
    }
}

fn gap_around(name: &str) -> Gap {
    match name {
        "p" | "blockquote" | "ul" | "ol" | "dl" | "pre" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr" => {
            Gap::Paragraph
        }
        "br" | "div" | "li" | "tr" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "main" | "aside"
        | "nav" | "figure" | "figcaption" | "details" | "summary" | "address" | "form" | "fieldset" | "caption"
        | "option" | "body" | "title" => Gap::Line,
        "td" | "th" => Gap::Space,
        _ => Gap::None,
    }
}

/// Whether a browser shows nothing of the element. Elements that may stay without end tag are always shown, because the
/// rest of the text would vanish with them.
fn is_hidden(tag: &Tag<'_>) -> bool {
    match &*tag.name {
        "script" | "style" | "template" | "noscript" | "iframe" | "canvas" | "audio" | "video" => true,
        "svg" => !tag.is_empty,
        "div" | "span" | "section" | "a" | "figure" => tag.attribute("hidden").is_some() || is_styled_away(tag),
        _ => false,
    }
}

fn is_styled_away(tag: &Tag<'_>) -> bool {
    tag.attribute("style").is_some_and(|style| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        style.to_ascii_lowercase().contains("display:none")
    })
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{MAX_LINE, MAX_TEXT, html, html_line, line, plain};

    #[test]
    fn markup_becomes_lines() {
        for (markup, text) in [
            ("Skip&nbsp;Hop &amp; co &#x2F; &euml;", "Skip Hop & co / ë"),
            ("<p>one<p>two<br>three</p>", "one\n\ntwo\nthree"),
            ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
            ("<p>a</p>\n\n<p></p><div><div>b</div></div>", "a\n\nb"),
            ("x <img src=y alt='a bag'>z", "x a bag z"),
            ("a<script>if (1 < 2) alert('x')</script>b<style>p{}</style>c", "abc"),
            ("a<div hidden>no <div>no</div> no</div>b", "ab"),
            ("a<span style='Display : NONE'>no</span>b", "ab"),
            ("a<svg/>b<svg><text>no</text></svg>c", "abc"),
            ("a<!-- no -->b<p hidden>c", "ab\n\nc"),
            ("<table><tr><td>1<td>2<tr><td>3</table>", "1 2\n3"),
            ("Sk<b>ip</b>Hop <3 you & me", "SkipHop <3 you & me"),
            ("bell\u{7}, turned \u{202e}txt\u{202c}, nul \0", "bell, turned txt, nul"),
            ("&lt;b&gt; stays", "<b> stays"),
            ("cut <a href=\"x", "cut"),
        ] {
            assert_eq!(html(markup), text, "{markup}");
        }
    }

    #[test]
    fn plain_text_keeps_its_paragraphs_and_a_line_is_one() {
        assert_eq!(plain(" a  b\r\nc\n\n\n\nd <b>\n"), "a b\nc\n\nd <b>");
        assert_eq!(line("\n a\tb \n"), "a b");
        assert_eq!(html_line("<b>Acme</b>\n &amp; more"), "Acme & more");
    }

    #[test]
    fn texts_are_cut() {
        assert_eq!(line(&"ø".repeat(5_000)).chars().count(), MAX_LINE);
        assert_eq!(html(&"ø".repeat(MAX_TEXT + 5)).chars().count(), MAX_TEXT);
        for words in ["ab cd ", "abc ", "ø å ", "aø æ bcd "].map(|words| words.repeat(1_000)) {
            let kept: String = words.chars().take(MAX_LINE).collect();
            assert_eq!(line(&words), kept.trim_end());
        }
        let paragraphs = plain(&"ab\n\n".repeat(MAX_TEXT));
        assert!(paragraphs.ends_with("ab\n\nab") && paragraphs.len() <= MAX_TEXT);
    }

    #[test]
    fn hostile_markup_takes_linear_time() {
        let attributes: String = (0..300_000).map(|n| format!(" a{n}")).collect();
        let hostile = [
            format!("{}deep{}", "<div>".repeat(100_000), "</div>".repeat(100_000)),
            format!("deep<a{attributes}>"),
            format!("deep{}", "<svg>".repeat(100_000)),
            format!("deep{}", "<b><p><i>".repeat(60_000)),
            format!("deep{}", "<".repeat(500_000)),
            format!("deep{}", "&am".repeat(60_000)),
            format!("deep{}", "&am<".repeat(60_000)),
            format!("deep{}", "<img alt='&am'>".repeat(30_000)),
            format!("deep<img alt='{}'>", "&am".repeat(60_000)),
            format!("deep{}", "<!--".repeat(100_000)),
        ];
        for markup in hostile {
            let start = Instant::now();
            assert!(html(&markup).starts_with("deep"));
            assert!(start.elapsed().as_secs() < 15, "{:?} {:.20}", start.elapsed(), markup);
        }
    }
}
