//! How a network shows its posts: its sample document is the template, whose list is replaced by those of them that were
//! asked for, page by page.

use std::path::Path;

use mentiond::model::Instant;
use serde_json::Value;

use super::posts::{Form, Post, value};

/// One way in which a network shows posts.
#[derive(Clone, Copy)]
pub struct List {
    /// What stands in the path and query of its requests, and of no others of the network.
    pub part: &'static str,
    /// The template below `tests/data/sources`; a feed where there is none.
    pub file: &'static str,
    /// Where the list stands in it.
    pub list: &'static str,
    /// What differs from item to item: a pointer, and a text for [`Post::fill`]; `-` takes something out.
    pub item: &'static [(&'static str, &'static str)],
    /// The same of the document around it. `{page}`, `{pages}`, `{all}` (how many posts), `{more}` (whether) and `{next}`
    /// (page) stand for what they say; what would name a page that there is not is taken out.
    pub around: &'static [(&'static str, &'static str)],
    /// Further headers, likewise.
    pub headers: &'static [(&'static str, &'static str)],
    /// Behind which words it is said from when, or from which post on, and how that is written.
    pub since: Option<(&'static str, Form)>,
    /// The same for before when.
    pub before: Option<(&'static str, Form)>,
    /// The parameter that names the page.
    pub page: Page,
    /// What a post is called where those that are named are shown and no others.
    pub named: Option<&'static str>,
    /// Whether it is asked for only to count known posts again.
    pub is_recount: bool,
    /// Posts of a page.
    pub most: usize,
    pub order: Order,
}

/// How pages are asked for.
#[derive(Clone, Copy)]
pub enum Page {
    /// There are none.
    None,
    /// By what this parameter says: it ends with the number of the page, counted from 1.
    Number(&'static str),
    /// By how many posts are passed over.
    Offset(&'static str),
}

/// Which posts come first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Newest,
    /// Newest, but an answer that says from where on shows the oldest ones behind that.
    NewestOfTheNext,
    /// Oldest.
    Oldest,
}

/// A list that shows all.
pub const ALL: List = List {
    part: "",
    file: "",
    list: "",
    item: &[],
    around: &[],
    headers: &[],
    since: None,
    before: None,
    page: Page::None,
    named: None,
    is_recount: false,
    most: 100,
    order: Order::Newest,
};

/// An answer.
pub struct Shown<'p> {
    pub body: String,
    pub headers: Vec<(&'static str, String)>,
    pub posts: Vec<&'p Post>,
}

impl List {
    /// What is shown of these posts to who asks so. `asked` is an address without codes.
    pub fn show<'p>(&self, asked: &str, posts: impl Iterator<Item = &'p Post>, now: Instant) -> Shown<'p> {
        let (since, before) = (bound(self.since, asked), bound(self.before, asked));
        let is_meant = |post: &&Post| {
            let from = since.is_none_or(|(place, form)| post.position(form) >= place + i64::from(!form.includes()));
            let is_named = self.named.is_none_or(|name| asked.contains(&post.words(name, now)));
            from && before.is_none_or(|(place, form)| post.position(form) < place) && is_named
        };
        let mut found: Vec<&Post> = posts.filter(is_meant).collect();
        let all = found.len();
        if self.order == Order::NewestOfTheNext && since.is_some() {
            found.truncate(self.most);
        }
        if self.order != Order::Oldest {
            found.reverse();
        }
        let page = self.page(asked);
        let pages = all.div_ceil(self.most).max(1);
        let shown: Vec<&Post> = found.into_iter().skip((page - 1) * self.most).take(self.most).collect();
        let around = |template: &str| {
            let is_last = page >= pages;
            let numbers = [("{page}", page), ("{pages}", pages), ("{all}", all), ("{next}", page + 1)];
            let filled =
                numbers.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, &value.to_string()));
            (!is_last || !template.contains("{next}"))
                .then(|| filled.replace("{more}", if is_last { "false" } else { "true" }))
        };
        Shown {
            body: if self.file.is_empty() { rss(&shown, now) } else { self.document(&shown, around, now) },
            headers: self.headers.iter().filter_map(|(name, template)| Some((*name, around(template)?))).collect(),
            posts: shown,
        }
    }

    /// Whether it tells what is counted of posts.
    pub fn counts(&self) -> bool {
        self.item.iter().any(|(_, template)| template.contains("{count}"))
    }

    /// The page that is asked for.
    fn page(&self, asked: &str) -> usize {
        match self.page {
            Page::None => 1,
            Page::Number(name) => parameter(asked, name).map_or(1, number),
            Page::Offset(name) => parameter(asked, name).map_or(1, |passed| number(passed) / self.most + 1),
        }
    }

    /// Whether somebody asks so who has read a page already.
    pub fn is_further(&self, asked: &str) -> bool {
        self.page(asked) > 1
    }

    /// What somebody who asks so has taken for good, where what was taken is shown to nobody any more.
    pub fn taken(&self, asked: &str) -> Option<i64> {
        bound(self.since, asked).filter(|_| self.order == Order::Oldest).map(|(place, _)| place)
    }

    fn document(&self, posts: &[&Post], around: impl Fn(&str) -> Option<String>, now: Instant) -> String {
        let mut document = self.sample();
        let list = document.pointer_mut(self.list).unwrap_or_else(|| panic!("{} has no list", self.file));
        let first = list[0].clone();
        *list = posts.iter().map(|post| self.of(&first, post, now)).collect();
        for (place, template) in self.around {
            put(&mut document, place, around(template).filter(|text| text != "-").map(|text| value(&text)));
        }
        document.to_string()
    }

    /// A post as the list shows it.
    pub fn one(&self, post: &Post, now: Instant) -> Value {
        self.of(&self.sample().pointer(self.list).unwrap()[0], post, now)
    }

    fn sample(&self) -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sources").join(self.file);
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    fn of(&self, first: &Value, post: &Post, now: Instant) -> Value {
        let mut item = first.clone();
        for (place, template) in self.item {
            put(&mut item, place, Some(post.fill(template, now)).filter(|_| *template != "-"));
        }
        item
    }
}

/// A place that is told in an address.
fn bound(bound: Option<(&str, Form)>, asked: &str) -> Option<(i64, Form)> {
    let (words, form) = bound?;
    let told = asked.split_once(words)?.1.split(['&', ' ', ',']).next()?;
    let place = form.read(told).unwrap_or_else(|| panic!("nothing is known of `{told}`: {asked}"));
    Some((place, form))
}

/// The value of a parameter, or of a part of the path that looks like one.
fn parameter<'a>(asked: &'a str, name: &str) -> Option<&'a str> {
    let pairs = asked.split(['?', '&', '/']).filter_map(|pair| pair.split_once('='));
    pairs.filter(|(known, _)| *known == name).map(|(_, value)| value).next()
}

/// The number at the end of a word.
fn number(word: &str) -> usize {
    word.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok()).unwrap_or(1)
}

/// Puts a value in its place, or takes out what is there.
fn put(document: &mut Value, place: &str, new: Option<Value>) {
    let (parent, name) = place.rsplit_once('/').unwrap();
    match (document.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {place}")), new) {
        (Value::Array(list), Some(new)) => list[name.parse::<usize>().unwrap()] = new,
        (parent, Some(new)) => parent[name] = new,
        (parent, None) => drop(parent.as_object_mut().unwrap().remove(name)),
    }
}

fn rss(posts: &[&Post], now: Instant) -> String {
    let item = "<item><title>{text}</title><link>https://press.example/{token}</link>\
                <guid>https://press.example/{token}</guid><pubDate>{mail}</pubDate><description>{text}</description></item>";
    let items: String = posts.iter().map(|post| post.words(item, now)).collect();
    format!(
        "<rss version=\"2.0\"><channel><title>press</title><link>https://press.example</link>{items}</channel></rss>"
    )
}
