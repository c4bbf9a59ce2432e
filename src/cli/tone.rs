//! `mentiond tone`: people say what the tone of a mention is, and see how far the rules agree with them.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};

use super::options::{Author, ConfigOption};
use super::print::say;
use super::words::count;
use crate::clock::Clock;
use crate::model::correction::Verdict;
use crate::model::text::one_line;
use crate::model::{Instant, Tone};
use crate::store::{Changed, Correcting, Store};

mod report;

/// Most characters of a note.
const NOTE: usize = 500;

/// Sets the tone of mentions right, and shows how far the rules agree with what was said.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond tone correct 17 neutral --by Kari    mails show the number of each mention
  mentiond tone undo 17
  mentiond tone report --since 90d              how far the rules agree, and what to change")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Correct(Correct),
    Undo(Undo),
    Report(report::Arguments),
}

/// Sets the tone of a mention, and of all of its brand with the same text, those to come included. The tone it has confirms
/// it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond tone correct 17 neutral
  mentiond tone correct 17 negative --by Kari --note \"irony\"")]
struct Correct {
    #[command(flatten)]
    config: ConfigOption,
    /// The number of the mention; it stands in the mail
    mention: i64,
    /// What its tone is
    tone: Said,
    #[command(flatten)]
    author: Author,
    /// Why
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Takes back what was said of a mention: the tone of the rules counts again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond tone undo 17")]
struct Undo {
    #[command(flatten)]
    config: ConfigOption,
    /// The number of the mention; it stands in the mail
    mention: i64,
}

/// A tone that somebody can hear.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Said {
    Negative,
    Neutral,
    Positive,
}

impl Said {
    fn tone(self) -> Tone {
        match self {
            Self::Negative => Tone::Negative,
            Self::Neutral => Tone::Neutral,
            Self::Positive => Tone::Positive,
        }
    }
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let now = Clock::system().now();
    match arguments.command {
        Command::Correct(arguments) => correct(arguments, now).await,
        Command::Undo(arguments) => undo(arguments).await,
        Command::Report(arguments) => report::run(arguments, now).await,
    }
}

async fn correct(arguments: Correct, now: Instant) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let (number, tone) = (arguments.mention, arguments.tone.tone());
    let by = arguments.author.name();
    let note = arguments.note.map(|note| one_line(&note, NOTE)).filter(|note| !note.is_empty());
    let done = store.correct_tone(number, tone, (&by, note.as_deref()), now).await?;
    store.close().await;
    let Changed { brand, ruled, mentions, alert_is_open, .. } = changed(done, number)?;
    let others = match mentions.saturating_sub(1) {
        0 => String::new(),
        1 => ", and so is 1 other with the same text".to_owned(),
        others => format!(", and so are {others} others with the same text"),
    };
    let judged = said_by_rules(ruled);
    if ruled.tone == tone {
        say!("mention {number} of {brand} is {} as the rules say{others}: confirmed by {by}", tone.as_str())?;
    } else {
        say!(
            "mention {number} of {brand} is {} now{others}: corrected by {by}; the rules say {judged}",
            tone.as_str()
        )?;
    }
    say!("the same text will count as {} whenever it is found for {brand}", tone.as_str())?;
    if alert_is_open {
        say!("its alert is open all the same: `mentiond ack --mention {number}` ends it")?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn undo(arguments: Undo) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let done = store.undo_correction(arguments.mention).await?;
    store.close().await;
    let Changed { brand, ruled, mentions, earlier, .. } = changed(done, arguments.mention)?;
    if earlier {
        say!("what was said of mention {} of {brand} before it was edited is taken back", arguments.mention)?;
        return Ok(ExitCode::SUCCESS);
    }
    let counted = count(mentions, "mention", "mentions");
    say!("{counted} of {brand} with this text: the rules count again, and say {}", said_by_rules(ruled))?;
    Ok(ExitCode::SUCCESS)
}

fn changed(done: Correcting, number: i64) -> Result<Changed> {
    match done {
        Correcting::Done(changed) => Ok(changed),
        Correcting::NoMention => {
            bail!("there is no mention `{number}`\n  hint: mails and `mentiond status` show the numbers of mentions")
        }
        Correcting::NoText => bail!(
            "mention `{number}` has no text by which the same could be recognised\n  hint: acknowledge its alert instead: \
             `mentiond ack --mention {number}`"
        ),
        Correcting::NoCorrection => {
            bail!("nobody has said anything of mention `{number}`\n  hint: `mentiond tone report` tells what was said")
        }
    }
}

/// `negative (-0.82)`.
fn said_by_rules(ruled: Verdict) -> String {
    let score = ruled.score.map(|score| format!(" ({score:+.2})")).unwrap_or_default();
    format!("{}{score}", ruled.tone.as_str())
}
