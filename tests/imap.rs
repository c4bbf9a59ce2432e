//! The mailbox against Dovecot, as Debian packages it, over TLS: the contract test of the kind `imap`. What the server
//! keeps is looked at in its own files.

use std::process::Command;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

use crate::common::daemon::Daemon;
use crate::common::dovecot::Dovecot;

/// A complaint that raises an alert.
fn complaint(id: &str, subject: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "the program under test runs on the system's clock")]
    let date = chrono::Utc::now().to_rfc2822();
    format!(
        "Message-ID: <{id}@customer.example>\r\nDate: {date}\r\nFrom: Ola <ola@customer.example>\r\n\
         To: anna@skiphop.example\r\nSubject: {subject}\r\n\r\n\
         Skip Hop is terrible: waiting for my refund, no answer, never again!\r\n"
    )
}

/// A mail of no interest to anybody.
fn small_talk(number: usize) -> String {
    format!(
        "Message-ID: <talk{number}@friend.example>\r\nFrom: kari@friend.example\r\nSubject: lunch {number}\r\n\r\nAt noon?\r\n"
    )
}

#[test]
fn new_mails_are_entries_once_and_stay_as_new_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start(dir.path()) else { return };
    dovecot.deliver("", [complaint("a", "Still no answer"), small_talk(1)]);
    dovecot.configure(dovecot.port, "");
    assert_eq!(dovecot.poll(), "2 entries, 2 new, 1 mention, 1 alert", "{}", dovecot.log());
    assert_eq!(dovecot.poll(), "0 entries, 0 new, 0 mentions, 0 alerts");
    dovecot.deliver("", [complaint("b", "Again")]);
    assert_eq!(dovecot.poll(), "1 entry, 1 new, 1 mention, 1 alert");

    let maildir = dovecot.maildir("");
    assert_eq!(maildir.join("new").read_dir().unwrap().count(), 3, "they are still recent, and nobody has seen them");
    assert_eq!(maildir.join("cur").read_dir().unwrap().count(), 0);
    let log = dovecot.log();
    assert!(log.contains(", TLS,") && log.contains("Logged out") && !log.contains("geheim"), "{log}");
}

#[test]
fn a_folder_is_called_as_people_call_it_and_a_mail_in_two_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start(dir.path()) else { return };
    dovecot.deliver("", [complaint("a", "Still no answer")]);
    dovecot.deliver("Gr&APYA3w-e", [complaint("a", "Still no answer"), complaint("b", "Zu klein")]);
    dovecot.configure(dovecot.port, "places = [\"INBOX\", \"Größe\"]");
    assert_eq!(dovecot.poll(), "3 entries, 2 new, 2 mentions, 2 alerts", "{}", dovecot.log());

    dovecot.configure(dovecot.port, "places = [\"Grösse\"]");
    let missing = dovecot.poll();
    let expected = "the server answered with status 404: there is no folder `Grösse`: ";
    assert!(missing.starts_with(expected) && missing.ends_with("\n  hint: there are `Größe`, `INBOX`"), "{missing}");
}

#[test]
fn a_password_that_is_not_taken_is_told_and_not_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start(dir.path()) else { return };
    dovecot.configure(dovecot.port, "");
    std::fs::write(dir.path().join("password"), "s3cret-and-wrong").unwrap();
    let refused = dovecot.poll();
    let expected = "the server does not take the credentials (status 401): [AUTHENTICATIONFAILED] Authentication failed.; \
                    renew the password of the mailbox";
    assert!(refused.starts_with(expected), "{refused}");
    assert!(!refused.contains("s3cret"));
    let again = String::from_utf8(crate::common::daemon::mentiond(dir.path(), &["poll-once"]).stdout).unwrap();
    assert!(again.contains("not polled"), "{again}");
}

#[test]
fn who_is_not_trusted_hears_no_password() {
    let dir = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start(dir.path()) else { return };
    dovecot.configure(dovecot.port, "");
    let refused = dovecot.poll_untrusting();
    let expected = format!(
        "source `mail`: the certificate of `localhost:{}` is not valid: this machine does not know who issued it\n",
        dovecot.port
    );
    assert!(refused.starts_with(&expected), "{refused}");
    let text = std::fs::read_to_string(dir.path().join("mentiond.toml")).unwrap();
    std::fs::write(dir.path().join("mentiond.toml"), text.replace("localhost", "127.0.0.1")).unwrap();
    assert!(dovecot.poll().contains("is not valid: it belongs to another name"));
    assert!(!dovecot.log().contains("Login: user"), "{}", dovecot.log());
}

#[test]
fn a_line_in_the_clear_is_made_safe_before_anything_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start(dir.path()) else { return };
    dovecot.deliver("", [complaint("a", "Still no answer")]);
    dovecot.configure(dovecot.plain_port, "");
    let text = std::fs::read_to_string(dir.path().join("mentiond.toml")).unwrap();
    std::fs::write(dir.path().join("mentiond.toml"), text.replace("imaps://", "imap://")).unwrap();
    assert_eq!(dovecot.poll(), "1 entry, 1 new, 1 mention, 1 alert", "{}", dovecot.log());
    let log = dovecot.log();
    assert!(
        log.contains("TLS") && log.lines().filter(|line| line.contains("Login:")).all(|line| line.contains("TLS")),
        "{log}"
    );
}

#[test]
fn mails_that_are_numbered_anew_are_not_told_again() {
    let dir = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start(dir.path()) else { return };
    let nameless = complaint("c", "Without a name").lines().skip(1).collect::<Vec<_>>().join("\r\n");
    dovecot.deliver("", [complaint("a", "Still no answer"), complaint("b", "Again"), nameless]);
    dovecot.configure(dovecot.port, "");
    assert_eq!(dovecot.poll(), "3 entries, 3 new, 3 mentions, 3 alerts");
    dovecot.number_anew("");
    dovecot.deliver("", [complaint("d", "Something new")]);
    assert_eq!(
        dovecot.poll(),
        "4 entries, 1 new, 1 mention, 1 alert\nthe server has numbered the mails of `INBOX` anew; the last are read again"
    );
    assert_eq!(dovecot.poll(), "0 entries, 0 new, 0 mentions, 0 alerts");
}

#[test]
fn thousands_of_mails_are_read_in_batches() {
    let dir = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start(dir.path()) else { return };
    dovecot.deliver("", (0..2_500).map(small_talk));
    dovecot.configure(dovecot.port, "");
    assert_eq!(dovecot.poll(), "2000 entries, 2000 new, 0 mentions, 0 alerts", "{}", dovecot.log());
    assert_eq!(dovecot.log().matches("Login: user").count(), 10, "ten pages in one poll");
    assert_eq!(dovecot.poll(), "500 entries, 500 new, 0 mentions, 0 alerts");
    assert_eq!(dovecot.poll(), "0 entries, 0 new, 0 mentions, 0 alerts");
}

/// A line to the server that breaks, each time, once so many bytes have come from it.
async fn breaking_line(port: u16, most: u64) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            tokio::spawn(async move {
                let (mut from_client, mut to_client) = client.into_split();
                let (from_server, mut to_server) = server.into_split();
                let mut from_server = tokio::io::AsyncReadExt::take(from_server, most);
                tokio::select! {
                    _ = tokio::io::copy(&mut from_client, &mut to_server) => {}
                    _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
                }
                let _ = to_client.shutdown().await;
            });
        }
    });
    own
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_amid_a_mail_loses_none() {
    let dir = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start(dir.path()) else { return };
    let long = |number: usize| small_talk(number) + &"What a nice day it is today.\r\n".repeat(7_000);
    dovecot.deliver("", (0..30).map(long));
    dovecot.configure(breaking_line(dovecot.port, 40_000).await, "");
    let broken = dovecot.poll();
    assert!(broken.contains("cannot be read to its end"), "{broken}");
    // Of thirty mails of 200 KB, each line carries ten at most.
    dovecot.configure(breaking_line(dovecot.port, 2_500_000).await, "");
    let (mut all, mut faults) = (0, 0);
    for _ in 0..4 {
        let said = dovecot.poll();
        faults += usize::from(said.contains("cannot be read to its end"));
        let new = said.lines().find_map(|line| line.split(", ").nth(1)?.strip_suffix(" new")?.parse::<usize>().ok());
        all += new.unwrap_or_default();
    }
    assert_eq!(all, 30, "each of them once");
    assert_eq!(faults, 0, "a line that carries a part of them is no fault while the next goes on from there");
}

#[test]
fn a_mailbox_can_be_tried() {
    let dir = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start(dir.path()) else { return };
    dovecot.deliver("", [complaint("a", "Still no answer")]);
    let try_at = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mentiond"))
            .args(["sources", "test", "imap", "--account", "anna@skiphop.example", "--format", "jsonl", "--token-file"])
            .arg(dir.path().join("password"))
            .args(more)
            .envs(dovecot.trust())
            .output()
            .unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let url = format!("imaps://localhost:{}", dovecot.port);
    let (entries, remark) = try_at(&["--url", &url, "--allow-private"]);
    assert_eq!(remark, "imap: 1 entry\n");
    let entry: serde_json::Value = serde_json::from_str(&entries).unwrap();
    for (field, value) in [
        ("key", "mail:a@customer.example"),
        ("kind", "mail"),
        ("title", "Still no answer"),
        ("author", "Ola"),
        ("author_handle", "ola@customer.example"),
        ("place", "INBOX"),
    ] {
        assert_eq!(entry[field], value);
    }
    let (_, refused) = try_at(&["--url", &url]);
    assert!(refused.contains("leads to") && refused.contains("`--allow-private` lets it be read"), "{refused}");
    let (_, refused) = try_at(&["--url", "https://localhost"]);
    assert!(
        refused.contains("the scheme `https` does not belong to this kind") && refused.contains("imaps://"),
        "{refused}"
    );
}

/// The mails of mentiond, in the order of their names.
fn told(dir: &std::path::Path) -> Vec<String> {
    let files = dir.join("mails").read_dir().into_iter().flatten().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "eml")).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

fn wait_for(dir: &std::path::Path, number: usize) -> Vec<String> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        let told = told(dir);
        if told.len() >= number {
            return told;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{number} mails were not told: {}", std::fs::read_to_string(dir.join("log")).unwrap());
}

#[test]
fn an_alert_that_lands_in_the_watched_mailbox_raises_none() {
    let dir = tempfile::tempdir().unwrap();
    let Some(dovecot) = Dovecot::start(dir.path()) else { return };
    dovecot.configure(dovecot.port, "");
    let daemon = Daemon::start_with(dir.path(), &dovecot.trust()).wait_until_ready();
    dovecot.deliver("", [complaint("a", "Still no answer")]);
    let alert = wait_for(dir.path(), 1).remove(0);
    assert!(alert.contains("Auto-Submitted: auto-generated"), "{alert}");

    let bounce = format!(
        "Message-ID: <bounce@mx.example>\r\nFrom: Mailer <MAILER-DAEMON@mx.example>\r\nSubject: Skip Hop is terrible\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nSkip Hop is terrible\r\n\
         --x\r\nContent-Type: message/rfc822\r\n\r\n{alert}\r\n--x--\r\n"
    );
    dovecot.deliver("", [alert, bounce, complaint("b", "And another thing")]);
    let mails = wait_for(dir.path(), 2);
    assert!(mails[1].contains("And another thing") || mails[0].contains("And another thing"));
    // The next polls and the next round of alerts have nothing to tell.
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(told(dir.path()).len(), 2, "one alert for each complaint, and none for an alert");
    assert_eq!(daemon.stop(), Some(0));
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(!log.contains("geheim") && !log.contains("terrible"), "{log}");
}
