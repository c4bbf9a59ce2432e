//! The connection itself.

use std::time::Duration;

use mentiond::fetch::{Client, Opened, Socket};
use mentiond::model::exchange::JUST_OPENED;
use mentiond::model::{Answer, PollFault, Request};
use tokio::net::TcpListener;
use url::Url;

use super::{arrive, config};
use crate::common::streams::{Manner, Streams};

async fn open(url: Url) -> Result<Opened, PollFault> {
    Client::new(&config()).unwrap().open(&Request::get(url), true).await
}

async fn socket(server: &Streams) -> Socket {
    match open(server.url("ws", "/subscribe")).await.unwrap() {
        Opened::Socket(socket) => socket,
        Opened::Answer(answer) => panic!("{answer:?}"),
    }
}

fn host(server: &Streams) -> String {
    let url = server.url("ws", "/");
    format!("127.0.0.1:{}", url.port().unwrap())
}

fn lines(answer: &Answer) -> Vec<String> {
    String::from_utf8(answer.body.clone()).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn what_is_said_is_read_in_portions() {
    let server = Streams::start().await;
    server.next(Manner::Ping);
    let opening = tokio::spawn({
        let server = server.clone();
        async move { socket(&server).await }
    });
    // Who comes late hears nothing of what was said before.
    while server.opened() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.tell(1, "{\n  \"a\": 1\n}");
    server.tell(2, "two");
    let mut socket = opening.await.unwrap();
    let first = socket.hear().await.unwrap();
    assert_eq!((first.status, lines(&first)), (JUST_OPENED, vec!["{   \"a\": 1 }".to_owned(), "two".to_owned()]));
    assert_eq!(first.url.scheme(), "ws");

    let mut socket = socket.kept();
    let begun = std::time::Instant::now();
    let nothing = socket.hear().await.unwrap();
    assert_eq!((nothing.status, lines(&nothing).len()), (200, 0));
    assert!(begun.elapsed() < Duration::from_millis(100), "what was kept is not waited for");

    // It is listened to all the while, and the server's questions are answered.
    let mut socket = socket.kept();
    server.tell(3, "three");
    arrive().await;
    assert_eq!((lines(&socket.hear().await.unwrap()), server.pongs()), (vec!["three".to_owned()], 1));
    socket.close().await;
    arrive().await;
    assert_eq!((server.opened(), server.leaves()), (1, 1), "leave is taken in order");
}

#[tokio::test]
async fn a_server_that_opens_no_stream_has_answered() {
    let server = Streams::start().await;
    for (status, answer) in [
        (401, "HTTP/1.1 401 Unauthorized\r\ncontent-length: 20\r\n\r\n{\"error\":\"no token\"}".to_owned()),
        (302, format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", server.url("ws", "/other"))),
        (429, "HTTP/1.1 429 Too Many Requests\r\nretry-after: 60\r\ncontent-length: 0\r\n\r\n".to_owned()),
    ] {
        server.next(Manner::Answer(answer));
        let Opened::Answer(answer) = open(server.url("ws", "/subscribe")).await.unwrap() else { panic!("{status}") };
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("retry-after"), (status == 429).then_some("60"));
    }
    assert_eq!(server.requests().len(), 3, "no redirect is followed");
    server.next(Manner::Answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".to_owned()));
    let url = server.url("ws", "/subscribe");
    let fault = format!("`127.0.0.1:{}` opens no stream (status 200)", url.port().unwrap());
    assert_eq!(
        open(url).await.unwrap_err(),
        PollFault::Unreachable(fault),
        "a page instead of a stream is nothing read"
    );
}

#[tokio::test]
async fn what_cannot_be_reached_is_said_plainly() {
    let server = Streams::start().await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let fault = open(format!("ws://{free}/").parse().unwrap()).await.unwrap_err();
    assert_eq!(fault, PollFault::Unreachable(format!("`{free}` refuses the connection")));

    let client = Client::new(&config()).unwrap();
    for (host, why) in [
        ("127.0.0.1", "`127.0.0.1` is a loopback address"),
        ("0x7f.1", "`127.0.0.1` is a loopback address"),
        ("localhost", "`localhost` leads to `127.0.0.1`, a loopback address"),
        ("169.254.169.254", "`169.254.169.254` is a link-local address"),
    ] {
        let url = format!("ws://{host}:{}/?key=secret", server.url("ws", "/").port().unwrap()).parse().unwrap();
        let refused = client.open(&Request::get(url), false).await.unwrap_err().to_string();
        let refused = refused.replace("`::1`", "`127.0.0.1`");
        assert_eq!(refused, format!("{why}; `allow_private = true` at the source lets it be read"));
    }
    let fault = open(server.url("wss", "/")).await.unwrap_err().to_string();
    assert!(fault.contains(&host(&server)), "{fault}");
    assert_eq!(server.opened(), 0);
}

#[tokio::test]
async fn a_stream_that_breaks_off_gives_what_it_said_before() {
    let server = Streams::start().await;
    server.next(Manner::BreakOff(2));
    let mut broken = socket(&server).await;
    for number in 0..3 {
        server.tell(number, format!("{number}"));
    }
    assert_eq!(lines(&broken.hear().await.unwrap()), ["0", "1"]);
    assert!(broken.has_ended());
    let why = broken.hear().await.unwrap_err().to_string();
    assert!(why.starts_with(&format!("the stream of `{}` broke off: ", host(&server))), "{why}");
}

#[tokio::test]
async fn a_message_that_is_too_large_ends_it() {
    let server = Streams::start().await;
    server.next(Manner::Flood(1, (1 << 20) + 1));
    let fault = socket(&server).await.hear().await.unwrap_err();
    assert_eq!(fault, PollFault::Unreachable(format!("a message of `{}` is larger than 1 MiB", host(&server))));
}

#[tokio::test]
async fn a_server_that_does_not_hear_is_left() {
    let server = Streams::start().await;
    server.next(Manner::Deaf);
    let mut deaf = socket(&server).await;
    assert_eq!(deaf.hear().await.map_err(|fault| fault.to_string()).unwrap_err(), {
        format!("the stream of `{}` says nothing and answers no ping", host(&server))
    });
    // One that has nothing to say, but hears, is not.
    let mut quiet = socket(&server).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    server.tell(1, "still here");
    assert_eq!(lines(&quiet.hear().await.unwrap()), ["still here"]);
}

#[tokio::test]
async fn a_flood_waits_until_it_is_asked_for() {
    let (messages, bytes) = (40, 1 << 20);
    let server = Streams::start().await;
    server.next(Manner::Flood(messages, bytes));
    let mut socket = socket(&server).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = server.flooded();
    assert!(before < messages, "all of {before} messages were taken");
    let (mut read, mut portions) = (0, 0);
    while read < messages {
        let portion = socket.hear().await.unwrap().body.len();
        assert!(portion <= 6 << 20, "{portion} bytes at once");
        (read, portions) = (read + portion / bytes, portions + 1);
    }
    assert!(portions >= 7, "{portions}");
}

#[tokio::test]
async fn a_stream_trusts_whom_the_machine_trusts() {
    let server = Streams::start().await;
    let (port, certificate) = server.secure().await;
    let fault = open(format!("wss://localhost:{port}/?key=secret").parse().unwrap()).await.unwrap_err().to_string();
    let why = "is not valid: this machine does not know who issued it";
    assert_eq!(fault, format!("the certificate of `localhost:{port}` {why}"));
    assert_eq!(server.opened(), 0);

    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("ca.pem"), certificate).unwrap();
    let url = format!("https://localhost:{port}/subscribe");
    let arguments = ["sources", "test", "jetstream", "--url", &url, "--term", "skip hop", "--allow-private"];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mentiond"));
    command.current_dir(dir.path()).args(arguments).args(["--format", "jsonl"]).env_clear();
    command.env("HOME", dir.path()).env("SSL_CERT_FILE", dir.path().join("ca.pem"));
    let run = tokio::task::spawn_blocking(move || command.output().unwrap());
    while server.opened() == 0 && !run.is_finished() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.post(1, "1", "hop over it");
    server.post(2, "2", "a Skip Hop bag");
    let output = run.await.unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), out.lines().count()), (Some(0), 1), "{out}{err}");
    assert!(out.contains("a Skip Hop bag"), "{out}");
}
