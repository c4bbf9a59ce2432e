//! How often a source shows something new, learned from the dates of what it shows first, and then from the polls that
//! brought something. What counts is on how many occasions something came, not how much of it: some sources put everything
//! out at once.

use std::time::Duration;

use chrono::{DateTime, Datelike as _, Days, NaiveTime, TimeDelta, Utc, Weekday};

use crate::model::Instant;

const DAY: f64 = 86_400.0;
const WEEK: f64 = 7.0 * DAY;
/// What happened so long ago counts a third (1/e) of what happens now, in seconds: twelve weeks.
const MEMORY: f64 = 12.0 * WEEK;
/// Fewer occasions than this are forgotten.
const FORGOTTEN: f64 = 0.1;
/// What is dated within so long of each other came on one occasion.
const ONE_OCCASION: TimeDelta = TimeDelta::hours(1);
/// A source is watched for so long before its tempo is known.
const APPRENTICESHIP: TimeDelta = TimeDelta::days(7);
/// No silence that is shorter is remarkable.
const SHORTEST_SILENCE: Duration = Duration::from_secs(2 * 86_400);
/// A silence is remarkable when less than one in so many would be as long.
const ODDS: f64 = 10_000.0;

/// The tempo of a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tempo {
    /// When it first showed something.
    pub since: Instant,
    /// When it last showed something new.
    pub last: Instant,
    /// The occasions since the first, each counting less the longer ago it was.
    pub occasions: f64,
}

impl Tempo {
    /// The tempo of a source that shows something for the first time, as far as the dates of that tell. Dates to come tell
    /// nothing; without any it begins now.
    #[must_use]
    pub fn first(dates: impl IntoIterator<Item = Instant>, now: Instant) -> Self {
        let mut dates: Vec<Instant> = dates.into_iter().filter(|date| *date <= now).collect();
        dates.sort_unstable();
        let start = dates.first().copied().unwrap_or(now);
        let tempo = Self { since: start, last: start, occasions: 0.0 };
        let is_another = |tempo: Self, date| date - tempo.last >= ONE_OCCASION;
        dates
            .into_iter()
            .fold(tempo, |tempo, date| if is_another(tempo, date) { tempo.after_news(date) } else { tempo })
    }

    /// The tempo after something new came.
    #[must_use]
    pub fn after_news(self, now: Instant) -> Self {
        let last = now.max(self.last);
        let faded = self.occasions * (-seconds(last - self.last) / MEMORY).exp();
        Self { last, occasions: faded + 1.0, ..self }
    }

    /// How often a week something new came: the occasions between the first and the last, by the time between the two,
    /// both as far as they are remembered. `None` while that time is too short, or hardly an occasion is remembered.
    #[must_use]
    pub fn per_week(&self) -> Option<f64> {
        let watched = self.last - self.since;
        // Where the counting ends there always is an occasion, which says nothing about how often there is one.
        let between = self.occasions - 1.0;
        if watched < APPRENTICESHIP || between < FORGOTTEN {
            return None;
        }
        let remembered = MEMORY * (1.0 - (-seconds(watched) / MEMORY).exp());
        Some(between * WEEK / remembered)
    }

    /// Whether the source has been silent for longer than its tempo explains, read at `read`. If news come at random, `k`
    /// times a week, the chance that none comes for `t` weeks is exp(-kt) (Poisson): silence is remarkable below one in
    /// 10,000, but not before two days. Many publish on working days only, so weeks are counted in whichever days are
    /// fewer: those of seven, or those of five without Saturdays and Sundays.
    #[must_use]
    pub fn is_broken(&self, read: Instant) -> bool {
        let working = without_weekends(self.last, read);
        let Some(per_week) = self.per_week() else { return false };
        let weeks = (working.as_secs_f64() / (5.0 * DAY)).min(seconds(read - self.last) / WEEK);
        working >= SHORTEST_SILENCE && per_week * weeks > ODDS.ln()
    }

    /// The usual tempo in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self.per_week() {
            Some(often) if often >= 1.5 => format!("before, something new came about {often:.0} times a week"),
            Some(often) if often >= 0.75 => "before, something new came about once a week".to_owned(),
            Some(often) => format!("before, something new came about once in {:.0} weeks", often.recip()),
            None => String::new(),
        }
    }
}

/// The time from `from` to `to` without Saturdays and Sundays (UTC).
fn without_weekends(from: Instant, to: Instant) -> Duration {
    let days = (to - from).num_days().max(0);
    let (weeks, rest) = (days / 7, days % 7);
    let start = from + TimeDelta::days(days - rest);
    let mut counted = TimeDelta::days(5 * weeks);
    let mut at = start;
    while at < to {
        let next_day = at.date_naive().checked_add_days(Days::new(1)).map(|day| day.and_time(NaiveTime::MIN).and_utc());
        let next = next_day.unwrap_or(DateTime::<Utc>::MAX_UTC).min(to);
        if !matches!(at.weekday(), Weekday::Sat | Weekday::Sun) {
            counted += next - at;
        }
        at = next;
    }
    counted.to_std().unwrap_or_default()
}

fn seconds(delta: TimeDelta) -> f64 {
    delta.as_seconds_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    /// A Monday, 8:00.
    fn monday() -> Instant {
        Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap()
    }

    fn days(days: f64) -> TimeDelta {
        TimeDelta::seconds((days * DAY) as i64)
    }

    /// A source that shows something every so many days, `times` times.
    fn regular(every: f64, times: u32) -> Tempo {
        (1..=times).fold(Tempo::first([], monday()), |tempo, n| tempo.after_news(monday() + days(every * f64::from(n))))
    }

    #[test]
    fn the_tempo_is_what_it_is() {
        for (every, times, least, most) in [
            (1.0, 70, 6.7, 7.0),
            (0.1, 700, 69.0, 70.0),
            (7.0, 12, 0.85, 1.0),
            (28.0, 6, 0.18, 0.25),
            (91.0, 8, 0.03, 0.08),
            (2.0, 5, 2.5, 3.5),
        ] {
            let often = regular(every, times).per_week().unwrap();
            assert!((least..most).contains(&often), "every {every} days is {often} a week");
        }
        assert_eq!(regular(1.0, 6).per_week(), None, "six days are too few");
        assert_eq!(regular(365.0, 9).per_week(), None, "what happens once a year is forgotten");
        assert_eq!(regular(30.0, 1).per_week(), None, "two occasions make no tempo");
        assert_eq!(Tempo::first([], monday()).per_week(), None);
        let burst = (0..40).fold(Tempo::first([], monday()), |tempo, _| tempo.after_news(monday()));
        assert_eq!(burst.per_week(), None, "nor is a burst of the first day a tempo");
    }

    #[test]
    fn silence_is_remarkable_when_the_tempo_does_not_explain_it() {
        for (every, times, silent_days, broken) in [
            // Ten times a day: two days of the week are enough, a Sunday is not.
            (0.1, 140, 1.9, false),
            (0.1, 140, 2.1, true),
            // Once a day: a little more than nine days.
            (1.0, 28, 9.0, false),
            (1.0, 28, 10.0, true),
            // Once a week, and once a month.
            (7.0, 12, 65.0, false),
            (7.0, 12, 75.0, true),
            (28.0, 6, 300.0, false),
            (28.0, 6, 340.0, true),
            // Once a quarter, and once a year: a year of silence is nothing.
            (91.0, 8, 365.0, false),
            (365.0, 5, 1_500.0, false),
        ] {
            let tempo = regular(every, times);
            let read = tempo.last + days(silent_days);
            assert_eq!(tempo.is_broken(read), broken, "every {every} days, silent for {silent_days} days");
        }
        assert!(!Tempo::first([], monday()).is_broken(monday() + days(9_999.0)), "nothing is known of it");
        assert!(!regular(0.1, 140).is_broken(monday()), "a clock that was set back");
    }

    #[test]
    fn the_dates_of_what_is_shown_first_tell_the_tempo() {
        let now = monday() + days(100.0);
        let dated = |dates: &[f64]| Tempo::first(dates.iter().rev().map(|date| monday() + days(*date)), now);
        let daily: Vec<f64> = (0..30).map(f64::from).collect();
        assert_eq!(dated(&daily), regular(1.0, 29));
        assert!(dated(&daily).is_broken(now), "it ended before anybody listened");
        let again: Vec<f64> =
            daily.iter().flat_map(|date| [*date, *date, date + 0.03]).chain([101.0, 9_999.0]).collect();
        let (again, once) = (dated(&again), dated(&daily));
        assert_eq!(again.occasions, once.occasions, "neither what came together nor dates to come count");
        assert_eq!(dated(&[]), Tempo { since: now, last: now, occasions: 0.0 });
        assert!(!dated(&[100.0; 50]).is_broken(now + days(99.0)), "some date everything when they are asked");
    }

    #[test]
    fn weekends_do_not_count() {
        for (from, to, hours) in [
            (0.0, 1.0, 24),
            (4.0, 7.0, 24),
            (4.5, 5.0, 4),
            (0.0, 7.0, 120),
            (0.0, 700.0, 12_000),
            (5.0, 6.0, 0),
            (3.0, 10.0, 120),
            (1.0, 0.0, 0),
        ] {
            let counted = without_weekends(monday() + days(from), monday() + days(to));
            assert_eq!(counted.as_secs(), hours * 3_600, "from day {from} to day {to}");
        }
    }

    #[test]
    fn the_tempo_is_said_as_people_say_it() {
        let said = |every, times| regular(every, times).words();
        assert_eq!(said(1.0, 70), "before, something new came about 7 times a week");
        assert_eq!(said(7.0, 20), "before, something new came about once a week");
        assert_eq!(said(28.0, 9), "before, something new came about once in 5 weeks");
        assert_eq!(said(28.0, 0), "");
    }
}
