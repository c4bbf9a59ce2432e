//! `/metrics` by the rules of OpenMetrics, and `/readyz`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use mentiond::clock::Clock;
use mentiond::model::notice::TrialNotice;
use mentiond::model::outbox::OutboxKind;
use mentiond::model::{Notice, PollFault, Tone};
use mentiond::pulse::Pulse;
use mentiond::tally::Tally;
use mentiond::web::{self, WebParts, WebState};

use crate::common::web::{parts, serve};
use crate::store::bed::{ANNA, Bed, HOP, at, complaint};
use crate::websub::bed::send;

/// A sample: its labels and its value.
type Sample = (BTreeMap<String, String>, f64);

/// A family: its type, and the samples by name.
#[derive(Debug, Default)]
struct Family {
    kind: String,
    unit: String,
    help: String,
    samples: Vec<(String, Sample)>,
}

/// Reads a text by the rules of OpenMetrics 1.0, and panics where it breaks one.
fn parse(text: &str) -> BTreeMap<String, Family> {
    let body = text.strip_suffix("# EOF\n").unwrap_or_else(|| panic!("it does not end with `# EOF`: {text}"));
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut current = String::new();
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# ") {
            let mut words = rest.splitn(3, ' ');
            let (what, name, said) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap_or_default());
            assert!(is_name(name), "{line}");
            if name != current {
                assert!(!families.contains_key(name), "`{name}` is interrupted");
                current = name.to_owned();
            }
            let family = families.entry(name.to_owned()).or_default();
            assert!(family.samples.is_empty(), "{line} stands behind samples");
            let place = match what {
                "TYPE" => &mut family.kind,
                "UNIT" => &mut family.unit,
                "HELP" => &mut family.help,
                other => panic!("`{other}` is no word of OpenMetrics"),
            };
            assert!(place.is_empty() && !said.is_empty(), "{line} comes twice or says nothing");
            *place = said.to_owned();
            continue;
        }
        let (name, labels, value) = sample(line);
        let family = families.get_mut(&current).unwrap();
        let suffix = name.strip_prefix(&current).unwrap_or_else(|| panic!("{line} does not belong to `{current}`"));
        let allowed: &[&str] = match family.kind.as_str() {
            "counter" => &["_total"],
            "gauge" => &[""],
            "info" => &["_info"],
            "histogram" => &["_bucket", "_sum", "_count"],
            other => panic!("`{current}` is of type {other:?}"),
        };
        assert!(allowed.contains(&suffix), "{line} is no sample of a {}", family.kind);
        let known = family.samples.iter().any(|(other, (known, _))| *other == name && *known == labels);
        assert!(!known, "{line} comes twice");
        family.samples.push((name, (labels, value)));
    }
    families
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn sample(line: &str) -> (String, BTreeMap<String, String>, f64) {
    let (head, value) = line.rsplit_once(' ').unwrap();
    let value = if value == "+Inf" { f64::INFINITY } else { value.parse().unwrap() };
    let Some((name, rest)) = head.split_once('{') else { return (head.to_owned(), BTreeMap::new(), value) };
    let mut labels = BTreeMap::new();
    for pair in rest.strip_suffix('}').unwrap().split(',') {
        let (label, said) = pair.split_once('=').unwrap();
        let said = said.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
        assert!(is_name(label) && !said.contains(['"', '\\', '\n']), "{line}");
        assert!(labels.insert(label.to_owned(), said.to_owned()).is_none(), "{line} has a label twice");
    }
    (name.to_owned(), labels, value)
}

/// The value of a sample, by its name and labels.
fn value(families: &BTreeMap<String, Family>, name: &str, labels: &[(&str, &str)]) -> f64 {
    let labels: BTreeMap<_, _> = labels.iter().map(|(label, said)| ((*label).to_owned(), (*said).to_owned())).collect();
    let mut samples = families.values().flat_map(|family| &family.samples);
    let found = samples.find(|(other, (known, _))| other == name && *known == labels);
    found.unwrap_or_else(|| panic!("there is no {name} {labels:?}")).1.1
}

async fn scrape(address: std::net::SocketAddr) -> BTreeMap<String, Family> {
    let answer = send(address, "GET", "/metrics", &[], b"").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let kind = "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert!(answer.head.contains(kind), "{}", answer.head);
    parse(&answer.body)
}

#[tokio::test]
async fn metrics_keep_the_rules_and_tell_how_things_stand() {
    let (bed, clock, tally) = (Bed::new().await, Clock::simulated(at(0)), Tally::default());
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    tally.poll(None, 3);
    tally.poll(Some(&PollFault::Gone), 0);
    tally.poll_lost();
    tally.mention(Tone::Negative, "alert");
    tally.mention(Tone::Neutral, "other_tone");
    tally.mention(Tone::Neutral, "whatever \"a stranger\" says");
    for (outcome, millis) in [("sent", 20), ("sent", 700), ("transient", 90_000)] {
        tally.delivery("smtp", OutboxKind::Alert, outcome, Duration::from_millis(millis));
    }
    let parts = WebParts { tally, ..parts(&bed.store, &clock) };
    clock.advance_to(at(90));
    let address = serve(web::operator_router(WebState::new(parts))).await;
    let families = scrape(address).await;
    for (name, family) in &families {
        assert!(name.starts_with("mentiond_"), "{name}");
        assert!(!family.help.is_empty() && !family.kind.is_empty(), "{name} is not explained");
        assert!(family.unit.is_empty() || name.ends_with(&format!("_{}", family.unit)), "{name} is in {}", family.unit);
        assert!(!name.ends_with("_total"), "{name}");
        for (sample, (_, value)) in &family.samples {
            assert!(*value >= 0.0, "{sample} {value}");
        }
    }
    for (name, labels, expected) in [
        ("mentiond_polls_total", &[("outcome", "read")][..], 1.0),
        ("mentiond_polls_total", &[("outcome", "gone")], 1.0),
        ("mentiond_polls_total", &[("outcome", "unstored")], 1.0),
        ("mentiond_entries_total", &[], 3.0),
        ("mentiond_mentions_total", &[("tone", "neutral")], 2.0),
        ("mentiond_decisions_total", &[("decision", "other_tone")], 1.0),
        ("mentiond_decisions_total", &[("decision", "other")], 1.0),
        ("mentiond_deliveries_total", &[("channel", "smtp"), ("notice", "alert"), ("outcome", "sent")], 2.0),
        ("mentiond_delivery_duration_seconds_count", &[("channel", "smtp")], 3.0),
        ("mentiond_delivery_duration_seconds_bucket", &[("channel", "smtp"), ("le", "0.05")], 1.0),
        ("mentiond_delivery_duration_seconds_bucket", &[("channel", "smtp"), ("le", "60.0")], 2.0),
        ("mentiond_delivery_duration_seconds_bucket", &[("channel", "smtp"), ("le", "+Inf")], 3.0),
        ("mentiond_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0),
        ("mentiond_start_time_seconds", &[], at(90).timestamp() as f64),
        ("mentiond_outbox_notices", &[("state", "waiting")], 1.0),
        ("mentiond_outbox_notices", &[("state", "dead")], 0.0),
        ("mentiond_outbox_oldest_waiting_age_seconds", &[], 90.0),
        ("mentiond_open_alerts", &[], 1.0),
        ("mentiond_held_alerts", &[("reason", "silenced")], 0.0),
        ("mentiond_open_incidents", &[("acknowledged", "no")], 0.0),
        ("mentiond_sources", &[("health", "healthy")], 2.0),
        ("mentiond_sources", &[("health", "failing")], 0.0),
        ("mentiond_sources_stopped", &[], 0.0),
        ("mentiond_store_trouble", &[], 0.0),
        ("mentiond_loops", &[], 0.0),
        ("mentiond_hub_documents_waiting", &[], 0.0),
    ] {
        assert_eq!(value(&families, name, labels), expected, "{name} {labels:?}");
    }
    assert!(value(&families, "mentiond_poll_lag_seconds", &[]) >= 0.0);
    let words: BTreeSet<&str> = families
        .values()
        .flat_map(|family| &family.samples)
        .flat_map(|(_, (labels, _))| labels.values())
        .map(String::as_str)
        .collect();
    for secret in [HOP, "blog", "forum", ANNA, "whatever \"a stranger\" says"] {
        assert!(!words.contains(secret), "{secret} is a label");
    }
}

#[tokio::test]
async fn the_store_is_asked_once_a_second() {
    let (bed, clock) = (Bed::new().await, Clock::simulated(at(0)));
    let address = serve(web::operator_router(WebState::new(parts(&bed.store, &clock)))).await;
    let open = async || value(&scrape(address).await, "mentiond_open_alerts", &[]);
    assert_eq!(open().await, 0.0);
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    let soon = std::time::Instant::now();
    let again = open().await;
    assert!(again == 0.0 || soon.elapsed() > Duration::from_millis(500), "the answer is given again");
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(open().await, 1.0);
    let many = futures_util::future::join_all((0..20).map(|_| open())).await;
    assert_eq!(many, [1.0; 20]);
}

#[tokio::test]
async fn a_store_that_does_not_answer_gives_no_metrics() {
    let (bed, clock) = (Bed::new().await, Clock::simulated(at(0)));
    let address = serve(web::operator_router(WebState::new(parts(&bed.store, &clock)))).await;
    bed.execute("DROP TABLE digest_slot").await;
    let answer = send(address, "GET", "/metrics", &[], b"").await;
    assert_eq!((answer.status, answer.body.as_str()), (503, "the store does not answer"));
}

#[tokio::test]
async fn ready_is_who_can_do_the_work() {
    let (bed, clock, pulse) = (Bed::new().await, Clock::simulated(at(0)), Pulse::default());
    let parts = WebParts { pulse: pulse.clone(), ..parts(&bed.store, &clock) };
    let address = serve(web::router(WebState::new(parts))).await;
    let asked = async || {
        let answer = send(address, "GET", "/readyz", &[], b"").await;
        format!("{} {}", answer.status, answer.body)
    };
    assert_eq!(asked().await, "503 nothing runs");
    pulse.works("poller", at(0));
    assert_eq!(asked().await, "200 ready");
    clock.advance_to(at(0) + TimeDelta::minutes(11));
    assert_eq!(asked().await, "503 stuck: poller");
    pulse.works("poller", clock.now());
    bed.execute("INSERT INTO schema_version (version) VALUES (999)").await;
    let said = asked().await;
    assert!(said.starts_with("503 the store is at version 999, this mentiond is for version "), "{said}");
    bed.execute("DELETE FROM schema_version WHERE version = 999").await;
    assert_eq!(asked().await, "200 ready");
    bed.execute("DROP TABLE schema_version").await;
    assert_eq!(asked().await, "503 the store does not answer");
}

#[tokio::test]
async fn who_gets_nothing_through_is_alive_but_not_ready() {
    let (bed, clock, pulse) = (Bed::new().await, Clock::simulated(at(0)), Pulse::default());
    let parts = WebParts { pulse: pulse.clone(), ..parts(&bed.store, &clock) };
    let address = serve(web::router(WebState::new(parts))).await;
    let asked = async |path: &str| {
        let answer = send(address, "GET", path, &[], b"").await;
        format!("{} {}", answer.status, answer.body)
    };
    let notice = Notice::Trial(TrialNotice { asked_at: at(0) });
    for recipient in [ANNA, "channel:skip-hop"] {
        bed.store.enqueue(OutboxKind::Trial, recipient, &notice, at(0)).await.unwrap();
    }
    let tried = async |works: &[&str]| {
        let now = clock.now();
        for message in bed.store.claim_outbox("me", now, now + TimeDelta::minutes(15), 9).await.unwrap() {
            if works.contains(&message.recipient.as_str()) {
                bed.store.mark_sent(message.id, "me", now).await.unwrap();
            } else {
                let refused = "550 <anna@skiphop.example> no";
                bed.store.mark_retry(message.id, "me", now, now + TimeDelta::minutes(9), refused).await.unwrap();
            }
        }
    };
    let mut said = Vec::new();
    for (minutes, works) in [(0, [].as_slice()), (29, &[]), (31, &[]), (41, &[ANNA]), (51, &["channel:skip-hop"])] {
        clock.advance_to(at(60 * minutes));
        pulse.works("sender", clock.now());
        tried(works).await;
        said.push(asked("/readyz").await);
        assert_eq!(asked("/healthz").await, "200 ok", "a start anew mends no mail server");
    }
    let expected = [
        "200 ready",
        "200 ready",
        "503 no mail gets through since 2026-03-02T08:00:00Z",
        "503 nothing gets through by a channel since 2026-03-02T08:00:00Z",
        "200 ready",
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn metrics_are_not_for_the_world() {
    let mut bed = crate::websub::bed::Bed::new().await;
    bed.stop().await;
    bed.start("metrics_listen = \"127.0.0.1:0\"\n", "blog").await;
    bed.publisher.publish("Skip Hop is terrible, it broke and nobody answers");
    bed.advance(4_000).await;
    for path in ["/metrics", "/metrics/", "//metrics", "/websub/../metrics"] {
        assert_eq!(bed.send("GET", path, &[], b"").await.status, 404, "{path}");
    }
    let operator = bed.app().metrics_address().unwrap();
    let families = scrape(operator).await;
    assert!(value(&families, "mentiond_polls_total", &[("outcome", "read")]) >= 1.0);
    assert_eq!(value(&families, "mentiond_mentions_total", &[("tone", "negative")]), 1.0);
    assert_eq!(value(&families, "mentiond_decisions_total", &[("decision", "alert")]), 1.0);
    let labels = [("channel", "file"), ("notice", "alert"), ("outcome", "sent")];
    assert_eq!(value(&families, "mentiond_deliveries_total", &labels), 1.0);
    assert!(value(&families, "mentiond_loops", &[]) > 5.0);
    for (path, address) in [("/readyz", operator), ("/healthz", operator), ("/readyz", bed.address())] {
        assert_eq!(send(address, "GET", path, &[], b"").await.status, 200, "{path}");
    }
    assert_eq!(send(operator, "GET", "/acknowledge/x", &[], b"").await.status, 404);
}
