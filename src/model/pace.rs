//! How often a source says something new, as mentiond itself has seen it, and what that means for how often it is asked.
//! Never knows what the source says about itself: that is its rhythm.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Instant;

const DAYS: usize = 7;
const DAY: Duration = Duration::from_secs(86_400);
const WEEK: Duration = Duration::from_secs(7 * 86_400);
/// The shortest interval that follows from a pace.
const SHORTEST: Duration = Duration::from_secs(5 * 60);
/// The longest interval that follows from a pace.
const LONGEST: Duration = DAY;
/// Entries dated within less than this say nothing about a week; some feeds date everything at the moment they are asked.
const TELLING: Duration = Duration::from_secs(60 * 60);

/// Fewer gaps between entries than this say little about a week, if the week is not over.
const TELLING_GAPS: usize = 5;

/// Time between two polls when all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// As it is configured, or as a network wants it.
    Fixed(Duration),
    /// A week divided by the entries of the last week, between five minutes and a day.
    Adaptive {
        /// Counts as long as the source has no pace yet, and paces the retries of one that cannot be read.
        usual: Duration,
    },
}

impl Interval {
    /// The interval at `now`, for a source of this pace.
    #[must_use]
    pub fn in_force(self, pace: &Pace, now: Instant) -> Duration {
        match self {
            Self::Fixed(interval) => interval,
            Self::Adaptive { usual } => pace.interval(usual, now),
        }
    }

    /// The interval of a source of which nothing is known.
    #[must_use]
    pub fn usual(self) -> Duration {
        let (Self::Fixed(interval) | Self::Adaptive { usual: interval }) = self;
        interval
    }
}

/// New entries on each of the last seven days (UTC).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// The day of the first count, in days since 1970; the others are for the days before it.
    #[serde(default)]
    day: i64,
    #[serde(default)]
    counts: [u32; DAYS],
    /// The first day that is known, in days since 1970; `None` before the source was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
}

impl Pace {
    /// The pace after a poll that showed entries published then and then (`None`: it does not say so), `new` of which
    /// were not known before.
    ///
    /// The first poll brings what was said before: it is counted by its dates. A document that does not reach back a week
    /// is taken to go on as it begins, if it shows enough to say so. Without telling dates the source has no pace until it was watched for a week.
    #[must_use]
    pub fn after(&self, shown: impl Iterator<Item = Option<Instant>>, new: u64, now: Instant) -> Self {
        let mut pace = self.clone();
        if self.since.is_some() {
            pace.record(now, u32::try_from(new).unwrap_or(u32::MAX));
        } else {
            let mut dates: Vec<Instant> = shown.flatten().map(|at| at.min(now)).collect();
            dates.sort_unstable();
            pace.begin(&dates, now);
        }
        pace
    }

    /// Counts `n` new entries at an instant that is no earlier than the last one.
    fn record(&mut self, at: Instant, n: u32) {
        let day = day_of(at);
        // A day that far ahead was counted while the clock stood wrong.
        if self.day - day >= days(DAYS) {
            *self = Self { day, since: self.since.map(|since| since.min(day)), ..Self::default() };
        }
        let ahead = day - self.day;
        if ahead > 0 {
            self.counts.rotate_right(index(ahead).min(DAYS) % DAYS);
            self.counts.iter_mut().take(index(ahead)).for_each(|count| *count = 0);
            self.day = day;
        }
        if let Some(count) = self.counts.get_mut(index(self.day - day)) {
            *count = count.saturating_add(n);
        }
    }

    /// New entries in the seven days that end with the day of `now`.
    #[must_use]
    pub fn last_week(&self, now: Instant) -> u32 {
        let today = day_of(now);
        let in_week = |day: i64| (0..days(DAYS)).contains(&(today - day));
        let counts = (0..).zip(self.counts).filter(|(ago, _)| in_week(self.day - ago));
        counts.fold(0, |sum: u32, (_, count)| sum.saturating_add(count))
    }

    /// Whether a whole week is known.
    #[must_use]
    pub fn is_known(&self, now: Instant) -> bool {
        self.since.is_some_and(|since| day_of(now) - since >= days(DAYS))
    }

    fn interval(&self, usual: Duration, now: Instant) -> Duration {
        let own = (WEEK / self.last_week(now).max(1)).clamp(SHORTEST, LONGEST);
        if self.is_known(now) { own } else { own.min(usual) }
    }

    /// `dates` from the earliest to the latest.
    fn begin(&mut self, dates: &[Instant], now: Instant) {
        let (today, last_week) = (day_of(now), day_of(now) - days(DAYS));
        let span = dates.first().and_then(|oldest| (now - *oldest).to_std().ok()).unwrap_or_default();
        let gaps = dates.len().saturating_sub(1);
        if span >= WEEK {
            dates.iter().filter(|at| day_of(**at) > last_week).for_each(|at| self.record(*at, 1));
            self.since = Some(last_week);
        } else if gaps >= TELLING_GAPS && span >= TELLING {
            let daily = (gaps as u128 * DAY.as_millis()).div_ceil(span.as_millis());
            let daily = u32::try_from(daily).unwrap_or(u32::MAX);
            *self = Self { day: today, counts: [daily; DAYS], since: Some(last_week) };
        } else {
            self.since = Some(today);
        }
    }
}

fn day_of(at: Instant) -> i64 {
    at.timestamp().div_euclid(86_400)
}

fn days(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A number of days as an index; what is no index is past every end.
fn index(days: i64) -> usize {
    usize::try_from(days).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    const USUAL: Duration = Duration::from_secs(900);

    fn now() -> Instant {
        "2026-11-25T08:00:00Z".parse().unwrap()
    }

    fn hours(hours: i64) -> TimeDelta {
        TimeDelta::hours(hours)
    }

    fn interval(pace: &Pace, now: Instant) -> u64 {
        Interval::Adaptive { usual: USUAL }.in_force(pace, now).as_secs()
    }

    /// The pace after a first poll that shows entries published so many hours ago.
    fn first(hours_ago: &[i64]) -> Pace {
        Pace::default().after(hours_ago.iter().map(|ago| Some(now() - hours(*ago))), 99, now())
    }

    #[test]
    fn the_first_poll_tells_the_pace_by_the_dates_of_the_backlog() {
        let hourly: Vec<i64> = (0..400).collect();
        let half_a_day: Vec<i64> = (0..12).collect();
        for (what, hours_ago, week, seconds) in [
            ("more than a week of an entry an hour", hourly.as_slice(), 153, 7 * 86_400 / 153),
            ("half a day of an entry an hour: so it goes on", &half_a_day, 7 * 24, 3_600),
            ("a new blog with two posts: too little to tell", &[20, 44], 0, 900),
            ("a silent month", &[40 * 24, 31 * 24], 0, 86_400),
            ("one a day", &[1, 25, 49, 73, 97, 121, 145, 169], 7, 86_400),
            ("a single post, hours old: too little to tell", &[5], 0, 900),
            ("everything is dated now", &[0, 0, 0, 0], 0, 900),
            ("dates in the future count as now", &[-500, -20, 0], 0, 900),
            ("it is empty", &[], 0, 900),
        ] {
            let pace = first(hours_ago);
            assert_eq!((pace.last_week(now()), interval(&pace, now())), (week, seconds), "{what}");
        }
        let undated = Pace::default().after([None, None].into_iter(), 2, now());
        assert_eq!((undated.last_week(now()), interval(&undated, now())), (0, 900), "without dates it has no pace yet");
        assert_eq!(interval(&Pace::default(), now()), 900, "never read");
    }

    #[test]
    fn later_polls_count_what_is_new() {
        let mut pace = first(&[]);
        let mut at = now();
        for _ in 0..14 {
            at += hours(12);
            pace = pace.after([Some(now())].into_iter(), 8, at);
        }
        assert_eq!(
            (pace.last_week(at), interval(&pace, at)),
            (13 * 8, 7 * 86_400 / 104),
            "two a day, six days and a half"
        );
        assert_eq!(pace.last_week(at + hours(72)), 7 * 8, "what is older than the week no longer counts");
        assert_eq!((pace.last_week(at + hours(8 * 24)), interval(&pace, at + hours(8 * 24))), (0, 86_400));
        let woken = pace.after(std::iter::empty(), 5_000, at + hours(400));
        assert_eq!((woken.last_week(at + hours(400)), interval(&woken, at + hours(400))), (5_000, 300));
        assert_eq!(pace.after(std::iter::empty(), u64::MAX, at).last_week(at), u32::MAX);
    }

    #[test]
    fn a_source_without_telling_dates_keeps_the_usual_interval_for_a_week_unless_it_is_faster() {
        let pace = first(&[]);
        assert_eq!(interval(&pace, now() + hours(6 * 24)), 900);
        assert_eq!(interval(&pace, now() + hours(7 * 24)), 86_400);
        let busy = pace.after(std::iter::empty(), 2_000, now() + hours(2));
        assert_eq!(interval(&busy, now() + hours(3)), 7 * 86_400 / 2_000);
    }

    #[test]
    fn a_clock_that_stood_wrong_is_forgiven() {
        let ahead = first(&[]).after(std::iter::empty(), 70, now() + hours(24 * 365));
        assert_eq!(ahead.last_week(now()), 0, "days to come are not the last week");
        let back = ahead.after(std::iter::empty(), 3, now());
        assert_eq!(back.last_week(now()), 3);
        let a_day_back = back.after(std::iter::empty(), 4, now() - hours(24));
        assert_eq!(a_day_back.last_week(now()), 7);
    }

    #[test]
    fn a_pace_is_stored_and_read_back_and_an_empty_one_is_none() {
        let pace = first(&[1, 20, 300]);
        let stored = serde_json::to_string(&pace).unwrap();
        assert_eq!(serde_json::from_str::<Pace>(&stored).unwrap(), pace);
        assert_eq!(serde_json::from_str::<Pace>("{}").unwrap(), Pace::default());
    }

    #[test]
    fn a_configured_interval_stays() {
        let fixed = Interval::Fixed(Duration::from_secs(60));
        assert_eq!(fixed.in_force(&first(&[1, 20, 300]), now()).as_secs(), 60);
        assert_eq!((fixed.usual(), Interval::Adaptive { usual: USUAL }.usual()), (Duration::from_secs(60), USUAL));
    }
}
