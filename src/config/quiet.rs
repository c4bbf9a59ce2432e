//! Quiet hours as people write them: `22:00-07:00`, `mon-fri 18:00-08:00, sat sun 00:00-24:00`. Never asks the clock.

use chrono::Weekday;
use chrono_tz::Tz;

use super::reader::Key;
use super::words::{Word, Wrong, shown};

/// Minutes of a day.
pub const DAY_MINUTES: u16 = 24 * 60;
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// When somebody is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietConfig {
    /// The hours; outside of all of them somebody is told at once. None means never.
    pub spans: Vec<QuietSpan>,
    /// The zone in which they are meant.
    pub time_zone: Tz,
    /// Whether somebody is told of what is urgent all the same.
    pub urgent_breaks_through: bool,
    /// Whether somebody is told of incidents all the same.
    pub incidents_break_through: bool,
}

/// What a table says of it.
pub(super) struct Given {
    pub(super) hours: Key<Quiet>,
    pub(super) time_zone: Key<Tz>,
    pub(super) urgent: Key<bool>,
    pub(super) incidents: Key<bool>,
}

impl QuietConfig {
    /// What is given, in place of what is taken over.
    pub(super) fn within(given: Given, around: &Self) -> Self {
        Self {
            spans: given.hours.given().map_or_else(|| around.spans.clone(), |hours| hours.value.0),
            time_zone: given.time_zone.or(around.time_zone),
            urgent_breaks_through: given.urgent.or(around.urgent_breaks_through),
            incidents_break_through: given.incidents.or(around.incidents_break_through),
        }
    }
}

impl Default for QuietConfig {
    /// Never.
    fn default() -> Self {
        Self { spans: Vec::new(), time_zone: Tz::UTC, urgent_breaks_through: true, incidents_break_through: false }
    }
}

/// Hours of certain days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietSpan {
    /// The days on which they begin.
    pub days: Vec<Weekday>,
    /// The minute of the day at which they begin,
    pub from: u16,
    /// and at which they end, up to [`DAY_MINUTES`]: on the next day if that is not later than the beginning.
    pub to: u16,
}

/// The value of the key.
#[derive(Clone)]
pub(super) struct Quiet(pub(super) Vec<QuietSpan>);

impl Word for Quiet {
    const WHAT: &'static str = "a time of quiet";
    const EXAMPLE: &'static str = "22:00-07:00";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if text == "never" {
            return Ok(Self(Vec::new()));
        }
        let spans: Vec<QuietSpan> = text.split(',').map(|part| span(part.trim())).collect::<Result<_, _>>()?;
        if covers_all(&spans) {
            let message = format!("{} leaves no time in which anybody would be told", shown(text));
            return Err(Wrong::new(message, "for nothing but digests write `rule = []` above the first table"));
        }
        Ok(Self(spans))
    }
}

fn span(text: &str) -> Result<QuietSpan, Wrong> {
    let understood = || {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        let (from, to) = words.pop()?.split_once('-')?;
        let (from, to) = (minute(from)?, minute(to)?);
        let mut days = Vec::new();
        for word in &words {
            days.extend(days_of(word)?);
        }
        let days = if words.is_empty() { WEEK.to_vec() } else { days };
        (from < DAY_MINUTES && from != to && to > 0).then_some(QuietSpan { days, from, to })
    };
    understood().ok_or_else(|| {
        let hint =
            "write `22:00-07:00`, or with the days on which it begins `mon-fri 18:00-08:00, sat sun 00:00-24:00`";
        Wrong::new(format!("{} is not {}", shown(text), Quiet::WHAT), hint)
    })
}

fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= DAY_MINUTES).then_some(minute)
}

/// `mon`, or `fri-mon`.
fn days_of(word: &str) -> Option<Vec<Weekday>> {
    let Some((first, last)) = word.split_once('-') else { return Some(vec![day(word)?]) };
    let (first, last) = (day(first)?, day(last)?);
    let mut days = vec![first];
    let mut next = first;
    while next != last {
        next = next.succ();
        days.push(next);
    }
    Some(days)
}

fn day(word: &str) -> Option<Weekday> {
    word.parse().ok()
}

fn covers_all(spans: &[QuietSpan]) -> bool {
    let week = 7 * u32::from(DAY_MINUTES);
    let covered = |minute: u32| {
        spans.iter().any(|span| {
            let (from, to) = (u32::from(span.from), u32::from(span.to));
            let length = if to > from { to - from } else { to + u32::from(DAY_MINUTES) - from };
            span.days.iter().any(|day| {
                let begins = day.num_days_from_monday() * u32::from(DAY_MINUTES) + from;
                (minute + week - begins) % week < length
            })
        })
    };
    (0..week).all(covered)
}
