//! Numbers that say how a brand is talked about. Pure: counts come from the store.

pub mod agreement;
pub mod metrics;
pub mod spike;
pub mod tops;
