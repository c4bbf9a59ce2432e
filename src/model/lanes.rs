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
}

/// A lane; times in Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Lane {
    /// When it was last asked.
    asked: i64,
    /// When it was last read; before it ever was, when it was first asked.
    read: i64,
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

    /// Those that are to be read, the one that was asked longest ago first. One that rests is left out, unless all do.
    #[must_use]
    pub fn turns(&self, mut lanes: Vec<String>, now: Instant) -> Vec<String> {
        lanes.sort_by_key(|lane| self.turns.get(lane).map(|known| known.asked));
        let rests = |lane: &String| self.failing(lane).is_some_and(|failing| failing.until > now.timestamp());
        if !lanes.iter().all(rests) {
            lanes.retain(|lane| !rests(lane));
        }
        lanes
    }

    /// It has had its turn.
    pub fn ask(&mut self, lane: &str, now: Instant) {
        let now = now.timestamp();
        self.turns.entry(lane.to_owned()).or_insert(Lane { asked: now, read: now, failing: None }).asked = now;
    }

    /// It was read.
    pub fn read(&mut self, lane: &str, now: Instant) {
        let now = now.timestamp();
        self.turns.insert(lane.to_owned(), Lane { asked: now, read: now, failing: None });
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

    fn failing(&self, lane: &str) -> Option<&Failing> {
        self.turns.get(lane)?.failing.as_ref()
    }
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
        assert_eq!(lanes.turns(all.clone(), at(0)), all, "as they stand where nothing is known");
        lanes.read("b", at(0));
        assert_eq!(lanes.turns(all.clone(), at(5)), names(&["a", "c", "b"]));
        lanes.ask("a", at(5));
        lanes.read("c", at(5));
        assert_eq!(lanes.turns(all.clone(), at(10)), names(&["b", "a", "c"]));
        assert_eq!(lanes.clone().of(&names(&["c", "d"])).turns(names(&["c", "d"]), at(10)), names(&["d", "c"]));
        assert_eq!(lanes.of(&names(&["c"])), Lanes::default(), "a lane that is alone needs no turn");
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
            assert_eq!(lanes.turns(both.clone(), now + TimeDelta::minutes(minutes - 1)), names(&["a"]), "{minutes}");
            now += TimeDelta::minutes(minutes);
            assert_eq!(lanes.turns(both.clone(), now).len(), 2, "{minutes}");
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
        assert_eq!(lanes.turns(both.clone(), at(60)), both);
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
