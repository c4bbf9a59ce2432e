//! Whose turn it is where only so many may go within a time. Whoever has to wait is told for how long, and keeps that
//! turn. Never asks the clock; forgets everything with the process.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;

use crate::config::Rate;
use crate::model::Instant;

/// Who does not come for so long has lost the turn.
const LOST: TimeDelta = TimeDelta::hours(1);

/// The turns of one way out.
#[derive(Debug)]
pub(super) struct Pace {
    rate: Rate,
    turns: Mutex<Turns>,
}

#[derive(Debug, Default)]
struct Turns {
    /// The last ones given, also those to come, in their order: as many as may go within one period.
    given: VecDeque<Instant>,
    /// Who waits for which, by the row.
    waiting: BTreeMap<i64, Instant>,
}

impl Pace {
    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, turns: Mutex::default() }
    }

    /// Takes the turn of this row and answers which it is, or how long the row has to wait for it.
    pub(super) fn turn(&self, id: i64, now: Instant) -> Result<Instant, TimeDelta> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.waiting.retain(|_, turn| now - *turn < LOST);
        let turn = match turns.waiting.get(&id) {
            Some(turn) => *turn,
            None => turns.give(self.rate, now),
        };
        if turn > now {
            turns.waiting.insert(id, turn);
            return Err(turn - now);
        }
        turns.waiting.remove(&id);
        Ok(turn)
    }

    /// A turn that was taken was of no use: another may have its place.
    pub(super) fn give_back(&self, turn: Instant) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = turns.given.iter().rposition(|given| *given == turn) {
            turns.given.remove(place);
        }
    }
}

impl Turns {
    /// The next turn: not before the one so many places before it is a whole period ago.
    fn give(&mut self, rate: Rate, now: Instant) -> Instant {
        let many = usize::try_from(rate.times).unwrap_or(usize::MAX);
        let period = TimeDelta::from_std(rate.period).unwrap_or(TimeDelta::MAX);
        let mut turn = self.given.back().map_or(now, |last| now.max(*last));
        if self.given.len() >= many {
            let before = self.given.pop_front().unwrap_or(now);
            turn = turn.max(before + period);
        }
        self.given.push_back(turn);
        turn
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;

    use super::*;

    fn at(seconds: i64) -> Instant {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn no_period_holds_more_than_allowed_whenever_it_begins() {
        let pace = Pace::new(Rate { times: 3, period: Duration::from_secs(60) });
        let mut went = Vec::new();
        // Five come at once, one every two seconds after that, and whoever has to wait comes back when told.
        let mut due: Vec<(i64, i64)> = (0..5).map(|id| (0, id)).chain((5..60).map(|id| (id * 2, id))).collect();
        while let Some(next) = due.iter().copied().min() {
            due.retain(|one| *one != next);
            let (second, id) = next;
            match pace.turn(id, at(second)) {
                Ok(_) => went.push((second, id)),
                Err(wait) => due.push((second + wait.num_seconds(), id)),
            }
        }
        assert_eq!(went.len(), 60, "everybody goes");
        assert!(went.is_sorted_by_key(|(_, id)| *id), "in the order in which they came: {went:?}");
        for window in went.windows(4) {
            assert!(window[3].0 - window[0].0 >= 60, "{window:?}");
        }
        assert_eq!(went.last().unwrap().0, 19 * 60, "and nobody waits longer than needed");
    }

    #[test]
    fn who_comes_too_early_keeps_the_turn_and_who_never_comes_is_forgotten() {
        let pace = Pace::new(Rate { times: 1, period: Duration::from_secs(10) });
        assert_eq!(pace.turn(1, at(0)), Ok(at(0)));
        assert_eq!(pace.turn(2, at(1)), Err(TimeDelta::seconds(9)));
        assert_eq!(pace.turn(2, at(5)), Err(TimeDelta::seconds(5)));
        assert_eq!(pace.turn(3, at(5)), Err(TimeDelta::seconds(15)), "behind the one who waits");
        assert_eq!(pace.turn(2, at(10)), Ok(at(10)));
        assert_eq!(pace.turn(4, at(20 + 3_600)), Ok(at(20 + 3_600)));
        assert!(pace.turns.lock().unwrap().waiting.is_empty());
    }

    #[test]
    fn a_turn_that_is_given_back_is_the_next_ones() {
        let pace = Pace::new(Rate { times: 2, period: Duration::from_secs(60) });
        assert_eq!(pace.turn(1, at(0)), Ok(at(0)));
        assert_eq!(pace.turn(2, at(5)), Ok(at(5)));
        pace.give_back(at(5));
        assert_eq!(pace.turn(3, at(7)), Ok(at(7)));
        assert_eq!(pace.turn(4, at(8)), Err(TimeDelta::seconds(52)), "and only one has it");
        pace.give_back(at(0));
        assert_eq!(pace.turn(5, at(9)), Err(TimeDelta::seconds(58)), "what is long past is of no use to anybody");
    }
}
