//! `mentiond tone report`: how far the rules agree with what people said, and what a user could change. Changes nothing.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::cli::options::ConfigOption;
use crate::cli::print::say;
use crate::cli::words::count;
use crate::insight::agreement::{Agreement, agreement};
use crate::model::text::one_line;
use crate::model::units::duration;
use crate::model::{Instant, Tone};
use crate::store::Store;

/// Most characters of a word.
const WORD: usize = 60;

/// Shows how far the rules agree with what people said of tones, and which words erred most. Nothing is changed by it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond tone report
  mentiond tone report --since 30d --format json")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    /// How far back it looks
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = time)]
    since: Duration,
    /// `text` for people, `json` for machines
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// The report for machines.
#[derive(Serialize)]
struct Report<'a> {
    since: Instant,
    languages: &'a [Agreement],
}

fn time(text: &str) -> Result<Duration, String> {
    duration(text).ok_or_else(|| "write a whole number and a unit: `90d`, `4 weeks`".to_owned())
}

/// Runs the command.
pub async fn run(arguments: Arguments, now: Instant) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let back = TimeDelta::from_std(arguments.since).ok();
    let since = back.and_then(|back| now.checked_sub_signed(back)).unwrap_or(Instant::UNIX_EPOCH);
    let corrections = store.corrections_since(since).await?;
    store.close().await;
    let languages = agreement(&corrections);
    if arguments.format == Format::Json {
        say!("{}", serde_json::to_string_pretty(&Report { since, languages: &languages })?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let day = since.with_timezone(&config.mail.time_zone).format("%-d %b %Y");
    if languages.is_empty() {
        say!("nobody has said anything of a tone since {day}")?;
        say!(
            "  hint: `mentiond tone correct NUMBER neutral` does, with the number of a mention from a mail; the tone that it"
        )?;
        say!("  has confirms it, and counts here as well")?;
        return Ok(ExitCode::SUCCESS);
    }
    say!("What people said of tones since {day}, against what the rules had said when they found the texts.")?;
    say!("Only texts of which somebody spoke are counted, each once: the share says nothing of all the others.")?;
    for language in &languages {
        for line in lines(language) {
            say!("{line}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is to be said of a language.
fn lines(agreement: &Agreement) -> Vec<String> {
    let language = agreement.language.as_deref().unwrap_or("unknown language");
    let (texts, agreed) = (agreement.texts, agreement.agreed);
    let share = (agreed * 100).checked_div(texts).unwrap_or_default();
    let mut lines = vec![
        String::new(),
        format!("{language}: {}, the rules agree in {agreed} ({share}%)", count(texts, "text", "texts")),
        format!("  {:<16} {:>9} {:>9} {:>9}", "rules \\ people", "negative", "neutral", "positive"),
    ];
    for ruled in Tone::ALL {
        let Some(row) = agreement.confusion.get(&ruled) else { continue };
        let of = |said: Tone| row.get(&said).copied().unwrap_or_default();
        let [negative, neutral, positive] = [Tone::Negative, Tone::Neutral, Tone::Positive].map(of);
        lines.push(format!("  {:<16} {negative:>9} {neutral:>9} {positive:>9}", ruled.as_str()));
    }
    if !agreement.words.is_empty() {
        lines.push("  Words that spoke against what was said, and for it, in how many texts:".to_owned());
        lines.extend(agreement.words.iter().map(|word| {
            let negated = if word.negated { " (negated)" } else { "" };
            let shown = format!("{}{negated}", one_line(&word.word, WORD));
            format!("    {shown:<30} against {:>3}, for {:>3}", word.wrong, word.right)
        }));
    }
    if !agreement.unheard.is_empty() {
        lines.push("  In these no word spoke; a word of your own may help:".to_owned());
        lines.extend(agreement.unheard.iter().map(|title| format!("    {title}")));
    }
    if let Some(suggestion) = &agreement.suggestion {
        lines.push(
            "  A suggestion for a file of your own, named by `[[tone.words]]`; weight 0 silences a word:".to_owned(),
        );
        lines.extend(suggestion.lines().map(|line| format!("    {line}")));
    }
    lines
}
