//! `mentiond score`: in which tone texts speak, and which words say so. Needs no configuration, uses the
//! words of one that is named, and stores nothing.

mod about;
mod eval;
mod rows;
mod table;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::lines::{Line, Lines};
use super::print::Output;
use crate::model::{Concern, Entry, EntryKey, Gravity, Judgement, Language, Reason};
use crate::pipeline::Scorers;
use crate::sentiment::{Ask, Severities, Workspace};
use about::About;
use eval::{Tally, rounded};
use rows::{HEADER, Row, label};
use table::Look;

/// Scores the tone of texts, one a line, and shows the words that made each score.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  echo 'Acme never answers. Never again!' | mentiond score
  mentiond score --target \"Best Buy\" --format jsonl posts.txt | jq -c '{tone, text}'
  mentiond score --config mentiond.toml posts.txt     with words of your own
  mentiond score --config mentiond.toml --brand \"Skip Hop\" posts.txt     as the daemon would
  mentiond score --eval labelled.tsv              accuracy and the like, as JSON
  mentiond score --format tsv labelled.tsv        what was found for each of its rows

With `jsonl` each text is one object:
  `text`     as it was read
  `tone`     negative, neutral, positive, or unscored where there is no lexicon for its language
  `score`    from -1 to 1; null when unscored
  `lang`     the language it was judged in, or null
  `reasons`  the words that made the score, each with `span` (its first byte in the text and the one
             behind its last), `word`, `weight` (from about -4 to 4, after what changed it) and
             `note`, which says what changed it, or is empty
  `severity` how much harm it speaks of, whatever its tone: info, notice or urgent
  `concerns` the words of harm, each with `span`, `word`, `severity` and `note`
With `tsv` it is a line of three fields: the number of the text, neg, neu, pos or unscored, the score.

With --brand a text is judged as the daemon judges a mention: the query of the brand says what
of the text is the brand, its name never speaks, and its `[[brand.words]]` count. Without --config
the query is the name in quotes. A text that the query does not find is judged as one that names
nobody.

A FILE whose first line is `id lang label target text`, with tabs between them, holds labelled
texts: `lang` is en, de, no or another code, `label` is neg, neu or pos, and `target` may be empty.
Each is judged in its language and about its target; objects have its `id` and `label` as well,
and lines of `tsv` its id. A line that cannot be read ends the command.

--eval compares what was found with the labels: `accuracy`, `macro_f1` (the mean of the F1 of the
labels that occur), `precision`, `recall` and `f1` of each, and a table of confusions. Unscored
counts as neutral there, and is counted apart.

Exit codes: 0 done, 1 a text or a file could not be read.")]
pub struct Arguments {
    /// Texts, one a line; - or nothing for standard input
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: String,
    /// Whom the tone is about: its own words carry none, and those near it weigh most; may be given several times
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
    /// The brand that texts are about, as the daemon knows it: by its query, with its words
    #[arg(long, value_name = "NAME", conflicts_with = "target")]
    brand: Option<String>,
    /// A configuration whose words are used: those for all brands, and those of the brand that --brand or --target names
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The language of the texts [default: that of the row, else auto, which identifies it]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "auto|en|de|nb")]
    lang: Option<Lang>,
    /// A table for people, one JSON object or one line of fields per text for programs [default: table]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "table|jsonl|tsv")]
    format: Option<Format>,
    /// Print how well the rules agree with the labels of a file; with `--format`, its texts
    #[arg(long, value_name = "FILE.tsv", conflicts_with = "file")]
    eval: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lang {
    Auto,
    En,
    De,
    #[value(alias = "no")]
    Nb,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Jsonl,
    Tsv,
}

/// A judged text, as programs read it.
#[derive(Serialize)]
struct Object<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    text: &'a str,
    tone: &'a str,
    score: Option<f64>,
    lang: Option<&'a str>,
    reasons: Vec<Because<'a>>,
    severity: &'a str,
    concerns: Vec<Harm<'a>>,
}

/// A reason, as programs read it.
#[derive(Serialize)]
struct Because<'a> {
    span: Option<[usize; 2]>,
    word: &'a str,
    weight: f64,
    note: &'a str,
}

/// A word of harm, as programs read it.
#[derive(Serialize)]
struct Harm<'a> {
    span: [usize; 2],
    word: &'a str,
    severity: &'a str,
    note: &'a str,
}

/// What becomes of judged texts.
enum Way {
    Table(Look),
    Jsonl(Severities),
    Tsv,
    Eval(Tally),
}

/// Judges one text after the other.
struct Judge<'a> {
    arguments: &'a Arguments,
    /// The language of all texts, if it is given.
    language: Option<Language>,
    scorers: Scorers,
    workspace: Workspace,
    entry: Entry,
    /// Whom texts are about.
    about: About,
    /// Whom the last text was about if the file said it.
    named: Option<About>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut lines = Lines::open(arguments.eval.as_ref().unwrap_or(&arguments.file))?;
    let mut output = BufWriter::new(Output);
    let judged = judge_all(arguments, &mut lines, &mut output);
    // What was judged before a line that cannot be read is shown.
    output.flush()?;
    judged.map(|()| ExitCode::SUCCESS)
}

fn judge_all(arguments: &Arguments, lines: &mut Lines, output: &mut impl Write) -> Result<()> {
    let labelled = lines.next()?.is_some_and(|first| first.text == HEADER);
    if arguments.eval.is_some() && !labelled {
        let header = HEADER.replace('\t', "<TAB>");
        bail!("{} does not begin with a header\n  hint: the first line is `{header}`", lines.name());
    }
    if !labelled {
        lines.put_back();
    }
    let (mut judge, mut way) = (Judge::new(arguments)?, way(arguments));
    loop {
        if lines.may_wait() {
            output.flush()?;
        }
        let Some(line) = lines.next()? else { break };
        let row = labelled.then(|| Row::parse(line.text)).transpose().map_err(|fault| line.fault(fault))?;
        judge.judge(line, row.as_ref(), &mut way, output)?;
    }
    if let Way::Eval(tally) = way {
        let report = tally.report().ok_or_else(|| anyhow!("{} has a header and no texts", lines.name()))?;
        writeln!(output, "{}", serde_json::to_string_pretty(&report)?)?;
    }
    Ok(())
}

fn way(arguments: &Arguments) -> Way {
    match arguments.format {
        None if arguments.eval.is_some() => Way::Eval(Tally::default()),
        None | Some(Format::Table) => Way::Table(Look::new(AutoStream::choice(&io::stdout()) != ColorChoice::Never)),
        Some(Format::Jsonl) => Way::Jsonl(Severities::new()),
        Some(Format::Tsv) => Way::Tsv,
    }
}

impl<'a> Judge<'a> {
    fn new(arguments: &'a Arguments) -> Result<Self> {
        let language = match arguments.lang {
            None | Some(Lang::Auto) => None,
            Some(Lang::En) => Language::parse(Language::EN),
            Some(Lang::De) => Language::parse(Language::DE),
            Some(Lang::Nb) => Language::parse(Language::NB),
        };
        let (about, scorers) = About::of(&arguments.target, arguments.brand.as_deref(), arguments.config.as_deref())?;
        let (workspace, entry) = (Workspace::default(), Entry::new(EntryKey(String::new())));
        Ok(Self { arguments, language, scorers, workspace, entry, about, named: None })
    }

    fn judge(&mut self, line: Line<'_>, row: Option<&Row<'_>>, way: &mut Way, output: &mut impl Write) -> Result<()> {
        let text = row.map_or(line.text, |row| row.text);
        self.aim(row.map_or("", |row| row.target));
        self.entry.text.clear();
        self.entry.text.push_str(text);
        let about = self.named.as_ref().unwrap_or(&self.about);
        let hits = about.hits(&self.entry);
        let given = row.map(|row| &row.language).filter(|_| self.arguments.lang.is_none());
        let reasons = matches!(way, Way::Table(_) | Way::Jsonl(_));
        let ask = Ask { language: given.or(self.language.as_ref()), reasons, brand: about.brand() };
        let judgement = self.scorers.of(&about.name).judge_in(&mut self.workspace, &self.entry, &hits, ask);
        match way {
            Way::Table(look) => {
                let page = table::shown(row.map(|row| row.id), text, &hits, &judgement, look);
                output.write_all(page.as_bytes())?;
            }
            Way::Jsonl(severities) => {
                let gravity = severities.judge(&self.entry, &hits, judgement.language.as_ref());
                let object = object(text, row, &judgement, &gravity);
                serde_json::to_writer(&mut *output, &object).map_err(io::Error::from)?;
                writeln!(output)?;
            }
            Way::Tsv => {
                match row {
                    Some(row) => write!(output, "{}", row.id)?,
                    None => write!(output, "{}", line.number)?,
                }
                let score = judgement.score.map_or_else(String::new, |score| rounded(score).to_string());
                writeln!(output, "\t{}\t{score}", label(judgement.tone))?;
            }
            Way::Eval(tally) => row.into_iter().for_each(|row| tally.add(row.label, &judgement)),
        }
        Ok(())
    }

    /// Makes the text to come be about `target`, or, where that is empty, about those of the arguments.
    fn aim(&mut self, target: &str) {
        let known = self.named.as_ref().map_or("", |named| named.name.as_str());
        if known != target {
            self.named = (!target.is_empty()).then(|| About::names(&[target.to_owned()]));
        }
    }
}

fn object<'a>(text: &'a str, row: Option<&Row<'a>>, judgement: &'a Judgement, gravity: &'a Gravity) -> Object<'a> {
    Object {
        id: row.map(|row| row.id),
        label: row.map(|row| label(row.label)),
        text,
        tone: judgement.tone.as_str(),
        score: judgement.score.map(rounded),
        lang: judgement.language.as_ref().map(Language::as_str),
        reasons: judgement.reasons.iter().map(because).collect(),
        severity: gravity.severity.as_str(),
        concerns: gravity.concerns.iter().map(harm).collect(),
    }
}

fn because(reason: &Reason) -> Because<'_> {
    let span = reason.place.map(|place| [place.start, place.end]);
    Because { span, word: &reason.word, weight: rounded(reason.weight), note: &reason.note }
}

fn harm(concern: &Concern) -> Harm<'_> {
    let Concern { word, severity, note, place } = concern;
    Harm { span: [place.start, place.end], word, severity: severity.as_str(), note }
}
