//! The link by which somebody takes care of what a notice tells, as each kind of channel shows it.

use mentiond::model::outbox::OutboxMessage;

use super::SECRET;
use super::kinds::post;
use crate::common::notices::{alert, item, mention};

const LINK: &str = "https://monitor.example/acknowledge/AQAAAABrSdIAAjE3-_x";

#[tokio::test]
async fn every_kind_shows_the_link() {
    for (kind, lines, secret, times) in [
        ("webhook", "url = \"URL/\"", SECRET, 1),
        ("slack", "", "URL/services/x", 1),
        ("teams", "", "URL/workflows/x", 1),
        ("ntfy", "url = \"URL\"\nroom = \"alerts\"", SECRET, 1),
        ("telegram", "url = \"URL\"\nroom = \"-1001234\"", "1:x", 1),
        ("matrix", "url = \"URL\"\nroom = \"!a:b\"", SECRET, 2),
    ] {
        let lines = format!("kind = \"{kind}\"\n{lines}");
        let plain = alert(vec![item(mention(17, "Strap broke"))], 0, false);
        let linked = OutboxMessage { acknowledge: Some(LINK.to_owned()), ..plain.clone() };
        assert_eq!(post(&lines, secret, linked).await.text.matches(LINK).count(), times, "{kind}");
        let text = post(&lines, secret, plain).await.text;
        assert!(!text.contains("acknowledge/") && !text.contains("I take care of it"), "{text}");
    }
}
