//! `mentiond poll-once`: polls every source now, stores what is new, and says what came of it.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::options::{ConfigOption, Need, named, no_source};
use super::print::say;
use super::status::say_sent;
use super::words::{MORE, count, first_of};
use crate::app;
use crate::clock::Clock;
use crate::store::Committed;
use crate::telemetry;

/// Polls all sources now, whether they are due or not, and stores what is new. A source that is stopped, or whose host
/// wants to be left alone, is polled only when it is named.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond poll-once
  mentiond poll-once --source blog --source forum
  mentiond poll-once --send    also delivers what is due, for those who prefer cron to a daemon;
                               their sources want an `interval` that is cron's

It says nothing again that nobody has acknowledged and tells no others of it (`escalate`), neither
alerts nor incidents, and composes no digests: that is the work of `mentiond run`, and of
`mentiond digest --send`.")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    /// Only this source; may be given several times
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// Then deliver the notices that are due
    #[arg(long)]
    send: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let clock = Clock::system();
    let (config, plan) = arguments.config.load_with_plan(Need::of_sending(arguments.send), &clock)?;
    telemetry::init(&config.log)?;
    for name in &arguments.source {
        if plan.sources.iter().all(|source| source.name != *name) {
            let all = named(plan.sources.iter().map(|source| source.name.as_str()));
            return Err(no_source(name, &all).into());
        }
    }
    let session = app::Session::open(&config, &plan, &clock).await?;
    let pipeline = app::pipeline(&config, &plan)?;
    let is_named = |name: &str| arguments.source.iter().any(|wanted| wanted == name);
    let chosen = |name: &str| arguments.source.is_empty() || is_named(name);
    let states = session.store.source_states().await?;
    let stopped = |name: &str| states.iter().find(|state| state.name == name).and_then(|state| state.stopped.as_ref());
    let (mut failed, mut changes) = (false, Vec::new());
    for source in plan.sources.iter().filter(|source| chosen(&source.name)) {
        if let Some(reason) = stopped(&source.name).filter(|_| !is_named(&source.name)) {
            say!("source `{}`: not polled, {reason}; `--source` polls it all the same", source.name)?;
            continue;
        }
        let free_at = session.store.host_free_at(&source.name).await?;
        if !is_named(&source.name) && free_at > clock.now() + config.fetch.host_gap {
            let until = free_at.with_timezone(&config.mail.time_zone).format("%-d %b %Y, %H:%M %Z");
            let why = "its host wants to be left alone until";
            say!("source `{}`: not polled, {why} {until}; `--source` polls it all the same", source.name)?;
            continue;
        }
        let Some(claim) = session.claim(&source.name, config.fetch.host_gap, &clock).await? else {
            say!("source `{}`: somebody else polls it or its host just now", source.name)?;
            continue;
        };
        let polled = pipeline.poll_source(&session.store, source, claim, &session.owner, &clock).await?;
        let new = &polled.committed;
        changes.extend(new.health.clone());
        if let Some(fault) = &polled.fault {
            failed = true;
            say!("source `{}`: {fault}", source.name)?;
        }
        if polled.fault.is_none() || polled.entries > 0 {
            say!(
                "source `{}`: {}, {} new, {}, {}{}",
                source.name,
                count(polled.entries, "entry", "entries"),
                new.entries,
                count(new.mentions, "mention", "mentions"),
                count(new.alerts, "alert", "alerts"),
                also(new)
            )?;
        }
        for problem in first_of(&polled.problems) {
            say!("source `{}`: {problem}", source.name)?;
        }
        if polled.goes_on {
            say!("source `{}`: {MORE}; the next poll goes on", source.name)?;
        }
    }
    // Who was not running cannot say that a poll came too late.
    let now = clock.now();
    changes.extend(session.store.examine_sources(&config.health, now, now).await?);
    for change in changes {
        say!("source `{}` {}", change.source, change.condition.health.words())?;
    }
    if arguments.send {
        session.look_out(&config, &plan, &clock).await?;
        failed |= !say_sent(&session.send_due(&config, clock).await?)?;
    }
    session.store.close().await;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What else was done to entries that were known: `, 1 edited`.
fn also(new: &Committed) -> String {
    let done = [
        (new.copies, "known from other sources"),
        (new.edits, "edited"),
        (new.deletions, "deleted"),
        (new.recounts, "with other counts"),
    ];
    done.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!(", {number} {what}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_done_is_told() {
        assert_eq!(also(&Committed { entries: 2, mentions: 1, alerts: 1, ..Committed::default() }), "");
        let all = Committed { copies: 1, edits: 2, deletions: 3, recounts: 4, ..Committed::default() };
        assert_eq!(also(&all), ", 1 known from other sources, 2 edited, 3 deleted, 4 with other counts");
    }
}
