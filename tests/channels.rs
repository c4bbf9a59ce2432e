//! Channels: what each posts, what becomes of every answer, and that a notice told twice is one.

mod answers;
mod kinds;
mod links;
mod maildir;
mod outbox;

use chrono::{DateTime, Utc};
use mentiond::config::{self, Config, Env, FetchConfig};
use mentiond::deliver::{Channels, Outcome};
use mentiond::model::outbox::OutboxMessage;

use crate::common::notices::{at, mail};

/// No part of it may be seen anywhere.
const SECRET: &str = "hunter2-s3cret-hunter2-s3cret";

/// A configuration with one channel `ops` that has these lines, and this secret.
pub fn configured(lines: &str, secret: &str) -> Config {
    let text = format!(
        "recipients = [\"channel:ops\"]\n[[brand]]\nname = \"Skip Hop\"\n\
         [[source]]\nname = \"blog\"\nkind = \"feed\"\nurl = \"https://blog.example.org/feed.xml\"\n\
         [[channel]]\nname = \"ops\"\n{lines}\n"
    );
    let variables = [("HOME", "/home/anna"), ("MENTIOND_CHANNEL_OPS_SECRET", secret)];
    let env = Env(variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    config::parse("mentiond.toml", &text, &env).unwrap()
}

/// The ways out of a configuration.
pub fn channels(config: &Config) -> Channels {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let fetch = FetchConfig { user_agent: "mentiond/test".to_owned(), ..FetchConfig::of_environment(&Env::default()) };
    Channels::new(&mail(), &config.channels, &fetch).unwrap()
}

/// To the channel `ops`.
fn to_ops(message: OutboxMessage) -> OutboxMessage {
    OutboxMessage { recipient: "channel:ops".to_owned(), ..message }
}

/// When the attempts of these tests are made.
fn now() -> DateTime<Utc> {
    at("2026-11-24T07:31:00Z")
}

async fn deliver(lines: &str, secret: &str, message: &OutboxMessage) -> Outcome {
    channels(&configured(lines, secret)).deliver(message, now()).await
}
