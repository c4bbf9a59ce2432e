//! When a mention becomes an alert, who hears of it, and when an alert is held for a while: the rules of the configuration,
//! the silences and the quiet hours, applied to one judged mention. Never sends anything, and never asks the clock.

mod keywords;
mod peace;
mod quiet;
mod route;
mod rules;

pub use crate::model::HoldReason;
pub use peace::Peace;
pub use route::{Routes, Way};
pub use rules::{Decision, Rules};
