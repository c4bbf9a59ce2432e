//! How a source is: well, or what ails it, since when and why. Who decides that is `health`.

use serde::{Deserialize, Serialize};

use super::Instant;

/// The state of a source, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Its server says that it will never come back, or the feed that it has ended.
    Gone,
    /// It cannot be read, and this is no accident of one poll.
    Failing,
    /// It is read, but has shown nothing new for longer than its rhythm explains.
    Silent,
    /// It is read, but has another address now.
    Moved,
    /// It is read, but its answers take long.
    Slow,
    /// All is well, as far as is known.
    #[default]
    Healthy,
}

impl Health {
    /// All states, the worst first.
    pub const ALL: [Self; 6] = [Self::Gone, Self::Failing, Self::Silent, Self::Moved, Self::Slow, Self::Healthy];

    /// The label, for the store, the log and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
            Self::Silent => "silent",
            Self::Moved => "moved",
            Self::Slow => "slow",
            Self::Healthy => "healthy",
        }
    }

    /// The state with that label.
    #[must_use]
    pub fn parse(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|health| health.as_str() == label)
    }

    /// What to say of a source that has come to be so, with the source as subject.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Gone => "is gone for good",
            Self::Failing => "cannot be read",
            Self::Silent => "is unusually silent",
            Self::Moved => "has moved",
            Self::Slow => "answers slowly",
            Self::Healthy => "is well again",
        }
    }

    /// The same of several sources.
    #[must_use]
    pub fn words_of_many(self) -> &'static str {
        match self {
            Self::Gone => "are gone for good",
            Self::Failing => "cannot be read",
            Self::Silent => "are unusually silent",
            Self::Moved => "have moved",
            Self::Slow => "answer slowly",
            Self::Healthy => "are well again",
        }
    }
}

/// How the reason begins for which a source is not polled until somebody mends its secret.
pub const LOCKED_OUT: &str = "it is not let in: ";

/// How a fault begins that says that a budget of the configuration is used up,
pub const BUDGET: &str = "the budget of ";
/// how it ends,
pub const USED_UP: &str = " is used up";
/// and how a budget of a month's money is called.
pub const A_MONTH: &str = " US dollars a month";

/// What a network sells and somebody has to buy anew: its posts of a month,
pub const CAP: &str = "the cap of posts a month";
/// and what was paid in advance.
pub const CREDIT: &str = "the prepaid credit";

/// Why a source cannot be read, by what has to be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It is not let in: its secret has to be renewed.
    LockedOut,
    /// The money of a month is used up: it rests until the next one, unless it gets more.
    OutOfMoney,
    /// What the network sells is used up: somebody has to buy more there.
    SoldOut,
    /// Anything else: most of that passes.
    Other,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::LockedOut, Self::OutOfMoney, Self::SoldOut, Self::Other];

    /// The trouble that these words tell.
    #[must_use]
    pub fn of(why: &str) -> Self {
        match why.strip_suffix(USED_UP) {
            Some(what) if what.ends_with(A_MONTH) => Self::OutOfMoney,
            Some(CAP | CREDIT) => Self::SoldOut,
            _ if why.starts_with(LOCKED_OUT) => Self::LockedOut,
            _ => Self::Other,
        }
    }
}

/// A state with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Condition {
    /// The state.
    pub health: Health,
    /// When it began: of a failing source the first failed poll, of a silent one the last news, else when it was noticed.
    /// `None` for a source that was well from the beginning.
    pub since: Option<Instant>,
    /// The last error in plain words; of a source that has moved, its new address. Empty for a healthy source.
    pub why: String,
}

impl Condition {
    /// What has to be done about it.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        if self.health == Health::Failing { Trouble::of(&self.why) } else { Trouble::Other }
    }

    /// Whether it tells nobody more than the state before: of a source that has moved, the same address; of one that
    /// cannot be read, nothing that somebody has to do and was not told.
    #[must_use]
    pub fn is_same_as(&self, before: &Self) -> bool {
        self.health == before.health
            && match self.health {
                Health::Moved => self.why == before.why,
                _ => self.trouble() == Trouble::Other || self.trouble() == before.trouble(),
            }
    }
}

/// That a source has come from one state to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthChange {
    /// Name of the source.
    pub source: String,
    /// When it was noticed.
    pub at: Instant,
    /// How it was before,
    pub before: Health,
    /// and since when.
    pub before_since: Option<Instant>,
    /// How it is now.
    pub condition: Condition,
}

impl HealthChange {
    /// Whether it says no more than that the source cannot be read, or can be again.
    #[must_use]
    pub fn is_about_reading(&self) -> bool {
        match self.condition.health {
            Health::Gone | Health::Failing => true,
            Health::Healthy => matches!(self.before, Health::Gone | Health::Failing),
            Health::Silent | Health::Moved | Health::Slow => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_label_of_its_own_that_is_read_back() {
        for health in Health::ALL {
            assert_eq!(Health::parse(health.as_str()), Some(health));
            assert_eq!(serde_json::to_string(&health).unwrap(), format!("\"{}\"", health.as_str()));
        }
        assert_eq!(Health::parse("ill"), None);
        assert!(Health::ALL.is_sorted(), "the worst comes first everywhere");
    }
}
