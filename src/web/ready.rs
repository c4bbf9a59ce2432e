//! `GET /readyz`: whether work gets done: the loops are alive, the store answers in time and is of the right version, polls
//! can be stored, and what is to be told gets through. Says why not in plain words, and nothing else about mentiond.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use chrono::SecondsFormat;

use super::WebState;
use crate::model::outbox::MAIL;
use crate::model::undelivered::FailedWay;
use crate::store::StoreError;

/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn readyz(State(state): State<WebState>) -> (StatusCode, String) {
    match reason(&state).await {
        None => (StatusCode::OK, "ready".to_owned()),
        Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, reason),
    }
}

/// Why it is not ready.
async fn reason(state: &WebState) -> Option<String> {
    let reading = state.pulse.read(state.clock.now());
    if reading.loops == 0 {
        return Some("nothing runs".to_owned());
    }
    if !reading.stuck.is_empty() {
        return Some(format!("stuck: {}", reading.stuck.join(", ")));
    }
    match tokio::time::timeout(PATIENCE, of_the_store(state)).await {
        Err(_) => Some("the store does not answer in time".to_owned()),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the store does not answer whether it is ready");
            Some("the store does not answer".to_owned())
        }
        Ok(Ok(reason)) => reason,
    }
}

/// Why it is not ready, as far as the store tells.
async fn of_the_store(state: &WebState) -> Result<Option<String>, StoreError> {
    let (found, known) = state.store.versions().await?;
    if found != known {
        return Ok(Some(format!("the store is at version {found}, this mentiond is for version {known}")));
    }
    if state.store.trouble().is_some() {
        return Ok(Some("polls cannot be stored".to_owned()));
    }
    let broken = state.store.broken_ways(state.fallback_after, state.clock.now()).await?;
    Ok(broken.iter().min_by_key(|way| (way.way != MAIL, way.since)).map(silent))
}

/// Names neither a channel nor an address: who asks may be anybody.
fn silent(way: &FailedWay) -> String {
    let what = if way.way == MAIL { "no mail gets through" } else { "nothing gets through by a channel" };
    format!("{what} since {}", way.since.to_rfc3339_opts(SecondsFormat::Secs, true))
}
