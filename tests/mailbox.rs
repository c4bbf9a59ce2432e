//! What is made of the mails in a folder, without a server: whose they are, what they say, how far a folder has been read,
//! and that no mail does harm. `tests/imap.rs` asks a real server.

use std::path::Path;
use std::time::{Duration, Instant as Stopwatch};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use mentiond::model::mailbox::{FolderAddress, FolderAnswer, FolderRefusal, RawMail};
use mentiond::model::{Answer, Instant, Page, PollFault, Request, Source, SourceKind};
use mentiond::source::adapter;
use proptest::prelude::{ProptestConfig, any, proptest};
use secrecy::ExposeSecret as _;

use crate::common::contract::compare;
use crate::common::shown;

const ARRIVED: &str = "24-Nov-2026 09:00:00 +0100";

fn now() -> Instant {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn source() -> Source {
    Source {
        account: Some("anna@skiphop.example".to_owned()),
        token: Some("SECRET".into()),
        first_poll_depth: Duration::from_secs(7 * 86_400),
        ..Source::new("mail".to_owned(), SourceKind::Imap, "imaps://mail.example.org".parse().unwrap())
    }
}

fn mail(uid: u32, raw: impl AsRef<[u8]>) -> RawMail {
    RawMail { uid, arrived: Some(ARRIVED.to_owned()), raw: STANDARD.encode(raw) }
}

fn folder(mails: Vec<RawMail>) -> FolderAnswer {
    let last = mails.iter().map(|mail| mail.uid).max().unwrap_or_default();
    FolderAnswer { validity: 7, next: Some(last + 1), last, more: false, mails }
}

fn answer(status: u16, body: &impl serde::Serialize) -> Answer {
    let url = adapter(SourceKind::Imap).request(&source(), "Größe", None, now()).url;
    Answer { url, status, moved: None, headers: HeaderMap::new(), body: serde_json::to_vec(body).unwrap() }
}

fn read(cursor: Option<&str>, folder: &FolderAnswer) -> Page {
    adapter(SourceKind::Imap).read(&source(), "INBOX", cursor, &answer(200, folder), now()).unwrap()
}

fn address(request: &Request) -> FolderAddress {
    FolderAddress::of(&request.url).unwrap()
}

fn ask(cursor: Option<&str>) -> FolderAddress {
    address(&adapter(SourceKind::Imap).request(&source(), "INBOX", cursor, now()))
}

#[test]
fn each_mail_is_what_its_sender_says() {
    let folder_of = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mailbox");
    let mut files: Vec<_> = folder_of.read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 10);
    let mails = (1..).zip(&files).map(|(uid, file)| mail(uid, std::fs::read(file).unwrap())).collect();
    let page = read(None, &folder(mails));
    assert_eq!(page.left_out, 3, "ours, an answer to it, and its bounce");
    let told: String = page.entries.iter().map(shown::entry).chain(page.problems).collect();
    compare("imap", &told);
}

#[test]
fn a_folder_is_asked_for_what_is_new() {
    let request = adapter(SourceKind::Imap).request(&source(), "INBOX", None, now());
    assert_eq!(
        request.url.as_str(),
        "imaps://anna%40skiphop.example@mail.example.org/INBOX?UID%201%3A4294967295%20SINCE%2016-Nov-2026"
    );
    assert_eq!(request.credential.unwrap().secret.expose_secret(), "SECRET");
    assert_eq!(adapter(SourceKind::Imap).lanes(&source()), ["INBOX"]);

    let part =
        FolderAnswer { more: true, ..folder(vec![mail(3, "Subject: a\r\n\r\nb"), mail(5, "Subject: c\r\n\r\nd")]) };
    let page = read(None, &part);
    let next = address(&page.next.unwrap());
    assert_eq!((next.validity, next.search.as_str()), (Some(7), "UID 6:4294967295 SINCE 16-Nov-2026"));
    assert_eq!(ask(page.cursor.as_deref()), next, "a restart goes on there");

    let whole = FolderAnswer { next: Some(20), last: 19, ..folder(vec![mail(6, "Subject: e\r\n\r\nf")]) };
    let page = read(page.cursor.as_deref(), &whole);
    assert!(page.next.is_none());
    assert_eq!(ask(page.cursor.as_deref()).search, "UID 20:4294967295", "later mails are new, whatever their date");
    let again = read(page.cursor.as_deref(), &whole);
    assert!(again.entries.is_empty(), "what the server shows once more is no news");
}

#[test]
fn old_mails_are_left_out_at_first_and_read_when_they_are_put_there_later() {
    let old = || RawMail { arrived: Some("1-Jan-2026 08:00:00 +0000".to_owned()), ..mail(3, "Subject: old\r\n\r\nx") };
    let page = read(None, &folder(vec![old(), mail(4, "Subject: new\r\n\r\nx")]));
    assert_eq!((page.entries.len(), page.left_out), (1, 1));
    let page = read(page.cursor.as_deref(), &folder(vec![RawMail { uid: 5, ..old() }]));
    assert_eq!((page.entries.len(), page.left_out), (1, 0));
}

#[test]
fn a_folder_that_is_numbered_anew_is_read_again_from_its_last_mails() {
    let before = read(None, &folder(vec![mail(3, "Subject: a\r\n\r\nb")]));
    let anew = FolderAnswer { validity: 8, ..FolderAnswer::default() };
    let page = read(before.cursor.as_deref(), &anew);
    let next = address(&page.next.unwrap());
    assert_eq!((next.validity, next.search.as_str()), (Some(8), "UID 1:4294967295 SINCE 22-Nov-2026"));
    let renumbered = FolderAnswer { validity: 8, ..folder(vec![mail(1, "Subject: a\r\n\r\nb")]) };
    let again = read(page.cursor.as_deref(), &renumbered);
    assert_eq!(again.entries[0].key, before.entries[0].key, "also without a Message-ID it is the same mail");
    assert!(again.next.is_none());
}

#[test]
fn refusals_say_what_to_do() {
    let fault = |status, error: &str, folders: &[&str]| {
        let folders = folders.iter().map(|name| (*name).to_owned()).collect();
        let refusal = FolderRefusal { error: error.to_owned(), folders };
        adapter(SourceKind::Imap).fault(&answer(status, &refusal), now())
    };
    let revoked = fault(401, "[AUTHENTICATIONFAILED] no", &[]).unwrap();
    let expected = "the server does not take the credentials (status 401): [AUTHENTICATIONFAILED] no; renew the password of \
                    the mailbox";
    assert_eq!((revoked.label(), revoked.to_string()), ("revoked", expected.to_owned()));
    let missing = fault(404, "none", &["INBOX", "a\u{1b}b"]).unwrap().to_string();
    let expected =
        "the server answered with status 404: there is no folder `Größe`: none\n  hint: there are `INBOX`, `ab`";
    assert_eq!(missing, expected);
    assert_eq!(fault(429, "later", &[]), None, "the status says it");
    let unreadable = adapter(SourceKind::Imap).read(&source(), "INBOX", None, &answer(200, &"x"), now());
    assert!(matches!(unreadable, Err(PollFault::Unreadable(_))));
}

#[test]
fn no_mail_does_harm() {
    let boundaries = (0..3_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(5_000);
    let hostile: Vec<Vec<u8>> = vec![
        Vec::new(),
        vec![0; 1 << 18],
        b"\r\n".repeat(1 << 17),
        boundaries.collect::<String>().into_bytes(),
        nested.into_bytes(),
        b"Subject: =?utf-8?b?".repeat(10_000),
        [b"Subject: x\r\nContent-Type: text/plain; charset=no-such\r\n\r\n".to_vec(), vec![0xff; 1000]].concat(),
        b"Subject: =?utf-7?q?+AGEAYg-?=\r\nContent-Type: text/html\r\n\r\n<div>".repeat(2_000),
        b"From: <<<>>>,,,;;;\"\r\nDate: 99 Foo 99999 99:99:99 +9999\r\nMessage-ID: <>\r\n\r\n\0\0".to_vec(),
        b"References: <a> ".repeat(20_000),
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n====".to_vec(),
    ];
    for (uid, raw) in (1..).zip(hostile) {
        let start = Stopwatch::now();
        let page = read(None, &folder(vec![mail(uid, &raw)]));
        assert!(page.entries.len() + page.problems.len() == 1, "{uid}");
        for entry in page.entries {
            assert!(!entry.key.0.chars().chain(entry.title.chars()).chain(entry.text.chars()).any(|c| c == '\0'));
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{uid}: {:?}", start.elapsed());
    }
    let broken = RawMail { raw: "?".to_owned(), ..mail(1, "") };
    assert_eq!(read(None, &folder(vec![broken])).problems, ["the mail 1 of `INBOX` cannot be read"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_mail_is_read(head in "(Subject|From|Date|Message-ID|References|Content-Type|Auto-Submitted): .{0,80}\r\n", raw in any::<Vec<u8>>()) {
        read(None, &folder(vec![mail(1, [head.as_bytes(), &raw].concat())]));
    }
}
