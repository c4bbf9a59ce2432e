//! How many polls a second the real daemon does, and what one costs with an empty store and with a million entries.
//! 10,000 feeds on 5,000 addresses of loopback are polled as fast as the daemon can: once so that every answer is 304, and
//! once so that every poll brings three new entries. Nothing here fails because it is slow; the figures are for people.
//!
//! ```sh
//! cargo bench --bench polls                                   # about four minutes; it wants both cores for itself
//! MENTIOND_BENCH_SECONDS=30 MENTIOND_BENCH_ENTRIES=100000 cargo bench --bench polls
//! ```
//!
//! `MENTIOND_BENCH_FEEDS`, `_ADDRESSES`, `_CONCURRENCY`, `_SECONDS`, `_ENTRIES`, `_ROUNDS` and `_DIR` change what is
//! measured. CPU seconds per poll are those of the daemon alone, and hardly depend on what else the machine does.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a benchmark fails by a panic and speaks to whoever runs it"
)]

mod daemon;
mod process;
mod responder;
mod store;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use daemon::Daemon;
use responder::{Answers, Responder};

/// What is measured.
struct Bench {
    feeds: usize,
    addresses: usize,
    concurrency: usize,
    seconds: u64,
    entries: usize,
}

/// What one poll cost.
#[derive(Clone, Copy)]
struct Cost {
    polls: f64,
    wall: f64,
    cpu: f64,
}

fn main() {
    // `cargo test --benches` and its kin only want to know whether it starts.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let bench = Bench {
        feeds: setting("FEEDS", 10_000),
        addresses: setting("ADDRESSES", 5_000),
        concurrency: setting("CONCURRENCY", 64),
        seconds: setting("SECONDS", 10) as u64,
        entries: setting("ENTRIES", 1_000_000),
    };
    println!(
        "{} feeds on {} addresses, {} polls at the same time, {} s each; load of the machine: {}",
        bench.feeds,
        bench.addresses,
        bench.concurrency,
        bench.seconds,
        process::load()
    );
    let folder = std::env::var("MENTIOND_BENCH_DIR").unwrap_or_else(|_| env!("CARGO_TARGET_TMPDIR").to_owned());
    let folder = tempfile::tempdir_in(folder).unwrap();
    let filled = folder.path().join("filled");
    let started = Instant::now();
    store::fill(&filled, bench.entries, bench.feeds);
    println!("a store of {} entries was written in {:.1} s\n", bench.entries, started.elapsed().as_secs_f64());

    let responder = Arc::new(Responder::start(bench.feeds));
    println!(
        "{:<9} {:<8} {:>8} {:>8} {:>10} {:>10} {:>8} {:>8} {:>7}",
        "answer", "store", "polls/s", "commit/s", "CPU µs", "server µs", "MiB", "peak MiB", "idle %"
    );
    for answers in [Answers::Unchanged, Answers::New] {
        let mut costs = [Vec::new(), Vec::new()];
        for round in 0..setting("ROUNDS", 2) {
            for (store, costs) in [None, Some(filled.as_path())].into_iter().zip(&mut costs) {
                let state = folder.path().join(format!("{answers:?}-{round}-{}", store.is_some()));
                costs.push(measure(&bench, &responder, answers, &state, store));
                std::fs::remove_dir_all(&state).unwrap();
            }
        }
        let [empty, full] = costs.map(|costs| mean(&costs));
        println!(
            "  a poll with {} entries in the store costs {:.3} times the CPU and {:.3} times the time of one with none\n",
            bench.entries,
            full.cpu / empty.cpu,
            full.wall / empty.wall
        );
    }
}

/// Runs the daemon on a fresh state, or one that was filled, and prints what its polls cost.
fn measure(bench: &Bench, responder: &Responder, answers: Answers, state: &Path, filled: Option<&Path>) -> Cost {
    std::fs::create_dir_all(state.join("state")).unwrap();
    if let Some(filled) = filled {
        std::fs::copy(filled.join("mentiond.db"), state.join("state/mentiond.db")).unwrap();
    }
    let before = filled.map_or(0, |_| bench.entries as u64);
    responder.begin(answers);
    daemon::configure(state, responder.port, bench.feeds, bench.addresses, bench.concurrency);
    let daemon = Daemon::start(state);
    // Every feed is read once in full before anything is measured.
    while responder.feeds_read() < bench.feeds as u64 {
        std::thread::sleep(Duration::from_millis(50));
        assert!(daemon.is_alive(), "the daemon has ended; see {}", state.join("log").display());
    }
    std::thread::sleep(Duration::from_secs(2));

    let (polls, cpu, own, commits) = (responder.polls(), daemon.cpu(), process::cpu("self"), daemon.commits());
    let started = Instant::now();
    std::thread::sleep(Duration::from_secs(bench.seconds));
    let wall = started.elapsed().as_secs_f64();
    let polls = (responder.polls() - polls) as f64;
    let cost = Cost { polls, wall: wall / polls, cpu: (daemon.cpu() - cpu) / polls };
    let own = process::cpu("self") - own;
    let commits = f64::from(daemon.commits().wrapping_sub(commits)) / wall;
    let (resident, peak) = daemon.memory();
    let idle = 1.0 - (cost.cpu * polls + own) / wall / process::cores();
    daemon.stop();
    store::check(&state.join("state/mentiond.db"), before + responder.entries_shown(), bench.feeds);
    println!(
        "{:<9} {:<8} {:>8.0} {:>8.0} {:>10.0} {:>10.0} {:>8.1} {:>8.1} {:>7.0}",
        format!("{answers:?}"),
        if filled.is_some() { "filled" } else { "empty" },
        1.0 / cost.wall,
        commits,
        cost.cpu * 1e6,
        own / polls * 1e6,
        resident,
        peak,
        idle * 100.0
    );
    cost
}

/// Over all polls of several rounds.
fn mean(costs: &[Cost]) -> Cost {
    let polls: f64 = costs.iter().map(|cost| cost.polls).sum();
    let over = |part: fn(&Cost) -> f64| costs.iter().map(|cost| part(cost) * cost.polls).sum::<f64>() / polls;
    Cost { polls, wall: over(|cost| cost.wall), cpu: over(|cost| cost.cpu) }
}

fn setting(name: &str, usual: usize) -> usize {
    std::env::var(format!("MENTIOND_BENCH_{name}")).map_or(usual, |given| given.parse().unwrap())
}
