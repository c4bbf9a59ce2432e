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
            "key": "1",
            "url": "https://x.example/1",
            "title": "Acme & Sønn",
            "text": "Aldri igjen",
            "author": "Kari",
            "published": "2026-11-23T09:00:00Z",
            "lang": "nb",
            "tags": ["mat"],
        }))
    );
    let second = json!({"url": "/2", "published": null, "lang": "nb", "key": "/2"});
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
    let aside = aside(&table);
    assert!(aside.starts_with("a.xml: 1 entry has no date that can be read\nb.xml: "), "{aside}");
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
    let why = "`127.0.0.1` is a loopback address; `--allow-private` lets it be read\n";
    assert!(aside(&guarded).ends_with(why), "{}", aside(&guarded));
    let lines = lines(&allowed);
    assert_eq!((lines.len(), &lines[0]["title"], allowed.status.code()), (1, &json!("One"), Some(0)));
    assert_eq!(lines[0]["key"], "urn:x:https://x.example/1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_feed_of_a_web_page_is_read_and_its_address_told() {
    let server = Feeds::start().await;
    let published = "2026-11-20T10:00:00Z".into();
    server
        .publish("blog", Item { id: "1".into(), title: "One".into(), text: "T".into(), author: "A".into(), published });
    let address = |kind: &str| format!("http://127.0.0.1:{}/{kind}/blog", server.port);
    let (page, feed_url) = (address("page"), address("rss"));
    let read = tokio::task::spawn_blocking(move || {
        feed(tempfile::tempdir().unwrap().path(), &["--format", "jsonl", "--allow-private", &page])
    });
    let output = read.await.unwrap();
    let lines = lines(&output);
    assert_eq!((lines.len(), output.status.code()), (1, Some(0)), "{}", aside(&output));
    assert_eq!((&lines[0]["key"], &lines[0]["title"]), (&json!("1"), &json!("One")));
    let told = format!("a web page was read, and the feed that it names: `{feed_url}`; configure this address\n");
    assert!(aside(&output).ends_with(&told), "{}", aside(&output));
}

#[test]
fn what_is_told_of_a_file_names_addresses_as_they_stand_in_it() {
    let dir = tempfile::tempdir().unwrap();
    for (href, shown) in
        [("feed.xml", "feed.xml"), ("/feed.xml", "/feed.xml"), ("http://x.example/", "http://x.example/")]
    {
        let page = format!("<!DOCTYPE html><link rel=alternate type='application/rss+xml' href='{href}'>");
        std::fs::write(dir.path().join("page.html"), page).unwrap();
        let told = aside(&feed(dir.path(), &["page.html"]));
        assert!(told.contains(&format!("hint: configure `{shown}`, which")), "{told}");
    }
    std::fs::write(dir.path().join("deep.json"), format!("{{\"items\": {}", "[".repeat(500))).unwrap();
    let told = aside(&feed(dir.path(), &["deep.json"]));
    assert_eq!(told, "deep.json: it is nested too deeply to be read (line 1, column 137)\n");
}

#[test]
fn a_web_client_that_cannot_be_built_leaves_the_other_documents_their_turn() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.xml"), RSS).unwrap();
    std::fs::write(dir.path().join("empty.pem"), "").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    command.current_dir(dir.path()).env("SSL_CERT_FILE", "empty.pem").env("SSL_CERT_DIR", "none");
    let output = command.args(["feed", "--format", "jsonl", "http://x.example/feed", "a.xml"]).output().unwrap();
    let lines = lines(&output);
    assert_eq!((lines.len(), output.status.code()), (3, Some(1)), "{}", aside(&output));
    assert_eq!((&lines[0]["file"], &lines[2]["file"]), (&json!("http://x.example/feed"), &json!("a.xml")));
    assert!(lines[0]["error"].as_str().is_some_and(|why| why.contains("CA certificate")), "{}", lines[0]);
}

#[test]
fn the_help_names_what_a_line_holds() {
    let help = String::from_utf8(feed(Path::new("."), &["--help"]).stdout).unwrap();
    for name in ["key", "url", "title", "text", "author", "published", "lang", "tags", "file", "error", "--base"] {
        assert!(help.contains(&format!("`{name}`")), "{name} in\n{help}");
    }
}
