//! `mentiond retry`: dead letters get another chance. Sends nothing itself, so it needs no password.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::options::ConfigOption;
use super::print::say;
use super::words::count;
use crate::clock::Clock;
use crate::store::Store;

/// Puts dead letters back among the mails that wait.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond retry 12     the dead letter with this number; `mentiond status` lists them
  mentiond retry --all")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    #[command(flatten)]
    what: What,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// The number of a dead letter
    number: Option<i64>,
    /// All of them
    #[arg(long)]
    all: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let revived = store.retry_dead(arguments.what.number, Clock::system().now()).await?;
    store.close().await;
    anyhow::ensure!(revived > 0, "there is no such dead letter\n  hint: `mentiond status` lists them");
    say!(
        "{} tried again: the running daemon sends {} within five minutes; without one, `mentiond poll-once --send` does",
        count(revived, "dead letter is", "dead letters are"),
        if revived == 1 { "it" } else { "them" }
    )?;
    Ok(ExitCode::SUCCESS)
}
