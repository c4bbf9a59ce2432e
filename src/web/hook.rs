//! `/hook/SOURCE`: where networks ask whether the address is ours (GET) and send what is new (POST). A source that takes
//! nothing is as unknown as one that there is not. What is not signed is not kept; what is signed is on the disk before it
//! is acknowledged, and kept once, however often it is sent. Reading it is the poller's work.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use secrecy::ExposeSecret;
use url::Url;

use super::WebState;
use super::body::{self, NOT_FOUND, Refusal, Room};
use crate::model::Instant;
use crate::model::source::WebhookKeys;
use crate::websub;

/// The header that signs a body, and the only way to sign.
const SIGNATURE: &str = "x-hub-signature-256";
const METHOD: &str = "sha256=";
/// No network sends more at once, in bytes, or takes longer for it: who it is shows only when all of it is there.
const LARGEST: usize = 1 << 20;
const LONGEST: Duration = Duration::from_secs(10);
/// What is refused is written down so often at most: a stranger must not keep the disk busy.
const NOTED_EVERY: TimeDelta = TimeDelta::seconds(60);

/// The webhooks of sources, by the names of these.
#[derive(Debug, Default)]
pub struct Hooks(BTreeMap<String, Hook>);

#[derive(Debug)]
struct Hook {
    keys: WebhookKeys,
    /// Whether the log has it that somebody else asks, or sends; more of that would only fill it.
    asks_are_told: AtomicBool,
    sends_are_told: AtomicBool,
    refused: Mutex<Refused>,
}

/// Deliveries that were refused and not yet written down, and when that was last done.
#[derive(Debug, Default)]
struct Refused {
    number: u32,
    noted_at: Option<Instant>,
}

impl Hook {
    fn of(keys: WebhookKeys) -> Self {
        let (asks_are_told, sends_are_told, refused) = Default::default();
        Self { keys, asks_are_told, sends_are_told, refused }
    }

    /// One more is refused; answers how many are to be written down now.
    fn refuse(&self, now: Instant) -> Option<u32> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.number = refused.number.saturating_add(1);
        if refused.noted_at.is_some_and(|at| now < at + NOTED_EVERY) {
            return None;
        }
        refused.noted_at = Some(now);
        Some(std::mem::take(&mut refused.number))
    }
}

impl Hooks {
    /// Of these sources.
    pub fn of(sources: impl IntoIterator<Item = (String, WebhookKeys)>) -> Self {
        Self(sources.into_iter().map(|(name, keys)| (name, Hook::of(keys))).collect())
    }

    fn of_source(&self, name: &str) -> Result<&Hook, Refusal> {
        self.0.get(name).ok_or(NOT_FOUND)
    }
}

/// The address of a source's webhook below the public address of this daemon; `None` where that cannot have a path.
#[must_use]
pub fn hook_address(public_url: &Url, source: &str) -> Option<Url> {
    let mut url = public_url.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(["hook", source]);
    Some(url)
}

/// The network asks whether the address is ours, and shows that it may.
pub(super) async fn verify(
    State(state): State<WebState>,
    Path(source): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let _busy = state.clock.busy();
    let hook = state.hooks.of_source(&source)?;
    let query = query.unwrap_or_default();
    let shown = body::parameter(&query, "hub.verify_token").unwrap_or_default();
    if !websub::is_same(hook.keys.verify_token.expose_secret(), &shown) {
        tell(&hook.asks_are_told, &source, "somebody asked for a webhook without the right `verify_token`");
        return Err(Refusal(StatusCode::FORBIDDEN));
    }
    if body::parameter(&query, "hub.mode").as_deref() != Some("subscribe") {
        return Err(Refusal(StatusCode::BAD_REQUEST));
    }
    let challenge = body::challenge(&query)?;
    state.store.note_webhook_verified(&source, state.clock.now()).await?;
    tracing::info!(source.name = source, "a network verified a webhook");
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], challenge).into_response())
}

/// The network sends.
pub(super) async fn deliver(
    State(state): State<WebState>,
    Path(source): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Refusal> {
    let _busy = state.clock.busy();
    let hook = state.hooks.of_source(&source)?;
    let signature = body::text(&headers, SIGNATURE).filter(|signature| signature.starts_with(METHOD));
    let signature = signature.ok_or(Refusal(StatusCode::UNAUTHORIZED))?;
    let room =
        Room { permits: &state.hook_bodies, most: LARGEST.min(state.max_body), time: LONGEST.min(state.body_time) };
    let (_permit, body) = body::read(room, &headers, body).await?;
    if !websub::is_signed(hook.keys.secret.expose_secret(), signature, &body) {
        tell(&hook.sends_are_told, &source, "what came by webhook was refused because its signature is wrong");
        let now = state.clock.now();
        if let Some(number) = hook.refuse(now) {
            state.store.note_webhook_refused(&source, number, now).await?;
        }
        return Err(Refusal(StatusCode::FORBIDDEN));
    }
    if !state.store.keep_sent(&source, &body, state.clock.now()).await? {
        return Err(Refusal(StatusCode::SERVICE_UNAVAILABLE));
    }
    state.poller_bell.notify_one();
    Ok(StatusCode::OK)
}

/// Says once what may be a wrong secret in the configuration, or somebody else.
fn tell(is_told: &AtomicBool, source: &str, what: &str) {
    if !is_told.swap(true, Ordering::Relaxed) {
        tracing::warn!(source.name = source, "{what}; more of this is not told");
    }
}
