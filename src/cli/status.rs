//! `mentiond status`: sources, alerts nobody acknowledged, the outbox and its dead letters.
#![expect(clippy::print_stdout, reason = "the status is the command's output")]

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::options::ConfigOption;
use super::words::count;
use crate::app::Sent;
use crate::clock::Clock;
use crate::model::Instant;
use crate::store::{SourceState, Store};

/// Dead letters and open alerts listed; the rest is counted.
const LISTED: usize = 20;

/// Shows how sources, alerts and mails stand.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond status
  mentiond status --config /etc/mentiond/mentiond.toml")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open(&config.store).await?;
    let now = Clock::system().now();
    show_sources(&store, now).await?;
    show_alerts(&store, now).await?;
    show_outbox(&store, now).await?;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Says what became of the notices that were due; whether all is well.
pub fn say_sent(sent: &Sent) -> bool {
    println!("{} handed to {}", count(sent.delivered, "mail was", "mails were"), sent.way);
    if sent.waiting > 0 {
        println!(
            "{} in the outbox: see `mentiond status`",
            count(sent.waiting, "mail still waits", "mails still wait")
        );
    }
    if sent.died > 0 {
        println!("{} given up: see `mentiond status`", count(sent.died, "mail was", "mails were"));
    }
    sent.waiting == 0 && sent.died == 0
}

async fn show_sources(store: &Store, now: Instant) -> Result<()> {
    let states = store.source_states().await?;
    println!("Sources ({})", states.len());
    for state in &states {
        println!("  {:<24} {}", state.name, describe(state, now));
    }
    Ok(())
}

fn describe(state: &SourceState, now: Instant) -> String {
    let next = if state.next_poll_at > now {
        format!("next poll {}", distance(state.next_poll_at, now))
    } else {
        format!("its poll was due {}", distance(state.next_poll_at, now))
    };
    let read = state.last_read_at.map_or_else(|| "never read".to_owned(), |at| format!("read {}", distance(at, now)));
    match &state.fault {
        Some(fault) => format!("FAILING ({}): {fault}; {read}; {next}", count(state.failures, "time", "times")),
        None => format!("{read}; {next}"),
    }
}

async fn show_alerts(store: &Store, now: Instant) -> Result<()> {
    let alerts = store.open_alerts(LISTED).await?;
    println!("Alerts that nobody acknowledged ({}{})", alerts.len(), if alerts.len() == LISTED { "+" } else { "" });
    for alert in alerts {
        println!(
            "  {:<8} {}: {} ({}, {})",
            alert.mention_id,
            alert.brand,
            alert.title,
            alert.rule,
            distance(alert.created_at, now)
        );
    }
    Ok(())
}

async fn show_outbox(store: &Store, now: Instant) -> Result<()> {
    let counts = store.outbox_counts().await?;
    println!(
        "Outbox: {} waiting, {} sent, {}",
        counts.waiting,
        counts.sent,
        count(counts.dead, "dead letter", "dead letters")
    );
    if let Some(oldest) = counts.oldest_waiting {
        println!("  the oldest was written {}", distance(oldest, now));
    }
    for letter in store.dead_letters(LISTED).await? {
        println!(
            "  dead letter {:<6} {} to {}, {}, given up {}: {}",
            letter.id,
            letter.kind.as_str(),
            letter.recipient,
            count(letter.attempts, "attempt", "attempts"),
            distance(letter.died_at, now),
            letter.error
        );
    }
    Ok(())
}

/// An instant seen from now: `3 min ago`, `in 2 h`.
fn distance(at: Instant, now: Instant) -> String {
    let seconds = (at - now).num_seconds();
    let (size, ahead) = (seconds.unsigned_abs(), seconds > 0);
    let amount = match size {
        0..=89 => format!("{size} s"),
        90..=5_399 => format!("{} min", (size + 30) / 60),
        5_400..=129_599 => format!("{} h", (size + 1_800) / 3_600),
        _ => format!("{} days", (size + 43_200) / 86_400),
    };
    if ahead { format!("in {amount}") } else { format!("{amount} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone, Utc};

    #[test]
    fn distances_are_short_and_right() {
        let now = Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap();
        for (seconds, words) in [
            (0, "0 s ago"),
            (-89, "89 s ago"),
            (-90, "2 min ago"),
            (3_600, "in 60 min"),
            (-7_200, "2 h ago"),
            (172_800, "in 2 days"),
        ] {
            assert_eq!(distance(now + TimeDelta::seconds(seconds), now), words);
        }
    }
}
