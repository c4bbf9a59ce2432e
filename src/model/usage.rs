//! What a source has used up of its budget. Days and months are those of UTC. Pure.

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::health::{A_MONTH, BUDGET};
use super::kinds::Price;
use super::source::Budget;
use super::units::duration_text;
use super::window::Lately;
use super::{Instant, PollFault, Source, Window};

const DAY: Duration = Duration::from_secs(86_400);
const MONTH: Duration = Duration::from_secs(DAYS as u64 * 86_400);
/// Days of a month; a budget lasts for the longest.
const DAYS: u32 = 31;
/// Dollars that a source may cost in a month where its network takes money and nothing else is configured.
const DOLLARS: f64 = 5.0;
/// Polls of a day that may each take the same part of its calls.
const POLLS: u32 = 10;
/// Calls that a poll may make after it has taken its part: logins, and what is asked again after them.
const BEYOND: u32 = 3;

/// Calls of a day, dollars of a month, and calls of the last moments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    day: NaiveDate,
    /// Calls on that day.
    pub calls: u32,
    /// US dollars since the first of that day's month.
    pub dollars: f64,
    /// Calls that count within the short window of its network.
    #[serde(default)]
    lately: Lately,
}

impl Usage {
    /// As it is now: a new day begins with no calls, a new month with no dollars.
    #[must_use]
    pub fn at(self, now: Instant) -> Self {
        let day = now.date_naive();
        match self {
            Self { day: known, .. } if known == day => self,
            Self { day: known, .. } if (known.year(), known.month()) == (day.year(), day.month()) => {
                Self { day, calls: 0, ..self }
            }
            _ => Self { day, calls: 0, dollars: 0.0, ..self },
        }
    }

    /// Whether one more call is within the budget, and within what its network takes in a short time.
    ///
    /// # Errors
    /// [`PollFault::Spent`] with the time from which there is more.
    pub fn allows(self, source: &Source, now: Instant) -> Result<(), PollFault> {
        let (usage, budget) = (self.at(now), source.budget());
        if let Some(calls) = budget.calls_per_day.filter(|calls| usage.calls >= *calls) {
            let until = midnight(usage.day.checked_add_days(Days::new(1)), now);
            return Err(PollFault::Spent { what: format!("{BUDGET}{calls} calls a day"), until });
        }
        let next = source.kind.profile().price.of_answer();
        if let Some(dollars) = budget.dollars_per_month.filter(|dollars| usage.dollars + next > *dollars) {
            let month = usage.day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
            let what = format!("{BUDGET}{dollars}{A_MONTH}");
            return Err(PollFault::Spent { what, until: midnight(month, now) });
        }
        match source.window().filter(|_| !self.has_room(source, now)) {
            Some((calls, time)) => Err(PollFault::Spent {
                what: format!("what its network takes in {}", duration_text(time)),
                until: self.lately.free_at(time, calls).unwrap_or(now),
            }),
            None => Ok(()),
        }
    }

    /// Whether its network takes one more call just now.
    #[must_use]
    pub fn has_room(self, source: &Source, now: Instant) -> bool {
        source.window().is_none_or(|(calls, time)| self.lately.calls(time, now) < calls)
    }

    /// With its last call not over before now.
    #[must_use]
    pub fn ended(self, source: &Source, now: Instant) -> Self {
        Self { lately: source.window().map_or(self.lately, |(_, time)| self.lately.ended(time, now)), ..self }
    }

    /// How long it takes until its network takes calls again; no time at all if it does.
    #[must_use]
    pub fn pause(self, source: &Source, now: Instant) -> Duration {
        let window = source.window().filter(|_| !self.has_room(source, now));
        let free_at = window.and_then(|(calls, time)| self.lately.free_at(time, calls));
        free_at.and_then(|at| (at - now).to_std().ok()).unwrap_or_default()
    }

    /// Whether one more call is within what would be used up by now if the budget were used up evenly: what is merely good
    /// to know may cost what is left over, and never slows the polls.
    #[must_use]
    pub fn spares(self, source: &Source, now: Instant) -> bool {
        let (usage, budget, (of_day, of_month)) = (self.at(now), source.budget(), gone(now));
        let calls = budget.calls_per_day.is_none_or(|limit| f64::from(usage.calls) + 1.0 <= f64::from(limit) * of_day);
        let next = source.kind.profile().price.of_answer();
        let dollars = budget.dollars_per_month.is_none_or(|limit| usage.dollars + next <= limit * of_month);
        calls && dollars && self.allows(source, now).is_ok()
    }

    /// With one more call.
    #[must_use]
    pub fn asked(self, source: &Source, now: Instant) -> Self {
        let usage = self.at(now);
        let cost = source.kind.profile().price.of_call();
        let lately = source.window().map_or(usage.lately, |(_, time)| usage.lately.asked(time, now));
        Self { calls: usage.calls.saturating_add(1), dollars: usage.dollars + cost, lately, ..usage }
    }

    /// With all that so many polls can have used up that were begun and never ended: nobody knows what they asked. A loop
    /// of crashes ends with the budget.
    #[must_use]
    pub fn unended(self, polls: u32, source: &Source, now: Instant) -> Self {
        if polls == 0 {
            return self;
        }
        let (usage, (calls, dollars)) = (self.at(now), part(source));
        let most = calls.map_or(1, |calls| calls.saturating_add(BEYOND)).saturating_mul(polls);
        let dear = dollars.unwrap_or_default() * f64::from(polls);
        Self { calls: usage.calls.saturating_add(most), dollars: usage.dollars + dear, ..usage }
    }

    /// Whether what was used up from `before` on is the part of the budget that one poll may take, so that a budget is
    /// never gone in a single one.
    #[must_use]
    pub fn has_taken_its_part(self, before: Self, source: &Source, now: Instant) -> bool {
        let (usage, before, (calls, dollars)) = (self.at(now), before.at(now), part(source));
        let next = source.kind.profile().price.of_answer();
        calls.is_some_and(|calls| usage.calls.saturating_sub(before.calls) >= calls)
            || dollars.is_some_and(|dollars| usage.dollars - before.dollars + next > dollars)
    }

    /// With so many entries more, which a call brought.
    #[must_use]
    pub fn brought(self, source: &Source, entries: usize, now: Instant) -> Self {
        let usage = self.at(now);
        let entries = u32::try_from(entries).map_or(f64::from(u32::MAX), f64::from);
        let cost = source.kind.profile().price.of_entries(entries);
        Self { dollars: usage.dollars + cost, ..usage }
    }

    /// The shortest time between two polls that use up as much as one from `before` to `self`, so that the budget lasts. Of a
    /// poll in which a new day began, only what belongs to that day counts. By its calls a source is asked once a day at
    /// least; money lasts for its month, however many days one answer costs, and what was saved while little was said is
    /// there when much is.
    #[must_use]
    pub fn pace(self, before: Self, source: &Source, now: Instant) -> Duration {
        let (budget, usage, before) = (source.budget(), self.at(now), before.at(now));
        let calls = f64::from(usage.calls.saturating_sub(before.calls));
        let by_calls = budget.calls_per_day.map(|limit| DAY.mul_f64((calls / f64::from(limit.max(1))).min(1.0)));
        let dollars = (usage.dollars - before.dollars).max(0.0);
        let by_dollars = budget.dollars_per_month.map(|limit| {
            let ahead = (usage.dollars / limit - gone(now).1).max(0.0);
            MONTH.mul_f64((dollars / limit).min(1.0).min(ahead))
        });
        by_calls.max(by_dollars).unwrap_or_default()
    }
}

impl Source {
    /// How many calls its network takes from it in a short time, and in how long.
    #[must_use]
    pub fn window(&self) -> Option<(u32, Duration)> {
        let Window { calls, with_token, time } = self.kind.profile().window?;
        Some((if self.token.is_some() { with_token } else { calls }, time))
    }

    /// What it may use up: as configured, else what its network allows, and few dollars where that takes money.
    #[must_use]
    pub fn budget(&self) -> Budget {
        let (own, profile) = (self.budget, self.kind.profile());
        let in_places = profile.calls_in_places.filter(|_| !self.places.is_empty());
        let few = (profile.price != Price::Nothing).then_some(DOLLARS);
        Budget {
            calls_per_day: own.calls_per_day.or(in_places).or(profile.calls_per_day),
            dollars_per_month: own.dollars_per_month.or(few),
        }
    }
}

/// What one poll may take: a part of the day's calls, and a day's part of the month's dollars, but one answer at least.
fn part(source: &Source) -> (Option<u32>, Option<f64>) {
    let budget = source.budget();
    let least = source.kind.profile().price.of_answer();
    let dollars = budget.dollars_per_month.map(|dollars| (dollars / f64::from(DAYS)).max(least));
    (budget.calls_per_day.map(|calls| calls.div_ceil(POLLS)), dollars)
}

/// How much of the day, and of the longest month, is over.
fn gone(now: Instant) -> (f64, f64) {
    let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    let of_day = (now - midnight).as_seconds_f64() / DAY.as_secs_f64();
    (of_day, (f64::from(now.day0()) + of_day) / f64::from(DAYS))
}

fn midnight(day: Option<NaiveDate>, now: Instant) -> Instant {
    day.map_or(now, |day| day.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceKind;

    const MINUTE: Duration = Duration::from_secs(60);

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn source(calls: Option<u32>) -> Source {
        let url = url::Url::parse("https://x.example").unwrap();
        let budget = Budget { calls_per_day: calls, dollars_per_month: None };
        Source { budget, ..Source::new("x".to_owned(), SourceKind::Json, url) }
    }

    #[test]
    fn calls_are_those_of_the_day() {
        let (source, noon) = (source(Some(2)), at("2026-11-30T12:00:00Z"));
        let one = Usage::default().asked(&source, noon).brought(&source, 3, noon);
        assert!(one.allows(&source, noon).is_ok());
        let two = one.asked(&source, noon);
        let until = at("2026-12-01T00:00:00Z");
        let what = "the budget of 2 calls a day".to_owned();
        assert_eq!(two.allows(&source, noon), Err(PollFault::Spent { what, until }));
        assert!(two.allows(&source, until).is_ok());
        assert_eq!(two.at(until).calls, 0);
        assert!(two.allows(&self::source(None), noon).is_ok(), "without a budget there is no end");
    }

    #[test]
    fn what_is_read_in_places_may_have_a_budget_of_its_own() {
        let search = Source { kind: SourceKind::YouTube, ..source(None) };
        let calls = |source: &Source| source.budget().calls_per_day;
        let channel = Source { places: vec!["UC1".to_owned()], ..search.clone() };
        assert_eq!((calls(&search), calls(&channel)), (Some(100), Some(3_000)));
        let own = Budget { calls_per_day: Some(7), dollars_per_month: None };
        assert_eq!(calls(&Source { budget: own, ..channel }), Some(7));
    }

    #[test]
    fn a_budget_lasts_for_its_day() {
        let (source, noon) = (source(Some(96)), at("2026-11-30T12:00:00Z"));
        let before = Usage::default().at(noon);
        let after = before.asked(&source, noon).asked(&source, noon);
        assert_eq!(after.pace(before, &source, noon), Duration::from_secs(1_800), "two of 96 calls are half an hour");
        assert_eq!(after.pace(before, &self::source(None), noon), Duration::ZERO);
        let midnight = at("2026-12-01T00:00:00Z");
        assert_eq!(after.pace(before, &source, midnight), Duration::ZERO, "those calls were of another day");
        assert_eq!(
            after.asked(&source, midnight).pace(after, &source, midnight),
            Duration::from_secs(900),
            "one was not"
        );
        let many = (0..200).fold(before, |usage, _| usage.asked(&source, noon));
        assert_eq!(many.pace(before, &source, noon), DAY);
        assert_eq!(before.pace(before, &self::source(Some(0)), noon), Duration::ZERO);
    }

    #[test]
    fn money_lasts_for_its_month_where_one_answer_costs_several_days() {
        let url = url::Url::parse("https://x.example").unwrap();
        let x = Source::new("x".to_owned(), SourceKind::X, url);
        let (mut usage, mut now, mut answers) = (Usage::default(), at("2026-10-01T00:00:00Z"), Vec::new());
        while now < at("2026-11-01T00:00:00Z") {
            let before = usage;
            assert_eq!(usage.allows(&x, now), Ok(()), "{now}");
            usage = usage.asked(&x, now).brought(&x, 100, now);
            assert!(usage.has_taken_its_part(before, &x, now), "one full answer is more than a day's part");
            answers.push(now);
            now += usage.pace(before, &x, now);
        }
        let last = answers.last().unwrap();
        assert!((9..=10).contains(&answers.len()) && *last >= at("2026-10-25T00:00:00Z"), "{answers:?}");
    }

    #[test]
    fn money_that_was_saved_is_there_when_much_is_said() {
        let url = url::Url::parse("https://x.example").unwrap();
        let x = Source::new("x".to_owned(), SourceKind::X, url);
        let middle = at("2026-10-16T12:00:00Z");
        let spent = |posts| Usage::default().asked(&x, middle).brought(&x, posts, middle);
        let pace = |before, posts| spent(before).brought(&x, posts, middle).pace(spent(before), &x, middle);
        assert_eq!(pace(0, 20), Duration::ZERO, "half of the month is over, and hardly a dollar is spent");
        assert_eq!(pace(480, 20), Duration::ZERO);
        assert_eq!(pace(500, 20), MONTH / 50, "what was saved is spent");
        let first = at("2026-10-01T00:00:00Z");
        let poll = Usage::default().brought(&x, 20, first);
        assert_eq!(poll.pace(Usage::default(), &x, first), MONTH / 50);
    }

    #[test]
    fn a_network_takes_only_so_many_calls_in_a_short_time() {
        let url = url::Url::parse("https://api.github.example").unwrap();
        let github = Source::new("x".to_owned(), SourceKind::GitHub, url);
        let (noon, later) = (at("2026-11-30T12:00:00Z"), at("2026-11-30T12:00:20Z"));
        let ten = (0..10).fold(Usage::default(), |usage, _| usage.asked(&github, noon)).ended(&github, later);
        let fault = ten.allows(&github, later).unwrap_err();
        assert_eq!(fault.to_string(), "what its network takes in 1m is used up");
        assert!(!ten.spares(&github, later), "counting known posts again waits as well");
        assert_eq!((ten.pause(&github, later), ten.pause(&self::source(None), later)), (MINUTE, Duration::ZERO));
        let free = at("2026-11-30T12:01:20Z");
        assert_eq!((ten.allows(&github, free), ten.pause(&github, free)), (Ok(()), Duration::ZERO));
        let with_token = Source { token: Some("x".into()), ..github };
        assert_eq!(ten.allows(&with_token, later), Ok(()));
    }

    #[test]
    fn what_is_good_to_know_costs_what_is_left_over() {
        let (source, six) = (source(Some(8)), at("2026-11-30T06:00:00Z"));
        let one = Usage::default().asked(&source, six);
        assert!(one.spares(&source, six), "a quarter of the day, and of the calls");
        assert!(!one.asked(&source, six).spares(&source, six) && one.asked(&source, six).allows(&source, six).is_ok());
        assert!(one.asked(&source, six).spares(&source, at("2026-11-30T12:00:00Z")));
        assert!(one.asked(&source, six).spares(&self::source(None), six));
        let budget = Budget { calls_per_day: None, dollars_per_month: Some(10.0) };
        let url = url::Url::parse("https://x.example").unwrap();
        let paid = Source { budget, ..Source::new("x".to_owned(), SourceKind::X, url) };
        let tenth = at("2026-11-10T00:00:00Z");
        let spent = |posts| Usage::default().asked(&paid, tenth).brought(&paid, posts, tenth);
        assert!(spent(480).spares(&paid, tenth) && !spent(481).spares(&paid, tenth), "nine days of 31, less a call");
    }

    #[test]
    fn what_a_full_page_may_cost_is_put_aside_before_it_is_asked_for() {
        let noon = at("2026-11-30T12:00:00Z");
        let url = url::Url::parse("https://x.example").unwrap();
        let with = |dollars| {
            let budget = Budget { calls_per_day: None, dollars_per_month: Some(dollars) };
            Source { budget, ..Source::new("x".to_owned(), SourceKind::X, url.clone()) }
        };
        let ten = with(10.0);
        assert!(Usage::default().allows(&ten, noon).is_ok());
        let spent = Usage::default().asked(&ten, noon).brought(&ten, 1_901, noon);
        let until = at("2026-12-01T00:00:00Z");
        let what = "the budget of 10 US dollars a month".to_owned();
        assert_eq!(spent.allows(&ten, noon), Err(PollFault::Spent { what, until }));
        assert!(spent.allows(&ten, until).is_ok(), "a new month");
        assert!(spent.allows(&with(11.0), noon).is_ok());
    }

    #[test]
    fn a_network_that_takes_money_has_a_small_budget_unless_another_is_configured() {
        let url = url::Url::parse("https://x.example").unwrap();
        let of = |kind| Source::new("x".to_owned(), kind, url.clone());
        for kind in SourceKind::ALL {
            let expected = (kind.profile().price != Price::Nothing).then_some(5.0);
            assert_eq!(of(*kind).budget().dollars_per_month, expected, "{kind:?}");
        }
        let own = Budget { dollars_per_month: Some(20.0), ..Budget::default() };
        assert_eq!(Source { budget: own, ..of(SourceKind::X) }.budget().dollars_per_month, Some(20.0));
    }
}
