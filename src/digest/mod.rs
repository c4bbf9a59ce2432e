//! What was said in a period, and when it is told. Pure: never asks the clock and never reads the store.

mod compose;
mod expression;
mod schedule;

pub use compose::{audience, compose};
pub use expression::ScheduleFault;
pub use schedule::{Period, Schedule};
