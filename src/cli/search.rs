//! `mentiond search`: what is said just now, on all networks that can be searched, in the manner of Social Mention. What is
//! read is judged in a store of its own, which is gone afterwards unless somebody wants to keep it.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use super::options::argument_fault;
use super::print::remark;
use super::signals;
use crate::app::{Plan, Session};
use crate::clock::Clock;
use crate::config::{self, Config, Env};
use crate::model::kinds::{Address, Asks};
use crate::model::{SourceKind, units};
use crate::shutdown::Shutdown;

mod ask;
mod found;
mod show;

/// Searches all networks that can be searched now, and shows scores, tones and mentions; nothing is stored.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond search \"skip hop\"                           the last 24 hours, on every open network
  mentiond search '\"skip hop\" -sesame' --since 7d --formulas
  mentiond search 'skiphop AND (refund OR broken)'
  mentiond search skiphop --kind hacker_news --kind lemmy
  mentiond search \"skip hop\" --format jsonl | jq -r .url

Words alone are a phrase; with signs, or with AND, OR, NOT or NEAR/5 in capitals, they are a query as
for a brand. Networks that want a token find it in MENTIOND_SOURCE_<KIND>_TOKEN, and the name that
goes with it in MENTIOND_SOURCE_<KIND>_ACCOUNT; without it they are not asked, and named at the end.
Of several servers of a kind the first gets the token. Strength counts against what the networks
answered, so a search has more of it than a digest. A network is asked for a minute and ten pages of a
list at most, and a paid one for half a dollar; whichever is not read to the end is named, with the
time (of UTC) from which on it was read, and the scores speak of that.

Exit codes: 0 done, also when nothing was found; 1 no network could be read; 2 faults in the
arguments; 130 stopped (Ctrl-C) before every network had answered: what had been read by then is
shown.")]
pub struct Arguments {
    /// What to search for
    query: String,
    /// Only this kind of source; may be given several times
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Vec<SourceKind>,
    /// How far back, up to 365d
    #[arg(long, default_value = "24h", value_parser = since)]
    since: Since,
    /// For people, JSON objects in lines, or a table for spreadsheets
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Explain the four scores
    #[arg(long)]
    formulas: bool,
    /// Mentions shown to people
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Keep what was read in this folder, as a state directory; a second search with it adds to it
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// Also reach loopback and private addresses
    #[arg(long, hide = true)]
    allow_private: bool,
    /// The longest that a network may take, in seconds
    #[arg(long, hide = true, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    patience: u64,
    /// Ask this address in place of that of the kind, as KIND=URL
    #[arg(long, hide = true, value_name = "KIND=URL")]
    at: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Jsonl,
    Csv,
}

/// The exit code of who was told to stop by Ctrl-C, as shells have it.
const STOPPED: u8 = 130;

/// Runs the command; told to stop, it shows what it has. A folder of its own is gone afterwards in any case.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let stop = signals::listen()?;
    if let Some(folder) = &arguments.save {
        std::fs::create_dir_all(folder).with_context(|| format!("the folder `{}` cannot be made", folder.display()))?;
        if folder.join("mentiond.db").exists() {
            remark!("`{}` has an earlier search: only what is new since then is shown", folder.display());
        }
        return search(&arguments, folder, &stop).await;
    }
    let folder = own_folder()?;
    let outcome = search(&arguments, &folder, &stop).await;
    let gone = std::fs::remove_dir_all(&folder);
    gone.with_context(|| format!("the folder `{}` cannot be removed", folder.display()))?;
    outcome
}

/// A new folder that nobody can guess, and nobody else can read.
fn own_folder() -> Result<PathBuf> {
    let mut random = [0; 12];
    getrandom::fill(&mut random).context("the system gives no random numbers")?;
    let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = std::env::temp_dir().join(format!("mentiond-search-{name}"));
    let made = std::fs::DirBuilder::new().mode(0o700).create(&folder);
    made.with_context(|| format!("the folder `{}` cannot be made", folder.display()))?;
    Ok(folder)
}

async fn search(arguments: &Arguments, folder: &Path, stop: &Shutdown) -> Result<ExitCode> {
    let clock = Clock::system();
    let (kinds, unasked) = kinds(&arguments.kind)?;
    let config = config(arguments, &kinds, folder)?;
    let plan = Plan::of(&config, clock.now())?;
    let begun = clock.now();
    let session = Session::open(&config, &plan, &clock).await?;
    let patience = Duration::from_secs(arguments.patience);
    let (asked, is_whole) = ask::all(&config, &plan, &session, &clock, patience, stop).await?;
    let found = found::read(&session.store, &plan, begun, clock.now()).await?;
    session.store.close().await;
    show::show(arguments, &found, &asked, &unasked)?;
    if !is_whole {
        remark!("stopped before every network had answered");
        return Ok(ExitCode::from(STOPPED));
    }
    Ok(if asked.iter().any(|asked| !asked.unread.is_all()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A kind that is not asked, and what it needs.
type Unasked = (SourceKind, &'static str);

/// The kinds that can be asked, and those that could be with a token: each with what that is.
fn kinds(wanted: &[SourceKind]) -> Result<(Vec<SourceKind>, Vec<Unasked>)> {
    let env = Env::of_process();
    let searchable = |kind: SourceKind| {
        let profile = kind.profile();
        let is_asked = profile.asks.takes_terms() || profile.asks == Asks::Tags;
        is_asked
            && profile.reaches_back
            && (matches!(profile.address, Address::Known(_)) || !profile.search_at.is_empty())
    };
    if let Some(kind) = wanted.iter().find(|kind| !searchable(**kind)) {
        let message = format!("`{}` cannot be searched", kind.as_str());
        let hint = "`mentiond sources` says what each kind is asked for";
        return Err(argument_fault("--kind", message, hint.to_owned()).into());
    }
    let all = SourceKind::ALL.iter().copied().filter(|kind| searchable(*kind));
    let chosen = all.filter(|kind| wanted.is_empty() || wanted.contains(kind));
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for kind in chosen {
        match kind.profile().token.needed() {
            Some(what) if !config::can_log_in(kind, &env) => closed.push((kind, what)),
            _ => open.push(kind),
        }
    }
    Ok((open, closed))
}

fn config(arguments: &Arguments, kinds: &[SourceKind], folder: &Path) -> Result<Config> {
    let query = arguments.query.trim();
    let mut config = config::for_search(query, kinds, arguments.since.length, folder, &Env::of_process())?;
    for located in &mut config.sources {
        let source = &mut located.value;
        source.allow_private = arguments.allow_private;
        let other =
            arguments.at.iter().filter_map(|at| at.split_once('=')).find(|(kind, _)| *kind == source.kind.as_str());
        if let Some((_, url)) = other {
            source.url = url::Url::parse(url)?;
        }
    }
    Ok(config)
}

fn kind(word: &str) -> Result<SourceKind, String> {
    SourceKind::parse(word).ok_or_else(|| "there is no such kind; `mentiond sources` lists them".to_owned())
}

/// How far back, as it was written.
#[derive(Debug, Clone)]
struct Since {
    text: String,
    length: Duration,
}

fn since(text: &str) -> Result<Since, String> {
    let length = units::duration(text).ok_or_else(|| "write a time like 90m, 24h or 7d".to_owned())?;
    Ok(Since { text: text.trim().to_owned(), length })
}
