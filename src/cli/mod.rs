//! The command line, one file per command. The only modules that talk to the terminal.

mod ack;
mod backtest;
mod check;
mod dead_letters;
mod demo;
mod digest;
mod entries;
mod explain;
mod feed;
mod healthcheck;
mod incidents;
mod layout;
mod lines;
mod matches;
mod migrate;
mod object;
mod opml;
mod options;
mod poll_once;
mod print;
mod query;
mod run;
mod score;
mod search;
mod send_test;
mod signals;
mod silence;
mod sources;
mod status;
mod tone;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Faults;
use print::remark;

const AFTER_HELP: &str = "\
Examples:
  mentiond demo                          see it work, offline, in about a minute
  mentiond run --brand \"Skip Hop\"        listen without a configuration
  mentiond check --online                is the configuration right, do sources and mail answer?
  mentiond run --config mentiond.toml    the daemon

Exit codes: 0 done, 1 failed, 2 faults in the configuration or the arguments.";

/// Hears what people say about a brand and makes sure somebody answers in time.
#[derive(Debug, Parser)]
#[command(version, about, after_help = AFTER_HELP, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Demo(demo::Arguments),
    Check(check::Arguments),
    PollOnce(poll_once::Arguments),
    Digest(digest::Arguments),
    Feed(feed::Arguments),
    Search(search::Arguments),
    Import(opml::ImportArguments),
    Export(opml::ExportArguments),
    Sources(sources::Arguments),
    Score(score::Arguments),
    Match(matches::Arguments),
    Query(query::Arguments),
    Backtest(backtest::Arguments),
    Explain(explain::Arguments),
    SendTest(send_test::Arguments),
    Status(status::Arguments),
    Incidents(incidents::Arguments),
    Ack(ack::Arguments),
    Silence(silence::Arguments),
    DeadLetters(dead_letters::Arguments),
    Tone(tone::Arguments),
    Migrate(migrate::Arguments),
    Healthcheck(healthcheck::Arguments),
}

/// Runs the command of the process's arguments; answers the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(code) => code,
        Err(error) => report(&error),
    }
}

fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    // The only other provider would be installed by a library of ours, which none does.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let workers = std::thread::available_parallelism().map_or(2, |cores| cores.get().min(4));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_keep_alive(std::time::Duration::from_secs(2))
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        match arguments.command {
            Command::Run(arguments) => run::run(arguments).await,
            Command::Demo(arguments) => demo::run(arguments).await,
            Command::Check(arguments) => check::run(arguments).await,
            Command::PollOnce(arguments) => poll_once::run(arguments).await,
            Command::Digest(arguments) => digest::run(arguments).await,
            Command::Feed(arguments) => feed::run(arguments).await,
            Command::Search(arguments) => search::run(arguments).await,
            Command::Import(arguments) => opml::import(arguments),
            Command::Export(arguments) => opml::export(arguments),
            Command::Sources(arguments) => sources::run(arguments).await,
            Command::Score(arguments) => score::run(&arguments),
            Command::Match(arguments) => matches::run(&arguments),
            Command::Query(arguments) => query::run(arguments).await,
            Command::Backtest(arguments) => backtest::run(arguments).await,
            Command::Explain(arguments) => explain::run(arguments).await,
            Command::SendTest(arguments) => send_test::run(arguments).await,
            Command::Status(arguments) => status::run(arguments).await,
            Command::Incidents(arguments) => incidents::run(arguments).await,
            Command::Ack(arguments) => ack::run(arguments).await,
            Command::Silence(arguments) => silence::run(arguments).await,
            Command::DeadLetters(arguments) => dead_letters::run(arguments).await,
            Command::Tone(arguments) => tone::run(arguments).await,
            Command::Migrate(arguments) => migrate::run(arguments).await,
            Command::Healthcheck(arguments) => healthcheck::run(&arguments),
        }
    });
    // A reader of a hostile document may go on for long on its own thread; nobody waits for it.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome
}

/// Prints an error once. Faults of the configuration end with 2, an output that nobody reads without a word, everything
/// else with 1.
fn report(error: &anyhow::Error) -> ExitCode {
    if let Some(faults) = error.downcast_ref::<Faults>() {
        remark!("{faults}");
        return ExitCode::from(2);
    }
    if print::nobody_reads(error) {
        // What a command such as `poll-once` had still to do is not done.
        return ExitCode::FAILURE;
    }
    remark!("mentiond: {error:#}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// The number of commands below this one, each of which has an example of itself.
    fn with_examples(name: &str, command: &mut clap::Command) -> usize {
        let mut number = 0;
        for sub in command.get_subcommands_mut().filter(|sub| sub.get_name() != "help") {
            let name = format!("{name} {}", sub.get_name());
            let help = sub.render_long_help().to_string();
            let example = help.split("Examples:\n").nth(1).is_some_and(|examples| examples.contains(&name));
            assert!(example, "{help}");
            number += 1 + with_examples(&name, sub);
        }
        number
    }

    #[test]
    fn every_command_has_help_with_an_example() {
        let mut command = Arguments::command();
        command.build();
        assert!(with_examples("mentiond", &mut command) > 10);
    }
}
