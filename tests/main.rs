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

mod acknowledge;
mod alert;
mod architecture;
mod asking;
mod below_videos;
mod catch_up;
mod changes;
mod channels;
mod cli;
mod config;
mod config_channels;
mod config_language;
mod config_secrets;
mod config_shipped;
mod contracts;
mod corpus;
mod crash;
mod deliver;
mod deliver_digest;
mod deliver_digest_size;
mod deliver_escalation;
mod deliver_health;
mod deliver_held;
mod deliver_incident;
mod deliver_text;
mod deliver_tone;
mod deliver_words;
mod demo;
mod dialects;
mod dkim;
mod end_to_end;
mod entries;
mod fairness;
mod fallback;
mod feed_parts;
mod fetch;
mod handover;
mod headers;
mod hooks;
mod hostile;
mod imap;
mod incidents;
mod json_api;
mod lanes;
mod language;
mod losses;
mod mail_pages;
mod mailbox;
mod matrix;
mod metrics;
mod networks;
mod once;
mod openmetrics;
mod opensmtpd;
mod operations;
mod own_words;
mod parse;
mod phases;
mod pictures;
mod politeness;
mod query;
mod replay;
mod rising;
mod routes;
mod schedule;
mod searches;
mod servers;
mod sessions;
mod severity;
mod sources;
mod store;
mod story;
mod streams;
mod tone;
mod unsubscribe;
mod websub;
mod world;
