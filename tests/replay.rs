//! Replays mail what the store mails, when it does.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use mentiond::alert::{Routes, Rules};
use mentiond::config::{GroupingConfig, RouteSettings, RuleConfig, SpikeConfig};
use mentiond::model::{Author, Entry, EntryKey, Instant, Judgement, Notice, Tone};
use mentiond::query::Subject;
use mentiond::replay::{Found, Guard, Kind, Replay, Setup};
use mentiond::store::Audience;

use crate::store::bed::{ANNA, Bed, DAY, HOP, at, complaint, grouping};

fn negative() -> RuleConfig {
    RuleConfig {
        name: "complaint".to_owned(),
        brands: Vec::new(),
        tones: vec![Tone::Negative],
        max_score: None,
        severities: Vec::new(),
        keywords: Vec::new(),
        keyword_lists: Vec::new(),
        query: None,
        max_age: std::time::Duration::from_secs(86_400),
    }
}

/// Complaints at these times, by one author, so that no incident comes of them: when how many are mailed.
fn replayed(times: &[i64], grouping: &GroupingConfig) -> Vec<(Instant, u64)> {
    let root = RouteSettings { grouping: grouping.clone(), ..RouteSettings::default() };
    let mut replay = Replay::new(Setup {
        rules: Rules::new(&[negative()]),
        routes: Routes::new(root, &[], &mut |_, _, _| None),
        recipients: BTreeMap::new(),
        guard: Guard::default(),
        spikes: SpikeConfig::default(),
        digests: Vec::new(),
        since: None,
    });
    let judgement = Judgement { tone: Tone::Negative, score: Some(-0.5), ..Judgement::unscored(None) };
    let author = Some(Author { name: "Kari".to_owned(), ..Author::default() });
    let entry = Entry { author, ..Entry::new(EntryKey(String::new())) };
    for time in times {
        let (subject, judgement) = (Subject::from(&entry), &judgement);
        replay.find(&Found { at: at(*time), brand: HOP, subject, judgement, story: None });
    }
    replay.finish(None);
    let notices: Vec<_> = replay.take_notices().collect();
    assert!(notices.iter().all(|notice| notice.kind == Kind::Alert), "{notices:?}");
    notices.into_iter().map(|notice| (notice.at, notice.count)).collect()
}

/// The same complaints go through the store, and whoever delivers and reminds comes whenever something is due.
async fn mailed(times: &[i64], grouping: &GroupingConfig) -> Vec<(Instant, u64)> {
    let bed = Bed::new().await;
    let audience = Audience { brands: [(HOP.to_owned(), vec![ANNA.to_owned()])].into(), ..Audience::default() };
    let (mut mails, mut left) = (Vec::new(), times.iter().enumerate().peekable());
    let mut now = at(times[0]);
    let end = at(*times.last().unwrap()) + TimeDelta::days(1);
    loop {
        let next = left.peek().map(|(_, time)| at(**time));
        let due = bed.store.next_outbox_at().await.unwrap();
        let repeat = bed.store.next_reminder_at(grouping, &audience, now).await.unwrap();
        now = [next, due, repeat].into_iter().flatten().min().unwrap_or(end).max(now);
        if next == Some(now) {
            let (number, _) = left.next().unwrap();
            let mut found = complaint(&format!("c{number}"), HOP, &[ANNA]);
            let alert = found.mentions[0].outcome.alert.as_mut().unwrap();
            alert.ways[0].grouping = grouping.clone();
            let poll = crate::store::bed::commit("blog", vec![found], now);
            bed.claim("blog", now).await;
            bed.store.commit_poll(poll).await.unwrap();
            continue;
        }
        if now >= end {
            return mails;
        }
        bed.store.enqueue_reminders(grouping, &audience, now).await.unwrap();
        for message in bed.deliver(now).await {
            let Notice::Alert(notice) = message.notice else { panic!("{message:?}") };
            mails.push((now, notice.items.len() as u64 + notice.more));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_mails_and_repeats_alerts_when_the_store_does() {
    // Seeded, so that it is the same in each run: bursts and pauses over three days.
    let (mut seed, mut time, mut times) = (7_u64, 0, Vec::new());
    while time < 3 * DAY {
        times.push(time);
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pause = [11, 45, 200, 1_900, 9_000, 21_000, 52_000][(seed >> 33) as usize % 7];
        time += pause;
    }
    let often = GroupingConfig { repeat_interval: Some(std::time::Duration::from_secs(1_800)), ..grouping() };
    let never = GroupingConfig { repeat_interval: None, ..grouping() };
    for grouping in [grouping(), often, never] {
        let replayed = replayed(&times, &grouping);
        assert!(replayed.len() > 15, "{replayed:?}");
        assert_eq!(replayed, mailed(&times, &grouping).await);
    }
}
