//! The conversation with servers that do all sorts of things.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::{ProptestConfig, any, proptest};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};
use tokio::task::JoinHandle;

use super::said::Said;
use super::talk::{Bounds, Stop, Talk};
use super::wire::{Broken, Response, Wire};
use super::*;
use crate::model::mailbox::FolderAnswer;

const IDLE: Duration = Duration::from_secs(5);
const MOST: u64 = 10 << 20;
const GREETING: &str = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n";
const OPENED: &str =
    "* 9 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 31] next\r\nTAG OK [READ-ONLY] done\r\n";
const IN: &str = "+ \r\nTAG OK in\r\n";
/// What was found by places in the folder, which do not last.
const PLACES: &str = "* SEARCH 22\r\n* ESEARCH (TAG \"m3\") ALL 4\r\nTAG OK done\r\n";

/// A server that says its greeting, then one answer to each line that begins with a tag; what it hears is told when it ends.
fn server(greeting: &'static str, answers: &'static [&'static str]) -> (DuplexStream, JoinHandle<Vec<String>>) {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let heard = tokio::spawn(async move {
        let mut theirs = BufReader::new(theirs);
        let _ = theirs.write_all(greeting.as_bytes()).await;
        let (mut heard, mut answers) = (Vec::new(), answers.iter());
        let mut line = String::new();
        while theirs.read_line(&mut line).await.is_ok_and(|read| read > 0) {
            let line = std::mem::take(&mut line).trim_end().to_owned();
            let tag = line.split(' ').next().unwrap_or_default().to_owned();
            let is_command = tag.starts_with('m');
            heard.push(line);
            if is_command {
                let Some(answer) = answers.next() else { break };
                let _ = theirs.write_all(answer.replace("TAG", &tag).as_bytes()).await;
            }
        }
        heard
    });
    (ours, heard)
}

fn wire(line: DuplexStream) -> Wire<DuplexStream> {
    Wire::new(line, IDLE, MOST)
}

fn address(validity: Option<u32>) -> FolderAddress {
    let (user, folder) = ("anna".to_owned(), "Größe".to_owned());
    FolderAddress { user, folder, validity, search: "UID 21:4294967295".to_owned() }
}

/// Logs in and reads the folder.
async fn read(
    greeting: &'static str,
    answers: &'static [&'static str],
    validity: Option<u32>,
) -> (Result<FolderAnswer, Stop>, Vec<String>) {
    let (line, heard) = server(greeting, answers);
    let answer = async {
        let mut talk = Talk::greeted(wire(line)).await?;
        talk.log_in("anna", &"ge\"heim Ø".to_owned().into()).await?;
        talk.read(&address(validity), Bounds { mails: 1 << 20, until: Instant::now() + IDLE }).await
    }
    .await;
    (answer, heard.await.unwrap())
}

fn refused(answer: Result<FolderAnswer, Stop>) -> (u16, String, Vec<String>) {
    match answer {
        Err(Stop::Refused(status, refusal)) => (status, refusal.error, refusal.folders),
        other => panic!("{other:?}"),
    }
}

fn raw(answer: &FolderAnswer) -> Vec<(u32, String)> {
    let text = |raw: &str| String::from_utf8(STANDARD.decode(raw).unwrap()).unwrap();
    answer.mails.iter().map(|mail| (mail.uid, text(&mail.raw))).collect()
}

const MAILS: &[&str] = &[
    IN,
    OPENED,
    "* SEARCH 30 22\r\n* SEARCH 25 22\r\nTAG OK done\r\n",
    "* 1 FETCH (UID 22 RFC822.SIZE 9)\r\n* 2 FETCH (RFC822.SIZE 11 UID 25)\r\n* 9 FETCH (UID 30 RFC822.SIZE 3)\r\nTAG OK x\r\n",
    "* 9 FETCH (BODY[]<0> \"a\\\"b\" FLAGS (\\Seen (x)) UID 30)\r\n* 4 EXPUNGE\r\n* strange (((\r\n\
     * 1 FETCH (UID 22 INTERNALDATE \" 1-Nov-2026 07:31:00 +0100\" BODY[]<0> {9}\r\n{5}\r\nUID \r\n X NIL)\r\n\
     * 7 FETCH (UID 99 BODY[]<0> {1}\r\nx)\r\nTAG OK done\r\n",
];

#[tokio::test]
async fn mails_are_looked_for_and_fetched_without_a_trace() {
    let (answer, heard) = read(GREETING, MAILS, Some(7)).await;
    let answer = answer.unwrap();
    assert_eq!((answer.validity, answer.next, answer.last, answer.more), (7, Some(31), 30, false));
    assert_eq!(
        raw(&answer),
        [(22, "{5}\r\nUID ".to_owned()), (30, "a\"b".to_owned())],
        "25 is gone, 99 was not asked for"
    );
    assert_eq!(answer.mails[0].arrived.as_deref(), Some("1-Nov-2026 07:31:00 +0100"));
    assert_eq!(answer.mails[1].arrived, None);
    let login = STANDARD.encode("\0anna\0ge\"heim Ø");
    assert_eq!(
        heard,
        [
            "m1 AUTHENTICATE PLAIN",
            login.as_str(),
            "m2 EXAMINE \"Gr&APYA3w-e\"",
            "m3 UID SEARCH UID 21:4294967295",
            "m4 UID FETCH 22,25,30 (UID RFC822.SIZE)",
            "m5 UID FETCH 22,25,30 (UID INTERNALDATE BODY.PEEK[]<0.262144>)",
        ]
    );
}

#[tokio::test]
async fn a_folder_that_is_numbered_anew_is_not_read() {
    let (answer, heard) = read(GREETING, &[IN, OPENED], Some(6)).await;
    let answer = answer.unwrap();
    assert_eq!((answer.validity, answer.last, answer.mails.len()), (7, 0, 0));
    assert_eq!(heard.len(), 3, "{heard:?}");
}

#[tokio::test]
async fn where_nothing_is_found_everything_has_been_read() {
    let (answer, _) = read(GREETING, &[IN, OPENED, "* SEARCH\r\nTAG OK done\r\n"], None).await;
    let answer = answer.unwrap();
    assert_eq!((answer.last, answer.more, answer.mails.len()), (30, false, 0));
}

#[tokio::test]
async fn an_old_server_hears_a_login_with_literals() {
    let answers = &[
        "* CAPABILITY IMAP4rev1\r\nTAG OK x\r\n",
        "+ go\r\n+ on\r\nTAG OK in\r\n",
        OPENED,
        "* SEARCH\r\nTAG OK none\r\n",
    ];
    let (answer, heard) = read("* OK hello\r\n", answers, None).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(heard[..4], ["m1 CAPABILITY", "m2 LOGIN {4}", "anna {10}", "ge\"heim Ø"]);
}

#[tokio::test]
async fn each_refusal_has_its_status() {
    let closed = "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] x\r\n";
    for (greeting, answers, status, words) in [
        ("* BYE too busy\r\n", &[][..], 429, "too busy"),
        ("HTTP/1.1 400 Bad Request\r\n", &[], 502, "it does not greet like a mail server"),
        (closed, &[], 401, "the server takes no password"),
        (GREETING, &["TAG NO [AUTHENTICATIONFAILED] no\r\n"], 401, "[AUTHENTICATIONFAILED] no"),
        (GREETING, &["TAG NO [ALERT] app password required\r\n"], 403, "[ALERT] app password required"),
        (GREETING, &["TAG NO [UNAVAILABLE] later\r\n"], 503, "[UNAVAILABLE] later"),
        (GREETING, &["TAG NO [SERVERBUG] password store\r\n"], 503, "[SERVERBUG] password store"),
        (GREETING, &["TAG NO Temporary authentication failed\r\n"], 503, "Temporary authentication failed"),
        (GREETING, &["TAG NO Invalid login or password\r\n"], 401, "Invalid login or password"),
        (
            GREETING,
            &["TAG NO [ALERT] Too many simultaneous connections.\r\n"],
            429,
            "[ALERT] Too many simultaneous connections.",
        ),
        (GREETING, &["TAG BAD what?\r\n"], 400, "what?"),
        (GREETING, &["+ really?\r\n+ really?\r\nTAG NO then not\r\n"], 403, "then not"),
        (GREETING, &[IN, "TAG NO [NOPERM] hands off\r\n"], 403, "[NOPERM] hands off"),
        (
            GREETING,
            &[IN, "TAG OK opened\r\n"],
            502,
            "it does not number the mails of the folder for good (UIDVALIDITY)",
        ),
        (GREETING, &[IN, OPENED, PLACES], 502, "it does not say which mails it has found"),
        (GREETING, &[IN, OPENED, "TAG NO broken\r\n"], 502, "broken"),
        (GREETING, &[IN, OPENED, "* BYE restarting\r\n"], 429, "restarting"),
    ] {
        let (answer, _) = read(greeting, answers, None).await;
        assert_eq!(refused(answer), (status, words.to_owned(), Vec::new()));
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_has_found_nothing() {
    for answer in [&[IN, OPENED, "TAG OK done\r\n"], &[IN, OPENED, "* 9 EXISTS\r\nTAG OK done\r\n"]] {
        let (answer, heard) = read(GREETING, answer, Some(7)).await;
        let answer = answer.unwrap();
        assert_eq!((answer.mails.len(), answer.last, answer.more), (0, 30, false));
        assert_eq!(heard.last().unwrap(), "m3 UID SEARCH UID 21:4294967295");
    }
}

#[tokio::test]
async fn where_a_folder_is_missing_those_that_there_are_are_named() {
    const FOLDERS: &str = "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\Noselect) \"/\" \"all\"\r\n\
                   * LIST () \"/\" {5}\r\n&AOk-\r\n* LIST () NIL \"a \\\"b\\\"\"\r\nTAG OK x\r\n";
    let answers: &'static [&'static str] = &[IN, "TAG NO [NONEXISTENT] none\r\n", FOLDERS];
    let (status, words, folders) = refused(read(GREETING, answers, None).await.0);
    assert_eq!((status, words.as_str()), (404, "[NONEXISTENT] none"));
    assert_eq!(folders, ["INBOX", "é", "a \"b\""]);
}

const HIDDEN: &[&str] = &[
    IN,
    OPENED,
    "* ESEARCH (TAG \"m3\") UID ALL 22,25,30\r\nTAG OK done\r\n",
    "TAG OK no sizes\r\n",
    "TAG NO [SERVERBUG] Internal error occurred\r\n",
    "* 1 FETCH (UID 22 BODY[]<0> NIL)\r\nTAG OK done\r\n",
    "TAG NO [SERVERBUG] Internal error occurred\r\n",
    "* 9 FETCH (UID 30 BODY[]<0> \"c\")\r\nTAG OK done\r\n",
];

#[tokio::test]
async fn a_mail_that_the_server_cannot_read_does_not_hide_the_others() {
    let (answer, heard) = read(GREETING, HIDDEN, None).await;
    let answer = answer.unwrap();
    assert_eq!(raw(&answer), [(22, String::new()), (25, String::new()), (30, "c".to_owned())]);
    assert_eq!((answer.last, answer.more), (30, false));
    assert!(heard[5].contains("FETCH 22,25,30 ") && heard[8].contains("FETCH 30 "), "{heard:?}");
}

const OUT_OF_ORDER: &[&str] =
    &[IN, OPENED, "* SEARCH 22 25\r\nTAG OK done\r\n", "TAG OK no sizes\r\n", "TAG NO Temporary failure\r\n"];

#[tokio::test]
async fn where_a_server_is_out_of_order_for_a_while_no_mail_is_passed_over() {
    assert_eq!(refused(read(GREETING, OUT_OF_ORDER, None).await.0).0, 503);
}

#[test]
fn what_a_newer_server_finds_is_a_set() {
    let found = |line: &str| match said::read(&Response { lines: vec![line.into()], literals: Vec::new() }) {
        Said::Found(uids) => Some(uids),
        _ => None,
    };
    assert_eq!(found("* ESEARCH (TAG \"m3\") UID ALL 9:7,4,8"), Some(vec![4, 7, 8, 9]));
    assert_eq!(found("* ESEARCH (TAG \"m3\") UID"), Some(Vec::new()));
    assert_eq!(found("* esearch (tag \"m3\") uid min 4 all 4 max 4"), Some(vec![4]));
    assert_eq!(found("* ESEARCH (TAG \"m3\") ALL 4"), None, "these are places in the folder");
    assert_eq!(found("* ESEARCH (TAG \"m3\") UID ALL 4,x"), None);
    let lowest = found("* ESEARCH (TAG \"m3\") UID ALL 5000:4294967295,4,4,4294967295").unwrap();
    assert_eq!((lowest[0], lowest[1], lowest.len()), (4, 5000, 1_000));
}

/// What the server says first, and then hangs up.
async fn response(says: Vec<u8>) -> Result<Response, Broken> {
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    let says = tokio::spawn(async move {
        let _ = theirs.write_all(&says).await;
    });
    let response = wire(ours).response().await;
    says.abort();
    response
}

#[tokio::test]
async fn nothing_that_a_server_sends_is_without_a_bound() {
    assert!(matches!(response(b"* OK ".repeat(2 << 20)).await, Err(Broken::TooLarge)));
    assert!(matches!(response(b"* X {99999999999999999999999}\r\n".to_vec()).await, Err(Broken::TooLarge)));
    assert!(matches!(response(b"* X {20000000}\r\n".to_vec()).await, Err(Broken::TooLarge)));
    assert!(matches!(response(b"* X {1}\r\nx".repeat(5 << 20)).await, Err(Broken::TooLarge)));
    assert!(matches!(response(b"{0}\r\n".repeat(1 << 20)).await, Err(Broken::TooLarge)));
    assert!(matches!(response([vec![b'x'; (4 << 20) + 9], b"\r\n".to_vec()].concat()).await, Err(Broken::TooLarge)));
    assert!(matches!(response(b"* X {5}\r\nabc".to_vec()).await, Err(Broken::Ended(_))));
    assert!(matches!(response(b"* OK no end".to_vec()).await, Err(Broken::Ended(_))));
    let whole = response(b"* X {5+}\r\n{9}\r\n {0}\r\n)\r\n".to_vec()).await.unwrap();
    assert_eq!(whole.lines, [&b"* X {5+}"[..], b" {0}", b")"]);
    assert_eq!(whole.literals, [&b"{9}\r\n"[..], b""]);
}

#[tokio::test]
async fn a_server_that_falls_silent_is_left() {
    let ((ours, _theirs), short) = (tokio::io::duplex(16), Duration::from_millis(20));
    assert!(matches!(Wire::new(ours, short, MOST).response().await, Err(Broken::Silent(idle)) if idle == short));
}

#[tokio::test]
async fn what_is_said_before_tls_begins_counts_for_nothing() {
    for (answer, begins) in [("TAG OK go\r\n", true), ("TAG OK go\r\nm2 OK in\r\n", false), ("TAG NO never\r\n", false)]
    {
        let answers: &'static [&'static str] = vec![answer].leak();
        let (line, _heard) = server(GREETING, answers);
        let begun = Talk::greeted(wire(line)).await.unwrap().starttls().await;
        assert_eq!(begun.is_ok(), begins, "{answer}");
    }
}

#[tokio::test]
async fn mails_that_came_before_the_line_broke_are_not_lost() {
    let (line, mut theirs) = tokio::io::duplex(1 << 22);
    let sizes: String = (21..=30).map(|uid| format!("* 1 FETCH (UID {uid} RFC822.SIZE 262144)\r\n")).collect();
    let mails: String = (21..=24).map(|uid| format!("* 1 FETCH (UID {uid} BODY[]<0> {{1}}\r\nx)\r\n")).collect();
    let all: String = (21..=30).map(|uid| format!(" {uid}")).collect();
    let says = format!(
        "{GREETING}+ \r\nm1 OK in\r\n{}* SEARCH{all}\r\nm3 OK x\r\n{sizes}m4 OK x\r\n{mails}m5 OK x\r\n* 1 FETCH (UID 25",
        OPENED.replace("TAG", "m2")
    );
    theirs.write_all(says.as_bytes()).await.unwrap();
    theirs.shutdown().await.unwrap();
    let mut talk = Talk::greeted(wire(line)).await.unwrap();
    talk.log_in("anna", &"x".to_owned().into()).await.unwrap();
    let bounds = Bounds { mails: MOST, until: Instant::now() + IDLE };
    let answer = talk.read(&address(None), bounds).await.unwrap();
    assert_eq!((answer.mails.len(), answer.last, answer.more), (4, 24, true), "what was begun is asked for again");
    let mut heard = String::new();
    drop(talk);
    theirs.read_to_string(&mut heard).await.unwrap();
    assert!(heard.contains("m5 UID FETCH 21:24 (") && heard.contains("m6 UID FETCH 25:28 ("), "{heard}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Nesting, broken quotation and bytes of any kind are read as something.
    #[test]
    fn every_response_is_read(start in "(\\* |m1 |\\+ |)(1 FETCH \\(|LIST|SEARCH|OK|)", lines in proptest::collection::vec(any::<Vec<u8>>(), 1..4)) {
        let literals = lines.iter().skip(1).cloned().collect();
        let mut lines = lines;
        lines[0].splice(0..0, start.bytes());
        said::read(&Response { lines, literals });
    }
}

#[test]
fn deep_nesting_is_read_in_one_go() {
    let deep =
        [b"* 1 FETCH (UID 5 X ".to_vec(), b"(".repeat(1 << 20), b")".repeat(1 << 20), b" Y 6)".to_vec()].concat();
    let Said::Mail(mail) = said::read(&Response { lines: vec![deep], literals: Vec::new() }) else { panic!("a mail") };
    assert_eq!(mail.uid, Some(5));
}
