//! `mentiond dead-letters`: what mentiond gave up on is listed, tried again or dropped. Sends nothing itself, so it needs
//! no password.

use std::process::ExitCode;

use anyhow::Result;
use chrono_tz::Tz;
use clap::{Args, Subcommand};

use super::options::{Author, ConfigOption};
use super::print::say;
use super::words::count;
use crate::clock::Clock;
use crate::model::Instant;
use crate::model::outbox::DeadLetter;
use crate::model::text::one_line;
use crate::store::Store;

/// Most characters of a comment.
const COMMENT: usize = 500;
/// Dead letters listed.
const LISTED: usize = 200;

/// Notices that were given up: lists them, gives them another chance, or drops them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond dead-letters list
  mentiond dead-letters retry 12
  mentiond dead-letters drop 12 --comment \"the address is gone\" --by Kari

What was handed over to whoever stands in (`fallback`) is no dead letter; `mentiond explain` shows it.")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(List),
    Retry(Retry),
    Drop(Drop),
}

/// Lists them, the last one first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond dead-letters list
  mentiond dead-letters list --all     those that were dropped, too")]
struct List {
    #[command(flatten)]
    config: ConfigOption,
    /// Those that somebody dropped, too
    #[arg(long)]
    all: bool,
}

/// Puts dead letters back among the notices that wait.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond dead-letters retry 12     the one with this number
  mentiond dead-letters retry --all")]
struct Retry {
    #[command(flatten)]
    config: ConfigOption,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    author: Author,
}

/// Gives dead letters up for good. They are kept, with who dropped them and when, but told to nobody any more.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond dead-letters drop 12 --comment \"the address is gone\"
  mentiond dead-letters drop --all --by Kari")]
struct Drop {
    #[command(flatten)]
    config: ConfigOption,
    #[command(flatten)]
    which: Which,
    /// Why
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    #[command(flatten)]
    author: Author,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The number of a dead letter
    number: Option<i64>,
    /// All of them
    #[arg(long)]
    all: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    match arguments.command {
        Command::List(arguments) => list(arguments).await,
        Command::Retry(arguments) => retry(arguments).await,
        Command::Drop(arguments) => discard(arguments).await,
    }
}

async fn list(arguments: List) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let letters = store.dead_letters(arguments.all, LISTED).await?;
    store.close().await;
    if letters.is_empty() {
        say!("there is no dead letter")?;
    }
    for letter in &letters {
        say!("{}", line(letter, config.mail.time_zone))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn retry(arguments: Retry) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let by = arguments.author.name();
    let revived = store.retry_dead(arguments.which.number, &by, Clock::system().now()).await?;
    store.close().await;
    found(revived)?;
    say!(
        "{} tried again: the running daemon sends {} within five minutes; without one, `mentiond poll-once --send` does",
        count(revived, "dead letter is", "dead letters are"),
        if revived == 1 { "it" } else { "them" }
    )?;
    Ok(ExitCode::SUCCESS)
}

async fn discard(arguments: Drop) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let by = arguments.author.name();
    let comment = arguments.comment.map(|comment| one_line(&comment, COMMENT)).filter(|comment| !comment.is_empty());
    let now = Clock::system().now();
    let dropped = store.drop_dead(arguments.which.number, &by, comment.as_deref(), now).await?;
    store.close().await;
    found(dropped)?;
    say!("{} dropped by {by}", count(dropped, "dead letter is", "dead letters are"))?;
    Ok(ExitCode::SUCCESS)
}

fn found(number: u64) -> Result<()> {
    anyhow::ensure!(number > 0, "there is no such dead letter\n  hint: `mentiond dead-letters list` shows them");
    Ok(())
}

/// A dead letter, and below it what was done with it.
fn line(letter: &DeadLetter, zone: Tz) -> String {
    let DeadLetter { id, kind, recipient, attempts, error, .. } = letter;
    let (attempts, at) = (count(*attempts, "attempt", "attempts"), time(letter.died_at, zone));
    let end = if letter.dropped { "dropped" } else { "given up" };
    let instead = letter.instead_of.as_ref().map(|other| format!(" instead of {other}")).unwrap_or_default();
    let head = format!("{id:<5} {} to {recipient}{instead}, {attempts}, {end} {at}: {error}", kind.as_str());
    let acts = letter.acts.iter().map(|act| {
        let why = act.comment.as_ref().map(|comment| format!(": {comment}")).unwrap_or_default();
        format!("\n      {} {} by {}{why}", act.act, time(act.at, zone), act.author)
    });
    std::iter::once(head).chain(acts).collect()
}

fn time(at: Instant, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %b %Y, %H:%M %Z").to_string()
}
