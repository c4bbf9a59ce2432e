//! The store, on real databases and with instants of our own: what it promises, one test for each.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up, or finds less than it needs, fails"
)]

#[path = "store/alerts.rs"]
mod alerts;
#[path = "store/bed.rs"]
mod bed;
#[path = "store/digests.rs"]
mod digests;
#[path = "store/files.rs"]
mod files;
#[path = "store/forgetting.rs"]
mod forgetting;
#[path = "store/outbox.rs"]
mod outbox;
#[path = "store/plans.rs"]
mod plans;
#[path = "store/polls.rs"]
mod polls;
#[path = "store/rough.rs"]
mod rough;
