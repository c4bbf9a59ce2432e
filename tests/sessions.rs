//! Logins that outlive the daemon, sealed in its database, and those that are refused until somebody has mended them: the
//! daemon starts and stops on a clock of ours, before a Bluesky on loopback.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use mentiond::app::App;
use mentiond::clock::Clock;
use mentiond::config::{self, Env};
use mentiond::model::Instant;
use mentiond::model::health::LOCKED_OUT;
use mentiond::store::SourceState;
use sqlx::{Connection as _, Row as _, SqliteConnection};

use crate::common::hostile::{Reply, Server};
use crate::common::notices::at;

/// What the network gives to who logs in.
const SESSION: &str = "session-that-nobody-else-may-see";
/// What it is logged in with, before and after somebody has made a new one.
const PASSWORDS: [&str; 2] = ["app-password-one", "app-password-two"];
/// How long a daemon lives: a poll at once, and two more.
const LIFE: TimeDelta = TimeDelta::minutes(13);

fn reply(status: u16, body: &str) -> Reply {
    let length = body.len();
    Reply::bytes(format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    ))
}

/// A network that lets in whoever logs in as long as it is open.
async fn network(is_open: &Arc<AtomicBool>) -> Server {
    let is_open = Arc::clone(is_open);
    Server::start(move |path| match path.contains("createSession") {
        false => reply(200, r#"{"posts":[]}"#),
        true if is_open.load(Ordering::SeqCst) => {
            let body = format!(r#"{{"accessJwt":"{SESSION}","handle":"acme.example","did":"did:plc:x"}}"#);
            reply(200, &body)
        }
        true => reply(401, r#"{"error":"AuthenticationRequired","message":"Invalid identifier or password"}"#),
    })
    .await
}

/// Logins and searches so far.
fn calls(server: &Server) -> (usize, usize) {
    let requests = server.requests();
    let logins = requests.iter().filter(|request| request.contains("createSession")).count();
    (logins, requests.len() - logins)
}

/// A daemon from its start to its end; answers how it stood with its source.
async fn live(dir: &Path, server: &Server, password: &str, from: Instant) -> SourceState {
    std::fs::write(dir.join("password"), password).unwrap();
    let text = format!(
        "state_dir = \"{0}/state\"\nrecipients = [\"support@skiphop.example\"]\ndigest = []\n\
         [mail]\nfrom = \"mentiond@skiphop.example\"\n[[brand]]\nname = \"Skip Hop\"\n\
         [[source]]\nname = \"sky\"\nkind = \"bluesky\"\nurl = \"{1}\"\nallow_private = true\ninterval = \"5m\"\n\
         account = \"acme.example\"\ntoken_file = \"{0}/password\"\nterms = [\"skip hop\"]\n",
        dir.display(),
        server.url("/")
    );
    let config = config::parse("mentiond.toml", &text, &Env::default()).unwrap();
    let clock = Clock::simulated(from);
    let app = App::start(config, clock.clone()).await.unwrap();
    loop {
        let idle = tokio::time::timeout(Duration::from_secs(60), clock.idle()).await.unwrap();
        match idle.unwrap() {
            next if next <= from + LIFE => clock.advance_to(next),
            _ => break,
        }
    }
    let state = app.store().source_states().await.unwrap().remove(0);
    app.stop().await.unwrap();
    state
}

/// Whether these words stand anywhere in what the daemon keeps.
fn is_kept(dir: &Path, words: &str) -> bool {
    let files = std::fs::read_dir(dir.join("state")).unwrap().map(|file| file.unwrap().path());
    let read: Vec<Vec<u8>> = files.filter(|file| file.is_file()).map(|file| std::fs::read(file).unwrap()).collect();
    assert!(read.iter().any(|bytes| bytes.starts_with(b"SQLite format 3")), "the database is among them");
    read.iter().any(|bytes| bytes.windows(words.len()).any(|window| window == words.as_bytes()))
}

async fn sealed(dir: &Path) -> Option<String> {
    let url = format!("sqlite://{}", dir.join("state/mentiond.db").display());
    let mut raw = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("SELECT session FROM source_state").fetch_one(&mut raw).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_sealed_and_serves_the_next_daemon_as_long_as_it_has_the_key() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let dir = tempfile::tempdir().unwrap();
    let server = network(&Arc::new(AtomicBool::new(true))).await;
    let first = live(dir.path(), &server, PASSWORDS[0], at("2026-11-20T12:00:00Z")).await;
    assert_eq!((calls(&server), first.fault), ((1, 3), None), "one login for three polls");
    assert!(sealed(dir.path()).await.is_some());
    assert!(!is_kept(dir.path(), SESSION) && !is_kept(dir.path(), PASSWORDS[0]), "nothing of it is kept in clear");

    live(dir.path(), &server, PASSWORDS[0], at("2026-11-20T13:00:00Z")).await;
    assert_eq!(calls(&server).0, 1, "the next daemon goes on in the same session");
    let searches = calls(&server).1;
    assert!(searches >= 5, "{searches}");

    let before = sealed(dir.path()).await;
    std::fs::write(dir.path().join("state/hub-key"), "another-key-another-key-another-key-another").unwrap();
    let third = live(dir.path(), &server, PASSWORDS[0], at("2026-11-20T14:00:00Z")).await;
    assert_eq!((calls(&server).0, third.fault), (2, None), "who cannot open the seal logs in anew");
    assert!(calls(&server).1 > searches && sealed(dir.path()).await != before);

    live(dir.path(), &server, PASSWORDS[1], at("2026-11-20T15:00:00Z")).await;
    assert_eq!(calls(&server).0, 3, "another password is another session");
    let logins: Vec<String> = server.bodies().into_iter().filter(|body| !body.is_empty()).collect();
    let with = |password: &str| logins.iter().filter(|body| body.contains(password)).count();
    assert_eq!((with(PASSWORDS[0]), with(PASSWORDS[1])), (2, 1));
    let bearer = format!("authorization: Bearer {SESSION}");
    let searched = server.requests().into_iter().filter(|request| !request.contains("createSession"));
    assert!(searched.into_iter().all(|request| request.contains(&bearer)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_let_in_asks_once_in_a_life_until_somebody_has_mended_it() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let dir = tempfile::tempdir().unwrap();
    let is_open = Arc::new(AtomicBool::new(false));
    let server = network(&is_open).await;
    let first = live(dir.path(), &server, PASSWORDS[0], at("2026-11-20T12:00:00Z")).await;
    assert_eq!(calls(&server), (1, 0), "a password that is not taken is not tried again");
    assert!(first.stopped.as_ref().is_some_and(|why| why.starts_with(LOCKED_OUT)), "{:?}", first.stopped);
    assert_eq!(sealed(dir.path()).await, None);

    let second = live(dir.path(), &server, PASSWORDS[0], at("2026-11-20T13:00:00Z")).await;
    assert_eq!((calls(&server), second.stopped), ((2, 0), first.stopped), "a start tries it once more");

    is_open.store(true, Ordering::SeqCst);
    let third = live(dir.path(), &server, PASSWORDS[0], at("2026-11-20T14:00:00Z")).await;
    assert_eq!((third.stopped, third.fault, third.failures), (None, None, 0), "the network has mended it");
    assert_eq!(calls(&server), (3, 3));

    // The session is not taken any more, and neither is the password; a new one is, which a start finds.
    is_open.store(false, Ordering::SeqCst);
    let before = calls(&server);
    let fourth = live(dir.path(), &server, PASSWORDS[1], at("2026-11-20T15:00:00Z")).await;
    assert!(fourth.stopped.is_some());
    assert_eq!(calls(&server), (before.0 + 1, before.1), "a session of another password is not used");
    is_open.store(true, Ordering::SeqCst);
    let last = live(dir.path(), &server, PASSWORDS[1], at("2026-11-20T16:00:00Z")).await;
    assert_eq!((last.stopped, last.fault), (None, None));
    assert!(calls(&server).1 > before.1);
}
