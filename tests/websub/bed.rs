//! A daemon on a simulated clock whose only source is a publisher's feed, and what a hub sends to it.

use std::net::SocketAddr;

use chrono::{TimeDelta, TimeZone, Utc};
use hmac::{Hmac, KeyInit, Mac};
use mentiond::app::App;
use mentiond::clock::Clock;
use mentiond::config::{self, Env};
use mentiond::model::Instant;
use mentiond::websub::HubKey;
use secrecy::ExposeSecret;
use sha1::Sha1;
use sqlx::{Connection, Row, SqliteConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::publisher::{Form, Publisher};

pub const PUBLIC: &str = "public_url = \"https://monitor.example/m\"\n";
pub const TOPIC: &str = "https://blog.example/feed";
pub const DAY: i64 = 86_400;

pub fn at(seconds: i64) -> Instant {
    Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap() + TimeDelta::seconds(seconds)
}

/// The folder is removed with it.
pub struct Bed {
    pub dir: tempfile::TempDir,
    pub clock: Clock,
    pub publisher: Publisher,
    app: Option<App>,
}

impl Bed {
    /// A daemon that polls the publisher's feed as `blog`.
    pub async fn new() -> Self {
        let publisher = Publisher::start().await;
        let dir = tempfile::tempdir().unwrap();
        let mut bed = Self { dir, clock: Clock::simulated(at(0)), publisher, app: None };
        bed.start(PUBLIC, "blog").await;
        bed
    }

    /// One whose hub was asked, and has verified that for five days.
    pub async fn live() -> (Self, Form) {
        let bed = Self::new().await;
        let form = bed.asked(1).await;
        assert_eq!(bed.verify(&form, "subscribe", TOPIC, "432000").await.status, 200);
        (bed, form)
    }

    /// Starts the daemon with this in `[web]` and the feed under this name.
    pub async fn start(&mut self, web: &str, source: &str) {
        self.start_with("", web, source, "allow_private = true\n").await;
    }

    /// Starts the daemon with this in `[fetch]`, in `[web]`, as the name and in the table of its source.
    pub async fn start_with(&mut self, fetch: &str, web: &str, name: &str, source: &str) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let text = self.config(fetch, web, name, source);
        let path = self.dir.path().join("mentiond.toml").display().to_string();
        let config = config::parse(&path, &text, &Env::default()).unwrap();
        self.app = Some(App::start(config, self.clock.clone()).await.unwrap());
    }

    /// The configuration of such a daemon.
    pub fn config(&self, fetch: &str, web: &str, name: &str, source: &str) -> String {
        format!(
            "state_dir = \"state\"\ndigest = []\nrecipients = [\"anna@skiphop.example\"]\n\
             [fetch]\nmax_body = \"64 KiB\"\n{fetch}\
             [web]\nlisten = \"127.0.0.1:0\"\n{web}\
             [[brand]]\nname = \"Skip Hop\"\n\
             [[source]]\nname = \"{name}\"\nkind = \"feed\"\n{source}interval = \"15m\"\n\
             url = \"http://127.0.0.1:{}/feed\"\n",
            self.publisher.port
        )
    }

    pub async fn stop(&mut self) {
        self.app.take().unwrap().stop().await.unwrap();
    }

    pub fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    pub fn address(&self) -> SocketAddr {
        self.app().web_address().unwrap()
    }

    /// Lets time run to so many seconds after the beginning, and everything happen that is due until then.
    pub async fn advance(&self, seconds: i64) {
        while let Some(next) = self.clock.idle().await.filter(|next| *next < at(seconds)) {
            self.clock.advance_to(next);
        }
        self.clock.advance_to(at(seconds));
        self.clock.idle().await;
    }

    /// The form of the hub's request of this number.
    pub async fn asked(&self, number: usize) -> Form {
        for _ in 0..2_000 {
            if let Some(form) = self.publisher.forms().into_iter().nth(number - 1) {
                self.clock.idle().await;
                return form;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("the hub was asked {} times", self.publisher.forms().len());
    }

    /// The first column of the only row.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.clock.idle().await;
        let mut raw = self.raw().await;
        sqlx::query(sql).fetch_one(&mut raw).await.unwrap().get(0)
    }

    pub async fn raw(&self) -> SqliteConnection {
        let path = self.dir.path().join("state/mentiond.db");
        SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap()
    }

    /// How the newest subscription stands, and its last error.
    pub async fn state(&self) -> (String, Option<String>) {
        self.clock.idle().await;
        let newest = "SELECT state, last_error FROM subscription ORDER BY id DESC LIMIT 1";
        let row = sqlx::query(newest).fetch_one(&mut self.raw().await).await.unwrap();
        (row.get(0), row.get(1))
    }

    /// Seconds from now to the source's next poll.
    pub async fn next_poll(&self) -> i64 {
        self.clock.idle().await;
        (self.app().store().next_poll_at().await.unwrap().unwrap() - self.clock.now()).num_seconds()
    }

    pub async fn mentions(&self) -> i64 {
        self.number("SELECT count(*) FROM mention").await
    }

    /// The hub verifies, or says that it refuses.
    pub async fn verify(&self, form: &Form, mode: &str, topic: &str, lease: &str) -> Answer {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("hub.mode", mode), ("hub.topic", topic), ("hub.challenge", "c-7f3a91")])
            .extend_pairs([("hub.lease_seconds", lease), ("hub.reason", "policy")])
            .finish();
        self.send("GET", &format!("{}?{query}", path(form)), &[], b"").await
    }

    /// The hub delivers, signed with the secret it was given.
    pub async fn deliver(&self, form: &Form, body: &str) -> Answer {
        let signature = sign(&form["hub.secret"], body.as_bytes());
        self.deliver_with(form, Some(&signature), body.as_bytes()).await
    }

    pub async fn deliver_with(&self, form: &Form, signature: Option<&str>, body: &[u8]) -> Answer {
        let mut headers = vec![("content-type", "application/rss+xml; charset=UTF-8")];
        headers.extend(signature.map(|signature| ("X-Hub-Signature", signature)));
        self.send("POST", &path(form), &headers, body).await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let answer = send(self.address(), method, path, headers, body).await;
        self.clock.idle().await;
        answer
    }

    /// What the daemon signs with, from the file that it keeps for itself.
    pub fn secret(&self, token: &str) -> String {
        let key = std::fs::read_to_string(self.dir.path().join("state/hub-key")).unwrap();
        HubKey::new(&key).unwrap().secret(token).expose_secret().to_owned()
    }
}

/// A signature as most hubs make them.
pub fn sign(secret: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body).finalize();
    let digits: String = mac.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha1={digits}")
}

/// The path of the callback, as a web server in front of the daemon passes it on.
pub fn path(form: &Form) -> String {
    form["hub.callback"].strip_prefix("https://monitor.example/m").unwrap().to_owned()
}

/// What the daemon answers.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

pub async fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server that does not want the body may hang up before it is whole.
    let _ = stream.write_all(body).await;
    receive(stream).await
}

pub async fn receive(mut stream: TcpStream) -> Answer {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}
