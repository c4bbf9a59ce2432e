//! `GET /metrics`: what the process has counted, and how things stand in the store, as OpenMetrics. The store is asked at
//! most once a second however many ask, and for no longer than a few seconds. Names no brand, source or recipient.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::WebState;
use crate::model::HoldReason;
use crate::model::health::Health;
use crate::store::Gauges;

/// What every name begins with.
const PREFIX: &str = "mentiond";
/// How long an answer is given again, also that there is none.
const FRESH: Duration = Duration::from_secs(1);
/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// What it is for machines.
const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Numbers = Gauge<f64, AtomicU64>;

/// When it was asked, and the answer if there was one.
type Made = (Instant, Option<String>);

/// The last answer. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Last(Arc<Mutex<Option<Made>>>);

pub(super) async fn metrics(State(state): State<WebState>) -> Response {
    // Whoever asks meanwhile waits for the same answer.
    let mut last = state.last_metrics.0.lock().await;
    if let Some((made, text)) = last.as_ref().filter(|(made, _)| made.elapsed() < FRESH) {
        tracing::trace!(metrics.age_ms = made.elapsed().as_millis() as u64, "metrics are given again");
        return shown(text.as_deref());
    }
    let text = match tokio::time::timeout(PATIENCE, state.store.gauges()).await {
        Ok(Ok(gauges)) => write(&state, &gauges),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the store does not answer for metrics");
            None
        }
        Err(_) => None,
    };
    let response = shown(text.as_deref());
    *last = Some((Instant::now(), text));
    response
}

fn shown(text: Option<&str>) -> Response {
    match text {
        Some(text) => ([(header::CONTENT_TYPE, TYPE)], text.to_owned()).into_response(),
        None => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer").into_response(),
    }
}

fn write(state: &WebState, gauges: &Gauges) -> Option<String> {
    let mut registry = Registry::with_prefix(PREFIX);
    state.tally.register(&mut registry);
    process(state, &mut registry);
    outbox(state, gauges, &mut registry);
    alerts(gauges, &mut registry);
    sources(state, gauges, &mut registry);
    let mut text = String::new();
    encode(&mut text, &registry).ok()?;
    Some(text)
}

fn process(state: &WebState, registry: &mut Registry) {
    let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("build", "The program that runs", version);
    let started = state.started.timestamp_millis() as f64 / 1000.0;
    seconds(registry, "start_time", "When the process began, in seconds since 1970", started);
    let reading = state.pulse.read(state.clock.now());
    number(registry, "loops", "Loops that run", reading.loops as u64);
    number(registry, "loops_stuck", "Loops that are stuck", reading.stuck.len() as u64);
    let trouble = u64::from(state.store.trouble().is_some());
    number(registry, "store_trouble", "1 while polls cannot be stored", trouble);
}

fn outbox(state: &WebState, gauges: &Gauges, registry: &mut Registry) {
    let counts = &gauges.outbox;
    let handed = ("handed_over", counts.handed_over);
    let states = [("waiting", counts.waiting), ("sent", counts.sent), handed, ("dead", counts.dead)];
    family(registry, "outbox_notices", "Notices that are kept, by state", "state", states);
    let now = state.clock.now();
    let age = counts.oldest_waiting.map_or(0.0, |oldest| (now - oldest).as_seconds_f64().max(0.0));
    seconds(registry, "outbox_oldest_waiting_age", "Age of the notice that has waited longest, 0 for none", age);
    if let Some(until) = gauges.digest_until {
        let help = "End of the last period that a digest was composed for, in seconds since 1970";
        seconds(registry, "digest_until_timestamp", help, until.timestamp() as f64);
    }
}

fn alerts(gauges: &Gauges, registry: &mut Registry) {
    number(registry, "open_alerts", "Alerts that nobody has acknowledged", gauges.open_alerts);
    let held = |reason: HoldReason| {
        let alerts = gauges.holds.iter().filter(|hold| hold.reason == reason).map(|hold| hold.alerts).sum();
        (reason.as_str(), alerts)
    };
    let held = [HoldReason::Silenced, HoldReason::QuietHours].map(held);
    family(registry, "held_alerts", "Alerts that are held, by reason", "reason", held);
    let (acknowledged, open) = gauges.incidents;
    let incidents = [("yes", acknowledged), ("no", open)];
    family(registry, "open_incidents", "Incidents that are not over", "acknowledged", incidents);
}

fn sources(state: &WebState, gauges: &Gauges, registry: &mut Registry) {
    let of = |health: Health| {
        let known = gauges.sources.iter().find(|(found, _)| *found == health);
        (health.as_str(), known.map_or(0, |(_, number)| *number))
    };
    family(registry, "sources", "Configured sources, by health", "health", Health::ALL.map(of));
    number(registry, "sources_stopped", "Configured sources that are not polled any more", gauges.stopped);
    let now = state.clock.now();
    let lag = gauges.next_poll_at.map_or(0.0, |due| (now - due).as_seconds_f64().max(0.0));
    seconds(registry, "poll_lag", "How long the source has been due that waits longest", lag);
    number(registry, "hub_documents_waiting", "Documents from hubs that are not read yet", gauges.documents);
}

fn number(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let gauge = Numbers::default();
    gauge.set(value as f64);
    registry.register(name, help, gauge);
}

fn seconds(registry: &mut Registry, name: &str, help: &str, value: f64) {
    let gauge = Numbers::default();
    gauge.set(value);
    registry.register_with_unit(name, help, Unit::Seconds, gauge);
}

fn family<const N: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    label: &'static str,
    values: [(&'static str, u64); N],
) {
    let gauges = Family::<[(&'static str, &'static str); 1], Numbers>::default();
    for (value, number) in values {
        gauges.get_or_create(&[(label, value)]).set(number as f64);
    }
    registry.register(name, help, gauges);
}
