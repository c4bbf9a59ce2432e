//! The store, on real databases and with instants of our own: what it promises, one test for each.
mod absences;
mod alerts;
pub mod bed;
mod digests;
mod edits;
mod files;
mod forgetting;
mod health;
mod hosts;
mod hubs;
mod outbox;
mod places;
mod plans;
mod polls;
mod rough;
mod sightings;
mod stories;
mod together;
