//! Lists that show a few of all that they count, such as reviews: that they count more new ones than they show is how we
//! know that some were missed. Pure.

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use crate::model::{Instant, Loss, LossReason};

/// What was seen last.
#[derive(Serialize, Deserialize)]
pub(super) struct Seen {
    /// How many the network counted.
    pub(super) total: u64,
    /// Those that it showed.
    pub(super) shown: Vec<String>,
    /// When, in Unix seconds.
    pub(super) at: i64,
}

impl Seen {
    /// Whether more came since this was seen than are new to us now.
    pub(super) fn missed(&self, now: &Self, why: LossReason) -> Option<Loss> {
        let new = now.shown.iter().filter(|id| !self.shown.contains(id)).count();
        let came = now.total.saturating_sub(self.total);
        let [from, to] = [self.at, now.at].map(|at| DateTime::from_timestamp(at, 0));
        Loss::between(from.filter(|_| came > new as u64)?, to?, why)
    }
}

/// What was seen of a network that counts so many and shows these.
pub(super) fn seen(total: u64, shown: impl Iterator<Item = String>, now: Instant) -> Seen {
    Seen { total, shown: shown.collect(), at: now.timestamp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn what_was_counted_and_not_shown_is_lost() {
        let of = |total, shown: &[&str], seconds| seen(total, shown.iter().map(|id| (*id).to_owned()), at(seconds));
        let before = of(214, &["a", "b", "c"], 0);
        for (total, shown, lost) in [
            (214, ["a", "b", "c"].as_slice(), false),
            (216, &["e", "d", "a"], false),
            (213, &["a", "b"], false),
            // Others of those that were there before are chosen now.
            (214, &["x", "y", "z"], false),
            (218, &["g", "f", "e"], true),
            (220, &["i", "h", "a"], true),
            (215, &[], true),
        ] {
            let expected = lost.then(|| Loss { from: at(0), to: at(60), why: LossReason::Newest(3) });
            assert_eq!(before.missed(&of(total, shown, 60), LossReason::Newest(3)), expected, "{total}");
        }
    }
}
