//! A source that falls ill and recovers, as its operator sees it: what commands print, and the mails.

use std::path::Path;

use axum::http::StatusCode;

use super::{run, write};
use crate::common::feeds::{Feeds, Item};

/// The subjects of all mails that were written as files, sorted.
fn subjects(dir: &Path) -> Vec<String> {
    let Ok(mails) = dir.join("state/mails").read_dir() else { return Vec::new() };
    let mails = mails.map(|mail| std::fs::read_to_string(mail.unwrap().path()).unwrap());
    let subject = |mail: &str| mail.lines().find_map(|line| line.strip_prefix("Subject: ").map(str::to_owned)).unwrap();
    let mut subjects: Vec<String> = mails.map(|mail| subject(&mail)).collect();
    subjects.sort();
    subjects
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_hears_of_a_source_that_fails_and_that_it_is_well_again() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let feeds = Feeds::start().await;
    feeds.publish(
        "news",
        Item {
            id: "1".into(),
            title: "A day".into(),
            text: "Nothing happened.".into(),
            author: "Kari".into(),
            published: "2026-11-24T07:00:00Z".into(),
        },
    );
    write(
        dir,
        &format!(
            "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n\
             [health]\nrecipients = [\"operator@skiphop.example\"]\ngroup_wait = \"0s\"\n\
             [[brand]]\nname = \"Skip Hop\"\n\
             [[source]]\nname = \"news\"\nkind = \"feed\"\nurl = \"http://127.0.0.1:{}/rss/news\"\nallow_private = true\n",
            feeds.port
        ),
    );
    run(dir, &["poll-once"], 0);
    assert!(run(dir, &["status"], 0).contains("Sources (1): 1 healthy\n  news                     healthy; read "));

    feeds.break_with(Some(StatusCode::INTERNAL_SERVER_ERROR));
    for _ in 0..2 {
        assert!(!run(dir, &["poll-once"], 1).contains("cannot be read"), "one or two failed polls are an accident");
    }
    let status = run(dir, &["status"], 0);
    let accident =
        "healthy, but the last 2 polls failed: the server answered with status 500: internal server error; read ";
    assert!(status.contains(accident), "{status}");
    let third = run(dir, &["poll-once", "--send"], 1);
    assert!(third.contains("source `news` cannot be read\n1 mail was handed to the folder "), "{third}");
    let status = run(dir, &["status"], 0);
    assert!(status.contains("Sources (1): 1 failing\n  news                     FAILING since "), "{status}");
    assert!(
        status.contains("): the server answered with status 500: internal server error (3 times); read "),
        "{status}"
    );
    assert_eq!(subjects(dir), ["mentiond: news cannot be read"]);

    feeds.break_with(Some(StatusCode::TOO_MANY_REQUESTS));
    assert!(run(dir, &["poll-once"], 1).contains("(status 429)"));
    let resting = run(dir, &["poll-once"], 0);
    assert!(resting.contains("source `news`: not polled, its host wants to be left alone until "), "{resting}");
    feeds.break_with(None);
    let one = run(dir, &["poll-once", "--source", "news", "--send"], 0);
    assert!(!one.contains("well again"), "one good poll may be an accident as well: {one}");
    assert!(run(dir, &["status"], 0).contains("), but the last poll worked; read "));
    let two = run(dir, &["poll-once", "--send"], 0);
    assert!(two.contains("source `news` is well again\n1 mail was handed to the folder "), "{two}");
    assert_eq!(subjects(dir), ["mentiond: news cannot be read", "mentiond: news is well again"]);
}

#[test]
fn healthcheck_fails_while_nothing_gets_through_and_says_since_when() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write(dir, "state_dir = \"state\"\n");
    std::fs::create_dir(dir.join("state")).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the command under test runs on the system's clock")]
    let now = chrono::Utc::now().to_rfc3339();
    let beat = |broken: &str| {
        let text =
            format!("{{\"at\":\"{now}\",\"process\":7,\"pulse\":{{\"loops\":9,\"stuck\":[]}},\"broken\":[{broken}]}}");
        std::fs::write(dir.join("state/health.json"), text).unwrap();
    };
    beat("");
    assert!(run(dir, &["healthcheck"], 0).starts_with("alive: process 7, 9 jobs, "));
    let way = |way: &str| {
        format!("{{\"way\":\"{way}\",\"since\":\"2026-11-24T08:30:00Z\",\"error\":\"connection refused\"}}")
    };
    beat(&[way("mail"), way("channel:ops")].join(","));
    let told = "error: no mail gets through since 2026-11-24T08:30:00Z: connection refused; nothing gets through by the \
                channel `ops` since 2026-11-24T08:30:00Z: connection refused";
    assert!(run(dir, &["healthcheck"], 1).contains(told.trim_start_matches("error: ")));
}
