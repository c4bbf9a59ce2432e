//! What the APIs of Google share: how to log in, what their errors mean, and how they show reviews.
//!
//! The secret is the JSON that Google gives: the key of a service account, which signs for a token (RFC 7523), or the
//! refresh token of a user with the client that asked for it (RFC 6749). Where it is sent is in there as well; it goes
//! nowhere but over TLS, or to where the source itself is.

use chrono::TimeDelta;
use chrono_tz::America::Los_Angeles;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::Serializer;

use super::jwt::Key;
use super::{api, reset};
use crate::model::request::Body;
use crate::model::{Answer, Author, Instant, PollFault, Request, Session, Source};
use crate::parse::{json, text};

/// Where tokens are asked for, unless the secret says otherwise.
const TOKENS: &str = "https://oauth2.googleapis.com/token";
/// How long what a service account signs is good for; Google allows an hour.
const SIGNED: i64 = 3_600;
/// Names that stand for nobody.
const NOBODY: &str = "a google user";
/// What a refusal calls a limit that is over at the end of the day.
const DAILY: [&str; 3] = ["dailyLimitExceeded", "quotaExceeded", "dailyLimitExceededUnreg"];
/// What it calls one that is over soon.
const RATES: [&str; 4] = ["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"];

/// What the secret says.
enum Secret {
    ServiceAccount { email: String, id: Option<String>, key: Key, tokens: Url },
    User { client: String, password: String, refresh: String, tokens: Url },
}

impl Secret {
    fn read(source: &Source) -> Option<Self> {
        let secret: Value = serde_json::from_str(source.token.as_ref()?.expose_secret()).ok()?;
        let field = |name| json::text(&secret, name);
        let tokens = Url::parse(field("token_uri").as_deref().unwrap_or(TOKENS)).ok()?;
        if tokens.scheme() != "https" && tokens.origin() != source.url.origin() {
            return None;
        }
        match field("type")?.as_str() {
            "service_account" => {
                let key = Key::rsa(&field("private_key")?)?;
                Some(Self::ServiceAccount { email: field("client_email")?, id: field("private_key_id"), key, tokens })
            }
            "authorized_user" => Some(Self::User {
                client: field("client_id")?,
                password: field("client_secret")?,
                refresh: field("refresh_token")?,
                tokens,
            }),
            _ => None,
        }
    }

    fn request(&self, scope: &str, now: Instant) -> Option<Request> {
        let mut form = Serializer::new(String::new());
        let tokens = match self {
            Self::ServiceAccount { email, id, key, tokens } => {
                let at = now.timestamp();
                let claims =
                    json!({"iss": email, "scope": scope, "aud": tokens.as_str(), "iat": at, "exp": at + SIGNED});
                let assertion = key.token(id.as_deref(), &claims)?;
                form.append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
                form.append_pair("assertion", assertion.expose_secret());
                tokens
            }
            Self::User { client, password, refresh, tokens } => {
                form.append_pair("grant_type", "refresh_token");
                form.append_pair("client_id", client).append_pair("client_secret", password);
                form.append_pair("refresh_token", refresh);
                tokens
            }
        };
        Some(Request { body: Some(Body::Form(form.finish().into())), ..Request::get(tokens.clone()) })
    }
}

/// Nothing is signed for the API itself; whether the secret is one is seen before it is used.
pub(super) fn sign(source: &Source) -> Result<Option<SecretString>, PollFault> {
    let hint =
        "give the key file of a service account, or the JSON with `client_id`, `client_secret` and `refresh_token`";
    let unusable = || PollFault::Unusable(format!("it is not the JSON that Google gives\n  hint: {hint}"));
    Secret::read(source).map(|_| None).ok_or_else(unusable)
}

/// Asks for a token of this scope.
pub(super) fn login(source: &Source, scope: &str, now: Instant) -> Option<Request> {
    Secret::read(source)?.request(scope, now)
}

/// Reads the answer to that.
pub(super) fn session(answer: &Answer, now: Instant) -> Result<Session, PollFault> {
    let body = api::body(answer)?;
    let token = json::text(&body, "access_token").ok_or_else(|| api::missing(answer, &body, "token"))?;
    let seconds = json::number(&body, "expires_in").and_then(TimeDelta::try_seconds);
    let until = seconds.and_then(|seconds| now.checked_add_signed(seconds));
    Ok(Session { token: token.into(), until, base: None })
}

/// A request that a session will be used for: the secret itself is never sent.
pub(super) fn request(source: &Source, path: &[&str], parameters: &[(&str, &str)]) -> Request {
    Request { credential: None, ..api::request(source, path, parameters) }
}

/// What an error means, of the APIs and of the login.
pub(super) fn fault(answer: &Answer, now: Instant) -> Option<PollFault> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    let status = answer.status;
    match json::text(&body, "error").as_deref() {
        Some("invalid_grant") => {
            return Some(api::revoked(answer, "the secret, if the clock of this machine is right"));
        }
        Some("invalid_client" | "unauthorized_client" | "deleted_client" | "disabled_client") => {
            return Some(api::revoked(answer, "the secret"));
        }
        _ => {}
    }
    let error = json::at(&body, "error")?;
    let details = || json::list(error, "details");
    let reasons: Vec<String> = reasons(answer).into_iter().chain(json::text(error, "status")).collect();
    let is = |names: &[&str]| reasons.iter().any(|reason| names.contains(&reason.as_str()));
    if is(&["API_KEY_INVALID", "keyInvalid", "keyExpired"]) {
        return Some(api::revoked(answer, "the API key"));
    }
    let about = |name: &str| details().find_map(|detail| json::text(detail, &format!("metadata.{name}")));
    if !matches!(status, 403 | 429) || !is(&DAILY) && !is(&RATES) {
        return None;
    }
    if about("quota_limit_value").is_some_and(|limit| limit == "0") {
        let message = "Google has not approved the project for this API, so that its quota is 0".to_owned();
        return Some(PollFault::Denied { status, message });
    }
    let message = json::text(error, "message").unwrap_or_default().to_ascii_lowercase();
    let is_daily = about("quota_limit").is_some_and(|limit| limit.contains("PerDay")) || message.contains("per day");
    if is_daily || is(&DAILY) {
        return Some(PollFault::Spent {
            what: "the quota of calls a day".to_owned(),
            until: reset::next_midnight(Los_Angeles, now),
        });
    }
    Some(PollFault::Throttled { status, until: None })
}

/// Why an API refuses, in its words for programs.
pub(super) fn reasons(answer: &Answer) -> Vec<String> {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let errors = json::list(&body, "error.errors").chain(json::list(&body, "error.details"));
    errors.filter_map(|error| json::text(error, "reason")).collect()
}

/// The body of an answer that lists reviews; Google leaves out a list that is empty.
pub(super) fn reviews(answer: &Answer) -> Result<Value, PollFault> {
    let body = api::body(answer)?;
    let is_list = json::at(&body, "reviews").is_none_or(Value::is_array);
    if !body.is_object() || !is_list || json::at(&body, "error").is_some() {
        return Err(api::missing(answer, &body, "list of reviews"));
    }
    Ok(body)
}

/// Who wrote a review; `None` for whoever does not want to be known.
pub(super) fn author(name: Option<String>) -> Option<Author> {
    let name = name.map(|name| text::line(&name)).filter(|name| !name.is_empty() && name.to_lowercase() != NOBODY)?;
    Some(Author { name, ..Author::default() })
}

#[cfg(test)]
mod tests;
