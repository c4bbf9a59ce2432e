//! What it costs to judge short texts: mentiond with the language given and identified, the crate `vader-sentimental`, and
//! Python's vaderSentiment on the same texts, in one run and in one thread, with the allocations of each text.
//! `cargo bench --bench tone`; the texts are read from `../shared/sentiment`, or from the folder that
//! `MENTIOND_BENCH_TEXTS` names (TSV, the text in the last column). vaderSentiment is measured if `target/venv`
//! has it, or the Python that `MENTIOND_BENCH_PYTHON` names.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark fails by a panic and speaks to whoever runs it"
)]

use std::alloc::System;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use mentiond::model::{Entry, EntryKey, Language};
use mentiond::sentiment::{Ask, Scorer, Workspace};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use vader_sentimental::SentimentIntensityAnalyzer;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Texts that are judged.
const TEXTS: usize = 10_000;
/// Their characters.
const SHORTEST: usize = 20;
const LONGEST: usize = 200;
/// How often each scorer judges all texts; the fastest time counts, since noise only ever adds.
const ROUNDS: usize = 15;
/// At least so many times as fast as vaderSentiment with the language given, as the crate, and as vaderSentiment with the
/// language identified.
const BARS: [f64; 3] = [20.0, 3.0, 5.0];

/// Prints the seconds of the fastest of some rounds.
const PYTHON: &str = "
import json, sys, time
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
texts = json.load(open(sys.argv[1], encoding='utf-8'))
analyzer = SentimentIntensityAnalyzer()
best = float('inf')
for _ in range(int(sys.argv[2])):
    started = time.perf_counter()
    for text in texts:
        analyzer.polarity_scores(text)
    best = min(best, time.perf_counter() - started)
print(best)
";

/// The texts of all files in turn, each with the language that its file says.
fn texts() -> Vec<(Language, String)> {
    let folder = std::env::var_os("MENTIOND_BENCH_TEXTS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/sentiment"), PathBuf::from);
    let files = std::fs::read_dir(&folder)
        .unwrap_or_else(|fault| panic!("{}: {fault}; name a folder in MENTIOND_BENCH_TEXTS", folder.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "tsv"));
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        for line in std::fs::read_to_string(&file).unwrap().lines().skip(1) {
            let mut columns = line.split('\t');
            let language = columns.nth(1).and_then(Language::parse).expect("the second column is a language");
            let text = columns.next_back().unwrap_or_default();
            if (SHORTEST..=LONGEST).contains(&text.chars().count()) {
                texts.push((language, text.to_owned()));
            }
        }
    }
    let all = texts.len();
    assert!(all >= TEXTS, "only {all} texts of {SHORTEST} to {LONGEST} characters in {}", folder.display());
    let mut place = 0;
    texts.retain(|_| {
        place += TEXTS;
        (place - TEXTS) / all != place / all
    });
    texts
}

/// What vaderSentiment takes for the texts.
fn python(texts: &[&str]) -> Option<Duration> {
    let python = std::env::var_os("MENTIOND_BENCH_PYTHON")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python"), PathBuf::from);
    let file = std::env::temp_dir().join("mentiond-bench-tone.json");
    std::fs::write(&file, serde_json::to_string(texts).unwrap()).unwrap();
    let output = Command::new(python).args(["-c", PYTHON]).arg(file).arg(ROUNDS.to_string()).output().ok()?;
    let seconds = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    seconds.trim().parse().ok().map(Duration::from_secs_f64)
}

struct Measured<'m> {
    name: &'m str,
    time: Duration,
    allocations: f64,
}

/// The fastest of many rounds, taken in turns, and the allocations of the last.
fn measure<'m>(scorers: &mut [(&'m str, &mut dyn FnMut())]) -> Vec<Measured<'m>> {
    let mut all: Vec<Measured<'m>> =
        scorers.iter().map(|(name, _)| Measured { name, time: Duration::MAX, allocations: 0.0 }).collect();
    for _ in 0..ROUNDS {
        for (measured, (_, scorer)) in all.iter_mut().zip(scorers.iter_mut()) {
            let region = Region::new(ALLOCATOR);
            let started = Instant::now();
            scorer();
            measured.time = started.elapsed().min(measured.time);
            let change = region.change();
            measured.allocations = (change.allocations + change.reallocations) as f64 / TEXTS as f64;
        }
    }
    all
}

fn main() {
    let texts = texts();
    let entries: Vec<Entry> = texts
        .iter()
        .map(|(_, text)| Entry { text: text.clone(), ..Entry::new(EntryKey("bench:1".to_owned())) })
        .collect();
    let plain: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
    let python = python(&plain);
    let scorer = Scorer::new();
    let crate_scorer = SentimentIntensityAnalyzer::new();
    let mut workspaces = [Workspace::default(), Workspace::default(), Workspace::default()];
    let [given, identified, explained] = &mut workspaces;
    let judge_all = |workspace: &mut Workspace, given: bool, reasons: bool| {
        for (entry, (language, _)) in entries.iter().zip(&texts) {
            let ask = Ask { language: given.then_some(language), reasons, brand: None };
            black_box(scorer.judge_in(workspace, black_box(entry), &[], ask));
        }
    };
    let mut measured = measure(&mut [
        ("language given", &mut || judge_all(given, true, false)),
        ("language identified", &mut || judge_all(identified, false, false)),
        ("given, with reasons", &mut || judge_all(explained, true, true)),
        ("vader-sentimental", &mut || {
            for text in &plain {
                black_box(crate_scorer.polarity_scores(black_box(text)));
            }
        }),
    ]);
    if let Some(time) = python {
        measured.push(Measured { name: "vaderSentiment", time, allocations: f64::NAN });
    }
    println!("{:20} {:>10} {:>9} {:>11} {:>9}", "10,000 texts", "texts/s", "us/text", "allocs/text", "slower");
    let fastest = measured.first().map_or(f64::NAN, |first| first.time.as_secs_f64());
    for Measured { name, time, allocations } in &measured {
        let seconds = time.as_secs_f64();
        println!(
            "{name:20} {:10.0} {:9.2} {allocations:11.2} {:9.1}",
            TEXTS as f64 / seconds,
            seconds * 1e6 / TEXTS as f64,
            seconds / fastest
        );
    }
    let time =
        |name| measured.iter().find(|measured| measured.name == name).map(|measured| measured.time.as_secs_f64());
    let pairs = [
        ("vaderSentiment", "language given"),
        ("vader-sentimental", "language given"),
        ("vaderSentiment", "language identified"),
    ];
    for ((slow, fast), bar) in pairs.into_iter().zip(BARS) {
        match time(slow).zip(time(fast)) {
            Some((slower, faster)) => println!("{fast}: {:.1} times as fast as {slow} (bar: {bar})", slower / faster),
            None => println!("{slow} was not measured: target/venv/bin/pip install vaderSentiment"),
        }
    }
}
