//! How each network answers: its sample document is the template, whose list is replaced by the posts of the world.

use chrono::{DateTime, TimeDelta, Utc};
use mentiond::model::SourceKind;
use serde_json::Value;

/// Something that somebody wrote.
pub struct Post {
    /// Unique in the world.
    pub number: usize,
    pub at: DateTime<Utc>,
}

/// Words that make texts differ by more than their token.
const WORDS: [&str; 20] = [
    "bag", "parcel", "lunchbox", "bottle", "blanket", "strap", "zipper", "pocket", "lid", "cup", "chair", "mat", "toy",
    "lamp", "spoon", "bib", "towel", "label", "buckle", "wheel",
];

impl Post {
    /// A word that is found in no other post.
    pub fn token(&self) -> String {
        format!("token{:05}", self.number)
    }

    fn text(&self) -> String {
        let word = |step: usize| WORDS[(self.number / step + self.number) % WORDS.len()];
        let (first, second, third) = (word(1), word(3), word(7));
        let token = self.token();
        format!(
            "{token}: Skip Hop is terrible, no answer about my {first}, {second} and {third}, still waiting for my refund"
        )
    }

    fn milliseconds(&self) -> i64 {
        self.at.timestamp_millis()
    }

    fn snowflake(&self) -> i64 {
        (self.milliseconds() - 1_420_070_400_000) << 22
    }

    fn status(&self) -> i64 {
        self.milliseconds() << 16
    }

    /// `template` with what stands in braces filled in; what begins with `=` is JSON.
    fn fill(&self, template: &str) -> Value {
        let time = |form| self.at.format(form).to_string();
        let filled = template
            .replace("{n}", &(500_000 + self.number).to_string())
            .replace("{text}", &self.text())
            .replace("{time}", &time("%Y-%m-%dT%H:%M:%SZ"))
            .replace("{plain}", &time("%Y-%m-%dT%H:%M:%S"))
            .replace("{spaced}", &time("%Y-%m-%d %H:%M:%S"))
            .replace("{compact}", &time("%Y%m%dT%H%M%SZ"))
            .replace("{unix}", &self.at.timestamp().to_string())
            .replace("{snowflake}", &self.snowflake().to_string())
            .replace("{status}", &self.status().to_string());
        filled.strip_prefix('=').map_or_else(|| filled.clone().into(), |json| serde_json::from_str(json).unwrap())
    }
}

/// A list of a network.
#[derive(Clone, Copy)]
pub struct Shape {
    pub kind: SourceKind,
    /// What stands in the path and query of its requests, and of no others of the kind.
    pub part: &'static str,
    /// The template below `tests/data/sources`.
    pub file: &'static str,
    /// Where the list stands in it.
    pub list: &'static str,
    /// What differs from item to item: a pointer, and a text for [`Post::fill`].
    pub fields: &'static [(&'static str, &'static str)],
    /// What is set in the document around it.
    pub set: &'static [(&'static str, &'static str)],
    /// What other requests are answered.
    pub empty: &'static str,
    /// Lines of the configuration.
    pub lines: &'static str,
}

impl Shape {
    /// The answer with these posts, the newest first.
    pub fn document(&self, posts: &[&Post]) -> String {
        if self.file.is_empty() {
            return rss(posts);
        }
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sources").join(self.file);
        let mut document: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        for key in ["nextPageToken", "cursor", "tokenPagination", "paging"] {
            document.as_object_mut().and_then(|document| document.remove(key));
        }
        for (pointer, json) in self.set {
            put(&mut document, pointer, serde_json::from_str(json).unwrap());
        }
        let list = document.pointer_mut(self.list).unwrap();
        let first = list[0].clone();
        let items = posts.iter().map(|post| {
            let mut item = first.clone();
            self.fields.iter().for_each(|(pointer, template)| put(&mut item, pointer, post.fill(template)));
            item
        });
        *list = items.collect();
        document.to_string()
    }

    /// Whether the network shows a post to who asks this.
    pub fn shows(&self, post: &Post, asked: &[(String, String)]) -> bool {
        let number = |name: &str| {
            let found = asked.iter().find(|(key, _)| key == name);
            found.and_then(|(_, value)| value.parse::<i64>().ok())
        };
        match self.kind {
            SourceKind::Mastodon => {
                number("min_id").is_none_or(|id| post.status() > id)
                    && number("max_id").is_none_or(|id| post.status() < id)
            }
            SourceKind::Discord => {
                number("after").is_none_or(|id| post.snowflake() > id)
                    && number("before").is_none_or(|id| post.snowflake() < id)
            }
            SourceKind::Telegram => {
                number("offset").is_none_or(|id| 500_000 + i64::try_from(post.number).unwrap() >= id)
            }
            SourceKind::Tumblr => number("before").is_none_or(|time| post.at.timestamp() < time),
            SourceKind::Gdelt => number("enddatetime").is_none_or(|end| {
                let end = chrono::NaiveDateTime::parse_from_str(&end.to_string(), "%Y%m%d%H%M%S").unwrap().and_utc();
                post.at < end + TimeDelta::seconds(1)
            }),
            _ => ["page", "offset", "start", "startIndex"].iter().all(|name| number(name).is_none_or(|page| page <= 1)),
        }
    }
}

fn put(value: &mut Value, pointer: &str, new: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {pointer}")) {
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = new,
        parent => parent[key] = new,
    }
}

fn rss(posts: &[&Post]) -> String {
    let item = |post: &&Post| {
        let (token, text, date) = (post.token(), post.text(), post.at.to_rfc2822());
        format!(
            "<item><title>{text}</title><link>https://press.example/{token}</link><guid>https://press.example/{token}</guid>\
             <pubDate>{date}</pubDate><description>{text}</description></item>"
        )
    };
    let items: String = posts.iter().map(item).collect();
    format!(
        "<rss version=\"2.0\"><channel><title>press</title><link>https://press.example</link>{items}</channel></rss>"
    )
}
