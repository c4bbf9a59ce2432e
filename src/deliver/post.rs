//! Notices that are posted to a web server: what is posted follows from the notice and the channel alone, and what the
//! answer means is decided in one place for all. Never follows a redirect, never repeats a request, never logs.

mod answer;
mod escape;
mod matrix;
mod ntfy;
mod slack;
mod teams;
mod telegram;
mod webhook;

use chrono_tz::Tz;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::DeliveryFault;
use super::render::brief;
use super::words::Speech;
use crate::config::{ChannelConfig, Way};
use crate::fetch::{Client, Dispatch};
use crate::model::Instant;
use crate::model::outbox::OutboxMessage;

/// A channel that is posted to.
pub(super) struct Post {
    config: ChannelConfig,
    client: Client,
    zone: Tz,
}

impl Post {
    pub(super) fn new(config: ChannelConfig, client: Client, zone: Tz) -> Self {
        Self { config, client, zone }
    }

    /// Posts a notice once.
    pub(super) async fn deliver(&self, message: &OutboxMessage, now: Instant) -> Result<(), DeliveryFault> {
        let posting = posting(&self.config.way, message, self.zone, now);
        let Some(Posting { method, url, headers, body }) = posting else {
            return Err(DeliveryFault::transient("the channel's address or secret cannot be sent"));
        };
        let dispatch = Dispatch { method, url, headers, body, timeout: self.config.timeout };
        let answer = self.client.dispatch(dispatch, self.config.allow_private).await;
        // Who may not be reached is a matter of the configuration, and so is a certificate: all of it can be mended.
        let answer = answer.map_err(|fault| DeliveryFault::transient(fault.to_string()))?;
        answer::judge(&self.config.way, &answer, now)
    }
}

/// The link by which somebody takes care of what a notice tells.
#[derive(Clone, Copy)]
struct Answer<'a> {
    label: &'static str,
    address: &'a str,
}

/// What is posted. It has no `Debug`: address and headers may hold secrets.
pub struct Posting {
    /// POST or PUT.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// All headers but those of every request.
    pub headers: HeaderMap,
    /// JSON.
    pub body: String,
}

/// What is posted by this channel to tell a notice, in the attempt that is made `now`; `None` for a Maildir and where an
/// address or a secret cannot be sent. Pure.
#[must_use]
pub fn posting(way: &Way, message: &OutboxMessage, zone: Tz, now: Instant) -> Option<Posting> {
    let brief = || brief(message, zone);
    let label = Speech::new(message.language, zone).i_take_care();
    let answer = message.acknowledge.as_deref().map(|address| Answer { label, address });
    let to = |url: &Url, body: Value| Posting {
        method: Method::POST,
        url: url.clone(),
        headers: HeaderMap::from_iter([
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (ACCEPT, HeaderValue::from_static("application/json, text/plain;q=0.9, */*;q=0.1")),
        ]),
        body: body.to_string(),
    };
    Some(match way {
        Way::Webhook { url, key } => {
            let mut posting = to(url, webhook::document(message, &brief()));
            let signed = webhook::headers(message, &posting.body, &key.bytes(), now);
            for (name, value) in signed {
                posting.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?);
            }
            posting
        }
        Way::Slack(address) => to(address.expose(), slack::body(&brief(), answer)),
        Way::Teams(address) => to(address.expose(), teams::body(&brief(), answer)),
        Way::Ntfy { server, topic, token } => {
            let posting = to(server, ntfy::body(&brief(), (message.kind, topic), answer));
            match token {
                Some(token) => with_bearer(posting, token)?,
                None => posting,
            }
        }
        Way::Telegram { server, chat, token } => {
            to(&telegram::address(server, token.expose_secret())?, telegram::body(&brief(), chat, answer))
        }
        Way::Matrix { server, room, token } => {
            let address = matrix::address(server, room, &delivery_id(message))?;
            with_bearer(Posting { method: Method::PUT, ..to(&address, matrix::body(&brief(), answer)) }, token)?
        }
        Way::Maildir(_) => return None,
    })
}

/// What a row is called by those who hear of it: the same on every attempt, so that a receiver can drop doubles. The
/// Message-ID of a mail is made of the same parts.
fn delivery_id(message: &OutboxMessage) -> String {
    format!("msg_{}_{}", message.created_at.timestamp_millis(), message.id)
}

fn with_bearer(mut posting: Posting, token: &SecretString) -> Option<Posting> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).ok()?;
    value.set_sensitive(true);
    posting.headers.insert(AUTHORIZATION, value);
    Some(posting)
}

/// An address below another one, each part encoded.
fn below(server: &Url, parts: &[&str]) -> Option<Url> {
    let mut url = server.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(parts);
    Some(url)
}
