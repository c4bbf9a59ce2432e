//! What goes into the watch over a brand, and what comes out. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::incident::{Calm, Event};
use crate::config::SpikeSettings;

/// What the user sets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// At most so many false incidents per brand in 30 days.
    pub budget: f64,
    /// Whose wall clock tells the hours of the week.
    pub time_zone: Tz,
    /// That an incident goes on is told after this time even where nothing else is news.
    pub update_after: TimeDelta,
    /// No two updates come closer than this.
    pub update_apart: TimeDelta,
    /// An incident ends when its counts were usual for so long.
    pub quiet: TimeDelta,
    /// After an incident another must stand out from what may be left of it for so long.
    pub cool_down: TimeDelta,
    /// An incident that lasts longer is the usual level from then on.
    pub longest: TimeDelta,
}

impl From<SpikeSettings> for Settings {
    /// As the configuration says.
    fn from(settings: SpikeSettings) -> Self {
        let usual = Self::default();
        let update_after = TimeDelta::from_std(settings.update_interval).unwrap_or(usual.update_after);
        Self { budget: settings.budget, time_zone: settings.time_zone, update_after, ..usual }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            budget: 0.3,
            time_zone: Tz::UTC,
            update_after: TimeDelta::hours(6),
            update_apart: TimeDelta::hours(1),
            quiet: TimeDelta::hours(3),
            cool_down: TimeDelta::hours(6),
            longest: TimeDelta::days(5),
        }
    }
}

/// A story as it goes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Story<'a> {
    /// When it was published.
    pub at: DateTime<Utc>,
    /// The caller's number for it, for evidence.
    pub id: i64,
    /// Who wrote it, where that is known.
    pub author: Option<&'a str>,
    /// Whether its tone is negative.
    pub negative: bool,
    /// Since when the source that told it is read, where that is known.
    pub source_since: Option<DateTime<Utc>>,
}

/// What a story or the passing of time led to.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What there is to tell, in order; mostly nothing.
    pub events: Vec<Event>,
    /// Why the story told nothing new; `None` where it did.
    pub calm: Option<Calm>,
}
