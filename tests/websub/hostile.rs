//! Whatever the world sends: bounded, cheap and without effect.

use std::time::Instant as Stopwatch;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::bed::{Bed, PUBLIC, path, receive, send};
use crate::common::publisher::rss;

#[tokio::test]
async fn nothing_but_the_routes_is_answered() {
    let bed = Bed::new().await;
    bed.asked(1).await;
    let healthy = bed.send("GET", "/healthz", &[], b"").await;
    assert_eq!((healthy.status, healthy.body.as_str()), (200, "ok"));
    for (method, path, status) in [
        ("GET", "/", 404),
        ("GET", "/websub", 404),
        ("GET", "/websub/", 404),
        ("GET", "/websub/a/b", 404),
        ("GET", "/websub/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/websub/%00%ff", 400),
        ("GET", "/websub/'%20OR%201=1", 404),
        ("POST", "/healthz", 405),
        ("PUT", "/websub/8f1c0f7d2b", 405),
        ("DELETE", "/websub/8f1c0f7d2b", 405),
        ("OPTIONS", "/websub/8f1c0f7d2b", 405),
        ("TRACE", "/websub/8f1c0f7d2b", 405),
        ("HEAD", "/websub/8f1c0f7d2b", 405),
        ("HEAD", "/healthz", 200),
        ("GET", "http://other.example/healthz", 200),
        ("BREW", "/healthz", 405),
        ("GET", "/metrics", 404),
    ] {
        let answer = bed.send(method, path, &[("cookie", "a=b")], b"").await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(!answer.head.contains("set-cookie") && !answer.head.contains("server:"), "{}", answer.head);
        assert!(answer.head.contains("nosniff"), "{}", answer.head);
    }
}

#[tokio::test]
async fn a_head_request_verifies_nothing() {
    let bed = Bed::new().await;
    let form = bed.asked(1).await;
    let asked = "hub.mode=subscribe&hub.topic=https%3A%2F%2Fblog.example%2Ffeed&hub.challenge=c&hub.lease_seconds=9";
    assert_eq!(bed.send("HEAD", &format!("{}?{asked}", path(&form)), &[], b"").await.status, 405);
    assert_eq!(bed.state().await.0, "asked");
    assert_eq!(bed.send("GET", &format!("{}?{asked}", path(&form)), &[], b"").await.body, "c");
}

#[tokio::test]
async fn thousands_of_unknown_tokens_change_nothing() {
    let (bed, _) = Bed::live().await;
    let before = std::fs::metadata(bed.dir.path().join("state/mentiond.db-wal")).unwrap().len();
    let (address, stopwatch) = (bed.address(), Stopwatch::now());
    let one_after_the_other = |worker: usize| async move {
        for number in 0..250 {
            let token = format!("{:032x}", worker * 1_000 + number);
            let known = send(address, "POST", &format!("/websub/{token}"), &[], b"<rss/>").await;
            assert_eq!((known.status, known.body.as_str()), (404, ""));
            let path = format!("/websub/{token}?hub.mode=subscribe&hub.topic=x&hub.challenge=%3Cscript%3E");
            assert_eq!(send(address, "GET", &path, &[], b"").await.status, 404);
        }
    };
    futures_util::future::join_all((0..8).map(one_after_the_other)).await;
    println!("4,000 requests: {:?}", stopwatch.elapsed());
    let after = std::fs::metadata(bed.dir.path().join("state/mentiond.db-wal")).unwrap().len();
    assert_eq!(after, before, "nothing was written");
}

#[tokio::test]
async fn the_body_for_an_unknown_token_is_not_read() {
    let (bed, form) = Bed::live().await;
    let mut stream = TcpStream::connect(bed.address()).await.unwrap();
    stream.write_all(b"POST /websub/00 HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n").await.unwrap();
    assert_eq!(receive(stream).await.status, 404, "answered before a byte of it came");
    let mut stream = TcpStream::connect(bed.address()).await.unwrap();
    let head = format!("POST {} HTTP/1.1\r\nhost: x\r\ncontent-length: 9999999999\r\n\r\n", path(&form));
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(receive(stream).await.status, 413, "nor one that is too large");
}

#[tokio::test]
async fn a_body_is_counted_as_it_comes() {
    let (bed, form) = Bed::live().await;
    let mut stream = TcpStream::connect(bed.address()).await.unwrap();
    let head = format!("POST {} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n", path(&form));
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("2000\r\n{}\r\n", "x".repeat(0x2000));
    let mut sent = 0;
    while sent < 1_000 && stream.write_all(chunk.as_bytes()).await.is_ok() {
        sent += 1;
    }
    assert!(sent < 1_000, "8 MB were taken in though 64 KiB are allowed");
    let packed = [("content-encoding", "gzip")];
    assert_eq!(bed.send("POST", &path(&form), &packed, b"\x1f\x8b").await.status, 415);
    assert_eq!(bed.number("SELECT count(*) FROM delivered_document").await, 0);
    assert_eq!(bed.send("GET", "/healthz", &[], b"").await.status, 200);
}

#[tokio::test]
async fn a_hub_on_a_private_address_is_not_asked_unless_the_source_allows_it() {
    let mut bed = Bed::new().await;
    bed.asked(1).await;
    bed.stop().await;
    bed.start_with("", PUBLIC, "blog", "").await;
    bed.advance(4_000).await;
    let refused = "`127.0.0.1` is a loopback address; `allow_private = true` at the source lets it be read";
    assert_eq!(bed.state().await, ("asked".to_owned(), Some(refused.to_owned())));
    assert_eq!(bed.publisher.forms().len(), 1);
}

#[tokio::test]
async fn a_hub_without_https_is_never_asked() {
    let mut bed = Bed::new().await;
    bed.asked(1).await;
    bed.stop().await;
    sqlx::query("DELETE FROM subscription").execute(&mut bed.raw().await).await.unwrap();
    sqlx::query("UPDATE source_state SET next_poll_at = 0").execute(&mut bed.raw().await).await.unwrap();
    bed.publisher.link(Some("<http://hub.example/>; rel=hub".to_owned()));
    bed.start(PUBLIC, "blog").await;
    bed.advance(7_200).await;
    let (state, error) = bed.state().await;
    assert_eq!((state.as_str(), error.unwrap().starts_with("the hub is not reached by https")), ("denied", true));
    assert_eq!(bed.number("SELECT count(*) FROM subscription WHERE due_at IS NULL").await, 1);
    assert_eq!(bed.publisher.forms().len(), 1);
}

#[tokio::test]
async fn a_body_that_takes_too_long_is_not_waited_for() {
    let (mut bed, form) = Bed::live().await;
    bed.stop().await;
    bed.start_with("timeout = \"1s\"\n", PUBLIC, "blog", "allow_private = true\n").await;
    let mut slow = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(bed.address()).await.unwrap();
        let head = format!("POST {} HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n<rss", path(&form));
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    for stream in slow {
        assert_eq!(receive(stream).await.status, 408);
    }
    assert_eq!(bed.deliver(&form, &rss(&["Skip Hop"])).await.status, 200);
    bed.advance(1).await;
    assert_eq!(bed.mentions().await, 1);
}
