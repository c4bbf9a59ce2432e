//! The real daemon against servers that try to hurt, stall or fool it: for each fault what is stored, how much memory it
//! took at most, and that other sources were read all the while. Prints a table. A name that turns from a public to a
//! private address needs a resolver of our own; that is tested where it is looked up, in `src/fetch/client/tests.rs`.

mod faults;
pub mod secure;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::{Connection, Row, SqliteConnection};

use crate::common::daemon::Daemon;
use crate::common::hostile::{Reply, Server};
use faults::{Fault, Outcome, Way};

/// Most memory that the daemon may have taken at any time against one fault, and against all at once, in MiB.
const MOST_FOR_ONE: u64 = 120;
const MOST_FOR_ALL: u64 = 200;
/// How many daemons run at the same time.
const AT_ONCE: usize = 4;
/// An address of the public internet that is only ever named to the proxy of the test.
const PUBLIC: &str = "http://192.0.1.1";

/// What came of one fault.
struct Seen {
    fault: Option<String>,
    entries: i64,
    longest: i64,
    /// How often the good source was read while this one was.
    meanwhile: usize,
}

fn configure(dir: &Path, server: &Server, faults: &[&Fault]) {
    let source = |name: &str, url: &str, interval: &str, allow_private: bool| {
        format!(
            "[[source]]\nname = \"{name}\"\nkind = \"feed\"\nurl = \"{url}\"\ninterval = \"{interval}\"\n\
             allow_private = {allow_private}\n"
        )
    };
    let bad: String = faults
        .iter()
        .zip(1..)
        .map(|(fault, host)| match &fault.way {
            Way::Http(_) => source(fault.name, server.url_on(host, &format!("/{}", fault.path())).as_str(), "1h", true),
            Way::Public(_) => source(fault.name, &format!("{PUBLIC}/{}", fault.path()), "1h", false),
            Way::Secure(port) => source(fault.name, &format!("https://localhost:{port}/feed"), "1h", true),
        })
        .collect();
    let text = format!(
        "state_dir = \"state\"\nrecipients = [\"support@skiphop.example\"]\ndigest = []\n\
         [fetch]\ntimeout = \"6s\"\nconnect_timeout = \"3s\"\nhead_timeout = \"4s\"\nidle_timeout = \"3s\"\nconcurrency = 64\n\
         host_gap = \"0s\"\n\
         [[brand]]\nname = \"Skip Hop\"\n{}{bad}",
        source("good", server.url("/good").as_str(), "1s", true)
    );
    std::fs::write(dir.join("mentiond.toml"), text).unwrap();
}

fn asked(server: &Server, path: &str) -> usize {
    let first = [format!("GET /{path} "), format!("GET {PUBLIC}/{path} ")];
    server.requests().iter().filter(|request| first.iter().any(|first| request.starts_with(first))).count()
}

/// Runs a daemon against some faults until each has had its outcome and the good source was read again; answers what is
/// stored and the most memory it took, in MiB.
async fn run(faults: &[&Fault]) -> (Vec<Seen>, Option<u64>) {
    let dir = tempfile::tempdir().unwrap();
    let replies: Vec<(String, Reply)> =
        faults.iter().filter_map(|fault| Some((fault.path(), fault.reply()?))).collect();
    let server = Server::start(move |path| {
        let path = path.trim_start_matches(PUBLIC).trim_start_matches('/');
        match replies.iter().find(|(name, _)| path.split('?').next() == Some(name)) {
            Some((_, reply)) => reply.clone(),
            None => Reply::bytes(faults::feed("HTTP/1.1 200 OK\r\n", 1)),
        }
    })
    .await;
    configure(dir.path(), &server, faults);
    let here = "127.0.0.0/8,localhost".to_owned();
    let proxy = [("http_proxy", format!("http://{}", server.address)), ("no_proxy", here)];
    let daemon = Daemon::start_with(dir.path(), &proxy).wait_until_ready();

    let path = format!("sqlite://{}", dir.path().join("state/mentiond.db").display());
    let mut store = SqliteConnection::connect(&path).await.unwrap();
    let mut seen: Vec<Option<Seen>> = faults.iter().map(|_| None).collect();
    let start = Instant::now();
    let mut after = None;
    while after.is_none_or(|after| asked(&server, "good") < after) {
        assert!(start.elapsed() < Duration::from_secs(120), "{}", waiting_for(faults, &seen));
        for (fault, seen) in faults.iter().zip(&mut seen).filter(|(_, seen)| seen.is_none()) {
            *seen = outcome(&mut store, fault.name, &server).await;
        }
        if after.is_none() && seen.iter().all(Option::is_some) {
            after = Some(asked(&server, "good") + 1);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let peak = peak_mib(daemon.id());
    assert_eq!(daemon.stop(), Some(0));
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(log.chars().all(|c| c == '\n' || !c.is_control()), "{log:?}");
    (seen.into_iter().map(Option::unwrap).collect(), peak)
}

fn waiting_for(faults: &[&Fault], seen: &[Option<Seen>]) -> String {
    let waiting = faults.iter().zip(seen).filter(|(_, seen)| seen.is_none()).map(|(fault, _)| fault.name);
    format!("no outcome of {:?}", waiting.collect::<Vec<_>>())
}

async fn outcome(store: &mut SqliteConnection, name: &str, server: &Server) -> Option<Seen> {
    let polled = "SELECT fault FROM source_state WHERE name = $1 AND last_polled_at IS NOT NULL";
    let row = sqlx::query(polled).bind(name).fetch_optional(&mut *store).await.unwrap()?;
    let stored = "SELECT count(*), coalesce(max(length(title) + length(text)), 0) FROM entry WHERE source = $1";
    let entries = sqlx::query(stored).bind(name).fetch_one(&mut *store).await.unwrap();
    let meanwhile = asked(server, "good");
    Some(Seen { fault: row.get(0), entries: entries.get(0), longest: entries.get(1), meanwhile })
}

/// The most memory a process has used so far, where the system tells.
fn peak_mib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn check(fault: &Fault, seen: &Seen) {
    let name = fault.name;
    match &fault.outcome {
        Outcome::Fault(expected) => {
            let said = seen.fault.as_deref().unwrap_or_default();
            assert!(said.contains(expected), "{name}: {:?}", seen.fault);
            assert!(!said.contains("secret") && said.chars().all(|c| c == '\n' || !c.is_control()), "{name}: {said:?}");
            assert_eq!(seen.entries, 0, "{name}");
        }
        Outcome::Entries(expected) => {
            assert_eq!(seen.fault, None, "{name}");
            assert_eq!(seen.entries, *expected, "{name}");
        }
        Outcome::Harmless => assert!(seen.entries <= 1 && seen.longest < 2 << 20, "{name}: {} bytes", seen.longest),
    }
    if fault.slow {
        // Once when the daemon starts, and again while this server takes its time.
        assert!(seen.meanwhile >= 2, "{name}: the good source was read {} times meanwhile", seen.meanwhile);
    }
}

fn line(name: &str, seen: &Seen, peak: Option<u64>) -> String {
    let what = seen
        .fault
        .clone()
        .unwrap_or_else(|| format!("{} entries, the longest of {} bytes", seen.entries, seen.longest));
    let peak = peak.map(|peak| format!("{peak} MiB")).unwrap_or_default();
    format!("| {name} | {} | {peak} | {} |", what.replace('\n', " "), seen.meanwhile)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_has_its_outcome_and_its_bound() {
    let faults = Arc::new(faults::all());
    let mut lines =
        vec!["| fault | outcome | peak | good source read meanwhile |".to_owned(), "|---|---|---|---|".to_owned()];
    let mut worst = 0;
    for part in (0..faults.len()).collect::<Vec<_>>().chunks(AT_ONCE) {
        let runs = part.iter().map(|index| {
            let (faults, index) = (Arc::clone(&faults), *index);
            tokio::spawn(async move { run(&[&faults[index]]).await })
        });
        for (index, ran) in part.iter().zip(runs.collect::<Vec<_>>()) {
            let (seen, peak) = ran.await.unwrap();
            lines.push(line(faults[*index].name, &seen[0], peak));
            eprintln!("{}", lines.last().unwrap());
            check(&faults[*index], &seen[0]);
            worst = worst.max(peak.unwrap_or_default());
        }
    }
    eprintln!("{}", lines.join("\n"));
    assert!(worst <= MOST_FOR_ONE, "{worst} MiB were used");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_faults_at_once_stall_nobody() {
    // A daemon polls twenty sources as soon as it starts; more are spread.
    let faults = faults::all();
    let mut worst = None;
    for part in faults.chunks(19) {
        let (seen, peak) = run(&part.iter().collect::<Vec<_>>()).await;
        for (fault, seen) in part.iter().zip(&seen) {
            eprintln!("{}", line(fault.name, seen, None));
            check(fault, seen);
        }
        worst = worst.max(peak);
    }
    eprintln!("all at once: {worst:?} MiB");
    assert!(worst.unwrap_or_default() <= MOST_FOR_ALL, "{worst:?} MiB were used");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_documents_are_read_one_at_a_time() {
    let crowds = faults::crowds();
    let (_, alone) = run(&[&crowds[0]]).await;
    let (seen, together) = run(&crowds.iter().collect::<Vec<_>>()).await;
    for (fault, seen) in crowds.iter().zip(&seen) {
        check(fault, seen);
    }
    eprintln!("one alone: {alone:?} MiB, four at once: {together:?} MiB");
    assert!(together <= alone.map(|alone| alone * 2), "{alone:?} MiB alone, {together:?} MiB together");
}
