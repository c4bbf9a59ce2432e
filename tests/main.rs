//! All tests in one program, one module per theme, so that the library is linked once. Each test runs in a process of its
//! own under nextest.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a test fails by a panic and speaks to whoever runs it"
)]

mod common;

mod alert;
mod architecture;
mod cli;
mod config;
mod config_shipped;
mod crash;
mod deliver;
mod deliver_health;
mod deliver_text;
mod demo;
mod end_to_end;
mod entries;
mod fetch;
mod metrics;
mod once;
mod operations;
mod parse;
mod query;
mod schedule;
mod sources;
mod store;
mod tone;
