//! One run of the daemon with every kind of source against one mock world, for an hour on an accelerated clock: much is
//! written at once, networks want to be left alone, logins end, streams break off, and the daemon is killed in the middle of
//! it and stays away for a while. What everybody wrote is found once, told once, and no network is asked more than it allows.
//!
//! Sources are asked as often as their kinds are. After the hour nobody writes any more, but the daemon lives on until each
//! of them has been asked once more.

#![expect(clippy::print_stdout, reason = "the table of the run is what people look at")]

mod judge;
mod list;
mod lively;
mod networks;
mod posts;
mod server;
mod setup;
mod troubles;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use mentiond::app::App;
use mentiond::clock::Clock;
use mentiond::config::Config;
use mentiond::demo::{Catcher, Mails};
use mentiond::model::{Instant, SourceKind};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use judge::{Outcome, judge};
use lively::Lively;
use posts::{AWAY, begin, minute};
use server::World;

/// The clock is moved by so many seconds at once.
const STEP: i64 = 5;
/// When the daemon comes back, and when all is over, in minutes.
const BACK: i64 = AWAY + 3;
const END: i64 = 75;
/// Where the run has its files, in the process that trusts the mail server of that place.
const PLACE: &str = "WORLD_PLACE";

#[test]
fn every_kind_is_in_the_world() {
    let all = networks::all();
    for kind in SourceKind::ALL {
        assert!(all.iter().any(|network| network.kind == *kind), "{}", kind.as_str());
    }
}

/// Whom a process trusts is in its environment, so that the run is one of its own.
#[test]
fn an_hour_of_all_networks_with_a_crash_in_the_middle() {
    if let Ok(place) = std::env::var(PLACE) {
        return live(Path::new(&place));
    }
    let dir = tempfile::tempdir().unwrap();
    let mut run = Command::new(std::env::current_exe().unwrap());
    run.args(["--exact", "world::an_hour_of_all_networks_with_a_crash_in_the_middle", "--nocapture"]);
    run.env(PLACE, dir.path()).env("SSL_CERT_FILE", dir.path().join("cert.pem"));
    assert!(run.status().unwrap().success());
}

/// The world, and its time.
struct Scene {
    clock: Clock,
    world: World,
    lively: Lively,
}

impl Scene {
    /// Time goes on to `to`, and whatever happens until then.
    fn advance(&mut self, to: Instant) {
        self.lively.note(&self.world);
        self.lively.happen(&self.world, to);
        self.clock.advance_to(to);
    }

    /// Moves the clock to `end`, stopping wherever somebody has something to do.
    async fn live_until(&mut self, end: Instant) {
        loop {
            let idle = tokio::time::timeout(Duration::from_secs(30), self.clock.idle()).await;
            // Nobody works for so long at one moment, and the daemon has always something to rest for.
            let next = idle.unwrap().unwrap();
            if next > end {
                return self.advance(end);
            }
            self.advance(next.max(self.clock.now() + TimeDelta::seconds(STEP)).min(end));
        }
    }
}

/// Starts the daemon.
fn start(config: Config, clock: &Clock) -> (Runtime, App) {
    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(App::start(config, clock.clone())).unwrap();
    (runtime, app)
}

fn live(dir: &Path) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let began = std::time::Instant::now();
    let clock = Clock::simulated(begin());
    std::fs::create_dir(dir.join("mails")).unwrap();
    let mails = Arc::new(Mails::new(&dir.join("mails"), clock.clone()));
    let outside = Runtime::new().unwrap();
    let (world, lively, catcher) = outside.block_on(async {
        let catcher = Catcher::start(TcpListener::bind("127.0.0.1:0").await.unwrap(), Arc::clone(&mails)).unwrap();
        (World::start(clock.clone()).await, Lively::start(dir).await, catcher)
    });
    let Some(lively) = lively else { return };
    let config = setup::configuration(dir, &world, &lively, catcher.address().port());
    let mut scene = Scene { clock: clock.clone(), world, lively };

    let (runtime, app) = start(config.clone(), &clock);
    runtime.block_on(async {
        let world = scene.world.clone();
        tokio::select! {
            () = world.strikes() => {}
            () = scene.live_until(minute(BACK)) => panic!("nobody asked for a further page"),
        }
        // What has been handed to the mail server is there.
        tokio::time::sleep(Duration::from_millis(300)).await;
    });
    let gone = clock.now();
    runtime.shutdown_timeout(Duration::from_secs(5));
    drop(app);
    scene.advance(minute(BACK));

    let (runtime, app) = start(config.clone(), &clock);
    runtime.block_on(async {
        scene.live_until(minute(END)).await;
        app.stop().await.unwrap();
    });
    scene.lively.note(&scene.world);
    let Scene { world, lively, .. } = &scene;
    let away = (gone, minute(BACK));
    let outcome = Outcome { config: &config, world, lively, mails: &mails, away, end: minute(END) };
    outside.block_on(judge(&outcome, dir));
    let away = (gone - begin()).num_minutes();
    println!("killed after {away} min, back after {BACK}; all took {:.1} s", began.elapsed().as_secs_f64());
}
