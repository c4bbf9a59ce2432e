//! `mentiond ack`: somebody takes care of it, so it is not said again.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::options::{Author, ConfigOption};
use super::print::say;
use super::words::count;
use crate::clock::Clock;
use crate::store::{Selection, Store};

/// Acknowledges alerts: they are not repeated any more.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond ack --mention 17 --by Kari
  mentiond ack --brand \"Skip Hop\"
  mentiond ack --all")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    author: Author,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// The alerts of this mention; its number stands in the mail. Its story is off the digests' list, too
    #[arg(long, value_name = "NUMBER")]
    mention: Option<i64>,
    /// All alerts and the open incident of this brand, and what of it waits in digests
    #[arg(long, value_name = "NAME")]
    brand: Option<String>,
    /// All alerts and open incidents, and all that waits in digests
    #[arg(long)]
    all: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let What { mention, brand, .. } = arguments.what;
    let selection = match (mention, brand) {
        (Some(id), _) => Selection::Mention(id),
        (None, Some(name)) => Selection::Brand(name),
        (None, None) => Selection::All,
    };
    let by = arguments.author.name();
    let now = Clock::system().now();
    let alerts = store.acknowledge(&selection, &by, now).await?;
    let incidents = match &selection {
        Selection::All => store.acknowledge_incidents(None, &by, now).await?,
        Selection::Brand(name) => store.acknowledge_incidents(Some(name), &by, now).await?,
        Selection::Mention(_) => 0,
    };
    // What made no alert waits for an answer in the digests.
    let stories = store.settle(&selection, &by, now).await?;
    store.close().await;
    anyhow::ensure!(
        alerts + incidents + stories > 0,
        "there is no open alert for this\n  hint: `mentiond status` lists them, and digests what else waits for an answer"
    );
    if alerts > 0 {
        say!("{} acknowledged by {by}", count(alerts, "alert is", "alerts are"))?;
    }
    if incidents > 0 {
        say!("{} acknowledged by {by}", count(incidents, "incident is", "incidents are"))?;
    }
    if alerts + incidents == 0 {
        say!("{} acknowledged by {by}", count(stories, "story is", "stories are"))?;
    }
    Ok(ExitCode::SUCCESS)
}
