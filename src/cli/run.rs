//! `mentiond run`: the daemon.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use super::healthcheck::Health;
use super::options::{ConfigOption, Need};
use super::print::remark;
use super::signals;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{self, Config, Env};
use crate::deliver::Channel;
use crate::shutdown::{Shutdown, unless_stopped};
use crate::telemetry;

/// How often the heartbeat is written.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// Runs the daemon until SIGTERM or SIGINT; a second signal quits at once.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond run --config /etc/mentiond/mentiond.toml
  mentiond run --brand \"Skip Hop\"    without a configuration: public sources, mails as files")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    /// Watch this brand without a configuration: public sources that need no key; may be given several times
    #[arg(long, value_name = "NAME", conflicts_with = "config")]
    brand: Vec<String>,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let config = if arguments.brand.is_empty() {
        arguments.config.load_with_plan(Need::Everything, &Clock::system())?.0
    } else {
        config::without_file(&arguments.brand, &Env::of_process())?
    };
    telemetry::init(&config.log)?;
    let shutdown = signals::listen()?;
    if !arguments.brand.is_empty() {
        explain(&config)?;
    }
    let state_dir = config.state_dir.clone();
    let (brands, sources) = (config.brands.len(), config.sources.len());
    let fallback_after = config.deliver.fallback_after;
    let app = App::start(config, Clock::system()).await?;
    notify(&[sd_notify::NotifyState::Ready]);
    tracing::info!(
        brands.configured = brands,
        sources.configured = sources,
        daemon.version = env!("CARGO_PKG_VERSION"),
        "mentiond is ready"
    );

    beat(&app, &state_dir, fallback_after, &shutdown).await;

    notify(&[sd_notify::NotifyState::Stopping]);
    app.stop().await?;
    Health::remove(&state_dir);
    tracing::info!("mentiond has stopped");
    Ok(ExitCode::SUCCESS)
}

/// Writes the heartbeat and feeds systemd's watchdog until the stop is asked for. A stuck loop starves the watchdog.
async fn beat(app: &App, state_dir: &Path, fallback_after: Duration, shutdown: &Shutdown) {
    let clock = Clock::system();
    let interval = sd_notify::watchdog_enabled().map_or(HEARTBEAT, |limit| (limit / 3).min(HEARTBEAT));
    let mut ticks = tokio::time::interval(interval);
    while unless_stopped(shutdown, ticks.tick()).await.is_some() {
        // A store that cannot be read is told by its own fault.
        let broken = app.store().broken_ways(fallback_after, clock.now()).await.unwrap_or_default();
        let health = Health::now(&clock, app.pulse(), app.store().trouble(), broken);
        if let Err(error) = health.write(state_dir) {
            tracing::error!(%error, "the heartbeat cannot be written");
        }
        if health.pulse.stuck.is_empty() {
            notify(&[sd_notify::NotifyState::Watchdog]);
        } else {
            tracing::error!(jobs.stuck = health.pulse.stuck.join(", "), "a job is stuck");
        }
    }
}

fn notify(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "the service manager cannot be told");
    }
}

fn explain(config: &Config) -> Result<()> {
    let names = |names: Vec<&str>| names.join(", ");
    let brands = names(config.brands.iter().map(|brand| brand.value.name.as_str()).collect());
    let sources = names(config.sources.iter().map(|source| source.value.name.as_str()).collect());
    remark!("Watching {brands} without a configuration.");
    remark!("  sources  {sources}");
    remark!("  store    {}", config.store.url);
    remark!("  mails    {}", Channel::new(&config.mail)?.describe());
    remark!("Stop with Ctrl-C. For real mail and more sources, write a `mentiond.toml` (see `config/mentiond.toml`).");
    Ok(())
}
