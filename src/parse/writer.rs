//! Takes a document piece by piece, tells entries and their parts apart, and writes the entries as Atom. Never holds more
//! than one entry open, and never looks back.

use std::mem;

use url::Url;

use super::entity::Entities;
use super::entry::{Entry, Extra, Person};
use super::feed::MAX_ITEMS;
use super::field::{Field, Mode, field};
use super::marks::Marks;
use super::names::{Prefixes, Space};
use super::open::{Open, add};
use super::xml::{Tag, attributes};
use crate::model::Language;

/// Open elements outside of entries that are remembered.
const MAX_OPEN: usize = 256;
/// Elements that hold a feed.
const ROOTS: [&str; 4] = ["rss", "rdf", "feed", "channel"];
/// Elements of a feed that have titles and links of their own.
const ASIDE: [&str; 4] = ["image", "textinput", "source", "deleted-entry"];
/// Elements of HTML that have no end.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "meta", "wbr"];

pub(super) enum State<'text> {
    Between,
    Field(Open<'text>),
    /// Inside of an element that tells nothing, and how deep its name is nested in itself.
    Aside(&'text str, usize),
}

/// An element outside of entries.
pub(super) struct Scope<'text> {
    pub(super) tag: &'text str,
    pub(super) base: Option<Url>,
    pub(super) language: Option<Language>,
}

pub(super) struct Writer<'text> {
    pub(super) entities: Entities<'text>,
    pub(super) prefixes: Prefixes<'text>,
    pub(super) state: State<'text>,
    pub(super) scopes: Vec<Scope<'text>>,
    pub(super) base: Url,
    pub(super) root: Option<String>,
    pub(super) is_root_closed: bool,
    /// What entries are called.
    pub(super) kind: Option<&'static str>,
    pub(super) entry: Option<(&'text str, Entry, Url)>,
    pub(super) person: Option<(&'text str, u8, Person)>,
    pub(super) authors: String,
    pub(super) language: Option<Language>,
    pub(super) misfits: bool,
    /// Whether a text was longer than is kept.
    pub(super) is_cut: bool,
    pub(super) out: String,
    pub(super) marks: Marks,
    pub(super) found: usize,
}

impl<'text> Writer<'text> {
    pub(super) fn new(base: &Url) -> Self {
        Self {
            entities: Entities::default(),
            prefixes: Prefixes::default(),
            state: State::Between,
            scopes: Vec::new(),
            base: base.clone(),
            root: None,
            is_root_closed: false,
            kind: None,
            entry: None,
            person: None,
            authors: String::new(),
            language: None,
            misfits: false,
            is_cut: false,
            out: String::new(),
            marks: Marks::default(),
            found: 0,
        }
    }

    pub(super) fn start(&mut self, tag: Tag<'text>) {
        for (name, address) in attributes(tag.attributes) {
            self.prefixes.learn(name, address);
        }
        let (space, local) = self.prefixes.look_up(tag.name, tag.attribute("xmlns"));
        let closes = self.closes_field(space, &local);
        match &mut self.state {
            State::Field(open) if open.mode == Mode::Foreign => {
                open.nested += usize::from(!tag.empty && open.tag.eq_ignore_ascii_case(tag.name));
                return;
            }
            State::Field(_) if closes => {
                self.misfits = true;
                self.close_field();
            }
            State::Field(open) => return open.markup(&tag),
            State::Aside(name, depth) if !(space == Space::Core && self.kind.is_some_and(|kind| kind == local)) => {
                *depth += usize::from(!tag.empty && name.eq_ignore_ascii_case(tag.name));
                return;
            }
            State::Aside(..) => {
                self.misfits = true;
                self.state = State::Between;
            }
            State::Between => {}
        }
        if space == Space::Core && self.is_entry(&local) {
            self.misfits |= self.entry.is_some();
            self.close_entry();
            self.open_entry(tag);
        } else if let Some((_, _, person)) = &mut self.person {
            person.text.push(' ');
            if !tag.empty && matches!(local.as_str(), "name" | "email" | "uri" | "url" | "homepage") {
                self.open(tag, local, Field::Author, 0, Mode::Escaped);
            }
        } else if self.entry.is_some() {
            self.child(tag, space, local);
        } else {
            self.outside(tag, space, local);
        }
    }

    /// Whether an element is an entry, which depends on what holds it.
    fn is_entry(&mut self, local: &str) -> bool {
        let kind = match local {
            "item" => "item",
            "entry" => "entry",
            _ => return false,
        };
        *self.kind.get_or_insert(kind) == kind
    }

    fn closes_field(&self, space: Space, local: &str) -> bool {
        let State::Field(open) = &self.state else { return false };
        if space == Space::Core && self.kind == Some(local) {
            return !(local == "entry" && open.mode == Mode::Inline);
        }
        let foreign =
            matches!(local, "guid" | "pubdate" | "encoded" | "creator" | "enclosure" | "category" | "comments");
        let is_rss = self.kind != Some("entry");
        is_rss
            && self.entry.is_some()
            && field(space, local).is_some()
            && (foreign || !open.field.is_long())
            && space != Space::Html
            && local != open.local
    }

    fn open_entry(&mut self, tag: Tag<'text>) {
        let mut entry = Entry::default();
        let base = self.base_of(&tag);
        if let Some(address) = tag.attribute("href") {
            entry.link(0, &self.entities.resolve(address), &base);
        } else if let Some(address) = tag.attribute("rdf:about") {
            entry.link(10, &self.entities.resolve(address), &base);
        }
        if let Some(date) = tag.attribute("lastmod") {
            entry.put(Field::Updated, 3, Mode::Plain, date.to_owned(), &base);
        }
        entry.extra.language = tag.attribute("xml:lang").and_then(Language::parse);
        self.entry = Some((tag.name, entry, base));
        if tag.empty {
            self.close_entry();
        }
    }

    /// A child of an entry.
    fn child(&mut self, tag: Tag<'text>, space: Space, local: String) {
        let is_atom = self.kind == Some("entry");
        if let Some((_, entry, _)) = &mut self.entry {
            entry.extra.note(space, &local, &tag);
        }
        let native = self.entry.as_ref().is_some_and(|(entry, ..)| prefix(entry) == prefix(tag.name));
        let foreign = u8::from(space == Space::Core && !native);
        match field(space, &local) {
            // In Atom, the source of an entry is a feed of its own.
            Some((Field::Outlet, _)) if is_atom => self.aside(tag),
            Some((Field::Link, rank)) if tag.attribute("href").is_some() => {
                self.reference(&tag, if is_atom { rank } else { rank + foreign });
                self.aside(tag);
            }
            // In CDF, whose root is a channel, an item may name its page so.
            None if local == "a" && self.root.as_deref() == Some("channel") => {
                self.reference(&tag, 5);
                self.aside(tag);
            }
            Some((Field::Category, _)) if tag.attribute("term").is_some() => {
                let text = tag.attribute("label").or_else(|| tag.attribute("term")).unwrap_or_default();
                let text = self.entities.resolve(text).into_owned();
                if let Some((_, entry, _)) = &mut self.entry {
                    entry.category(text);
                }
                self.aside(tag);
            }
            Some(_) if tag.empty => {}
            Some((Field::Author, rank)) => self.person = Some((tag.name, rank + foreign, Person::default())),
            Some((field, rank)) => {
                let construct = matches!(field, Field::Title | Field::Summary | Field::Content);
                let mode = match space {
                    Space::Core if construct && is_atom => Mode::of(&tag, field),
                    Space::Html => Mode::Inline,
                    _ => Mode::Escaped,
                };
                self.open(tag, local, field, rank + foreign, mode);
            }
            None if space == Space::Media || VOID.contains(&local.as_str()) => {}
            None => self.aside(tag),
        }
    }

    /// A link that is written as an attribute.
    fn reference(&mut self, tag: &Tag<'text>, rank: u8) {
        let is_page =
            tag.attribute("rel").is_none_or(|rel| rel.trim().eq_ignore_ascii_case("alternate") || rel.is_empty());
        let base = self.base_of(tag);
        let address = self.entities.resolve(tag.attribute("href").unwrap_or_default()).into_owned();
        if let Some((_, entry, _)) = self.entry.as_mut().filter(|_| is_page && !address.trim().is_empty()) {
            if self.kind == Some("entry") {
                entry.link(rank, &address, &base);
            } else {
                entry.last_link(rank, &address, &base);
            }
        }
    }

    /// An element outside of entries.
    fn outside(&mut self, tag: Tag<'text>, space: Space, local: String) {
        if self.root.is_none() && ROOTS.contains(&local.as_str()) {
            self.kind = Some(if local == "feed" { "entry" } else { "item" });
            self.root = Some(local.clone());
            self.is_root_closed = tag.empty;
        }
        if local == "deleted-entry" {
            self.marks.delete(tag.attribute("ref").map(|id| self.entities.resolve(id).into_owned()));
        }
        let is_language = space == Space::Core && local == "language";
        match field(space, &local) {
            _ if ASIDE.contains(&local.as_str()) => self.aside(tag),
            Some((Field::Author, rank)) if !tag.empty => self.person = Some((tag.name, rank, Person::default())),
            Some((Field::Language, _)) if !tag.empty => self.open(tag, local, Field::Language, 0, Mode::Escaped),
            _ if is_language && !tag.empty => self.open(tag, local, Field::Language, 0, Mode::Escaped),
            _ if tag.empty => {}
            // The texts of the feed itself are not asked for, but their markup is not part of the feed.
            Some((Field::Title | Field::Summary | Field::Content, _)) => self.aside(tag),
            _ if self.scopes.len() < MAX_OPEN => {
                let base = tag.attribute("xml:base").or_else(|| tag.attribute("base")).map(|_| self.base_of(&tag));
                let language = tag.attribute("xml:lang").and_then(Language::parse);
                self.scopes.push(Scope { tag: tag.name, base, language });
            }
            _ => {}
        }
    }

    /// The base that holds inside of an element.
    fn base_of(&self, tag: &Tag<'text>) -> Url {
        let outer = self.entry.as_ref().map(|(_, _, base)| base);
        let outer =
            outer.or_else(|| self.scopes.iter().rev().find_map(|scope| scope.base.as_ref())).unwrap_or(&self.base);
        let own = tag.attribute("xml:base").or_else(|| tag.attribute("base").filter(|_| self.entry.is_none()));
        own.and_then(|own| outer.join(own.trim()).ok()).filter(Url::has_host).unwrap_or_else(|| outer.clone())
    }

    fn open(&mut self, tag: Tag<'text>, local: String, field: Field, rank: u8, mode: Mode) {
        let language = tag.attribute("xml:lang").filter(|_| field == Field::Content).and_then(Language::parse);
        if let Some((_, entry, _)) = self.entry.as_mut().filter(|_| language.is_some()) {
            entry.extra.language = language;
        }
        let base = self.base_of(&tag);
        let (name, text) = (tag.name, String::new());
        let open = Open { tag: name, local, field, rank, mode, nested: 0, entries: 0, text, is_full: false, base };
        if !tag.empty {
            self.state = State::Field(open);
        }
    }

    fn aside(&mut self, tag: Tag<'text>) {
        if !tag.empty {
            self.state = State::Aside(tag.name, 0);
        }
    }

    pub(super) fn text(&mut self, text: &'text str, verbatim: bool) {
        let entities = &mut self.entities;
        let mut resolved = || if verbatim { text.into() } else { entities.resolve(text) };
        match (&mut self.state, &mut self.person) {
            (State::Field(open), _) if open.mode == Mode::Foreign => {}
            (State::Field(open), _) => open.add(&resolved()),
            (State::Between, Some((_, _, person))) => add(&mut person.text, &resolved()),
            _ => {}
        }
    }

    pub(super) fn end(&mut self, name: &'text str) {
        let ends = self.ends_more(name);
        match &mut self.state {
            State::Field(open) if open.tag.eq_ignore_ascii_case(name) && open.nested == 0 => return self.close_field(),
            State::Field(open) if !ends => return open.end(name),
            State::Aside(tag, depth) if tag.eq_ignore_ascii_case(name) => {
                match depth.checked_sub(1) {
                    Some(less) => *depth = less,
                    None => self.state = State::Between,
                }
                return;
            }
            State::Aside(..) if !ends => return,
            State::Between => {}
            State::Field(_) | State::Aside(..) => {
                self.misfits = true;
                self.close_field();
            }
        }
        if self.person.as_ref().is_some_and(|(tag, ..)| tag.eq_ignore_ascii_case(name)) {
            self.close_person();
        } else if ends {
            self.misfits |= self.entry.as_ref().is_some_and(|(tag, ..)| !tag.eq_ignore_ascii_case(name));
            self.close_entry();
        }
        if self.entry.is_none() {
            self.leave(name);
        }
    }

    /// Whether an end tag ends the entry, or what holds it.
    fn ends_more(&self, name: &str) -> bool {
        let local = name.rsplit(':').next().unwrap_or_default();
        let entry = self.entry.as_ref().is_some_and(|(tag, ..)| tag.eq_ignore_ascii_case(name));
        let inner = matches!(&self.state, State::Field(open) if open.entries > 0);
        entry && !inner || ROOTS.iter().any(|root| root.eq_ignore_ascii_case(local))
    }

    /// Leaves an element outside of entries.
    fn leave(&mut self, name: &str) {
        let local = name.rsplit(':').next().unwrap_or_default();
        self.is_root_closed |= self.root.as_ref().is_some_and(|root| root.eq_ignore_ascii_case(local));
        if let Some(at) = self.scopes.iter().rposition(|scope| scope.tag.eq_ignore_ascii_case(name)) {
            self.misfits |= at + 1 < self.scopes.len();
            let language = self.scopes.drain(at..).find_map(|scope| scope.language);
            self.language = self.language.take().or(language);
        }
    }

    fn close_field(&mut self) {
        let State::Field(open) = mem::replace(&mut self.state, State::Between) else { return };
        self.is_cut |= open.is_full;
        let base = open.base;
        if let Some((_, _, person)) = &mut self.person {
            match open.local.as_str() {
                "name" => person.name = open.text,
                "email" => person.email = open.text,
                _ => person.uri = base.join(open.text.trim()).map_or_else(|_| open.text.clone(), String::from),
            }
        } else if let Some((_, entry, _)) = &mut self.entry {
            if open.mode != Mode::Foreign {
                entry.put(open.field, open.rank, open.mode, open.text, &base);
            }
        } else if open.field == Field::Language {
            self.language = Language::parse(&open.text).or_else(|| self.language.take());
        }
    }

    fn close_person(&mut self) {
        let Some((_, rank, person)) = self.person.take() else { return };
        match &mut self.entry {
            Some((_, entry, _)) => entry.author(rank, person),
            None => person.write(&mut self.authors),
        }
    }

    fn close_entry(&mut self) {
        self.close_person();
        let Some((_, entry, _)) = self.entry.take() else { return };
        self.found += 1;
        if self.found <= MAX_ITEMS {
            let scoped = || self.scopes.iter().rev().find_map(|scope| scope.language.clone());
            let language = entry.extra.language.clone().or_else(scoped);
            self.marks.extras.push(Extra { language, ..entry.extra.clone() });
            entry.write(&mut self.out);
        }
    }
}

fn prefix(name: &str) -> &str {
    name.rsplit_once(':').map_or("", |(prefix, _)| prefix)
}
