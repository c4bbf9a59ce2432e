//! What is forgotten, and above all what is not.

use std::time::Duration;

use mentiond::store::{Committed, Pruned};

use super::bed::{ANNA, Bed, DAY, HOP, at, complaint, plain, said, setup};

const KEEP: Duration = Duration::from_secs(30 * 86_400);

#[tokio::test]
async fn entries_go_after_their_time_and_mentions_after_twelve_times_as_long() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![plain("a"), said("b", HOP, "Kari", None), complaint("c", HOP, &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    bed.poll("blog", vec![plain("new")], at(3 * DAY)).await;
    assert_eq!(bed.store.prune(at(29 * DAY), KEEP).await.unwrap(), Pruned::default());
    let first = bed.store.prune(at(31 * DAY), KEEP).await.unwrap();
    assert_eq!(first, Pruned { entries: 1, mentions: 0, notices: 0 });
    let last = bed.store.prune(at(361 * DAY), KEEP).await.unwrap();
    assert_eq!(last, Pruned { entries: 2, mentions: 2, notices: 1 });
    for table in [
        "SELECT count(*) FROM mention",
        "SELECT count(*) FROM alert",
        "SELECT count(*) FROM outbox_alert",
        "SELECT count(*) FROM attempt",
    ] {
        assert_eq!(bed.number(table).await, 0, "{table}");
    }
    assert_eq!(bed.number("SELECT count(*) FROM entry").await, 1);
    bed.store.optimize().await.unwrap();
}

#[tokio::test]
async fn what_a_source_shows_for_years_never_comes_back_as_new() {
    let bed = Bed::new().await;
    let shown = || vec![plain("a"), complaint("b", HOP, &[ANNA])];
    bed.poll("blog", shown(), at(0)).await;
    bed.deliver(at(30)).await;
    for day in 1..800 {
        assert_eq!(bed.poll("blog", shown(), at(day * DAY + day % 7)).await, Committed::default());
        if day % 50 == 0 {
            assert_eq!(bed.store.prune(at(day * DAY + 100), KEEP).await.unwrap().entries, 0);
        }
    }
}

#[tokio::test]
async fn what_was_shown_last_is_kept_while_the_source_is_unchanged_unreadable_or_not_configured() {
    let bed = Bed::with_sources(&["unchanged", "down", "half", "gone"]).await;
    let shown = |name: &str| vec![complaint(&format!("{name}-1"), HOP, &[ANNA]), plain(&format!("{name}-2"))];
    for name in ["unchanged", "down", "half", "gone"] {
        bed.poll(name, shown(name), at(0)).await;
    }
    bed.deliver(at(30)).await;
    bed.store.sync_sources(&[setup("unchanged"), setup("down"), setup("half")], at(DAY)).await.unwrap();
    for day in 1..500 {
        bed.poll("unchanged", vec![], at(day * DAY)).await;
        bed.fail("down", vec![], at(day * DAY)).await.unwrap();
        bed.fail("half", vec![plain("half-2")], at(day * DAY)).await.unwrap();
    }
    bed.store.prune(at(500 * DAY), KEEP).await.unwrap();
    bed.store
        .sync_sources(&[setup("unchanged"), setup("down"), setup("half"), setup("gone")], at(500 * DAY))
        .await
        .unwrap();
    for name in ["unchanged", "down", "half", "gone"] {
        assert_eq!(bed.poll(name, shown(name), at(500 * DAY)).await, Committed::default(), "{name}");
    }
}

#[tokio::test]
async fn what_waits_or_was_given_up_is_kept_with_its_mention() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("waiting", HOP, &[ANNA])], at(0)).await;
    bed.poll("forum", vec![complaint("dead", "Lego", &[ANNA])], at(0)).await;
    let claimed = bed.store.claim_outbox("me", at(30), at(930), 5).await.unwrap();
    for message in &claimed {
        match &message.notice {
            mentiond::model::Notice::Alert(alert) if alert.brand == HOP => {
                bed.store.mark_retry(message.id, "me", at(31), at(900 * DAY), "busy").await.map(drop).unwrap()
            }
            _ => bed.store.mark_dead(message.id, "me", at(31), "no").await.map(drop).unwrap(),
        }
    }
    for source in ["blog", "forum"] {
        bed.poll(source, vec![plain(source)], at(790 * DAY)).await;
    }
    assert_eq!(bed.store.prune(at(800 * DAY), KEEP).await.unwrap(), Pruned::default());
    assert_eq!(bed.deliver(at(900 * DAY)).await.len(), 1);
    assert_eq!(bed.store.retry_dead(None, "kari", at(900 * DAY)).await.unwrap(), 1);
    bed.deliver(at(900 * DAY)).await;
    assert_eq!(bed.store.prune(at(1_300 * DAY), KEEP).await.unwrap(), Pruned { entries: 2, mentions: 2, notices: 2 });
}

#[tokio::test]
async fn an_entry_goes_with_all_its_mentions_or_stays_with_all() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![said("a", HOP, "Kari", None)], at(0)).await;
    bed.poll("blog", vec![said("a", "Lego", "Kari", None)], at(200 * DAY)).await;
    bed.poll("blog", vec![plain("b")], at(300 * DAY)).await;
    assert_eq!(bed.store.prune(at(400 * DAY), KEEP).await.unwrap(), Pruned::default());
    assert_eq!(bed.store.prune(at(561 * DAY), KEEP).await.unwrap(), Pruned { entries: 1, mentions: 2, notices: 0 });
}

#[tokio::test]
async fn much_is_forgotten_in_many_steps() {
    let bed = Bed::new().await;
    bed.poll("blog", (0..4_500).map(|number| plain(&number.to_string())).collect(), at(0)).await;
    bed.poll("blog", vec![plain("new")], at(3 * DAY)).await;
    assert_eq!(bed.store.prune(at(40 * DAY), KEEP).await.unwrap().entries, 4_500);
    assert_eq!(bed.store.prune(at(40 * DAY), Duration::MAX).await.unwrap(), Pruned::default(), "time has a beginning");
}

#[tokio::test]
async fn what_another_source_still_shows_is_kept() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("post", HOP, &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    for day in 1..400 {
        bed.poll("blog", vec![plain("another post")], at(day * DAY)).await;
        bed.poll("forum", vec![complaint("post", HOP, &[ANNA])], at(day * DAY)).await;
    }
    assert_eq!(bed.store.prune(at(400 * DAY), KEEP).await.unwrap().entries, 0);
}
