//! What was said in a period, and when it is told. Pure: never asks the clock and never reads the store.

mod choose;
mod compose;
mod expression;
mod list;
mod schedule;
mod span;

pub use choose::choose;
pub use compose::{audience, chosen, compose, is_quiet};
pub use expression::ScheduleFault;
pub use list::csv;
pub use schedule::{Period, Schedule};
pub use span::{bars, before};
