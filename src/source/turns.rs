//! Networks that want to be left alone after each answer: their lanes take turns, one page of one lane in each poll.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Adapter, cursor};
use crate::model::{Answer, Counted, Instant, Page, PollFault, Recount, Request, Session, Source, Stale};

/// An adapter whose lanes take turns.
pub(super) struct InTurn<A>(pub(super) A);

/// Whose turn it is, and how far each lane has been read.
#[derive(Default, Serialize, Deserialize)]
struct Turns {
    turn: usize,
    cursors: BTreeMap<String, String>,
}

impl Turns {
    fn of(cursor: Option<&str>) -> Self {
        cursor::read(cursor).unwrap_or_default()
    }

    /// The next lane has its turn.
    fn pass(&mut self) {
        self.turn = self.turn.wrapping_add(1);
    }

    fn lane(&self, lanes: &[String]) -> String {
        self.turn.checked_rem(lanes.len()).and_then(|number| lanes.get(number)).cloned().unwrap_or_default()
    }

    fn cursor(&self, lane: &str) -> Option<&str> {
        self.cursors.get(lane).map(String::as_str)
    }
}

impl<A: Adapter> Adapter for InTurn<A> {
    fn lanes(&self, source: &Source) -> Vec<String> {
        self.0.lanes(source).first().map(|_| String::new()).into_iter().collect()
    }

    fn request(&self, source: &Source, _lane: &str, cursor: Option<&str>, now: Instant) -> Request {
        let turns = Turns::of(cursor);
        let lane = turns.lane(&self.0.lanes(source));
        self.0.request(source, &lane, turns.cursor(&lane), now)
    }

    fn read(
        &self,
        source: &Source,
        _lane: &str,
        cursor: Option<&str>,
        answer: &Answer,
        now: Instant,
    ) -> Result<Page, PollFault> {
        let mut turns = Turns::of(cursor);
        let lanes = self.0.lanes(source);
        let lane = turns.lane(&lanes);
        let page = self.0.read(source, &lane, turns.cursor(&lane), answer, now)?;
        turns.cursors.retain(|lane, _| lanes.contains(lane));
        turns.cursors.extend(page.cursor.map(|cursor| (lane, cursor)));
        turns.pass();
        Ok(Page { cursor: cursor::write(&turns), next: None, ..page })
    }

    fn fault(&self, answer: &Answer, now: Instant) -> Option<PollFault> {
        self.0.fault(answer, now)
    }

    fn reads(&self, answer: &Answer) -> bool {
        self.0.reads(answer)
    }

    fn login(&self, source: &Source, now: Instant) -> Option<Request> {
        self.0.login(source, now)
    }

    fn session(&self, answer: &Answer, now: Instant) -> Result<Session, PollFault> {
        self.0.session(answer, now)
    }

    fn recounts(&self, source: &Source, stale: &[Stale]) -> Vec<Recount> {
        self.0.recounts(source, stale)
    }

    fn counts(&self, source: &Source, stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
        self.0.counts(source, stale, answer)
    }

    /// The next lane gets its turn. Which one was refused cannot be told here, so each begins its walk anew: that costs
    /// time, and loses nothing.
    fn after_refusal(&self, cursor: &str) -> Option<String> {
        turned(cursor, |cursor| self.0.after_refusal(cursor))
    }

    /// As after a refusal, so that one lane that fails does not keep the others waiting.
    fn after_failure(&self, cursor: &str) -> Option<String> {
        turned(cursor, |cursor| self.0.after_failure(cursor))
    }
}

/// The cursor with which the next lane has its turn, and each lane goes on as `change` says.
fn turned(cursor: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut turns = if cursor.is_empty() { Turns::default() } else { cursor::read::<Turns>(Some(cursor))? };
    turns.pass();
    for cursor in turns.cursors.values_mut() {
        if let Some(changed) = change(cursor) {
            *cursor = changed;
        }
    }
    cursor::write(&turns)
}
