//! The sample handshake, `tests/data/websub/handshake.json`, step by step.

use mentiond::parse::link_header;
use mentiond::websub::{self, Mode};
use serde_json::Value;
use url::Url;

use super::bed::{Bed, at, path, sign};
use crate::common::publisher::Form;

const SAMPLE: &str = include_str!("../data/websub/handshake.json");
const FEED: &str = include_str!("../data/websub/wordpress-search.rss.xml");
const TOKEN: &str = "8f1c0f7d2b";

fn steps() -> Vec<Value> {
    let sample: Value = serde_json::from_str(SAMPLE).unwrap();
    sample["steps"].as_array().unwrap().clone()
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap()
}

#[test]
fn steps_1_2_and_7_what_is_found_and_what_is_asked() {
    let steps = steps();
    let feed = Url::parse(text(&steps[0], "/request/url")).unwrap();
    let links = link_header::links([text(&steps[0], "/response/headers/link")], &feed);
    let hub = link_header::first(&links, "hub").unwrap();
    let topic = link_header::first(&links, "self").unwrap();
    assert_eq!(hub.as_str(), text(&steps[1], "/request/url"));

    let callback = websub::callback(&Url::parse("https://monitor.example").unwrap(), TOKEN).unwrap();
    let lease = websub::LEASE.as_secs().to_string();
    let form =
        websub::form(Mode::Subscribe, topic.as_str(), callback.as_str(), &lease, "sample-secret-not-a-credential");
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    assert_eq!(body, text(&steps[1], "/request/body"));
    assert_eq!(text(&steps[6], "/request/body"), "same form as step 2");
    assert!(websub::keeps_secrets(hub));
}

#[tokio::test]
async fn steps_3_to_6_what_the_hub_says() {
    let steps = steps();
    let bed = Bed::new().await;
    bed.asked(1).await;
    let topic = "https://slowmornings.example/feed/";
    let asked =
        "UPDATE subscription SET token = $1, topic = $2, callback = 'https://monitor.example/m/websub/8f1c0f7d2b'";
    sqlx::query(asked).bind(TOKEN).bind(topic).execute(&mut bed.raw().await).await.unwrap();
    let path_of = |step: &Value| {
        let url = Url::parse(text(step, "/request/url")).unwrap();
        format!("{}{}", url.path(), url.query().map(|query| format!("?{query}")).unwrap_or_default())
    };

    let unknown_topic = bed.send("GET", &path_of(&steps[5]), &[], b"").await;
    assert_eq!((unknown_topic.status, unknown_topic.body.as_str()), (404, ""));
    assert_eq!(bed.state().await.0, "asked");

    let verified = bed.send("GET", &path_of(&steps[2]), &[], b"").await;
    assert_eq!((verified.status, verified.body.as_str()), (200, text(&steps[2], "/response/body")));
    assert!(verified.head.contains("content-type: text/plain"), "{}", verified.head);
    assert!(verified.head.contains("x-content-type-options: nosniff"), "{}", verified.head);
    assert_eq!(bed.state().await.0, "live");
    let lease = bed.number("SELECT lease_until FROM subscription").await;
    assert_eq!(lease, at(432_000).timestamp_millis(), "the hub's number wins");

    let signature = text(&steps[3], "/request/headers/x-hub-signature");
    assert!(websub::is_signed("sample-secret-not-a-credential", signature, FEED.as_bytes()));
    let form = Form::from([("hub.callback".to_owned(), format!("https://monitor.example/m/websub/{TOKEN}"))]);
    assert_eq!(path(&form), path_of(&steps[3]));
    let foreign = bed.deliver_with(&form, Some(signature), FEED.as_bytes()).await;
    assert_eq!(foreign.status, 200, "it is signed with a secret that was never ours, and ignored");
    assert_eq!(bed.number("SELECT count(*) FROM entry").await, 0);
    let ours = sign(&bed.secret(TOKEN), FEED.as_bytes());
    let delivered = bed.deliver_with(&form, Some(&ours), FEED.as_bytes()).await;
    assert_eq!((delivered.status, delivered.body.as_str()), (200, ""));
    bed.advance(1).await;
    assert_eq!(bed.number("SELECT count(*) FROM entry").await, FEED.matches("<item>").count() as i64);

    let denied = bed.send("GET", &path_of(&steps[4]), &[], b"").await;
    assert_eq!((denied.status, denied.body.as_str()), (200, ""));
    assert_eq!(bed.state().await, ("denied".to_owned(), Some("policy".to_owned())));
}
