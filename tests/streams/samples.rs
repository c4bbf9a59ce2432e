//! The samples of the streams: what is asked, and what is read of them, compared with `tests/data/contracts/NAME.txt`.

use std::fmt::Write as _;
use std::path::Path;

use http::HeaderMap;
use mentiond::model::{Answer, Source, SourceKind};
use mentiond::source::adapter;
use mentiond::store::ClaimedSource;
use serde_json::Value;

use super::noon;
use crate::common::broken::broken;
use crate::common::contract::{NETWORK, SECRET, compare, pipeline, section, tell};
use crate::common::networks;
use crate::common::streams::Streams;

fn sample(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sources").join(name)).unwrap()
}

/// Polls twice: the stream goes on in the second poll, or breaks off before it and is opened anew.
async fn holds(name: &str, file: &str, server: Streams, source: Source) {
    let address = server.url("http", "").as_str().trim_end_matches('/').to_owned();
    let plain = |text: &str| {
        let host = address.trim_start_matches("http://");
        text.replace(&address, NETWORK).replace(host, "network.example")
    };
    let mut told = String::new();
    let mut claim = ClaimedSource::fresh("blog");
    let mut asked = 0;
    for what in ["first poll", "poll after a break"] {
        let reading = pipeline().read_source(&source, &claim, noon()).await;
        let requests: Vec<String> = server.requests().iter().skip(asked).map(|request| plain(request)).collect();
        asked += requests.len();
        section(&mut told, what, &requests);
        tell(&mut told, &reading, true);
        for (lane, cursor) in &reading.cursor.0 {
            assert!(!cursor.contains(SECRET));
            writeln!(told, "cursor of `{lane}`: {}\n", plain(cursor)).unwrap();
        }
        claim.cursor = reading.cursor;
    }
    let adapter = adapter(source.kind);
    let lane = adapter.lanes(&source).remove(0);
    let mut broken_messages = String::new();
    for line in sample(file).lines().filter(|line| !line.is_empty()) {
        for message in broken(&serde_json::from_str::<Value>(line).unwrap()) {
            writeln!(broken_messages, "{message}").unwrap();
        }
    }
    let messages = broken_messages.lines().count();
    for body in [broken_messages, "no JSON\n{\n".to_owned()] {
        let answer = Answer {
            url: "wss://network.example/".parse().unwrap(),
            status: 200,
            moved: None,
            headers: HeaderMap::new(),
            body: body.into_bytes(),
        };
        let page = adapter.read(&source, &lane, None, &answer, noon()).unwrap();
        writeln!(told, "# broken messages\n\n{} entries, {} deleted", page.entries.len(), page.deleted.len()).unwrap();
        page.problems.iter().collect::<std::collections::BTreeSet<_>>().iter().for_each(|problem| {
            writeln!(told, "problem: {problem}").unwrap();
        });
        told.push('\n');
    }
    writeln!(told, "{messages} messages, each with one field that is not as promised").unwrap();
    compare(name, &told);
}

async fn jetstream(name: &str, file: &str, path: &str) {
    let server = Streams::start().await;
    let terms = ["skip hop", "acme coffee"];
    let source = networks::source(SourceKind::Jetstream, server.url("http", path).as_str(), &terms);
    let source = Source { allow_private: true, ..source };
    // They come while the first poll listens.
    let telling = server.clone();
    let text = sample(file);
    tokio::spawn(async move {
        while telling.opened() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        for line in text.lines().filter(|line| !line.is_empty()) {
            let message: Value = serde_json::from_str(line).unwrap();
            let at = message["time_us"].as_i64().or(message["payload"]["seq"].as_i64()).unwrap_or_default();
            telling.tell(at, line);
        }
    });
    holds(name, file, server, source).await;
}

#[tokio::test]
async fn the_first_version_of_jetstream() {
    jetstream("jetstream-v1", "bluesky-jetstream-v1.jsonl", "/subscribe").await;
}

#[tokio::test]
async fn the_second_version_of_jetstream() {
    let path = "/xrpc/network.bsky.jetstream.subscribeEvents";
    jetstream("jetstream-v2", "bluesky-jetstream-v2.jsonl", path).await;
}

#[tokio::test]
async fn streams_of_mastodon() {
    let server = Streams::start().await;
    let url = server.url("http", "/");
    let source = networks::source(SourceKind::MastodonStreaming, url.as_str(), &["skip hop"]);
    let source = Source { allow_private: true, token: Some(SECRET.to_owned().into()), ..source };
    let timeline: Value = serde_json::from_str(&sample("mastodon-tag-timeline.json")).unwrap();
    timeline.as_array().unwrap().iter().for_each(|post| server.show("skiphop", post));
    let telling = server.clone();
    tokio::spawn(async move {
        // In the second poll, so that what is deleted is known.
        while telling.opened() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        telling.unshow(117_647_238_758_400_032);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        for line in sample("mastodon-stream-ws.jsonl").lines().filter(|line| !line.is_empty()) {
            telling.say("skiphop", line);
        }
    });
    holds("mastodon-streaming", "mastodon-stream-ws.jsonl", server, source).await;
}
