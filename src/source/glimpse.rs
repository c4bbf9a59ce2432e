//! What a list without dates showed when it was last read. A list that showed something again so far, and shows nothing of
//! that any more, may have shown more in between. Pure.

use std::collections::BTreeSet;

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::catch_up::FULL;
use crate::model::hash::sha256_hex;
use crate::model::{Instant, Loss, LossReason};

/// Most entries that are remembered.
const MOST: usize = 200;

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Glimpse {
    /// Its entries, shortened.
    ids: BTreeSet<String>,
    /// When, in Unix seconds.
    at: i64,
    /// Whether it had some of those before, and others: it changes bit by bit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    flows: bool,
}

impl Glimpse {
    /// Looks again, in the order of the list, and answers what may be missing.
    pub(super) fn look<'i>(
        before: Option<&Self>,
        ids: impl Iterator<Item = &'i str>,
        now: Instant,
    ) -> (Option<Self>, Option<Loss>) {
        let shown: Vec<String> = ids.map(|id| sha256_hex([id], 4)).collect();
        if shown.len() < FULL {
            return (before.cloned(), None);
        }
        let meets = before.is_some_and(|before| shown.iter().any(|id| before.ids.contains(id)));
        let newest = u32::try_from(shown.len()).map_or(LossReason::Ends, LossReason::Newest);
        let lost = before
            .filter(|before| before.flows && !meets)
            .and_then(|before| Loss::between(DateTime::from_timestamp(before.at, 0)?, now, newest));
        let ids: BTreeSet<String> = shown.into_iter().take(MOST).collect();
        let flows = before.is_some_and(|before| before.flows || meets && before.ids != ids);
        (Some(Self { ids, at: now.timestamp(), flows }), lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists, each an hour behind the one before: which of them tell a loss.
    fn losing(lists: &[&str]) -> Vec<usize> {
        let at = |hour: usize| DateTime::from_timestamp(i64::try_from(hour).unwrap() * 3_600, 0).unwrap();
        let (mut known, mut losing) = (None, Vec::new());
        for (hour, list) in lists.iter().enumerate() {
            let (glimpse, lost) = Glimpse::look(known.as_ref(), list.split(' '), at(hour));
            known = glimpse;
            if let Some(lost) = lost {
                assert_eq!(lost, Loss { from: at(hour - 1), to: at(hour), why: LossReason::Newest(5) });
                losing.push(hour);
            }
        }
        losing
    }

    #[test]
    fn a_list_that_shows_nothing_of_what_it_showed_may_have_left_something_out() {
        assert_eq!(losing(&["e d c b a", "f e d c b", "f e d c b", "t s r q p", "u t s r q"]), [3]);
        assert_eq!(losing(&["e d c b a", "j i h g f", "t s r q p"]), [0; 0], "it shows others each time");
        assert_eq!(losing(&["e d c b a", "f e d c b", "z y x w", "g f e d c"]), [0; 0], "a few tell nothing");
        assert_eq!(losing(&["c b a", "z y x w v"]), [0; 0]);
    }
}
