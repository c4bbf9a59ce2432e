//! How long it takes from the end of a poll until the mail server has accepted the alert: each poll brings one complaint
//! about a brand of its own, with a group wait of 0, at an even rate. The store, the sender's loop and the conversation
//! with the server are the real ones; the server is on loopback and does nothing. Nothing here fails because it is slow;
//! the figures are for people.
//!
//! ```sh
//! cargo bench --bench latency                                # 100 alerts a second for 30 s
//! MENTIOND_BENCH_RATE=200 MENTIOND_BENCH_SECONDS=10 MENTIOND_BENCH_DELAY=50 cargo bench --bench latency
//! ```
//!
//! `MENTIOND_BENCH_DELAY` are milliseconds that the server takes for each answer, `_CONNECTIONS` how many it may be given,
//! `_DIR` where the store is.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark fails by a panic and speaks to whoever runs it"
)]

#[path = "../store/bed.rs"]
#[expect(dead_code, clippy::indexing_slicing, reason = "what tests of the store need besides")]
mod bed;

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mentiond::clock::Clock;
use mentiond::config::{Env, FetchConfig, GroupingConfig, MailConfig, SmtpConfig, SmtpSecurity};
use mentiond::deliver::Channels;
use mentiond::pulse::Pulse;
use mentiond::shutdown::Shutdown;
use mentiond::store::Store;
use mentiond::worker::{Bell, Context, Sender, repeat};

/// When the server accepted the mail to each recipient.
type Accepted = Arc<Mutex<HashMap<String, Vec<Instant>>>>;

fn main() {
    // `cargo test --benches` and its kin only want to know whether it starts.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    let (rate, seconds) = (setting("RATE", 100), setting("SECONDS", 30));
    let (delay, connections) = (Duration::from_millis(setting("DELAY", 0)), setting("CONNECTIONS", 4));
    let alerts = rate * seconds;
    let folder = std::env::var("MENTIOND_BENCH_DIR").unwrap_or_else(|_| env!("CARGO_TARGET_TMPDIR").to_owned());
    let folder = tempfile::tempdir_in(folder).unwrap();
    let store = Store::open(&bed::config(&folder.path().join("m.db").display().to_string())).await.unwrap();
    let names: Vec<String> = (0..alerts).map(|number| format!("source-{number}")).collect();
    let setups: Vec<_> = names.iter().map(|name| bed::setup(name)).collect();
    store.sync_sources(&setups, bed::at(0)).await.unwrap();

    let accepted = Accepted::default();
    let port = serve(Arc::clone(&accepted), delay);
    let (bell, shutdown) = (Bell::default(), Shutdown::new());
    let clock = Clock::system();
    let sender = Sender {
        store: store.clone(),
        channels: Channels::new(&mail(port, connections), &[], &FetchConfig::of_environment(&Env::default())).unwrap(),
        owner: "sender".into(),
        max_attempts: 30,
        pulse: Pulse::default(),
        watcher_bell: Bell::default(),
        stops_at: None,
        clock: clock.clone(),
        shutdown: shutdown.clone(),
    };
    let context = Context { clock: clock.clone(), shutdown: shutdown.clone(), pulse: Pulse::default() };
    let sending = tokio::spawn(repeat(sender, Arc::clone(&bell), context));

    println!(
        "{rate} alerts a second for {seconds} s, answers after {} ms, {connections} connections, {}",
        delay.as_millis(),
        if cfg!(debug_assertions) { "a debug build" } else { "an optimised build" }
    );
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::try_from(rate).unwrap());
    let mut polls = Vec::new();
    let began = Instant::now();
    for (number, source) in names.into_iter().enumerate() {
        ticks.tick().await;
        let (store, bell, now) = (store.clone(), Arc::clone(&bell), clock.now());
        polls.push(tokio::spawn(async move {
            let until = now + chrono::TimeDelta::minutes(10);
            store.claim_source(&source, "me", now, until).await.unwrap().unwrap();
            let recipient = format!("r{number}@skiphop.example");
            let mut found = bed::complaint(&format!("key-{number}"), &format!("Brand {number}"), &[&recipient]);
            for mention in &mut found.mentions {
                for way in mention.outcome.alert.iter_mut().flat_map(|alert| &mut alert.ways) {
                    way.grouping = GroupingConfig { group_wait: Duration::ZERO, ..bed::grouping() };
                }
            }
            let commit = bed::commit(&source, vec![found], now);
            let ended = Instant::now();
            store.commit_poll(commit).await.unwrap();
            bell.notify_one();
            (recipient, ended, ended.elapsed())
        }));
    }
    let mut ends = Vec::new();
    for poll in polls {
        ends.push(poll.await.unwrap());
    }
    let committed = began.elapsed();
    let total = usize::try_from(alerts).unwrap();
    while accepted.lock().unwrap().len() < total && began.elapsed() < Duration::from_secs(seconds * 4 + 60) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    shutdown.cancel();
    bell.notify_one();
    sending.await.unwrap();

    let accepted = accepted.lock().unwrap();
    let doubled = accepted.values().filter(|times| times.len() > 1).count();
    let mut commits: Vec<Duration> = ends.iter().map(|(_, _, took)| *took).collect();
    let mut all: Vec<Duration> = ends
        .iter()
        .filter_map(|(recipient, ended, _)| Some(accepted.get(recipient)?.first()?.duration_since(*ended)))
        .collect();
    assert_eq!((all.len(), doubled), (total, 0), "every alert is accepted once");
    println!("{total} alerts stored in {:.1} s, all accepted once", committed.as_secs_f64());
    tell("of that until it is stored", &mut commits);
    tell("from the end of the poll until accepted", &mut all);
}

fn tell(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: f64| {
        let index = ((times.len() as f64 * share) as usize).min(times.len() - 1);
        times.get(index).map_or(0.0, Duration::as_secs_f64) * 1000.0
    };
    let [half, most, nearly, last] = [0.5, 0.95, 0.99, 1.0].map(at);
    println!("{what}: p50 {half:.1} ms, p95 {most:.1} ms, p99 {nearly:.1} ms, max {last:.1} ms");
}

fn mail(port: u16, connections: u64) -> MailConfig {
    let smtp = SmtpConfig {
        host: "127.0.0.1".to_owned(),
        port,
        security: SmtpSecurity::Plain,
        username: None,
        password: None,
        timeout: Duration::from_secs(60),
        ca_file: None,
        connections: usize::try_from(connections).unwrap(),
        rate: None,
    };
    MailConfig {
        from: "mentiond <mentiond@skiphop.example>".to_owned(),
        smtp: Some(smtp),
        fallbacks: Vec::new(),
        dkim: None,
        dir: "unused".into(),
        max_attempts: 30,
        time_zone: chrono_tz::Tz::UTC,
    }
}

/// A server that accepts everything; a thread for each connection.
fn serve(accepted: Accepted, delay: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let accepted = Arc::clone(&accepted);
            std::thread::spawn(move || converse(&stream, &accepted, delay));
        }
    });
    port
}

/// Ends with the client.
fn converse(stream: &TcpStream, accepted: &Accepted, delay: Duration) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let say = |line: &str| {
        std::thread::sleep(delay);
        (&mut &*stream).write_all(line.as_bytes()).ok()
    };
    say("220 bench\r\n")?;
    let mut lines = BufReader::new(stream).lines();
    let mut recipient = String::new();
    loop {
        let line = lines.next()?.ok()?;
        if let Some(address) = line.strip_prefix("RCPT TO:") {
            recipient = address.trim_matches(['<', '>']).to_owned();
        }
        if line == "DATA" {
            say("354 speak\r\n")?;
            while lines.next()?.ok()? != "." {}
            say("250 queued\r\n")?;
            accepted.lock().unwrap().entry(recipient.clone()).or_default().push(Instant::now());
            continue;
        }
        say("250 fine\r\n")?;
    }
}

fn setting(name: &str, usual: u64) -> u64 {
    let name = format!("MENTIOND_BENCH_{name}");
    std::env::var(&name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}
