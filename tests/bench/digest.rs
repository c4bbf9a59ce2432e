//! How long a digest over a million mentions takes, and how much memory. On Linux.
//!
//!     cargo bench --bench digest [-- MENTIONS]
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
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use chrono::{TimeDelta, TimeZone as _, Utc};
use mentiond::config::{DigestConfig, StoreConfig, WhenQuiet};
use mentiond::digest::{Period, Schedule};
use mentiond::model::Instant;
use mentiond::model::hash::sha256_number;
use mentiond::report::{DigestPlan, Reported};
use mentiond::store::Store;
use sqlx::{Connection as _, SqliteConnection};

const BRANDS: [&str; 5] = ["Acme", "Bolt", "Crest", "Dune", "Elm"];
const DAYS: i64 = 30;
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

/// Every fifth mention is a copy; a tenth of the month before is there as well, to compare with.
async fn fill(file: &Path, mentions: i64) {
    Store::open(&config(file)).await.unwrap().close().await;
    let mut database = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    for setting in ["PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -200000"] {
        sqlx::query(setting).execute(&mut database).await.unwrap();
    }
    let (mut numbers, mut last, mut story) = (Numbers(7), BTreeMap::new(), 0_i64);
    let earlier = mentions / 10;
    let mut tx = database.begin().await.unwrap();
    for id in 1..=earlier + mentions {
        let month = TimeDelta::days(DAYS).num_milliseconds();
        let offset = if id <= earlier {
            month * (id - earlier - 1) / earlier
        } else {
            1 + month * (id - earlier - 1) / mentions
        };
        let at = begin().timestamp_millis() + offset;
        let brand = BRANDS[numbers.below(BRANDS.len())];
        let (source, author) = (format!("source {}", numbers.below(200)), format!("author {}", numbers.below(100_000)));
        let (tone, score) = TONES[numbers.below(TONES.len())];
        let tags = if id % 4 == 0 { format!("[\"tag{}\"]", numbers.below(500)) } else { "[]".to_owned() };
        sqlx::query(
            "INSERT INTO entry (id, key, source, url, title, author_name, author_identity, published_at, tags, found_at, \
             seen_at, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id)
        .bind(format!("feed:{source}:{id}"))
        .bind(&source)
        .bind(format!("https://{}.example/{id}", source.replace(' ', "-")))
        .bind(numbers.text(8))
        .bind(&author)
        .bind(&author)
        .bind(at)
        .bind(tags)
        .bind(at)
        .bind(at)
        .bind(numbers.text(60))
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query("INSERT INTO sighting (key, source, entry_id, content, judged, found_at, seen_at) VALUES (?, ?, ?, 'c', 'j', ?, ?)")
            .bind(format!("feed:{source}:{id}"))
            .bind(&source)
            .bind(id)
            .bind(at)
            .bind(at)
            .execute(&mut *tx)
            .await
            .unwrap();
        let copied = last.get(brand).copied().filter(|_| id % 5 == 4);
        if copied.is_none() {
            story += 1;
        }
        sqlx::query(
            "INSERT INTO mention (id, entry_id, brand, found_at, tone, score, language, decision, story_id, author, engagement, \
             ruled_tone, hits, reasons, severity, concerns) \
             VALUES (?, ?, ?, ?, ?, ?, 'en', 'no_rule', ?, ?, ?, ?, '[]', '[]', 'info', '[]')",
        )
        .bind(id)
        .bind(id)
        .bind(brand)
        .bind(at)
        .bind(tone)
        .bind((tone != "unscored").then_some(score))
        .bind(copied.unwrap_or(story))
        .bind(sha256_number(&author))
        .bind((id % 10 == 0).then(|| i64::try_from(numbers.below(900)).unwrap()))
        .bind(tone)
        .execute(&mut *tx)
        .await
        .unwrap();
        if copied.is_none() {
            last.insert(brand, story);
            sqlx::query("INSERT INTO story (id, brand, first_mention_id, started_at) VALUES (?, ?, ?, ?)")
                .bind(story)
                .bind(brand)
                .bind(id)
                .bind(at)
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        if id % 50_000 == 0 {
            tx.commit().await.unwrap();
            tx = database.begin().await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    sqlx::query("ANALYZE").execute(&mut database).await.unwrap();
    database.close().await.unwrap();
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
    println!("{mentions:>9} mentions {stories:>9} stories {seconds:>6.2} s {:>6.0} MiB", most_memory());
    store.close().await;
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
    let file = folder.path().join("mentiond.db");
    let watch = Stopwatch::now();
    fill(&file, mentions).await;
    println!("filled in {:.0} s, {} MiB", watch.elapsed().as_secs_f64(), std::fs::metadata(&file).unwrap().len() >> 20);
    for _ in 0..3 {
        Command::new(std::env::current_exe().unwrap()).arg("--compose").arg(&file).status().unwrap();
    }
}
