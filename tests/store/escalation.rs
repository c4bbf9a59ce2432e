//! Alerts that nobody acknowledges, told to the next people, once.

use std::time::Duration;

use mentiond::config::EscalationStep;
use mentiond::model::Notice;
use mentiond::model::hold::SilenceScope;
use mentiond::model::notice::EscalationNotice;
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::store::{Ladder, NewSilence, Selection};

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, complaint, grouping};
use super::silences::quiet_bed;

const BOSS: &str = "boss@skiphop.example";
const CHIEF: &str = "chief@skiphop.example";

fn step(minutes: u64, recipients: &[&str]) -> EscalationStep {
    let recipients = recipients.iter().map(|&recipient| recipient.to_owned()).collect();
    EscalationStep { after: Duration::from_secs(minutes * 60), recipients }
}

/// After half an hour the boss, after two hours the chief and Ole.
fn ladder() -> Ladder {
    let steps = vec![step(30, &[BOSS]), step(120, &[CHIEF, OLE])];
    Ladder { route: String::new(), brands: vec![HOP.to_owned()], steps, grouping: grouping() }
}

fn escalation(message: &OutboxMessage) -> &EscalationNotice {
    match &message.notice {
        Notice::Escalation(escalation) => escalation,
        other => panic!("{other:?} is no escalation"),
    }
}

/// `boss: title of a, title of b; told anna 30`, with seconds.
fn told(messages: &[OutboxMessage]) -> Vec<String> {
    let short = |who: &str| who.split('@').next().unwrap().to_owned();
    let mut told: Vec<String> = messages
        .iter()
        .map(|message| {
            let EscalationNotice { alert, told } = escalation(message);
            let titles: Vec<_> = alert.items.iter().map(|item| item.mention.title.replace("title of ", "")).collect();
            let told: Vec<_> = told
                .iter()
                .map(|told| format!("{} {}", short(&told.recipient), (told.at - at(0)).num_seconds()))
                .collect();
            assert_eq!(message.kind, OutboxKind::Escalation);
            format!("{}: {}; told {}", short(&message.recipient), titles.join(" "), told.join(", "))
        })
        .collect();
    told.sort();
    told
}

/// Escalates and delivers what is due.
async fn run(bed: &Bed, ladders: &[Ladder], seconds: i64) -> Vec<String> {
    let written = bed.store.escalate(ladders, at(seconds)).await.unwrap();
    let mails = bed.deliver(at(seconds)).await;
    assert_eq!(written as usize, mails.len());
    told(&mails)
}

/// Nobody is told of the brand until three hours are over.
async fn silence(bed: &Bed, seconds: i64) {
    let scope = SilenceScope { brand: Some(HOP.to_owned()), ..SilenceScope::default() };
    let silence = NewSilence { scope: &scope, ends_at: at(3 * HOUR), author: "Kari", comment: "the shop moves" };
    bed.store.add_silence(silence, at(seconds)).await.unwrap();
}

const NONE: [&str; 0] = [];

#[tokio::test]
async fn each_step_is_told_once_with_who_was_told_before() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    let ladders = [ladder()];
    assert_eq!(bed.store.next_escalation_at(&ladders, at(10)).await.unwrap(), None, "nobody was told yet");
    bed.deliver(at(30)).await;
    assert_eq!(bed.store.next_escalation_at(&ladders, at(31)).await.unwrap(), Some(at(30 + 1_800)));
    assert_eq!(run(&bed, &ladders, 30 + 1_799).await, NONE);
    assert_eq!(run(&bed, &ladders, 30 + 1_800).await, ["boss: a; told anna 30"]);
    assert_eq!(run(&bed, &ladders, 30 + 1_801).await, NONE);
    assert_eq!(bed.store.next_escalation_at(&ladders, at(2_000)).await.unwrap(), Some(at(30 + 7_200)));
    let later = run(&bed, &ladders, 8_000).await;
    assert_eq!(later, ["chief: a; told anna 30, boss 1830", "ole: a; told anna 30, boss 1830"]);
    for seconds in [8_001, HOUR * 5, DAY, DAY * 2] {
        assert_eq!(run(&bed, &ladders, seconds).await, NONE, "{seconds}");
    }
    assert_eq!(bed.store.next_escalation_at(&ladders, at(DAY)).await.unwrap(), None);
}

#[tokio::test]
async fn what_somebody_has_goes_no_further() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA]), complaint("b", HOP, &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    let ladders = [ladder()];
    let first = bed.number("SELECT min(mention_id) FROM alert").await;
    bed.store.acknowledge(&Selection::Mention(first), "Kari", at(60)).await.unwrap();
    assert_eq!(run(&bed, &ladders, 2_000).await, ["boss: b; told anna 30"]);
    assert_eq!(bed.store.escalate(&ladders, at(8_000)).await.unwrap(), 2);
    bed.store.acknowledge(&Selection::All, "Kari", at(8_001)).await.unwrap();
    assert_eq!(bed.deliver(at(8_002)).await, [], "what waits and has nothing left to say is taken back");
    assert_eq!(run(&bed, &ladders, 9_000).await, NONE);
}

#[tokio::test]
async fn mails_keep_their_distance_and_nobody_hears_twice_of_the_same() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    bed.poll("forum", vec![complaint("b", HOP, &[ANNA, BOSS])], at(340)).await;
    bed.deliver(at(400)).await;
    bed.poll("blog", vec![complaint("c", HOP, &[ANNA])], at(1_000)).await;
    bed.deliver(at(1_100)).await;
    let ladders = [Ladder { steps: vec![step(30, &[BOSS])], ..ladder() }];
    assert_eq!(run(&bed, &ladders, 1_830).await, ["boss: a; told anna 30"]);
    let next = bed.store.next_escalation_at(&ladders, at(1_831)).await.unwrap();
    assert_eq!(next, Some(at(1_100 + 1_800)), "the boss was told of the second as the first of all");
    assert_eq!(run(&bed, &ladders, 2_900).await, ["boss: c; told anna 1100"]);
    bed.poll("blog", vec![complaint("d", HOP, &[ANNA])], at(3_000)).await;
    bed.deliver(at(3_030)).await;
    bed.poll("forum", vec![complaint("e", HOP, &[ANNA])], at(3_300)).await;
    bed.deliver(at(3_330)).await;
    assert_eq!(run(&bed, &ladders, 4_830).await, ["boss: d; told anna 3030"]);
    assert_eq!(bed.store.next_escalation_at(&ladders, at(4_831)).await.unwrap(), Some(at(5_130)));
    assert_eq!(run(&bed, &ladders, 5_129).await, NONE, "mails about one brand are no closer than the group interval");
    assert_eq!(run(&bed, &ladders, 5_130).await, ["boss: e; told anna 3330"]);
}

#[tokio::test]
async fn it_counts_from_when_an_alert_was_told_not_from_when_it_was_held() {
    let bed = quiet_bed().await;
    silence(&bed, 0).await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    assert_eq!(bed.deliver(at(30)).await, []);
    let ladders = [Ladder { steps: vec![step(30, &[BOSS])], ..ladder() }];
    assert_eq!(run(&bed, &ladders, 2 * HOUR).await, NONE);
    bed.store.release_held(at(3 * HOUR)).await.unwrap();
    bed.deliver(at(3 * HOUR)).await;
    assert_eq!(run(&bed, &ladders, 3 * HOUR + 1_799).await, NONE);
    assert_eq!(run(&bed, &ladders, 3 * HOUR + 1_800).await, ["boss: a; told anna 10800"]);
}

#[tokio::test]
async fn a_silence_holds_it_and_sums_it_up_at_its_end() {
    let bed = quiet_bed().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    silence(&bed, 60).await;
    let ladders = [Ladder { steps: vec![step(30, &[BOSS])], ..ladder() }];
    assert_eq!(run(&bed, &ladders, 1_830).await, NONE);
    assert_eq!(bed.store.next_escalation_at(&ladders, at(1_831)).await.unwrap(), None, "it is held, not forgotten");
    bed.store.release_held(at(3 * HOUR)).await.unwrap();
    let told = bed.deliver(at(3 * HOUR)).await;
    let notice = super::silences::held(&told[0]);
    let before: Vec<_> = notice.told.iter().map(|told| (told.recipient.as_str(), told.at)).collect();
    assert_eq!((before, notice.told_alerts), (vec![(ANNA, at(30))], 1));
    let told: Vec<_> = told.iter().map(|mail| (mail.kind, mail.recipient.as_str())).collect();
    assert_eq!(told, [(OutboxKind::Held, BOSS)]);
    assert_eq!(run(&bed, &ladders, 4 * HOUR).await, NONE);
}

#[tokio::test]
async fn a_mail_that_reached_nobody_is_told_to_the_next_all_the_same() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    let mails = bed.store.claim_outbox("me", at(30), at(900), 5).await.unwrap();
    bed.store.mark_dead(mails[0].id, "me", at(40), "550 no such user").await.unwrap();
    assert_eq!(run(&bed, &[ladder()], 40 + 1_800).await, ["boss: a; told "]);
}

#[tokio::test]
async fn another_route_or_brand_has_steps_of_its_own() {
    let bed = Bed::new().await;
    let mut found = complaint("a", HOP, &[ANNA]);
    found.mentions[0].outcome.alert.as_mut().unwrap().ways[0].route = "lawyers".to_owned();
    bed.poll("blog", vec![found, complaint("x", "Lego", &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    assert_eq!(run(&bed, &[ladder()], 4_000).await, NONE);
    let lawyers = Ladder { route: "lawyers".to_owned(), ..ladder() };
    assert_eq!(run(&bed, &[ladder(), lawyers], 4_001).await, ["boss: a; told anna 30"]);
}

#[tokio::test]
async fn an_alert_that_is_too_old_when_somebody_comes_back_is_left_to_the_reminders() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    assert_eq!(run(&bed, &[ladder()], 30 + 7_200 + DAY + 1).await, NONE);
}

#[tokio::test]
async fn a_power_cut_at_any_line_loses_and_repeats_nothing() {
    let bed = quiet_bed().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA]), complaint("b", HOP, &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    let ladders = [ladder()];
    for (verb, table) in [("INSERT", "outbox"), ("INSERT", "outbox_alert"), ("UPDATE", "outbox")] {
        let broken =
            format!("CREATE TRIGGER broken BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'power cut'); END");
        bed.execute(Box::leak(broken.into_boxed_str())).await;
        assert!(bed.store.escalate(&ladders, at(1_830)).await.is_err(), "{verb} {table}");
        bed.execute("DROP TRIGGER broken").await;
        assert_eq!(bed.number("SELECT count(*) FROM outbox").await, 1, "{verb} {table}");
        assert_eq!(bed.number("SELECT count(*) FROM outbox_alert").await, 2, "{verb} {table}");
    }
    // The second of two recipients of a step is not told, so neither is the first.
    bed.execute(
        "CREATE TRIGGER broken BEFORE INSERT ON outbox WHEN NEW.recipient = 'ole@skiphop.example' \
         BEGIN SELECT RAISE(ABORT, 'power cut'); END",
    )
    .await;
    assert!(bed.store.escalate(&ladders, at(8_000)).await.is_err());
    assert_eq!(bed.number("SELECT count(*) FROM outbox").await, 1);
    bed.execute("DROP TRIGGER broken").await;
    assert_eq!(
        run(&bed, &ladders, 8_000).await,
        ["boss: a b; told anna 30", "chief: a b; told anna 30", "ole: a b; told anna 30"],
        "whoever comes back late tells all steps at once"
    );
    assert_eq!(run(&bed, &ladders, 8_001).await, NONE);
}

#[tokio::test]
async fn two_who_escalate_at_the_same_time_tell_it_once() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    bed.deliver(at(30)).await;
    let ladders = [ladder()];
    let (one, other) = (bed.store.clone(), bed.store.clone());
    let (one, other) = tokio::join!(one.escalate(&ladders, at(1_830)), other.escalate(&ladders, at(1_830)));
    assert_eq!(one.unwrap() + other.unwrap(), 1);
    assert_eq!(bed.deliver(at(1_830)).await.len(), 1);
}

#[tokio::test]
async fn what_does_not_get_through_goes_on_to_the_next_people() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    let ladders = [ladder()];
    let claimed = bed.store.claim_outbox("me", at(30), at(930), 9).await.unwrap();
    assert_eq!(bed.store.next_escalation_at(&ladders, at(900)).await.unwrap(), None, "the first attempt is under way");
    bed.store.mark_retry(claimed[0].id, "me", at(31), at(DAY), "connection refused").await.unwrap();
    assert_eq!(bed.store.next_escalation_at(&ladders, at(40)).await.unwrap(), Some(at(30 + 1_800)));
    assert_eq!(run(&bed, &ladders, 30 + 1_799).await, NONE);
    assert_eq!(run(&bed, &ladders, 30 + 1_800).await, ["boss: a; told "]);
    assert_eq!(run(&bed, &ladders, 30 + 1_801).await, NONE);
    // What was given up and dropped before the next step is due goes on as well.
    bed.store.claim_outbox("me", at(DAY), at(DAY + 900), 9).await.unwrap();
    bed.store.mark_dead(claimed[0].id, "me", at(DAY), "connection refused").await.unwrap();
    bed.store.drop_dead(Some(claimed[0].id), "kari", Some("it is late"), at(DAY)).await.unwrap();
    let later = run(&bed, &ladders, DAY + 7_200).await;
    assert_eq!(later, ["chief: a; told boss 1830", "ole: a; told boss 1830"]);
}
