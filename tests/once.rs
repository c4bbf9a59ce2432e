//! What once sent a mail twice though nobody had crashed: a stop while the mail server still thinks, and a database that
//! is locked just when a mail has left.

use std::path::Path;
use std::time::Duration;

use sqlx::{Connection, Executor, SqliteConnection};

use crate::common::aiosmtpd::Catcher;
use crate::common::daemon::Daemon;
use crate::common::feeds::{Feeds, Item};

fn configure(dir: &Path, feeds: &Feeds, smtp: u16) {
    let text = format!(
        "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\ndigest = []\n\
         [mail]\nfrom = \"mentiond@skiphop.example\"\n\
         [mail.smtp]\nhost = \"127.0.0.1\"\nport = {smtp}\nsecurity = \"plain\"\n\
         [alert]\ngroup_wait = \"0s\"\n\
         [[brand]]\nname = \"Skip Hop\"\n\
         [[source]]\nname = \"news\"\nkind = \"feed\"\nallow_private = true\ninterval = \"1s\"\n\
         url = \"http://127.0.0.1:{}/rss/news\"\n",
        feeds.port
    );
    std::fs::write(dir.join("mentiond.toml"), text).unwrap();
}

fn complain(feeds: &Feeds) {
    #[expect(clippy::disallowed_methods, reason = "the daemon under test runs on the system's clock")]
    let published = chrono::Utc::now().to_rfc3339();
    let text = "Skip Hop is terrible, no answer, still waiting for my refund".into();
    feeds.publish("news", Item { id: "n1".into(), title: "Alas".into(), text, author: "ola".into(), published });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_a_mail_server_that_has_heard_the_mail() {
    let dir = tempfile::tempdir().unwrap();
    // It keeps a mail after six seconds, and says so after twelve.
    let Some(catcher) = Catcher::start(&dir.path().join("mails"), Duration::from_secs(6)) else { return };
    let feeds = Feeds::start().await;
    configure(dir.path(), &feeds, catcher.port);
    complain(&feeds);
    let daemon = Daemon::start(dir.path()).wait_until_ready();
    catcher.wait_for("the alert", |mails| !mails.is_empty()).await;
    assert_eq!(daemon.stop(), Some(0));

    let again = Daemon::start(dir.path()).wait_until_ready();
    tokio::time::sleep(Duration::from_secs(8)).await;
    assert_eq!(again.stop(), Some(0));
    assert_eq!(catcher.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_written_down_even_if_the_database_was_locked_for_long() {
    let dir = tempfile::tempdir().unwrap();
    let Some(catcher) = Catcher::start(&dir.path().join("mails"), Duration::from_secs(1)) else { return };
    let feeds = Feeds::start().await;
    configure(dir.path(), &feeds, catcher.port);
    complain(&feeds);
    let daemon = Daemon::start(dir.path()).wait_until_ready();
    catcher.wait_for("the alert", |mails| !mails.is_empty()).await;
    let mut other = SqliteConnection::connect(&format!("sqlite://{}", dir.path().join("state/mentiond.db").display()))
        .await
        .unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    // Longer than the daemon waits for a lock.
    tokio::time::sleep(Duration::from_secs(12)).await;
    other.execute("ROLLBACK").await.unwrap();
    let sent = "SELECT count(*) FROM outbox WHERE state = 'sent'";
    for _ in 0..200 {
        if sqlx::query_scalar::<_, i64>(sent).fetch_one(&mut other).await.unwrap() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(sqlx::query_scalar::<_, i64>(sent).fetch_one(&mut other).await.unwrap(), 1);
    assert_eq!(catcher.mails().len(), 1);
}
