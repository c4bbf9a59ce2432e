//! Streams of Mastodon of which one tag is not to be had, or more than a poll may read.

use std::time::Duration;

use chrono::TimeDelta;
use http::HeaderMap;
use mentiond::alert::Rules;
use mentiond::model::{Answer, Cursor, EntryKey, Page};
use mentiond::pipeline::Judge;
use mentiond::sentiment::Scorer;
use mentiond::source::adapter;
use serde_json::json;

use super::mastodon::{FIRST, polling};
use super::{Polling, arrive, noon};
use crate::common::contract::pipeline_of_pages;

fn answer(status: &str, kind: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// How often the timeline of a tag was asked for.
fn asked(polling: &Polling, tag: &str) -> usize {
    let path = format!("GET /api/v1/timelines/tag/{tag}?");
    polling.server.requests().iter().filter(|request| request.starts_with(&path)).count()
}

#[tokio::test]
async fn a_timeline_that_cannot_be_had_is_a_problem_of_its_tag() {
    let error = |status, words| answer(status, "application/json", &json!({ "error": words }).to_string());
    for (refusal, why) in [
        (error("404 Not Found", "Record not found"), "the server answered with status 404: Record not found"),
        (error("422 Unprocessable Content", "No tag"), "the server answered with status 422: No tag"),
        (answer("500 Oops", "application/json", "[]"), "the server answered with status 500: it does not say why"),
        (answer("410 Gone", "text/html", "<p>"), "the server answered with status 410: it does not say why"),
        (
            answer("200 OK", "text/html", "<p>"),
            "the answer cannot be read: it is not JSON but calls itself `text/html` (expected value at line 1 column 1)",
        ),
    ] {
        let mut polling = polling().await;
        polling.source.terms = ["bad", "good", "other"].map(str::to_owned).into();
        polling.step = TimeDelta::seconds(15);
        let server = &polling.server;
        server.refuse("bad", Some(refusal));
        for (number, tag) in (0..).zip(&polling.source.terms) {
            server.toot_unheard(tag, FIRST + number, "before");
        }
        let telling = server.clone();
        let live = tokio::spawn(async move {
            while telling.opened() == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            telling.toot("bad", FIRST + 100, "live");
        });
        let polled = polling.poll().await;
        live.await.unwrap();
        assert_eq!((polled.fault, polled.problems), (None, vec![format!("`#bad` cannot be read: {why}")]));
        assert_eq!(polling.stored().await, (3, 0), "the others, and what the stream has said");

        // It rests for a while, and the stream goes on.
        server.toot("bad", FIRST + 101, "live again");
        arrive().await;
        let polled = polling.poll().await;
        assert_eq!((polled.fault, polled.problems.len(), polled.committed.entries), (None, 0, 1));
        assert_eq!((asked(&polling, "bad"), server.opened()), (1, 1), "{why}");

        // What has been missed meanwhile is read once it can be.
        polling.clock.advance_to(polling.clock.now() + TimeDelta::minutes(10));
        assert_eq!((polling.poll().await.problems.len(), asked(&polling, "bad")), (1, 2));
        server.refuse("bad", None);
        polling.clock.advance_to(polling.clock.now() + TimeDelta::minutes(10));
        assert_eq!((polling.poll().await.problems.len(), polling.stored().await), (0, (5, 0)));
        let read = asked(&polling, "bad");
        polling.poll().await;
        assert_eq!(asked(&polling, "bad"), read, "to its end");
    }
}

#[tokio::test]
async fn a_token_or_a_limit_is_no_matter_of_one_tag() {
    // Where there was enough, another tag had been read.
    let enough = |status| vec![format!("the rest was not read: the server asks us to wait (status {status})")];
    for (refusal, fault, problems) in [
        (answer("401 X", "text/plain", ""), Some("revoked"), Vec::new()),
        (answer("403 X", "text/plain", ""), Some("denied"), Vec::new()),
        (answer("429 X", "text/plain", ""), None, enough(429)),
        (answer("503 X\r\nretry-after: 60", "text/plain", ""), None, enough(503)),
    ] {
        let polling = polling().await;
        polling.server.refuse("skiphop", Some(refusal));
        let polled = polling.poll().await;
        assert_eq!((polled.fault.map(|fault| fault.label()), polled.problems), (fault, problems));
    }
}

#[tokio::test]
async fn what_was_heard_beside_a_refusal_is_kept() {
    for (status, words) in [
        (401, "Access token does not cover required scopes"),
        (429, "Too many requests"),
        (404, "Unknown stream"),
        (500, "An unexpected error occurred"),
    ] {
        let polling = polling().await;
        let server = &polling.server;
        server.toot_unheard("skiphop", FIRST, "before");
        polling.poll().await;
        server.toot("skiphop", FIRST + 1, "live");
        server.untoot("skiphop", FIRST);
        server.say("skiphop", &format!(r#"{{"error":"{words}","status":{status}}}"#));
        server.toot("skiphop", FIRST + 2, "live again");
        arrive().await;
        let polled = polling.poll().await;
        let told = match status {
            401 => {
                Some(format!("the server does not take the credentials (status 401): {words}; renew the access token"))
            }
            429 => Some("the server asks us to wait (status 429)".to_owned()),
            _ => None,
        };
        let problems = if told.is_none() { vec![format!("the stream says: {words}")] } else { Vec::new() };
        assert_eq!((polled.fault.map(|fault| fault.to_string()), polled.problems), (told.clone(), problems));
        assert_eq!((polled.committed.entries, polling.stored().await), (2, (3, 1)), "{status}");
        assert_eq!(polling.poll().await.fault, None);
        assert_eq!(server.opened(), if told.is_some() { 2 } else { 1 }, "where it is refused it is asked anew");
    }
}

#[tokio::test]
async fn what_a_stream_has_said_is_no_page() {
    let mut polling = polling().await;
    polling.pipeline = pipeline_of_pages(Judge::new(Vec::new(), Scorer::new(), Rules::new(&[])), 1);
    let server = &polling.server;
    server.toot_unheard("skiphop", FIRST, "before");
    // Where the server streams is a page, and so are its timeline and the end of that.
    for pages in 0..3 {
        assert_eq!((polling.poll().await.fault, asked(&polling, "skiphop")), (None, pages));
    }
    assert_eq!(polling.stored().await, (1, 0));
    server.break_off();
    arrive().await;
    server.toot_unheard("skiphop", FIRST + 1, "between");
    polling.poll().await;
    assert_eq!((polling.stored().await, asked(&polling, "skiphop"), server.opened()), ((2, 0), 3, 2));
}

/// What is made of messages of the stream.
fn hear(polling: &Polling, cursor: &Cursor, messages: impl Iterator<Item = serde_json::Value>) -> Page {
    let answer = Answer {
        url: "wss://mastodon.example/api/v1/streaming".parse().unwrap(),
        status: 200,
        moved: None,
        headers: HeaderMap::new(),
        body: messages.map(|message| format!("{message}\n")).collect::<String>().into_bytes(),
    };
    let cursor = cursor.0.get("").map(String::as_str);
    adapter(polling.source.kind).read(&polling.source, "", cursor, &answer, noon()).unwrap()
}

#[tokio::test]
async fn what_is_remembered_of_posts_stays_small_and_is_of_the_newest() {
    let polling = polling().await;
    let address = |number: u64| format!("https://mastodon.example/users/somebody/statuses/{}", FIRST + number);
    let told = (0..1_000).map(|number| {
        let post = json!({ "id": (FIRST + number).to_string(), "uri": address(number), "content": "live" });
        json!({ "stream": ["hashtag", "skiphop"], "event": "update", "payload": post.to_string() })
    });
    let page = hear(&polling, &Cursor::default(), told);
    let cursor = Cursor([(String::new(), page.cursor.unwrap())].into());
    let stored = serde_json::to_string(&cursor).unwrap().len();
    assert!((10_000..15_000).contains(&stored), "{stored}");
    let delete = |number: u64| json!({ "event": "delete", "payload": (FIRST + number).to_string() });
    let page = hear(&polling, &cursor, (0..1_000).map(delete));
    let key = |number| EntryKey(format!("mastodon:{}", address(number)));
    let known: Vec<EntryKey> = (1_000 - u64::try_from(page.deleted.len()).unwrap()..1_000).map(key).collect();
    assert_eq!(page.deleted, known);
    assert!(known.len() > 100, "{}", known.len());
}

#[tokio::test]
async fn a_timeline_that_cannot_be_had_for_an_hour_is_told_in_coverage() {
    let mut polling = polling().await;
    polling.source.terms = ["bad", "good"].map(str::to_owned).into();
    let words = json!({ "error": "SECRET may not see that" }).to_string();
    polling.server.refuse("bad", Some(answer("404 Not Found", "application/json", &words)));
    let begun = polling.clock.now();
    for minutes in [0, 15, 45, 59, 75] {
        polling.clock.advance_to(begun + TimeDelta::minutes(minutes));
        assert_eq!(polling.poll().await.fault, None);
        let lost = polling.bed.store.losses(begun, polling.clock.now()).await.unwrap();
        assert_eq!(lost.len(), usize::from(minutes > 60), "{minutes} min: {lost:?}");
        let told = format!("{lost:?}");
        assert!(lost.is_empty() || told.contains("#bad") && !told.contains("SECRET"), "{told}");
    }
}
