//! What commands need and what they do without: a database, a password, right arguments, a daemon.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::common::daemon::{Daemon, command, signal};
use crate::common::feeds::Feeds;
use crate::common::smtp::{Deed, Script, Stub};
use crate::store::bed::{ANNA, Bed, HOP, at, complaint};

use super::{run, said, with_server, write};

const NOWHERE: &str = "https://news.example/feed";

#[test]
fn a_command_that_only_opens_the_store_needs_no_secret() {
    let dir = tempfile::tempdir().unwrap();
    with_server(dir.path(), NOWHERE, 25);
    std::fs::remove_file(dir.path().join("password")).unwrap();
    assert!(run(dir.path(), &["check"], 2).contains("does not exist"));
    run(dir.path(), &["migrate"], 0);
    assert!(run(dir.path(), &["status"], 0).contains("Outbox: 0 waiting"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_sends_nothing_needs_no_mail_server() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let feeds = Feeds::start().await;
    with_server(dir, &format!("http://127.0.0.1:{}/rss/news", feeds.port), 25);
    std::fs::remove_file(dir.join("password")).unwrap();
    assert!(run(dir, &["poll-once"], 0).contains("source `news`: 0 entries"));
    run(dir, &["digest", "--preview", dir.join("preview").to_str().unwrap()], 0);
    for sending in [&["poll-once", "--send"][..], &["digest", "--send"], &["send-test"], &["run"]] {
        assert!(run(dir, sending, 2).contains("mail.smtp.password_file"), "{sending:?}");
    }

    let by_variable = |arguments: &[&str]| {
        let output = command(dir, arguments).env("MENTIOND_SMTP_PORT", "many").output().unwrap();
        (output.status.code(), said(&output))
    };
    assert_eq!(by_variable(&["poll-once"]).0, Some(0));
    let (code, text) = by_variable(&["poll-once", "--send"]);
    assert!(code == Some(2) && text.contains("environment: MENTIOND_SMTP_PORT"), "{text}");

    write(dir, &std::fs::read_to_string(dir.join("mentiond.toml")).unwrap().replace("group_wait", "group_weight"));
    assert!(run(dir, &["poll-once"], 2).contains("alert.group_weight"), "other faults still count");
}

#[test]
fn a_command_that_looks_makes_no_database() {
    let dir = tempfile::tempdir().unwrap();
    with_server(dir.path(), NOWHERE, 25);
    let database = dir.path().join("state/mentiond.db");
    let expected = format!(
        "mentiond: there is no database at `{}` yet\n  hint: has `mentiond run` been started, and is `state_dir` right?\n",
        database.display()
    );
    for looking in [&["status"][..], &["ack", "--all"], &["dead-letters", "retry", "--all"], &["tone", "report"]] {
        assert_eq!(run(dir.path(), looking, 1), expected, "{looking:?}");
    }
    assert!(!dir.path().join("state").exists());
}

#[test]
fn a_trial_mail_goes_to_addresses_only() {
    let dir = tempfile::tempdir().unwrap();
    with_server(dir.path(), NOWHERE, 25);
    let refused = run(dir.path(), &["send-test", "--to", "ola@skiphop.example", "--to", "kari at home"], 2);
    let expected =
        "command line: --to: `kari at home` is not a mail address\n  hint: for instance `anna@example.org`\n";
    assert_eq!(refused, expected);
    assert!(!dir.path().join("state").exists());
}

#[test]
fn a_trial_mail_without_a_server_is_a_file() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "state_dir = \"state\"\nrecipients = [\"anna@skiphop.example\"]\n[[brand]]\nname = \"Skip Hop\"\n\
         [[source]]\nname = \"hn\"\nkind = \"hacker_news\"\n",
    );
    let sent = run(dir.path(), &["send-test"], 0);
    assert!(sent.starts_with("handing over to the folder ") && sent.ends_with("\nanna@skiphop.example: handed over\n"));
    assert_eq!(std::fs::read_dir(dir.path().join("state/mails")).unwrap().count(), 1);
}

#[test]
fn a_trial_mail_that_is_not_waited_for_is_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let silent = Stub::start(Script::default().at("GREETING", Deed::Silence));
    with_server(dir.path(), NOWHERE, silent.port);
    let mut process = command(dir.path(), &["send-test"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    signal(process.id(), "INT");
    output.read_line(&mut line).unwrap();
    assert!(line.ends_with("\nsupport@skiphop.example: NOT delivered: stopped before it was accepted\n"), "{line}");
    assert_eq!(process.wait().unwrap().code(), Some(1));
    assert!(run(dir.path(), &["status"], 0).contains("Outbox: 0 waiting, 0 sent, 0 dead letters"));
}

#[tokio::test]
async fn who_acknowledges_is_the_one_behind_sudo() {
    let dir = tempfile::tempdir().unwrap();
    with_server(dir.path(), NOWHERE, 25);
    let bed = Bed::new().await;
    let mut next = 0;
    for (variables, name) in [
        (&[("USER", "root"), ("SUDO_USER", "kari")][..], "kari"),
        (&[("USER", "ola"), ("SUDO_USER", "")], "ola"),
        (&[], "somebody"),
    ] {
        next += 1;
        bed.poll("blog", vec![complaint(&format!("e{next}"), HOP, &[ANNA])], at(next)).await;
        let mut command = command(dir.path(), &["ack", "--all"]);
        command.env_remove("USER").env_remove("SUDO_USER").env("MENTIOND_STATE_DIR", bed.dir.path());
        let text = said(&command.envs(variables.iter().copied()).output().unwrap());
        assert_eq!(text, format!("1 alert is acknowledged by {name}\n"));
    }
}

#[test]
fn the_status_begins_with_the_daemon() {
    let dir = tempfile::tempdir().unwrap();
    with_server(dir.path(), NOWHERE, 25);
    let daemon = Daemon::start(dir.path()).wait_until_ready();
    let status = run(dir.path(), &["status"], 0);
    assert!(status.starts_with(&format!("Daemon: running, process {}, ", daemon.id())), "{status}");
    daemon.kill();
    let heartbeat = dir.path().join("state/health.json");
    let mut health: serde_json::Value = serde_json::from_slice(&std::fs::read(&heartbeat).unwrap()).unwrap();
    health["at"] = "2026-01-01T00:00:00Z".into();
    std::fs::write(&heartbeat, health.to_string()).unwrap();
    let status = run(dir.path(), &["status"], 0);
    assert!(status.starts_with("Daemon: NOT RUNNING; the last sign of life: process "), "{status}");
    assert!(run(dir.path(), &["healthcheck"], 1).contains("has not shown a sign of life"));
}
