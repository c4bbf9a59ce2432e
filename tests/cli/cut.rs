//! `mentiond search` and `mentiond sources test`, where not all could be read: what is kept, what is named, and the exit
//! codes.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::sources::{mentiond, run, said};
use crate::common::hostile::{Reply, Server};

/// Seconds in which every mock answers, however busy the machine is.
const LONG: u64 = 300;

fn reply(status: u16, body: &Value) -> Reply {
    let (body, head) = (body.to_string(), "content-type: application/json\r\ncontent-length");
    Reply::bytes(format!("HTTP/1.1 {status} X\r\n{head}: {}\r\n\r\n{body}", body.len()))
}

fn before(now: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
    now - TimeDelta::minutes(minutes)
}

/// As it is told.
fn shown(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// A Lemmy instance that has fifty posts in each of its pages, a minute apart from one another, and no last one.
async fn endless_lemmy(now: DateTime<Utc>) -> Server {
    Server::start(move |path| {
        let page: i64 = path.split("page=").nth(1).unwrap().split('&').next().unwrap().parse().unwrap();
        let post = |number: i64| {
            json!({ "counts": {}, "post": { "ap_id": format!("https://l.example/post/{number}"),
                "name": "tea", "published": before(now, number).to_rfc3339() } })
        };
        let posts: Vec<Value> = ((page - 1) * 50..page * 50).map(post).collect();
        reply(200, &json!({ "posts": posts, "comments": [] }))
    })
    .await
}

/// Posts of X, a minute apart from one another, each hundred of which costs half a dollar.
async fn dear_x(now: DateTime<Utc>) -> Server {
    Server::start(move |_| {
        let post = |number: i64| {
            let (text, at) = (if number < 3 { "acme coffee" } else { "tea" }, before(now, number).to_rfc3339());
            json!({ "id": number.to_string(), "text": text, "created_at": at })
        };
        let posts: Vec<Value> = (0..100).map(post).collect();
        reply(200, &json!({ "data": posts, "meta": { "next_token": "more" } }))
    })
    .await
}

/// Stack Exchange, which wants to be left alone for so many seconds after each answer.
async fn tired_stack_exchange(backoff: u64) -> Server {
    Server::start(move |_| reply(200, &json!({ "items": [], "has_more": false, "backoff": backoff }))).await
}

/// A search that asks nobody else, and each of them for so many seconds at most.
fn search(at: &[(&str, &Server)], patience: u64, more: &[&str]) -> Vec<String> {
    let mut arguments: Vec<String> =
        ["search", "acme coffee", "--since", "7d", "--allow-private", "--patience"].map(str::to_owned).into();
    arguments.push(patience.to_string());
    for (kind, server) in at {
        let address = format!("{kind}={}", server.url("/"));
        arguments.extend(["--kind", kind, "--at", address.as_str()].map(str::to_owned));
    }
    arguments.extend(more.iter().map(|text| (*text).to_owned()));
    arguments
}

#[tokio::test]
async fn a_search_names_what_it_has_not_read_to_the_end_and_since_when_it_was_read() {
    let (dir, now) = (tempfile::tempdir().unwrap(), mentiond::clock::Clock::system().now());
    let (lemmy, x) = (endless_lemmy(now).await, dear_x(now).await);
    let at = [("lemmy", &lemmy), ("x", &x)];
    let (out, err) = said(&run(dir.path(), search(&at, LONG, &[])).await);
    let unread = format!(
        "not read to the end:\n  lemmy.world: only since {}\n  x: only since {}\n",
        shown(before(now, 499)),
        shown(before(now, 99))
    );
    let head = "acme coffee in the last 7d: 3 mentions, ";
    assert!(out.starts_with(head), "{out}\n{err}");
    assert!(out.contains(&format!("\n0 of 2 sources read to the end\n{unread}\nStrength ")), "{out}\n{err}");
    assert!(out.contains("\nof a part of the last 7d on 2 sources\n"), "{out}\n{err}");
    assert_eq!(x.requests().len(), 1, "one search is a part of what a month may cost");

    for format in ["jsonl", "csv"] {
        let (out, err) = said(&run(dir.path(), search(&[("x", &x)], LONG, &["--format", format])).await);
        let unread = format!("not read to the end:\n  x: only since {}\n", shown(before(now, 99)));
        assert!(err.contains(&unread) && !out.contains("not read"), "{out}\n{err}");
    }
}

#[tokio::test]
async fn a_search_asks_for_answers_too_when_the_network_may_be_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    let server = tired_stack_exchange(1).await;
    let (out, err) = said(&run(dir.path(), search(&[("stack_exchange", &server)], LONG, &[])).await);
    assert!(out.contains("\n1 of 1 source read to the end\n"), "{out}\n{err}");
    let asked = server.requests();
    let of = |list: &str| asked.iter().filter(|head| head.contains(list)).count();
    assert_eq!((of("/search/advanced?"), of("/search/excerpts?")), (2, 2), "{asked:?}");

    let server = tired_stack_exchange(3_600).await;
    let (out, err) = said(&run(dir.path(), search(&[("stack_exchange", &server)], LONG, &[])).await);
    let nothing =
        "`stackoverflow answers acme coffee`, `stackoverflow answers acmecoffee`, `stackoverflow questions acmecoffee`";
    let unread =
        format!("0 of 1 source read to the end\nnot read to the end:\n  stack_exchange: nothing of {nothing}\n");
    assert!(out.contains(&unread), "{out}\n{err}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_search_whose_time_is_up_shows_what_was_read_by_then() {
    let (dir, now) = (tempfile::tempdir().unwrap(), mentiond::clock::Clock::system().now());
    let title = |number: i64| if number < 3 { "acme coffee" } else { "tea" };
    let hit = |number: i64| {
        let (id, at) = (number.to_string(), before(now, number).timestamp());
        json!({ "objectID": id, "title": title(number), "author": "anna", "created_at_i": at })
    };
    let hits = json!({ "hits": (0..100).map(hit).collect::<Vec<_>>(), "hitsPerPage": 100, "nbPages": 2 });
    let server = Server::start(move |path| match path.contains("created_at_i%3C") {
        true => Reply::endless("HTTP/1.1 200 OK\r\n", b"x-wait: 1\r\n", Duration::from_secs(1)),
        false => reply(200, &hits),
    })
    .await;
    let output = run(dir.path(), search(&[("hacker_news", &server)], 8, &[])).await;
    let (out, err) = said(&output);
    assert_eq!(output.status.code(), Some(0), "{err}");
    assert!(out.starts_with("acme coffee in the last 7d: 3 mentions, "), "{out}\n{err}");
    let since = shown(before(now, 99));
    let unread = format!("not read to the end:\n  hacker_news: only since {since}; nothing of `acmecoffee`\n");
    assert!(out.contains(&unread), "{out}\n{err}");
    assert!(err.contains("nothing of `acmecoffee`; reading took longer than 8 s\n"), "{err}");
}

#[tokio::test]
async fn a_try_fails_where_one_of_several_places_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(|path| match path.contains("id=2") {
        true => reply(404, &json!({})),
        false => reply(200, &json!({ "feed": {} })),
    })
    .await;
    let url = server.url("/");
    let test = |places: &[&str]| {
        let base = ["sources", "test", "app_store", "--allow-private", "--url", url.as_str()];
        let places = places.iter().flat_map(|place| ["--place", place]);
        run(dir.path(), base.into_iter().chain(places).map(str::to_owned).collect())
    };
    let (whole, part) = (test(&["de/1", "de/3"]).await, test(&["de/1", "de/2"]).await);
    assert_eq!(whole.status.code(), Some(0), "{:?}", said(&whole));
    let (_, err) = said(&part);
    assert!(
        err.contains("`de/2` cannot be read: ") && err.contains("not read to the end: nothing of `de/2`\n"),
        "{err}"
    );
    assert_eq!(part.status.code(), Some(1), "{err}");
    let (help, _) = said(&mentiond(dir.path(), &["sources", "test", "--help"]));
    assert!(help.contains("1 it was not, or one of its terms or places was not"), "{help}");
}
