//! What hubs deliver: believed only with a signature, read as polled documents are, never lost and never twice.

use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use mentiond::store::Store;
use sha2::{Sha256, Sha384, Sha512};

use super::bed::{Bed, DAY, PUBLIC, sign};
use crate::common::publisher::rss;

const COMPLAINT: &str = "Skip Hop is terrible: no answer, still waiting for my refund, never again";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn mac<M: Mac + KeyInit>(secret: &str, body: &[u8]) -> String {
    let mac = <M as KeyInit>::new_from_slice(secret.as_bytes()).unwrap();
    hex(&mac.chain_update(body).finalize().into_bytes())
}

#[tokio::test]
async fn every_method_of_signing_is_read() {
    let (bed, form) = Bed::live().await;
    let secret = &form["hub.secret"];
    let titles = [COMPLAINT, "Skip Hop two", "Skip Hop three", "Skip Hop four"];
    for (index, title) in titles.iter().enumerate() {
        let body = rss(&[title]);
        let signature = match index {
            0 => sign(secret, body.as_bytes()),
            1 => format!("sha256={}", mac::<Hmac<Sha256>>(secret, body.as_bytes())),
            2 => format!("sha384={}", mac::<Hmac<Sha384>>(secret, body.as_bytes())),
            _ => format!("sha512={}", mac::<Hmac<Sha512>>(secret, body.as_bytes())),
        };
        assert_eq!(bed.deliver_with(&form, Some(&signature), body.as_bytes()).await.status, 200);
        bed.advance(1).await;
        assert_eq!(bed.mentions().await, i64::try_from(index).unwrap() + 1, "{signature}");
    }
    assert_eq!(bed.number("SELECT count(*) FROM delivered_document").await, 0);
    assert_eq!(bed.number("SELECT count(*) FROM outbox").await, 1, "what is delivered alerts as what is polled");
    assert_eq!(bed.publisher.polls(), 1);
}

#[tokio::test]
async fn what_nobody_signed_is_acknowledged_counted_and_ignored() {
    let (bed, form) = Bed::live().await;
    let body = rss(&[COMPLAINT]);
    let right = sign(&form["hub.secret"], body.as_bytes());
    let other = sign("another secret", body.as_bytes());
    for signature in [None, Some(""), Some(other.as_str()), Some("sha1="), Some("md5=00"), right.get(..20)] {
        assert_eq!(bed.deliver_with(&form, signature, body.as_bytes()).await.status, 200, "{signature:?}");
    }
    assert_eq!(bed.deliver_with(&form, Some(&right), b"<rss/>").await.status, 200, "signed, but not this");
    bed.advance(1).await;
    assert_eq!(bed.mentions().await, 0);
    assert_eq!(bed.number("SELECT ignored FROM subscription").await, 7);
    assert_eq!(bed.number("SELECT count(*) FROM delivered_document").await, 0);
}

#[tokio::test]
async fn a_delivery_and_a_poll_of_the_same_entry_are_one_mention() {
    let (bed, form) = Bed::live().await;
    for title in ["Rain in Bergen", COMPLAINT] {
        bed.publisher.publish(title);
    }
    let next = bed.next_poll().await;
    for _ in 0..2 {
        assert_eq!(bed.deliver(&form, &rss(&[COMPLAINT])).await.status, 200);
        bed.advance(1).await;
    }
    assert_eq!((bed.mentions().await, bed.publisher.polls()), (1, 1));
    assert_eq!(bed.next_poll().await, next - 1, "a delivery does not move the next poll");
    let seen = bed.number("SELECT count(*) FROM source_state WHERE shown_at IS NULL").await;
    assert_eq!(seen, 1, "nor does it say what the source shows");
    bed.advance(DAY + 10_000).await;
    assert_eq!(bed.publisher.polls(), 3);
    assert_eq!(bed.number("SELECT count(*) FROM entry").await, 2);
    assert_eq!((bed.mentions().await, bed.state().await.0), (1, "live".to_owned()));
    assert_eq!(bed.number("SELECT count(*) FROM alert").await, 1);
}

/// One item, as a publisher that tells it at length shows it.
fn item(guid: &str, title: &str, text: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>Blog</title><item><guid isPermaLink=\"false\">{guid}</guid>\
         <link>/{guid}</link><title>{title}</title><description>{text}</description></item></channel></rss>"
    )
}

#[tokio::test]
async fn what_is_delivered_is_edited_told_as_one_story_and_deleted_as_what_is_polled() {
    const TEXT: &str = "Skip Hop recalls the activity centre that it sold from March to September, after eleven parents \
                        reported that a strap comes loose when a child leans against it. Nobody was hurt. Owners get a new \
                        strap by mail, or their money back in any shop that sells the brand. The company says that it has \
                        changed the supplier, and that the seat itself is sound. The authority for consumers has asked for \
                        a report on how the fault passed two inspections, which it wants to publish in the new year.";
    const DELETED: &str = "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\">\
                           <title>Blog</title><id>b</id><at:deleted-entry ref=\"one\" when=\"2026-03-02T08:00:00Z\"/></feed>";
    let (bed, form) = Bed::live().await;
    for (guid, title, text) in [
        ("one", "A loose strap", TEXT.to_owned()),
        ("one", "A loose strap, and terrible service", format!("{TEXT} The service is terrible.")),
        ("two", "A loose strap", TEXT.to_owned()),
    ] {
        assert_eq!(bed.deliver(&form, &item(guid, title, &text)).await.status, 200);
        bed.advance(60).await;
    }
    assert_eq!((bed.mentions().await, bed.number("SELECT count(*) FROM entry").await), (2, 2));
    assert_eq!(bed.number("SELECT count(*) FROM sighting WHERE source = 'blog'").await, 2);
    assert!(bed.number("SELECT count(*) FROM revision").await > 0, "what it said before the edit is kept");
    assert_eq!(bed.number("SELECT count(DISTINCT story_id) FROM mention").await, 1, "copies are one story");
    assert_eq!(bed.deliver(&form, DELETED).await.status, 200);
    bed.advance(120).await;
    assert_eq!(bed.number("SELECT count(*) FROM entry WHERE deleted_at IS NOT NULL").await, 1);
    assert_eq!((bed.publisher.polls(), bed.mentions().await), (1, 2));
}

#[tokio::test]
async fn what_is_delivered_counts_for_the_pace_of_its_source() {
    let (bed, form) = Bed::live().await;
    let today = "SELECT json_extract(pace, '$.counts[0]') FROM source_state";
    assert_eq!(bed.number(today).await, 0);
    for _ in 0..2 {
        assert_eq!(bed.deliver(&form, &rss(&["Skip Hop one", "Skip Hop two"])).await.status, 200);
        bed.advance(1).await;
        assert_eq!(bed.number(today).await, 2, "each once");
    }
}

#[tokio::test]
async fn what_was_acknowledged_is_read_after_a_restart() {
    let (mut bed, form) = Bed::live().await;
    // Somebody polls the source, so that nothing delivered can be read.
    let store: &Store = bed.app().store();
    let (now, until) = (bed.clock.now(), bed.clock.now() + TimeDelta::hours(1));
    assert!(store.claim_source("blog", "somebody", now, until).await.unwrap().is_some());
    assert_eq!(bed.deliver(&form, &rss(&[COMPLAINT])).await.status, 200);
    bed.advance(60).await;
    assert_eq!((bed.mentions().await, bed.number("SELECT count(*) FROM delivered_document").await), (0, 1));
    bed.stop().await;
    bed.start(PUBLIC, "blog").await;
    bed.advance(7_200).await;
    assert_eq!((bed.mentions().await, bed.number("SELECT count(*) FROM delivered_document").await), (1, 0));
    assert_eq!(bed.number("SELECT count(*) FROM alert").await, 1);
}

#[tokio::test]
async fn what_cannot_be_read_goes_and_the_source_is_polled_instead() {
    let (bed, form) = Bed::live().await;
    bed.advance(2_000).await;
    assert!(bed.next_poll().await > 80_000);
    let polls = bed.publisher.polls();
    for garbage in ["", "\0\u{1}\u{2}", "{\"items\": 5}", "<rss><channel><item>", "not a feed"] {
        assert_eq!(bed.deliver(&form, garbage).await.status, 200, "{garbage}");
        bed.advance(2_000).await;
        assert_eq!(bed.number("SELECT count(*) FROM delivered_document").await, 0, "{garbage}");
    }
    bed.advance(4_000).await;
    assert_eq!(bed.publisher.polls(), polls + 2, "at once, and as soon as its interval allows");
    assert_eq!(bed.number("SELECT count(*) FROM source_state WHERE failures = 0").await, 1);
}

#[tokio::test]
async fn what_can_never_be_stored_goes_and_keeps_nobody_waiting() {
    let (bed, form) = Bed::live().await;
    bed.advance(2_000).await;
    assert!(bed.next_poll().await > 80_000);
    let polls = bed.publisher.polls();
    let boom = "CREATE TRIGGER boom BEFORE INSERT ON entry WHEN NEW.title LIKE '%boom%' \
                BEGIN SELECT RAISE(ABORT, 'boom'); END";
    sqlx::query(boom).execute(&mut bed.raw().await).await.unwrap();
    assert_eq!(bed.deliver(&form, &rss(&["Skip Hop goes boom"])).await.status, 200);
    bed.advance(2_001).await;
    assert_eq!(bed.number("SELECT count(*) FROM delivered_document").await, 0);
    assert_eq!(bed.number("SELECT count(*) FROM source_state WHERE claimed_by IS NOT NULL").await, 0);
    assert_eq!(bed.publisher.polls(), polls + 1, "a poll may fare better");
}

#[tokio::test]
async fn what_ends_the_process_again_and_again_is_given_up() {
    let (mut bed, form) = Bed::live().await;
    bed.stop().await;
    let waiting = "INSERT INTO delivered_document (source, fingerprint, subscription_id, received_at, due_at, attempts, \
                   bytes, body) SELECT source, fingerprint, id, 0, 0, 10, 5, X'6279746573' FROM subscription";
    sqlx::query(waiting).execute(&mut bed.raw().await).await.unwrap();
    bed.start(PUBLIC, "blog").await;
    bed.advance(10).await;
    assert_eq!(bed.number("SELECT count(*) FROM delivered_document").await, 0);
    assert_eq!(bed.deliver(&form, &rss(&[COMPLAINT])).await.status, 200);
    bed.advance(20).await;
    assert_eq!(bed.mentions().await, 1);
}

#[tokio::test]
async fn so_many_wait_and_no_more() {
    let (bed, form) = Bed::live().await;
    let store: &Store = bed.app().store();
    let (now, until) = (bed.clock.now(), bed.clock.now() + TimeDelta::minutes(10));
    assert!(store.claim_source("blog", "somebody", now, until).await.unwrap().is_some());
    for number in 0..20 {
        let answer = bed.deliver(&form, &rss(&[format!("Skip Hop {number}")])).await;
        let expected = if number < 16 { 200 } else { 503 };
        assert_eq!(answer.status, expected, "{number}");
        assert_eq!(answer.head.contains("retry-after: 60"), expected == 503);
    }
    bed.advance(1_200).await;
    assert_eq!(bed.mentions().await, 16, "all that was acknowledged is read, the oldest first");
    assert_eq!(bed.deliver(&form, &rss(&["Skip Hop 20"])).await.status, 200);
}

#[tokio::test]
async fn relative_links_start_where_the_feed_was_read() {
    let (bed, form) = Bed::live().await;
    assert_eq!(bed.deliver(&form, &rss(&["Skip Hop"])).await.status, 200);
    bed.advance(1).await;
    let url: String = sqlx::query_scalar("SELECT url FROM entry").fetch_one(&mut bed.raw().await).await.unwrap();
    assert_eq!(url, format!("http://127.0.0.1:{}/skip-hop", bed.publisher.port));
}
