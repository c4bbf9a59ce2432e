//! `mentiond demo`: the whole thing at work, offline, in about a minute.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::print::Output;
use super::signals;
use crate::demo;

/// Shows mentiond at work on a small invented world, offline and without credentials.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond demo
  mentiond demo --dir /tmp/skiphop --serve    keeps serving the world and the mails to look at")]
pub struct Arguments {
    /// Where the database and the mails go [default: a new folder under the system's temporary folder]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Go on serving the world and the mails until stopped
    #[arg(long)]
    serve: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let shutdown = signals::listen()?;
    demo::run(arguments.dir, arguments.serve, &mut Output, shutdown).await?;
    Ok(ExitCode::SUCCESS)
}
