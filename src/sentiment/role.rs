//! What words do besides having a tone: who says it, who is compared with whom, what rises and what falls.

use serde::Deserialize;

/// A table of `[roles]` in a lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    /// Whose name stands in front says what stands around it, or whose name stands behind it after a comma.
    Says,
    /// Whose name stands behind it says what stands around it.
    Source,
    /// Somebody does it to somebody: it speaks of who it is done to.
    Strikes,
    /// It is done to who stands in front.
    Suffers,
    /// Who writes.
    Author,
    /// In front of what something is compared with.
    Than,
    /// The same behind a comparative; elsewhere it says as what somebody speaks.
    ThanOrAs,
    /// In front of somebody of whom the contrary is true.
    Unlike,
    /// In front of somebody whom a customer leaves.
    Leaves,
    /// In front of somebody to whom a customer comes.
    Joins,
    /// What follows is only thought of.
    Unreal,
    /// What follows counts less than what stands beside it.
    Although,
    /// What follows in its clause is negated, all of it.
    Neither,
    /// Between the two that `neither` negates.
    Nor,
    /// Praise that mocks where it stands alone in front of blame.
    Mocks,
    /// It may stand in front of such praise.
    Exclaims,
    /// It happens once more.
    Again,
    /// It rises.
    Up,
    /// It falls.
    Down,
    /// Good news if it rises.
    GoodUp,
    /// Bad news if it rises.
    BadUp,
}
