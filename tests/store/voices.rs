//! Who wrote the stories that are watched for spikes: counted once for each hour, and still after entries were forgotten.

use std::time::Duration;

use mentiond::insight::spike::{Evidence, Settings, Story, Watch};
use mentiond::store::Pruned;

use super::bed::{Bed, DAY, HOP, at, plain, said};

/// What a watch that reads all stories anew says of the incident that is open.
async fn counted(bed: &Bed) -> Evidence {
    let (stories, last) = bed.store.told_stories(0, i64::MAX, 1_000).await.unwrap().unwrap();
    assert_eq!(bed.store.told_stories(last, i64::MAX, 1_000).await.unwrap(), None);
    let mut watch = Watch::new(Settings::default(), at(0));
    for told in &stories {
        let story = Story {
            at: told.at,
            id: told.mention_id,
            author: told.author.as_deref(),
            negative: told.negative,
            source_since: None,
        };
        watch.observe(story, told.found_at);
    }
    watch.stands().unwrap()
}

#[tokio::test]
async fn authors_are_counted_once_however_much_they_write_and_still_when_other_entries_are_forgotten() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![said("first", HOP, "Kari", Some(0.5)), plain("nobody")], at(0)).await;
    // Within an hour three stories of each of four people, two of nobody, and praise of one of the four and of another.
    let told = |nth: usize| said(&format!("c{nth}"), HOP, ["Kari", "Ola", "Per", "Liv"][nth % 4], Some(-0.5));
    for (key, author, score) in [("u1", "", -0.5), ("u2", "", -0.5), ("p1", "Kari", 0.5), ("p2", "Siri", 0.5)] {
        bed.poll("blog", vec![said(key, HOP, author, Some(score))], at(20 * DAY)).await;
    }
    for nth in 0..12 {
        bed.poll("blog", vec![told(nth)], at(20 * DAY + 60 + nth as i64 * 120)).await;
    }
    let before = counted(&bed).await;
    let seen = [before.counts.negative_stories, before.counts.negative_authors].map(|count| count.observed);
    assert_eq!(seen, [14, 6], "{before:?}");
    let seen = [before.counts.all_stories, before.counts.all_authors].map(|count| count.observed);
    assert_eq!(seen, [16, 7], "{before:?}");
    assert!(before.counts.negative_authors.log10_tail < -3.0, "{before:?}");

    let pruned = bed.store.prune(at(60 * DAY), Duration::from_secs(30 * 86_400)).await.unwrap();
    assert_eq!(pruned, Pruned { entries: 1, mentions: 0, notices: 0 });
    assert_eq!(counted(&bed).await, before, "mentions are kept, and with them who wrote them");
}
