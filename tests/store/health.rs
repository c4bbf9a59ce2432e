//! How sources are: judged with each poll and as time goes by, written with the notice that tells it, told once.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use mentiond::config::HealthConfig;
use mentiond::model::health::{Health, HealthChange};
use mentiond::model::notice::HealthNotice;
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{Instant, Notice, PollFault};
use mentiond::store::{Committed, PollCommit, SourceSetup};

use super::bed::{ANNA, Bed, DAY, HOUR, OLE, at, commit, health, plain, setup};

const MINUTE: i64 = 60;

fn config(recipients: &[&str]) -> HealthConfig {
    HealthConfig { recipients: recipients.iter().map(|&recipient| recipient.to_owned()).collect(), ..health() }
}

/// A poll whose changes are told to Anna.
pub async fn poll(bed: &Bed, commit: PollCommit) -> Committed {
    let now = commit.now;
    let claim = bed.store.claim_source(&commit.source, "me", now, now + TimeDelta::minutes(10)).await.unwrap().unwrap();
    let health = Arc::new(config(&[ANNA]));
    bed.store
        .commit_poll(PollCommit { suspect: claim.suspect, whereabouts: claim.whereabouts, health, ..commit })
        .await
        .unwrap()
}

async fn fail(bed: &Bed, source: &str, seconds: i64) -> Option<HealthChange> {
    let fault = Some(PollFault::Unreachable("no route to host".to_owned()));
    poll(bed, PollCommit { fault, ..commit(source, vec![], at(seconds)) }).await.health
}

pub async fn work(bed: &Bed, source: &str, seconds: i64) -> Option<HealthChange> {
    poll(bed, commit(source, vec![], at(seconds))).await.health
}

/// Three failed polls, the last one at `seconds`.
async fn break_down(bed: &Bed, source: &str, seconds: i64) -> HealthChange {
    for minutes in [30, 15] {
        assert_eq!(fail(bed, source, seconds - minutes * MINUTE).await, None, "one or two are an accident");
    }
    fail(bed, source, seconds).await.unwrap()
}

fn notice(message: &OutboxMessage) -> &HealthNotice {
    match &message.notice {
        Notice::Health(notice) if message.kind == OutboxKind::Health => notice,
        other => panic!("{other:?}"),
    }
}

/// What a mail tells: `source: before -> now`.
pub fn told(message: &OutboxMessage) -> Vec<String> {
    let words = |change: &HealthChange| {
        format!("{}: {} -> {}", change.source, change.before.as_str(), change.condition.health.as_str())
    };
    notice(message).changes.iter().map(words).collect()
}

async fn state(bed: &Bed, source: &str) -> (Health, Option<Instant>, String) {
    let states = bed.store.source_states().await.unwrap();
    let condition = states.into_iter().find(|state| state.name == source).unwrap().condition;
    (condition.health, condition.since, condition.why)
}

#[tokio::test]
async fn a_source_that_fails_is_told_once_and_so_is_that_it_is_well_again() {
    let bed = Bed::new().await;
    assert_eq!(work(&bed, "blog", 0).await, None);
    let change = break_down(&bed, "blog", HOUR).await;
    let since = at(HOUR - 30 * MINUTE);
    assert_eq!((change.before, change.condition.since), (Health::Healthy, Some(since)), "since the first failed poll");
    assert_eq!(state(&bed, "blog").await, (Health::Failing, Some(since), "no route to host".to_owned()));
    assert_eq!(fail(&bed, "blog", HOUR + 60).await, None, "it is told once");
    assert!(bed.deliver(at(HOUR + 599)).await.is_empty(), "more may come");
    let mails = bed.deliver(at(HOUR + 600)).await;
    assert_eq!((mails.len(), mails[0].recipient.as_str()), (1, ANNA));
    assert_eq!(told(&mails[0]), ["blog: healthy -> failing"]);
    assert_eq!((notice(&mails[0]).sources, &notice(&mails[0]).counts), (2, &vec![(Health::Failing, 1)]));

    assert_eq!(work(&bed, "blog", 2 * HOUR).await, None, "one good poll may be an accident as well");
    let well = work(&bed, "blog", 2 * HOUR + 900).await.unwrap();
    assert_eq!((well.before, well.before_since), (Health::Failing, Some(since)));
    let mails = bed.deliver(at(3 * HOUR)).await;
    assert_eq!(told(&mails[0]), ["blog: failing -> healthy"]);
    assert_eq!(work(&bed, "blog", 3 * HOUR).await, None);
    assert!(bed.deliver(at(9 * HOUR)).await.is_empty());
}

#[tokio::test]
async fn a_change_its_notice_and_the_poll_are_written_together_or_not_at_all() {
    for table in ["health_change", "outbox", "outbox_health"] {
        let bed = Bed::new().await;
        for minutes in [0, 15] {
            fail(&bed, "blog", minutes * MINUTE).await;
        }
        let boom = format!("CREATE TRIGGER boom BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'boom'); END");
        sqlx::Executor::execute(&mut bed.raw().await, sqlx::AssertSqlSafe(boom)).await.unwrap();
        bed.claim("blog", at(1_800)).await;
        let (fault, health) = (Some(PollFault::Unreachable("no route".to_owned())), Arc::new(config(&[ANNA])));
        let third = PollCommit { fault, health, ..commit("blog", vec![plain("a")], at(1_800)) };
        let error = bed.store.commit_poll(third.clone()).await.unwrap_err();
        assert!(error.to_string().contains("boom"), "{error}");
        assert_eq!(state(&bed, "blog").await.0, Health::Healthy, "{table}");
        let written = "SELECT (SELECT count(*) FROM entry) + (SELECT count(*) FROM outbox) + (SELECT count(*) FROM health_change)";
        assert_eq!(bed.number(written).await, 0, "{table}");
        assert_eq!(bed.number("SELECT failures FROM source_state WHERE name = 'blog'").await, 2, "{table}");
        bed.execute("DROP TRIGGER boom").await;
        assert!(bed.store.commit_poll(third).await.unwrap().health.is_some(), "{table}");
        assert_eq!(bed.deliver(at(HOUR)).await.len(), 1, "{table}");
    }
}

#[tokio::test]
async fn many_that_fail_together_are_one_mail() {
    let names: Vec<String> = (0..50).map(|number| format!("source{number:02}")).collect();
    let bed = Bed::with_sources(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    bed.execute("UPDATE source_state SET moved_to = 'https://new.example/' WHERE name = 'source49'").await;
    poll(&bed, commit("source49", vec![plain("a")], at(HOUR))).await;
    for (number, name) in (0..49).zip(&names) {
        // One a minute, each within the group wait of the one before.
        break_down(&bed, name, HOUR + number * MINUTE).await;
    }
    assert!(bed.deliver(at(HOUR + 57 * MINUTE)).await.is_empty(), "they still come");
    let mails = bed.deliver(at(HOUR + 58 * MINUTE)).await;
    assert_eq!(mails.len(), 1);
    let notice = notice(&mails[0]);
    let counts = vec![(Health::Failing, 49), (Health::Moved, 1)];
    assert_eq!((notice.sources, &notice.counts, notice.changes.len()), (50, &counts, 20));
    let named: Vec<&str> = notice.changes.iter().map(|change| change.source.as_str()).collect();
    assert_eq!((named[0], named[18], named[19]), ("source00", "source18", "source49"), "the new address is not lost");
}

#[tokio::test]
async fn a_mail_does_not_wait_for_ever() {
    let names: Vec<String> = (0..9).map(|number| format!("source{number}")).collect();
    let bed = Bed::with_sources(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for (number, name) in (0..).zip(&names) {
        break_down(&bed, name, HOUR + number * 9 * MINUTE).await;
    }
    let mails = bed.deliver(at(2 * HOUR)).await;
    assert_eq!(mails.len(), 1, "six times the group wait after the first change");
    assert_eq!(notice(&mails[0]).counts, [(Health::Failing, 9)]);
}

#[tokio::test]
async fn what_has_come_and_gone_is_not_told() {
    let bed = Bed::new().await;
    break_down(&bed, "blog", HOUR).await;
    work(&bed, "blog", HOUR + 60).await;
    assert!(work(&bed, "blog", HOUR + 120).await.is_some());
    assert!(bed.deliver(at(2 * HOUR)).await.is_empty());
    assert_eq!(bed.number("SELECT count(*) FROM outbox").await, 0, "the notice was taken back");

    break_down(&bed, "blog", 3 * HOUR).await;
    break_down(&bed, "forum", 3 * HOUR + 60).await;
    bed.store.sync_sources(&[setup("forum")], at(3 * HOUR + 120)).await.unwrap();
    let mails = bed.deliver(at(4 * HOUR)).await;
    assert_eq!(told(&mails[0]), ["forum: healthy -> failing"], "nobody asks for the blog any more");
}

#[tokio::test]
async fn trouble_that_comes_back_before_it_was_told_to_be_over_is_still_known_to_be_told() {
    let bed = Bed::new().await;
    break_down(&bed, "blog", HOUR).await;
    assert_eq!(bed.deliver(at(2 * HOUR)).await.len(), 1);
    work(&bed, "blog", 3 * HOUR).await;
    work(&bed, "blog", 3 * HOUR + 10).await;
    for seconds in [20, 30, 40] {
        fail(&bed, "blog", 3 * HOUR + seconds).await;
    }
    assert!(bed.deliver(at(4 * HOUR)).await.is_empty(), "it failed before and fails now");
    work(&bed, "blog", 5 * HOUR).await;
    work(&bed, "blog", 5 * HOUR + 10).await;
    assert_eq!(told(&bed.deliver(at(6 * HOUR)).await[0]), ["blog: failing -> healthy"]);
}

#[tokio::test]
async fn who_was_not_told_of_the_trouble_is_not_told_that_it_is_over() {
    let bed = Bed::new().await;
    for seconds in [0, 900, 1_800] {
        bed.fail("blog", vec![], at(seconds)).await.unwrap();
    }
    assert_eq!(state(&bed, "blog").await.0, Health::Failing, "nobody is told, but it is known");
    work(&bed, "blog", HOUR).await;
    assert_eq!(work(&bed, "blog", HOUR + 900).await.unwrap().condition.health, Health::Healthy);
    assert!(bed.deliver(at(DAY)).await.is_empty());
    let changes = bed.store.health_changes(at(0), at(DAY)).await.unwrap();
    assert_eq!(changes.len(), 1, "the digest tells it");
}

#[tokio::test]
async fn gone_moved_and_slow_are_told() {
    let bed = Bed::with_sources(&["blog", "forum", "news"]).await;
    let fault = Some(PollFault::Gone);
    let stopped = Some("its address is gone for good (status 410)".to_owned());
    let gone = PollCommit { fault: fault.clone(), stopped: stopped.clone(), ..commit("blog", vec![], at(0)) };
    assert_eq!(Some(poll(&bed, gone).await.health.unwrap().condition.why), stopped);
    let goes_on = PollCommit { fault, ..commit("forum", vec![], at(0)) };
    assert_eq!(poll(&bed, goes_on).await.health, None, "one that is polled on is not given up");
    bed.execute("UPDATE source_state SET moved_to = 'https://new.example/feed' WHERE name = 'forum'").await;
    let moved = poll(&bed, commit("forum", vec![plain("a")], at(10))).await.health.unwrap();
    assert_eq!((moved.condition.health, moved.condition.why.as_str()), (Health::Moved, "https://new.example/feed"));
    assert_eq!(poll(&bed, commit("forum", vec![plain("b")], at(20))).await.health, None, "once");
    let slow = |seconds| PollCommit { took: Duration::from_millis(14_200), ..commit("news", vec![], at(seconds)) };
    for seconds in [0, 900] {
        assert_eq!(poll(&bed, slow(seconds)).await.health, None);
    }
    assert_eq!(poll(&bed, slow(1_000)).await.health.unwrap().condition.why, "an answer took 14 s");
    let mails = bed.deliver(at(2 * HOUR)).await;
    assert_eq!(told(&mails[0]), ["blog: healthy -> gone", "forum: healthy -> moved", "news: healthy -> slow"]);

    for seconds in [2_000, 3_000] {
        assert_eq!(work(&bed, "news", seconds).await, None);
    }
    assert_eq!(work(&bed, "news", 4_000).await.unwrap().before, Health::Slow);
    assert_eq!(fail(&bed, "blog", 5_000).await, None, "it is still gone");
}

/// Ten entries a day from the first on, up to the last.
async fn news(bed: &Bed, source: &str, days: i64) {
    for number in 0..days * 10 {
        let now = at(number * DAY / 10);
        poll(bed, commit(source, vec![plain(&format!("{source}-{number}"))], now)).await;
    }
}

#[tokio::test]
async fn a_silence_that_the_rhythm_does_not_explain_is_noticed_as_time_goes_by() {
    let bed = Bed::with_sources(&["blog", "never"]).await;
    let config = config(&[ANNA, OLE]);
    news(&bed, "blog", 10).await;
    let last = 10 * DAY - DAY / 10;
    let examine = async |seconds| {
        for source in ["blog", "never"] {
            poll(&bed, commit(source, vec![], at(seconds))).await;
        }
        bed.store.examine_sources(&config, at(0), at(seconds)).await.unwrap()
    };
    // The last news came on a Thursday.
    assert_eq!(examine(last + 4 * DAY - HOUR).await, []);
    let changes = examine(last + 4 * DAY + 60).await;
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].source.as_str(), changes[0].condition.health), ("blog", Health::Silent));
    assert_eq!(changes[0].condition.since, Some(at(last)));
    assert_eq!(examine(last + 5 * DAY).await, [], "it is told once");
    let mails = bed.deliver(at(last + 6 * DAY)).await;
    assert_eq!(mails.iter().map(|mail| mail.recipient.as_str()).collect::<Vec<_>>(), [ANNA, OLE]);

    let coverage = bed.store.coverage(at(last + 4 * DAY), at(last + 5 * DAY)).await.unwrap();
    assert_eq!((coverage.silent(), coverage.is_complete()), (1, false));
    let later = bed.store.coverage(at(last + 5 * DAY), at(last + 6 * DAY)).await.unwrap();
    assert_eq!(later.silent(), 1, "a silence that lasts is told again");

    let well = poll(&bed, commit("blog", vec![plain("at last")], at(last + 7 * DAY))).await.health.unwrap();
    assert_eq!((well.before, well.condition.health), (Health::Silent, Health::Healthy));
    let states = bed.store.source_states().await.unwrap();
    assert_eq!(states[1].news_at, None, "one that never showed anything has shown nothing yet");
}

#[tokio::test]
async fn a_source_that_ended_before_anybody_listened_is_silent_at_once() {
    let bed = Bed::new().await;
    let dated = |number: i64| {
        let mut found = plain(&format!("blog-{number}"));
        found.entry.published_at = Some(at(-number * 7 * DAY));
        found
    };
    let ended = poll(&bed, commit("blog", (30..50).map(dated).collect(), at(0))).await.health.unwrap();
    assert_eq!((ended.condition.health, ended.condition.since), (Health::Silent, Some(at(-30 * 7 * DAY))));
    assert_eq!(ended.condition.why, "before, something new came about once a week");
    assert_eq!(poll(&bed, commit("forum", (0..20).map(dated).collect(), at(0))).await.health, None);
}

#[tokio::test]
async fn what_another_source_found_first_is_no_silence() {
    let bed = Bed::new().await;
    news(&bed, "blog", 10).await;
    let seconds = 20 * DAY;
    let mut shared = plain("mastodon:1");
    shared.entry.published_at = Some(at(seconds - HOUR));
    poll(&bed, commit("forum", vec![shared.clone()], at(seconds))).await;
    poll(&bed, commit("blog", vec![shared], at(seconds))).await;
    assert_eq!(bed.store.examine_sources(&config(&[]), at(0), at(seconds)).await.unwrap(), []);
    let mut shown_before = plain("blog-99");
    shown_before.entry.published_at = Some(at(seconds + 9 * DAY));
    let change = poll(&bed, commit("blog", vec![shown_before], at(seconds + 10 * DAY))).await.health.unwrap();
    assert_eq!(change.condition.health, Health::Silent, "an old entry with a new date is nothing new");
}

#[tokio::test]
async fn a_poll_that_is_never_finished_is_noticed_by_those_who_were_awake() {
    let bed = Bed::new().await;
    work(&bed, "blog", 0).await;
    work(&bed, "forum", 25 * HOUR).await;
    let now = at(25 * HOUR);
    let examine = async |awake| bed.store.examine_sources(&config(&[ANNA]), awake, now).await.unwrap();
    assert_eq!(examine(at(HOUR)).await, [], "mentiond was not there for a day");
    let changes = examine(at(0)).await;
    assert_eq!((changes.len(), changes[0].source.as_str()), (1, "blog"));
    assert_eq!(changes[0].condition.why, "no poll of it was finished since it fell due");
    assert_eq!(changes[0].condition.since, Some(at(900)));
    bed.execute("UPDATE source_state SET health = 'healthy', stopped = 'the feed says that it has ended'").await;
    let changes = examine(at(0)).await;
    assert!(changes.iter().all(|change| change.condition.health == Health::Gone), "{changes:?}");
}

#[tokio::test]
async fn a_source_that_is_pointed_elsewhere_starts_anew() {
    let bed = Bed::new().await;
    break_down(&bed, "blog", HOUR).await;
    bed.execute("UPDATE source_state SET moved_to = 'https://new.example/', stopped = 'gone'").await;
    let elsewhere = SourceSetup { fingerprint: "b".to_owned(), ..setup("blog") };
    bed.store.sync_sources(std::slice::from_ref(&elsewhere), at(HOUR + 60)).await.unwrap();
    assert_eq!(state(&bed, "blog").await, (Health::Healthy, None, String::new()));
    assert!(bed.deliver(at(2 * HOUR)).await.is_empty(), "whoever did it knows");
    let left = "SELECT (SELECT count(*) FROM health_change) + (SELECT count(*) FROM source_state \
                WHERE name = 'blog' AND (moved_to IS NOT NULL OR stopped IS NOT NULL))";
    assert_eq!(bed.number(left).await, 0);
    break_down(&bed, "blog", 3 * HOUR).await;
    bed.store.sync_sources(&[elsewhere], at(4 * HOUR)).await.unwrap();
    assert_eq!(state(&bed, "blog").await.0, Health::Failing, "a start changes nothing");
}

#[tokio::test]
async fn a_digest_tells_nothing_twice() {
    let bed = Bed::with_sources(&["blog", "forum", "news"]).await;
    for source in ["blog", "forum", "news"] {
        work(&bed, source, 10).await;
    }
    break_down(&bed, "blog", HOUR).await;
    break_down(&bed, "forum", HOUR).await;
    work(&bed, "forum", 2 * HOUR).await;
    work(&bed, "forum", 2 * HOUR + 60).await;
    bed.execute("UPDATE source_state SET moved_to = 'https://new.example/' WHERE name = 'news'").await;
    poll(&bed, commit("news", vec![plain("a")], at(3 * HOUR))).await;
    let coverage = bed.store.coverage(at(0), at(4 * HOUR)).await.unwrap();
    let names = |gaps: &[mentiond::model::notice::Gap]| gaps.iter().map(|gap| gap.source.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(&coverage.unread), names(&coverage.recovered)),
        (vec!["blog".to_owned()], vec!["forum".to_owned()])
    );
    let health: Vec<_> =
        coverage.health.iter().map(|change| (change.source.as_str(), change.condition.health)).collect();
    assert_eq!(health, [("news", Health::Moved)]);
    assert_eq!(bed.store.health_changes(at(0), at(4 * HOUR)).await.unwrap().len(), 3);
    assert_eq!(bed.store.health_changes(at(4 * HOUR), at(5 * HOUR)).await.unwrap(), [], "nor in the next digest");
}

#[tokio::test]
async fn old_changes_are_forgotten_but_for_the_last_of_each_source() {
    let bed = Bed::new().await;
    break_down(&bed, "blog", HOUR).await;
    work(&bed, "blog", 2 * HOUR).await;
    work(&bed, "blog", 2 * HOUR + 60).await;
    break_down(&bed, "forum", HOUR).await;
    bed.store.prune(at(9 * 365 * DAY), Duration::from_secs(30 * 86_400)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM health_change").await, 2);
}

#[tokio::test]
async fn a_quiet_poll_of_a_healthy_source_asks_and_writes_nothing_about_its_health() {
    let bed = Bed::new().await;
    work(&bed, "blog", 0).await;
    bed.execute("UPDATE source_state SET moved_to = 'https://new.example/' WHERE name = 'blog'").await;
    assert_eq!(work(&bed, "blog", 900).await, None, "nobody looked");
    let claim = bed.store.claim_source("blog", "me", at(1_800), at(2_400)).await.unwrap().unwrap();
    assert!(!claim.suspect);
    let whereabouts = claim.whereabouts;
    let suspect = PollCommit { suspect: true, whereabouts, ..commit("blog", vec![], at(1_800)) };
    assert!(bed.store.commit_poll(suspect).await.unwrap().health.is_some(), "a redirect was seen");
    assert!(
        bed.store.claim_source("blog", "me", at(2_700), at(3_300)).await.unwrap().unwrap().suspect,
        "it is not well"
    );
}
