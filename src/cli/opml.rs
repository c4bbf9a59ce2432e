//! `mentiond import opml` and `mentiond export opml`: lists of feeds from and for other readers. Prints, and never writes
//! the configuration.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};

use super::options::{ConfigOption, Need};
use super::print::{remark, say};
use super::words::count;
use crate::clock::Clock;
use crate::model::SourceKind;
use crate::parse::opml::{self, Outline};

/// Turns lists of other programs into configuration.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond import opml feeds.opml >> mentiond.toml
  mentiond import opml feeds.opml | less

Feeds that the configuration has already are left out, and names that are taken get a number.")]
pub struct ImportArguments {
    #[command(subcommand)]
    what: Import,
}

#[derive(Debug, Subcommand)]
enum Import {
    /// Prints the feeds of an OPML file as `[[source]]` tables
    #[command(after_help = "\
Examples:
  mentiond import opml feeds.opml >> mentiond.toml")]
    Opml {
        /// The file
        file: PathBuf,
        #[command(flatten)]
        config: ConfigOption,
    },
}

/// Gives lists to other programs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond export opml > feeds.opml")]
pub struct ExportArguments {
    #[command(subcommand)]
    what: Export,
}

#[derive(Debug, Subcommand)]
enum Export {
    /// Prints the configured feeds as OPML
    #[command(after_help = "\
Examples:
  mentiond export opml > feeds.opml")]
    Opml {
        #[command(flatten)]
        config: ConfigOption,
    },
}

/// Runs the import.
pub fn import(arguments: ImportArguments) -> Result<ExitCode> {
    let Import::Opml { file, config } = arguments.what;
    let document = std::fs::read(&file).with_context(|| format!("`{}` cannot be read", file.display()))?;
    let outlines = opml::read(&document).map_err(|why| anyhow!("`{}` cannot be read: {why}", file.display()))?;
    let known = if config.present().is_some() { configured(&config)? } else { Vec::new() };
    let addresses: HashSet<&str> = known.iter().map(|outline| outline.url.as_str()).collect();
    let mut names: HashSet<String> = known.iter().map(|outline| outline.name.clone()).collect();
    let new: Vec<&Outline> = outlines.iter().filter(|outline| !addresses.contains(outline.url.as_str())).collect();
    for outline in &new {
        let name = free_name(&outline.name, &mut names);
        say!("[[source]]\nname = {}\nkind = \"feed\"\nurl = {}\n", quoted(&name), quoted(&outline.url))?;
    }
    let left = outlines.len() - new.len();
    let known = if left > 0 { format!(", {left} known already") } else { String::new() };
    remark!("{}{known}", count(new.len(), "feed", "feeds"));
    Ok(ExitCode::SUCCESS)
}

/// Runs the export.
pub fn export(arguments: ExportArguments) -> Result<ExitCode> {
    let Export::Opml { config } = arguments.what;
    say!("{}", opml::write(&configured(&config)?))?;
    Ok(ExitCode::SUCCESS)
}

/// The configured feeds.
fn configured(option: &ConfigOption) -> Result<Vec<Outline>> {
    let (config, _) = option.load_with_plan(Need::AllButMailServer, &Clock::system())?;
    let sources = config.sources.into_iter().map(|located| located.value);
    let feeds = sources.filter(|source| source.kind == SourceKind::Feed);
    Ok(feeds.map(|source| Outline { name: source.name, url: source.url.into() }).collect())
}

/// The name, with a number where it is taken.
fn free_name(name: &str, names: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|number: u32| format!("{name} {number}"));
    let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !names.contains(name));
    let free = free.unwrap_or_else(|| name.to_owned());
    names.insert(free.clone());
    free
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let mut names = HashSet::from(["News".to_owned()]);
        assert_eq!(free_name("News", &mut names), "News 2");
        assert_eq!(free_name("News", &mut names), "News 3");
        assert_eq!(free_name("Other", &mut names), "Other");
    }

    #[test]
    fn a_text_is_quoted() {
        assert_eq!(quoted(r#"a "b" \ c"#), r#""a \"b\" \\ c""#);
    }
}
