//! What does not arrive, for whoever sends by cron: the operator hears of it there as well.

use std::path::Path;

use super::{run, with_server, write};
use crate::common::feeds::{Feeds, Item};
use crate::common::smtp::{Deed, Script, Stub};

/// The mails in the operator's folder.
fn told(dir: &Path) -> Vec<String> {
    let Ok(mails) = dir.join("ops/new").read_dir() else { return Vec::new() };
    mails.map(|mail| std::fs::read_to_string(mail.unwrap().path()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_by_cron_tells_the_operator_of_what_does_not_arrive_too() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let feeds = Feeds::start().await;
    feeds.publish(
        "news",
        Item {
            id: "n1".into(),
            title: "Still no answer".into(),
            text: "Skip Hop is terrible: still waiting for my refund, no answer, never again!".into(),
            author: "ola".into(),
            #[expect(clippy::disallowed_methods, reason = "the command under test runs on the system's clock")]
            published: chrono::Utc::now().to_rfc3339(),
        },
    );
    let refusing = Stub::start(Script::default().login("PLAIN LOGIN").at("RCPT", Deed::Say("550 5.1.1 no such user")));
    with_server(dir, &format!("http://127.0.0.1:{}/rss/news", feeds.port), refusing.port);
    let configured = std::fs::read_to_string(dir.join("mentiond.toml")).unwrap();
    let operator =
        "[deliver]\nfallback = [\"channel:ops\"]\n[[channel]]\nname = \"ops\"\nkind = \"maildir\"\ndir = \"ops\"\n";
    write(dir, &format!("{configured}{operator}"));

    let sent = run(dir, &["poll-once", "--send"], 1);
    assert!(sent.contains("1 mail was given up"), "{sent}");
    let mails = told(dir);
    assert_eq!(mails.len(), 1, "{sent}");
    assert!(mails[0].contains("no such user") && mails[0].contains("Still no answer"), "{}", mails[0]);
    run(dir, &["poll-once", "--send"], 0);
    assert_eq!(told(dir).len(), 1, "once");
}

#[test]
fn the_help_says_what_is_left_to_the_daemon() {
    let dir = tempfile::tempdir().unwrap();
    let help = run(dir.path(), &["poll-once", "--help"], 0);
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let left = "It says nothing again that nobody has acknowledged and tells no others of it (`escalate`), neither alerts nor \
                incidents, and composes no digests: that is the work of `mentiond run`, and of `mentiond digest --send`.";
    assert!(words.contains(left), "{help}");
}
