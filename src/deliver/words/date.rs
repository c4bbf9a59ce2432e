//! The parts of a date, for languages to put together. Pure.

use chrono::{Datelike as _, Timelike as _};
use chrono_tz::Tz;

use crate::model::Instant;

/// What the calendar and the clock on the wall show.
pub struct Parts {
    /// 0 is Monday.
    weekday: usize,
    /// 0 is January.
    month: usize,
    /// Day of the month.
    pub day: u32,
    /// Year.
    pub year: i32,
    /// Hour.
    pub hour: u32,
    /// Minute.
    pub minute: u32,
    /// `CET`, or the offset where the zone has no such name.
    pub zone: String,
}

impl Parts {
    /// Those of an instant in a zone.
    pub fn new(at: Instant, zone: Tz) -> Self {
        let local = at.with_timezone(&zone);
        Self {
            weekday: local.weekday().num_days_from_monday() as usize,
            month: local.month0() as usize,
            day: local.day(),
            year: local.year(),
            hour: local.hour(),
            minute: local.minute(),
            zone: local.format("%Z").to_string(),
        }
    }

    /// The name of the day of the week, from Monday on.
    pub fn weekday<'a>(&self, names: &[&'a str; 7]) -> &'a str {
        names.get(self.weekday).copied().unwrap_or_default()
    }

    /// The name of the month.
    pub fn month<'a>(&self, names: &[&'a str; 12]) -> &'a str {
        names.get(self.month).copied().unwrap_or_default()
    }
}
