//! `mentiond status`: the daemon, sources, alerts nobody acknowledged, the outbox and its dead letters.

use std::io;
use std::process::ExitCode;

use anyhow::Result;
use chrono::TimeDelta;
use clap::Args;

use super::healthcheck;
use super::options::ConfigOption;
use super::print::say;
use super::words::count;
use crate::app::Sent;
use crate::clock::Clock;
use crate::config::Config;
use crate::deliver::lost_words;
use crate::model::Instant;
use crate::model::text::one_line;
use crate::store::{DigestLeave, Store};

mod hub;
mod source;

/// Most characters of why a part of a source cannot be read.
const WHY: usize = 200;
/// How long it is told that something of a source may be missing.
const LOST: TimeDelta = TimeDelta::days(7);
/// Dead letters and open alerts listed; the rest is counted.
const LISTED: usize = 20;

/// Shows how the daemon, sources, alerts and mails stand.
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
    let store = Store::open_existing(&config.store).await?;
    let now = Clock::system().now();
    say!("Daemon: {}", daemon(healthcheck::Health::read(&config.state_dir), now))?;
    show_sources(&store, &config, now).await?;
    show_hubs(&store, now).await?;
    show_incidents(&store, now).await?;
    show_alerts(&store, now).await?;
    show_holds(&store, now).await?;
    show_leaves(&store, now).await?;
    show_outbox(&store, now).await?;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Says what became of the notices that were due; whether all is well.
///
/// # Errors
/// When the output cannot be written.
pub fn say_sent(sent: &Sent) -> io::Result<bool> {
    say!("{} handed to {}", count(sent.delivered, "mail was", "mails were"), sent.way)?;
    if sent.waiting > 0 {
        say!("{} in the outbox: see `mentiond status`", count(sent.waiting, "mail still waits", "mails still wait"))?;
    }
    if sent.died > 0 {
        say!("{} given up: see `mentiond status`", count(sent.died, "mail was", "mails were"))?;
    }
    Ok(sent.waiting == 0 && sent.died == 0)
}

/// The daemon by its heartbeat. One that cannot be read says nothing of it, and is no reason to show nothing else.
fn daemon(health: Result<Option<healthcheck::Health>>, now: Instant) -> String {
    match health {
        Err(error) => format!("not known: {error:#}"),
        Ok(None) => "NOT RUNNING".to_owned(),
        Ok(Some(health)) => {
            let sign = format!("process {}, {}", health.process, distance(now - health.age(now), now));
            if !health.is_fresh(now) {
                return format!("NOT RUNNING; the last sign of life: {sign}");
            }
            let stuck = match health.pulse.stuck.as_slice() {
                [] => String::new(),
                stuck => format!(", but these jobs are STUCK: {}", stuck.join(", ")),
            };
            let unstored = health.unstored.map_or_else(String::new, |(since, error)| {
                format!("\n  What polls bring CANNOT BE STORED, for the first time {}: {error}", distance(since, now))
            });
            let broken: String = health.broken.iter().map(|way| format!("\n  {}", healthcheck::broken(way))).collect();
            format!("running, {sign}{stuck}{unstored}{broken}")
        }
    }
}

/// The configured sources.
///
/// # Errors
/// When the database fails, or the output cannot be written.
pub async fn show_sources(store: &Store, config: &Config, now: Instant) -> Result<()> {
    let (states, losses) = (store.source_states().await?, store.losses(now - LOST, now).await?);
    say!("Sources ({}){}", states.len(), source::summary(&states))?;
    let webhooks = store.webhook_states().await?;
    for state in &states {
        let configured = config.sources.iter().map(|located| &located.value).find(|source| source.name == state.name);
        let left = configured.and_then(|source| source::used(source, state.usage.at(now)));
        let left = left.map(|left| format!("; {left}")).unwrap_or_default();
        let takes = configured.is_some_and(|source| source.webhook.is_some());
        let called = webhooks.iter().find(|webhook| webhook.source == state.name);
        let webhook = if takes { format!("; {}", source::webhook(called, now)) } else { String::new() };
        say!("  {:<24} {}{left}{webhook}", state.name, source::describe(state, config.mail.time_zone, now))?;
        for (lane, why, times) in state.lanes.failures() {
            say!("    `{lane}` cannot be read: {} ({})", one_line(why, WHY), count(times, "time", "times"))?;
        }
        for lost in losses.iter().filter(|lost| lost.source == state.name).take(LISTED) {
            say!("    {}", lost_words(lost, config.mail.time_zone))?;
        }
    }
    Ok(())
}

/// Whom the configuration names, but who wants a digest no more.
async fn show_leaves(store: &Store, now: Instant) -> Result<()> {
    let leaves = store.digest_leaves().await?;
    if leaves.is_empty() {
        return Ok(());
    }
    say!("Left digests ({})", leaves.len())?;
    for DigestLeave { digest, recipient, at, by } in &leaves {
        say!("  {digest:<24} {recipient}, {}, said by {by}", distance(*at, now))?;
    }
    Ok(())
}

/// Most installations have none, and are not told so.
async fn show_hubs(store: &Store, now: Instant) -> Result<()> {
    let hubs = store.hub_states().await?;
    if hubs.is_empty() {
        return Ok(());
    }
    say!("Hubs ({})", hubs.len())?;
    for hub in &hubs {
        say!("  {:<24} {}", hub.source, hub::describe(hub, now))?;
    }
    Ok(())
}

/// Only those that go on; `mentiond incidents` lists the others.
async fn show_incidents(store: &Store, now: Instant) -> Result<()> {
    for incident in store.open_incidents().await? {
        let stories = count(incident.evidence.negative, "negative story", "negative stories");
        let (since, told) = (distance(incident.onset, now), distance(incident.told_at, now));
        say!("NEGATIVE STORIES SPREAD about {}: {stories}, began {since}, last told {told}", incident.brand)?;
    }
    Ok(())
}

async fn show_alerts(store: &Store, now: Instant) -> Result<()> {
    let alerts = store.open_alerts(LISTED).await?;
    say!("Alerts that nobody acknowledged ({}{})", alerts.len(), if alerts.len() == LISTED { "+" } else { "" })?;
    for alert in alerts {
        say!(
            "  {:<8} {}: {} ({}, {})",
            alert.mention_id,
            alert.brand,
            alert.title,
            alert.rule,
            distance(alert.created_at, now)
        )?;
    }
    Ok(())
}

/// Usually nothing is held, and that is not told.
async fn show_holds(store: &Store, now: Instant) -> Result<()> {
    for hold in store.open_holds().await? {
        let by = hold.silence.map(|id| format!(" (silence {id})")).unwrap_or_default();
        let (alerts, incidents) = (
            (hold.alerts > 0).then(|| count(hold.alerts, "alert", "alerts")),
            (hold.incidents > 0).then(|| count(hold.incidents, "incident", "incidents")),
        );
        let one = hold.alerts + hold.incidents == 1;
        let what = [alerts, incidents].into_iter().flatten().collect::<Vec<_>>().join(" and ");
        let held = format!("{what} {}", if one { "is held" } else { "are held" });
        say!("  {held}: {}{by}, until {}", hold.reason.as_str(), distance(hold.until, now))?;
    }
    Ok(())
}

async fn show_outbox(store: &Store, now: Instant) -> Result<()> {
    let counts = store.outbox_counts().await?;
    let handed = if counts.handed_over > 0 { format!(" {} handed over,", counts.handed_over) } else { String::new() };
    say!(
        "Outbox: {} waiting, {} sent,{handed} {}",
        counts.waiting,
        counts.sent,
        count(counts.dead, "dead letter", "dead letters")
    )?;
    if let Some(oldest) = counts.oldest_waiting {
        say!("  the oldest was written {}", distance(oldest, now))?;
    }
    for letter in store.dead_letters(false, LISTED).await? {
        say!(
            "  dead letter {:<6} {} to {}, {}, given up {}: {}",
            letter.id,
            letter.kind.as_str(),
            letter.recipient,
            count(letter.attempts, "attempt", "attempts"),
            distance(letter.died_at, now),
            letter.error
        )?;
    }
    Ok(())
}

/// An instant seen from now: `3 min ago`, `in 2 h`.
fn distance(at: Instant, now: Instant) -> String {
    let seconds = (at - now).num_seconds();
    let (size, ahead) = (seconds.unsigned_abs(), seconds > 0);
    let amount = length(size);
    if ahead { format!("in {amount}") } else { format!("{amount} ago") }
}

/// A length of time in seconds, roughly.
fn length(seconds: u64) -> String {
    match seconds {
        0..=89 => format!("{seconds} s"),
        90..=5_399 => format!("{} min", (seconds + 30) / 60),
        5_400..=129_599 => format!("{} h", (seconds + 1_800) / 3_600),
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::undelivered::FailedWay;
    use crate::pulse::PulseReading;
    use chrono::{TimeZone, Utc};

    #[test]
    fn the_daemon_is_what_its_heartbeat_says() {
        let now = Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap();
        let said = |seconds, stuck: &[&str]| {
            let pulse = PulseReading { loops: 5, stuck: stuck.iter().map(|&name| name.to_owned()).collect() };
            let at = now - TimeDelta::seconds(seconds);
            daemon(Ok(Some(healthcheck::Health { at, process: 123, pulse, unstored: None, broken: Vec::new() })), now)
        };
        assert_eq!(said(12, &[]), "running, process 123, 12 s ago");
        assert_eq!(said(-5, &[]), "running, process 123, 0 s ago", "a clock that was set back");
        assert_eq!(
            said(12, &["poller", "sender"]),
            "running, process 123, 12 s ago, but these jobs are STUCK: poller, sender"
        );
        let unstored = Some((now - TimeDelta::minutes(5), "the database failed: disk full".to_owned()));
        let pulse = PulseReading { loops: 5, stuck: Vec::new() };
        let error = "connection refused".to_owned();
        let broken = vec![FailedWay { way: "mail".to_owned(), since: now, until: None, error }];
        assert_eq!(
            daemon(Ok(Some(healthcheck::Health { at: now, process: 123, pulse, unstored, broken })), now),
            "running, process 123, 0 s ago\n  What polls bring CANNOT BE STORED, for the first time 5 min ago: the database \
             failed: disk full\n  no mail gets through since 2026-03-02T08:00:00Z: connection refused"
        );
        assert_eq!(said(7_200, &[]), "NOT RUNNING; the last sign of life: process 123, 2 h ago");
        assert_eq!(daemon(Ok(None), now), "NOT RUNNING");
        assert_eq!(daemon(Err(anyhow::anyhow!("it is a folder")), now), "not known: it is a folder");
    }

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
