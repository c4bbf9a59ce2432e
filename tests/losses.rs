//! What single networks cannot show any more after a long time, or of a flood, and that nothing is said to be lost where
//! nothing is: of a first poll, of a short list, of one that shows what was known.

use chrono::TimeDelta;
use http::HeaderMap;
use mentiond::model::{Answer, Instant, Loss, LossReason, Source, SourceKind};
use mentiond::source::adapter;
use serde_json::{Value, json};

use crate::common::networks::source;

mod single;

fn now() -> Instant {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn ago(minutes: i64) -> Instant {
    now() - TimeDelta::minutes(minutes)
}

/// A source whose answers are made up, over several polls of its first lane.
struct Polled {
    source: Source,
    cursor: Option<String>,
}

impl Polled {
    fn new(source: Source) -> Self {
        Self { source, cursor: None }
    }

    /// Of a kind that is asked for a word.
    fn of(kind: SourceKind) -> Self {
        Self::new(source(kind, "https://network.example", &["acme"]))
    }

    /// Polls at a time: one answer after the other for as long as there is a page to ask for. What is lost.
    fn poll(&mut self, at: Instant, answers: impl IntoIterator<Item = Value>) -> Vec<Loss> {
        let adapter = adapter(self.source.kind);
        let lane = adapter.lanes(&self.source).remove(0);
        let (mut lost, mut answers) = (Vec::new(), answers.into_iter());
        loop {
            let answer = answer(&self.source, &answers.next().unwrap());
            let page = adapter.read(&self.source, &lane, self.cursor.as_deref(), &answer, at).unwrap();
            self.cursor = page.cursor.or(self.cursor.take());
            lost.extend(page.lost);
            if page.next.is_none() {
                assert_eq!(answers.next(), None, "no further page is asked for");
                return lost;
            }
        }
    }

    /// The network refuses what is asked for now. What is lost by that.
    fn refuse(&mut self) -> Option<Loss> {
        let adapter = adapter(self.source.kind);
        let before = self.cursor.clone().unwrap();
        self.cursor = adapter.after_refusal(&before).or(self.cursor.take());
        adapter.lost(&before, self.cursor.as_deref().unwrap())
    }

    /// Reads one page, behind which there are more.
    fn begin(&mut self, body: Value) {
        let adapter = adapter(self.source.kind);
        let lane = adapter.lanes(&self.source).remove(0);
        let answer = answer(&self.source, &body);
        let page = adapter.read(&self.source, &lane, self.cursor.as_deref(), &answer, now()).unwrap();
        assert!(page.next.is_some() && page.lost.is_empty());
        self.cursor = page.cursor;
    }

    fn asked(&self) -> String {
        let adapter = adapter(self.source.kind);
        let lane = adapter.lanes(&self.source).remove(0);
        adapter.request(&self.source, &lane, self.cursor.as_deref(), now()).url.to_string()
    }
}

fn answer(source: &Source, body: &impl ToString) -> Answer {
    let (url, headers, body) = (source.url.clone(), HeaderMap::new(), body.to_string().into_bytes());
    Answer { url, status: 200, moved: None, headers, body }
}

fn loss(from: Instant, to: Instant, why: LossReason) -> Vec<Loss> {
    vec![Loss { from, to, why }]
}

/// Posts of Lemmy with these numbers, each so many minutes old.
fn lemmy(posts: impl IntoIterator<Item = (u32, i64)>) -> Value {
    let post = |(number, age): (u32, i64)| {
        let id = format!("https://l.example/post/{number}");
        json!({ "post": { "ap_id": id, "name": "Acme", "published": ago(age).to_rfc3339() }, "counts": {} })
    };
    json!({ "posts": posts.into_iter().map(post).collect::<Vec<_>>(), "comments": [] })
}

/// Fifty posts, the first of which is so many minutes old, and each of the others a minute more.
fn full(first: u32, age: i64) -> Value {
    lemmy((first..first + 50).zip(age..))
}

#[test]
fn a_page_that_is_always_refused_is_the_end_of_what_the_network_shows() {
    let mut polled = Polled::of(SourceKind::Lemmy);
    assert_eq!(polled.poll(ago(600), [lemmy([(1, 700)])]), []);
    for is_last in [false, false, true] {
        assert!(polled.asked().contains("&page=1&"), "{}", polled.asked());
        polled.begin(full(100, 10));
        assert!(polled.asked().contains("&page=2&"), "{}", polled.asked());
        let lost = is_last.then(|| Loss { from: ago(600), to: ago(59), why: LossReason::Ends });
        assert_eq!(polled.refuse(), lost);
    }
    // All of that is known by now.
    assert_eq!(polled.poll(now(), [full(100, 10), lemmy([(1, 700)])]), []);
    // A first walk that is refused has left out nothing that anybody waits for.
    let mut first = Polled::of(SourceKind::Lemmy);
    for _ in 0..3 {
        first.begin(full(100, 10));
        assert_eq!(first.refuse(), None);
    }
}

#[test]
fn a_network_that_shows_the_same_page_for_any_number_is_not_asked_for_ever() {
    let mut polled = Polled::of(SourceKind::Lemmy);
    assert_eq!(polled.poll(ago(600), [full(1, 700), full(1, 700)]), [], "a first poll misses nothing");
    assert_eq!(polled.poll(now(), [full(100, 10), full(100, 10)]), loss(ago(600), ago(59), LossReason::Ends));
    assert_eq!(polled.poll(now(), [full(100, 10), full(100, 10)]), [], "nothing happened");
}

/// Posts of a Mastodon server with these numbers, each so many minutes old.
fn mastodon(posts: impl IntoIterator<Item = (u32, i64)>) -> Value {
    let post = |(number, age): (u32, i64)| {
        let uri = format!("https://m.example/{number}");
        json!({ "id": number.to_string(), "uri": uri, "content": "acme", "created_at": ago(age).to_rfc3339() })
    };
    json!({ "accounts": [], "statuses": posts.into_iter().map(post).collect::<Vec<_>>(), "hashtags": [] })
}

#[test]
fn a_long_list_that_ends_before_what_was_known_has_left_something_out() {
    let page = |first: u32, number: u32, age: i64| mastodon((first - number + 1..=first).rev().zip(age..));
    let nothing = || mastodon([]);
    let known = |age| mastodon([(100, age)]);
    for (before, later, lost) in [
        (vec![known(700), nothing()], vec![page(400, 40, 10), page(360, 40, 50), nothing()], Some(ago(89))),
        // Few posts are all there are, though the known one was deleted.
        (vec![known(700), nothing()], vec![page(400, 39, 10), nothing()], None),
        // What was known is among them.
        (vec![known(700), nothing()], vec![page(400, 40, 10), known(700), nothing()], None),
        // A server whose search was out of order knew nothing before.
        (vec![nothing()], vec![page(400, 40, 10), page(360, 40, 50), nothing()], None),
    ] {
        let mut polled = Polled::of(SourceKind::MastodonSearch);
        assert_eq!(polled.poll(ago(600), before), []);
        let expected: Vec<Loss> =
            lost.map(|to| Loss { from: ago(600), to, why: LossReason::Ends }).into_iter().collect();
        assert_eq!(polled.poll(now(), later), expected);
    }
    let mut first = Polled::of(SourceKind::MastodonSearch);
    assert_eq!(first.poll(now(), [page(400, 40, 10), page(360, 40, 50), nothing()]), []);
    // A network that shows a week shows nothing older: there was nothing else than these.
    let mut x =
        Polled::new(Source { token: Some("x".into()), ..source(SourceKind::X, "https://api.x.com", &["acme"]) });
    let posts = |posts: Vec<(u32, i64)>, next: Option<&str>| {
        let post =
            |(id, age): (u32, i64)| json!({ "id": id.to_string(), "text": "x", "created_at": ago(age).to_rfc3339() });
        json!({ "data": posts.into_iter().map(post).collect::<Vec<_>>(), "meta": { "next_token": next } })
    };
    assert_eq!(x.poll(ago(7 * 1_440), [posts(vec![(1, 8 * 1_440)], None)]), []);
    assert_eq!(x.poll(ago(60), [json!({ "meta": { "result_count": 0 } })]), []);
    assert_eq!(x.poll(now(), [posts((100..150).rev().zip(0..).collect(), None)]), []);
}
