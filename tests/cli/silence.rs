//! A silence as people make it: no mail while it lasts, and one with all that it held behind its end.

use std::path::Path;

use crate::common::feeds::{Feeds, Item};

use super::{run, write};

fn item(id: &str) -> Item {
    Item {
        id: id.into(),
        title: format!("Case {id}"),
        text: format!(
            "Nobody replies at Skip Hop, I want a refund for case {id}, terrible service, bag number {id} broke"
        ),
        author: "ola".into(),
        #[expect(clippy::disallowed_methods, reason = "the command under test runs on the system's clock")]
        published: chrono::Utc::now().to_rfc3339(),
    }
}

fn configure(dir: &Path, port: u16) {
    write(
        dir,
        &format!(
            "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n[alert]\ngroup_wait = \"0s\"\n\
             group_interval = \"1s\"\n[[brand]]\nname = \"Skip Hop\"\n[[source]]\nname = \"news\"\nkind = \"feed\"\n\
             url = \"http://127.0.0.1:{port}/rss/news\"\nallow_private = true\nlanguage = \"en\"\n"
        ),
    );
}

/// The texts of the mails that were written as files, without line breaks.
fn mails(dir: &Path) -> Vec<String> {
    let Ok(folder) = dir.join("state/mails").read_dir() else { return Vec::new() };
    let files = folder.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    files.map(|mail| mail.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silence_is_made_listed_and_ended_and_all_that_it_held_is_one_mail() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let feeds = Feeds::start().await;
    configure(dir, feeds.port);
    run(dir, &["migrate"], 0);
    assert_eq!(run(dir, &["silence", "list"], 0), "there is no silence now\n");
    let scope = ["silence", "add", "--brand", "Skip Hop", "--query", "refund tone:negative"];
    let made = run(dir, &[&scope[..], &["--for", "2h", "--comment", "the shop moves", "--by", "Kari"]].concat(), 0);
    assert!(
        made.starts_with("silence 1 holds alerts of Skip Hop that `refund tone:negative` finds that are not urgent")
    );
    assert!(
        made.ends_with("what it holds is summed up in one mail then, or after `mentiond silence end 1`\n"),
        "{made}"
    );

    for id in ["n1", "n2"] {
        feeds.publish("news", item(id));
        let polled = run(dir, &["poll-once", "--source", "news", "--send"], 0);
        assert!(polled.contains("1 mention, 1 alert") && polled.contains("0 mails were"), "{polled}");
    }
    assert!(mails(dir).is_empty());
    let listed = run(dir, &["silence", "list"], 0);
    assert!(listed.ends_with(", by Kari: the shop moves; holds 2 alerts\n"), "{listed}");
    let status = run(dir, &["status"], 0);
    assert!(status.contains("  2 alerts are held: silenced (silence 1), until in 2 h\n"), "{status}");

    assert_eq!(
        run(dir, &["silence", "end", "1", "--by", "Ole"], 0),
        "silence 1 ended by Ole; 2 alerts that it held are summed up within a minute, unless something else holds them\n"
    );
    feeds.publish("news", item("n3"));
    let polled = run(dir, &["poll-once", "--source", "news", "--send"], 0);
    assert!(polled.contains("2 mails were"), "{polled}");
    let mails = mails(dir);
    let sums = |mail: &&String| mail.contains("2 alerts were held by the silence of Kari until ");
    let summed: Vec<&String> = mails.iter().filter(sums).collect();
    assert!(mails.len() == 2 && summed.len() == 1, "{mails:?}");
    for part in ["the shop moves", "Case n1", "Case n2", "mentiond ack --brand \"Skip Hop\""] {
        assert!(summed[0].contains(part), "{part}\n{}", summed[0]);
    }
    assert!(run(dir, &["silence", "end", "1"], 1).contains("\n  hint: `mentiond silence list` shows those that hold"));
    assert!(run(dir, &["silence", "list", "--all"], 0).contains(" by Ole, by Kari: the shop moves\n"));
}

#[test]
fn what_cannot_be_silenced_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    configure(dir, 9);
    let told = |arguments: &[&str]| run(dir, &[&["silence", "add", "--comment", "why"], arguments].concat(), 2);
    for (arguments, words) in [
        (
            &["--brand", "Skip Hopp", "--for", "2h"][..],
            "command line: --brand: there is no brand `Skip Hopp`\n  hint: did you mean `Skip Hop`?",
        ),
        (
            &["--brand", "Skip Hop", "--until", "soon"],
            "command line: --until: `soon` is no time\n  hint: write `18:00`, `2026-12-01 08:00` or `2026-12-01T08:00:00+01:00`",
        ),
        (&["--query", "-refund", "--for", "2h"], "the query only says what must not occur"),
        (&["--query", "is:alerted", "--for", "2h"], "is:"),
        (&["--for", "2h"], "--query <EXPR>"),
        (&["--brand", "Skip Hop"], "--until <TIME>"),
    ] {
        let said = told(arguments);
        assert!(said.contains(words), "{arguments:?}\n{said}");
    }
    assert!(run(dir, &["silence", "list"], 1).contains("there is no database"));
}
