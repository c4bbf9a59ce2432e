//! Streams against a WebSocket server that breaks off, refuses, falls silent, floods and forgets: what is read is read
//! once, and nothing that the server still has is lost.

mod daemon;
mod jetstream;
mod mastodon;
mod mastodon_tags;
mod named;
mod samples;
mod transport;

use std::time::Duration;

use chrono::TimeDelta;
use mentiond::clock::Clock;
use mentiond::config::{FetchConfig, ProxyConfig};
use mentiond::model::{Instant, Source, SourceKind};
use mentiond::pipeline::{Pipeline, Polled};
use mentiond::store::StoreError;

use crate::common::contract;
use crate::common::networks;
use crate::common::streams::Streams;
use crate::store::bed::{Bed, setup};

fn config() -> FetchConfig {
    let _ = rustls::crypto::ring::default_provider().install_default();
    FetchConfig {
        user_agent: "mentiond/test".to_owned(),
        timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_secs(20),
        head_timeout: Duration::from_secs(20),
        idle_timeout: Duration::from_millis(300),
        max_body: 1 << 20,
        concurrency: 1,
        host_gap: Duration::ZERO,
        max_pages: 20,
        proxies: ProxyConfig::default(),
    }
}

/// The day of the samples.
fn noon() -> Instant {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// Microseconds so many seconds after noon.
fn micros(seconds: i64) -> i64 {
    (noon() + TimeDelta::seconds(seconds)).timestamp_micros()
}

/// A source that streams, polled into a store.
struct Polling {
    bed: Bed,
    server: Streams,
    source: Source,
    pipeline: Pipeline,
    clock: Clock,
    /// Time between two polls.
    step: TimeDelta,
}

impl Polling {
    async fn new(kind: SourceKind, terms: &[&str]) -> Self {
        let server = Streams::start().await;
        let source = Source { allow_private: true, ..networks::source(kind, server.url("http", "/").as_str(), terms) };
        let bed = Bed::with_sources(&["blog"]).await;
        bed.store.sync_sources(&[setup("blog")], noon()).await.unwrap();
        let (pipeline, clock, step) = (contract::pipeline(), Clock::simulated(noon()), TimeDelta::minutes(11));
        Self { bed, server, source, pipeline, clock, step }
    }

    async fn poll(&self) -> Polled {
        self.poll_as("me").await.unwrap()
    }

    /// Polls and commits as somebody who may not be the one that claimed the source.
    async fn poll_as(&self, owner: &str) -> Result<Polled, StoreError> {
        let now = self.clock.now();
        let claim = self.bed.store.claim_source("blog", "me", now, now + TimeDelta::minutes(10)).await?.unwrap();
        let polled = self.pipeline.poll_source(&self.bed.store, &self.source, claim, owner, &self.clock).await;
        self.clock.advance_to(now + self.step);
        polled
    }

    /// How many entries are stored, and how many of them are deleted.
    async fn stored(&self) -> (i64, i64) {
        let all = self.bed.number("SELECT count(*) FROM entry").await;
        (all, self.bed.number("SELECT count(*) FROM entry WHERE deleted_at IS NOT NULL").await)
    }
}

/// Until what was just said has arrived.
async fn arrive() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}
