//! `/unsubscribe/TOKEN`: where a recipient leaves a digest. Looking (GET, HEAD) shows what that would be and changes nothing;
//! a POST leaves, be it the button of the page or that of a mail program (RFC 8058), which sends
//! `List-Unsubscribe=One-Click` and shows nobody the answer. The token is all there is to prove. Never logs a token, and
//! never tells who gets a digest but to who holds its token.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::acknowledge::{general, speech};
use super::{Page, words};
use crate::deliver::Speech;
use crate::link::{Link, LinkFault, Purpose};
use crate::model::text::one_line;
use crate::store::StoreError;
use crate::web::WebState;

/// Most characters of a name.
const NAME: usize = 80;
/// Who is noted to have said so.
const BY: &str = "the link of the mail";

type Token = Result<Path<String>, PathRejection>;

/// Which digest would be left.
pub(in crate::web) async fn show(State(state): State<WebState>, token: Token) -> Response {
    let _busy = state.clock.busy();
    let link = match read(&state, token) {
        Ok(link) => link,
        Err(fault) => return refused(fault, &state),
    };
    match state.store.left_digest(&link.subject).await {
        Ok(left) if left.iter().any(|leave| leave.recipient == link.recipient) => {
            gone(&link, of_digest(&state, &link)).answer(StatusCode::OK)
        }
        Ok(_) => question(&link, of_digest(&state, &link)).answer(StatusCode::OK),
        Err(error) => failed(&error, &state),
    }
}

/// Leaves it. Twice is the same as once.
pub(in crate::web) async fn take(State(state): State<WebState>, token: Token) -> Response {
    let _busy = state.clock.busy();
    let link = match read(&state, token) {
        Ok(link) => link,
        Err(fault) => return refused(fault, &state),
    };
    match state.store.leave_digest(&link.subject, &link.recipient, BY, state.clock.now()).await {
        Ok(left) => {
            if left {
                tracing::info!(digest.name = link.subject, "somebody has left a digest");
            }
            gone(&link, of_digest(&state, &link)).answer(StatusCode::OK)
        }
        Err(error) => failed(&error, &state),
    }
}

fn read(state: &WebState, token: Token) -> Result<Link, LinkFault> {
    let Path(token) = token.map_err(|_| LinkFault::NotOurs)?;
    state.link.read(&token, Purpose::Unsubscribe, state.clock.now())
}

/// The language of the digest, as that of its mail; of one that the recipient gets no more, the digest's own.
fn of_digest(state: &WebState, link: &Link) -> Speech {
    let told = state.digests.get(&(link.subject.clone(), link.recipient.clone()));
    speech(state, told.or_else(|| state.tongues.digests.get(&link.subject)).copied())
}

fn question(link: &Link, speech: Speech) -> Page {
    let [title, effect, button, note] =
        speech.leave_digest(&one_line(&link.subject, NAME), &one_line(&link.recipient, NAME));
    Page { title, paragraphs: vec![effect], button: Some(button), note, language: speech.tag(), ..Page::default() }
}

fn gone(link: &Link, speech: Speech) -> Page {
    let [title, effect, note] = speech.left_digest(&one_line(&link.subject, NAME), &one_line(&link.recipient, NAME));
    Page { title, paragraphs: vec![effect], note, language: speech.tag(), ..Page::default() }
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
