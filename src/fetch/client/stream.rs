//! Opens a stream, guarded like any other request: names are judged by what they resolve to, and what was judged is what
//! is connected to. Follows no redirect.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use http::header::USER_AGENT;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::{self, client::IntoClientRequest as _};
use url::{Host, Url};

use super::super::guard::{self, Resolver};
use super::super::redirect::Hop;
use super::super::socket::{self, Opened, Socket};
use super::super::{fault, outgoing, words};
use super::Client;
use crate::model::{Answer, PollFault, Request};

/// What a stream runs on.
trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

impl Client {
    /// Opens a stream (`wss:`, `ws:`), guarded and limited like [`Client::get`].
    ///
    /// # Errors
    /// As for [`Client::get`]. A server that opens no stream has answered, like any other.
    pub async fn open(&self, request: &Request, allow_private: bool) -> Result<Opened, PollFault> {
        let hop = Hop::first(&request.url, request.credential.as_ref());
        let head = self.head(&hop, request)?;
        let limits = &self.limits;
        let line = tokio::time::timeout(limits.connect, self.line(&hop, allow_private)).await;
        let line = line.unwrap_or_else(|_| Err(fault::unconnected_in_time(&hop, limits.connect)))?;
        let agreed = tokio_tungstenite::client_async_with_config(head, line, Some(socket::bounds()));
        let agreed = tokio::time::timeout(limits.head, agreed).await.map_err(|_| fault::silent(&hop, limits.head))?;
        match agreed {
            Ok((stream, _)) => Ok(Opened::Socket(Socket::of(stream, hop.url, limits.idle))),
            Err(tungstenite::Error::Http(answer)) => {
                let (head, body) = answer.into_parts();
                let (status, body) = (head.status.as_u16(), body.unwrap_or_default());
                Ok(Opened::Answer(Answer { url: hop.url, status, moved: None, headers: head.headers, body }))
            }
            Err(error) => {
                let (host, why) = (words::host(&hop.url), words::plain(&error.to_string()));
                Err(PollFault::Unreachable(format!("`{host}` opens no stream: {why}")))
            }
        }
    }

    /// What is asked: the handshake with our name and the secret.
    fn head(&self, hop: &Hop<'_>, request: &Request) -> Result<http::Request<()>, PollFault> {
        let wire = hop.credential.map_or_else(|| hop.url.clone(), |credential| credential.on(&hop.url));
        let unsendable = |_| PollFault::Refused("the address of the stream cannot be asked for".to_owned());
        let mut head = wire.as_str().into_client_request().map_err(unsendable)?;
        let mut headers = request.headers.clone();
        headers.insert(USER_AGENT, self.user_agent.clone());
        head.headers_mut().extend(outgoing::of_hop(headers, (None, None), hop.credential)?);
        Ok(head)
    }

    /// A connection to an address that may be reached, under TLS where the address wants it.
    async fn line(&self, hop: &Hop<'_>, allow_private: bool) -> Result<Box<dyn Line>, PollFault> {
        let same = rewritten(&hop.url);
        if self.proxied.as_ref().is_some_and(|proxied| proxied.proxy_of(&same).is_some()) {
            let host = words::host(&hop.url);
            let hint = "name the host in `no_proxy` if it can be reached without";
            return Err(PollFault::Refused(format!("the stream of `{host}` cannot be read through a proxy; {hint}")));
        }
        let addresses = self.addresses(hop, allow_private).await?;
        let stream = TcpStream::connect(addresses.as_slice()).await.map_err(|why| fault::unconnected(&why, hop))?;
        let _ = stream.set_nodelay(true);
        if hop.url.scheme() != "wss" {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(hop.url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned());
        let name = name.map_err(|why| fault::unconnected(&io::Error::other(why), hop))?;
        let protected = self.trust()?.connect(name, stream).await.map_err(|why| fault::unconnected(&why, hop))?;
        Ok(Box::new(protected))
    }

    async fn addresses(&self, hop: &Hop<'_>, allow_private: bool) -> Result<Vec<SocketAddr>, PollFault> {
        if !allow_private {
            guard::check_literal(&hop.url).map_err(|why| fault::forbidden(&why, hop))?;
        }
        let port = hop.url.port_or_known_default().unwrap_or_default();
        let found = match hop.url.host() {
            Some(Host::Ipv4(address)) => vec![SocketAddr::new(address.into(), port)],
            Some(Host::Ipv6(address)) => vec![SocketAddr::new(address.into(), port)],
            Some(Host::Domain(name)) => {
                let resolver = Resolver { allow_private, ..self.resolver.clone() };
                resolver.addresses(name).await.map_err(|why| fault::unresolved(&why, hop))?
            }
            None => Vec::new(),
        };
        Ok(found.into_iter().map(|address| SocketAddr::new(address.ip(), port)).collect())
    }

    /// Whom to trust: whom the rest of the client trusts. It is read when it is first needed.
    fn trust(&self) -> Result<TlsConnector, PollFault> {
        if let Some(known) = self.trust.get() {
            return Ok(TlsConnector::from(Arc::clone(known)));
        }
        let broken = |why: rustls::Error| PollFault::Unreachable(format!("TLS cannot be set up: {why}"));
        let config = ClientConfig::with_platform_verifier().map_err(broken)?;
        Ok(TlsConnector::from(Arc::clone(self.trust.get_or_init(|| Arc::new(config)))))
    }
}

/// The address as proxies are configured for it.
fn rewritten(url: &Url) -> Url {
    let mut same = url.clone();
    let _ = same.set_scheme(if url.scheme() == "wss" { "https" } else { "http" });
    same
}
