//! A search for people and for programs.

use std::io;

use anyhow::Result;
use serde::Serialize;

use super::ask::Asked;
use super::found::Found;
use super::{Arguments, Format, Unasked};
use crate::cli::entries::{self, EntryLine};
use crate::cli::print::{remark, say};
use crate::cli::words::count;
use crate::digest;
use crate::model::digest::ListedStory;
use crate::model::notice::Metrics;
use crate::model::{Author, SourceKind, Tone};
use crate::store::JudgedMention;

/// What each score means, with its formula.
const FORMULAS: [&str; 4] = [
    "Strength: stories that mention it, of all entries read without copies",
    "Sentiment: positive against negative stories",
    "Passion: of the known authors, those who wrote more than once",
    "Reach: different authors, of the stories with a known author",
];

/// A mention as programs read it.
#[derive(Serialize)]
struct MentionLine<'a> {
    tone: &'static str,
    score: Option<f64>,
    severity: &'static str,
    story: Option<i64>,
    source: &'a str,
    #[serde(flatten)]
    entry: EntryLine<'a>,
}

/// Shows all of it. Who was not asked is named on standard error, and so is, for programs, who was not read to the end.
pub(super) fn show(arguments: &Arguments, found: &Found, asked: &[Asked], unasked: &[Unasked]) -> Result<()> {
    if arguments.format != Format::Text {
        unread(asked).iter().for_each(|line| remark!("{line}"));
    }
    match arguments.format {
        Format::Text => text(arguments, found, asked)?,
        Format::Jsonl => {
            for mention in &found.mentions {
                say!("{}", serde_json::to_string(&line(mention))?)?;
            }
        }
        Format::Csv => {
            let stories: Vec<ListedStory> = found.mentions.iter().map(|mention| listed(arguments, mention)).collect();
            say!("{}", digest::csv(&stories).trim_end())?;
        }
    }
    for (kind, what) in unasked {
        remark!("not asked: {} needs {what}", kind.as_str());
    }
    Ok(())
}

fn text(arguments: &Arguments, found: &Found, asked: &[Asked]) -> io::Result<()> {
    let report = &found.report;
    let Metrics { counts, .. } = report.metrics;
    let read = asked.iter().filter(|asked| asked.unread.is_empty()).count();
    say!(
        "{} in the last {}: {}, {}",
        arguments.query.trim(),
        arguments.since.text,
        count(counts.mentions, "mention", "mentions"),
        count(counts.stories, "story", "stories")
    )?;
    say!("{read} of {} read to the end", count(asked.len(), "source", "sources"))?;
    for line in unread(asked) {
        say!("{line}")?;
    }
    if counts.mentions == 0 {
        return Ok(());
    }
    say!("\n{}", scores(&report.metrics))?;
    if read < asked.len() {
        say!("{}", scored(&arguments.since.text, read, asked))?;
    }
    if arguments.formulas {
        for formula in FORMULAS {
            say!("  {formula}")?;
        }
    }
    let tones = [(counts.negative, Tone::Negative), (counts.neutral, Tone::Neutral), (counts.positive, Tone::Positive)];
    let tones = tones.map(|(number, tone)| format!("{number} {}", tone.as_str())).join(", ");
    say!("{tones}, {} unscored\n", counts.unscored)?;
    top("Keywords", &report.tops.keywords)?;
    top("Hashtags", &report.tops.hashtags)?;
    top("Authors", &report.top_authors)?;
    top("Sources", &report.top_sources)?;
    say!("")?;
    for mention in found.mentions.iter().take(arguments.limit) {
        say!("{}", mention.judgement.tone.as_str())?;
        entries::print_row(&mention.entry)?;
    }
    let more = found.mentions.len().saturating_sub(arguments.limit);
    if more > 0 {
        say!("\nand {more} more; `--limit` shows them")?;
    }
    Ok(())
}

/// Who was not read, or not to the end.
fn unread(asked: &[Asked]) -> Vec<String> {
    let mut lines = Vec::new();
    let silent = asked.iter().filter(|asked| asked.unread.is_all()).map(|asked| asked.name.as_str());
    let silent = silent.collect::<Vec<_>>().join(", ");
    if !silent.is_empty() {
        lines.push(format!("not read: {silent}"));
    }
    let cut = asked.iter().filter(|asked| !asked.unread.is_empty() && !asked.unread.is_all());
    let cut: Vec<String> = cut.map(|asked| format!("  {}: {}", asked.name, asked.unread)).collect();
    lines.extend((!cut.is_empty()).then(|| "not read to the end:".to_owned()));
    lines.extend(cut);
    lines
}

/// What the scores speak of, where that is not all.
fn scored(since: &str, read: usize, asked: &[Asked]) -> String {
    let silent = asked.iter().filter(|asked| asked.unread.is_all()).count();
    let sources = |number: usize| count(number, "source", "sources");
    match (read, asked.len().saturating_sub(read + silent)) {
        (0, cut) => format!("of a part of the last {since} on {}", sources(cut)),
        (read, 0) => format!("of the last {since} on {}", sources(read)),
        (read, cut) => format!("of the last {since} on {}, and of a part of it on {cut}", sources(read)),
    }
}

fn scores(metrics: &Metrics) -> String {
    let percent = |score: Option<f64>| score.map_or_else(|| "unknown".to_owned(), |score| format!("{score:.0} %"));
    let sentiment = metrics
        .sentiment
        .map_or_else(|| "unknown".to_owned(), |(positive, negative)| format!("{positive} : {negative}"));
    format!(
        "Strength {}   Sentiment {sentiment}   Passion {}   Reach {}",
        percent(metrics.strength),
        percent(metrics.passion),
        percent(metrics.reach)
    )
}

fn top(what: &str, counted: &[(String, u64)]) -> io::Result<()> {
    if counted.is_empty() {
        return Ok(());
    }
    let all: Vec<String> = counted.iter().map(|(name, number)| format!("{name} ({number})")).collect();
    say!("{what:<9} {}", all.join(", "))
}

fn line(mention: &JudgedMention) -> MentionLine<'_> {
    let kind = mention.source_kind.unwrap_or(SourceKind::Feed);
    MentionLine {
        tone: mention.judgement.tone.as_str(),
        score: mention.judgement.score,
        severity: mention.severity.as_str(),
        story: mention.story,
        source: &mention.source,
        entry: EntryLine::of(&mention.entry, kind),
    }
}

fn listed(arguments: &Arguments, mention: &JudgedMention) -> ListedStory {
    let entry = &mention.entry;
    ListedStory {
        id: mention.id,
        brand: arguments.query.trim().to_owned(),
        title: if entry.title.is_empty() { entry.text.clone() } else { entry.title.clone() },
        author: entry.author.as_ref().and_then(Author::shown).map(str::to_owned),
        source: mention.source.clone(),
        url: entry.url.clone(),
        published_at: entry.published_at,
        found_at: mention.found_at,
        tone: mention.judgement.tone,
        score: mention.judgement.score,
        severity: mention.severity,
        engagement: entry.engagement,
    }
}
