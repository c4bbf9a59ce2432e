//! Whole digests: who gets one, what it is compared with, and what comes with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use mentiond::config::{DigestConfig, WhenQuiet};
use mentiond::digest::{Period, Schedule};
use mentiond::model::digest::Comparison;
use mentiond::model::notice::DigestNotice;
use mentiond::report::{DigestPlan, Reported};

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, complaint, plain, said};

/// A digest about Skip Hop beside Lego, every day at eight.
fn plan(recipients: &[&str], when_quiet: WhenQuiet, max_mentions: usize) -> DigestPlan {
    let config = DigestConfig {
        name: "daily".to_owned(),
        schedule: "0 8 * * *".to_owned(),
        time_zone: chrono_tz::Tz::UTC,
        brands: Vec::new(),
        query: None,
        recipients: Vec::new(),
        max_mentions,
        when_quiet,
    };
    let audience = recipients.iter().map(|&recipient| (recipient.to_owned(), vec![HOP.to_owned()])).collect();
    let reported = Reported { competitors: vec!["Lego".to_owned()], own_words: vec![HOP.to_owned()] };
    DigestPlan {
        schedule: Schedule::parse(&config.schedule, config.time_zone, at(0)).unwrap(),
        config,
        audience,
        brands: Arc::new(BTreeMap::from([(HOP.to_owned(), reported)])),
    }
}

/// The day that ends so many days after the beginning.
fn day(end: i64) -> Period {
    Period { from: at((end - 1) * DAY), to: at(end * DAY), catches_up: false }
}

async fn told(bed: &Bed, plan: &DigestPlan, end: i64) -> Vec<(String, DigestNotice)> {
    plan.notices(&bed.store, day(end)).await.unwrap()
}

#[tokio::test]
async fn nobody_is_told_of_a_quiet_day_who_does_not_want_to_be_unless_something_was_not_read() {
    let bed = Bed::new().await;
    let silent = plan(&[ANNA], WhenQuiet::None, 20);
    assert_eq!(told(&bed, &silent, 1).await.len(), 1, "nothing was read yet");
    for source in ["blog", "forum"] {
        bed.poll(source, Vec::new(), at(HOUR)).await;
    }
    assert_eq!(told(&bed, &silent, 1).await, []);
    assert_eq!(told(&bed, &plan(&[ANNA], WhenQuiet::Short, 20), 1).await.len(), 1);
    bed.poll("blog", vec![said("a", HOP, "Kari", Some(-0.5))], at(2 * HOUR)).await;
    assert_eq!(told(&bed, &silent, 1).await.len(), 1);
    for source in ["blog", "forum"] {
        bed.poll(source, Vec::new(), at(DAY + HOUR)).await;
    }
    let next = told(&bed, &silent, 2).await;
    assert_eq!(next[0].1.brands[0].waiting.total, 1, "what waits is not quiet");
}

#[tokio::test]
async fn who_has_left_is_not_told_and_who_is_told_for_the_first_time_hears_what_it_is() {
    let bed = Bed::new().await;
    let plan = plan(&[ANNA, OLE], WhenQuiet::Short, 20);
    bed.store.start_slots("daily", at(0)).await.unwrap();
    let first = told(&bed, &plan, 1).await;
    assert_eq!(
        first.iter().map(|(to, notice)| (to.as_str(), notice.first)).collect::<Vec<_>>(),
        [(ANNA, true), (OLE, true)]
    );
    bed.store.commit_digest("daily", at(DAY), &first[..1], at(DAY)).await.unwrap();
    let second = told(&bed, &plan, 2).await;
    assert_eq!(second.iter().map(|(_, notice)| notice.first).collect::<Vec<_>>(), [false, true]);
    bed.store.leave_digest("daily", ANNA, "Anna", at(DAY)).await.unwrap();
    bed.store.leave_digest("weekly", OLE, "Ole", at(DAY)).await.unwrap();
    let left: Vec<String> = told(&bed, &plan, 2).await.into_iter().map(|(to, _)| to).collect();
    assert_eq!(left, [OLE]);
}

#[tokio::test]
async fn a_day_is_compared_with_the_one_before_once_that_was_watched() {
    let bed = Bed::new().await;
    let plan = plan(&[ANNA], WhenQuiet::Short, 20);
    let on = async |number: i64, names: &[&str]| {
        let found = names.iter().map(|name| said(name, HOP, "Kari", Some(0.5))).collect();
        bed.poll("blog", found, at((number - 1) * DAY + HOUR)).await;
    };
    on(1, &["a"]).await;
    on(2, &["b", "c"]).await;
    on(3, &["d", "e", "f"]).await;
    let before = async |end| told(&bed, &plan, end).await.remove(0).1.brands.remove(0).before.unwrap();
    assert_eq!(before(1).await, Comparison::TooYoung { since: Some(at(HOUR)) });
    assert_eq!(before(2).await, Comparison::TooYoung { since: Some(at(HOUR)) });
    let Comparison::Before { from, metrics, .. } = before(3).await else { panic!() };
    assert_eq!((from, metrics.counts.mentions), (at(DAY), 2));
}

#[tokio::test]
async fn what_was_forgotten_is_not_counted_as_if_it_had_not_been_there() {
    let bed = Bed::new().await;
    let plan = plan(&[ANNA], WhenQuiet::Short, 20);
    for number in 1..=3 {
        let found = vec![said(&format!("m{number}"), HOP, "Kari", Some(0.5)), plain(&format!("p{number}"))];
        bed.poll("blog", found, at((number - 1) * DAY + HOUR)).await;
    }
    bed.execute("INSERT INTO spike_watch (brand, since) SELECT brand, min(found_at) FROM mention GROUP BY brand").await;
    let told = async |end| {
        let brand = told(&bed, &plan, end).await.remove(0).1.brands.remove(0);
        (brand.metrics.strength, brand.before.unwrap())
    };
    let strength = |before: &Comparison| before.metrics().map(|metrics| metrics.strength);
    let (now, before) = told(3).await;
    assert_eq!((now, strength(&before)), (Some(50.0), Some(Some(50.0))));
    let keep = |days: i64, hours: i64| std::time::Duration::from_secs((days * DAY + hours * HOUR).unsigned_abs());

    bed.store.prune(at(3 * DAY), keep(2, 0)).await.unwrap();
    assert_eq!(strength(&told(3).await.1), Some(Some(50.0)), "what went was there before");
    bed.poll("blog", vec![plain("last")], at(3 * DAY + HOUR)).await;
    bed.store.prune(at(3 * DAY + HOUR), keep(1, 12)).await.unwrap();
    let (now, before) = told(3).await;
    assert_eq!((now, strength(&before)), (Some(50.0), Some(None)), "of the day before one entry is gone");
    bed.poll("blog", vec![plain("one more")], at(5 * DAY)).await;
    bed.store.prune(at(5 * DAY), keep(3, 0)).await.unwrap();
    assert_eq!(told(3).await.0, Some(50.0));
    bed.store.prune(at(5 * DAY), keep(2, 20)).await.unwrap();
    assert_eq!(told(3).await.0, None, "and now one of this day");

    bed.store.prune(at(14 * DAY), keep(1, 0)).await.unwrap();
    assert_eq!(told(3).await.1, Comparison::Forgotten { until: at(2 * DAY) });
    assert!(matches!(told(4).await.1, Comparison::Before { .. }), "nothing of these days is gone");
}

#[tokio::test]
async fn each_story_is_shown_once_and_all_of_them_come_as_a_file() {
    let bed = Bed::new().await;
    let found = vec![
        complaint("broken", HOP, &[ANNA]),
        said("fine", HOP, "Ole", Some(0.6)),
        said("lovely", HOP, "Siri", Some(0.9)),
        said("=cmd", HOP, "@Per", Some(0.0)),
        said("bricks", "Lego", "Per", Some(0.0)),
    ];
    bed.poll("blog", found, at(HOUR)).await;
    let notice = told(&bed, &plan(&[ANNA, "channel:ops"], WhenQuiet::Short, 2), 1).await;
    let brand = &notice[0].1.brands[0];
    let titles = |views: &[mentiond::model::notice::MentionView]| {
        views.iter().map(|view| view.title.replace("title of ", "")).collect::<Vec<_>>()
    };
    assert_eq!(titles(&brand.waiting.items), ["broken"]);
    assert_eq!(titles(&brand.mentions), ["lovely", "fine"]);
    assert_eq!((brand.more, brand.metrics.counts.stories), (1, 4));
    assert_eq!(brand.chart.iter().map(|bar| bar.stories()).collect::<Vec<_>>()[..3], [4, 0, 0]);
    assert_eq!(brand.chart.len(), 24);
    let voice: Vec<_> = brand.voice.iter().map(|voice| (voice.brand.as_str(), voice.stories)).collect();
    assert_eq!(voice, [(HOP, 4), ("Lego", 1)]);
    let list = notice[0].1.list.as_ref().unwrap();
    assert_eq!((list.file.as_str(), list.stories, list.all), ("daily-2026-03-03.csv", 4, 4));
    assert_eq!(list.csv.matches("\r\n").count(), 5, "{}", list.csv);
    assert!(list.csv.contains(",\"'@Per\","), "{}", list.csv);
    assert_eq!(notice[1].1.list, None, "a channel has no room for a file");
    bed.store.start_slots("daily", at(0)).await.unwrap();
    bed.store.commit_digest("daily", at(DAY), &notice, at(DAY)).await.unwrap();
    let kept = async || bed.number("SELECT count(*) FROM outbox WHERE notice LIKE '%daily-2026-03-03.csv%'").await;
    assert_eq!(kept().await, 1);
    let sent = bed.deliver(at(DAY + 60)).await;
    assert!(sent.iter().any(|message| serde_json::to_string(&message.notice).unwrap().contains(".csv")));
    assert_eq!(kept().await, 0, "a file is not kept once it is sent");
}

#[tokio::test]
async fn a_story_that_waits_and_is_told_again_is_shown() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![said("broken", HOP, "Kari", Some(-0.5))], at(HOUR)).await;
    bed.poll("blog", vec![said("copy", HOP, "Ole", Some(-0.5))], at(DAY + HOUR)).await;
    bed.execute(
        "UPDATE mention SET story_id = (SELECT min(id) FROM story), leads = 0 WHERE id = (SELECT max(id) FROM mention)",
    )
    .await;
    let brand = told(&bed, &plan(&[ANNA], WhenQuiet::Short, 9), 2).await.remove(0).1.brands.remove(0);
    assert_eq!((brand.metrics.counts.stories, brand.waiting.items.len(), brand.mentions.len()), (1, 1, 0));
    assert_eq!(brand.more, 0);
}

#[tokio::test]
async fn the_file_comes_before_a_mail_could_be_full_and_counts_what_it_holds() {
    let bed = Bed::new().await;
    let many = |from: i32, to: i32| (from..to).map(|number| said(&format!("s{number}"), HOP, "", Some(0.5))).collect();
    bed.poll("blog", many(0, 26), at(HOUR)).await;
    bed.poll("blog", many(26, 53), at(DAY + HOUR)).await;
    let plan = plan(&[ANNA], WhenQuiet::Short, 50);
    let first = told(&bed, &plan, 1).await.remove(0).1;
    assert_eq!((first.brands[0].more, first.list), (0, None), "all of it fits");
    // A story of the day before is told again.
    bed.execute(
        "UPDATE mention SET story_id = (SELECT min(id) FROM story), leads = 0 WHERE id = (SELECT max(id) FROM mention)",
    )
    .await;
    let second = told(&bed, &plan, 2).await.remove(0).1;
    assert_eq!((second.brands[0].more, second.brands[0].metrics.counts.stories), (0, 27));
    let list = second.list.unwrap();
    assert_eq!((list.stories, list.all), (26, 26));
}
