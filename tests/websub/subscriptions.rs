//! Subscriptions from the first poll to the end: asked, verified, renewed, denied, moved, left.

use std::os::unix::fs::PermissionsExt;

use axum::http::StatusCode;

use super::bed::{Bed, DAY, PUBLIC, TOPIC, at};
use crate::common::daemon::mentiond;

#[tokio::test]
async fn a_feed_that_names_a_hub_is_subscribed_and_polled_once_a_day() {
    let bed = Bed::new().await;
    let form = bed.asked(1).await;
    assert_eq!((form["hub.mode"].as_str(), form["hub.topic"].as_str()), ("subscribe", TOPIC));
    assert_eq!(form["hub.lease_seconds"], "864000");
    let token = form["hub.callback"].strip_prefix("https://monitor.example/m/websub/").unwrap();
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    assert_eq!(form["hub.secret"], bed.secret(token));

    assert_eq!(bed.verify(&form, "unsubscribe", TOPIC, "1").await.status, 404, "that is not what was asked");
    assert_eq!(bed.verify(&form, "publish", TOPIC, "1").await.status, 404);
    assert_eq!(bed.verify(&form, "subscribe", "https://other.example/", "1").await.status, 404);
    assert_eq!(bed.state().await.0, "asked");
    let verified = bed.verify(&form, "subscribe", TOPIC, "432000").await;
    assert_eq!((verified.status, verified.body.as_str()), (200, "c-7f3a91"));
    assert_eq!(bed.verify(&form, "subscribe", TOPIC, "432000").await.status, 200, "a hub may ask twice");

    bed.advance(1_000).await;
    assert_eq!(bed.publisher.polls(), 2, "the poll that was planned already");
    assert!((DAY - 1_000..DAY * 11 / 10).contains(&bed.next_poll().await), "{}", bed.next_poll().await);
    bed.advance(2 * DAY).await;
    assert!((3..=4).contains(&bed.publisher.polls()), "{} polls in two days", bed.publisher.polls());
    let unpolled = bed.app().store().coverage(at(4_000), at(DAY - 4_000)).await.unwrap();
    assert!(unpolled.is_complete(), "a source that its hub tells of is read: {unpolled:?}");
    assert_eq!(bed.publisher.forms().len(), 1);

    let state = bed.dir.path().join("state");
    for file in ["mentiond.db", "mentiond.db-wal"] {
        let bytes = std::fs::read(state.join(file)).unwrap();
        let secret = form["hub.secret"].as_bytes();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret), "the secret stands in {file}");
    }
    assert_eq!(state.join("hub-key").metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_lease_is_renewed_after_four_fifths_and_polls_return_when_that_fails() {
    const HOUR: i64 = 3_600;
    let (bed, form) = Bed::live().await;
    assert_eq!(bed.verify(&form, "subscribe", TOPIC, "36000").await.status, 200);
    bed.advance(8 * HOUR - 60).await;
    assert_eq!(bed.publisher.forms().len(), 1);
    bed.publisher.answer(StatusCode::INTERNAL_SERVER_ERROR, "");
    bed.advance(8 * HOUR + 1).await;
    assert_eq!(bed.publisher.forms()[1], form, "same topic, same callback, same secret");
    assert_eq!(bed.state().await.0, "live", "the lease still runs");
    bed.advance(10 * HOUR - 60).await;
    let tries = bed.publisher.forms().len();
    assert!((6..=9).contains(&tries), "it was asked {tries} times with growing pauses");
    let polls = bed.publisher.polls();
    bed.advance(10 * HOUR + 1).await;
    assert_eq!(bed.state().await.0, "asked");
    bed.advance(14 * HOUR).await;
    assert!(bed.publisher.polls() >= polls + 10, "it is polled as before");

    bed.publisher.answer(StatusCode::ACCEPTED, "");
    let tries = bed.publisher.forms().len();
    bed.advance(24 * HOUR).await;
    assert!(bed.publisher.forms().len() > tries);
    assert_eq!(bed.verify(&form, "subscribe", TOPIC, "").await.status, 200);
    assert_eq!(bed.state().await, ("live".to_owned(), None));
    let lease = bed.number("SELECT lease_until FROM subscription").await;
    assert_eq!(lease, at(11 * DAY).timestamp_millis(), "ten days where the hub does not say");
}

#[tokio::test]
async fn a_hub_that_refuses_is_asked_again_a_day_later() {
    let publisher_refuses = async |bed: &Bed| {
        bed.asked(1).await;
        bed.clock.idle().await;
        bed.state().await
    };
    let mut bed = Bed::new().await;
    bed.stop().await;
    bed.publisher.answer(StatusCode::FORBIDDEN, "no\u{1b}[31m such\r\ntopic");
    sqlx::query("DELETE FROM subscription").execute(&mut bed.raw().await).await.unwrap();
    sqlx::query("UPDATE source_state SET next_poll_at = 0").execute(&mut bed.raw().await).await.unwrap();
    let before = bed.publisher.forms().len();
    bed.start(PUBLIC, "blog").await;
    bed.asked(before + 1).await;
    let words = "the server refuses access (status 403): no[31m such topic";
    assert_eq!(publisher_refuses(&bed).await, ("denied".to_owned(), Some(words.to_owned())));
    bed.advance(DAY - 60).await;
    assert_eq!(bed.publisher.forms().len(), before + 1);
    bed.publisher.answer(StatusCode::TEMPORARY_REDIRECT, "");
    bed.advance(DAY + 60).await;
    let forms = bed.publisher.forms();
    assert_eq!(forms.len(), before + 3, "a hub that moved is followed with the whole form");
    assert_eq!(forms[before], forms[before + 2]);
    assert_eq!(bed.state().await.0, "asked");
}

#[tokio::test]
async fn a_hub_may_refuse_at_any_time() {
    let (bed, form) = Bed::live().await;
    bed.advance(2_000).await;
    assert!(bed.next_poll().await > 80_000);
    assert_eq!(bed.verify(&form, "denied", "https://other.example/", "").await.status, 404);
    assert_eq!(bed.verify(&form, "denied", TOPIC, "").await.status, 200);
    assert_eq!(bed.state().await, ("denied".to_owned(), Some("policy".to_owned())));
    assert!(bed.next_poll().await <= 990, "it is polled as before");
    bed.advance(DAY + 2_100).await;
    assert_eq!(bed.publisher.forms().len(), 2);
}

#[tokio::test]
async fn the_status_tells_how_hubs_stand() {
    let (bed, form) = Bed::live().await;
    std::fs::write(bed.dir.path().join("mentiond.toml"), bed.config("", PUBLIC, "blog", "allow_private = true\n"))
        .unwrap();
    let status = || String::from_utf8(mentiond(bed.dir.path(), &["status"]).stdout).unwrap();
    assert_eq!(bed.deliver_with(&form, None, b"<rss/>").await.status, 200);
    let shown = status();
    assert!(shown.contains("Hubs (1)\n  blog                     delivers, to be renewed before its end "), "{shown}");
    assert!(shown.contains("; 1 delivery ignored for want of a signature\n"), "{shown}");
    assert_eq!(bed.verify(&form, "denied", TOPIC, "").await.status, 200);
    let shown = status();
    assert!(shown.contains("REFUSED; the source is polled as usual; policy; 1 delivery"), "{shown}");
    assert!(!shown.contains(&form["hub.secret"]));
}

#[tokio::test]
async fn a_restart_in_the_middle_keeps_the_subscription() {
    let mut bed = Bed::new().await;
    let form = bed.asked(1).await;
    bed.stop().await;
    bed.start(PUBLIC, "blog").await;
    bed.advance(1_800).await;
    assert_eq!(bed.publisher.forms().len(), 1, "the hub is given time");
    assert_eq!(bed.verify(&form, "subscribe", TOPIC, "432000").await.status, 200);
    bed.stop().await;
    bed.start(PUBLIC, "blog").await;
    bed.advance(2 * DAY).await;
    assert_eq!(bed.publisher.forms().len(), 1);
    assert_eq!(bed.number("SELECT count(*) FROM subscription").await, 1);
    assert_eq!(bed.deliver(&form, "<rss/>").await.status, 200);
}

#[tokio::test]
async fn a_hub_that_never_verifies_is_asked_again() {
    let bed = Bed::new().await;
    let form = bed.asked(1).await;
    bed.advance(3_700).await;
    assert_eq!(bed.publisher.forms(), [form.clone(), form]);
}

#[tokio::test]
async fn leave_is_taken_when_the_source_goes() {
    let (mut bed, form) = Bed::live().await;
    bed.stop().await;
    bed.start(PUBLIC, "another name").await;
    let farewell = bed.asked(2).await;
    for key in ["hub.topic", "hub.callback"] {
        assert_eq!(farewell[key], form[key]);
    }
    assert_eq!((farewell["hub.mode"].as_str(), farewell.get("hub.secret")), ("unsubscribe", None));
    assert_eq!(bed.verify(&form, "subscribe", TOPIC, "").await.status, 404);
    assert_eq!(bed.verify(&form, "unsubscribe", TOPIC, "").await.body, "c-7f3a91");
    assert_eq!(bed.deliver(&form, "<rss/>").await.status, 410);
    bed.advance(60).await;
    let own = bed.asked(3).await;
    assert_ne!(own["hub.callback"], form["hub.callback"]);
}

#[tokio::test]
async fn leave_is_taken_when_nobody_can_be_reached_any_more_and_polls_return() {
    let (mut bed, form) = Bed::live().await;
    bed.advance(2_000).await;
    bed.stop().await;
    bed.publisher.answer(StatusCode::SERVICE_UNAVAILABLE, "");
    bed.start("", "blog").await;
    assert_eq!(bed.asked(2).await["hub.mode"], "unsubscribe");
    assert_eq!(bed.deliver(&form, "<rss/>").await.status, 410);
    assert!(bed.next_poll().await <= 990);
    bed.advance(2 * DAY).await;
    assert_eq!(bed.publisher.forms().len(), 4, "three times, then the lease ends it");
    assert_eq!(bed.state().await.0, "found", "for the day when somebody can be reached again");
    bed.stop().await;
    bed.publisher.answer(StatusCode::ACCEPTED, "");
    bed.start("public_url = \"https://elsewhere.example\"\n", "blog").await;
    let again = bed.asked(5).await;
    assert!(again["hub.callback"].starts_with("https://elsewhere.example/websub/"), "{again:?}");
}

#[tokio::test]
async fn a_hub_that_changes_is_followed_once_a_day() {
    let (bed, form) = Bed::live().await;
    let other = |number: usize| {
        let port = bed.publisher.port;
        Some(format!("<http://127.0.0.1:{port}/moved?{number}>; rel=hub, <{TOPIC}>; rel=self"))
    };
    bed.publisher.link(other(1));
    bed.advance(1_000).await;
    assert_eq!(bed.state().await.0, "live", "not before a day has passed");
    bed.advance(DAY + 11_000).await;
    let forms = bed.publisher.forms();
    let modes: Vec<&str> = forms.iter().map(|form| form["hub.mode"].as_str()).collect();
    assert_eq!(modes.iter().filter(|mode| **mode == "unsubscribe").count(), 1, "{modes:?}");
    assert_eq!(bed.deliver(&form, "<rss/>").await.status, 410);
    for number in 2..14 {
        bed.publisher.link(other(number));
        bed.advance(DAY + 11_000 + 1_000 * i64::try_from(number).unwrap()).await;
    }
    assert_eq!(bed.number("SELECT count(*) FROM subscription").await, 2, "a feed cannot make us ask without end");
}

#[tokio::test]
async fn a_hub_that_does_not_deliver_is_no_longer_relied_on() {
    let (bed, form) = Bed::live().await;
    bed.publisher.publish("Rain in Bergen");
    bed.advance(2_000).await;
    assert_eq!(bed.state().await.0, "live", "that came before the hub had promised anything");
    bed.publisher.publish("Skip Hop is terrible");
    bed.advance(2 * DAY).await;
    let silent = "the hub did not deliver what a poll found";
    assert_eq!(bed.number("SELECT count(*) FROM subscription WHERE failures > 0").await, 1);
    assert_eq!(bed.mentions().await, 1);
    assert_eq!(bed.state().await, ("denied".to_owned(), Some(silent.to_owned())));
    let polls = bed.publisher.polls();
    bed.advance(2 * DAY + 7_200).await;
    assert!(bed.publisher.polls() >= polls + 6);
    bed.advance(2 * DAY + 20_000).await;
    let forms = bed.publisher.forms();
    assert!((2..=6).contains(&forms.len()) && forms.iter().all(|asked| *asked == form), "it gets another chance");
}
