//! Who wrote what the stream of Bluesky tells: accounts are told from each other at once, and named a little later.

use chrono::{DateTime, TimeDelta};
use mentiond::app::{self, Plan};
use mentiond::clock::Clock;
use mentiond::config::{self, Env};
use mentiond::model::notice::Counts;
use mentiond::pipeline::{Pipeline, Polled};
use mentiond::store::Store;

use super::{arrive, micros, noon};
use crate::common::streams::Streams;

const BRAND: &str = "Skip Hop";
const LONG: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

/// A daemon's polls of a stream, whose server answers what Bluesky's public one would.
struct Bench {
    _dir: tempfile::TempDir,
    server: Streams,
    plan: Plan,
    pipeline: Pipeline,
    store: Store,
    clock: Clock,
}

impl Bench {
    async fn new(source: &str) -> Self {
        drop(super::config());
        let server = Streams::start().await;
        let dir = tempfile::tempdir().unwrap();
        let text = format!(
            "state_dir = \"{}\"\nrecipients = [\"support@skiphop.example\"]\n[fetch]\nhost_gap = \"0s\"\n\
             [[brand]]\nname = \"{BRAND}\"\n[[source]]\nname = \"Bluesky\"\nkind = \"jetstream\"\nallow_private = true\n\
             url = \"{}\"\n{source}\n",
            dir.path().display(),
            server.url("http", "/subscribe"),
        );
        let config = config::parse("mentiond.toml", &text, &Env::default()).unwrap();
        let plan = Plan::of(&config, noon()).unwrap();
        let pipeline = app::pipeline(&config, &plan).unwrap();
        let store = Store::open(&config.store).await.unwrap();
        store.sync_sources(&plan.source_setups(), noon()).await.unwrap();
        let clock = Clock::simulated(noon());
        Self { _dir: dir, server, plan, pipeline, store, clock }
    }

    /// Polls fifteen seconds after the poll before.
    async fn poll(&self) -> Polled {
        arrive().await;
        let now = self.clock.now();
        let claim = self.store.claim_source("Bluesky", "me", now, now + TimeDelta::minutes(10)).await.unwrap().unwrap();
        let polled =
            self.pipeline.poll_source(&self.store, &self.plan.sources[0], claim, "me", &self.clock).await.unwrap();
        assert_eq!((&polled.fault, polled.problems.as_slice()), (&None, [].as_slice()));
        self.clock.advance_to(now + TimeDelta::seconds(15));
        polled
    }

    async fn counts(&self) -> Counts {
        let to = self.clock.now() + TimeDelta::days(1);
        self.store.period_counts(BRAND, DateTime::UNIX_EPOCH, to).await.unwrap()
    }

    /// The authors of most stories.
    async fn tops(&self) -> Vec<(String, u64)> {
        let to = self.clock.now() + TimeDelta::days(1);
        let begun = self.store.begun(BRAND, &[DateTime::UNIX_EPOCH, to]).await.unwrap();
        self.store.top_authors(BRAND, &begun, 5).await.unwrap()
    }

    /// Of the mentions in turn: the name and the handle of the author, the page, followers and reactions.
    async fn shown(&self, mention: i64) -> [Option<String>; 5] {
        let trail = self.store.trail(mention, self.clock.now()).await.unwrap().unwrap();
        let author = trail.entry.author.unwrap();
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        [trail.view.author, author.handle, author.url, number(author.followers), number(trail.view.engagement)]
    }

    fn asked(&self, what: &str) -> usize {
        self.server.requests().iter().filter(|request| request.contains(what)).count()
    }
}

fn shown(texts: [&str; 5]) -> [Option<String>; 5] {
    texts.map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()))
}

#[tokio::test]
async fn one_account_is_one_author_before_it_has_a_name_and_after() {
    let bench = Bench::new("").await;
    bench.poll().await;
    let said = ["Skip Hop: the strap broke", "a Skip Hop zipper is gone as well", "my bottle of Skip Hop leaks"];
    for (number, text) in (1..).zip(said) {
        bench.server.post_by(if number < 3 { LONG } else { "did:plc:ola" }, micros(number), &format!("{number}"), text);
    }
    assert_eq!(bench.poll().await.committed.mentions, 3);
    let Counts { stories, with_author, authors, repeat_authors, .. } = bench.counts().await;
    assert_eq!((stories, with_author, authors, repeat_authors), (3, 3, 2, 1));
    let stories = bench.store.told_stories(0, i64::MAX, 9).await.unwrap().unwrap().0;
    let told: Vec<_> = stories.into_iter().filter_map(|story| story.author).collect();
    assert_eq!(told, [LONG, LONG, "did:plc:ola"], "the watch over incidents counts by these");
    // Nobody is shown a number as if it were a name, but for a list that has to call its authors something.
    let page = format!("https://bsky.app/profile/{LONG}");
    assert_eq!(bench.shown(1).await, shown(["", "", &page, "", ""]));
    assert_eq!(bench.tops().await, [("did:plc:ewvi7nxz…".to_owned(), 2), ("did:plc:ola".to_owned(), 1)]);
    assert_eq!(bench.asked("/xrpc/"), 0);

    bench.poll().await;
    let handle = "ewvi7nxzyoun6zhxrhs64oiz.example";
    assert_eq!(bench.shown(1).await, shown(["Kari Nordmann", handle, &page, "7", "3"]));
    assert_eq!(bench.tops().await[0], ("Kari Nordmann".to_owned(), 2));
    assert_eq!((bench.asked("getPosts"), bench.asked("getProfiles"), bench.server.opened()), (1, 1, 1));

    // Who writes again is the same, though the post has no name yet.
    bench.server.post_by(LONG, micros(60), "4", "and now the wheels of it, too. Skip Hop never answers");
    assert_eq!(bench.poll().await.committed.mentions, 1);
    let Counts { authors, repeat_authors, .. } = bench.counts().await;
    assert_eq!((authors, repeat_authors), (2, 1));
    let identities = bench.store.kept_entries(mentiond::store::Position::after(DateTime::UNIX_EPOCH), 9).await.unwrap();
    let identities = identities.unwrap().0.into_iter().filter_map(|kept| kept.entry.author).map(|it| it.identity());
    assert_eq!(identities.collect::<Vec<_>>(), [LONG, LONG, "did:plc:ola", LONG], "for a replay");
}

#[tokio::test]
async fn who_has_no_name_or_wants_to_be_hidden_stays_a_number() {
    let bench = Bench::new("").await;
    bench.poll().await;
    bench.server.post_by("did:plc:unsound", micros(1), "1", "Skip Hop: the strap broke");
    bench.server.post_by("did:plc:hidden", micros(2), "2", "my bottle of Skip Hop leaks");
    for _ in 0..2 {
        bench.poll().await;
    }
    for (mention, did) in [(1, "unsound"), (2, "hidden")] {
        let page = format!("https://bsky.app/profile/did:plc:{did}");
        assert_eq!(bench.shown(mention).await, shown(["", "", &page, "7", "3"]));
    }
}

#[tokio::test]
async fn nobody_is_asked_where_that_is_turned_off() {
    let bench = Bench::new("refresh = false").await;
    bench.poll().await;
    bench.server.post(micros(1), "1", "Skip Hop: the strap broke");
    for _ in 0..2 {
        bench.poll().await;
    }
    assert_eq!((bench.counts().await.authors, bench.asked("/xrpc/")), (1, 0));
}
