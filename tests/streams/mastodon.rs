//! Streams of Mastodon, poll after poll into a store.

use mentiond::model::{PollFault, SourceKind};

use super::{Polling, arrive};
use crate::common::contract::SECRET;
use crate::common::streams::Manner;

/// Ids are milliseconds in front of 16 bits; this is an hour before the day of the samples.
pub(super) const FIRST: u64 = 1_795_000_000_000 << 16;

pub(super) async fn polling() -> Polling {
    let mut polling = Polling::new(SourceKind::MastodonStreaming, &["skip hop"]).await;
    polling.source.token = Some(SECRET.to_owned().into());
    polling
}

#[tokio::test]
async fn the_timeline_is_read_whenever_a_stream_is_opened() {
    let polling = polling().await;
    let server = &polling.server;
    (0..50).for_each(|number| drop(server.toot_unheard("skiphop", FIRST + number, "before")));
    assert_eq!(polling.poll().await.fault, None);
    assert_eq!(polling.stored().await, (50, 0));
    let said = r#"{"stream":"hashtag","tag":"skiphop","type":"subscribe"}"#;
    let stream = format!("STREAM /api/v1/streaming\n  authorization: Bearer {SECRET}\n  {said}");
    let asked = server.requests();
    assert_eq!(asked[1], stream);
    assert!(
        asked[0].starts_with("GET /api/v2/instance\n")
            && asked[2].starts_with("GET /api/v1/timelines/tag/skiphop?limit=40\n")
    );
    assert_eq!(polling.bed.number("SELECT count(*) FROM source_state WHERE cursor LIKE '%SECRET%'").await, 0);

    // Of the stream alone.
    server.toot("skiphop", FIRST + 100, "live");
    server.toot("other", FIRST + 101, "another tag");
    arrive().await;
    let requests = server.requests().len();
    assert_eq!(polling.poll().await.committed.entries, 1);
    assert_eq!((server.requests().len(), server.opened()), (requests, 1), "nothing is asked for");

    // What happens while there is no stream.
    server.break_off();
    arrive().await;
    server.toot("skiphop", FIRST + 200, "between");
    for _ in 0..2 {
        polling.poll().await;
    }
    server.toot("skiphop", FIRST + 300, "live again");
    arrive().await;
    polling.poll().await;
    assert_eq!((polling.stored().await, server.opened()), ((53, 0), 2));
}

#[tokio::test]
async fn posts_are_edited_and_deleted() {
    let polling = polling().await;
    let server = &polling.server;
    server.toot_unheard("skiphop", FIRST + 1, "before");
    polling.poll().await;
    server.toot("skiphop", FIRST + 2, "the first words of a longer post about a bag");
    arrive().await;
    polling.poll().await;
    let edited = server.toot_unheard("skiphop", FIRST + 2, "the first words of a longer post about two bags");
    server.toot_event("skiphop", "status.update", &edited.to_string());
    server.untoot("skiphop", FIRST + 1);
    server.toot_event("skiphop", "delete", "12345");
    server.toot_event("skiphop", "filters_changed", "");
    server.toot("skiphop", FIRST + 3, "soon gone");
    server.untoot("skiphop", FIRST + 3);
    arrive().await;
    let polled = polling.poll().await;
    // What mentions nobody is not stored anew when it is edited, so that the deleted one alone changes the store.
    assert_eq!((polled.entries, polled.committed.deletions, polled.problems.len()), (1, 1, 0));
    assert_eq!(polling.stored().await, (2, 1));
}

#[tokio::test]
async fn a_gap_that_cannot_be_read_stays_open() {
    let polling = polling().await;
    let server = &polling.server;
    server.toot_unheard("skiphop", FIRST, "before");
    polling.poll().await;
    server.break_off();
    arrive().await;
    polling.poll().await;
    assert_eq!(server.opened(), 2, "the end is seen, and another stream opened");
    let between = (60 * 120_000) << 16;
    server.break_off();
    arrive().await;
    (0..100).for_each(|number| drop(server.toot_unheard("skiphop", FIRST + between + number, "between")));
    // The poll reads its stream and is then not stored.
    polling.poll_as("somebody else").await.unwrap_err();
    server.toot("skiphop", FIRST + between + 1_000, "live");
    arrive().await;
    polling.poll().await;
    assert_eq!((polling.stored().await, server.opened()), ((102, 0), 4));
}

#[tokio::test]
async fn a_token_that_is_not_taken_ends_it_and_is_not_told() {
    let polling = polling().await;
    let body = r#"{"error":"Invalid access token SECRET"}"#;
    let head = format!("HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: {}", body.len());
    polling.server.next(Manner::Answer(format!("{head}\r\n\r\n{body}")));
    let Some(PollFault::Revoked { status: 401, message }) = polling.poll().await.fault else { panic!("it is taken") };
    assert!(message.ends_with("renew the access token") && !message.contains(SECRET), "{message}");
}

#[tokio::test]
async fn a_hundred_tags_share_one_connection() {
    let tags: Vec<String> = (0..100).map(|number| format!("tag{number}")).collect();
    let mut polling = polling().await;
    polling.source.terms.clone_from(&tags);
    polling.step = chrono::TimeDelta::seconds(15);
    let server = &polling.server;
    for (number, tag) in (0..).zip(&tags) {
        // More than a page of the first one, which must not keep the others waiting.
        let posts = if number == 0 { 90 } else { 1 };
        (0..posts).for_each(|post| drop(server.toot_unheard(tag, FIRST + number * 1_000 + post, "before")));
    }
    let timelines = || server.requests().iter().filter(|request| request.starts_with("GET /api/v1/timelines")).count();
    let mut polls = 0;
    while polling.stored().await.0 < 189 {
        assert_eq!(polling.poll().await.fault, None);
        polls += 1;
        assert!(polls <= 12, "{:?}", polling.stored().await);
    }
    // Whatever is left of the timelines shows nothing new.
    polling.poll().await;
    let asked = timelines();
    assert_eq!(asked, 3 + 1 + 99 * 2, "each to its end, which is an empty page");
    let first = server.requests().iter().position(|request| request.contains("/tag/tag0?")).unwrap();
    let other = server.requests().iter().position(|request| request.contains("/tag/tag99?")).unwrap();
    assert_eq!(other - first, 99, "the tags take turns");

    // From then on each post comes by the stream alone, however many polls there are.
    for round in 0..3 {
        for number in [0, 57, 99] {
            server.toot(&tags[number], FIRST + (200 << 16) + round * 100 + number as u64, "live");
        }
        arrive().await;
        assert_eq!(polling.poll().await.committed.entries, 3);
    }
    assert_eq!((timelines(), server.opened()), (asked, 1));
    assert_eq!(server.requests().iter().filter(|request| request.starts_with("GET /api/v2/instance")).count(), 1);

    // A break: each tag is read from where it was read before.
    server.break_off();
    arrive().await;
    server.toot_unheard("tag98", FIRST + (300 << 16), "between");
    for _ in 0..12 {
        assert_eq!(polling.poll().await.fault, None);
    }
    assert_eq!((polling.stored().await, server.opened()), ((199, 0), 2));
}

#[tokio::test]
async fn a_server_that_streams_elsewhere_now_is_asked_where() {
    let polling = polling().await;
    let server = &polling.server;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    server.streams_at(Some(format!("ws://{nobody}")));
    let refused = PollFault::Unreachable(format!("`{nobody}` refuses the connection"));
    for polls in 1..=2 {
        assert_eq!(polling.poll().await.fault.as_ref(), Some(&refused));
        assert_eq!(server.requests().len(), polls, "once in each poll");
    }
    server.streams_at(None);
    server.toot_unheard("skiphop", FIRST, "before");
    assert_eq!((polling.poll().await.fault, polling.stored().await), (None, (1, 0)));
    // It is believed from then on.
    polling.poll().await;
    assert_eq!((server.requests().len(), server.opened()), (6, 1));
}

#[tokio::test]
async fn what_a_server_does_not_tell_is_seen_within_the_hour() {
    let mut polling = polling().await;
    polling.step = chrono::TimeDelta::minutes(20);
    let server = &polling.server;
    server.next(Manner::Stubborn);
    server.toot_unheard("skiphop", FIRST, "before");
    polling.poll().await;
    server.toot("skiphop", FIRST + 1, "told to nobody");
    arrive().await;
    for stored in [1, 1, 2] {
        polling.poll().await;
        assert_eq!((polling.stored().await, server.opened()), ((stored, 0), 1));
    }
}
