//! Mails on their way: what goes over the wire, what comes out of every fault, and that a mail delivered twice is one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::common::notices::{COUNTS, alert, at, complete, digest, item, mail, mention, report, trial};
use crate::common::smtp::{Deed, Script, Stub, server};
use mail_parser::{MessageParser, MimeHeaders as _};
use mentiond::config::{MailConfig, SmtpSecurity};
use mentiond::deliver::{Channel, Outcome, message_id, preview};
use mentiond::model::outbox::OutboxMessage;

fn now() -> mentiond::model::Instant {
    at("2026-11-24T07:31:00Z")
}

fn with_login(mut config: MailConfig) -> MailConfig {
    let smtp = config.smtp.as_mut().unwrap();
    smtp.username = Some("bob".to_owned());
    smtp.password = Some("hunter2!".into());
    config
}

async fn deliver(config: &MailConfig, message: &OutboxMessage) -> Outcome {
    let channel = Channel::new(config).unwrap();
    let outcome = channel.deliver(message, now()).await;
    channel.close().await;
    outcome
}

/// What becomes of a mail when the server behaves like this.
async fn outcome(script: Script) -> Outcome {
    let stub = Stub::start(script);
    let config = server(stub.port, SmtpSecurity::Plain);
    deliver(&config, &trial(1)).await
}

fn transient(words: &str) -> Outcome {
    Outcome::Transient(words.to_owned())
}

fn permanent(words: &str) -> Outcome {
    Outcome::Permanent(words.to_owned())
}

/// A certificate for `name`: what the server shows, and the file that makes it trusted.
fn certificate(dir: &Path, name: &str) -> (Arc<rustls::ServerConfig>, PathBuf) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let file = dir.join(format!("{name}.pem"));
    std::fs::write(&file, made.cert.pem()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Arc::new(config), file)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_arrives_whole() {
    let stub = Stub::start(Script::default());
    let mut config = server(stub.port, SmtpSecurity::Plain);
    config.from = "Überwacher <mentiond@bücher.example>".to_owned();
    let mut notice = item(mention(17, "Größter Ärger: æøå 😡"));
    notice.mention.snippet = "A line that begins with a dot:\n.\n..".to_owned();
    let message = alert(vec![notice], 2, false);
    assert_eq!(deliver(&config, &message).await, Outcome::Sent);

    let raw = stub.mails().remove(0);
    assert!(raw.is_ascii(), "every server can take it");
    assert!(raw.split(|byte| *byte == b'\n').all(|line| line.len() < 1000));
    let bare = raw.iter().zip(raw.iter().skip(1)).filter(|(before, byte)| **byte == b'\n' && **before != b'\r');
    assert_eq!(bare.count(), 0, "lines end with CR LF");
    let parsed = MessageParser::default().parse(&raw).unwrap();
    let from = parsed.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Überwacher"));
    assert_eq!(from.address(), Some("mentiond@xn--bcher-kva.example"));
    assert_eq!(parsed.to().unwrap().first().unwrap().address(), Some("support@skiphop.example"));
    assert_eq!(parsed.subject(), Some("Skip Hop: urgent: Größter Ärger: æøå 😡 (and 2 more)"));
    assert_eq!(parsed.date().unwrap().to_rfc3339(), "2026-11-24T07:30:30Z");
    assert_eq!(parsed.message_id(), Some("20261124T073000250.17.mentiond@xn--bcher-kva.example"));
    assert_eq!(format!("<{}>", parsed.message_id().unwrap()), message_id(&message, &config.from));
    assert_eq!(parsed.header("Auto-Submitted").unwrap().as_text(), Some("auto-generated"));
    let content_type = parsed.content_type().unwrap();
    assert_eq!((content_type.ctype(), content_type.subtype()), ("multipart", Some("alternative")));
    assert_eq!((parsed.text_body_count(), parsed.html_body_count(), parsed.attachment_count()), (1, 1, 0));
    assert!(parsed.body_text(0).unwrap().contains("Größter Ärger: æøå 😡"));
    assert!(parsed.body_html(0).unwrap().contains("Größter Ärger: æøå 😡"));
    let expected = ["MAIL FROM:<mentiond@xn--bcher-kva.example>", "RCPT TO:<support@skiphop.example>", "DATA", "QUIT"];
    assert_eq!(stub.commands_until_quit()[1..], expected);
}

#[tokio::test]
async fn the_same_row_is_the_same_mail_on_every_attempt() {
    let stub = Stub::start(Script::default());
    let config = server(stub.port, SmtpSecurity::Plain);
    let mut message = digest(vec![report(COUNTS, vec![mention(17, "Still no answer")])], complete());
    assert_eq!(deliver(&config, &message).await, Outcome::Sent);
    message.attempt = 2;
    assert_eq!(deliver(&config, &message).await, Outcome::Sent);
    let mails = stub.mails();
    assert_eq!(mails[0], mails[1]);

    let mut other = message.clone();
    other.id += 1;
    assert_ne!(message_id(&message, &config.from), message_id(&other, &config.from));
    assert_eq!(message_id(&trial(3), "nonsense"), "<20261124T073000250.3.mentiond@localhost>");
}

#[tokio::test]
async fn a_4xx_is_transient_at_every_stage() {
    let stages = [
        ("GREETING", "the server does not serve us"),
        ("EHLO", "the server does not serve us"),
        ("MAIL", "the server refuses the sender"),
        ("RCPT", "the server refuses the recipient"),
        ("DATA", "the server refuses the mail"),
        ("CONTENT", "the server refuses the mail"),
    ];
    for (stage, words) in stages {
        let outcome = outcome(Script::default().at(stage, Deed::Say("451 4.3.0 come back later"))).await;
        assert_eq!(outcome, transient(&format!("{words}: 451 4.3.0 come back later")), "{stage}");
    }
}

#[tokio::test]
async fn a_5xx_is_permanent_only_where_it_is_about_the_mail() {
    for (stage, line) in [
        ("RCPT", "550 5.1.1 no such user"),
        ("RCPT", "550 5.4.1 Recipient address rejected: Access denied"),
        ("RCPT", "550 no such user"),
        ("CONTENT", "554 spam"),
        ("CONTENT", "554 5.7.1 spam"),
        ("CONTENT", "552 5.3.4 message too big"),
        ("CONTENT", "552 message size exceeds the limit"),
        ("DATA", "554 spam"),
    ] {
        let outcome = outcome(Script::default().at(stage, Deed::Say(line))).await;
        assert!(matches!(outcome, Outcome::Permanent(_)), "{stage} {line}: {outcome:?}");
    }
    for (stage, line) in [
        ("GREETING", "554 go away"),
        ("MAIL", "550 not yours"),
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("RCPT", "530 log in first"),
        ("RCPT", "550 5.1.8 sender address rejected: domain not found"),
        ("RCPT", "552 5.2.2 mailbox full"),
        ("RCPT", "552 too many recipients"),
        ("CONTENT", "552 5.2.2 over quota"),
        ("CONTENT", "554 5.3.2 not accepting mail now"),
        ("CONTENT", "550 5.7.26 this mail is not authenticated"),
        ("CONTENT", "550 5.4.5 Daily user sending limit exceeded"),
        ("CONTENT", "550 5.7.60 SMTP; Client does not have permissions to send as this sender"),
        ("CONTENT", "554 5.2.252 SendAsDenied"),
        ("CONTENT", "554 Message rejected: Email address is not verified."),
    ] {
        let outcome = outcome(Script::default().at(stage, Deed::Say(line))).await;
        assert!(matches!(outcome, Outcome::Transient(_)), "{stage} {line}: {outcome:?}");
    }
    let unknown = outcome(Script::default().at("RCPT", Deed::Say("550 5.1.1 no such user"))).await;
    assert_eq!(unknown, permanent("the server refuses the recipient: 550 5.1.1 no such user"));
}

#[tokio::test]
async fn a_broken_conversation_is_transient() {
    let lost = "the server's answer is not SMTP, waiting for the server to accept the mail";
    assert!(
        matches!(outcome(Script::default().at("CONTENT", Deed::Leave)).await, Outcome::Unanswered(why, _) if why == lost)
    );
    let garbage = "the server's answer is not SMTP, waiting for the server's greeting";
    assert_eq!(outcome(Script::default().at("GREETING", Deed::Say("HTTP/1.1 200 OK"))).await, transient(garbage));

    let babble = "the connection fails, waiting for the server's greeting: the server says too much";
    assert_eq!(outcome(Script::default().at("GREETING", Deed::Babble)).await, transient(babble));

    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let refused = "the connection fails, waiting for the server's greeting: connection refused";
    assert_eq!(deliver(&server(port, SmtpSecurity::Plain), &trial(1)).await, transient(refused));
}

#[tokio::test]
async fn what_a_server_says_is_one_short_line() {
    let line: &'static str = Box::leak(format!("550 5.1.1 \u{1b}[31mno\u{202e}\t{}", "x".repeat(400)).into_boxed_str());
    let Outcome::Permanent(words) = outcome(Script::default().at("RCPT", Deed::Say(line))).await else { panic!() };
    assert!(words.starts_with("the server refuses the recipient: 550 5.1.1 [31mno xxx"), "{words}");
    assert_eq!(words.chars().count(), 300);
}

#[tokio::test]
async fn a_silent_server_is_left_in_time() {
    for (stage, awaited) in [("GREETING", "the server's greeting"), ("CONTENT", "the server to accept the mail")] {
        let stub = Stub::start(Script::default().at(stage, Deed::Silence));
        let mut config = server(stub.port, SmtpSecurity::Plain);
        config.smtp.as_mut().unwrap().timeout = Duration::from_secs(1);
        let start = Instant::now();
        let words = format!("no answer within 1 s, waiting for {awaited}");
        let expected = match stage {
            "CONTENT" => Outcome::Unanswered(words, format!("127.0.0.1:{}", stub.port)),
            _ => Outcome::Transient(words),
        };
        assert_eq!(deliver(&config, &trial(1)).await, expected);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_mail_is_sent_though_the_server_does_not_say_goodbye() {
    for deed in [Deed::Leave, Deed::Silence, Deed::Say("500 what?")] {
        assert_eq!(outcome(Script::default().at("QUIT", deed)).await, Outcome::Sent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_comes_after_tls_and_a_refused_one_can_be_mended() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, ca_file) = certificate(dir.path(), "127.0.0.1");
    for (script, security, begin) in [
        (Script::default().starttls(Arc::clone(&tls)), SmtpSecurity::StartTls, vec!["EHLO", "STARTTLS", "TLS", "EHLO"]),
        (Script::default().tls(Arc::clone(&tls)), SmtpSecurity::Tls, vec!["TLS", "EHLO"]),
    ] {
        let stub = Stub::start(script.login("PLAIN LOGIN"));
        let mut config = with_login(server(stub.port, security));
        config.smtp.as_mut().unwrap().ca_file = Some(ca_file.clone());
        let channel = Channel::new(&config).unwrap();
        channel.check().await.unwrap();
        assert!(stub.mails().is_empty());
        assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Sent);
        channel.close().await;
        let commands = stub.commands_until_quit();
        let verbs: Vec<&str> = commands.iter().filter_map(|command| command.split(' ').next()).collect();
        let expected =
            [&begin, ["AUTH", "QUIT"].as_slice(), &begin, &["AUTH", "MAIL", "RCPT", "DATA", "QUIT"]].concat();
        assert_eq!(verbs, expected);
        assert_eq!(stub.mails().len(), 1);
    }
}

#[tokio::test]
async fn a_password_is_never_repeated() {
    for (mechanism, shown) in
        [("PLAIN", "535 (not shown)"), ("CRAM-MD5", "No compatible authentication mechanism was found")]
    {
        let stub = Stub::start(Script::default().login(mechanism).at("AUTH", Deed::Echo("535")));
        let channel = Channel::new(&with_login(server(stub.port, SmtpSecurity::Plain))).unwrap();
        let expected = format!("the server refuses the login: {shown}");
        assert_eq!(channel.deliver(&trial(1), now()).await, transient(&expected));
        assert_eq!(channel.check().await.unwrap_err().to_string(), expected);
    }
    let stub = Stub::start(Script::default().login("PLAIN").at("AUTH", Deed::Say("535 5.7.8 wrong password")));
    let outcome = deliver(&with_login(server(stub.port, SmtpSecurity::Plain)), &trial(1)).await;
    assert_eq!(outcome, transient("the server refuses the login: 535 5.7.8 wrong password"));
}

#[tokio::test]
async fn an_unprotected_or_untrusted_server_hears_nothing() {
    let stub = Stub::start(Script::default());
    let outcome = deliver(&with_login(server(stub.port, SmtpSecurity::StartTls)), &trial(1)).await;
    assert_eq!(outcome, transient("the server does not start TLS: STARTTLS is not supported on this server"));

    let dir = tempfile::tempdir().unwrap();
    let (tls, ca_file) = certificate(dir.path(), "mail.example.org");
    let stub = Stub::start(Script::default().tls(tls).login("PLAIN"));
    let mut config = with_login(server(stub.port, SmtpSecurity::Tls));
    let Outcome::Transient(words) = deliver(&config, &trial(1)).await else { panic!() };
    assert!(words.starts_with("the server's certificate is not accepted: "), "{words}");
    config.smtp.as_mut().unwrap().ca_file = Some(ca_file);
    let Outcome::Transient(words) = deliver(&config, &trial(1)).await else { panic!() };
    assert!(words.starts_with("the server's certificate is not accepted: certificate not valid for name"), "{words}");
    assert_eq!(stub.commands(), ["TLS", "TLS"]);
}

#[tokio::test]
async fn tls_from_the_first_byte_is_waited_for_no_longer_than_configured_and_heard_no_further_than_needed() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = server(silent.local_addr().unwrap().port(), SmtpSecurity::Tls);
    config.smtp.as_mut().unwrap().timeout = Duration::from_secs(1);
    assert_eq!(deliver(&config, &trial(1)).await, transient("no answer within 1 s, waiting for TLS"));
    let plain = Stub::start(Script::default());
    let outcome = deliver(&server(plain.port, SmtpSecurity::Tls), &trial(1)).await;
    assert!(matches!(&outcome, Outcome::Transient(why) if why.starts_with("the connection fails, waiting for TLS: ")));

    let dir = tempfile::tempdir().unwrap();
    let (tls, ca_file) = certificate(dir.path(), "127.0.0.1");
    let with = |script: Script| {
        let stub = Stub::start(script.tls(Arc::clone(&tls)));
        let mut config = server(stub.port, SmtpSecurity::Tls);
        config.smtp.as_mut().unwrap().ca_file = Some(ca_file.clone());
        (stub, Channel::new(&config).unwrap())
    };
    let (_stub, channel) = with(Script::default().at("GREETING", Deed::Babble));
    let outcome = channel.deliver(&trial(1), now()).await;
    assert!(matches!(&outcome, Outcome::Transient(_)), "{outcome:?}");
    let (stub, channel) = with(Script::default());
    for id in 1..=3 {
        assert_eq!(channel.deliver(&trial(id), now()).await, Outcome::Sent);
    }
    assert_eq!((stub.mails().len(), stub.connections()), (3, 1), "a protected connection is kept too");
}

/// Somebody in between can write in the clear until TLS begins.
#[tokio::test]
async fn answers_from_before_tls_are_not_taken_for_answers_under_it() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, ca_file) = certificate(dir.path(), "127.0.0.1");
    let injected = "220 go\r\n250-stub\r\n250 8BITMIME\r\n250 fine\r\n250 fine\r\n354 speak\r\n250 queued";
    let stub = Stub::start(Script::default().starttls(tls).at("STARTTLS", Deed::Say(injected)));
    let mut config = server(stub.port, SmtpSecurity::StartTls);
    config.smtp.as_mut().unwrap().ca_file = Some(ca_file);
    let outcome = deliver(&config, &trial(1)).await;
    assert!(matches!(outcome, Outcome::Transient(_)), "{outcome:?}");
    assert!(stub.mails().is_empty());
}

#[test]
fn a_channel_that_cannot_work_is_not_set_up() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    let mut config = server(25, SmtpSecurity::Tls);
    let with = |ca_file: &Path, config: &mut MailConfig| {
        config.smtp.as_mut().unwrap().ca_file = Some(ca_file.to_owned());
        Channel::new(config).err().unwrap().to_string()
    };
    assert!(with(&empty, &mut config).contains("empty.pem` holds no certificate\n  hint: "));
    assert!(with(&dir.path().join("missing.pem"), &mut config).contains("missing.pem` cannot be read: "));
    let config = MailConfig { from: "no address".to_owned(), ..mail() };
    assert!(
        Channel::new(&config).err().unwrap().to_string().starts_with("`no address` is not a mail address\n  hint: ")
    );
}

#[tokio::test]
async fn an_address_cannot_smuggle_a_header() {
    let mut message = trial(1);
    message.recipient = "a@example.org\r\nBcc: b@example.org".to_owned();
    let outcome = deliver(&mail(), &message).await;
    assert_eq!(outcome, permanent("`a@example.org Bcc: b@example.org` is not a mail address"));
}

#[tokio::test]
async fn a_folder_holds_one_file_for_two_deliveries() {
    let dir = tempfile::tempdir().unwrap();
    let config = MailConfig { dir: dir.path().join("state/mails"), ..mail() };
    let channel = Channel::new(&config).unwrap();
    channel.check().await.unwrap();
    assert!(!dir.path().join("state").exists(), "looking creates nothing");
    assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Sent);
    assert_eq!(channel.deliver(&trial(1), now()).await, Outcome::Sent);
    assert_eq!(channel.deliver(&trial(2), now()).await, Outcome::Sent);
    let mut names: Vec<_> = std::fs::read_dir(&config.dir).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["20261124T073000250.1.mentiond.eml", "20261124T073000250.2.mentiond.eml"]);
    let raw = std::fs::read(config.dir.join(&names[0])).unwrap();
    assert!(MessageParser::default().parse(&raw).unwrap().body_text(0).unwrap().contains("All is well"));
}

#[tokio::test]
async fn a_folder_that_is_none_is_a_fault_that_can_be_mended() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let channel = Channel::new(&MailConfig { dir: file.join("mails"), ..mail() }).unwrap();
    let error = channel.check().await.unwrap_err().to_string();
    assert_eq!(error, format!("`{}` is not a folder", file.display()));
    let Outcome::Transient(words) = channel.deliver(&trial(1), now()).await else { panic!() };
    assert!(words.contains("cannot be written: "), "{words}");
}

#[test]
fn the_way_is_described() {
    let describe = |config: &MailConfig| Channel::new(config).unwrap().describe();
    assert_eq!(describe(&server(587, SmtpSecurity::Plain)), "the mail server 127.0.0.1:587");
    let folder = "the folder /var/lib/mentiond/mails (mails are written as .eml files)";
    assert_eq!(describe(&mail()), folder);
}

#[test]
fn a_preview_is_three_files() {
    let dir = tempfile::tempdir().unwrap();
    let message = alert(vec![item(mention(17, "Still no answer"))], 0, true);
    let files = preview(&dir.path().join("new"), &message, &mail()).unwrap();
    let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["reminder-17.eml", "reminder-17.html", "reminder-17.txt"]);
    let html = std::fs::read_to_string(&files[1]).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.contains("Still no answer"));
    assert!(std::fs::read_to_string(&files[2]).unwrap().contains("Still no answer"));
}
