//! `mentiond digest`: the digest of the period that is running, as files to look at or as a mail of its own. The
//! schedule is not touched: the same mentions will be in the regular digest too.

mod leave;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use clap::Args;

use super::options::{ConfigOption, Need, argument_fault, named};
use super::print::say;
use super::status::say_sent;
use crate::app::Session;
use crate::clock::Clock;
use crate::config::Config;
use crate::deliver;
use crate::digest::Period;
use crate::model::outbox::{OutboxKind, OutboxMessage};
use crate::model::{Instant, Notice};
use crate::report::DigestPlan;
use crate::telemetry;

/// Composes the digests of the running period: what was found since the last one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond digest --preview /tmp/digests    writes them as .eml, .html and .txt files
  mentiond digest --send                    mails them now; the regular digest comes all the same
  mentiond digest unsubscribe --recipient anna@example.org")]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<leave::Command>,
    #[command(flatten)]
    config: ConfigOption,
    #[command(flatten)]
    way: Way,
    /// Only the digest of this name
    #[arg(long, value_name = "NAME")]
    digest: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Way {
    /// Write them as files into this folder
    #[arg(long, value_name = "DIR")]
    preview: Option<PathBuf>,
    /// Mail them now
    #[arg(long)]
    send: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    if let Some(command) = arguments.command {
        return leave::run(command).await;
    }
    let clock = Clock::system();
    let (config, plan) = arguments.config.load_with_plan(Need::of_sending(arguments.way.send), &clock)?;
    telemetry::init(&config.log)?;
    let wanted = |plan: &&DigestPlan| arguments.digest.as_ref().is_none_or(|name| name == &plan.config.name);
    let digests: Vec<&DigestPlan> = plan.digests.iter().filter(wanted).collect();
    if let (true, Some(name)) = (digests.is_empty(), &arguments.digest) {
        let all = named(plan.digests.iter().map(|digest| digest.config.name.as_str()));
        let hint = if all.is_empty() {
            "the configuration has none".to_owned()
        } else {
            format!("the configuration has {all}")
        };
        return Err(argument_fault("--digest", format!("there is no digest `{name}`"), hint).into());
    }
    anyhow::ensure!(!digests.is_empty(), "there are no digests: the configuration says `digest = []`");
    let session = Session::open(&config, &plan, &clock).await?;
    let notices = compose(&session, &digests, clock.now()).await?;
    let code = match &arguments.way.preview {
        Some(dir) => preview(dir, notices, &config, clock.now())?,
        None => send(&session, notices, &config, clock).await?,
    };
    session.store.close().await;
    Ok(code)
}

async fn compose(session: &Session, digests: &[&DigestPlan], now: Instant) -> Result<Vec<(String, Notice)>> {
    session.store.note_downtime(now).await?;
    let mut notices = Vec::new();
    for plan in digests {
        let last = session.store.last_slot(&plan.config.name).await?;
        let period = Period { from: last.unwrap_or(now - TimeDelta::days(1)), to: now, catches_up: false };
        let reports = plan.notices(&session.store, period).await?;
        notices.extend(reports.into_iter().map(|(recipient, digest)| (recipient, Notice::Digest(digest))));
    }
    Ok(notices)
}

fn preview(dir: &Path, notices: Vec<(String, Notice)>, config: &Config, now: Instant) -> Result<ExitCode> {
    for (id, (recipient, notice)) in (1..).zip(notices) {
        let language = config.tongues.of(&notice, &[]);
        let message = OutboxMessage {
            id,
            kind: OutboxKind::Digest,
            recipient,
            created_at: now,
            sealed_at: now,
            attempt: 1,
            acknowledge: None,
            language,
            unanswered: None,
            instead: None,
            answers: None,
            notice,
        };
        let files = deliver::preview(dir, &message, &config.mail)
            .with_context(|| format!("the folder `{}` cannot be written", dir.display()))?;
        for file in files {
            say!("{}", file.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn send(session: &Session, notices: Vec<(String, Notice)>, config: &Config, clock: Clock) -> Result<ExitCode> {
    for (recipient, notice) in &notices {
        session.store.enqueue(OutboxKind::Digest, recipient, notice, clock.now()).await?;
    }
    let sent = session.send_due(config, clock).await?;
    Ok(if say_sent(&sent)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
