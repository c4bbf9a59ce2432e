//! Sources of more lanes, or pages, than their networks take calls for in a short time: nothing is refused, nothing is left
//! out, and where something is refused all the same, what was read is read.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use mentiond::model::{Instant, SourceKind};
use mentiond::source::adapter;
use serde_json::json;

use super::{DAY, Lived, nothing};
use crate::store::bed::at;

#[tokio::test]
async fn of_two_lanes_whose_second_call_is_always_refused_both_are_read() {
    let lived = Lived::new(SourceKind::Lemmy, &["one", "two"]).await;
    let calls = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&calls);
    lived.answers(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => nothing(),
        _ => (429, json!({})),
    });
    for (poll, order) in [["one", "two"], ["two", "one"], ["one", "two"], ["two", "one"]].iter().enumerate() {
        let from = lived.asked(0).len();
        calls.store(0, Ordering::SeqCst);
        let seconds = i64::try_from(poll).unwrap() * 3_600;
        let polled = lived.poll(seconds).await;
        assert_eq!((polled.fault, lived.asked(from)), (None, order.map(str::to_owned).to_vec()), "poll {poll}");
        assert_eq!(polled.problems, ["the rest was not read: the server asks us to wait (status 429)"]);
        let wait = (polled.next_poll_at - at(seconds)).num_seconds();
        assert!((300..=330).contains(&wait), "the host rests for five minutes each time, and not {wait} s");
    }
    let state = lived.bed.store.source_states().await.unwrap().remove(0);
    assert_eq!((state.failures, state.last_read_at, state.fault), (0, Some(at(3 * 3_600)), None));
    assert!(lived.coverage(0, 4 * 3_600).await.unread.is_empty());
    assert_eq!(lived.bed.number("SELECT refusals FROM host_state").await, 1, "it had answered well each time");
}

#[tokio::test]
async fn a_server_that_has_had_enough_is_asked_again_when_it_says() {
    let lived = Lived::new(SourceKind::GitHub, &["one", "two"]).await;
    let until = at(900 + 90).timestamp();
    lived.answers_with(move |path| match path.contains("two") && path.contains("pull-request") {
        false => (200, String::new(), json!({ "items": [] })),
        true => (403, format!("x-ratelimit-remaining: 0\r\nx-ratelimit-reset: {until}\r\n"), json!({})),
    });
    let polled = lived.poll(900).await;
    assert_eq!((polled.fault, lived.server.requests().len()), (None, 4));
    let wait = (polled.next_poll_at - at(900)).num_seconds();
    assert!((90..=99).contains(&wait), "{wait} s");
    lived.answers(|_| (200, json!({ "items": [] })));
    let polled = lived.poll(1_000).await;
    assert_eq!(lived.server.requests().len(), 5, "only what was left over is asked for");
    let wait = (polled.next_poll_at - at(1_000)).num_seconds();
    assert!((300..=330).contains(&wait), "{wait} s");
}

#[tokio::test]
async fn a_server_that_has_had_enough_for_hours_is_not_read() {
    let lived = Lived::new(SourceKind::Lemmy, &["one", "two"]).await;
    lived.answers_with(|path| match path.contains("q=two") {
        false => (200, String::new(), nothing().1),
        true => (429, "retry-after: 40000\r\n".to_owned(), json!({})),
    });
    let polled = lived.poll(900).await;
    assert_eq!(polled.fault.map(|fault| fault.label()), Some("throttled"));
    assert!((polled.next_poll_at - at(900)).num_seconds() >= 40_000);
    assert_eq!(lived.coverage(0, 20_000).await.unread.len(), 1, "that the rest is not read for half a day is told");
}

/// Polls a source of so many terms whenever it is due, for some time, at a server that counts calls within any time as
/// long as its window; nothing is found. Holds that it never refuses a call, and that every lane is asked as often as
/// the rounds allow.
async fn keeps_to_its_window(kind: SourceKind, secret: bool, (allowed, window): (usize, i64), terms: &[&str]) {
    let mut lived = Lived::new(kind, terms).await;
    lived.source.token = lived.source.token.filter(|_| secret);
    let lanes = adapter(kind).lanes(&lived.source).len();
    assert!(lanes > allowed, "{kind:?} has only {lanes} lanes");
    let (clock, log) = (lived.clock.clone(), Arc::new(Mutex::new(Vec::<(Instant, String)>::new())));
    let seen = Arc::clone(&log);
    lived.answers(move |path| {
        let (now, mut log) = (clock.now(), seen.lock().unwrap());
        log.push((now, path.to_owned()));
        let busy = log.iter().filter(|(at, _)| *at > now - TimeDelta::seconds(window)).count();
        let nothing = json!({ "items": [], "posts": [], "grouped_search_result": {}, "results": [], "articles": [] });
        if busy > allowed { (429, json!({})) } else { (200, nothing) }
    });
    let interval = i64::try_from(lived.source.interval.usual().as_secs()).unwrap();
    // Each round takes a window for what does not fit into the one before, and polls are spread by a tenth.
    let round = (interval + window * i64::try_from(lanes / allowed).unwrap()) * 11 / 10;
    let (mut seconds, end) = (0, 4 * round);
    while seconds < end {
        let polled = lived.poll(seconds).await;
        assert_eq!((polled.fault, polled.problems), (None, Vec::new()), "{kind:?} after {seconds} s");
        seconds += (polled.next_poll_at - at(seconds)).num_milliseconds().div_euclid(1_000) + 1;
    }
    let mut asked = BTreeMap::<String, usize>::new();
    for (_, path) in log.lock().unwrap().iter() {
        // What is asked for differs in its times only.
        let words = path.split(|sign: char| !sign.is_ascii_alphabetic()).collect::<Vec<_>>().join(" ");
        *asked.entry(words).or_default() += 1;
    }
    let times: Vec<usize> = asked.values().copied().collect();
    assert!(asked.len() == lanes && times.iter().all(|times| (4..=5).contains(times)), "{kind:?}: {asked:?}");
    let state = lived.bed.store.source_states().await.unwrap().remove(0);
    assert_eq!((state.failures, state.fault), (0, None));
    assert!(lived.coverage(0, end).await.unread.is_empty());
}

#[tokio::test]
async fn a_source_of_more_lanes_than_its_network_takes_at_once_is_read_in_rounds() {
    let words = [
        "ape", "bee", "cat", "dog", "elk", "fox", "gnu", "hen", "ibis", "jay", "kite", "lark", "mole", "newt", "owl",
        "pig", "quail", "rat", "seal", "toad", "vole", "wolf",
    ];
    keeps_to_its_window(SourceKind::GitHub, false, (10, 60), &words[..6]).await;
    keeps_to_its_window(SourceKind::GitHub, true, (30, 60), &words[..17]).await;
    keeps_to_its_window(SourceKind::Discourse, false, (8, 60), &words[..17]).await;
    keeps_to_its_window(SourceKind::Itunes, false, (20, 60), &words[..21]).await;
    // GDELT is asked for several words at once, as long as they are not too long together.
    let (long, longer) = ("acme ".repeat(40), "bottle ".repeat(30));
    keeps_to_its_window(SourceKind::Gdelt, false, (1, 5), &[long.trim(), longer.trim()]).await;
}

#[tokio::test]
async fn pages_count_within_the_window_as_well_and_are_read_one_after_the_other() {
    let lived = Lived::new(SourceKind::Gdelt, &["acme"]).await;
    let article = |number: i64| {
        let seen = at(DAY - number * 60).format("%Y%m%dT%H%M%SZ").to_string();
        json!({ "url": format!("https://n.example/{number}"), "title": "acme", "seendate": seen })
    };
    lived.answers(|_| (200, json!({})));
    lived.poll(0).await;
    let flood = json!({ "articles": (0..250).map(article).collect::<Vec<_>>() });
    lived.answers(move |path| {
        let is_first = path.contains(&at(DAY).format("enddatetime=%Y%m%d%H%M%S").to_string());
        (200, if is_first { flood.clone() } else { json!({ "articles": [article(250)] }) })
    });
    let polled = lived.poll(DAY).await;
    assert_eq!((polled.fault, polled.entries, polled.goes_on), (None, 250, true));
    let wait = (polled.next_poll_at - at(DAY)).num_milliseconds();
    assert!((5_000..=5_500).contains(&wait), "{wait} ms");
    let polled = lived.poll(DAY + 6).await;
    assert_eq!((polled.fault, polled.committed.entries, polled.goes_on), (None, 1, false));
    assert!((polled.next_poll_at - at(DAY)).num_seconds() >= 300);
    assert!(lived.coverage(0, 2 * DAY).await.lost.is_empty());
}

#[tokio::test]
async fn a_poll_by_hand_in_the_same_moment_says_that_the_network_takes_no_more() {
    let lived = Lived::new(SourceKind::Gdelt, &["acme"]).await;
    lived.answers(|_| (200, json!({})));
    assert_eq!(lived.poll(0).await.fault, None);
    let polled = lived.poll(2).await;
    assert_eq!(polled.fault.unwrap().to_string(), "what its network takes in 5s is used up");
    assert_eq!((lived.server.requests().len(), lived.poll(5).await.fault), (1, None));
}
