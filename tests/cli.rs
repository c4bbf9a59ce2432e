//! The commands as people run them: what they print, their exit codes, and that no secret is in it.

mod backtest;
mod cut;
mod explain;
mod feed;
mod health;
mod matches;
mod needs;
mod output;
mod queries;
mod score;
mod silence;
mod sources;
mod tone;
mod trials;
mod undelivered;

use std::path::Path;
use std::process::{Command, Output};

use crate::common::daemon::{mentiond, signal};
use crate::common::feeds::{Feeds, Item};
use crate::common::smtp::{Deed, Script, Stub};

const SECRET: &str = "hunter2-s3cret";

fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let text = String::from_utf8(text).unwrap();
    assert!(!text.contains(SECRET), "a secret in\n{text}");
    text
}

/// Runs a command that must end with `code`; answers what it said.
fn run(dir: &Path, arguments: &[&str], code: i32) -> String {
    let output = mentiond(dir, arguments);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?} said\n{text}");
    text
}

fn write(dir: &Path, text: &str) {
    std::fs::write(dir.join("mentiond.toml"), text).unwrap();
}

fn with_server(dir: &Path, feed: &str, smtp: u16) {
    std::fs::write(dir.join("password"), SECRET).unwrap();
    write(
        dir,
        &format!(
            "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n\
             [mail]\nfrom = \"mentiond@skiphop.example\"\nmax_attempts = 1\n\
             [mail.smtp]\nhost = \"127.0.0.1\"\nport = {smtp}\nsecurity = \"plain\"\n\
             username = \"mentiond\"\npassword_file = \"password\"\n\
             [alert]\ngroup_wait = \"0s\"\n\
             [[brand]]\nname = \"Skip Hop\"\n\
             [[source]]\nname = \"news\"\nkind = \"feed\"\nurl = \"{feed}\"\nallow_private = true\n"
        ),
    );
}

#[test]
fn ten_faults_in_one_file_are_ten_messages_with_their_lines() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        r#"recipients = ["anna at example.org"]
colour = "red"
[fetch]
timeout = "half a minute"
[alert]
group_wait = 30
[[brand]]
name = "Skip Hop"
query = "skip OR"
languages = ["norwegian bokmål"]
[[source]]
name = "News"
kind = "fed"
[[source]]
name = "Forum"
kind = "feed"
url = "gopher://forum.example.org/"
[[rule]]
name = "all"
max_score = -7
[[digest]]
name = "daily"
schedule = "61 8 * * *"
time_zone = "Europe/Olso"
"#,
    );
    let text = run(dir.path(), &["check"], 2);
    let file = dir.path().join("mentiond.toml").display().to_string();
    let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(file.as_str())).collect();
    let places: Vec<String> =
        lines.iter().map(|line| line.split(':').skip(1).step_by(2).take(2).collect::<Vec<_>>().join(":")).collect();
    let expected = [
        "1: recipients[0]",
        "2: colour",
        "4: fetch.timeout",
        "6: alert.group_wait",
        "9: brand[0].query",
        "10: brand[0].languages[0]",
        "13: source[0].kind",
        "17: source[1].url",
        "20: rule[0].max_score",
        "23: digest[0].schedule",
        "24: digest[0].time_zone",
    ];
    assert_eq!(places, expected, "{text}");
    assert_eq!(text.matches("\n  hint: ").count(), expected.len(), "{text}");
}

#[test]
fn usage_and_missing_files_are_faults_of_the_caller() {
    let dir = tempfile::tempdir().unwrap();
    assert!(run(dir.path(), &["check"], 2).contains("does not exist"));
    assert!(run(dir.path(), &["check", "--onlin"], 2).contains("--online"));
    assert!(run(dir.path(), &["digest"], 2).contains("--preview"));
    assert!(run(dir.path(), &["dead-letters", "retry"], 2).contains("--all"));
    assert!(run(dir.path(), &["dead-letters", "retry", "3", "--all"], 2).contains("--all"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_by_hand_tells_the_problems_of_a_source() {
    let dir = tempfile::tempdir().unwrap();
    let feeds = Feeds::start().await;
    let address = |kind: &str| format!("http://127.0.0.1:{}/{kind}/news", feeds.port);
    with_server(dir.path(), &address("page"), 1);
    let told = "a web page was read, and the feed that it names";
    for command in [vec!["poll-once"], vec!["poll-once", "--source", "news"]] {
        let polled = run(dir.path(), &command, 0);
        let problem = format!("\nsource `news`: {told}: `{}`; configure this address\n", address("rss"));
        assert!(polled.contains("source `news`: 0 entries") && polled.contains(&problem), "{polled}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_goes_all_the_way_by_hand_and_a_refused_mail_is_a_dead_letter_until_it_is_revived() {
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
    let feed = format!("http://127.0.0.1:{}/rss/news", feeds.port);
    let refusing = Stub::start(Script::default().login("PLAIN LOGIN").at("RCPT", Deed::Say("550 5.1.1 no such user")));
    with_server(dir, &feed, refusing.port);

    assert_eq!(run(dir, &["migrate"], 0).trim(), "the database was brought from version 0 to version 1");
    assert_eq!(run(dir, &["migrate"], 0).trim(), "the database is at version 1 already");
    let online = run(dir, &["check", "--online"], 0);
    assert!(online.contains("source `news`: read, 1 entry") && online.contains("is ready"), "{online}");
    let unknown = run(dir, &["poll-once", "--source", "blog"], 2);
    assert!(unknown.contains("there is no source `blog`\n  hint: the configuration has `news`"), "{unknown}");

    let polled = run(dir, &["poll-once"], 0);
    assert!(polled.contains("source `news`: 1 entry, 1 new, 1 mention, 1 alert"), "{polled}");
    let again = run(dir, &["poll-once"], 0);
    assert!(again.contains("1 entry, 0 new, 0 mentions, 0 alerts"), "{again}");

    let test = run(dir, &["send-test", "--to", "kari@skiphop.example"], 1);
    assert!(test.starts_with(&format!("handing over to the mail server 127.0.0.1:{} ...\n", refusing.port)), "{test}");
    assert!(test.contains("\nkari@skiphop.example: NOT delivered: ") && test.contains("no such user"), "{test}");
    let status = run(dir, &["status"], 0);
    assert!(status.starts_with("Daemon: NOT RUNNING\nSources (1): 1 healthy\n"), "{status}");
    assert!(status.contains("Outbox: 1 waiting, 0 sent, 0 dead letters"), "the alert, not the trial: {status}");
    let sent = run(dir, &["poll-once", "--send"], 1);
    assert!(sent.contains("1 mail was given up"), "{sent}");
    let status = run(dir, &["status"], 0);
    assert!(status.contains("1 dead letter\n") && status.contains("no such user"), "{status}");
    assert!(status.contains("Still no answer"), "{status}");

    let listed = run(dir, &["dead-letters", "list"], 0);
    assert!(listed.contains(", 1 attempt, given up ") && listed.contains("no such user"), "{listed}");

    let friendly = Stub::start(Script::default().login("PLAIN LOGIN"));
    with_server(dir, &feed, friendly.port);
    std::fs::remove_file(dir.join("password")).unwrap();
    let retried = run(dir, &["dead-letters", "retry", "--all"], 0);
    let expected = "1 dead letter is tried again: the running daemon sends it within five minutes; \
                    without one, `mentiond poll-once --send` does\n";
    assert_eq!(retried, expected, "without the password");
    with_server(dir, &feed, friendly.port);
    let test = run(dir, &["send-test", "--to", "kari@skiphop.example", "--to", "ola@skiphop.example"], 0);
    assert!(test.ends_with("kari@skiphop.example: handed over\nola@skiphop.example: handed over\n"), "{test}");
    assert_eq!(friendly.mails().len(), 2, "the alert waits for others to send it");
    run(dir, &["poll-once", "--send"], 0);
    assert_eq!(friendly.mails().len(), 3);
    assert!(run(dir, &["dead-letters", "retry", "--all"], 1).contains("there is no such dead letter"));

    let preview = dir.join("preview");
    let listed = run(dir, &["digest", "--preview", preview.to_str().unwrap()], 0);
    let text = listed.lines().find(|line| line.ends_with(".txt")).map(|file| std::fs::read_to_string(file).unwrap());
    assert!(text.unwrap().contains("Still no answer"));
    assert_eq!(friendly.mails().len(), 3, "a preview sends nothing");
    run(dir, &["digest", "--send"], 0);
    assert_eq!(friendly.mails().len(), 4);

    let acknowledged = run(dir, &["ack", "--brand", "Skip Hop", "--by", "Kari"], 0);
    assert!(acknowledged.contains("1 alert is acknowledged by Kari"), "{acknowledged}");
    assert!(run(dir, &["ack", "--all"], 1).contains("there is no open alert"));
    let health = run(dir, &["healthcheck"], 1);
    assert!(health.contains("the daemon is not running") && !health.contains("os error"), "{health}");
}

#[test]
fn a_newer_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    with_server(dir.path(), "https://news.example/feed", 25);
    run(dir.path(), &["migrate"], 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        sqlx::any::install_drivers(&[sqlx::sqlite::any::DRIVER]).unwrap();
        let url = format!("sqlite://{}", dir.path().join("state/mentiond.db").display());
        let pool = sqlx::AnyPool::connect(&url).await.unwrap();
        sqlx::query("INSERT INTO schema_version (version) VALUES (99)").execute(&pool).await.unwrap();
        pool.close().await;
    });
    let refused = run(dir.path(), &["run"], 1);
    assert!(refused.contains("the database is at version `99`, this mentiond knows up to version `1`"), "{refused}");
    assert!(refused.contains("hint: "), "{refused}");
}

#[test]
fn without_a_configuration_it_runs_and_says_where_things_are() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mentiond"));
    command.args(["run", "--brand", "Skip Hop"]).env("XDG_STATE_HOME", dir.path()).env_remove("STATE_DIRECTORY");
    let log = std::fs::File::create(dir.path().join("log")).unwrap();
    let mut process = command.stderr(log).spawn().unwrap();
    let start = std::time::Instant::now();
    while !dir.path().join("mentiond/trial/health.json").exists() {
        assert!(start.elapsed().as_secs() < 20, "it does not get ready");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let status = Command::new(env!("CARGO_BIN_EXE_mentiond"))
        .arg("status")
        .env("XDG_STATE_HOME", dir.path())
        .env_remove("STATE_DIRECTORY")
        .current_dir(dir.path())
        .output()
        .unwrap();
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.starts_with(&format!("Daemon: running, process {}", process.id())), "{status}");
    signal(process.id(), "TERM");
    assert_eq!(process.wait().unwrap().code(), Some(0));
    let text = std::fs::read_to_string(dir.path().join("log")).unwrap();
    for part in
        ["Watching Skip Hop without a configuration", "Hacker News, mastodon.social", "mentiond/trial/mails", ".eml"]
    {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert!(dir.path().join("mentiond/trial/mentiond.db").exists());
}
