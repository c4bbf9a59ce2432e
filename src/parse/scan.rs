//! Tells in one quick look whether feed-rs reads a document as it is meant. Never changes it, and calls sound only what it
//! knows in every part.

use memchr::{memchr, memchr2, memmem};

use super::entity::{Entities, is_plain};
use super::entry::Extra;
use super::feed::MAX_ITEMS;
use super::marks::Marks;
use super::names::{Space, is_exact, of_address, of_prefix};
use super::stars;
use super::xml::{Tag, attributes};
use crate::model::Language;

/// Digits of a duration that feed-rs can still turn into seconds.
const MAX_DIGITS: usize = 15;
/// How deep elements of a sound document lie in each other; feed-rs calls itself for some.
const MAX_DEPTH: usize = 32;
/// Prefixes that a sound document declares at most.
const MAX_PREFIXES: usize = 32;

/// What an entry of RSS tells, as bits.
const TITLE: u8 = 1;
const LINK: u8 = 2;
const TEXT: u8 = 4;
const OTHER_TITLE: u8 = 8;
const OTHER_LINK: u8 = 16;
const OTHER_TEXT: u8 = 32;
const AUTHOR: u8 = 64;
const OTHER_AUTHOR: u8 = 128;

/// The marks of a sound document, and the number of its entries; `None` if it is not, or if that would take a closer look.
pub(super) fn scan(document: &str) -> Option<(Marks, usize)> {
    let mut scan = Scan {
        text: document,
        at: 0,
        prefixes: Vec::new(),
        atom: false,
        marks: Marks::default(),
        found: 0,
        parts: None,
        is_closed: false,
        depth: 1,
    };
    scan.root()?;
    while let Some(offset) = memchr2(b'<', b'&', scan.rest()?.as_bytes()) {
        scan.at += offset;
        scan.sign()?;
    }
    (scan.parts.is_none() && scan.is_closed).then_some((scan.marks, scan.found))
}

struct Scan<'text> {
    text: &'text str,
    at: usize,
    prefixes: Vec<(&'text str, Space)>,
    atom: bool,
    marks: Marks,
    found: usize,
    /// What the open entry has told, if one is open.
    parts: Option<u8>,
    /// Elements that are open.
    depth: usize,
    /// Whether the root has ended.
    is_closed: bool,
}

impl<'text> Scan<'text> {
    fn rest(&self) -> Option<&'text str> {
        self.text.get(self.at..)
    }

    /// Goes on behind the first `end`.
    fn pass(&mut self, end: &str) -> Option<&'text str> {
        let rest = self.rest()?;
        let length = memmem::find(rest.as_bytes(), end.as_bytes())?;
        self.at += length + end.len();
        rest.get(..length)
    }

    /// Reads up to the end of the root's start tag.
    fn root(&mut self) -> Option<()> {
        loop {
            let rest = self.rest()?.trim_start();
            self.at = self.text.len() - rest.len();
            if rest.starts_with("<!--") {
                self.pass("-->")?;
            } else if rest.starts_with("<?xml-") {
                self.pass("?>")?;
            } else {
                break;
            }
        }
        let tag = self.tag()?;
        self.atom = match tag.name {
            "rss" => matches!(tag.attribute("version"), Some("2.0" | "0.91" | "0.92")).then_some(false),
            "feed" => Some(true),
            _ => None,
        }?;
        let mut default = None;
        for (name, value) in attributes(tag.attributes) {
            if let Some(prefix) = name.strip_prefix("xmlns:") {
                let space = of_prefix(prefix).or_else(|| of_address(value)).unwrap_or(Space::Other);
                self.prefixes.push((prefix, space));
                if !is_exact(prefix, value) || self.prefixes.len() > MAX_PREFIXES {
                    return None;
                }
            } else if name == "xmlns" {
                default = Some(value);
            } else if name == "xml:base" {
                return None;
            }
        }
        (default == self.atom.then_some("http://www.w3.org/2005/Atom")).then_some(())
    }

    /// Reads the tag that starts here, and goes on behind it.
    fn tag(&mut self) -> Option<Tag<'text>> {
        let start = self.at + 1;
        let inner = self.text.get(start..)?;
        let length = inner.bytes().position(|byte| matches!(byte, b'>' | b'/' | b' ' | b'\n' | b'\t' | b'\r'))?;
        let (name, behind) = inner.split_at_checked(length)?;
        let mut end = 0;
        if !behind.starts_with('>') {
            loop {
                end += memchr2(b'>', b'"', behind.get(end..)?.as_bytes())?;
                if behind.as_bytes().get(end) == Some(&b'>') {
                    break;
                }
                end += 2 + memchr(b'"', behind.get(end + 1..)?.as_bytes())?;
            }
        }
        let attributes = behind.get(..end)?;
        self.at = start + length + end + 1;
        let (attributes, empty) = attributes.strip_suffix('/').map_or((attributes, false), |rest| (rest, true));
        Some(Tag { name, attributes, empty })
    }

    /// Looks at a `<` or `&`.
    fn sign(&mut self) -> Option<()> {
        let rest = self.rest()?;
        match rest.as_bytes() {
            [b'&', ..] => {
                self.at += 1;
                is_plain(rest.get(1..)?).then_some(())
            }
            [b'<', b'/', ..] => self.end(),
            [b'<', b'!', b'[', ..] => {
                self.pass("<![CDATA[").filter(|before| before.is_empty())?;
                self.pass("]]>").map(|_| ())
            }
            [b'<', b'!', b'-', ..] => self.pass("-->").map(|_| ()),
            [b'<', b'?' | b'!', ..] => None,
            _ => {
                let start = self.at;
                let tag = self.tag()?;
                self.start(start, tag)
            }
        }
    }

    fn end(&mut self) -> Option<()> {
        let name = self.pass(">")?.get(2..)?;
        self.depth = self.depth.checked_sub(1)?;
        if name == self.entry() {
            let parts = self.parts.take()?;
            self.found += 1;
            self.marks.spread(self.at, self.at);
            let lacks = |part, other| parts & part == 0 && parts & other != 0;
            let link = !self.atom && lacks(LINK, OTHER_LINK);
            let author = lacks(AUTHOR, OTHER_AUTHOR);
            if link || author || lacks(TITLE, OTHER_TITLE) || lacks(TEXT, OTHER_TEXT) {
                return None;
            }
        }
        self.is_closed |= name == if self.atom { "feed" } else { "rss" };
        Some(())
    }

    fn entry(&self) -> &'static str {
        if self.atom { "entry" } else { "item" }
    }

    fn start(&mut self, start: usize, tag: Tag<'text>) -> Option<()> {
        self.depth += usize::from(!tag.empty);
        let written = !tag.attributes.is_empty();
        if self.depth > MAX_DEPTH || written && !self.are_plain(&tag) {
            return None;
        }
        if let Some((prefix, local)) = tag.name.split_once(':') {
            let (_, space) = self.prefixes.iter().find(|(known, _)| *known == prefix)?;
            return self.foreign(*space, local, &tag);
        }
        if tag.name == self.entry() {
            if self.parts.is_some() || tag.empty {
                return None;
            }
            self.parts = Some(0);
            self.marks.spread(start, self.at);
            if self.marks.extras.len() < MAX_ITEMS {
                let language = tag.attribute("xml:lang").filter(|_| written).and_then(Language::parse);
                self.marks.extras.push(Extra { language, ..Extra::default() });
            }
            return Some(());
        }
        if self.atom { self.atom(&tag) } else { self.rss(&tag) }
    }

    /// Whether the attributes of a tag mean what any reader takes them for.
    fn are_plain(&self, tag: &Tag<'_>) -> bool {
        let mut bytes = tag.attributes.as_bytes();
        while let Some(at) = memchr(b'&', bytes) {
            bytes = bytes.get(at + 1..).unwrap_or_default();
            let start = tag.attributes.len() - bytes.len();
            if !tag.attributes.get(start..).is_some_and(is_plain) {
                return false;
            }
        }
        let lists = memmem::find(tag.attributes.as_bytes(), b"xml").is_some();
        let stray = lists && (tag.attributes.contains("xmlns") || tag.attributes.contains("xml:base"));
        !stray && !tag.attributes.contains('<')
    }

    /// An element of RSS itself.
    fn rss(&mut self, tag: &Tag<'text>) -> Option<()> {
        let part = match tag.name {
            "title" => TITLE,
            "link" if tag.attributes.trim().is_empty() => LINK,
            "description" => TEXT,
            "author" | "managingEditor" | "webMaster" => {
                self.tell(AUTHOR, tag);
                return self.mail();
            }
            "enclosure" => {
                self.extra(|extra| extra.note(Space::Core, tag.name, tag));
                0
            }
            "source" => {
                self.outlet()?;
                0
            }
            "channel" | "language" | "copyright" | "pubDate" | "lastBuildDate" | "category" | "generator" | "docs"
            | "cloud" | "ttl" | "image" | "url" | "width" | "height" | "rating" | "textInput" | "name"
            | "skipHours" | "hour" | "skipDays" | "day" | "comments" | "guid" => 0,
            _ => return None,
        };
        self.tell(part, tag);
        Some(())
    }

    /// An element of Atom itself.
    fn atom(&mut self, tag: &Tag<'text>) -> Option<()> {
        match tag.name {
            "title" | "subtitle" | "summary" | "content" | "rights" => {
                self.tell(if tag.name == "title" { TITLE } else { TEXT }, tag);
                match tag.attribute("type").filter(|_| !tag.attributes.is_empty()) {
                    None | Some("text" | "html") => {}
                    Some("xhtml") if !tag.empty => {
                        let end = format!("</{}", tag.name);
                        let inner = self.pass(&end)?;
                        self.at -= end.len();
                        let mut references = memchr::memchr_iter(b'&', inner.as_bytes());
                        let sound = references.all(|at| inner.get(at + 1..).is_some_and(is_plain));
                        return (sound && !inner.contains("xml:base")).then_some(());
                    }
                    Some(_) => return None,
                }
                (tag.attribute("src").is_none() && tag.attribute("mode").is_none()).then_some(())
            }
            "link" => {
                self.extra(|extra| extra.note(Space::Core, tag.name, tag));
                Some(())
            }
            "id" | "updated" | "published" | "author" | "name" | "uri" | "email" | "category" | "contributor"
            | "generator" | "icon" | "logo" | "source" => Some(()),
            _ => None,
        }
    }

    /// An element of another vocabulary.
    fn foreign(&mut self, space: Space, local: &str, tag: &Tag<'text>) -> Option<()> {
        match (space, local) {
            (Space::Core, "link") => self.tell(OTHER_LINK, tag),
            (Space::Core | Space::Html, _) if self.parts.is_some() => return None,
            (Space::DublinCore | Space::Media | Space::Itunes, "title") => self.tell(OTHER_TITLE, tag),
            (Space::Itunes | Space::Media | Space::DublinCore, "summary" | "description" | "subtitle") => {
                self.tell(OTHER_TEXT, tag);
            }
            (Space::Content, "encoded") => self.tell(TEXT, tag),
            // feed-rs knows little of Dublin Core.
            (Space::DublinCore, "subject" | "language") => return None,
            (Space::DublinCore, _) if self.atom => return None,
            (Space::DublinCore, "creator") => {
                self.tell(AUTHOR, tag);
                return self.mail();
            }
            (Space::Itunes, "author") => {
                self.tell(OTHER_AUTHOR, tag);
                return self.mail();
            }
            (Space::Itunes, "owner" | "name") => return self.mail(),
            (Space::Itunes, "duration") => return (self.peek()?.len() <= MAX_DIGITS).then_some(()),
            (Space::Media, "text" | "thumbnail") => {
                let timed = |name| tag.attribute(name).is_some_and(|value| value.len() > MAX_DIGITS);
                return (!["time", "start", "end"].into_iter().any(timed)).then_some(());
            }
            (Space::Slash, "comments") | (Space::Thread, "total") => {
                let count = self.peek()?.trim().parse().ok();
                self.extra(|extra| extra.count = count.or(extra.count));
            }
            (Space::AppStore, "rating") => {
                let given = stars::written(self.peek()?);
                self.extra(|extra| extra.stars = given.or(extra.stars));
            }
            (Space::Media, "statistics") => self.extra(|extra| extra.note(space, local, tag)),
            (Space::Other, _) if !self.atom && local.eq_ignore_ascii_case("source") => return self.outlet(),
            (Space::Tombstone, "deleted-entry") => {
                let id = tag.attribute("ref")?;
                if id.contains('&') {
                    return None;
                }
                self.marks.delete(Some(id.to_owned()));
            }
            _ => {}
        }
        Some(())
    }

    /// Takes note of something that feed-rs does not tell of the open entry.
    fn extra(&mut self, note: impl FnOnce(&mut Extra)) {
        if let Some(extra) = self.marks.extras.last_mut().filter(|_| self.parts.is_some()) {
            note(extra);
        }
    }

    /// Takes note of who published the open entry first.
    fn outlet(&mut self) -> Option<()> {
        let text = Entities::default().resolve(self.peek()?).into_owned();
        // What is wrapped in `CDATA` takes a closer look.
        let is_wrapped = text.trim().is_empty() && self.rest()?.trim_start().starts_with("<![CDATA[");
        if !text.trim().is_empty() {
            self.extra(|extra| extra.outlet = Some(text));
        }
        (!is_wrapped).then_some(())
    }

    fn tell(&mut self, part: u8, tag: &Tag<'_>) {
        if let Some(parts) = self.parts.as_mut().filter(|_| !tag.empty) {
            *parts |= part;
        }
    }

    /// The text up to the next tag.
    fn peek(&self) -> Option<&'text str> {
        let rest = self.rest()?;
        rest.get(..memchr(b'<', rest.as_bytes())?)
    }

    /// feed-rs panics at an address of mail beside a character of several bytes.
    fn mail(&mut self) -> Option<()> {
        let mut text = self.peek()?;
        if text.is_empty() && self.rest()?.starts_with("<![CDATA[") {
            let rest = self.rest()?;
            text = rest.get(..memmem::find(rest.as_bytes(), b"]]>")?)?;
        }
        (text.is_ascii() && !text.contains('&') || !text.contains('@') && !text.contains('&')).then_some(())
    }
}
