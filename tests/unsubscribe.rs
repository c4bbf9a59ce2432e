//! The link by which somebody leaves a digest: looking changes nothing, the button of the page and that of a mail program
//! (RFC 8058) leave, and only whose link it is.

use std::net::SocketAddr;

use mentiond::clock::Clock;
use mentiond::link::{Link, LinkKey, Purpose};
use mentiond::web::{self, WebState};

use crate::common::web::{KEY, parts, serve};
use crate::store::bed::{ANNA, Bed, DAY, OLE, at};
use crate::websub::bed::{Answer, send};

struct Desk {
    bed: Bed,
    clock: Clock,
    address: SocketAddr,
}

impl Desk {
    async fn new() -> Self {
        let (bed, clock) = (Bed::new().await, Clock::simulated(at(0)));
        let address = serve(web::router(WebState::new(parts(&bed.store, &clock)))).await;
        Self { bed, clock, address }
    }

    async fn send(&self, method: &str, token: &str, body: &[u8]) -> Answer {
        send(self.address, method, &format!("/unsubscribe/{token}"), &[], body).await
    }

    async fn left(&self) -> Vec<String> {
        let leaves = self.bed.store.digest_leaves().await.unwrap();
        leaves.into_iter().map(|leave| format!("{}: {}", leave.digest, leave.recipient)).collect()
    }
}

fn token(purpose: Purpose, digest: &str, recipient: &str) -> String {
    let (subject, recipient) = (digest.to_owned(), recipient.to_owned());
    LinkKey::new(KEY).unwrap().sign(&Link { purpose, subject, recipient, until: at(14 * DAY) })
}

#[tokio::test]
async fn looking_changes_nothing_and_one_click_leaves_one_digest() {
    let desk = Desk::new().await;
    let token = token(Purpose::Unsubscribe, "daily", ANNA);
    for method in ["GET", "HEAD", "GET"] {
        assert_eq!(desk.send(method, &token, b"").await.status, 200, "{method}");
        assert!(desk.left().await.is_empty(), "{method} changes nothing");
    }
    let page = desk.send("GET", &token, b"").await.body;
    for words in ["Leave the digest “daily”?", ANNA, "<button>Leave this digest</button>"] {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    for body in [b"List-Unsubscribe=One-Click".as_slice(), b""] {
        let page = desk.send("POST", &token, body).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("You have left the digest “daily”"), "{}", page.body);
        assert_eq!(desk.left().await, [format!("daily: {ANNA}")], "twice is the same as once");
    }
    let page = desk.send("GET", &token, b"").await.body;
    assert!(page.contains("You have left the digest") && !page.contains("<form"), "{page}");
    let other = self::token(Purpose::Unsubscribe, "weekly", OLE);
    desk.send("POST", &other, b"List-Unsubscribe=One-Click").await;
    assert_eq!(desk.left().await, [format!("daily: {ANNA}"), format!("weekly: {OLE}")]);
}

#[tokio::test]
async fn the_page_speaks_the_language_of_the_digest() {
    let desk = Desk::new().await;
    let token = token(Purpose::Unsubscribe, "weekly-nb", ANNA);
    assert!(desk.send("GET", &token, b"").await.body.contains("Avbestille oversikten «weekly-nb»?"));
    assert!(desk.send("POST", &token, b"").await.body.contains("Oversikten «weekly-nb» er avbestilt"));
    let of = async |recipient: &str| {
        desk.send("GET", &self::token(Purpose::Unsubscribe, "weekly", recipient), b"").await.body
    };
    assert!(of(ANNA).await.contains("Die Übersicht „weekly“ abbestellen?"), "as the mail, by the brands of it");
    assert!(of(OLE).await.contains("Leave the digest “weekly”?"));
}

#[tokio::test]
async fn a_link_that_is_not_for_this_leaves_nothing() {
    let desk = Desk::new().await;
    let good = token(Purpose::Unsubscribe, "daily", ANNA);
    for bad in [token(Purpose::Acknowledge, "daily", ANNA), format!("{good}A"), "x".to_owned()] {
        for method in ["GET", "POST"] {
            assert_eq!(desk.send(method, &bad, b"List-Unsubscribe=One-Click").await.status, 404, "{bad}");
        }
    }
    desk.clock.advance_to(at(15 * DAY));
    assert_eq!(desk.send("POST", &good, b"List-Unsubscribe=One-Click").await.status, 410, "it is too old");
    assert!(desk.left().await.is_empty());
}
