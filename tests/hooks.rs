//! Webhooks from end to end: a Graph API on loopback, what Meta sends, and the daemon on a simulated clock.
pub mod bed;
mod crash;
mod door;
mod mentions;
mod pages;
mod reading;
