//! What mentiond noted of a source when it looked at it, read back from the words in which it is kept. Errors of servers and
//! networks are not among it: they are quoted. Pure.

use crate::model::notice::Gap;

/// What was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'a> {
    /// Something new came so many times a week.
    TimesAWeek(&'a str),
    /// Something new came once a week.
    OnceAWeek,
    /// Something new came once in so many weeks.
    OnceInWeeks(&'a str),
    /// An answer took so many seconds.
    Took(&'a str),
    /// It fell due, but no poll was finished.
    NoPoll,
    /// No poll was finished in the period that is told.
    NoPollInTime,
    /// It was never polled.
    NotPolledYet,
    /// Nobody was there to poll it.
    NobodyPolled,
    /// Nobody was there to be called by its hub.
    NobodyListened,
    /// Others of the same host came first.
    OthersFirst,
    /// So many dollars of a month are used up.
    Dollars(&'a str),
    /// So many calls of a day are.
    Calls(&'a str),
    /// What somebody else said.
    Error(&'a str),
}

impl<'a> Said<'a> {
    /// What these words note.
    pub fn of(words: &'a str) -> Self {
        let between = |start: &str, end: &str| words.strip_prefix(start)?.strip_suffix(end);
        if let Some(times) = between("before, something new came about ", " times a week") {
            return Self::TimesAWeek(times);
        }
        if let Some(weeks) = between("before, something new came about once in ", " weeks") {
            return Self::OnceInWeeks(weeks);
        }
        if let Some(seconds) = between("an answer took ", " s") {
            return Self::Took(seconds);
        }
        if let Some(dollars) = between("the budget of ", " US dollars a month is used up") {
            return Self::Dollars(dollars);
        }
        if let Some(calls) = between("the budget of ", " calls a day is used up") {
            return Self::Calls(calls);
        }
        match words {
            "before, something new came about once a week" => Self::OnceAWeek,
            "no poll of it was finished since it fell due" => Self::NoPoll,
            "nobody polled it: mentiond did not run, or the machine slept" => Self::NobodyPolled,
            "nobody listened to its hub: mentiond did not run, or the machine slept" => Self::NobodyListened,
            "its host is asked one thing at a time, and others of its sources came first" => Self::OthersFirst,
            Gap::NO_POLL => Self::NoPollInTime,
            Gap::NOT_POLLED_YET => Self::NotPolledYet,
            other => Self::Error(other),
        }
    }
}
