//! A store in a folder of its own, instants that a test chooses, and the things it stores.

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, TimeZone, Utc};
use mentiond::config::{GroupingConfig, HealthConfig, StoreConfig};
use mentiond::model::{
    Author, Cursor, Entry, EntryKey, Gravity, Imprint, Instant, Interval, Judgement, Lanes, Pace, PollFault, Reason,
    Rhythm, SourceKind, Tone, Usage, Validators, Whereabouts,
};
use mentiond::store::{
    Audience, Committed, FoundAlert, FoundEntry, FoundMention, FoundWay, Outcome, PollCommit, Recounted, SourceSetup,
    Store, StoreError,
};
use mentiond::story::Signature;
use sqlx::{Connection, Executor, Row, SqliteConnection};

pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 24 * HOUR;
pub const HOP: &str = "Skip Hop";
pub const ANNA: &str = "anna@skiphop.example";
pub const OLE: &str = "ole@skiphop.example";

/// The folder is removed with it.
pub struct Bed {
    pub dir: tempfile::TempDir,
    pub store: Store,
}

impl Bed {
    pub async fn new() -> Self {
        Self::with_sources(&["blog", "forum"]).await
    }

    pub async fn with_sources(names: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&config(&dir.path().join("mentiond.db").display().to_string())).await.unwrap();
        store.sync_sources(&names.iter().map(|name| setup(name)).collect::<Vec<_>>(), at(0)).await.unwrap();
        Self { dir, store }
    }

    /// The database behind the store's back.
    pub async fn raw(&self) -> SqliteConnection {
        SqliteConnection::connect(&format!("sqlite://{}", self.dir.path().join("mentiond.db").display())).await.unwrap()
    }

    pub async fn execute(&self, sql: &'static str) {
        self.raw().await.execute(sql).await.unwrap();
    }

    /// The first column of the only row.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.raw().await.fetch_one(sql).await.unwrap().get(0)
    }

    pub async fn claim(&self, source: &str, now: Instant) {
        let until = now + TimeDelta::minutes(10);
        self.store.claim_source(source, "me", now, until).await.unwrap().unwrap();
    }

    /// Claims a source and stores what a poll of it brought.
    pub async fn poll(&self, source: &str, entries: Vec<FoundEntry>, now: Instant) -> Committed {
        self.claim(source, now).await;
        self.store.commit_poll(commit(source, entries, now)).await.unwrap()
    }

    /// A poll that could not read the source, or the rest of it.
    pub async fn fail(&self, source: &str, entries: Vec<FoundEntry>, now: Instant) -> Result<Committed, StoreError> {
        self.claim(source, now).await;
        let fault = Some(PollFault::Unreachable("no route to host".to_owned()));
        self.store.commit_poll(PollCommit { fault, ..commit(source, entries, now) }).await
    }

    /// Claims and delivers all that is due.
    pub async fn deliver(&self, now: Instant) -> Vec<mentiond::model::outbox::OutboxMessage> {
        let messages = self.store.claim_outbox("me", now, now + TimeDelta::minutes(15), 100).await.unwrap();
        for message in &messages {
            self.store.mark_sent(message.id, "me", now).await.unwrap();
        }
        messages
    }
}

/// So many seconds after the beginning of all tests.
pub fn at(seconds: i64) -> Instant {
    Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap() + TimeDelta::seconds(seconds)
}

pub fn config(path: &str) -> StoreConfig {
    StoreConfig { url: format!("sqlite://{path}"), keep_entries: Duration::from_secs(30 * 86_400) }
}

pub fn setup(name: &str) -> SourceSetup {
    let (name, host, fingerprint) = (name.to_owned(), format!("{name}.example:443"), "a".to_owned());
    SourceSetup {
        name,
        kind: SourceKind::Feed,
        host,
        fingerprint,
        credential: String::new(),
        wanted: "w".to_owned(),
        interval: Interval::Fixed(Duration::from_secs(900)),
        weight: 1.0,
    }
}

pub fn grouping() -> GroupingConfig {
    GroupingConfig {
        group_wait: Duration::from_secs(30),
        group_interval: Duration::from_secs(300),
        repeat_interval: Some(Duration::from_secs(4 * 3_600)),
        repeat_until: Duration::from_secs(86_400),
    }
}

/// Nobody is told.
pub fn health() -> HealthConfig {
    HealthConfig { recipients: Vec::new(), group_wait: Duration::from_secs(600), slow_after: Duration::from_secs(10) }
}

/// Anna and Ole hear of everything.
pub fn audience() -> Audience {
    let brands = [HOP, "Lego"].map(|brand| (brand.to_owned(), vec![ANNA.to_owned(), OLE.to_owned()])).into();
    Audience { route: String::new(), brands }
}

/// Tests change entries after they have made them, so their imprints are taken here. An entry that mentions other brands
/// though it says the same was read by somebody who looks for others.
pub fn commit(source: &str, entries: Vec<FoundEntry>, now: Instant) -> PollCommit {
    let imprint = |found: &FoundEntry| {
        let wanted: Vec<&str> = found.mentions.iter().map(|mention| mention.brand.as_str()).collect();
        Imprint::of(&found.entry, &wanted.join("\n"))
    };
    let entries = entries.into_iter().map(|found| FoundEntry { imprint: imprint(&found), ..found });
    let entries = entries.collect();
    PollCommit {
        source: source.to_owned(),
        owner: "me".to_owned(),
        entries,
        deleted: Vec::new(),
        closed: Vec::new(),
        recounted: Recounted::default(),
        lost: Vec::new(),
        cursor: Cursor::default(),
        validators: Validators::default(),
        fault: None,
        next_poll_at: now + TimeDelta::minutes(15),
        interval: Duration::from_secs(900),
        moves_to_host: None,
        host_until: None,
        host_gap: Duration::from_secs(1),
        stopped: None,
        rhythm: Rhythm::default(),
        pace: Pace::default(),
        whereabouts: Whereabouts::default(),
        hub: None,
        live_until: None,
        delivered: None,
        took: Duration::from_secs(1),
        suspect: false,
        usage: Usage::default(),
        lanes: Lanes::default(),
        session: None,
        health: Arc::new(health()),
        now,
    }
}

/// An entry that mentions nobody.
pub fn plain(key: &str) -> FoundEntry {
    let mut entry = Entry::new(EntryKey(key.to_owned()));
    entry.title = format!("title of {key}");
    entry.text = format!("text of {key}");
    FoundEntry {
        imprint: Imprint::of(&entry, "w"),
        entry,
        mentions: Vec::new(),
        before: false,
        signature: Signature::default(),
    }
}

/// An entry that mentions a brand.
pub fn said(key: &str, brand: &str, author: &str, score: Option<f64>) -> FoundEntry {
    let mut found = plain(key);
    let name = author.to_owned();
    found.entry.author = (!author.is_empty()).then(|| Author { name, ..Author::default() });
    let tone = match score {
        None => Tone::Unscored,
        Some(score) if score < 0.0 => Tone::Negative,
        Some(score) if score > 0.0 => Tone::Positive,
        Some(_) => Tone::Neutral,
    };
    let reasons = vec![Reason { word: "terrible".to_owned(), weight: -2.0, note: String::new(), place: None }];
    found.mentions.push(FoundMention {
        brand: brand.to_owned(),
        hits: Vec::new(),
        judgement: Judgement { tone, score, language: None, reasons },
        gravity: Gravity::default(),
        outcome: held("no_rule"),
        otherwise: Vec::new(),
    });
    found
}

/// What follows where nothing does.
pub fn held(reason: &str) -> Outcome {
    Outcome { decision: reason.to_owned(), alert: None }
}

/// A complaint that alerts.
pub fn complaint(key: &str, brand: &str, recipients: &[&str]) -> FoundEntry {
    let mut found = said(key, brand, "Kari", Some(-0.5));
    let recipients = recipients.iter().map(|&recipient| recipient.to_owned()).collect();
    let ways = vec![FoundWay { route: String::new(), recipients, grouping: grouping() }];
    let alert = FoundAlert { rule: "complaint".to_owned(), keyword: Some("refund".to_owned()), ways };
    found.mentions[0].outcome = Outcome { decision: "alert".to_owned(), alert: Some(alert) };
    found
}
