//! Which requests go through a proxy. Never resolves a name: the proxy does, after `guard` has judged it.

use std::sync::Arc;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::config::{ProxyAddress, ProxyConfig};

/// The client that reaches proxies, and what is asked through it.
#[derive(Debug, Clone)]
pub(super) struct Proxied {
    client: reqwest::Client,
    rules: Arc<Rules>,
}

#[derive(Debug)]
struct Rules {
    matcher: Matcher,
    config: ProxyConfig,
}

impl Proxied {
    /// `None` when there are no proxies; `build` makes the client that uses them.
    ///
    /// # Errors
    /// Those of `build`.
    pub(super) fn of<E>(
        config: &ProxyConfig,
        build: impl FnOnce(reqwest::Proxy) -> Result<reqwest::Client, E>,
    ) -> Result<Option<Self>, E> {
        if config.http.is_none() && config.https.is_none() {
            return Ok(None);
        }
        let address = |proxy: &Option<ProxyAddress>| {
            proxy.as_ref().map(|proxy| proxy.expose_secret().to_string()).unwrap_or_default()
        };
        let matcher = Matcher::builder()
            .http(address(&config.http))
            .https(address(&config.https))
            .no(config.except.as_str())
            .build();
        let rules = Arc::new(Rules { matcher, config: config.clone() });
        let asked = Arc::clone(&rules);
        let client = build(reqwest::Proxy::custom(move |url| asked.proxy_of(url).cloned()))?;
        Ok(Some(Self { client, rules }))
    }

    /// The client; only for addresses that have a proxy.
    pub(super) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// The proxy that an address is asked for through, if any. It may hold a password.
    pub(super) fn proxy_of(&self, url: &Url) -> Option<&Url> {
        self.rules.proxy_of(url)
    }
}

impl Rules {
    fn proxy_of(&self, url: &Url) -> Option<&Url> {
        self.matcher.intercept(&url.as_str().parse().ok()?)?;
        let proxy = if url.scheme() == "https" { &self.config.https } else { &self.config.http };
        proxy.as_ref().map(ProxyAddress::expose_secret)
    }
}
