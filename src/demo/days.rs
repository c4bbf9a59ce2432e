//! The days of the demo: moves the clock from one deadline to the next while nobody works, and says of each day what it
//! brought. It does nothing that the daemon would do by itself.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{DateTime, DurationRound as _, TimeDelta};

use super::world::Acknowledgement;
use super::{Caught, Mails, World};
use crate::app::App;
use crate::clock::Clock;
use crate::model::Instant;
use crate::model::notice::Counts;
use crate::store::Selection;

/// The brand of the configuration.
pub const BRAND: &str = "Skip Hop";
/// Who gets the alerts.
pub const SUPPORT: &str = "support@skiphop.example";
/// Who gets the digests.
pub const TEAM: &str = "team@skiphop.example";

/// Monday 2 March 2026, 08:00 in Oslo: when the digest is due.
const BEGIN: TimeDelta = TimeDelta::seconds(1_772_434_800);
/// Whole days, each from digest to digest.
const DAYS: i32 = 10;
/// And the morning after.
const MORNING: TimeDelta = TimeDelta::hours(3);
/// By then the mails of a moment have arrived.
const DELIVERED: TimeDelta = TimeDelta::minutes(10);
/// Deadlines within the same five minutes are met together at their end: every move of the clock costs some
/// milliseconds, and somebody has something to do in nearly every simulated minute.
const STEP: TimeDelta = TimeDelta::minutes(5);
/// Nobody works for longer than this at one moment.
const PATIENCE: Duration = Duration::from_secs(60);

/// When the demo begins.
#[must_use]
pub fn begin() -> Instant {
    DateTime::UNIX_EPOCH + BEGIN
}

/// A day, from digest to digest.
#[derive(Debug, Clone)]
pub struct Day {
    /// After this instant,
    pub from: Instant,
    /// and until this one.
    pub to: Instant,
    /// What was found.
    pub counts: Counts,
}

impl Day {
    /// The digest about this day.
    #[must_use]
    pub fn digest<'a>(&self, mails: &'a [Caught]) -> Option<&'a Caught> {
        mails.iter().find(|mail| is_to(mail, TEAM) && mail.at >= self.to && mail.at < self.to + DELIVERED)
    }
}

/// Whether a mail went to that address.
#[must_use]
pub fn is_to(mail: &Caught, recipient: &str) -> bool {
    mail.envelope.recipients.iter().any(|address| address == recipient)
}

/// Something that is not the daemon's to do.
enum Event<'a> {
    DayEnds(Instant, Instant),
    Acknowledge(&'a Acknowledgement),
}

/// Lets the daemon live from [`begin`] to the end, and says on `out` what each day brought.
///
/// # Errors
/// When the daemon does not come to rest, or the store or `out` fails.
pub async fn live(app: &App, clock: &Clock, world: &World, mails: &Mails, out: &mut impl Write) -> Result<Vec<Day>> {
    writeln!(out, "day          read  mentions  stories  negative  neutral  positive  unscored  alert mails  digest")?;
    let mut days = Vec::new();
    let mut told = 0;
    for (at, event) in events(world) {
        live_until(clock, at).await?;
        match event {
            Event::Acknowledge(done) => {
                app.store().acknowledge(&Selection::All, &done.by, at).await?;
            }
            Event::DayEnds(from, to) => {
                let counts = app.store().period_counts(BRAND, from, to).await?;
                let mails = mails.all();
                tell(from, counts, mails.get(told..).unwrap_or_default(), out)?;
                told = mails.len();
                days.push(Day { from, to, counts });
            }
        }
    }
    Ok(days)
}

/// All events by time.
fn events(world: &World) -> Vec<(Instant, Event<'_>)> {
    let mut events = Vec::new();
    for day in 0..DAYS {
        let from = begin() + TimeDelta::days(1) * day;
        let to = from + TimeDelta::days(1);
        events.push((to + DELIVERED, Event::DayEnds(from, to)));
    }
    let last = begin() + TimeDelta::days(1) * DAYS;
    events.push((last + MORNING + DELIVERED, Event::DayEnds(last, last + MORNING)));
    events.extend(world.acknowledgements().iter().map(|done| (done.at, Event::Acknowledge(done))));
    events.sort_by_key(|(at, _)| *at);
    events
}

/// Moves the clock to `end`, stopping wherever somebody has something to do.
async fn live_until(clock: &Clock, end: Instant) -> Result<()> {
    loop {
        let idle = tokio::time::timeout(PATIENCE, clock.idle()).await;
        let next = idle.with_context(|| format!("somebody works for longer than {} s", PATIENCE.as_secs()))?;
        match next.context("the daemon has ended")? {
            next if next <= end => clock.advance_to(end_of_step(next).min(end)),
            _ => {
                clock.advance_to(end);
                return Ok(());
            }
        }
    }
}

/// The end of the step in which `at` lies.
fn end_of_step(at: Instant) -> Instant {
    at.duration_trunc(STEP).map_or(at, |start| if start < at { start + STEP } else { start })
}

/// A line about a day, and the mails that came with it.
fn tell(from: Instant, counts: Counts, mails: &[Caught], out: &mut impl Write) -> Result<()> {
    let alerts = mails.iter().filter(|mail| is_to(mail, SUPPORT)).count();
    let digest = if mails.iter().any(|mail| is_to(mail, TEAM)) { "mailed" } else { "" };
    let day = from.format("%a %e %b").to_string();
    let Counts { entries, mentions, stories, negative, neutral, positive, unscored, .. } = counts;
    let line = format!(
        "{day:<11}{entries:>6}{mentions:>10}{stories:>9}{negative:>10}{neutral:>9}{positive:>10}{unscored:>10}{alerts:>13}  {digest}"
    );
    writeln!(out, "{}", line.trim_end())?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_is_the_one_the_story_is_told_of() {
        let text = include_str!("../../config/demo.toml");
        let config = crate::config::parse("demo.toml", text, &crate::config::Env::default()).unwrap();
        assert_eq!(config.brands[0].value.name, BRAND);
        assert_eq!(config.brands[0].value.recipients, [SUPPORT]);
        assert_eq!(config.digests[0].value.recipients, [TEAM]);
        assert_eq!(begin().to_rfc3339(), "2026-03-02T07:00:00+00:00");
        let world = World::load().unwrap();
        let end = events(&world).last().unwrap().0;
        assert!(world.items().iter().all(|item| item.at < end), "everything is told");
    }
}
