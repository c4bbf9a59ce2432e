//! When mails do not get through: what is told through the fallback, how often, and in which words.

use std::time::Duration;

use chrono::TimeDelta;
use mentiond::deliver::render;
use mentiond::model::notice::TrialNotice;
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::undelivered::{FailedWay, UndeliveredNotice};
use mentiond::model::{Notice, Severity};
use mentiond::store::ToldUndelivered;

use crate::common::notices::{alert, item, mail, mention};
use crate::store::bed::{ANNA, Bed, DAY, HOP, HOUR, OLE, at, complaint};

const MINUTE: i64 = 60;
const AFTER: Duration = Duration::from_secs(1800);
const OPS: &str = "channel:ops";

/// An alert to this recipient, written at this second.
async fn enqueue(bed: &Bed, recipient: &str, seconds: i64) -> i64 {
    let OutboxMessage { notice, .. } = alert(vec![item(mention(17, "Still no answer"))], 0, false);
    bed.store.enqueue(OutboxKind::Alert, recipient, &notice, at(seconds)).await.unwrap()
}

/// What is due is tried: whoever `works` gets it, others are tried again a minute later.
async fn attempt(bed: &Bed, works: &[&str], seconds: i64) -> Vec<OutboxMessage> {
    let now = at(seconds);
    let mut sent = Vec::new();
    for message in bed.store.claim_outbox("me", now, now + TimeDelta::minutes(15), 100).await.unwrap() {
        if works.contains(&message.recipient.as_str()) {
            bed.store.mark_sent(message.id, "me", now).await.unwrap();
            sent.push(message);
        } else {
            let next = now + TimeDelta::minutes(1);
            bed.store.mark_retry(message.id, "me", now, next, "connection refused").await.unwrap();
        }
    }
    sent
}

async fn tell(bed: &Bed, fallback: &[&str], seconds: i64) -> ToldUndelivered {
    let fallback: Vec<String> = fallback.iter().map(|recipient| (*recipient).to_owned()).collect();
    bed.store.tell_undelivered(&fallback, AFTER, at(seconds)).await.unwrap()
}

async fn broken(bed: &Bed, seconds: i64) -> Vec<String> {
    let ways = bed.store.broken_ways(AFTER, at(seconds)).await.unwrap();
    ways.into_iter().map(|way| format!("{} {}", way.way, (way.since - at(0)).num_minutes())).collect()
}

fn undelivered(message: &OutboxMessage) -> &UndeliveredNotice {
    let Notice::Undelivered(notice) = &message.notice else { panic!("{message:?}") };
    notice
}

#[tokio::test]
async fn a_broken_mail_server_is_told_once_each_late_notice_once_and_the_end_once() {
    let bed = Bed::new().await;
    let (mut late, mut told, mut mended) = (Vec::new(), 0, 0);
    enqueue(&bed, ANNA, 0).await;
    enqueue(&bed, OLE, 0).await;
    for minute in 0..180 {
        let second = minute * MINUTE;
        if minute == 58 || minute == 60 || minute == 130 {
            enqueue(&bed, ANNA, second).await;
        }
        let works: &[&str] = if minute < 120 { &[OPS] } else { &[OPS, ANNA, OLE] };
        for message in attempt(&bed, works, second).await.iter().filter(|message| message.recipient == OPS) {
            let notice = undelivered(message);
            told += notice.broken.len();
            mended += notice.mended.len();
            late.extend(notice.items.iter().map(|item| (minute, item.id, item.recipient.clone())));
        }
        tell(&bed, &[OPS], second).await;
        let red = broken(&bed, second).await;
        let expected: &[&str] = if (30..120).contains(&minute) { &["mail 0"] } else { &[] };
        assert_eq!(red, expected, "minute {minute}");
    }
    assert_eq!((told, mended), (1, 1));
    let told: Vec<_> = late.iter().map(|(minute, id, recipient)| (*minute, *id, recipient.as_str())).collect();
    assert_eq!(told[..2], [(31, 1, ANNA), (31, 2, OLE)]);
    assert_eq!(told.len(), 4, "each once: {told:?}");
    assert_eq!((told[2].0, told[3].0), (91, 91), "together, an hour after the first");
    let counts = bed.store.outbox_counts().await.unwrap();
    assert_eq!((counts.waiting, counts.dead), (0, 0), "and all have arrived in the end");
    assert_eq!(bed.number("SELECT count(*) FROM way_failure").await, 0);
}

#[tokio::test]
async fn a_short_fault_and_one_recipient_among_others_are_told_to_nobody() {
    let bed = Bed::new().await;
    enqueue(&bed, ANNA, 0).await;
    attempt(&bed, &[], 0).await;
    assert_eq!(tell(&bed, &[OPS], 29 * MINUTE).await, ToldUndelivered::default());
    attempt(&bed, &[ANNA], 29 * MINUTE).await;
    assert_eq!(tell(&bed, &[OPS], HOUR).await, ToldUndelivered::default());
    assert_eq!(bed.number("SELECT count(*) FROM way_failure").await, 0);

    // Ole's mailbox is full, mails to others get through: the way works, and only his notice is told.
    enqueue(&bed, OLE, HOUR).await;
    for minute in 0..31 {
        enqueue(&bed, ANNA, HOUR + minute * MINUTE).await;
        attempt(&bed, &[ANNA], HOUR + minute * MINUTE).await;
    }
    assert_eq!(broken(&bed, HOUR + 31 * MINUTE).await, [""; 0]);
    let told = tell(&bed, &[OPS], HOUR + 31 * MINUTE).await;
    assert_eq!((told.broken.len(), told.mended.len(), told.notices), (0, 0, 1));
    let sent = attempt(&bed, &[OPS], HOUR + 31 * MINUTE).await;
    assert_eq!(undelivered(&sent[0]).items[0].recipient, OLE);
}

#[tokio::test]
async fn a_dead_letter_is_told_at_once_and_not_again_when_it_dies_again() {
    let bed = Bed::new().await;
    let id = enqueue(&bed, ANNA, 0).await;
    let die = async |seconds: i64| {
        bed.store.claim_outbox("me", at(seconds), at(seconds + 900), 9).await.unwrap();
        bed.store.mark_dead(id, "me", at(seconds), "550 no such user").await.unwrap();
    };
    die(0).await;
    assert_eq!(tell(&bed, &[OPS], 1).await.notices, 1);
    let sent = attempt(&bed, &[OPS], 2).await;
    let told = &undelivered(&sent[0]).items[0];
    assert_eq!((told.id, told.dead, told.error.as_str()), (id, true, "550 no such user"));
    bed.store.retry_dead(Some(id), "kari", at(HOUR)).await.unwrap();
    die(HOUR).await;
    assert_eq!(tell(&bed, &[OPS], 2 * HOUR).await.notices, 0);
    assert_eq!(broken(&bed, 2 * HOUR).await, [""; 0], "a refused mail does not make the server broken");
}

#[tokio::test]
async fn a_server_that_refuses_one_recipient_after_the_other_is_broken() {
    let bed = Bed::new().await;
    let die = async |recipient: &str, seconds: i64| {
        let id = enqueue(&bed, recipient, seconds).await;
        bed.store.claim_outbox("me", at(seconds), at(seconds + 900), 9).await.unwrap();
        bed.store.mark_dead(id, "me", at(seconds), "550 not by you").await.unwrap();
    };
    for (minute, recipient) in [(0, ANNA), (1, ANNA), (2, ANNA), (3, OLE)] {
        die(recipient, minute * MINUTE).await;
    }
    assert_eq!(broken(&bed, HOUR).await, [""; 0], "two may have left");
    enqueue(&bed, OLE, 4 * MINUTE).await;
    attempt(&bed, &[OLE], 4 * MINUTE).await;
    die("kari@skiphop.example", 5 * MINUTE).await;
    die(ANNA, 6 * MINUTE).await;
    assert_eq!(broken(&bed, HOUR).await, [""; 0], "one got through between them");
    die(OLE, 7 * MINUTE).await;
    assert_eq!(broken(&bed, 34 * MINUTE).await, [""; 0]);
    assert_eq!(broken(&bed, 35 * MINUTE).await, ["mail 5"], "since the first of them");
    enqueue(&bed, OLE, 36 * MINUTE).await;
    attempt(&bed, &[OLE], 36 * MINUTE).await;
    assert_eq!(broken(&bed, HOUR).await, [""; 0]);
}

#[tokio::test]
async fn one_notice_counts_all_and_what_comes_later_is_told_together_within_the_hour() {
    let bed = Bed::new().await;
    for _ in 0..20 {
        enqueue(&bed, ANNA, 0).await;
    }
    let (mut told, mut first) = (Vec::new(), None);
    for minute in 0..180 {
        let second = minute * MINUTE;
        if (20..50).contains(&minute) || (100..110).contains(&minute) {
            enqueue(&bed, ANNA, second).await;
        }
        if minute == 115 {
            let mut found = complaint("burn", HOP, &[ANNA]);
            found.mentions[0].gravity.severity = Severity::Urgent;
            bed.poll("blog", vec![found], at(second)).await;
        }
        attempt(&bed, &[], second).await;
        tell(&bed, &[OPS], second).await;
        for message in attempt(&bed, &[OPS], second).await {
            let notice = undelivered(&message);
            told.push((minute, notice.items.len(), notice.more, notice.waiting));
            first = Some((*notice.items[0].notice).clone());
        }
    }
    // At 90 what was to leave between 20 and 60, an hour after the first; at 146 what was urgent, and what waited for 150.
    assert_eq!(told, [(30, 5, 15, 31), (90, 5, 25, 50), (146, 5, 6, 61)]);
    let Some(Notice::Alert(first)) = first else { panic!("{first:?}") };
    assert_eq!(first.items[0].mention.severity, Severity::Urgent);
}

#[tokio::test]
async fn nobody_is_told_by_the_way_that_is_broken_nor_of_the_fallback_itself() {
    let bed = Bed::new().await;
    enqueue(&bed, OPS, 0).await;
    attempt(&bed, &[], 0).await;
    attempt(&bed, &[], 31 * MINUTE).await;
    let told = tell(&bed, &[OPS, OLE], 31 * MINUTE).await;
    assert_eq!((told.broken.len(), told.notices), (1, 1), "only by mail");
    let sent = attempt(&bed, &[OLE], 31 * MINUTE).await;
    assert_eq!(undelivered(&sent[0]).broken[0].way, OPS);

    // Nor does what is told through the fallback become an item of the next.
    enqueue(&bed, ANNA, HOUR).await;
    attempt(&bed, &[], HOUR).await;
    for minute in 0..200 {
        tell(&bed, &[OPS], HOUR + minute * MINUTE).await;
        attempt(&bed, &[], HOUR + minute * MINUTE).await;
    }
    let waiting =
        bed.number("SELECT count(*) FROM outbox WHERE kind = 'undelivered' AND recipient = 'channel:ops'").await;
    assert!(waiting <= 2, "{waiting}");
}

#[tokio::test]
async fn what_was_told_and_the_mark_of_it_are_one_transaction() {
    let bed = Bed::new().await;
    enqueue(&bed, ANNA, 0).await;
    attempt(&bed, &[], 0).await;
    attempt(&bed, &[], 31 * MINUTE).await;
    bed.execute("CREATE TRIGGER refuse BEFORE UPDATE OF told_at ON outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        .await;
    let fallback = [OPS.to_owned()];
    assert!(bed.store.tell_undelivered(&fallback, AFTER, at(32 * MINUTE)).await.is_err());
    assert_eq!(bed.number("SELECT count(*) FROM outbox WHERE kind = 'undelivered'").await, 0);
    assert_eq!(bed.number("SELECT count(*) FROM way_failure WHERE told_at IS NOT NULL").await, 0);
    bed.execute("DROP TRIGGER refuse").await;
    assert_eq!(tell(&bed, &[OPS], 33 * MINUTE).await.notices, 1);
    assert_eq!(tell(&bed, &[OPS], 34 * MINUTE).await.notices, 0);
}

#[tokio::test]
async fn a_way_that_breaks_again_before_its_end_was_told_is_broken_anew() {
    let bed = Bed::new().await;
    enqueue(&bed, ANNA, 0).await;
    attempt(&bed, &[], 0).await;
    assert_eq!(tell(&bed, &[OPS], 31 * MINUTE).await.broken.len(), 1);
    attempt(&bed, &[OPS, ANNA], 40 * MINUTE).await;
    // Another recipient's mail fails before anybody has looked.
    enqueue(&bed, OLE, 41 * MINUTE).await;
    attempt(&bed, &[], 41 * MINUTE).await;
    assert_eq!(broken(&bed, 42 * MINUTE).await, [""; 0], "it worked a minute ago");
    let told = tell(&bed, &[OPS], 42 * MINUTE).await;
    assert_eq!((told.broken.len(), told.mended.len(), told.notices), (0, 1, 1));
    let (since, until) = (told.mended[0].since, told.mended[0].until);
    assert_eq!((since, until), (at(0), Some(at(40 * MINUTE))));
    let told = tell(&bed, &[OPS], 71 * MINUTE).await;
    assert_eq!(told.broken.iter().map(|way| way.since).collect::<Vec<_>>(), [at(41 * MINUTE)]);
    assert_eq!(broken(&bed, 71 * MINUTE).await, ["mail 41"]);
    attempt(&bed, &[OPS, OLE], 80 * MINUTE).await;
    assert_eq!(tell(&bed, &[OPS], 80 * MINUTE).await.mended.len(), 1);
    assert_eq!(bed.number("SELECT count(*) FROM way_failure").await, 0);
}

#[tokio::test]
async fn an_end_that_nobody_is_there_to_hear_of_is_forgotten() {
    let bed = Bed::new().await;
    enqueue(&bed, ANNA, 0).await;
    attempt(&bed, &[], 0).await;
    tell(&bed, &[OPS], 31 * MINUTE).await;
    attempt(&bed, &[OPS, ANNA], 40 * MINUTE).await;
    // The fallback was taken out of the configuration; a week later mail breaks again, and it is back a day after that.
    assert_eq!(tell(&bed, &[], 41 * MINUTE).await, ToldUndelivered::default());
    assert_eq!(bed.number("SELECT count(*) FROM way_failure").await, 0);
    enqueue(&bed, ANNA, 7 * DAY).await;
    attempt(&bed, &[], 7 * DAY).await;
    assert_eq!(broken(&bed, 7 * DAY + MINUTE).await, [""; 0]);
    let told = tell(&bed, &[OPS], 8 * DAY).await;
    assert_eq!((told.broken.len(), told.mended.len()), (1, 0));
    assert_eq!(told.broken[0].since, at(7 * DAY));
}

#[tokio::test]
async fn without_a_fallback_nothing_is_marked_and_whoever_is_named_later_is_told() {
    let bed = Bed::new().await;
    enqueue(&bed, ANNA, 0).await;
    attempt(&bed, &[], 0).await;
    assert_eq!(tell(&bed, &[], HOUR).await, ToldUndelivered::default());
    assert_eq!(broken(&bed, HOUR).await, ["mail 0"]);
    assert_eq!(tell(&bed, &[OPS], HOUR).await.notices, 1);
    // Once nothing is to be told any more, a way is no longer missed.
    bed.store.claim_outbox("me", at(HOUR), at(HOUR + 900), 9).await.unwrap();
    bed.store.mark_dead(1, "me", at(HOUR), "connection refused").await.unwrap();
    assert_eq!(broken(&bed, HOUR).await, ["mail 0"]);
    assert_eq!(bed.store.drop_dead(Some(1), "kari", Some("it is late"), at(HOUR)).await.unwrap(), 1);
    assert_eq!(broken(&bed, HOUR).await, [""; 0]);
    let dropped = &bed.store.dead_letters(true, 9).await.unwrap()[0];
    assert!(dropped.dropped);
    let act = &dropped.acts[0];
    assert_eq!(
        (act.at, act.act.as_str(), act.author.as_str(), act.comment.as_deref()),
        (at(HOUR), "dropped", "kari", Some("it is late"))
    );
    assert!(bed.store.dead_letters(false, 9).await.unwrap().is_empty());
    assert_eq!(bed.store.retry_dead(Some(1), "kari", at(HOUR)).await.unwrap(), 0, "for good");
}

#[tokio::test]
async fn the_words() {
    let bed = Bed::new().await;
    for _ in 0..7 {
        enqueue(&bed, ANNA, 0).await;
    }
    let trial = Notice::Trial(TrialNotice { asked_at: at(0) });
    bed.store.enqueue(OutboxKind::Trial, ANNA, &trial, at(0)).await.unwrap();
    attempt(&bed, &[], 0).await;
    attempt(&bed, &[], 31 * MINUTE).await;
    tell(&bed, &[OPS], 31 * MINUTE).await;
    let message = attempt(&bed, &[OPS], 31 * MINUTE).await.remove(0);
    let rendered = render(&message, &mail());
    assert_eq!(rendered.subject, "mentiond: no mail gets through since 2 Mar 2026, 08:00 UTC; 7 notices do not arrive");
    let expected = "\
No mail gets through since 2 Mar 2026, 08:00 UTC; 7 notices do not arrive

- mail, since 2 Mar 2026, 08:00 UTC
  connection refused

8 notices wait and will be tried again.

== Skip Hop: somebody needs an answer ==
for anna@skiphop.example, since 2 Mar 2026, 08:00 UTC
connection refused

- Still no answer
  https://forum.example.org/t/17?page=2&view=all
";
    assert!(rendered.text.starts_with(expected), "{}", rendered.text);
    assert!(rendered.text.trim_end().ends_with("2 more are not shown here; “mentiond status” counts them."));
    assert!(rendered.html.contains("https://forum.example.org/t/17?page=2&#38;view=all"), "{}", rendered.html);

    let error = "connection refused".to_owned();
    let way = |way: &str| FailedWay { way: way.to_owned(), since: at(0), until: Some(at(HOUR)), error: error.clone() };
    let mended = vec![way("mail"), way("channel:tickets")];
    let notice = UndeliveredNotice { broken: Vec::new(), mended, items: Vec::new(), more: 0, waiting: 0 };
    let rendered = render(&OutboxMessage { notice: Notice::Undelivered(notice), ..message }, &mail());
    assert_eq!(rendered.subject, "mentiond: mails get through again; the channel “tickets” works again");
    assert!(
        rendered.text.contains("- mail, from 2 Mar 2026, 08:00 UTC to 2 Mar 2026, 09:00 UTC\n"),
        "{}",
        rendered.text
    );
}
