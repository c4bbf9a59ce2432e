//! `mentiond migrate`: brings the database to the version of this binary. `mentiond run` does it by itself; this is
//! for those who want it done at a time of their own.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::options::ConfigOption;
use super::print::say;
use crate::store::Store;

/// Brings the database to the version of this mentiond.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond migrate
  mentiond migrate --config /etc/mentiond/mentiond.toml")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let migration = Store::migrate(&config.store).await?;
    if migration.from == migration.to {
        say!("the database is at version {} already", migration.to)?;
    } else {
        say!("the database was brought from version {} to version {}", migration.from, migration.to)?;
    }
    Ok(ExitCode::SUCCESS)
}
