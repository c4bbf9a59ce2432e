//! Signatures of mails, verified by dkimpy.

use std::io::Write as _;
use std::process::{Command, Stdio};

use mentiond::config::{DkimConfig, MailConfig, SmtpSecurity};
use mentiond::deliver::Channel;
use mentiond::model::outbox::OutboxMessage;

use crate::common::aiosmtpd::python;
use crate::common::notices::{COUNTS, alert, at, complete, digest, item, mention, report, trial};
use crate::common::smtp::{Script, Stub, server};

const RSA: &str = include_str!("data/keys/rsa.pem");
const OLD_RSA: &str = include_str!("data/keys/rsa1.pem");
const ED25519: &str = include_str!("data/keys/ed25519.pem");

fn signing(port: u16, key: &str) -> MailConfig {
    let (domain, selector) = ("skiphop.example".to_owned(), "one".to_owned());
    MailConfig { dkim: Some(DkimConfig { domain, selector, key: key.into() }), ..server(port, SmtpSecurity::Plain) }
}

/// The mail as a server gets it, and what the DNS has to say.
async fn signed(message: &OutboxMessage, key: &str) -> (Vec<u8>, (String, String)) {
    let stub = Stub::start(Script::default());
    let channel = Channel::new(&signing(stub.port, key)).unwrap();
    channel.deliver(message, at("2026-11-24T07:31:00Z")).await;
    channel.close().await;
    (stub.mails().remove(0), channel.signature_record().unwrap())
}

/// `None` where dkimpy is not installed; that is a failure in CI.
fn verify(mail: &[u8], (name, record): &(String, String)) -> Option<String> {
    let mut process = Command::new(python()?)
        .args(["tests/data/dkim_verify.py", name, record])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(mail).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "dkimpy fails; hint: run `bash tests/run.sh`");
    Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

/// Notices whose mails have long, folded and coded headers, and bodies with blanks of all kinds.
fn notices() -> Vec<OutboxMessage> {
    let mut spaced =
        item(mention(17, "Größter Ärger  aller\tZeiten: æøå 😡, and a title that goes on and on and on and on"));
    spaced.mention.snippet = "two  blanks \t and a dot:\n.\n..  \n\n\n".to_owned();
    vec![
        trial(1),
        alert(vec![spaced], 2, false),
        digest(vec![report(COUNTS, vec![mention(17, "Still no answer")])], complete()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mail_is_signed_so_that_others_believe_it() {
    for key in [RSA, OLD_RSA, ED25519] {
        for message in notices() {
            let (mail, record) = signed(&message, key).await;
            let Some(verdict) = verify(&mail, &record) else { return };
            let text = String::from_utf8(mail.clone()).unwrap();
            assert_eq!(verdict, "good", "{record:?}\n{text}");
            assert!(text.split("\r\n").all(|line| line.len() <= 998), "{text}");
            let head = text.split("\r\n\r\n").next().unwrap();
            assert!(head.lines().take(12).all(|line| line.len() <= 78), "{head}");

            for (from, to) in [
                ("From: ", "From: x "),
                ("Subject: ", "Subject: not "),
                ("\r\n\r\n", "\r\n\r\nnot "),
                ("To: ", "To: x@y.example\r\nTo: "),
                ("MIME-Version", "Subject: another\r\nMIME-Version"),
            ] {
                let changed = text.replacen(&format!("\r\n{from}"), &format!("\r\n{to}"), 1);
                let changed = if from.starts_with('\r') { text.replacen(from, to, 1) } else { changed };
                assert_ne!(changed, text, "{from}");
                assert_eq!(verify(changed.as_bytes(), &record).unwrap(), "bad", "{from}");
            }
        }
    }
}

#[tokio::test]
async fn the_same_row_has_the_same_signature() {
    let message = &notices()[1];
    for key in [RSA, ED25519] {
        let (first, again) = (signed(message, key).await.0, signed(message, key).await.0);
        assert_eq!(String::from_utf8(first).unwrap(), String::from_utf8(again).unwrap());
    }
}

#[test]
fn the_record_is_what_openssl_says_of_the_key() {
    let channel = |key| Channel::new(&signing(25, key)).unwrap().signature_record().unwrap();
    let (name, record) = channel(RSA);
    assert_eq!(name, "one._domainkey.skiphop.example");
    assert_eq!(record, format!("v=DKIM1; k=rsa; p={}", include_str!("data/keys/rsa.pub").trim()));
    assert_eq!(channel(OLD_RSA).1, record, "the same key, written in the old way");
    let (_, record) = channel(ED25519);
    assert_eq!(record, format!("v=DKIM1; k=ed25519; p={}", include_str!("data/keys/ed25519.pub").trim()));
}

#[test]
fn what_is_no_key_is_told_without_showing_it() {
    for key in ["hunter2", "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n", ""] {
        let said = Channel::new(&signing(25, key)).err().unwrap().to_string();
        assert_eq!(
            said,
            "the key of `[mail.dkim]` cannot be used\n  hint: a PEM file with an RSA key of 2048 bits or more, or an \
             Ed25519 key: `openssl genrsa -out dkim.pem 2048`"
        );
    }
    assert!(!format!("{:?}", signing(25, RSA)).contains("PRIVATE"), "nor does its configuration");
}
