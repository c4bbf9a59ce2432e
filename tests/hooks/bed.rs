//! A daemon on a simulated clock with one source that takes webhooks, and a Graph API that answers as a test wants.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{TimeDelta, TimeZone, Utc};
use hmac::{Hmac, KeyInit, Mac};
use mentiond::app::App;
use mentiond::clock::Clock;
use mentiond::config::{self, Env};
use mentiond::model::Instant;
use serde_json::{Value, json};
use sha2::Sha256;
use sqlx::{Connection, Row, SqliteConnection};

use crate::common::hostile::{Reply, Server};
use crate::websub::bed::{Answer, send};

pub const TOKEN: &str = "EAAB-token-of-the-page";
pub const APP_SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
pub const VERIFY: &str = "meatyhamhock";
pub const DAY: i64 = 86_400;

pub fn at(seconds: i64) -> Instant {
    Utc.with_ymd_and_hms(2026, 11, 20, 8, 0, 0).unwrap() + TimeDelta::seconds(seconds)
}

/// What the network answers to addresses that hold a text, one after the other; the last one stays.
pub type Script = Arc<Mutex<BTreeMap<&'static str, Vec<(u16, Value)>>>>;

/// A Graph API where nothing is, but for the script.
pub async fn graph(script: Script) -> Server {
    Server::start(move |path| {
        let mut script = script.lock().unwrap();
        let known = script.iter_mut().find(|(part, _)| path.contains(**part)).map(|(_, answers)| answers);
        let (status, body) = match known {
            Some(answers) if answers.len() > 1 => answers.remove(0),
            Some(answers) => answers[0].clone(),
            None => (200, json!({ "data": [] })),
        };
        let body = body.to_string();
        let length = body.len();
        let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        Reply::bytes(head + &body)
    })
    .await
}

/// The folder is removed with it.
pub struct Bed {
    pub dir: tempfile::TempDir,
    pub clock: Clock,
    pub graph: Server,
    pub script: Script,
    pub app: App,
}

impl Bed {
    /// With the source `meta` of this kind.
    pub async fn new(kind: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let script = Script::default();
        let graph = graph(Arc::clone(&script)).await;
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("quiet-token"), "another-token").unwrap();
        let text = configuration(kind, &graph, "127.0.0.1:0");
        let path = dir.path().join("mentiond.toml").display().to_string();
        let env = Env(secrets().into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        let config = config::parse(&path, &text, &env).unwrap();
        let clock = Clock::simulated(at(0));
        let app = App::start(config, clock.clone()).await.unwrap();
        let bed = Self { dir, clock, graph, script, app };
        bed.advance(1).await;
        bed
    }

    pub fn answers(&self, part: &'static str, answers: &[(u16, Value)]) {
        self.script.lock().unwrap().insert(part, answers.to_vec());
    }

    /// Requests whose address holds this.
    pub fn asked(&self, part: &str) -> usize {
        self.graph.requests().iter().filter(|head| head.lines().next().unwrap().contains(part)).count()
    }

    /// Lets time run to so many seconds after the beginning, and everything happen that is due until then.
    pub async fn advance(&self, seconds: i64) {
        while let Some(next) = self.clock.idle().await.filter(|next| *next < at(seconds)) {
            self.clock.advance_to(next);
        }
        self.clock.advance_to(at(seconds));
        self.clock.idle().await;
    }

    /// Meta sends, signed.
    pub async fn sent(&self, body: &str) -> u16 {
        self.post("/hook/meta", &[("X-Hub-Signature-256", &sign(APP_SECRET, body.as_bytes()))], body.as_bytes())
            .await
            .status
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send("POST", path, headers, body).await
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let answer = send(self.app.web_address().unwrap(), method, path, headers, body).await;
        self.clock.idle().await;
        answer
    }

    /// The first column of the only row.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.clock.idle().await;
        sqlx::query(sql).fetch_one(&mut self.raw().await).await.unwrap().get(0)
    }

    pub async fn raw(&self) -> SqliteConnection {
        let path = self.dir.path().join("state/mentiond.db");
        SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap()
    }

    /// Entries, mentions, alerts and documents that wait.
    pub async fn counts(&self) -> [i64; 4] {
        let mut counts = [0; 4];
        for (count, sql) in counts.iter_mut().zip([
            "SELECT count(*) FROM entry",
            "SELECT count(*) FROM mention",
            "SELECT count(*) FROM alert",
            "SELECT count(*) FROM delivered_document",
        ]) {
            *count = self.number(sql).await;
        }
        counts
    }
}

/// The secrets as variables.
pub fn secrets() -> Vec<(&'static str, String)> {
    vec![
        ("MENTIOND_SOURCE_META_TOKEN", TOKEN.to_owned()),
        ("MENTIOND_SOURCE_META_WEBHOOK_SECRET", APP_SECRET.to_owned()),
        ("MENTIOND_SOURCE_META_VERIFY_TOKEN", VERIFY.to_owned()),
    ]
}

/// A daemon that listens there; it asks once a day, or once an hour, so that what comes first, comes by webhook.
pub fn configuration(kind: &str, graph: &Server, listen: &str) -> String {
    let (place, interval) = if kind == "facebook" { ("104857600123456", "1h") } else { ("17841405309211844", "1d") };
    format!(
        "state_dir = \"state\"\ndigest = []\nrecipients = [\"anna@skiphop.example\"]\n\
         [fetch]\nmax_body = \"64 KiB\"\nhost_gap = \"0s\"\n\
         [web]\nlisten = \"{listen}\"\npublic_url = \"https://monitor.example/m\"\n\
         [[brand]]\nname = \"Skip Hop\"\n\
         [[source]]\nname = \"meta\"\nkind = \"{kind}\"\nallow_private = true\ninterval = \"{interval}\"\n\
         places = [\"{place}\"]\nurl = \"{}\"\n\
         [[source]]\nname = \"quiet\"\nkind = \"{kind}\"\nallow_private = true\ninterval = \"1d\"\n\
         token_file = \"quiet-token\"\nplaces = [\"1\"]\nurl = \"{}\"\n",
        graph.url("/v25.0"),
        graph.url_on(9, "/v25.0"),
    )
}

/// A signature as Meta makes it.
pub fn sign(secret: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body).finalize();
    let digits: String = mac.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}

/// A comment that mentions the account, as it is sent at this second.
pub fn mention(comment: &str, time: i64) -> String {
    let value = json!({ "media_id": "17887498072083520", "comment_id": comment });
    let changes = json!([{ "field": "mentions", "value": value }]);
    let entry = json!([{ "id": "17841405309211844", "time": time, "changes": changes }]);
    json!({ "object": "instagram", "entry": entry }).to_string()
}

/// What the network shows of such a comment.
pub fn comment(id: &str, text: &str) -> Value {
    let media = json!({ "id": "17887498072083520", "permalink": "https://www.instagram.com/p/DRabc123xyz/" });
    let comment = json!({ "id": id, "text": text, "timestamp": "2026-11-20T07:59:00+0000", "like_count": 2,
        "media": media });
    json!({ "mentioned_comment": comment, "id": "17841405309211844" })
}

pub const COMPLAINT: &str = "@skiphop the Skip Hop bag broke after a week, terrible quality, never again";
