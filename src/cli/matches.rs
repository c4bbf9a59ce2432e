//! `mentiond match`: which texts a query finds, and where in them. Stores nothing.

mod given;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::json;

use super::layout::{seen, write_text};
use super::lines::{Line, LineFault, Lines};
use super::options::ConfigOption;
use super::print::{Output, nobody_reads, remark};
use super::query::read::read;
use super::words::count;
use crate::clock::Clock;
use crate::model::{Entry, Field, Hit, Instant};
use crate::pipeline::Scorers;
use crate::query::{Fact, Matcher, Node, Query, Scope, Subject, What};
use crate::sentiment::{Ask, Severities, Workspace};
use given::{Given, with_hits};

/// Columns of the number in front of a text.
const MARGIN: usize = 8;
/// Lines that cannot be read and are told one by one; a file of another kind has nothing else.
const TOLD: u64 = 20;
/// Hits that are listed below a text; all of them are in `jsonl`.
const LISTED: usize = 12;

/// Prints the texts that a query finds, with its hits.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond match --query 'acme (refund OR \"no answer\")' posts.txt
  mentiond feed --format jsonl saved.xml | mentiond match --query 'title:acme -jobs' --format jsonl
  mentiond match --query 'refund tone:negative' < posts.txt

A line that begins with `{` is a JSON object with what is known of an entry: `title`, `text`, `url`,
`author` (a name, or an object with `name` and `handle`), `published` (RFC 3339), `lang`, `tags`,
`rating`, `engagement`, `reach`, `source`, `type`, `tone`, `score`, `severity`, `kind`, `case` and
`is`. All of them may be missing, and what else it has is passed over. Every other line is a text;
with --text, each line is. A tone, a score or a severity that the query asks for and the line does
not give is what mentiond finds in it, with the words of `[tone]` in the configuration. The daemon
knows whose mention it judges and hears no tone in the words of that brand; here there is no brand.
`lang` is what a source claims: as in the daemon, the language that the text itself shows counts
more.

With `jsonl` a text is an object of `text` and `hits`, and an object comes back with its `hits`:
a list with `term`, `field` (title, text, url, author or tag) and `span`, the first byte of what was
found in that field and the one behind its last. What holds without a word has no hit.

Exit codes, as those of grep: 0 something was found, 1 nothing was, 2 the query or a line could not
be read. A line that cannot be read is told with its number, and the next ones are read; of
many the first twenty are told.")]
pub struct Arguments {
    /// What to find
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    query: String,
    /// Texts or objects, one a line; - or nothing for standard input
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: String,
    /// Lines for people, or one JSON object per line for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Read each line as a text, also one that begins with {
    #[arg(long)]
    text: bool,
    #[command(flatten)]
    config: ConfigOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Jsonl,
}

/// A hit, as programs read it.
#[derive(Serialize)]
struct Found<'a> {
    term: &'a str,
    field: Field,
    span: [usize; 2],
}

/// What came of the lines.
#[derive(Debug, Default)]
struct Outcome {
    matched: bool,
    /// Lines that could not be read, or 1 for the query.
    failed: u64,
}

/// Finds one text after the other.
struct Finder<'a> {
    arguments: &'a Arguments,
    matcher: Matcher,
    /// Judges where the query asks for what only a judgement tells.
    scorers: Option<Scorers>,
    severities: Option<Severities>,
    workspace: Workspace,
    now: Instant,
    look: Style,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    match find(arguments) {
        Ok(Outcome { matched, failed: 0 }) => Ok(if matched { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
        Ok(_) => Ok(ExitCode::from(2)),
        Err(error) if nobody_reads(&error) => Err(error),
        Err(error) => {
            remark!("mentiond: {error:#}");
            Ok(ExitCode::from(2))
        }
    }
}

fn find(arguments: &Arguments) -> Result<Outcome> {
    let query = match read(&arguments.query, Scope::Kept, &arguments.config)? {
        Ok(query) => query,
        Err(fault) => {
            remark!("{fault}");
            return Ok(Outcome { failed: 1, matched: false });
        }
    };
    let mut lines = Lines::open(&arguments.file)?;
    let mut finder = Finder::new(arguments, query)?;
    let mut output = BufWriter::new(Output);
    let mut outcome = Outcome::default();
    loop {
        if lines.may_wait() {
            output.flush()?;
        }
        let found = match lines.next() {
            Ok(None) => break,
            Ok(Some(line)) => finder.find(line, &mut output),
            Err(error) => Err(error),
        };
        match found {
            Ok(matched) => outcome.matched |= matched,
            Err(error) if error.is::<LineFault>() => {
                output.flush()?;
                outcome.failed += 1;
                if outcome.failed <= TOLD {
                    remark!("mentiond: {error:#}");
                }
            }
            Err(error) => return Err(error),
        }
    }
    output.flush()?;
    let more = outcome.failed.saturating_sub(TOLD);
    if more > 0 {
        remark!("mentiond: {}: {} cannot be read", lines.name(), count(more, "more line", "more lines"));
    }
    Ok(outcome)
}

impl<'a> Finder<'a> {
    fn new(arguments: &'a Arguments, query: Query) -> Result<Self> {
        let severities = asks(query.root(), |fact| matches!(fact, Fact::Severity(_))).then(Severities::new);
        let asks_tone = asks(query.root(), |fact| matches!(fact, Fact::Tone(_) | Fact::Score(_)));
        let matcher = Matcher::new(vec![query]);
        let judges = severities.is_some() || asks_tone || matcher.asks_language();
        let scorers = judges.then(|| arguments.config.load_scorers()).transpose()?;
        let coloured = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        let look = if coloured { AnsiColor::Red.on_default().bold() } else { Style::new() };
        let workspace = Workspace::default();
        Ok(Self { arguments, matcher, scorers, severities, workspace, now: Clock::system().now(), look })
    }

    /// Prints a line if the query finds it; whether it does.
    fn find(&mut self, line: Line<'_>, output: &mut impl Write) -> Result<bool> {
        let is_object = !self.arguments.text && line.text.trim_start().starts_with('{');
        let given = if is_object {
            let hint = "\n  hint: it begins with `{`, so it is read as JSON; `--text` reads it as a text";
            Given::object(line.text).map_err(|fault| {
                let hint = if fault.contains("hint: ") { "" } else { hint };
                line.fault(format!("{fault}{hint}"))
            })?
        } else {
            Given::text(line.text)
        };
        let judged = self
            .scorers
            .as_ref()
            .map(|scorers| scorers.common().judge_in(&mut self.workspace, given.entry(), &[], Ask::default()));
        let judgement = given.judgement(judged);
        let mut subject = Subject { now: Some(self.now), ..given.subject(judgement.as_ref()) };
        let severity = || Some(self.severities.as_ref()?.judge(given.entry(), &[], subject.language).severity);
        subject.severity = subject.severity.or_else(severity);
        let Some((_, hits)) = self.matcher.find(subject).into_iter().next() else { return Ok(false) };
        match self.arguments.format {
            Format::Text => output.write_all(self.page(line, given.entry(), &hits).as_bytes())?,
            Format::Jsonl => {
                let hits = serde_json::to_string(&hits.iter().map(found).collect::<Vec<_>>())?;
                let object =
                    if is_object { Cow::from(line.text) } else { Cow::from(json!({ "text": line.text }).to_string()) };
                writeln!(output, "{}", with_hits(&object, &hits))?;
            }
        }
        Ok(true)
    }

    /// Title and text with what was found in them, and below the list of it.
    fn page(&self, line: Line<'_>, entry: &Entry, hits: &[Hit]) -> String {
        let mut page = format!("{:>width$}  ", line.number, width = MARGIN - 2);
        for (number, (field, text)) in shown(entry).into_iter().enumerate() {
            if number > 0 {
                let _ = write!(page, "\n{:MARGIN$}", "");
            }
            let of_field = hits.iter().filter(|hit| hit.field == field);
            write_text(&mut page, MARGIN, text, of_field.map(|hit| (hit.start..hit.end, self.look)).collect());
        }
        page.truncate(page.trim_end().len());
        page.push('\n');
        for hit in hits.iter().take(LISTED) {
            let term = seen(&hit.term).collect::<String>();
            let _ = writeln!(page, "{:MARGIN$}  {:<6} {}..{}  {term}", "", name(hit.field), hit.start, hit.end);
        }
        let more = hits.len().saturating_sub(LISTED);
        if more > 0 {
            let _ = writeln!(page, "{:MARGIN$}  and {more} more", "");
        }
        page
    }
}

/// The parts of an entry that are shown: title and text, or its address where it has neither.
fn shown(entry: &Entry) -> Vec<(Field, &str)> {
    let mut parts = vec![(Field::Title, entry.title.as_str()), (Field::Text, entry.text.as_str())];
    parts.retain(|(_, text)| !text.is_empty());
    if parts.is_empty() {
        parts.extend(entry.url.as_deref().map(|url| (Field::Url, url)));
    }
    parts
}

fn found(hit: &Hit) -> Found<'_> {
    Found { term: &hit.term, field: hit.field, span: [hit.start, hit.end] }
}

fn name(field: Field) -> &'static str {
    match field {
        Field::Title => "title",
        Field::Text => "text",
        Field::Url => "url",
        Field::Author => "author",
        Field::Tag => "tag",
    }
}

/// Whether a query asks for such a fact.
fn asks(node: &Node, wanted: impl Fn(&Fact) -> bool + Copy) -> bool {
    match &node.what {
        What::Fact(fact) => wanted(fact),
        What::And(parts) | What::Or(parts) => parts.iter().any(|part| asks(part, wanted)),
        What::Not(inner) | What::In(_, inner) => asks(inner, wanted),
        What::Named(named) => asks(&named.inner, wanted),
        What::Term(_) | What::Loose(_) | What::Near(_) | What::Regex(_) => false,
    }
}
