//! How long a digest over a million mentions takes, and how much memory. On Linux.
//!
//!     cargo bench --bench digest [-- MENTIONS]
//!     cargo bench --bench digest -- [MENTIONS] --keep FILE      # fills FILE only where there is none yet
//!
//! Fills a store as polls would have: five brands in a month, a fifth of the mentions copies, and a tenth as many in the
//! month before, to compare with. The digest of the month is composed in a process of its own, so that its memory is its
//! own. Nothing here fails because it is slow; the figures are for people.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails by a panic and speaks to whoever runs it"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use chrono::{TimeDelta, TimeZone as _, Utc};
use mentiond::config::{DigestConfig, StoreConfig, WhenQuiet};
use mentiond::digest::{Period, Schedule};
use mentiond::model::hash::{sha256_hex, sha256_number};
use mentiond::model::incident::{IncidentCount, IncidentCounts, IncidentEvidence, IncidentKind, Talk};
use mentiond::model::{Instant, Interval, SourceKind};
use mentiond::report::{DigestPlan, Reported};
use mentiond::store::{SourceSetup, Store};
use sqlx::{Connection as _, QueryBuilder, Sqlite, SqliteConnection};

const BRANDS: [&str; 5] = ["Acme", "Bolt", "Crest", "Dune", "Elm"];
const DAYS: i64 = 30;
const HOUR: i64 = 3_600_000;
const SOURCES: usize = 200;
/// Mentions that are written by one statement.
const CHUNK: i64 = 1_000;
const HITS: &str =
    r#"[{"term":"acme","field":"title","start":12,"end":16},{"term":"acme","field":"text","start":80,"end":84}]"#;
const REASONS: &str = r#"[{"word":"broke","weight":-1.4,"note":"","place":{"field":"text","start":12,"end":17}},{"word":"late","weight":-0.8,"note":"","place":{"field":"text","start":90,"end":94}}]"#;
const WORDS: [&str; 40] = [
    "stroller", "strap", "broke", "refund", "happy", "great", "terrible", "service", "wheel", "buckle", "recall",
    "shop", "order", "late", "nobody", "answers", "love", "bag", "colour", "price", "support", "delivery", "warranty",
    "seat", "harness", "walk", "trip", "child", "morning", "photo", "zip", "pocket", "bottle", "school", "winter",
    "rain", "blue", "heavy", "light", "simple",
];
const TONES: [(&str, f64); 7] = [
    ("negative", -0.5),
    ("neutral", 0.0),
    ("neutral", 0.1),
    ("neutral", 0.0),
    ("positive", 0.4),
    ("positive", 0.7),
    ("unscored", 0.0),
];

/// A small generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn text(&mut self, words: usize) -> String {
        (0..words).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }
}

fn begin() -> Instant {
    Utc.with_ymd_and_hms(2026, 10, 1, 6, 0, 0).unwrap()
}

fn config(file: &Path) -> StoreConfig {
    StoreConfig { url: format!("sqlite://{}", file.display()), keep_entries: Duration::from_secs(90 * 86_400) }
}

/// One mention, as it is written down in all the tables.
struct Told {
    id: i64,
    at: i64,
    brand: &'static str,
    source: String,
    author: String,
    title: String,
    text: String,
    tags: String,
    tone: &'static str,
    score: Option<f64>,
    engagement: Option<i64>,
    story: i64,
    /// Whether it is the first of its story.
    leads: bool,
}

impl Told {
    fn key(&self) -> String {
        format!("feed:{}:{}", self.source, self.id)
    }

    /// Of two complaints in three somebody has taken care.
    fn answered_at(&self) -> Option<i64> {
        (self.tone == "negative" && self.story % 3 != 0).then_some(self.at + HOUR)
    }
}

/// Tells mentions in the order of time. Every fifth one is a copy; a tenth of those of the month are in the month before.
struct Teller {
    numbers: Numbers,
    last: BTreeMap<&'static str, i64>,
    story: i64,
    mentions: i64,
    earlier: i64,
}

impl Teller {
    fn tell(&mut self, id: i64) -> Told {
        let month = TimeDelta::days(DAYS).num_milliseconds();
        let offset = if id <= self.earlier {
            month * (id - self.earlier - 1) / self.earlier
        } else {
            1 + month * (id - self.earlier - 1) / self.mentions
        };
        let numbers = &mut self.numbers;
        let brand = BRANDS[numbers.below(BRANDS.len())];
        let copied = self.last.get(brand).copied().filter(|_| id % 5 == 4);
        if copied.is_none() {
            self.story += 1;
            self.last.insert(brand, self.story);
        }
        let (tone, score) = TONES[numbers.below(TONES.len())];
        Told {
            id,
            at: begin().timestamp_millis() + offset,
            brand,
            source: format!("source {}", numbers.below(SOURCES)),
            author: format!("author {}", numbers.below(100_000)),
            title: numbers.text(8),
            text: numbers.text(60),
            tags: if id % 4 == 0 { format!("[\"tag{}\"]", numbers.below(500)) } else { "[]".to_owned() },
            tone,
            score: (tone != "unscored").then_some(score),
            engagement: (id % 10 == 0).then(|| i64::try_from(numbers.below(900)).unwrap()),
            story: copied.unwrap_or(self.story),
            leads: copied.is_none(),
        }
    }
}

/// Fills the store, many rows a statement: one by one a million would take an hour.
async fn fill(file: &Path, mentions: i64) {
    let store = Store::open(&config(file)).await.unwrap();
    let sources: Vec<SourceSetup> = (0..SOURCES).map(|number| setup(&format!("source {number}"))).collect();
    store.sync_sources(&sources, begin() - TimeDelta::days(DAYS)).await.unwrap();
    store.close().await;
    let mut database = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    for setting in ["PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -400000"] {
        sqlx::query(setting).execute(&mut database).await.unwrap();
    }
    let earlier = mentions / 10;
    let mut teller = Teller { numbers: Numbers(7), last: BTreeMap::new(), story: 0, mentions, earlier };
    let mut next = 1;
    while next <= earlier + mentions {
        let mut tx = database.begin().await.unwrap();
        for _ in 0..50 {
            let end = (next + CHUNK).min(earlier + mentions + 1);
            let told: Vec<Told> = (next..end).map(|id| teller.tell(id)).collect();
            next = end;
            if !told.is_empty() {
                write(&mut tx, &told).await;
            }
        }
        tx.commit().await.unwrap();
    }
    let of_the_rest = [
        // Every other complaint was alerted, and of those of which nobody has said that he takes care every fourth is
        // acknowledged all the same.
        "INSERT INTO alert (mention_id, brand, rule, created_at, acknowledged_at, acknowledged_by) \
         SELECT m.id, m.brand, 'negative', m.found_at, CASE WHEN t.answered_at > 0 OR t.id % 4 = 0 THEN m.found_at + 1 END, \
         'anna' FROM mention m JOIN story t ON t.id = m.story_id WHERE m.tone = 'negative' AND m.leads = 1 AND m.id % 2 = 0",
        "INSERT INTO spike_watch (brand, since) SELECT brand, min(found_at) FROM mention GROUP BY brand",
        "UPDATE source_state SET last_read_at = (SELECT max(found_at) FROM mention)",
    ];
    for sql in of_the_rest {
        sqlx::query(sql).execute(&mut database).await.unwrap();
    }
    for brand in BRANDS {
        incidents(&mut database, brand).await;
    }
    sqlx::query("ANALYZE").execute(&mut database).await.unwrap();
    database.close().await.unwrap();
}

/// Writes mentions with their entries and stories, in the order in which a poll does.
async fn write(database: &mut SqliteConnection, all: &[Told]) {
    let mut entry = QueryBuilder::<Sqlite>::new(
        "INSERT INTO entry (id, key, source, url, title, author_name, author_identity, published_at, tags, found_at, \
         seen_at, text) ",
    );
    entry.push_values(all, |mut row, told| {
        row.push_bind(told.id).push_bind(told.key()).push_bind(&told.source);
        row.push_bind(format!("https://{}.example/{}", told.source.replace(' ', "-"), told.id));
        row.push_bind(&told.title).push_bind(&told.author).push_bind(&told.author).push_bind(told.at);
        row.push_bind(&told.tags).push_bind(told.at).push_bind(told.at).push_bind(&told.text);
    });
    let mut sighting = QueryBuilder::<Sqlite>::new(
        "INSERT INTO sighting (key, source, entry_id, content, judged, found_at, seen_at) ",
    );
    sighting.push_values(all, |mut row, told| {
        row.push_bind(told.key()).push_bind(&told.source).push_bind(told.id);
        row.push_bind(sha256_hex(["content", &told.text], 12)).push_bind(sha256_hex(["judged", &told.text], 12));
        row.push_bind(told.at).push_bind(told.at);
    });
    let mut mention = QueryBuilder::<Sqlite>::new(
        "INSERT INTO mention (id, entry_id, brand, found_at, tone, score, language, decision, story_id, author, engagement, \
         ruled_tone, ruled_score, text_key, hits, reasons, severity, concerns) ",
    );
    mention.push_values(all, |mut row, told| {
        row.push_bind(told.id).push_bind(told.id).push_bind(told.brand).push_bind(told.at).push_bind(told.tone);
        row.push_bind(told.score).push_bind("en").push_bind("no_rule").push_bind(told.story);
        row.push_bind(sha256_number(&told.author))
            .push_bind(told.engagement)
            .push_bind(told.tone)
            .push_bind(told.score);
        row.push_bind(sha256_hex(["text", &told.text], 12))
            .push_bind(HITS)
            .push_bind(REASONS)
            .push_bind("info")
            .push_bind("[]");
    });
    for mut rows in [entry, sighting, mention] {
        rows.build().execute(&mut *database).await.unwrap();
    }
    // The trigger of `story` marks the mentions that lead.
    let mut story = QueryBuilder::<Sqlite>::new(
        "INSERT INTO story (id, brand, first_mention_id, started_at, answered_at, answered_by) ",
    );
    story.push_values(all.iter().filter(|told| told.leads), |mut row, told| {
        let answered_at = told.answered_at();
        row.push_bind(told.story).push_bind(told.brand).push_bind(told.id).push_bind(told.at);
        row.push_bind(answered_at).push_bind(answered_at.map(|_| "anna"));
    });
    story.build().execute(&mut *database).await.unwrap();
}

/// Four of a brand that are over, and one that goes on.
async fn incidents(database: &mut SqliteConnection, brand: &str) {
    for number in 0..5 {
        let onset = begin() + TimeDelta::days(1 + number * 6);
        let first: Option<i64> = sqlx::query_scalar(
            "SELECT min(id) FROM mention WHERE brand = ? AND tone = 'negative' AND leads = 1 AND found_at >= ?",
        )
        .bind(brand)
        .bind(onset.timestamp_millis())
        .fetch_one(&mut *database)
        .await
        .unwrap();
        let evidence = IncidentEvidence {
            at: onset + TimeDelta::hours(1),
            onset,
            first,
            window_hours: 1,
            counts: IncidentCounts {
                negative_stories: IncidentCount { observed: 40, expected: 11.5, log10_tail: -9.0 },
                ..IncidentCounts::default()
            },
            talk: Talk::Negative,
            faster: false,
            negative: 120,
            authors: 90,
            top_author_share: 0.1,
            kind: IncidentKind::BroadWave,
            stories: first.into_iter().collect(),
        };
        let ended_at = (number < 4).then(|| (onset + TimeDelta::hours(6)).timestamp_millis());
        sqlx::query(
            "INSERT INTO incident (brand, onset, found_at, told_at, told, ended_at, ending, evidence, notice) \
             VALUES (?, ?, ?, ?, 1, ?, ?, ?, '{}')",
        )
        .bind(brand)
        .bind(onset.timestamp_millis())
        .bind(evidence.at.timestamp_millis())
        .bind(evidence.at.timestamp_millis())
        .bind(ended_at)
        .bind(ended_at.map(|_| "calm"))
        .bind(serde_json::to_string(&evidence).unwrap())
        .execute(&mut *database)
        .await
        .unwrap();
    }
}

fn setup(name: &str) -> SourceSetup {
    SourceSetup {
        name: name.to_owned(),
        kind: SourceKind::Feed,
        host: format!("{}.example", name.replace(' ', "-")),
        fingerprint: "f".to_owned(),
        credential: String::new(),
        wanted: "w".to_owned(),
        interval: Interval::Fixed(Duration::from_secs(3_600)),
        weight: 1.0,
    }
}

/// Composes the digest of the month and renders it; what was told.
async fn compose(file: &Path) {
    let store = Store::open(&config(file)).await.unwrap();
    let brands: Vec<String> = BRANDS.iter().map(|&brand| brand.to_owned()).collect();
    let reported = |name: &String| {
        let competitors = brands.iter().filter(|other| *other != name).cloned().collect();
        (name.clone(), Reported { competitors, own_words: vec![name.clone()] })
    };
    let config = DigestConfig {
        name: "monthly".to_owned(),
        schedule: "0 6 1 * *".to_owned(),
        time_zone: chrono_tz::Tz::UTC,
        query: None,
        brands: Vec::new(),
        recipients: vec!["anna@x.example".to_owned()],
        max_mentions: 50,
        when_quiet: WhenQuiet::Short,
    };
    let plan = DigestPlan {
        schedule: Schedule::parse(&config.schedule, config.time_zone, begin()).unwrap(),
        audience: vec![("anna@x.example".to_owned(), brands.clone())],
        brands: Arc::new(brands.iter().map(reported).collect()),
        config,
    };
    let period = Period { from: begin(), to: begin() + TimeDelta::days(DAYS), catches_up: false };
    let watch = Stopwatch::now();
    let notices = plan.notices(&store, period).await.unwrap();
    let seconds = watch.elapsed().as_secs_f64();
    let counts = notices[0].1.brands.iter().map(|report| report.metrics.counts);
    let (mentions, stories) = counts.fold((0, 0), |sum, counts| (sum.0 + counts.mentions, sum.1 + counts.stories));
    let (cpu, memory) = (cpu_seconds(), most_memory());
    println!("{mentions:>9} mentions {stories:>9} stories {seconds:>6.2} s {cpu:>6.2} s of CPU {memory:>6.0} MiB");
    store.close().await;
}

/// What this process has used of the processors; it hardly depends on what else the machine does.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    ticks.map(|ticks| ticks.parse::<f64>().unwrap_or_default()).sum::<f64>() / 100.0
}

/// MiB that this process has had in memory at most.
fn most_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    most.and_then(|kilobytes| kilobytes.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo test --benches` and its kin only want to know whether it starts.
    if arguments.iter().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    if let Some(file) = arguments.iter().skip_while(|argument| *argument != "--compose").nth(1) {
        return compose(Path::new(file)).await;
    }
    let mentions = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let kept = arguments.iter().skip_while(|argument| *argument != "--keep").nth(1).map(PathBuf::from);
    let file = kept.unwrap_or_else(|| folder.path().join("mentiond.db"));
    if !file.exists() {
        let watch = Stopwatch::now();
        fill(&file, mentions).await;
        let mebibytes = std::fs::metadata(&file).unwrap().len() >> 20;
        println!("filled in {:.0} s, {mebibytes} MiB", watch.elapsed().as_secs_f64());
    }
    for _ in 0..3 {
        Command::new(std::env::current_exe().unwrap()).arg("--compose").arg(&file).status().unwrap();
    }
}
