//! `mentiond send-test`: a trial mail the whole way through the outbox, as every other notice goes.
#![expect(clippy::print_stdout, reason = "what became of the mail is the command's output")]

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::options::ConfigOption;
use super::status::say_sent;
use crate::app::Session;
use crate::clock::Clock;
use crate::model::Notice;
use crate::model::notice::TrialNotice;
use crate::model::outbox::OutboxKind;
use crate::telemetry;

/// Sends a trial mail through the configured mail server.
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
    let (config, plan) = arguments.config.load_with_plan(&clock)?;
    telemetry::init(&config.log)?;
    let session = Session::open(&config, &plan, &clock).await?;
    let mut recipients = arguments.to;
    if recipients.is_empty() {
        recipients = config.brands.iter().flat_map(|brand| brand.value.recipients.clone()).collect();
        recipients.sort();
        recipients.dedup();
    }
    let now = clock.now();
    for recipient in &recipients {
        println!("a trial mail goes to {recipient}");
        session.store.enqueue(OutboxKind::Trial, recipient, &Notice::Trial(TrialNotice { asked_at: now }), now).await?;
    }
    let sent = session.send_due(&config, clock).await?;
    session.store.close().await;
    Ok(if say_sent(&sent) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
