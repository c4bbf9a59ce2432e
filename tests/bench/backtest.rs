//! How long a million events take through `mentiond backtest`, and how much memory. On Linux.
//!
//!     cargo bench --bench backtest [-- EVENTS]
//!
//! The streams are seeded, over 90 days with the hours of the day, and hold bursts: of one brand, of fifty, of fifty with
//! texts, and of a thousand. Nothing here fails because it is slow; the figures are for people.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails by a panic and speaks to whoever runs it"
)]

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, TimeZone as _, Utc};

const DAYS: usize = 90;
const TEXTS: [&str; 6] = [
    "I waited two weeks for an answer and nobody replied, what a terrible company this is",
    "Heute habe ich das neue Modell gekauft und bin bisher sehr zufrieden damit",
    "The new colours look nice, I may get the green one for my sister",
    "Never again, I want my refund now and a word of apology",
    "Aksjen steg etter at selskapet la frem tallene for tredje kvartal",
    "A battery caught fire in the hands of my neighbour and burned two fingers",
];

/// Numbers that are the same in each run (a linear congruential generator with the constants of MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Writes so many events; one in two hundred belongs to one of a few bursts of complaints.
fn write(file: &Path, events: usize, brands: usize, texts: bool) {
    let mut numbers = Numbers(42);
    let mut times: Vec<(usize, bool)> = (0..events)
        .map(|number| {
            let day = numbers.below(DAYS) * 86_400;
            if number % 200 == 0 {
                return ((numbers.below(9) * 10 + 9) * 86_400 + 43_200 + numbers.below(20_000), true);
            }
            // The sum of three is more often in the middle of the day.
            (day + (0..3).map(|_| numbers.below(28_800)).sum::<usize>(), false)
        })
        .collect();
    times.sort_unstable();
    let begin = Utc.with_ymd_and_hms(2026, 1, 5, 0, 0, 0).unwrap();
    let mut output = BufWriter::new(File::create(file).unwrap());
    for (seconds, burst) in times {
        let at = (begin + TimeDelta::seconds(i64::try_from(seconds).unwrap())).format("%Y-%m-%dT%H:%M:%SZ");
        let (brand, author) = (numbers.below(brands), numbers.below(20_000));
        let (tone, score) = match numbers.below(6) {
            _ if burst => ("negative", -80),
            0 => ("negative", -10 - i32::try_from(numbers.below(90)).unwrap()),
            1 | 2 => ("positive", 40),
            _ => ("neutral", 0),
        };
        let text = if texts { format!(",\"text\":\"{}\"", TEXTS[numbers.below(TEXTS.len())]) } else { String::new() };
        let score = f64::from(score) / 100.0;
        writeln!(
            output,
            "{{\"at\":\"{at}\",\"brand\":\"Brand {brand}\",\"tone\":\"{tone}\",\"author\":\"a{author}\",\"score\":{score}{text}}}"
        )
        .unwrap();
    }
    output.flush().unwrap();
}

/// Seconds, MiB at most, and notices.
fn replay(file: &Path, notices: &Path) -> (f64, f64, usize) {
    let began = Instant::now();
    let mut process = Command::new(env!("CARGO_BIN_EXE_mentiond"))
        .env_remove("MENTIOND_CONFIG")
        .args(["backtest", "--events"])
        .arg(file)
        .stdout(File::create(notices).unwrap())
        .stderr(Stdio::null())
        .current_dir(file.parent().unwrap())
        .spawn()
        .unwrap();
    let mut most = 0.0_f64;
    let status = loop {
        if let Some(status) = process.try_wait().unwrap() {
            break status;
        }
        most = most.max(resident(process.id()));
        std::thread::sleep(Duration::from_millis(20));
    };
    let seconds = began.elapsed().as_secs_f64();
    assert!(status.success());
    (seconds, most, std::fs::read_to_string(notices).unwrap().lines().count())
}

/// MiB in memory.
fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    most.and_then(|kilobytes| kilobytes.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

fn main() {
    // `cargo test --benches` and its kin only want to know whether it starts.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let events = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let (file, notices) = (folder.path().join("events.jsonl"), folder.path().join("notices.jsonl"));
    println!("{:<28} {:>9} {:>8} {:>8} {:>9}", "stream", "events", "seconds", "MiB", "notices");
    for (name, brands, texts) in [
        ("one brand", 1, false),
        ("fifty brands", 50, false),
        ("fifty, with texts", 50, true),
        ("a thousand", 1_000, false),
    ] {
        write(&file, events, brands, texts);
        let (seconds, most, told) = replay(&file, &notices);
        println!("{name:<28} {events:>9} {seconds:>8.1} {most:>8.0} {told:>9}");
    }
}
