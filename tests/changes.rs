//! Whole polls of feeds that copy each other and are edited: from the network to what a digest says.

use mentiond::app::{self, Plan};
use mentiond::clock::Clock;
use mentiond::config::{self, Env};
use mentiond::digest::Period;
use mentiond::model::notice::DigestNotice;
use mentiond::model::{Instant, Notice, Tone};
use mentiond::pipeline::{Pipeline, Polled};
use mentiond::store::Store;

use crate::common::feeds::{Feeds, Item};

const START: &str = "2026-11-24T07:00:00Z";
const SOURCES: [&str; 3] = ["blog", "courier", "herald"];

/// A pipeline over three feeds that link to the same site.
struct Bench {
    dir: tempfile::TempDir,
    feeds: Feeds,
    clock: Clock,
    plan: Plan,
    pipeline: Pipeline,
    store: Store,
}

impl Bench {
    async fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let dir = tempfile::tempdir().unwrap();
        let feeds = Feeds::start().await;
        let clock = Clock::simulated(START.parse().unwrap());
        let (plan, pipeline, store) = set_up(&dir, &feeds, &clock, "\"skip hop\"").await;
        Self { dir, feeds, clock, plan, pipeline, store }
    }

    /// Reads the configuration again, with another query.
    async fn watch(&mut self, query: &str) {
        (self.plan, self.pipeline, self.store) = set_up(&self.dir, &self.feeds, &self.clock, query).await;
    }

    async fn poll(&self, name: &str) -> Polled {
        let source = self.plan.sources.iter().find(|source| source.name == name).unwrap();
        let now = self.clock.now();
        let claim =
            self.store.claim_source(name, "me", now, now + chrono::TimeDelta::minutes(10)).await.unwrap().unwrap();
        self.pipeline.poll_source(&self.store, source, claim, "me", &self.clock).await.unwrap()
    }

    fn wait(&self, minutes: i64) {
        self.clock.advance_to(self.clock.now() + chrono::TimeDelta::minutes(minutes));
    }

    fn publish(&self, name: &str, text: &str) {
        self.feeds.unpublish(name, "n1");
        let (id, title) = ("n1".to_owned(), "A bag for two years".to_owned());
        let (text, published) = (text.to_owned(), "2026-11-24T06:30:00Z".to_owned());
        self.feeds.publish(name, Item { id, title, text, author: "Kari".to_owned(), published });
    }

    async fn digest(&self) -> DigestNotice {
        let from: Instant = START.parse().unwrap();
        let period = Period { from: from - chrono::TimeDelta::hours(1), to: self.clock.now(), catches_up: false };
        self.plan.digests[0].notices(&self.store, period).await.unwrap().remove(0).1
    }

    async fn mails(&self) -> Vec<Notice> {
        let now = self.clock.now();
        let mails = self.store.claim_outbox("me", now, now + chrono::TimeDelta::minutes(5), 9).await.unwrap();
        mails.into_iter().map(|mail| mail.notice).collect()
    }
}

async fn set_up(dir: &tempfile::TempDir, feeds: &Feeds, clock: &Clock, query: &str) -> (Plan, Pipeline, Store) {
    let source = |name: &str| {
        let port = feeds.port;
        format!(
            "[[source]]\nname = \"{name}\"\nkind = \"feed\"\nallow_private = true\n\
             url = \"http://127.0.0.1:{port}/rss/{name}\"\n"
        )
    };
    let text = format!(
        "state_dir = \"{}\"\nrecipients = [\"support@skiphop.example\"]\n[mail]\nfrom = \"mentiond@skiphop.example\"\n\
         [[brand]]\nname = \"Skip Hop\"\nquery = '{query}'\n{}",
        dir.path().display(),
        SOURCES.map(source).concat()
    );
    let config = config::parse("mentiond.toml", &text, &Env::default()).unwrap();
    let plan = Plan::of(&config, clock.now()).unwrap();
    let store = Store::open(&config.store).await.unwrap();
    store.sync_sources(&plan.source_setups(), clock.now()).await.unwrap();
    let pipeline = app::pipeline(&config, &plan).unwrap();
    (plan, pipeline, store)
}

const PRAISE: &str = "Our Skip Hop bag is great, we love it after two years with it.";
const ANGER: &str = "Our Skip Hop bag is terrible: waiting for my refund, no answer, never again!";

#[tokio::test]
async fn three_feeds_with_one_article_are_one_mention_and_an_edit_of_it_is_heard() {
    let bench = Bench::new().await;
    bench.publish("courier", PRAISE);
    bench.publish("blog", "Our Skip Hop bag is great, we love it after …");
    bench.publish("herald", PRAISE);
    let first = bench.poll("courier").await.committed;
    assert_eq!((first.entries, first.mentions, first.copies), (1, 1, 0));
    for name in ["blog", "herald", "blog", "courier"] {
        bench.wait(1);
        let again = bench.poll(name).await.committed;
        assert_eq!((again.entries, again.mentions, again.alerts, again.edits), (0, 0, 0, 0), "{name}");
    }
    bench.publish("courier", ANGER);
    bench.wait(30);
    let edited = bench.poll("courier").await.committed;
    assert_eq!((edited.edits, edited.mentions, edited.alerts), (1, 0, 1));
    let edited_at = bench.clock.now();
    bench.wait(30);
    assert_eq!(bench.poll("courier").await.committed.edits, 0);

    let mails = bench.mails().await;
    let [Notice::Alert(alert)] = mails.as_slice() else { panic!("{mails:?}") };
    let [item] = alert.items.as_slice() else { panic!("{alert:?}") };
    assert_eq!((item.mention.snippet.as_str(), item.mention.edited_at), (ANGER, Some(edited_at)));
    let digest = bench.digest().await;
    let report = &digest.brands[0];
    assert_eq!((report.metrics.counts.entries, report.metrics.counts.mentions, report.mentions.len()), (1, 1, 0));
    let mention = &report.waiting.items[0];
    assert_eq!((mention.source.as_str(), mention.also_in.join(" ").as_str()), ("courier", "blog herald"));
    assert_eq!((mention.tone, mention.edited_at), (Tone::Negative, Some(edited_at)));
    assert_eq!(report.top_sources, SOURCES.map(|name| (name.to_owned(), 1)));
}

#[tokio::test]
async fn a_new_query_finds_in_an_unchanged_entry_what_was_read_before() {
    let mut bench = Bench::new().await;
    bench.publish("courier", "Nobody speaks of bags today.");
    assert_eq!(bench.poll("courier").await.committed.entries, 1);
    bench.wait(10);
    assert_eq!(bench.poll("courier").await.committed.mentions, 0);
    bench.watch("bags").await;
    bench.wait(10);
    let found = bench.poll("courier").await.committed;
    assert_eq!((found.entries, found.mentions, found.edits), (0, 1, 0));
    bench.wait(10);
    assert_eq!(bench.poll("courier").await.committed.mentions, 0);
}

#[tokio::test]
async fn a_new_query_that_finds_what_stood_there_for_days_raises_no_alert_unless_it_is_edited() {
    let mut bench = Bench::new().await;
    bench.watch("lego").await;
    bench.publish("courier", ANGER);
    assert_eq!(bench.poll("courier").await.committed.mentions, 0);
    bench.wait(3 * 24 * 60);
    bench.watch("\"skip hop\"").await;
    let found = bench.poll("courier").await.committed;
    assert_eq!((found.mentions, found.alerts), (1, 0));
    assert_eq!(found.judged, [(Tone::Negative, "there_before".to_owned())]);
    bench.wait(30);
    bench.publish("courier", &format!("{ANGER} It is broken, too."));
    let edited = bench.poll("courier").await.committed;
    assert_eq!((edited.edits, edited.alerts), (1, 1), "what is changed now is said now");
}

#[tokio::test]
async fn a_new_query_that_finds_what_was_said_today_raises_its_alert() {
    let mut bench = Bench::new().await;
    bench.watch("lego").await;
    bench.publish("courier", ANGER);
    bench.poll("courier").await;
    bench.wait(5 * 60);
    bench.watch("\"skip hop\"").await;
    assert_eq!(bench.poll("courier").await.committed.alerts, 1);
}
