//! `mentiond import opml` and `mentiond export opml`: lists of feeds from and for other readers. Prints, and never writes
//! the configuration.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};
use url::Url;

use super::options::ConfigOption;
use super::print::{remark, say};
use super::words::count;
use crate::config::argument;
use crate::model::text::one_line;
use crate::model::{Source, SourceKind};
use crate::parse::opml::{self, Outline};

/// Most characters of a name of a list; a number may follow, and 200 are allowed.
const LONGEST: usize = 190;

/// Turns lists of other programs into configuration.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond import opml feeds.opml >> mentiond.toml
  mentiond import opml feeds.opml | less

Feeds that the configuration has already are left out, and names that are taken get a number. What
no configuration takes is left out, too, and told: passwords in addresses, other schemes than http
and https.")]
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
    let is_configured = config.present().is_some();
    let configured = if is_configured { config.load_sources()? } else { Vec::new() };
    let list = List::of(outlines, &configured);
    for Outline { name, url } in &list.new {
        say!("[[source]]\nname = {}\nkind = \"feed\"\nurl = {}\n", quoted(name), quoted(url))?;
    }
    list.left_out.iter().for_each(|line| remark!("left out: {line}"));
    remark!("{}", list.counted());
    if !is_configured {
        remark!("there is no configuration to compare them with; `--config FILE` names one");
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the export.
pub fn export(arguments: ExportArguments) -> Result<ExitCode> {
    let Export::Opml { config } = arguments.what;
    let feeds = config.load_sources()?.into_iter().filter(|source| source.kind == SourceKind::Feed);
    let outlines: Vec<Outline> = feeds.map(|source| Outline { name: source.name, url: source.url.into() }).collect();
    say!("{}", opml::write(&outlines))?;
    Ok(ExitCode::SUCCESS)
}

/// What becomes of the feeds of a list.
#[derive(Debug, Default, PartialEq, Eq)]
struct List {
    /// Those that can be added as they are.
    new: Vec<Outline>,
    /// So many are configured.
    known: usize,
    /// So many stand in the list before.
    twice: usize,
    /// Those that no configuration takes, each with the reason.
    left_out: Vec<String>,
}

impl List {
    fn of(outlines: Vec<Outline>, configured: &[Source]) -> Self {
        let feeds = configured.iter().filter(|source| source.kind == SourceKind::Feed);
        let known: HashSet<Url> = feeds.map(|source| document(source.url.clone())).collect();
        let mut names: HashSet<String> = configured.iter().map(|source| source.name.clone()).collect();
        let (mut list, mut seen) = (Self::default(), HashSet::new());
        for Outline { name, url } in outlines {
            let name = one_line(&name, LONGEST);
            let fitting = argument::line(&name).and_then(|_| argument::source_address(SourceKind::Feed, &url));
            match fitting.map(document) {
                Err(wrong) => list.left_out.push(format!("`{name}`: {}", wrong.message)),
                Ok(url) if known.contains(&url) => list.known += 1,
                Ok(url) if !seen.insert(url.clone()) => list.twice += 1,
                Ok(url) => list.new.push(Outline { name: free_name(&name, &mut names), url: url.into() }),
            }
        }
        list
    }

    /// `4 feeds, 1 known already, 1 there twice, 2 left out`.
    fn counted(&self) -> String {
        let others = [(self.known, "known already"), (self.twice, "there twice"), (self.left_out.len(), "left out")];
        let others = others.into_iter().filter(|(number, _)| *number > 0);
        let others: String = others.map(|(number, what)| format!(", {number} {what}")).collect();
        format!("{}{others}", count(self.new.len(), "feed", "feeds"))
    }
}

/// The address of the document itself.
fn document(mut url: Url) -> Url {
    url.set_fragment(None);
    url
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
    fn what_no_configuration_takes_is_left_out() {
        let outline = |name: &str, url: &str| Outline { name: name.to_owned(), url: url.to_owned() };
        let source = |name: &str, kind, url| Source::new(name.to_owned(), kind, Url::parse(url).unwrap());
        let configured = [
            source("Blog", SourceKind::Feed, "https://blog.example/rss"),
            source("Talk", SourceKind::Lemmy, "https://talk.example/"),
        ];
        let long = "x".repeat(300);
        let list = List::of(
            vec![
                outline("A", "https://u:p@a.example/rss"),
                outline("B", "HTTPS://Blog.example/rss#top"),
                outline("Talk", "https://talk.example/"),
                outline("C", "https://c.example"),
                outline("C", "https://C.example:443/"),
                outline(&long, "https://d.example/"),
                outline(&long, "https://e.example/"),
                outline("F", "ftp://f.example/rss"),
                outline("G", "feeds/g.xml"),
                outline("\u{200b}", "https://h.example/"),
            ],
            &configured,
        );
        let short = format!("{} …", "x".repeat(188));
        let new = [
            outline("Talk 2", "https://talk.example/"),
            outline("C", "https://c.example/"),
            outline(&short, "https://d.example/"),
            outline(&format!("{short} 2"), "https://e.example/"),
        ];
        assert_eq!(list.new, new);
        let left_out = [
            "`A`: a secret must not stand in an address",
            "`F`: the scheme `ftp` cannot be polled",
            "`G`: `feeds/g.xml` has no scheme",
            "``: the text is empty",
        ];
        assert_eq!(list.left_out, left_out);
        assert_eq!(list.counted(), "4 feeds, 1 known already, 1 there twice, 4 left out");
        assert_eq!(List::of(Vec::new(), &configured).counted(), "0 feeds");
    }

    #[test]
    fn a_text_is_quoted() {
        assert_eq!(quoted(r#"a "b" \ c"#), r#""a \"b\" \\ c""#);
    }
}
