//! What others send: how much of it is read, and what whoever sends it is told where it is not taken.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::store::StoreError;

/// Longest challenge that is given back, in bytes.
const LONGEST_CHALLENGE: usize = 4 << 10;

/// Why a request gets nothing.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) StatusCode);

/// Nobody knows the address, or nobody wants it.
pub(super) const NOT_FOUND: Refusal = Refusal(StatusCode::NOT_FOUND);

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
        tracing::error!(%error, "what was sent could not be stored");
        Self(StatusCode::SERVICE_UNAVAILABLE)
    }
}

/// A header as text.
pub(super) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A parameter of a query.
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(given, _)| given == name).map(|(_, value)| value.into_owned())
}

/// What is to be given back to who asks whether the address is ours.
pub(super) fn challenge(query: &str) -> Result<String, Refusal> {
    let challenge = parameter(query, "hub.challenge");
    challenge.filter(|challenge| (1..=LONGEST_CHALLENGE).contains(&challenge.len())).ok_or(NOT_FOUND)
}

/// How many bodies are read at the same time, how large each may be, and for how long.
pub(super) struct Room<'s> {
    pub(super) permits: &'s Semaphore,
    pub(super) most: usize,
    pub(super) time: Duration,
}

/// The body, whole and as it was sent; few are read at the same time, for as long as the permit lives.
pub(super) async fn read<'s>(
    room: Room<'s>,
    headers: &HeaderMap,
    body: Body,
) -> Result<(SemaphorePermit<'s>, Bytes), Refusal> {
    let length = text(headers, header::CONTENT_LENGTH.as_str()).and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > room.most) {
        return Err(Refusal(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let coding = text(headers, header::CONTENT_ENCODING.as_str());
    if coding.is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) {
        return Err(Refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let reading = async {
        let permit = room.permits.acquire().await.map_err(|_| Refusal(StatusCode::SERVICE_UNAVAILABLE))?;
        let body = axum::body::to_bytes(body, room.most).await;
        Ok::<_, Refusal>((permit, body.map_err(|_| Refusal(StatusCode::PAYLOAD_TOO_LARGE))?))
    };
    let read = tokio::time::timeout(room.time, reading).await;
    read.map_err(|_| Refusal(StatusCode::REQUEST_TIMEOUT))?
}
