//! A post that rises is seen to rise: whole polls of a Hacker News on loopback. Each poll opens the store anew, as after
//! a restart.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use mentiond::app::{self, Plan};
use mentiond::clock::Clock;
use mentiond::config::{self, Config, Env};
use mentiond::model::Notice;
use mentiond::model::notice::MentionView;
use mentiond::pipeline::{Pipeline, Polled};
use mentiond::store::Store;
use serde_json::{Value, json};

use crate::common::hostile::{Reply, Server};

const START: &str = "2026-11-24T07:00:00Z";
const LOUD: &str = "[[rule]]\nname = \"loud\"\ntones = [\"negative\"]\nquery = \"engagement:>=100\"\n";

struct Bench {
    _dir: tempfile::TempDir,
    server: Server,
    points: Arc<AtomicU64>,
    /// Whether the search still shows the story.
    is_listed: Arc<AtomicBool>,
    /// How a request for counts is answered, if not well.
    refusal: Arc<Mutex<Option<u16>>>,
    clock: Clock,
    config: Config,
    plan: Plan,
    pipeline: Pipeline,
}

impl Bench {
    /// With what stands in the configuration beside the usual.
    async fn new(source: &str, rules: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (points, is_listed) = (Arc::new(AtomicU64::new(5)), Arc::new(AtomicBool::new(true)));
        let refusal = Arc::<Mutex<Option<u16>>>::default();
        let (now, listed, refused) = (Arc::clone(&points), Arc::clone(&is_listed), Arc::clone(&refusal));
        let server = Server::start(move |path| {
            let is_recount = path.contains("story_7");
            if let (true, Some(status)) = (is_recount, *refused.lock().unwrap()) {
                return reply(status, &json!({}));
            }
            let story = json!({
                "objectID": "7", "title": "Skip Hop is terrible", "author": "kari", "points": now.load(Ordering::SeqCst),
                "num_comments": 0, "story_text": "The strap broke, what a bad bag", "created_at": "2026-11-24T06:30:00Z",
                "created_at_i": 1_795_501_800, "story_id": 7
            });
            let shown = is_recount || listed.load(Ordering::SeqCst);
            reply(200, &json!({ "hits": if shown { vec![story] } else { Vec::new() } }))
        })
        .await;
        let clock = Clock::simulated(START.parse().unwrap());
        let dir = tempfile::tempdir().unwrap();
        let text = format!(
            "state_dir = \"{}\"\nrecipients = [\"support@skiphop.example\"]\n\
             [mail]\nfrom = \"mentiond@skiphop.example\"\n[alert]\ngroup_wait = \"0s\"\n\
             [[brand]]\nname = \"Skip Hop\"\n[[source]]\nname = \"hn\"\nkind = \"hacker_news\"\nterms = [\"skip hop\"]\n\
             allow_private = true\nurl = \"{}\"\n{source}\n{rules}",
            dir.path().display(),
            server.url("/").as_str().trim_end_matches('/'),
        );
        let config = config::parse("mentiond.toml", &text, &Env::default()).unwrap();
        let plan = Plan::of(&config, clock.now()).unwrap();
        let pipeline = app::pipeline(&config, &plan).unwrap();
        Self { _dir: dir, server, points, is_listed, refusal, clock, config, plan, pipeline }
    }

    /// The store as a program opens it that has just begun.
    async fn open(&self) -> Store {
        let store = Store::open(&self.config.store).await.unwrap();
        store.sync_sources(&self.plan.source_setups(), self.clock.now()).await.unwrap();
        store
    }

    /// Polls so many minutes after the poll before.
    async fn poll(&self, minutes: i64) -> Polled {
        self.clock.advance_to(self.clock.now() + TimeDelta::minutes(minutes));
        let store = self.open().await;
        let now = self.clock.now();
        let claim = store.claim_source("hn", "me", now, now + TimeDelta::minutes(10)).await.unwrap().unwrap();
        let polled = self.pipeline.poll_source(&store, &self.plan.sources[0], claim, "me", &self.clock).await.unwrap();
        store.close().await;
        polled
    }

    async fn shown(&self) -> MentionView {
        let store = self.open().await;
        store.trail(1, self.clock.now()).await.unwrap().unwrap().view
    }

    async fn mails(&self) -> Vec<Notice> {
        let store = self.open().await;
        let now = self.clock.now();
        let mails = store.claim_outbox("me", now, now + TimeDelta::minutes(5), 9).await.unwrap();
        for mail in &mails {
            store.mark_sent(mail.id, "me", now).await.unwrap();
        }
        mails.into_iter().map(|mail| mail.notice).collect()
    }

    /// How often counts were asked for.
    fn recounts(&self) -> usize {
        self.server.requests().iter().filter(|head| head.contains("story_7")).count()
    }

    fn rise(&self, points: u64) {
        self.points.store(points, Ordering::SeqCst);
    }

    fn list(&self, is_listed: bool) {
        self.is_listed.store(is_listed, Ordering::SeqCst);
    }
}

fn reply(status: u16, body: &Value) -> Reply {
    let body = body.to_string();
    let length = body.len();
    Reply::bytes(format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    ))
}

#[tokio::test]
async fn a_post_that_is_listed_no_more_is_seen_to_rise_and_alerts_once() {
    let bench = Bench::new("", LOUD).await;
    let first = bench.poll(0).await.committed;
    assert_eq!((first.mentions, first.alerts, bench.recounts()), (1, 0, 0));
    bench.list(false);
    bench.rise(60);
    let next = bench.poll(5).await.committed;
    assert_eq!((next.recounts, next.alerts, bench.recounts()), (1, 0, 1));
    bench.rise(1_240);
    assert_eq!(bench.poll(5).await.committed.recounts, 0, "within half an hour");
    let risen = bench.poll(25).await.committed;
    assert_eq!((risen.recounts, risen.alerts, bench.recounts()), (1, 1, 2));
    let view = bench.shown().await;
    assert_eq!(
        (view.engagement, view.engagement_first, view.counted_at),
        (Some(1_240), Some(5), Some(bench.clock.now()))
    );
    let mails = bench.mails().await;
    let [Notice::Alert(alert)] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((alert.items[0].rule.as_str(), alert.items[0].mention.engagement), ("loud", Some(1_240)));
    bench.rise(9_000);
    for minutes in [30, 30, 60] {
        let later = bench.poll(minutes).await.committed;
        assert_eq!(later.alerts, 0);
    }
    assert_eq!((bench.shown().await.engagement, bench.mails().await.len()), (Some(9_000), 0));
    // After two days nobody asks any more.
    bench.poll(48 * 60).await;
    let asked = bench.recounts();
    bench.poll(60).await;
    assert_eq!(bench.recounts(), asked);
}

#[tokio::test]
async fn what_polls_show_anyway_is_seen_without_asking() {
    let bench = Bench::new("refresh = false", LOUD).await;
    assert_eq!(bench.poll(0).await.committed.mentions, 1);
    assert_eq!(bench.poll(5).await.committed.recounts, 0);
    bench.rise(100);
    let risen = bench.poll(5).await.committed;
    assert_eq!((risen.recounts, risen.alerts, risen.edits, bench.recounts()), (1, 1, 0, 0));
    bench.rise(200);
    let again = bench.poll(5).await.committed;
    assert_eq!((again.recounts, again.alerts), (1, 0));
    assert_eq!((bench.shown().await.engagement, bench.mails().await.len()), (Some(200), 1));
}

#[tokio::test]
async fn a_rise_alone_is_no_alert_where_no_rule_asks_for_it() {
    let bench = Bench::new("", "[[rule]]\nname = \"recall\"\nquery = \"recall\"\n").await;
    bench.poll(0).await;
    bench.rise(1_000);
    let risen = bench.poll(5).await.committed;
    assert_eq!((risen.recounts, risen.alerts, bench.mails().await.len()), (1, 0, 0));
}

#[tokio::test]
async fn counts_are_asked_for_with_what_is_left_over_only() {
    // By seven in the morning an even use would have come to two calls.
    let bench = Bench::new("calls_per_day = 8", LOUD).await;
    // Eight calls last for a day, give or take what spreads polls.
    let in_three_hours =
        |polled: &Polled| (165..195).contains(&(polled.next_poll_at - bench.clock.now()).num_minutes());
    assert!(in_three_hours(&bench.poll(0).await));
    bench.list(false);
    bench.rise(500);
    assert_eq!(bench.poll(5).await.committed.recounts, 0);
    assert_eq!(bench.recounts(), 0, "two calls are used up");
    let polled = bench.poll(6 * 60).await;
    assert_eq!((polled.committed.recounts, bench.recounts()), (1, 1), "at one o'clock there is one to spare");
    assert!(in_three_hours(&polled), "and no poll is the later for it");
}

#[tokio::test]
async fn who_refuses_to_count_is_asked_later_and_one_who_wants_rest_gets_it() {
    let bench = Bench::new("", LOUD).await;
    bench.poll(0).await;
    bench.list(false);
    *bench.refusal.lock().unwrap() = Some(400);
    let refused = bench.poll(5).await;
    assert!(
        refused.fault.is_none() && refused.problems[0].starts_with("what is counted of known posts"),
        "{refused:?}"
    );
    bench.poll(5).await;
    assert_eq!(bench.recounts(), 1, "it is not asked again at once");
    *bench.refusal.lock().unwrap() = Some(429);
    let throttled = bench.poll(30).await;
    let rest = "the rest was not read: the server asks us to wait (status 429)";
    assert!(throttled.fault.is_none() && throttled.problems == [rest], "all posts had been read: {throttled:?}");
    let wait = throttled.next_poll_at - bench.clock.now();
    assert!(wait >= TimeDelta::minutes(5), "its host is left alone for a while, and not for {wait}");
    assert_eq!(bench.recounts(), 2);
}
