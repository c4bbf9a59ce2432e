//! The key from which the secrets for hubs follow changes: hubs are asked anew, the old secret signs nothing more, and
//! what was accepted before is still read.

use chrono::TimeDelta;
use mentiond::websub::HubKey;
use secrecy::ExposeSecret;

use super::bed::{Bed, DAY, PUBLIC, TOPIC, sign};
use crate::common::publisher::{Form, rss};

const KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The two forms that follow the first: leave is taken of the old callback, and a new one is subscribed.
async fn forms_after(bed: &Bed) -> (Form, Form) {
    let forms = [bed.asked(2).await, bed.asked(3).await];
    let of = |mode: &str| forms.iter().find(|form| form["hub.mode"] == mode).unwrap().clone();
    (of("unsubscribe"), of("subscribe"))
}

#[tokio::test]
async fn a_rotated_key_file_renews_the_subscription_and_loses_nothing_that_was_accepted() {
    let (mut bed, old) = Bed::live().await;
    // Somebody polls the source, so that what was accepted waits for the restart.
    let (now, until) = (bed.clock.now(), bed.clock.now() + TimeDelta::hours(1));
    assert!(bed.app().store().claim_source("blog", "somebody", now, until).await.unwrap().is_some());
    assert_eq!(bed.deliver(&old, &rss(&["Skip Hop before"])).await.status, 200);
    bed.stop().await;
    std::fs::write(bed.dir.path().join("key"), format!("{KEY}\n")).unwrap();
    bed.start(&format!("{PUBLIC}key_file = \"key\"\n"), "blog").await;

    let (farewell, new) = forms_after(&bed).await;
    assert_eq!(farewell["hub.callback"], old["hub.callback"]);
    assert_eq!(new["hub.topic"], old["hub.topic"]);
    assert!(new["hub.callback"] != old["hub.callback"] && new["hub.secret"] != old["hub.secret"]);
    let token = new["hub.callback"].rsplit('/').next().unwrap();
    assert_eq!(new["hub.secret"], HubKey::new(KEY).unwrap().secret(token).expose_secret());

    let late = rss(&["Skip Hop late"]);
    assert_eq!(bed.deliver(&old, &late).await.status, 410, "the old callback takes nothing, however it is signed");
    assert_eq!(bed.verify(&new, "subscribe", TOPIC, "432000").await.status, 200);
    let old_signature = sign(&old["hub.secret"], late.as_bytes());
    assert_eq!(bed.deliver_with(&new, Some(&old_signature), late.as_bytes()).await.status, 200);
    assert_eq!(bed.number("SELECT ignored FROM subscription WHERE state = 'live'").await, 1, "nor the new one by it");
    assert_eq!(bed.deliver(&new, &rss(&["Skip Hop after"])).await.status, 200);
    bed.advance(7_200).await;
    let mut raw = bed.raw().await;
    let titles: Vec<String> =
        sqlx::query_scalar("SELECT title FROM entry ORDER BY id").fetch_all(&mut raw).await.unwrap();
    assert_eq!(titles, ["Skip Hop before", "Skip Hop after"]);
    assert_eq!(bed.state().await.0, "live");

    bed.stop().await;
    bed.start(&format!("{PUBLIC}key_file = \"key\"\n"), "blog").await;
    bed.advance(DAY).await;
    assert_eq!(bed.publisher.forms().len(), 3, "the same key changes nothing");
}

#[tokio::test]
async fn a_key_that_was_removed_is_made_anew_and_polls_return_until_the_hub_has_verified() {
    let (mut bed, old) = Bed::live().await;
    bed.advance(2_000).await;
    assert!(bed.next_poll().await > 80_000);
    bed.stop().await;
    std::fs::remove_file(bed.dir.path().join("state/hub-key")).unwrap();
    bed.start(PUBLIC, "blog").await;
    let (_, new) = forms_after(&bed).await;
    let token = new["hub.callback"].rsplit('/').next().unwrap();
    assert!(new["hub.secret"] == bed.secret(token) && new["hub.secret"] != old["hub.secret"]);
    assert!(bed.next_poll().await <= 990, "no hub delivers for now");
    bed.advance(6_000).await;
    assert_eq!(bed.verify(&new, "subscribe", TOPIC, "432000").await.status, 200);
    bed.advance(8_000).await;
    assert!(bed.next_poll().await > 80_000, "it does again");
}
