//! OpenSMTPD, as Debian packages it, accepts a mail of each kind and puts it into a Maildir. It has to be started as root;
//! `tests/run.sh` installs it where the tests run by themselves.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mail_parser::{Message, MessageParser};
use mentiond::config::SmtpSecurity;
use mentiond::deliver::{Channel, Outcome};
use mentiond::model::notice::HeldNotice;
use mentiond::model::outbox::{OutboxKind, OutboxMessage};
use mentiond::model::undelivered::{FailedWay, UndeliveredNotice};
use mentiond::model::{Instant, Notice};

use crate::common::notices::{COUNTS, alert, at, complete, digest, item, mention, message, report, trial};
use crate::common::smtp::server;
use crate::{deliver_escalation, deliver_health, deliver_held, deliver_incident};

/// The running server; it ends with this value.
struct OpenSmtpd {
    port: u16,
    dir: PathBuf,
    process: Child,
}

impl OpenSmtpd {
    /// `None` where it is not installed or may not be started; in CI the first is a failure.
    fn start(dir: &Path) -> Option<Self> {
        let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
        let smtpd = Path::new("/usr/sbin/smtpd");
        if !is_root || !smtpd.exists() {
            assert!(!is_root || std::env::var("CI").is_err(), "smtpd is missing; hint: run `bash tests/run.sh`");
            eprintln!("OpenSMTPD cannot be started, so nothing was tested; hint: run `bash tests/run.sh` as root");
            return None;
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mails = dir.join("mails");
        std::fs::create_dir(&mails).unwrap();
        // Whoever delivers into the folder is not root.
        Command::new("chmod").arg("755").arg(dir).status().unwrap();
        Command::new("chown").arg("nobody").arg(&mails).status().unwrap();
        let text = format!(
            "listen on 127.0.0.1 port {port}\n\
             action \"keep\" maildir \"{}\" user nobody virtual {{ \"@\" = nobody }}\n\
             match from any for any action \"keep\"\n",
            mails.display()
        );
        let config = dir.join("smtpd.conf");
        std::fs::write(&config, text).unwrap();
        let log = std::fs::File::create(dir.join("log")).unwrap();
        let process = Command::new(smtpd)
            .args(["-d", "-f", config.to_str().unwrap()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let server = Self { port, dir: dir.to_owned(), process };
        for _ in 0..400 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("smtpd does not listen: {}", server.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    /// The mails once there are so many.
    async fn mails(&self, number: usize) -> Vec<Vec<u8>> {
        for _ in 0..600 {
            let files: Vec<_> = match self.dir.join("mails/new").read_dir() {
                Ok(files) => files.map(|file| file.unwrap().path()).collect(),
                Err(_) => Vec::new(),
            };
            if files.len() >= number {
                return files.iter().map(|file| std::fs::read(file).unwrap()).collect();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not all mails are delivered: {}", self.log());
    }
}

impl Drop for OpenSmtpd {
    fn drop(&mut self) {
        // Its parts end with it.
        let _ = Command::new("kill").args(["-s", "TERM", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

fn undelivered() -> Notice {
    let error = "connection refused".to_owned();
    let broken = vec![FailedWay { way: "channel:ops".to_owned(), since: now(), until: None, error }];
    Notice::Undelivered(UndeliveredNotice { broken, mended: Vec::new(), items: Vec::new(), more: 0, waiting: 3 })
}

fn held() -> Notice {
    let causes = vec![deliver_held::silence("Kari", "the shop moves", 1)];
    let items = vec![item(mention(17, "Größter Ärger: æøå 😡"))];
    Notice::Held(HeldNotice { causes, brands: vec!["Skip Hop".to_owned()], items, ..HeldNotice::default() })
}

fn now() -> Instant {
    at("2026-11-24T07:31:00Z")
}

/// One of each kind, and some that strangers have made difficult.
fn notices() -> Vec<OutboxMessage> {
    let health = Notice::Health(deliver_health::notice(9, deliver_health::everything(), 0));
    let brands = || vec![report(COUNTS, vec![mention(17, "Still no answer")])];
    let mut all = vec![
        alert(vec![item(mention(17, "Größter Ärger: æøå 😡"))], 2, false),
        OutboxMessage { kind: OutboxKind::Reminder, ..alert(vec![item(mention(17, "Still no answer"))], 0, true) },
        deliver_escalation::escalation(&["Strap broke"], &[("channel:ops", "2026-11-24T07:00:00Z")]),
        message(0, OutboxKind::Held, held()),
        deliver_incident::sent(deliver_incident::start()),
        digest(brands(), complete()),
        message(0, OutboxKind::Health, health),
        message(0, OutboxKind::Undelivered, undelivered()),
        trial(0),
    ];
    assert_eq!(all.len(), OutboxKind::ALL.len());
    for title in ["x\r\nBcc: eve@evil.example", "=?utf-8?q?x=0D=0A?=", ".", &"æ".repeat(5_000)] {
        all.push(alert(vec![item(mention(17, title))], 0, false));
    }
    (1..).zip(all).map(|(id, message)| OutboxMessage { id, ..message }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_of_each_kind_is_accepted_and_arrives_as_it_was_sent() {
    let dir = tempfile::tempdir().unwrap();
    let Some(smtpd) = OpenSmtpd::start(dir.path()) else { return };
    let channel = Channel::new(&server(smtpd.port, SmtpSecurity::Plain)).unwrap();
    let notices = notices();
    for message in &notices {
        let outcome = channel.deliver(message, now()).await;
        assert_eq!(outcome, Outcome::Sent, "{:?}: {}", message.kind, smtpd.log());
    }
    let reused = smtpd.log().matches("smtp connected").count();
    assert_eq!(reused, 2, "one connection of the test and one for all mails: {}", smtpd.log());
    channel.close().await;

    let raw = smtpd.mails(notices.len()).await;
    let mails: Vec<Message<'_>> = raw.iter().map(|mail| MessageParser::default().parse(mail).unwrap()).collect();
    for message in &notices {
        let rendered = mentiond::deliver::render(message, &server(smtpd.port, SmtpSecurity::Plain));
        let id = mentiond::deliver::message_id(message, "mentiond <mentiond@skiphop.example>");
        let of_it: Vec<_> = mails.iter().filter(|mail| format!("<{}>", mail.message_id().unwrap()) == id).collect();
        let [mail] = of_it[..] else { panic!("{} arrived {} times", message.kind.as_str(), of_it.len()) };
        assert_eq!(mail.subject().unwrap(), rendered.subject.replace("=?", "= ?"));
        let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
        assert_eq!(text.trim_end(), rendered.text.trim_end(), "{:?}", message.kind);
        let html = mail.body_html(0).unwrap().replace("\r\n", "\n");
        assert_eq!(html.trim_end(), rendered.html.trim_end(), "{:?}", message.kind);
        assert!(mail.bcc().is_none());
        assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("support@skiphop.example"));
    }
}
