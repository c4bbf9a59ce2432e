//! Mail folders, asked like web pages: a request whose address is that of a folder (RFC 5092) becomes a conversation with
//! its server, and what comes of it an answer with the status that HTTP has for the like: 401 for a password that is not
//! taken, 403 and 404 for a folder, 429 when the server wants to be left alone. Guarded and bounded like every request,
//! always under TLS, and never through a proxy: those of the environment are for the web.

mod folder;
mod said;
mod talk;
mod wire;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use http::HeaderMap;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::Verifier;
use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::body::Limits;
use super::fault::{self, PERMISSION};
use super::guard::{self, ResolveError, Resolver};
use super::words;
use crate::model::mailbox::{FolderAddress, FolderRefusal};
use crate::model::{Answer, PollFault, Request, Slot};
use talk::{Bounds, Stop, Talk};
use wire::{Broken, Wire};

/// The usual ports: TLS from the first byte, and TLS that is begun on a line in the clear.
const TLS_PORT: u16 = 993;
const PLAIN_PORT: u16 = 143;

/// Whether an address is that of a folder.
pub(super) fn is_folder(url: &Url) -> bool {
    matches!(url.scheme(), "imaps" | "imap")
}

/// Opens folders.
#[derive(Clone)]
pub(super) struct Mailboxes {
    connector: TlsConnector,
    limits: Limits,
}

impl std::fmt::Debug for Mailboxes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailboxes").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Mailboxes {
    /// Trusts whom the system trusts.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub(super) fn new(limits: Limits) -> Result<Self, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier::new(Arc::clone(&provider))?;
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        Ok(Self { connector: TlsConnector::from(Arc::new(builder.with_no_client_auth())), limits })
    }

    /// Reads a folder. `resolver` says which addresses may be reached.
    ///
    /// # Errors
    /// [`PollFault::Refused`] when the server may not be reached, [`PollFault::Unreachable`] when there is no whole answer
    /// within the limits. A server that says no has answered.
    pub(super) async fn get(&self, request: &Request, resolver: &Resolver) -> Result<Answer, PollFault> {
        let whole = self.limits.whole;
        timeout(whole, self.read(request, resolver)).await.unwrap_or_else(|_| Err(fault::too_slow(&request.url, whole)))
    }

    async fn read(&self, request: &Request, resolver: &Resolver) -> Result<Answer, PollFault> {
        let url = &request.url;
        let unfit = || PollFault::Refused("this is not the address of a mail folder".to_owned());
        let address = FolderAddress::of(url).ok_or_else(unfit)?;
        let credential = request.credential.as_ref().filter(|credential| credential.place == Slot::Login);
        let password = credential.map(|credential| credential.secret.clone());
        let password = password.ok_or_else(|| PollFault::Unusable("a mailbox wants a password".to_owned()))?;
        let (server, addresses) = reached(url, resolver).await?;
        let name = ServerName::try_from(server).map_err(|_| unfit())?;
        let line = self.connect(url, &addresses).await?;
        let (status, body) = match self.talk(url, line, name, &address, &password).await {
            Ok(body) => (200, body),
            Err(Halt::Fault(fault)) => return Err(fault),
            Err(Halt::Stop(Stop::Broken(broken))) => return Err(self.unreachable(url, &broken)),
            Err(Halt::Stop(Stop::Refused(status, refusal))) => {
                let error = words::plain(&refusal.error);
                (status, serde_json::to_vec(&FolderRefusal { error, ..refusal }).unwrap_or_default())
            }
        };
        Ok(Answer { url: url.clone(), status, moved: None, headers: HeaderMap::new(), body })
    }

    async fn talk(
        &self,
        url: &Url,
        line: TcpStream,
        name: ServerName<'static>,
        address: &FolderAddress,
        password: &SecretString,
    ) -> Result<Vec<u8>, Halt> {
        if url.scheme() == "imaps" {
            let line = self.protect(url, line, name).await?;
            return Ok(self.converse(Talk::greeted(self.wire(line)).await?, address, password).await?);
        }
        let line = Talk::greeted(self.wire(line)).await?.starttls().await?;
        let line = self.protect(url, line, name).await?;
        Ok(self.converse(Talk::begun(self.wire(line)), address, password).await?)
    }

    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut talk: Talk<S>,
        address: &FolderAddress,
        password: &SecretString,
    ) -> Result<Vec<u8>, Stop> {
        let until = Instant::now() + self.limits.whole / 2;
        talk.log_in(&address.user, password).await?;
        // Mails are a third larger in the answer.
        let answer = talk.read(address, Bounds { mails: self.limits.body / 2, until }).await;
        if !matches!(answer, Err(Stop::Broken(_))) {
            talk.leave().await;
        }
        Ok(serde_json::to_vec(&answer?).unwrap_or_default())
    }

    fn wire<S: AsyncRead + AsyncWrite + Unpin>(&self, line: S) -> Wire<S> {
        Wire::new(line, self.limits.idle, self.limits.body)
    }

    /// A line to the first of these addresses that takes one.
    async fn connect(&self, url: &Url, addresses: &[SocketAddr]) -> Result<TcpStream, PollFault> {
        let host = words::host(url);
        match timeout(self.limits.connect, TcpStream::connect(addresses)).await {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                Err(PollFault::Unreachable(format!("`{host}` refuses the connection")))
            }
            Ok(Err(error)) => {
                Err(PollFault::Unreachable(format!("no connection to `{host}`: {}", words::plain(&error.to_string()))))
            }
            Err(_) => {
                let within = words::seconds(self.limits.connect);
                Err(PollFault::Unreachable(format!("no connection to `{host}` within {within}")))
            }
        }
    }

    async fn protect(
        &self,
        url: &Url,
        line: TcpStream,
        name: ServerName<'static>,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, PollFault> {
        let host = words::host(url);
        let silent = |_| fault::too_slow(url, self.limits.head);
        let begun = timeout(self.limits.head, self.connector.connect(name, line)).await.map_err(silent)?;
        begun.map_err(|error| match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(insecure) => fault::insecure(insecure, &host),
            None => {
                let why = words::plain(&error.to_string());
                PollFault::Unreachable(format!("no secure connection to `{host}`: {why}"))
            }
        })
    }

    fn unreachable(&self, url: &Url, broken: &Broken) -> PollFault {
        match broken {
            Broken::Silent(idle) => fault::idle(url, *idle),
            Broken::TooLarge => fault::too_large(self.limits.body),
            Broken::Ended(error) => {
                let (host, why) = (words::host(url), words::plain(&error.to_string()));
                PollFault::Unreachable(format!("the answer of `{host}` cannot be read to its end: {why}"))
            }
        }
    }
}

/// Why there is no folder.
enum Halt {
    Fault(PollFault),
    Stop(Stop),
}

impl From<PollFault> for Halt {
    fn from(fault: PollFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

/// The name of the server, and the addresses that it is reached at. Literals are seen through however they are written, as
/// in the address of a web server.
async fn reached(url: &Url, resolver: &Resolver) -> Result<(String, Vec<SocketAddr>), PollFault> {
    let host = url.host_str().unwrap_or_default();
    let unfit = |_| PollFault::Refused("this is not the address of a server".to_owned());
    let seen = Url::parse(&format!("https://{host}/")).map_err(unfit)?;
    let refused = |why: &dyn std::fmt::Display| PollFault::Refused(format!("{why}; {PERMISSION} lets it be read"));
    if !resolver.allow_private {
        guard::check_literal(&seen).map_err(|why| refused(&why))?;
    }
    let port = url.port().unwrap_or(if url.scheme() == "imaps" { TLS_PORT } else { PLAIN_PORT });
    let (name, mut addresses) = match seen.host() {
        Some(Host::Ipv4(address)) => (address.to_string(), vec![SocketAddr::new(address.into(), port)]),
        Some(Host::Ipv6(address)) => (address.to_string(), vec![SocketAddr::new(address.into(), port)]),
        Some(Host::Domain(name)) => {
            let found = resolver.addresses(name).await.map_err(|why| match why {
                ResolveError::Forbidden(why) => refused(&why),
                ResolveError::Unknown { .. } => PollFault::Unreachable(why.to_string()),
            })?;
            (name.to_owned(), found)
        }
        None => return Err(unfit(url::ParseError::EmptyHost)),
    };
    addresses.iter_mut().for_each(|address| address.set_port(port));
    Ok((name, addresses))
}

#[cfg(test)]
mod tests;
