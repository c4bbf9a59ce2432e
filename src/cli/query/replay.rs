//! `mentiond query replay`: which mentions a changed query would gain and lose among the entries that are kept. Changes
//! nothing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::process::ExitCode;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use anyhow::Result;
use chrono::TimeDelta;
use chrono_tz::Tz;
use clap::Args;
use url::Url;

use super::read::pointed;
use crate::alert::Rules;
use crate::app::{self, Plan};
use crate::cli::options::{ConfigOption, Need, argument_fault, chosen, named};
use crate::cli::print::{remark, say};
use crate::cli::words::count;
use crate::clock::Clock;
use crate::config::Config;
use crate::model::text::one_line;
use crate::model::units::{duration, duration_text};
use crate::model::{Entry, Instant, Source, SourceKind};
use crate::pipeline::{Judge, WatchedBrand};
use crate::query::{Context, Query, Scope};
use crate::sentiment::Scorer;
use crate::store::{KeptEntry, Position, Store};

/// Entries that are held at a time.
const PAGE: usize = 200;
/// The address of a source of which none is known.
const NOWHERE: &str = "http://source.invalid/";
/// Characters of a title.
const TITLE: usize = 90;
/// Characters of the terms that found it.
const TERMS: usize = 40;

/// Shows which mentions a changed query gains and loses among the entries that are kept, before it is activated.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond query replay --since 30d --config changed.toml
  mentiond query replay --brand \"Skip Hop\" --query '\"skip hop\" -\"hop, skip\"'

The mentions that are stored are compared with what the queries of the configuration, or --query,
find in the entries that are stored. A line with + is a mention that is gained, one with - is lost.
Each entry counts as it is now, a mention that was edited since as it was. Nothing is changed.")]
pub struct Arguments {
    /// How far back: entries found since then
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = time)]
    since: Duration,
    /// Only this brand; may be given several times
    #[arg(long, value_name = "NAME")]
    brand: Vec<String>,
    /// A query for the brand in place of that of the configuration
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    query: Option<String>,
    #[command(flatten)]
    config: ConfigOption,
}

/// What changes for a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Change {
    gained: u64,
    lost: u64,
    kept: u64,
}

/// Looks at one entry after the other.
struct Replay {
    judge: Judge,
    sources: HashMap<String, Source>,
    changes: BTreeMap<String, Change>,
    /// Mentions of brands that are not looked for.
    others: BTreeMap<String, u64>,
    /// The address of sources that are not configured any more.
    nowhere: Url,
    entries: u64,
    now: Instant,
}

/// A mention that is gained or lost.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    brand: String,
    /// The terms that found it, if it is gained.
    found: Option<Vec<String>>,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let clock = Clock::system();
    let (config, plan) = arguments.config.load_with_plan(Need::AllButMailServer, &clock)?;
    let mut brands = chosen(plan.watched.clone(), &arguments.brand)?;
    if let Some(expression) = &arguments.query
        && let Err(code) = change(&mut brands, expression, &config)?
    {
        return Ok(code);
    }
    let store = Store::open_existing(&config.store).await?;
    let now = clock.now();
    let since = TimeDelta::from_std(arguments.since).ok().and_then(|back| now.checked_sub_signed(back));
    let since = since.unwrap_or(Instant::MIN_UTC);
    let mut replay = Replay::new(brands, &plan, now)?;
    let look = Look::new();
    let mut place = Position::after(since);
    while let Some((page, last)) = store.kept_entries(place, PAGE).await? {
        for kept in page {
            let head = head(&kept, config.mail.time_zone);
            for difference in replay.look_at(kept) {
                look.say(&difference, &head)?;
            }
        }
        place = last;
    }
    store.close().await;
    for line in replay.summary(since, &config) {
        say!("{line}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Gives the only brand another query; the exit code if that cannot be read.
fn change(brands: &mut [WatchedBrand], expression: &str, config: &Config) -> Result<Result<(), ExitCode>> {
    let [watched] = brands else {
        let all = named(brands.iter().map(|watched| watched.brand.name.as_str()));
        let message = "it takes the place of one query, and there are several".to_owned();
        return Err(argument_fault("--query", message, format!("name a `--brand` of {all}")).into());
    };
    let library = app::library(config);
    let context =
        Context { scope: Scope::Entry, folding: watched.brand.folding, library: Some(&library), ..Context::default() };
    match Query::parse_in(expression, &context) {
        Ok(query) => {
            watched.query = query;
            Ok(Ok(()))
        }
        Err(fault) => {
            remark!("{}", pointed(expression, &fault));
            Ok(Err(ExitCode::from(2)))
        }
    }
}

impl Replay {
    fn new(brands: Vec<WatchedBrand>, plan: &Plan, now: Instant) -> Result<Self> {
        Ok(Self {
            changes: brands.iter().map(|watched| (watched.brand.name.clone(), Change::default())).collect(),
            judge: Judge::new(brands, Scorer::new(), Rules::new(&[])),
            sources: plan.sources.iter().map(|source| (source.name.clone(), source.clone())).collect(),
            others: BTreeMap::new(),
            nowhere: Url::parse(NOWHERE)?,
            entries: 0,
            now,
        })
    }

    /// What changes by an entry.
    fn look_at(&mut self, kept: KeptEntry) -> Vec<Difference> {
        self.entries += 1;
        let source = self.source(&kept.source, kept.source_kind);
        let mut found = self.found(&source, kept.entry, kept.found_at);
        let mut differences = Vec::new();
        for mention in kept.mentions {
            let now = found.remove(&mention.brand);
            let still = match mention.judged_by {
                Some(entry) => self.found(&source, entry, kept.found_at).contains_key(&mention.brand),
                None => now.is_some(),
            };
            let Some(change) = self.changes.get_mut(&mention.brand) else {
                *self.others.entry(mention.brand).or_default() += 1;
                continue;
            };
            if still {
                change.kept += 1;
            } else {
                change.lost += 1;
                differences.push(Difference { brand: mention.brand, found: None });
            }
        }
        for (brand, terms) in found {
            self.changes.entry(brand.clone()).or_default().gained += 1;
            differences.push(Difference { brand, found: Some(terms) });
        }
        differences
    }

    /// Whom an entry of a source mentions, each with the terms that found it, as it was when it was found.
    fn found(&self, source: &Source, entry: Entry, found_at: Instant) -> BTreeMap<String, Vec<String>> {
        let found = self.judge.find_all(source, vec![entry], &HashSet::new(), found_at);
        let mentions = found.into_iter().flat_map(|found| found.mentions);
        mentions.map(|mention| (mention.brand, mention.hits.into_iter().map(|hit| hit.term).collect())).collect()
    }

    /// The source of that name, or one that is like it where it is not configured any more.
    fn source(&self, name: &str, kind: Option<SourceKind>) -> Source {
        let stand_in = || Source::new(name.to_owned(), kind.unwrap_or(SourceKind::Feed), self.nowhere.clone());
        self.sources.get(name).cloned().unwrap_or_else(stand_in)
    }

    /// What there is to say at the end, in lines.
    fn summary(&self, since: Instant, config: &Config) -> Vec<String> {
        let mut lines: Vec<String> =
            self.changes.iter().map(|(brand, change)| format!("{brand}: {}", change.words())).collect();
        for (brand, mentions) in &self.others {
            lines.push(format!("{brand} was not looked for; it has {}", count(*mentions, "mention", "mentions")));
        }
        let when = |at: Instant| at.with_timezone(&config.mail.time_zone).format("%-d %b %Y, %H:%M %Z");
        lines.push(format!(
            "{} looked through, found since {}",
            count(self.entries, "entry was", "entries were"),
            when(since)
        ));
        let keep = config.store.keep_entries;
        let kept = TimeDelta::from_std(keep).ok().and_then(|keep| self.now.checked_sub_signed(keep));
        if let Some(kept) = kept.filter(|kept| *kept > since) {
            let why = format!("entries that mention nobody are kept for {}", duration_text(keep));
            lines.push(format!("gains before {} cannot be seen: {why} (`keep_entries`)", when(kept)));
        }
        let searching = self.sources.values().filter(|source| source.kind != SourceKind::Feed);
        let mut searching: Vec<&str> = searching.map(|source| source.name.as_str()).collect();
        searching.sort_unstable();
        if !searching.is_empty() {
            let why = "networks were asked for the words of the former queries";
            lines.push(format!("gains in {} may be missing: {why}", named(searching)));
        }
        lines
    }
}

impl Change {
    fn words(self) -> String {
        let kept = format!("keeps {}", count(self.kept, "mention", "mentions"));
        match (self.gained, self.lost) {
            (0, 0) => format!("nothing changes, {kept}"),
            (gained, lost) => format!("gains {gained}, loses {lost}, {kept}"),
        }
    }
}

/// How lines look: gains and losses.
struct Look {
    gain: Style,
    loss: Style,
}

impl Look {
    fn new() -> Self {
        let coloured = AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
        let of = |colour: AnsiColor| if coloured { colour.on_default() } else { Style::new() };
        Self { gain: of(AnsiColor::Green), loss: of(AnsiColor::Red) }
    }

    fn say(&self, difference: &Difference, (when, title): &(String, String)) -> std::io::Result<()> {
        let brand = &difference.brand;
        match &difference.found {
            Some(terms) => {
                let (style, found) = (self.gain, one_line(&terms.join(", "), TERMS));
                let found = if found.is_empty() { String::new() } else { format!("; found by {found}") };
                say!("{style}+ {when}  {brand}: {title}{found}{style:#}")
            }
            None => say!("{style}- {when}  {brand}: {title}{style:#}", style = self.loss),
        }
    }
}

/// When an entry was found, and what it is called.
fn head(kept: &KeptEntry, zone: Tz) -> (String, String) {
    let when = kept.found_at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
    let entry = &kept.entry;
    let title = if entry.title.is_empty() { &entry.text } else { &entry.title };
    (when, format!("{} ({})", one_line(title, TITLE), kept.source))
}

/// A length of time of the command line.
fn time(text: &str) -> Result<Duration, String> {
    duration(text).ok_or_else(|| "write a number and a unit, such as `30d`, `12h` or `2w`".to_owned())
}
