//! Strangers write titles, names and addresses. Whatever they write, a mail has the headers that it should have, each once
//! and in its form, and says what they wrote in one place only.

use mail_parser::MessageParser;
use mentiond::config::SmtpSecurity;
use mentiond::deliver::{Channel, Outcome};
use mentiond::model::outbox::OutboxMessage;

use crate::common::notices::{COUNTS, alert, at, complete, digest, item, mention, report};
use crate::common::smtp::{Script, Stub, server};

/// What may break a header.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "x\r\nBcc: eve@evil.example",
        "x\nBcc: eve@evil.example\n\nbody",
        "x\rBcc: eve@evil.example",
        "x\r\n\r\n<script>",
        "x\0y",
        "x\u{2028}Bcc: eve@evil.example\u{2029}\u{85}y",
        "x\u{b}\u{c}y",
        "=?utf-8?q?x=0D=0ABcc:_eve@evil.example?=",
        "=?utf-8?B?eA0KQmNjOiBldmVAZXZpbC5leGFtcGxl?=",
        "ærlig =?utf-8?q?talt?= æøå",
        "\u{202e}gnihtyna\u{2066} \u{feff}",
        "Größter Ärger: æøå 😡",
        "\"quoted\" <angle@example.org>, (comment); \\",
        "",
        " ",
        ".",
    ]
    .map(str::to_owned)
    .into();
    texts.extend(["x".repeat(5_000), "æ".repeat(5_000), "word ".repeat(2_000), "😡".repeat(400)]);
    texts
}

/// The same text wherever a stranger can write.
fn said(text: &str) -> Vec<OutboxMessage> {
    let mut view = mention(17, text);
    view.author = Some(text.to_owned());
    view.source = text.to_owned();
    view.brand = text.to_owned();
    view.snippet = text.to_owned();
    view.url = Some(format!("https://forum.example.org/{text}"));
    let mut of_brand = report(COUNTS, vec![view.clone()]);
    of_brand.brand = text.to_owned();
    let mut told = alert(vec![item(view)], 2, false);
    let mentiond::model::Notice::Alert(notice) = &mut told.notice else { panic!() };
    notice.brand = text.to_owned();
    vec![told, digest(vec![of_brand], complete())]
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_breaks_out_of_its_header() {
    let stub = Stub::start(Script::default());
    let channel = Channel::new(&server(stub.port, SmtpSecurity::Plain)).unwrap();
    let ours = [
        "Auto-Submitted",
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "From",
        "In-Reply-To",
        "List-Id",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "MIME-Version",
        "Message-ID",
        "References",
        "Subject",
        "To",
    ];
    for text in hostile() {
        for message in said(&text) {
            assert_eq!(channel.deliver(&message, at("2026-11-24T07:31:00Z")).await, Outcome::Sent, "{text:?}");
            let raw = stub.mails().pop().unwrap();
            assert!(raw.is_ascii() && !raw.contains(&0), "{text:?}");
            let mail = String::from_utf8(raw.clone()).unwrap();
            assert_eq!(mail.replace("\r\n", "").find(['\r', '\n']), None, "no line ends but with CR LF: {text:?}");
            assert!(mail.split("\r\n").all(|line| line.len() <= 998), "{text:?}");
            let head = mail.split("\r\n\r\n").next().unwrap();
            let mut names: Vec<&str> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split(':').next().unwrap())
                .collect();
            assert!(names.iter().all(|name| ours.contains(name)), "{text:?}: {names:?}");
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "each once: {text:?}: {names:?}");

            let parsed = MessageParser::default().parse(&raw).unwrap();
            let subject = parsed.subject().unwrap();
            assert!(!subject.contains(char::is_control) && !subject.contains(['\u{2028}', '\u{2029}']), "{subject:?}");
            assert!(!subject.contains("=0D=0A") || subject.contains("= ?"), "{subject:?}");
            assert!(subject.chars().count() <= 200, "{subject:?}");
            assert!(parsed.bcc().is_none() && parsed.cc().is_none());
            let to = parsed.to().unwrap();
            assert_eq!(to.first().unwrap().address(), Some("support@skiphop.example"));
            assert_eq!(parsed.from().unwrap().first().unwrap().address(), Some("mentiond@skiphop.example"));
        }
    }
    let envelope: Vec<_> = stub.commands().into_iter().filter(|line| line.starts_with("RCPT")).collect();
    assert!(envelope.iter().all(|line| line == "RCPT TO:<support@skiphop.example>"));
}

#[tokio::test]
async fn a_title_that_looks_like_a_coded_word_is_shown_as_it_was_written() {
    let stub = Stub::start(Script::default());
    let channel = Channel::new(&server(stub.port, SmtpSecurity::Plain)).unwrap();
    let title = "=?utf-8?q?Your_password_has_expired?=";
    let message = alert(vec![item(mention(17, title))], 0, false);
    assert_eq!(channel.deliver(&message, at("2026-11-24T07:31:00Z")).await, Outcome::Sent);
    let raw = stub.mails().remove(0);
    let parsed = MessageParser::default().parse(&raw).unwrap();
    let shown = parsed.subject().unwrap();
    assert!(shown.contains("= ?utf-8?q?Your_password_has_expired?="), "{shown}");
}
