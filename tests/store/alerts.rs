//! Grouping, reminders, acknowledgements.

use mentiond::config::GroupingConfig;
use mentiond::model::notice::AlertNotice;
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::{Concern, Field, Gravity, Notice, Place, Severity};
use mentiond::store::{Audience, Selection};

use super::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, audience, complaint, grouping, plain, said};

fn alert(message: &OutboxMessage) -> &AlertNotice {
    match &message.notice {
        Notice::Alert(alert) => alert,
        other => panic!("{other:?} is no alert"),
    }
}

/// Who is told what: `anna: title of a, title of b`.
fn told(messages: &[OutboxMessage]) -> Vec<String> {
    let mut told: Vec<String> = messages
        .iter()
        .map(|message| {
            let titles: Vec<_> =
                alert(message).items.iter().map(|item| item.mention.title.replace("title of ", "")).collect();
            format!("{} {}: {}", message.kind.as_str(), message.recipient.split('@').next().unwrap(), titles.join(" "))
        })
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn the_first_alert_waits_for_more_and_the_next_mail_keeps_its_distance() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    bed.poll("forum", vec![complaint("b", HOP, &[ANNA, OLE]), complaint("x", "Lego", &[ANNA])], at(20)).await;
    assert_eq!(bed.store.next_outbox_at().await.unwrap(), Some(at(30)));
    assert_eq!(bed.deliver(at(29)).await, []);
    let first = bed.deliver(at(30)).await;
    assert_eq!(told(&first), ["alert anna: a b"]);
    assert_eq!((alert(&first[0]).brand.as_str(), alert(&first[0]).reminder), (HOP, false));
    assert_eq!((first[0].created_at, first[0].sealed_at, first[0].attempt), (at(0), at(30), 1));
    assert_eq!(
        (alert(&first[0]).items[0].rule.as_str(), alert(&first[0]).items[0].keyword.as_deref()),
        ("complaint", Some("refund"))
    );
    assert_eq!(told(&bed.deliver(at(50)).await), ["alert anna: x", "alert ole: b"]);

    bed.poll("blog", vec![complaint("c", HOP, &[ANNA])], at(60)).await;
    bed.poll("forum", vec![complaint("d", HOP, &[ANNA])], at(320)).await;
    assert_eq!(bed.deliver(at(329)).await, []);
    assert_eq!(told(&bed.deliver(at(330)).await), ["alert anna: c d"]);
    bed.poll("blog", vec![complaint("e", HOP, &[ANNA])], at(5_000)).await;
    assert_eq!(
        bed.store.next_outbox_at().await.unwrap(),
        Some(at(5_030)),
        "a brand that was quiet waits the group wait only"
    );
}

#[tokio::test]
async fn what_comes_after_the_claim_goes_into_the_next_mail_even_if_the_first_is_tried_again() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    let claimed = bed.store.claim_outbox("me", at(30), at(930), 5).await.unwrap();
    bed.poll("forum", vec![complaint("b", HOP, &[ANNA])], at(31)).await;
    bed.store.mark_retry(claimed[0].id, "me", at(32), at(92), "busy").await.unwrap();
    let again = bed.deliver(at(92)).await;
    assert_eq!(told(&again), ["alert anna: a"]);
    assert_eq!(
        (again[0].id, again[0].sealed_at, again[0].attempt, &again[0].notice),
        (claimed[0].id, at(30), 2, &claimed[0].notice)
    );
    assert_eq!(told(&bed.deliver(at(330)).await), ["alert anna: b"]);
}

#[tokio::test]
async fn a_mail_shows_the_worst_and_counts_the_rest() {
    let bed = Bed::new().await;
    let mut found: Vec<_> = (0..25).map(|number| complaint(&format!("{number:02}"), HOP, &[ANNA])).collect();
    found[17].mentions[0].judgement.score = Some(-0.9);
    bed.poll("blog", found, at(0)).await;
    let mail = bed.deliver(at(30)).await;
    let alert = alert(&mail[0]);
    assert_eq!((alert.items.len(), alert.more, alert.items[0].mention.title.as_str()), (20, 5, "title of 17"));
}

#[tokio::test]
async fn a_mail_shows_what_is_urgent_first_whatever_its_tone() {
    let bed = Bed::new().await;
    let mut found: Vec<_> = ["mild", "worst", "injury"].map(|key| complaint(key, HOP, &[ANNA])).into();
    found[1].mentions[0].judgement.score = Some(-0.9);
    let concern = |word: &str, severity| {
        let place = Place { field: Field::Text, start: 0, end: word.len() };
        Gravity::of(vec![Concern { word: word.to_owned(), severity, note: String::new(), place }])
    };
    found[0].mentions[0].gravity = concern("strike", Severity::Notice);
    found[2].mentions[0].gravity = concern("injured", Severity::Urgent);
    let gravity = found[2].mentions[0].gravity.clone();
    bed.poll("blog", found, at(0)).await;
    let mail = bed.deliver(at(30)).await;
    let shown: Vec<(&str, Severity)> = alert(&mail[0])
        .items
        .iter()
        .map(|item| (item.mention.title.trim_start_matches("title of "), item.mention.severity))
        .collect();
    assert_eq!(shown, [("injury", Severity::Urgent), ("worst", Severity::Info), ("mild", Severity::Notice)]);
    assert_eq!(alert(&mail[0]).items[0].mention.concerns, gravity.concerns, "with the words that say so");
}

#[tokio::test]
async fn what_nobody_acknowledges_is_said_again_until_it_is_old() {
    let bed = Bed::new().await;
    let grouping = grouping();
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(0)).await;
    assert_eq!(
        bed.store.next_reminder_at(&grouping, &audience(), at(0)).await.unwrap(),
        None,
        "what is not mailed is not repeated"
    );
    bed.deliver(at(30)).await;
    let mut said_again = Vec::new();
    let mut now = at(30);
    while let Some(next) = bed.store.next_reminder_at(&grouping, &audience(), now).await.unwrap() {
        assert!(next > now);
        now = next;
        if bed.store.enqueue_reminders(&grouping, &audience(), now).await.unwrap() > 0 {
            assert_eq!(bed.store.enqueue_reminders(&grouping, &audience(), now).await.unwrap(), 0, "one waits already");
            let reminder = bed.deliver(now).await;
            assert!(alert(&reminder[0]).reminder && reminder[0].kind == OutboxKind::Reminder);
            said_again.push((now - at(30)).num_hours());
        }
    }
    assert_eq!(said_again, [4, 8, 12, 16, 20], "and not when it is a day old");
    assert_eq!(bed.store.enqueue_reminders(&grouping, &audience(), at(9 * DAY)).await.unwrap(), 0);
    let never = GroupingConfig { repeat_interval: None, ..grouping };
    assert_eq!(bed.store.next_reminder_at(&never, &audience(), at(0)).await.unwrap(), None);
}

#[tokio::test]
async fn new_alerts_do_not_put_off_the_reminder_of_old_ones() {
    let bed = Bed::new().await;
    for hour in 0..4 {
        let now = at(hour * HOUR);
        bed.poll("blog", vec![complaint(&format!("at-{hour}"), HOP, &[ANNA])], now).await;
        assert_eq!(bed.deliver(at(hour * HOUR + 30)).await.len(), 1);
    }
    assert_eq!(
        bed.store.next_reminder_at(&grouping(), &audience(), at(4 * HOUR)).await.unwrap(),
        Some(at(4 * HOUR + 30))
    );
    bed.poll("blog", vec![complaint("late", HOP, &[ANNA])], at(4 * HOUR)).await;
    bed.deliver(at(4 * HOUR + 30)).await;
    assert_eq!(
        bed.store.enqueue_reminders(&grouping(), &audience(), at(4 * HOUR + 30)).await.unwrap(),
        0,
        "a mail has just left"
    );
    assert_eq!(
        bed.store.next_reminder_at(&grouping(), &audience(), at(4 * HOUR + 30)).await.unwrap(),
        Some(at(4 * HOUR + 330))
    );
    assert_eq!(bed.store.enqueue_reminders(&grouping(), &audience(), at(4 * HOUR + 330)).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(at(4 * HOUR + 330)).await), ["reminder anna: at-0 at-1 at-2 at-3 late"]);
}

#[tokio::test]
async fn what_somebody_takes_care_of_is_not_said_again() {
    let bed = Bed::new().await;
    bed.poll(
        "blog",
        vec![complaint("a", HOP, &[ANNA, OLE]), complaint("b", HOP, &[ANNA]), complaint("x", "Lego", &[ANNA])],
        at(0),
    )
    .await;
    bed.deliver(at(30)).await;
    let open = bed.store.open_alerts(10).await.unwrap();
    assert_eq!(
        open.iter().map(|alert| alert.title.as_str()).collect::<Vec<_>>(),
        ["title of x", "title of b", "title of a"]
    );
    assert_eq!(bed.store.open_alerts(1).await.unwrap().len(), 1);
    assert_eq!(bed.store.acknowledge(&Selection::Mention(open[2].mention_id), "Kari", at(60)).await.unwrap(), 1);
    assert_eq!(bed.store.acknowledge(&Selection::Mention(open[2].mention_id), "Kari", at(61)).await.unwrap(), 0);
    bed.store.enqueue_reminders(&grouping(), &audience(), at(5 * HOUR)).await.unwrap();
    assert_eq!(
        told(&bed.deliver(at(5 * HOUR)).await),
        ["reminder anna: b", "reminder anna: x"],
        "Ole has nothing left"
    );
    assert_eq!(bed.store.acknowledge(&Selection::Brand("Lego".to_owned()), "Kari", at(6 * HOUR)).await.unwrap(), 1);
    assert_eq!(bed.store.acknowledge(&Selection::All, "Kari", at(6 * HOUR)).await.unwrap(), 1);
    assert_eq!(bed.store.next_reminder_at(&grouping(), &audience(), at(6 * HOUR)).await.unwrap(), None);
    assert_eq!(bed.number("SELECT count(*) FROM alert WHERE acknowledged_by = 'Kari'").await, 3);
}

#[tokio::test]
async fn a_reminder_that_waits_is_taken_back_when_somebody_takes_care_of_it() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA]), complaint("b", HOP, &[OLE])], at(0)).await;
    bed.deliver(at(30)).await;
    assert_eq!(bed.store.enqueue_reminders(&grouping(), &audience(), at(5 * HOUR)).await.unwrap(), 2);
    let open = bed.store.open_alerts(10).await.unwrap();
    let of_anna = open.iter().find(|alert| alert.title == "title of a").unwrap();
    bed.store.acknowledge(&Selection::Mention(of_anna.mention_id), "Kari", at(5 * HOUR)).await.unwrap();
    assert_eq!(told(&bed.deliver(at(5 * HOUR)).await), ["reminder ole: b"]);
}

#[tokio::test]
async fn who_is_no_longer_a_recipient_is_not_reminded() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA, OLE])], at(0)).await;
    bed.deliver(at(30)).await;
    let brands = [(HOP.to_owned(), vec![OLE.to_owned()])].into();
    let only_ole = Audience { brands, ..Audience::default() };
    assert_eq!(bed.store.enqueue_reminders(&grouping(), &only_ole, at(5 * HOUR)).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(at(5 * HOUR)).await), ["reminder ole: a"]);
    let nobody = Audience::default();
    assert_eq!(bed.store.next_reminder_at(&grouping(), &nobody, at(9 * HOUR)).await.unwrap(), None);
}

#[tokio::test]
async fn a_clock_that_stood_ahead_does_not_silence_reminders() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![complaint("a", HOP, &[ANNA])], at(10 * DAY)).await;
    assert_eq!(bed.deliver(at(10 * DAY + 30)).await.len(), 1);
    // The clock is right again.
    bed.poll("blog", vec![complaint("b", HOP, &[ANNA])], at(0)).await;
    assert_eq!(told(&bed.deliver(at(400)).await), ["alert anna: b"]);
    let mut reminders = 0;
    for hour in 1..26 {
        bed.store.enqueue_reminders(&grouping(), &audience(), at(hour * HOUR)).await.unwrap();
        reminders += bed.deliver(at(hour * HOUR)).await.len();
    }
    assert!((5..=7).contains(&reminders), "{reminders}");
}

#[tokio::test]
async fn an_edit_for_another_brand_does_not_change_what_was_judged() {
    let bed = Bed::new().await;
    let mut first = complaint("e", HOP, &[ANNA]);
    first.entry.text = "Skip Hop is terrible, I want a refund".to_owned();
    bed.poll("blog", vec![first], at(0)).await;
    let mut edited = said("e", "Lego", "Kari", Some(0.8));
    edited.entry.text = "We love Lego".to_owned();
    bed.poll("blog", vec![edited], at(20)).await;
    let mails = bed.deliver(at(30)).await;
    assert_eq!(alert(&mails[0]).items[0].mention.snippet, "Skip Hop is terrible, I want a refund");
}

#[tokio::test]
async fn an_edit_that_first_mentions_a_brand_is_what_its_alert_shows() {
    let bed = Bed::new().await;
    bed.poll("blog", vec![plain("e")], at(0)).await;
    let mut edited = complaint("e", HOP, &[ANNA]);
    edited.entry.text = "Skip Hop is terrible, I want a refund".to_owned();
    bed.poll("blog", vec![edited], at(20)).await;
    let mails = bed.deliver(at(50)).await;
    assert_eq!(alert(&mails[0]).items[0].mention.snippet, "Skip Hop is terrible, I want a refund");
}
