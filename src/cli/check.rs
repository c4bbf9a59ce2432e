//! `mentiond check`: every fault of a configuration at once; with `--online` also what sources, mail and folders say. Changes
//! nothing: it writes neither the store nor the state directory.

mod hears;

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::options::{ConfigOption, Need};
use super::print::say;
use super::words::{count, first_of};
use crate::app::{self, Plan};
use crate::clock::Clock;
use crate::config::Config;
use crate::deliver::Channel;
use crate::store::ClaimedSource;
use crate::web::hook_address;

/// Reports every fault of the configuration, each with file, line, key and a hint; exit 2 if there are any.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond check --config mentiond.toml
  mentiond check --online    also polls each source once and logs in to the mail server, changing nothing")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    /// Also poll each source once and log in to the mail server, changing nothing
    #[arg(long)]
    online: bool,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let clock = Clock::system();
    let (config, plan) = arguments.config.load_with_plan(Need::Everything, &clock)?;
    say!(
        "the configuration is right: {}, {}, {}, {}",
        count(config.brands.len(), "brand", "brands"),
        count(config.sources.len(), "source", "sources"),
        count(config.rules.len(), "rule", "rules"),
        count(config.digests.len(), "digest", "digests")
    )?;
    let own = config.tone.words.len() + config.tone.of_brands.values().map(Vec::len).sum::<usize>();
    if own > 0 {
        say!("words of your own: {}", count(own, "file", "files"))?;
    }
    for line in hears::lines(&config, &plan) {
        say!("{line}")?;
    }
    say_unasked(&plan)?;
    say_webhooks(&config)?;
    match config.health.recipients.as_slice() {
        [] => say!("nobody is told when a source falls ill; name somebody with `recipients` below `[health]`")?,
        operators => say!("told when a source falls ill: {}", operators.join(", "))?,
    }
    for channel in &config.channels {
        say!("channel `{}`: {}", channel.name, channel.way.kind().as_str())?;
    }
    if let Some((name, text)) = Channel::new(&config.mail)?.signature_record() {
        say!("mails are signed; the DNS has to have the TXT record\n  {name}\n  {text}")?;
    }
    if !arguments.online {
        return Ok(ExitCode::SUCCESS);
    }
    let sources = check_sources(&config, &plan, &clock).await?;
    let ways_out = check_ways_out(&config).await?;
    Ok(if sources && ways_out { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The words that a source is not asked for, though it is for others.
fn say_unasked(plan: &Plan) -> Result<()> {
    for source in &plan.sources {
        let profile = source.kind.profile();
        let unasked = source.terms.iter().filter(|term| !profile.takes(term));
        let unasked: Vec<String> = unasked.map(|term| format!("`{term}` is not asked for")).collect();
        for words in first_of(&unasked) {
            say!("source `{}`: {words}, {}", source.name, profile.refusal())?;
        }
    }
    Ok(())
}

/// What has to be entered where the network is told to send.
fn say_webhooks(config: &Config) -> Result<()> {
    for source in config.sources.iter().map(|located| &located.value).filter(|source| source.webhook.is_some()) {
        let address = config.web.public_url.as_ref().and_then(|public| hook_address(public, &source.name));
        if let (Some(address), Some(webhook)) = (address, source.kind.profile().webhook) {
            let (object, field) = (webhook.object, webhook.field);
            say!("webhook of `{}`: {address}, for the field `{field}` of the object `{object}`", source.name)?;
        }
    }
    Ok(())
}

async fn check_sources(config: &Config, plan: &Plan, clock: &Clock) -> Result<bool> {
    let pipeline = app::pipeline(config, plan)?;
    let mut all = true;
    for source in &plan.sources {
        let fresh = ClaimedSource::fresh(&source.name);
        let reading = pipeline.read_source(source, &fresh, clock.now()).await;
        match reading.fault {
            None => {
                say!("source `{}`: read, {}", source.name, count(reading.entries.len(), "entry", "entries"))?;
            }
            Some(fault) => {
                all = false;
                say!("source `{}`: {fault}", source.name)?;
            }
        }
        for problem in first_of(&reading.problems) {
            say!("source `{}`: {problem}", source.name)?;
        }
    }
    Ok(all)
}

async fn check_ways_out(config: &Config) -> Result<bool> {
    let channels = app::channels(config)?;
    let mail = channels.mail();
    let mut all = true;
    match mail.check().await {
        Ok(()) => say!("mail: {} is ready", mail.describe())?,
        Err(error) => {
            all = false;
            say!("mail: {} cannot be used: {error}", mail.describe())?;
        }
    }
    for name in config.channels.iter().map(|channel| &channel.name) {
        match channels.check(name) {
            Some(Ok(())) => say!("channel `{name}`: it is ready")?,
            Some(Err(error)) => {
                all = false;
                say!("channel `{name}`: it cannot be used: {error}")?;
            }
            None => say!("channel `{name}`: only a notice can try it: `mentiond send-test --to \"channel:{name}\"`")?,
        }
    }
    Ok(all)
}
