//! `mentiond silence`: alerts are held for a while, by whom and why, and summed up when that is over.

use std::process::ExitCode;

use anyhow::{Result, bail};
use chrono_tz::Tz;
use clap::{Args, Subcommand};

use super::options::{Author, ConfigOption, argument_fault, named};
use super::print::{remark, say};
use super::query::read::pointed;
use super::words::count;
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::model::hold::{Silence, SilenceScope};
use crate::model::text::one_line;
use crate::model::{Instant, suggest};
use crate::store::{Ending, NewSilence, Store};

mod end;

/// Most characters of a comment.
const COMMENT: usize = 500;
/// Silences listed.
const LISTED: usize = 100;

/// Holds alerts for a while; what was held is summed up in one mail when that is over.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond silence add --brand \"Skip Hop\" --for 2h --comment \"the shop moves\" --by Kari
  mentiond silence list
  mentiond silence end 3")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    List(List),
    End(End),
}

/// Makes a silence. Alerts that it matches are held, also those that wait to be sent; urgent ones only with --urgent.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond silence add --brand \"Skip Hop\" --for 2h --comment \"the shop moves\" --by Kari
  mentiond silence add --query 'strike lang:de' --until 18:00 --comment \"we know of it\"
  mentiond silence add --query 'source:\"Noisy forum\"' --until \"2026-12-01 08:00\" --comment spam --urgent

Times are those of the `time_zone` of the configuration, unless one ends with Z or +01:00. An alert is
held whose brand and mention match all that is given; the query may ask for tone:, severity:, source:
and all else that a rule may ask for. While an incident of a brand goes on, a silence with --query
keeps the alerts that it matches out of the mails of the incident, but does not hold these mails; one
without --query does. The stories that drive an incident are shown all the same.")]
struct Add {
    #[command(flatten)]
    config: ConfigOption,
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    end: EndOption,
    /// Why
    #[arg(long, value_name = "TEXT")]
    comment: String,
    #[command(flatten)]
    author: Author,
    /// Holds alerts of severity `urgent` too
    #[arg(long)]
    urgent: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Scope {
    /// Alerts whose mention this expression finds
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    query: Option<String>,
    /// Alerts of this brand
    #[arg(long, value_name = "NAME")]
    brand: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct EndOption {
    /// Until when: `18:00`, `2026-12-01 08:00` or `2026-12-01T08:00:00+01:00`
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// For how long: `2h`, `3d`
    #[arg(long = "for", value_name = "TIME")]
    length: Option<String>,
}

/// Lists the silences that hold alerts now.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond silence list
  mentiond silence list --all     those that are over, too")]
struct List {
    #[command(flatten)]
    config: ConfigOption,
    /// Those that are over, too, the last one first
    #[arg(long)]
    all: bool,
}

/// Ends a silence before its time; what it held is summed up within a minute.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond silence end 3
  mentiond silence end 3 --by Kari")]
struct End {
    #[command(flatten)]
    config: ConfigOption,
    /// The number of the silence
    silence: i64,
    #[command(flatten)]
    author: Author,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let now = Clock::system().now();
    match arguments.command {
        Command::Add(arguments) => add(arguments, now).await,
        Command::List(arguments) => list(arguments, now).await,
        Command::End(arguments) => end(arguments, now).await,
    }
}

async fn add(arguments: Add, now: Instant) -> Result<ExitCode> {
    let Add { config, scope: Scope { query, brand }, end, comment, author, urgent } = arguments;
    let config = config.load_for_store()?;
    let zone = config.mail.time_zone;
    let ends_at = match (&end.until, &end.length) {
        (Some(until), _) => end::until(until, zone, now).map_err(|wrong| wrong.of("--until"))?,
        (None, length) => end::after(length.as_deref().unwrap_or_default(), now).map_err(|wrong| wrong.of("--for"))?,
    };
    let comment = one_line(&comment, COMMENT);
    if comment.is_empty() {
        let hint = "say why, for those who miss the alerts".to_owned();
        return Err(argument_fault("--comment", "the comment is empty".to_owned(), hint).into());
    }
    if let Some(brand) = &brand {
        known(brand, &config)?;
    }
    if let Some(expression) = &query
        && let Err(fault) = app::peace(&config).read(expression)
    {
        remark!("{}", pointed(expression, &fault));
        return Ok(ExitCode::from(2));
    }
    let author = author.name();
    let scope = SilenceScope { brand, query, urgent };
    let store = Store::open_existing(&config.store).await?;
    let new = NewSilence { scope: &scope, ends_at, author: &author, comment: &comment };
    let id = store.add_silence(new, now).await?;
    store.close().await;
    say!("silence {id} holds {} until {}", words(&scope), time(ends_at, zone))?;
    say!("what it holds is summed up in one mail then, or after `mentiond silence end {id}`")?;
    Ok(ExitCode::SUCCESS)
}

fn known(brand: &str, config: &Config) -> Result<()> {
    let names = || config.brands.iter().map(|located| located.value.name.as_str());
    if names().any(|name| name == brand) {
        return Ok(());
    }
    let hint = match suggest::nearest(brand, names()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the configuration has {}", named(names())),
    };
    Err(argument_fault("--brand", format!("there is no brand `{brand}`"), hint).into())
}

async fn list(arguments: List, now: Instant) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let silences = store.silences((!arguments.all).then_some(now), LISTED).await?;
    store.close().await;
    if silences.is_empty() {
        say!("there is no silence{}", if arguments.all { "" } else { " now" })?;
    }
    let peace = app::peace(&config);
    for (silence, held) in &silences {
        say!("{}", line(silence, *held, config.mail.time_zone, now))?;
        if let Some(fault) = silence.scope.query.as_deref().and_then(|expression| peace.read(expression).err()) {
            say!("      its query cannot be read any more, so it holds nothing: {}", fault.message)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn end(arguments: End, now: Instant) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let by = arguments.author.name();
    let ending = store.end_silence(arguments.silence, &by, now).await?;
    store.close().await;
    let number = arguments.silence;
    match ending {
        Ending::Done(_, 0) => say!("silence {number} ended by {by}; it held nothing")?,
        Ending::Done(_, held) => {
            let held = count(held, "alert that it held is", "alerts that it held are");
            say!("silence {number} ended by {by}; {held} summed up within a minute, unless something else holds them")?;
        }
        Ending::Over(silence) => {
            let when = time(silence.end(), config.mail.time_zone);
            bail!(
                "silence `{number}` was over {when}\n  hint: `mentiond silence list` shows those that hold alerts now"
            );
        }
        Ending::NoSilence => {
            bail!("there is no silence `{number}`\n  hint: `mentiond silence list --all` shows their numbers");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A silence in a line.
fn line(silence: &Silence, held: u64, zone: Tz, now: Instant) -> String {
    let Silence { id, scope, author, comment, .. } = silence;
    let until = match &silence.ended {
        Some((at, by)) => format!("ended {} by {by}", time(*at, zone)),
        None if silence.is_active(now) => format!("until {}", time(silence.ends_at, zone)),
        None => format!("ended {}", time(silence.ends_at, zone)),
    };
    let holds = if held > 0 { format!("; holds {}", count(held, "alert", "alerts")) } else { String::new() };
    format!("{id:<5} {} {until}, by {author}: {comment}{holds}", words(scope))
}

/// Which alerts are meant.
fn words(scope: &SilenceScope) -> String {
    let of = scope.brand.as_ref().map(|brand| format!(" of {brand}")).unwrap_or_default();
    let query = scope.query.as_ref().map(|query| format!(" that `{query}` finds")).unwrap_or_default();
    let urgent = if scope.urgent { ", urgent ones too," } else { " that are not urgent" };
    format!("alerts{of}{query}{urgent}")
}

fn time(at: Instant, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %b %Y, %H:%M %Z").to_string()
}
