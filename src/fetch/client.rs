//! Asks for one document: every hop checked, every byte counted, everything within its time. Keeps no cookies and never
//! judges the status; that is `politeness`.
//!
//! Without a proxy the address that is connected to is the one that was checked. A proxy resolves names itself: then what
//! a name resolves to here is checked before the proxy is asked, and the proxy must refuse private addresses too. The
//! proxy is the operator's choice and may be anywhere.

mod dispatch;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use reqwest::Response;
use tokio::time::Instant;
use url::Url;

use super::body::{self, Limits};
use super::guard::{self, Lookup, Resolver};
use super::imap::{self, Mailboxes};
use super::line::Lines;
use super::proxy::Proxied;
use super::redirect::Hop;
use super::robots::{self, Robots};
use super::{fault, outgoing};
use crate::config::FetchConfig;
use crate::model::{Answer, Credential, PollFault, Request, Validators};
pub use dispatch::Dispatch;

/// How long an idle connection is kept: for a redirect, not for the next poll. Each costs 27 KiB.
const IDLE: Duration = Duration::from_millis(100);

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
    /// Reaches proxies only, if the environment names any.
    proxied: Option<Proxied>,
    /// Leads to servers of streams.
    lines: Lines,
    /// Reads mail folders.
    mailboxes: Mailboxes,
    /// Judges the names that a proxy will resolve, and those of mail servers.
    resolver: Resolver,
    limits: Limits,
    robots: Arc<Robots>,
    user_agent: HeaderValue,
}

/// A request on its way through its redirects.
struct Asked<'a> {
    method: Method,
    url: &'a Url,
    headers: HeaderMap,
    /// Sent to the origin that is asked first, and to no other.
    own: HeaderMap,
    validators: Option<&'a Validators>,
    credential: Option<&'a Credential>,
    body: Option<String>,
    follows: bool,
    limits: Limits,
}

impl Client {
    /// Builds the client; connects nowhere. A rustls provider must have been installed.
    ///
    /// # Errors
    /// When the machine has no CA certificates or the user agent cannot be sent.
    pub fn new(config: &FetchConfig) -> Result<Self, ClientError> {
        Self::with_lookup(config, guard::of_system())
    }

    /// As [`Client::new`], but names lead where `lookup` says.
    fn with_lookup(config: &FetchConfig, lookup: Lookup) -> Result<Self, ClientError> {
        let build = |resolver: Resolver, proxy: Option<reqwest::Proxy>| {
            let builder = reqwest::Client::builder()
                .user_agent(&config.user_agent)
                .connect_timeout(config.connect_timeout)
                .dns_resolver(resolver)
                .redirect(reqwest::redirect::Policy::none())
                .http1_ignore_invalid_headers_in_responses(true)
                .pool_max_idle_per_host(1)
                .pool_idle_timeout(IDLE);
            let builder = match proxy {
                Some(proxy) => builder.proxy(proxy),
                None => builder.no_proxy(),
            };
            builder.build().map_err(|error| unusable(&error))
        };
        let user_agent =
            HeaderValue::from_str(&config.user_agent).map_err(|why| ClientError::Unusable(why.to_string()))?;
        let guarding = Resolver { allow_private: false, lookup };
        let open = Resolver { allow_private: true, ..guarding.clone() };
        let limits = Limits::of(config);
        let lines = Lines::new(&limits);
        Ok(Self {
            guarded: build(guarding.clone(), None)?,
            unguarded: build(open.clone(), None)?,
            proxied: Proxied::of(&config.proxies, |proxy| build(open, Some(proxy)))?,
            mailboxes: Mailboxes::new(lines.clone(), limits),
            lines,
            resolver: guarding,
            limits,
            robots: Arc::default(),
            user_agent,
        })
    }

    /// Asks, follows redirects and reads the body whole; what is posted, mostly a login, goes nowhere else. Loopback and private addresses are reached only with
    /// `allow_private`. The body of an answer that is not a success is cut off after 64 KiB. A `Retry-After` of a redirect
    /// stands behind that of the final answer in its headers.
    ///
    /// # Errors
    /// [`PollFault::Refused`] when the address or a redirect may not be followed, [`PollFault::Unreachable`] when there
    /// is no whole answer within the limits. An answer with a bad status is an answer.
    pub async fn get(&self, request: &Request, allow_private: bool) -> Result<Answer, PollFault> {
        if imap::is_folder(&request.url) {
            let resolver = Resolver { allow_private, ..self.resolver.clone() };
            return self.mailboxes.get(request, &resolver).await;
        }
        let asked = Asked {
            method: if request.body.is_some() { Method::POST } else { Method::GET },
            url: &request.url,
            headers: outgoing::of_request(request),
            own: request.headers.clone(),
            validators: Some(&request.validators),
            credential: request.credential.as_ref(),
            body: request.body.as_ref().map(|body| outgoing::text_of(body).to_owned()),
            follows: request.body.is_none(),
            limits: self.limits,
        };
        self.within_time(&asked, allow_private).await
    }

    /// Sends a form (`application/x-www-form-urlencoded`), guarded and limited like [`Client::get`]. Only redirects that
    /// keep the method (307, 308) are followed, and none from https to http, since a form may hold a secret; any other is
    /// the answer.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub async fn post_form(&self, url: &Url, form: &[(&str, &str)], allow_private: bool) -> Result<Answer, PollFault> {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let asked = Asked {
            method: Method::POST,
            url,
            headers: outgoing::of_form(),
            own: HeaderMap::new(),
            validators: None,
            credential: None,
            body: Some(form),
            follows: true,
            limits: self.limits,
        };
        self.within_time(&asked, allow_private).await
    }

    /// Whether the robots.txt of its host lets mentiond read this web page (RFC 9309). What it says is kept for a day.
    /// Not for feeds: whoever publishes one wants it to be polled.
    ///
    /// # Errors
    /// [`PollFault::Refused`] when robots.txt may not be fetched: its address, or one it redirects to, may not be reached.
    pub async fn may_read(&self, url: &Url, allow_private: bool) -> Result<bool, PollFault> {
        let address = robots::address(url);
        if let Some(allowed) = self.robots.judge(&address, url, Instant::now()) {
            return Ok(allowed);
        }
        let asked = Asked {
            method: Method::GET,
            url: &address,
            headers: outgoing::of_robots(),
            own: HeaderMap::new(),
            validators: None,
            credential: None,
            body: None,
            follows: true,
            limits: robots::limits(self.limits),
        };
        let answer = match self.within_time(&asked, allow_private).await {
            Err(fault @ PollFault::Refused(_)) => return Err(fault),
            answer => answer.ok(),
        };
        Ok(self.robots.learn(address, answer, url, Instant::now()))
    }

    async fn within_time(&self, asked: &Asked<'_>, allow_private: bool) -> Result<Answer, PollFault> {
        tokio::time::timeout(asked.limits.whole, self.follow(asked, allow_private))
            .await
            .unwrap_or_else(|_| Err(fault::too_slow(asked.url, asked.limits.whole)))
    }

    async fn follow(&self, asked: &Asked<'_>, allow_private: bool) -> Result<Answer, PollFault> {
        if !matches!(asked.url.scheme(), "http" | "https") {
            return Err(PollFault::Refused("only http and https are read".to_owned()));
        }
        let mut hop = Hop::first(asked.url, asked.credential);
        loop {
            let response = self.ask(&hop, asked, allow_private).await?;
            match hop.next(&asked.method, response.status(), response.headers())? {
                Some(next) if asked.follows => hop = next,
                _ => return read(hop, response, &asked.limits).await,
            }
        }
    }

    /// The head of an answer to one hop.
    async fn ask(&self, hop: &Hop<'_>, asked: &Asked<'_>, allow_private: bool) -> Result<Response, PollFault> {
        if !allow_private {
            guard::check_literal(&hop.url).map_err(|why| fault::forbidden(&why, hop))?;
        }
        let way = self.proxied.as_ref().and_then(|proxied| Some((proxied, proxied.proxy_of(&hop.url)?)));
        let client = match way {
            Some((proxied, _)) => proxied.client(),
            None if allow_private => &self.unguarded,
            None => &self.guarded,
        };
        let validators = asked.validators.map_or((None, None), |known| known.for_address(&hop.url));
        let mut headers = if hop.is_home { asked.own.clone() } else { HeaderMap::new() };
        for (name, value) in &asked.headers {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        let headers = outgoing::of_hop(headers, validators, hop.credential)?;
        let wire = hop.credential.map_or_else(|| hop.url.clone(), |credential| credential.on(&hop.url));
        let send = || {
            let request = client.request(asked.method.clone(), wire.clone()).headers(headers.clone());
            match &asked.body {
                Some(body) => request.body(body.clone()),
                None => request,
            }
            .send()
        };
        let head = async {
            if way.is_some() && !allow_private {
                self.resolver.check(&hop.url).await.map_err(|why| fault::unresolved(&why, hop))?;
            }
            let sent = match send().await {
                // The server closed a connection that was kept open just when it was used again.
                Err(error) if asked.method.is_safe() && fault::is_hang_up(&error) => send().await,
                sent => sent,
            };
            let proxy = way.map(|(_, proxy)| proxy);
            sent.map_err(|error| fault::broken(&error, hop, proxy, asked.limits.connect))
        };
        let silent = |_| Err(fault::silent(hop, asked.limits.head));
        tokio::time::timeout(asked.limits.head, head).await.unwrap_or_else(silent)
    }
}

async fn read(hop: Hop<'_>, mut response: Response, limits: &Limits) -> Result<Answer, PollFault> {
    let status = response.status();
    let mut headers = response.headers().clone();
    let body = if status.is_success() {
        body::refuse_unasked_coding(&headers)?;
        body::whole(&hop, &mut response, limits).await?
    } else if status == StatusCode::NOT_MODIFIED {
        Vec::new()
    } else {
        body::message(&mut response, limits).await
    };
    let moved = hop.moved();
    for asked_to_wait in hop.retry_after {
        headers.append(header::RETRY_AFTER, asked_to_wait);
    }
    Ok(Answer { url: hop.url, status: status.as_u16(), moved, headers, body })
}

fn unusable(error: &reqwest::Error) -> ClientError {
    let causes: Vec<String> = fault::causes(error).map(ToString::to_string).collect();
    if causes.iter().any(|cause| cause.contains("No CA certificates")) {
        return ClientError::NoCertificates;
    }
    ClientError::Unusable(causes.last().cloned().unwrap_or_else(|| error.to_string()))
}

#[cfg(test)]
mod tests;
