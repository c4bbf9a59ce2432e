//! A feed that is read back after a downtime, by the older documents that it names.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use mentiond::model::{Instant, Loss, LossReason, Source, SourceKind};
use mentiond::pipeline::Reading;
use mentiond::store::ClaimedSource;

use crate::common::contract::{now, pipeline};
use crate::common::hostile::{Reply, Server};

/// A document with entries of these numbers, each dated as many hours after the epoch.
fn document(numbers: std::ops::Range<i64>, head: &str) -> String {
    let entry = |number: i64| {
        let at = start() + TimeDelta::hours(number);
        format!("<entry><id>urn:{number}</id><title>{number}</title><published>{}</published></entry>", at.to_rfc3339())
    };
    let entries: String = numbers.rev().map(entry).collect();
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>urn:feed</id>{head}{entries}</feed>")
}

fn start() -> Instant {
    now() - TimeDelta::hours(1_000)
}

fn found(body: &str) -> Reply {
    let length = body.len();
    Reply::bytes(format!("HTTP/1.1 200 OK\r\netag: \"{length}\"\r\ncontent-length: {length}\r\n\r\n{body}"))
}

fn refused(status: u16) -> Reply {
    Reply::bytes(format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n"))
}

/// Reads 0 to 9 in a first poll, and then, after a downtime, what `later` answers.
struct Downtime {
    server: Server,
    claim: ClaimedSource,
    polls: i64,
}

impl Downtime {
    async fn before(later: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let first = Arc::new(std::sync::atomic::AtomicBool::new(true));
        let server = Server::start(move |path| {
            if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
                return found(&document(0..10, "<link rel='prev-archive' href='/never'/>"));
            }
            later(path)
        })
        .await;
        let mut downtime = Self { server, claim: ClaimedSource::fresh("roast"), polls: 0 };
        assert_eq!(downtime.poll().await.entries.len(), 10);
        assert_eq!(downtime.asked(), ["/feed"]);
        downtime
    }

    async fn poll(&mut self) -> Reading {
        let mut source = Source::new("roast".to_owned(), SourceKind::Feed, self.server.url("/feed"));
        source.allow_private = true;
        self.polls += 1;
        let at = now() + TimeDelta::minutes(self.polls);
        let reading = pipeline().read_source(&source, &self.claim, at).await;
        self.claim.cursor = reading.cursor.clone();
        self.claim.validators = reading.validators.clone();
        reading
    }

    /// Paths, with a mark where an unchanged document would be enough.
    fn asked(&self) -> Vec<String> {
        let path = |head: &String| {
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            if head.contains("if-none-match") { format!("{path} if changed") } else { path }
        };
        self.server.requests().iter().map(path).collect()
    }
}

fn numbers(reading: &Reading) -> Vec<i64> {
    let hours = |at: DateTime<_>| (at - start()).num_hours();
    let mut numbers: Vec<i64> = reading.entries.iter().filter_map(|entry| entry.published_at).map(hours).collect();
    numbers.sort_unstable();
    numbers
}

/// How long the document is whose headers say when to come back.
fn length(reading: &Reading) -> String {
    reading.headers.as_ref().unwrap().get("content-length").unwrap().to_str().unwrap().to_owned()
}

fn newest_length() -> String {
    String::from_utf8(archives("/feed").head).unwrap().split_once("\r\n\r\n").unwrap().1.len().to_string()
}

fn archives(path: &str) -> Reply {
    found(&match path {
        "/feed" => document(40..50, "<link rel='prev-archive' href='/3'/><link rel='next' href='/no'/>"),
        "/3" => document(20..40, "<link rel='prev-archive' href='/2'/>"),
        "/2" => document(5..20, "<link rel='prev-archive' href='/1'/>"),
        _ => document(0..5, ""),
    })
}

#[tokio::test]
async fn older_documents_are_read_down_to_where_the_feed_was_left() {
    let mut downtime = Downtime::before(archives).await;
    let reading = downtime.poll().await;
    assert_eq!((reading.fault.as_ref(), reading.problems.len()), (None, 0), "{:?}", reading.problems);
    assert_eq!(numbers(&reading), (9..50).collect::<Vec<_>>());
    assert_eq!(downtime.asked()[1..], ["/feed if changed", "/3", "/2"]);
    assert_eq!(length(&reading), newest_length());
    // The newest document is the one that is known, and nothing is left to catch up with.
    downtime.poll().await;
    assert_eq!(downtime.asked()[4..], ["/feed if changed"]);
}

#[tokio::test]
async fn the_next_pages_of_a_feed_are_older_documents_too() {
    let pages = |path: &str| {
        found(&match path {
            "/feed" => document(20..30, "<link rel='next' href='/feed?page=2'/>"),
            _ => document(8..20, "<link rel='next' href='/feed?page=3'/>"),
        })
    };
    let mut downtime = Downtime::before(pages).await;
    assert_eq!(numbers(&downtime.poll().await), (9..30).collect::<Vec<_>>());
    assert_eq!(downtime.asked()[1..], ["/feed if changed", "/feed?page=2"]);
}

#[tokio::test]
async fn an_older_document_that_cannot_be_read_does_not_spoil_the_newest() {
    for (status, told, polls, why) in [
        (404, "status 404", 1, LossReason::Ends),
        (410, "gone for good", 1, LossReason::Ends),
        (403, "refuses", 1, LossReason::Ends),
        (500, "500", 3, LossReason::Pages(10)),
    ] {
        let mut lost = Vec::new();
        let mut downtime = Downtime::before(move |path| match path {
            "/feed" => archives(path),
            _ => refused(status),
        })
        .await;
        for poll in 1..=polls {
            let reading = downtime.poll().await;
            assert_eq!(reading.fault, None);
            lost.extend(reading.lost.clone());
            assert_eq!(numbers(&reading), (40..50).collect::<Vec<_>>(), "{status}");
            assert_eq!(length(&reading), newest_length());
            let problem = &reading.problems[0];
            assert!(problem.starts_with("an older document of the feed cannot be read: ") && problem.contains(told));
            assert_eq!(downtime.asked().last().unwrap(), "/3", "{poll}");
        }
        // The way back is given up, so that an unchanged document is enough again.
        let last = downtime.poll().await;
        let gap = Loss { from: start() + TimeDelta::hours(9), to: start() + TimeDelta::hours(40), why };
        // What is refused for good is told at once, and what may pass when nobody tries again.
        let told: Vec<Loss> = lost.into_iter().chain(last.lost).collect();
        assert_eq!((last.fault, told), (None, vec![gap]), "{status}");
        downtime.poll().await;
        assert_eq!(downtime.asked().last().unwrap(), "/feed if changed", "{status}");
    }
    let mut downtime = Downtime::before(|path| match path {
        "/feed" => archives(path),
        _ => found("<!doctype html><html><head><title>no</title></head></html>"),
    })
    .await;
    let reading = downtime.poll().await;
    assert_eq!((reading.fault, reading.entries.len()), (None, 10));
    assert!(reading.problems[0].contains("it is a web page, not a feed"), "{:?}", reading.problems);
}

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_is_asked_for_the_rest_later() {
    let busy = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let mut downtime = Downtime::before(move |path| match path {
        "/3" if busy.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 => refused(429),
        path => archives(path),
    })
    .await;
    let reading = downtime.poll().await;
    let rest = reading.rest.as_ref().map(mentiond::model::PollFault::label);
    assert_eq!((reading.fault.as_ref(), rest), (None, Some("throttled")), "the newest document was read");
    assert_eq!(numbers(&reading), (40..50).collect::<Vec<_>>());
    let reading = downtime.poll().await;
    assert_eq!((reading.fault.as_ref(), numbers(&reading)), (None, (9..50).collect::<Vec<_>>()));
    assert_eq!(downtime.asked()[1..], ["/feed if changed", "/3", "/feed", "/3", "/2"]);
}

#[tokio::test]
async fn a_feed_without_an_end_is_not_followed_for_ever() {
    let mut downtime = Downtime::before(|path| {
        let number: i64 = path.trim_start_matches("/feed").parse().unwrap_or(900);
        found(&document(number..number + 10, &format!("<link rel='prev-archive' href='/feed{}'/>", number - 10)))
    })
    .await;
    let reading = downtime.poll().await;
    assert_eq!((reading.fault, reading.requests, reading.entries.len()), (None, 11, 110));
    let to = start() + TimeDelta::hours(800);
    assert_eq!(reading.lost, [Loss { from: start() + TimeDelta::hours(9), to, why: LossReason::Pages(10) }]);
    downtime.poll().await;
    assert_eq!(downtime.asked()[12..], ["/feed if changed"]);
}

#[tokio::test]
async fn a_feed_that_leaves_out_more_than_it_does_between_its_entries_may_have_lost_something() {
    for (numbers, lost) in [
        (12..22, true),
        (10..20, false),
        (9..19, false),
        // A few entries tell nothing of what a feed leaves out.
        (30..34, false),
        // All at once, and as far apart as usual.
        (10..11, false),
    ] {
        let at = numbers.start;
        let first_read = numbers.clone();
        let mut downtime = Downtime::before(move |_| found(&document(first_read.clone(), ""))).await;
        let reading = downtime.poll().await;
        let why = LossReason::Newest(10);
        let gap = Loss { from: start() + TimeDelta::hours(9), to: start() + TimeDelta::hours(at), why };
        assert_eq!((reading.fault, reading.lost), (None, lost.then_some(gap).into_iter().collect()), "{at}");
        assert_eq!(downtime.poll().await.lost, [], "it is told once");
    }
}

#[tokio::test]
async fn only_what_the_same_server_names_is_read_and_nothing_after_a_document_that_reaches_down() {
    for (head, first) in [
        ("<link rel='prev-archive' href='http://127.0.1.9:9/archive'/>", 40),
        ("<link rel='prev-archive' href='/feed'/>", 40),
        ("<link rel='prev-archive' href='/3'/>", 9),
    ] {
        let mut downtime = Downtime::before(move |_| found(&document(first..50, head))).await;
        let reading = downtime.poll().await;
        assert_eq!((reading.fault, reading.requests), (None, 1), "{head}");
    }
}
