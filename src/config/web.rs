//! `[web]`: where mentiond can be reached over HTTP. Never listens.

use std::net::SocketAddr;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::addresses::is_loopback;
use super::env::WEB_KEY;
use super::fault::Findings;
use super::file::WebTable;
use super::paths::Surroundings;
use super::reader::{Key, Written};
use super::secret;
use super::words::{Word, Wrong, shown};

/// Shortest key, in characters.
const SHORTEST_KEY: usize = 32;

/// Where mentiond can be reached over HTTP.
#[derive(Debug, Clone, Default)]
pub struct WebConfig {
    /// Where the server listens; without it there is none.
    pub listen: Option<SocketAddr>,
    /// Where it gives metrics; without it nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// Under which address the world reaches it; without it no hub is asked to deliver. `https`, unless it is loopback.
    pub public_url: Option<Url>,
    /// The key from which the secrets for hubs follow; without it, one is made and kept in the state directory.
    pub key: Option<SecretString>,
}

/// Where the server listens if `[web]` does not say.
const USUAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

pub(super) fn resolve(table: Key<WebTable>, around: &Surroundings<'_>, findings: &mut Findings) -> WebConfig {
    let asked = !table.is_absent();
    let table = table.or_default();
    if let Some(written) = table.public_url.given_ref() {
        check_public(written, findings);
    }
    let key = secret::read(
        secret::Ways {
            variable: WEB_KEY.to_owned(),
            file: table.key_file,
            credential: "web_key".to_owned(),
            fits: secret::password,
        },
        around,
        findings,
    );
    if let Key::Given(written) = &key
        && written.value.expose_secret().len() < SHORTEST_KEY
    {
        let message = format!("the key is shorter than {SHORTEST_KEY} characters");
        findings.add(&written.place, message, "make one with `openssl rand -hex 32`, or let mentiond make its own");
    }
    let metrics = table.metrics_listen.given();
    if let Some(metrics) = metrics.as_ref().filter(|metrics| metrics.value.port() != 0)
        && metrics.value == table.listen.given_ref().map_or(USUAL, |listen| listen.value)
    {
        let message = "the world would read the metrics, too";
        findings.add(&metrics.place, message, "give them a port of their own, such as `127.0.0.1:9464`");
    }
    WebConfig {
        listen: table.listen.given().map(|written| written.value).or_else(|| asked.then_some(USUAL)),
        metrics_listen: metrics.map(|written| written.value),
        public_url: table.public_url.given().map(|written| written.value),
        key: key.given().map(|written| written.value),
    }
}

fn check_public(written: &Written<Url>, findings: &mut Findings) {
    let Written { value: url, place } = written;
    let stays = url.host_str().is_some_and(is_loopback);
    if url.scheme() != "https" && !stays {
        let hint = "write `https://`, and let a web server in front of mentiond hold the certificate";
        findings.add(place, "what hubs send would be readable on the way", hint);
    }
    if url.query().is_some() || url.fragment().is_some() {
        findings.add(place, "addresses cannot be put below this one", "remove what begins with `?` or `#`");
    }
}

/// The address and port of a server.
impl Word for SocketAddr {
    const WHAT: &'static str = "an address with a port";
    const EXAMPLE: &'static str = "127.0.0.1:8080";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if let Ok(address) = text.parse() {
            return Ok(address);
        }
        let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
        let hint = match port.parse::<u16>() {
            Ok(port) if host.is_empty() => {
                format!("write `127.0.0.1:{port}` for a web server on this machine, `0.0.0.0:{port}` for everybody")
            }
            Ok(port) if host.parse::<std::net::Ipv6Addr>().is_ok() => format!("write `[{host}]:{port}`"),
            Ok(port) if host == "localhost" => format!("write `127.0.0.1:{port}`"),
            _ => format!("for instance `\"{}\"`", Self::EXAMPLE),
        };
        Err(Wrong::new(format!("{} is not {}", shown(text), Self::WHAT), hint))
    }
}
