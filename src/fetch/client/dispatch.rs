//! Says something to a server, once: what arrives must not arrive twice, so nothing is repeated and no redirect followed.

use std::time::Duration;

use http::{HeaderMap, Method};
use url::Url;

use super::super::redirect::Hop;
use super::{Asked, Client, Limits, body};
use crate::model::{Answer, PollFault};

/// Longest wait for the words of a server that has said no.
const WORDS: Duration = Duration::from_secs(5);

/// What is said. It has no `Debug`: address, headers and body may hold secrets.
pub struct Dispatch {
    /// POST or PUT.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// All headers but those of the client and of the transport.
    pub headers: HeaderMap,
    /// What.
    pub body: String,
    /// From the start of the connection to the head of the answer.
    pub timeout: Duration,
}

impl Client {
    /// Says it, guarded like [`Client::get`]. A redirect is the answer. The body of a success is not read, since nothing
    /// in it can take the success back; that of any other answer is cut off after 64 KiB.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub async fn dispatch(&self, dispatch: Dispatch, allow_private: bool) -> Result<Answer, PollFault> {
        let limits = Limits { head: dispatch.timeout, idle: self.limits.idle.min(WORDS), ..self.limits };
        let asked = Asked {
            method: dispatch.method,
            url: &dispatch.url,
            headers: dispatch.headers,
            own: HeaderMap::new(),
            validators: None,
            credential: None,
            body: Some(dispatch.body),
            follows: false,
            limits,
        };
        let hop = Hop::only(asked.url);
        let mut response = self.ask(&hop, &asked, allow_private).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = if status.is_success() { Vec::new() } else { body::message(&mut response, &limits).await };
        Ok(Answer { url: hop.url, status: status.as_u16(), moved: None, headers, body })
    }
}
