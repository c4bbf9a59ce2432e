//! When a mention becomes an alert: the rules of the configuration, applied to one judged mention. Never sends anything,
//! and never asks the clock.

mod keywords;
mod rules;

pub use rules::{Decision, HoldReason, Rules};
