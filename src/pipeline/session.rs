//! Asking in the name of an account: the session is opened with the configured secret, kept between polls, and opened anew
//! when it has ended or is no longer taken. Never stores or shows it in clear.

use chrono::{DateTime, TimeDelta};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{Pipeline, Reading};
use crate::fetch::politeness::{self, Verdict};
use crate::model::{Answer, Credential, Instant, PollFault, Request, Session, Source};
use crate::source::Adapter;

/// A session that ends sooner than this is opened anew before it is used.
const RESERVE: TimeDelta = TimeDelta::seconds(60);

/// What a token endpoint says of a secret that it does not take (RFC 6749, 5.2).
const REFUSALS: [&str; 3] = ["invalid_client", "invalid_grant", "unauthorized_client"];

/// A session as it is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    token: String,
    until: Option<i64>,
    base: Option<Url>,
}

impl Pipeline {
    /// The request in the name of the account, where the network wants one; signs for it, or opens a session if there is
    /// none.
    pub(super) async fn in_session(
        &self,
        adapter: &'static dyn Adapter,
        source: &Source,
        request: &Request,
        reading: &mut Reading,
        now: Instant,
    ) -> Result<Request, PollFault> {
        let known = reading.session.clone().or_else(|| self.unseal(source, reading.sealed.as_deref()));
        let session = match known.filter(|session| session.until.is_none_or(|until| until > now + RESERVE)) {
            Some(session) => session,
            None => {
                if let Some(token) = adapter.sign(source, now)? {
                    return Ok(Request { credential: Some(Credential::bearer(token)), ..request.clone() });
                }
                let Some(login) = adapter.login(source, now) else { return Ok(request.clone()) };
                self.open_session(adapter, source, &login, reading, now).await?
            }
        };
        let url = session.base.as_ref().map_or_else(|| request.url.clone(), |base| rebased(&request.url, base));
        let credential = Some(Credential::bearer(session.token.clone()));
        reading.session = Some(session);
        Ok(Request { url, credential, ..request.clone() })
    }

    async fn open_session(
        &self,
        adapter: &'static dyn Adapter,
        source: &Source,
        login: &Request,
        reading: &mut Reading,
        now: Instant,
    ) -> Result<Session, PollFault> {
        reading.sealed = None;
        let before = reading.headers.clone();
        let answer = self.send(source, login, reading, now).await?;
        let session = match politeness::verdict(&answer, adapter.fault(&answer, now), now) {
            Verdict::Read => adapter.session(&answer, now)?,
            Verdict::Unchanged => return Err(PollFault::Unreadable("the login was answered with nothing".to_owned())),
            Verdict::Fault(fault) => return Err(of_login(&answer, fault)),
        };
        // When to come back is what the network says, not whoever logs us in.
        reading.headers = before;
        let kept = Kept {
            token: session.token.expose_secret().to_owned(),
            until: session.until.map(|until| until.timestamp()),
            base: session.base.clone(),
        };
        let text = serde_json::to_string(&kept).ok().map(SecretString::from);
        reading.sealed = text.and_then(|text| self.seal.as_ref()?.close(&source.name, &text));
        Ok(session)
    }

    fn unseal(&self, source: &Source, sealed: Option<&str>) -> Option<Session> {
        let text = self.seal.as_ref()?.open(&source.name, sealed?)?;
        let kept: Kept = serde_json::from_str(text.expose_secret()).ok()?;
        let until = kept.until.and_then(|until| DateTime::from_timestamp(until, 0));
        Some(Session { token: SecretString::from(kept.token), until, base: kept.base })
    }
}

/// A login that is refused for its secret needs a person. A server may refuse with status 403 for other reasons, which
/// pass.
fn of_login(answer: &Answer, fault: PollFault) -> PollFault {
    let document: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let code = document.as_ref().and_then(|document| document.get("error")).and_then(Value::as_str);
    let is_refused = answer.status == 401 || code.is_some_and(|code| REFUSALS.contains(&code));
    match fault {
        PollFault::Denied { status, message } | PollFault::Status { status, message } if is_refused => {
            PollFault::Revoked { status, message }
        }
        fault => fault,
    }
}

/// Whether an answer says that the session it was asked in has ended, so that another one may help.
pub(super) fn has_ended(answer: &Answer, fault: &PollFault, reading: &Reading) -> bool {
    let refused = matches!(fault, PollFault::Revoked { .. }) || answer.status == 401;
    refused && reading.session.is_some()
}

/// The address on the server that the account lives on.
fn rebased(url: &Url, base: &Url) -> Url {
    let mut moved = base.clone();
    moved.set_path(url.path());
    moved.set_query(url.query());
    moved
}
