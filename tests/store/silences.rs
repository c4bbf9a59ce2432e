//! Silences: what they hold, and that it is summed up once, whatever happens meanwhile.

use std::sync::Arc;
use std::time::Duration;

use mentiond::alert::Peace;
use mentiond::clock::Clock;
use mentiond::config::{GroupingConfig, QuietConfig};
use mentiond::model::hold::SilenceScope;
use mentiond::model::notice::HeldNotice;
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{Concern, Field, Gravity, HoldReason, Instant, Notice, Place, Severity};
use mentiond::query::Library;
use mentiond::store::{Audience, Ending, FoundEntry, FoundWay, NewSilence, OpenHold, Selection, Store};
use mentiond::worker::{Bell, Job as _, Watcher};

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, audience, complaint, config, grouping, health};

pub async fn quiet_bed() -> Bed {
    let mut bed = Bed::new().await;
    bed.store = bed.store.guarded(Arc::new(Peace::default()));
    bed
}

fn of_brand(brand: &str) -> SilenceScope {
    SilenceScope { brand: Some(brand.to_owned()), ..SilenceScope::default() }
}

fn of_query(query: &str) -> SilenceScope {
    SilenceScope { query: Some(query.to_owned()), ..SilenceScope::default() }
}

async fn silence(store: &Store, scope: &SilenceScope, ends_at: Instant) -> i64 {
    store.add_silence(NewSilence { scope, ends_at, author: "Kari", comment: "the shop moves" }, at(0)).await.unwrap()
}

pub fn held(message: &OutboxMessage) -> &HeldNotice {
    match &message.notice {
        Notice::Held(held) if message.kind == OutboxKind::Held => held,
        other => panic!("{other:?} sums nothing up"),
    }
}

/// Who is told what: `held anna: a b`.
pub fn told(messages: &[OutboxMessage]) -> Vec<String> {
    let line = |message: &OutboxMessage| {
        let items = match &message.notice {
            Notice::Alert(alert) => &alert.items,
            Notice::Held(held) => &held.items,
            other => panic!("{other:?} tells no alerts"),
        };
        let titles: Vec<_> = items.iter().map(|item| item.mention.title.replace("title of ", "")).collect();
        format!("{} {}: {}", message.kind.as_str(), message.recipient.split('@').next().unwrap(), titles.join(" "))
    };
    let mut told: Vec<String> = messages.iter().map(line).collect();
    told.sort();
    told
}

pub fn urgent(mut found: FoundEntry) -> FoundEntry {
    let place = Place { field: Field::Text, start: 0, end: 7 };
    let concern = Concern { word: "injured".to_owned(), severity: Severity::Urgent, note: String::new(), place };
    found.mentions[0].gravity = Gravity::of(vec![concern]);
    found
}

#[tokio::test]
async fn what_a_silence_holds_is_summed_up_in_one_mail_per_recipient_when_it_ends() {
    let bed = quiet_bed().await;
    let id = silence(&bed.store, &of_brand(HOP), at(HOUR)).await;
    for round in 0..3 {
        let now = at(round * 600);
        let key = format!("a{round}");
        bed.poll(
            "blog",
            vec![complaint(&key, HOP, &[ANNA, OLE]), complaint(&format!("x{round}"), "Lego", &[ANNA])],
            now,
        )
        .await;
        assert_eq!(told(&bed.deliver(at(round * 600 + 30)).await), [format!("alert anna: x{round}")]);
    }
    assert_eq!(
        bed.number("SELECT count(*) FROM outbox WHERE sealed_at IS NULL").await,
        0,
        "a row with nothing to tell"
    );
    let hold = OpenHold { reason: HoldReason::Silenced, silence: Some(id), alerts: 3, incidents: 0, until: at(HOUR) };
    assert_eq!(bed.store.open_holds().await.unwrap(), [hold]);
    assert_eq!(bed.store.next_release_at(at(1_800)).await.unwrap(), Some(at(1_860)), "somebody may end it meanwhile");
    assert_eq!(bed.store.next_release_at(at(HOUR - 5)).await.unwrap(), Some(at(HOUR)));
    assert_eq!(bed.store.release_held(at(HOUR - 1)).await.unwrap(), 0);

    assert_eq!(bed.store.release_held(at(HOUR)).await.unwrap(), 2);
    let mails = bed.deliver(at(HOUR)).await;
    assert_eq!(told(&mails), ["held anna: a0 a1 a2", "held ole: a0 a1 a2"]);
    let notice = held(&mails[0]);
    assert_eq!((notice.brands.as_slice(), notice.more), ([HOP.to_owned()].as_slice(), 0));
    let cause = &notice.causes[0];
    assert_eq!((cause.reason, cause.author.as_deref(), cause.alerts), (HoldReason::Silenced, Some("Kari"), 3));
    assert_eq!((cause.comment.as_deref(), cause.until), (Some("the shop moves"), at(HOUR)));
    assert_eq!(bed.store.release_held(at(2 * HOUR)).await.unwrap(), 0, "it is told once");
    assert_eq!(bed.store.next_release_at(at(HOUR)).await.unwrap(), None);

    bed.poll("blog", vec![complaint("b", HOP, &[ANNA])], at(2 * HOUR)).await;
    assert_eq!(told(&bed.deliver(at(2 * HOUR + 30)).await), ["alert anna: b"], "the silence is over");
    let repeated = at(5 * HOUR);
    assert_eq!(bed.store.enqueue_reminders(&grouping(), &audience(), repeated).await.unwrap(), 3);
    let again = told(&bed.deliver(repeated).await);
    assert!(again.contains(&"reminder ole: a0 a1 a2".to_owned()), "what was summed up is said again: {again:?}");
}

#[tokio::test]
async fn a_silence_added_after_an_alert_was_gathered_holds_it_and_one_that_is_ended_frees_it() {
    let bed = quiet_bed().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    let id = silence(&bed.store, &of_query("title tone:negative source:blog"), at(DAY)).await;
    assert_eq!(bed.deliver(at(30)).await, []);
    let Ending::Done(ended, 1) = bed.store.end_silence(id, "Ole", at(60)).await.unwrap() else { panic!() };
    assert_eq!((ended.end(), ended.is_active(at(60))), (at(60), false));
    assert_eq!(bed.store.release_held(at(61)).await.unwrap(), 1);
    let mails = bed.deliver(at(61)).await;
    assert_eq!(told(&mails), ["held anna: a"]);
    assert_eq!(held(&mails[0]).causes[0].until, at(60), "not when it would have ended");
    assert!(
        matches!(bed.store.end_silence(id, "Ole", at(70)).await.unwrap(), Ending::Over(silence) if silence == ended)
    );
    assert_eq!(bed.store.end_silence(99, "Ole", at(70)).await.unwrap(), Ending::NoSilence);
    assert_eq!(bed.store.silences(Some(at(70)), 9).await.unwrap(), []);
    assert_eq!(bed.store.silences(None, 9).await.unwrap(), [(ended, 0)]);
}

#[tokio::test]
async fn a_silence_hides_nothing_urgent_unless_it_says_so_and_nothing_else_than_it_matches() {
    let bed = quiet_bed().await;
    silence(&bed.store, &of_brand(HOP), at(HOUR)).await;
    silence(&bed.store, &SilenceScope { urgent: true, ..of_query("wild") }, at(HOUR)).await;
    let mut wild = urgent(complaint("wild", "Lego", &[ANNA]));
    wild.entry.text = "gone wild".to_owned();
    let found = vec![urgent(complaint("injury", HOP, &[ANNA])), complaint("mild", HOP, &[ANNA]), wild];
    bed.poll("blog", found, at(0)).await;
    bed.poll("forum", vec![complaint("other", "Lego", &[ANNA])], at(0)).await;
    assert_eq!(told(&bed.deliver(at(30)).await), ["alert anna: injury", "alert anna: other"]);
    assert_eq!(bed.store.release_held(at(HOUR)).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(at(HOUR)).await), ["held anna: wild mild"]);
}

#[tokio::test]
async fn an_alert_under_two_silences_is_held_until_both_are_over_and_told_once() {
    let bed = quiet_bed().await;
    let long = silence(&bed.store, &of_brand(HOP), at(3 * HOUR)).await;
    let short = silence(&bed.store, &of_query("title"), at(HOUR)).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA]), complaint("x", "Lego", &[ANNA])], at(0)).await;
    assert_eq!(bed.deliver(at(30)).await, []);
    let by: Vec<_> = bed.store.open_holds().await.unwrap().into_iter().map(|hold| hold.silence.unwrap()).collect();
    assert_eq!(by, [long, short], "by the one that ends last");
    assert_eq!(bed.store.release_held(at(HOUR)).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(at(HOUR)).await), ["held anna: x"]);

    let longer = silence(&bed.store, &of_query("complaint OR title"), at(4 * HOUR)).await;
    assert!(matches!(bed.store.end_silence(long, "Kari", at(2 * HOUR)).await.unwrap(), Ending::Done(_, 1)));
    assert_eq!(bed.store.release_held(at(2 * HOUR)).await.unwrap(), 0, "another one holds it now");
    let hold =
        OpenHold { reason: HoldReason::Silenced, silence: Some(longer), alerts: 1, incidents: 0, until: at(4 * HOUR) };
    assert_eq!(bed.store.open_holds().await.unwrap(), [hold]);
    assert_eq!(bed.store.release_held(at(4 * HOUR)).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(at(4 * HOUR)).await), ["held anna: a"]);
}

#[tokio::test]
async fn what_ended_while_nobody_was_there_is_told_once_by_whoever_comes_first() {
    let bed = quiet_bed().await;
    silence(&bed.store, &of_brand(HOP), at(HOUR)).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA]), complaint("b", HOP, &[ANNA])], at(0)).await;
    assert_eq!(bed.deliver(at(30)).await, []);
    bed.store.close().await;

    let open = || async {
        let path = bed.dir.path().join("mentiond.db").display().to_string();
        Store::open(&config(&path)).await.unwrap().guarded(Arc::new(Peace::default()))
    };
    let (one, other) = (open().await, open().await);
    let (first, second) = tokio::join!(one.release_held(at(3 * DAY)), other.release_held(at(3 * DAY)));
    assert_eq!(first.unwrap() + second.unwrap(), 1);
    let mails = other.claim_outbox("me", at(3 * DAY), at(3 * DAY + 900), 9).await.unwrap();
    assert_eq!(told(&mails), ["held anna: a b"]);
    // A crash right behind the claim: the same mail again, and not another one.
    assert_eq!(one.release_held(at(4 * DAY)).await.unwrap(), 0);
    let again = one.claim_outbox("me", at(4 * DAY), at(4 * DAY + 900), 9).await.unwrap();
    assert_eq!((again[0].id, &again[0].notice), (mails[0].id, &mails[0].notice));
}

#[tokio::test]
async fn what_somebody_takes_care_of_meanwhile_is_not_summed_up() {
    let bed = quiet_bed().await;
    silence(&bed.store, &of_brand(HOP), at(HOUR)).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA]), complaint("b", HOP, &[OLE])], at(0)).await;
    bed.deliver(at(30)).await;
    let open = bed.store.open_alerts(9).await.unwrap();
    bed.store.acknowledge(&Selection::Mention(open[0].mention_id), "Kari", at(60)).await.unwrap();
    assert_eq!(bed.store.release_held(at(HOUR)).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(at(HOUR)).await), ["held anna: a"]);
    assert_eq!(bed.store.open_holds().await.unwrap(), []);
}

#[tokio::test]
async fn a_silence_holds_reminders_too_and_they_are_not_asked_for_again_and_again() {
    let bed = quiet_bed().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    assert_eq!(told(&bed.deliver(at(30)).await), ["alert anna: a"]);
    silence(&bed.store, &of_brand(HOP), at(6 * HOUR)).await;
    let now = at(4 * HOUR + 30);
    assert_eq!(bed.store.enqueue_reminders(&grouping(), &audience(), now).await.unwrap(), 0);
    assert_eq!(bed.store.next_reminder_at(&grouping(), &audience(), now).await.unwrap(), None);
    assert_eq!(bed.deliver(now).await, []);
    assert_eq!(bed.store.release_held(at(6 * HOUR)).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(at(6 * HOUR)).await), ["held anna: a"]);
}

#[tokio::test]
async fn a_silence_that_cannot_be_read_any_more_holds_nothing() {
    let mut bed = Bed::new().await;
    let set = [("strikes".to_owned(), vec!["strike".to_owned()])];
    let library = Library::new([], set);
    bed.store = bed.store.guarded(Arc::new(Peace::new(library, QuietConfig::default(), &[])));
    let mut strike = complaint("a", HOP, &[ANNA]);
    strike.entry.text = "a strike".to_owned();
    silence(&bed.store, &of_query("set:strikes"), at(HOUR)).await;
    bed.poll("blog", vec![strike.clone()], at(0)).await;
    assert_eq!(bed.deliver(at(30)).await, []);
    bed.store = bed.store.guarded(Arc::new(Peace::default()));
    strike.entry.key.0 = "b".to_owned();
    strike.entry.title = "title of b".to_owned();
    bed.poll("forum", vec![strike], at(60)).await;
    assert_eq!(told(&bed.deliver(at(400)).await), ["alert anna: b"]);
}

#[tokio::test]
async fn what_is_held_is_never_forgotten() {
    let bed = quiet_bed().await;
    silence(&bed.store, &of_brand(HOP), at(800 * DAY)).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA]), complaint("x", "Lego", &[])], at(0)).await;
    bed.deliver(at(30)).await;
    bed.poll("blog", vec![complaint("later", "Lego", &[])], at(799 * DAY)).await;
    let pruned = bed.store.prune(at(799 * DAY), Duration::from_secs(30 * 86_400)).await.unwrap();
    assert_eq!((pruned.entries, pruned.mentions), (1, 1));
    assert_eq!(bed.store.release_held(at(800 * DAY)).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(at(800 * DAY)).await), ["held anna: a"]);
    bed.store.prune(at(2_000 * DAY), Duration::from_secs(30 * 86_400)).await.unwrap();
    assert_eq!(bed.number("SELECT count(*) FROM silence").await, 0);
}

#[tokio::test]
async fn the_watcher_releases_what_is_held_and_looks_again_in_time() {
    let bed = quiet_bed().await;
    silence(&bed.store, &of_brand(HOP), at(HOUR)).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    let sender_bell = Bell::default();
    let watcher = |now| Watcher {
        store: bed.store.clone(),
        ways: vec![(grouping(), audience())],
        ladders: Vec::new(),
        health: health(),
        clock: Clock::simulated(now),
        sender_bell: Arc::clone(&sender_bell),
    };
    assert_eq!(watcher(at(60)).run().await.unwrap(), Some(at(120)), "somebody may end the silence");
    assert_eq!(watcher(at(HOUR - 20)).run().await.unwrap(), Some(at(HOUR)));
    assert_eq!(watcher(at(HOUR)).run().await.unwrap(), None);
    sender_bell.notified().await;
    assert_eq!(told(&bed.deliver(at(HOUR)).await), ["held anna: a"]);
}

#[tokio::test]
async fn each_route_collects_and_repeats_by_itself_and_a_summary_keeps_the_routes() {
    let bed = quiet_bed().await;
    let mut found = complaint("a", HOP, &[ANNA]);
    let alert = found.mentions[0].outcome.alert.as_mut().unwrap();
    let slow = GroupingConfig { group_wait: Duration::from_secs(600), ..grouping() };
    let recipients = vec![OLE.to_owned()];
    alert.ways.push(FoundWay { route: "lawyers".to_owned(), recipients, grouping: slow.clone() });
    let other = FoundEntry { entry: complaint("b", HOP, &[]).entry, ..found.clone() };
    bed.poll("blog", vec![found, other], at(0)).await;
    assert_eq!(told(&bed.deliver(at(30)).await), ["alert anna: a b"]);
    silence(&bed.store, &of_brand(HOP), at(HOUR)).await;
    assert_eq!(bed.deliver(at(600)).await, []);
    assert_eq!(bed.store.release_held(at(HOUR)).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(at(HOUR)).await), ["held ole: a b"]);
    let later = at(6 * HOUR);
    assert_eq!(
        bed.store.enqueue_reminders(&grouping(), &audience(), later).await.unwrap(),
        1,
        "Ole is not of this way"
    );
    let lawyers = Audience { route: "lawyers".to_owned(), ..audience() };
    let often = GroupingConfig { repeat_interval: Some(Duration::from_secs(7_200)), ..slow };
    assert_eq!(bed.store.next_reminder_at(&often, &lawyers, later).await.unwrap(), Some(at(3 * HOUR)));
    assert_eq!(bed.store.enqueue_reminders(&often, &lawyers, later).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(later).await), ["reminder anna: a b", "reminder ole: a b"]);
}
