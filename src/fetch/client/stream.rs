//! Opens a stream, guarded like any other request. Follows no redirect.

use futures_util::SinkExt as _;
use http::header::USER_AGENT;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message, client::IntoClientRequest as _};
use url::Url;

use super::super::guard::Resolver;
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
    /// As for [`Client::get`], and when the server is content but opens no stream. One that says no has answered, like any
    /// other.
    pub async fn open(&self, request: &Request, allow_private: bool) -> Result<Opened, PollFault> {
        let hop = Hop::first(&request.url, request.credential.as_ref());
        let head = self.head(&hop, request)?;
        let limits = &self.limits;
        let line = self.line(&hop, allow_private).await?;
        let agreed = tokio_tungstenite::client_async_with_config(head, line, Some(socket::bounds()));
        let agreed = tokio::time::timeout(limits.head, agreed).await.map_err(|_| fault::silent(&hop, limits.head))?;
        match agreed {
            Ok((mut stream, _)) => {
                let saying = tokio::time::timeout(limits.head, say(&mut stream, &request.says));
                match saying.await.map_err(|_| fault::silent(&hop, limits.head))? {
                    Ok(()) => Ok(Opened::Socket(Socket::of(stream, hop.url, limits.idle))),
                    Err(error) => {
                        let (host, why) = (words::host(&hop.url), words::plain(&error.to_string()));
                        Err(PollFault::Unreachable(format!("`{host}` does not let us say what we want to hear: {why}")))
                    }
                }
            }
            Err(tungstenite::Error::Http(answer)) => {
                let (head, body) = answer.into_parts();
                let (status, body) = (head.status.as_u16(), body.unwrap_or_default());
                if head.status.is_success() || status == 304 {
                    let host = words::host(&hop.url);
                    return Err(PollFault::Unreachable(format!("`{host}` opens no stream (status {status})")));
                }
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
        let resolver = Resolver { allow_private, ..self.resolver.clone() };
        let port = hop.url.port_or_known_default().unwrap_or_default();
        let line = self.lines.connect(hop, port, &resolver).await?;
        Ok(if hop.url.scheme() == "wss" { Box::new(self.lines.protect(hop, line).await?) } else { Box::new(line) })
    }
}

/// Says all of it.
async fn say<S>(stream: &mut WebSocketStream<S>, says: &[String]) -> Result<(), tungstenite::Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    for text in says {
        stream.feed(Message::text(text.as_str())).await?;
    }
    stream.flush().await
}

/// The address as proxies are configured for it.
fn rewritten(url: &Url) -> Url {
    let mut same = url.clone();
    let _ = same.set_scheme(if url.scheme() == "wss" { "https" } else { "http" });
    same
}
