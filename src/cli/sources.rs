//! `mentiond sources`: the kinds of sources with what each sees and needs, how the configured ones stand, and one polled
//! for a try. Stores nothing.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};

use super::options::ConfigOption;
use super::status;
use crate::clock::Clock;
use crate::store::Store;

mod given;
mod kinds;
mod poll;

/// Lists the kinds of sources with what each sees, needs and allows.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond sources                              what mentiond can listen to
  mentiond sources --format markdown            the same as a table for documents
  mentiond sources status                       the configured sources: health, polls, budgets
  mentiond sources test lemmy --url https://lemmy.world --term \"skip hop\"
  mentiond sources test app_store --place de/284882215 --format jsonl
  mentiond sources test --source \"Our forum\"     one of the configured sources")]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// For people, or a table in Markdown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows how the configured sources stand: health, last poll, next poll, what is left of their budgets
    #[command(after_help = "\
Examples:
  mentiond sources status
  mentiond sources status --config /etc/mentiond/mentiond.toml")]
    Status(ConfigOption),
    Test(Box<poll::Arguments>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Markdown,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    match arguments.command {
        None if arguments.format == Format::Markdown => kinds::print_table()?,
        None => kinds::print()?,
        Some(Command::Test(arguments)) => return poll::run(*arguments).await,
        Some(Command::Status(option)) => {
            let config = option.load_for_store()?;
            let store = Store::open_existing(&config.store).await?;
            status::show_sources(&store, &config, Clock::system().now()).await?;
            store.close().await;
        }
    }
    Ok(ExitCode::SUCCESS)
}
