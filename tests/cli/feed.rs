//! `mentiond feed`: what it prints of files and addresses, and its exit codes.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::common::feeds::{Feeds, Item};

const RSS: &str = "<rss version=\"2.0\"><channel><title>News</title><language>nb</language>\
    <item><guid>1</guid><title>Acme &amp;amp; Sønn</title><link>https://x.example/1?utm_source=rss</link>\
    <description>&lt;p&gt;Aldri igjen&lt;/p&gt;</description><author>Kari</author><category>mat</category>\
    <pubDate>Mon, 23 Nov 2026 10:00:00 +0100</pubDate></item>\
    <item><title>Second</title><link>/2</link></item></channel></rss>";

fn feed(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    command.current_dir(dir).arg("feed").args(arguments).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn aside(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_file_is_one_json_object_per_entry() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.xml"), RSS).unwrap();
    let output = feed(dir.path(), &["--format", "jsonl", "a.xml"]);
    let lines = lines(&output);
    assert_eq!(
        lines.first(),
        Some(&json!({
            "key": "feed:a.xml:1",
            "url": "https://x.example/1",
            "title": "Acme & Sønn",
            "text": "Aldri igjen",
            "author": "Kari",
            "published": "2026-11-23T09:00:00Z",
            "lang": "nb",
            "tags": ["mat"],
        }))
    );
    let second = json!({"url": "/2", "published": null, "lang": "nb", "key": "feed:a.xml:/2"});
    for (name, value) in second.as_object().unwrap() {
        assert_eq!(lines[1][name], *value, "{name}");
    }
    assert_eq!((lines.len(), output.status.code()), (2, Some(0)), "{}", aside(&output));

    let based = feed(dir.path(), &["--format", "jsonl", "--base", "https://x.example/feed", "a.xml"]);
    assert_eq!(self::lines(&based)[1]["url"], "https://x.example/2");
}

#[test]
fn a_feed_without_entries_is_one_and_a_page_is_none() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("empty.xml"), "<rss version=\"2.0\"><channel/></rss>").unwrap();
    std::fs::write(
        dir.path().join("page.html"),
        "<!DOCTYPE html><link rel=alternate type='application/rss+xml' href='https://x.example/feed'>",
    )
    .unwrap();
    let empty = feed(dir.path(), &["--format", "jsonl", "empty.xml"]);
    assert_eq!((empty.stdout.len(), empty.status.code()), (0, Some(0)), "{}", aside(&empty));
    let page = feed(dir.path(), &["--format", "jsonl", "page.html"]);
    assert_eq!((page.stdout.len(), page.status.code()), (0, Some(1)));
    let hint = "hint: configure `https://x.example/feed`, which the page names as its feed";
    assert!(aside(&page).contains(hint), "{}", aside(&page));
}

#[test]
fn of_several_files_each_line_names_its_own_and_a_broken_one_is_a_line_too() {
    let dir = tempfile::tempdir().unwrap();
    for (name, document) in [("a.xml", RSS), ("b.xml", "no feed at all"), ("c.xml", RSS)] {
        std::fs::write(dir.path().join(name), document).unwrap();
    }
    let output = feed(dir.path(), &["--format", "jsonl", "a.xml", "b.xml", "none.xml", "c.xml"]);
    let lines = lines(&output);
    let files: Vec<&str> = lines.iter().map(|line| line["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["a.xml", "a.xml", "b.xml", "none.xml", "c.xml", "c.xml"]);
    assert!(lines[2]["error"].as_str().is_some_and(|why| !why.is_empty()) && lines[2].get("key").is_none());
    assert_eq!(lines[3]["error"], "the file cannot be opened: No such file or directory (os error 2)");
    assert_eq!(output.status.code(), Some(1));

    let table = feed(dir.path(), &["a.xml", "b.xml"]);
    let text = String::from_utf8(table.stdout.clone()).unwrap();
    assert!(text.starts_with("a.xml: 2 entries\n2026-11-23 09:00  Acme & Sønn\n"), "{text}");
    assert!(text.contains("by Kari, https://x.example/1\n"), "{text}");
    assert!(aside(&table).starts_with("b.xml: "), "{}", aside(&table));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_read_like_a_source() {
    let server = Feeds::start().await;
    server.publish(
        "blog",
        Item {
            id: "https://x.example/1".into(),
            title: "One".into(),
            text: "Text".into(),
            author: "Ann".into(),
            published: "2026-11-20T10:00:00Z".into(),
        },
    );
    let url = format!("http://127.0.0.1:{}/atom/blog", server.port);
    let read = tokio::task::spawn_blocking(move || {
        let dir = tempfile::tempdir().unwrap();
        let guarded = feed(dir.path(), &["--format", "jsonl", &url]);
        (guarded, feed(dir.path(), &["--format", "jsonl", "--allow-private", &url]))
    });
    let (guarded, allowed) = read.await.unwrap();
    assert_eq!(guarded.status.code(), Some(1));
    assert!(aside(&guarded).contains("`127.0.0.1` is a loopback address"), "{}", aside(&guarded));
    let lines = lines(&allowed);
    assert_eq!((lines.len(), &lines[0]["title"], allowed.status.code()), (1, &json!("One"), Some(0)));
}
