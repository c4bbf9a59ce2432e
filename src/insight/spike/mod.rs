//! Spikes: when the negative stories of a brand come faster than usual, from more people than usual, and by how much that is
//! improbable; and whether all talk does. Pure: stories go in in the order in which they are known, `now` is an argument, and what comes out are the start, the updates and the end
//! of incidents with their evidence.
//!
//! ```text
//! history     the hours of the last eight weeks, without those of incidents
//! clock       where an hour lies in the week by the wall clock
//! baseline    what is usual in this hour of the week, and what we know of it
//! dispersion  how much the brand varies, and what the other tones say about this window
//! tail        how improbable so many are
//! threshold   how improbable they must be, from the budget and from what quiet days reached
//! recent      what the windows of one hour to two days hold
//! voices      who spoke in which hour, and how many of an hour come back in others
//! beside      stories or authors of a window beside what is usual
//! watch       the life of an incident
//! ```

mod baseline;
mod beside;
mod clock;
mod dispersion;
mod history;
mod incident;
mod recent;
mod settings;
pub mod tail;
#[cfg(test)]
mod tests;
mod threshold;
mod voices;
mod watch;

pub use incident::{Calm, Ending, Event, Evidence, Kind};
pub use settings::{Settings, Step, Story};
pub use watch::Watch;

/// Hours of the windows that are looked at: sharp bursts show in short ones, slow burns in long ones.
pub(crate) const WINDOWS: [u32; 7] = [1, 2, 3, 6, 12, 24, 48];

/// How well a brand is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Maturity {
    /// Less than a day has been seen: no incident can begin.
    Blind,
    /// A cold start: incidents can begin, and must be clearer than later.
    Learning(LearningReason),
    /// Two weeks and twenty stories have been seen.
    Settled,
}

/// Why a brand is not known well yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LearningReason {
    /// Less than two weeks have been seen.
    FewDays,
    /// Less than twenty stories have been seen.
    FewStories,
}
