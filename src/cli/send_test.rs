//! `mentiond send-test`: a trial notice the whole way through the outbox, as every other notice goes. Sends nothing else.

use std::process::ExitCode;
use std::str::FromStr as _;

use anyhow::Result;
use clap::Args;

use super::options::{ConfigOption, Need, argument_fault};
use super::print::say;
use super::signals;
use crate::app::{self, Session};
use crate::clock::Clock;
use crate::config::{Config, Faults};
use crate::model::outbox::channel_of;
use crate::model::suggest;
use crate::telemetry;

/// Sends a trial notice through the configured mail server or channels; exit 0 if it was handed over for every recipient.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond send-test                      to all configured recipients
  mentiond send-test --to me@example.org
  mentiond send-test --to channel:ops")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    /// The recipient, a mail address or `channel:NAME`; may be given several times
    #[arg(long, value_name = "RECIPIENT")]
    to: Vec<String>,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let clock = Clock::system();
    let (config, plan) = arguments.config.load_with_plan(Need::Everything, &clock)?;
    let recipients = recipients(arguments.to, &config)?;
    telemetry::init(&config.log)?;
    let shutdown = signals::listen()?;
    let channels = app::channels(&config)?;
    let session = Session::open(&config, &plan, &clock).await?;
    if recipients.iter().any(|recipient| channel_of(recipient).is_none()) {
        say!("handing over to {} ...", channels.mail().describe())?;
    }
    let mut all = true;
    for recipient in &recipients {
        match session.send_trial(&channels, recipient, &clock, &shutdown).await? {
            Ok(()) => say!("{recipient}: handed over")?,
            Err(why) => {
                all = false;
                say!("{recipient}: NOT delivered: {why}")?;
            }
        }
    }
    channels.close().await;
    session.store.close().await;
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Who gets a trial, each once: those of the command line, else all that the configuration names.
fn recipients(given: Vec<String>, config: &Config) -> Result<Vec<String>, Faults> {
    for address in &given {
        if let Some(name) = channel_of(address) {
            check_channel(name, config)?;
        } else if lettre::Address::from_str(address).is_err() {
            let message = format!("`{}` is not a mail address", address.escape_debug());
            return Err(argument_fault("--to", message, "for instance `anna@example.org`".to_owned()));
        }
    }
    let mut recipients = given;
    if recipients.is_empty() {
        recipients = config.brands.iter().flat_map(|brand| brand.value.recipients.clone()).collect();
    }
    recipients.sort();
    recipients.dedup();
    Ok(recipients)
}

/// A channel is one that the configuration names.
fn check_channel(name: &str, config: &Config) -> Result<(), Faults> {
    let names = || config.channels.iter().map(|channel| channel.name.as_str());
    if names().any(|known| known == name) {
        return Ok(());
    }
    let hint = match suggest::nearest(name, names()) {
        Some(meant) => format!("did you mean `channel:{meant}`?"),
        None => "a channel is a `[[channel]]` of the configuration".to_owned(),
    };
    Err(argument_fault("--to", format!("there is no channel `{}`", name.escape_debug()), hint))
}
