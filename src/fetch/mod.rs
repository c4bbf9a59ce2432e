//! The one HTTP client: guarded, bounded, polite. Never keeps anything between two requests but idle connections: what
//! has to outlive a poll (validators, failures, the next visit) is the store's.

mod client;
mod fault;
mod guard;
pub mod politeness;
mod redirect;
mod words;

pub use client::{Client, ClientError};
