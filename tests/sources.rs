//! The adapters: samples of every network against what they must become, and paging against servers that honour the
//! parameters.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::common::networks::{Poll, hacker_news, mastodon, source};
use mentiond::model::{Answer, Instant, Loss, LossReason, Page, PollFault, Source, SourceKind};
use mentiond::source::adapter;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn now() -> Instant {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn answer(status: u16, url: &str, headers: &[(&'static str, &str)], body: impl Into<Vec<u8>>) -> Answer {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    Answer { url: url.parse().unwrap(), status, moved: None, headers, body: body.into() }
}

fn read(source: &Source, cursor: Option<&str>, answer: &Answer) -> Result<Page, PollFault> {
    let adapter = adapter(source.kind);
    let lane = adapter.lanes(source).remove(0);
    adapter.read(source, &lane, cursor, answer, now())
}

fn read_feed(body: impl Into<Vec<u8>>) -> Result<Page, PollFault> {
    let url = "https://pit.example/feed.xml";
    read(&source(SourceKind::Feed, url, &[]), None, &answer(200, url, &[], body))
}

fn shown(page: &Page) -> String {
    let mut shown: String = page.entries.iter().map(crate::common::shown::entry).collect();
    page.problems.iter().for_each(|problem| writeln!(shown, "problem: {problem}").unwrap());
    shown
}

/// Compares with the file of the same name that ends in `.expected`, which `MENTIOND_TEST_UPDATE=1` writes anew.
fn compare(sample: &Path, shown: &str) {
    let expected = PathBuf::from(format!("{}.expected", sample.display()));
    if std::env::var_os("MENTIOND_TEST_UPDATE").is_some() {
        std::fs::write(&expected, shown).unwrap();
    }
    let expected = std::fs::read_to_string(expected).unwrap_or_default();
    assert_eq!(shown, expected, "{}", sample.display());
}

#[test]
fn every_feed_becomes_what_it_says() {
    let mut samples: Vec<PathBuf> =
        std::fs::read_dir(data("feeds")).unwrap().map(|file| file.unwrap().path()).collect();
    samples.retain(|path| path.extension().is_none_or(|extension| extension != "expected"));
    samples.sort();
    assert!(samples.len() > 20);
    for sample in samples {
        let shown = match read_feed(std::fs::read(&sample).unwrap()) {
            Ok(page) => shown(&page),
            Err(fault) => format!("{fault}\n"),
        };
        compare(&sample, &shown);
    }
}

#[test]
fn every_api_answer_becomes_what_it_says() {
    for (kind, url, name) in [
        (SourceKind::HackerNews, "https://hn.algolia.com", "sources/hn-search-by-date.json"),
        (SourceKind::Mastodon, "https://mastodon.example", "sources/mastodon-tag-timeline.json"),
    ] {
        let body = std::fs::read(data(name)).unwrap();
        let page = read(&source(kind, url, &["Skip Hop"]), None, &answer(200, url, &[], body)).unwrap();
        compare(&data(name), &shown(&page));
    }
}

fn keys(page: &Page) -> Vec<&str> {
    page.entries.iter().map(|entry| entry.key.0.as_str()).collect()
}

#[test]
fn lanes_are_terms_tags_or_the_feed_alone() {
    let lanes = |kind, terms: &[&str]| adapter(kind).lanes(&source(kind, "https://x.example", terms));
    assert_eq!(lanes(SourceKind::Feed, &["unused"]), [""]);
    assert_eq!(lanes(SourceKind::HackerNews, &["skip hop", "acme"]), ["skip hop", "acme"]);
    assert_eq!(
        lanes(SourceKind::Mastodon, &["Skip Hop", "#skiphop", "skip-hop", "Grünerløkka!", "..."]),
        ["skiphop", "grünerløkka"]
    );
}

#[test]
fn networks_are_asked_as_they_want_it() {
    let mut hacker_news = source(SourceKind::HackerNews, "https://hn.algolia.com", &["skip \"hop"]);
    hacker_news.first_poll_depth = Duration::from_secs(3_600);
    let request = adapter(SourceKind::HackerNews).request(&hacker_news, "skip \"hop", None, now());
    let asked: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
    let asked: Vec<(&str, &str)> = asked.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let low = (now().timestamp() - 3_600).to_string();
    assert_eq!(
        asked,
        [
            ("query", "\"skip hop\""),
            ("tags", "(story,comment)"),
            ("numericFilters", format!("created_at_i>{low}").as_str()),
            ("hitsPerPage", "100"),
            ("page", "0"),
            ("typoTolerance", "false"),
        ]
    );

    let mut mastodon = source(SourceKind::Mastodon, "https://social.example/base/", &["ærlig"]);
    mastodon.token = Some(String::from("secret").into());
    let request = adapter(SourceKind::Mastodon).request(&mastodon, "ærlig", None, now());
    assert_eq!(request.url.as_str(), "https://social.example/base/api/v1/timelines/tag/%C3%A6rlig?limit=40");
    assert!(request.credential.is_some());

    let feed = source(SourceKind::Feed, "https://x.example/feed?a=b", &[]);
    let request = adapter(SourceKind::Feed).request(&feed, "", None, now());
    assert_eq!(request.url.as_str(), "https://x.example/feed?a=b");
    assert!(request.accept.contains("application/feed+json"));
    assert!(adapter(SourceKind::Feed).revalidates() && !adapter(SourceKind::Mastodon).revalidates());
}

/// 1,500 hits over a week, 250 of them in one second and 120 in another.
fn busy_news() -> Vec<(u32, i64)> {
    let newest = now().timestamp() - 60;
    let spread = (0..1_130).map(|n| (n, newest - i64::from(n) * 500));
    spread
        .chain((2_000..2_250).map(|n| (n, newest - 2_000)))
        .chain((3_000..3_120).map(|n| (n, newest - 300_000)))
        .collect()
}

#[test]
fn hacker_news_is_read_whole_whether_or_not_polls_are_cut_short() {
    let network = hacker_news(busy_news());
    let mut source = source(SourceKind::HackerNews, "https://hn.algolia.com", &["acme"]);
    source.first_poll_depth = Duration::from_secs(30 * 86_400);
    for (pages, broken) in [(100, 100), (1, 100), (2, 100), (3, 2), (7, 100)] {
        let mut poll = Poll::default();
        let mut polls = 1;
        while poll.poll(&source, &network, now() + Duration::from_secs(300 * polls), pages, broken) {
            polls += 1;
            assert!(polls < 60, "{pages} pages a poll, broken at {broken}: no end");
        }
        assert_eq!(poll.keys.len(), 1_500, "{pages} pages a poll, broken at {broken}");
        assert!(poll.read < 2_100, "{} entries read for 1,500", poll.read);
        assert_eq!(poll.problems, [""; 0]);
    }
}

#[test]
fn hacker_news_that_arrive_during_a_long_walk_and_late_ones_are_not_lost() {
    let mut hits = busy_news();
    let source = source(SourceKind::HackerNews, "https://hn.algolia.com", &["acme"]);
    let mut poll = Poll::default();
    let first = now();
    poll.poll(&source, &hacker_news(hits.clone()), first, 2, 100);
    hits.extend((9_000..9_040).map(|n| (n, first.timestamp() + i64::from(n) - 9_000)));
    hits.push((9_900, first.timestamp() - 500));
    let network = hacker_news(hits);
    let mut polls = 1;
    while poll.poll(&source, &network, first + Duration::from_secs(300 * polls), 2, 100) {
        polls += 1;
    }
    poll.poll(&source, &network, first + Duration::from_secs(300 * polls + 300), 2, 100);
    assert_eq!(poll.keys.len(), 1_541);

    let asked = poll.requests.len();
    poll.poll(&source, &network, first + Duration::from_secs(300 * polls + 600), 2, 100);
    assert_eq!(poll.requests.len(), asked + 1, "nothing new is one request");
}

#[test]
fn a_second_with_more_hits_than_the_index_gives_out_is_told_and_passed() {
    let time = now().timestamp() - 1_000;
    let network = hacker_news((0..1_200).map(|n| (n, time)).chain([(5_000, time - 10)]));
    let source = source(SourceKind::HackerNews, "https://hn.algolia.com", &["acme"]);
    let mut first = Poll::default();
    assert!(!first.poll(&source, &network, now(), 100, 100));
    assert_eq!((first.keys.len(), first.lost.len()), (1_001, 0), "a first poll misses nothing");
    let mut poll = Poll::default();
    poll.poll(&source, &hacker_news([]), now() - Duration::from_secs(3_600), 100, 100);
    assert!(!poll.poll(&source, &network, now(), 100, 100));
    assert_eq!(poll.keys.len(), 1_001);
    let second = |at| chrono::DateTime::from_timestamp(at, 0).unwrap();
    let (from, to, why) = (second(time), second(time + 1), LossReason::Newest(1_000));
    assert_eq!(poll.lost, [Loss { from, to, why }]);
}

#[test]
fn an_index_that_ignores_its_parameters_does_not_hold_the_walk() {
    let hits: Vec<String> =
        (0..100).map(|n| format!("{{\"objectID\": \"{n}\", \"created_at_i\": {}}}", i64::MIN)).collect();
    let body = format!("{{\"hits\": [{}], \"nbPages\": 50}}", hits.join(","));
    let source = source(SourceKind::HackerNews, "https://hn.algolia.com", &["acme"]);
    let mut cursor = None;
    for _ in 0..30 {
        let page = read(&source, cursor.as_deref(), &answer(200, "https://hn.algolia.com", &[], body.clone())).unwrap();
        cursor = page.cursor;
        if page.next.is_none() {
            return;
        }
    }
    panic!("no end");
}

#[test]
fn a_hit_from_the_future_does_not_move_the_mark() {
    let source = source(SourceKind::HackerNews, "https://hn.algolia.com", &["acme"]);
    let mut poll = Poll::default();
    let time = now().timestamp();
    poll.poll(&source, &hacker_news([(1, time + 86_400 * 365)]), now(), 9, 9);
    let later = now() + Duration::from_secs(300);
    poll.poll(&source, &hacker_news([(1, time + 86_400 * 365), (2, time + 100)]), later, 9, 9);
    assert_eq!(poll.keys.len(), 2);
}

#[test]
fn mastodon_is_read_whole_whether_or_not_polls_are_cut_short() {
    // A post every two minutes.
    let id = |n: u64| 999_999_000_000_000_000 + n * (120_000 << 16);
    let old = now().timestamp() - 10 * 86_400;
    // Ids grow by a digit on the way; the first 50 posts lie before the reach of the first poll.
    let posts: Vec<(u64, i64)> = (0..50)
        .map(|n| (id(n) - (86_400_000 << 16), old))
        .chain((0..300).map(|n| (id(n), now().timestamp() - 30_000 + i64::try_from(n).unwrap() * 100)))
        .collect();
    let source = source(SourceKind::Mastodon, "https://m.example", &["skiphop"]);
    for (pages, broken) in [(100, 100), (1, 100), (2, 1), (3, 100)] {
        let mut poll = Poll::default();
        let mut known = 120;
        let mut polls = 0;
        loop {
            let network = mastodon(posts[..50 + known].iter().copied());
            let more = poll.poll(&source, &network, now() + Duration::from_secs(300 * polls), pages, broken);
            if known == 300 && !more {
                break;
            }
            known = (known + 45).min(300);
            polls += 1;
            assert!(polls < 60, "{pages} pages a poll, broken at {broken}: no end");
        }
        assert_eq!(poll.keys.len(), 300, "{pages} pages a poll, broken at {broken}");
        let again = 30 * usize::try_from(polls + 1).unwrap();
        assert!(poll.read <= 300 + again, "only the last hour is read twice: {} in {polls} polls", poll.read);
    }
}

#[test]
fn a_post_that_reaches_the_server_late_is_read_and_a_busy_tag_does_not_hold_the_poll_up() {
    let source = source(SourceKind::Mastodon, "https://m.example", &["skiphop"]);
    let post = |second: u64| ((1_795_000_000_000 + second * 1_000) << 16, now().timestamp() - 900);
    let mut poll = Poll::default();
    poll.poll(&source, &mastodon([post(0), post(600)]), now(), 9, 9);
    poll.poll(&source, &mastodon([post(0), post(300), post(600)]), now(), 9, 9);
    assert_eq!(poll.keys.len(), 3, "the one in the middle came late");

    let busy: Vec<(u64, i64)> = (1..=2_000).map(|n| post(600 + n)).collect();
    let mut polls = 0;
    while poll.poll(&source, &mastodon(busy.iter().copied().chain([post(600)])), now(), 2, 9) {
        polls += 1;
        assert!(polls < 80, "no end");
    }
    assert_eq!(poll.keys.len(), 3 + 2_000, "two pages a poll are less than an hour of it");
}

#[test]
fn a_mastodon_server_without_posts_is_asked_from_the_same_day_until_it_has_some() {
    let source = source(SourceKind::Mastodon, "https://m.example", &["skiphop"]);
    let mut poll = Poll::default();
    assert!(!poll.poll(&source, &mastodon([]), now(), 9, 9));
    let week = Duration::from_secs(7 * 86_400);
    assert!(!poll.poll(&source, &mastodon([(5, now().timestamp() - 3_600)]), now() + week, 9, 9));
    assert_eq!(poll.keys.len(), 1);
}

#[test]
fn boosts_private_posts_and_posts_without_an_address_are_no_entries() {
    let body = r#"[
        {"id": "9", "uri": "https://m.example/9", "content": "<p>a</p>", "spoiler_text": "W", "visibility": "unlisted",
         "media_attachments": [{"description": "a bag"}, {"description": null}, {}], "account": {"acct": "x@y.example"}},
        {"id": "8", "uri": "https://m.example/8", "reblog": {"id": "1"}},
        {"id": "7", "uri": "https://m.example/7", "visibility": "private"},
        {"id": "6"}, null, 5, {"id": 5, "url": "javascript:alert(1)", "uri": "https://m.example/5", "favourites_count": -1}
    ]"#;
    let source = source(SourceKind::Mastodon, "https://m.example", &["skiphop"]);
    let page = read(&source, None, &answer(200, "https://m.example", &[], body)).unwrap();
    assert_eq!(keys(&page), ["mastodon:https://m.example/9", "mastodon:https://m.example/5"]);
    assert_eq!(page.entries[0].text, "W\n\na\n\na bag");
    assert_eq!(page.entries[0].author.as_ref().unwrap().name, "x@y.example");
    assert_eq!((page.entries[1].url.as_deref(), page.entries[1].engagement), (None, None));
}

#[test]
fn errors_inside_a_success_are_faults() {
    let hacker_news = source(SourceKind::HackerNews, "https://hn.algolia.com", &["acme"]);
    let mastodon = source(SourceKind::Mastodon, "https://m.example", &["acme"]);
    let over = std::fs::read(data("sources/hn-search-over-1000.json")).unwrap();
    let fault = |source: &Source, body: &[u8]| {
        let headers = [("content-type", "text/html")];
        read(source, None, &answer(200, "https://x.example", &headers, body)).unwrap_err()
    };
    assert!(
        matches!(fault(&hacker_news, &over), PollFault::Status { status: 200, message } if message.contains("1000 hits"))
    );
    assert!(matches!(fault(&hacker_news, b"{}"), PollFault::Unreadable(_)));
    assert!(
        matches!(fault(&mastodon, br#"{"error": "no\u0007"}"#), PollFault::Status { message, .. } if message == "no")
    );
    assert!(matches!(fault(&mastodon, b"{\"statuses\": []}"), PollFault::Unreadable(_)));
    let page = fault(&mastodon, b"<html>a page</html>").to_string();
    assert!(page.contains("it is not JSON but calls itself `text/html`"), "{page}");
    let deep = "[".repeat(100_000);
    assert!(matches!(fault(&mastodon, deep.as_bytes()), PollFault::Unreadable(_)));
    let empty = answer(200, "https://x.example", &[], r#"{"hits": [], "nbHits": 0}"#);
    assert!(read(&hacker_news, None, &empty).unwrap().entries.is_empty());
}

#[test]
fn only_a_throttling_answer_of_mastodon_says_when_to_come_back() {
    let fault = |kind, status, reset: &str| {
        let answer = answer(status, "https://m.example", &[("x-ratelimit-reset", reset)], "");
        adapter(kind).fault(&answer, now())
    };
    let reset = "2026-11-20T12:15:00.000000Z";
    let throttled = |until| Some(PollFault::Throttled { status: 429, until });
    assert_eq!(fault(SourceKind::Mastodon, 429, reset), throttled(Some("2026-11-20T12:15:00Z".parse().unwrap())));
    assert_eq!(fault(SourceKind::Mastodon, 200, reset), None);
    assert_eq!(fault(SourceKind::Mastodon, 429, "soon"), throttled(None));
    assert_eq!(fault(SourceKind::Feed, 429, reset), None);
}

fn rss(items: &str) -> String {
    format!("<rss version=\"2.0\"><channel><title>t</title>{items}</channel></rss>")
}

#[test]
fn feed_entries_keep_their_keys_from_poll_to_poll() {
    let nameless = rss("<item><description>only text</description></item><item><title>only title</title></item>");
    let first = read_feed(nameless.clone()).unwrap();
    assert_eq!(keys(&first), keys(&read_feed(nameless).unwrap()));
    assert!(keys(&first).iter().all(|key| key.starts_with("feed:blog:sha256-")), "{:?}", keys(&first));

    let tracked = |by: &str| rss(&format!("<item><link>https://x.example/a?utm_source={by}</link></item>"));
    assert_eq!(keys(&read_feed(tracked("rss")).unwrap()), ["feed:blog:https://x.example/a"]);

    let long = rss(&format!("<item><guid>{}</guid></item>", "g".repeat(5_000)));
    assert!(keys(&read_feed(long).unwrap())[0].len() < 100);
}

#[test]
fn an_id_that_was_given_twice_stays_untrusted_when_only_one_of_its_entries_is_left() {
    let source = source(SourceKind::Feed, "https://x.example/feed", &[]);
    let item = |link: &str| format!("<item><guid>news</guid><link>https://x.example/{link}</link></item>");
    let document = |items: &str| answer(200, "https://x.example/feed", &[], rss(items));
    let both = read(&source, None, &document(&(item("a") + &item("b")))).unwrap();
    assert_eq!(keys(&both), ["feed:blog:https://x.example/a", "feed:blog:https://x.example/b"]);
    let cursor = both.cursor.unwrap();
    let one = read(&source, Some(&cursor), &document(&item("b"))).unwrap();
    assert_eq!(keys(&one), ["feed:blog:https://x.example/b"]);
    assert_eq!(one.cursor, None);

    let same = read(&source, None, &document(&(item("a") + &item("a")))).unwrap();
    assert_eq!((keys(&same), same.cursor.clone()), (vec!["feed:blog:news", "feed:blog:news"], None));
}
