//! The headers that requests carry. Never sends a header that a server could have written into another.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::model::PollFault;
use crate::model::validators::validator_bytes;

/// For a document.
pub(super) fn of_get(accept: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))])
}

/// For a form.
pub(super) fn of_form() -> HeaderMap {
    HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("*/*")),
        (CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")),
    ])
}

/// For robots.txt.
pub(super) fn of_robots() -> HeaderMap {
    HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("text/plain, */*;q=0.1"))])
}

/// With what recognises an unchanged document, and the secret, where there are any.
///
/// # Errors
/// When the secret has characters that no header may have.
pub(super) fn of_hop(
    headers: &HeaderMap,
    (etag, last_modified): (Option<&String>, Option<&String>),
    bearer: Option<&SecretString>,
) -> Result<HeaderMap, PollFault> {
    let mut headers = headers.clone();
    let mut send_back = |name: HeaderName, validator: Option<&String>| {
        let bytes = validator.and_then(|text| validator_bytes(text));
        if let Some(value) = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()) {
            headers.insert(name, value);
        }
    };
    send_back(IF_NONE_MATCH, etag);
    send_back(IF_MODIFIED_SINCE, last_modified);
    if let Some(token) = bearer {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
            .map_err(|_| PollFault::Refused("the token has characters that cannot be sent".to_owned()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}
