//! Reads the body of an answer as it is unpacked. Believes neither the length that a server claims nor a small packed
//! body: every byte that comes out is counted, and every pause has an end.

use std::time::Duration;

use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use reqwest::Response;

use super::redirect::Hop;
use super::{fault, words};
use crate::config::FetchConfig;
use crate::model::PollFault;

/// Bytes read of an answer that is not a success; enough for its message.
const MESSAGE: u64 = 64 << 10;

/// How long a request may take, and how much it may bring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// For the connection alone.
    pub(super) connect: Duration,
    /// From the start of one hop to the head of its answer.
    pub(super) head: Duration,
    /// Between two parts of the body.
    pub(super) idle: Duration,
    /// From the start of the first hop to the last byte.
    pub(super) whole: Duration,
    /// Bytes of the unpacked body.
    pub(super) body: u64,
    /// Whether a longer body is cut off there; else it is a fault.
    pub(super) cuts: bool,
}

impl Limits {
    /// Those of the configuration.
    pub(super) fn of(config: &FetchConfig) -> Self {
        Self {
            connect: config.connect_timeout,
            head: config.head_timeout,
            idle: config.idle_timeout,
            whole: config.timeout,
            body: config.max_body,
            cuts: false,
        }
    }
}

/// The unpacked body of a success.
///
/// # Errors
/// When it is too large, stands still or does not come to its end.
pub(super) async fn whole(hop: &Hop<'_>, response: &mut Response, limits: &Limits) -> Result<Vec<u8>, PollFault> {
    if !limits.cuts && response.content_length().is_some_and(|length| length > limits.body) {
        return Err(fault::too_large(limits.body));
    }
    let mut body = Vec::new();
    loop {
        let next = tokio::time::timeout(limits.idle, response.chunk()).await;
        let next = next.map_err(|_| fault::idle(&hop.url, limits.idle))?;
        let Some(chunk) = next.map_err(|error| fault::broken(&error, hop, None, limits.connect))? else {
            return Ok(body);
        };
        let room = room(&body, limits.body);
        if chunk.len() <= room {
            body.extend_from_slice(&chunk);
        } else if limits.cuts {
            body.extend(chunk.iter().take(room));
            return Ok(body);
        } else {
            return Err(fault::too_large(limits.body));
        }
    }
}

/// The beginning of an answer that is not a success, as far as it is legible and comes soon.
pub(super) async fn message(response: &mut Response, limits: &Limits) -> Vec<u8> {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = room(&body, MESSAGE);
            body.extend(chunk.iter().take(room));
            if chunk.len() >= room {
                break;
            }
        }
    };
    // An error page that takes its time says no more than its status.
    let _ = tokio::time::timeout(limits.idle, read).await;
    body
}

fn room(body: &[u8], limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(body.len())
}

/// A coding that is still named after unpacking is one that nobody asked for.
///
/// # Errors
/// When there is one.
pub(super) fn refuse_unasked_coding(headers: &HeaderMap) -> Result<(), PollFault> {
    match headers.get(CONTENT_ENCODING) {
        Some(coding) if coding != "identity" && !coding.is_empty() => {
            let coding = words::plain(&String::from_utf8_lossy(coding.as_bytes()));
            Err(PollFault::Unreadable(format!("it is packed as `{coding}`, which was not asked for")))
        }
        _ => Ok(()),
    }
}
