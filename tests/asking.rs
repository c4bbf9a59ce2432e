//! What every network is asked with and charged for: secrets that come back in words, calls that are spent, logins that
//! are refused, redirects that leave, and walks that fail at one page.

use std::time::Duration;

use mentiond::model::{EntryKey, Source, SourceKind};
use mentiond::pipeline::Reading;
use mentiond::source::adapter;
use mentiond::store::ClaimedSource;
use serde_json::{Value, json};

use crate::common::contract::{now, pipeline};
use crate::common::hostile::{Reply, Server};
use crate::common::networks::source;

const TOKEN: &str = "EAABsecret/of the page";

fn reply(status: u16, body: &Value) -> Reply {
    let body = body.to_string();
    let length = body.len();
    Reply::bytes(format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    ))
}

async fn read(source: &Source) -> Reading {
    let source = Source { allow_private: true, ..source.clone() };
    pipeline().read_source(&source, &ClaimedSource::fresh("network"), now()).await
}

#[tokio::test]
async fn a_token_that_a_server_repeats_is_not_shown() {
    let shown = "Malformed access token EAABsecret/of the page, in access_token=EAABsecret%2Fof+the+page";
    let cut = format!("{} {TOKEN}", "x".repeat(185));
    for (said, expected) in [(shown, "Malformed access token …, in access_token=…"), (&cut, "…")] {
        let body = json!({ "error": { "message": said, "type": "OAuthException", "code": 190 } });
        let server = Server::start(move |_| reply(400, &body)).await;
        let token = Some(TOKEN.into());
        let source = Source {
            token,
            places: vec!["1".to_owned()],
            ..source(SourceKind::Facebook, server.url("/v25.0").as_str(), &[])
        };
        let reading = read(&source).await;
        let fault = reading.fault.unwrap().to_string();
        assert!(fault.contains(expected) && !fault.contains("EAABsecr"), "{fault}");
        assert_eq!(reading.usage.calls, 1);
    }
}

#[tokio::test]
async fn a_token_that_a_server_repeats_of_one_lane_is_not_stored() {
    let body = json!({ "errors": [{ "message": format!("{TOKEN} may not search that") }] });
    let empty = json!({ "articles": [], "data": [], "meta": {}, "response": { "status": "ok", "results": [] } });
    let server =
        Server::start(move |request| if request.contains("second") { reply(400, &body) } else { reply(200, &empty) })
            .await;
    let long = |word: &str| format!("{word} {}", "word ".repeat(80).trim_end());
    let terms = [long("first"), long("second")];
    let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
    let url = server.url("/");
    let source = Source { token: Some(TOKEN.into()), ..source(SourceKind::X, url.as_str(), &terms) };
    let mut reading = read(&source).await;
    assert_eq!((reading.usage.calls, &reading.fault), (2, &None));
    assert_eq!(reading.lanes.failures().count(), 1);
    reading.cursor.0.clear();
    let told = format!("{:?} {:?} {:?}", reading.lanes, reading.lost, reading.problems);
    assert!(told.contains("may not search that") && !told.contains("EAABsecr"), "{told}");
}

#[tokio::test]
async fn logins_are_calls_and_only_a_secret_that_is_not_taken_stops_a_source() {
    for (status, body, label) in [
        (401, json!({ "error": "AuthenticationRequired", "message": "Invalid identifier or password" }), "revoked"),
        (401, json!({}), "revoked"),
        (400, json!({ "error": "invalid_grant" }), "revoked"),
        (403, json!({ "message": "blocked by the firewall" }), "denied"),
    ] {
        let server = Server::start(move |_| reply(status, &body)).await;
        let kind = SourceKind::Bluesky;
        let account = Some("acme.example".to_owned());
        let source = Source { token: Some(TOKEN.into()), account, ..source(kind, server.url("/").as_str(), &["acme"]) };
        let reading = read(&source).await;
        assert_eq!((reading.fault.unwrap().label(), reading.usage.calls), (label, 1), "{status}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_a_call_as_well() {
    let server = Server::start(|_| Reply::bytes("HTTP/1.1 200 X\r\ncontent-length: 4\r\n\r\nnone")).await;
    let reading = read(&source(SourceKind::Lemmy, server.url("/").as_str(), &["acme", "ecma"])).await;
    assert_eq!((reading.fault.unwrap().label(), reading.usage.calls), ("unreadable", 2));
    let server = Server::start(|_| Reply::default()).await;
    let reading = read(&source(SourceKind::Lemmy, server.url("/").as_str(), &["acme"])).await;
    assert_eq!((reading.fault.unwrap().label(), reading.usage.calls), ("unreachable", 1));
}

#[tokio::test]
async fn a_fault_of_the_server_stands_before_that_of_a_lane() {
    let server =
        Server::start(
            |request| {
                if request.contains("q=acme") { reply(500, &json!({})) } else { reply(429, &json!({})) }
            },
        )
        .await;
    let reading = read(&source(SourceKind::Lemmy, server.url("/").as_str(), &["acme", "ecma", "third"])).await;
    assert_eq!((reading.fault.unwrap().label(), reading.usage.calls), ("throttled", 2));
}

#[tokio::test]
async fn headers_of_an_adapter_stay_where_they_were_meant_to_go() {
    let away = Server::start(|_| reply(200, &json!({ "total_count": 0, "items": [] }))).await;
    let to = away.url("/x").to_string();
    let server = Server::start(move |_| Reply::redirect(&to)).await;
    let reading = read(&source(SourceKind::GitHub, server.url("/").as_str(), &["acme"])).await;
    assert_eq!(reading.fault, None);
    let has_version = |requests: Vec<String>| requests[0].to_lowercase().contains("x-github-api-version");
    assert_eq!((has_version(server.requests()), has_version(away.requests())), (true, false));
}

fn lemmy(posts: usize, oldest_post: &str, comments: usize, oldest_comment: &str) -> Vec<u8> {
    let view = |what: &str, at: &str, id: usize| {
        let mut view = json!({ "post": { "ap_id": "https://l.example/post/1", "name": "Acme" }, "counts": {} });
        view[what]["ap_id"] = json!(format!("https://l.example/{what}/{id}"));
        view[what]["published"] = json!(at);
        view
    };
    let posts: Vec<Value> = (0..posts).map(|id| view("post", oldest_post, id)).collect();
    let comments: Vec<Value> = (0..comments).map(|id| view("comment", oldest_comment, id)).collect();
    json!({ "posts": posts, "comments": comments }).to_string().into_bytes()
}

fn answer(body: Vec<u8>) -> mentiond::model::Answer {
    let url = "https://l.example/".parse().unwrap();
    mentiond::model::Answer { url, status: 200, moved: None, headers: http::HeaderMap::new(), body }
}

#[test]
fn neither_posts_nor_what_is_pinned_end_the_walk_of_the_others() {
    let source = Source {
        first_poll_depth: std::time::Duration::from_secs(86_400),
        ..source(SourceKind::Lemmy, "https://l.example", &["acme"])
    };
    let lemmy_reads = |body| adapter(SourceKind::Lemmy).read(&source, "acme", None, &answer(body), now()).unwrap();
    let (young, old) = ("2026-11-20T10:00:00Z", "2026-10-01T10:00:00Z");
    for (posts, oldest_post, comments, oldest_comment, goes_on) in [
        (50, old, 50, young, true),
        (50, young, 50, old, true),
        (50, old, 50, old, false),
        (3, old, 50, young, true),
        (3, young, 50, old, false),
        (3, young, 3, young, false),
    ] {
        let page = lemmy_reads(lemmy(posts, oldest_post, comments, oldest_comment));
        assert_eq!(page.next.is_some(), goes_on, "{posts} {oldest_post} {comments} {oldest_comment}");
    }
    let mut pinned: Value = serde_json::from_slice(&lemmy(50, young, 0, young)).unwrap();
    pinned["posts"][0]["post"]["published"] = json!(old);
    let page = lemmy_reads(pinned.to_string().into_bytes());
    assert!(page.next.is_some());
    assert_eq!((page.entries.len(), page.left_out), (49, 1), "what is left out is known by its number");
    assert!(!page.entries.iter().any(|entry| entry.key == EntryKey::of("lemmy", "https://l.example/post/0")));
}

#[test]
fn a_page_that_always_fails_is_given_up() {
    let source = source(SourceKind::Lemmy, "https://l.example", &["acme"]);
    let adapter = adapter(SourceKind::Lemmy);
    let body = lemmy(50, "2026-11-20T12:00:00Z", 0, "");
    let page = adapter.read(&source, "acme", None, &answer(body), now()).unwrap();
    let asked = |cursor: &str| adapter.request(&source, "acme", Some(cursor), now()).url.to_string();
    let mut cursor = page.cursor.unwrap();
    for page in [2, 2, 2, 1] {
        assert!(asked(&cursor).contains(&format!("&page={page}&")), "{page}: {}", asked(&cursor));
        cursor = adapter.after_failure(&cursor).unwrap_or(cursor);
    }
    assert_eq!(adapter.after_failure(&cursor), None, "at the newest there is nothing to give up");
}

/// Twenty pages of forty posts, each a second older than the one before.
#[tokio::test]
async fn a_walk_that_is_cut_short_says_since_when_it_was_read() {
    let timeline = |first: u64| {
        let post = |id: u64| {
            let age = chrono::TimeDelta::seconds(i64::try_from(1_000_000 - id).unwrap());
            json!({ "id": id.to_string(), "uri": format!("https://m.example/{id}"), "content": "acme",
                "created_at": (now() - age).to_rfc3339(), "account": { "acct": "anna" } })
        };
        json!((first - 39..=first).rev().map(post).collect::<Vec<_>>())
    };
    let server = Server::start(move |path| {
        let below = path.split("max_id=").nth(1).map_or(1_000_001, |id| id.parse().unwrap());
        reply(200, &timeline(below - 1))
    })
    .await;
    let reading = read(&source(SourceKind::Mastodon, server.url("/").as_str(), &["acme"])).await;
    assert_eq!((reading.entries.len(), reading.fault), (800, None));
    let since = now() - chrono::TimeDelta::seconds(799);
    assert_eq!(reading.unread.to_string(), format!("only since {}", since.format("%Y-%m-%d %H:%M")));
}

/// Reddit gives out a feed in a minute: who waits for less hears of one of the two, and which one that is not.
#[tokio::test]
async fn lanes_whose_turn_does_not_come_in_time_are_named() {
    let feed = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>r</title></feed>"#;
    let head = "HTTP/1.1 200 X\r\ncontent-type: application/atom+xml\r\ncontent-length";
    let server = Server::start(move |_| Reply::bytes(format!("{head}: {}\r\n\r\n{feed}", feed.len()))).await;
    let reddit = Source {
        places: vec!["Coffee".to_owned()],
        allow_private: true,
        ..source(SourceKind::Reddit, server.url("/").as_str(), &["acme"])
    };
    let hasty = pipeline().in_one_sitting(Duration::from_secs(20));
    let reading = hasty.read_source(&reddit, &ClaimedSource::fresh("network"), now()).await;
    assert_eq!((reading.requests, reading.fault), (1, None));
    assert_eq!(reading.unread.to_string(), "nothing of `comments`");
    assert!(reading.unread.has_whole_lanes());
}

/// GDELT takes a call in five seconds: who waits for it hears of both its lanes.
#[tokio::test]
async fn who_waits_has_all_lanes_though_the_network_takes_few_calls() {
    let server = Server::start(|_| reply(200, &json!({ "articles": [] }))).await;
    let phrase = |letter: &str| format!("acme {}", [letter; 30].map(|word| word.repeat(5)).join(" "));
    let (one, other) = (phrase("a"), phrase("b"));
    let gdelt = source(SourceKind::Gdelt, server.url("/").as_str(), &[&one, &other]);
    let gdelt = Source { allow_private: true, ..gdelt };
    assert_eq!(adapter(gdelt.kind).lanes(&gdelt).len(), 2);
    for (limit, requests) in [(3, 1), (30, 2)] {
        let sitting = pipeline().in_one_sitting(Duration::from_secs(limit));
        let reading = sitting.read_source(&gdelt, &ClaimedSource::fresh("network"), now()).await;
        assert_eq!((reading.requests, reading.unread.is_empty()), (requests, requests == 2), "{limit} s");
        assert_eq!(reading.fault, None);
    }
}

/// The first lane has another page, for which the network takes no call at once; the second one is read to its end all the
/// same, once it takes one.
#[tokio::test]
async fn a_lane_that_is_cut_short_makes_no_other_one_unfinished() {
    let article = |number: u32| {
        let seen = (now() - chrono::TimeDelta::minutes(number.into())).format("%Y%m%dT%H%M%SZ").to_string();
        json!({ "url": format!("https://paper.example/{number}"), "title": "acme", "seendate": seen })
    };
    let full = json!({ "articles": (0..250).map(article).collect::<Vec<_>>() });
    let server = Server::start(move |request| {
        if request.contains("aaaaa") { reply(200, &full) } else { reply(200, &json!({ "articles": [] })) }
    })
    .await;
    let phrase = |letter: &str| format!("acme {}", [letter; 30].map(|word| word.repeat(5)).join(" "));
    let terms = ["a", "b", "c"].map(phrase);
    let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
    let gdelt = Source { allow_private: true, ..source(SourceKind::Gdelt, server.url("/").as_str(), &terms) };
    let sitting = pipeline().in_one_sitting(Duration::from_secs(60));
    let mut reading = sitting.read_source(&gdelt, &ClaimedSource::fresh("network"), now()).await;
    assert_eq!((reading.requests, reading.entries.len(), reading.fault.take()), (3, 250, None));
    assert!(!reading.unread.is_empty() && !reading.unread.has_whole_lanes(), "{}", reading.unread);
    let asked = reading.lanes.turns(adapter(gdelt.kind).lanes(&gdelt), Duration::from_secs(300), now());
    assert_eq!(asked.len(), 1, "only what is left of the first one is asked for in this round");
}

/// What was read until then is there, and how far back that was.
#[tokio::test]
async fn who_waits_only_so_long_gets_what_was_read_by_then() {
    let second = |number: u64| now().timestamp() - i64::try_from(number).unwrap() * 60;
    let hit = move |number: u64| json!({ "objectID": number.to_string(), "title": "acme", "author": "anna", "created_at_i": second(number) });
    let hits = json!({ "hits": (0..100).map(hit).collect::<Vec<_>>(), "hitsPerPage": 100, "nbPages": 2 });
    let server = Server::start(move |path| match path.contains("created_at_i%3C") {
        true => Reply::endless("HTTP/1.1 200 OK\r\n", b"x-wait: 1\r\n", Duration::from_secs(1)),
        false => reply(200, &hits),
    })
    .await;
    let network = source(SourceKind::HackerNews, server.url("/").as_str(), &["acme"]);
    let network = Source { allow_private: true, ..network };
    let hasty = pipeline().in_one_sitting(Duration::from_secs(5));
    let reading = hasty.read_source(&network, &ClaimedSource::fresh("network"), now()).await;
    assert_eq!(reading.fault.unwrap().to_string(), "reading took longer than 5 s");
    assert_eq!(reading.entries.len(), 100);
    let since = (now() - chrono::TimeDelta::minutes(99)).format("%Y-%m-%d %H:%M");
    assert_eq!(reading.unread.to_string(), format!("only since {since}"));
}
