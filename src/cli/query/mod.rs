//! `mentiond query`: how an expression is understood, which of its terms are worth having, and what a changed one would
//! find.

mod check;
mod lint;
pub mod read;
mod replay;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

/// Checks queries: how they are read, what their terms find, and what a change would gain and lose.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond query check 'acme (refund OR \"no answer\") -jobs'
  mentiond query lint
  mentiond query replay --since 30d --config changed.toml")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Lint(lint::Arguments),
    Replay(replay::Arguments),
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    match arguments.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Lint(arguments) => lint::run(arguments).await,
        Command::Replay(arguments) => replay::run(arguments).await,
    }
}
