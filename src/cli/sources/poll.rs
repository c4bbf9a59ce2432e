//! `mentiond sources test`: one poll of a source, configured or not, shown and forgotten. Never opens the store.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};

use super::given::Given;
use crate::alert::Rules;
use crate::cli::entries::{self, EntryLine};
use crate::cli::options::{ConfigOption, argument_fault};
use crate::cli::print::{remark, say};
use crate::cli::words::{MORE, count, first_of};
use crate::clock::Clock;
use crate::config::{Env, Faults, FetchConfig, HealthConfig};
use crate::fetch::{Client, PERMISSION};
use crate::model::{Source, units};
use crate::pipeline::{Judge, Pipeline};
use crate::sentiment::Scorer;
use crate::source::asks_for_terms;
use crate::store::ClaimedSource;

/// Most pages that are read of a term or place.
const PAGES: u32 = 5;
/// How far back is read where nobody says it.
const USUAL: Duration = Duration::from_secs(7 * 86_400);
/// The longest time that a configuration takes, too.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// Polls a source once and prints its entries; nothing is stored. At most five pages of each term or place are read.
#[derive(Debug, Args)]
#[command(
    override_usage = "\
mentiond sources test [OPTIONS] <KIND>
       mentiond sources test [OPTIONS] --source <NAME>",
    after_help = "\
Examples:
  mentiond sources test hacker_news --term \"skip hop\"
  mentiond sources test mastodon --url https://mastodon.social --term skiphop
  mentiond sources test gdelt --term \"skip hop\" --language de
  MENTIOND_TEST_TOKEN=... mentiond sources test x --term \"skip hop\" --depth 1d
  mentiond sources test --source \"Our forum\"     a source of the configuration, `json` as well

A token comes from `--token-file` or from MENTIOND_TEST_TOKEN, that of a configured source from where
it says. What is asked for a try costs what it costs, but does not count in the budget of a
configured source.

Exit codes: 0 the source was read; 1 it was not, or not all of it; 2 faults in the configuration or
the arguments."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    given: Given,
    /// The source with this name of the configuration, as it stands there
    #[arg(long, value_name = "NAME",
        conflicts_with_all = ["kind", "url", "terms", "places", "account", "token_file", "language", "country"])]
    source: Option<String>,
    #[command(flatten)]
    config: ConfigOption,
    /// How far back to read, up to 365d [default: 7d, or what the configured source says]
    #[arg(long, value_parser = depth)]
    depth: Option<Duration>,
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
    let Arguments { given, config, depth, allow_private, format, .. } = arguments;
    let is_configured = arguments.source.is_some();
    let (mut source, fetch) = match arguments.source {
        Some(name) => configured(&name, &config)?,
        None => {
            let env = Env::of_process();
            (Source { first_poll_depth: USUAL, ..given.source(&env)? }, FetchConfig::of_environment(&env))
        }
    };
    source.first_poll_depth = depth.unwrap_or(source.first_poll_depth);
    source.allow_private |= allow_private;
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
    remark!("{}: {}", source.name, count(reading.entries.len(), "entry", "entries"));
    first_of(&reading.problems).for_each(|problem| remark!("{problem}"));
    if reading.is_paced() {
        remark!("{MORE}");
    }
    match reading.fault {
        Some(fault) if is_configured => Err(anyhow!(fault)),
        Some(fault) => Err(anyhow!(fault.to_string().replace(PERMISSION, "`--allow-private`"))),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// A source of the configuration, and how sources are fetched.
fn configured(name: &str, config: &ConfigOption) -> Result<(Source, FetchConfig), Faults> {
    let (source, fetch) = config.load_source(name)?;
    if source.terms.is_empty() && asks_for_terms(&source) {
        let message = format!("`{name}` is asked for the words of the brands, and there are none");
        let hint = "add a `[[brand]]`, or give the source `terms` of its own";
        return Err(argument_fault("--source", message, hint.to_owned()));
    }
    Ok((source, fetch))
}

fn depth(text: &str) -> Result<Duration, String> {
    let depth = units::duration(text).ok_or_else(|| "write a time like 90m, 12h or 7d".to_owned())?;
    if depth > LONGEST { Err("at most 365d".to_owned()) } else { Ok(depth) }
}
