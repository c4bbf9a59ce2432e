//! `mentiond retry`: dead letters get another chance.
#![expect(clippy::print_stdout, reason = "the count is the command's output")]

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::options::ConfigOption;
use super::status::say_sent;
use super::words::count;
use crate::app::Session;
use crate::clock::Clock;
use crate::telemetry;

/// Tries dead letters again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond retry 12     the dead letter with this number; `mentiond status` lists them
  mentiond retry --all")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    /// The number of a dead letter
    #[arg(required_unless_present = "all")]
    number: Option<i64>,
    /// All of them
    #[arg(long, conflicts_with = "number")]
    all: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let clock = Clock::system();
    let (config, plan) = arguments.config.load_with_plan(&clock)?;
    telemetry::init(&config.log)?;
    let session = Session::open(&config, &plan, &clock).await?;
    let revived = session.store.retry_dead(arguments.number, clock.now()).await?;
    anyhow::ensure!(revived > 0, "there is no such dead letter\n  hint: `mentiond status` lists them");
    println!("{} tried again", count(revived, "dead letter is", "dead letters are"));
    let sent = session.send_due(&config, clock).await?;
    session.store.close().await;
    Ok(if say_sent(&sent) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
