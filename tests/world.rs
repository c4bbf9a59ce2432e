//! One run of the daemon with every kind of source against one mock world, for an hour on an accelerated clock, with a crash
//! in the middle of it: what everybody wrote is found once, told once, and no network is asked more than it allows.

#![expect(clippy::print_stdout, reason = "the table of the run is what people look at")]

mod accounts;
mod serve;
mod shapes;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mentiond::app::App;
use mentiond::clock::Clock;
use mentiond::config::{self, Config, Env};
use mentiond::demo::{Catcher, Mails};
use mentiond::model::{Interval, SourceKind};
use serde_json::json;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use serve::World;
use shapes::Post;
use table::{LACKS, NETWORKS};

/// A source with a budget that is spent at once.
const SMALL: &str = "small";
const SMALL_BUDGET: u32 = 2;
/// Posts of each network, and the time between two of them; the last is older than the longest wait for a poll.
const POSTS: usize = 8;
const EVERY: i64 = 5;
/// The clock is moved by so much at once.
const STEP: i64 = 5;

#[test]
fn every_kind_is_in_the_world_or_said_to_be_missing() {
    for kind in SourceKind::ALL {
        let there = NETWORKS.iter().filter(|shape| shape.kind == *kind).count();
        let missing = LACKS.iter().filter(|(lacking, reason)| lacking == kind && !reason.is_empty()).count();
        assert_eq!(there + missing, 1, "{}", kind.as_str());
    }
}

fn begin() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_795_165_200)
}

/// What is written in a network over the hour.
fn posts(network: usize) -> Vec<Post> {
    let post = |index: usize| {
        let minutes = TimeDelta::minutes(2 + EVERY * i64::try_from(index).unwrap());
        let at = begin() + minutes + TimeDelta::seconds(7 * i64::try_from(network).unwrap());
        Post { number: 1_000 + 100 * network + index, at }
    };
    (0..POSTS).map(post).collect()
}

fn write_secrets(dir: &Path) {
    let key = json!({
        "type": "authorized_user",
        "client_id": "100000000000-a.apps.googleusercontent.com",
        "client_secret": "GOCSPX-not-a-secret",
        "refresh_token": "1//0not-a-refresh-token",
        "token_uri": "NETWORK/token",
    });
    std::fs::write(dir.join("google"), key.to_string()).unwrap();
    std::fs::write(dir.join("secret"), "0123456789abcdef").unwrap();
    std::fs::write(dir.join("apple"), apple_key()).unwrap();
}

/// A key as App Store Connect offers it.
fn apple_key() -> String {
    use base64::Engine as _;
    let (algorithm, random) = (&ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING, ring::rand::SystemRandom::new());
    let der = ring::signature::EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let text = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}

fn configuration(dir: &Path, world: &World, smtp: u16) -> Config {
    let key = std::fs::read_to_string(dir.join("google")).unwrap();
    let mut text = format!(
        "state_dir = \"{}\"\nrecipients = [\"support@skiphop.example\"]\ndigest = []\n\
         [mail]\nfrom = \"mentiond@skiphop.example\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = {smtp}\nsecurity = \"plain\"\n\
         [fetch]\nhost_gap = \"0s\"\n[spike]\nenabled = false\n[health]\nrecipients = []\n\
         [alert]\ngroup_wait = \"0s\"\ngroup_interval = \"10s\"\n[[brand]]\nname = \"Skip Hop\"\n",
        dir.join("state").display()
    );
    for (number, (name, shape)) in world.networks().enumerate() {
        let base = world.url(number);
        // What the address of each kind has besides.
        let path = match shape.kind {
            SourceKind::Facebook | SourceKind::Instagram => "/v25.0",
            _ => "",
        };
        let own = dir.join(format!("google-{name}"));
        std::fs::write(&own, key.replace("NETWORK", &base)).unwrap();
        let lines = shape.lines.replace("\"google\"", &format!("\"{}\"", own.display()));
        let lines = ["secret", "apple"].iter().fold(lines, |lines, file| {
            lines.replace(&format!("\"{file}\""), &format!("\"{}\"", dir.join(file).display()))
        });
        let budget = if name == SMALL { format!("calls_per_day = {SMALL_BUDGET}\n") } else { String::new() };
        let interval = if name == SMALL { "1m" } else { "5m" };
        text += &format!(
            "[[source]]\nname = \"{name}\"\nkind = \"{}\"\nurl = \"{base}{path}\"\nallow_private = true\n\
             interval = \"{interval}\"\n{budget}{lines}",
            shape.kind.as_str()
        );
    }
    config::parse("mentiond.toml", &text, &Env::default()).unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

/// Moves the clock to `end`, stopping wherever somebody has something to do.
async fn live_until(clock: &Clock, end: DateTime<Utc>) {
    loop {
        let idle = tokio::time::timeout(Duration::from_secs(30), clock.idle()).await;
        // Nobody works for so long at one moment, and the daemon has always something to rest for.
        let next = idle.unwrap().unwrap();
        if next > end {
            clock.advance_to(end);
            return;
        }
        clock.advance_to(next.max(clock.now() + TimeDelta::seconds(STEP)).min(end));
    }
}

/// What the store has: of each token the source, the copies of the entry, its mentions and its alerts.
async fn stored(dir: &Path) -> BTreeMap<(String, String), [usize; 3]> {
    let url = format!("sqlite://{}", dir.join("state/mentiond.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let sql = "SELECT e.source, e.title || ' ' || e.text, \
               (SELECT count(*) FROM mention m WHERE m.entry_id = e.id), \
               (SELECT count(*) FROM alert a JOIN mention m ON m.id = a.mention_id WHERE m.entry_id = e.id) FROM entry e";
    let mut found = BTreeMap::<_, [usize; 3]>::new();
    for row in sqlx::query(sql).fetch_all(&mut connection).await.unwrap() {
        let number = |column: usize| usize::try_from(row.get::<i64, _>(column)).unwrap();
        for token in tokens(&row.get::<String, _>(1)) {
            let counts = found.entry((row.get(0), token)).or_default();
            let more = [1, number(2), number(3)];
            counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
        }
    }
    found
}

fn tokens(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| word.starts_with("token0")).map(str::to_owned).collect()
}

/// Starts the daemon, lives, and answers it and its runtime, which are still at work.
fn start(dir: &Path, world: &World, smtp: u16, clock: &Clock) -> (Runtime, App) {
    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(App::start(configuration(dir, world, smtp), clock.clone())).unwrap();
    (runtime, app)
}

#[test]
fn an_hour_of_all_networks_with_a_crash_in_the_middle() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let began = std::time::Instant::now();
    let dir = tempfile::tempdir().unwrap();
    let (dir, clock) = (dir.path(), Clock::simulated(begin()));
    std::fs::create_dir(dir.join("mails")).unwrap();
    write_secrets(dir);
    let mails = Arc::new(Mails::new(&dir.join("mails"), clock.clone()));
    let outside = Runtime::new().unwrap();
    let (world, catcher) = outside.block_on(async {
        let catcher = Catcher::start(TcpListener::bind("127.0.0.1:0").await.unwrap(), Arc::clone(&mails)).unwrap();
        (World::start(clock.clone()).await, catcher)
    });
    let smtp = catcher.address().port();

    let (runtime, app) = start(dir, &world, smtp, &clock);
    runtime.block_on(async {
        live_until(&clock, begin() + TimeDelta::minutes(28)).await;
        // The crash comes in the middle of work: when some networks have been asked, and nothing has come to rest.
        let before = world.calls().len();
        while world.calls().len() < before + 3 {
            if let Ok(Some(next)) = tokio::time::timeout(Duration::from_millis(20), clock.idle()).await {
                clock.advance_to(next.max(clock.now() + TimeDelta::seconds(STEP)));
            }
        }
    });
    let crashed = clock.now();
    runtime.shutdown_timeout(Duration::from_secs(5));
    drop(app);

    let (runtime, app) = start(dir, &world, smtp, &clock);
    runtime.block_on(async {
        live_until(&clock, begin() + TimeDelta::hours(1)).await;
        // Mails of the last moment arrive.
        live_until(&clock, begin() + TimeDelta::minutes(62)).await;
        app.stop().await.unwrap();
    });
    let config = configuration(dir, &world, smtp);
    let found = outside.block_on(stored(dir));
    judge(&config, &world, &found, &mails);
    println!(
        "crashed after {} min; all took {:.1} s",
        (crashed - begin()).num_minutes(),
        began.elapsed().as_secs_f64()
    );
}

/// Prints the table and holds that it is as it should be.
fn judge(config: &Config, world: &World, found: &BTreeMap<(String, String), [usize; 3]>, mails: &Mails) {
    let hour = begin() + TimeDelta::hours(1);
    let calls: Vec<_> = world.calls().into_iter().filter(|call| call.at <= hour).collect();
    let mut wrong = Vec::new();
    println!("kind                 calls  polls  most polls  quota/h  posts  stored  doubles  lost  mentions  alerts");
    for (number, (name, _)) in world.networks().enumerate() {
        let source = &config.sources.iter().find(|source| source.value.name == name).unwrap().value;
        let own: Vec<_> = calls.iter().filter(|call| call.network == number).collect();
        let mut polls = BTreeMap::<_, usize>::new();
        own.iter().for_each(|call| *polls.entry(call.at).or_default() += 1);
        let Interval::Fixed(interval) = source.interval else { panic!("{name} has no interval of its own") };
        // One at the beginning, and one after the crash for what it broke off.
        let most = 3_600 / usize::try_from(interval.as_secs()).unwrap() + 2;
        let a_day = source.budget().calls_per_day;
        let largest = polls.values().max().copied().unwrap_or_default();
        let quota = a_day.map(|day| usize::try_from(day.div_ceil(24)).unwrap());
        let counts: Vec<[usize; 3]> = posts(number)
            .iter()
            .map(|post| found.get(&(name.to_owned(), post.token())).copied().unwrap_or_default())
            .collect();
        let sum = |column: usize| counts.iter().map(|counts| counts[column]).sum::<usize>();
        let doubles: usize = counts.iter().map(|counts| counts[0].saturating_sub(1)).sum();
        let lost = counts.iter().filter(|counts| counts[0] == 0).count();
        println!(
            "{name:<20}{:>6}{:>7}{most:>12}{:>9}{:>7}{:>8}{doubles:>9}{lost:>6}{:>10}{:>8}",
            own.len(),
            polls.len(),
            quota.map_or("-".to_owned(), |quota| quota.to_string()),
            counts.len(),
            sum(0),
            sum(1),
            sum(2)
        );
        if name == SMALL {
            let within = (1..=usize::try_from(SMALL_BUDGET).unwrap()).contains(&own.len());
            wrong.extend((!within).then(|| format!("{name}: {} calls", own.len())));
        } else {
            let once = counts.iter().all(|counts| *counts == [1, 1, 1]);
            wrong.extend((!once).then(|| format!("{name}: not each post is found and told once: {counts:?}")));
            wrong.extend((polls.len() > most).then(|| format!("{name}: {} polls", polls.len())));
            let over = quota.is_some_and(|quota| own.len() > quota + 2 * largest);
            wrong.extend(over.then(|| format!("{name}: {} calls are more than its quota", own.len())));
        }
        let unknown: BTreeSet<&String> = own.iter().filter(|call| !call.known).map(|call| &call.asked).collect();
        unknown.iter().take(3).for_each(|asked| println!("    other request: {asked}"));
    }
    let mut told = BTreeMap::<String, usize>::new();
    for mail in mails.all() {
        let raw = std::fs::read_to_string(&mail.eml).unwrap().replace("=\r\n", "");
        tokens(&raw).into_iter().for_each(|token| *told.entry(token).or_default() += 1);
    }
    let alerts: usize = found.values().map(|counts| counts[2]).sum();
    let often: Vec<_> = told.iter().filter(|(_, mails)| **mails > 1).collect();
    println!("{} mails tell of {} posts; {alerts} alerts; in several mails: {often:?}", mails.all().len(), told.len());
    wrong.extend((!often.is_empty() || told.len() != alerts).then(|| "not each alert is mailed once".to_owned()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
