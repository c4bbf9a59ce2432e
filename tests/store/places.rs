//! What is kept of a source beside its entries: where it is found, whether it is polled at all, how often it speaks.

use std::time::Duration;

use chrono::TimeDelta;
use mentiond::model::{Instant, Interval, Pace, PollFault, Rhythm, Whereabouts};
use mentiond::store::{ClaimedSource, FoundEntry, PollCommit, SourceSetup};

use super::bed::{Bed, DAY, HOUR, at, commit, plain, setup};

const ADAPTIVE: Interval = Interval::Adaptive { usual: Duration::from_secs(900) };

async fn claimed(bed: &Bed, now: Instant) -> ClaimedSource {
    bed.store.claim_source("blog", "me", now, now + TimeDelta::minutes(10)).await.unwrap().unwrap()
}

fn moved() -> Whereabouts {
    let url = |text: &str| Some(text.parse().unwrap());
    Whereabouts { moved_to: url("https://new.example/"), moving_to: url("https://newer.example/"), moving_seen: 2 }
}

#[tokio::test]
async fn what_is_known_of_a_source_is_kept_until_it_is_pointed_elsewhere() {
    let bed = Bed::with_sources(&["blog"]).await;
    let fresh = claimed(&bed, at(0)).await;
    assert_eq!(fresh, ClaimedSource { claimed_until: fresh.claimed_until, ..ClaimedSource::fresh("blog") });
    let rhythm = Rhythm { every: Some(Duration::from_secs(60)), skip_hours: 5, skip_days: 3, expired: true };
    let poll = PollCommit {
        rhythm: rhythm.clone(),
        whereabouts: moved(),
        stopped: Some("why".to_owned()),
        ..commit("blog", vec![plain("a")], at(1))
    };
    bed.store.commit_poll(poll).await.unwrap();
    bed.store.sync_sources(&[setup("blog")], at(2)).await.unwrap();
    let kept = claimed(&bed, at(3)).await;
    assert_eq!((kept.rhythm, kept.whereabouts), (rhythm, moved()));
    assert_eq!(kept.pace, Pace::default().after([None].into_iter(), 1, at(1)));
    assert_eq!(bed.store.source_states().await.unwrap()[0].stopped.as_deref(), Some("why"));

    let elsewhere = SourceSetup { fingerprint: "b".to_owned(), ..setup("blog") };
    bed.store.sync_sources(&[elsewhere], at(4)).await.unwrap();
    let due = bed.store.claim_sources("me", at(4), at(600), 9).await.unwrap();
    let [anew] = due.as_slice() else { panic!("{due:?}") };
    assert_eq!((anew.rhythm.clone(), anew.pace.clone(), anew.whereabouts.clone()), Default::default());
}

#[tokio::test]
async fn a_stopped_source_is_never_due_and_a_poll_by_hand_that_can_read_it_starts_it_again() {
    let bed = Bed::with_sources(&["blog"]).await;
    bed.poll("blog", vec![], at(0)).await;
    bed.claim("blog", at(900)).await;
    let fault = Some(PollFault::Gone);
    let gone = PollCommit { fault, stopped: Some("gone".to_owned()), ..commit("blog", vec![], at(900)) };
    bed.store.commit_poll(gone).await.unwrap();
    assert_eq!(bed.store.claim_sources("me", at(9 * DAY), at(10 * DAY), 9).await.unwrap(), []);
    assert_eq!(bed.store.next_poll_at().await.unwrap(), None);
    bed.store.sync_sources(&[setup("blog")], at(9 * DAY)).await.unwrap();
    let gaps = bed.store.coverage(at(8 * DAY), at(9 * DAY)).await.unwrap().unread;
    let told: Vec<&str> = gaps.iter().map(|gap| gap.reason.as_str()).collect();
    assert_eq!(told, ["the address is gone for good (status 410)"], "it is not mentiond's downtime");

    bed.fail("blog", vec![], at(9 * DAY)).await.unwrap();
    assert_eq!(bed.store.next_poll_at().await.unwrap(), None, "no answer does not start it again");
    bed.poll("blog", vec![], at(9 * DAY + 900)).await;
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(9 * DAY + 1_800)));
}

#[tokio::test]
async fn an_expired_feed_stays_in_the_coverage_with_its_reason() {
    let bed = Bed::with_sources(&["blog"]).await;
    bed.claim("blog", at(0)).await;
    let expired = PollCommit { stopped: Some("it has expired".to_owned()), ..commit("blog", vec![], at(0)) };
    bed.store.commit_poll(expired).await.unwrap();
    assert!(bed.store.coverage(at(-1), at(HOUR)).await.unwrap().is_complete());
    let gaps = bed.store.coverage(at(HOUR), at(DAY)).await.unwrap().unread;
    assert_eq!(gaps.iter().map(|gap| gap.reason.as_str()).collect::<Vec<_>>(), ["it has expired"]);
}

#[tokio::test]
async fn a_source_that_is_not_due_in_a_period_is_no_gap_in_it() {
    let bed = Bed::with_sources(&["blog"]).await;
    bed.claim("blog", at(0)).await;
    let daily = PollCommit { next_poll_at: at(26 * HOUR), ..commit("blog", vec![], at(0)) };
    bed.store.commit_poll(daily).await.unwrap();
    assert!(bed.store.coverage(at(HOUR), at(25 * HOUR)).await.unwrap().is_complete());
    assert!(!bed.store.coverage(at(3 * HOUR), at(27 * HOUR)).await.unwrap().is_complete(), "it was due, and not read");
}

#[tokio::test]
async fn only_new_entries_count_for_the_pace_and_with_them_or_not_at_all() {
    let bed = Bed::with_sources(&["blog"]).await;
    let dated = |key: &str, hours: i64| {
        let mut found = plain(key);
        found.entry.published_at = Some(at(0) - TimeDelta::hours(hours));
        found
    };
    let poll = async |entries: Vec<FoundEntry>, now: Instant| {
        let pace = claimed(&bed, now).await.pace;
        bed.store.commit_poll(PollCommit { pace, ..commit("blog", entries, now) }).await.unwrap();
        bed.store.release_claims("me").await.unwrap();
        claimed(&bed, now).await.pace.last_week(now)
    };
    bed.fail("blog", vec![], at(-900)).await.unwrap();
    let backlog = || vec![dated("a", 300), dated("b", 100), dated("c", 1)];
    assert_eq!(poll(backlog(), at(0)).await, 2, "the dates of the backlog, and not when it was found");
    bed.store.release_claims("me").await.unwrap();
    assert_eq!(poll([backlog(), vec![dated("d", 200), plain("e")]].concat(), at(HOUR)).await, 4);
    bed.store.release_claims("me").await.unwrap();

    bed.execute("CREATE TRIGGER boom BEFORE UPDATE OF pace ON source_state BEGIN SELECT RAISE(ABORT, 'boom'); END")
        .await;
    let pace = claimed(&bed, at(2 * HOUR)).await.pace;
    let crash = PollCommit { pace, ..commit("blog", vec![plain("f")], at(2 * HOUR)) };
    assert!(bed.store.commit_poll(crash).await.is_err());
    assert_eq!(bed.number("SELECT count(*) FROM entry WHERE key = 'f'").await, 0);
}

#[tokio::test]
async fn an_interval_that_follows_the_pace_outlives_a_restart() {
    let bed = Bed::with_sources(&["blog"]).await;
    let adaptive = SourceSetup { interval: ADAPTIVE, ..setup("blog") };
    bed.store.sync_sources(std::slice::from_ref(&adaptive), at(0)).await.unwrap();
    bed.claim("blog", at(0)).await;
    let slow = PollCommit {
        interval: Duration::from_secs(20 * 3_600),
        next_poll_at: at(20 * HOUR),
        ..commit("blog", vec![], at(0))
    };
    bed.store.commit_poll(slow).await.unwrap();
    bed.store.sync_sources(&[adaptive], at(HOUR)).await.unwrap();
    assert_eq!(bed.store.next_poll_at().await.unwrap(), Some(at(20 * HOUR)), "a start does not poll before its time");
    bed.store.note_downtime(at(30 * HOUR)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM outage").await, 0, "it is less than an interval late");
    bed.store.note_downtime(at(41 * HOUR)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM outage").await, 1);
    bed.store.sync_sources(&[setup("blog")], at(2 * HOUR)).await.unwrap();
    assert_eq!(
        bed.store.next_poll_at().await.unwrap(),
        Some(at(2 * HOUR)),
        "an interval that is configured counts at once"
    );
}
