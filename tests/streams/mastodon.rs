//! Streams of Mastodon, poll after poll into a store.

use mentiond::model::{PollFault, SourceKind};

use super::{Polling, arrive};
use crate::common::contract::SECRET;
use crate::common::streams::Manner;

/// Ids are milliseconds in front of 16 bits; this is an hour before the day of the samples.
const FIRST: u64 = 1_795_000_000_000 << 16;

async fn polling() -> Polling {
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
    let stream = format!("STREAM /api/v1/streaming?stream=hashtag&tag=skiphop\n  authorization: Bearer {SECRET}");
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
