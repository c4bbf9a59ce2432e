//! A recipient's evening: five hundred people complain within an hour, and the daemon runs as it comes. What matters is how
//! many mails that makes until the morning, and what they say.

use chrono::{DateTime, TimeDelta, Utc};
use mail_parser::MessageParser;
use mentiond::app::App;
use mentiond::clock::Clock;
use mentiond::config::{self, Env};
use mentiond::model::Instant;
use mentiond::store::Store;

use crate::common::feeds::{Feeds, Item};
use crate::store::bed::{commit, said, setup};

const BRAND: &str = "Skip Hop";
/// Weeks in which people talk as usual, a story every two hours, of which one in four is negative.
const WEEKS: i64 = 3;
const COMPLAINTS: i64 = 500;

fn evening() -> Instant {
    "2026-03-10T18:00:00Z".parse().unwrap()
}

/// When the forum is first read: on the evening itself it is no new source any more.
fn start() -> Instant {
    evening() - TimeDelta::hours(26)
}

/// Nobody says the same as anybody else.
fn complaint(number: i64) -> Item {
    let things =
        ["zip", "buckle", "strap", "wheel", "seam", "handle", "lid", "clip", "frame", "hinge", "button", "pocket"];
    let ways = ["broke", "came apart", "tore", "snapped", "fell off", "jammed"];
    let towns = ["Bergen", "Oslo", "Kiel", "Leeds", "Tromso", "Hamburg", "York", "Bremen", "Moss", "Bath", "Ulm"];
    let ends = [
        "I want a refund and nobody replies",
        "Terrible quality, never again",
        "Support does not answer, what a disappointment",
        "This is awful, I want my money back",
        "Worst purchase of the year, useless rubbish",
    ];
    let pick = |words: &[&'static str], step: i64| words[usize::try_from(number / step).unwrap() % words.len()];
    let at = evening() + TimeDelta::milliseconds(number * 3_600_000 / COMPLAINTS);
    let (thing, way, town, end) = (pick(&things, 1), pick(&ways, 12), pick(&towns, 3), pick(&ends, 1));
    Item {
        id: format!("c{number}"),
        title: format!("{thing} {way}, bag no. {}", 1_000 + 7 * number),
        text: format!("The {thing} of our Skip Hop bag {way} in {town} after {} days. {end}.", 2 + number % 97),
        author: format!("customer{number}"),
        published: at.to_rfc3339(),
    }
}

/// What was said in the weeks before.
async fn remember(store: &Store) {
    store.sync_sources(&[setup("old")], start() - TimeDelta::weeks(WEEKS)).await.unwrap();
    for day in 0..WEEKS * 7 {
        let now = start() - TimeDelta::weeks(WEEKS) + TimeDelta::days(day + 1);
        let stories = (0..12).map(|story| {
            let at = now - TimeDelta::hours(2 * story);
            let number = day * 12 + story;
            let score = if number % 4 == 3 { -0.4 } else { 0.3 };
            let mut found = said(&format!("h{number}"), BRAND, &format!("usual{number}"), Some(score));
            found.entry.published_at = Some(at);
            found
        });
        let stories = stories.collect();
        store.claim_source("old", "me", now, now + TimeDelta::minutes(10)).await.unwrap().unwrap();
        store.commit_poll(commit("old", stories, now)).await.unwrap();
    }
}

/// Every mail that was written, by its time: `18:04 Subject`.
fn mails(dir: &std::path::Path) -> Vec<(DateTime<Utc>, String)> {
    let Ok(files) = dir.join("state/mails").read_dir() else { return Vec::new() };
    let mut mails: Vec<(DateTime<Utc>, String)> = files
        .map(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let mail = MessageParser::new().parse(&bytes).unwrap();
            let at = DateTime::from_timestamp(mail.date().unwrap().to_timestamp(), 0).unwrap();
            (at, mail.subject().unwrap().to_owned())
        })
        .collect();
    mails.sort();
    mails
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_complaints_within_an_hour_are_about_three_mails() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (dir, feeds) = (tempfile::tempdir().unwrap(), Feeds::start().await);
    let path = dir.path().join("mentiond.toml").display().to_string();
    let text = format!(
        "state_dir = \"state\"\nrecipients = [\"anna@skiphop.example\"]\n[[brand]]\nname = \"{BRAND}\"\n\
         [[source]]\nname = \"forum\"\nkind = \"feed\"\nurl = \"http://127.0.0.1:{}/rss/forum\"\nallow_private = true\n",
        feeds.port
    );
    let config = config::parse(&path, &text, &Env::default()).unwrap();
    let store = Store::open(&config.store).await.unwrap();
    remember(&store).await;
    store.close().await;

    let clock = Clock::simulated(start());
    let app = App::start(config, clock.clone()).await.unwrap();
    let morning = evening() + TimeDelta::hours(13);
    let mut said = 0;
    while let Some(next) = clock.idle().await.filter(|next| *next < morning) {
        while said < COMPLAINTS && evening() + TimeDelta::milliseconds(said * 3_600_000 / COMPLAINTS) <= next {
            feeds.publish("forum", complaint(said));
            said += 1;
        }
        clock.advance_to(next);
    }
    assert_eq!(said, COMPLAINTS);
    let open = app.store().open_alerts(1_000).await.unwrap().len();
    app.stop().await.unwrap();
    let mut mails = mails(dir.path());
    mails.retain(|(at, _)| *at >= evening());
    for (at, subject) in &mails {
        eprintln!("{} {subject}", at.format("%H:%M:%S"));
    }
    eprintln!("{open} alerts are open");
    assert!(open >= 450, "they are complaints, each of them: {open}");
    let subjects: Vec<&str> = mails.iter().map(|(_, subject)| subject.as_str()).collect();
    assert!(mails[0].0 <= evening() + TimeDelta::minutes(15), "{mails:?}");
    let [start, update, end] = subjects[..] else { panic!("{mails:#?}") };
    assert!(start.starts_with("Skip Hop: negative stories spread, "), "{start}");
    assert!(update.starts_with("Skip Hop: still spreading, 500 negative stories in "), "{update}");
    assert!(end.starts_with("Skip Hop: calm again, 500 negative stories in "), "{end}");
}
