//! A mail server that fails in each phase of the conversation and works afterwards: what it accepted, and what the outbox
//! says of it. Nothing is lost, and nothing doubled but in the one window that cannot be closed.

use chrono::TimeDelta;
use mail_parser::MessageParser;
use mentiond::clock::Clock;
use mentiond::config::{Config, MailConfig, SmtpSecurity};
use mentiond::deliver::Channels;
use mentiond::model::Notice;
use mentiond::model::notice::TrialNotice;
use mentiond::model::outbox::OutboxKind;
use mentiond::pulse::Pulse;
use mentiond::shutdown::Shutdown;
use mentiond::worker::{Bell, Sender};

use crate::common::smtp::{Deed, Script, Stub, server, smtp};
use crate::store::bed::{ANNA, Bed, at};

/// A store with so many notices on their way.
pub async fn outbox(notices: usize) -> Bed {
    let bed = Bed::new().await;
    for _ in 0..notices {
        let notice = Notice::Trial(TrialNotice { asked_at: at(0) });
        bed.store.enqueue(OutboxKind::Trial, ANNA, &notice, at(0)).await.unwrap();
    }
    bed
}

/// Who sends them.
pub fn sender(bed: &Bed, mail: &MailConfig, clock: &Clock) -> Sender {
    let Config { fetch, .. } = crate::channels::configured("kind = \"maildir\"\ndir = \"mails\"", "");
    Sender {
        store: bed.store.clone(),
        channels: Channels::new(mail, &[], &fetch).unwrap(),
        owner: "me".into(),
        max_attempts: 30,
        clock: clock.clone(),
        shutdown: Shutdown::new(),
        pulse: Pulse::default(),
        watcher_bell: Bell::default(),
        stops_at: None,
    }
}

/// How a mail came through.
#[derive(Debug, PartialEq)]
struct Course {
    attempts: i64,
    /// Mails that the servers accepted, in their order.
    accepted: Vec<usize>,
    state: &'static str,
    /// Seconds until it was delivered or given up.
    after: std::ops::Range<i64>,
}

/// Sends one notice through these servers until nothing waits any more, and compares what became of it.
async fn run(stubs: &[Stub], expected: Course) {
    let mut config = server(stubs[0].port, SmtpSecurity::Plain);
    config.fallbacks = stubs[1..].iter().map(|stub| smtp(stub.port, SmtpSecurity::Plain)).collect();
    let bed = outbox(1).await;
    let clock = Clock::simulated(at(0));
    let sender = sender(&bed, &config, &clock);
    while let Some(next) = bed.store.next_outbox_at().await.unwrap() {
        clock.advance_to(next);
        assert_eq!(sender.send_due().await.unwrap(), 1);
    }
    let commands: Vec<_> = stubs.iter().map(Stub::commands).collect();
    let took = (sender.clock.now() - at(0)).num_seconds();
    assert!(expected.after.contains(&took), "after {took} s: {commands:?}");
    let counts = bed.store.outbox_counts().await.unwrap();
    let state = match (counts.sent, counts.dead) {
        (1, 0) => "sent",
        (0, 1) => "dead",
        _ => "neither",
    };
    let course = Course {
        attempts: bed.number("SELECT count(*) FROM attempt").await,
        accepted: stubs.iter().map(|stub| stub.mails().len()).collect(),
        state,
        after: expected.after.clone(),
    };
    assert_eq!(course, expected, "{commands:?}");
    let mut ids: Vec<_> = stubs.iter().flat_map(Stub::mails).collect();
    ids.sort();
    ids.dedup();
    assert!(ids.len() <= 1, "whoever got it twice got the same mail twice");
    if let Some(mail) = ids.first() {
        assert!(MessageParser::default().parse(mail).unwrap().body_text(0).unwrap().contains("All is well"));
    }
}

fn sent(attempts: i64, accepted: usize) -> Course {
    let after = if attempts == 1 { 0..1 } else { 7..11 };
    Course { attempts, accepted: vec![accepted], state: "sent", after }
}

/// Every phase in which the server can fail before it answers to the mail.
const PHASES: [&str; 8] = ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "SPEAK", "BODY", "CONTENT"];

fn once(point: &'static str, deed: Deed) -> Script {
    Script::default().during(0..1, point, deed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_in_any_phase_costs_an_attempt_and_no_mail() {
    for phase in PHASES {
        run(&[Stub::start(once(phase, Deed::Leave))], sent(2, 1)).await;
    }
    run(&[Stub::start(once("QUIT", Deed::Leave))], sent(1, 1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_4xx_in_any_phase_costs_an_attempt_and_no_mail() {
    for phase in PHASES.into_iter().filter(|phase| *phase != "SPEAK" && *phase != "BODY") {
        run(&[Stub::start(once(phase, Deed::Say("450 4.3.2 not now")))], sent(2, 1)).await;
        run(&[Stub::start(once(phase, Deed::Say("421 4.3.2 shutting down")))], sent(2, 1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_5xx_is_a_dead_letter_where_it_is_about_the_mail_and_else_tried_again() {
    for phase in ["GREETING", "EHLO", "MAIL"] {
        run(&[Stub::start(once(phase, Deed::Say("550 5.0.0 no")))], sent(2, 1)).await;
    }
    for phase in ["RCPT", "DATA", "CONTENT"] {
        let dead = Course { attempts: 1, accepted: vec![0], state: "dead", after: 0..1 };
        run(&[Stub::start(once(phase, Deed::Say("550 5.0.0 no")))], dead).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_an_accepted_mail_is_the_one_window_for_a_double() {
    run(&[Stub::start(once("ACCEPTED", Deed::Leave))], sent(2, 2)).await;
}

/// A greylist lets nobody in within its first minutes.
#[tokio::test(flavor = "multi_thread")]
async fn a_greylist_is_passed_within_minutes() {
    let script = Script::default().during(0..5, "RCPT", Deed::Say("451 4.7.1 greylisted, come back in five minutes"));
    let passed = Course { attempts: 6, accepted: vec![1], state: "sent", after: 232..311 };
    run(&[Stub::start(script)], passed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_works_leaves_a_dead_letter_after_about_a_day() {
    let dead = Course { attempts: 30, accepted: vec![0], state: "dead", after: 60_000..81_000 };
    run(&[Stub::start(Script::default().at("MAIL", Deed::Say("451 4.3.0 not now")))], dead).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_saves_the_attempt_but_not_where_the_first_may_have_it() {
    let pair = |phase| [Stub::start(once(phase, Deed::Leave)), Stub::start(Script::default())];
    for phase in ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"] {
        let helped = Course { attempts: 1, accepted: vec![0, 1], state: "sent", after: 0..1 };
        run(&pair(phase), helped).await;
    }
    for (phase, accepted) in [("SPEAK", 1), ("BODY", 1), ("CONTENT", 1), ("ACCEPTED", 2)] {
        let alone = Course { attempts: 2, accepted: vec![accepted, 0], state: "sent", after: 7..11 };
        run(&pair(phase), alone).await;
    }
}

/// Whoever may have the mail is asked alone for ten minutes, whatever it says; then another is.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_answer_no_other_server_gets_the_mail_for_a_time() {
    let lost = || Script::default().during(0..1, "ACCEPTED", Deed::Leave);
    for refusal in [Deed::Leave, Deed::Say("421 4.3.2 shutting down")] {
        let back = [Stub::start(lost().during(1..4, "GREETING", refusal.clone())), Stub::start(Script::default())];
        run(&back, Course { attempts: 5, accepted: vec![2, 0], state: "sent", after: 112..151 }).await;
        let gone = [Stub::start(lost().during(1..99, "GREETING", refusal)), Stub::start(Script::default())];
        run(&gone, Course { attempts: 8, accepted: vec![1, 1], state: "sent", after: 600..1271 }).await;
    }
    let busy = [Stub::start(lost().during(1..4, "RCPT", Deed::Say("451 4.7.1 later"))), Stub::start(Script::default())];
    run(&busy, Course { attempts: 5, accepted: vec![2, 0], state: "sent", after: 112..151 }).await;
}

/// A server that swallows answers gets no more than it is asked for within that time, and is the last one afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_to_a_mail_does_not_get_it_for_ever() {
    let swallows = [Stub::start(Script::default().at("ACCEPTED", Deed::Leave)), Stub::start(Script::default())];
    run(&swallows, Course { attempts: 8, accepted: vec![7, 1], state: "sent", after: 600..1271 }).await;
}

/// Whoever hears nothing waits no longer than configured, and that is known to have failed.
#[tokio::test(flavor = "multi_thread")]
async fn silence_in_any_phase_costs_an_attempt_and_no_mail() {
    for phase in PHASES {
        let stub = Stub::start(once(phase, Deed::Silence));
        let mut config = server(stub.port, SmtpSecurity::Plain);
        config.smtp.as_mut().unwrap().timeout = std::time::Duration::from_millis(500);
        let bed = outbox(1).await;
        let clock = Clock::simulated(at(0));
        let sender = sender(&bed, &config, &clock);
        sender.send_due().await.unwrap();
        assert_eq!(bed.store.outbox_counts().await.unwrap().waiting, 1, "{phase}");
        clock.advance_to(at(0) + TimeDelta::seconds(10));
        sender.send_due().await.unwrap();
        assert_eq!(bed.store.outbox_counts().await.unwrap().sent, 1, "{phase}");
        assert_eq!(stub.mails().len(), 1, "{phase}");
    }
}
