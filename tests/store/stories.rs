//! Stories: which mentions join one, who was first, and what is told of it.

use chrono::TimeDelta;
use mentiond::model::notice::MentionView;
use mentiond::model::{Instant, Notice};
use mentiond::store::{COPY_OF_STORY, FoundEntry};
use mentiond::story::Signature;

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, at, complaint, grouping, said};

const TITLE: &str = "Skip Hop recalls 5,000 folding cribs after hinges give way";
const TEXT: &str = "Skip Hop is recalling about 5,000 folding cribs because a hinge can give way and let the side rail drop, \
                    the company said on Tuesday. The cribs were made at a plant in Leeds. Parents should stop using them at \
                    once and ask for a repair kit, which is sent free of charge.";
const SOURCES: [&str; 4] = ["blog", "forum", "courier", "herald"];

/// The report as one site has it, published so many seconds after the beginning.
fn report(site: &str, text: &str, published: i64) -> FoundEntry {
    with_text(said(&format!("{site} {published}"), HOP, site, Some(-0.4)), site, text, Some(at(published)))
}

fn with_text(mut found: FoundEntry, site: &str, text: &str, published: Option<Instant>) -> FoundEntry {
    found.entry.title = TITLE.to_owned();
    found.entry.text = text.to_owned();
    found.entry.url = Some(format!("https://{site}.example/news/{}", found.entry.key.0.replace(' ', "-")));
    found.entry.published_at = published;
    found.signature = Signature::of(&found.entry);
    found
}

/// The report as a mention that meets a rule by a word.
fn alarm(site: &str, rule: &str, keyword: &str) -> FoundEntry {
    let mut found = complaint(&format!("{site} {rule} {keyword}"), HOP, &[ANNA]);
    let alert = found.mentions[0].outcome.alert.as_mut().unwrap();
    (alert.rule, alert.keyword) = (rule.to_owned(), Some(keyword.to_owned()));
    with_text(found, site, TEXT, None)
}

async fn told(bed: &Bed, from: i64, to: i64) -> Vec<MentionView> {
    bed.store.worst_mentions(HOP, at(from), at(to), 50).await.unwrap()
}

async fn alerts(bed: &Bed, now: Instant) -> Vec<MentionView> {
    let notices = bed.deliver(now).await.into_iter().map(|message| message.notice);
    let items = notices.flat_map(|notice| match notice {
        Notice::Alert(alert) => alert.items,
        other => panic!("{other:?}"),
    });
    items.map(|item| item.mention).collect()
}

#[tokio::test]
async fn copies_are_one_story_and_the_first_publisher_leads_it() {
    let bed = Bed::with_sources(&SOURCES).await;
    let summary = TEXT.split_inclusive(". ").next().unwrap();
    bed.poll("blog", vec![report("blog", TEXT, 300), said("other", HOP, "Ole", Some(0.5))], at(HOUR)).await;
    // Two at once, one of them published before all others; then a summary.
    bed.poll("courier", vec![report("courier", TEXT, 400), report("herald", TEXT, 100)], at(2 * HOUR)).await;
    bed.poll("forum", vec![report("forum", summary, 500)], at(3 * HOUR)).await;
    let stories = told(&bed, 0, 4 * HOUR).await;
    assert_eq!(stories.len(), 2, "{stories:?}");
    assert_eq!((stories[0].author.as_deref(), stories[0].copies), (Some("herald"), 3));
    assert_eq!(stories[0].copied_in, ["blog", "courier", "forum"]);
    assert_eq!((stories[1].title.as_str(), stories[1].copies), ("title of other", 0));
    let counts = bed.store.period_counts(HOP, at(0), at(4 * HOUR)).await.unwrap();
    assert_eq!((counts.mentions, counts.stories, counts.negative, counts.positive), (5, 2, 1, 1));
    assert_eq!((counts.with_author, counts.authors, counts.repeat_authors), (2, 2, 0), "a copy is no second word");
    assert_eq!(bed.number("SELECT count(*) FROM mention WHERE story_id IS NULL").await, 0);
}

#[tokio::test]
async fn a_story_counts_in_each_period_in_which_it_is_told_and_is_shown_as_it_stood() {
    let bed = Bed::with_sources(&SOURCES).await;
    bed.poll("blog", vec![report("blog", TEXT, 0)], at(HOUR)).await;
    bed.poll("forum", vec![report("forum", TEXT, DAY)], at(DAY + HOUR)).await;
    let (first, second) = (told(&bed, 0, DAY).await, told(&bed, DAY, 2 * DAY).await);
    assert_eq!((first.len(), first[0].copies, first[0].source.as_str()), (1, 0, "blog"));
    assert_eq!((second.len(), second[0].copies, second[0].source.as_str()), (1, 1, "blog"));
    let counts = bed.store.period_counts(HOP, at(DAY), at(2 * DAY)).await.unwrap();
    assert_eq!((counts.mentions, counts.stories, counts.negative), (1, 1, 1));
}

#[tokio::test]
async fn what_is_printed_again_after_the_window_is_a_story_of_its_own() {
    let bed = Bed::with_sources(&SOURCES).await;
    bed.poll("blog", vec![report("blog", TEXT, 0)], at(10)).await;
    // A copy of a copy does not stretch the window.
    bed.poll("forum", vec![report("forum", TEXT, 70 * HOUR)], at(70 * HOUR)).await;
    bed.poll("courier", vec![report("courier", TEXT, 73 * HOUR)], at(73 * HOUR)).await;
    // Found late, but published then.
    bed.poll("herald", vec![report("herald", TEXT, -80 * HOUR)], at(73 * HOUR)).await;
    assert_eq!(bed.number("SELECT count(*) FROM story").await, 3);
}

#[tokio::test]
async fn another_brand_or_another_fact_is_another_story() {
    let bed = Bed::with_sources(&SOURCES).await;
    let mut lego = report("forum", TEXT, 0);
    lego.mentions[0].brand = "Lego".to_owned();
    let other = report("courier", &TEXT.replace("5,000", "7,000").replace("Leeds", "Hull"), 0);
    bed.poll("blog", vec![report("blog", TEXT, 0), lego, other], at(10)).await;
    assert_eq!(bed.number("SELECT count(*) FROM story").await, 3);
    assert_eq!(bed.number("SELECT count(*) FROM story WHERE brand = 'Lego'").await, 1);
}

#[tokio::test]
async fn copies_of_copies_do_not_lead_to_another_story() {
    let bed = Bed::with_sources(&SOURCES).await;
    let vague = TEXT.replace("about 5,000 ", "");
    let numbered = |site: &str, text: &str| {
        let mut found = report(site, text, 0);
        found.entry.title = TITLE.replace("5,000 ", "");
        found.signature = Signature::of(&found.entry);
        found
    };
    bed.poll("blog", vec![numbered("blog", TEXT), numbered("forum", &vague)], at(10)).await;
    assert_eq!(bed.number("SELECT count(*) FROM story").await, 1, "one leaves the number out");
    bed.poll("courier", vec![numbered("courier", &TEXT.replace("5,000", "7,000"))], at(20)).await;
    assert_eq!(bed.number("SELECT count(*) FROM story").await, 2, "it may retell the vague one, but not the first");
}

#[tokio::test]
async fn a_copy_does_not_alert_again_and_the_alert_names_it() {
    let bed = Bed::with_sources(&SOURCES).await;
    bed.poll("blog", vec![alarm("blog", "harm", "recall"), alarm("forum", "harm", "recall")], at(0)).await;
    let committed = bed.poll("courier", vec![alarm("courier", "harm", "recall")], at(10)).await;
    assert_eq!((committed.mentions, committed.alerts), (1, 0));
    let sent = alerts(&bed, at(60)).await;
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].copies, &sent[0].copied_in), (2, &vec!["blog".to_owned(), "courier".to_owned()]));
    assert_eq!(bed.number("SELECT count(*) FROM mention WHERE decision = 'alert'").await, 1);
    assert_eq!(COPY_OF_STORY, "copy_of_story");
    assert_eq!(bed.number("SELECT count(*) FROM mention WHERE decision = 'copy_of_story'").await, 2);

    // The reminder names what has come since.
    bed.poll("herald", vec![alarm("herald", "harm", "recall")], at(HOUR)).await;
    assert!(alerts(&bed, at(2 * HOUR)).await.is_empty(), "nothing new is urgent");
    let later = at(5 * HOUR);
    bed.store.enqueue_reminders(&grouping(), &super::bed::audience(), later).await.unwrap();
    let again = alerts(&bed, later).await;
    assert_eq!((again.len(), again[0].copies), (1, 3));
}

#[tokio::test]
async fn a_copy_that_meets_a_rule_which_no_other_met_is_an_alert() {
    let bed = Bed::with_sources(&SOURCES).await;
    bed.poll("blog", vec![report("blog", TEXT, 0)], at(0)).await;
    let first = bed.poll("forum", vec![alarm("forum", "harm", "recall")], at(10)).await;
    let other = bed.poll("courier", vec![alarm("courier", "press", "lawsuit")], at(20)).await;
    let same = bed.poll("herald", vec![alarm("herald", "harm", "recalls")], at(30)).await;
    assert_eq!((first.alerts, other.alerts, same.alerts), (1, 1, 0));
    assert_eq!(bed.number("SELECT count(*) FROM story").await, 1);
}

#[tokio::test]
async fn two_who_say_the_same_are_two() {
    let bed = Bed::with_sources(&SOURCES).await;
    let says = |author: &str| {
        let mut found = complaint(author, HOP, &[ANNA]);
        found.entry.text = "@skiphop where is my refund?".to_owned();
        found.entry.title = String::new();
        let who = found.entry.author.as_mut().unwrap();
        (who.name, who.handle) = (author.to_owned(), Some(author.to_owned()));
        found.signature = Signature::of(&found.entry);
        found
    };
    let committed = bed.poll("blog", vec![says("kari"), says("ole")], at(0)).await;
    assert_eq!((committed.mentions, committed.alerts), (2, 2));
    assert_eq!(told(&bed, -1, 1).await.len(), 2);
}

#[tokio::test]
async fn keys_are_forgotten_with_the_window_and_a_story_outlives_its_first_mention() {
    let bed = Bed::with_sources(&SOURCES).await;
    bed.poll("blog", vec![report("blog", TEXT, 0)], at(0)).await;
    bed.poll("forum", vec![report("forum", TEXT, 60)], at(60)).await;
    let month = std::time::Duration::from_secs(30 * 86_400);
    bed.store.prune(at(0) + TimeDelta::hours(72), month).await.unwrap();
    assert!(bed.number("SELECT count(*) FROM story_key").await > 0);
    bed.store.prune(at(0) + TimeDelta::hours(73), month).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM story_key").await, 0);

    bed.execute("UPDATE entry SET found_at = found_at - 63072000000, seen_at = 0 WHERE source = 'blog'").await;
    bed.execute("UPDATE mention SET found_at = found_at - 63072000000 WHERE id = 1").await;
    bed.execute("UPDATE source_state SET shown_at = 99999999999999").await;
    bed.store.prune(at(DAY), month).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM mention").await, 1);
    let left = told(&bed, -1, DAY).await;
    assert_eq!((left.len(), left[0].source.as_str(), left[0].copies), (1, "forum", 0));

    bed.execute("UPDATE entry SET found_at = 0, seen_at = 0").await;
    bed.execute("UPDATE mention SET found_at = 0").await;
    bed.store.prune(at(DAY), month).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM mention").await + bed.number("SELECT count(*) FROM story").await, 0);
}

/// A mention of its own. One in four begins like all others of its kind, as warnings and listings do.
fn alone(number: usize) -> FoundEntry {
    let word = |at: usize| {
        let mixed = (number * 100 + at).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let drawn = (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 40;
        let letter = |place: u32| char::from(b'a' + u8::try_from(drawn / 26_usize.pow(place) % 26).unwrap());
        [letter(0), letter(1), letter(2), letter(3), ' '].iter().collect::<String>()
    };
    let form = if number.is_multiple_of(4) { "The service warns of heavy rain in the region of " } else { "" };
    let mut found = said(&format!("n{number}"), HOP, "", Some(-0.1));
    found.entry.title = (60..68).map(word).collect();
    found.entry.text = form.to_owned() + &(0..60).map(word).collect::<String>();
    found.signature = Signature::of(&found.entry);
    found
}

/// `MENTIOND_TEST_STORIES` sets how many stories there are (500 by default); the figures are printed.
#[tokio::test]
async fn a_lookup_is_answered_by_the_index_whatever_is_stored() {
    let bed = Bed::with_sources(&SOURCES).await;
    let stories: usize = std::env::var("MENTIOND_TEST_STORIES").map_or(500, |stories| stories.parse().unwrap());
    let batch: u32 = 500;
    let many = |from: usize| (from..from + batch as usize).map(alone).collect::<Vec<_>>();
    for (poll, from) in (0..).zip((0..stories).step_by(batch as usize)) {
        bed.poll("blog", many(from), at(poll * 60)).await;
    }
    let watch = std::time::Instant::now();
    let fresh = many(stories + 1_000_000);
    println!("signature: {:?} per mention", watch.elapsed() / batch);
    let unsigned =
        many(stories + 2_000_000).into_iter().map(|found| FoundEntry { signature: Signature::default(), ..found });
    let copies = many(0).into_iter().map(|mut found| {
        found.entry.key.0 += " again";
        found.entry.title += " more";
        found
    });
    for (what, found) in [("unsigned", unsigned.collect()), ("fresh", fresh), ("copies", copies.collect())] {
        let watch = std::time::Instant::now();
        bed.poll("forum", found, at(HOUR * 71)).await;
        println!("{what}, with {stories} stories in the window: {:?} per mention", watch.elapsed() / batch);
    }
    let plan = "EXPLAIN QUERY PLAN SELECT mention_id FROM story_key WHERE key = 1 AND found_at >= 2 \
                ORDER BY found_at DESC, mention_id DESC LIMIT 16";
    let rows = sqlx::Executor::fetch_all(&mut bed.raw().await, plan).await.unwrap();
    let details: Vec<String> = rows.iter().map(|row| sqlx::Row::get(row, "detail")).collect();
    assert_eq!(details, ["SEARCH story_key USING PRIMARY KEY (key=? AND found_at>?)"]);
    let found = bed.number("SELECT count(*) FROM story").await;
    assert_eq!(
        usize::try_from(found).unwrap(),
        stories + 2 * batch as usize,
        "all copies, and nothing else, were found"
    );
}
