//! `/acknowledge/TOKEN`: where somebody says that they take care of what a mail told. Looking (GET, HEAD) shows what that
//! would be and changes nothing, since mail scanners look at every link; only the button (POST) does, and pressing it twice
//! is the same as once. The token is all there is to prove, so no other site can press it for anybody. Never logs a token.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::words;
use crate::deliver::Speech;
use crate::link::{Link, LinkFault, Purpose};
use crate::model::{Instant, Tongue};
use crate::store::{StoreError, Told};
use crate::web::WebState;

type Token = Result<Path<String>, PathRejection>;

/// What would be acknowledged.
pub(in crate::web) async fn show(State(state): State<WebState>, token: Token) -> Response {
    let _busy = state.clock.busy();
    let (id, link) = match read(&state, token, state.clock.now()) {
        Ok(read) => read,
        Err(fault) => return refused(fault, &state),
    };
    match state.store.told(id, &link.recipient).await {
        Ok(told) => shown(told, &state, link.until),
        Err(error) => failed(&error, &state),
    }
}

/// Acknowledges it.
pub(in crate::web) async fn take(State(state): State<WebState>, token: Token) -> Response {
    let _busy = state.clock.busy();
    let now = state.clock.now();
    let (id, link) = match read(&state, token, now) {
        Ok(read) => read,
        Err(fault) => return refused(fault, &state),
    };
    match state.store.answer(id, &link.recipient, now).await {
        Ok(Some(told)) if told.is_open() => {
            tracing::info!(outbox.id = id, alerts.acknowledged = told.open, "somebody takes care of what a mail told");
            words::done(&told, speech(&state, told.language)).answer(StatusCode::OK)
        }
        Ok(told) => shown(told, &state, link.until),
        Err(error) => failed(&error, &state),
    }
}

/// The row of the outbox that a link is about.
fn read(state: &WebState, token: Token, now: Instant) -> Result<(i64, Link), LinkFault> {
    let Path(token) = token.map_err(|_| LinkFault::NotOurs)?;
    let link = state.link.read(&token, Purpose::Acknowledge, now)?;
    let id = link.subject.parse().map_err(|_| LinkFault::NotOurs)?;
    Ok((id, link))
}

fn shown(told: Option<Told>, state: &WebState, until: Instant) -> Response {
    match told {
        Some(told) if told.is_open() => {
            words::question(&told, until, speech(state, told.language)).answer(StatusCode::OK)
        }
        Some(told) if !told.is_forgotten() => {
            words::already(&told, speech(state, told.language)).answer(StatusCode::OK)
        }
        _ => words::forgotten(general(state)).answer(StatusCode::GONE),
    }
}

fn refused(fault: LinkFault, state: &WebState) -> Response {
    let status = match fault {
        LinkFault::Expired(_) => StatusCode::GONE,
        LinkFault::NotOurs | LinkFault::OtherPurpose => StatusCode::NOT_FOUND,
    };
    words::refused(fault, general(state)).answer(status)
}

fn failed(error: &StoreError, state: &WebState) -> Response {
    tracing::error!(%error, "a link could not be answered");
    words::failed(general(state)).answer(StatusCode::SERVICE_UNAVAILABLE)
}

/// The language of a mail.
pub(super) fn speech(state: &WebState, language: Option<Tongue>) -> Speech {
    Speech::new(language.unwrap_or(state.tongues.general), state.zone)
}

/// The language of who has none.
pub(super) fn general(state: &WebState) -> Speech {
    speech(state, None)
}
