//! What an answer means: sent, later, or never. Only what is the message's own fault is given up at once; a refused
//! secret or a wrong address would hit every notice alike, so they wait until it is mended. Never repeats a secret that a
//! server repeats. Pure.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::Value;
use url::Url;

use super::super::DeliveryFault;
use crate::config::Way;
use crate::fetch::politeness::retry_after;
use crate::model::exchange::complaint;
use crate::model::text::one_line;
use crate::model::{Answer, Instant};

/// Most characters of a server's words.
const WORDS: usize = 150;
/// The longest wait that a server can ask for.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Shortest part of an address that may be a secret, in bytes.
const PART: usize = 6;

/// What became of it.
pub(super) fn judge(way: &Way, answer: &Answer, now: Instant) -> Result<(), DeliveryFault> {
    if (200..300).contains(&answer.status) {
        return Ok(());
    }
    let document = serde_json::from_slice::<Value>(&answer.body).ok();
    let said = words(way, answer, document.as_ref());
    let host = answer.url.host_str().unwrap_or_default();
    let status = match said.as_str() {
        "" => format!("status {}", answer.status),
        said => format!("status {}: {said}", answer.status),
    };
    let wait = retry_after(&answer.headers, now).into_iter().chain(document.as_ref().and_then(asked_wait)).max();
    let fault = match answer.status {
        429 => format!("`{host}` asks us to wait ({status})"),
        400 | 413 | 414 | 415 | 422 if !is_about_the_chat(way, &said) => {
            return Err(DeliveryFault::permanent(format!("`{host}` refuses the message ({status})")));
        }
        300..=399 => format!("`{host}` redirects, which is not followed; see to the channel's address ({status})"),
        400..=407 | 410 | 413..=417 | 422 => {
            format!("`{host}` does not let us post; see to the channel's address, room and secret ({status})")
        }
        _ => format!("`{host}` cannot take it now ({status})"),
    };
    Err(match wait {
        Some(wait) if matches!(answer.status, 429 | 500..=599) => DeliveryFault::throttled(fault, wait.min(LONGEST)),
        _ => DeliveryFault::transient(fault),
    })
}

/// Whether it is not the message that is wrong but where it goes. Telegram and Slack say both with 400.
fn is_about_the_chat(way: &Way, said: &str) -> bool {
    let told: &[&str] = match way {
        Way::Telegram { .. } => {
            &["chat not found", "chat_id", "upgraded", "rights", "administrator", "PEER_ID_INVALID"]
        }
        Way::Slack(_) => &["user_not_found", "channel_not_found", "no_team", "no_service", "invalid_token"],
        _ => &[],
    };
    told.iter().any(|told| said.contains(told))
}

/// How long Telegram (`parameters.retry_after`, in seconds) and Matrix (`retry_after_ms`) want to be left alone.
fn asked_wait(document: &Value) -> Option<Duration> {
    let seconds = document.get("parameters").and_then(|more| more.get("retry_after")).and_then(Value::as_u64);
    let millis = document.get("retry_after_ms").and_then(Value::as_u64);
    seconds.map(Duration::from_secs).or_else(|| millis.map(Duration::from_millis))
}

/// What the server says, in one line; nothing where that is a page or holds a secret.
fn words(way: &Way, answer: &Answer, document: Option<&Value>) -> String {
    let described = |document: &Value| document.get("description").and_then(Value::as_str).map(str::to_owned);
    let text = match document {
        Some(document) => described(document).or_else(|| complaint(document)).unwrap_or_default(),
        None => String::from_utf8_lossy(&answer.body).into_owned(),
    };
    let text = text.trim();
    if text.starts_with('<') {
        return String::new();
    }
    if secrets(way).iter().any(|secret| text.contains(secret.as_str())) {
        return "(not shown)".to_owned();
    }
    one_line(text, WORDS)
}

/// What nobody may read: tokens, and every part of an address that is a secret.
fn secrets(way: &Way) -> Vec<String> {
    match way {
        Way::Webhook { url, .. } => parts(url),
        Way::Slack(address) | Way::Teams(address) => parts(address.expose()),
        Way::Ntfy { token, .. } => token.iter().map(|token| token.expose_secret().to_owned()).collect(),
        Way::Telegram { token, .. } | Way::Matrix { token, .. } => vec![token.expose_secret().to_owned()],
        Way::Maildir(_) => Vec::new(),
    }
}

fn parts(url: &Url) -> Vec<String> {
    let path = url.path_segments().into_iter().flatten().map(str::to_owned);
    let query = url.query_pairs().map(|(_, value)| value.into_owned());
    path.chain(query).filter(|part| part.len() >= PART).collect()
}
