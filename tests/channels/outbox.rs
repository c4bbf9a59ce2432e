//! Channels in the whole program: a complaint and a digest reach them, what fails is tried again, and no secret is
//! written anywhere.

use std::path::Path;
use std::time::Duration;

use mentiond::clock::Clock;
use mentiond::model::Notice;
use mentiond::model::notice::TrialNotice;
use mentiond::model::outbox::OutboxKind;
use mentiond::pulse::Pulse;
use mentiond::shutdown::Shutdown;
use mentiond::worker::{Bell, Sender};

use super::{SECRET, channels, configured};
use crate::common::daemon::{Daemon, command, mentiond};
use crate::common::feeds::{Feeds, Item};
use crate::common::hostile::{Reply, Server};
use crate::store::bed::{Bed, at};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

fn configure(dir: &Path, feed: &str, channels: &str) {
    let text = format!(
        "state_dir = \"state\"\nrecipients = [\"channel:ops\"]\ndigest = []\n[log]\nfilter = \"trace\"\n\
         [alert]\ngroup_wait = \"0s\"\n[[brand]]\nname = \"Skip Hop\"\n\
         [[source]]\nname = \"news\"\nkind = \"feed\"\nallow_private = true\ninterval = \"1s\"\nurl = \"{feed}\"\n{channels}"
    );
    std::fs::write(dir.join("mentiond.toml"), text).unwrap();
}

/// Waits until it holds, at most 20 s.
async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..400 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} does not come");
}

/// Every byte of every file below.
fn everything(dir: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in dir.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        bytes.extend(if entry.is_dir() { everything(&entry) } else { std::fs::read(&entry).unwrap_or_default() });
    }
    bytes
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_reaches_its_channel_once_a_fault_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let hook = Server::start(move |path| {
        let denied = format!("HTTP/1.1 403 no\r\ncontent-length: {}\r\n\r\n{path}", path.len());
        match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => Reply::bytes(denied),
            _ => Reply::bytes(OK),
        }
    })
    .await;
    let feeds = Feeds::start().await;
    let channel = "[[channel]]\nname = \"ops\"\nkind = \"slack\"\nallow_private = true\n";
    configure(dir, &format!("http://127.0.0.1:{}/rss/news", feeds.port), channel);
    #[expect(clippy::disallowed_methods, reason = "the daemon under test runs on the system's clock")]
    let published = chrono::Utc::now().to_rfc3339();
    let text = "Skip Hop is terrible, no answer, still waiting for my refund".into();
    feeds.publish("news", Item { id: "n1".into(), title: "Alas".into(), text, author: "ola".into(), published });

    let secret = ("MENTIOND_CHANNEL_OPS_SECRET", hook.url(&format!("/services/{SECRET}")).to_string());
    let daemon = Daemon::start_with(dir, std::slice::from_ref(&secret)).wait_until_ready();
    until("the first attempt", || hook.requests().len() == 1).await;
    until("what became of it", || holds(&everything(&dir.join("state")), "does not let us post")).await;
    let status = command(dir, &["status"]).output().unwrap();
    assert!(String::from_utf8_lossy(&status.stdout).contains("1 waiting"), "{status:?}");
    until("the second attempt", || hook.requests().len() == 2).await;
    assert_eq!(daemon.stop(), Some(0));

    let bodies = hook.bodies();
    assert!(bodies[0].contains("Skip Hop: somebody needs an answer") && bodies[0].contains("|Alas>"), "{}", bodies[0]);
    assert_eq!(bodies[0], bodies[1]);
    std::fs::remove_file(dir.join("mentiond.toml")).unwrap();
    let written = everything(dir);
    assert!(holds(&written, "(not shown)") && holds(&written, "channel:ops"), "the fault is kept without the secret");
    assert!(!holds(&written, SECRET), "the secret is written nowhere, not even into a log of everything");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_by_a_channel() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let hook = Server::start(|path| match path {
        "/" => Reply::bytes(OK),
        _ => Reply::bytes("HTTP/1.1 404 no\r\ncontent-length: 0\r\n\r\n"),
    })
    .await;
    let channel = |name: &str, path: &str| {
        format!(
            "[[channel]]\nname = \"{name}\"\nkind = \"webhook\"\nallow_private = true\nurl = \"{}\"\n\
             secret_file = \"key\"\n",
            hook.url(path)
        )
    };
    let folder = "[[channel]]\nname = \"archive\"\nkind = \"maildir\"\ndir = \"mails\"\n";
    let channels = format!("{}{}{folder}", channel("ops", "/"), channel("old", "/gone"));
    configure(dir, "https://news.example/feed", &channels);
    std::fs::write(dir.join("key"), SECRET).unwrap();
    let run = |arguments: &[&str], code: i32| {
        let output = mentiond(dir, arguments);
        let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        said
    };
    let plain = |said: String| said.lines().filter(|line| !line.starts_with("20")).collect::<Vec<_>>().join("\n");
    assert_eq!(plain(run(&["send-test"], 0)), "channel:ops: handed over");
    assert!(hook.bodies()[0].contains("\"type\":\"trial\""), "{:?}", hook.bodies());
    assert_eq!(plain(run(&["send-test", "--to", "channel:archive"], 0)), "channel:archive: handed over");
    assert_eq!(dir.join("mails/new").read_dir().unwrap().count(), 1);
    let refused = "channel:old: NOT delivered: `127.0.0.1` does not let us post; see to the channel's address, room \
                   and secret (status 404)";
    assert_eq!(plain(run(&["send-test", "--to", "channel:old"], 1)), refused);
    let unknown = "command line: --to: there is no channel `opps`\n  hint: did you mean `channel:ops`?";
    assert_eq!(plain(run(&["send-test", "--to", "channel:opps"], 2)), unknown);

    let checked = run(&["check"], 0);
    assert!(
        checked.contains("channel `ops`: webhook\nchannel `old`: webhook\nchannel `archive`: maildir\n"),
        "{checked}"
    );
    let online = run(&["check", "--online"], 1);
    let ops = "channel `ops`: only a notice can try it: `mentiond send-test --to \"channel:ops\"`\n";
    assert!(online.contains(ops) && online.contains("channel `archive`: it is ready\n"), "{online}");
    assert_eq!(hook.requests().len(), 2, "a check says nothing");

    std::fs::remove_file(dir.join("key")).unwrap();
    assert!(run(&["send-test"], 2).contains("channel[0].secret_file"), "what sends needs the secret");
    assert!(run(&["status"], 0).contains("Outbox:"), "what only looks does not");
}

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_is_asked_again_when_it_says() {
    let head = "HTTP/1.1 429 later\r\nretry-after: 5000\r\ncontent-length: 0\r\n\r\n";
    let server = Server::start(move |_| Reply::bytes(head)).await;
    let lines = format!("kind = \"ntfy\"\nroom = \"t\"\nallow_private = true\nurl = \"{}\"", server.url("/"));
    let bed = Bed::new().await;
    let notice = Notice::Trial(TrialNotice { asked_at: at(0) });
    bed.store.enqueue(OutboxKind::Trial, "channel:ops", &notice, at(0)).await.unwrap();
    let clock = Clock::simulated(at(10));
    let sender = |max_attempts| Sender {
        store: bed.store.clone(),
        channels: channels(&configured(&lines, SECRET)),
        owner: "me".into(),
        max_attempts,
        clock: clock.clone(),
        shutdown: Shutdown::new(),
        pulse: Pulse::default(),
        watcher_bell: Bell::default(),
        stops_at: None,
    };
    assert_eq!(sender(2).send_due().await.unwrap(), 1);
    assert_eq!(bed.store.next_outbox_at().await.unwrap(), Some(at(5010)));
    clock.advance_to(at(5010));
    assert_eq!(sender(2).send_due().await.unwrap(), 1);
    let dead = bed.store.dead_letters(false, 9).await.unwrap();
    assert_eq!(dead[0].recipient, "channel:ops");
    assert_eq!((dead[0].attempts, dead[0].error.as_str()), (2, "`127.0.0.1` asks us to wait (status 429)"));
    assert_eq!(server.requests().len(), 2);
}
