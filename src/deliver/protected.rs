//! TLS from the first byte, and whom to trust. Made here and not by lettre, whose own connections wait with the end of a
//! mail until the server has acknowledged the rest, and read without a bound.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::{AsyncTokioStream, Certificate, TlsParameters};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::bounded::Bounded;
use super::fault::SetupError;
use crate::config::SmtpConfig;

/// Who the server has to be, and who may say that it is.
pub(super) struct Protection {
    connector: TlsConnector,
    server: ServerName<'static>,
}

impl Protection {
    /// As configured: trusts the system's authorities and those of `ca_file`.
    pub(super) fn new(config: &SmtpConfig) -> Result<Self, SetupError> {
        let pem = config.ca_file.as_deref().map(read).transpose()?.unwrap_or_default();
        let own = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok);
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier::new_with_extra_roots(own, Arc::clone(&provider)).map_err(broken)?;
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.map_err(broken)?.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        Ok(Self {
            connector: TlsConnector::from(Arc::new(builder.with_no_client_auth())),
            server: ServerName::try_from(config.host.clone()).map_err(broken)?,
        })
    }

    /// Protects a line on which nothing has been said.
    pub(super) async fn begin(&self, line: Bounded) -> io::Result<Protected> {
        self.connector.connect(self.server.clone(), line).await.map(Protected)
    }
}

/// The same, for a server that begins TLS when it is asked to, which lettre does.
pub(super) fn after_asking(config: &SmtpConfig) -> Result<TlsParameters, SetupError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.ca_file {
        let own = Certificate::from_pem(&read(path)?).map_err(|_| SetupError::CaEmpty(path.clone()))?;
        builder = builder.add_root_certificate(own);
    }
    builder.build().map_err(broken)
}

/// The certificates of a PEM file: at least one, and none that cannot be read.
fn read(path: &Path) -> Result<Vec<u8>, SetupError> {
    let pem = std::fs::read(path).map_err(|source| SetupError::CaUnread { path: path.to_owned(), source })?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(pem),
        _ => Err(SetupError::CaEmpty(path.to_owned())),
    }
}

fn broken(error: impl std::error::Error) -> SetupError {
    SetupError::Tls(error.to_string())
}

/// A line under TLS.
#[derive(Debug)]
pub(super) struct Protected(TlsStream<Bounded>);

impl AsyncTokioStream for Protected {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Protected {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Protected {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
