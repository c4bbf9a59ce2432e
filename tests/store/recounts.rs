//! What is counted of an entry after it was stored.

use chrono::TimeDelta;
use mentiond::model::counts::next_recount;
use mentiond::model::{Counts, EntryKey, Imprint, Instant};
use mentiond::store::{Committed, FoundEntry, PollCommit, Recounted};

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, commit, complaint, plain, said};

/// A poll that showed nothing new, after which something is counted anew.
async fn recount(bed: &Bed, source: &str, recounted: Recounted, seconds: i64) -> Committed {
    bed.claim(source, at(seconds)).await;
    bed.store.commit_poll(PollCommit { recounted, ..commit(source, vec![], at(seconds)) }).await.unwrap()
}

/// The same with other counts.
fn counted(found: &FoundEntry, engagement: u64, followers: Option<u64>) -> Recounted {
    let entry = Counts { engagement: Some(engagement), followers }.on(found.entry.clone());
    Recounted { changed: vec![FoundEntry { entry, ..found.clone() }], ..Recounted::default() }
}

/// As it was shown first.
fn first(key: &str, engagement: u64) -> FoundEntry {
    let mut found = said(key, HOP, "Kari", Some(-0.5));
    found.entry.engagement = Some(engagement);
    found
}

/// What the store shows of the only mention: now, first, and when it was counted.
async fn shown(bed: &Bed, mention: i64) -> (Option<u64>, Option<u64>, Option<Instant>, Option<u64>) {
    let trail = bed.store.trail(mention, at(9 * DAY)).await.unwrap().unwrap();
    let followers = trail.entry.author.and_then(|author| author.followers);
    (trail.view.engagement, trail.view.engagement_first, trail.view.counted_at, followers)
}

#[tokio::test]
async fn the_newest_counts_stand_beside_the_first_and_nothing_is_written_without_a_change() {
    let bed = Bed::new().await;
    let post = first("a", 80);
    bed.poll("blog", vec![post.clone(), plain("b")], at(0)).await;
    assert_eq!(shown(&bed, 1).await, (Some(80), Some(80), None, None));
    let risen = recount(&bed, "blog", counted(&post, 1_240, Some(7)), HOUR).await;
    assert_eq!(risen, Committed { recounts: 1, ..Committed::default() });
    let now = (Some(1_240), Some(80), Some(at(HOUR)), Some(7));
    assert_eq!(shown(&bed, 1).await, now);
    assert_eq!(bed.number("SELECT engagement FROM mention").await, 1_240, "digests count by it");
    let same = recount(&bed, "blog", counted(&post, 1_240, Some(7)), 2 * HOUR).await;
    assert_eq!((same.recounts, shown(&bed, 1).await), (0, now));
    // Of followers nothing was said this time, and they stay.
    let asked = [(EntryKey("a".to_owned()), Counts { engagement: Some(1_200), followers: None })].into();
    let changed = bed.store.counted_otherwise("blog", &asked, false).await.unwrap();
    assert_eq!(
        changed.iter().map(Counts::of).collect::<Vec<_>>(),
        [Counts { engagement: Some(1_200), followers: Some(7) }]
    );
}

#[tokio::test]
async fn only_what_is_counted_otherwise_is_told_and_only_of_mentions() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![first("a", 80), plain("b")], at(0)).await;
    let counts = |key: &str, engagement| {
        let counts = Counts { engagement: Some(engagement), followers: None };
        [(EntryKey(key.to_owned()), counts)].into_iter().collect()
    };
    for (source, key, engagement, all, told) in [
        ("blog", "a", 80, false, 0),
        ("blog", "a", 81, false, 1),
        ("blog", "a", 79, false, 1),
        ("blog", "b", 5, false, 0),
        ("blog", "b", 5, true, 1),
        ("blog", "unknown", 5, true, 0),
        ("forum", "a", 81, false, 0),
    ] {
        let changed = bed.store.counted_otherwise(source, &counts(key, engagement), all).await.unwrap();
        assert_eq!(changed.len(), told, "{source} {key} {engagement}");
    }
}

#[tokio::test]
async fn what_a_copy_counts_is_not_what_its_original_counts() {
    let bed = Bed::new().await;
    let page = |key: &str, engagement| {
        let mut found = first(key, engagement);
        found.entry.url = Some("https://blog.example/a-long-article".to_owned());
        found.entry.title = "The same article of them all".to_owned();
        found.entry.text = "It says the same in as many words wherever it is shown".to_owned();
        found
    };
    bed.poll("blog", vec![page("a", 80)], at(0)).await;
    let copy = bed.poll("forum", vec![page("b", 3)], at(60)).await;
    assert_eq!((copy.copies, copy.entries), (1, 0));
    let counts = |key: &str| [(EntryKey(key.to_owned()), Counts { engagement: Some(4), followers: None })].into();
    assert!(bed.store.counted_otherwise("forum", &counts("b"), true).await.unwrap().is_empty());
    assert_eq!(recount(&bed, "forum", counted(&page("b", 3), 4, None), HOUR).await.recounts, 0);
    assert_eq!(shown(&bed, 1).await.0, Some(80));
}

#[tokio::test]
async fn young_mentions_are_put_down_the_longest_waiting_first() {
    let bed = Bed::new().await;
    let published = |key: &str, hours: i64| {
        let mut found = first(key, 1);
        found.entry.published_at = Some(at(0) - TimeDelta::hours(hours));
        found
    };
    let entries =
        vec![published("new", 1), published("older", 30), published("old", 48), first("undated", 1), plain("b")];
    bed.claim("blog", at(0)).await;
    let goes_on = Recounted { goes_on: true, ..Recounted::default() };
    bed.store.commit_poll(PollCommit { recounted: goes_on.clone(), ..commit("blog", entries, at(0)) }).await.unwrap();
    bed.poll("forum", vec![first("elsewhere", 1)], at(0)).await;
    let due = async |seconds: i64, limit| {
        let stale = bed.store.stale_counts("blog", at(seconds), limit).await.unwrap();
        stale.into_iter().map(|stale| (stale.key, stale.since)).collect::<Vec<_>>()
    };
    let keys = |due: &[(EntryKey, Instant)]| due.iter().map(|(key, _)| key.0.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&due(0, 9).await), ["new", "older", "undated"]);
    let asked = due(0, 2).await;
    let asked = asked.into_iter().map(|(key, since)| (key, next_recount(since, at(0)))).collect();
    recount(&bed, "blog", Recounted { asked, ..goes_on.clone() }, 60).await;
    assert_eq!(keys(&due(60, 9).await), ["undated"]);
    assert_eq!(keys(&due(1_800, 9).await), ["undated", "new"], "after half an hour");
    assert_eq!(keys(&due(4 * HOUR, 9).await), ["undated", "new", "older"], "after an eighth of its age");
    // After two days that is over, whoever shows it again.
    let over = due(2 * DAY, 9).await.into_iter().map(|(key, since)| (key, next_recount(since, at(2 * DAY)))).collect();
    recount(&bed, "blog", Recounted { asked: over, ..goes_on }, 2 * DAY).await;
    assert!(due(9 * DAY, 9).await.is_empty());
    assert!(bed.store.stale_counts("forum", at(9 * DAY), 9).await.unwrap().is_empty(), "nobody asks there");
}

#[tokio::test]
async fn what_rises_may_alert_once_in_its_life() {
    let bed = Bed::new().await;
    let post = first("a", 3);
    bed.poll("blog", vec![post.clone()], at(0)).await;
    assert!(bed.deliver(at(60)).await.is_empty());
    let loud = |engagement| {
        let alert = complaint("a", HOP, &[ANNA]);
        counted(&FoundEntry { entry: post.entry.clone(), ..alert }, engagement, None)
    };
    let risen = recount(&bed, "blog", loud(100), HOUR).await;
    assert_eq!((risen.alerts, risen.mentions, risen.recounts), (1, 0, 1));
    let trail = bed.store.trail(1, at(HOUR)).await.unwrap().unwrap();
    assert_eq!((trail.decision.as_str(), trail.alert.unwrap().created_at), ("alert", at(HOUR)));
    assert_eq!(bed.deliver(at(HOUR + 60)).await.len(), 1);
    for (hours, engagement) in [(2, 400), (3, 90), (4, 5_000)] {
        assert_eq!(recount(&bed, "blog", loud(engagement), hours * HOUR).await.alerts, 0);
    }
    assert!(bed.deliver(at(5 * HOUR)).await.is_empty());
}

#[tokio::test]
async fn what_alerted_at_once_or_mentions_the_brand_no_more_does_not_alert_later() {
    let bed = Bed::new().await;
    let mut alerted = complaint("a", HOP, &[OLE]);
    alerted.entry.engagement = Some(3);
    bed.poll("blog", vec![alerted.clone()], at(0)).await;
    assert_eq!(bed.deliver(at(60)).await.len(), 1);
    assert_eq!(recount(&bed, "blog", counted(&alerted, 900, None), HOUR).await.alerts, 0);
    let post = first("b", 3);
    bed.poll("blog", vec![post.clone()], at(2 * HOUR)).await;
    let mut edited = plain("b");
    edited.entry.text = "This says nothing of anybody now".to_owned();
    edited.entry.engagement = Some(3);
    assert_eq!(bed.poll("blog", vec![edited], at(3 * HOUR)).await.edits, 1);
    let loud = counted(&FoundEntry { entry: post.entry.clone(), ..complaint("b", HOP, &[ANNA]) }, 900, None);
    let risen = recount(&bed, "blog", loud, 4 * HOUR).await;
    assert_eq!((risen.alerts, risen.recounts), (0, 1));
}

#[tokio::test]
async fn what_is_found_late_since_something_new_is_looked_for_is_no_news_when_it_is_old() {
    for (published, looked_for, news_since, alerts) in [
        (Some(at(-HOUR)), "another brand as well", at(0), 0),
        (None, "another brand as well", at(HOUR), 0),
        (Some(at(-HOUR)), "another brand as well", at(-2 * HOUR), 1),
        // The same was looked for before: it is found by what is counted of it now.
        (Some(at(-HOUR)), "", at(0), 1),
    ] {
        let bed = Bed::new().await;
        let mut post = plain("a");
        post.entry.published_at = published;
        bed.poll("blog", vec![post.clone()], at(0)).await;
        let mut risen = FoundEntry { entry: post.entry.clone(), ..complaint("a", HOP, &[ANNA]) };
        risen.imprint = Imprint::of(&post.entry, looked_for);
        let recounted = Recounted { news_since, ..counted(&risen, 900, None) };
        let committed = recount(&bed, "blog", recounted, HOUR).await;
        assert_eq!((committed.mentions, committed.alerts), (1, alerts), "{published:?} {looked_for} {news_since}");
        let decision = bed.store.trail(1, at(HOUR)).await.unwrap().unwrap().decision;
        assert_eq!(decision, if alerts == 1 { "alert" } else { "there_before" });
    }
}
