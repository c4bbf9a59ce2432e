//! What a webhook delivered, and nobody has read yet, when its source changes.

use mentiond::model::notice::Lost;
use mentiond::model::{Instant, LossReason, SourceKind};
use mentiond::store::SourceSetup;

use super::bed::{Bed, DAY, at, setup};

fn page() -> SourceSetup {
    SourceSetup { kind: SourceKind::Facebook, credential: "a".to_owned(), ..setup("page") }
}

/// With two documents that wait.
async fn waiting() -> Bed {
    let bed = Bed::with_sources(&["blog"]).await;
    bed.store.sync_sources(&[page(), setup("blog")], at(0)).await.unwrap();
    for (seconds, body) in [(10, "one"), (20, "two")] {
        assert!(bed.store.keep_sent("page", body.as_bytes(), at(seconds)).await.unwrap());
    }
    bed
}

async fn documents(bed: &Bed) -> i64 {
    bed.number("SELECT count(*) FROM delivered_document").await
}

/// What coverage says is missing.
async fn lost(bed: &Bed) -> Vec<String> {
    let coverage = bed.store.coverage(at(-DAY), at(DAY)).await.unwrap();
    let told = |Lost { source, loss }: Lost| {
        let LossReason::Told(why) = loss.why else { panic!("{:?}", loss.why) };
        let seconds = |instant: Instant| (instant - at(0)).num_seconds();
        format!("{source}, {} to {}: {why}", seconds(loss.from), seconds(loss.to))
    };
    coverage.lost.into_iter().map(told).collect()
}

#[tokio::test]
async fn it_is_read_with_other_credentials_and_where_the_network_is_asked_now() {
    for changed in [
        SourceSetup { credential: "b".to_owned(), ..page() },
        SourceSetup { fingerprint: "the next version".to_owned(), host: "other.example:443".to_owned(), ..page() },
    ] {
        let bed = waiting().await;
        bed.store.sync_sources(&[changed.clone(), setup("blog")], at(100)).await.unwrap();
        // Once more, as at each start.
        bed.store.sync_sources(&[changed, setup("blog")], at(200)).await.unwrap();
        let claimed = bed.store.claim_deliveries("me", at(200), at(300), 10).await.unwrap();
        let bodies: Vec<&[u8]> = claimed.iter().map(|claimed| claimed.document.body.as_slice()).collect();
        assert_eq!((bodies, documents(&bed).await), (vec![b"one".as_slice()], 2));
        assert_eq!(lost(&bed).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn it_is_said_to_be_lost_where_nobody_can_read_it() {
    let bed = waiting().await;
    bed.store.sync_sources(&[setup("blog")], at(100)).await.unwrap();
    let gone =
        "page, 10 to 100: 2 deliveries still waited to be read when the source was taken out of the configuration";
    assert_eq!((lost(&bed).await, documents(&bed).await), (vec![gone.to_owned()], 0));
    // Who brings it back hears what is sent from then on, and what is sent again.
    bed.store.sync_sources(&[page(), setup("blog")], at(200)).await.unwrap();
    assert!(bed.store.keep_sent("page", b"one", at(210)).await.unwrap());
    assert_eq!((lost(&bed).await, documents(&bed).await), (vec![gone.to_owned()], 1));

    let other = SourceSetup { kind: SourceKind::Instagram, fingerprint: "b".to_owned(), ..page() };
    bed.store.sync_sources(&[other, setup("blog")], at(300)).await.unwrap();
    let changed = "page, 210 to 300: a delivery still waited to be read when the source was made one of another kind";
    assert_eq!((lost(&bed).await, documents(&bed).await), (vec![gone.to_owned(), changed.to_owned()], 0));
}

#[tokio::test]
async fn what_cannot_be_read_back_is_lost_and_holds_up_nobody() {
    let bed = waiting().await;
    bed.execute("UPDATE delivered_document SET asks = 'no list' WHERE body = CAST('one' AS BLOB)").await;
    let claimed = bed.store.claim_deliveries("me", at(100), at(200), 10).await.unwrap();
    assert_eq!(claimed.iter().map(|claimed| claimed.document.body.as_slice()).collect::<Vec<_>>(), [b"two"]);
    assert_eq!(lost(&bed).await, ["page, 10 to 100: a delivery could not be read back from the database"]);
}
