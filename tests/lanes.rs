//! Polls that come late, are cut short, fail in a part or never end: what coverage says of them, whose turn is next, and
//! what they cost.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use mentiond::alert::Rules;
use mentiond::clock::Clock;
use mentiond::config::default_rules;
use mentiond::deliver::{lost_words, render};
use mentiond::model::notice::Coverage;
use mentiond::model::outbox::OutboxKind;
use mentiond::model::source::Budget;
use mentiond::model::{Brand, Folding, Instant, Interval, LossReason, Notice, Source, SourceKind};
use mentiond::pipeline::{Judge, Pipeline, Polled, WatchedBrand};
use mentiond::query::Query;
use mentiond::sentiment::Scorer;
use mentiond::store::{ClaimedSource, SourceSetup};
use serde_json::{Value, json};

use crate::common::contract::{pipeline, pipeline_of};
use crate::common::hostile::{Reply, Server};
use crate::common::networks;
use crate::common::notices::{digest_notice, message};
use crate::store::bed::{Bed, at, setup};

mod windows;

const DAY: i64 = 86_400;

/// Status, further headers and body.
type Answers = Box<dyn Fn(&str) -> (u16, String, Value) + Send>;

/// A source of a network that a test makes up as it goes.
struct Lived {
    bed: Bed,
    clock: Clock,
    source: Source,
    server: Server,
    answers: Arc<Mutex<Answers>>,
}

impl Lived {
    async fn new(kind: SourceKind, terms: &[&str]) -> Self {
        let answers: Arc<Mutex<Answers>> = Arc::new(Mutex::new(Box::new(|_| (404, String::new(), json!({})))));
        let asked = Arc::clone(&answers);
        let server = Server::start(move |path| {
            let (status, more, body) = asked.lock().unwrap()(path);
            let (body, head) = (body.to_string(), "content-type: application/json\r\ncontent-length: ");
            Reply::bytes(format!("HTTP/1.1 {status} X\r\n{more}{head}{}\r\n\r\n{body}", body.len()))
        })
        .await;
        let mut source = networks::source(kind, server.url("/").as_str(), terms);
        (source.allow_private, source.token) = (true, Some("x".into()));
        let bed = Bed::with_sources(&[]).await;
        let setup = SourceSetup { kind, ..setup("blog") };
        bed.store.sync_sources(&[setup], at(0)).await.unwrap();
        Self { bed, clock: Clock::simulated(at(0)), source, server, answers }
    }

    fn answers(&self, answers: impl Fn(&str) -> (u16, Value) + Send + 'static) {
        self.answers_with(move |path| {
            let (status, body) = answers(path);
            (status, String::new(), body)
        });
    }

    fn answers_with(&self, answers: impl Fn(&str) -> (u16, String, Value) + Send + 'static) {
        *self.answers.lock().unwrap() = Box::new(answers);
    }

    async fn claim(&self, now: Instant) -> ClaimedSource {
        self.clock.advance_to(now);
        let until = now + TimeDelta::minutes(10);
        self.bed.store.claim_source("blog", "me", now, until).await.unwrap().unwrap()
    }

    async fn poll(&self, seconds: i64) -> Polled {
        self.poll_with(&pipeline(), seconds).await
    }

    async fn poll_with(&self, pipeline: &Pipeline, seconds: i64) -> Polled {
        let claim = self.claim(at(seconds)).await;
        pipeline.poll_source(&self.bed.store, &self.source, claim, "me", &self.clock).await.unwrap()
    }

    async fn coverage(&self, from: i64, to: i64) -> Coverage {
        self.bed.store.coverage(at(from), at(to)).await.unwrap()
    }

    /// What was asked for since `from` requests, by the parameter `q`.
    fn asked(&self, from: usize) -> Vec<String> {
        let term = |head: &String| head.split("q=").nth(1).unwrap().split(['&', ' ']).next().unwrap().to_owned();
        self.server.requests().iter().skip(from).map(term).collect()
    }
}

fn post(id: u64, seconds: i64) -> Value {
    json!({ "data": [{ "id": id.to_string(), "text": "acme", "created_at": at(seconds).to_rfc3339() }] })
}

fn nothing() -> (u16, Value) {
    (200, json!({ "posts": [], "comments": [] }))
}

#[tokio::test]
async fn a_digest_after_a_long_downtime_names_what_the_network_shows_no_more() {
    let lived = Lived::new(SourceKind::X, &["acme"]).await;
    lived.answers(|_| (200, post(1, -DAY)));
    lived.poll(0).await;
    assert!(lived.coverage(-DAY, 1).await.lost.is_empty(), "a first poll misses nothing");
    lived.poll(6 * DAY).await;
    assert!(lived.coverage(-DAY, 7 * DAY).await.lost.is_empty(), "it was quiet, and the network shows a week");
    lived.answers(|_| (200, post(2, 15 * DAY)));
    lived.poll(16 * DAY).await;
    let coverage = lived.coverage(15 * DAY, 17 * DAY).await;
    let [lost] = coverage.lost.as_slice() else { panic!("{:?}", coverage.lost) };
    assert_eq!((lost.loss.from, lost.loss.to), (at(6 * DAY), at(9 * DAY) + TimeDelta::minutes(5)));
    assert_eq!(lost.loss.why, LossReason::Hours(168));
    let words = "blog: what was said between Sun 8 Mar 2026, 08:00 UTC and Wed 11 Mar 2026, 08:05 UTC may be missing: the \
                 network shows only the last 7 days";
    assert_eq!(lost_words(lost, chrono_tz::UTC), words);
    let notice = digest_notice(Vec::new(), coverage);
    let mail = render(&message(1, OutboxKind::Digest, Notice::Digest(notice)), &crate::common::notices::mail());
    let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("Of 1 source, something may be missing.") && text.contains("the last 7 days"), "{text}");
    lived.poll(17 * DAY).await;
    assert!(lived.coverage(17 * DAY, 18 * DAY).await.lost.is_empty(), "it is told of its time only");
}

#[tokio::test]
async fn a_page_that_is_refused_again_and_again_is_given_up_and_told_as_lost() {
    let lived = Lived::new(SourceKind::Lemmy, &["acme"]).await;
    lived.answers(|_| nothing());
    lived.poll(0).await;
    let post = |number: i64| {
        let post = json!({ "ap_id": format!("https://l.example/post/{number}"), "name": "acme",
            "published": at(DAY - number * 60).to_rfc3339() });
        json!({ "post": post, "counts": {} })
    };
    let flood = json!({ "posts": (0..50).map(post).collect::<Vec<_>>(), "comments": [] });
    lived.answers(move |path| {
        if path.contains("page=1&") { (200, flood.clone()) } else { (400, json!({ "error": "couldnt_get_posts" })) }
    });
    for seconds in [DAY, DAY + 600, DAY + 1_200] {
        assert!(lived.coverage(0, 2 * DAY).await.lost.is_empty(), "it may be shown yet");
        let polled = lived.poll(seconds).await;
        assert_eq!((polled.fault.unwrap().label(), polled.entries), ("status", 50));
    }
    let coverage = lived.coverage(0, 2 * DAY).await;
    let [lost] = coverage.lost.as_slice() else { panic!("{:?}", coverage.lost) };
    assert_eq!((lost.loss.from, lost.loss.to), (at(0), at(DAY - 49 * 60)));
    assert_eq!(lost.loss.why, LossReason::Ends);
}

#[tokio::test]
async fn a_poll_that_is_cut_short_goes_on_with_those_that_had_no_turn() {
    let lived = Lived::new(SourceKind::Lemmy, &["one", "two", "three"]).await;
    lived.answers(|path| if path.contains("q=two") { (429, json!({})) } else { nothing() });
    let polled = lived.poll(0).await;
    let rest = "the rest was not read: the server asks us to wait (status 429)".to_owned();
    assert_eq!((polled.fault, polled.problems), (None, vec![rest]));
    assert_eq!(lived.asked(0), ["one", "two"]);
    lived.answers(|_| nothing());
    lived.poll(DAY).await;
    assert_eq!(lived.asked(2), ["two", "three", "one"]);
}

#[tokio::test]
async fn a_lane_that_fails_is_a_problem_and_rests_while_the_others_are_read() {
    let lived = Lived::new(SourceKind::Lemmy, &["one", "private", "three"]).await;
    lived.answers(|_| nothing());
    lived.poll(0).await;
    let mut asked = lived.asked(0).len();
    lived.answers(|path| if path.contains("q=private") { (403, json!({ "message": "closed" })) } else { nothing() });
    let polled = lived.poll(900).await;
    assert_eq!(polled.fault, None);
    assert_eq!(polled.problems, ["`private` cannot be read: the server refuses access (status 403): closed"]);
    let wait = polled.next_poll_at - at(900);
    assert!(wait <= TimeDelta::seconds(330), "the source keeps its interval, and waits {wait}");
    assert_eq!(lived.asked(asked), ["one", "private", "three"]);
    asked += 3;
    let polled = lived.poll(1_800).await;
    assert_eq!((polled.fault, polled.problems.len()), (None, 0));
    assert_eq!(lived.asked(asked), ["one", "three"]);
    let coverage = lived.coverage(0, 1_800).await;
    let why = "the server refuses access (status 403): closed".to_owned();
    assert_eq!(coverage.lost[0].loss.why, LossReason::Unread { part: "private".to_owned(), why });
    let state = lived.bed.store.source_states().await.unwrap().remove(0);
    assert_eq!((state.failures, state.lanes.failures().count()), (0, 1));
    // It is read again, so that nothing of it is missing.
    lived.answers(|_| nothing());
    lived.poll(DAY).await;
    assert!(lived.coverage(0, DAY).await.lost.is_empty());
}

#[tokio::test]
async fn where_no_lane_can_be_read_the_source_fails_and_three_that_are_denied_are_enough() {
    let lived = Lived::new(SourceKind::Lemmy, &["a", "b", "c", "d"]).await;
    lived.answers(|_| (500, json!({})));
    let polled = lived.poll(0).await;
    assert_eq!((polled.fault.unwrap().label(), polled.problems.len(), lived.asked(0).len()), ("status", 0, 4));
    lived.answers(|_| (403, json!({})));
    let polled = lived.poll(DAY).await;
    assert_eq!((polled.fault.unwrap().label(), lived.asked(4).len()), ("denied", 3));
}

#[tokio::test]
async fn polls_that_never_end_use_up_the_budget_all_the_same() {
    let mut lived = Lived::new(SourceKind::Lemmy, &["acme"]).await;
    lived.source.budget = Budget { calls_per_day: Some(40), dollars_per_month: None };
    lived.answers(|_| nothing());
    assert_eq!(lived.poll(0).await.fault, None);
    // A crash: the poll was begun and is not stored.
    lived.claim(at(900)).await;
    lived.poll(1_800).await;
    let used = || async { lived.bed.store.source_states().await.unwrap()[0].usage.calls };
    assert_eq!(used().await, 2 + 7, "a tenth of the budget and what may come behind it");
    for crash in 3..=7 {
        lived.claim(at(crash * 900)).await;
    }
    let polled = lived.poll(8 * 900).await;
    assert_eq!((polled.fault.unwrap().label(), lived.server.requests().len()), ("spent", 2));
    assert_eq!(lived.poll(DAY).await.fault, None, "a new day");
    assert_eq!(used().await, 1);
}

#[tokio::test]
async fn one_poll_takes_a_part_of_the_budget_and_leaves_the_rest_for_later() {
    let terms: Vec<String> = (0..9).map(|number| format!("t{number}")).collect();
    let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
    let mut lived = Lived::new(SourceKind::Lemmy, &terms).await;
    lived.source.budget = Budget { calls_per_day: Some(40), dollars_per_month: None };
    lived.source.interval = mentiond::model::Interval::Fixed(Duration::from_secs(300));
    lived.answers(|_| nothing());
    let polled = lived.poll(0).await;
    assert_eq!((polled.fault, lived.asked(0)), (None, ["t0", "t1", "t2", "t3"].map(str::to_owned).to_vec()));
    let wait = (polled.next_poll_at - at(0)).num_seconds();
    assert!((8_640..=9_600).contains(&wait), "four of forty calls are a tenth of a day, not {wait} s");
    lived.poll(3 * 3_600).await;
    assert_eq!(lived.asked(4), ["t4", "t5", "t6", "t7"]);
}

/// Whoever watches these brands, each by its name, and is told of complaints.
fn watching(brands: &[&str]) -> Pipeline {
    let brand = |name: &&str| {
        let query = Query::parse(&name.to_lowercase()).unwrap();
        let (name, query_text) = ((*name).to_owned(), name.to_lowercase());
        let brand = Brand {
            name,
            query: query_text,
            folding: Folding::default(),
            languages: Vec::new(),
            recipients: Vec::new(),
            labels: Vec::new(),
            competitors: Vec::new(),
        };
        WatchedBrand { brand, query }
    };
    pipeline_of(Judge::new(brands.iter().map(brand).collect(), Scorer::new(), Rules::new(&default_rules())))
}

/// Hacker News with a complaint about each of these, so many seconds after the beginning, where that is asked for.
fn complaints(all: &[(&'static str, i64)]) -> impl Fn(&str) -> (u16, Value) + Send + use<> {
    let all: Vec<(&'static str, i64)> = all.to_vec();
    move |path| {
        let hit = |(word, seconds): &(&str, i64)| {
            // Each day says it otherwise, so that none is a copy of another.
            let text = match seconds.div_euclid(DAY) % 3 {
                0 => format!("{word} is terrible, my order is broken and nobody answers, I want a refund"),
                1 => format!("Awful: {word} sent a broken stroller, horrible support, worst company ever, I am angry"),
                _ => format!("What a scam, {word} stole my money, useless hotline, disgusting food, I hate it"),
            };
            let created_at = at(*seconds).to_rfc3339();
            json!({ "objectID": format!("{word}{seconds}"), "created_at": created_at,
                    "created_at_i": at(*seconds).timestamp(), "comment_text": text })
        };
        let asked = |(word, _): &&(&str, i64)| {
            path.contains(&format!("query={word}")) || path.contains(&format!("query=%22{word}"))
        };
        let hits: Vec<Value> = all.iter().filter(asked).map(hit).collect();
        (200, json!({ "hits": hits, "nbHits": hits.len(), "nbPages": 1, "hitsPerPage": 1000, "page": 0 }))
    }
}

#[tokio::test]
async fn a_brand_that_is_added_to_an_old_source_raises_no_alert_about_what_was_there_before() {
    let mut lived = Lived::new(SourceKind::HackerNews, &["acme"]).await;
    lived.answers(complaints(&[("acme", 0)]));
    assert_eq!(lived.poll_with(&watching(&["Acme"]), 60).await.committed.alerts, 1);
    lived.source.terms.push("zeta".to_owned());
    let (old, young, new) = (("zeta", 27 * DAY), ("zeta", 30 * DAY - 3_600), ("zeta", 31 * DAY));
    lived.answers(complaints(&[("acme", 0), old, young]));
    let both = watching(&["Acme", "Zeta"]);
    let polled = lived.poll_with(&both, 30 * DAY).await.committed;
    assert_eq!((polled.mentions, polled.alerts), (2, 1), "what was said within the last day is news");
    let held = "SELECT count(*) FROM mention WHERE decision = 'there_before'";
    assert_eq!(lived.bed.number(held).await, 1);
    lived.answers(complaints(&[("acme", 0), old, young, new]));
    let polled = lived.poll_with(&both, 33 * DAY).await.committed;
    assert_eq!((polled.mentions, polled.alerts), (1, 1), "what was said since is news, however late it is read");
}

#[tokio::test]
async fn a_lane_that_is_no_longer_asked_for_leaves_nothing_behind() {
    let mut lived = Lived::new(SourceKind::HackerNews, &["acme", "zeta"]).await;
    lived.answers(complaints(&[("acme", 0), ("zeta", 0)]));
    lived.poll(60).await;
    assert_eq!(lived.claim(at(900)).await.cursor.0.len(), 2);
    lived.source.terms.truncate(1);
    lived.poll(1_800).await;
    let claim = lived.claim(at(2_700)).await;
    assert_eq!(claim.cursor.0.into_keys().collect::<Vec<_>>(), ["acme"]);
}

#[tokio::test]
async fn a_secret_that_is_refused_is_asked_with_no_more_and_named() {
    for (kind, secret, label) in [
        (SourceKind::Feed, true, "revoked"),
        (SourceKind::Mastodon, true, "revoked"),
        (SourceKind::Discourse, true, "revoked"),
        (SourceKind::Discourse, false, "denied"),
    ] {
        let mut lived = Lived::new(kind, &["acme"]).await;
        lived.source.token = lived.source.token.filter(|_| secret);
        lived.source.account = Some("acme".to_owned());
        lived.answers(|_| (401, json!({ "message": "log in" })));
        assert_eq!(lived.poll(0).await.fault.unwrap().label(), label, "{kind:?}");
        let state = lived.bed.store.source_states().await.unwrap().remove(0);
        assert_eq!(state.stopped.is_some(), secret, "{kind:?}: {:?}", state.stopped);
        lived.answers(|_| (403, json!({ "message": "not you" })));
        assert_eq!(lived.poll(DAY).await.fault.unwrap().label(), "denied", "{kind:?}");
    }
}

#[tokio::test]
async fn a_feed_that_is_asked_by_its_pace_is_spread_over_its_budget() {
    let mut lived = Lived::new(SourceKind::Lemmy, &["acme"]).await;
    lived.source.budget = Budget { calls_per_day: Some(4), dollars_per_month: None };
    lived.source.interval = Interval::Adaptive { usual: Duration::from_secs(900) };
    lived.answers(|_| nothing());
    let polled = lived.poll(0).await;
    let wait = (polled.next_poll_at - at(0)).num_seconds();
    assert!((6 * 3_600..=7 * 3_600).contains(&wait), "one of four calls is a quarter of a day, not {wait} s");
}

#[tokio::test]
async fn a_budget_that_is_used_up_stands_in_the_coverage_of_digests_once() {
    let mut lived = Lived::new(SourceKind::X, &["acme"]).await;
    lived.source.budget = Budget { calls_per_day: None, dollars_per_month: Some(0.5) };
    lived.answers(|_| (200, post(1, -60)));
    assert_eq!(lived.poll(0).await.fault, None);
    for day in 1..4 {
        assert_eq!(lived.poll(day * DAY).await.fault.unwrap().label(), "spent");
    }
    let coverage = lived.coverage(0, 4 * DAY).await;
    let [gap] = coverage.unread.as_slice() else { panic!("{:?}", coverage.unread) };
    assert_eq!((gap.reason.as_str(), gap.since), ("the budget of 0.5 US dollars a month is used up", Some(at(0))));
    assert_eq!(lived.poll(30 * DAY).await.fault, None, "a new month");
}
