//! `kill -9` at random moments: every entry served is stored once, every alert is mailed, and nothing is mailed twice
//! but in the one window after the mail server has accepted. `MENTIOND_TEST_KILLS` sets how often (8 by default).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use crate::common::aiosmtpd::{Catcher, Mail};
use crate::common::daemon::{Daemon, mentiond};
use crate::common::feeds::{Feeds, Item};
use mentiond::config::StoreConfig;
use mentiond::store::Store;

const FORMATS: [&str; 3] = ["rss", "atom", "json"];

fn configure(dir: &Path, feeds: &Feeds, smtp: u16) {
    let sources: String = FORMATS
        .map(|format| {
            format!(
                "[[source]]\nname = \"{format}\"\nkind = \"feed\"\nallow_private = true\ninterval = \"1s\"\n\
                 url = \"http://127.0.0.1:{}/{format}/{format}\"\n",
                feeds.port
            )
        })
        .concat();
    let text = format!(
        "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\n\
         [mail]\nfrom = \"mentiond@skiphop.example\"\n\
         [mail.smtp]\nhost = \"127.0.0.1\"\nport = {smtp}\nsecurity = \"plain\"\n\
         [fetch]\nhost_gap = \"0s\"\n\
         [alert]\ngroup_wait = \"0s\"\ngroup_interval = \"1s\"\n\
         [[brand]]\nname = \"Skip Hop\"\n{sources}"
    );
    std::fs::write(dir.join("mentiond.toml"), text).unwrap();
}

/// A complaint with a word that is found nowhere else.
fn complaint(number: usize) -> Item {
    #[expect(clippy::disallowed_methods, reason = "the daemon under test runs on the system's clock")]
    let published = chrono::Utc::now().to_rfc3339();
    Item {
        id: format!("item-{number}"),
        title: format!("token{number:05}"),
        text: format!("Skip Hop is terrible, no answer, still waiting for my refund, token{number:05}"),
        author: format!("author{number}"),
        published,
    }
}

/// Which tokens each accepted mail reports, by Message-ID; and how many mails were accepted a second time.
fn tokens(mails: &[Mail]) -> (BTreeMap<&str, BTreeSet<&str>>, usize) {
    let mut by_id = BTreeMap::new();
    let mut repeated = 0;
    for mail in mails {
        let words = mail.text.split(|c: char| !c.is_alphanumeric());
        let tokens: BTreeSet<&str> = words.filter(|word| word.starts_with("token")).collect();
        if let Some(before) = by_id.insert(mail.message_id.as_str(), tokens.clone()) {
            assert_eq!(before, tokens, "a mail that is sent again says the same");
            repeated += 1;
        }
    }
    (by_id, repeated)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_is_repeated() {
    let kills: u64 = std::env::var("MENTIOND_TEST_KILLS").map_or(8, |kills| kills.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let Some(catcher) = Catcher::start(&dir.path().join("mails"), Duration::from_millis(20)) else { return };
    let feeds = Feeds::start().await;
    feeds.pause(Duration::from_millis(30));
    configure(dir.path(), &feeds, catcher.port);

    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut published = 0;
    for _ in 0..kills {
        let daemon = Daemon::start(dir.path());
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        for step in 0..3 {
            feeds.publish(FORMATS[(published + step) % 3], complaint(published));
            published += 1;
            tokio::time::sleep(Duration::from_millis(20 + (random >> (8 * step)) % 600)).await;
        }
        daemon.kill();
    }

    let daemon = Daemon::start(dir.path()).wait_until_ready();
    let all = |mails: &[Mail]| tokens(mails).0.values().flatten().collect::<BTreeSet<_>>().len() == published;
    let mails = catcher.wait_for("the last complaint", all).await;
    assert_eq!(daemon.stop(), Some(0));

    let (by_id, repeated) = tokens(&mails);
    let reported: Vec<&str> = by_id.values().flatten().copied().collect();
    assert_eq!(reported.len(), published, "every complaint is reported in exactly one mail");
    println!("{kills} kills, {published} entries served, {} mails, {repeated} accepted twice", by_id.len());
    assert!(repeated as u64 <= kills, "a kill can repeat the mails in flight only");

    let url = format!("sqlite://{}", dir.path().join("state/mentiond.db").display());
    let store = Store::open(&StoreConfig { url, keep_entries: Duration::from_secs(86_400) }).await.unwrap();
    let counts = store.outbox_counts().await.unwrap();
    assert_eq!((counts.waiting, counts.dead, counts.sent as usize), (0, 0, by_id.len()));
    let from = chrono::DateTime::UNIX_EPOCH;
    let stored = store.period_counts("Skip Hop", from, from + chrono::TimeDelta::days(36_500)).await.unwrap();
    assert_eq!((stored.entries, stored.mentions), (published as u64, published as u64), "every entry is stored once");
    store.close().await;
    let status = mentiond(dir.path(), &["status"]);
    assert!(status.status.success());
}
