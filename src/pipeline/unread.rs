//! What a poll has left unread, lane by lane, and how far back the rest of them was read. Pure.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::text::one_line;
use crate::model::{Instant, Page};

/// Lanes that are named.
const NAMED: usize = 3;
/// Most characters of the name of a lane.
const WORDS: usize = 60;

/// The lanes that were not read to their end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread {
    lanes: BTreeMap<String, Left>,
    /// Whether another lane was.
    any: bool,
}

/// What is left of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// All of it.
    All,
    /// Whatever lies before a time, as far as that is known.
    Before(Option<Instant>),
}

impl Unread {
    /// Nothing has been read of them yet.
    pub(super) fn of(lanes: &[String]) -> Self {
        Self { lanes: lanes.iter().map(|lane| (lane.clone(), Left::All)).collect(), any: false }
    }

    /// Nothing can be said to have been read.
    #[must_use]
    pub fn all() -> Self {
        Self::of(&[String::new()])
    }

    /// A page of a lane was read.
    pub(super) fn pass(&mut self, lane: &str, page: &Page) {
        if page.next.is_none() && page.back_to.is_none() && page.fault.is_none() {
            self.finish(lane);
        } else {
            self.lanes.insert(lane.to_owned(), Left::Before(page.back_to));
        }
    }

    /// There is no more of a lane.
    pub(super) fn finish(&mut self, lane: &str) {
        self.lanes.remove(lane);
        self.any = true;
    }

    /// Whether all lanes were read to their end.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// Whether nothing was read of any lane.
    #[must_use]
    pub fn is_all(&self) -> bool {
        !self.is_empty() && !self.any && self.lanes.values().all(|left| *left == Left::All)
    }

    /// Whether nothing was read of some lane.
    #[must_use]
    pub fn has_whole_lanes(&self) -> bool {
        self.lanes.values().any(|left| *left == Left::All)
    }
}

/// `only since 2026-11-28 14:03; nothing of `stackoverflow answers acme``. Times are those of UTC.
impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times =
            || self.lanes.values().filter_map(|left| if let Left::Before(at) = left { Some(*at) } else { None });
        // What is known of all of them is known only from the latest of these times on.
        let since = match times().max().flatten() {
            Some(at) if times().all(|at| at.is_some()) => Some(format!("only since {}", at.format("%Y-%m-%d %H:%M"))),
            _ => times().next().map(|_| "only in part".to_owned()),
        };
        let unasked: Vec<&String> =
            self.lanes.iter().filter(|(_, left)| **left == Left::All).map(|(lane, _)| lane).collect();
        let mut named: Vec<String> =
            unasked.iter().take(NAMED).map(|lane| format!("`{}`", one_line(lane, WORDS))).collect();
        named.extend(unasked.len().checked_sub(NAMED).filter(|more| *more > 0).map(|more| format!("{more} more")));
        let nothing = (!named.is_empty()).then(|| format!("nothing of {}", named.join(", ")));
        f.write_str(&since.into_iter().chain(nothing).collect::<Vec<_>>().join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Request;

    fn page(next: bool, back_to: Option<i64>) -> Page {
        let next = next.then(|| Request::get("https://a.example/2".parse().unwrap()));
        let back_to = back_to.and_then(|at| chrono::DateTime::from_timestamp(at, 0));
        Page { next, back_to, ..Page::default() }
    }

    fn of(lanes: &[&str]) -> Unread {
        Unread::of(&lanes.iter().map(|lane| (*lane).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_was_read_to_its_end_is_not_named() {
        let mut unread = of(&["a", "b"]);
        assert!(unread.is_all() && unread.has_whole_lanes());
        unread.pass("a", &page(true, Some(0)));
        assert!(!unread.is_all());
        unread.pass("a", &page(false, None));
        assert!(!unread.is_all() && !unread.is_empty());
        assert_eq!(unread.to_string(), "nothing of `b`");
        unread.pass("b", &Page { fault: Some(crate::model::PollFault::Gone), ..Page::default() });
        assert_eq!(unread.to_string(), "only in part", "one of the tags of a stream could not be had");
        unread.finish("b");
        assert!(unread.is_empty() && !unread.has_whole_lanes() && !unread.is_all());
    }

    #[test]
    fn a_source_is_read_since_the_latest_of_the_times_of_its_lanes() {
        let mut unread = of(&["a", "b", "c"]);
        unread.pass("a", &page(true, Some(60)));
        unread.pass("b", &page(false, Some(3_600)));
        assert_eq!(unread.to_string(), "only since 1970-01-01 01:00; nothing of `c`");
        unread.pass("c", &page(true, None));
        assert_eq!(unread.to_string(), "only in part", "nobody knows how far");
        assert!(!unread.has_whole_lanes());
    }

    #[test]
    fn of_many_lanes_a_few_are_named() {
        assert_eq!(of(&["a", "b", "c"]).to_string(), "nothing of `a`, `b`, `c`");
        assert_eq!(of(&["a", "b", "c", "d", "e"]).to_string(), "nothing of `a`, `b`, `c`, 2 more");
    }
}
