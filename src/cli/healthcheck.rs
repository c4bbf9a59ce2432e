//! `mentiond healthcheck`: is the daemon alive? Reads the heartbeat that `mentiond run` writes into the state directory.

use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use chrono::{SecondsFormat, TimeDelta};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::options::ConfigOption;
use super::print::say;
use crate::clock::Clock;
use crate::model::Instant;
use crate::model::outbox::channel_of;
use crate::model::undelivered::FailedWay;
use crate::pulse::{Pulse, PulseReading};
use crate::store::Trouble;

const FILE: &str = "health.json";
/// A heartbeat older than three missed beats is a dead daemon's.
const FRESH: TimeDelta = TimeDelta::seconds(95);

/// Tells whether the daemon is alive and what it says gets through: exit 0 if so, 1 if not.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond healthcheck
  mentiond healthcheck --config /etc/mentiond/mentiond.toml")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
}

/// What the daemon last said of itself.
#[derive(Debug, Serialize, Deserialize)]
pub struct Health {
    /// When.
    pub at: Instant,
    /// Its process id.
    pub process: u32,
    /// Whether its loops are alive.
    pub pulse: PulseReading,
    /// Why what polls bring cannot be stored, and since when, while that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unstored: Option<(Instant, String)>,
    /// Ways out by which nothing gets through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<FailedWay>,
}

impl Health {
    /// What is true now.
    #[must_use]
    pub fn now(clock: &Clock, pulse: &Pulse, trouble: Option<Trouble>, broken: Vec<FailedWay>) -> Self {
        let at = clock.now();
        let unstored = trouble.map(|trouble| (trouble.since, trouble.error));
        Self { at, process: std::process::id(), pulse: pulse.read(at), unstored, broken }
    }

    /// Writes the heartbeat, whole or not at all.
    ///
    /// # Errors
    /// When the state directory cannot be written.
    pub fn write(&self, state_dir: &Path) -> Result<()> {
        let draft = state_dir.join(format!("{FILE}.new"));
        std::fs::write(&draft, serde_json::to_vec(self)?)?;
        std::fs::rename(&draft, state_dir.join(FILE))?;
        Ok(())
    }

    /// Takes the heartbeat back after an orderly stop.
    pub fn remove(state_dir: &Path) {
        if let Err(error) = std::fs::remove_file(state_dir.join(FILE)) {
            tracing::debug!(%error, "the heartbeat was not removed");
        }
    }

    /// What a daemon last said; `None` where none does or the last one has stopped in order.
    ///
    /// # Errors
    /// When the heartbeat is there but cannot be read.
    pub fn read(state_dir: &Path) -> Result<Option<Self>> {
        let path = state_dir.join(FILE);
        let unread = || format!("the heartbeat `{}` cannot be read", path.display());
        let text = match std::fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.with_context(unread)?,
        };
        serde_json::from_slice(&text).map(Some).with_context(unread)
    }

    /// How long ago it was said.
    pub fn age(&self, now: Instant) -> TimeDelta {
        (now - self.at).max(TimeDelta::zero())
    }

    /// Whether whoever said it is still there.
    pub fn is_fresh(&self, now: Instant) -> bool {
        self.age(now) < FRESH
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let state_dir = arguments.config.load_for_store()?.state_dir;
    let Some(health) = Health::read(&state_dir)? else {
        anyhow::bail!("the daemon is not running: there is no heartbeat in `{}`", state_dir.display());
    };
    let now = Clock::system().now();
    let age = health.age(now).num_seconds();
    anyhow::ensure!(
        health.is_fresh(now),
        "the daemon (process `{}`) has not shown a sign of life for {age} s",
        health.process
    );
    anyhow::ensure!(health.pulse.stuck.is_empty(), "these jobs are stuck: {}", health.pulse.stuck.join(", "));
    anyhow::ensure!(health.broken.is_empty(), "{}", health.broken.iter().map(broken).collect::<Vec<_>>().join("; "));
    say!("alive: process {}, {} jobs, {age} s ago", health.process, health.pulse.loops)?;
    Ok(ExitCode::SUCCESS)
}

/// A way out by which nothing gets through, in words.
pub fn broken(way: &FailedWay) -> String {
    let what = match channel_of(&way.way) {
        Some(name) => format!("nothing gets through by the channel `{name}`"),
        None => "no mail gets through".to_owned(),
    };
    format!("{what} since {}: {}", way.since.to_rfc3339_opts(SecondsFormat::Secs, true), way.error)
}
