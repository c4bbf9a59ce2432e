//! `/websub/TOKEN`: where hubs verify subscriptions (GET) and deliver (POST). An unknown token costs one look-up and no
//! line in the log; a body is read only for a known one, believed only with a signature, and on the disk before it is
//! acknowledged. Reading it is the poller's work.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret;

use super::WebState;
use super::body::{self, NOT_FOUND, Refusal, Room};
use crate::model::text::one_line;
use crate::store::{Callback, SubscriptionState};
use crate::websub;

/// Most characters of a hub's reason, and of a type.
const LONGEST_WORDS: usize = 300;
/// The header that signs a body.
const SIGNATURE: &str = "x-hub-signature";

/// The hub asks whether its request was ours (W3C WebSub, 5.3), or says that it refuses (5.2).
pub(super) async fn verify(
    State(state): State<WebState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let _busy = state.clock.busy();
    let query = query.unwrap_or_default();
    let said = |name: &str| body::parameter(&query, name);
    let callback = known(&state, &token).await?;
    let topic = said("hub.topic").filter(|topic| *topic == callback.topic).ok_or(NOT_FOUND)?;
    let now = state.clock.now();
    let wanted = match said("hub.mode").as_deref() {
        Some("denied") => {
            let reason = one_line(&said("hub.reason").unwrap_or_default(), LONGEST_WORDS);
            let reason = if reason.is_empty() { "the hub does not say why".to_owned() } else { reason };
            state.store.note_denied(&callback, &reason, now + websub::DENIED, now).await?;
            tracing::warn!(source.name = callback.source, hub.topic = topic, hub.reason = reason, "a hub refuses");
            state.poller_bell.notify_one();
            return Ok(StatusCode::OK.into_response());
        }
        Some("subscribe") => {
            let lease = websub::lease(said("hub.lease_seconds").as_deref());
            let challenge = body::challenge(&query)?;
            let renewal = websub::renewal(lease);
            state.store.note_verified(callback.id, lease, renewal, now).await?.then_some((challenge, lease))
        }
        Some("unsubscribe") => {
            let challenge = body::challenge(&query)?;
            state.store.note_farewell(callback.id).await?.then_some((challenge, Duration::ZERO))
        }
        _ => None,
    };
    let (challenge, lease) = wanted.ok_or(NOT_FOUND)?;
    tracing::info!(source.name = callback.source, hub.lease_s = lease.as_secs(), "a hub verified a subscription");
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], challenge).into_response())
}

/// The hub delivers (W3C WebSub, 7).
pub(super) async fn deliver(
    State(state): State<WebState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refusal> {
    let _busy = state.clock.busy();
    let callback = known(&state, &token).await?;
    if callback.state == SubscriptionState::Ended {
        return Err(Refusal(StatusCode::GONE));
    }
    let room = Room { permits: &state.bodies, most: state.max_body, time: state.body_time };
    let (_permit, body) = body::read(room, &headers, body).await?;
    let secret = state.key.secret(&token);
    if !websub::is_signed(secret.expose_secret(), body::text(&headers, SIGNATURE).unwrap_or_default(), &body) {
        if state.store.note_ignored(callback.id).await? {
            tracing::warn!(
                source.name = callback.source,
                "a delivery was ignored because its signature is missing or wrong; more of them are only counted"
            );
        }
        return Ok(StatusCode::OK);
    }
    let content_type = body::text(&headers, header::CONTENT_TYPE.as_str()).map(|kind| one_line(kind, LONGEST_WORDS));
    let now = state.clock.now();
    if !state.store.keep_delivery(callback.id, content_type.as_deref(), &body, now).await? {
        return Err(Refusal(StatusCode::SERVICE_UNAVAILABLE));
    }
    state.poller_bell.notify_one();
    Ok(StatusCode::OK)
}

async fn known(state: &WebState, token: &str) -> Result<Callback, Refusal> {
    if !websub::is_token(token) {
        return Err(NOT_FOUND);
    }
    state.store.callback(token).await?.ok_or(NOT_FOUND)
}
