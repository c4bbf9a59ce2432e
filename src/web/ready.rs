//! `GET /readyz`: whether work gets done: the loops are alive, the store answers in time and is of the right version, and
//! polls can be stored. Says why not in plain words, and nothing else about mentiond.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;

use super::WebState;

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
    let versions = match tokio::time::timeout(PATIENCE, state.store.versions()).await {
        Err(_) => return Some("the store does not answer in time".to_owned()),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the store does not answer whether it is ready");
            return Some("the store does not answer".to_owned());
        }
        Ok(Ok(versions)) => versions,
    };
    let (found, known) = versions;
    if found != known {
        return Some(format!("the store is at version {found}, this mentiond is for version {known}"));
    }
    state.store.trouble().map(|_| "polls cannot be stored".to_owned())
}
