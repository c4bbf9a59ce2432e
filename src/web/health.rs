//! `GET /healthz`: whether the loops are alive. Says nothing else about mentiond.

use axum::extract::State;
use axum::http::StatusCode;

use super::WebState;

pub(super) async fn healthz(State(state): State<WebState>) -> (StatusCode, String) {
    let reading = state.pulse.read(state.clock.now());
    if reading.loops == 0 {
        return (StatusCode::SERVICE_UNAVAILABLE, "nothing runs".to_owned());
    }
    if !reading.stuck.is_empty() {
        return (StatusCode::SERVICE_UNAVAILABLE, format!("stuck: {}", reading.stuck.join(", ")));
    }
    (StatusCode::OK, "ok".to_owned())
}
