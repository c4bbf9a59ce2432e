//! `mentiond incidents`: the spikes of negative stories, those that are open first.

use std::process::ExitCode;

use anyhow::Result;
use chrono_tz::Tz;
use clap::Args;

use super::options::ConfigOption;
use super::print::say;
use super::words::count;
use crate::model::Instant;
use crate::model::incident::{Incident, IncidentEnding};
use crate::model::text::one_line;
use crate::store::Store;

/// Lists spikes of negative stories: those that go on, and the latest that are over.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond incidents
  mentiond incidents --brand \"Skip Hop\" --limit 100")]
pub struct Arguments {
    #[command(flatten)]
    config: ConfigOption,
    /// Those of this brand alone
    #[arg(long, value_name = "NAME")]
    brand: Option<String>,
    /// At most so many
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: usize,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let config = arguments.config.load_for_store()?;
    let store = Store::open_existing(&config.store).await?;
    let mut incidents = store.incidents(arguments.brand.as_deref(), arguments.limit).await?;
    store.close().await;
    incidents.sort_by_key(|incident| incident.ended.is_some());
    if incidents.is_empty() {
        say!("Negative stories have not spread so far.")?;
    }
    for incident in &incidents {
        say!("{}", describe(incident, config.mail.time_zone))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// An incident in two lines: how it stands, and what its clearest window held.
fn describe(incident: &Incident, zone: Tz) -> String {
    let Incident { id, brand, onset, found_at, told_at, ended, evidence } = incident;
    let time = |at: Instant| at.with_timezone(&zone).format("%-d %b %Y, %H:%M %Z").to_string();
    let stands = match ended {
        None => format!("GOES ON, last told {}", time(*told_at)),
        Some((at, IncidentEnding::Calm)) => format!("ended {}", time(*at)),
        Some((at, IncidentEnding::NewLevel)) => format!("the usual level since {}", time(*at)),
        Some((at, IncidentEnding::Revised)) => format!("taken back {}", time(*at)),
    };
    format!(
        "{id:<5} {}: began {}, found {}, {stands}; {} by {}, {}\n      {}: {}",
        one_line(brand, 80),
        time(*onset),
        time(*found_at),
        count(evidence.negative, "negative story", "negative stories"),
        count(evidence.authors, "author", "authors"),
        evidence.kind.words(),
        evidence.counts.words(evidence.window_hours),
        evidence.talk.words()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::incident::{IncidentCount, IncidentCounts, IncidentEvidence, IncidentKind, Talk};

    #[test]
    fn an_incident_is_described_in_two_lines() {
        let at = |text: &str| -> Instant { text.parse().unwrap() };
        let count = |observed, expected, log10_tail| IncidentCount { observed, expected, log10_tail };
        let evidence = IncidentEvidence {
            at: at("2026-03-09T09:30:00Z"),
            onset: at("2026-03-09T08:10:00Z"),
            first: Some(7),
            window_hours: 2,
            counts: IncidentCounts {
                negative_stories: count(9, 0.4, -6.0),
                negative_authors: count(8, 0.4, -5.2),
                all_stories: count(42, 4.0, -9.1),
                all_authors: count(40, 3.6, -8.8),
            },
            talk: Talk::All,
            faster: false,
            negative: 11,
            authors: 10,
            top_author_share: 0.2,
            kind: IncidentKind::BroadWave,
            stories: Vec::new(),
        };
        let open = Incident {
            id: 3,
            brand: "Skip Hop".to_owned(),
            onset: evidence.onset,
            found_at: evidence.at,
            told_at: evidence.at,
            ended: None,
            evidence,
        };
        assert_eq!(
            describe(&open, Tz::UTC),
            "3     Skip Hop: began 9 Mar 2026, 08:10 UTC, found 9 Mar 2026, 09:30 UTC, GOES ON, last told 9 Mar 2026, 09:30 UTC; \
             11 negative stories by 10 authors, broad wave\n      \
             9 negative in 2 h where 0.4 are usual (p = 1e-6.0), by 8 authors where 0.4 are usual (p = 1e-5.2); of all tones \
             42 where 4.0 are usual (p = 1e-9.1), by 40 authors where 3.6 are usual (p = 1e-8.8): all talk rises"
        );
        let over = Incident { ended: Some((at("2026-03-09T15:00:00Z"), IncidentEnding::Calm)), ..open };
        assert!(describe(&over, Tz::UTC).contains(", ended 9 Mar 2026, 15:00 UTC; 11 negative"));
    }
}
