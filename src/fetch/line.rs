//! Lines to servers that are no web servers' pages: streams and mail folders. Names are judged by what they resolve to, what
//! was judged is what is connected to, and whom the system trusts is trusted.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::{Host, Url};

use super::body::Limits;
use super::fault;
use super::guard::{self, Resolver};
use super::redirect::Hop;
use crate::model::PollFault;

/// Makes lines. Clones share whom they trust.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// Read when it is first needed.
    trust: Arc<OnceLock<Arc<ClientConfig>>>,
    /// Longest wait for a connection.
    connect: Duration,
    /// Longest wait until it is secure.
    secure: Duration,
}

impl Lines {
    /// Within these limits.
    pub(super) fn new(limits: &Limits) -> Self {
        Self { trust: Arc::default(), connect: limits.connect, secure: limits.head }
    }

    /// A line to the server of an address, at this port. `resolver` says where it may lead.
    ///
    /// # Errors
    /// [`PollFault::Refused`] when the server may not be reached, [`PollFault::Unreachable`] when it is not.
    pub(super) async fn connect(&self, hop: &Hop<'_>, port: u16, resolver: &Resolver) -> Result<TcpStream, PollFault> {
        let connecting = async {
            let addresses = reached(hop, port, resolver).await?;
            TcpStream::connect(addresses.as_slice()).await.map_err(|why| fault::unconnected(&why, hop))
        };
        let late = |_| fault::unconnected_in_time(hop, self.connect);
        let line = timeout(self.connect, connecting).await.map_err(late)??;
        let _ = line.set_nodelay(true);
        Ok(line)
    }

    /// TLS on a line to the server of this address.
    ///
    /// # Errors
    /// [`PollFault::Unreachable`] when there is none, or the server is not who it should be.
    pub(super) async fn protect(&self, hop: &Hop<'_>, line: TcpStream) -> Result<TlsStream<TcpStream>, PollFault> {
        let host = seen(&hop.url)?.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host).map_err(|why| fault::unprotected(&io::Error::other(why), hop))?;
        let begun = timeout(self.secure, self.trust()?.connect(name, line)).await;
        let begun = begun.map_err(|_| fault::silent(hop, self.secure))?;
        begun.map_err(|why| fault::unprotected(&why, hop))
    }

    fn trust(&self) -> Result<TlsConnector, PollFault> {
        if let Some(known) = self.trust.get() {
            return Ok(TlsConnector::from(Arc::clone(known)));
        }
        let broken = |why: rustls::Error| PollFault::Unreachable(format!("TLS cannot be set up: {why}"));
        let config = ClientConfig::with_platform_verifier().map_err(broken)?;
        Ok(TlsConnector::from(Arc::clone(self.trust.get_or_init(|| Arc::new(config)))))
    }
}

/// The server of an address as it would stand in that of a web server: literals are seen through however they are written,
/// which other schemes leave as they stand.
fn seen(url: &Url) -> Result<Url, PollFault> {
    let unfit = |_| PollFault::Refused("this is not the address of a server".to_owned());
    Url::parse(&format!("https://{}/", url.host_str().unwrap_or_default())).map_err(unfit)
}

/// Where the server of an address is reached.
async fn reached(hop: &Hop<'_>, port: u16, resolver: &Resolver) -> Result<Vec<SocketAddr>, PollFault> {
    let seen = seen(&hop.url)?;
    if !resolver.allow_private {
        guard::check_literal(&seen).map_err(|why| fault::forbidden(&why, hop))?;
    }
    let found = match seen.host() {
        Some(Host::Ipv4(address)) => vec![SocketAddr::new(address.into(), port)],
        Some(Host::Ipv6(address)) => vec![SocketAddr::new(address.into(), port)],
        Some(Host::Domain(name)) => resolver.addresses(name).await.map_err(|why| fault::unresolved(&why, hop))?,
        None => Vec::new(),
    };
    Ok(found.into_iter().map(|address| SocketAddr::new(address.ip(), port)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_public_servers_are_reached_unless_the_source_says_so() {
        let lookup: guard::Lookup = Arc::new(|_| {
            Box::pin(async { Ok(vec![SocketAddr::from(([192, 168, 1, 1], 0)), SocketAddr::from(([8, 8, 8, 8], 0))]) })
        });
        let reach = async |url: &str, allow_private| {
            let resolver = Resolver { allow_private, lookup: Arc::clone(&lookup) };
            let url = Url::parse(url).unwrap();
            let reached = reached(&Hop::first(&url, None), url.port().unwrap_or(993), &resolver).await;
            reached.map(|addresses| addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        };
        let refused = "`127.0.0.1` is a loopback address; `allow_private = true` at the source lets it be read";
        for host in ["127.0.0.1", "127.1", "0x7f.1", "2130706433"] {
            let fault = reach(&format!("imaps://{host}/INBOX?ALL"), false).await.unwrap_err();
            assert_eq!(fault, PollFault::Refused(refused.to_owned()), "{host}");
        }
        assert!(reach("imaps://[::1]:993", false).await.is_err());
        assert_eq!(reach("imaps://127.1:1993", true).await, Ok("127.0.0.1:1993".to_owned()));
        assert_eq!(reach("wss://mail.example", false).await, Ok("8.8.8.8:993".to_owned()));
        assert_eq!(reach("imaps://mail.example", true).await, Ok("192.168.1.1:993 8.8.8.8:993".to_owned()));
    }

    #[test]
    fn a_server_has_the_name_that_its_certificate_bears() {
        let name = |url: &str| seen(&Url::parse(url).unwrap()).unwrap().host_str().unwrap_or_default().to_owned();
        assert_eq!(name("imap://Bücher.example"), "xn--bcher-kva.example");
        assert_eq!(name("imaps://127.1:1993"), "127.0.0.1");
    }
}
