//! Asks for one document: every hop checked, every byte counted, everything within one deadline. Keeps no cookies and
//! never judges the status; that is `politeness`.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use reqwest::Response;
use secrecy::{ExposeSecret, SecretString};

use super::guard::{self, Resolver};
use super::redirect::Hop;
use super::{fault, words};
use crate::config::FetchConfig;
use crate::model::exchange::Validators;
use crate::model::{Answer, PollFault, Request};

/// How long an idle connection is kept: for the next page or term, not for the next poll. Each costs 27 KiB.
const IDLE: Duration = Duration::from_millis(100);
/// Bytes read of an answer that is not a success; enough for its message.
const MESSAGE: u64 = 64 << 10;
/// Longest validator sent back. A longer one would make every later request too large for its own server.
const LONGEST_VALIDATOR: usize = 4 << 10;

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Without them no server can be trusted.
    #[error("this machine has no CA certificates to trust\n  hint: install the package `ca-certificates`")]
    NoCertificates,
    /// The user agent cannot be sent, or TLS cannot be set up.
    #[error("the HTTP client cannot be built: {0}")]
    Unusable(String),
}

/// The one HTTP client. Clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    /// Reaches public addresses only.
    guarded: reqwest::Client,
    /// Reaches every address; apart, so that its open connections are never lent to a guarded request.
    unguarded: reqwest::Client,
    timeout: Duration,
    connect_timeout: Duration,
    max_body: u64,
}

impl Client {
    /// Builds the client; connects nowhere. A rustls provider must have been installed.
    ///
    /// # Errors
    /// When the machine has no CA certificates or the user agent cannot be sent.
    pub fn new(config: &FetchConfig) -> Result<Self, ClientError> {
        let build = |allow_private| {
            reqwest::Client::builder()
                .user_agent(&config.user_agent)
                .connect_timeout(config.connect_timeout)
                .dns_resolver(Resolver { allow_private })
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .http1_ignore_invalid_headers_in_responses(true)
                .pool_max_idle_per_host(1)
                .pool_idle_timeout(IDLE)
                .build()
                .map_err(|error| unusable(&error))
        };
        Ok(Self {
            guarded: build(false)?,
            unguarded: build(true)?,
            timeout: config.timeout,
            connect_timeout: config.connect_timeout,
            max_body: config.max_body,
        })
    }

    /// Asks, follows redirects and reads the body whole. Loopback and private addresses are reached only with
    /// `allow_private`. The body of an answer that is not a success is cut off after 64 KiB.
    ///
    /// # Errors
    /// [`PollFault::Refused`] when the address or a redirect may not be followed, [`PollFault::Unreachable`] when there
    /// is no whole answer within the limits. An answer with a bad status is an answer.
    pub async fn get(&self, request: &Request, allow_private: bool) -> Result<Answer, PollFault> {
        tokio::time::timeout(self.timeout, self.follow(request, allow_private))
            .await
            .unwrap_or_else(|_| Err(fault::too_slow(&request.url, self.timeout)))
    }

    async fn follow(&self, request: &Request, allow_private: bool) -> Result<Answer, PollFault> {
        if !matches!(request.url.scheme(), "http" | "https") {
            return Err(PollFault::Refused("only http and https are read".to_owned()));
        }
        let mut hop = Hop::first(request);
        loop {
            let response = self.ask(&hop, request, allow_private).await?;
            match hop.next(response.status(), response.headers())? {
                Some(next) => hop = next,
                None => return self.read(hop, response).await,
            }
        }
    }

    async fn ask(&self, hop: &Hop<'_>, request: &Request, allow_private: bool) -> Result<Response, PollFault> {
        if !allow_private {
            guard::check_literal(&hop.url).map_err(|why| fault::forbidden(&why, hop))?;
        }
        let client = if allow_private { &self.unguarded } else { &self.guarded };
        let headers = headers(request.accept, &request.validators, hop.bearer)?;
        let sent = client.get(hop.url.clone()).headers(headers).send().await;
        sent.map_err(|error| fault::broken(&error, hop, self.connect_timeout))
    }

    async fn read(&self, hop: Hop<'_>, mut response: Response) -> Result<Answer, PollFault> {
        let status = response.status();
        let headers = response.headers().clone();
        let body = if status.is_success() {
            refuse_unasked_coding(&headers)?;
            self.body(&hop, &mut response).await?
        } else if status == StatusCode::NOT_MODIFIED {
            Vec::new()
        } else {
            message(&mut response).await
        };
        Ok(Answer { url: hop.url, status: status.as_u16(), moved: None, headers, body })
    }

    /// The decoded body, counted as it comes: neither a length that a server claims nor a small gzip is believed.
    async fn body(&self, hop: &Hop<'_>, response: &mut Response) -> Result<Vec<u8>, PollFault> {
        if response.content_length().is_some_and(|length| length > self.max_body) {
            return Err(fault::too_large(self.max_body));
        }
        let mut body = Vec::new();
        let next = async |response: &mut Response| {
            response.chunk().await.map_err(|error| fault::broken(&error, hop, self.connect_timeout))
        };
        while let Some(chunk) = next(response).await? {
            if !fits(&body, &chunk, self.max_body) {
                return Err(fault::too_large(self.max_body));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// The beginning of an answer that is not a success, as far as it is legible.
async fn message(response: &mut Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        if !fits(&body, &chunk, MESSAGE) {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    body
}

fn fits(body: &[u8], chunk: &[u8], limit: u64) -> bool {
    u64::try_from(body.len().saturating_add(chunk.len())).is_ok_and(|length| length <= limit)
}

fn headers(
    accept: &'static str,
    validators: &Validators,
    bearer: Option<&SecretString>,
) -> Result<HeaderMap, PollFault> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    let mut send_back = |name: HeaderName, validator: Option<&String>| {
        let short = validator.filter(|text| text.len() <= LONGEST_VALIDATOR);
        if let Some(value) = short.and_then(|text| HeaderValue::from_str(text).ok()) {
            headers.insert(name, value);
        }
    };
    send_back(IF_NONE_MATCH, validators.etag.as_ref());
    send_back(IF_MODIFIED_SINCE, validators.last_modified.as_ref());
    if let Some(token) = bearer {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
            .map_err(|_| PollFault::Refused("the token has characters that cannot be sent".to_owned()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

/// A coding that is still named after decoding is one that nobody asked for.
fn refuse_unasked_coding(headers: &HeaderMap) -> Result<(), PollFault> {
    match headers.get(CONTENT_ENCODING) {
        Some(coding) if coding != "identity" && !coding.is_empty() => {
            let coding = words::plain(&String::from_utf8_lossy(coding.as_bytes()));
            Err(PollFault::Unreadable(format!("it is packed as `{coding}`, which was not asked for")))
        }
        _ => Ok(()),
    }
}

fn unusable(error: &reqwest::Error) -> ClientError {
    let causes: Vec<String> = fault::causes(error).map(ToString::to_string).collect();
    if causes.iter().any(|cause| cause.contains("No CA certificates")) {
        return ClientError::NoCertificates;
    }
    ClientError::Unusable(causes.last().cloned().unwrap_or_else(|| error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};

    use url::Url;

    use super::*;

    /// Redirects every request to the location that its query names.
    fn redirector() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                let length = stream.read(&mut request).unwrap();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let location = request.split_whitespace().nth(1).and_then(|path| path.split_once('?')).unwrap().1;
                write!(stream, "HTTP/1.1 302 Found\r\nlocation: {location}\r\nconnection: close\r\n\r\n").unwrap();
            }
        });
        address
    }

    #[tokio::test]
    async fn a_public_source_cannot_lead_to_a_private_address() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = redirector();
        // A public name, as far as the guard can tell; all the rest is as it is outside tests.
        let guarded = reqwest::Client::builder()
            .dns_resolver(Resolver { allow_private: false })
            .resolve("feed.example", server)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        let second = Duration::from_secs(5);
        let client =
            Client { unguarded: guarded.clone(), guarded, timeout: second, connect_timeout: second, max_body: 1 << 10 };
        let port = server.port();
        for (location, expected) in [
            (format!("http://127.0.0.1:{port}/?/"), "a redirect is not followed: `127.0.0.1` is a loopback address"),
            (format!("http://0x7f.1:{port}/?/"), "a redirect is not followed: `127.0.0.1` is a loopback address"),
            (
                format!("http://localhost:{port}/?/"),
                "a redirect is not followed: `localhost` leads to `127.0.0.1`, a loopback address",
            ),
            (
                "http://169.254.169.254/latest/meta-data/?key=secret".to_owned(),
                "a redirect is not followed: `169.254.169.254` is a link-local address",
            ),
            (
                format!("http://feed.example:{port}/?http://[::ffff:10.0.0.1]/"),
                "a redirect is not followed: `::ffff:10.0.0.1` is an IPv4 address in disguise",
            ),
        ] {
            let url = Url::parse(&format!("http://feed.example:{port}/?{location}")).unwrap();
            let request = Request { url, accept: "*/*", bearer: None, validators: Validators::default() };
            let refused = client.get(&request, false).await.unwrap_err();
            assert_eq!(refused, PollFault::Refused(expected.to_owned()), "{location}");
        }
    }
}
