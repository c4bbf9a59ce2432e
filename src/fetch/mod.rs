//! The one client, of web servers, mail servers and streams: guarded, bounded, polite. Keeps nothing between two requests but
//! idle connections and what a robots.txt says; a stream is its caller's to keep. What has to outlive a poll (validators,
//! failures, the next visit) is the store's.

mod body;
mod client;
mod fault;
mod guard;
mod imap;
mod outgoing;
pub mod politeness;
mod proxy;
mod redirect;
mod robots;
mod socket;
mod words;

pub use client::{Client, ClientError, Dispatch};
pub use fault::PERMISSION;
pub use socket::{Opened, Socket, is_stream};
