//! The headers that requests carry. Never sends a header that a server could have written into another.

use http::header::{ACCEPT, CONTENT_TYPE, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;

use crate::model::validators::validator_bytes;
use crate::model::{Body, Credential, PollFault, Request, Slot};

const FORM: &str = "application/x-www-form-urlencoded";

/// For what an adapter asks, apart from its own headers.
pub(super) fn of_request(request: &Request) -> HeaderMap {
    let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(request.accept))]);
    match &request.body {
        Some(Body::Form(_)) => headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM)),
        Some(Body::Json(_)) => headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json")),
        None => None,
    };
    headers
}

/// What is posted, as it is sent.
pub(super) fn text_of(body: &Body) -> &str {
    let (Body::Form(text) | Body::Json(text)) = body;
    text.expose_secret()
}

/// For a form.
pub(super) fn of_form() -> HeaderMap {
    HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("*/*")), (CONTENT_TYPE, HeaderValue::from_static(FORM))])
}

/// For robots.txt.
pub(super) fn of_robots() -> HeaderMap {
    HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("text/plain, */*;q=0.1"))])
}

/// With what recognises an unchanged document, and the secrets, where there are any.
///
/// # Errors
/// When the secret has characters that no header may have.
pub(super) fn of_hop(
    mut headers: HeaderMap,
    (etag, last_modified): (Option<&String>, Option<&String>),
    credential: Option<&Credential>,
) -> Result<HeaderMap, PollFault> {
    let mut send_back = |name: HeaderName, validator: Option<&String>| {
        let bytes = validator.and_then(|text| validator_bytes(text));
        if let Some(value) = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()) {
            headers.insert(name, value);
        }
    };
    send_back(IF_NONE_MATCH, etag);
    send_back(IF_MODIFIED_SINCE, last_modified);
    for Credential { place, secret, .. } in credential.into_iter().flat_map(Credential::each) {
        let Slot::Header(name, words) = place else { continue };
        let unsendable = || PollFault::Refused("the token has characters that cannot be sent".to_owned());
        let mut value =
            HeaderValue::from_str(&format!("{words}{}", secret.expose_secret())).map_err(|_| unsendable())?;
        value.set_sensitive(true);
        headers.insert(HeaderName::try_from(name.as_ref()).map_err(|_| unsendable())?, value);
    }
    Ok(headers)
}
