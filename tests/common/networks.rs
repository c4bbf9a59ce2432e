//! Hacker News and a Mastodon server in memory that honour the parameters of a request, and polls as the pipeline makes
//! them.

use std::collections::BTreeSet;
use std::time::Duration;

use http::HeaderMap;
use mentiond::model::{Answer, EntryKey, Instant, Interval, Loss, Request, Source, SourceKind};
use mentiond::source::adapter;
use serde_json::{Value, json};

/// A source that asks for `terms` and reaches back for a week.
pub fn source(kind: SourceKind, url: &str, terms: &[&str]) -> Source {
    Source {
        terms: terms.iter().map(|term| (*term).to_owned()).collect(),
        interval: Interval::Fixed(Duration::from_secs(300)),
        first_poll_depth: Duration::from_secs(7 * 86_400),
        ..Source::new("blog".to_owned(), kind, url.parse().unwrap())
    }
}

/// A server in memory.
pub trait Network {
    fn answer(&self, request: &Request) -> Value;
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    request.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// One lane of a source over several polls.
#[derive(Default)]
pub struct Poll {
    pub cursor: Option<String>,
    pub keys: BTreeSet<EntryKey>,
    /// Entries read, repeated ones too.
    pub read: usize,
    pub requests: Vec<Request>,
    pub problems: Vec<String>,
    pub lost: Vec<Loss>,
}

impl Poll {
    /// Polls once, at most `pages` pages, as the pipeline does; answers from page `broken` on are lost. Returns whether
    /// there was more to read.
    pub fn poll(&mut self, source: &Source, network: &dyn Network, now: Instant, pages: usize, broken: usize) -> bool {
        let adapter = adapter(source.kind);
        let lane = adapter.lanes(source).remove(0);
        let mut request = adapter.request(source, &lane, self.cursor.as_deref(), now);
        for number in 0..pages {
            if number >= broken {
                return true;
            }
            let body = network.answer(&request).to_string().into_bytes();
            let answer = Answer { url: request.url.clone(), status: 200, moved: None, headers: HeaderMap::new(), body };
            self.requests.push(request);
            let page = adapter.read(source, &lane, self.cursor.as_deref(), &answer, now).unwrap();
            self.read += page.entries.len();
            self.keys.extend(page.entries.into_iter().map(|entry| entry.key));
            self.problems.extend(page.problems);
            self.lost.extend(page.lost);
            self.cursor = page.cursor.or(self.cursor.take());
            let Some(next) = page.next else { return false };
            request = next;
        }
        true
    }
}

/// Hits as pairs of id and second.
pub struct HackerNews(pub Vec<(u32, i64)>);

/// Hacker News with these hits.
pub fn hacker_news(hits: impl IntoIterator<Item = (u32, i64)>) -> HackerNews {
    let mut hits: Vec<(u32, i64)> = hits.into_iter().collect();
    hits.sort_by_key(|(id, time)| std::cmp::Reverse((*time, *id)));
    HackerNews(hits)
}

impl Network for HackerNews {
    fn answer(&self, request: &Request) -> Value {
        assert_eq!(request.url.path(), "/api/v1/search_by_date");
        let number = |name| parameter(request, name).unwrap().parse::<usize>().unwrap();
        let (page, per_page) = (number("page"), number("hitsPerPage"));
        let filters = parameter(request, "numericFilters").unwrap();
        let passes = |time: i64| {
            filters.split(',').all(|filter| match filter.strip_prefix("created_at_i").unwrap().split_at(1) {
                (">", low) => time > low.parse().unwrap(),
                ("<", high) => time < high.parse().unwrap(),
                other => panic!("{other:?}"),
            })
        };
        let found: Vec<&(u32, i64)> = self.0.iter().filter(|(_, time)| passes(*time)).collect();
        let reachable = found.len().min(1_000);
        if page > 0 && page * per_page >= 1_000 {
            return json!({"hits": [], "nbHits": 0, "message": "you can only fetch the 1000 hits for this query"});
        }
        let hits: Vec<Value> = found
            .iter()
            .take(1_000)
            .skip(page * per_page)
            .take(per_page)
            .map(|(id, time)| json!({"objectID": id.to_string(), "created_at_i": time, "comment_text": "x"}))
            .collect();
        json!({"hits": hits, "page": page, "nbHits": found.len(), "nbPages": reachable.div_ceil(per_page), "hitsPerPage": per_page})
    }
}

/// Posts as pairs of id and second, in the order of their ids.
pub struct Mastodon(pub Vec<(u64, i64)>);

/// A server with these posts.
pub fn mastodon(posts: impl IntoIterator<Item = (u64, i64)>) -> Mastodon {
    let mut posts: Vec<(u64, i64)> = posts.into_iter().collect();
    posts.sort_unstable();
    Mastodon(posts)
}

impl Network for Mastodon {
    fn answer(&self, request: &Request) -> Value {
        let limit: usize = parameter(request, "limit").unwrap().parse().unwrap();
        let id = |name| parameter(request, name).map(|id| id.parse::<u64>().unwrap());
        let mut page: Vec<(u64, i64)> = match (id("min_id"), id("max_id")) {
            (Some(low), None) => self.0.iter().filter(|(id, _)| *id > low).take(limit).copied().collect(),
            (None, high) => {
                let below = self.0.iter().rev().filter(|(id, _)| high.is_none_or(|high| *id < high));
                below.take(limit).copied().collect()
            }
            (Some(_), Some(_)) => panic!("both ways at once"),
        };
        page.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
        let time = |time| chrono::DateTime::from_timestamp(time, 0).unwrap().to_rfc3339();
        page.into_iter()
            .map(|(id, second)| {
                json!({"id": id.to_string(), "uri": format!("https://m.example/{id}"), "created_at": time(second), "content": "x"})
            })
            .collect()
    }
}
