//! `mentiond backtest`: what would have been told of what was said, by a configuration. Sends nothing and changes nothing.

mod event;
mod file;
mod stored;
mod summary;

use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, NaiveDate, NaiveTime};
use clap::Args;

use super::options::ConfigOption;
use super::print::{Output, remark};
use crate::app::{self, Plan};
use crate::clock::Clock;
use crate::config::{Config, WhenQuiet};
use crate::model::Instant;
use crate::model::hold::Silence;
use crate::model::time::before;
use crate::model::units::duration;
use crate::replay::{Guard, Replay, Setup, Summary};

/// Replays what was said, and prints each notice that would have gone out.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond backtest --since 90d --config changed.toml
  mentiond backtest --brand \"Skip Hop\" | grep incident_start
  mentiond backtest --events stream.jsonl

Without --events the mentions that are stored are replayed: their tones are those that count today,
the rules are asked anew. With it, the lines of a file are, each of them a JSON object:

  {\"at\": \"2026-11-28T18:00:00Z\", \"brand\": \"Acme\", \"tone\": \"negative\", \"author\": \"kari\",
   \"score\": -0.7, \"text\": \"...\"}

`tone` is negative, neutral, positive or unscored. `author`, `score` (-1 to 1) and `text` may be
missing, and what else it has is passed over. Without a text no rule holds that asks for words, and
nothing is urgent. The lines are in the order of their times; one may be up to an hour older than
one before it, and counts then as found with that. The brands need not be configured, and without a
configuration its defaults decide.

Each notice is a JSON object: `at`; `kind`, which is alert, incident_start, incident_update,
incident_end, digest or hold; `brand`; `reason`, a word, a colon and more of it; `count`, which is
the number of alerts, of negative stories since the incident began, or of mentions of the digest's
period. An alert may be a `reminder`: nobody acknowledges anything here, so that others are told next,
too, where `[[alert.escalate]]` says so: an `escalation`, of an incident as incident_update. A digest is
one mail about all of its brands, and has a line for each; what waits and what was not read, which make
one that is empty go out in spite of `when_quiet = \"none\"`, are not replayed. One line stands for the
mails to all who are reached by the same route, or by the same step.

A hold is what did not go out when it was due: `incident`, since the mails of one told it; `silenced`
or `quiet_hours`. It is told once, when it is over, with the number of alerts, and what was held then
follows as one alert. `one_author` and `few_authors` hold an incident: so many negative stories would
be one if more people, or others than usual, had written them. That is told when it is found, and at most once in two days,
with the number of stories. Mentions that are no alerts are counted by the reason, on standard error.

Stored mentions meet the silences that there were at their time, the lines of a file none. Of
several routes that an incident takes the first is replayed, and who gets alerts by other routes
is told of it from its beginning.

--since says from when on notices are printed: a time back from now (`30d`), a day or a time; what
was said before it is history. After the last mention a day passes in which nothing is said, and
as much more as an incident needs to end.

Exit codes: 0 done, 1 a line or the store could not be read, 2 faults in the configuration or the
arguments.")]
pub struct Arguments {
    /// Only this brand; may be given several times
    #[arg(long, value_name = "NAME")]
    brand: Vec<String>,
    /// From when on notices are printed
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<Since>,
    /// Events, one a line, in place of the mentions that are stored; - for standard input
    #[arg(long, value_name = "FILE.jsonl")]
    events: Option<String>,
    #[command(flatten)]
    config: ConfigOption,
}

/// A time as an argument gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    Ago(Duration),
    At(Instant),
}

impl Since {
    fn instant(self, now: Instant) -> Instant {
        match self {
            Self::Ago(back) => before(now, back),
            Self::At(at) => at,
        }
    }
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let clock = Clock::system();
    let mut output = BufWriter::new(Output);
    let told = match &arguments.events {
        Some(file) => file::replay(file, &arguments, &clock, &mut output),
        None => stored::replay(&arguments, &clock, &mut output).await,
    };
    output.flush()?;
    for line in told? {
        remark!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

/// A replay by a configuration.
fn begin(arguments: &Arguments, config: &Config, plan: Plan, silences: Vec<Silence>, now: Instant) -> Replay {
    let summary = |digest: crate::report::DigestPlan| Summary {
        name: digest.config.name,
        schedule: digest.schedule,
        brands: digest.config.brands,
        when_quiet: digest.config.when_quiet != WhenQuiet::None,
    };
    let recipients = plan.watched.into_iter().map(|watched| (watched.brand.name, watched.brand.recipients));
    Replay::new(Setup {
        rules: plan.rules,
        routes: plan.routes,
        recipients: recipients.collect(),
        guard: Guard::new(app::peace(config), silences),
        spikes: config.spikes.clone(),
        digests: plan.digests.into_iter().map(summary).collect(),
        since: arguments.since.map(|since| since.instant(now)),
    })
}

/// Prints the notices since the last time.
fn print(replay: &mut Replay, output: &mut impl Write) -> Result<()> {
    for notice in replay.take_notices() {
        serde_json::to_writer(&mut *output, &notice).map_err(std::io::Error::from)?;
        writeln!(output)?;
    }
    Ok(())
}

fn since(text: &str) -> Result<Since, String> {
    let day = || Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN).and_utc());
    let time = || Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc());
    let at = || day().or_else(time).map(Since::At);
    duration(text).map(Since::Ago).or_else(at).ok_or_else(|| {
        "write a number and a unit, such as `30d`, a day, such as `2026-11-28`, or a time, such as \
         `2026-11-28T18:00:00Z`"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_three_ways() {
        let at = |text: &str| Since::At(DateTime::parse_from_rfc3339(text).unwrap().to_utc());
        assert_eq!(since("2d"), Ok(Since::Ago(Duration::from_secs(172_800))));
        assert_eq!(since("2026-11-28"), Ok(at("2026-11-28T00:00:00Z")));
        assert_eq!(since("2026-11-28T18:00:00+01:00"), Ok(at("2026-11-28T17:00:00Z")));
        assert!(since("soon").unwrap_err().starts_with("write a number and a unit"));
    }
}
