//! How the lanes of a source fare, each for itself: whose turn it is, and which one rests because it alone fails. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::text::one_line;
use super::{Instant, Loss, LossReason};

/// The longest rest of a lane that fails, unless the interval of its source is longer.
const LONGEST: Duration = Duration::from_secs(86_400);
/// Most characters of the name of a lane, and of why it fails.
const WORDS: usize = 200;

/// The lanes of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lanes {
    /// Their turns, where there are several.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    turns: BTreeMap<String, Lane>,
    /// When each was first read, or first showed something, in Unix seconds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    begun: BTreeMap<String, i64>,
    /// When the round began that is not at its end, in Unix seconds: lanes that had their turn since wait for the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    round: Option<i64>,
}

/// A lane; times in Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Lane {
    /// When it was last asked.
    asked: i64,
    /// When it was last read; before it ever was, when it was first asked.
    read: i64,
    /// Whether its turn ended before it had shown everything.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unfinished: bool,
    /// How it fails, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failing: Option<Failing>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Failing {
    /// How often in a row.
    times: u32,
    /// Until when it is left alone.
    until: i64,
    /// Why it fails, in plain words.
    why: String,
}

impl Lanes {
    /// Only of these lanes.
    #[must_use]
    pub fn of(mut self, lanes: &[String]) -> Self {
        self.turns.retain(|lane, _| lanes.len() > 1 && lanes.contains(lane));
        self.begun.retain(|lane, _| lanes.contains(lane));
        self
    }

    /// Whether there are several, of which one may fail while the others are read.
    #[must_use]
    pub fn are_several(&self) -> bool {
        !self.turns.is_empty()
    }

    /// When a lane was first read, or first showed something.
    #[must_use]
    pub fn begun(&self, lane: &str) -> Option<Instant> {
        DateTime::from_timestamp(*self.begun.get(lane)?, 0)
    }

    /// It was read, or showed something.
    pub fn begin(&mut self, lane: &str, now: Instant) {
        self.begun.entry(lane.to_owned()).or_insert(now.timestamp());
    }

    /// Those that are to be read, the one that was asked longest ago first, and of several that were asked together the
    /// one that was read longest ago. Left out, unless that is all of them, is one that rests, and one that had its turn
    /// in a round that lasts: for an interval at most.
    #[must_use]
    pub fn turns(&self, mut lanes: Vec<String>, interval: Duration, now: Instant) -> Vec<String> {
        lanes.sort_by_key(|lane| self.turns.get(lane).map(|known| (known.asked, known.read)));
        let lanes = unless_all(lanes, |lane| self.failing(lane).is_some_and(|failing| failing.until > now.timestamp()));
        let round = self.lasting(interval, now);
        let has_had = |known: &Lane| round.is_some_and(|round| known.asked >= round) && !known.unfinished;
        unless_all(lanes, |lane| self.turns.get(lane).is_some_and(has_had))
    }

    /// A round goes on in later polls: it could not be ended in this one.
    pub fn go_on(&mut self, interval: Duration, now: Instant) {
        self.round = self.lasting(interval, now).or(Some(now.timestamp()));
    }

    /// All have had their turns.
    pub fn end_round(&mut self) {
        self.round = None;
    }

    /// It has its turn.
    pub fn ask(&mut self, lane: &str, now: Instant) {
        let now = now.timestamp();
        self.turns.entry(lane.to_owned()).or_insert(Lane::read_at(now)).asked = now;
    }

    /// It was read.
    pub fn read(&mut self, lane: &str, now: Instant) {
        self.turns.insert(lane.to_owned(), Lane::read_at(now.timestamp()));
    }

    /// Its turn ended before it had shown everything.
    pub fn leave_open(&mut self, lane: &str) {
        if let Some(known) = self.turns.get_mut(lane) {
            known.unfinished = true;
        }
    }

    /// Its turn is still to come: nothing was read when it was asked just now, because of what others had asked before.
    pub fn take_back(&mut self, lane: &str, now: Instant) {
        self.turns.retain(|known, state| known != lane || state.read != now.timestamp());
        if let Some(known) = self.turns.get_mut(lane) {
            known.asked = known.read;
        }
    }

    /// It could not be read, and rests: longer each time, a day at most. What was said there since it was read may be
    /// missing.
    pub fn fail(&mut self, lane: &str, why: &str, interval: Duration, now: Instant) -> Option<Loss> {
        let known = self.turns.get_mut(lane)?;
        let times = known.failing.as_ref().map_or(0, |failing| failing.times).saturating_add(1);
        let rest = interval.saturating_mul(1 << times.min(20)).saturating_sub(interval / 2).min(interval.max(LONGEST));
        let until = now.checked_add_signed(TimeDelta::from_std(rest).ok()?)?.timestamp();
        let (part, why) = (one_line(lane, WORDS), one_line(why, WORDS));
        known.failing = Some(Failing { times, until, why: why.clone() });
        Loss::between(DateTime::from_timestamp(known.read, 0)?, now, LossReason::Unread { part, why })
    }

    /// Whether any lane was read when it was last asked.
    #[must_use]
    pub fn any_is_read(&self) -> bool {
        self.turns.values().any(|lane| lane.failing.is_none() && lane.read == lane.asked)
    }

    /// Those that fail, each with why and how often in a row.
    pub fn failures(&self) -> impl Iterator<Item = (String, &str, u32)> {
        self.turns.iter().filter_map(|(lane, known)| {
            let failing = known.failing.as_ref()?;
            Some((one_line(lane, WORDS), failing.why.as_str(), failing.times))
        })
    }

    fn lasting(&self, interval: Duration, now: Instant) -> Option<i64> {
        let longest = i64::try_from(interval.as_secs()).unwrap_or(i64::MAX);
        self.round.filter(|round| now.timestamp().saturating_sub(*round) < longest)
    }

    fn failing(&self, lane: &str) -> Option<&Failing> {
        self.turns.get(lane)?.failing.as_ref()
    }
}

impl Lane {
    fn read_at(now: i64) -> Self {
        Self { asked: now, read: now, unfinished: false, failing: None }
    }
}

/// Without those that are to be left out, unless that is all of them.
fn unless_all(mut lanes: Vec<String>, is_left_out: impl Fn(&String) -> bool) -> Vec<String> {
    if !lanes.iter().all(&is_left_out) {
        lanes.retain(|lane| !is_left_out(lane));
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn at(minutes: i64) -> Instant {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_lane_that_was_asked_longest_ago_has_the_first_turn() {
        let (mut lanes, all) = (Lanes::default(), names(&["b", "a", "c"]));
        assert_eq!(lanes.turns(all.clone(), HOUR, at(0)), all, "as they stand where nothing is known");
        lanes.read("b", at(0));
        assert_eq!(lanes.turns(all.clone(), HOUR, at(5)), names(&["a", "c", "b"]));
        lanes.ask("a", at(5));
        lanes.read("c", at(5));
        assert_eq!(lanes.turns(all.clone(), HOUR, at(10)), names(&["b", "a", "c"]));
        assert_eq!(lanes.clone().of(&names(&["c", "d"])).turns(names(&["c", "d"]), HOUR, at(10)), names(&["d", "c"]));
        assert_eq!(lanes.of(&names(&["c"])), Lanes::default(), "a lane that is alone needs no turn");
    }

    #[test]
    fn of_lanes_that_were_asked_together_the_one_that_was_not_read_comes_first() {
        let (mut lanes, both) = (Lanes::default(), names(&["a", "b"]));
        lanes.read("a", at(0));
        lanes.read("b", at(0));
        lanes.read("a", at(5));
        lanes.ask("b", at(5));
        assert_eq!(lanes.turns(both.clone(), HOUR, at(10)), names(&["b", "a"]));
        lanes.take_back("b", at(5));
        lanes.read("a", at(5));
        assert_eq!(lanes.turns(both.clone(), HOUR, at(10)), names(&["b", "a"]));
        lanes.ask("c", at(5));
        lanes.take_back("c", at(5));
        assert_eq!(lanes.turns(names(&["a", "b", "c"]), HOUR, at(10)), names(&["c", "b", "a"]), "it was never asked");
    }

    #[test]
    fn a_round_goes_on_with_those_that_had_no_turn_and_ends_with_its_interval() {
        let (mut lanes, all) = (Lanes::default(), names(&["a", "b", "c"]));
        lanes.read("a", at(0));
        lanes.leave_open("a");
        lanes.read("b", at(0));
        lanes.go_on(HOUR, at(0));
        assert_eq!(lanes.turns(all.clone(), HOUR, at(1)), names(&["c", "a"]), "a had not shown everything");
        lanes.read("c", at(1));
        lanes.go_on(HOUR, at(1));
        assert_eq!(lanes.turns(all.clone(), HOUR, at(2)), names(&["a"]));
        lanes.read("a", at(2));
        assert_eq!(lanes.turns(all.clone(), HOUR, at(3)), names(&["b", "c", "a"]), "all had their turns");
        lanes.end_round();
        lanes.read("b", at(60));
        assert_eq!(lanes.turns(all.clone(), HOUR, at(60)), names(&["c", "a", "b"]));
        lanes.go_on(HOUR, at(60));
        lanes.read("c", at(120));
        lanes.go_on(HOUR, at(120));
        assert_eq!(lanes.turns(all, HOUR, at(121)), names(&["a", "b"]), "after an interval all want their turns again");
    }

    #[test]
    fn a_lane_begins_once_and_anew_when_it_comes_back() {
        let (mut lanes, only) = (Lanes::default(), names(&["a"]));
        lanes.begin("a", at(0));
        lanes.begin("a", at(5));
        assert_eq!(lanes.clone().of(&only).begun("a"), Some(at(0)));
        assert!(!lanes.are_several());
        let mut left = lanes.of(&names(&["b"]));
        assert_eq!(left.begun("a"), None);
        left.begin("a", at(9));
        assert_eq!(left.begun("a"), Some(at(9)));
    }

    #[test]
    fn a_lane_that_fails_rests_longer_each_time_and_a_day_at_most() {
        let (mut lanes, both) = (Lanes::default(), names(&["a", "b"]));
        let mut now = at(0);
        lanes.read("a", now);
        for minutes in [90, 210, 450, 930, 1_440, 1_440] {
            lanes.ask("b", now);
            lanes.fail("b", "gone", HOUR, now);
            assert_eq!(
                lanes.turns(both.clone(), HOUR, now + TimeDelta::minutes(minutes - 1)),
                names(&["a"]),
                "{minutes}"
            );
            now += TimeDelta::minutes(minutes);
            assert_eq!(lanes.turns(both.clone(), HOUR, now).len(), 2, "{minutes}");
        }
        assert_eq!(lanes.failures().collect::<Vec<_>>(), [("b".to_owned(), "gone", 6)]);
        assert!(lanes.any_is_read());
        lanes.read("b", now);
        assert_eq!(lanes.failures().count(), 0);
    }

    #[test]
    fn where_all_rest_all_are_asked() {
        let (mut lanes, both) = (Lanes::default(), names(&["a", "b"]));
        for lane in &both {
            lanes.ask(lane, at(0));
            assert_eq!(lanes.fail(lane, "500", HOUR, at(0)), None, "nothing is known of before");
        }
        assert!(!lanes.any_is_read());
        assert_eq!(lanes.turns(both.clone(), HOUR, at(60)), both);
    }

    #[test]
    fn what_a_failing_lane_may_miss_begins_when_it_was_read() {
        let mut lanes = Lanes::default();
        lanes.read("r/private", at(0));
        for minutes in [15, 45] {
            lanes.ask("r/private", at(minutes));
            let lost = lanes.fail("r/private", "status 403", HOUR, at(minutes)).unwrap();
            assert_eq!((lost.from, lost.to), (at(0), at(minutes)));
            let (part, why) = ("r/private".to_owned(), "status 403".to_owned());
            assert_eq!(lost.why, LossReason::Unread { part, why });
        }
    }
}
