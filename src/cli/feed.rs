//! `mentiond feed`: shows what mentiond reads in a document, from a file or an address. Stores nothing, and never asks the
//! network for a file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};
use chrono::SecondsFormat;
use clap::{Args, ValueEnum};
use http::HeaderMap;
use serde::Serialize;
use url::Url;

use super::entries::print_row;
use super::print::{remark, say};
use super::words::count;
use crate::alert::Rules;
use crate::clock::Clock;
use crate::config::{Env, FetchConfig, HealthConfig};
use crate::fetch::{Client, PERMISSION};
use crate::model::{Answer, Author, Cursor, Entry, Instant, Language, PollFault, Source, SourceKind};
use crate::pipeline::{Judge, Pipeline, read_page};
use crate::sentiment::Scorer;
use crate::source::adapter;
use crate::store::ClaimedSource;

/// What a document is called while it is read as a source.
const SOURCE: &str = "document";
/// Where a file would be if it had an address. What it gives relative to its own is shown as it stands there.
const NOWHERE: &str = "http://file.invalid/-/";

/// Prints the entries that mentiond reads in a feed; problems go to standard error.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond feed https://www.example.org/feed.xml
  mentiond feed --format jsonl saved.xml | jq -r .title
  mentiond feed --format jsonl corpus/*.xml    one JSON object per entry, each with its `file`

With `jsonl` each entry is one object with eight fields:
  `key`        the id that the feed gives it, else its address, else a hash of its texts; stable
  `url`        its page, or null
  `title`      plain text, may be empty
  `text`       plain text, may be empty
  `author`     a name, or null
  `published`  RFC 3339 in UTC; null when no date can be read, or only one that lies before 1990
               or more than a day ahead
  `lang`       a language code, or null
  `tags`       a list, may be empty
Of several documents each object has `file` as well, and one that cannot be read is an object of
`file` and `error`. Relative addresses in a FILE stay relative without `--base`.

Exit codes: 0 everything was read as a feed, even one without entries; 1 something was not.")]
pub struct Arguments {
    /// Files, addresses that begin with http:// or https://, or - for standard input
    #[arg(required = true, value_name = "FILE|URL")]
    documents: Vec<String>,
    /// A table for people, or one JSON object per line for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The address that a file came from; relative addresses in it are resolved against it
    #[arg(long, value_name = "URL", value_parser = web_address)]
    base: Option<Url>,
    /// Also reach loopback and private addresses
    #[arg(long)]
    allow_private: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Jsonl,
}

/// One entry, as programs read it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    key: String,
    url: Option<String>,
    title: &'a str,
    text: &'a str,
    author: Option<&'a str>,
    published: Option<String>,
    lang: Option<&'a str>,
    tags: &'a [String],
}

/// A document that is no feed, among several.
#[derive(Serialize)]
struct Unread<'a> {
    file: &'a str,
    error: String,
}

/// What was read in a document.
struct Document {
    entries: Vec<Entry>,
    problems: Vec<String>,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let (config, clock) = (FetchConfig::of_environment(&Env::of_process()), Clock::system());
    let several = arguments.documents.len() > 1;
    let mut all = true;
    for name in &arguments.documents {
        let read = match web_address(name) {
            Ok(url) => from_address(&arguments, url, &config, clock.now()).await,
            Err(_) => from_file(&arguments, name, &config, clock.now()).await,
        };
        match read {
            Ok(document) => {
                for problem in &document.problems {
                    remark!("{name}: {problem}");
                }
                print(&arguments, name, &document, several)?;
            }
            Err(why) => {
                all = false;
                if several && arguments.format == Format::Jsonl {
                    say!("{}", serde_json::to_string(&Unread { file: name, error: format!("{why:#}") })?)?;
                } else {
                    remark!("{name}: {why:#}");
                }
            }
        }
    }
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads it as a source of that address would be read, with redirects and the feed behind a web page.
async fn from_address(arguments: &Arguments, url: Url, config: &FetchConfig, now: Instant) -> Result<Document> {
    let judge = Judge::new(Vec::new(), Scorer::new(), Rules::new(&[]));
    let pipeline = Pipeline::new(Client::new(config)?, judge, HealthConfig::default(), 1, config.host_gap);
    let source = Source { allow_private: arguments.allow_private, ..feed(url) };
    let reading = pipeline.read_source(&source, &ClaimedSource::fresh(&source.name), now).await;
    match reading.fault {
        Some(fault) => Err(anyhow!(fault.to_string().replace(PERMISSION, "`--allow-private`"))),
        None => Ok(Document { entries: reading.entries, problems: reading.problems }),
    }
}

async fn from_file(arguments: &Arguments, name: &str, config: &FetchConfig, now: Instant) -> Result<Document> {
    let body = read_file(name, config.max_body)?;
    let url = arguments.base.clone().map_or_else(|| Url::parse(NOWHERE), Ok)?;
    let answer = Answer { url: url.clone(), status: 200, moved: None, headers: HeaderMap::new(), body };
    let source = feed(url);
    match read_page(adapter(source.kind), &source, "", &Cursor::default(), answer, now).await {
        Ok(page) => {
            let problems = page.problems.iter().map(|problem| as_written(problem)).collect();
            Ok(Document { entries: page.entries, problems })
        }
        Err(PollFault::Unreadable(why)) => Err(anyhow!(as_written(&why))),
        Err(fault) => Err(anyhow!(as_written(&fault.to_string()))),
    }
}

fn read_file(name: &str, limit: u64) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let read = |source: &mut dyn std::io::Read, body: &mut Vec<u8>| source.take(limit + 1).read_to_end(body);
    match name {
        "-" => read(&mut std::io::stdin(), &mut body).context("standard input cannot be read")?,
        _ => {
            let mut file = File::open(Path::new(name)).context("the file cannot be opened")?;
            read(&mut file, &mut body).context("the file cannot be read")?
        }
    };
    let whole = u64::try_from(body.len()).is_ok_and(|length| length <= limit);
    anyhow::ensure!(whole, "the file is larger than {} MiB", limit >> 20);
    Ok(body)
}

/// A source of that address, all else being usual.
fn feed(url: Url) -> Source {
    Source::new(SOURCE.to_owned(), SourceKind::Feed, url)
}

fn print(arguments: &Arguments, name: &str, document: &Document, several: bool) -> Result<()> {
    if arguments.format == Format::Table {
        say!("{name}: {}", count(document.entries.len(), "entry", "entries"))?;
    }
    for entry in &document.entries {
        match arguments.format {
            Format::Table => {
                let url = entry.url.as_deref().map(as_written);
                print_row(&Entry { url, ..entry.clone() })?;
            }
            Format::Jsonl => say!("{}", serde_json::to_string(&line(entry, Some(name).filter(|_| several)))?)?,
        }
    }
    Ok(())
}

fn line<'a>(entry: &'a Entry, file: Option<&'a str>) -> Line<'a> {
    Line {
        file,
        key: as_written(identity(&entry.key.0)),
        url: entry.url.as_deref().map(as_written),
        title: &entry.title,
        text: &entry.text,
        author: entry.author.as_ref().and_then(Author::shown),
        published: entry.published_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        lang: entry.language.as_ref().map(Language::as_str),
        tags: &entry.tags,
    }
}

/// What an entry is known by within its feed: its key in the store also names a source, and there is none here.
fn identity(key: &str) -> &str {
    let within = key.strip_prefix("feed:").and_then(|rest| rest.strip_prefix(SOURCE)?.strip_prefix(':'));
    within.unwrap_or(key)
}

/// An address without the one that a file has not.
fn as_written(address: &str) -> String {
    address.replace(NOWHERE, "").replace(NOWHERE.trim_end_matches("-/"), "/")
}

fn web_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if matches!(url.scheme(), "http" | "https") {
        Ok(url)
    } else {
        Err("it does not begin with http:// or https://".to_owned())
    }
}
