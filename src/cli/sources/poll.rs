//! `mentiond sources test`: one poll of a source that need not be configured, shown and forgotten.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, ValueEnum};
use url::Url;

use crate::alert::Rules;
use crate::cli::entries::{self, EntryLine};
use crate::cli::print::{remark, say};
use crate::cli::words::{count, first_of};
use crate::clock::Clock;
use crate::config::{Env, FetchConfig, HealthConfig};
use crate::fetch::{Client, PERMISSION};
use crate::model::kinds::{Address, Asks};
use crate::model::{Source, SourceKind, units};
use crate::pipeline::{Judge, Pipeline};
use crate::sentiment::Scorer;
use crate::store::ClaimedSource;

/// The variable that a token may stand in.
const TOKEN: &str = "MENTIOND_TEST_TOKEN";
/// Most pages that are read.
const PAGES: u32 = 5;

/// Polls a source once and prints its entries; nothing is stored.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond sources test hacker_news --term \"skip hop\"
  mentiond sources test mastodon --url https://mastodon.social --term skiphop
  MENTIOND_TEST_TOKEN=... mentiond sources test x --term \"skip hop\" --depth 1d

A token comes from `--token-file` or from MENTIOND_TEST_TOKEN.
Exit codes: 0 the source was read; 1 it was not, or not all of it.")]
pub(super) struct Arguments {
    /// The kind; `mentiond sources` lists them
    #[arg(value_parser = kind)]
    kind: SourceKind,
    /// Its address, where the kind has none of its own
    #[arg(long)]
    url: Option<Url>,
    /// What to search for, or a tag; several times for several
    #[arg(long = "term", value_name = "TERM")]
    terms: Vec<String>,
    /// Where to look; several times for several
    #[arg(long = "place", value_name = "PLACE")]
    places: Vec<String>,
    /// The name that goes with the token
    #[arg(long)]
    account: Option<String>,
    /// A file that holds the token
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The country whose edition is read, two letters
    #[arg(long)]
    country: Option<String>,
    /// How far back to read
    #[arg(long, default_value = "7d", value_parser = depth)]
    depth: Duration,
    /// Also reach loopback and private addresses
    #[arg(long)]
    allow_private: bool,
    /// For people, or one JSON object per line
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Jsonl,
}

/// Runs the command.
pub(super) async fn run(arguments: Arguments) -> Result<ExitCode> {
    let format = arguments.format;
    let source = source(arguments)?;
    let fetch = FetchConfig::of_environment(&Env::of_process());
    let judge = Judge::new(Vec::new(), Scorer::new(), Rules::new(&[]));
    let pipeline = Pipeline::new(Client::new(&fetch)?, judge, HealthConfig::default(), PAGES, fetch.host_gap);
    let now = Clock::system().now();
    let reading = pipeline.read_source(&source, &ClaimedSource::fresh(&source.name), now).await;
    for entry in &reading.entries {
        match format {
            Format::Table => entries::print_row(entry)?,
            Format::Jsonl => say!("{}", serde_json::to_string(&EntryLine::of(entry, source.kind))?)?,
        }
    }
    remark!("{}: {}", source.kind.as_str(), count(reading.entries.len(), "entry", "entries"));
    first_of(&reading.problems).for_each(|problem| remark!("{problem}"));
    match reading.fault {
        Some(fault) => Err(anyhow!(fault.to_string().replace(PERMISSION, "`--allow-private`"))),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// The source that the arguments describe.
fn source(arguments: Arguments) -> Result<Source> {
    let (kind, profile) = (arguments.kind, arguments.kind.profile());
    let url = match (arguments.url, profile.address) {
        (Some(url), _) => url,
        (None, Address::Known(url)) => Url::parse(url)?,
        (None, Address::Own(example)) => bail!("{} needs `--url`, for instance {example}", profile.name),
    };
    if !profile.address.takes(&url) {
        bail!("{} has no such address\n  hint: `--url` {}", profile.name, example(profile.address));
    }
    let token = match &arguments.token_file {
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| format!("`{}` cannot be read", file.display()))?;
            Some(text.trim_end().to_owned().into())
        }
        None => Env::of_process().get(TOKEN).map(Into::into),
    };
    match profile.asks {
        Asks::Places(places) if arguments.places.is_empty() => {
            bail!("{} needs `--place`: {}, for instance {}", profile.name, places.what, places.example)
        }
        Asks::Terms | Asks::Tags if arguments.terms.is_empty() => bail!("{} needs `--term`", profile.name),
        Asks::TermsInPlaces(_) if arguments.terms.is_empty() && arguments.places.is_empty() => {
            bail!("{} needs `--term`, `--place` or both", profile.name)
        }
        _ => {}
    }
    if let (Some(what), None) = (profile.token.needed(), &token) {
        bail!("{} shows nothing without a token: {what}\n  hint: `--token-file FILE`, or {TOKEN}", profile.name);
    }
    if kind == SourceKind::Json {
        bail!("a JSON API has to be described\n  hint: write it into a configuration, and use `mentiond poll-once`");
    }
    Ok(Source {
        terms: arguments.terms,
        places: arguments.places,
        account: arguments.account,
        country: arguments.country.map(|country| country.to_ascii_lowercase()),
        token,
        allow_private: arguments.allow_private,
        first_poll_depth: arguments.depth,
        ..Source::new(kind.as_str().to_owned(), kind, url)
    })
}

/// What an address of the kind looks like.
fn example(address: Address) -> &'static str {
    let (Address::Known(example) | Address::Own(example)) = address;
    example
}

fn kind(word: &str) -> Result<SourceKind, String> {
    SourceKind::parse(word).ok_or_else(|| "there is no such kind; `mentiond sources` lists them".to_owned())
}

fn depth(text: &str) -> Result<Duration, String> {
    units::duration(text).ok_or_else(|| "write a time like 90m, 12h or 7d".to_owned())
}
