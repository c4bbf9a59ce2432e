//! `mentiond send-test`: a trial mail the whole way through the outbox, as every other notice goes. Sends nothing else.

use std::process::ExitCode;
use std::str::FromStr as _;

use anyhow::{Context as _, Result};
use clap::Args;

use super::options::{ConfigOption, Need, argument_fault};
use super::print::say;
use super::signals;
use crate::app::Session;
use crate::clock::Clock;
use crate::config::{Config, Faults};
use crate::deliver::{Channel, Outcome};
use crate::telemetry;

/// Sends a trial mail through the configured mail server; exit 0 if it was handed over for every recipient.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond send-test                      to all configured recipients
  mentiond send-test --to me@example.org")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    /// The recipient; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    to: Vec<String>,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let clock = Clock::system();
    let (config, plan) = arguments.config.load_with_plan(Need::Everything, &clock)?;
    let recipients = recipients(arguments.to, &config)?;
    telemetry::init(&config.log)?;
    let shutdown = signals::listen()?;
    let channel = Channel::new(&config.mail).context("mail cannot be set up")?;
    let session = Session::open(&config, &plan, &clock).await?;
    say!("handing over to {} ...", channel.describe())?;
    let mut all = true;
    for recipient in &recipients {
        match session.send_trial(&channel, recipient, &clock, &shutdown).await? {
            Outcome::Sent => say!("{recipient}: handed over")?,
            Outcome::Transient(error) | Outcome::Permanent(error) => {
                all = false;
                say!("{recipient}: NOT delivered: {error}")?;
            }
        }
    }
    session.store.close().await;
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Who gets a trial mail, each once: those of the command line, else all that the configuration names.
fn recipients(given: Vec<String>, config: &Config) -> Result<Vec<String>, Faults> {
    for address in &given {
        if lettre::Address::from_str(address).is_err() {
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
