//! The real binary, three feeds of three formats on loopback, and a mail server that nobody here wrote.

use std::path::Path;
use std::time::Duration;

use crate::common::aiosmtpd::{Catcher, Mail};
use crate::common::daemon::{Daemon, mentiond, signal};
use crate::common::feeds::{Feeds, Item};
use axum::http::StatusCode;

fn item(id: &str, title: &str, text: &str, author: &str) -> Item {
    #[expect(clippy::disallowed_methods, reason = "the daemon under test runs on the system's clock")]
    let published = chrono::Utc::now().to_rfc3339();
    Item { id: id.into(), title: title.into(), text: text.into(), author: author.into(), published }
}

fn configure(dir: &Path, feeds: &Feeds, smtp: u16, digest: &str) {
    let sources: String = [("news", "rss"), ("blog", "atom"), ("forum", "json")]
        .map(|(name, format)| {
            format!(
                "[[source]]\nname = \"{name}\"\nkind = \"feed\"\nurl = \"http://127.0.0.1:{}/{format}/{name}\"\n\
                 interval = \"1s\"\nallow_private = true\n\n",
                feeds.port
            )
        })
        .concat();
    let text = format!(
        "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n\n\
         [mail]\nfrom = \"mentiond <mentiond@skiphop.example>\"\n\n\
         [mail.smtp]\nhost = \"127.0.0.1\"\nport = {smtp}\nsecurity = \"plain\"\n\n\
         [alert]\ngroup_wait = \"1s\"\ngroup_interval = \"2s\"\n\n\
         [[brand]]\nname = \"Skip Hop\"\nquery = '\"skip hop\" OR skiphop'\n\n\
         [[digest]]\nname = \"often\"\nschedule = \"{digest}\"\ntime_zone = \"Europe/Oslo\"\n\n{sources}"
    );
    std::fs::write(dir.join("mentiond.toml"), text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn three_formats_one_alert_then_a_digest_through_a_foreign_mail_server() {
    let dir = tempfile::tempdir().unwrap();
    let Some(catcher) = Catcher::start(&dir.path().join("mails"), Duration::ZERO) else { return };
    let feeds = Feeds::start().await;
    feeds.publish("news", item("n1", "Skip Hop opens a shop in Oslo", "The firm opens on Monday.", "NTB"));
    feeds.publish("blog", item("b1", "A good bag", "Our Skip Hop bag is great, we love it.", "Kari"));
    feeds.publish("blog", item("b2", "In the garden", "The kids skip, hop and jump.", "Kari"));
    // The first slot leaves time for every feed to be read.
    #[expect(clippy::disallowed_methods, reason = "the daemon under test runs on the system's clock")]
    let second = chrono::Utc::now().timestamp() % 60;
    let slots = format!("{},{} * * * * *", (second + 10) % 60, (second + 40) % 60);
    configure(dir.path(), &feeds, catcher.port, &slots);

    let checked = mentiond(dir.path(), &["check", "--online"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    assert!(!dir.path().join("state").exists(), "check changes nothing");

    let daemon = Daemon::start(dir.path()).wait_until_ready();
    feeds.publish(
        "forum",
        item(
            "f1",
            "Still no answer",
            "Skip Hop is terrible: waiting for my refund, no answer, never again!",
            "angry_ola",
        ),
    );
    let mails = catcher.wait_for("the alert", |mails| mails.iter().any(|mail| mail.text.contains("angry_ola"))).await;
    let alert = mails.iter().find(|mail| mail.text.contains("angry_ola")).unwrap();
    assert!(alert.subject.starts_with("Skip Hop"), "{}", alert.subject);
    assert!(alert.html.contains("https://forum.example/f1"));
    assert!(alert.message_id.ends_with("@skiphop.example"), "{}", alert.message_id);

    let digests = |mails: &[Mail]| mails.iter().any(|mail| mail.text.contains("Strength"));
    let mails = catcher.wait_for("the digest", digests).await;
    let digest = mails.iter().find(|mail| mail.text.contains("Strength")).unwrap();
    for part in ["Still no answer", "Skip Hop opens a shop in Oslo", "A good bag"] {
        assert!(digest.text.contains(part), "{part} is missing in\n{}", digest.text);
        assert!(digest.html.contains(part), "{part} is missing in the HTML");
    }
    assert!(!digest.text.contains("In the garden"));
    assert!(digest.text.find("Still no answer") < digest.text.find("A good bag"), "the most negative stands first");

    let healthy = mentiond(dir.path(), &["healthcheck"]);
    assert!(healthy.status.success(), "{}", String::from_utf8_lossy(&healthy.stderr));
    let second = mentiond(dir.path(), &["run"]);
    assert!(String::from_utf8_lossy(&second.stderr).contains("another mentiond"), "one daemon per state directory");

    feeds.break_with(Some(StatusCode::INTERNAL_SERVER_ERROR));
    let unread = |mails: &[Mail]| mails.iter().any(|mail| mail.text.contains("status 500"));
    catcher.wait_for("a digest that names what was not read", unread).await;

    assert_eq!(daemon.stop(), Some(0), "SIGTERM is an orderly end");
    let dead = mentiond(dir.path(), &["healthcheck"]);
    assert_eq!(dead.status.code(), Some(1));
    let status = mentiond(dir.path(), &["status"]);
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(status.contains("FAILING"), "{status}");
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    let told = log.matches("a source cannot be read").count();
    assert!((1..=3).contains(&told), "each of the three sources is told once, not with each poll: {log}");
    assert!(status.contains("0 dead letters"), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_quits_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let feeds = Feeds::start().await;
    feeds.pause(Duration::from_secs(15));
    configure(dir.path(), &feeds, 9, "0 8 * * *");
    let daemon = Daemon::start(dir.path()).wait_until_ready();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let start = std::time::Instant::now();
    signal(daemon.id(), "INT");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(daemon.stop(), Some(1), "told twice");
    assert!(start.elapsed() < Duration::from_secs(5), "it did not wait for the polls");
}
