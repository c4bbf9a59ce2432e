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
use crate::model::text::one_line;
use crate::store::{Callback, StoreError, SubscriptionState};
use crate::websub;

/// Longest challenge that is given back, in bytes.
const LONGEST_CHALLENGE: usize = 4 << 10;
/// Most characters of a hub's reason, and of a type.
const LONGEST_WORDS: usize = 300;
/// The header that signs a body.
const SIGNATURE: &str = "x-hub-signature";

/// Why a request gets nothing.
#[derive(Debug)]
pub(super) struct Refusal(StatusCode);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self.0 {
            StatusCode::SERVICE_UNAVAILABLE => (self.0, [(header::RETRY_AFTER, "60")]).into_response(),
            status => status.into_response(),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "what a hub said could not be stored");
        Self(StatusCode::SERVICE_UNAVAILABLE)
    }
}

/// The hub asks whether its request was ours (W3C WebSub, 5.3), or says that it refuses (5.2).
pub(super) async fn verify(
    State(state): State<WebState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let _busy = state.clock.busy();
    let query = query.unwrap_or_default();
    let said = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(given, _)| given == name).map(|(_, value)| value.into_owned())
    };
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
            let challenge = challenge(said("hub.challenge"))?;
            let renewal = websub::renewal(lease);
            state.store.note_verified(callback.id, lease, renewal, now).await?.then_some((challenge, lease))
        }
        Some("unsubscribe") => {
            let challenge = challenge(said("hub.challenge"))?;
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
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let length = text(header::CONTENT_LENGTH.as_str()).and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > state.max_body) {
        return Err(Refusal(StatusCode::PAYLOAD_TOO_LARGE));
    }
    if text(header::CONTENT_ENCODING.as_str()).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(Refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let reading = async {
        let permit = state.bodies.acquire().await.map_err(|_| Refusal(StatusCode::SERVICE_UNAVAILABLE))?;
        let body = axum::body::to_bytes(body, state.max_body).await;
        Ok::<_, Refusal>((permit, body.map_err(|_| Refusal(StatusCode::PAYLOAD_TOO_LARGE))?))
    };
    let read = tokio::time::timeout(state.body_time, reading).await;
    let (_permit, body) = read.map_err(|_| Refusal(StatusCode::REQUEST_TIMEOUT))??;

    let secret = state.key.secret(&token);
    if !websub::is_signed(secret.expose_secret(), text(SIGNATURE).unwrap_or_default(), &body) {
        if state.store.note_ignored(callback.id).await? {
            tracing::warn!(
                source.name = callback.source,
                "a delivery was ignored because its signature is missing or wrong; more of them are only counted"
            );
        }
        return Ok(StatusCode::OK);
    }
    let content_type = text(header::CONTENT_TYPE.as_str()).map(|kind| one_line(kind, LONGEST_WORDS));
    let now = state.clock.now();
    if !state.store.keep_delivery(callback.id, content_type.as_deref(), &body, now).await? {
        return Err(Refusal(StatusCode::SERVICE_UNAVAILABLE));
    }
    state.poller_bell.notify_one();
    Ok(StatusCode::OK)
}

const NOT_FOUND: Refusal = Refusal(StatusCode::NOT_FOUND);

async fn known(state: &WebState, token: &str) -> Result<Callback, Refusal> {
    if !websub::is_token(token) {
        return Err(NOT_FOUND);
    }
    state.store.callback(token).await?.ok_or(NOT_FOUND)
}

fn challenge(challenge: Option<String>) -> Result<String, Refusal> {
    challenge.filter(|challenge| (1..=LONGEST_CHALLENGE).contains(&challenge.len())).ok_or(NOT_FOUND)
}
