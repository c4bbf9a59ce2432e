//! What is written to those who hear of an alert because nobody has acknowledged it, and the link in mails.

use mentiond::deliver::render;
use mentiond::model::Notice;
use mentiond::model::notice::{EscalationNotice, ToldBefore};
use mentiond::model::outbox::{OutboxKind, OutboxMessage};

use crate::common::notices::{alert, at, item, mail, mention, message};

const LINK: &str = "https://monitor.example/acknowledge/AQAAAABrSdIAAjE3-_x";

pub fn escalation(titles: &[&str], told: &[(&str, &str)]) -> OutboxMessage {
    let items = (17..).zip(titles).map(|(id, title)| item(mention(id, title))).collect();
    let Notice::Alert(alert) = alert(items, 0, false).notice else { panic!() };
    let told = told.iter().map(|(who, when)| ToldBefore { recipient: (*who).to_owned(), at: at(when) }).collect();
    message(18, OutboxKind::Escalation, Notice::Escalation(EscalationNotice { alert, told }))
}

#[test]
fn it_says_to_whom_it_was_written_before_and_when() {
    let told = [("anna@skiphop.example", "2026-11-24T06:30:00Z"), ("channel:ops", "2026-11-24T07:00:00Z")];
    let mail = render(&escalation(&["Strap broke", "Still no answer"], &told), &mail());
    assert_eq!(mail.subject, "Skip Hop: nobody has acknowledged: Strap broke (and 1 more)");
    let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Skip Hop: nobody takes care of 2 mentions",
        "It was written to anna@skiphop.example (24 Nov 2026, 06:30 UTC), to the channel “ops” (24 Nov 2026, 07:00 UTC); \
         nobody has acknowledged it.",
        "mentiond ack --mention 17",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(mail.html.contains("Skip Hop: nobody takes care of 2 mentions"), "{}", mail.html);
}

#[test]
fn it_says_that_nobody_was_reached() {
    let mail = render(&escalation(&["Strap broke"], &[]), &mail());
    assert_eq!(mail.subject, "Skip Hop: nobody has acknowledged: Strap broke");
    assert!(mail.text.contains("Skip Hop: nobody takes care of this\n"), "{}", mail.text);
    assert!(mail.text.contains("Nobody could be reached before you."), "{}", mail.text);
}

#[test]
fn many_who_were_told_are_counted() {
    let told: Vec<(String, &str)> = (0..9).map(|n| (format!("a{n}@b.example"), "2026-11-24T06:30:00Z")).collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(who, when)| (who.as_str(), *when)).collect();
    let mail = render(&escalation(&["Strap broke"], &told), &mail());
    let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("a4@b.example (24 Nov 2026, 06:30 UTC), and to 4 others; nobody"), "{text}");
}

#[test]
fn the_link_stands_in_both_parts_of_a_mail() {
    for plain in [
        alert(vec![item(mention(17, "Strap broke"))], 0, false),
        alert(vec![item(mention(17, "Strap broke"))], 3, true),
        escalation(&["Strap broke"], &[]),
    ] {
        let linked = OutboxMessage { acknowledge: Some(LINK.to_owned()), ..plain.clone() };
        let mail = render(&linked, &crate::common::notices::mail());
        assert!(mail.text.lines().any(|line| line.trim() == LINK), "{}", mail.text);
        assert!(mail.html.contains(&format!("<a href=\"{LINK}\"")), "{}", mail.html);
        let mail = render(&plain, &crate::common::notices::mail());
        assert!(!mail.html.contains("I take care of it") && !mail.text.contains("acknowledge/"), "{}", mail.text);
    }
}
