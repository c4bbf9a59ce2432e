//! Several mail servers, connections that are used again, and rates: who gets a mail, when, and how often.

use std::time::Duration;

use chrono::TimeDelta;
use mentiond::clock::Clock;
use mentiond::config::{MailConfig, Rate, SmtpSecurity};
use mentiond::deliver::{Channel, Channels, Outcome};
use mentiond::model::notice::TrialNotice;
use mentiond::model::outbox::OutboxKind;
use mentiond::model::{Instant, Notice};
use mentiond::worker::Sender;

use crate::channels::{channels, configured};
use crate::common::notices::{at, trial};
use crate::common::smtp::{Deed, Script, Stub, server, smtp};
use crate::phases::{outbox, sender};

const ONCE: std::ops::Range<usize> = 0..1;

fn now() -> Instant {
    at("2026-11-24T07:31:00Z")
}

/// Mails by the servers at these ports.
fn servers(ports: &[u16]) -> MailConfig {
    let fallbacks = ports[1..].iter().map(|port| smtp(*port, SmtpSecurity::Plain)).collect();
    MailConfig { fallbacks, ..server(ports[0], SmtpSecurity::Plain) }
}

fn verbs(stub: &Stub) -> Vec<String> {
    stub.commands().iter().filter_map(|command| command.split(' ').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_connection_is_used_again_and_given_up_in_the_end() {
    let stub = Stub::start(Script::default());
    let channel = Channel::new(&server(stub.port, SmtpSecurity::Plain)).unwrap();
    for id in 1..=53 {
        assert_eq!(channel.deliver(&trial(id), now()).await, Outcome::Sent);
    }
    channel.close().await;
    assert_eq!((stub.mails().len(), stub.connections()), (53, 2), "fifty by the first");
    let commands = verbs(&stub);
    assert_eq!(&commands[..7], ["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA"]);
    assert_eq!(commands.iter().filter(|verb| *verb == "QUIT").count(), 2);
}

#[tokio::test]
async fn mails_at_the_same_time_have_connections_of_their_own_and_leave_them_for_the_next() {
    let stub = Stub::start(Script::default());
    let channel = Channel::new(&server(stub.port, SmtpSecurity::Plain)).unwrap();
    for round in 0..3 {
        let mails: Vec<_> = (0..4).map(|mail| trial(round * 10 + mail)).collect();
        let sent = futures_util::future::join_all(mails.iter().map(|mail| channel.deliver(mail, now()))).await;
        assert_eq!(sent, vec![Outcome::Sent; 4]);
    }
    assert_eq!((stub.mails().len(), stub.connections()), (12, 4));
}

/// The second mail finds the kept connection in every way that one can be of no more use.
#[tokio::test]
async fn a_kept_connection_that_is_dead_costs_no_attempt_and_doubles_no_mail() {
    for deed in [
        Deed::Leave,
        Deed::Say("421 4.4.2 timeout exceeded"),
        Deed::Say("452 4.5.3 too many mails by this connection"),
        Deed::Say("503 5.5.1 not now"),
        Deed::Say("what?"),
    ] {
        let stub = Stub::start(Script::default().during(1..2, "MAIL", deed));
        let channel = Channel::new(&server(stub.port, SmtpSecurity::Plain)).unwrap();
        for id in [1, 2] {
            assert_eq!(channel.deliver(&trial(id), now()).await, Outcome::Sent);
        }
        assert_eq!((stub.mails().len(), stub.connections()), (2, 2));
        assert_ne!(stub.mails()[0], stub.mails()[1]);
    }
    let stub = Stub::start(Script::default().during(1..3, "MAIL", Deed::Leave));
    let channel = Channel::new(&server(stub.port, SmtpSecurity::Plain)).unwrap();
    assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Sent);
    let second = channel.deliver(&trial(2), now()).await;
    assert!(matches!(second, Outcome::Transient(_)), "a new connection is believed: {second:?}");
}

#[tokio::test]
async fn a_connection_is_kept_for_a_moment_only() {
    let stub = Stub::start(Script::default());
    let channel = Channel::new(&server(stub.port, SmtpSecurity::Plain)).unwrap();
    assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Sent);
    assert_eq!(verbs(&stub).last().unwrap(), "DATA");
    tokio::time::sleep(Duration::from_secs(9)).await;
    assert_eq!(stub.commands_until_quit().last().unwrap(), "QUIT");
    assert_eq!(channel.deliver(&trial(2), now()).await, Outcome::Sent);
    assert_eq!(stub.connections(), 2);
}

#[tokio::test]
async fn a_server_that_cannot_be_talked_to_is_left_alone_for_longer_and_longer() {
    let first = Stub::start(Script::default().during(0..3, "GREETING", Deed::Say("421 too busy")));
    let second = Stub::start(Script::default());
    let channel = Channel::new(&servers(&[first.port, second.port])).unwrap();
    let mut tried = Vec::new();
    // It rests from when the attempt has failed, which takes a moment.
    for seconds in [0, 1, 29, 32, 33, 90, 94, 95, 212, 217, 218] {
        let sent = channel.deliver(&trial(seconds), now() + TimeDelta::seconds(seconds)).await;
        assert_eq!(sent, Outcome::Sent);
        tried.push(first.connections());
        channel.close().await;
    }
    assert_eq!(tried, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5], "it rests for 30, 60 and 120 s, and is back then");
    assert_eq!((first.mails().len(), second.mails().len()), (2, 9));
}

#[tokio::test]
async fn the_next_server_gets_what_the_first_cannot_take_but_not_what_nobody_will() {
    for (script, helps) in [
        (Script::default().at("GREETING", Deed::Leave), true),
        (Script::default().at("EHLO", Deed::Say("554 no")), true),
        (Script::default().at("MAIL", Deed::Say("550 5.7.1 not yours")), true),
        (Script::default().at("MAIL", Deed::Leave), true),
        (Script::default().at("RCPT", Deed::Say("451 4.7.1 come back in five minutes")), true),
        (Script::default().at("RCPT", Deed::Say("554 5.7.1 relay access denied")), true),
        (Script::default().at("RCPT", Deed::Say("550 5.1.1 no such user")), false),
        (Script::default().at("DATA", Deed::Leave), true),
        (Script::default().at("CONTENT", Deed::Say("452 4.3.1 disk full")), true),
        (Script::default().at("CONTENT", Deed::Say("554 5.7.1 spam")), false),
        (Script::default().at("SPEAK", Deed::Leave), false),
        (Script::default().at("BODY", Deed::Leave), false),
        (Script::default().at("CONTENT", Deed::Leave), false),
        (Script::default().at("ACCEPTED", Deed::Leave), false),
    ] {
        let (first, second) = (Stub::start(script), Stub::start(Script::default()));
        let channel = Channel::new(&servers(&[first.port, second.port])).unwrap();
        let outcome = channel.deliver(&trial(1), now()).await;
        let commands = first.commands();
        assert_eq!(outcome == Outcome::Sent, helps, "{outcome:?} after {commands:?}");
        assert_eq!(second.mails().len(), usize::from(helps), "{commands:?}");
    }
    let second = Stub::start(Script::default());
    let refusing = Stub::start(Script::default().login("PLAIN").at("AUTH", Deed::Say("535 5.7.8 wrong password")));
    let mut config = servers(&[refusing.port, second.port]);
    let first = config.smtp.as_mut().unwrap();
    (first.username, first.password) = (Some("bob".to_owned()), Some("hunter2!".into()));
    let channel = Channel::new(&config).unwrap();
    assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Sent);
    assert_eq!(second.mails().len(), 1, "a refused login is a matter between us and the first");
    let refused = format!("127.0.0.1:{}: the server refuses the login: 535 5.7.8 wrong password", refusing.port);
    assert_eq!(channel.check().await.unwrap_err().to_string(), refused);
    assert_eq!(channel.describe(), format!("the mail server 127.0.0.1:{} or its fallback", refusing.port));
}

#[tokio::test]
async fn where_no_server_takes_it_each_one_is_told_and_all_are_asked_again() {
    let first = Stub::start(Script::default().during(0..2, "GREETING", Deed::Say("421 busy")));
    let second = Stub::start(Script::default().at("GREETING", Deed::Say("554 closed")));
    let channel = Channel::new(&servers(&[first.port, second.port])).unwrap();
    let words = format!(
        "127.0.0.1:{}: the server does not serve us: 421 busy; 127.0.0.1:{}: the server does not serve us: 554 closed",
        first.port, second.port
    );
    for _ in 0..2 {
        assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Transient(words.clone()));
    }
    assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Sent, "both rest, so both are asked");
}

#[tokio::test]
async fn who_goes_beyond_the_rate_waits_and_that_is_no_attempt() {
    let stub = Stub::start(Script::default());
    let mut config = server(stub.port, SmtpSecurity::Plain);
    config.smtp.as_mut().unwrap().rate = Some(Rate { times: 2, period: Duration::from_secs(60) });
    let bed = outbox(5).await;
    let clock = Clock::simulated(crate::store::bed::at(0));
    let sender = sender(&bed, &config, &clock);
    let mut sent_at = Vec::new();
    while let Some(next) = bed.store.next_outbox_at().await.unwrap() {
        clock.advance_to(next);
        sender.send_due().await.unwrap();
        let sent = bed.store.outbox_counts().await.unwrap().sent;
        sent_at.resize(usize::try_from(sent).unwrap(), (next - crate::store::bed::at(0)).num_seconds());
    }
    assert_eq!(sent_at, [0, 0, 60, 60, 120]);
    assert_eq!(stub.mails().len(), 5);
    assert_eq!(bed.number("SELECT count(*) FROM attempt WHERE outcome = 'sent'").await, 5);
    assert_eq!(bed.number("SELECT count(*) FROM attempt").await, 5);
    assert_eq!(bed.number("SELECT max(attempts) FROM outbox").await, 1);
}

/// Two servers, of which the first says nothing for half a second.
fn silent_first() -> (Stub, Stub, Channel) {
    let first = Stub::start(Script::default().at("GREETING", Deed::Silence));
    let second = Stub::start(Script::default());
    let mut config = servers(&[first.port, second.port]);
    config.smtp.as_mut().unwrap().timeout = Duration::from_millis(500);
    let channel = Channel::new(&config).unwrap();
    (first, second, channel)
}

#[tokio::test]
async fn many_at_once_find_out_together_that_a_server_is_silent() {
    let (first, second, channel) = silent_first();
    let mails: Vec<_> = (0..20).map(trial).collect();
    let sent = futures_util::future::join_all(mails.iter().map(|mail| channel.deliver(mail, now()))).await;
    assert_eq!(sent, vec![Outcome::Sent; 20]);
    assert_eq!(channel.deliver(&trial(20), now()).await, Outcome::Sent);
    assert_eq!(
        (first.connections(), second.mails().len()),
        (4, 21),
        "whoever waited for a seat learns from the others"
    );
}

#[tokio::test]
async fn a_rest_counts_from_when_the_attempt_has_failed() {
    let (first, second, channel) = silent_first();
    assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Sent);
    assert_eq!(channel.deliver(&trial(2), now() + TimeDelta::seconds(30)).await, Outcome::Sent);
    assert_eq!((first.connections(), second.mails().len()), (1, 2));
}

#[tokio::test]
async fn attempts_at_a_server_that_cannot_be_talked_to_use_up_no_rate() {
    let stub = Stub::start(Script::default().during(0..3, "GREETING", Deed::Say("421 busy")));
    let mut config = server(stub.port, SmtpSecurity::Plain);
    config.smtp.as_mut().unwrap().rate = Some(Rate { times: 1, period: Duration::from_secs(86_400) });
    let channel = Channel::new(&config).unwrap();
    for id in 1..=3 {
        assert!(matches!(channel.deliver(&trial(id), now()).await, Outcome::Transient(_)));
    }
    assert_eq!(channel.deliver(&trial(4), now()).await, Outcome::Sent);
    assert!(matches!(channel.deliver(&trial(5), now()).await, Outcome::NotYet(_)));
}

#[tokio::test]
async fn a_full_fallback_is_not_waited_for_where_the_first_may_take_it_sooner() {
    let first = Stub::start(Script::default().during(ONCE, "MAIL", Deed::Say("451 later")));
    let second = Stub::start(Script::default());
    let mut config = servers(&[first.port, second.port]);
    config.fallbacks[0].rate = Some(Rate { times: 1, period: Duration::from_secs(60) });
    let channel = Channel::new(&config).unwrap();
    assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Sent);
    let stub = Stub::start(Script::default().at("MAIL", Deed::Say("451 later")));
    config.smtp.as_mut().unwrap().port = stub.port;
    let channel = Channel::new(&config).unwrap();
    assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Sent);
    let outcome = channel.deliver(&trial(2), now()).await;
    let Outcome::Transient(words) = outcome else { panic!("{outcome:?}") };
    assert!(
        words.ends_with("the server refuses the sender: 451 later; as many as may go at a time have gone"),
        "{words}"
    );
}

#[tokio::test]
async fn a_channel_has_its_rate_too() {
    let lines = "kind = \"ntfy\"\nroom = \"t\"\nurl = \"http://127.0.0.1:9\"\nrate = \"1/h\"";
    let channels = channels(&configured(lines, "token"));
    let to = |id| {
        let mut message = trial(id);
        message.recipient = "channel:ops".to_owned();
        message
    };
    assert!(matches!(channels.deliver(&to(1), now()).await, Outcome::Transient(_)), "nothing listens there");
    assert_eq!(channels.deliver(&to(2), now()).await, Outcome::NotYet(Duration::from_secs(3_600)));
}

#[tokio::test]
async fn what_waits_for_a_silent_server_holds_up_no_other_way() {
    let stub = Stub::start(Script::default().at("GREETING", Deed::Silence));
    let mail = server(stub.port, SmtpSecurity::Plain);
    let folder = tempfile::tempdir().unwrap();
    let lines = format!("kind = \"maildir\"\ndir = \"{}\"", folder.path().join("mails").display());
    let config = configured(&lines, "");
    let bed = outbox(40).await;
    let notice = Notice::Trial(TrialNotice { asked_at: crate::store::bed::at(0) });
    bed.store.enqueue(OutboxKind::Trial, "channel:ops", &notice, crate::store::bed::at(1)).await.unwrap();
    let clock = Clock::simulated(crate::store::bed::at(2));
    let channels = Channels::new(&mail, &config.channels, &config.fetch).unwrap();
    let sender = Sender { channels, ..sender(&bed, &mail, &clock) };
    let sending = tokio::spawn(async move { sender.send_due().await });
    for _ in 0..80 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if bed.store.outbox_counts().await.unwrap().sent == 1 {
            break;
        }
    }
    assert_eq!(bed.store.outbox_counts().await.unwrap().sent, 1, "behind forty mails");
    assert_eq!(bed.number("SELECT count(*) FROM outbox WHERE claimed_by IS NOT NULL").await, 16, "and no more wait");
    sending.abort();
}

/// What a short command begins within its time, and the daemon for ever.
#[tokio::test]
async fn a_silent_server_holds_up_no_other_way_for_as_long_as_it_is_silent() {
    for (limit, sent) in [(Some(Duration::from_millis(800)), 0), (None, 1)] {
        let stub = Stub::start(Script::default().at("GREETING", Deed::Silence));
        let mail = server(stub.port, SmtpSecurity::Plain);
        let folder = tempfile::tempdir().unwrap();
        let lines = format!("kind = \"maildir\"\ndir = \"{}\"", folder.path().join("mails").display());
        let config = configured(&lines, "");
        let bed = outbox(1).await;
        let clock = Clock::simulated(crate::store::bed::at(2));
        let channels = Channels::new(&mail, &config.channels, &config.fetch).unwrap();
        let stops_at = limit.map(|limit| tokio::time::Instant::now() + limit);
        let sender = Sender { channels, stops_at, ..sender(&bed, &mail, &clock) };
        let sending = tokio::spawn(async move { sender.send_due().await });
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let notice = Notice::Trial(TrialNotice { asked_at: crate::store::bed::at(0) });
        bed.store.enqueue(OutboxKind::Trial, "channel:ops", &notice, crate::store::bed::at(1)).await.unwrap();
        for _ in 0..50 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if bed.store.outbox_counts().await.unwrap().sent == 1 {
                break;
            }
        }
        assert_eq!(bed.store.outbox_counts().await.unwrap().sent, sent, "{limit:?}");
        assert!(!sending.is_finished());
        sending.abort();
    }
}

#[tokio::test]
async fn who_sends_again_after_the_time_begins_no_new_time() {
    let stub = Stub::start(Script::default());
    let mail = server(stub.port, SmtpSecurity::Plain);
    let (bed, clock) = (outbox(2).await, Clock::simulated(crate::store::bed::at(2)));
    let ends = tokio::time::Instant::now() + Duration::from_secs(3);
    let sender = Sender { stops_at: Some(ends), ..sender(&bed, &mail, &clock) };
    assert_eq!(sender.send_due().await.unwrap(), 2);
    tokio::time::sleep_until(ends).await;
    let notice = Notice::Trial(TrialNotice { asked_at: crate::store::bed::at(0) });
    bed.store.enqueue(OutboxKind::Trial, "ole@skiphop.example", &notice, crate::store::bed::at(1)).await.unwrap();
    assert_eq!(sender.send_due().await.unwrap(), 0);
    assert_eq!(bed.store.outbox_counts().await.unwrap().waiting, 1);
}

/// A fault of the store rests what is new for a moment, and nothing that is under way.
#[tokio::test]
async fn a_fault_of_the_store_ends_no_delivery_and_is_got_over() {
    let stub = Stub::start(Script::default().at("GREETING", Deed::Silence));
    let mail = server(stub.port, SmtpSecurity::Plain);
    let bed = outbox(1).await;
    let clock = Clock::simulated(crate::store::bed::at(2));
    let sender = sender(&bed, &mail, &clock);
    let sending = tokio::spawn(async move { sender.send_due().await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    bed.execute("ALTER TABLE outbox RENAME TO gone").await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!sending.is_finished(), "the delivery goes on");
    bed.execute("ALTER TABLE gone RENAME TO outbox").await;
    assert_eq!(sending.await.unwrap().unwrap(), 1);
    assert_eq!(bed.number("SELECT count(*) FROM attempt WHERE outcome = 'transient'").await, 1, "and is written down");
}

#[tokio::test]
async fn a_server_that_holds_up_whoever_talks_to_it_is_left_alone_too() {
    for point in ["MAIL", "RCPT", "DATA", "SPEAK"] {
        let first = Stub::start(Script::default().at(point, Deed::Silence));
        let second = Stub::start(Script::default());
        let mut config = servers(&[first.port, second.port]);
        config.smtp.as_mut().unwrap().timeout = Duration::from_millis(500);
        let channel = Channel::new(&config).unwrap();
        for id in 1..=9 {
            let sent = channel.deliver(&trial(id), now()).await;
            let lost = id == 1 && point == "SPEAK";
            assert!(sent == Outcome::Sent || (lost && matches!(sent, Outcome::Unanswered(..))), "{point}: {sent:?}");
        }
        assert_eq!(first.connections(), 1, "{point}");
    }
}

#[tokio::test]
async fn the_log_names_nobody_whom_a_server_repeats() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let listening = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(std::fs::File::create(&log).unwrap())
        .finish();
    let listening = tracing::subscriber::set_default(listening);
    let kept = Stub::start(Script::default().during(1..2, "MAIL", Deed::Say("451 not for kari@skiphop.example")));
    let channel = Channel::new(&server(kept.port, SmtpSecurity::Plain)).unwrap();
    for id in [1, 2] {
        assert_eq!(channel.deliver(&trial(id), now()).await, Outcome::Sent);
    }
    let busy = Stub::start(Script::default().at("GREETING", Deed::Say("421 ask ole@skiphop.example")));
    let channel = Channel::new(&server(busy.port, SmtpSecurity::Plain)).unwrap();
    let outcome = channel.deliver(&trial(3), now()).await;
    assert!(matches!(&outcome, Outcome::Transient(words) if words.ends_with("421 ask ole@skiphop.example")));
    drop(listening);
    let said = std::fs::read_to_string(log).unwrap();
    for words in ["451 not for (address)", "421 ask (address)"] {
        assert!(said.contains(words), "{said}");
    }
    assert!(!said.contains("@skiphop"), "{said}");
}
